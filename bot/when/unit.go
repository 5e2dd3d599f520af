package when

import "time"

// unitNames are the names of the units in the language files. The first is
// none.
func unitNames() []string {
	return []string{"", "minute", "half-hour", "hour", "day", "week", "fortnight", "month", "year"}
}

// unitLength is the length of a unit of the clock, and zero for those of the
// calendar, whose length depends.
func unitLength(unit int) time.Duration {
	switch unitNames()[unit] {
	case "minute":
		return time.Minute
	case "half-hour":
		return 30 * time.Minute
	case "hour":
		return time.Hour
	}
	return 0
}

// shift returns the day so many units of the calendar away. A month later, the
// 31st is the last day if there are fewer.
func shift(day time.Time, unit, n int) time.Time {
	months := 0
	switch unitNames()[unit] {
	case "day":
		return day.AddDate(0, 0, n)
	case "week":
		return day.AddDate(0, 0, 7*n)
	case "fortnight":
		return day.AddDate(0, 0, 14*n)
	case "month":
		months = n
	case "year":
		months = 12 * n
	}
	first := dayOf(day.Year(), day.Month()+time.Month(months), 1)
	last := first.AddDate(0, 1, -1)
	return dayOf(first.Year(), first.Month(), min(day.Day(), last.Day()))
}

// sign is the direction of "in 3 days" and "3 days ago".
func (m *match) sign() int {
	if m.rule == "ago" {
		return -1
	}
	return 1
}

// count is the number before a unit; "a week ago" may go without.
func (m *match) count() int {
	if !m.hasNumber {
		return 1
	}
	return m.number
}
