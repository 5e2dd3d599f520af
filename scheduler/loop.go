package scheduler

import (
	"context"
	"time"
)

// longestWait is how long [Loop] sleeps at most. The wall clock may be set, or
// the machine suspended, while a timer runs by another clock; then nothing is
// later than this.
const longestWait = 15 * time.Minute

// Loop calls due again and again: at once, at the time that due returned last,
// whenever kick delivers, and at least every 15 minutes. due does what is due
// at the time it is given and returns when it wants to be called next; zero
// means that nothing is planned. A time that is not after now means at once.
//
// now is the wall clock, usually time.Now. A kick during a call of due leads to
// another call if kick is buffered; one place is enough. A closed kick is no
// kick. Loop returns the first error of due, or the cause of the end of ctx.
func Loop(ctx context.Context, kick <-chan struct{}, now func() time.Time, due func(ctx context.Context, now time.Time) (next time.Time, err error)) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		next, err := due(ctx, now())
		if err != nil {
			return err
		}
		wait := longestWait
		if !next.IsZero() {
			// Round(0): by the wall clock, even if next has a monotonic reading.
			wait = min(wait, next.Round(0).Sub(now().Round(0)))
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case _, open := <-kick:
			if !open {
				kick = nil
			}
		case <-timer.C:
		}
	}
}
