// Package scheduler knows when: when something that recurs is next due, in a
// time zone with its changes of clock; whether a firing that was missed is
// still worth anything; and a [Loop] that wakes on time. It remembers nothing.
// What is due is kept by whoever calls it.
//
//	r, err := scheduler.Parse("0 16 * * 2", berlin)
//	...
//	next := r.Next(planned) // from the planned time, not from now
package scheduler
