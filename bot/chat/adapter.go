package chat

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// An Adapter joins one platform to the bot. Its methods may be called from
// several goroutines at once.
type Adapter interface {
	// Platform returns the name that stands in all accounts and places of
	// this adapter.
	Platform() Platform

	// Capabilities returns the platform's limits. They are constant while
	// the adapter lives.
	Capabilities() Capabilities

	// Run delivers events to h until ctx ends, in order within a place and
	// concurrently between places. An event is confirmed to the platform only
	// after h returned without error; an error of h ends Run with that
	// error. Trouble with the platform does not end Run, unless it cannot
	// mend itself (a token that was revoked): then the error says in a
	// sentence what a person must do.
	Run(ctx context.Context, h Handler) error

	// Send shows m, or edits the message m.Replaces, and returns the message
	// that now bears it. m must fit the capabilities (see [Fit]). The error,
	// if any, is a [*SendError]. Editing a message into what it already is
	// succeeds.
	Send(ctx context.Context, m Message) (Ref, error)
}

// A Handler takes one event. When it returns without error, whatever the event
// caused is durable, and the event may be confirmed. When it returns an error
// nothing of the event has happened.
type Handler func(context.Context, Event) (Answer, error)

// TokenBytes is the longest token of a button, in bytes. It is Telegram's
// limit for callback data, the narrowest of the platforms'.
const TokenBytes = 64

// Capabilities are the limits of a platform, as numbers. Zero means that the
// platform has no such thing, except for the paces, where zero means no limit.
type Capabilities struct {
	TextUnits  int  // UTF-16 code units in one message (Telegram 4096, Discord 2000)
	Choices    int  // buttons under one message
	LabelRunes int  // runes on one button
	MenuItems  int  // entries of a drop-down menu, where there is one
	FormFields int  // fields of a form, where the platform has forms; zero: ask field by field
	ToastRunes int  // runes of the toast that answers a press
	Edits      bool // sent messages can be changed

	PerSecond      float64 // messages a second, all together
	PlacePerSecond float64 // messages a second in one place
	PlaceBurst     int     // messages at once in a place that was quiet, at least 1
	GroupPerMinute int     // messages a minute in one group or channel
}

// A Class says what a failed send means. The adapter decides it; the sender
// acts on it.
type Class string

// The classes of failed sends.
const (
	// Again: a passing trouble; the message was not shown; send it again.
	Again Class = "again"
	// Throttled: the platform wants less; send again after SendError.After.
	Throttled Class = "throttled"
	// Gone: nobody can be written to there: a blocked bot, a deleted
	// account, a group the bot was removed from.
	Gone Class = "gone"
	// Refused: the platform will never take this message; a defect of ours,
	// or a missing permission.
	Refused Class = "refused"
	// Unknown: the message may or may not have been shown, as when the
	// answer was lost.
	Unknown Class = "unknown"
)

// ErrNoMessage, wrapped in a [SendError] of class [Refused], says that the
// message to edit is no longer there or too old: send it anew.
var ErrNoMessage = errors.New("the message to edit is gone")

// A SendError tells why a message was not, or perhaps not, shown. Its text
// holds neither the message nor a secret.
type SendError struct {
	Class Class
	After time.Duration // with Throttled, and as a hint with Again
	Moved Place         // with Again: the place has this new address; send there
	Err   error
}

// Error returns the class and the cause.
func (e *SendError) Error() string {
	if e.After > 0 {
		return fmt.Sprintf("send %s (after %s): %v", e.Class, e.After, e.Err)
	}
	return fmt.Sprintf("send %s: %v", e.Class, e.Err)
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }
