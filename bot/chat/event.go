package chat

import (
	"fmt"
	"strings"
	"time"
)

// A Platform names a chat network: "telegram", "discord", "web".
type Platform string

// An Account is one identity on one platform. It is comparable. ID is unique
// within the platform and opaque to everybody but the adapter.
type Account struct {
	Platform Platform `json:"platform"`
	ID       string   `json:"id"`
}

// String returns "platform:id", the form used in configuration and in keys.
func (a Account) String() string { return string(a.Platform) + ":" + a.ID }

// IsZero reports whether there is no account, as for a post in a channel whose
// author the platform does not reveal.
func (a Account) IsZero() bool { return a == Account{} }

// Private returns the place where only the account's owner and the bot read. On
// every platform it has the account's own ID; an adapter whose platform names
// private chats otherwise translates, in both directions.
func (a Account) Private() Place { return Place(a) }

// A Place is one conversation: a private chat, a group or a channel. It is
// comparable. ID is unique within the platform.
type Place struct {
	Platform Platform `json:"platform"`
	ID       string   `json:"id"`
}

// String returns "platform:id", the form used in configuration and in keys.
func (p Place) String() string { return string(p.Platform) + ":" + p.ID }

// IsZero reports whether there is no place.
func (p Place) IsZero() bool { return p == Place{} }

// ParsePlace reads what [Place.String] wrote.
func ParsePlace(s string) (Place, error) {
	platform, id, ok := strings.Cut(s, ":")
	if !ok || platform == "" || id == "" {
		return Place{}, fmt.Errorf("%q is not of the form platform:id, such as telegram:-1001234567890", s)
	}
	return Place{Platform(platform), id}, nil
}

// A Ref names one message within its place, so that it can be edited later.
// The zero Ref names none.
type Ref string

// A Sender is what a platform says about who caused an event. Name and
// Username were chosen by that person: show them, never trust them, never log
// them. Language is a BCP 47 tag or empty.
type Sender struct {
	Account  Account
	Name     string
	Username string
	Language string
}

// An Event is one thing that happened on a platform. ID is unique on its
// platform for at least 48 hours and the same when the platform delivers the
// event again.
//
// A platform that lets an event be answered at once, and otherwise than by a
// message in In, gives it a Handle. A message with the same Handle is such an
// answer; see [Message]. Aside says that From alone can be made to see it,
// although the event came from where others read: the bot may then treat it as
// a private one.
//
// A platform that keeps the history of a private place but does not bring what
// came while the bot was away gives a Mark: how far the history has come with
// this event. Whoever keeps what the event caused keeps it as well; see [Mark].
type Event struct {
	ID      string
	At      time.Time // when the platform says it happened; informative only
	From    Sender    // From.Account is zero where the platform hides the author
	In      Place
	Private bool   // only From and the bot read In
	Title   string // the name of a group or channel, if the platform tells it
	Handle  string // by which the event is answered at once
	Aside   bool   // such an answer can be one that From alone sees
	Mark    string
	What    What
}

// A Mark says how far the history of a private place has been handled. Read is
// the newest [Event.Mark] of the place, in the adapter's own notation; it is
// empty for the place of somebody of whom nothing was ever heard there. An
// adapter that needs marks is given them when it starts.
type Mark struct {
	Place Place  `json:"place"`
	Read  string `json:"read"`
}

// What happened in an [Event]. The set is closed; a new kind is added here.
type What interface{ what() }

type (
	// Said is a text message. Forwarded says that somebody else wrote it first.
	Said struct {
		Text      string
		Ref       Ref
		Forwarded bool
	}

	// Edited is the new text of a message that was said before.
	Edited struct {
		Text string
		Ref  Ref
	}

	// Sent is a message without readable text of its own: a voice note, a
	// picture, a sticker. Caption is the text that came with it, if any.
	Sent struct {
		Kind    Media
		Caption string
		Ref     Ref
	}

	// Pressed is a tapped button. On is the message that bore it.
	Pressed struct {
		Token string
		On    Ref
	}

	// Filled is a form sent off. Values are by field key. On is the message
	// that bore the form's button.
	Filled struct {
		Token  string
		Values map[string]string
		On     Ref
	}

	// Completing is a command that is still being typed: what fits into its
	// option, of which Typed is there already? The answer's Suggestions are
	// offered. It is no act of a person: nothing follows from it.
	Completing struct {
		Command string
		Option  string
		Typed   string
	}

	// Command is a command such as /checkin. Name has no slash and is lower
	// case; Args is the rest of the line, trimmed. Where the platform has
	// options of commands (see [CommandSpec]), Options holds those that were
	// filled in, by name, and Args the same, joined by spaces.
	Command struct {
		Name    string
		Args    string
		Options map[string]string
		Ref     Ref
	}

	// Reach says that the bot can, or can no longer, write to the place of the
	// event: it was added, removed, blocked, unblocked.
	Reach struct{ OK bool }

	// Moved says that the place of the event has a new address.
	Moved struct{ To Place }

	// Unreadable is an event that could not be decoded. It was set aside, so
	// that it does not come back for ever; Why holds no content.
	Unreadable struct{ Why string }
)

func (Said) what()       {}
func (Edited) what()     {}
func (Sent) what()       {}
func (Pressed) what()    {}
func (Filled) what()     {}
func (Completing) what() {}
func (Command) what()    {}
func (Reach) what()      {}
func (Moved) what()      {}
func (Unreadable) what() {}

// Media is a kind of message that holds no text the bot can read.
type Media string

// The kinds of media a person may send instead of text.
const (
	Voice    Media = "voice"
	Photo    Media = "photo"
	Video    Media = "video"
	Sticker  Media = "sticker"
	Location Media = "location"
	File     Media = "file"
	Other    Media = "other"
)
