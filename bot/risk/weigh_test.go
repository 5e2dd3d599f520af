package risk

import (
	"strings"
	"testing"
	"testing/fstest"

	"steadfast/bot/program"
)

// weighing compiles two rules and a few weights.
func weighing(t *testing.T, weights string) *Assessor {
	t.Helper()
	a, err := newAssessor(fstest.MapFS{
		"en.txt": {Data: []byte(`@function = the, and, in, a, he, she
rule hurt physical_abuse urgent
  say hit
  + dad hit him
  - a bit
rule wish suicide urgent
  keep doubt
  say wants to die
  + he wants to die
  - dying to see it
`)},
		"ru.txt":  {Data: []byte("@function = она, что, я, не, на\nrule x suicide urgent\n  say умереть\n  + умереть\n  - жить\n")},
		SignsFile: {Data: []byte(weights)},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const someWeights = `at doubt	-100
at ask	40
at concern	80
at urgent	200
at first	0	0
stai*	150	60	neglect	50
stairwell	150	60	neglect	50
lock*	80	0	neglect	20
film*	-300	0
подв*	200	200	neglect	50
`

// TestWeighs: what all words of a passage weigh decides, whatever stands in other
// sentences, and is shown in the clause where it weighs most.
func TestWeighs(t *testing.T) {
	a := weighing(t, someWeights)
	for text, want := range map[string]struct {
		level program.Level
		ask   bool
		words string
	}{
		"we baked bread":                                         {program.NoLevel, false, ""},
		"she slept in the stairwell":                             {program.Urgent, false, "she slept in the stairwell"},
		"good day, she sat in the stairs, we ate":                {program.Concern, false, "she sat in the stairs"},
		"they changed the locks":                                 {program.NoLevel, true, "they changed the locks"},
		"She slept in the stairwell. We had fun. We saw a film.": {program.Urgent, false, "She slept in the stairwell"},
		"she slept in the stiarwell":                             {program.Urgent, false, "she slept in the stiarwell"},
		"ya ne znayu chto ona v podvale":                         {program.Urgent, false, "ya ne znayu chto ona v podvale"},
	} {
		got := a.Assess(text, "en")
		words := ""
		for _, h := range got.Hits {
			words = text[h.Start:h.End]
			if h.Rule != "signs.neglect" || h.Category != "neglect" || h.Level != want.level {
				t.Errorf("%q: %+v", text, h)
			}
		}
		if got.Level != want.level || got.Ask != want.ask || words != want.words {
			t.Errorf("%q: %s, ask %t, %q", text, got.Level, got.Ask, words)
		}
	}
}

// TestDoubts: a rule that the other words speak against only asks, one that they
// do not support raises no more than a concern, and a sure one is believed.
func TestDoubts(t *testing.T) {
	a := weighing(t, someWeights)
	for text, want := range map[string]struct {
		level program.Level
		ask   bool
		by    string
	}{
		"he was hit":                                   {program.Concern, false, harmless},
		"he was hit in the stairwell":                  {program.Urgent, false, ""},
		"he was hit in the film":                       {program.NoLevel, true, harmless},
		"he wants to die":                              {program.Urgent, false, ""},
		"in the film a man wants to die":               {program.Urgent, false, ""},
		"A film. We ate. He was hit in the stairwell.": {program.Urgent, false, ""},
	} {
		got := a.Assess(text, "en")
		by := ""
		for _, s := range got.Suppressed {
			by = s.By
		}
		if got.Level != want.level || got.Ask != want.ask || by != want.by {
			t.Errorf("%q: %+v, not %+v", text, got, want)
		}
	}
}

// TestOwnWeights: a folder of a program's own may replace the weights, and an
// error says where it is wrong.
func TestOwnWeights(t *testing.T) {
	few := fstest.MapFS{"en.txt": {Data: []byte("@function = the, a\n")}, SignsFile: {Data: []byte(someWeights)}}
	none, err := newAssessor(few, fstest.MapFS{SignsFile: {}})
	if err != nil {
		t.Fatal(err)
	}
	if got := none.Assess("She slept in the stairwell, they changed the lock", "en"); len(got.Hits) > 0 {
		t.Errorf("weighed without weights: %+v", got)
	}
	for text, want := range map[string]string{
		"# fine\nstai*\t1\t2\nlock":         "signs.txt, line 3",
		"stai*\tmuch\t2":                    "signs.txt, line 1",
		"stai*\t1\t2\tneglect\tvery":        "signs.txt, line 1",
		"stai*\t1\t2\tsleeping\t3":          `there is no category "sleeping"`,
		"\nat concern\t99999999999\nx\t1\t": "signs.txt, line 2",
	} {
		if _, err := newAssessor(few, fstest.MapFS{SignsFile: {Data: []byte(text)}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, not %q", text, err, want)
		}
	}
}
