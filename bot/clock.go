package bot

import (
	"context"
	"slices"
	"time"

	"steadfast/bot/program"
)

// setBack looks again at what waits, after the clock was set back from a time:
// whatever was to follow soon would otherwise follow that much later.
func (b *Bot) setBack(ctx context.Context, from time.Time) error {
	var soon []program.Timer
	err := b.Store.View(ctx, func(tx program.Tx) (err error) {
		soon, _, err = tx.DueTimers(from.Add(patienceAhead), lookedAtOnce)
		return err
	})
	if err != nil {
		return err
	}
	for _, timer := range soon {
		if timer.Kind != program.TimerPatience {
			continue
		}
		if err := b.wake(ctx, timer); err != nil {
			return err
		}
	}
	return b.lookAtCases(ctx)
}

// What is looked at when the clock was set back: dialogues that were to be
// looked at by then, of which a call for help is the most pressing.
const (
	patienceAhead = time.Hour
	lookedAtOnce  = 10_000
)

// lookAtCases lets every open case be looked at now whose timer does not know
// what has happened: the clock was set back, or its owner can no longer have it.
func (b *Bot) lookAtCases(ctx context.Context) error {
	var odd []program.CaseNo
	err := b.Store.View(ctx, func(tx program.Tx) error {
		odd = nil
		t := &turn{Bot: b, tx: tx, now: tx.Now()}
		for c, err := range tx.OpenCases() {
			if err != nil {
				return err
			}
			is, err := t.isOdd(c)
			if err != nil {
				return err
			}
			if is {
				odd = append(odd, c.No)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(odd, pageAtOnce) {
		_, err := b.update(ctx, func(t *turn) error {
			for _, no := range part {
				if err := t.setTimer(program.Timer{Kind: program.TimerPage, ID: uint64(no), At: t.now}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// isOdd reports whether the timer of a case may lie too far ahead.
func (t *turn) isOdd(c program.Case) (bool, error) {
	if c.Waiting() && t.Ladder.Again[c.Level] > 0 && (c.Paged.After(t.now) || c.Paged.IsZero()) {
		return true, nil
	}
	if lasts := t.Ladder.Renew[c.Level]; !c.Waiting() && lasts > 0 && c.Until.After(t.now.Add(lasts)) {
		return true, nil
	}
	return t.ownerless(c)
}

// notAhead takes back what was recorded of a case by a clock that was set back
// since: else its next page would wait until the clock is there again.
func (t *turn) notAhead(c *program.Case) {
	if c.Paged.After(t.now) {
		c.Paged = t.now
	}
	if c.Climbed.After(t.now) {
		c.Climbed = t.now
	}
	if last := t.now.Add(t.Ladder.Renew[c.Level]); c.AckedBy != 0 && last.After(t.now) && c.Until.After(last) {
		c.Until = last
	}
}

// ownerless reports whether whoever has a case cannot have it: they left the
// program, are no supervisor any more, or it is about them.
func (t *turn) ownerless(c program.Case) (bool, error) {
	if c.AckedBy == 0 {
		return false, nil
	}
	p, err := t.person(c.AckedBy)
	return !p.Is(program.Supervisor|program.Outside) || c.Concerns(c.AckedBy), err
}

// takeAway lets a case wait for somebody again whose owner can no longer have
// it. The owner is not told: they have nothing to do with cases any more.
func (t *turn) takeAway(c *program.Case) error {
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopOwnerLeft, By: c.AckedBy, Level: c.Level}); err != nil {
		return err
	}
	c.Release()
	return nil
}
