package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// script answers the first sends with errs, the others are shown.
func script(errs ...error) func(int, chat.Message) (chat.Ref, error) {
	return func(n int, _ chat.Message) (chat.Ref, error) {
		if n < len(errs) && errs[n] != nil {
			return "", errs[n]
		}
		return "ref", nil
	}
}

// TestOutcomes tells for each kind of answer what the Desk hears, and what the
// platform sees.
func TestOutcomes(t *testing.T) {
	plain := errors.New("not a SendError")
	noMessage := &chat.SendError{Class: chat.Refused, Err: fmt.Errorf("edit: %w", chat.ErrNoMessage)}
	for _, tt := range []struct {
		name     string
		priority program.Priority
		edit     bool
		errs     []error
		want     []Outcome
		sends    int
		twice    bool
	}{
		{"delivered", program.Reply, false, nil, []Outcome{Delivered}, 1, false},
		{"gone", program.Escalation, false, []error{failure(chat.Gone, 0)}, []Outcome{Gone}, 1, false},
		{"refused", program.Reply, false, []error{failure(chat.Refused, 0)}, []Outcome{Refused}, 1, false},
		{"again", program.Digest, false, []error{failure(chat.Again, 0), failure(chat.Again, 0)}, []Outcome{Delivered}, 3, false},
		{"throttled", program.Reminder, false, []error{failure(chat.Throttled, 0)}, []Outcome{Delivered}, 2, false},
		{"unknown escalation", program.Escalation, false, []error{failure(chat.Unknown, 0)}, []Outcome{Doubtful, Delivered}, 2, true},
		{"unknown reply", program.Reply, false, []error{failure(chat.Unknown, 0)}, []Outcome{Doubtful, Delivered}, 2, true},
		{"unknown alert", program.Alert, false, []error{failure(chat.Unknown, 0)}, []Outcome{Doubtful, Delivered}, 2, true},
		{"unknown reminder", program.Reminder, false, []error{failure(chat.Unknown, 0)}, []Outcome{Unknown}, 1, false},
		{"unknown digest", program.Digest, false, []error{failure(chat.Unknown, 0)}, []Outcome{Unknown}, 1, false},
		{"no class", program.Alert, false, []error{plain}, []Outcome{Doubtful, Delivered}, 2, true},
		{"a class of the future", program.Reminder, false, []error{failure("odd", 0)}, []Outcome{Unknown}, 1, false},
		{"edit", program.Reply, true, nil, []Outcome{Delivered}, 1, false},
		{"no message", program.Reply, true, []error{noMessage}, []Outcome{Delivered}, 2, false},
		{"no message, twice", program.Reply, true, []error{noMessage, noMessage}, []Outcome{Refused}, 2, false},
		{"no message, no edit", program.Reply, false, []error{noMessage}, []Outcome{Refused}, 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &platform{answer: script(tt.errs...)}
			d := newDesk()
			bubble(t, p, d, func(x *Dispatcher) {
				rows := d.queue(tt.priority, "a", 1)
				if tt.edit {
					rows = d.edit(rows)
				}
				x.Add(rows...)
				time.Sleep(time.Minute)
			})
			if got := d.outcomes(); !slices.Equal(got, tt.want) {
				t.Errorf("outcomes %v, want %v", got, tt.want)
			}
			sends := p.log()
			if len(sends) != tt.sends {
				t.Errorf("%d sends, want %d", len(sends), tt.sends)
			}
			last := d.log()[len(d.log())-1]
			if last.Twice != tt.twice || last.At.IsZero() || (last.Outcome == Delivered) != (last.Ref == "ref") {
				t.Errorf("result %+v", last.Result)
			}
			for i, s := range sends {
				if (s.m.Replaces != "") != (tt.edit && i == 0) {
					t.Errorf("send %d replaces %q", i, s.m.Replaces)
				}
			}
		})
	}
}

// TestBackOff checks the waits after failures, and that an escalation does not
// sit out a reminder's.
func TestBackOff(t *testing.T) {
	p := &platform{answer: func(n int, m chat.Message) (chat.Ref, error) { return "", failure(chat.Again, 0) }}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Reminder, "a", 1)...)
		time.Sleep(30 * time.Minute)
		times := p.times()
		want := time.Second
		for i := range times[1:] {
			if got := times[i+1].Sub(times[i]); got < want || got > want*5/4 {
				t.Errorf("wait %d is %s, want %s and up to a quarter more", i, got, want)
			}
			want = min(2*want, 4*time.Minute)
		}
		n := len(times)
		x.Add(d.queue(program.Escalation, "a", 1)...)
		time.Sleep(time.Minute)
		times = p.times()[n:]
		if len(times) < 2 || times[1].Sub(times[0]) > 30*time.Second {
			t.Errorf("tries of the escalation within a minute: %v", times)
		}
	})
}

func TestAgainAfter(t *testing.T) {
	p := &platform{answer: script(failure(chat.Again, 17*time.Second))}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Reply, "a", 1)...)
		x.Add(d.queue(program.Reply, "b", 1)...)
		time.Sleep(time.Minute)
	})
	times := p.times()
	if len(times) != 3 || times[1].Sub(times[0]) != 0 || times[2].Sub(times[0]) != 17*time.Second {
		t.Errorf("sends at %v", times)
	}
}

// TestMoved checks that everything for the old place is told at once, and goes
// to the new one in order.
func TestMoved(t *testing.T) {
	to := chat.Place{Platform: fake, ID: "new"}
	p := &platform{caps: chat.Capabilities{PlacePerSecond: 1}}
	p.answer = func(n int, m chat.Message) (chat.Ref, error) {
		if m.To != to {
			return "", &chat.SendError{Class: chat.Again, Moved: to, Err: errors.New("moved")}
		}
		return "ref", nil
	}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Reply, "old", 3)...)
		x.Add(d.queue(program.Escalation, "old", 1)...)
		time.Sleep(time.Millisecond)
		if n := len(p.log()); n != 2 {
			t.Errorf("%d sends; the first should be repeated at once", n)
		}
		time.Sleep(time.Minute)
	})
	if got := texts(p.log()); !slices.Equal(got, []string{"4", "1", "2", "3"}) {
		t.Errorf("shown %v", got)
	}
	first := d.log()[0]
	if first.Outcome != Moved || first.Moved != to || len(first.rows) != 4 || len(d.box) != 0 {
		t.Errorf("told %+v, left %v", first, d.box)
	}
}

func TestMovedToItself(t *testing.T) {
	same := chat.Place{Platform: fake, ID: "a"}
	p := &platform{answer: script(&chat.SendError{Class: chat.Again, Moved: same, Err: errors.New("odd")})}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Reply, "a", 1)...)
		time.Sleep(time.Minute)
	})
	if got := d.outcomes(); !slices.Equal(got, []Outcome{Delivered}) {
		t.Errorf("outcomes %v", got)
	}
}

// TestMerge has twenty concerns come in within a second, for one group.
func TestMerge(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PerSecond: 30, PlacePerSecond: 1, GroupPerMinute: 20}}
	d := newDesk()
	d.merge = true
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Reply, "group", 2)...)
		time.Sleep(1100 * time.Millisecond)
		for range 20 {
			x.Add(d.queue(program.Escalation, "group", 1)...)
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(time.Second)
	})
	var covered []int
	for _, e := range d.log() {
		if e.rows[0].Priority == program.Escalation {
			covered = append(covered, len(e.rows))
		} else if len(e.rows) > 1 {
			t.Error("replies were offered together")
		}
	}
	n := 0
	for _, c := range covered {
		n += c
	}
	if n != 20 || len(covered) > 2 {
		t.Errorf("messages with %v cards", covered)
	}
}

func TestMoot(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PerSecond: 1}}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		rows := d.queue(program.Reminder, "a", 1000)
		clear(d.box)
		x.Add(append(rows, d.queue(program.Reminder, "a", 1)...)...)
		time.Sleep(2 * time.Second)
	})
	if len(p.log()) != 1 || len(d.log()) != 1001 || d.log()[0].Outcome != Moot {
		t.Errorf("%d sends, %d results: what is not sent takes no slot", len(p.log()), len(d.log()))
	}
}

func TestNoAdapter(t *testing.T) {
	d := newDesk()
	bubble(t, &platform{}, d, func(x *Dispatcher) {
		w := program.Waiting{Seq: 1, Priority: program.Escalation, To: chat.Place{Platform: "other", ID: "1"}}
		d.mu.Lock()
		d.box[w] = chat.Message{To: w.To}
		d.mu.Unlock()
		x.Add(Row{Waiting: w})
		time.Sleep(time.Second)
	})
	if e := d.log(); len(e) != 1 || e[0].Outcome != Refused || !errors.Is(e[0].Err, ErrNoAdapter) {
		t.Errorf("results %+v", e)
	}
}

func TestAdapterPanic(t *testing.T) {
	p := &platform{answer: func(n int, _ chat.Message) (chat.Ref, error) {
		if n == 0 {
			panic("words of a person")
		}
		return "ref", nil
	}}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Reply, "a", 2)...)
		time.Sleep(time.Second)
	})
	if got := d.outcomes(); !slices.Equal(got, []Outcome{Refused, Delivered}) {
		t.Errorf("outcomes %v", got)
	}
}

// TestBrokenDesk checks that Run ends when the Desk fails, in whatever way.
func TestBrokenDesk(t *testing.T) {
	broken := errors.New("disk full")
	for name, d := range map[string]Desk{
		"take":       odd{take: func() (bool, bool, error) { return true, true, broken }},
		"take panic": odd{take: func() (bool, bool, error) { panic("words of a person") }},
		"done":       odd{take: func() (bool, bool, error) { return true, true, nil }, done: func() error { return broken }},
		"done panic": odd{take: func() (bool, bool, error) { return true, true, nil }, done: func() error { panic("words") }},
		"nothing":    odd{take: func() (bool, bool, error) { return false, true, nil }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &platform{took: time.Second}
				x := New(Options{Desk: d, Adapters: map[chat.Platform]chat.Adapter{fake: p}})
				x.Add(newDesk().queue(program.Reply, "a", 1)...)
				err := x.Run(t.Context())
				if err == nil || (name == "take" || name == "done") != errors.Is(err, broken) {
					t.Errorf("Run: %v", err)
				}
			})
		})
	}
}

// An odd desk fails.
type odd struct {
	take func() (covers, send bool, err error)
	done func() error
}

func (o odd) Take(_ context.Context, rows []program.Waiting) (chat.Message, []program.Waiting, bool, error) {
	covers, send, err := o.take()
	if !covers {
		rows = nil
	}
	return chat.Message{}, rows, send, err
}

func (o odd) Done(context.Context, []program.Waiting, Result) error { return o.done() }
