package program

import "time"

// A CheckInID names a [CheckIn]. Later check-ins have higher ids.
type CheckInID uint64

// A CheckIn is what a mentor said about one meeting. A correction is a new
// version of the same check-in; the old ones are kept.
type CheckIn struct {
	ID        CheckInID     `json:"id"`
	Version   int           `json:"version"` // 1, 2, …
	Match     MatchID       `json:"match"`
	By        PersonID      `json:"by"`
	At        time.Time     `json:"at"`            // when it was first recorded
	Changed   time.Time     `json:"changed"`       // when this version was recorded
	Of        Date          `json:"of,omitzero"`   // the date for which the meeting was planned, where it is known
	On        Date          `json:"on,omitzero"`   // the date of the meeting, where it was said
	Met       Met           `json:"met"`           // what became of the meeting
	Came      []MenteeID    `json:"came,omitzero"` // of a group, where it was said
	Mood      Mood          `json:"mood,omitzero"` // only if they met
	Worry     Worry         `json:"worry,omitzero"`
	Whom      MenteeID      `json:"whom,omitzero"` // of a group, whom the worry is about; zero: several, or not said
	Kinds     []Category    `json:"kinds,omitzero"`
	Pressing  Pressing      `json:"pressing,omitzero"`
	About     PersonID      `json:"about,omitzero"` // of the staff, whose line was crossed
	Knows     Knows         `json:"knows,omitzero"` // whether the mentee knows that it is told
	Note      string        `json:"note,omitzero"`
	Length    time.Duration `json:"length,omitzero"`    // of the meeting, in whole minutes, where it was said
	Mode      Mode          `json:"mode,omitzero"`      // how they met, where it was said
	Did       []Activity    `json:"did,omitzero"`       // what they did, where it was said
	Goal      string        `json:"goal,omitzero"`      // the match's goal at the time, if they worked on it
	Next      Date          `json:"next,omitzero"`      // of the next meeting, where it was said
	NextOpen  bool          `json:"next_open,omitzero"` // they do not know yet when they meet again
	Case      CaseNo        `json:"case,omitzero"`      // the case that it raised
	Trend     Trend         `json:"trend,omitzero"`     // that it completed, and for which a case was raised
	Trends    Trends        `json:"trends,omitzero"`    // the same, about single mentees of a group
	Undone    time.Time     `json:"undone,omitzero"`
	Partial   bool          `json:"partial,omitzero"`   // the mentor did not finish it
	Corrected bool          `json:"corrected,omitzero"` // this version corrects an earlier one
}

// Level returns the level of the concern that the ticked answers amount to, or
// none. Between two levels the higher one counts: a worry that was ticked
// without saying how pressing it is counts as urgent, "not sure" as a concern.
func (c CheckIn) Level() Level {
	switch {
	case c.Worry == NoWorry || c.Worry == "":
		return NoLevel
	case c.Pressing == Now:
		return Danger
	case c.Pressing == Today:
		return Urgent
	case c.Pressing == KeepEye:
		return Concern
	case c.Worry == NotSure:
		return Concern
	}
	return Urgent
}

// Met says what became of a meeting. None of them is a failure.
type Met string

// The outcomes of a meeting.
const (
	MetYes      Met = "met"
	MetNoShow   Met = "absent" // the mentee did not come
	MetICouldNo Met = "couldnt"
	MetMoved    Met = "moved"
	MetTried    Met = "tried" // the mentor tried, and did not reach the mentee
)

// Mets lists the outcomes in the order in which they are offered.
func Mets() []Met { return []Met{MetYes, MetNoShow, MetTried, MetICouldNo, MetMoved} }

// MetsBy lists the few outcomes that fit a meeting held in some way, in the order
// in which they are offered: whoever calls does not reach somebody, and whoever
// waits sees that they do not come.
func MetsBy(mode Mode) []Met {
	if mode == ByPhone || mode == ByVideo {
		return []Met{MetYes, MetTried, MetICouldNo, MetMoved}
	}
	return []Met{MetYes, MetNoShow, MetICouldNo, MetMoved}
}

// MenteeMissed reports whether it was the mentee who was not there.
func (m Met) MenteeMissed() bool { return m == MetNoShow || m == MetTried }

// An Activity is something that is done in a meeting.
type Activity string

// Activities lists them in the order in which they are offered. The names are
// stored and never change.
func Activities() []Activity {
	return []Activity{"talked", "walked", "played", "school", "outing", "made", "else"}
}

// Mood is how the mentee seemed, 1 (very low) to 5 (very well); 0 is not said.
type Mood int

// MaxMood is the best mood.
const MaxMood Mood = 5

// Worry answers "does anything worry you?".
type Worry string

// The answers about worry.
const (
	NoWorry  Worry = "no"
	NotSure  Worry = "unsure"
	YesWorry Worry = "yes"
)

// Worries lists the answers in the order in which they are offered.
func Worries() []Worry { return []Worry{NoWorry, NotSure, YesWorry} }

// Pressing answers "how pressing is it?".
type Pressing string

// The answers about pressing.
const (
	Now     Pressing = "now"
	Today   Pressing = "today"
	KeepEye Pressing = "watch"
)

// Pressings lists the answers in the order in which they are offered.
func Pressings() []Pressing { return []Pressing{Now, Today, KeepEye} }

// A Category is a kind of worry. The categories are those of the project's
// risk taxonomy, which follows Keeping Children Safe in Education (England)
// and adds the mentor's own side.
type Category string

// AboutAnAdult is the kind of worry that is about an adult of the program: the
// mentor is asked who it is, so that they are kept out of the case.
const AboutAnAdult Category = "mentor_boundary"

// Categories lists the kinds of worry in the order in which they are offered.
// The names are stored and never change.
func Categories() []Category {
	return []Category{
		"suicide", "selfharm", "physical_abuse", "sexual_abuse", "emotional_abuse", "neglect",
		"domestic_violence", "exploitation", "running_away", "bullying", "violence", "radicalisation",
		"substance", "eating", "mental_health", "bereavement", "disclosure_secrecy", "dependency",
		"mentor_boundary", "mentor_wellbeing", "something_else",
	}
}

// A Tally sums up the check-ins of one match in one calendar month (UTC), kept
// in the same transaction as the check-ins themselves.
type Tally struct {
	Met     int              `json:"met,omitzero"`
	NotMet  int              `json:"not_met,omitzero"`
	Moods   [MaxMood + 1]int `json:"moods,omitzero"` // by mood; index 0 is not said
	Worries int              `json:"worries,omitzero"`
	Levels  map[Level]int    `json:"levels,omitzero"`
}

// Add counts c into t (sign 1) or out of it (sign -1). A check-in that was
// undone counts nothing.
func (t *Tally) Add(c CheckIn, sign int) {
	if !c.Undone.IsZero() {
		return
	}
	if c.Met == MetYes {
		t.Met += sign
		t.Moods[c.Mood] += sign
	} else {
		t.NotMet += sign
	}
	if level := c.Level(); level != NoLevel {
		t.Worries += sign
		if t.Levels == nil {
			t.Levels = map[Level]int{}
		}
		if t.Levels[level] += sign; t.Levels[level] == 0 {
			delete(t.Levels, level)
		}
		if len(t.Levels) == 0 {
			t.Levels = nil // as if there had never been any
		}
	}
}

// A NoteID names a [Note].
type NoteID uint64

// A Note is something that a person wrote outside a dialogue, or changed
// afterwards. It is kept the moment it arrives, whatever becomes of it.
type Note struct {
	ID      NoteID    `json:"id"`
	By      PersonID  `json:"by"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
	Edit    bool      `json:"edit,omitzero"`     // the new wording of an earlier message
	CheckIn CheckInID `json:"check_in,omitzero"` // what it was added to
	Case    CaseNo    `json:"case,omitzero"`
}
