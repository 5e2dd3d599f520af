package risk

import (
	"math/bits"
	"slices"
)

// A window sees up to windowSize tokens of a sentence at once, each as one bit
// of a number: a word of a pattern is then matched at all places in one step. A
// longer sentence is seen through several windows that overlap by more than any
// pattern spans.
const (
	windowSize = 63
	windowStep = windowSize - longestPattern
)

// A match is a pattern that was found in tokens from up to, not including, to.
type match struct{ from, to int }

// A window is a view of a part of a sentence.
type window struct {
	code    *code
	masks   []uint64 // by class: where its words stand
	here    []uint64 // a bit for each class: whether it has any
	touched []int32  // the classes that have any
	from, n int      // tokens
	all     uint64   // a bit for each place, the end included
	first   bool     // the sentence begins here
	last    bool     // the sentence ends here
	number  int      // of the window, from 1
	living  []living // by alternation
}

// A living is what may match of an alternation in a window.
type living struct {
	number int  // of that window
	sure   bool // those of which words are missing have been left out
	kids   []int32
}

// A kid is an alternative that is worth a try where one of its words is.
type kid struct {
	of   int32 // the alternation
	step int32
}

func (w *window) reset(from, n int, first, last bool) {
	for _, c := range w.touched {
		w.masks[c], w.here[c/64] = 0, 0
	}
	w.touched = w.touched[:0]
	w.from, w.n, w.first, w.last = from, n, first, last
	w.number++
	w.all = 1<<(n+1) - 1
}

// put notes that token i is of a class.
func (w *window) put(class int32, i int) {
	if w.masks[class] == 0 {
		w.touched = append(w.touched, class)
		w.here[class/64] |= 1 << (class % 64)
	}
	w.masks[class] |= 1 << i
}

// after returns where a pattern may end that begins at one of the places s.
func (w *window) after(at int32, s uint64) uint64 {
	if s == 0 {
		return 0
	}
	n := &w.code.steps[at]
	switch n.op {
	case opWord:
		return (s & w.masks[n.class]) << 1
	case opAny:
		return s << 1 & w.all
	case opSeq:
		for _, k := range w.code.in(n.kids) {
			if s = w.after(k, s); s == 0 {
				return 0
			}
		}
		return s
	case opAlt:
		var to uint64
		for _, k := range w.alive(n) {
			to |= w.after(k, s)
		}
		return to
	case opOpt:
		return s | w.after(w.code.in(n.kids)[0], s)
	case opNot:
		return s &^ w.masks[n.class]
	case opGap:
		return w.gap(n, s)
	case opFirst:
		if w.first {
			return s & 1
		}
	case opLast:
		if w.last {
			return s & (1 << w.n)
		}
	}
	return 0
}

// wake notes the alternatives that are worth a try for a class that has a word.
func (w *window) wake(kids []kid) {
	for _, k := range kids {
		l := w.livingOf(k.of)
		l.kids = append(l.kids, k.step)
	}
}

// livingOf returns what may match of an alternation in this window.
func (w *window) livingOf(alternation int32) *living {
	l := &w.living[alternation]
	if l.number != w.number {
		*l = living{number: w.number, kids: l.kids[:0]}
	}
	return l
}

// alive returns the alternatives of which all words are in the window, so that the
// others are looked at once in each window, however often they are asked for.
func (w *window) alive(n *step) []int32 {
	l := w.livingOf(n.class)
	if !l.sure {
		l.sure = true
		l.kids = slices.DeleteFunc(append(l.kids, w.code.in(n.free)...), func(k int32) bool { return !w.may(k) })
	}
	return l.kids
}

// may reports whether all words that a node needs are in the window.
func (w *window) may(at int32) bool {
	switch n := &w.code.steps[at]; n.op {
	case opWord:
		return w.here[n.class/64]>>(n.class%64)&1 != 0
	case opSeq:
		for _, k := range w.code.in(n.kids) {
			if !w.may(k) {
				return false
			}
		}
	case opAlt:
		return len(w.alive(n)) > 0
	}
	return true
}

func (w *window) gap(n *step, s uint64) uint64 {
	var barrier, to uint64
	if n.class >= 0 {
		barrier = w.masks[n.class]
	}
	if n.min == 0 {
		to = s
	}
	for i := uint8(1); i <= n.max && s != 0; i++ {
		s = (s &^ barrier) << 1 & w.all
		if i >= n.min {
			to |= s
		}
	}
	return to
}

// find appends the matches of a pattern, the shortest ones, none in another.
func (w *window) find(root int32, to []match) []match {
	if !w.may(root) {
		return to
	}
	starts := w.all >> 1
	if class := w.code.head(root); class >= 0 {
		starts &= w.masks[class]
	}
	if w.after(root, starts) == 0 {
		return to
	}
	began, limit := len(to), 1<<30
	for starts != 0 {
		s := 63 - bits.LeadingZeros64(starts)
		starts &^= 1 << s
		ends := w.after(root, 1<<s) &^ (1 << s)
		if ends == 0 {
			continue
		}
		if e := bits.TrailingZeros64(ends); e <= limit {
			to = append(to, match{w.from + s, w.from + e})
			limit = s
		}
	}
	slices.Reverse(to[began:])
	return to
}
