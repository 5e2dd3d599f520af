package discord_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"steadfast/adapters/discord/discordtest"
	"steadfast/bot/chat"
)

// aside answers an event of Mia with a question that only she is to see.
func (w *world) aside(e chat.Event, text string) chat.Ref {
	w.t.Helper()
	m := question(at(mia))
	m.Text, m.Handle = chat.Say(text), e.Handle
	return w.send(m)
}

// In a server, what is private is shown aside.
func TestAside(t *testing.T) {
	play(t, "dialogue", func(t *testing.T, w *world) {
		w.slash(mia, board, "checkin", nil)
		ref := w.aside(w.last(), "one")
		w.reads(mia, board, "(one)")
		w.reads(tom, board)
		for _, text := range []string{"two", "three"} {
			w.click(mia, board, "Good")
			e := w.last()
			if e.In != at(mia) || !e.Private || e.What.(chat.Pressed).On != ref {
				t.Errorf("%+v", e)
			}
			if text == "three" {
				wait(5 * time.Second)
			}
			w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say(text), Choices: question(at(mia)).Choices, Handle: e.Handle})
			w.reads(mia, board, "("+text+")")
		}
		w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("four")}) // without any handle
		w.reads(mia, board, "(four)")
		wait(quarterOfHour)
		if e := w.fails(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("five")}); !errors.Is(e, chat.ErrNoMessage) {
			t.Error(e)
		}
		w.reads(mia, "")
	})
	play(t, "several messages", func(t *testing.T, w *world) {
		w.slash(mia, board, "checkin", nil)
		e := w.last()
		w.aside(e, "one")
		ref := w.aside(e, "two")
		w.send(chat.Message{To: at(mia), Replaces: ref, Text: chat.Say("three"), Handle: e.Handle})
		w.reads(mia, board, "(one)", "(three)")
		w.Expire()
		w.aside(e, "four")
		w.reads(mia, board, "(one)", "(three)")
		w.reads(mia, "", "four")
	})
}

// On a card that all read, the words are for one person alone.
func TestCard(t *testing.T) {
	play(t, "words first", func(t *testing.T, w *world) {
		card := w.send(question(at(board)))
		id := w.click(mia, board, "Good")
		e := w.last()
		if e.In != at(board) || e.Private || !e.Aside {
			t.Errorf("%+v", e)
		}
		w.aside(e, "what was said")
		w.outcome(id, shownAnew, quickly)
		w.send(chat.Message{To: at(board), Group: true, Replaces: card, Text: chat.Say("seen"), Handle: e.Handle})
		w.reads(mia, board, "seen", "(what was said)")
		w.reads(tom, board, "seen")
		w.reads(mia, "")
	})
	play(t, "card first", func(t *testing.T, w *world) {
		card := w.send(question(at(board)))
		id := w.click(mia, board, "Good")
		e := w.last()
		w.send(chat.Message{To: at(board), Group: true, Replaces: card, Text: chat.Say("seen"), Handle: e.Handle})
		w.outcome(id, updated, quickly)
		w.aside(e, "what was said")
		w.reads(mia, board, "seen", "(what was said)")
	})
	play(t, "two at once", func(t *testing.T, w *world) {
		card := w.send(question(at(board)))
		ids := []string{w.click(mia, board, "Good"), w.click(tom, board, "Good")}
		wait(100 * time.Millisecond)
		for i, e := range w.came() {
			w.send(chat.Message{To: at(board), Group: true, Replaces: card, Text: chat.Say("seen by " + strconv.Itoa(i)), Choices: question(at(board)).Choices, Handle: e.Handle})
		}
		for _, id := range ids {
			w.outcome(id, updated, quickly)
		}
		w.reads(tom, board, "seen by 1")
	})
}

// Commands where the bot is not, and people it could not write to.
func TestForeign(t *testing.T) {
	const elsewhere, there = "800000000000000009", "700000000000000009"
	play(t, "a server of others", func(t *testing.T, w *world) {
		w.Found(elsewhere, "Elsewhere", true)
		w.Open(elsewhere, there, "general")
		w.slash(mia, there, "checkin", nil)
		e := w.last()
		if e.In != at(mia) || !e.Private || !e.Aside {
			t.Errorf("%+v", e)
		}
		w.send(chat.Message{To: at(mia), Text: chat.Say("How was it?"), Handle: e.Handle})
		w.reads(mia, there, "(How was it?)")
		w.reads(tom, there)
	})
	play(t, "no server in common", func(t *testing.T, w *world) {
		const eve = "600000000000000009"
		w.Join(discordtest.Person{ID: eve, Username: "eve", Alone: true})
		w.slash(eve, "", "checkin", nil)
		e := w.last()
		w.send(chat.Message{To: at(eve), Text: chat.Say("one"), Handle: e.Handle})
		w.send(chat.Message{To: at(eve), Text: chat.Say("two"), Handle: e.Handle})
		w.reads(eve, "", "one", "two")
		if e := w.fails(chat.Message{To: at(eve), Text: chat.Say("three")}); e.Class != chat.Gone {
			t.Error(e)
		}
	})
}
