package risk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// TestChanges changes notes in ways that make them no less worrying, and counts
// how many are noticed less than before.
func TestChanges(t *testing.T) {
	a, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	notes := pressing(t)
	words := strings.NewReplacer(" he ", " she ", " He ", " She ", " his ", " her ", " him ", " her ", " himself ", " herself ")
	for name, change := range map[string]struct {
		f    func(string) string
		most int // of a hundred may be noticed less
	}{
		"without accents":          {bare, 5},
		"without punctuation":      {unpunctuated, 5},
		"without capitals":         {strings.ToLower, 5},
		"in capitals":              {strings.ToUpper, 5},
		"with slips of the finger": {slipped, 5},
		"after something cheerful": {func(s string) string { return "We had such a good time at the lake. " + s }, 0},
		"before something cheerful": {func(s string) string {
			return strings.TrimRight(s, ".!? ") + ". We laughed a lot and had ice cream."
		}, 0},
		"beside a denial":          {func(s string) string { return "No bruises today. " + s }, 0},
		"after a film":             {func(s string) string { return "In the film that we saw everybody died. " + s }, 0},
		"about somebody else":      {words.Replace, 0},
		"as a quote":               {func(s string) string { return "“" + s + "”" }, 0},
		"with zero-width marks":    {func(s string) string { return strings.ReplaceAll(s, "e", "e\u200b") }, 0},
		"with no-break spaces":     {func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }, 0},
		"with letters that repeat": {func(s string) string { return strings.ReplaceAll(s, "a ", "aaaa ") }, 10},
	} {
		t.Run(name, func(t *testing.T) {
			before, fell := 0, 0
			for _, n := range notes {
				was := a.Assess(n.text, n.lang)
				if was.Level == 0 {
					continue
				}
				before++
				if now := a.Assess(change.f(n.text), n.lang); now.Level < was.Level {
					if fell++; fell <= 3 {
						t.Logf("%s, not %s: %q", now.Level, was.Level, change.f(n.text))
					}
				}
			}
			if before < len(notes)/2 || 100*fell > change.most*before {
				t.Errorf("%d of %d are noticed less", fell, before)
			}
		})
	}
}

// A labelled note is one of those that the weights were learned from.
type labelled struct{ lang, text string }

// pressing returns some of the urgent notes.
func pressing(t testing.TB) (all []labelled) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("notes", "*.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	n, step := 0, 8
	if testing.Short() { // with the race detector
		step = 60
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			fields := strings.Split(strings.TrimSpace(line), "\t")
			if fields[0] == "u" {
				if n++; n%step == 0 {
					all = append(all, labelled{filepath.Base(path)[:2], fields[3]})
				}
			}
		}
	}
	return all
}

func bare(s string) string {
	s, _, _ = transform.String(transform.Chain(norm.NFD, runes.Remove(runes.Predicate(func(r rune) bool {
		return unicode.Is(unicode.Mn, r) && r != '\u0306' && r != '\u0308'
	})), norm.NFC), s)
	return s
}

func unpunctuated(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) && r != '\'' && r != '’' && r != '-' {
			return -1
		}
		return r
	}, s)
}

// slipped swaps two letters in the first long word of each sentence.
func slipped(s string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		if letters := []rune(w); utf8.RuneCountInString(w) >= 6 && i%5 == 2 {
			letters[2], letters[3] = letters[3], letters[2]
			words[i] = string(letters)
		}
	}
	return strings.Join(words, " ")
}
