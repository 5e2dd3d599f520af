package program

import (
	"strconv"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
)

// A DialogueID names a [Dialogue].
type DialogueID uint64

// A Dialogue is a conversation under way with one person. What was said so far
// is in State; which question is open follows from it.
type Dialogue struct {
	ID      DialogueID `json:"id"`
	With    PersonID   `json:"with"`
	In      chat.Place `json:"in"`
	State   flow.State `json:"state"`
	Started time.Time  `json:"started"`
	Touched time.Time  `json:"touched"`           // the last answer
	Nudged  time.Time  `json:"nudged,omitzero"`   // when the person was reminded of it
	Look    time.Time  `json:"look,omitzero"`     // when its timer is set to
	Away    time.Time  `json:"away,omitzero"`     // when it was put away; it can be resumed
	On      chat.Ref   `json:"on,omitzero"`       // the message that bears the open question, where it is known
	Case    CaseNo     `json:"case,omitzero"`     // the case it has raised already
	CheckIn CheckInID  `json:"check_in,omitzero"` // the check-in it has recorded already, or corrects
}

// A TimerKind says what is to be done when a timer is due.
type TimerKind string

// The kinds of timers. ID means the record named in the comment.
const (
	TimerPatience     TimerKind = "patience" // a dialogue
	TimerPage         TimerKind = "page"     // a case
	TimerHint         TimerKind = "hint"     // a hint whose writer was asked
	TimerMeeting      TimerKind = "meeting"  // a match
	TimerLater        TimerKind = "later"    // a mentor who wants to be asked again
	TimerAhead        TimerKind = "ahead"    // a mentor who is reminded of meetings to come
	TimerBundle       TimerKind = "bundle"   // a person of the staff
	TimerWeek         TimerKind = "week"     // a coordinator, with whom the week is looked at; zero: whoever comes after Person
	TimerCalendar     TimerKind = "calendar" // a match whose meetings stand in calendars
	TimerRoutes       TimerKind = "routes"   // the weekly look at whom messages reach
	TimerPresence     TimerKind = "presence" // a person who is asked whether they are there
	TimerPause        TimerKind = "pause"    // a match whose pause has no end
	TimerNote         TimerKind = "note"     // a note that belongs to nothing yet
	TimerStep         TimerKind = "step"     // the note of an action that is due
	TimerHide         TimerKind = "hide"     // a case whose content was opened
	TimerDuty         TimerKind = "duty"     // the rota
	TimerDigest       TimerKind = "digest"   // the weekly look at cases
	TimerHousekeeping TimerKind = "housekeeping"
)

// A Timer wakes the bot at a time. There is one of a kind for an ID; setting it
// again moves it.
type Timer struct {
	Kind   TimerKind `json:"kind"`
	ID     uint64    `json:"id"`
	At     time.Time `json:"at"`
	Person PersonID  `json:"person,omitzero"` // with whom the dialogue is, who wrote the note
}

// Name returns the timer's identity, "kind/id".
func (t Timer) Name() string { return string(t.Kind) + "/" + strconv.FormatUint(t.ID, 10) }
