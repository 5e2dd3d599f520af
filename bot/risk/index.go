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
		case c.function[w.text]:
			sum += costFunction
		case len(w.text) <= 3:
			sum += costShort
		default:
			sum += costWord
		}
	}
	return sum
}

// An indexer writes patterns down as steps, and what leads to them.
type indexer struct {
	*compiler
	steps   map[*node]int32
	classes map[int]int32 // the numbers of those that are used
	used    []int         // and which they are
	byKey   [][]int32     // by class: the patterns to try
	kids    [][]kid       // by class: the alternatives to try
	symbols [][]int32     // by symbol: the classes that it is in
	meant   [][]symbol    // by symbol of the rough Latin form: the words that are written so
	next    int32         // alternation
}

// index gives symbols to the words, and says which classes they are in and which
// patterns to try for a class.
func (c *compiler) index() {
	x := &indexer{compiler: c, steps: map[*node]int32{}, classes: map[int]int32{}}
	for i, root := range c.roots {
		c.a.patterns[i].root = x.step(root)
		for _, k := range c.keys(root) {
			class := x.class(k)
			x.byKey[class] = append(x.byKey[class], int32(i))
		}
	}
	for i := range c.a.languages {
		l := &c.a.languages[i]
		l.function, l.barrier = int(x.class(l.function)), int(x.class(l.barrier))
	}
	for i, id := range x.used {
		m := c.members[id]
		for _, w := range m.words {
			s := x.symbol(w)
			x.symbols[s] = append(x.symbols[s], int32(i))
		}
		if len(m.numbers) > 0 {
			c.a.numbers = append(c.a.numbers, numbered{i, m.numbers})
		}
	}
	for _, w := range c.correct {
		x.symbol(w)
	}
	a := c.a
	a.classes, a.byKey, a.kids, a.meant = pack(x.symbols), pack(x.byKey), pack(x.kids), pack(x.meant)
	a.code.steps, a.code.refs = slices.Clone(a.code.steps), slices.Clone(a.code.refs)
	a.trie.freeze()
	a.roman.freeze()
	a.size, a.alternations = len(x.used), int(x.next)
}

// class returns the number of a class that is used.
func (x *indexer) class(id int) int32 {
	if id < 0 {
		return -1
	}
	n, known := x.classes[id]
	if !known {
		n = int32(len(x.used))
		x.classes[id] = n
		x.used, x.byKey, x.kids = append(x.used, id), append(x.byKey, nil), append(x.kids, nil)
	}
	return n
}

// step writes a node down, with all that it is made of.
func (x *indexer) step(n *node) int32 {
	if at, known := x.steps[n]; known {
		return at
	}
	s := step{op: n.op, min: uint8(n.min), max: uint8(n.max), class: -1}
	kids := make([]int32, len(n.kids))
	for i, k := range n.kids {
		kids[i] = x.step(k)
	}
	s.kids = x.a.code.put(kids)
	switch n.op {
	case opWord, opNot, opGap:
		s.class = x.class(n.class)
	case opAlt:
		s.class = x.next
		x.next++
		s.free = x.a.code.put(x.wake(s.class, n, kids))
	}
	at := int32(len(x.a.code.steps))
	x.a.code.steps = append(x.a.code.steps, s)
	x.steps[n] = at
	return at
}

// wake says where each alternative is worth a try, and returns those that always
// are.
func (x *indexer) wake(alternation int32, n *node, kids []int32) (free []int32) {
	for i, k := range n.kids {
		keys := x.keys(k)
		if keys == nil {
			free = append(free, kids[i])
		}
		for _, key := range keys {
			class := x.class(key)
			x.kids[class] = append(x.kids[class], kid{alternation, kids[i]})
		}
	}
	return free
}

func (x *indexer) symbol(w literal) symbol {
	s := x.a.trie.add(w)
	for int(s) >= len(x.symbols) {
		x.symbols = append(x.symbols, nil)
	}
	if _, cyrillic := scripts(w.text); cyrillic > 0 {
		rough := x.a.roman.add(literal{roman(x.a.digraphs, w.text), w.stem, w.exact})
		for int(rough) >= len(x.meant) {
			x.meant = append(x.meant, nil)
		}
		if !slices.Contains(x.meant[rough], s) {
			x.meant[rough] = append(x.meant[rough], s)
		}
	}
	return s
}
