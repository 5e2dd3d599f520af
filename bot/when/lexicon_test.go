package when

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// Every line of the language files says something: each phrase is understood
// when it is filled in, and each word has a phrase to be used in.
func TestLanguageFiles(t *testing.T) {
	r := reader(t)
	for _, language := range languages() {
		l := r.lexicons[language]
		used := map[string]bool{"ending": true, "hour-ending": true}
		for _, p := range l.phrases {
			for _, all := range []bool{true, false} {
				text := example(l, p, used, all)
				found := readings(tokenize(clean(text)), []*lexicon{r.lexicons[shared], l})
				if !slices.ContainsFunc(found, func(r reading) bool { return strings.Contains(r.rule, p.rule) }) {
					t.Errorf("%s: %q is not understood by the rule %s", language, text, p.rule)
				}
			}
		}
		for _, n := range slices.Concat(slices.Collect(maps.Values(l.names))...) {
			if !slices.ContainsFunc(slots(), func(s string) bool { return used[s] && fits(n.slot, s) }) && !used[n.slot] {
				t.Errorf("%s: nothing is said with {%s} %q", language, n.slot, n.words)
			}
		}
	}
}

// example fills a phrase in, with what may be missing or without.
func example(l *lexicon, p phrase, used map[string]bool, all bool) string {
	var words []string
	if p.rule == "part" || p.rule == "clock-dotted" {
		words = append(words, "2026-11-24")
	}
	for _, e := range p.pattern {
		if e.optional && !all {
			continue
		}
		f := e.forms[len(e.forms)-1]
		for _, f := range e.forms {
			used[f.slot] = true
		}
		words = append(words, f.words...)
		switch f.slot {
		case "":
		case "time":
			words = append(words, "16:00")
		case "dotted":
			words = append(words, "16.30")
		case "dashed":
			words = append(words, "16-30")
		case "date":
			words = append(words, "24.11.2026")
		case "year":
			words = append(words, "2026")
		case "minute":
			words = append(words, "30")
		case "day":
			words = append(words, "24")
		default:
			words = append(words, nameOf(l, f.slot))
		}
	}
	return strings.Join(words, " ")
}

// nameOf is the first word in the alphabet that fits the slot, and 4 if digits
// are all there is.
func nameOf(l *lexicon, slot string) string {
	for _, first := range slices.Sorted(maps.Keys(l.names)) {
		for _, n := range l.names[first] {
			if fits(n.slot, slot) {
				return strings.Join(n.words, " ")
			}
		}
	}
	return "4"
}

// A mistake in a file is found and described.
func TestLanguageFileMistakes(t *testing.T) {
	for line, want := range map[string]string{
		"today":                     "there is no =",
		"someday = today":           `there is no rule "someday"`,
		"day noonish = today":       "{part noonish}",
		"day 0 = {dy}":              "there is no {dy}",
		"day 0 = [of the] day":      "without spaces",
		"day 0 = [today]":           "nothing at all",
		"{month 3} = march,, mar":   "a comma too many",
		"{month 13} = undecimber":   "no such number",
		"{weekday foo} = fooday":    "there are sun, mon",
		"{planet 3} = earth":        "nothing is called {planet}",
		"{part lunch} = lunch time": "{part lunch}",
	} {
		if err := (&lexicon{names: map[string][]name{}, plain: map[string]bool{}}).add(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}
