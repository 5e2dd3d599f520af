package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/store"
)

// marker stands in everything that people write in these tests.
const marker = "zq-planted-marker"

// trap is a store in which writing a note panics with the note's text.
type trap struct{ program.Store }

func (s trap) Update(ctx context.Context, f func(program.Tx) error) error {
	return s.Store.Update(ctx, func(tx program.Tx) error { return f(trapTx{tx}) })
}

type trapTx struct{ program.Tx }

func (trapTx) PutNote(n *program.Note) error { panic("cannot keep " + n.Text) }

// sentTo returns the texts that wait for a place.
func sentTo(t *testing.T, s *store.Store, place chat.Place) (texts []string) {
	t.Helper()
	err := s.View(t.Context(), func(tx program.Tx) error {
		for w, err := range tx.Waiting() {
			if err != nil {
				return err
			}
			o, err := tx.Outgoing(w.Priority, w.Seq, w.To)
			if err != nil {
				return err
			}
			if o.To == place && o.Message.Menu == nil {
				texts = append(texts, o.Message.Text.Plain())
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// TestPanicInATurn: nothing of the turn is kept, the person and the staff are
// told, the event does not come back, and the log says where it was without a
// word of what was written.
func TestPanicInATurn(t *testing.T) {
	var log bytes.Buffer
	b, s := newTestBot(t, time.Now, func(s program.Store) program.Store { return trap{s} }, slog.New(slog.NewJSONHandler(&log, nil)))
	cast(t, s)
	home := account("mentor").Private()
	e := chat.Event{ID: "1", From: chat.Sender{Account: account("mentor"), Name: marker}, In: home, Private: true, What: chat.Said{Text: marker}}
	// The dialogue of the cast would take the text as its answer.
	if err := s.Update(t.Context(), func(tx program.Tx) error { return tx.DropDialogue(1, 1) }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if answer, err := b.Handle(t.Context(), e); err != nil || !reflect.DeepEqual(answer, chat.Answer{}) {
			t.Fatalf("Handle: %v, %v", answer, err)
		}
	}
	told := sentTo(t, s, home)
	if len(told) != 1 || !strings.Contains(told[0], "could not keep your last message") {
		t.Errorf("the person was told %q", told)
	}
	for _, staff := range []string{"coordinator", "owner"} {
		if told := sentTo(t, s, account(staff).Private()); len(told) != 1 || !strings.Contains(told[0], "I stumbled over a message from mentor") {
			t.Errorf("the %s was told %q", staff, told)
		}
	}
	if strings.Contains(facts(t, s), marker) || !strings.Contains(facts(t, s), `"what":"event failed"`) {
		t.Errorf("kept:\n%s", facts(t, s))
	}
	if strings.Contains(log.String(), marker) || !strings.Contains(log.String(), "bot.(*turn).freeText") {
		t.Errorf("logged:\n%s", &log)
	}
}

// TestBrokenStore: an event is not confirmed when it could not be kept.
func TestBrokenStore(t *testing.T) {
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	cast(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	e := chat.Event{ID: "1", From: chat.Sender{Account: account("mentor")}, In: account("mentor").Private(), Private: true, What: chat.Said{Text: marker}}
	if _, err := b.Handle(t.Context(), e); err == nil || strings.Contains(err.Error(), marker) {
		t.Errorf("Handle: %v", err)
	}
	if _, err := b.Due(t.Context(), time.Now()); err == nil {
		t.Error("Due succeeded")
	}
}

// TestNothingThatPeopleWroteIsLogged sends marked words and names through
// everything that can go wrong.
func TestNothingThatPeopleWroteIsLogged(t *testing.T) {
	var log bytes.Buffer
	later := time.Duration(0)
	b, s := newTestBot(t, func() time.Time { return time.Now().Add(later) }, asIs, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	cast(t, s)
	n := 0
	handle := func(who string, private bool, what chat.What) {
		t.Helper()
		n++
		e := chat.Event{
			ID: fmt.Sprint(n), From: chat.Sender{Account: account(who), Name: marker, Username: marker, Language: marker},
			In: account(who).Private(), Private: private, Title: marker, What: what,
		}
		if !private {
			e.In.ID = "-1"
		}
		if _, err := b.Handle(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for _, who := range []string{"mentor", "coordinator", "supervisor", "owner", "left", "stranger"} {
		for _, private := range []bool{true, false} {
			for _, ask := range everything() {
				handle(who, private, ask.what)
				handle(who, private, chat.Said{Text: marker})
			}
			for _, what := range []chat.What{
				chat.Edited{Text: marker}, chat.Sent{Kind: chat.Voice, Caption: marker}, chat.Command{Name: marker, Args: marker},
				chat.Command{Name: "start", Args: marker}, chat.Pressed{Token: marker}, chat.Reach{}, chat.Reach{OK: true},
				chat.Unreadable{Why: "not JSON"},
			} {
				handle(who, private, what)
			}
		}
	}
	var rows []program.Waiting
	err := s.View(t.Context(), func(tx program.Tx) error {
		for w, err := range tx.Waiting() {
			if err != nil {
				return err
			}
			rows = append(rows, w)
		}
		return nil
	})
	if err != nil || len(rows) < 100 {
		t.Fatalf("%d rows wait, %v", len(rows), err)
	}
	for i, w := range rows {
		outcome := []delivery.Outcome{delivery.Gone, delivery.Refused, delivery.Unknown, delivery.Doubtful, delivery.Delivered}[i%5]
		if _, _, _, err := b.Desk().Take(t.Context(), rows[i:i+1]); err != nil {
			t.Fatal(err)
		}
		if err := b.Desk().Done(t.Context(), []program.Waiting{w}, delivery.Result{Outcome: outcome, Err: errors.New("no")}); err != nil {
			t.Fatal(err)
		}
	}
	later = 24 * time.Hour
	if _, err := b.Due(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if log.Len() == 0 || strings.Contains(log.String(), marker) {
		t.Errorf("logged:\n%s", &log)
	}
}
