package discord_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/adapters/discord"
	"steadfast/adapters/discord/discordtest"
	"steadfast/bot/chat"
)

const (
	mia   = "600000000000000001"
	tom   = "600000000000000002"
	board = "700000000000000001" // a channel of the server
)

// A world is Discord, and an adapter whose handler keeps what comes and answers
// as it is told.
type world struct {
	*discordtest.Server
	*discord.Adapter
	t    *testing.T
	o    discord.Options
	done chan error
	stop context.CancelFunc

	spoken int

	mu     sync.Mutex
	events []chat.Event
	reply  func(chat.Event) (chat.Answer, error)
}

// play runs a test in a bubble, with an adapter that runs and two people.
func play(t *testing.T, name string, test func(*testing.T, *world), change ...func(*discord.Options)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, change...)
			w.start()
			defer w.end()
			test(t, w)
			if faults := w.Faults(); len(faults) > 0 {
				t.Errorf("faults: %q", faults)
			}
		})
	})
}

func newWorld(t *testing.T, change ...func(*discord.Options)) *world {
	w := &world{Server: discordtest.New(), t: t}
	w.Join(discordtest.Person{ID: mia, Username: "mia", Name: "Mia"})
	w.Join(discordtest.Person{ID: tom, Username: "tom", Name: "Tom"})
	w.Open(discordtest.Guild, board, "supervisors")
	w.o = discord.Options{
		Token:     func() string { return discordtest.Token },
		APIURL:    "http://discord.test",
		Transport: w.Transport(),
		Dial:      w.Gateway.Dial,
		Commands: func() []chat.CommandSpec {
			words := map[string]chat.CommandWords{"en": {Name: "checkin", Description: "Tell how it went"}}
			return []chat.CommandSpec{
				{Name: "checkin", Words: words, Options: []chat.OptionSpec{{Name: "mentee", Words: words, Completes: true}}},
				{Name: "here", Words: map[string]chat.CommandWords{"en": {Name: "here", Description: "Bind this channel"}}, InGroup: true},
			}
		},
	}
	for _, f := range change {
		f(&w.o)
	}
	return w
}

// start makes an adapter, runs it and lets it begin.
func (w *world) start() {
	w.t.Helper()
	w.run()
	wait(5 * time.Second)
}

// run makes an adapter and runs it.
func (w *world) run() {
	w.t.Helper()
	a, err := discord.New(w.o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Adapter = a
	ctx, cancel := context.WithCancel(w.t.Context())
	w.stop, w.done = cancel, make(chan error, 1)
	go func() { w.done <- a.Run(ctx, w.handle) }()
}

// end ends the run, if there is one, and returns its error.
func (w *world) end() error {
	if w.done == nil {
		return nil
	}
	w.stop()
	err := <-w.done
	w.done = nil
	if err != nil {
		w.t.Errorf("Run: %v", err)
	}
	return err
}

func (w *world) handle(_ context.Context, e chat.Event) (chat.Answer, error) {
	w.mu.Lock()
	w.events = append(w.events, e)
	reply := w.reply
	w.mu.Unlock()
	if reply == nil {
		return chat.Answer{}, nil
	}
	return reply(e)
}

// answer sets what the handler does from now on.
func (w *world) answer(f func(chat.Event) (chat.Answer, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reply = f
}

// came returns what happened so far, and forgets it.
func (w *world) came() []chat.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	events := w.events
	w.events = nil
	return events
}

// said returns the texts among events.
func said(events []chat.Event) (texts []string) {
	for _, e := range events {
		switch what := e.What.(type) {
		case chat.Said:
			texts = append(texts, what.Text)
		case chat.Edited:
			texts = append(texts, "edited: "+what.Text)
		}
	}
	return texts
}

// send sends m and fails the test if that fails.
func (w *world) send(m chat.Message) chat.Ref {
	w.t.Helper()
	ref, err := w.Send(w.t.Context(), m)
	if err != nil {
		w.t.Fatalf("Send: %v", err)
	}
	return ref
}

// fails sends m, which must fail.
func (w *world) fails(m chat.Message) *chat.SendError {
	w.t.Helper()
	_, err := w.Send(w.t.Context(), m)
	e, ok := errors.AsType[*chat.SendError](err)
	if !ok {
		w.t.Fatalf("Send: %v is not a SendError", err)
	}
	return e
}

// texts returns what a person reads in a channel.
func (w *world) texts(person, channel string) (texts []string) {
	for _, m := range w.Shown(person, channel) {
		text := m.Text()
		if m.Loading {
			text = "…"
		}
		if m.Aside {
			text = "(" + text + ")"
		}
		texts = append(texts, text)
	}
	return texts
}

// reads fails the test unless a person reads exactly this.
func (w *world) reads(person, channel string, want ...string) {
	w.t.Helper()
	if got := w.texts(person, channel); !slices.Equal(got, want) {
		w.t.Errorf("%s reads %q, want %q", person, got, want)
	}
}

// must returns the value of a call that must not fail.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func at(id string) chat.Place { return chat.Place{Platform: discord.Name, ID: id} }

func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestSend(t *testing.T) {
	play(t, "privately", func(t *testing.T, w *world) {
		for range 2 {
			w.send(chat.Message{To: at(mia), Text: chat.Say("hello"), Once: "a"}) // the same once more is not shown
		}
		w.reads(mia, "", "hello")
		if n := w.Calls("POST /users/@me/channels"); n != 1 {
			t.Errorf("the private channel was asked for %d times", n)
		}
	})
	play(t, "in a channel", func(t *testing.T, w *world) {
		ref := w.send(chat.Message{To: at(board), Group: true, Text: chat.Say("one")})
		w.send(chat.Message{To: at(board), Group: true, Text: chat.Say("two"), Replaces: ref})
		w.reads(mia, board, "two")
	})
	play(t, "menus", func(t *testing.T, w *world) {
		if ref := w.send(chat.Message{To: at(mia), Menu: &chat.Menu{}}); ref != "" {
			t.Error(ref)
		}
	})
	play(t, "nowhere", func(t *testing.T, w *world) {
		for _, p := range []chat.Place{{Platform: "telegram", ID: "1"}, at("x"), at("../1")} {
			if e := w.fails(chat.Message{To: p, Text: chat.Say("hello")}); e.Class != chat.Refused {
				t.Errorf("%v: %v", p, e)
			}
		}
	})
	play(t, "a deleted channel", func(t *testing.T, w *world) {
		w.Close(board)
		if e := w.fails(chat.Message{To: at(board), Group: true, Text: chat.Say("hello")}); e.Class != chat.Gone {
			t.Error(e)
		}
	})
	play(t, "a message of long ago", func(t *testing.T, w *world) {
		ref := w.send(chat.Message{To: at(mia), Text: chat.Say("one")})
		w.Delete(mia, "", string(ref))
		if e := w.fails(chat.Message{To: at(mia), Text: chat.Say("two"), Replaces: ref}); !errors.Is(e, chat.ErrNoMessage) {
			t.Error(e)
		}
		e := w.fails(chat.Message{To: at(mia), Text: chat.Say("two"), Replaces: "e123"})
		if !errors.Is(e, chat.ErrNoMessage) || e.Class != chat.Refused {
			t.Error(e)
		}
	})
}

// A message that is sent again, since it is not known whether it was shown, is
// one message, and says what it is to say by now.
func TestSendAgain(t *testing.T) {
	play(t, "once, though it has changed", func(t *testing.T, w *world) {
		m := question(at(mia))
		m.Once = "a"
		w.Fail(discordtest.Messages, discordtest.Fault{Lose: true})
		if e := w.fails(m); e.Class != chat.Unknown {
			t.Fatal(e)
		}
		m.Text = chat.Say("It was *good*.")
		ref := w.send(m)
		w.reads(mia, "", "It was *good*.")
		m.Choices = m.Choices[:1]
		if again := w.send(m); again != ref {
			t.Errorf("%q and then %q", ref, again)
		}
		if labels := w.Shown(mia, "")[0].Labels(); !slices.Equal(labels, []string{"Good"}) {
			t.Error(labels)
		}
		edits := w.Calls("PATCH /channels/{channel}/messages/{id}")
		w.send(m)
		if n := w.Calls("PATCH /channels/{channel}/messages/{id}"); n != edits {
			t.Error("what is as it should be was changed")
		}
	})
}

func TestThreads(t *testing.T) {
	card := chat.Message{To: at(board), Group: true, Text: chat.Say("Case 17"), Thread: "Case 17"}
	with := func(o *discord.Options) { o.Threads = true }
	play(t, "on", func(t *testing.T, w *world) {
		ref := w.send(card)
		edit := card
		edit.Replaces = ref
		w.send(edit)
		if m := w.Shown(mia, board)[0]; m.Thread != "Case 17" {
			t.Errorf("%+v", m)
		}
		if n := w.Calls("POST /channels/{channel}/messages/{id}/threads"); n != 1 {
			t.Errorf("%d threads", n)
		}
	}, with)
	play(t, "not allowed", func(t *testing.T, w *world) {
		w.Fail("POST /channels/{channel}/messages/{id}/threads", discordtest.Fault{Status: 403, Code: 50013})
		w.send(card)
		w.reads(mia, board, "Case 17")
	}, with)
	play(t, "off", func(t *testing.T, w *world) {
		w.send(card)
		if m := w.Shown(mia, board)[0]; m.Thread != "" {
			t.Errorf("%+v", m)
		}
	})
}

func TestRun(t *testing.T) {
	play(t, "only once", func(t *testing.T, w *world) {
		if err := w.Run(t.Context(), w.handle); err == nil {
			t.Error("a second Run is possible")
		}
		if w.LastHeard().IsZero() {
			t.Error("nothing was heard")
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(o *discord.Options) { o.Token = func() string { return " " } })
		w.Adapter = must[*discord.Adapter](t)(discord.New(w.o))
		if err := w.Run(t.Context(), w.handle); err == nil || !strings.Contains(err.Error(), "token") {
			t.Errorf("without a token: %v", err)
		}
		if !w.LastHeard().IsZero() {
			t.Error("something was heard")
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(o *discord.Options) { o.Token = func() string { return "wrong" } })
		w.Adapter = must[*discord.Adapter](t)(discord.New(w.o))
		if err := w.Run(t.Context(), w.handle); err == nil || !strings.Contains(err.Error(), "developer portal") {
			t.Errorf("with a wrong token: %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("the disk is full")
		w := newWorld(t)
		w.start()
		w.answer(func(chat.Event) (chat.Answer, error) { return chat.Answer{}, full })
		w.Say(mia, "", "hello")
		if err := <-w.done; !errors.Is(err, full) {
			t.Errorf("the handler failed: %v", err)
		}
	})
}

// What the bot is told of its servers.
func TestServers(t *testing.T) {
	reach := func(w *world) (all []string) {
		for _, e := range w.came() {
			if r, ok := e.What.(chat.Reach); ok {
				all = append(all, map[bool]string{true: "+", false: "-"}[r.OK]+e.In.ID)
			}
		}
		return all
	}
	want := func(w *world, all ...string) {
		t.Helper()
		wait(time.Second)
		if got := reach(w); !slices.Equal(got, all) {
			t.Errorf("got %q, want %q", got, all)
		}
	}
	play(t, "", func(t *testing.T, w *world) {
		want(w)
		w.Kick(discordtest.Guild)
		want(w, "-"+board)
		w.Invite(discordtest.Guild)
		want(w, "+"+board)
		w.Outage(discordtest.Guild)
		want(w)
		w.Invite(discordtest.Guild) // it is back
		want(w)
		w.Close(board)
		want(w, "-"+board)
		w.Gateway.Invalidate(false)
		wait(time.Minute)
		want(w)
	})
}
