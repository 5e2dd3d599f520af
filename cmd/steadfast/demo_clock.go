package main

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"steadfast/bot/program"
)

// movable returns a clock that is ahead of another one, and skip, which moves
// it further. After each move jumped receives.
func movable(read func() time.Time, by time.Duration) (now func() time.Time, skip func(time.Duration) error, jumped <-chan struct{}) {
	var ahead atomic.Int64
	ahead.Store(int64(by))
	jumps := make(chan struct{}, 1)
	now = func() time.Time { return read().Add(time.Duration(ahead.Load())) }
	skip = func(by time.Duration) error {
		if by <= 0 {
			return errors.New("a clock in use moves only forward")
		}
		ahead.Add(int64(by))
		select {
		case jumps <- struct{}{}:
		default: // a jump that nobody has looked at yet
		}
		return nil
	}
	return now, skip, jumps
}

// A lapse lets the time of a demo pass. It stops wherever something is due and
// lets it happen: a week that was jumped over in one leap would be an outage of
// a week, in which nobody is asked anything.
type lapse struct {
	*process
	stage *stage
	skip  func(time.Duration) error
}

// pass lets some time pass, and calls moved after each move of the clock.
func (l lapse) pass(ctx context.Context, by time.Duration, moved func()) error {
	end := l.env.Now().Add(by)
	for {
		now := l.env.Now()
		if !now.Before(end) {
			return nil
		}
		next, err := l.nextStop(ctx, now, end)
		if err != nil {
			return err
		}
		if err := l.skip(next.Sub(now)); err != nil {
			return err
		}
		moved()
		if next.Before(end) {
			l.settle(ctx)
		}
	}
}

// nextStop returns when something is due next, or end. Pages and unfinished
// dialogues are no reason to stop: a page of a danger that nobody takes is due
// every few minutes, and who skips a week need not read them all. Nor is the quiet
// look at whom messages reach, which goes on all week.
func (l lapse) nextStop(ctx context.Context, now, end time.Time) (next time.Time, err error) {
	const all = 1000 // more than a demo ever has
	passed := []program.TimerKind{
		program.TimerPage, program.TimerHide, program.TimerPatience, program.TimerNote, program.TimerRoutes, program.TimerHousekeeping,
	}
	err = l.store.View(ctx, func(tx program.Tx) error {
		due, _, err := tx.DueTimers(end, all)
		next = end
		for _, timer := range due {
			if !slices.Contains(passed, timer.Kind) && timer.At.After(now) && timer.At.Before(next) {
				next = timer.At
			}
		}
		return err
	})
	return next, err
}

// settleTime is how long what is due at a stop may take. It takes some
// milliseconds, and whatever takes longer happens a little later.
const settleTime = 2 * time.Second

// settle waits until what is due was done, and what that led to.
func (l lapse) settle(ctx context.Context) {
	until := time.Now().Add(settleTime)
	for quiet := 0; quiet < 2 && time.Now().Before(until) && ctx.Err() == nil; {
		if quiet++; l.busy(ctx) {
			quiet = 0
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (l lapse) busy(ctx context.Context) bool {
	if l.waiting() > 0 || l.stage.busy.Load() > 0 {
		return true
	}
	var due []program.Timer
	err := l.store.View(ctx, func(tx program.Tx) (err error) {
		due, _, err = tx.DueTimers(l.env.Now(), 1)
		return err
	})
	return err == nil && len(due) > 0
}
