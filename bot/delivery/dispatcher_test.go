package delivery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// TestAnyScript sends rows to a platform that answers anything, and checks the
// promises that hold whatever it answers.
func TestAnyScript(t *testing.T) {
	answers := []error{
		nil, failure(chat.Again, 0), failure(chat.Again, 3*time.Second), failure(chat.Throttled, 2*time.Second),
		failure(chat.Gone, 0), failure(chat.Refused, 0), failure(chat.Unknown, 0),
		&chat.SendError{Class: chat.Again, Moved: chat.Place{Platform: fake, ID: "new"}, Err: chat.ErrNoMessage},
		&chat.SendError{Class: chat.Refused, Err: chat.ErrNoMessage},
	}
	rapid.Check(t, func(rt *rapid.T) {
		p := &platform{
			caps: rapid.SampledFrom([]chat.Capabilities{
				{}, {PerSecond: 30, PlacePerSecond: 1, GroupPerMinute: 20}, {PerSecond: 50, PlacePerSecond: 1, PlaceBurst: 5},
			}).Draw(rt, "limits"),
			took: time.Duration(rapid.IntRange(0, 100).Draw(rt, "latency")) * time.Millisecond,
		}
		p.answer = moving(script(rapid.SliceOfN(rapid.SampledFrom(answers), 0, 60).Draw(rt, "answers")...))
		d := newDesk()
		d.merge = rapid.Bool().Draw(rt, "merge")
		d.took = time.Duration(rapid.IntRange(0, 20).Draw(rt, "commit")) * time.Millisecond
		type batch struct {
			place    string
			priority program.Priority
			rows     int
			edit     bool
			wait     time.Duration
		}
		batches := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) batch {
			return batch{
				place:    rapid.SampledFrom([]string{"a", "b", "group"}).Draw(rt, "place"),
				priority: program.Priority(rapid.IntRange(1, 5).Draw(rt, "priority")),
				rows:     rapid.IntRange(1, 5).Draw(rt, "rows"),
				edit:     rapid.Bool().Draw(rt, "edit"),
				wait:     time.Duration(rapid.IntRange(0, 2000).Draw(rt, "wait")) * time.Millisecond,
			}
		}), 1, 20).Draw(rt, "batches")
		added := map[uint64]program.Waiting{}
		var stats Stats
		bubble(t, p, d, func(x *Dispatcher) {
			for _, b := range batches {
				rows := d.queue(b.priority, b.place, b.rows)
				if b.edit {
					rows = d.edit(rows)
				}
				for _, r := range rows {
					added[r.Seq] = r.Waiting
				}
				x.Add(rows...)
				x.Add(rows[0]) // known already, or done already
				time.Sleep(b.wait)
			}
			time.Sleep(2 * time.Hour)
			stats = x.Stats()
			if n := len(x.lanes[fake].queue.places); n != 0 {
				rt.Errorf("%d places are remembered", n)
			}
		})
		checkPromises(rt, d, added)
		shown := texts(p.log())
		if slices.Sort(shown); len(slices.Compact(shown)) != len(texts(p.log())) {
			rt.Errorf("shown twice: %v", texts(p.log()))
		}
		for p, depth := range stats.Waiting {
			if depth != (Depth{}) {
				rt.Errorf("priority %d: %+v waiting in the end", p, depth)
			}
		}
	})
}

// moving makes a place that has moved stay so.
func moving(answer func(int, chat.Message) (chat.Ref, error)) func(int, chat.Message) (chat.Ref, error) {
	var mu sync.Mutex
	moved := map[chat.Place]error{}
	return func(n int, m chat.Message) (chat.Ref, error) {
		mu.Lock()
		defer mu.Unlock()
		if err := moved[m.To]; err != nil {
			return "", err
		}
		ref, err := answer(n, m)
		if e, ok := errors.AsType[*chat.SendError](err); ok && e.Moved.ID != "" && e.Moved != m.To {
			moved[m.To] = err
		}
		return ref, err
	}
}

// checkPromises checks that every row left the outbox once, was sent twice only
// where it may not have been shown, and that rows were delivered in order.
func checkPromises(rt *rapid.T, d *desk, added map[uint64]program.Waiting) {
	left, doubtful := map[uint64]Outcome{}, map[uint64]bool{}
	type class struct {
		place    string
		priority program.Priority
	}
	last := map[class]uint64{}
	for _, e := range d.log() {
		for _, w := range e.rows {
			switch e.Outcome {
			case Moved:
				continue
			case Doubtful:
				doubtful[w.Seq] = true
				continue
			case Moot: // the second Add came after the end
				continue
			}
			if before, ok := left[w.Seq]; ok {
				rt.Errorf("row %d was %s, then %s", w.Seq, before, e.Outcome)
			}
			left[w.Seq] = e.Outcome
			if doubtful[w.Seq] && !e.Twice {
				rt.Errorf("row %d may be there twice, and nobody knows", w.Seq)
			}
			// Where it was queued is what counts, wherever it moved to.
			c := class{added[w.Seq].To.ID, w.Priority}
			if e.Outcome == Delivered && w.Seq < last[c] {
				rt.Errorf("row %d after %d in %v", w.Seq, last[c], c)
			}
			last[c] = max(last[c], w.Seq)
		}
	}
	if len(left) != len(added) || len(d.box) != 0 {
		rt.Errorf("%d of %d rows ended, %d remain", len(left), len(added), len(d.box))
	}
}

func TestSlowDone(t *testing.T) {
	p := &platform{}
	d := newDesk()
	d.took = 100 * time.Millisecond
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Reply, "a", 3)...)
		x.Add(d.queue(program.Reply, "b", 3)...)
		time.Sleep(time.Second)
	})
	times := p.times()
	if len(times) != 6 || times[1] != times[0] || times[2].Sub(times[0]) != d.took {
		t.Errorf("sends at %v", times)
	}
}

// TestHangingPlatform checks that reminders which hang leave room for an
// escalation.
func TestHangingPlatform(t *testing.T) {
	p := &platform{took: time.Hour}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		for i := range 200 {
			x.Add(d.queue(program.Reminder, fmt.Sprint(i), 1)...)
		}
		synctest.Wait()
		if n := len(p.log()); n != 48 {
			t.Errorf("%d under way", n)
		}
		x.Add(d.queue(program.Escalation, "s", 1)...)
		synctest.Wait()
		if n := len(p.log()); n != 49 {
			t.Errorf("%d under way with the escalation", n)
		}
	})
}

// TestEnd checks that what is under way when Run is to end is recorded, and that
// nothing new is begun.
func TestEnd(t *testing.T) {
	for _, took := range []time.Duration{20 * time.Second, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			p := &platform{took: took}
			d := newDesk()
			x := New(Options{
				Desk: d, Adapters: map[chat.Platform]chat.Adapter{fake: p},
				Timeout: 30 * time.Minute, Grace: 30 * time.Second,
			})
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- x.Run(ctx) }()
			x.Add(d.queue(program.Reminder, "a", 2)...)
			time.Sleep(time.Second)
			cancel()
			at := time.Now()
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
			want, after := Delivered, 19*time.Second
			if took == time.Hour {
				want, after = Unknown, 30*time.Second
			}
			if got := d.outcomes(); !slices.Equal(got, []Outcome{want}) || time.Since(at) != after {
				t.Errorf("%v after %s", got, time.Since(at))
			}
			x.Add(d.queue(program.Reminder, "b", 1)...) // harmless
		})
	}
}

func TestSendTimeout(t *testing.T) {
	p := &platform{took: time.Hour}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Digest, "a", 1)...)
		time.Sleep(36 * time.Second)
	})
	if got := d.outcomes(); !slices.Equal(got, []Outcome{Unknown}) {
		t.Errorf("outcomes %v", got)
	}
}

func TestStats(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PerSecond: 1}}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		began := time.Now()
		old := d.queue(program.Digest, "a", 3)
		old[1].Since = began.Add(-time.Hour)
		x.Add(old...)
		time.Sleep(10 * time.Millisecond)
		x.Add(d.queue(program.Reminder, "b", 2)...)
		synctest.Wait()
		s := x.Stats()
		if got := s.Waiting[program.Digest]; got.Rows != 2 || !got.Oldest.Equal(began.Add(-time.Hour)) {
			t.Errorf("digests %+v", got)
		}
		if got := s.Waiting[program.Reminder]; got.Rows != 2 || !got.Oldest.Equal(began) {
			t.Errorf("reminders %+v", got)
		}
		got := s.Platforms[0]
		if got.Platform != fake || !got.Delivered.Equal(began) || !got.Paused.IsZero() || got.Share != 1 || got.Sending != 0 {
			t.Errorf("platform %+v", got)
		}
		time.Sleep(time.Minute)
		if got := x.Stats().Waiting[program.Digest]; got != (Depth{}) {
			t.Errorf("digests in the end %+v", got)
		}
	})
}

// TestLog checks that trouble is logged, once, and without a word of a message.
func TestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := &platform{answer: func(n int, m chat.Message) (chat.Ref, error) {
			if n == 0 {
				panic("secret " + m.Text.Plain())
			}
			return "", &chat.SendError{Class: chat.Again, Err: errors.New("secret")}
		}}
		d := newDesk()
		x := New(Options{
			Desk: d, Adapters: map[chat.Platform]chat.Adapter{fake: p}, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- x.Run(ctx) }()
		x.Add(d.queue(program.Alert, "a", 2)...)
		time.Sleep(time.Hour)
		cancel()
		<-ended
		got := log.String()
		if strings.Contains(got, "secret") || strings.Count(got, "\n") != 2 {
			t.Errorf("log:\n%s", got)
		}
		for _, want := range []string{"place=fake:a", "seq=2", "class=again", "TestLog"} {
			if !strings.Contains(got, want) {
				t.Errorf("no %s in the log:\n%s", want, got)
			}
		}
	})
}
