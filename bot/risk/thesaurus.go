package risk

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"unicode/utf8"
)

// wordFiles say which words of the six languages mean the same.
const wordFiles = "words/*.tsv"

// A concept is what words of several languages mean, in a class of those that play
// the same part: a belt and a slipper are both things to hit with.
type concept struct{ class, name string }

// A thesaurus knows what words mean, so that what was learned of a word in one
// language helps in all, and what was learned of one word helps with its synonyms.
type thesaurus struct {
	concepts []concept
	numbers  map[concept]int32
	words    vocabulary
	roman    func() vocabulary // Russian and Ukrainian words in rough Latin letters
}

// A vocabulary has the concepts of words and stems, by a hash of their language,
// their letters and which of both they are. A word has the first meaning that the
// files give it: more than one would say less.
type vocabulary map[uint64]int32

// unknown is no concept.
const unknown = -1

// romanLanguage stands for Russian and Ukrainian in rough Latin letters.
const romanLanguage = "roman"

// readThesaurus reads the words of all folders, of which the first that gives a word
// a meaning decides.
func readThesaurus(folders ...fs.FS) (*thesaurus, error) {
	t := &thesaurus{numbers: map[concept]int32{}, words: vocabulary{}}
	var lines []wordLine
	for _, folder := range folders {
		if folder == nil {
			continue
		}
		more, err := readWords(folder)
		if err != nil {
			return nil, err
		}
		lines = append(lines, more...)
	}
	for _, l := range lines {
		id := t.number(l.concept)
		for i, lang := range wordLanguages() {
			l.each(i, func(w literal) { t.words.add(lang, w, id) })
		}
	}
	t.roman = sync.OnceValue(func() vocabulary { return t.romanised(lines) })
	return t, nil
}

// readWords reads the lines of a folder.
func readWords(folder fs.FS) (lines []wordLine, err error) {
	names, err := fs.Glob(folder, wordFiles)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("the words cannot be read: %w", err)
		}
		err = eachLine(name, string(text), func(line string, _ int) error {
			l, err := parseWords(strings.TrimRight(line, "\r\n"))
			lines = append(lines, l)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// wordLanguages returns the languages of the columns after class and concept.
func wordLanguages() []string { return []string{"en", "es", "fr", "pt", "uk", "ru"} }

// A wordLine is a concept and its words in each language.
type wordLine struct {
	concept
	words []string
}

func parseWords(line string) (l wordLine, err error) {
	fields := strings.Split(line, "\t")
	if len(fields) != 2+len(wordLanguages()) {
		return l, fmt.Errorf("write a class, a concept and its words in English, Spanish, French, Portuguese, Ukrainian and Russian, with tabs between them")
	}
	return wordLine{concept{fields[0], fields[1]}, fields[2:]}, nil
}

// each calls f with the words of a language.
func (l wordLine) each(language int, f func(literal)) {
	for w := range strings.FieldsSeq(l.words[language]) {
		w, stem := strings.CutSuffix(w, "*")
		if w = fold(w); w != "" {
			f(literal{text: w, stem: stem})
		}
	}
}

func (t *thesaurus) number(c concept) int32 {
	id, known := t.numbers[c]
	if !known {
		id = int32(len(t.concepts))
		t.concepts, t.numbers[c] = append(t.concepts, c), id
	}
	return id
}

// romanised returns the words that are written in Cyrillic letters.
func (t *thesaurus) romanised(lines []wordLine) vocabulary {
	v, digraphs := vocabulary{}, digraphs()
	for _, l := range lines {
		for i := range wordLanguages() {
			l.each(i, func(w literal) {
				if _, cyrillic := scripts(w.text); cyrillic > 0 {
					v.add(romanLanguage, literal{text: roman(digraphs, w.text), stem: w.stem}, t.numbers[l.concept])
				}
			})
		}
	}
	return v
}

// What a hash ends with.
const (
	wholeWord = "="
	wordStem  = "*"
)

func (v vocabulary) add(lang string, w literal, id int32) {
	end := wholeWord
	if w.stem {
		end = wordStem
	}
	key := hashOn(hashOn(hashed(lang), w.text), end)
	if _, known := v[key]; !known {
		v[key] = id
	}
}

// meaning returns the concept of a word, or of its longest stem.
func (v vocabulary) meaning(lang, word string) int32 {
	h, found := hashed(lang), int32(unknown)
	for i := range len(word) {
		h = hashOn(h, word[i:i+1])
		if i+1 < len(word) && !utf8.RuneStart(word[i+1]) {
			continue
		}
		if stem, known := v[hashOn(h, wordStem)]; known {
			found = stem
		}
	}
	if whole, known := v[hashOn(h, wholeWord)]; known {
		return whole
	}
	return found
}

// concepts calls f with what the words of a stretch mean: each concept, and its
// class.
func (r *reading) concepts(s stretch, f func(sign)) {
	var name []byte
	for i := s.from; i < s.to; i++ {
		id := r.meaning(s, i)
		if id == unknown {
			continue
		}
		c := r.a.thesaurus.concepts[id]
		name = append(append(name[:0], '='), c.name...)
		f(sign{name, i, i + 1})
		name = append(append(name[:0], "=="...), c.class...)
		f(sign{name, i, i + 1})
	}
}

// meaning returns the concept of a token in the languages of its stretch.
func (r *reading) meaning(s stretch, i int) int32 {
	t, token := r.a.thesaurus, &r.tokens[i]
	if s.roman {
		return t.roman().meaning(romanLanguage, roman(r.a.digraphs, token.text))
	}
	for j, l := range r.a.languages {
		if s.spoken&(1<<j) == 0 || l.name == common {
			continue
		}
		if found := t.words.meaning(l.name, token.text); found != unknown {
			return found
		}
		for _, form := range token.forms {
			if found := t.words.meaning(l.name, form); found != unknown {
				return found
			}
		}
	}
	return unknown
}
