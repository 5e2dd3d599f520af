package scheduler

import "time"

// longestMemory is how far back [Recurrence.Newest] counts.
const longestMemory = 366 * 24 * time.Hour

// Newest returns the last time up to now at which r was due, beginning with
// planned, which was its next time, and how many others were due before that.
// After a time in which nothing could fire, these collapse into the newest one.
// Nothing is counted that lies more than a year back.
func (r *Recurrence) Newest(planned, now time.Time) (newest time.Time, collapsed int) {
	newest = planned
	if from := now.Add(-longestMemory); newest.Before(from) {
		newest = r.Next(from)
	}
	for next := r.Next(newest); !next.After(now); next = r.Next(next) {
		newest = next
		collapsed++
	}
	return newest, collapsed
}

// Missed reports whether a firing that was planned for a time and comes up at
// now is older than grace: then it must not be acted on any more, but recorded
// as missed. One exactly as old as grace still counts, and so does one that
// lies ahead because the clock was set back.
func Missed(planned, now time.Time, grace time.Duration) bool {
	return now.Sub(planned) > grace
}
