package program

import (
	"strconv"
	"time"

	"steadfast/bot/chat"
)

// A CaseNo is the short number by which people name a case.
type CaseNo uint64

// String returns the number.
func (n CaseNo) String() string { return strconv.FormatUint(uint64(n), 10) }

// A Level says how pressing a concern is. Higher is more pressing.
type Level int

// The levels, with what they promise.
const (
	NoLevel Level = iota
	Watch         // looked at each week
	Concern       // looked at the same working day
	Urgent        // paged at once, again after an hour
	Danger        // paged at once, again and again until acknowledged
)

// String returns the stored name.
func (l Level) String() string {
	if l < NoLevel || l > Danger {
		return "level(" + strconv.Itoa(int(l)) + ")"
	}
	return [...]string{"none", "watch", "concern", "urgent", "danger"}[l]
}

// A Case is a concern under its number. It never closes by itself.
type Case struct {
	No      CaseNo    `json:"no"`
	Level   Level     `json:"level"`
	By      PersonID  `json:"by"` // who raised it
	Match   MatchID   `json:"match,omitzero"`
	Mentee  MenteeID  `json:"mentee,omitzero"`
	CheckIn CheckInID `json:"check_in,omitzero"`
	Raised  time.Time `json:"raised"`
	Pages   int       `json:"pages"` // how often the supervisors were paged
	Paged   time.Time `json:"paged,omitzero"`
	AckedBy PersonID  `json:"acked_by,omitzero"`
	Acked   time.Time `json:"acked,omitzero"`
	Cards   []CardAt  `json:"cards,omitzero"`   // the newest card in each place
	Reached bool      `json:"reached,omitzero"` // there was somebody to page
}

// Open reports whether nobody has acknowledged the case yet.
func (c Case) Open() bool { return c.AckedBy == 0 }

// A CardAt is where a card of a case stands. Several cases may share one
// message.
type CardAt struct {
	Place chat.Place `json:"place"`
	Ref   chat.Ref   `json:"ref"`
}

// A HopKind is a kind of step in the proof chain of a case.
type HopKind string

// The steps. Each is recorded with its time, none is ever changed.
const (
	HopRaised    HopKind = "raised"
	HopRaisedTo  HopKind = "level raised"
	HopQueued    HopKind = "page queued"
	HopDelivered HopKind = "page delivered"
	HopFailed    HopKind = "page failed"
	HopSeen      HopKind = "content opened"
	HopAcked     HopKind = "acknowledged"
	HopTold      HopKind = "reporter told"
	HopAdded     HopKind = "reporter added"
	HopCorrected HopKind = "reporter corrected"
	HopTakenBack HopKind = "reporter took the check-in back"
	HopNobody    HopKind = "nobody could be reached"
)

// A Hop is one entry in the timeline of a case.
type Hop struct {
	At    time.Time  `json:"at"`
	Kind  HopKind    `json:"kind"`
	By    PersonID   `json:"by,omitzero"`
	Place chat.Place `json:"place,omitzero"`
	Level Level      `json:"level,omitzero"`
	Note  NoteID     `json:"note,omitzero"`
	Twice bool       `json:"twice,omitzero"` // may have been shown twice
}

// A Ladder says how cases are paged until somebody acknowledges them.
type Ladder struct {
	// Again is how long after a page the next one follows, by level; a level
	// without an entry is paged once.
	Again map[Level]time.Duration
}

// DefaultLadder returns the delays of the README's table: danger after 5
// minutes, urgent after an hour, a concern within the working day, taken as 8
// hours.
func DefaultLadder() Ladder {
	return Ladder{Again: map[Level]time.Duration{
		Danger:  5 * time.Minute,
		Urgent:  time.Hour,
		Concern: 8 * time.Hour,
	}}
}

// A Reason says in one word why a page is due or not.
type Reason string

// The reasons that [Ladder.Next] gives.
const (
	BecauseNew     Reason = "new"
	BecauseSilence Reason = "nobody acknowledged"
	NotAcked       Reason = "waiting for an acknowledgement"
	NotOpen        Reason = "acknowledged"
	NotPaged       Reason = "this level is not paged again"
)

// Next says whether the supervisors are to be paged about c at the time now,
// and otherwise when to look again (zero: never), with the reason. A clock that
// was set back does not delay a page by more than the level's own time.
func (l Ladder) Next(c Case, now time.Time) (page bool, at time.Time, why Reason) {
	again := l.Again[c.Level]
	switch {
	case !c.Open():
		return false, time.Time{}, NotOpen
	case c.Pages == 0:
		return true, now.Add(again), BecauseNew
	case again == 0:
		return false, time.Time{}, NotPaged
	}
	due := c.Paged.Add(again)
	switch {
	case now.Before(c.Paged): // the clock was set back
		return false, now.Add(again), NotAcked
	case now.Before(due):
		return false, due, NotAcked
	}
	return true, now.Add(again), BecauseSilence
}

// Due returns when the case should be acknowledged at the latest: the time of
// its next page.
func (l Ladder) Due(c Case) time.Time {
	from := c.Paged
	if from.IsZero() {
		from = c.Raised
	}
	return from.Add(l.Again[c.Level])
}
