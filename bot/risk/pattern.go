package risk

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// longestGap is how many words a gap may jump over.
const longestGap = 12

// An op says what a node of a pattern does.
type op uint8

const (
	opWord  op = iota // one token out of a class
	opAny             // any token
	opSeq             // one after the other
	opAlt             // one of them
	opOpt             // it or nothing
	opGap             // from min to max tokens
	opNot             // the next token is none of a class
	opFirst           // the sentence begins here
	opLast            // the sentence ends here
	opList            // a list of words by its name, until it is put in
)

// A node is a part of a pattern.
type node struct {
	op       op
	kids     []*node
	words    []literal // of a class
	numbers  [][2]int  // of a class: ranges
	class    int       // of a class, once it has a number
	min, max int       // of a gap
	far      bool      // the gap may pass a barrier
	name     string    // of a list
}

// A reader reads one pattern.
type reader struct{ parts []string }

// parsePatterns reads patterns with commas between them.
func parsePatterns(s string) (*node, error) {
	parts, err := split(s)
	if err != nil {
		return nil, err
	}
	r := &reader{parts}
	n, err := r.choice(",")
	if err != nil {
		return nil, err
	}
	if len(r.parts) > 0 {
		return nil, fmt.Errorf("there is a %s too many", r.parts[0])
	}
	return n, nil
}

// split cuts a pattern into words and signs.
func split(s string) (parts []string, err error) {
	word, braces := "", 0
	end := func() {
		if word != "" {
			parts = append(parts, word)
		}
		word = ""
	}
	for _, r := range s {
		switch {
		case r == '{':
			braces++
			word += string(r)
		case r == '}':
			braces--
			word += string(r)
		case braces > 0:
			word += string(r)
		case r == ' ' || r == '\t':
			end()
		case strings.ContainsRune("()[]|,^$", r), r == '!' && word == "":
			end()
			parts = append(parts, string(r))
		default:
			word += string(r)
		}
	}
	end()
	if braces != 0 {
		return nil, errors.New("a { has no }")
	}
	return parts, nil
}

func (r *reader) peek() string {
	if len(r.parts) == 0 {
		return ""
	}
	return r.parts[0]
}

// choice reads alternatives with a sign between them.
func (r *reader) choice(sign string) (*node, error) {
	alt := &node{op: opAlt}
	for {
		n, err := r.sequence()
		if err != nil {
			return nil, err
		}
		alt.kids = append(alt.kids, n)
		if r.peek() != sign {
			break
		}
		r.parts = r.parts[1:]
	}
	if len(alt.kids) == 1 {
		return alt.kids[0], nil
	}
	return alt, nil
}

func (r *reader) sequence() (*node, error) {
	seq := &node{op: opSeq}
	for {
		switch r.peek() {
		case "", ",", "|", ")", "]":
			if len(seq.kids) == 0 {
				return nil, errors.New("something is missing between two signs, or at the end")
			}
			if len(seq.kids) == 1 {
				return seq.kids[0], nil
			}
			return seq, nil
		}
		if part := r.peek(); part[0] == '&' {
			if err := r.either(seq); err != nil {
				return nil, err
			}
			continue
		}
		n, err := r.element()
		if err != nil {
			return nil, err
		}
		seq.kids = append(seq.kids, n)
	}
}

// either reads &3 and what follows it, which may stand before or after what came
// last.
func (r *reader) either(seq *node) error {
	sign := r.parts[0]
	r.parts = r.parts[1:]
	if p := r.peek(); len(seq.kids) == 0 || p == "" || strings.Contains(",|)]^$!", p) {
		return fmt.Errorf("%s stands between two words, lists or groups", sign)
	}
	second, err := r.element()
	if err != nil {
		return err
	}
	last := len(seq.kids) - 1
	first := seq.kids[last]
	one := &node{op: opSeq, kids: []*node{first, second}}
	two := &node{op: opSeq, kids: []*node{second, first}}
	if sign != "&" {
		between, err := gap("_" + sign[1:])
		if err != nil {
			return err
		}
		one.kids = []*node{first, between, second}
		two.kids = []*node{second, between, first}
	}
	seq.kids[last] = &node{op: opAlt, kids: []*node{one, two}}
	return nil
}

func (r *reader) element() (*node, error) {
	part := r.parts[0]
	r.parts = r.parts[1:]
	switch part {
	case "(":
		return r.group(")")
	case "[":
		n, err := r.group("]")
		return &node{op: opOpt, kids: []*node{n}}, err
	case "^":
		return &node{op: opFirst}, nil
	case "$":
		return &node{op: opLast}, nil
	case "!":
		if p := r.peek(); p == "" || strings.Contains(",|)]^$![", p) {
			return nil, errors.New("after ! comes a word, a list or words in round brackets")
		}
		n, err := r.element()
		return &node{op: opNot, kids: []*node{n}}, err
	}
	return atom(part)
}

func (r *reader) group(end string) (*node, error) {
	n, err := r.choice("|")
	if err != nil {
		return nil, err
	}
	if r.peek() != end {
		return nil, fmt.Errorf("a %s is missing; inside brackets, | stands between alternatives", end)
	}
	r.parts = r.parts[1:]
	return n, nil
}

// atom reads what has no space in it: a gap, a list, a number, a word.
func atom(part string) (*node, error) {
	switch {
	case part[0] == '_':
		return gap(part)
	case part[0] == '@':
		if len(part) == 1 {
			return nil, errors.New("after @ comes the name of a list")
		}
		return &node{op: opList, name: part[1:]}, nil
	case part[0] == '<':
		return numbers(part)
	}
	alt := &node{op: opAlt}
	for _, w := range unfold(part) {
		n, err := word(w)
		if err != nil {
			return nil, err
		}
		alt.kids = append(alt.kids, n)
	}
	if len(alt.kids) == 1 {
		return alt.kids[0], nil
	}
	return alt, nil
}

// gap reads _, _3, _2-5 and __3.
func gap(part string) (*node, error) {
	rest := strings.TrimPrefix(part, "_")
	if rest == "" {
		return &node{op: opAny}, nil
	}
	n := &node{op: opGap}
	rest, n.far = strings.CutPrefix(rest, "_")
	from, to, isRange := strings.Cut(rest, "-")
	var err, err2 error
	n.max, err = strconv.Atoi(from)
	if isRange {
		n.min = n.max
		n.max, err2 = strconv.Atoi(to)
	}
	if err != nil || err2 != nil || n.min < 0 || n.min > n.max || n.max < 1 || n.max > longestGap {
		return nil, fmt.Errorf("%s: write _ for one word, _3 for up to three, _2-5 for two to five; %d at most", part, longestGap)
	}
	return n, nil
}

// numbers reads <18-99>, <7> and <>.
func numbers(part string) (*node, error) {
	inner, ok := strings.CutSuffix(part[1:], ">")
	from, to, isRange := strings.Cut(inner, "-")
	if ok && inner == "" {
		return &node{op: opWord, numbers: [][2]int{{0, 1 << 30}}}, nil
	}
	if !isRange {
		to = from
	}
	a, err := strconv.Atoi(from)
	b, err2 := strconv.Atoi(to)
	if !ok || err != nil || err2 != nil || a > b {
		return nil, fmt.Errorf("%s: write <18-99> for a number from 18 to 99, <> for any", part)
	}
	return &node{op: opWord, numbers: [][2]int{{a, b}}}, nil
}

// unfold writes out the braces of a word: {a,b}c is ac and bc.
func unfold(s string) []string {
	before, rest, found := strings.Cut(s, "{")
	inner, after, closed := strings.Cut(rest, "}")
	if !found || !closed {
		return []string{s}
	}
	var all []string
	for middle := range strings.SplitSeq(inner, ",") {
		for _, tail := range unfold(after) {
			all = append(all, before+strings.TrimSpace(middle)+tail)
		}
	}
	return all
}

// word reads a word of a rule as the words of a note are read: self-harm is two.
func word(s string) (*node, error) {
	w, exact := strings.CutPrefix(s, "=")
	w, stem := strings.CutSuffix(w, "*")
	if strings.ContainsAny(w, "*=<>{}@") {
		return nil, fmt.Errorf("%q: a * stands at the end of a word, a = before it", s)
	}
	tokens, _ := scan(w)
	seq := &node{op: opSeq}
	for i, t := range tokens {
		if t.number >= 0 {
			seq.kids = append(seq.kids, &node{op: opWord, numbers: [][2]int{{t.number, t.number}}})
			continue
		}
		l := literal{text: t.text, exact: exact, stem: stem && i == len(tokens)-1}
		seq.kids = append(seq.kids, &node{op: opWord, words: []literal{l}})
	}
	switch len(seq.kids) {
	case 0:
		return nil, fmt.Errorf("%q has no letters", s)
	case 1:
		return seq.kids[0], nil
	}
	return seq, nil
}
