package bot

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/store"
)

// A leadsRoom is a bot whose channel of the supervisors is delivered by hand.
type leadsRoom struct {
	*testing.T
	b      *Bot
	s      *store.Store
	place  chat.Place
	events int
}

func newLeadsRoom(t *testing.T) *leadsRoom {
	t.Helper()
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	cast(t, s)
	r := &leadsRoom{T: t, b: b, s: s, place: chat.Place{Platform: "test", ID: "-9"}}
	r.does("coordinator", chat.Command{Name: "here", Args: "supervisors"})
	return r
}

// does lets somebody do something in the channel; callsForHelp, privately.
func (r *leadsRoom) does(who string, what chat.What) {
	r.Helper()
	r.happens(who, r.place, false, what)
}

func (r *leadsRoom) callsForHelp(who string) {
	r.Helper()
	r.happens(who, account(who).Private(), true, chat.Command{Name: "sos"})
	r.happens(who, account(who).Private(), true, chat.Said{Text: "1"})
}

func (r *leadsRoom) happens(who string, in chat.Place, private bool, what chat.What) {
	r.Helper()
	r.events++
	e := chat.Event{ID: fmt.Sprint(r.events), From: chat.Sender{Account: account(who)}, In: in, Private: private, What: what}
	if _, err := r.b.Handle(r.Context(), e); err != nil {
		r.Fatal(err)
	}
}

// waiting returns the cards that wait for the channel.
func (r *leadsRoom) waiting() (rows []program.Waiting) {
	r.Helper()
	err := r.s.View(r.Context(), func(tx program.Tx) error {
		all, err := collect(tx.Waiting())
		rows = slices.DeleteFunc(all, func(w program.Waiting) bool { return w.To != r.place || w.Priority != program.Escalation })
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	return rows
}

// send delivers all cards that wait, which are one message.
func (r *leadsRoom) send(ref chat.Ref) chat.Message {
	r.Helper()
	rows := r.waiting()
	m, covers, sent, err := r.b.Desk().Take(r.Context(), rows)
	if err != nil || !sent || len(covers) != len(rows) {
		r.Fatalf("Take covers %d of %d rows, send %v, %v", len(covers), len(rows), sent, err)
	}
	if err := r.b.Desk().Done(r.Context(), covers, delivery.Result{Outcome: delivery.Delivered, Ref: ref, At: time.Now()}); err != nil {
		r.Fatal(err)
	}
	return m
}

// TestMergedCards: cards that wait for one channel become one message, and a
// case that is acknowledged there changes in it while the others stay.
func TestMergedCards(t *testing.T) {
	r := newLeadsRoom(t)
	for _, who := range []string{"mentor", "coordinator", "owner"} {
		r.callsForHelp(who)
	}
	m := r.send("50")
	text := m.Text.Plain()
	for _, want := range []string{"3 cases are waiting", "Case 2 · danger now", "Case 3 · danger now", "Case 4 · danger now"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	if len(m.Choices) != 6 || m.Replaces != "" {
		t.Errorf("%d buttons, replaces %q", len(m.Choices), m.Replaces)
	}
	if left := r.waiting(); len(left) != 0 {
		t.Errorf("%d rows still wait", len(left))
	}

	r.does("supervisor", chat.Pressed{Token: chat.Token{Act: actAck, ID: 3}.String(), On: "50"})
	m = r.send("50")
	text = m.Text.Plain()
	if m.Replaces != "50" || strings.Count(text, "Please acknowledge by") != 2 || strings.Count(text, "supervisor has it since") != 1 || len(m.Choices) != 5 {
		t.Errorf("replaces %q with %d buttons: %q", m.Replaces, len(m.Choices), text)
	}
}

// TestPageOverAnUpdate: a page that is one message with an update of the card
// before it, which waited still, is in the timeline once it has arrived.
func TestPageOverAnUpdate(t *testing.T) {
	r := newLeadsRoom(t)
	r.callsForHelp("mentor")
	r.send("50")
	r.does("supervisor", chat.Pressed{Token: chat.Token{Act: actAck, ID: 2}.String(), On: "50"})
	r.callsForHelp("mentor") // about the same mentee
	if n := len(r.waiting()); n < 2 {
		t.Fatalf("%d rows wait: an update and a page should", n)
	}
	if m := r.send("51"); m.Replaces != "" || !strings.Contains(m.Text.Plain(), "Please acknowledge by") {
		t.Errorf("sent %q in place of %q", m.Text.Plain(), m.Replaces)
	}
	queued, arrived := 0, 0
	err := r.s.View(t.Context(), func(tx program.Tx) error {
		for h, err := range tx.Hops(2) {
			if err != nil {
				return err
			}
			switch h.Kind {
			case program.HopQueued:
				queued++
			case program.HopDelivered:
				arrived++
			}
		}
		return nil
	})
	if err != nil || queued != 2 || arrived != 2 {
		t.Errorf("%d of %d pages arrived, %v", arrived, queued, err)
	}
}

// TestTrendJoins: a trend that shows while a case about the mentee is open is
// named in that case; nobody has told it.
func TestTrendJoins(t *testing.T) {
	r := newLeadsRoom(t)
	r.callsForHelp("mentor")
	_, err := r.b.update(t.Context(), func(turn *turn) error {
		k, err := turn.tx.Case(2)
		if err != nil {
			return err
		}
		no, err := turn.raise(program.Case{Level: program.TrendMood.Level(), Mentee: k.Mentee, Trend: program.TrendMood})
		if no != 2 {
			t.Errorf("the trend became case %s", no)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r.does("supervisor", chat.Pressed{Token: chat.Token{Act: actOpen, ID: 2}.String()})
	if got := strings.Join(sentTo(t, r.s, account("supervisor").Private()), "\n"); !strings.Contains(got, "mentor used /sos") || !strings.Contains(got, "Jonas seemed lower three times running") {
		t.Errorf("the supervisor reads %q", got)
	}
	err = r.s.View(t.Context(), func(tx program.Tx) error {
		k, err := tx.Case(2)
		if err != nil {
			return err
		}
		hops, err := collect(tx.Hops(2))
		last := hops[len(hops)-1] // the content has not arrived yet
		if k.Trend != program.TrendMood || k.Level != program.Danger || last.Kind != program.HopTrend || last.What != string(program.TrendMood) {
			t.Errorf("the case is %+v, its timeline ends with %+v", k, last)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAcknowledgedOnALostCard: a card that was sent just before the process
// ended, and of which nothing is known, changes all the same when somebody
// acknowledges on it.
func TestAcknowledgedOnALostCard(t *testing.T) {
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	cast(t, s)
	channel := chat.Place{Platform: "test", ID: "-9"}
	e := chat.Event{
		ID: "1", From: chat.Sender{Account: account("supervisor")}, In: channel,
		What: chat.Pressed{Token: chat.Token{Act: actAck, ID: 1}.String(), On: "49"},
	}
	if _, err := b.Handle(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if got := sentTo(t, s, channel); len(got) != 1 || !strings.Contains(got[0], "supervisor has it since") {
		t.Errorf("the channel is shown %q", got)
	}
}
