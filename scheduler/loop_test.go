package scheduler

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// calls records when due is called, as time since start, and returns what the
// next function says.
type calls struct {
	start time.Time
	at    []time.Duration
}

func (c *calls) due(next func(now time.Time) (time.Time, error)) func(context.Context, time.Time) (time.Time, error) {
	c.start = time.Now()
	return func(_ context.Context, now time.Time) (time.Time, error) {
		c.at = append(c.at, time.Since(c.start))
		return next(now)
	}
}

// run runs the loop for as long as given.
func run(t *testing.T, d time.Duration, kick chan struct{}, now func() time.Time, c *calls, next func(time.Time) (time.Time, error)) error {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), d, errors.New("enough"))
	defer cancel()
	return Loop(ctx, kick, now, c.due(next))
}

func TestLoopWakesOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c calls
		planned := []time.Duration{0, 3 * time.Minute, 3*time.Minute + 1, 10 * time.Minute, 40 * time.Minute}
		err := run(t, time.Hour, nil, time.Now, &c, func(now time.Time) (time.Time, error) {
			for _, p := range planned {
				if at := c.start.Add(p); at.After(now) {
					return at, nil
				}
			}
			return time.Time{}, nil
		})
		// 25 and 55 are the looks that are taken in any case.
		want := []time.Duration{0, 3 * time.Minute, 3*time.Minute + 1, 10 * time.Minute, 25 * time.Minute, 40 * time.Minute, 55 * time.Minute}
		if err == nil || err.Error() != "enough" || !slices.Equal(c.at, want) {
			t.Errorf("%v, called at %v, want %v", err, c.at, want)
		}
	})
}

func TestLoopIsKicked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kick := make(chan struct{}, 1)
		go func() {
			time.Sleep(2 * time.Minute)
			kick <- struct{}{}
			time.Sleep(time.Minute)
			close(kick) // must not make it spin
		}()
		var c calls
		err := run(t, 10*time.Minute, kick, time.Now, &c, func(time.Time) (time.Time, error) { return time.Time{}, nil })
		if want := []time.Duration{0, 2 * time.Minute, 3 * time.Minute}; err == nil || !slices.Equal(c.at, want) {
			t.Errorf("%v, called at %v", err, c.at)
		}
	})
}

func TestLoopAtOnceWhenMoreIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c calls
		run(t, time.Minute, nil, time.Now, &c, func(now time.Time) (time.Time, error) {
			if len(c.at) < 4 {
				return now.Add(-time.Hour), nil
			}
			return time.Time{}, nil
		})
		if len(c.at) != 4 || c.at[3] != 0 {
			t.Errorf("called at %v", c.at)
		}
	})
}

// The machine is suspended: the wall clock jumps while the timer stands still.
func TestLoopWhenTheClockJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		now := func() time.Time {
			n := time.Now()
			if n.Sub(start) >= time.Minute {
				n = n.Add(8 * time.Hour)
			}
			return n
		}
		due := start.Add(8 * time.Hour)
		var c calls
		err := run(t, 24*time.Hour, nil, now, &c, func(now time.Time) (time.Time, error) {
			if !now.Before(due) {
				return time.Time{}, errors.New("done")
			}
			return due, nil
		})
		if err.Error() != "done" || c.at[len(c.at)-1] != 15*time.Minute {
			t.Errorf("%v, called at %v", err, c.at)
		}
	})
}

func TestLoopEndsWithTheFirstError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c calls
		errDisk := errors.New("disk")
		if err := run(t, time.Hour, nil, time.Now, &c, func(time.Time) (time.Time, error) { return time.Time{}, errDisk }); err != errDisk {
			t.Error(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := Loop(ctx, nil, time.Now, nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
