package discord_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"steadfast/adapters/discord"
	"steadfast/adapters/discord/discordtest"
	"steadfast/bot/chat"
)

// A diary keeps the newest mark of each place.
type diary struct {
	mu    sync.Mutex
	marks map[chat.Place]string
	fails int           // how often the next reads fail
	slow  time.Duration // how long a read takes
	all   []chat.Event  // without repetitions
	known map[string]bool
}

func (d *diary) read(context.Context) (all []chat.Mark, err error) {
	time.Sleep(d.slow)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails > 0 {
		d.fails--
		return nil, errors.New("the disk is slow")
	}
	for p, m := range d.marks {
		all = append(all, chat.Mark{Place: p, Read: m})
	}
	return all, nil
}

func (d *diary) write(e chat.Event) (chat.Answer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if e.Mark != "" {
		d.marks[e.In] = e.Mark
	}
	if !d.known[e.ID] {
		d.known[e.ID] = true
		d.all = append(d.all, e)
	}
	return chat.Answer{}, nil
}

// handled returns what was said in a place, as far as it was handled.
func (d *diary) handled(p chat.Place) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var events []chat.Event
	for _, e := range d.all {
		if e.In == p {
			events = append(events, e)
		}
	}
	return said(events)
}

// recall runs a test with an adapter that is given marks, which its handler
// keeps. Of Mia nothing is known at first.
func recall(t *testing.T, name string, test func(*testing.T, *world, *diary)) {
	d := &diary{marks: map[chat.Place]string{at(mia): ""}, known: map[string]bool{}}
	play(t, name, func(t *testing.T, w *world) {
		w.answer(d.write)
		test(t, w, d)
	}, func(o *discord.Options) { o.Marks = d.read })
}

// heard fails the test unless exactly this was said, repetitions left out.
func (w *world) heard(want ...string) {
	w.t.Helper()
	seen := map[string]bool{}
	var events []chat.Event
	for _, e := range w.came() {
		if !seen[e.ID] {
			seen[e.ID] = true
			events = append(events, e)
		}
	}
	if got := said(events); !slices.Equal(got, want) {
		w.t.Errorf("heard %q, want %q", got, want)
	}
}

func TestHistory(t *testing.T) {
	recall(t, "nothing was ever heard", func(t *testing.T, w *world, d *diary) {
		w.end()
		w.Say(mia, "", "one")
		w.Say(mia, "", "two")
		w.start()
		w.heard("one", "two")
	})
	recall(t, "since the mark", func(t *testing.T, w *world, d *diary) {
		w.Say(mia, "", "one")
		wait(time.Second)
		w.heard("one")
		w.end()
		for i := range 250 {
			w.Say(mia, "", strconv.Itoa(i))
		}
		w.start()
		var want []string
		for i := range 250 {
			want = append(want, strconv.Itoa(i))
		}
		w.heard(want...)
		w.end()
		w.start()
		w.heard()
	})
	recall(t, "edited meanwhile", func(t *testing.T, w *world, d *diary) {
		first := w.Say(mia, "", "one")
		wait(time.Minute)
		w.heard("one")
		w.end()
		second := w.Say(mia, "", "two")
		wait(time.Minute)
		w.Edit(mia, "", first, "ONE")
		w.Edit(mia, "", second, "TWO")
		w.start()
		w.heard("edited: ONE", "TWO")
		wait(48 * time.Hour)
		w.end()
		w.start()
		w.heard()
	})
	recall(t, "a new session", func(t *testing.T, w *world, d *diary) {
		w.Gateway.Invalidate(false)
		w.Say(mia, "", "while away")
		wait(time.Minute)
		w.heard("while away")
	})
	recall(t, "the same session", func(t *testing.T, w *world, d *diary) {
		before := w.Calls("GET /channels/{channel}/messages")
		w.Gateway.Drop()
		w.Say(mia, "", "while away")
		wait(time.Minute)
		w.heard("while away")
		if n := w.Calls("GET /channels/{channel}/messages"); n != before {
			t.Errorf("the history was read %d times", n-before)
		}
	})
}

// What comes live waits for what was said before, in the same place.
func TestHistoryFirst(t *testing.T) {
	recall(t, "a slow disk", func(t *testing.T, w *world, d *diary) {
		w.end()
		w.Say(mia, "", "one")
		d.slow = 2 * time.Second
		w.run()
		wait(time.Second)
		w.Say(mia, "", "two")
		wait(5 * time.Second)
		w.heard("one", "two")
	})
	recall(t, "a long line", func(t *testing.T, w *world, d *diary) {
		w.end()
		for i := range 40 { // these are before her in line
			id := strconv.Itoa(610000000000000000 + i)
			w.Join(discordtest.Person{ID: id, Username: "p" + strconv.Itoa(i)})
			d.marks[at(id)] = w.Private(id) + ":" + w.Say(id, "", "x")
		}
		w.Say(mia, "", "one")
		w.run()
		wait(time.Second)
		w.heard()
		w.Say(mia, "", "two")
		wait(100 * time.Millisecond)
		w.heard("one", "two")
	})
}

func TestHistoryOutOfReach(t *testing.T) {
	route := "GET /channels/{channel}/messages"
	recall(t, "the server", func(t *testing.T, w *world, d *diary) {
		w.end()
		w.Say(mia, "", "one")
		w.Fail(route, discordtest.Fault{Status: 500, Times: 3})
		w.start()
		w.Say(mia, "", "two")
		wait(time.Second)
		events := w.came()
		if got := said(events); !slices.Equal(got, []string{"two"}) || events[0].Mark != "" {
			t.Errorf("live: %q %+v", got, events)
		}
		wait(10 * time.Minute)
		w.heard("one", "two")
	})
	recall(t, "the store", func(t *testing.T, w *world, d *diary) {
		w.end()
		w.Say(mia, "", "one")
		d.fails = 3
		w.start()
		w.Say(mia, "", "two")
		wait(time.Minute)
		w.heard("two", "one") // what came live does not wait for a slow disk
		if d.marks[at(mia)] == "" {
			t.Error("no mark")
		}
	})
	recall(t, "for ever", func(t *testing.T, w *world, d *diary) {
		w.end()
		w.Fail(route, discordtest.Fault{Status: 403, Code: 50001})
		w.start()
		wait(time.Hour)
		if n := w.Calls(route); n != 2 { // once before, once now
			t.Errorf("read %d times", n)
		}
		w.Say(mia, "", "two")
		wait(time.Second)
		if e := w.last(); e.Mark == "" {
			t.Errorf("%+v", e)
		}
	})
}

// A crash in the middle of the history loses nothing and changes no order.
func TestHistoryInterrupted(t *testing.T) {
	recall(t, "", func(t *testing.T, w *world, d *diary) {
		w.end()
		var want []string
		for i := range 30 {
			want = append(want, fmt.Sprint(i))
			w.Say(mia, "", want[i])
		}
		full := errors.New("the disk is full")
		n := 0
		w.answer(func(e chat.Event) (chat.Answer, error) {
			if n++; n == 10 {
				return chat.Answer{}, full
			}
			return d.write(e)
		})
		w.run()
		if err := <-w.done; !errors.Is(err, full) {
			t.Fatal(err)
		}
		w.answer(d.write)
		w.start()
		w.heard(want...)
	})
}
