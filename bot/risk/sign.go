package risk

import (
	"slices"
	"unicode/utf8"

	"steadfast/bot/program"
)

// signLetters is how many letters of a word are a sign: the forms of a word differ
// in their endings, in all six languages.
const signLetters = 4

// A sign is something in a sentence that has a weight, by the name that it has in
// signs.txt:
//
//	so                a word of up to three letters
//	stai*             the first four letters of a longer one
//	stairwell         all of it
//	the stai*         two such neighbours
//	#18               a number: #1 below 10, #10 below 18, #18 below 100, #100
//	#they             he, she, elle, вона; #them: him, her, їй; #themself
//	=belt             what a word means, in any language
//	==hit_with        and the class of that
//	!neglect urgent   what a rule found, at the level that its context left it
//	~fiction          a cue of context, by its kind
type sign struct {
	name     []byte // until the next one
	from, to int    // tokens
}

// Signs returns the signs of a text, stretch by stretch, for [Assessor.Assess]
// to weigh; lang is the person's language. Sentences in Russian or Ukrainian in
// Latin letters are left out: their words are known by their Cyrillic form.
func (a *Assessor) Signs(text, lang string) (stretches [][]string) {
	r := a.reading()
	defer a.release(r)
	r.read(text, lang)
	hits := r.ruled().Hits
	for _, s := range r.stretches() {
		if s.roman {
			continue
		}
		var names []string
		r.signs(nil, s, hits, func(s sign) { names = append(names, string(s.name)) })
		slices.Sort(names)
		stretches = append(stretches, slices.Compact(names))
	}
	return stretches
}

// A stretch is a sentence, or a part of one that goes on and on.
type stretch struct {
	sentence
	roman  bool   // Russian or Ukrainian in Latin letters
	spoken uint64 // its main languages, a bit each
}

// How long a stretch is, in tokens. People who write without a full stop would
// hide one grave word among many.
const (
	stretchWhole = 32 // up to which a sentence is one
	stretchLeast = 12 // from where on a part ends at a comma
	stretchMost  = 24 // and where without
)

func (r *reading) stretches() (all []stretch) {
	for at, s := range r.sentences {
		from := s.from
		if s.to-s.from > stretchWhole {
			for i := from + stretchLeast; i < s.to-stretchLeast; i++ {
				if n := i - from; n >= stretchMost || n >= stretchLeast && r.tokens[i].pause {
					all = append(all, stretch{sentence{from, i}, r.romanised[at], r.spoken[at]})
					from = i
				}
			}
		}
		all = append(all, stretch{sentence{from, s.to}, r.romanised[at], r.spoken[at]})
	}
	return all
}

// signs calls f with each sign of a stretch. Words that the weights do not know
// are read as the known word that was meant.
func (r *reading) signs(w *weights, s stretch, hits []Hit, f func(sign)) {
	var name []byte
	last := ""
	for i := s.from; i < s.to; i++ {
		begin, whole := r.word(w, s, i)
		f(sign{append(name[:0], begin...), i, i + 1})
		if whole != "" {
			f(sign{append(name[:0], whole...), i, i + 1})
		}
		if i > s.from {
			name = append(append(append(name[:0], last...), ' '), begin...)
			f(sign{name, i - 1, i + 1})
		}
		last = begin
	}
	r.concepts(s, f)
	for _, h := range hits {
		if from, to, here := r.tokensOf(s.sentence, h); here && h.Level > program.NoLevel {
			name = append(append(append(append(name[:0], '!'), h.Category...), ' '), h.Level.String()...)
			f(sign{name, from, to})
		}
	}
	for _, c := range r.cues {
		if c.from >= s.from && c.from < s.to {
			f(sign{append(append(name[:0], '~'), c.rule.kind...), c.from, c.to})
		}
	}
}

// tokensOf returns the tokens of a hit that begins in a stretch.
func (r *reading) tokensOf(s sentence, h Hit) (from, to int, here bool) {
	if h.Start < r.tokens[s.from].start || h.Start >= r.tokens[s.to-1].end {
		return 0, 0, false
	}
	for from = s.from; r.tokens[from].end <= h.Start; from++ {
	}
	for to = from + 1; to < len(r.tokens) && r.tokens[to].start < h.End; to++ {
	}
	return from, to, true
}

// word returns the signs of a word alone: its beginning and, if it is longer, all
// of it.
func (r *reading) word(w *weights, s stretch, i int) (begin, whole string) {
	t := r.tokens[i]
	switch n := t.number; {
	case n >= 100:
		return "#100", ""
	case n >= 18:
		return "#18", ""
	case n >= 10:
		return "#10", ""
	case n >= 0:
		return "#1", ""
	}
	if p := pronoun(t.text); p != "" {
		return p, ""
	}
	begin, whole = signsOf(t.text)
	if w == nil {
		return begin, whole
	}
	if s.roman {
		if meant, known := w.cyrillic(roman(r.a.digraphs, t.text)); known {
			return meant, ""
		}
	}
	if w.knows(begin) {
		return begin, whole
	}
	for _, form := range t.forms {
		if b, all := signsOf(form); w.knows(b) {
			return b, all
		}
	}
	if meant, known := w.slip(t.text); known {
		return signsOf(meant)
	}
	return begin, whole
}

func signsOf(word string) (begin, whole string) {
	n := 0
	for at := range word {
		if n++; n > signLetters {
			return word[:at] + "*", word
		}
	}
	if n == signLetters {
		return word + "*", ""
	}
	return word, ""
}

// pronoun returns one sign for all who are spoken of, so that it makes no
// difference who it is; empty for any other word.
func pronoun(word string) string {
	switch word {
	case "he", "she", "they", "ele", "ela", "eles", "elas", "il", "elle", "ils", "elles", "ella", "ellos", "ellas",
		"він", "вона", "вони", "он", "она", "они":
		return "#they"
	case "him", "her", "them", "his", "hers", "their", "theirs", "dele", "dela", "deles", "delas",
		"його", "її", "їх", "йому", "їй", "їм", "нього", "неї", "них", "него", "нее", "ней", "ему", "ей", "его", "ее", "их", "им":
		return "#them"
	case "himself", "herself", "themself", "themselves":
		return "#themself"
	}
	return ""
}

// longestSlip is how many letters a word may have for slips to be looked for: each
// is tried by itself, and what is longer is no word.
const longestSlip = 24

// slip returns the known word that somebody may have meant: two letters changed
// places, or one is too many.
func (w *weights) slip(word string) (meant string, known bool) {
	if n := utf8.RuneCountInString(word); n < typoLength-1 || n > longestSlip {
		return "", false
	}
	try := func(letters []rune) bool {
		meant = string(letters)
		begin, whole := signsOf(meant)
		return w.knows(begin) && (whole == "" || w.knows(whole))
	}
	letters := []rune(word)
	for i := 1; i < len(letters); i++ {
		letters[i-1], letters[i] = letters[i], letters[i-1]
		if try(letters) {
			return meant, true
		}
		letters[i-1], letters[i] = letters[i], letters[i-1]
	}
	for i := 1; i < len(letters); i++ {
		if try(slices.Delete(slices.Clone(letters), i, i+1)) {
			return meant, true
		}
	}
	return "", false
}
