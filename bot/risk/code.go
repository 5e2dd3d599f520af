package risk

// A step is a node of a pattern as it is matched. There are tens of thousands of
// them, so they point nowhere: the garbage collector need not look into them.
type step struct {
	op       op
	min, max uint8 // of a gap
	class    int32 // of a class, or -1; of an alternation, its own number
	kids     span  // steps
	free     span  // of an alternation: kids of which no word must be there
}

// A span is a part of code.refs.
type span struct{ from, to int32 }

// code has the steps of all patterns.
type code struct {
	steps []step
	refs  []int32
}

func (c *code) in(s span) []int32 { return c.refs[s.from:s.to] }

// put keeps steps together.
func (c *code) put(steps []int32) span {
	from := len(c.refs)
	c.refs = append(c.refs, steps...)
	return span{int32(from), int32(len(c.refs))}
}

// head returns the class that a pattern begins with, if it is always the same; -1
// if not.
func (c *code) head(at int32) int32 {
	for c.steps[at].op == opSeq {
		at = c.in(c.steps[at].kids)[0]
	}
	if c.steps[at].op == opWord {
		return c.steps[at].class
	}
	return -1
}

// lists are many lists in one piece of memory.
type lists[T any] struct {
	ends []int32
	all  []T
}

func pack[T any](each [][]T) (l lists[T]) {
	n := 0
	for _, one := range each {
		n += len(one)
	}
	l.ends, l.all = make([]int32, len(each)), make([]T, 0, n)
	for i, one := range each {
		l.all = append(l.all, one...)
		l.ends[i] = int32(len(l.all))
	}
	return l
}

func (l lists[T]) at(i int32) []T {
	from := int32(0)
	if i > 0 {
		from = l.ends[i-1]
	}
	return l.all[from:l.ends[i]]
}
