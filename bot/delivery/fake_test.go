package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

const fake chat.Platform = "fake"

// A platform is the foreign side: it notes what arrives when, and answers from
// a script.
type platform struct {
	caps   chat.Capabilities
	took   time.Duration                                 // for each send
	answer func(n int, m chat.Message) (chat.Ref, error) // to the n-th send; nil: it is shown

	mu    sync.Mutex
	sends []arrival
}

type arrival struct {
	at  time.Time
	m   chat.Message
	err error
}

func (p *platform) Platform() chat.Platform                 { return fake }
func (p *platform) Capabilities() chat.Capabilities         { return p.caps }
func (p *platform) Run(context.Context, chat.Handler) error { return nil }
func (p *platform) log() []arrival                          { p.mu.Lock(); defer p.mu.Unlock(); return slices.Clone(p.sends) }
func (p *platform) times() (t []time.Time) {
	for _, a := range p.log() {
		t = append(t, a.at)
	}
	return t
}
func (p *platform) Send(ctx context.Context, m chat.Message) (chat.Ref, error) {
	p.mu.Lock()
	n := len(p.sends)
	ref, err := chat.Ref(fmt.Sprint(n+1)), error(nil)
	p.sends = append(p.sends, arrival{at: time.Now(), m: m})
	p.mu.Unlock()
	if p.took > 0 {
		select {
		case <-time.After(p.took):
		case <-ctx.Done():
			return "", &chat.SendError{Class: chat.Unknown, Err: ctx.Err()}
		}
	}
	if p.answer != nil {
		ref, err = p.answer(n, m)
		p.mu.Lock()
		p.sends[n].err = err
		p.mu.Unlock()
	}
	return ref, err
}

// A desk is an outbox in memory. The text of a message is the Seq of its row.
type desk struct {
	merge bool
	took  time.Duration        // for each Done
	slow  func() time.Duration // for each Take

	mu     sync.Mutex
	box    map[program.Waiting]chat.Message
	last   uint64
	events []record
}

type record struct {
	rows []program.Waiting
	Result
}

func newDesk() *desk { return &desk{box: map[program.Waiting]chat.Message{}} }

// queue puts n messages for the place into the outbox.
func (d *desk) queue(p program.Priority, id string, n int) (rows []Row) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for range n {
		d.last++
		w := program.Waiting{Seq: d.last, Priority: p, To: chat.Place{Platform: fake, ID: id}}
		d.box[w] = chat.Message{To: w.To, Text: chat.Say(fmt.Sprint(w.Seq))}
		rows = append(rows, Row{Waiting: w})
	}
	return rows
}

// edit makes the messages of rows edits.
func (d *desk) edit(rows []Row) []Row {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range rows {
		m := d.box[rows[i].Waiting]
		m.Replaces = "old"
		d.box[rows[i].Waiting] = m
		rows[i].Edit = true
	}
	return rows
}

func (d *desk) Take(_ context.Context, rows []program.Waiting) (chat.Message, []program.Waiting, bool, error) {
	if d.slow != nil {
		time.Sleep(d.slow())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	m, ok := d.box[rows[0]]
	if ok && d.merge {
		return m, rows, true, nil
	}
	return m, rows[:1], ok, nil
}

func (d *desk) Done(_ context.Context, rows []program.Waiting, r Result) error {
	time.Sleep(d.took)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, record{rows, r})
	for _, w := range rows {
		m := d.box[w]
		if r.Outcome != Doubtful {
			delete(d.box, w)
		}
		if r.Outcome == Moved {
			w.To, m.To = r.Moved, r.Moved
			d.box[w] = m
		}
	}
	return nil
}

func (d *desk) log() []record {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.events)
}

func (d *desk) outcomes() (o []Outcome) {
	for _, e := range d.log() {
		o = append(o, e.Outcome)
	}
	return o
}

// bubble runs f beside a Dispatcher, in a time of its own.
func bubble(t *testing.T, p *platform, d *desk, f func(*Dispatcher)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		x := New(Options{
			Desk: d, Adapters: map[chat.Platform]chat.Adapter{fake: p},
			Group: func(p chat.Place) bool { return p.ID[0] == 'g' },
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- x.Run(ctx) }()
		f(x)
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func failure(c chat.Class, after time.Duration) error {
	return &chat.SendError{Class: c, After: after, Err: errors.New("scripted")}
}

// crowded returns the most arrivals in any window of that length.
func crowded(times []time.Time, window time.Duration) int {
	most, from := 0, 0
	for i, t := range times {
		for !times[from].After(t.Add(-window)) {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

// texts returns what was shown, in order.
func texts(sends []arrival) (s []string) {
	for _, a := range sends {
		if a.err == nil {
			s = append(s, a.m.Text.Plain())
		}
	}
	return s
}
