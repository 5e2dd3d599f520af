package bot

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// TestCrowd: a transaction is bounded, but a call for help goes out however
// many people and open cases there are, and whatever fails then.
func TestCrowd(t *testing.T) {
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	cast(t, s)
	for i := range 100 {
		err := s.Update(t.Context(), func(tx program.Tx) error {
			p := program.Person{
				Name: "x", Roles: program.Supervisor | program.Coordinator, Joined: tx.Now(), Accounts: []chat.Account{account(fmt.Sprint("s", i))},
			}
			k := program.Case{Level: program.Danger, By: 1, Pages: 1, Paged: tx.Now()}
			if err := tx.PutCase(&k); err != nil {
				return err
			}
			return tx.PutPerson(&p)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	do := func(what chat.What) {
		t.Helper()
		n++
		e := chat.Event{ID: fmt.Sprint(n), From: chat.Sender{Account: account("mentor")}, In: account("mentor").Private(), Private: true, What: what}
		if _, err := b.Handle(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	do(chat.Command{Name: "sos"})
	do(chat.Said{Text: "1"})
	told := sentTo(t, s, account("mentor").Private())
	if last := told[len(told)-1]; len(told) != 2 || last[:35] != "The supervisors have been paged: ca" {
		t.Fatalf("the mentor was told %q", told)
	}
	// Everything fails: everybody is gone.
	for range 5 {
		var rows []program.Waiting
		if err := s.View(t.Context(), func(tx program.Tx) (err error) { rows, err = collect(tx.Waiting()); return err }); err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			if err := b.Desk().Done(t.Context(), rows[i:i+1], delivery.Result{Outcome: delivery.Gone}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.Due(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	// A channel is bound with all cases waiting, and lost again.
	channel := chat.Event{ID: "here", From: chat.Sender{Account: account("coordinator")}, In: chat.Place{Platform: "test", ID: "-9"}, What: chat.Command{Name: "here", Args: "supervisors"}}
	if _, err := b.Handle(t.Context(), channel); err != nil {
		t.Fatal(err)
	}
	channel.ID, channel.What = "lost", chat.Reach{}
	if _, err := b.Handle(t.Context(), channel); err != nil {
		t.Fatal(err)
	}
	for _, text := range sentTo(t, s, account("mentor").Private()) {
		if text[:20] == "Something went wrong" {
			t.Errorf("the mentor was told %q", text)
		}
	}
	if trail := facts(t, s); len(trail) == 0 || strings.Contains(trail, "event failed") || strings.Contains(trail, "timer failed") {
		t.Error("a turn failed")
	}
}
