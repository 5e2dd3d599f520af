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
)

// TestMergedCards: cards that wait for one channel become one message, and a
// case that is acknowledged there changes in it while the others stay.
func TestMergedCards(t *testing.T) {
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	cast(t, s)
	channel := chat.Place{Platform: "test", ID: "-9"}
	n := 0
	do := func(who string, in chat.Place, private bool, what chat.What) {
		t.Helper()
		n++
		e := chat.Event{ID: fmt.Sprint(n), From: chat.Sender{Account: account(who)}, In: in, Private: private, What: what}
		if _, err := b.Handle(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	waiting := func() (rows []program.Waiting) {
		t.Helper()
		err := s.View(t.Context(), func(tx program.Tx) error {
			all, err := collect(tx.Waiting())
			rows = slices.DeleteFunc(all, func(w program.Waiting) bool { return w.To != channel || w.Priority != program.Escalation })
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	send := func(want delivery.Result) chat.Message {
		t.Helper()
		rows := waiting()
		m, covers, sent, err := b.Desk().Take(t.Context(), rows)
		if err != nil || !sent || len(covers) != len(rows) {
			t.Fatalf("Take covers %d of %d rows, send %v, %v", len(covers), len(rows), sent, err)
		}
		if err := b.Desk().Done(t.Context(), covers, want); err != nil {
			t.Fatal(err)
		}
		return m
	}
	do("coordinator", channel, false, chat.Command{Name: "here", Args: "supervisors"})
	for _, who := range []string{"mentor", "coordinator", "owner"} {
		do(who, account(who).Private(), true, chat.Command{Name: "sos"})
		do(who, account(who).Private(), true, chat.Said{Text: "1"})
	}
	shown := delivery.Result{Outcome: delivery.Delivered, Ref: "50", At: time.Now()}
	m := send(shown)
	text := m.Text.Plain()
	for _, want := range []string{"3 cases are waiting", "Case 2 · danger now", "Case 3 · danger now", "Case 4 · danger now"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	if len(m.Choices) != 6 || m.Replaces != "" {
		t.Errorf("%d buttons, replaces %q", len(m.Choices), m.Replaces)
	}
	if left := waiting(); len(left) != 0 {
		t.Errorf("%d rows still wait", len(left))
	}

	do("supervisor", channel, false, chat.Pressed{Token: chat.Token{Act: actAck, ID: 3}.String(), On: "50"})
	m = send(shown)
	text = m.Text.Plain()
	if m.Replaces != "50" || strings.Count(text, "Please acknowledge by") != 2 || strings.Count(text, "supervisor has it since") != 1 || len(m.Choices) != 5 {
		t.Errorf("replaces %q with %d buttons: %q", m.Replaces, len(m.Choices), text)
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
