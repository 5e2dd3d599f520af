package bot

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// newClub returns a mentor with a group of three and, alone, one of the three.
func newClub(t tester, path string) *duo {
	d := newDuo(t, path)
	d.person("Mia", program.Mentor, "telegram:mia")
	d.person("Sam", program.Supervisor, "telegram:sam")
	d.update(func(tx program.Tx) error {
		var ids []program.MenteeID
		for _, alias := range []string{"Eva", "Jo", "Kim"} {
			mentee := program.Mentee{Alias: alias}
			if err := tx.PutMentee(&mentee); err != nil {
				return err
			}
			ids = append(ids, mentee.ID)
		}
		if err := tx.PutMatch(&program.Match{Mentor: d.people["Mia"], Mentees: ids, Name: "Reds", Since: d.now}); err != nil {
			return err
		}
		return tx.PutMatch(&program.Match{Mentor: d.people["Mia"], Mentee: ids[0], Since: d.now})
	})
	if _, err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// wander presses some of the buttons that somebody was shown last, those of
// answers more often than the others.
func (d *duo) wander(t *rapid.T, account string, steps int) {
	for range steps {
		all := d.shown[account]
		if len(all) == 0 {
			return
		}
		m := all[len(all)-1]
		answers := slices.DeleteFunc(slices.Clone(m.Choices), func(c chat.Choice) bool { return c.Kind == chat.Aside })
		switch often := 5; {
		case len(answers) > 0 && rapid.IntRange(0, often).Draw(t, "answer") > 0:
			d.does(account, chat.Pressed{Token: rapid.SampledFrom(answers).Draw(t, "choice").Token, On: m.ref})
		case len(m.Choices) > 0:
			d.does(account, chat.Pressed{Token: rapid.SampledFrom(m.Choices).Draw(t, "any").Token, On: m.ref})
		default:
			d.says(account, "some words")
		}
	}
}

// everNamed returns whom all versions of the check-ins of a case were about.
func everNamed(t *rapid.T, tx program.Tx, c program.Case) (all []program.MenteeID) {
	for _, id := range append([]program.CheckInID{c.CheckIn}, c.More...) {
		for in, err := range tx.CheckInVersions(id) {
			if err != nil {
				t.Fatal(err)
			}
			m, err := tx.Match(in.Match)
			if err != nil {
				t.Fatal(err)
			}
			if in.Level() != program.NoLevel {
				all = append(all, in.Worrying(m)...)
			}
		}
	}
	return all
}

// TestGroupProperty: whatever is told and corrected about a group, each worry has
// a case, the case names everybody whom the worry is about, and nobody whom none
// was ever about.
func TestGroupProperty(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := newClub(t, filepath.Join(dir, fmt.Sprint(runs)))
		const mia = "telegram:mia"
		acts := map[string]func(){
			"check in": func() { d.says(mia, "/checkin"); d.wander(t, mia, 12) },
			"log":      func() { d.says(mia, "/log reds yesterday"); d.wander(t, mia, 12) },
			"wander":   func() { d.wander(t, mia, 6) },
			"correct": func() {
				token := chat.Token{Act: actCorrect, ID: rapid.Uint64Range(1, 4).Draw(t, "check-in")}
				d.does(mia, chat.Pressed{Token: token.String()})
				d.wander(t, mia, 6)
			},
			"pass": func() {
				d.passes(time.Duration(rapid.SampledFrom([]int{1, 6, 16, 300, 1500}).Draw(t, "minutes")) * time.Minute)
			},
		}
		for range rapid.IntRange(1, 12).Draw(t, "acts") {
			acts[rapid.SampledFrom(slices.Sorted(maps.Keys(acts))).Draw(t, "act")]()
			d.view(func(tx program.Tx) error { checkNamed(t, tx); return nil })
		}
	})
}

func checkNamed(t *rapid.T, tx program.Tx) {
	for id := program.MatchID(1); id <= 2; id++ {
		m, err := tx.Match(id)
		if err != nil {
			t.Fatal(err)
		}
		for in, err := range tx.CheckInsOf(id) {
			if err != nil {
				t.Fatal(err)
			}
			if in.Level() == program.NoLevel {
				continue
			}
			if in.Case == 0 {
				t.Fatalf("no case: %+v", in)
			}
			c, err := tx.Case(in.Case)
			if err != nil {
				t.Fatal(err)
			}
			for _, mentee := range in.Worrying(m) {
				if !slices.Contains(c.Subjects(), mentee) {
					t.Fatalf("case %d is about %v, its check-in about %v", c.No, c.Subjects(), in.Worrying(m))
				}
			}
		}
	}
	for c, err := range tx.Cases() {
		if err != nil {
			t.Fatal(err)
		}
		told := everNamed(t, tx, c)
		for _, mentee := range c.Subjects() {
			if c.CheckIn != 0 && c.Trend == "" && !slices.Contains(told, mentee) {
				t.Fatalf("case %d is about %d, of whom only %v was told", c.No, mentee, told)
			}
		}
	}
}
