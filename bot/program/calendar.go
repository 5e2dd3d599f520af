package program

import (
	"slices"
	"time"
)

// A Calendar says on which dates of a match no meeting is due although its
// [Schedule] has one, and what was changed about single meetings. That of the
// program holds its terms, holidays and exams; [Calendar.With] adds what is
// personal. The zero Calendar has no days off.
type Calendar struct {
	Terms   []Period        `json:"terms,omitzero"`   // if there are any, meetings are due in them only
	Breaks  []Period        `json:"breaks,omitzero"`  // no meetings are due in them
	Changes map[Date]Change `json:"changes,omitzero"` // by the date that was planned
}

// A Period is some time of the calendar, its first and last date included. A
// zero From means since ever; a zero To that nobody knows the end. One that ends
// before it begins holds no date.
type Period struct {
	Kind PeriodKind `json:"kind"`
	Name string     `json:"name,omitzero"`
	From Date       `json:"from,omitzero"`
	To   Date       `json:"to,omitzero"`
}

// A PeriodKind says what a [Period] is.
type PeriodKind string

// The kinds of periods.
const (
	Term        PeriodKind = "term"
	Holiday     PeriodKind = "holiday"
	Exams       PeriodKind = "exams"
	MentorPause PeriodKind = "mentor pause" // personal, of the mentor
	Outage      PeriodKind = "outage"       // of the bot, which could not be answered
	MatchPause  PeriodKind = "match pause"  // of the match or the group
)

// Contains reports whether the period holds a date.
func (p Period) Contains(d Date) bool { return !d.Before(p.From) && (p.To.IsZero() || !d.After(p.To)) }

// A Change is what was agreed about one planned meeting.
type Change struct {
	Cancelled bool      `json:"cancelled,omitzero"`
	To        time.Time `json:"to,omitzero"`    // moved: when it begins instead
	Place     string    `json:"place,omitzero"` // if it is another one
	Reason    string    `json:"reason,omitzero"`
	Count     int       `json:"count,omitzero"` // how often it was changed, with this one
	At        time.Time `json:"at,omitzero"`    // when it was changed
}

// Moved reports whether the meeting takes place at another time.
func (c Change) Moved() bool { return !c.Cancelled && !c.To.IsZero() }

// With returns the calendar with more breaks and with the changes of one match.
// It does not change c.
func (c Calendar) With(changes map[Date]Change, pauses ...Period) Calendar {
	c.Breaks = slices.Concat(c.Breaks, pauses)
	c.Changes = changes
	return c
}

// A Why is the reason for something: a key that is stored, and for which each
// language has a wording, with its arguments. The zero Why is none.
type Why struct {
	Key   WhyKey `json:"key"`
	Name  string `json:"name,omitzero"`  // of a period, or what somebody wrote as the reason
	Date  Date   `json:"date,omitzero"`  // the last day off, or the meeting in question
	Count int    `json:"count,omitzero"` // meetings or days
}

// A WhyKey names a reason. It is stored and never changes.
type WhyKey string

// Why a meeting is not due. The reason of a period is its kind, with Name and
// the last date.
const (
	WhyTerm      = WhyKey(Term) // outside of all terms
	WhyHoliday   = WhyKey(Holiday)
	WhyExams     = WhyKey(Exams)
	WhyMentor    = WhyKey(MentorPause)
	WhyMatch     = WhyKey(MatchPause)
	WhyCancelled = WhyKey("cancelled") // with Name as the reason
)

// IsZero reports whether there is no reason.
func (w Why) IsZero() bool { return w == Why{} }

// Off returns why nothing is due on a date; the zero [Why] if something may be.
func (c Calendar) Off(d Date) Why {
	for _, b := range c.Breaks {
		if b.Contains(d) {
			return Why{Key: WhyKey(b.Kind), Name: b.Name, Date: b.To}
		}
	}
	if len(c.Terms) == 0 || slices.ContainsFunc(c.Terms, func(t Period) bool { return t.Contains(d) }) {
		return Why{}
	}
	why := Why{Key: WhyTerm}
	if start, ok := c.termAfter(d); ok {
		why.Date = start.Add(-1)
	}
	return why
}

func (c Calendar) termAfter(d Date) (first Date, ok bool) {
	for _, t := range c.Terms {
		if t.From.After(d) && t.Contains(t.From) && (!ok || t.From.Before(first)) {
			first, ok = t.From, true
		}
	}
	return first, ok
}

// Open returns the first date from d on that is not off; false if nobody knows
// one.
func (c Calendar) Open(d Date) (Date, bool) {
	for {
		why := c.Off(d)
		if why.IsZero() {
			return d, true
		}
		if why.Date.IsZero() {
			return Date{}, false
		}
		d = why.Date.Add(1) // always later, since the period holds d
	}
}

// OpenDays returns the time some days after t by the clock in zone, days off not
// counted, on a date that is not off; false if days off go on without an end.
func (c Calendar) OpenDays(t time.Time, days int, zone *time.Location) (time.Time, bool) {
	local := t.In(zone)
	d, ok := c.Open(DateOf(t, zone))
	for range days {
		if ok {
			d, ok = c.Open(d.Add(1))
		}
	}
	if !ok {
		return time.Time{}, false
	}
	if d == DateOf(t, zone) {
		return t, true
	}
	return d.At(local.Hour(), local.Minute(), zone), true
}
