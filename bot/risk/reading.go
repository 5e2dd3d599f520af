package risk

import (
	"slices"
	"sort"
	"strings"
)

// A reading is one text while it is read.
type reading struct {
	a         *Assessor
	text      string
	tokens    []token
	sentences []sentence
	symbols   [][]symbol // by token
	window    window
	tried     []int     // by pattern: the window in which it was tried last
	windows   int       // how many there were
	found     [][]match // by pattern, in order
	owners    []int     // rules that were found in part, or whole
	owned     []bool    // by rule
	filled    []int     // patterns that were found
	assessed  bool
	known     [64]int // by language: its function words in the text
	hint      int     // the language of the person, or -1
	scratch   []symbol
	cues      []cue
	romanised []bool   // by sentence: it is Russian or Ukrainian in Latin letters
	spoken    []uint64 // by sentence: its main languages, a bit each
}

func newReading(a *Assessor) *reading {
	return &reading{
		a: a, window: window{code: &a.code, masks: make([]uint64, a.size), here: make([]uint64, a.size/64+1), living: make([]living, a.alternations)}, tried: make([]int, len(a.patterns)),
		found: make([][]match, len(a.patterns)), owned: make([]bool, len(a.rules)),
	}
}

// forget lets go of what was read.
func (r *reading) forget() {
	r.text, r.tokens, r.sentences = "", nil, nil
}

// read finds all patterns in a text.
func (r *reading) read(text, lang string) {
	for _, p := range r.filled {
		r.found[p] = r.found[p][:0]
	}
	for _, o := range r.owners {
		r.owned[o] = false
	}
	r.filled, r.owners, r.cues, r.assessed = r.filled[:0], r.owners[:0], r.cues[:0], false
	r.known = [64]int{}
	r.hint = slices.IndexFunc(r.a.languages, func(l language) bool { return l.name == lang })
	r.text = text
	r.tokens, r.sentences = scan(text)
	r.symbols = r.symbols[:0]
	r.scratch = r.scratch[:0]
	for _, t := range r.tokens {
		r.symbols = append(r.symbols, r.lookUp(t))
	}
	r.romanised, r.spoken = r.romanised[:0], r.spoken[:0]
	for _, s := range r.sentences {
		r.sentence(s)
	}
	if len(r.tokens) == 0 {
		r.assessed = true
	}
	sort.Ints(r.owners) // the order of the files, whatever was found first
}

// lookUp returns the symbols of a token.
func (r *reading) lookUp(t token) []symbol {
	began := len(r.scratch)
	var sure, one bool
	r.scratch, sure = r.a.trie.find(t.text, r.scratch)
	for _, f := range t.forms {
		r.scratch, one = r.a.trie.find(f, r.scratch)
		sure = sure || one
	}
	if !sure && t.number < 0 {
		r.scratch = r.a.trie.near(t.text, r.scratch)
	}
	return r.scratch[began:len(r.scratch):len(r.scratch)]
}

// sentence finds all patterns in a sentence.
func (r *reading) sentence(s sentence) {
	languages, main := r.languages(s)
	r.spoken = append(r.spoken, main)
	for from := s.from; ; from += windowStep {
		to := min(from+windowSize, s.to)
		r.look(from, to, from == s.from, to == s.to, languages, main)
		if to == s.to {
			return
		}
	}
}

// look finds all patterns in a window.
func (r *reading) look(from, to int, first, last bool, languages, main uint64) {
	w := &r.window
	w.reset(from, to-from, first, last)
	for i := from; i < to; i++ {
		for _, s := range r.symbols[i] {
			for _, class := range r.a.classes.at(int32(s)) {
				w.put(class, i-from)
			}
		}
		if n := r.tokens[i].number; n >= 0 {
			r.number(n, i-from)
		}
	}
	r.windows++
	for _, class := range w.touched {
		w.wake(r.a.kids.at(class))
	}
	for _, class := range w.touched {
		for _, p := range r.a.byKey.at(class) {
			pattern := &r.a.patterns[p]
			spoken := languages
			if r.a.rules[pattern.owner].kind != "" {
				spoken = main
			}
			if r.tried[p] == r.windows || spoken&(1<<pattern.language) == 0 {
				continue
			}
			r.tried[p] = r.windows
			r.keep(int(p), w.find(pattern.root, r.found[p]))
		}
	}
}

func (r *reading) number(n, at int) {
	for _, class := range r.a.numbers {
		for _, span := range class.spans {
			if span[0] <= n && n <= span[1] {
				r.window.put(int32(class.class), at)
				break
			}
		}
	}
}

// keep notes the matches of a pattern. What two windows saw is noted once.
func (r *reading) keep(p int, matches []match) {
	before := r.found[p]
	if len(matches) == len(before) {
		return
	}
	kept := len(before)
	for _, m := range matches[len(before):] {
		if kept == 0 || m.from > matches[kept-1].from {
			matches[kept] = m
			kept++
		}
	}
	if len(before) == 0 {
		r.filled = append(r.filled, p)
	}
	r.found[p] = matches[:kept]
	if owner := r.a.patterns[p].owner; !r.owned[owner] {
		r.owned[owner] = true
		r.owners = append(r.owners, owner)
	}
}

// languages returns those that a sentence may be in, one bit each: of its
// scripts, that of the person and those whose function words it has, or all if it
// has none. Main are those of Latin script that have the most: only their cues of
// context count, for "no" is a denial in Spanish and in Portuguese "in the".
func (r *reading) languages(s sentence) (set, main uint64) {
	var score [64]int
	best, latin, cyrillic := 0, false, false
	for i := s.from; i < s.to; i++ {
		l, c := scripts(r.tokens[i].text)
		latin, cyrillic = latin || l > 0, cyrillic || c > 0
		for j, lang := range r.a.languages {
			if lang.function >= 0 && r.is(i, lang.function) {
				score[j]++
				r.known[j]++
				if lang.latin && lang.rules {
					best = max(best, score[j])
				}
			}
		}
	}
	romanised := !cyrillic && latin && r.romanise(s)
	r.romanised = append(r.romanised, romanised)
	slavic := cyrillic || romanised
	for j, lang := range r.a.languages {
		switch {
		case lang.name == common:
			set |= 1 << j
			main |= 1 << j
		case lang.function < 0, !lang.rules:
		case lang.latin && latin && (2*score[j] >= best || j == r.hint), !lang.latin && slavic && (!cyrillic || r.spelled(s, j)):
			set |= 1 << j
			if !lang.latin || score[j] == best && (r.hint < 0 || r.hint == j || score[r.hint] < best) {
				main |= 1 << j
			}
		}
	}
	if latin || cyrillic {
		r.assessed = true
	}
	return set, main
}

// spelled reports whether a sentence in Cyrillic letters may be in a language: it
// has letters of its own, or none of another one's. Surzhyk has both.
func (r *reading) spelled(s sentence, lang int) bool {
	text := r.text[r.tokens[s.from].start:r.tokens[s.to-1].end]
	if own := r.a.languages[lang].letters; own == "" || strings.ContainsAny(text, own) {
		return true
	}
	return !slices.ContainsFunc(r.a.languages, func(l language) bool { return l.letters != "" && strings.ContainsAny(text, l.letters) })
}

// foreign reports whether the text has more function words of languages without
// rules than of any with rules. Two are no proof: people borrow words.
func (r *reading) foreign() bool {
	ours, theirs := 2, 0
	for j, lang := range r.a.languages {
		if lang.rules {
			ours = max(ours, r.known[j])
		} else {
			theirs = max(theirs, r.known[j])
		}
	}
	return theirs > ours
}

// is reports whether a token is of a class.
func (r *reading) is(i, class int) bool { return r.anyIn(r.symbols[i], class) }

// anyIn reports whether one of the symbols is in a class.
func (r *reading) anyIn(symbols []symbol, class int) bool {
	for _, s := range symbols {
		if slices.Contains(r.a.classes.at(int32(s)), int32(class)) {
			return true
		}
	}
	return false
}
