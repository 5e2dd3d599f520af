package when

import "time"

// A part of the day says which of two hours is meant, and rules out others.
type part int

// partNames are the names of the parts in the language files. The first is
// none.
func partNames() []string {
	return []string{"", "am", "pm", "morning", "forenoon", "afternoon", "evening", "night", "small-hours"}
}

// holds reports whether a time, in minutes from midnight, is in the part.
func (p part) holds(minutes int) bool {
	const hour = 60
	switch partNames()[p] {
	case "am":
		return minutes < 12*hour
	case "pm":
		return minutes >= 12*hour
	case "morning":
		return minutes >= hour && minutes < 12*hour
	case "forenoon": // las 12 de la mañana is noon
		return minutes >= hour && minutes < 13*hour
	case "afternoon": // las 8 de la tarde
		return minutes >= 12*hour && minutes < 21*hour
	case "evening":
		return minutes >= 16*hour
	case "night":
		return minutes >= 18*hour || minutes < 6*hour
	case "small-hours":
		return minutes < 7*hour
	}
	return true
}

// A clockTime is the time of day that a text says, if it does.
type clockTime struct {
	given   bool
	minutes int  // from midnight
	twelve  bool // it may as well be twelve hours earlier or later
}

// Half a day, and when people are awake, in minutes from midnight. Nobody
// meets a child at five in the morning: up to earliestHour, an hour that may be
// in the afternoon is.
const (
	halfDay      = 12 * 60
	earliestHour = 7 * 60
	latestHour   = 23 * 60
)

// clockOf returns the time of day of a reading.
func (so reading) clockOf() (clockTime, error) {
	m := so.clock
	switch {
	case m == nil:
		return clockTime{}, nil
	case m.rule == "clock-at":
		return clockTime{given: true, minutes: m.argument}, nil
	case m.hour > 23 || m.minute > 59 || m.number > 59 && m.rule != "clock":
		return clockTime{}, ErrNoSuchDay
	}
	t := clockTime{given: true, minutes: m.hour*60 + m.minute + m.argument}
	switch m.rule {
	case "past":
		t.minutes += m.number
	case "to":
		t.minutes -= m.number
	}
	onDial := m.hour >= 1 && m.hour <= 12
	parts := so.parts()
	switch {
	case onDial && len(parts) == 0 && !m.leadingZero:
		t.minutes, t.twelve = t.minutes%halfDay, true
		if t.minutes < earliestHour {
			t.minutes += halfDay
		}
		return t, nil
	case onDial && len(parts) > 0:
		t.minutes %= halfDay
		if !hold(parts, t.minutes) {
			t.minutes += halfDay
		}
	}
	if t.minutes < 0 || t.minutes >= 2*halfDay || !hold(parts, t.minutes) {
		return clockTime{}, ErrNoSuchDay
	}
	return t, nil
}

// parts are the parts of the day that a reading names: "tonight at 8 pm" has
// two.
func (so reading) parts() (all []part) {
	for _, m := range []*match{so.day, so.clock, so.part} {
		if m == nil {
			continue
		}
		for _, p := range []part{m.phrase.part, m.values.part} {
			if p != 0 {
				all = append(all, p)
			}
		}
	}
	return all
}

// hold reports whether a time is in all of the parts.
func hold(parts []part, minutes int) bool {
	for _, p := range parts {
		if !p.holds(minutes) {
			return false
		}
	}
	return true
}

// at returns the first instant at which the clock of the zone shows t on the
// day, or has just skipped it.
func (c calendar) at(day time.Time, t clockTime) time.Time {
	return instant(day.Add(time.Duration(t.minutes)*time.Minute), c.now.Location())
}

// instant returns the first instant at which the clock in zone shows wall,
// which is written as UTC, or has just skipped it. time.Date would return, for
// a skipped time, one before the gap.
func instant(wall time.Time, zone *time.Location) time.Time {
	early := wall.Add(-25 * time.Hour).In(zone) // no zone is farther from UTC
	for {
		_, offset := early.Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		_, change := early.ZoneBounds()
		if change.IsZero() || at.Before(change) {
			return at
		}
		if _, offset := change.Zone(); !change.Add(time.Duration(offset) * time.Second).Before(wall) {
			return change
		}
		early = change
	}
}
