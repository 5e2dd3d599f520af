package when

import (
	"slices"
	"strings"
	"time"
)

// A calendar turns readings into dates. Days are written as midnight UTC in it.
type calendar struct {
	now        time.Time // in the person's zone
	toward     Direction
	monthFirst []bool         // the orders in which 5/6 may be meant
	weekStarts []time.Weekday // the days with which a week may begin
}

// weekStarts returns the days with which weeks begin where the language is
// spoken. It matters to "next week" and "next Sunday".
func weekStarts(lang string) []time.Weekday {
	base, _, region := strings.Cut(strings.ToLower(lang), "-")
	if base == "en" && len(monthFirst(lang)) > 1 || (base == "es" || base == "pt") && !region {
		return []time.Weekday{time.Monday, time.Sunday}
	}
	return []time.Weekday{time.Monday}
}

// today is the day of now.
func (c calendar) today() time.Time { return dayOf(c.now.Year(), c.now.Month(), c.now.Day()) }

func dayOf(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// resolve returns the dates that a reading may mean.
func (c calendar) resolve(so reading) ([]Found, error) {
	t, err := so.clockOf()
	if err != nil {
		return nil, err
	}
	if so.day != nil && unitLength(so.day.unit) > 0 {
		if t.given || so.weekday != nil || len(so.parts()) > 0 {
			return nil, ErrNotUnderstood
		}
		at := c.now.Add(time.Duration(so.day.sign()*so.day.count()) * unitLength(so.day.unit)).Truncate(time.Minute)
		return []Found{{At: at, HasTime: true, Rule: so.rule}}, nil
	}
	days, err := c.days(so, t)
	if err != nil {
		return nil, err
	}
	if so.isMidnightOfDay() {
		days = append(days, days[0].AddDate(0, 0, 1))
	}
	var found []Found
	for _, day := range days {
		found = append(found, Found{At: c.halfOf(day, t), HasTime: t.given, Rule: so.rule})
	}
	return found, nil
}

// isMidnightOfDay reports whether the reading is like "Tuesday at midnight",
// which may be where Tuesday begins or where it ends.
func (so reading) isMidnightOfDay() bool {
	return (so.day != nil || so.weekday != nil) && so.clock != nil && so.clock.rule == "clock-at" && so.clock.argument == 0
}

// halfOf returns the instant of t on day, or twelve hours from it if t leaves
// that open and only that is on the side where it is looked for: "today at 9",
// planned at three in the afternoon.
func (c calendar) halfOf(day time.Time, t clockTime) time.Time {
	at := c.at(day, t)
	if !t.twelve || c.onSide(at, c.now) {
		return at
	}
	other := t
	other.minutes = (t.minutes + halfDay) % (2 * halfDay)
	if instead := c.at(day, other); other.minutes >= earliestHour && other.minutes < latestHour && c.onSide(instead, c.now) {
		return instead
	}
	return at
}

// onSide reports whether t is on that side of the limit where days are looked
// for.
func (c calendar) onSide(t, limit time.Time) bool {
	switch c.toward {
	case Past:
		return !t.After(limit)
	case Future:
		return !t.Before(limit)
	}
	return true
}

// there reports whether what was found is on that side of now. Today is on both
// sides if there is no time.
func (c calendar) there(f Found) bool {
	if f.HasTime {
		return c.onSide(f.At, c.now)
	}
	return c.onSide(dayOf(f.At.Date()), c.today())
}

// days returns the days that a reading may mean.
func (c calendar) days(so reading, t clockTime) (days []time.Time, err error) {
	switch {
	case so.day != nil:
		days = c.named(so.day, t)
	case so.weekday != nil:
		return c.weekdays(so.weekday, t), nil
	case c.toward == Nearest:
		return []time.Time{c.today()}, nil
	default:
		return c.pick(t, c.today().AddDate(0, 0, -1), c.today(), c.today().AddDate(0, 0, 1)), nil
	}
	if len(days) == 0 {
		return nil, ErrNoSuchDay
	}
	weekday := so.weekday
	if so.day.rule == "weekday-date" {
		weekday = so.day
	}
	if weekday == nil {
		return days, nil
	}
	return agree(days, time.Weekday(weekday.weekday)), nil
}

// agree returns the days that are the weekday. If none is, it returns the first
// together with the nearest day that is: one of the two was a slip.
func agree(days []time.Time, weekday time.Weekday) []time.Time {
	fitting := slices.DeleteFunc(slices.Clone(days), func(d time.Time) bool { return d.Weekday() != weekday })
	if len(fitting) > 0 {
		return fitting
	}
	distance := (int(weekday-days[0].Weekday()) + 7) % 7
	if distance > 3 {
		distance -= 7
	}
	return []time.Time{days[0], days[0].AddDate(0, 0, distance)}
}

// weekdays returns the days that "Tuesday", "next Tuesday" and the like may
// mean.
func (c calendar) weekdays(m *match, t clockTime) []time.Time {
	today := c.today()
	ahead := (m.weekday - int(today.Weekday()) + 7) % 7
	plain := today.AddDate(0, 0, ahead)
	before, coming := plain.AddDate(0, 0, -7), plain
	if ahead == 0 {
		coming = plain.AddDate(0, 0, 7)
	}
	switch m.rule {
	case "coming":
		return []time.Time{coming}
	case "last":
		return []time.Time{before}
	case "next":
		return append(c.inWeek(1, m.weekday), coming)
	case "week":
		return c.inWeek(m.argument, m.weekday)
	}
	if c.toward == Future && !t.given {
		plain = coming
	}
	return c.pick(t, before, plain, plain.AddDate(0, 0, 7))
}

// inWeek returns the weekday in the week so many weeks from this one, for each
// way to begin a week.
func (c calendar) inWeek(weeks, weekday int) (days []time.Time) {
	for _, start := range c.weekStarts {
		since := (int(c.today().Weekday()-start) + 7) % 7
		into := (weekday - int(start) + 7) % 7
		days = append(days, c.today().AddDate(0, 0, 7*weeks-since+into))
	}
	return days
}

// named returns the days that a phrase with a day in it may mean; none if there
// is no such day.
func (c calendar) named(m *match, t clockTime) (days []time.Time) {
	today := c.today()
	switch m.rule {
	case "day":
		return []time.Time{today.AddDate(0, 0, m.argument)}
	case "in", "ago":
		return []time.Time{shift(today, m.unit, m.sign()*m.count())}
	case "weekdays-ago":
		since := (int(today.Weekday())-m.weekday+6)%7 + 1
		return []time.Time{today.AddDate(0, 0, -since-7*(m.count()-1))}
	case "monthday", "weekday-date":
		return c.pick(t, c.inMonths(m.day)...)
	}
	orders := []bool{false}
	if m.eitherOrder {
		orders = c.monthFirst
	}
	for _, swapped := range orders {
		month, day := m.month, m.day
		if swapped {
			month, day = day, month
		}
		days = append(days, c.pick(t, c.inYears(m, month, day)...)...)
	}
	return days
}

// inMonths returns the days with this number in the months around this one. Of
// three months in a row, one at least has it.
func (c calendar) inMonths(number int) (days []time.Time) {
	for months := -3; months <= 3; months++ {
		first := dayOf(c.now.Year(), c.now.Month()+time.Month(months), 1)
		days = appendDay(days, first.Year(), int(first.Month()), number)
	}
	return days
}

// inYears returns the days of this date in its year, or in this year and those
// beside it.
func (c calendar) inYears(m *match, month, day int) (days []time.Time) {
	if m.hasYear {
		return appendDay(nil, m.year, month, day)
	}
	for year := c.now.Year() - 1; year <= c.now.Year()+1; year++ {
		days = appendDay(days, year, month, day)
	}
	return days
}

// appendDay appends a day if there is one.
func appendDay(days []time.Time, year, month, day int) []time.Time {
	d := dayOf(year, time.Month(month), day)
	if int(d.Month()) != month || d.Day() != day {
		return days
	}
	return append(days, d)
}

// pick returns the nearest of the days in the direction in which they are
// looked for, and the nearest of all if none is there.
func (c calendar) pick(t clockTime, days ...time.Time) []time.Time {
	there := slices.DeleteFunc(slices.Clone(days), func(d time.Time) bool {
		if t.given {
			return !c.onSide(c.at(d, t), c.now)
		}
		return !c.onSide(d, c.today())
	})
	if len(there) == 0 {
		there = days
	}
	if len(there) == 0 {
		return nil
	}
	return []time.Time{slices.MinFunc(there, func(a, b time.Time) int {
		if near := a.Sub(c.today()).Abs() - b.Sub(c.today()).Abs(); near != 0 {
			return int(near / time.Hour)
		}
		return b.Compare(a) // as far back as ahead: rather ahead
	})}
}
