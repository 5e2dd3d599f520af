package program

import (
	"iter"
	"slices"
	"time"
)

// An Occurrence is one meeting of a [Schedule].
type Occurrence struct {
	// Key is the local date for which the meeting was planned. It names the
	// meeting among those of its match, also when it was moved.
	Key        Date
	Start, End time.Time
	Off        Why // why it is not due; zero if it is
	Moved      bool
	Reason     string // why it was moved
	Mode       Mode
	Place      string
	Changes    int // how often it was changed
}

// Due reports whether the meeting is to take place.
func (o Occurrence) Due() bool { return o.Off.IsZero() }

// nextDate returns the first date from a given one on for which a meeting is
// planned; false if there is none.
func (s Schedule) nextDate(d Date) (Date, bool) {
	if s.IsZero() || s.Weekday < time.Sunday || s.Weekday > time.Saturday {
		return Date{}, false
	}
	if d.Before(s.From) {
		d = s.From
	}
	found := true
	switch s.Every {
	case Weekly:
		d = onOrAfter(d, s.Weekday)
	case Fortnightly:
		first := onOrAfter(s.From, s.Weekday)
		d = onOrAfter(d, s.Weekday)
		if d.Sub(first)%14 != 0 {
			d = d.Add(7)
		}
		found = !s.From.IsZero()
	case Monthly:
		found = s.Nth == Last || s.Nth >= 1 && s.Nth <= len(nthNames())
		if in := s.inMonth(d.Year, d.Month); !in.Before(d) {
			d = in
		} else {
			d = s.inMonth(d.Year, d.Month+1)
		}
	case OnDates:
		dates := s.Dates.List()
		at := slices.IndexFunc(dates, func(e Date) bool { return !e.Before(d) })
		if found = at >= 0; found {
			d = dates[at]
		}
	default:
		found = false
	}
	if !found || !s.Until.IsZero() && d.After(s.Until) {
		return Date{}, false
	}
	return d, true
}

// onOrAfter returns the first date from d on with a weekday.
func onOrAfter(d Date, day time.Weekday) Date { return d.Add(int(day-d.Weekday()+7) % 7) }

// inMonth returns the date of a monthly meeting. The month may be one too high.
func (s Schedule) inMonth(year int, month time.Month) Date {
	first := DateOf(time.Date(year, month, 1, 12, 0, 0, 0, time.UTC), time.UTC)
	if s.Nth == Last {
		return onOrAfter(first.AddMonths(1).Add(-7), s.Weekday)
	}
	return onOrAfter(first, s.Weekday).Add(7 * (s.Nth - 1))
}

// on returns the meeting that is planned for a date. The calendar judges the
// date on which it takes place, so that a meeting that was moved out of the
// holidays is due, and one that was moved into them is not.
func (s Schedule) on(key Date, zone *time.Location, c Calendar) Occurrence {
	o := Occurrence{Key: key, Start: key.At(s.Hour, s.Minute, zone), Mode: s.Mode, Place: s.Place}
	date := key
	if change, ok := c.Changes[key]; ok {
		o.Changes = change.Count
		if change.Place != "" {
			o.Place = change.Place
		}
		if change.Moved() {
			o.Moved, o.Start, o.Reason = true, change.To.In(zone), change.Reason
			date = DateOf(change.To, zone)
		}
		if change.Cancelled {
			o.Off = Why{Key: WhyCancelled, Name: change.Reason, Date: key}
		}
	}
	o.End = o.Start.Add(s.Length)
	if o.Off.IsZero() {
		o.Off = c.Off(date)
	}
	return o
}

// moved returns the meetings that were moved and begin from a time on, in order.
// A change of a date that the schedule does not have any more is void.
func (s Schedule) moved(from time.Time, zone *time.Location, c Calendar) (all []Occurrence) {
	for key, change := range c.Changes {
		if !change.Moved() || change.To.Before(from) {
			continue
		}
		if planned, ok := s.nextDate(key); ok && planned == key {
			all = append(all, s.on(key, zone, c))
		}
	}
	slices.SortFunc(all, byStart)
	return all
}

func byStart(a, b Occurrence) int {
	if byTime := a.Start.Compare(b.Start); byTime != 0 {
		return byTime
	}
	return a.Key.Compare(b.Key)
}

// Next returns the first meeting after a time that is due, by the clock in zone;
// false if there is none, as when the schedule has ended, or if nobody knows
// when there is, as in a pause without an end. Each date of the schedule has one
// meeting: it begins the first time the clock shows its hour, or at the first
// instant after a gap in which the clock skips it.
func (s Schedule) Next(after time.Time, zone *time.Location, c Calendar) (next Occurrence, found bool) {
	for _, o := range s.moved(after.Add(1), zone, c) {
		if o.Due() {
			next, found = o, true
			break
		}
	}
	key, ok := s.nextDate(DateOf(after, zone))
	for ok {
		change := c.Changes[key]
		o := s.on(key, zone, c)
		switch {
		case change.Moved() || change.Cancelled || !o.Start.After(after):
			key, ok = s.nextDate(key.Add(1))
		case !o.Due():
			if key, ok = c.Open(key); ok {
				key, ok = s.nextDate(key)
			}
		case found && byStart(next, o) < 0:
			return next, true
		default:
			return o, true
		}
	}
	return next, found
}

// Between returns the meetings that begin from one time on until before another,
// in order, also those that are not due, with the reason.
func (s Schedule) Between(from, to time.Time, zone *time.Location, c Calendar) iter.Seq[Occurrence] {
	return func(yield func(Occurrence) bool) {
		moved := s.moved(from, zone, c)
		// A zone may skip a whole day, so that yesterday's meeting begins today.
		for key, ok := s.nextDate(DateOf(from, zone).Add(-1)); ok; key, ok = s.nextDate(key.Add(1)) {
			o := s.on(key, zone, c)
			if o.Moved || o.Start.Before(from) {
				if key.After(DateOf(to, zone)) {
					break // moved ones may not keep it from ending
				}
				continue
			}
			if !o.Start.Before(to) {
				break
			}
			for len(moved) > 0 && byStart(moved[0], o) < 0 {
				if !yield(moved[0]) {
					return
				}
				moved = moved[1:]
			}
			if !yield(o) {
				return
			}
		}
		for _, o := range moved {
			if !o.Start.Before(to) || !yield(o) {
				return
			}
		}
	}
}

// A CatchUp is what one message says after a time in which nothing was said,
// however many meetings fell into it.
type CatchUp struct {
	After  Why        // the pause that ended last; zero: there was none
	Newest Occurrence // the last meeting that was due and is over; zero: none
	Others int        // how many were due before it
	Next   Occurrence // the next one that is due; zero: none
}

// CatchUp returns what is to be said at now, when the last word was at since;
// false if there is nothing to catch up on. It is one message for each person,
// not one for each meeting. Today must not be off.
func (s Schedule) CatchUp(since, now time.Time, zone *time.Location, c Calendar) (up CatchUp, ok bool) {
	today := DateOf(now, zone)
	if !c.Off(today).IsZero() || !since.Before(now) {
		return CatchUp{}, false
	}
	for o := range s.Between(since.Add(-s.Length), now, zone, c) {
		switch {
		case !o.End.After(since) || o.End.After(now):
		case o.Due() && up.Newest.Key.IsZero():
			up.Newest = o
		case o.Due():
			up.Newest, up.Others = o, up.Others+1
		}
	}
	for d := DateOf(since, zone); d.Before(today); {
		why := c.Off(d)
		if d = d.Add(1); !why.IsZero() {
			up.After, d = why, why.Date.Add(1) // it has an end, since today is not off
		}
	}
	up.Next, _ = s.Next(now, zone, c)
	return up, !up.Newest.Key.IsZero() || !up.After.IsZero()
}
