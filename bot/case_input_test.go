package bot

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// danger is a crew with one case, at danger, raised by Mia.
func danger(t *testing.T) *crew {
	t.Helper()
	c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
	c.says("telegram:tom", "/sos")
	c.presses("telegram:tom", "Page the supervisors")
	c.check()
	return c
}

// press makes somebody press a button of the case, and returns the toast.
func (c *crew) press(name, act string) string {
	c.t.Helper()
	return c.does(c.accounts[name], chat.Pressed{Token: chat.Token{Act: act, ID: 1}.String()}).Toast
}

// the returns the only case.
func (c *crew) the() caseFile {
	c.t.Helper()
	all := c.records()
	if len(all) != 1 {
		c.t.Fatal(len(all), "cases")
	}
	return all[0]
}

// kinds returns the kinds of the hops of the only case.
func (c *crew) kinds() (all []program.HopKind) {
	for _, h := range c.the().hops {
		all = append(all, h.Kind)
	}
	return all
}

// count says how often a hop is in the timeline of the only case.
func (c *crew) count(kind program.HopKind) (n int) {
	for _, k := range c.kinds() {
		if k == kind {
			n++
		}
	}
	return n
}

// closes makes Ana close the case, and Ben agree.
func (c *crew) closes() {
	c.t.Helper()
	c.press("Ana", actClose)
	c.presses(c.accounts["Ana"], "Talked it through")
	c.says(c.accounts["Ana"], "All is well.")
	c.press("Ben", actAgree)
	if c.the().Open() {
		c.t.Fatal("the case is not closed:", c.kinds())
	}
}

// TestTwoAcknowledge: of two who acknowledge in the same second one has it, and
// the other one is told who.
func TestTwoAcknowledge(t *testing.T) {
	c := danger(t)
	if first, second := c.press("Ana", actAck), c.press("Ben", actAck); !strings.Contains(first, "is yours") || !strings.HasPrefix(second, "Ana has it") {
		t.Errorf("%q, then %q", first, second)
	}
	if k := c.the(); k.owner.Name != "Ana" || c.count(program.HopAcked) != 1 {
		t.Errorf("%s has it, %v", k.owner.Name, c.kinds())
	}
	c.check()
}

// TestEveryButton presses every button of a closed case, of one about whom who
// presses, and in a role that may not: all get an answer, and nothing happens.
func TestEveryButton(t *testing.T) {
	acts := []string{
		actAck, actOpen, actTimeline, actDid, actPlan, actStepDone, actMore, actDetail, actHand, actLevel, actClimb, actHands, actClose, actAgree,
		actRefuse, actFeedback, actKnows,
	}
	silent := []string{actOpen, actTimeline} // reading is always recorded
	for _, tt := range []struct {
		name, who string
		set       func(*crew)
		but       []string // these do something
	}{
		{"closed", "Ben", func(c *crew) { c.closes() }, append(silent, actFeedback)},
		{"about the person", "Carla", func(c *crew) { c.concerns("Carla") }, nil},
		{"a mentor's", "Mia", func(*crew) {}, nil},
		{"the owner's", "Olga", func(*crew) {}, []string{actFeedback}}, // she may have been the second person
		{"of one who was removed", "Ana", func(c *crew) { c.removes("Ana") }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, act := range acts {
				if slices.Contains(tt.but, act) {
					continue
				}
				c := danger(t)
				tt.set(c)
				before, shown := c.the(), len(c.shown[c.accounts[tt.who]])
				token := chat.Token{Act: act, ID: 1}
				if act == actFeedback {
					token.Question, token.Option = "f", "useful"
				}
				answer := c.does(c.accounts[tt.who], chat.Pressed{Token: token.String(), On: "1"})
				if answer.Toast == "" && len(c.shown[c.accounts[tt.who]]) == shown {
					t.Errorf("%s: no answer", act)
				}
				after := c.the()
				if len(after.hops) != len(before.hops) || fmt.Sprint(after.Case) != fmt.Sprint(before.Case) {
					t.Errorf("%s did something: %v", act, c.kinds()[len(before.hops):])
				}
			}
		})
	}
}

// concerns makes the case be about somebody.
func (c *crew) concerns(name string) {
	c.update(func(tx program.Tx) error {
		k, err := tx.Case(1)
		if err != nil {
			return err
		}
		k.About = []program.PersonID{c.people[name]}
		return tx.PutCase(&k)
	})
}

// TestClockSetBack: a danger is paged again in five minutes although its timer
// was set by a clock that is an hour ahead, and so on until the clock is there
// again; and so does a call for help that nobody answered.
func TestClockSetBack(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		c := danger(t)
		c.passes(time.Minute)
		if restarted {
			c.now = c.now.Add(-time.Hour)
			c.restart()
			c.passes(0)
		} else {
			c.passes(-time.Hour)
		}
		for range 6 {
			before := c.count(program.HopQueued)
			c.passes(5 * time.Minute)
			if c.count(program.HopQueued) == before {
				t.Error("five minutes without a page")
			}
		}
	}
	c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
	c.passes(0)
	c.says("telegram:tom", "/sos")
	c.passes(time.Minute)
	c.passes(-time.Hour)
	c.passes(sosUnanswered)
	if len(c.records()) != 1 {
		t.Error("a call for help that was left is not raised")
	}
}

// TestWhileTheClockChanges: a case raised in the hour that is there twice, or in
// the night that has an hour less, is paged after five minutes like any other,
// and its steps are due at the end of a working day.
func TestWhileTheClockChanges(t *testing.T) {
	for _, at := range []time.Time{
		time.Date(2026, 10, 25, 0, 58, 0, 0, time.UTC), // 2:58 in Berlin, and again an hour later
		time.Date(2026, 3, 29, 0, 58, 0, 0, time.UTC),  // two minutes before 3:00 in Berlin
	} {
		c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
		berlin, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		c.Zone, c.now = berlin, at
		c.says("telegram:tom", "/sos")
		c.presses("telegram:tom", "Page the supervisors")
		for range 3 {
			before := c.count(program.HopQueued)
			c.passes(5 * time.Minute)
			if c.count(program.HopQueued) != before+1 {
				t.Errorf("at %s: %v", c.now, c.kinds())
			}
		}
		c.press("Ana", actAck)
		c.press("Ana", actPlan)
		c.says("telegram:ana", "Call the school")
		c.presses("telegram:ana", "Today")
		if due := c.the().Acts[0].Due.In(berlin); due.Hour() != 17 || due.YearDay() != at.YearDay() {
			t.Errorf("due at %s", due)
		}
		c.check()
	}
}

// TestWrittenTooLate: what somebody writes about a case that was closed meanwhile
// is kept in it, and the outcome stays.
func TestWrittenTooLate(t *testing.T) {
	c := danger(t)
	c.press("Ana", actAck)
	c.press("Ben", actClose)
	c.presses("telegram:ben", "A safety plan")
	c.closes()
	told := c.says("telegram:ben", "We wrote a plan.")
	if k := c.the(); k.Open() || k.Outcome != "supported" || !strings.Contains(told, "kept in it") || k.hops[len(k.hops)-1].Note == 0 {
		t.Errorf("%s, told %q, %v", k.Outcome, told, c.kinds())
	}
	c.check()
}

// TestRaisedWhenClosed: a correction that makes it worse opens a closed case
// again, which its timeline says.
func TestRaisedWhenClosed(t *testing.T) {
	c := danger(t)
	c.closes()
	c.update(func(tx program.Tx) error {
		k, err := tx.Case(1)
		if err != nil {
			return err
		}
		k.Level = program.Concern
		if err := tx.PutCase(&k); err != nil {
			return err
		}
		turn := &turn{Bot: c.Bot, tx: tx, now: tx.Now()}
		return turn.raiseTo(1, program.Urgent)
	})
	if k := c.the(); !k.Open() || k.Outcome != "" || c.count(program.HopReopened) != 1 {
		t.Errorf("%+v, %v", k.Case, c.kinds())
	}
}

// TestDigestOfSecrets: a case about somebody of the staff that waits for a weekly
// look is listed for the others, privately, and not for them or in the channel.
func TestDigestOfSecrets(t *testing.T) {
	c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
	c.inChannel("Carla", chat.Command{Name: "here", Args: "supervisors"})
	c.update(func(tx program.Tx) error {
		turn := &turn{Bot: c.Bot, tx: tx, now: tx.Now()}
		_, err := turn.raise(program.Case{Level: program.Watch, By: c.people["Tom"], About: []program.PersonID{c.people["Carla"]}})
		return err
	})
	c.check()
	c.passes(8 * 24 * time.Hour)
	c.check()
	for _, name := range []string{"telegram:ben", "telegram:ana"} {
		if told := c.news(name, 0); !strings.Contains(told, "Case 1 · watch") {
			t.Errorf("%s was told %q", name, told)
		}
	}
	if told := c.news("telegram:carla", 0) + c.news(c.channel, 0); strings.Contains(told, "Case 1") {
		t.Errorf("Carla was told %q", told)
	}
}

// TestStepsAfterReopening: what was planned is reminded of again after a case was
// closed and opened again.
func TestStepsAfterReopening(t *testing.T) {
	c := danger(t)
	c.press("Ana", actAck)
	c.press("Ana", actPlan)
	c.says("telegram:ana", "Call the school")
	c.presses("telegram:ana", "Tomorrow")
	c.closes()
	c.passes(48 * time.Hour)
	c.press("Ana", actReopen)
	c.says("telegram:ana", "It was not over.")
	before := len(c.shown["telegram:ana"])
	c.passes(time.Minute)
	if told := c.news("telegram:ana", before); !strings.Contains(told, "step") {
		t.Errorf("Ana was told %q", told)
	}
	c.check()
}

// TestStepsAfterWorseNews: a step whose time came while the case was closed is
// reminded of as well if it is a worse correction that opens the case again.
func TestStepsAfterWorseNews(t *testing.T) {
	c := danger(t)
	c.press("Ana", actAck)
	c.press("Ana", actPlan)
	c.says("telegram:ana", "Call the school")
	c.presses("telegram:ana", "Tomorrow")
	c.closes()
	c.passes(48 * time.Hour)
	before := len(c.shown["telegram:ana"])
	c.update(func(tx program.Tx) error {
		turn := &turn{Bot: c.Bot, tx: tx, now: tx.Now()}
		return turn.pageAnew(1, program.Danger)
	})
	c.passes(time.Minute)
	if told := c.news("telegram:ana", before); !strings.Contains(told, "step") {
		t.Errorf("Ana was told %q", told)
	}
	c.check()
}

// TestReasonIsKept: that it was not a concern after all stays in the timeline
// with its reason.
func TestReasonIsKept(t *testing.T) {
	c := danger(t)
	c.press("Ana", actAck)
	c.press("Ana", actClose)
	c.presses("telegram:ana", "Not a concern")
	c.says("telegram:ana", "It was a film they talked about.")
	c.press("Ben", actAgree)
	c.does("telegram:ben", chat.Pressed{Token: chat.Token{Act: actFeedback, ID: 1, Question: "f", Option: "false_alarm"}.String()})
	told := c.press("Ben", actTimeline) + c.last("telegram:ben")
	if k := c.the(); k.Outcome != "false_alarm" || k.Feedback != "false_alarm" || !strings.Contains(told, "It was a film they talked about.") {
		t.Errorf("%s, %s, %q", k.Outcome, k.Feedback, told)
	}
}

// TestAboutWhomIsSaidLater: when a mentor says in a correction whom it is about,
// that person no longer has the case, and is asked nothing about it.
func TestAboutWhomIsSaidLater(t *testing.T) {
	c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
	c.worry("telegram:tom", "later")
	c.deliver()
	c.press("Carla", actAck)
	if c.the().owner.Name != "Carla" {
		t.Fatal("Carla does not have it")
	}
	c.check()
	c.update(func(tx program.Tx) error {
		in, err := tx.CheckIn(1)
		if err != nil {
			return err
		}
		turn := &turn{Bot: c.Bot, tx: tx, now: tx.Now()}
		now := in
		now.About = c.people["Carla"]
		return turn.changed(in, now)
	})
	shown := len(c.shown["telegram:carla"])
	c.deliver()
	c.check()
	if told := c.news("telegram:carla", shown); c.the().AckedBy != 0 || strings.Contains(told, "ase 1") {
		t.Errorf("%v; Carla was told %q", c.kinds(), told)
	}
	if toast := c.press("Carla", actAck); strings.Contains(toast, "yours") {
		t.Errorf("Carla took it: %q", toast)
	}
}
