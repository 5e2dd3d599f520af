package risk

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// longestPattern is how many tokens a pattern may span, so that a window over a
// long sentence sees each match whole.
const longestPattern = 23

// A pattern is what one line of a rule asks for.
type pattern struct {
	root     int32 // a step
	language int
	owner    int // of the rules
}

// A rule is a block whose patterns have numbers.
type rule struct {
	*block
	say, not, until []int
	with            [][]nearby // one of each must be there
	unless          []nearby
}

// A language is what is known about one.
type language struct {
	name     string
	function int // the class of its function words, by which it is known; -1: none
	barrier  int // the class of the words that gaps do not pass; -1: none
	latin    bool
	letters  string // that no other language with rules has; see ownLetters
	rules    bool   // there are some; else it is only told apart
}

// common is the file of what is the same in all languages.
const common = "common"

// A compiler turns files into an Assessor.
type compiler struct {
	lists    map[string]map[string][]list // by language and name
	classes  map[string]int
	members  []*node // a node with the words and numbers of each class
	costs    map[int]int
	function map[string]bool     // the function words of all languages
	resolved map[[2]string]*node // lists, by language and name
	correct  []literal           // words that are no slip of the finger
	roots    []*node             // by pattern
	a        *Assessor
}

// compile turns the files of the program, and those of a program's own folder,
// into an Assessor.
func compile(files, extra []*file) (*Assessor, error) {
	a := &Assessor{trie: newTrie(), roman: newTrie(), digraphs: digraphs()}
	c := &compiler{lists: map[string]map[string][]list{}, classes: map[string]int{}, costs: map[int]int{}, resolved: map[[2]string]*node{}, function: map[string]bool{}, a: a}
	blocks, err := c.merge(files, extra)
	if err != nil {
		return nil, err
	}
	for lang := range c.lists {
		a.languages = append(a.languages, language{name: lang})
	}
	sort.Slice(a.languages, func(i, j int) bool { return a.languages[i].name < a.languages[j].name })
	for i := range a.languages {
		if err := c.language(&a.languages[i]); err != nil {
			return nil, err
		}
	}
	for _, b := range blocks {
		if err := c.rule(b); err != nil {
			return nil, err
		}
		at := slices.IndexFunc(a.languages, func(l language) bool { return l.name == b.lang })
		a.languages[at].rules = true
	}
	c.index()
	return a, nil
}

// merge puts the lists and the blocks of all files together.
func (c *compiler) merge(files, extra []*file) (blocks []*block, err error) {
	at := map[string]int{}
	for i, f := range append(slices.Clone(files), extra...) {
		own := i >= len(files)
		if c.lists[f.lang] == nil {
			c.lists[f.lang] = map[string][]list{}
		}
		for name, lines := range f.lists {
			if own && !lines[0].more {
				c.lists[f.lang][name] = nil
			}
			c.lists[f.lang][name] = append(c.lists[f.lang][name], lines...)
		}
		here := map[string]int{}
		for _, b := range f.blocks {
			b.own = own
			if line, twice := here[b.id]; twice {
				return nil, fmt.Errorf("%s, line %d: %s is there already, in line %d: give it another name", f.name, b.line, b.id, line)
			}
			here[b.id] = b.line
			if n, known := at[b.id]; known {
				if !own {
					return nil, fmt.Errorf("%s, line %d: %s is there already, in %s: give it another name", f.name, b.line, b.id, blocks[n].file)
				}
				blocks[n] = b
				continue
			}
			at[b.id] = len(blocks)
			blocks = append(blocks, b)
		}
		for id, line := range f.off {
			n, known := at[id]
			if !known {
				return nil, fmt.Errorf("%s, line %d: there is no rule %s to switch off", f.name, line, id)
			}
			blocks[n] = nil
		}
	}
	return slices.DeleteFunc(blocks, func(b *block) bool { return b == nil }), nil
}

// language finds the lists that say what a language is like.
func (c *compiler) language(l *language) error {
	l.function, l.barrier = -1, -1
	if len(c.lists[l.name]["correct"]) > 0 {
		n, err := c.resolve(&node{op: opList, name: "correct"}, l.name, nil)
		if err != nil {
			return err
		}
		c.correct = append(c.correct, n.words...)
	}
	l.letters = ownLetters(l.name)
	for name, to := range map[string]*int{"function": &l.function, "barrier": &l.barrier} {
		if len(c.lists[l.name][name]) == 0 {
			continue
		}
		n, err := c.resolve(&node{op: opList, name: name}, l.name, nil)
		if err != nil {
			return err
		}
		if n.op != opWord {
			return fmt.Errorf("%s: @%s may have single words only", l.name, name)
		}
		*to = n.class
		latin, _ := scripts(n.words[0].text)
		l.latin = latin > 0
	}
	if l.function >= 0 {
		for _, w := range c.members[l.function].words {
			if !w.stem && !w.exact {
				c.function[w.text] = true
			}
		}
	}
	return nil
}

// ownLetters returns the letters by which a language of Cyrillic script is told
// from the others.
func ownLetters(lang string) string {
	switch lang {
	case "uk":
		return "іїєґІЇЄҐ"
	case "ru":
		return "ыэъёЫЭЪЁ"
	}
	return ""
}

// rule gives numbers to the patterns of a block.
func (c *compiler) rule(b *block) error {
	r := rule{block: b}
	fail := func(line int, err error) error { return fmt.Errorf("%s, line %d: %w", b.file, line, err) }
	if len(b.plus) == 0 || len(b.minus) == 0 {
		return fail(b.line, fmt.Errorf("%s needs an example of a note that it is for (+ …) and of one that it is not for (- …)", b.id))
	}
	for _, p := range b.parts {
		n, err := c.pattern(p.node, b.lang)
		if err != nil {
			return fail(p.line, err)
		}
		if !r.put(p, n) {
			return fail(p.line, fmt.Errorf("an and line comes after a with line"))
		}
	}
	if len(r.say) == 0 {
		return fail(b.line, fmt.Errorf("%s says nothing: a say line is missing", b.id))
	}
	b.parts = nil // the patterns have what is needed of them
	c.a.rules = append(c.a.rules, r)
	return nil
}

// put adds the number of a pattern to where it belongs.
func (r *rule) put(p part, n int) bool {
	switch p.word {
	case "say":
		r.say = append(r.say, n)
	case "not":
		r.not = append(r.not, n)
	case "until":
		r.until = append(r.until, n)
	case "unless":
		r.unless = append(r.unless, nearby{p.scope, n})
	case "and":
		if len(r.with) == 0 {
			return false
		}
		r.with = append(r.with, []nearby{{p.scope, n}})
	case "with":
		if len(r.with) == 0 {
			r.with = append(r.with, nil)
		}
		last := len(r.with) - 1
		r.with[last] = append(r.with[last], nearby{p.scope, n})
	}
	return true
}

// pattern gives a number to a pattern.
func (c *compiler) pattern(n *node, lang string) (int, error) {
	root, err := c.resolve(n, lang, nil)
	if err != nil {
		return 0, err
	}
	least, most := root.length()
	switch {
	case least == 0:
		return 0, fmt.Errorf("this would be found everywhere: not everything may be optional")
	case most > longestPattern:
		return 0, fmt.Errorf("this may span %d words: at most %d can be matched; use with for what is further away", most, longestPattern)
	case c.keys(root) == nil:
		return 0, fmt.Errorf("this has no word that must be there: a gap alone is not enough")
	}
	at := slices.IndexFunc(c.a.languages, func(l language) bool { return l.name == lang })
	c.roots = append(c.roots, root)
	c.a.patterns = append(c.a.patterns, pattern{language: at, owner: len(c.a.rules)})
	return len(c.a.patterns) - 1, nil
}

// resolve puts the lists in and gives numbers to the classes.
func (c *compiler) resolve(n *node, lang string, within []string) (*node, error) {
	switch n.op {
	case opList:
		return c.list(n.name, lang, within)
	case opWord:
		return c.class(n.words, n.numbers), nil
	}
	m := *n
	m.kids = nil
	for _, k := range n.kids {
		if n.op == opAlt && k.op == opWord {
			m.kids = append(m.kids, k) // it becomes a part of a class
			continue
		}
		kid, err := c.resolve(k, lang, within)
		if err != nil {
			return nil, err
		}
		m.kids = append(m.kids, kid)
	}
	switch m.op {
	case opAlt:
		return c.merged(&m), nil
	case opNot:
		if m.kids[0].op != opWord {
			return nil, fmt.Errorf("after ! come single words only; use a not line for more")
		}
		m.class = m.kids[0].class
	case opGap:
		m.class = -1
		if i := slices.IndexFunc(c.a.languages, func(l language) bool { return l.name == lang }); i >= 0 && !m.far {
			m.class = c.a.languages[i].barrier
		}
	}
	return &m, nil
}

func (c *compiler) list(name, lang string, within []string) (*node, error) {
	key := [2]string{lang, name}
	if n, known := c.resolved[key]; known {
		return n, nil
	}
	if slices.Contains(within, name) {
		return nil, fmt.Errorf("@%s is made of itself", name)
	}
	lines := c.lists[lang][name]
	if len(lines) == 0 {
		lines = c.lists[common][name]
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("there is no list @%s", name)
	}
	alt := &node{op: opAlt}
	for _, l := range lines {
		kid, err := c.resolve(l.node, lang, append(slices.Clip(within), name))
		if err != nil {
			return nil, fmt.Errorf("%w (in @%s of %s, line %d)", err, name, l.file, l.line)
		}
		alt.kids = append(alt.kids, kid)
	}
	n := c.merged(alt)
	c.resolved[key] = n
	return n, nil
}

// merged makes one class of all single words among alternatives.
func (c *compiler) merged(alt *node) *node {
	var words []literal
	var numbers [][2]int
	var rest []*node
	for _, k := range alt.kids {
		switch k.op {
		case opWord:
			words = append(words, k.words...)
			numbers = append(numbers, k.numbers...)
		case opAlt:
			for _, kk := range k.kids {
				if kk.op == opWord {
					words = append(words, kk.words...)
					numbers = append(numbers, kk.numbers...)
				} else {
					rest = append(rest, kk)
				}
			}
		default:
			rest = append(rest, k)
		}
	}
	if len(words)+len(numbers) > 0 {
		rest = append(rest, c.class(words, numbers))
	}
	if len(rest) == 1 {
		return rest[0]
	}
	return &node{op: opAlt, kids: rest}
}

// class gives a number to a set of words and numbers.
func (c *compiler) class(words []literal, numbers [][2]int) *node {
	words = slices.Clone(words)
	slices.SortFunc(words, literal.compare)
	words = slices.Compact(words)
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.text)
		b.WriteByte(" *=#"[w.flags()])
	}
	if len(numbers) > 0 {
		fmt.Fprint(&b, numbers)
	}
	key := b.String()
	id, known := c.classes[key]
	if !known {
		id = len(c.members)
		c.classes[key] = id
		c.members = append(c.members, &node{op: opWord, words: words, numbers: numbers, class: id})
	}
	return c.members[id]
}

// length returns how many tokens a pattern spans at least and at most.
func (n *node) length() (least, most int) {
	switch n.op {
	case opWord, opAny:
		return 1, 1
	case opGap:
		return n.min, n.max
	case opOpt:
		_, most = n.kids[0].length()
		return 0, most
	case opNot, opFirst, opLast:
		return 0, 0
	}
	for i, k := range n.kids {
		a, b := k.length()
		switch {
		case n.op == opSeq:
			least, most = least+a, most+b
		case i == 0:
			least, most = a, b
		default:
			least, most = min(least, a), max(most, b)
		}
	}
	return least, most
}
