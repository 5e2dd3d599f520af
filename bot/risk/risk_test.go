package risk

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// Every rule must do with its own examples what it says. For one language:
// go test -run TestExamples/uk ./bot/risk
func TestExamples(t *testing.T) {
	a, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range a.languages {
		t.Run(l.name, func(t *testing.T) {
			for _, r := range a.rules {
				if r.lang != l.name {
					continue
				}
				if err := a.check(r.block); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// A cue counts only where its language is the one that is mostly spoken: "no" is a
// denial in Spanish, in Portuguese it is "in the".
func TestCueOfAnotherLanguage(t *testing.T) {
	a, err := New(fstest.MapFS{
		"es.txt": {Data: []byte("context nein negation after 5\n  say no\n  + no duerme\n  - no duerme. quiere morirse\n")},
		"pt.txt": {Data: []byte("rule cave neglect urgent\n  say porao\n  + dormiu no porao da tia\n  - dormiu na cama dela\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Assess("a menina dormiu no porao da tia e ela disse que foi assim", "pt"); got.Level.String() != "urgent" {
		t.Errorf("%+v", got)
	}
}

// The example of the README works as it is written there.
func TestWorkedExample(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var rules strings.Builder
	for line := range strings.Lines(string(text)) {
		if line, indented := strings.CutPrefix(line, "    "); indented && !strings.HasPrefix(line, "echo") {
			rules.WriteString(line)
		}
	}
	if _, err := New(fstest.MapFS{"en.txt": {Data: []byte(rules.String())}}); err != nil {
		t.Error(err)
	}
}

// Whatever the text, places are valid and nothing breaks.
func FuzzAssess(f *testing.F) {
	a, err := New(nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "👍", "she wnats to dei", "ona skazala chto hochet ischeznut", "\xff\xfe kill\xc3 himself", "שלום kill himself", "l'", "$", "12a", strings.Repeat("he wants to die ", 500), strings.Repeat("abcdefghij", 10_000)} {
		f.Add(s, "en")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		got := a.Assess(text, lang)
		places := got.Hits
		for _, s := range got.Suppressed {
			places = append(places, s.Hit)
		}
		for _, h := range places {
			if h.Start < 0 || h.Start >= h.End || h.End > len(text) {
				t.Fatalf("%q: %+v", text, h)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[h.Start:h.End]) {
				t.Fatalf("%q: %+v is not on the edges of runes", text, h)
			}
		}
	})
}
