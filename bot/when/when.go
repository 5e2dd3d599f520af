package when

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The ways in which a text is no date. None of the errors repeats the text.
var (
	// ErrNothing says that there was nothing but space and punctuation.
	ErrNothing = errors.New("nothing was written")
	// ErrNotUnderstood says that the text, or a part of it, is no date.
	ErrNotUnderstood = errors.New("not understood as a date")
	// ErrAmbiguous says that there are two readings; see [AmbiguousError].
	ErrAmbiguous = errors.New("may mean two different dates")
	// ErrNoSuchDay says that the text has the form of a date or a time that the
	// calendar or the clock does not have: 31 February, 25:00.
	ErrNoSuchDay = errors.New("there is no such date or time")
	// ErrTooFar says that the date is more than five years away.
	ErrTooFar = errors.New("more than five years away")
)

// An AmbiguousError holds the two dates that the text may mean, so that the
// person can choose. It wraps [ErrAmbiguous].
type AmbiguousError struct{ First, Second Found } // First is the earlier one

// Error says that there are two readings, without saying which.
func (e *AmbiguousError) Error() string { return ErrAmbiguous.Error() }

// Unwrap returns [ErrAmbiguous].
func (e *AmbiguousError) Unwrap() error { return ErrAmbiguous }

// Found is what a text means.
type Found struct {
	// At is in the zone that was given. Without a time it is the first instant
	// of the day there. A time that the clock skips is the first instant after
	// the gap, one that it shows twice the first of the two.
	At time.Time
	// HasTime reports whether the text says a time of day. "Tomorrow evening"
	// does not.
	HasTime bool
	// Rule names the rules that matched, as in the language files: "next+clock".
	// It holds nothing of what was written.
	Rule string
}

// A Direction says where the day is looked for if the text leaves that open.
type Direction int

// Directions. Past is for what has been, Future for what is planned.
const (
	Nearest Direction = iota
	Past
	Future
)

// Limits of what is read at all and of what can be meant.
const (
	longestText = 200 // bytes; "the day before yesterday, in the evening, at half past seven" has 60
	mostTokens  = 24
	farthest    = 5 * 366 * 24 * time.Hour
)

// Parse is [ParseNear] with [Nearest].
func Parse(lang, text string, now time.Time, zone *time.Location) (Found, error) {
	return ParseNear(lang, text, now, zone, Nearest)
}

// ParseNear reads the day, and the time of day if there is one, that text says.
// lang is the person's language as a BCP 47 tag; its region decides the order
// of 11/24, and one that is not among the six counts as English. now is the time of writing, and zone the person's; nil is UTC.
//
// What the text leaves open is the nearest in the direction:
//   - a weekday alone is the last or the coming one. Today counts, except that
//     nobody plans for today by naming its weekday without a time;
//   - a date without a year, or a day without a month, is the last or the coming
//     one, today included;
//   - a time alone is the last or the coming one, and with [Nearest] today's.
//
// Further, "next Friday" is ambiguous whenever a Friday is still to come in this
// week; "last Friday" is the last one before today. A date with a weekday that
// is not its own is ambiguous between the two. Hours from 1 to 6 that may be
// either are in the afternoon, others are as written; 04:00 is in the night.
//
// The error is, or wraps, one of those of this package.
//
// It reads the file of the language each time, and the others if that does not
// suffice, in a few milliseconds. Who reads many dates keeps a [Reader].
func ParseNear(lang, text string, now time.Time, zone *time.Location, toward Direction) (Found, error) {
	return parse(load, lang, text, now, zone, toward)
}

// Parse is [Parse].
func (r *Reader) Parse(lang, text string, now time.Time, zone *time.Location) (Found, error) {
	return r.ParseNear(lang, text, now, zone, Nearest)
}

// ParseNear is [ParseNear].
func (r *Reader) ParseNear(lang, text string, now time.Time, zone *time.Location, toward Direction) (Found, error) {
	return parse(r.lexicon, lang, text, now, zone, toward)
}

// parse is ParseNear with the lexicons from a source.
func parse(from source, lang, text string, now time.Time, zone *time.Location, toward Direction) (Found, error) {
	if zone == nil {
		zone = time.UTC
	}
	c := calendar{now: now.In(zone), toward: toward, monthFirst: monthFirst(lang), weekStarts: weekStarts(lang)}
	if len(text) > longestText {
		return Found{}, ErrNotUnderstood
	}
	text = clean(text)
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return c.decide([]Found{{At: at.In(zone), HasTime: true, Rule: "instant"}}, nil)
	}
	tokens := tokenize(text)
	switch {
	case len(tokens) == 0:
		return Found{}, ErrNothing
	case len(tokens) > mostTokens:
		return Found{}, ErrNotUnderstood
	}
	order := ownFirst(lang)
	lexicons, err := from.all(shared, order[0])
	if err != nil {
		return Found{}, err
	}
	found := readings(tokens, lexicons)
	if len(found) == 0 && !mayBeName(tokens) {
		others, err := from.all(order[1:]...)
		if err != nil {
			return Found{}, err
		}
		found = readings(tokens, append(lexicons, others...))
	}
	if len(found) == 0 {
		return Found{}, ErrNotUnderstood
	}
	return c.choose(found)
}

// mayBeName reports whether the text is one short word. In a language that is
// not the person's own it is rather somebody called Sam or Dom than a Saturday
// or a Sunday.
func mayBeName(tokens []token) bool {
	return len(tokens) == 1 && utf8.RuneCountInString(tokens[0].text) <= 3
}

// choose resolves all readings. Those that the calendar has beat those that it
// has not, and those on the side where they are looked for beat the others.
func (c calendar) choose(readings []reading) (Found, error) {
	var found []Found
	var first error
	for _, r := range readings {
		days, err := c.resolve(r)
		if err != nil {
			first = cmp.Or(first, err)
		}
		found = append(found, days...)
	}
	there := slices.DeleteFunc(slices.Clone(found), func(f Found) bool { return !c.there(f) })
	if len(there) > 0 {
		found = there
	}
	return c.decide(found, first)
}

// decide returns what all of found agree on. err says why there is none.
func (c calendar) decide(found []Found, err error) (Found, error) {
	near := slices.DeleteFunc(slices.Clone(found), func(f Found) bool { return f.At.Sub(c.now).Abs() > farthest })
	if len(near) == 0 && len(found) > 0 {
		return Found{}, ErrTooFar
	}
	slices.SortStableFunc(near, func(a, b Found) int { return a.At.Compare(b.At) })
	near = slices.CompactFunc(near, func(a, b Found) bool { return a.At.Equal(b.At) && a.HasTime == b.HasTime })
	switch len(near) {
	case 0:
		return Found{}, err
	case 1:
		return near[0], nil
	}
	return Found{}, &AmbiguousError{First: near[0], Second: near[1]}
}

// monthFirst lists the orders in which somebody may write day and month with
// strokes between: true for the month first.
func monthFirst(lang string) []bool {
	base, rest, _ := strings.Cut(strings.ToLower(lang), "-")
	if base != "en" {
		return []bool{false}
	}
	for region := range strings.SplitSeq(rest, "-") {
		// Region subtags have two letters. Canada writes both.
		if len(region) == 2 && region != "us" && region != "ca" && region != "ph" {
			return []bool{false}
		}
	}
	return []bool{false, true}
}
