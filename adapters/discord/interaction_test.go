package discord_test

import (
	"slices"
	"testing"
	"time"

	"steadfast/adapters/discord/discordtest"
	"steadfast/bot/chat"
)

const callback = "POST /interactions/{id}/{token}/callback"

// Types of first answers.
const (
	shownAnew     = 4
	thinking      = 5
	nothingYet    = 6
	updated       = 7
	suggested     = 8
	formOpened    = 9
	quickly       = 500 * time.Millisecond
	inTime        = 1100 * time.Millisecond
	fiveMinutes   = 5 * time.Minute
	quarterOfHour = 15 * time.Minute
)

func question(to chat.Place) chat.Message {
	return chat.Message{
		To: to, Group: to == at(board), Text: chat.Say("How was it?"),
		Choices: []chat.Choice{{Label: "Good", Token: "1.a.0"}, {Label: "Bad", Token: "1.b.0"}},
	}
}

// last returns the newest event, once things have settled.
func (w *world) last() chat.Event {
	w.t.Helper()
	wait(100 * time.Millisecond)
	events := w.came()
	if len(events) == 0 {
		w.t.Fatal("nothing came")
	}
	return events[len(events)-1]
}

func (w *world) click(person, channel, label string) string {
	w.t.Helper()
	return must[string](w.t)(w.Click(person, channel, label))
}

func (w *world) slash(person, channel, name string, options map[string]string) string {
	w.t.Helper()
	return must[string](w.t)(w.Slash(person, channel, name, options))
}

// outcome checks how an interaction was answered first.
func (w *world) outcome(id string, answer int, within time.Duration) {
	w.t.Helper()
	if o := w.Outcome(id); o.Answer != answer || o.Took > within || o.Failed {
		w.t.Errorf("the interaction became %+v, want %d within %v", o, answer, within)
	}
}

func TestPress(t *testing.T) {
	play(t, "answered at once", func(t *testing.T, w *world) {
		ref := w.send(question(at(mia)))
		id := w.click(mia, "", "Good")
		e := w.last()
		if got := w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("Good."), Handle: e.Handle}); got != ref {
			t.Errorf("the message is %q, was %q", got, ref)
		}
		w.outcome(id, updated, quickly)
		w.send(chat.Message{To: at(mia), Text: chat.Say("Next."), Handle: e.Handle})
		w.reads(mia, "", "Good.", "Next.")
	})
	play(t, "answered late", func(t *testing.T, w *world) {
		ref := w.send(question(at(mia)))
		id := w.click(mia, "", "Good")
		e := w.last()
		wait(5 * time.Second)
		w.outcome(id, nothingYet, inTime)
		w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("Good."), Handle: e.Handle})
		wait(quarterOfHour)
		w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("It was good."), Handle: e.Handle})
		w.send(chat.Message{To: at(mia), Text: chat.Say("Next."), Handle: e.Handle})
		w.reads(mia, "", "It was good.", "Next.")
	})
	play(t, "never answered", func(t *testing.T, w *world) {
		w.send(question(at(mia)))
		id := w.click(mia, "", "Good")
		wait(2 * time.Minute)
		w.outcome(id, nothingYet, inTime)
		w.reads(mia, "", "How was it?")
	})
	play(t, "slow handler", func(t *testing.T, w *world) {
		w.send(question(at(mia)))
		w.answer(func(chat.Event) (chat.Answer, error) { time.Sleep(20 * time.Second); return chat.Answer{}, nil })
		var ids []string
		for range 3 {
			ids = append(ids, w.click(mia, "", "Good"))
		}
		wait(5 * time.Second)
		for _, id := range ids {
			w.outcome(id, nothingYet, inTime)
		}
	})
	play(t, "expired", func(t *testing.T, w *world) {
		w.send(question(at(mia)))
		w.click(mia, "", "Good")
		e := w.last()
		w.Expire()
		w.send(chat.Message{To: at(mia), Text: chat.Say("Good."), Handle: e.Handle})
		w.reads(mia, "", "How was it?", "Good.")
	})
	play(t, "unknown handle", func(t *testing.T, w *world) {
		w.send(chat.Message{To: at(mia), Text: chat.Say("Good."), Handle: "12345"})
		w.reads(mia, "", "Good.")
	})
}

// What is read of a press whose first answer was lost on the way back.
func TestLostAnswer(t *testing.T) {
	play(t, "shown", func(t *testing.T, w *world) {
		id := w.slash(mia, "", "checkin", nil)
		m := chat.Message{To: at(mia), Text: chat.Say("How was it?"), Handle: w.last().Handle, Once: "a"}
		w.Fail(callback, discordtest.Fault{Lose: true})
		if e := w.fails(m); e.Class != chat.Unknown {
			t.Fatal(e)
		}
		wait(time.Second)
		ref := w.send(m)
		w.outcome(id, shownAnew, quickly)
		w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("How was he?")})
		w.reads(mia, "", "How was he?")
	})
	play(t, "that it takes longer", func(t *testing.T, w *world) {
		w.slash(mia, "", "checkin", nil)
		e := w.last()
		w.Fail(callback, discordtest.Fault{Lose: true})
		wait(5 * time.Second)
		w.send(chat.Message{To: at(mia), Text: chat.Say("How was it?"), Handle: e.Handle, Once: "a"})
		w.reads(mia, "", "How was it?")
	})
	play(t, "updated", func(t *testing.T, w *world) {
		m := question(at(mia))
		m.Replaces = w.send(m)
		w.click(mia, "", "Good")
		m.Text, m.Handle, m.Once = chat.Say("Good."), w.last().Handle, "b"
		w.Fail(callback, discordtest.Fault{Lose: true})
		w.fails(m)
		w.send(m)
		w.reads(mia, "", "Good.")
	})
}

func TestCommands(t *testing.T) {
	play(t, "privately", func(t *testing.T, w *world) {
		id := w.slash(mia, "", "checkin", map[string]string{"mentee": "Jonas"})
		e := w.last()
		if c, _ := e.What.(chat.Command); c.Name != "checkin" || c.Args != "Jonas" || c.Options["mentee"] != "Jonas" || !e.Private {
			t.Errorf("%+v", e)
		}
		ref := w.send(chat.Message{To: at(mia), Text: chat.Say("How was it?"), Handle: e.Handle})
		w.outcome(id, shownAnew, quickly)
		wait(quarterOfHour)
		w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("How was he?")})
		w.reads(mia, "", "How was he?")
	})
	play(t, "slowly", func(t *testing.T, w *world) {
		id := w.slash(mia, "", "checkin", nil)
		e := w.last()
		wait(5 * time.Second)
		w.outcome(id, thinking, inTime)
		w.reads(mia, "", "…")
		w.send(chat.Message{To: at(mia), Text: chat.Say("one"), Handle: e.Handle})
		w.send(chat.Message{To: at(mia), Text: chat.Say("two"), Handle: e.Handle})
		wait(fiveMinutes)
		w.reads(mia, "", "one", "two")
	})
	play(t, "never", func(t *testing.T, w *world) {
		w.slash(mia, board, "checkin", nil)
		wait(5 * time.Second)
		w.reads(mia, board, "(…)")
		wait(time.Minute)
		w.reads(mia, board)
	})
	play(t, "about a place", func(t *testing.T, w *world) {
		w.slash(mia, board, "here", nil)
		e := w.last()
		if e.In != at(board) || e.Private || !e.Aside || e.Title != "supervisors" {
			t.Errorf("%+v", e)
		}
		wait(3 * time.Second)
		w.send(chat.Message{To: at(board), Group: true, Text: chat.Say("This is the place."), Handle: e.Handle})
		w.reads(tom, board, "This is the place.")
	})
	play(t, "typing", func(t *testing.T, w *world) {
		w.answer(func(e chat.Event) (chat.Answer, error) {
			if c, ok := e.What.(chat.Completing); ok && c.Typed == "Jo" && c.Option == "mentee" && c.Command == "checkin" {
				return chat.Answer{Suggestions: []chat.Suggestion{{Label: "Jonas", Value: "Jonas"}}}, nil
			}
			time.Sleep(time.Minute)
			return chat.Answer{}, nil
		})
		w.Say(mia, "", "something that takes long")
		got, err := w.Complete(mia, "", "checkin", "mentee", "Jo")
		if err != nil || len(got) != 1 || got[0].Name != "Jonas" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestToast(t *testing.T) {
	toast := func(chat.Event) (chat.Answer, error) { return chat.Answer{Toast: "Noted."}, nil }
	play(t, "privately", func(t *testing.T, w *world) {
		ref := w.send(question(at(mia)))
		w.answer(toast)
		id := w.click(mia, "", "Good")
		e := w.last()
		w.outcome(id, shownAnew, quickly)
		w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("Good."), Handle: e.Handle})
		w.reads(mia, "", "Good.", "(Noted.)")
	})
	play(t, "aside", func(t *testing.T, w *world) {
		w.slash(mia, board, "checkin", nil)
		m := question(at(mia))
		m.Handle = w.last().Handle
		ref := w.send(m)
		w.answer(toast)
		w.click(mia, board, "Good")
		e := w.last()
		w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("Good."), Handle: e.Handle})
		w.reads(mia, board, "(Good.)", "(Noted.)")
	})
	play(t, "throttled", func(t *testing.T, w *world) {
		w.send(question(at(mia)))
		w.answer(toast)
		w.Fail(callback, discordtest.Fault{Status: 429, After: 700 * time.Millisecond})
		w.click(mia, "", "Good")
		wait(2 * time.Second)
		w.reads(mia, "", "How was it?", "(Noted.)")
	})
	play(t, "late", func(t *testing.T, w *world) {
		w.answer(func(e chat.Event) (chat.Answer, error) { time.Sleep(5 * time.Second); return toast(e) })
		w.slash(mia, board, "checkin", nil)
		wait(2 * time.Minute)
		w.reads(mia, board, "(Noted.)")
	})
}

func TestForm(t *testing.T) {
	form := &chat.Form{Title: "A note", Button: "Write", Token: "1.f.0", Fields: []chat.Field{{Key: "note", Label: "In your words", Long: true}}}
	open := func(e chat.Event) (chat.Answer, error) {
		if _, ok := e.What.(chat.Pressed); ok {
			return chat.Answer{Form: form}, nil
		}
		return chat.Answer{}, nil
	}
	ask := func(w *world) chat.Ref {
		m := question(at(mia))
		m.Form = form
		return w.send(m)
	}
	play(t, "filled in", func(t *testing.T, w *world) {
		ref := ask(w)
		w.answer(open)
		id := w.click(mia, "", "Write")
		if e := w.last(); e.What != (chat.Pressed{Token: "1.f.0", On: ref}) {
			t.Errorf("%+v", e)
		}
		w.outcome(id, formOpened, quickly)
		id = must[string](t)(w.Submit(mia, map[string]string{"In your words": "She came."}))
		e := w.last()
		if f, _ := e.What.(chat.Filled); f.Token != "1.f.0" || f.Values["note"] != "She came." || f.On != ref {
			t.Errorf("%+v", e)
		}
		w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("Thank you."), Handle: e.Handle})
		w.outcome(id, updated, quickly)
		w.reads(mia, "", "Thank you.")
	})
	play(t, "later than usual", func(t *testing.T, w *world) {
		ask(w)
		w.answer(func(e chat.Event) (chat.Answer, error) { time.Sleep(1500 * time.Millisecond); return open(e) })
		id := w.click(mia, "", "Write")
		wait(5 * time.Second)
		w.outcome(id, formOpened, 2*time.Second)
	})
	play(t, "too late", func(t *testing.T, w *world) {
		ask(w)
		w.answer(func(e chat.Event) (chat.Answer, error) { time.Sleep(5 * time.Second); return open(e) })
		id := w.click(mia, "", "Write")
		wait(10 * time.Second)
		w.outcome(id, nothingYet, 2100*time.Millisecond)
	})
}

func TestTicksAtOnce(t *testing.T) {
	play(t, "", func(t *testing.T, w *world) {
		m := chat.Message{To: at(mia), Text: chat.Say("Which?"), Choices: []chat.Choice{
			{Label: "a", Token: "1.a.0", Kind: chat.Tick},
			{Label: chat.TickMark + "b", Token: "1.b.0", Kind: chat.Ticked},
			{Label: "c", Token: "1.c.0", Kind: chat.Tick},
		}}
		ref := w.send(m)
		must[string](t)(w.Select(mia, "", "a", "c"))
		wait(quickly)
		var tokens []string
		for _, e := range w.came() {
			p := e.What.(chat.Pressed)
			tokens = append(tokens, p.Token)
			w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("Ticked " + p.Token), Choices: m.Choices, Handle: e.Handle})
		}
		if !slices.Equal(tokens, []string{"1.a.0", "1.b.0", "1.c.0"}) {
			t.Error(tokens)
		}
		w.reads(mia, "", "Ticked 1.c.0")
		id := must[string](t)(w.Select(mia, "", "b")) // as it was
		wait(quickly)
		w.outcome(id, nothingYet, quickly)
		if events := w.came(); len(events) != 0 {
			t.Errorf("%+v", events)
		}
	})
}

// When the end comes, presses that were handled do not look like failures, and
// what somebody waits for is finished.
func TestEndOfInteractions(t *testing.T) {
	play(t, "handled", func(t *testing.T, w *world) {
		w.send(question(at(mia)))
		id := w.click(mia, "", "Good")
		wait(100 * time.Millisecond)
		w.end()
		w.outcome(id, nothingYet, quickly)
	})
	play(t, "thinking", func(t *testing.T, w *world) {
		w.slash(mia, "", "checkin", nil)
		wait(5 * time.Second)
		w.reads(mia, "", "…")
		w.end()
		w.reads(mia, "")
	})
	play(t, "out of reach", func(t *testing.T, w *world) {
		w.slash(mia, "", "checkin", nil)
		wait(5 * time.Second)
		w.Fail("*", discordtest.Fault{Times: 9, Delay: time.Hour})
		began := time.Now()
		w.end()
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("the end took %v", took)
		}
	})
	play(t, "waiting", func(t *testing.T, w *world) {
		w.send(question(at(mia)))
		w.answer(func(e chat.Event) (chat.Answer, error) { time.Sleep(10 * time.Second); return chat.Answer{}, nil })
		w.Say(mia, "", "one")
		w.Say(mia, "", "two")
		w.click(mia, "", "Good")
		wait(3 * time.Second)
		w.end()
		events := w.came()
		if got := said(events); !slices.Equal(got, []string{"one"}) {
			t.Errorf("handled %q", got)
		}
		if last := events[len(events)-1]; last.What.(chat.Pressed).Token != "1.a.0" || last.Mark != "" {
			t.Errorf("the press came as %+v", last)
		}
	})
}
