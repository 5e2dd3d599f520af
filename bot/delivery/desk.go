package delivery

import (
	"context"
	"errors"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// A Desk keeps the outbox. Its methods are called from several goroutines, but
// never two at once for the same place. An error of either ends the
// Dispatcher, since then the store cannot be relied upon.
type Desk interface {
	// Take returns what to send for rows, which all wait for one place. The
	// first is the one whose turn it is; the others, there only with
	// escalations, may be told in the same message. It returns which of the
	// rows the message covers. With send false nothing is sent for them:
	// they are no longer in the outbox, or nobody needs them any more.
	//
	// Take may be called again for the same rows and must change nothing. The
	// message fits the platform (see [chat.Fit]).
	Take(ctx context.Context, rows []program.Waiting) (m chat.Message, covers []program.Waiting, send bool, err error)

	// Done records durably what became of rows. When it returns, they are out
	// of the outbox or still in it, as [Outcome] says.
	Done(ctx context.Context, rows []program.Waiting, r Result) error
}

// A Row is one waiting message, and what helps to send it at the right time.
// Everything but Waiting may be left out.
type Row struct {
	program.Waiting
	Edit  bool      // it will probably change a message that stands already, or answer an event at once: no need to wait for the place's pace
	Since time.Time // when it was queued; zero means now
}

// An Outcome says what became of a message.
type Outcome string

// The outcomes. After Doubtful and Moved the rows stay in the outbox; after all
// others they are out of it.
const (
	Delivered Outcome = "delivered" // shown as Result.Ref
	Gone      Outcome = "gone"      // nobody can be written to there
	Refused   Outcome = "refused"   // the platform will never take it
	Unknown   Outcome = "unknown"   // perhaps shown, and not worth showing twice
	Moot      Outcome = "moot"      // Take said that there is nothing to send
	Doubtful  Outcome = "doubtful"  // perhaps shown; it will be sent again
	// Moved: the place has the new address Result.Moved. The rows, which are
	// all that are known to wait for the old one, are in the outbox with the
	// new address, the same Priority and the same Seq when Done returns.
	Moved Outcome = "moved"
)

// A Result is what became of a message, and how it is known.
type Result struct {
	Outcome Outcome
	At      time.Time  // when the platform had answered
	Ref     chat.Ref   // with Delivered
	Moved   chat.Place // with Moved
	Twice   bool       // an earlier try of this process may have been shown
	Fresh   bool       // with Delivered: it was a message of its own, so that others will arrive as well
	Err     error      // what the adapter said; nil with Delivered and Moot
}

// ErrNoAdapter is wrapped in the Err of a Result that was Refused because the
// platform of the place is not configured.
var ErrNoAdapter = errors.New("no adapter for this platform")
