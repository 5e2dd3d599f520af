package program

import (
	"cmp"
	"errors"
	"time"
)

// ErrNoSuchDate says that a text is not a date of the calendar, written like
// 2026-11-24.
var ErrNoSuchDate = errors.New("no such date; write it like 2026-11-24")

// A Date is a day of the calendar, wherever it is. The zero Date is none.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the date that the calendar shows in zone at a time.
func DateOf(t time.Time, zone *time.Location) Date {
	y, m, d := t.In(zone).Date()
	return Date{y, m, d}
}

// ParseDate reads a date like 2026-11-24. It refuses days that the month does
// not have with [ErrNoSuchDate].
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return Date{}, ErrNoSuchDate
	}
	return DateOf(t, time.UTC), nil
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String returns the date like 2026-11-24; empty for none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.noon().Format(time.DateOnly)
}

// MarshalText returns what String returns.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what [ParseDate] reads; an empty text is none.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d = Date{}
	if len(b) > 0 {
		*d, err = ParseDate(string(b))
	}
	return err
}

// noon stands for the date where only the calendar matters.
func (d Date) noon() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
}

// Add returns the date some days later, or earlier.
func (d Date) Add(days int) Date { return DateOf(d.noon().AddDate(0, 0, days), time.UTC) }

// AddMonths returns the same day of a later month, or the last day of that month
// if it is shorter.
func (d Date) AddMonths(months int) Date {
	last := time.Date(d.Year, d.Month+time.Month(months)+1, 0, 12, 0, 0, 0, time.UTC)
	return Date{last.Year(), last.Month(), min(d.Day, last.Day())}
}

// Sub returns how many days d is after e.
func (d Date) Sub(e Date) int { return int((d.noon().Unix() - e.noon().Unix()) / (24 * 60 * 60)) }

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// Compare returns -1, 0 or 1 as d is earlier than e, the same or later.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.noon().Weekday() }

// At returns the instant at which the clock in zone shows hour and minute on the
// date: the first one if it does so twice, the first instant after the gap if
// it is set forward over that time.
func (d Date) At(hour, minute int, zone *time.Location) time.Time {
	wall := time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, time.UTC)
	early := wall.Add(-largestOffset).In(zone)
	for { // from one change of the offset to the next
		_, offset := early.Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		_, change := early.ZoneBounds()
		if change.IsZero() || at.Before(change) {
			return at
		}
		_, offset = change.In(zone).Zone()
		if shown := change.UTC().Add(time.Duration(offset) * time.Second); !shown.Before(wall) {
			return change.In(zone) // skipped, or shown first just now
		}
		early = change.In(zone)
	}
}

// largestOffset is longer than any distance of a local time from UTC (14 h).
const largestOffset = 25 * time.Hour
