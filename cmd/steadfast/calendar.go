package main

import (
	"errors"
	"fmt"
	"strings"

	"steadfast/bot/program"
)

// A CalendarConfig says when meetings are not due, and when nobody is written to.
// Its lists hold entries like "2026-12-21 to 2027-01-03 Winter holidays".
type CalendarConfig struct {
	Terms      []string `toml:"terms"`
	Holidays   []string `toml:"holidays"`
	Exams      []string `toml:"exams"`
	QuietHours string   `toml:"quiet_hours"`
}

// defaultCalendar has no days off, and the domain's quiet hours.
func defaultCalendar() CalendarConfig {
	return CalendarConfig{QuietHours: program.DefaultQuietHours().String()}
}

// calendar returns the program's calendar; the configuration has been checked.
func (c Config) calendar() program.Calendar {
	read := func(kind program.PeriodKind, entries []string) (all []program.Period) {
		for _, entry := range entries {
			p, _ := periodOf(kind, entry)
			all = append(all, p)
		}
		return all
	}
	return program.Calendar{
		Terms:  read(program.Term, c.Calendar.Terms),
		Breaks: append(read(program.Holiday, c.Calendar.Holidays), read(program.Exams, c.Calendar.Exams)...),
	}
}

// quietHours returns when nobody is written to; the configuration has been checked.
func (c Config) quietHours() *program.QuietHours {
	quiet, _ := program.ParseQuietHours(c.Calendar.QuietHours)
	return &quiet
}

// nameRunes is room for the name of a period in a line of a schedule.
const nameRunes = 60

// periodOf reads one entry: a date, or two with "to" between them, and perhaps a
// name.
func periodOf(kind program.PeriodKind, entry string) (p program.Period, err error) {
	first, rest, _ := strings.Cut(strings.TrimSpace(entry), " ")
	if p.From, err = program.ParseDate(first); err != nil {
		return p, fmt.Errorf("there is no date %q: write it like 2026-12-21, and then perhaps a name", first)
	}
	p.Kind, p.To, p.Name = kind, p.From, strings.TrimSpace(rest)
	if until, ok := strings.CutPrefix(p.Name, "to "); ok {
		last, name, _ := strings.Cut(strings.TrimSpace(until), " ")
		if p.To, err = program.ParseDate(last); err != nil {
			return p, fmt.Errorf(`there is no date %q after "to": write it like 2027-01-03`, last)
		}
		p.Name = strings.TrimSpace(name)
	}
	switch {
	case p.To.Before(p.From):
		return p, fmt.Errorf("it ends on %s, before it begins: write the earlier date first", p.To)
	case len([]rune(p.Name)) > nameRunes:
		return p, errors.New("its name is too long: 60 letters fit")
	}
	return p, nil
}

// calendarFaults looks at [calendar].
func (c *Config) calendarFaults(bad report) {
	for _, list := range []struct {
		key     string
		entries []string
	}{{"terms", c.Calendar.Terms}, {"holidays", c.Calendar.Holidays}, {"exams", c.Calendar.Exams}} {
		for i, entry := range list.entries {
			if _, err := periodOf(program.Term, entry); err != nil {
				bad(fmt.Sprintf("[calendar] %s, number %d", list.key, i+1), "%v", err)
			}
		}
	}
	if _, err := program.ParseQuietHours(c.Calendar.QuietHours); err != nil {
		bad("[calendar] quiet_hours", "%v", err)
	}
}
