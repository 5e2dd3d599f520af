package delivery

import (
	"errors"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// A step is what the queue does with rows after a try.
type step uint8

const (
	leave  step = iota // they leave the queue
	again              // they stay, their place waits a while
	anew               // they stay, the next try does not edit
	pause              // they stay, the whole platform waits
	follow             // they go to another place
)

// A verdict is a Result with what follows from it. A Result without an Outcome
// is nothing that the Desk has to know.
type verdict struct {
	Result
	step  step
	class chat.Class
	after time.Duration // what the platform asked for
}

// judge says what follows from a try to send m, which waited for the place to
// with priority p.
func judge(ref chat.Ref, err error, m chat.Message, to chat.Place, p program.Priority) verdict {
	if err == nil {
		return verdict{Result: Result{Outcome: Delivered, Ref: ref}}
	}
	v := verdict{Result: Result{Err: err}, class: chat.Unknown}
	// An error without a class says nothing about what was shown.
	if e, ok := errors.AsType[*chat.SendError](err); ok && e != nil {
		v.class, v.after = e.Class, e.After
		v.Moved = e.Moved
	}
	switch v.class {
	case chat.Throttled:
		v.step = pause
	case chat.Gone:
		v.Outcome = Gone
	case chat.Refused:
		if m.Replaces != "" && errors.Is(err, chat.ErrNoMessage) {
			if m.OnlyEdit {
				v.Outcome = Moot
				break
			}
			v.step = anew
			break
		}
		v.Outcome = Refused
	case chat.Again:
		v.step = again
		if !v.Moved.IsZero() && v.Moved.Platform == to.Platform && v.Moved != to {
			v.Outcome, v.step = Moved, follow
		}
	default:
		v.class = chat.Unknown
		v.Outcome, v.step = Doubtful, again
		if p > program.Alert { // a doubled reminder is noise
			v.Outcome, v.step = Unknown, leave
		}
	}
	if v.step != follow {
		v.Moved = chat.Place{}
	}
	return v
}
