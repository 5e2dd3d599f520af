package program

import (
	"slices"
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

// A Case is a concern under its number. It never closes by itself: somebody
// writes an outcome and, for danger and what is urgent, somebody else agrees.
type Case struct {
	No      CaseNo      `json:"no"`
	Level   Level       `json:"level"`
	Kinds   []Category  `json:"kinds,omitzero"`
	By      PersonID    `json:"by"` // who raised it; zero: the bot itself
	Match   MatchID     `json:"match,omitzero"`
	Mentee  MenteeID    `json:"mentee,omitzero"`
	Mentees []MenteeID  `json:"mentees,omitzero"` // in the place of Mentee: several of a group
	CheckIn CheckInID   `json:"check_in,omitzero"`
	More    []CheckInID `json:"more,omitzero"`  // later check-ins that are part of it
	Trend   Trend       `json:"trend,omitzero"` // why the bot raised it
	Hint    HintID      `json:"hint,omitzero"`  // from whose words the bot raised it
	About   []PersonID  `json:"about,omitzero"` // people of the program whom it is about: they are kept out
	Knows   Knows       `json:"knows,omitzero"` // whether the mentee knows that it was told
	Drill   bool        `json:"drill,omitzero"` // nobody is in danger: it ends by itself, at Until at the latest
	Raised  time.Time   `json:"raised"`

	Pages   int        `json:"pages"` // how often somebody was paged
	Paged   time.Time  `json:"paged,omitzero"`
	Rung    int        `json:"rung,omitzero"` // where the ladder stands, counted round by round
	Climbed time.Time  `json:"climbed,omitzero"`
	Skipped []Rung     `json:"skipped,omitzero"` // rungs that were empty, which was said
	Cards   []CardAt   `json:"cards,omitzero"`   // the newest card in each place
	Reached bool       `json:"reached,omitzero"` // there was somebody to page
	Hands   bool       `json:"hands,omitzero"`   // every supervisor must answer
	Answers []PersonID `json:"answers,omitzero"` // of whom these have
	Views   []View     `json:"views,omitzero"`   // that are not hidden again

	AckedBy PersonID  `json:"acked_by,omitzero"` // who has it
	Acked   time.Time `json:"acked,omitzero"`
	Until   time.Time `json:"until,omitzero"`   // when that runs out
	Handing PersonID  `json:"handing,omitzero"` // who was asked to take it over
	Lapsed  PersonID  `json:"lapsed,omitzero"`  // whose acknowledgement ran out last
	Acts    []Action  `json:"acts,omitzero"`
	Asked   time.Time `json:"asked,omitzero"` // the reporter was asked for more, and has not answered
	Offer   *Offer    `json:"offer,omitzero"` // a change that waits for a second person

	Outcome  Outcome   `json:"outcome,omitzero"`
	Closed   time.Time `json:"closed,omitzero"`
	ClosedBy PersonID  `json:"closed_by,omitzero"`
	Feedback Feedback  `json:"feedback,omitzero"`
}

// Waiting reports whether the case waits for an acknowledgement.
func (c Case) Waiting() bool { return c.Closed.IsZero() && (c.AckedBy == 0 || c.Hands) }

// Release lets the case wait for somebody again, from the first rung on, as if
// nobody had acknowledged it.
func (c *Case) Release() { c.AckedBy, c.Until, c.Pages, c.Rung = 0, time.Time{}, 0, 0 }

// Page records that the case is paged at the time now, on the rung of a step.
func (c *Case) Page(step Step, now time.Time) {
	if c.Pages == 0 || step.Count != c.Rung {
		c.Rung, c.Climbed = step.Count, now
	}
	c.Pages, c.Paged = c.Pages+1, now
}

// Reopen takes back that the case was closed.
func (c *Case) Reopen() { c.Outcome, c.Closed, c.ClosedBy = "", time.Time{}, 0 }

// Open reports whether no outcome was agreed yet.
func (c Case) Open() bool { return c.Closed.IsZero() }

// Concerns reports whether the case is about a person of the program, who must
// not learn of it.
func (c Case) Concerns(p PersonID) bool { return slices.Contains(c.About, p) }

// TwoPeople reports whether lowering or closing a case of that level needs a
// second person.
func (l Level) TwoPeople() bool { return l >= Urgent }

// Knows says whether the mentee knows that the mentor told.
type Knows string

// The answers about it.
const (
	TheyKnow    Knows = "yes"
	NotYetTold  Knows = "notyet"
	MustNotKnow Knows = "no" // telling could put them in danger
)

// Knowing lists the answers in the order in which they are offered.
func Knowing() []Knows { return []Knows{TheyKnow, NotYetTold, MustNotKnow} }

// A View is a message in a private chat that shows what a case is about.
type View struct {
	At    time.Time  `json:"at"`
	Place chat.Place `json:"place"`
	Ref   chat.Ref   `json:"ref"`
}

// An Action is something that was done about a case, or is to be done. Its
// words are a note, so that they are kept as they were written.
type Action struct {
	Note NoteID    `json:"note"`
	By   PersonID  `json:"by"`
	At   time.Time `json:"at"`            // when it was recorded
	Due  time.Time `json:"due,omitzero"`  // zero: it was done when it was recorded
	Done time.Time `json:"done,omitzero"` // zero: still to be done
}

// Owed reports whether the action is still to be done.
func (a Action) Owed() bool { return a.Done.IsZero() }

// Overdue reports whether something that was to be done by now was not.
func (c Case) Overdue(now time.Time) bool {
	return c.Open() && slices.ContainsFunc(c.Acts, func(a Action) bool { return a.Owed() && a.Due.Before(now) })
}

// An Offer is a change to a case that somebody asked for and somebody else must
// agree to: a lower level, or an outcome.
type Offer struct {
	By      PersonID  `json:"by"`
	At      time.Time `json:"at"`
	Level   Level     `json:"level,omitzero"`
	Outcome Outcome   `json:"outcome,omitzero"`
	Note    NoteID    `json:"note,omitzero"`
}

// An Outcome says what became of a case.
type Outcome string

// OutcomeDrill is that of every drill; nobody is offered it.
const OutcomeDrill Outcome = "drill"

// Outcomes lists the outcomes in the order in which they are offered. The names
// are stored and never change.
func Outcomes() []Outcome {
	return []Outcome{"supported", "plan", "referred", "services", "watched", "false_alarm"}
}

// Feedback says whether a case was raised rightly.
type Feedback string

// Feedbacks lists the answers in the order in which they are offered.
func Feedbacks() []Feedback { return []Feedback{"useful", "false_alarm", "higher"} }

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
	HopSkipped   HopKind = "rung skipped"
	HopLapsed    HopKind = "acknowledgement ran out"
	HopOwnerLeft HopKind = "owner left"
	HopJoined    HopKind = "another check-in joined"
	HopAction    HopKind = "action"
	HopPlanned   HopKind = "action planned"
	HopDone      HopKind = "planned action done"
	HopAsked     HopKind = "reporter asked for more"
	HopHanded    HopKind = "handed over"
	HopReferred  HopKind = "handed to an outside body"
	HopClimbed   HopKind = "escalated by hand"
	HopHands     HopKind = "all hands called"
	HopAnswered  HopKind = "answered the call of all hands"
	HopOffered   HopKind = "asked for a second person"
	HopRefused   HopKind = "second person refused"
	HopLowered   HopKind = "level lowered"
	HopClosed    HopKind = "closed"
	HopReopened  HopKind = "reopened"
	HopTrend     HopKind = "trend noticed"
	HopKnows     HopKind = "reporter said whether the mentee knows"
	HopFeedback  HopKind = "feedback"
	HopHint      HopKind = "words noticed"
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
	Rung  Rung       `json:"rung,omitzero"`  // whom it was paged to, or what was skipped
	To    PersonID   `json:"to,omitzero"`    // who it was handed to
	What  string     `json:"what,omitzero"`  // the outcome, the consent, the feedback: a stored name
}
