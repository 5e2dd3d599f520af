package delivery

import "container/heap"

// A line is a heap of places that knows where each of them stands, so that any
// of them can step out.
type line struct {
	places []*place
	before func(a, b *place) bool
}

func (l *line) Len() int           { return len(l.places) }
func (l *line) Less(i, j int) bool { return l.before(l.places[i], l.places[j]) }

func (l *line) Swap(i, j int) {
	l.places[i], l.places[j] = l.places[j], l.places[i]
	l.places[i].index, l.places[j].index = int32(i), int32(j)
}

// Push is for package heap only; use enter.
func (l *line) Push(x any) {
	p := x.(*place)
	p.index = int32(len(l.places))
	l.places = append(l.places, p)
}

// Pop is for package heap only; use quit.
func (l *line) Pop() any {
	n := len(l.places) - 1
	p := l.places[n]
	l.places[n] = nil
	l.places = l.places[:n]
	return p
}

func (l *line) enter(p *place) { heap.Push(l, p) }
func (l *line) quit(p *place)  { heap.Remove(l, int(p.index)) }

// first returns the place at the head, or nil.
func (l *line) first() *place {
	if len(l.places) == 0 {
		return nil
	}
	return l.places[0]
}

func byTurn(a, b *place) bool { return order(a.rows[0], b.rows[0]) < 0 }
func byTime(a, b *place) bool { return a.at < b.at }
