package risk

import "slices"

// Costs of a word as a key: the rarer it is, the seldomer its pattern is tried
// in vain.
const (
	costWord     = 1
	costShort    = 8
	costFunction = 60
	costNumber   = 20
)

// keys returns classes of which one must be there for the pattern to match, or
// nil if there is no such class. Patterns are tried only where one of theirs is.
func (c *compiler) keys(n *node) []int {
	switch n.op {
	case opWord:
		return []int{n.class}
	case opSeq:
		var best []int
		for _, k := range n.kids {
			if keys := c.keys(k); keys != nil && (best == nil || c.cost(keys) < c.cost(best)) {
				best = keys
			}
		}
		return best
	case opAlt:
		var all []int
		for _, k := range n.kids {
			keys := c.keys(k)
			if keys == nil {
				return nil
			}
			all = append(all, keys...)
		}
		return all
	}
	return nil
}

func (c *compiler) cost(classes []int) (sum int) {
	for _, id := range classes {
		if _, known := c.costs[id]; !known {
			c.costs[id] = c.costOf(c.members[id])
		}
		sum += c.costs[id]
	}
	return sum
}

func (c *compiler) costOf(class *node) int {
	sum := costNumber * len(class.numbers)
	for _, w := range class.words {
		switch {
		case c.isFunction(w):
			sum += costFunction
		case len(w.text) <= 3:
			sum += costShort
		default:
			sum += costWord
		}
	}
	return sum
}

func (c *compiler) isFunction(w literal) bool {
	for _, l := range c.a.languages {
		if l.function >= 0 && slices.Contains(c.members[l.function].words, literal{text: w.text}) {
			return true
		}
	}
	return false
}

// index gives symbols to the words, and says which classes they are in and which
// patterns to try for a class.
func (c *compiler) index() {
	used := map[int]bool{}
	for _, l := range c.a.languages {
		used[l.function], used[l.barrier] = true, true
	}
	c.a.byKey, c.a.kids = make([][]int, len(c.members)), make([][]kid, len(c.members))
	known := map[*node]bool{}
	for i, p := range c.a.patterns {
		p.root.mark(used)
		c.kids(p.root, known)
		for _, k := range c.keys(p.root) {
			c.a.byKey[k] = append(c.a.byKey[k], i)
		}
	}
	for id, m := range c.members {
		if !used[id] {
			continue
		}
		for _, w := range m.words {
			s := c.symbol(w)
			c.a.classes[s] = append(c.a.classes[s], id)
		}
		if len(m.numbers) > 0 {
			c.a.numbers = append(c.a.numbers, m)
		}
	}
	for _, w := range c.correct {
		c.symbol(w)
	}
	c.a.size = len(c.members)
	for _, m := range c.members {
		m.words = nil // the trie has them
	}
	c.a.trie.symbols, c.a.roman.symbols = nil, nil
}

// kids says for the alternatives of a pattern where they are worth a try.
func (c *compiler) kids(n *node, known map[*node]bool) {
	if known[n] {
		return
	}
	known[n] = true
	for _, k := range n.kids {
		c.kids(k, known)
		if n.op != opAlt {
			continue
		}
		keys := c.keys(k)
		if keys == nil {
			n.free = append(n.free, k)
		}
		for _, class := range keys {
			c.a.kids[class] = append(c.a.kids[class], kid{n.class, k})
		}
	}
}

func (c *compiler) symbol(w literal) symbol {
	s := c.a.trie.add(w)
	for int(s) >= len(c.a.classes) {
		c.a.classes = append(c.a.classes, nil)
	}
	if _, cyrillic := scripts(w.text); cyrillic > 0 {
		c.a.roman.put(literal{roman(c.a.digraphs, w.text), w.stem, w.exact}, s)
	}
	return s
}

// mark notes the classes that a pattern uses.
func (n *node) mark(used map[int]bool) {
	switch n.op {
	case opWord, opNot, opGap:
		used[n.class] = true
	}
	for _, k := range n.kids {
		k.mark(used)
	}
}
