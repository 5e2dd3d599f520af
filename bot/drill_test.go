package bot

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// drill begins a drill of a quarter of an hour.
func (d *duo) drill() program.CaseNo {
	d.t.Helper()
	no, err := d.StartDrill(d.t.Context(), 15*time.Minute)
	if err != nil {
		d.t.Fatal(err)
	}
	d.deliver()
	return no
}

func (d *duo) report(no program.CaseNo) DrillReport {
	d.t.Helper()
	r, err := d.Drill(d.t.Context(), no)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// kept returns a case as it is stored.
func (d *duo) kept(no program.CaseNo) (c program.Case) {
	d.t.Helper()
	d.view(func(tx program.Tx) (err error) {
		c, err = tx.Case(no)
		return err
	})
	return c
}

// A drill goes the way of a danger, says everywhere that it is one, and is over
// when somebody acknowledges it.
func TestDrill(t *testing.T) {
	d := riverside(t)
	no := d.drill()
	card := d.last("telegram:sam")
	has(t, card, "DRILL · case 1", "This is a drill. Nobody is in danger. Please tap Acknowledge.")
	if strings.Contains(card, "danger now") {
		t.Errorf("the card looks like a real one: %s", card)
	}
	if _, err := d.StartDrill(t.Context(), time.Minute); !errors.Is(err, ErrDrill) {
		t.Errorf("a second drill: %v", err)
	}
	has(t, d.presses("telegram:sam", "Open"), "This is a drill. Nobody is in danger")
	d.passes(5 * time.Minute)
	if n := len(d.shown["telegram:sam"]); n < 3 {
		t.Errorf("it was not paged again: %d messages", n)
	}
	d.passes(42 * time.Second)
	has(t, d.presses("telegram:sam", "Acknowledge"), "This was a drill, and it worked.", "The drill is over: Sam answered at 12:05.")
	r := d.report(no)
	if !r.Over || r.By != "Sam" || r.After != 5*time.Minute+42*time.Second {
		t.Errorf("%+v", r)
	}
	var texts []string
	for _, e := range r.Entries {
		texts = append(texts, e.After.String()+" "+e.Text)
	}
	want := []string{
		"0s The operator began a drill", "0s Page to every supervisor", "0s Page arrived: Sam", "0s Read by Sam",
		"5m0s Page to every supervisor", "5m0s Page arrived: Sam", "5m42s Taken by Sam", "5m42s The drill is over",
	}
	if !slices.Equal(texts, want) {
		t.Errorf("it went so:\n%s", strings.Join(texts, "\n"))
	}
	if c := d.kept(no); c.Outcome != program.OutcomeDrill || c.Open() {
		t.Errorf("%+v", c)
	}
	told := len(d.shown["telegram:sam"])
	d.passes(24 * time.Hour)
	if news := d.news("telegram:sam", told); news != "" {
		t.Errorf("after the end: %s", news)
	}
}

// A drill that nobody answers ends by itself, and so it does when the process
// slept over its end; the cards say so.
func TestDrillEnds(t *testing.T) {
	for _, asleep := range []bool{false, true} {
		d := riverside(t)
		no := d.drill()
		for range 3 {
			if !asleep {
				d.passes(5 * time.Minute)
			}
		}
		if asleep {
			d.passes(3 * time.Hour)
		}
		has(t, d.last("telegram:sam"), "DRILL · case 1", "The drill is over.")
		if r := d.report(no); !r.Over || r.By != "" {
			t.Errorf("asleep %v: %+v", asleep, r)
		}
		m := d.shown["telegram:sam"]
		if last := m[len(m)-1]; last.Replaces == "" || slices.ContainsFunc(last.Choices, func(c chat.Choice) bool { return c.Label == "Acknowledge" }) {
			t.Errorf("asleep %v: the last message is %+v", asleep, last)
		}
	}
}

func TestDrillIsEndedByHand(t *testing.T) {
	d := riverside(t)
	no := d.drill()
	for range 2 {
		if err := d.EndDrill(t.Context(), no); err != nil {
			t.Fatal(err)
		}
	}
	d.deliver()
	has(t, d.last("telegram:sam"), "The drill is over.")
	if d.does("telegram:sam", chat.Pressed{Token: chat.Token{Act: actAck, ID: uint64(no)}.String(), On: "1"}); d.kept(no).AckedBy != 0 {
		t.Error("a drill that was over was acknowledged")
	}
	d.says("telegram:mia", "/sos")
	d.presses("telegram:mia", "Page the supervisors now")
	if err := d.EndDrill(t.Context(), 2); !errors.Is(err, program.ErrNotFound) || !d.kept(2).Open() {
		t.Errorf("a real case was ended as a drill: %v", err)
	}
	if _, err := d.Drill(t.Context(), 2); !errors.Is(err, program.ErrNotFound) {
		t.Errorf("a real case was reported as a drill: %v", err)
	}
}

// A drill counts in nothing else, and nobody can work on it.
func TestDrillCountsInNothing(t *testing.T) {
	d := riverside(t)
	d.person("Kim", program.Supervisor, "telegram:kim") // so that there is somebody to call, or to hand it to
	no := d.drill()
	has(t, d.says("telegram:sam", "/cases"), "No case is open.")
	for act := range buttons() {
		if act != actAck && act != actOpen && act != actTimeline {
			d.does("telegram:sam", chat.Pressed{Token: chat.Token{Act: act, ID: uint64(no)}.String(), On: "1"})
		}
	}
	if c := d.kept(no); !c.Open() || c.Hands || c.AckedBy != 0 || c.Level != program.Danger || len(c.Acts) > 0 {
		t.Errorf("somebody worked on a drill: %+v", c)
	}
	d.presses("telegram:sam", "Acknowledge")
	told := len(d.shown["telegram:olga"])
	d.passes(7 * 24 * time.Hour) // the weekly digest
	if news := d.news("telegram:olga", told); strings.Contains(news, "Pages to supervisors") {
		t.Errorf("the drill is in the digest: %s", news)
	}
}

// Whoever is told that nobody can be paged is told that it is a drill.
func TestDrillThatReachesNobody(t *testing.T) {
	d := riverside(t)
	d.broken["telegram:sam"] = delivery.Gone
	d.drill()
	told := d.news("telegram:olga", 0)
	has(t, told, "DRILL · case 1: I cannot reach any supervisor. Nobody is in danger now")
	if strings.Contains(told, "Case 1") {
		t.Errorf("it looks like a real case: %s", told)
	}
}

// Cards show what the mentee is called only where the program wants it.
func TestAliasOnCards(t *testing.T) {
	for _, shown := range []bool{false, true} {
		d := riverside(t)
		d.AliasOnCards = shown
		d.says("telegram:mia", "/checkin")
		for _, label := range []string{"We met", "🙁", "Yes", "Bullying", "Done", "Danger now"} {
			d.presses("telegram:mia", label)
		}
		card := d.last("telegram:sam")
		if strings.Contains(card, "About Jonas.") != shown || !strings.Contains(card, "Case 1") {
			t.Errorf("shown %v: %s", shown, card)
		}
	}
}
