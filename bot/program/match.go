package program

import "time"

// A MenteeID names a [Mentee]. Zero is none.
type MenteeID uint64

// A Mentee is a child or vulnerable adult. The program knows an alias, unique
// within it, and nothing else; mentees do not chat with the bot.
type Mentee struct {
	ID    MenteeID `json:"id"`
	Alias string   `json:"alias"`
}

// A MatchID names a [Match]. Zero is none.
type MatchID uint64

// A Match joins a mentor and a mentee, or a mentor and a group of mentees, with
// the coordinator who looks after them.
type Match struct {
	ID          MatchID   `json:"id"`
	Mentor      PersonID  `json:"mentor"`
	Mentee      MenteeID  `json:"mentee"` // zero with a group
	Coordinator PersonID  `json:"coordinator,omitzero"`
	Schedule    Schedule  `json:"schedule,omitzero"`
	Since       time.Time `json:"since"`
	Planned     time.Time `json:"planned,omitzero"` // when Schedule was last changed; zero: not since Since
	Ended       time.Time `json:"ended,omitzero"`

	Mentees  []MenteeID      `json:"mentees,omitzero"`  // of a group
	Name     string          `json:"name,omitzero"`     // of a group
	Changes  map[Date]Change `json:"changes,omitzero"`  // of single meetings, by the date that was planned
	Pauses   []Period        `json:"pauses,omitzero"`   // of the mentor or the match, that are not long past
	Told     []Told          `json:"told,omitzero"`     // what was said about its silences
	Contacts []Contact       `json:"contacts,omitzero"` // with staff, as far as they still count
	Clock    Date            `json:"clock,omitzero"`    // since when contacts are owed; zero: it has not begun, as with a match of unknown age
	Reminded []Reminded      `json:"reminded,omitzero"` // of meetings that are not long past
	File     CalendarFile    `json:"file,omitzero"`     // of the meetings, that people have in their calendars
	Remark   NoteID          `json:"remark,omitzero"`   // the newest reason for a silence that the staff noted
	Goal     string          `json:"goal,omitzero"`     // what they work towards, in a few words
}

// GoalRunes is room for a goal in one line.
const GoalRunes = 120

// Active reports whether the match has not ended.
func (m Match) Active() bool { return m.Ended.IsZero() }

// A CalendarFile is what is known of the files of a match's meetings that were
// sent.
type CalendarFile struct {
	Readers []PersonID `json:"readers,omitzero"` // who are sent it anew when something changes
	Version int        `json:"version,omitzero"` // rises with each change of the meetings
	Former  []Date     `json:"former,omitzero"`  // days of earlier plans, which calendars may still have
}
