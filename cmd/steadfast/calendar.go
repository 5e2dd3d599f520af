package main

import (
	"sync"
	"time"

	"steadfast/bot/program"
	"steadfast/scheduler"
)

// A calendar knows when meetings are. It keeps the recurrences it has made,
// since many matches meet at the same hour of the week. It may be used by
// several goroutines.
type calendar struct {
	known sync.Map // rhythm: *scheduler.Recurrence
}

// A rhythm is a time of the week in a zone; there are few of them.
type rhythm struct{ cron, zone string }

// next returns the start of the first meeting after a time; zero if there is
// none.
func (c *calendar) next(s program.Schedule, zone *time.Location, after time.Time) time.Time {
	if s.IsZero() {
		return time.Time{}
	}
	key := rhythm{s.Cron(), zone.String()}
	if r, ok := c.known.Load(key); ok {
		return r.(*scheduler.Recurrence).Next(after)
	}
	r, err := scheduler.Parse(key.cron, zone)
	if err != nil {
		return time.Time{}
	}
	c.known.Store(key, r)
	return r.Next(after)
}
