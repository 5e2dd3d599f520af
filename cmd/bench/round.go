package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// A figure is one number that is measured.
type figure string

const (
	rate       figure = "check-ins/s"
	stepMid    figure = "step p50 ms"
	confirmMid figure = "confirm p50 ms"
	confirmLow figure = "confirm p99 ms"
	escMid     figure = "escalation p50 ms"
	escLow     figure = "escalation p99 ms"
	processor  figure = "CPU ms/check-in"
	idleMemory figure = "RSS idle MB"
	peakMemory figure = "RSS peak MB"
	written    figure = "KB written/check-in"
	startTime  figure = "start ms"
	lost       figure = "missing"
)

// figures returns the ones of a closed loop in the order of the table.
func figures() []figure {
	return []figure{rate, stepMid, confirmMid, confirmLow, escMid, escLow, processor, idleMemory, peakMemory, written, startTime, lost}
}

// A sample is what one run of one bot came to.
type sample map[figure]float64

// A bench runs bots.
type bench struct {
	folder    string // of everything that is written
	dur, warm time.Duration
}

// home makes an empty folder for a run; the path must be short, since a socket
// goes there.
func (b bench) home() (string, error) { return os.MkdirTemp(b.folder, "r") }

// closedLoop runs one bot with so many mentors for a while.
func (b bench) closedLoop(ctx context.Context, who contender, chats int) (sample, error) {
	folder, err := b.home()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	c := newCrowd(chats, firstMentor)
	f, err := newFake(nil, c.see)
	if err != nil {
		return nil, err
	}
	defer f.close()
	c.fake = f
	if err := who.prepare(folder, f.url); err != nil {
		return nil, err
	}
	p, err := launch(ctx, f, who.command(folder, f.url))
	if err != nil {
		return nil, err
	}
	defer p.stop()
	if err := pause(ctx, 200*time.Millisecond); err != nil {
		return nil, err
	}
	idle := p.use()
	c.begin()
	if err := c.greet(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", who.name, err)
	}
	if err := pause(ctx, b.warm); err != nil {
		return nil, err
	}
	before, began := p.use(), time.Now()
	c.measure()
	if err := pause(ctx, b.dur); err != nil {
		return nil, err
	}
	c.measuring.Store(false)
	after, took := p.use(), time.Since(began)
	stuck := c.settle(5 * time.Second)
	t := c.escalated()
	if t.dialogues == 0 {
		return nil, fmt.Errorf("%s: nobody came to the end of a check-in in %s; %d mentors wait", who.name, b.dur, stuck)
	}
	n := float64(t.dialogues)
	return sample{
		rate: n / took.Seconds(), stepMid: quantile(t.steps, 0.5),
		confirmMid: quantile(t.confirms, 0.5), confirmLow: quantile(t.confirms, 0.99),
		escMid: quantile(t.escalations, 0.5), escLow: quantile(t.escalations, 0.99),
		processor:  float64(after.cpu-before.cpu) / float64(time.Millisecond) / n,
		idleMemory: float64(idle.rss) / (1 << 20), peakMemory: float64(after.peak) / (1 << 20),
		written:   float64(after.written-before.written) / 1024 / n,
		startTime: milliseconds(p.start), lost: float64(t.missing + stuck),
	}, nil
}

// greet waits until everybody had an answer to their first words.
func (c *crowd) greet(ctx context.Context) error {
	for end := time.Now().Add(time.Minute); c.greeted.Load() < int64(len(c.mentors)); {
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("%d of %d mentors were answered within a minute", c.greeted.Load(), len(c.mentors))
		}
	}
	return nil
}

// start returns how long a bot takes until it asks for updates, in an empty
// folder.
func (b bench) start(ctx context.Context, who contender) (float64, error) {
	folder, err := b.home()
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	return b.restart(ctx, who, folder)
}

// restart returns how long a bot takes to start in a folder that stays.
func (b bench) restart(ctx context.Context, who contender, folder string) (float64, error) {
	f, err := newFake(nil, func(shown) {})
	if err != nil {
		return 0, err
	}
	defer f.close()
	if err := who.prepare(folder, f.url); err != nil {
		return 0, err
	}
	p, err := launch(ctx, f, who.command(folder, f.url))
	if err != nil {
		return 0, err
	}
	p.stop()
	return milliseconds(p.start), nil
}

// rounds runs the bots one after the other, each round in another order, and
// returns the samples of each, by round.
func rounds(ctx context.Context, n int, who []contender, run func(contender) (sample, error)) (map[string][]sample, error) {
	all := map[string][]sample{}
	for i := range n {
		order := slices.Clone(who)
		if i%2 == 1 {
			slices.Reverse(order)
		}
		for _, w := range order {
			s, err := run(w)
			if err != nil {
				return all, errors.Join(fmt.Errorf("round %d", i+1), err)
			}
			all[w.name] = append(all[w.name], s)
		}
	}
	return all, ctx.Err()
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// quantile returns the p-th of times in milliseconds, zero of none.
func quantile(times []time.Duration, p float64) float64 {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return milliseconds(sorted[min(len(sorted)-1, int(p*float64(len(sorted))))])
}

// median returns the middle of numbers, zero of none.
func median(numbers []float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(numbers))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// sub returns a folder for data that outlives a run.
func (b bench) sub(name string) string { return filepath.Join(b.folder, name) }
