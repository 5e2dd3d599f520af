package bot

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// removes takes somebody out of the program, whatever does so.
func (c *crew) removes(name string) {
	c.update(func(tx program.Tx) error {
		p, err := tx.Person(c.people[name])
		if err != nil {
			return err
		}
		p.Left = tx.Now()
		return tx.PutPerson(&p)
	})
}

// TestOwnerLeaves: the case of a supervisor who leaves is paged again: at once
// when a roster says so, and within the hour however it came about.
func TestOwnerLeaves(t *testing.T) {
	for name, leave := range map[string]func(*crew){
		"roster": func(c *crew) {
			roster := program.Roster{People: []program.RosterPerson{{Line: 2, Name: "Ana", Roles: program.Mentor}}}
			if _, faults, err := c.Import(t.Context(), roster); err != nil || len(faults) > 0 {
				t.Fatal(faults, err)
			}
			c.passes(0)
		},
		"left":    func(c *crew) { c.removes("Ana"); c.passes(housekeepingEvery) },
		"restart": func(c *crew) { c.removes("Ana"); c.restart(); c.passes(0) },
	} {
		t.Run(name, func(t *testing.T) {
			c := danger(t)
			c.press("Ana", actAck)
			before := len(c.shown["telegram:ben"])
			shown := len(c.shown["telegram:ana"])
			leave(c)
			if k := c.the(); k.AckedBy != 0 || c.count(program.HopOwnerLeft) != 1 || !strings.Contains(c.news("telegram:ben", before), "Please acknowledge") {
				t.Errorf("%s has it, %v, Ben was shown %q", k.owner.Name, c.kinds(), c.news("telegram:ben", before))
			}
			if told := c.news("telegram:ana", shown); strings.Contains(told, "ase 1") {
				t.Errorf("Ana was told %q", told)
			}
			c.check()
		})
	}
}

// TestChannelDeleted: a channel that is deleted, or out of which the bot is put,
// is replaced by private pages at once.
func TestChannelDeleted(t *testing.T) {
	for _, how := range []string{"said", "found out"} {
		t.Run(how, func(t *testing.T) {
			c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
			c.inChannel("Carla", chat.Command{Name: "here", Args: "supervisors"})
			if how == "found out" {
				c.broken[c.channel] = delivery.Gone
			}
			c.says("telegram:tom", "/sos")
			c.presses("telegram:tom", "Page the supervisors")
			if how == "said" {
				c.reaches(c.channel, false)
			}
			c.passes(0)
			if told := c.last("telegram:ana"); !strings.Contains(told, "Case 1 · danger now") {
				t.Errorf("Ana was shown %q", told)
			}
			c.check()
		})
	}
}

// TestNobodyLeft: the reporter is told when nobody can be paged any more, also
// when it is found out at a later page, and when they never said yes or no.
func TestNobodyLeft(t *testing.T) {
	lose := func(c *crew) {
		for _, name := range []string{"telegram:ana", "discord:ana", "telegram:ben", "telegram:carla", "telegram:otto"} {
			c.broken[name] = delivery.Gone
		}
		for name := range c.broken {
			c.reaches(name, false)
		}
	}
	c := danger(t)
	lose(c)
	for range 2 {
		before := len(c.shown["telegram:olga"])
		c.passes(5 * time.Minute)
		if !strings.Contains(c.news("telegram:olga", before), "cannot reach any supervisor") {
			t.Error("the owner is not told every five minutes")
		}
	}
	if told := c.last("telegram:tom"); !strings.Contains(told, "112") || !strings.Contains(told, "cannot reach") {
		t.Errorf("the reporter was told %q", told)
	}
	c = newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
	lose(c)
	c.says("telegram:tom", "/sos")
	c.passes(sosUnanswered)
	if told := c.last("telegram:tom"); !strings.Contains(told, "112") || !strings.Contains(told, "cannot reach") {
		t.Errorf("the reporter who left was told %q", told)
	}
}

// TestHandsEnd: a call of all hands ends when nobody is left who could answer,
// and a danger that nobody has goes up the ladder all the same.
func TestHandsEnd(t *testing.T) {
	c := danger(t)
	c.press("Ana", actAck)
	c.press("Ana", actHands)
	for _, name := range []string{"telegram:ben", "telegram:carla"} {
		c.broken[name] = delivery.Gone
		c.reaches(name, false)
	}
	told := len(c.shown["telegram:olga"])
	c.passes(10 * time.Minute)
	if k := c.the(); k.Hands || k.owner.Name != "Ana" || strings.Contains(c.news("telegram:olga", told), "cannot reach any") {
		t.Errorf("%+v, and the owner was told %q", k.Case, c.news("telegram:olga", told))
	}
	c.check()

	c = danger(t)
	c.press("Ana", actAck)
	c.press("Ana", actHands)
	c.update(func(tx program.Tx) error {
		turn := &turn{Bot: c.Bot, tx: tx, now: tx.Now()}
		return turn.pageAnew(1, program.Danger)
	})
	for _, name := range []string{"telegram:ben", "telegram:carla"} {
		c.broken[name] = delivery.Gone
		c.reaches(name, false)
	}
	c.passes(10 * time.Minute)
	c.passes(10 * time.Minute)
	if !strings.Contains(c.news("telegram:otto", 0), "Case 1 · danger now") {
		t.Error("nobody outside was paged")
	}
	c.check()
}
