package risk

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A symbol is a word or a stem that some rule uses.
type symbol int32

// none is no symbol.
const none symbol = -1

// typoLength is how many letters a word needs for a slip of the finger in it to
// be forgiven. Two letters that changed places are forgiven in words of one
// letter less, if what the rule asks for has swapLength.
const (
	typoLength = 6
	swapLength = 4
)

// A literal is a word of a rule.
type literal struct {
	text  string
	stem  bool // any ending may follow
	exact bool // no slip is forgiven
}

func (l literal) flags() (n int) {
	if l.stem {
		n++
	}
	if l.exact {
		n += 2
	}
	return n
}

func (l literal) compare(other literal) int {
	return cmp.Or(strings.Compare(l.text, other.text), l.flags()-other.flags())
}

// A trieNode is one letter further than another one.
type trieNode struct {
	letter     rune
	child      int32  // the first node one letter further; 0: none
	sibling    int32  // the next one after the same letters, which comes later by its letter; 0: none
	word, stem symbol // that ends here
	exact      bool   // only words that forgive nothing end here
}

// A trie has the words and stems of all rules. It is full of numbers rather than
// pointers, as steps are.
type trie struct {
	nodes   []trieNode
	symbols map[literal]symbol // until it is frozen
}

func newTrie() *trie {
	return &trie{nodes: []trieNode{{word: none, stem: none}}, symbols: map[literal]symbol{}}
}

// freeze lets go of what is needed only while it grows.
func (t *trie) freeze() { t.nodes, t.symbols = slices.Clone(t.nodes), nil }

// add returns the symbol of a literal.
func (t *trie) add(l literal) symbol {
	if s, ok := t.symbols[l]; ok {
		return s
	}
	key := literal{l.text, l.stem, !l.exact}
	s, known := t.symbols[key]
	if !known {
		s = symbol(len(t.symbols))
	}
	t.symbols[l] = s
	t.put(l, s)
	return s
}

// put has a literal stand for a symbol.
func (t *trie) put(l literal, s symbol) {
	at := int32(0)
	for _, r := range l.text {
		at = t.grow(at, r)
	}
	n := &t.nodes[at]
	if l.stem {
		n.stem = s
	} else {
		n.word = s
	}
	n.exact = n.exact || l.exact
}

func (t *trie) grow(at int32, r rune) int32 {
	link := &t.nodes[at].child
	for *link != 0 && t.nodes[*link].letter < r {
		link = &t.nodes[*link].sibling
	}
	if *link != 0 && t.nodes[*link].letter == r {
		return *link
	}
	next := int32(len(t.nodes))
	after := *link
	*link = next
	t.nodes = append(t.nodes, trieNode{letter: r, sibling: after, word: none, stem: none})
	return next
}

// next returns the node after a letter, or -1.
func (t *trie) next(at int32, r rune) int32 {
	for k := t.nodes[at].child; k != 0; k = t.nodes[k].sibling {
		if letter := t.nodes[k].letter; letter >= r {
			if letter == r {
				return k
			}
			break
		}
	}
	return -1
}

// longEnding is how many letters after a stem make it doubtful that the word is
// one of its forms.
const longEnding = 3

// find appends the symbols of a word: itself and its stems. It is sure if the
// word itself is there, or a stem with an ending of usual length.
func (t *trie) find(word string, to []symbol) (all []symbol, sure bool) {
	at, ending := int32(0), longEnding
	for _, r := range word {
		ending++
		if at < 0 {
			continue
		}
		if at = t.next(at, r); at >= 0 && t.nodes[at].stem != none {
			to, ending = append(to, t.nodes[at].stem), 0
		}
	}
	if at >= 0 && t.nodes[at].word != none {
		return append(to, t.nodes[at].word), true
	}
	return to, ending < longEnding
}

// near appends the symbols of the words and stems from which a word differs by
// one slip: a letter too many, too few, wrong, or two that changed places. The
// first letter must be right.
func (t *trie) near(word string, to []symbol) []symbol {
	if utf8.RuneCountInString(word) < typoLength-1 {
		return to
	}
	letters := []rune(word)
	at := t.next(0, letters[0])
	for i := 1; at >= 0 && i <= len(letters); i++ {
		rest := letters[i:]
		if len(rest) > 0 { // one too many
			to = t.rest(at, rest[1:], i, typoLength, to)
		}
		for k := t.nodes[at].child; k != 0; k = t.nodes[k].sibling {
			to = t.rest(k, rest, i+1, typoLength, to) // one too few
			if len(rest) > 0 && t.nodes[k].letter != rest[0] {
				to = t.rest(k, rest[1:], i+1, typoLength, to) // a wrong one
			}
		}
		if len(rest) > 1 && rest[0] != rest[1] { // two that changed places
			if x := t.next(at, rest[1]); x >= 0 {
				if x = t.next(x, rest[0]); x >= 0 {
					to = t.rest(x, rest[2:], i+2, swapLength, to)
				}
			}
		}
		if len(rest) == 0 {
			break
		}
		at = t.next(at, rest[0])
	}
	return to
}

// rest appends what is found when the rest of a word follows from a node at
// that depth; a word found must have so many letters.
func (t *trie) rest(at int32, letters []rune, depth, least int, to []symbol) []symbol {
	for i := 0; ; i++ {
		n := &t.nodes[at]
		long := depth+i >= least && !n.exact
		if long && n.stem != none {
			to = append(to, n.stem)
		}
		if i == len(letters) {
			if long && n.word != none {
				to = append(to, n.word)
			}
			return to
		}
		if at = t.next(at, letters[i]); at < 0 {
			return to
		}
	}
}
