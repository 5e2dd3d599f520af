package program

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Cadence says how often a match meets.
type Cadence int

// The cadences.
const (
	Weekly      Cadence = iota
	Fortnightly         // every two weeks
	Monthly             // on the nth or the last of a weekday
	OnDates             // on single dates
)

// Last is the Nth of a [Schedule] that meets on the last of its weekdays in each
// month.
const Last = -1

// Limits of a schedule.
const (
	MaxDates   = 60 // single dates
	PlaceRunes = 200
	maxMinutes = 24 * 60 // of a meeting
)

// A Mode says how a match meets. The empty Mode is not said.
type Mode string

// The modes.
const (
	InPerson Mode = "in-person"
	ByPhone  Mode = "phone"
	ByVideo  Mode = "video"
	InGroup  Mode = "group"
)

// Modes lists the modes in the order in which they are offered.
func Modes() []Mode { return []Mode{InPerson, ByPhone, ByVideo, InGroup} }

// A Schedule says when a match or a group meets, by the clock on the wall of its
// time zone. The zero Schedule means that no meeting is planned. Schedules can
// be compared.
type Schedule struct {
	Every   Cadence
	Weekday time.Weekday // not with OnDates
	Nth     int          // 1 to 4, or Last; only with Monthly
	Dates   Dates        // only with OnDates
	Hour    int
	Minute  int
	Length  time.Duration // whole minutes, up to a day

	From  Date // the first date that counts; zero: all. Every two weeks are counted from it.
	Until Date // the last date that counts; zero: all
	Mode  Mode
	Place string // an address, a number or a link
}

// Dates is a set of dates as a text, so that schedules can be compared: in order,
// with spaces between them.
type Dates string

// NewDates returns the set of some dates.
func NewDates(dates ...Date) Dates {
	dates = slices.Clone(dates)
	slices.SortFunc(dates, Date.Compare)
	var b strings.Builder
	for i, d := range slices.Compact(dates) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(d.String())
	}
	return Dates(b.String())
}

// List returns the dates in order.
func (s Dates) List() (dates []Date) {
	for word := range strings.FieldsSeq(string(s)) {
		if d, err := ParseDate(word); err == nil {
			dates = append(dates, d)
		}
	}
	return dates
}

// IsZero reports whether no meeting is planned.
func (s Schedule) IsZero() bool { return s == Schedule{} }

// String returns the form that [ParseSchedule] reads; empty for the zero
// Schedule.
func (s Schedule) String() string {
	if s.IsZero() {
		return ""
	}
	day := s.Weekday.String()[:3]
	head := ""
	switch s.Every {
	case Weekly:
		head = "weekly " + day
	case Fortnightly:
		head = "every 2 weeks " + day
	case Monthly:
		head = "monthly " + nthName(s.Nth) + " " + day
	case OnDates:
		head = "on " + string(s.Dates)
	}
	text := fmt.Sprintf("%s %02d:%02d %dm", head, s.Hour, s.Minute, int(s.Length.Minutes()))
	if !s.From.IsZero() {
		text += " from " + s.From.String()
	}
	if !s.Until.IsZero() {
		text += " until " + s.Until.String()
	}
	if s.Mode != "" {
		text += " " + string(s.Mode)
	}
	if s.Place != "" {
		text += " at " + s.Place
	}
	return text
}

// Cron returns the start of weekly meetings as a five-field cron expression;
// empty for schedules that have none.
func (s Schedule) Cron() string {
	if s.Every != Weekly || !s.From.IsZero() || !s.Until.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d %d * * %d", s.Minute, s.Hour, int(s.Weekday))
}

// MarshalText returns what String returns.
func (s Schedule) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [ParseSchedule] reads; an empty text is the zero
// Schedule.
func (s *Schedule) UnmarshalText(b []byte) (err error) {
	*s = Schedule{}
	if len(b) > 0 {
		*s, err = ParseSchedule(string(b))
	}
	return err
}

// nthNames returns the names of the Nth of a [Schedule], without Last.
func nthNames() []string { return []string{"1st", "2nd", "3rd", "4th"} }

func nthName(n int) string {
	if names := nthNames(); n >= 1 && n <= len(names) {
		return names[n-1]
	}
	return "last"
}

// goodPlace reports whether a place can be kept: one line, not too long.
func goodPlace(place string) bool {
	return utf8.ValidString(place) && utf8.RuneCountInString(place) <= PlaceRunes && !strings.ContainsFunc(place, unicode.IsControl)
}
