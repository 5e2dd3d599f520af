package program

import (
	"context"
	"errors"
	"iter"
	"time"

	"steadfast/bot/chat"
)

// Errors of the ports. They may be wrapped.
var (
	// ErrNotFound says that there is no such record.
	ErrNotFound = errors.New("not found")
	// ErrTaken says that a name, an alias or an account belongs to another
	// record.
	ErrTaken = errors.New("already taken")
)

// A Store keeps everything. Its methods may be called from several goroutines.
type Store interface {
	// View runs f on a consistent, read-only view. f must be quick and must
	// neither send nor wait.
	View(ctx context.Context, f func(Tx) error) error

	// Update runs f in a write transaction and returns when it is durable, or
	// when nothing of it happened. f may run more than once and must have no
	// other effects. If f panics, Update returns a [*PanicError].
	Update(ctx context.Context, f func(Tx) error) error

	// UpdateUnbounded is Update without the bound on the size of a
	// transaction. It is for import, migration and erasure, which check
	// everything before they write anything.
	UpdateUnbounded(ctx context.Context, f func(Tx) error) error

	// Soon runs f in the transaction of the next Update, or in one of its own
	// a few milliseconds later, and then calls done. It is for records that
	// nobody waits for; f is as in Update. Soon does not block.
	Soon(f func(Tx) error, done func(error))
}

// A PanicError is a panic that a transaction's function ended with. Nothing of
// the transaction has happened. Its text names the place in the program and
// never holds the value of the panic, which might be what a person wrote.
type PanicError struct {
	Stack []byte // function names and lines only
}

// Error says where the panic was.
func (e *PanicError) Error() string { return "panic in a transaction" }

// A Tx is one transaction. Records passed to a Put method are copied; a Put
// assigns an ID where the record has none yet. A method that looks for one
// record fails with [ErrNotFound] when there is none. A write in a View is an
// error. Sequences must be used up before the transaction ends, and nothing
// may be written while one is under way.
type Tx interface {
	// Now is the time of the transaction; it does not move.
	Now() time.Time

	PeopleTx
	MatchTx
	CheckInTx
	HintTx
	CaseTx
	WaitingTx
	DeliveryTx
	RecordTx
}

// PeopleTx is the part of a [Tx] about people and how they joined.
type PeopleTx interface {
	Person(PersonID) (Person, error)
	PersonWith(chat.Account) (Person, error)
	PutPerson(*Person) error // ErrTaken if an account is another person's
	People() iter.Seq2[Person, error]
	PeopleFrom(PersonID) iter.Seq2[Person, error] // those with this ID or a higher one, in that order
	Staff() iter.Seq2[Person, error]              // those with a role beside mentor, who left too

	Invite(hash string) (Invite, error)
	PutInvite(Invite) error
	Invites() iter.Seq2[Invite, error]

	Link(PersonID) (Link, error)
	PutLink(Link) error // replaces the person's earlier one
	DropLink(PersonID) error
	Links() iter.Seq2[Link, error]

	Presence(PersonID) (Presence, error) // an empty one if nothing is known
	PutPresence(Presence) error
}

// MatchTx is the part of a [Tx] about mentees and matches.
type MatchTx interface {
	Mentee(MenteeID) (Mentee, error)
	MenteeCalled(alias string) (Mentee, error) // whatever the case of the letters
	PutMentee(*Mentee) error                   // ErrTaken if the alias is another mentee's

	Match(MatchID) (Match, error)
	PutMatch(*Match) error
	Matches() iter.Seq2[Match, error]
	MatchesOf(mentor PersonID) iter.Seq2[Match, error] // ended ones too, oldest first
	// MatchesUnder returns the matches that a coordinator looks after, or
	// nobody does (zero), that have not ended, oldest first.
	MatchesUnder(coordinator PersonID) iter.Seq2[Match, error]

	Bundle(PersonID) (Bundle, error) // an empty one if nothing ever waited
	PutBundle(Bundle) error
}

// CheckInTx is the part of a [Tx] about check-ins and notes.
type CheckInTx interface {
	CheckIn(CheckInID) (CheckIn, error) // the newest version
	// PutCheckIn records a check-in, or a new version of one, and keeps the
	// tallies in step. Older versions stay.
	PutCheckIn(*CheckIn) error
	CheckInsOf(MatchID) iter.Seq2[CheckIn, error] // newest first, newest versions
	// CheckInVersions returns all versions of a check-in, oldest first.
	CheckInVersions(CheckInID) iter.Seq2[CheckIn, error]
	Tally(m MatchID, month time.Time) (Tally, error)

	Note(NoteID) (Note, error)
	PutNote(*Note) error
	Notes() iter.Seq2[Note, error] // all of them, oldest first
}

// HintTx is the part of a [Tx] about what was noticed in texts.
type HintTx interface {
	Hint(HintID) (Hint, error)
	PutHint(*Hint) error
	Hints() iter.Seq2[Hint, error]                    // all of them, newest first
	HintsIn(CheckInID, NoteID) iter.Seq2[Hint, error] // in a check-in or, without one, in a note; oldest first
	HintsForWeek() iter.Seq2[Hint, error]             // those for the next weekly list, oldest first
}

// CaseTx is the part of a [Tx] about cases.
type CaseTx interface {
	Case(CaseNo) (Case, error)
	PutCase(*Case) error
	OpenCases() iter.Seq2[Case, error] // not closed; oldest first
	Cases() iter.Seq2[Case, error]     // newest first

	// Rota returns who is on duty when; the zero Rota if nobody ever said.
	Rota() (Rota, error)
	PutRota(Rota) error

	AddHop(CaseNo, Hop) error
	Hops(CaseNo) iter.Seq2[Hop, error] // oldest first
}

// WaitingTx is the part of a [Tx] about what is under way: dialogues and
// timers.
type WaitingTx interface {
	Dialogue(with PersonID, id DialogueID) (Dialogue, error)
	DialoguesWith(PersonID) iter.Seq2[Dialogue, error] // oldest first
	PutDialogue(*Dialogue) error
	DropDialogue(with PersonID, id DialogueID) error

	Timer(kind TimerKind, id uint64) (Timer, error)
	SetTimer(Timer) error // moves the timer of that name, if there is one
	DropTimer(Timer) error
	TimersOf(TimerKind) iter.Seq2[Timer, error] // in no order
	DueTimers(now time.Time, limit int) (due []Timer, next time.Time, err error)
}

// DeliveryTx is the part of a [Tx] about sending.
type DeliveryTx interface {
	Queue(*Outgoing) error // assigns Seq; later ones have higher numbers
	Outgoing(p Priority, seq uint64, to chat.Place) (Outgoing, error)
	PutOutgoing(Outgoing) error
	DropOutgoing(p Priority, seq uint64, to chat.Place) error
	Waiting() iter.Seq2[Waiting, error] // the whole outbox, in order of priority and time

	// CardCases says which cases share the message at c.
	CardCases(c CardAt) ([]CaseNo, error)
	PutCardCases(c CardAt, cases []CaseNo) error

	// SetReach records whether a place can be written to. Reach returns since
	// when it cannot; zero means that it can, or that nobody tried.
	SetReach(p chat.Place, ok bool) error
	Reach(p chat.Place) (lost time.Time, err error)
	Lost() iter.Seq2[chat.Place, error] // all that cannot be written to

	// Arrived returns when a message was last known to have arrived in a place,
	// as far as SetArrived recorded it.
	Arrived(chat.Place) (time.Time, error)
	SetArrived(p chat.Place, at time.Time) error

	// Outages are the days on which the bot did not run, oldest first.
	Outages() iter.Seq2[Period, error]
	PutOutage(Period) error

	// PutMove records that a place has a new address. Where returns the
	// address to use for a place: its newest.
	PutMove(from, to chat.Place) error
	Where(chat.Place) (chat.Place, error)
}

// A Waiting is what can be known of an outgoing message without reading it.
type Waiting struct {
	Seq      uint64
	Priority Priority
	To       chat.Place
}

// RecordTx is the part of a [Tx] that keeps account of what the bot itself did.
type RecordTx interface {
	Channel(chat.Place) (Channel, error)
	PutChannel(Channel) error
	Channels() iter.Seq2[Channel, error]

	// Seen returns the answer that an event got before, if it was seen in the
	// last 48 hours.
	Seen(chat.Platform, string) (answer chat.Answer, ok bool, err error)
	MarkSeen(chat.Platform, string, chat.Answer) error
	// ForgetSeen drops up to limit marks older than 48 hours and reports
	// whether there are more.
	ForgetSeen(limit int) (more bool, err error)

	// PutMark keeps how far the history of a private place was handled; Marks
	// returns what was kept of a platform, in no particular order.
	PutMark(chat.Mark) error
	Marks(chat.Platform) iter.Seq2[chat.Mark, error]

	// Audit appends to the record of who saw or changed what. It is never
	// changed.
	Audit(AuditEntry) error
	AuditTrail() iter.Seq2[AuditEntry, error] // oldest first

	// Tries counts the wrong codes an account has given since a time.
	Tries(chat.Account) (n int, since time.Time, err error)
	SetTries(a chat.Account, n int, since time.Time) error
}

// An AuditEntry says that somebody did something that must be accounted for: a
// view of a case, a change of roles, an export, a failure of the bot itself.
// It holds ids, never words.
type AuditEntry struct {
	At     time.Time  `json:"at"`
	By     PersonID   `json:"by,omitzero"`
	What   string     `json:"what"`
	Case   CaseNo     `json:"case,omitzero"`
	Person PersonID   `json:"person,omitzero"`
	Roles  Roles      `json:"roles,omitzero"`
	Place  chat.Place `json:"place,omitzero"`
	Event  string     `json:"event,omitzero"`
}
