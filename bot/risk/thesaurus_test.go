package risk

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"steadfast/bot/program"
)

// TestWordFiles: each line of the thesaurus is one that can be found.
func TestWordFiles(t *testing.T) {
	lines, err := readWords(files)
	if err != nil {
		t.Fatal(err)
	}
	if th, err := readThesaurus(files); err != nil || len(th.concepts) < 2000 {
		t.Fatalf("%d concepts, %v", len(th.concepts), err)
	}
	for _, l := range lines {
		if strings.Trim(l.class, "abcdefghijklmnopqrstuvwxyz_") != "" || l.name == "" || strings.ContainsAny(l.name, " =") {
			t.Errorf("%q and %q are not names", l.class, l.name)
		}
		for i, lang := range wordLanguages() {
			l.each(i, func(w literal) {
				if tokens, _ := scan(w.text); len(tokens) != 1 {
					t.Errorf("%s: %q is not one word", l.name, w.text)
				}
				if w.stem && utf8.RuneCountInString(w.text) < 3 {
					t.Errorf("%s: %s* would be found in too many words", l.name, w.text)
				}
				if latin, cyrillic := scripts(w.text); latin > 0 && cyrillic > 0 || cyrillic > 0 != (lang == "uk" || lang == "ru") {
					t.Errorf("%s: %q is not in the letters of %s", l.name, w.text, lang)
				}
			})
		}
	}
}

// ofWords compiles an assessor with few words, of which only what they mean has
// weights.
func ofWords(t *testing.T, own fs.FS) *Assessor {
	t.Helper()
	const rule = "\nrule x neglect watch\n  say =xyz\n  + xyz\n  - zyx\n" // a language has one at least
	a, err := newAssessor(fstest.MapFS{
		"en.txt":        {Data: []byte("@function = the, and, in, a, he, she, had" + rule)},
		"es.txt":        {Data: []byte("@function = el, la, un, una, en, tenía, comió" + rule)},
		"ru.txt":        {Data: []byte("@function = она, он, что, я, не, на, у, и, него" + rule)},
		"words/one.tsv": {Data: []byte("weapon\tknife\tknife knives blade*\tcuchill* navaja*\tcouteau*\tfaca facas\tніж ножа\tнож нож*\nfood\tbread\tbread\tpan\tpain\tpao\tхліб*\tхлеб*\ntool\tpan\tpan pans\tsarten*\tpoele*\tpanela*\tкаструл*\tкастрюл*\n")},
		SignsFile:       {Data: []byte("at concern\t80\nat ask\t40\nat urgent\t200\n=knife\t400\t100\tviolence\t50\n==food\t100\t0\tneglect\t50\n")},
	}, own)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestMeanings: what a word means counts in each language, whatever its form, and
// in its own language only.
func TestMeanings(t *testing.T) {
	a := ofWords(t, nil)
	for text, want := range map[string]program.Level{
		"he had a knife":          program.Urgent,
		"she had the blades":      program.Urgent,
		"la navaja en la mochila": program.Urgent,
		"У него нож":              program.Urgent,
		"на столе ножик и он":     program.Urgent,
		"ona chto u nego nozh":    program.Urgent,
		"he had a kn1fe":          program.Urgent,
		"he had the knifes":       program.NoLevel, // no stem, and another word
		"she had a pan":           program.NoLevel,
		"el pan en la mesa":       program.NoLevel, // food alone asks
	} {
		if got := a.Assess(text, ""); got.Level != want || got.Ask != strings.Contains(text, "el pan") {
			t.Errorf("%q: %+v, not %s", text, got, want)
		}
	}
}

// TestOwnWords: a program's own folder adds words to what there is, which then
// weigh as much, and gives words another meaning.
func TestOwnWords(t *testing.T) {
	a := ofWords(t, fstest.MapFS{"words/ours.tsv": {Data: []byte("weapon\tknife\tshiv* pan\t\t\t\t\t\n")}})
	for _, text := range []string{"he had a shiv", "he had a knife", "he had a pan"} {
		if got := a.Assess(text, "en"); got.Level != program.Urgent {
			t.Errorf("%q: %+v", text, got)
		}
	}
	_, err := readThesaurus(fstest.MapFS{"words/ours.tsv": {Data: []byte("weapon\tknife\tshiv\n")}})
	if err == nil || !strings.Contains(err.Error(), "words/ours.tsv, line 1: write a class, a concept") {
		t.Errorf("%v", err)
	}
}
