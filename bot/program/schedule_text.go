package program

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseSchedule reads one of
//
//	weekly Tue 16:00 60m
//	every 2 weeks Tue 16:00 60m from 2026-11-24
//	monthly 2nd Tue 16:00 60m
//	monthly last Fri 16:00 60m
//	on 2026-11-24 2026-12-08 16:00 60m
//
// that is, the days, with weekdays by three letters or more, the local time and
// the length in minutes. After that may come, in this order, "from" and "until"
// with a date, how they meet (in person, phone, video, group) and "at" with a
// place, a number or a link. The error is a sentence with an example; it repeats
// the text.
func ParseSchedule(text string) (Schedule, error) {
	r := scheduleReader{words: strings.Fields(text)}
	if err := r.read(); err != nil {
		return Schedule{}, fmt.Errorf("schedule %q: %w; write it like: %s", text, err, r.example())
	}
	return r.s, nil
}

var errNotUnderstood = errors.New("not understood")

type scheduleReader struct {
	words []string
	s     Schedule
}

func (r *scheduleReader) example() string {
	return [...]string{
		Weekly:      "weekly Tue 16:00 60m",
		Fortnightly: "every 2 weeks Tue 16:00 60m from 2026-11-24",
		Monthly:     "monthly 2nd Tue 16:00 60m, or monthly last Tue 16:00 60m",
		OnDates:     "on 2026-11-24 2026-12-08 16:00 60m",
	}[r.s.Every]
}

// take reports whether the next words are these, and goes past them.
func (r *scheduleReader) take(words ...string) bool {
	if len(r.words) < len(words) || !slices.EqualFunc(r.words[:len(words)], words, strings.EqualFold) {
		return false
	}
	r.words = r.words[len(words):]
	return true
}

// next returns the next word; empty at the end.
func (r *scheduleReader) next() (word string) {
	if len(r.words) > 0 {
		word, r.words = r.words[0], r.words[1:]
	}
	return word
}

func (r *scheduleReader) read() error {
	if err := r.days(); err != nil {
		return err
	}
	at, err := time.Parse("15:04", r.next())
	if err != nil {
		return errors.New("no such time")
	}
	r.s.Hour, r.s.Minute = at.Hour(), at.Minute()
	minutes, ok := strings.CutSuffix(r.next(), "m")
	n, err := strconv.Atoi(minutes)
	if !ok || err != nil || n < 1 || n > maxMinutes {
		return errors.New("the length must be in minutes, 1m to 1440m")
	}
	r.s.Length = time.Duration(n) * time.Minute
	return r.rest()
}

// days reads what comes before the time.
func (r *scheduleReader) days() error {
	switch {
	case r.take("weekly"):
	case r.take("every", "2", "weeks"), r.take("fortnightly"):
		r.s.Every = Fortnightly
	case r.take("monthly"):
		r.s.Every = Monthly
		nth := strings.ToLower(r.next())
		r.s.Nth = slices.Index(nthNames(), nth) + 1
		switch {
		case nth == "last":
			r.s.Nth = Last
		case nth == "5th":
			return errors.New("few months have a 5th: use last")
		case r.s.Nth == 0:
			return errors.New("say which one of the month")
		}
	case r.take("on"):
		r.s.Every = OnDates
		return r.dates()
	default:
		return errNotUnderstood
	}
	return r.weekday()
}

func (r *scheduleReader) weekday() error {
	word := strings.ToLower(r.next())
	for d := time.Sunday; d <= time.Saturday; d++ {
		if len(word) >= 3 && strings.HasPrefix(strings.ToLower(d.String()), word) {
			r.s.Weekday = d
			return nil
		}
	}
	return errors.New("no such day")
}

func (r *scheduleReader) dates() error {
	var all []Date
	for len(r.words) > 0 && !strings.Contains(r.words[0], ":") {
		d, err := ParseDate(r.next())
		if err != nil {
			return err
		}
		all = append(all, d)
	}
	switch {
	case len(all) == 0:
		return errors.New("the dates are missing")
	case len(all) > MaxDates:
		return fmt.Errorf("more than %d dates", MaxDates)
	}
	r.s.Dates = NewDates(all...)
	return nil
}

// rest reads what may follow the length.
func (r *scheduleReader) rest() error {
	for _, bound := range []struct {
		word string
		to   *Date
	}{{"from", &r.s.From}, {"until", &r.s.Until}} {
		if !r.take(bound.word) {
			continue
		}
		d, err := ParseDate(r.next())
		if err != nil {
			return err
		}
		*bound.to = d
	}
	r.mode()
	if r.take("at") {
		r.s.Place = strings.Join(r.words, " ")
		if r.words = nil; r.s.Place == "" || !goodPlace(r.s.Place) {
			return fmt.Errorf("the place must be one line of up to %d letters", PlaceRunes)
		}
	}
	switch {
	case len(r.words) > 0:
		return errNotUnderstood
	case r.s.Every == Fortnightly && r.s.From.IsZero():
		return errors.New("say from which date the weeks are counted")
	case !r.s.Until.IsZero() && r.s.Until.Before(r.s.From):
		return errors.New("it ends before it begins")
	}
	return nil
}

func (r *scheduleReader) mode() {
	if r.take("in", "person") {
		r.s.Mode = InPerson
		return
	}
	for _, m := range Modes() {
		if r.take(string(m)) {
			r.s.Mode = m
			return
		}
	}
}
