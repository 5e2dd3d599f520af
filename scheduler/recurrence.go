package scheduler

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// ErrBadSpec says that the text given to [Parse] is not a cron expression that
// ever comes due.
var ErrBadSpec = errors.New("not a recurrence")

// A Recurrence is a cron expression in a time zone. It may be used by several
// goroutines.
type Recurrence struct {
	calendar cron.Schedule // on a calendar without zones, written as UTC
	zone     *time.Location
}

// Parse reads a cron expression of five fields (minute, hour, day of month,
// month, day of week, where Sunday is 0), or @yearly, @monthly, @weekly, @daily,
// @hourly, for local times in zone. It takes any text without harm. The error
// wraps [ErrBadSpec] and does not repeat the text.
func Parse(spec string, zone *time.Location) (r *Recurrence, err error) {
	// cron panics on some texts, such as "TZ=UTC".
	defer func() {
		if recover() != nil {
			r, err = nil, fmt.Errorf("%w: not understood", ErrBadSpec)
		}
	}()
	spec = strings.TrimSpace(spec)
	switch {
	case strings.Contains(spec, "TZ="):
		return nil, fmt.Errorf("%w: the time zone is not part of it", ErrBadSpec)
	case strings.HasPrefix(spec, "@every"):
		return nil, fmt.Errorf("%w: @every has no place in a calendar", ErrBadSpec)
	case len(spec) > longestSpec:
		return nil, fmt.Errorf("%w: too long", ErrBadSpec)
	}
	calendar, err := cron.ParseStandard(spec)
	if err != nil {
		return nil, fmt.Errorf("%w: write five fields: minute, hour, day of month, month, day of week (0 is Sunday)", ErrBadSpec)
	}
	// Any day does: cron looks five years ahead, in which all dates occur.
	if calendar.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, fmt.Errorf("%w: there is no such date", ErrBadSpec)
	}
	return &Recurrence{calendar: calendar, zone: zone}, nil
}

// longestSpec is longer than any sensible expression: all 60 minutes listed one
// by one take 169 bytes.
const longestSpec = 500

// Next returns the first time after the given one at which r is due, in r's
// zone. Each local date and time of the expression is due once: one that the
// clock skips is due at the first instant after the gap, together with the one
// that may be due there anyway; one that it shows twice is due the first time.
//
// Give it the planned time of the last firing rather than the current time, and
// none is skipped.
func (r *Recurrence) Next(after time.Time) time.Time {
	// What the clock has shown or skipped by now was due by now, so the search
	// begins at what it shows. In an overlap it shows times that were due
	// already the first time; these resolve to instants that are not later.
	wall := local(after, r.zone)
	for {
		wall = r.nextWall(wall)
		if at := resolve(wall, r.zone); at.After(after) {
			return at
		}
	}
}

// nextWall is calendar.Next without its limit of five years: between two 29ths
// of February there may be eight.
func (r *Recurrence) nextWall(after time.Time) time.Time {
	next := r.calendar.Next(after)
	if next.IsZero() {
		next = r.calendar.Next(time.Date(after.Year()+5, 1, 1, 0, 0, 0, -1, time.UTC))
	}
	return next
}

// largestOffset is longer than any distance of a local time from UTC (14 h).
const largestOffset = 25 * time.Hour

// local returns what the clock and the calendar show in zone, written as UTC.
func local(t time.Time, zone *time.Location) time.Time {
	_, offset := t.In(zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// resolve returns the first instant at which the clock in zone shows wall,
// which is written as UTC, or has just skipped it.
func resolve(wall time.Time, zone *time.Location) time.Time {
	early := wall.Add(-largestOffset).In(zone)
	for { // from one change of the offset to the next
		_, offset := early.Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		_, change := early.ZoneBounds()
		switch {
		case change.IsZero() || at.Before(change):
			return at
		case !local(change, zone).Before(wall):
			return change // skipped, or shown first just now
		}
		early = change
	}
}
