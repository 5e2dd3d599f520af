package delivery

import (
	"cmp"
	"slices"
)

// ages counts rows by the second in which they were queued. It knows the oldest
// without looking at each row, and takes no room that grows with them.
type ages struct {
	rows    int
	seconds []second // in order, none of them empty
}

type second struct{ at, rows int32 }

func (a *ages) add(at int32) {
	a.rows++
	i, ok := a.find(at)
	if !ok {
		a.seconds = slices.Insert(a.seconds, i, second{at: at})
	}
	a.seconds[i].rows++
}

func (a *ages) remove(at int32) {
	i, ok := a.find(at)
	if !ok {
		return
	}
	a.rows--
	if a.seconds[i].rows--; a.seconds[i].rows > 0 {
		return
	}
	if i == 0 {
		a.seconds = a.seconds[1:]
		return
	}
	a.seconds = slices.Delete(a.seconds, i, i+1)
}

func (a *ages) find(at int32) (int, bool) {
	return slices.BinarySearchFunc(a.seconds, at, func(s second, at int32) int { return cmp.Compare(s.at, at) })
}
