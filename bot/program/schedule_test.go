package program_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tables must not depend on the machine's zones

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"steadfast/bot/program"
)

// date reads a date like 2026-11-24; it panics on others.
func date(text string) program.Date {
	d, err := program.ParseDate(text)
	if err != nil {
		panic(text)
	}
	return d
}

func TestParseSchedule(t *testing.T) {
	for _, c := range []struct {
		text, want string // want is empty where text is the written form already
	}{
		{"weekly Tue 16:00 60m", ""},
		{"WEEKLY tuesday 9:05 1m", "weekly Tue 09:05 1m"},
		{"weekly Sun 00:00 1440m", ""},
		{"weekly Tue 16:00 60m until 2026-12-15", ""},
		{"every 2 weeks Tue 16:00 60m from 2026-11-24", ""},
		{"fortnightly thurs 16:00 45m from 2026-11-24 until 2027-06-30 phone", "every 2 weeks Thu 16:00 45m from 2026-11-24 until 2027-06-30 phone"},
		{"monthly 2nd Tue 16:00 60m", ""},
		{"monthly last Fri 16:00 60m in-person at Town Library, room 2", ""},
		{"on 2026-11-24 2026-12-08 16:00 60m group", ""},
		{"on 2026-12-08 2026-11-24 2026-12-08 16:00 60m", "on 2026-11-24 2026-12-08 16:00 60m"},
		{"weekly Tue 16:00 60m  In Person at the   park", "weekly Tue 16:00 60m in-person at the park"},
		{"weekly Tue 16:00 60m video at https://meet.example/a?b=1", ""},
		{"weekly Tue 16:00 60m at phone at home", ""},
	} {
		if c.want == "" {
			c.want = c.text
		}
		s, err := program.ParseSchedule(c.text)
		if err != nil || s.String() != c.want {
			t.Errorf("%q: %q, %v", c.text, s, err)
		}
	}
}

func TestSchedulesThatAreRefused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "not understood"},
		{"daily", "not understood"},
		{"weekly", "no such day"},
		{"weekly Tu 16:00 60m", "no such day"},
		{"weekly Tue", "no such time"},
		{"weekly Tue 25:00 60m", "no such time"},
		{"weekly Tue 16:00", "the length"},
		{"weekly Tue 16:00 0m", "the length"},
		{"weekly Tue 16:00 1441m", "the length"},
		{"weekly Tue 16:00 99999999999999999m", "the length"},
		{"weekly Tue 16:00 60m tomorrow", "not understood"},
		{"weekly Tue 16:00 60m from", "no such date"},
		{"weekly Tue 16:00 60m from 2026-02-31", "no such date"},
		{"weekly Tue 16:00 60m from 2026-12-01 until 2026-11-30", "it ends before it begins"},
		{"weekly Tue 16:00 60m at", "the place"},
		{"weekly Tue 16:00 60m at " + strings.Repeat("x", 201), "the place"},
		{"weekly Tue 16:00 60m at \x00", "the place"},
		{"every 2 weeks Tue 16:00 60m", "say from which date"},
		{"every 3 weeks Tue 16:00 60m", "not understood"},
		{"monthly Tue 16:00 60m", "say which one"},
		{"monthly 5th Tue 16:00 60m", "use last"},
		{"on 16:00 60m", "the dates are missing"},
		{"on 2026-02-29 16:00 60m", "no such date"},
		{"on" + strings.Repeat(" 2026-11-24", 61) + " 16:00 60m", "more than 60 dates"},
	} {
		s, err := program.ParseSchedule(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "write it like: ") || !s.IsZero() {
			t.Errorf("%q: %+v, %v", c.text, s, err)
		}
	}
}

// schedules draws schedules of all kinds.
func schedules() *rapid.Generator[program.Schedule] {
	return rapid.Custom(func(t *rapid.T) program.Schedule {
		day := func(name string) program.Date {
			return date("2026-01-01").Add(rapid.IntRange(0, 800).Draw(t, name))
		}
		s := program.Schedule{
			Every:  program.Cadence(rapid.IntRange(0, 3).Draw(t, "every")),
			Hour:   rapid.IntRange(0, 23).Draw(t, "hour"),
			Minute: rapid.IntRange(0, 59).Draw(t, "minute"),
			Length: time.Duration(rapid.IntRange(1, 240).Draw(t, "length")) * time.Minute,
			Mode:   rapid.SampledFrom(append(program.Modes(), "")).Draw(t, "mode"),
			Place:  strings.Join(strings.Fields(rapid.StringMatching(`[a-zA-Zé:/," ]{0,20}`).Draw(t, "place")), " "),
		}
		if s.Every != program.OnDates {
			s.Weekday = time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday"))
		}
		switch s.Every {
		case program.OnDates:
			var all []program.Date
			for range rapid.IntRange(1, 9).Draw(t, "dates") {
				all = append(all, day("date"))
			}
			s.Dates = program.NewDates(all...)
		case program.Monthly:
			s.Nth = rapid.SampledFrom([]int{1, 2, 3, 4, program.Last}).Draw(t, "nth")
		}
		if s.Every == program.Fortnightly || rapid.Bool().Draw(t, "begins") {
			s.From = day("from")
		}
		if rapid.Bool().Draw(t, "ends") {
			s.Until = s.From.Add(rapid.IntRange(0, 400).Draw(t, "until"))
			if s.From.IsZero() {
				s.Until = day("until")
			}
		}
		return s
	})
}

func TestScheduleIsReadAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := schedules().Draw(t, "schedule")
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back program.Schedule
		if err := json.Unmarshal(text, &back); err != nil || back != s {
			t.Fatalf("%s: %v\n%s", text, err, cmp.Diff(s, back))
		}
	})
}

func FuzzParseSchedule(f *testing.F) {
	for _, text := range []string{"weekly Tue 16:00 60m", "every 2 weeks Tue 16:00 60m from 2026-11-24 until 2027-01-01 video at https://x",
		"monthly last Fri 16:00 60m", "on 2026-11-24 16:00 60m in person at a\u2028b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := program.ParseSchedule(text)
		if err != nil {
			return
		}
		if back, err := program.ParseSchedule(s.String()); err != nil || back != s {
			t.Errorf("%q: %v\n%s", s, err, cmp.Diff(s, back))
		}
		s.Next(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), time.UTC, program.Calendar{})
	})
}

func TestDates(t *testing.T) {
	for _, text := range []string{"", "2026-02-29", "2026-02-31", "2026-13-01", "26-01-01", "0000-01-01", "2026-1-1", "24.11.2026"} {
		if d, err := program.ParseDate(text); !errors.Is(err, program.ErrNoSuchDate) || !d.IsZero() {
			t.Errorf("%q: %v, %v", text, d, err)
		}
	}
	for _, c := range []struct{ got, want program.Date }{
		{date("2026-01-31").AddMonths(1), date("2026-02-28")},
		{date("2027-12-31").AddMonths(2), date("2028-02-29")},
		{date("2026-11-30").AddMonths(-9), date("2026-02-28")},
		{date("2026-03-28").Add(2), date("2026-03-30")},
		{date("2026-01-01").Add(-1), date("2025-12-31")},
	} {
		if c.got != c.want {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
	if n := date("2027-03-01").Sub(date("2026-03-01")); n != 365 {
		t.Error(n)
	}
}
