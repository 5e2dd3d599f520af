package program

import (
	"errors"
	"fmt"
	"time"
)

// ErrNoSuchHours says that a text does not give quiet hours.
var ErrNoSuchHours = errors.New("not understood; write quiet hours like 21:00-08:00, or none")

// QuietHours are the hours in which a person is not written to, by the clock in
// their zone. They may go past midnight. The zero QuietHours are none.
type QuietHours struct {
	From, To int // minutes after midnight; equal: none
}

// DefaultQuietHours returns nine in the evening to eight in the morning.
func DefaultQuietHours() QuietHours { return QuietHours{21 * 60, 8 * 60} }

// String returns the form "21:00-08:00", or "none".
func (q QuietHours) String() string {
	if q.From == q.To {
		return "none"
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", q.From/60, q.From%60, q.To/60, q.To%60)
}

// ParseQuietHours reads what [QuietHours.String] writes.
func ParseQuietHours(text string) (QuietHours, error) {
	if text == "none" {
		return QuietHours{}, nil
	}
	const form = "15:04"
	if len(text) != len("21:00-08:00") || text[len(form)] != '-' {
		return QuietHours{}, ErrNoSuchHours
	}
	from, err1 := time.Parse(form, text[:len(form)])
	to, err2 := time.Parse(form, text[len(form)+1:])
	if err1 != nil || err2 != nil || from.Equal(to) {
		return QuietHours{}, ErrNoSuchHours
	}
	return QuietHours{from.Hour()*60 + from.Minute(), to.Hour()*60 + to.Minute()}, nil
}

// MarshalText returns what String returns.
func (q QuietHours) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads what [ParseQuietHours] reads.
func (q *QuietHours) UnmarshalText(b []byte) (err error) {
	*q, err = ParseQuietHours(string(b))
	return err
}

// Hold reports whether it is quiet at a time in a zone.
func (q QuietHours) Hold(at time.Time, zone *time.Location) bool {
	local := at.In(zone)
	minute := local.Hour()*60 + local.Minute()
	if q.From <= q.To {
		return q.From <= minute && minute < q.To
	}
	return minute >= q.From || minute < q.To
}

// Wait returns the first time from at on at which a person in zone may be written
// to. What is urgent or a danger does not wait.
func (q QuietHours) Wait(at time.Time, zone *time.Location, level Level) time.Time {
	if level >= Urgent {
		return at
	}
	for q.Hold(at, zone) {
		at = q.end(at, zone)
	}
	return at
}

// end returns when the quiet hours that hold at a time end.
func (q QuietHours) end(at time.Time, zone *time.Location) time.Time {
	local := at.In(zone)
	today := DateOf(at, zone)
	left := q.To - (local.Hour()*60 + local.Minute())
	if left <= 0 {
		return today.Add(1).At(q.To/60, q.To%60, zone)
	}
	if end := today.At(q.To/60, q.To%60, zone); end.After(at) {
		return end
	}
	// The clock was set back: it has shown the end already, and will again.
	return at.Truncate(time.Minute).Add(time.Duration(left) * time.Minute)
}
