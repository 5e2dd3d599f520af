package bot

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// waits returns the rows that wait for a place.
func (c *crew) waits(place string) (rows []program.Waiting) {
	c.view(func(tx program.Tx) error {
		all, err := collect(tx.Waiting())
		rows = slices.DeleteFunc(all, func(w program.Waiting) bool { return w.To != at(place).Private() || w.Priority != program.Escalation })
		return err
	})
	return rows
}

// handles makes somebody do something, and sends nothing.
func (c *crew) handles(account string, what chat.What) {
	c.t.Helper()
	c.events++
	a := at(account)
	e := chat.Event{ID: fmt.Sprint(c.events), From: chat.Sender{Account: a}, In: a.Private(), Private: true, What: what}
	if _, err := c.Handle(c.t.Context(), e); err != nil {
		c.t.Fatal(err)
	}
}

// TestKilledAroundASend: the process is killed after a call for help was
// committed. Before its page was sent, it is sent once; after it was sent and
// before that was recorded, it is sent twice, which the timeline says; after
// that, not again.
func TestKilledAroundASend(t *testing.T) {
	for _, tt := range []struct {
		name          string
		sent, known   bool
		pings, doubts int
	}{
		{"before it is sent", false, false, 1, 1}, // nobody knows that it was not
		{"before that is recorded", true, false, 2, 1},
		{"after that is recorded", true, true, 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
			c.inChannel("Carla", chat.Command{Name: "here", Args: "supervisors"})
			c.handles("telegram:tom", chat.Command{Name: "sos"})
			c.handles("telegram:tom", chat.Said{Text: "1"})
			pings := 0
			m, covers, send, err := c.Desk().Take(t.Context(), c.waits(c.channel))
			if err != nil || !send || !strings.Contains(m.Text.Plain(), "Case 1 · danger now") {
				t.Fatal(m.Text.Plain(), send, err)
			}
			if tt.sent {
				pings++
			}
			if tt.known {
				if err := c.Desk().Done(t.Context(), covers, delivery.Result{Outcome: delivery.Delivered, Ref: "900", At: c.now}); err != nil {
					t.Fatal(err)
				}
			}
			c.restart()
			before := len(c.shown[c.channel])
			c.deliver()
			for _, m := range c.shown[c.channel][before:] {
				if m.Replaces == "" && strings.Contains(m.Text.Plain(), "Case 1 ·") {
					pings++
				}
			}
			doubts := 0
			for _, h := range c.the().hops {
				if h.Kind == program.HopDelivered && h.Twice {
					doubts++
				}
			}
			if pings != tt.pings || doubts != tt.doubts || c.count(program.HopDelivered) != 1 {
				t.Errorf("%d pings, %v", pings, c.the().hops)
			}
			c.press("Ana", actTimeline)
			if told := c.last("telegram:ana"); strings.Contains(told, "twice") != (doubts > 0) {
				t.Errorf("the timeline says %q", told)
			}
			if len(c.waits(c.channel)) > 0 {
				t.Error("something waits in the end")
			}
			c.check()
		})
	}
}

// TestHigherIsNotHidden: of more cases than fit on one card, those in danger are
// on the first one, and first on it.
func TestHigherIsNotHidden(t *testing.T) {
	c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
	c.inChannel("Carla", chat.Command{Name: "here", Args: "supervisors"})
	for i := range maxCardCases + 4 {
		k := program.Case{Level: program.Concern, By: c.people["Tom"], Pages: 1, Paged: c.now, Raised: c.now}
		if i == maxCardCases+2 {
			k.Level = program.Danger
		}
		c.update(func(tx program.Tx) error {
			if err := tx.PutCase(&k); err != nil {
				return err
			}
			turn := &turn{Bot: c.Bot, tx: tx, now: tx.Now()}
			return turn.card(k, target{at(c.channel).Private(), true}, true)
		})
	}
	m, covers, _, err := c.Desk().Take(t.Context(), c.waits(c.channel))
	if all := numbers(m.Text); err != nil || len(all) != maxCardCases || all[0] != fmt.Sprint(maxCardCases+3) || !m.Alarm || len(covers) != maxCardCases {
		t.Errorf("the card shows %v, covers %d rows, alarm %v, %v", all, len(covers), m.Alarm, err)
	}
}

// TestJoinedNeverLower: what joins a case leaves its level, or lifts it, in
// whatever order, and a danger that joins is paged though somebody has the case.
func TestJoinedNeverLower(t *testing.T) {
	c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
	raise := func(level program.Level) {
		c.update(func(tx program.Tx) error {
			turn := &turn{Bot: c.Bot, tx: tx, now: tx.Now()}
			_, err := turn.raise(program.Case{Level: level, By: c.people["Tom"], Mentee: 3})
			return err
		})
		c.deliver()
		c.check()
	}
	for _, step := range []struct{ add, want program.Level }{
		{program.Watch, program.Watch}, {program.Urgent, program.Urgent}, {program.Concern, program.Urgent}, {program.Danger, program.Danger},
		{program.Watch, program.Danger},
	} {
		raise(step.add)
		if k := c.the(); k.Level != step.want {
			t.Errorf("%s joined, and the case is at %s", step.add, k.Level)
		}
	}
	c.press("Ana", actAck)
	raise(program.Concern)
	if c.the().AckedBy == 0 {
		t.Error("a lower one took the case away")
	}
	before := len(c.shown["telegram:ana"])
	raise(program.Danger)
	if told := c.news("telegram:ana", before); c.the().AckedBy != 0 || !strings.Contains(told, "Please acknowledge") {
		t.Errorf("%s has it, and who is on duty was shown %q", c.the().owner.Name, told)
	}
}

// TestManySupervisors: a hundred supervisors with cards of one case, and as many
// of the staff: everything that can be done with the case fits into a
// transaction.
func TestManySupervisors(t *testing.T) {
	c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
	for i := range 100 {
		name := fmt.Sprint("Supervisor ", i)
		c.accounts[name] = fmt.Sprint("telegram:s", i)
		c.person(name, program.Supervisor|program.Coordinator, c.accounts[name], fmt.Sprint("discord:s", i))
	}
	c.says("telegram:tom", "/sos")
	c.presses("telegram:tom", "Page the supervisors")
	for range 20 {
		c.passes(5 * time.Minute)
	}
	if n := len(c.the().Cards); n < 100 {
		t.Fatal(n, "cards")
	}
	for name := range c.accounts {
		if strings.HasPrefix(name, "Supervisor") {
			c.press(name, actOpen) // and is told of all that is added
		}
	}
	c.press("Ana", actAck)
	c.press("Ana", actHands)
	for name := range c.accounts {
		c.press(name, actAck)
	}
	c.says("telegram:tom", "more words")
	for range 50 {
		c.press("Ana", actPlan)
		c.says("telegram:ana", "a step")
		c.presses("telegram:ana", "In a week")
	}
	c.closes()
	c.press("Ben", actReopen)
	c.says("telegram:ben", "It was not over.")
	for name, account := range c.accounts {
		if name != "Tom" {
			c.broken[account] = delivery.Gone
			c.broken[strings.Replace(account, "telegram", "discord", 1)] = delivery.Gone
		}
	}
	c.passes(3 * time.Hour)
	c.passes(10 * time.Minute)
	c.check()
}
