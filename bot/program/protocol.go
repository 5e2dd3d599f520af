package program

import "time"

// A SilenceKind says what the silence of a match means.
type SilenceKind string

// The kinds of silence, and its absence. Which of them it is decides who hears
// of it and in which words.
const (
	NotDue       SilenceKind = "not due"       // nothing was to be said
	Logged       SilenceKind = "logged"        // they met, and it is known
	MetNotLogged SilenceKind = "not logged"    // no word, which does not mean that they did not meet
	MenteeAbsent SilenceKind = "mentee absent" // the mentee did not come
	MentorAway   SilenceKind = "mentor away"   // the mentor could not, or does not answer any more
	Undelivered  SilenceKind = "undelivered"   // the bot could not ask
)

// Why a [Silence] is of its kind, beside the reasons of days off.
const (
	WhyNoSchedule   WhyKey = "no schedule"
	WhyEnded        WhyKey = "match ended"
	WhyNotYet       WhyKey = "no meeting yet"
	WhyMovedOn      WhyKey = "moved"         // without a new date
	WhyMet          WhyKey = "met"           // on Date
	WhyAsking       WhyKey = "asking"        // it is time to ask, about Date
	WhyWaiting      WhyKey = "asked"         // about Date; the answer is awaited
	WhyNoAnswer     WhyKey = "no answer"     // about Count meetings, to Date
	WhyMentorSilent WhyKey = "mentor silent" // nothing at all was heard since Count meetings
	WhyMenteeAbsent WhyKey = "mentee absent" // from Count meetings, to Date
	WhyNotReached   WhyKey = "not reached"   // the same, but the mentor tried in vain to reach them
	WhyMentorCould  WhyKey = "mentor could not"
	WhyNotShown     WhyKey = "not delivered" // the question about Date
	WhyNoRoute      WhyKey = "no route"      // to the mentor, since Date
	WhyNeverAsked   WhyKey = "never asked"   // about Date, and now it is too late
	WhyLateLog      WhyKey = "logged late"   // the meeting of Date took place after all
)

// A Notice is something that is said once about a silence.
type Notice string

// The notices, in the order of the ladder.
const (
	NoticePrompt     Notice = "prompt"     // to the mentor: how was it?
	NoticeNudge      Notice = "nudge"      // to the mentor, once
	NoticeUnreached  Notice = "unreached"  // to the coordinator: the bot cannot reach the mentor
	NoticeList       Notice = "list"       // the coordinator's list, without a message of its own
	NoticeAlert      Notice = "alert"      // to the coordinator
	NoticeWarning    Notice = "warning"    // to the coordinator: propose a formal warning
	NoticeClosure    Notice = "closure"    // to the coordinator: propose to close the match
	NoticeSupervisor Notice = "supervisor" // to the supervisors
	NoticeSerious    Notice = "serious"    // to the supervisors: the mentor cannot be reached for long
	NoticeCorrection Notice = "correction" // to who was alerted: the meeting took place after all

	// About a person.
	NoticeNoRoute Notice = "no route" // nothing reaches them
	NoticeNoSign  Notice = "no sign"  // they do not say that they are there
)

// A Protocol says how silence is followed up: what the field calls a match
// intervention protocol. All its numbers may be changed.
type Protocol struct {
	Paces map[Cadence]Pace
	// Away is how many meetings in a row a mentor leaves unanswered, saying
	// nothing else either, to count as away.
	Away int
	// Serious is for how many days a mentor cannot be reached at all until a
	// supervisor hears of it.
	Serious int
	// Memory is how many days back meetings are looked at.
	Memory int

	// After how many days without a word a supervisor, or the last resort, is
	// asked to tap that they are there; zero: never. And how many days after
	// that they are reminded, and the staff is told.
	// Proof is for how many days a message that arrived is proof that somebody can
	// be reached, before the weekly look makes sure without a word. It is less than
	// a week, so that last week's proof does not stand for this week's; 0: there is
	// no such look.
	Proof                  int
	Tap, TapNudge, TapTell int
}

// A Pace is the part of a [Protocol] for one cadence. Days are counted from when
// the mentor was asked, days off left out. A step with the number 0 is not
// taken.
type Pace struct {
	Ask    int // days after a meeting in which it still helps to ask
	Nudge  int // days until the nudge
	List   int // days until it is on the coordinator's list
	Missed int // days until a meeting without an answer counts as missed

	// Meetings missed in a row.
	Alert      int
	Supervisor int
	Warning    int
	Closure    int
}

// DefaultProtocol returns the numbers of practice. A nudge after 72 hours, the
// list one day before the next weekly meeting, staff at two missed in a row and
// a stronger word at the third, then a formal warning, are iMentor's; a mentee
// who stays away for four to six weeks, or a mentor who cannot be reached for
// three, is its measure for ending a match and for what is serious. Fourteen
// days of silence are CASA's. With a monthly cadence fewer meetings make the
// same time.
func DefaultProtocol() Protocol {
	return Protocol{
		Paces: map[Cadence]Pace{
			Weekly:      {Ask: 7, Nudge: 3, List: 5, Missed: 6, Alert: 2, Supervisor: 3, Warning: 4, Closure: 6},
			Fortnightly: {Ask: 7, Nudge: 3, List: 7, Missed: 10, Alert: 2, Supervisor: 3, Warning: 4, Closure: 5},
			Monthly:     {Ask: 10, Nudge: 3, List: 10, Missed: 14, Alert: 2, Supervisor: 3, Warning: 3, Closure: 4},
			OnDates:     {Ask: 7, Nudge: 3, List: 5, Missed: 6, Alert: 2, Supervisor: 3, Warning: 4, Closure: 6},
		},
		Away:    2,
		Serious: 21,
		Memory:  366,
		Proof:   6,
		Tap:     30, TapNudge: 3, TapTell: 7,
	}
}

// A MatchView is all that [Protocol.Classify] knows of a match or a group.
type MatchView struct {
	Schedule Schedule
	Zone     *time.Location // of the schedule
	Calendar Calendar       // with pauses and changes
	Since    time.Time
	Ended    time.Time // zero: not ended

	// Down are days on which the bot did not run. Meetings took place on them, but
	// nobody could answer: no step of the ladder counts them.
	Down []Period

	Logs []Log  // what was logged and not taken back, in any order
	Told []Told // what was said, in any order

	Heard  time.Time // when the mentor last said anything at all
	Nudged time.Time // when the mentor was last nudged about any match
	Lost   time.Time // since when nothing reaches the mentor; zero: they can be reached

	// Ears says when people want to hear, by role; without an entry, always.
	Ears map[Roles]Ear
}

// An Ear says when somebody wants to hear from the bot.
type Ear struct {
	Quiet QuietHours
	Zone  *time.Location
	Rest  time.Time // until then nothing more, since enough was said
}

// A Log is what was said about one meeting.
type Log struct {
	Of  Date      // the Key of the meeting; zero if it was not planned, or nobody said which
	On  Date      // the day it is about; zero: that of Of
	At  time.Time // when it was said
	Met Met
}

// A Due is a notice that is to be given now.
type Due struct {
	Notice Notice
	To     Roles       // a match without a coordinator has the owner instead
	Kind   SilenceKind // what it is about, which decides the words
	From   Date        // the Keys of the first and the last meeting that it is about
	Of     Date
	Why    Why
}

// Told returns the record that the notice was given.
func (d Due) Told(at time.Time) Told {
	return Told{Notice: d.Notice, To: d.To, From: d.From, Of: d.Of, At: at}
}

// A Told records a notice, so that none is given twice.
type Told struct {
	Notice Notice    `json:"notice"`
	To     Roles     `json:"to"`
	From   Date      `json:"from"`
	Of     Date      `json:"of"`
	At     time.Time `json:"at"`
	Failed bool      `json:"failed,omitzero"` // it could not be delivered
}

// A Silence is the answer of [Protocol.Classify].
type Silence struct {
	Kind SilenceKind
	Why  Why
	Of   Occurrence // the newest meeting that was due and is over; zero: none
	// Row is how many of the last meetings in a row did not take place, as far
	// as is known. Those of which the bot did not ask do not count, nor do
	// those that were moved.
	Row int
	// Awaited says that the mentor was asked about Of and may still answer,
	// whatever is known of the meetings before.
	Awaited bool

	Due  []Due
	Look time.Time // when to ask again if nothing happens before; zero: never
}
