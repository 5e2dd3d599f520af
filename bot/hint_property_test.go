package bot

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/risk"
)

// anyReader finds in texts whatever a property wants: no rule that anybody writes
// can do worse.
type anyReader struct {
	found  risk.Assessment
	broken bool
}

func (r *anyReader) Assess(text, _ string) risk.Assessment {
	if r.broken {
		panic(text)
	}
	a := r.found
	for i := range a.Hits {
		a.Hits[i].End = len(text)
	}
	return a
}

func (r *anyReader) Rules() []risk.RuleInfo { return nil }

// drawn returns any assessment.
func drawn(t *rapid.T) *anyReader {
	level := rapid.SampledFrom([]program.Level{program.NoLevel, program.Watch, program.Concern, program.Urgent}).Draw(t, "level")
	r := &anyReader{found: risk.Assessment{
		Level: level, Ask: rapid.Bool().Draw(t, "ask"), Assessed: rapid.Bool().Draw(t, "assessed"),
	}, broken: rapid.IntRange(0, 9).Draw(t, "broken") == 0}
	hit := risk.Hit{Rule: "en.any", Category: "neglect", Level: level}
	if level > program.NoLevel {
		r.found.Hits, r.found.Categories = []risk.Hit{hit}, []program.Category{"neglect"}
	}
	if rapid.Bool().Draw(t, "ruled out") {
		r.found.Suppressed = []risk.Suppressed{{Hit: hit, By: "en.not"}}
	}
	return r
}

// level returns the highest level of any case, and how many cases there are.
func (d *duo) level() (highest program.Level, cases int) {
	d.view(func(tx program.Tx) error {
		for c, err := range tx.Cases() {
			if err != nil {
				return err
			}
			cases++
			highest = max(highest, c.Level)
		}
		return nil
	})
	return highest, cases
}

// checksIn makes Mia tell of a meeting, with what she ticks and writes.
func (d *duo) checksIn(worry, pressing, note string) {
	d.says("telegram:mia", "/checkin")
	d.presses("telegram:mia", "We met")
	d.presses("telegram:mia", "😐")
	d.presses("telegram:mia", worry)
	if worry != "No" {
		d.presses("telegram:mia", "Bullying")
		d.presses("telegram:mia", "Done")
		d.presses("telegram:mia", pressing)
		if pressing != "Danger now" {
			d.presses("telegram:mia", "Not yet")
		}
	}
	d.says("telegram:mia", note)
}

// A countingReader notes in which languages it read.
type countingReader struct{ langs []string }

func (r *countingReader) Assess(_, lang string) risk.Assessment {
	r.langs = append(r.langs, lang)
	return risk.Assessment{Assessed: true}
}

func (r *countingReader) Rules() []risk.RuleInfo { return nil }

// TestReadsOnce: a text is read once, before the store is locked for it, and again
// in the writer's own language if that is not the one of their app.
func TestReadsOnce(t *testing.T) {
	for lang, want := range map[string][]string{"en": {"en"}, "uk": {"en", "uk"}} {
		d := newDuo(t, filepath.Join(t.TempDir(), "steadfast.db"))
		d.settleRiverside()
		d.update(func(tx program.Tx) error {
			mia, err := tx.Person(d.people["Mia Berg"])
			if err != nil {
				return err
			}
			mia.Language = lang
			return tx.PutPerson(&mia)
		})
		reader := &countingReader{}
		d.Hints = reader
		d.says("telegram:mia", "We baked bread.")
		if !slices.Equal(reader.langs, want) {
			t.Errorf("%s: read in %q, not %q", lang, reader.langs, want)
		}
	}
}

// TestTextNeverLowers: whatever is found in what a mentor writes, and whatever
// they answer about it, a level is never lower than what was ticked, nor than it
// was before; nothing written is lost; and what sounds like a risk is never
// without a reader.
func TestTextNeverLowers(t *testing.T) {
	dir, runs := t.TempDir(), 0
	ticked := map[string]program.Level{"": program.NoLevel, "Keep an eye": program.Concern, "Today": program.Urgent, "Danger now": program.Danger}
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := newDuo(t, filepath.Join(dir, fmt.Sprint(runs)))
		d.settleRiverside()
		reader := drawn(t)
		d.Hints = reader
		floor := program.NoLevel
		reached := func() {
			t.Helper()
			level, _ := d.level()
			if level < floor {
				t.Fatalf("the level is %s and was %s", level, floor)
			}
			floor = level
		}
		pressing := rapid.SampledFrom([]string{"", "Keep an eye", "Today", "Danger now"}).Draw(t, "pressing")
		worry := "Yes"
		if pressing == "" {
			worry = "No"
		}
		d.checksIn(worry, pressing, "the words")
		floor = ticked[pressing]
		if reader.found.Level == program.Urgent && !reader.broken {
			floor = max(floor, program.Urgent)
		}
		reached()
		for range rapid.IntRange(0, 6).Draw(t, "steps") {
			*reader = *drawn(t)
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 0:
				d.says("telegram:mia", "the words")
			case 1:
				d.does("telegram:mia", chat.Edited{Text: "the words"})
			case 2:
				d.passes(16 * time.Minute)
			case 3:
				d.restartWith(reader)
			default:
				d.answersHint(t)
			}
			reached()
		}
		reader.broken = false
		d.passes(16 * time.Minute)
		d.nothingForgotten(t)
	})
}

// answersHint makes Mia press any button of any hint she was shown.
func (d *duo) answersHint(t *rapid.T) {
	var tokens []string
	for _, m := range d.shown["telegram:mia"] {
		for _, c := range m.Choices {
			if strings.HasPrefix(c.Token, "1.hint.") {
				tokens = append(tokens, c.Token)
			}
		}
	}
	if len(tokens) > 0 {
		d.does("telegram:mia", chat.Pressed{Token: rapid.SampledFrom(tokens).Draw(t, "answer")})
	}
}

// restartWith ends the process as a power cut does, and begins another one.
func (d *duo) restartWith(a Assessor) {
	d.restart()
	d.Hints = a
	d.deliver()
}

// nothingForgotten checks that each hint at the level of a concern is part of a
// case or was dismissed by its writer, and that each other one that asked, was not
// read, or is small, waits for the weekly list.
func (d *duo) nothingForgotten(t *rapid.T) {
	d.view(func(tx program.Tx) error {
		week, err := collect(tx.HintsForWeek())
		if err != nil {
			return err
		}
		for h, err := range tx.Hints() {
			if err != nil {
				return err
			}
			listed := slices.ContainsFunc(week, func(w program.Hint) bool { return w.ID == h.ID })
			again := h.Asks() && h.Asked.IsZero() && h.Case == 0 // about words that were asked about
			switch {
			case h.Case != 0, again:
			case h.Level >= program.Concern && h.Answer != program.NoWorry:
				t.Fatalf("nobody hears of %+v", h)
			case !listed && (h.Level > program.NoLevel || h.Weak || h.Unread):
				t.Fatalf("nobody reads of %+v", h)
			}
		}
		return nil
	})
}

// TestStaffNamedInAHint: whoever of the staff is named in words that are about an
// adult of the program neither sees the case nor reads the words.
func TestStaffNamedInAHint(t *testing.T) {
	d := riverside(t)
	d.person("Ana Ruiz", program.Supervisor, "telegram:ana")
	const words = "She says Ana came to her room at night"
	d.Hints = &anyReader{found: risk.Assessment{
		Level: program.Urgent, Assessed: true, Categories: []program.Category{program.AboutAnAdult},
		Hits: []risk.Hit{{Rule: "en.adult", Category: program.AboutAnAdult, Level: program.Urgent}},
	}}
	d.says("telegram:mia", words)
	if got := d.last("telegram:sam"); !strings.Contains(got, "Case 1 · urgent") {
		t.Errorf("Sam hears %q", got)
	}
	if len(d.shown["telegram:ana"]) > 0 {
		t.Errorf("Ana hears %q", d.last("telegram:ana"))
	}
	d.says("telegram:ana", "/case 1")
	if got := d.last("telegram:ana"); strings.Contains(got, "room") {
		t.Errorf("Ana reads %q", got)
	}
	if got := d.says("telegram:sam", "/case 1"); !strings.Contains(got, words) || !strings.Contains(got, "An adult crossing a line") {
		t.Errorf("Sam reads %q", got)
	}
}

// TestBrokenRulesLoseNothing: what somebody wrote is kept where the rules fail.
func TestBrokenRulesLoseNothing(t *testing.T) {
	d := riverside(t)
	d.Hints = &anyReader{broken: true}
	if got := d.says("telegram:mia", "something"); !strings.Contains(got, "I have kept this") {
		t.Errorf("%q", got)
	}
	d.view(func(tx program.Tx) error {
		week, err := collect(tx.HintsForWeek())
		if len(week) != 1 || !week[0].Unread {
			t.Errorf("%+v", week)
		}
		return err
	})
}

// TestUrgentWordsInACrowd: what a mentor ticks and what they write may each page
// as many people as one transaction can hold.
func TestUrgentWordsInACrowd(t *testing.T) {
	d := riverside(t)
	for i := range 40 {
		d.person(fmt.Sprint("Sue", i), program.Supervisor|program.Coordinator, fmt.Sprint("telegram:sue", i), fmt.Sprint("discord:sue", i))
	}
	d.Hints = &anyReader{found: risk.Assessment{Level: program.Urgent, Assessed: true, Hits: []risk.Hit{{Rule: "en.any", Category: "neglect", Level: program.Urgent}}}}
	d.checksIn("Yes", "Keep an eye", "the words")
	if level, cases := d.level(); level != program.Urgent || cases != 1 {
		t.Errorf("%d cases, %s: %s", cases, level, d.last("telegram:mia"))
	}
	for i := range 40 {
		d.says(fmt.Sprint("telegram:sue", i), "/case 1")
	}
	d.presses("telegram:mia", "Somebody is in danger now")
	if level, _ := d.level(); level != program.Danger {
		t.Errorf("%s: %s", level, d.last("telegram:mia"))
	}
	d.does("telegram:mia", chat.Edited{Text: "the words"})
	if got := d.last("telegram:mia"); !strings.Contains(got, "The new wording is kept") {
		t.Error(got)
	}
	d.says("telegram:tom", "the words")
	if _, cases := d.level(); cases != 2 {
		t.Errorf("%d cases: %s", cases, d.last("telegram:tom"))
	}
}
