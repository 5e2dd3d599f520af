package flow

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

type visit struct {
	Met   string
	Mood  string
	Kinds []string
	Note  string
	Day   string
	Form  map[string]string
}

func options(keys ...string) (os []Option) {
	for _, k := range keys {
		os = append(os, Option{Key: k, Label: Literal("label " + k)})
	}
	return os
}

func parseDay(s string) (string, error) {
	t, err := time.Parse("2.1.2006", s)
	return t.Format(time.DateOnly), err
}

func aVisit(d *Dialogue) (v visit, done bool) {
	if v.Met, done = d.Choose("met", Say("met?"), options("yes", "no")); !done {
		return
	}
	if v.Met == "yes" {
		if v.Mood, done = d.Choose("mood", Say("mood?"), options("good", "bad")); !done {
			return
		}
		if v.Mood == "bad" {
			if v.Kinds, done = d.Several("kinds", Say("kinds?"), options("a", "b", "c")); !done {
				return
			}
		}
	}
	if v.Note, done = d.Ask("note", Text{Prompt: Say("note?"), Optional: true, Limit: 10}); !done {
		return
	}
	if v.Day, done = d.Date("day", Say("day?"), options("2026-11-20"), parseDay); !done {
		return
	}
	v.Form, done = d.Form("more", Say("more?"), Field{Key: "who", Limit: 5}, Field{Key: "where", Optional: true})
	return v, done
}

func label(p Phrase) string { return p.Literal }

func TestDialogue(t *testing.T) {
	s := State{Flow: "visit"}
	step := func(wantKey string, apply func(q *Question) (State, error)) {
		t.Helper()
		_, q := Run(s, aVisit)
		if q == nil || q.Key != wantKey {
			t.Fatalf("open question is %+v, want %s", q, wantKey)
		}
		next, err := apply(q)
		if err != nil {
			t.Fatalf("%s: %v", wantKey, err)
		}
		s = next
	}
	press := func(option string) func(*Question) (State, error) {
		return func(q *Question) (State, error) { return Press(s, q, option) }
	}
	typed := func(text string) func(*Question) (State, error) {
		return func(q *Question) (State, error) { return Type(s, q, text, label) }
	}

	step("met", press("no"))
	step("note", press(Back))
	step("met", typed("1"))
	step("mood", typed("LABEL bad"))
	step("kinds", press("a"))
	step("kinds", press("b"))
	step("kinds", press("a"))
	step("kinds", press(Done))
	step("note", typed(" tired "))
	step("day", typed("3.11.2026"))
	step("more", typed("Ana"))
	step("more", press(Skip))
	got, q := Run(s, aVisit)
	want := visit{"yes", "bad", []string{"b"}, "tired", "2026-11-03", map[string]string{"who": "Ana"}}
	if q != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, %+v, want %+v", got, q, want)
	}

	// Correct one answer: only that one is asked again.
	s = s.Without("mood")
	step("mood", press("good"))
	want.Mood, want.Kinds = "good", nil
	if got, q = Run(s, aVisit); q != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("corrected: got %+v, %+v, want %+v", got, q, want)
	}
}

func TestInputsThatDoNotAnswer(t *testing.T) {
	at := func(s State) *Question {
		_, q := Run(s, aVisit)
		return q
	}
	first := State{Flow: "visit"}
	note := first.With("met", "no")
	day := note.With("note")
	more := day.With("day", "2026-11-20")
	kinds := first.With("met", "yes").With("mood", "bad")
	for _, tt := range []struct {
		name string
		s    State
		do   func(State, *Question) (State, error)
		want error
	}{
		{"foreign option", first, func(s State, q *Question) (State, error) { return Press(s, q, "maybe") }, ErrNoOption},
		{"back at the start", first, func(s State, q *Question) (State, error) { return Press(s, q, Back) }, ErrNoAnswers},
		{"skip what is needed", first, func(s State, q *Question) (State, error) { return Press(s, q, Skip) }, ErrNotAsked},
		{"text for a button", first, func(s State, q *Question) (State, error) { return Type(s, q, "9", label) }, ErrNoOption},
		{"empty", first, func(s State, q *Question) (State, error) { return Type(s, q, "  ", label) }, ErrNothing},
		{"done with nothing", kinds, func(s State, q *Question) (State, error) { return Press(s, q, Done) }, ErrNothing},
		{"button for text", note, func(s State, q *Question) (State, error) { return Press(s, q, "a") }, ErrNotAsked},
		{"not a day", day, func(s State, q *Question) (State, error) { return Type(s, q, "soon", label) }, ErrNotUnderstood},
		{"form elsewhere", day, func(s State, q *Question) (State, error) { return Fill(s, q, nil) }, ErrNotAsked},
		{"empty field", more, func(s State, q *Question) (State, error) { return Fill(s, q, map[string]string{"who": ""}) }, ErrNothing},
	} {
		got, err := tt.do(tt.s, at(tt.s))
		if !errors.Is(err, tt.want) || !reflect.DeepEqual(got, tt.s) {
			t.Errorf("%s: %v, %v, want %v and no change", tt.name, got, err, tt.want)
		}
	}
	var long *TooLongError
	if _, err := Type(note, at(note), "eleven chars", label); !errors.As(err, &long) || long.Runes != 12 {
		t.Errorf("too long: %v", err)
	}
}

func TestStaleAnswerIsAskedAgain(t *testing.T) {
	_, q := Run(State{}.With("met", "perhaps"), aVisit)
	if q == nil || q.Key != "met" {
		t.Errorf("open question is %+v, want met", q)
	}
}

func TestSameKeyTwicePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	Run(State{}.With("a", "x"), func(d *Dialogue) (string, bool) {
		d.Choose("a", Phrase{}, options("x"))
		return d.Choose("a", Phrase{}, options("x"))
	})
}

func TestPatience(t *testing.T) {
	p := Patience{Nudge: 30 * time.Minute, Away: 24 * time.Hour}
	t0 := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	at := func(d time.Duration) time.Time { return t0.Add(d) }
	for _, tt := range []struct {
		name        string
		nudged, now time.Time
		step        Step
		next        time.Time
	}{
		{"fresh", time.Time{}, at(time.Minute), Wait, at(30 * time.Minute)},
		{"nudge", time.Time{}, at(30 * time.Minute), Nudge, at(24 * time.Hour)},
		{"nudged", at(30 * time.Minute), at(time.Hour), Wait, at(24 * time.Hour)},
		{"nudged before the last answer", at(-time.Hour), at(time.Hour), Nudge, at(24 * time.Hour)},
		{"away", at(30 * time.Minute), at(24 * time.Hour), PutAway, time.Time{}},
		{"slept through all of it", time.Time{}, at(90 * time.Hour), PutAway, time.Time{}},
		{"clock set back", time.Time{}, at(-time.Hour), Wait, at(30 * time.Minute)},
	} {
		if step, next := p.Next(t0, tt.nudged, tt.now); step != tt.step || !next.Equal(tt.next) {
			t.Errorf("%s: %v, %v, want %v, %v", tt.name, step, next, tt.step, tt.next)
		}
	}
}

// aLog asks one thing that must be answered, then three that may be left out.
func aLog(d *Dialogue) (v visit, done bool) {
	if v.Met, done = d.Choose("met", Say("met?"), options("yes", "no")); !done {
		return
	}
	d.Free("enough")
	if v.Day, done = d.Date("day", Say("day?"), options("2026-11-20"), parseDay); !done {
		return
	}
	if v.Kinds, done = d.Several("kinds", Say("kinds?"), options("a", "b")); !done {
		return
	}
	v.Mood, done = d.Choose("mood", Say("mood?"), options("good", "bad"))
	return v, done
}

func TestFree(t *testing.T) {
	for _, tt := range []struct {
		name    string
		presses []string
		want    visit
		open    string
	}{
		{"nothing may be left out before", []string{"no", Back}, visit{}, "met"},
		{"each", []string{"no", Skip, Skip, Skip}, visit{Met: "no"}, ""},
		{"one, and back to it", []string{"no", Skip, Back}, visit{Met: "no"}, "day"},
		{"all", []string{"no", Stop}, visit{Met: "no"}, ""},
		{"all but the first", []string{"no", "2026-11-20", Stop}, visit{Met: "no", Day: "2026-11-20"}, ""},
		{"what was picked is kept", []string{"no", Skip, "b", Stop}, visit{Met: "no", Kinds: []string{"b"}}, ""},
		{"unpicked, it is still asked", []string{"no", Skip, "b", "b"}, visit{Met: "no"}, "kinds"},
		{"none", []string{"no", "2026-11-20", "a", "b", Done, "bad"}, visit{Met: "no", Day: "2026-11-20", Kinds: []string{"a", "b"}, Mood: "bad"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s State
			for _, p := range tt.presses {
				_, q := Run(s, aLog)
				var err error
				if s, err = Press(s, q, p); err != nil {
					t.Fatalf("%s: %v", p, err)
				}
			}
			got, q := Run(s, aLog)
			open := ""
			if q != nil {
				open = q.Key
			}
			if !reflect.DeepEqual(got, tt.want) || open != tt.open {
				t.Errorf("%+v, open %q; want %+v, %q", got, open, tt.want, tt.open)
			}
		})
	}
	_, q := Run(State{}, aLog)
	for _, p := range []string{Skip, Stop} {
		if _, err := Press(State{}, q, p); !errors.Is(err, ErrNotAsked) {
			t.Errorf("%s of a question that must be answered: %v", p, err)
		}
	}
}

func TestAlone(t *testing.T) {
	ask := func(d *Dialogue) ([]string, bool) {
		return d.Several("who", Say("who?"), append(options("a", "b"), Option{Key: "all", Alone: true}))
	}
	for _, presses := range [][]string{{"all"}, {"a", "b", "all"}} {
		var s State
		for _, p := range presses {
			_, q := Run(s, ask)
			s, _ = Press(s, q, p)
		}
		if got, q := Run(s, ask); q != nil || !reflect.DeepEqual(got, []string{"all"}) {
			t.Errorf("%v: %v, open %v", presses, got, q)
		}
	}
}
