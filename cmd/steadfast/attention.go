package main

import (
	"time"

	"steadfast/bot/program"
)

// A RemindersConfig says when mentors are reminded of meetings, and how much
// anybody is told unasked.
type RemindersConfig struct {
	BeforeMeeting string `toml:"before_meeting"`
	Evening       string `toml:"evening"`
	Morning       string `toml:"morning"`
	PerDay        int    `toml:"per_day"`
}

// A ContactsConfig says which talks staff owe mentors, by the age of the match.
type ContactsConfig struct {
	Enabled         bool `toml:"enabled"`
	FirstDays       int  `toml:"first_days"`
	FirstMonth      int  `toml:"first_month"`
	FirstYearMonths int  `toml:"first_year_months"`
	LaterMonths     int  `toml:"later_months"`
	DeepFirstMonths int  `toml:"deep_first_months"`
	DeepLaterMonths int  `toml:"deep_later_months"`
}

// Where the rhythms of talks change, in months of the match's age.
const (
	firstMonth   = 1
	firstQuarter = 3
	firstYear    = 12
)

// defaultReminders are those of program.DefaultReminders.
func defaultReminders() RemindersConfig {
	r := program.DefaultReminders()
	return RemindersConfig{BeforeMeeting: string(r.When), Evening: clockText(r.Evening), Morning: clockText(r.Morning), PerDay: r.PerDay}
}

// defaultContacts are those of program.DefaultContactClock.
func defaultContacts() ContactsConfig {
	return ContactsConfig{
		Enabled: true, FirstDays: 14, FirstMonth: 2, FirstYearMonths: 1, LaterMonths: 3, DeepFirstMonths: 1, DeepLaterMonths: 3,
	}
}

// reminders returns when mentors are reminded; the configuration has been checked.
func (c Config) reminders() program.Reminders {
	r := program.DefaultReminders()
	r.When, r.PerDay = program.RemindTime(c.Reminders.BeforeMeeting), c.Reminders.PerDay
	r.Evening, _ = minuteOf(c.Reminders.Evening)
	r.Morning, _ = minuteOf(c.Reminders.Morning)
	return r
}

// contacts returns which talks staff owe; the configuration has been checked.
func (c Config) contacts() *program.ContactClock {
	k := c.Contacts
	if !k.Enabled {
		return &program.ContactClock{}
	}
	quick := []program.Rhythm{{Until: firstMonth, Months: firstMonth, Count: k.FirstMonth}}
	return &program.ContactClock{
		First: k.FirstDays,
		Quick: append(append(quick, every(k.FirstYearMonths, firstMonth, firstYear)), every(k.LaterMonths, firstYear, 0)),
		Deep:  []program.Rhythm{every(k.DeepFirstMonths, 0, firstQuarter), every(k.DeepLaterMonths, firstQuarter, 0)},
	}
}

// every asks for a talk in each so many months; none if there are none of them,
// but the time until the next rhythm goes by all the same.
func every(months, from, until int) program.Rhythm {
	if months == 0 {
		return program.Rhythm{Until: until, Months: until - min(from, until), Count: 0}
	}
	return program.Rhythm{Until: until, Months: months, Count: 1}
}

func clockText(minute int) string {
	return time.Date(1, 1, 1, minute/60, minute%60, 0, 0, time.UTC).Format("15:04")
}

// minuteOf reads a time of day, in minutes after midnight.
func minuteOf(text string) (int, bool) {
	at, err := time.Parse("15:04", text)
	return at.Hour()*60 + at.Minute(), err == nil && clockText(at.Hour()*60+at.Minute()) == text
}

// attentionFaults looks at [reminders] and [contacts].
func (c *Config) attentionFaults(bad report) {
	r := c.Reminders
	switch program.RemindTime(r.BeforeMeeting) {
	case program.RemindDayBefore, program.RemindMorning, program.RemindNever:
	default:
		bad("[reminders] before_meeting", `%q is not a time for reminders: write "day before", "morning" or "never"`, r.BeforeMeeting)
	}
	for _, at := range []struct{ key, text string }{{"evening", r.Evening}, {"morning", r.Morning}} {
		if _, ok := minuteOf(at.text); !ok {
			bad("[reminders] "+at.key, "%q is not a time of day: write it like 18:00", at.text)
		}
	}
	k := c.Contacts
	for _, n := range []struct {
		key       string
		n, atMost int
	}{
		{"[reminders] per_day", r.PerDay, 100},
		{"[contacts] first_days", k.FirstDays, 90}, {"[contacts] first_month", k.FirstMonth, 8},
		{"[contacts] first_year_months", k.FirstYearMonths, 11}, {"[contacts] later_months", k.LaterMonths, 24},
		{"[contacts] deep_first_months", k.DeepFirstMonths, 3}, {"[contacts] deep_later_months", k.DeepLaterMonths, 24},
	} {
		if n.n < 0 || n.n > n.atMost {
			bad(n.key, "%d is out of reach: write a number from 0 to %d, 0 for none", n.n, n.atMost)
		}
	}
}
