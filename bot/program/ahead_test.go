package program_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/program"
)

// The meeting is on a Tuesday at 16:30 in Berlin.
func TestRemindersAt(t *testing.T) {
	berlin := location(t, "Europe/Berlin")
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", text, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	off := func(from, to string) program.Calendar {
		return program.Calendar{Breaks: []program.Period{{Kind: program.Holiday, From: date(from), To: date(to)}}}
	}
	tuesday := program.Schedule{Every: program.Weekly, Weekday: time.Tuesday, Hour: 16, Minute: 30, Length: time.Hour}
	for _, c := range []struct {
		name      string
		hour      int // of the meeting; 0: 16:30
		want      program.RemindTime
		planned   string
		now       string
		calendar  program.Calendar
		quiet     string
		rest      string
		cancelled bool
		reminded  string // empty: not at all
		byDefault program.RemindTime
	}{
		{name: "the evening before", reminded: "2026-11-30 18:00"},
		{name: "as the program", byDefault: program.RemindMorning, reminded: "2026-12-01 08:30"},
		{name: "as chosen", byDefault: program.RemindMorning, want: program.RemindDayBefore, reminded: "2026-11-30 18:00"},
		{name: "the same morning", want: program.RemindMorning, reminded: "2026-12-01 08:30"},
		{name: "an early meeting, in the morning too late", hour: 9, want: program.RemindMorning, reminded: "2026-11-30 18:00"},
		{name: "never", want: program.RemindNever},
		{name: "the program never", byDefault: program.RemindNever},
		{name: "the program never, chosen all the same", byDefault: program.RemindNever, want: program.RemindDayBefore, reminded: "2026-11-30 18:00"},
		{name: "cancelled", cancelled: true},
		{name: "planned long before", planned: "2026-11-30 13:59", reminded: "2026-11-30 18:00"},
		{name: "planned just before", planned: "2026-11-30 14:01"},
		{name: "planned after the hour", planned: "2026-11-30 20:00"},
		{name: "late, the same evening", now: "2026-11-30 20:00", reminded: "2026-11-30 20:00"},
		{name: "late, at night", now: "2026-11-30 22:00", reminded: "2026-12-01 08:00"},
		{name: "after an outage, before it begins", now: "2026-12-01 16:29", reminded: "2026-12-01 16:29"},
		{name: "after an outage, when it has begun", now: "2026-12-01 16:30"},
		{name: "quiet evenings", quiet: "17:00-09:00", reminded: "2026-12-01 09:00"},
		{name: "quiet until the meeting", quiet: "17:00-16:40"},
		{name: "the day before is off", calendar: off("2026-11-28", "2026-11-30"), reminded: "2026-12-01 08:30"},
		{name: "and the meeting is early", hour: 8, calendar: off("2026-11-28", "2026-11-30")},
		{name: "the day itself is off", calendar: off("2026-12-01", "2026-12-01")},
		{name: "a pause without an end", calendar: program.Calendar{Breaks: []program.Period{{Kind: program.MentorPause, From: date("2026-11-20")}}}},
		{name: "enough was said that day", rest: "2026-12-01 00:00", reminded: "2026-12-01 08:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tuesday
			if c.hour > 0 {
				s.Hour, s.Minute = c.hour, 0
			}
			if c.cancelled {
				c.calendar = c.calendar.With(map[program.Date]program.Change{date("2026-12-01"): {Cancelled: true}})
			}
			r, ear := program.DefaultReminders(), program.Ear{Quiet: program.DefaultQuietHours(), Zone: berlin}
			if c.byDefault != "" {
				r.When = c.byDefault
			}
			if c.quiet != "" {
				ear.Quiet, _ = program.ParseQuietHours(c.quiet)
			}
			planned, now := at("2026-11-01 10:00"), at("2026-11-28 10:00")
			if c.planned != "" {
				planned = at(c.planned)
			}
			if c.now != "" {
				now = at(c.now)
			}
			if c.rest != "" {
				ear.Rest = at(c.rest)
			}
			var o program.Occurrence
			for o = range s.Between(at("2026-12-01 00:00"), at("2026-12-02 00:00"), berlin, c.calendar) {
			}
			got, ok := r.At(o, c.want, planned, now, c.calendar, ear)
			if text := got.In(berlin).Format("2006-01-02 15:04"); ok != (c.reminded != "") || ok && text != c.reminded {
				t.Errorf("got %s, %v, want %q", text, ok, c.reminded)
			}
		})
	}
}

// Whatever is chosen, nobody is reminded in quiet hours, on a day off, of what
// has begun, or before now; and whoever looks again at that time gets it then.
func TestRemindersAreKind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := time.FixedZone("x", 3600*rapid.IntRange(-11, 12).Draw(t, "zone"))
		minute := rapid.IntRange(0, 24*60-1)
		r := program.Reminders{When: program.RemindDayBefore, Evening: minute.Draw(t, "evening"), Morning: minute.Draw(t, "morning"), Fresh: time.Hour}
		ear := program.Ear{Quiet: program.QuietHours{minute.Draw(t, "from"), minute.Draw(t, "to")}, Zone: zone}
		now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "now")) * time.Minute)
		first := program.DateOf(now, zone).Add(rapid.IntRange(-3, 3).Draw(t, "break"))
		c := program.Calendar{Breaks: []program.Period{{Kind: program.Holiday, From: first, To: first.Add(rapid.IntRange(-1, 3).Draw(t, "days"))}}}
		s := program.Schedule{Every: program.Weekly, Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "day")), Hour: rapid.IntRange(0, 23).Draw(t, "hour"), Length: time.Hour}
		o, found := s.Next(now, zone, c)
		if !found {
			t.Skip()
		}
		want := rapid.SampledFrom([]program.RemindTime{program.RemindAsProgram, program.RemindDayBefore, program.RemindMorning}).Draw(t, "want")
		at, ok := r.At(o, want, now.AddDate(0, -1, 0), now, c, ear)
		if !ok {
			return
		}
		if ear.Quiet.Hold(at, zone) || !c.Off(program.DateOf(at, zone)).IsZero() || !at.Before(o.Start) || at.Before(now) {
			t.Fatalf("%v: reminded at %v", o.Start, at)
		}
		if again, ok := r.At(o, want, now.AddDate(0, -1, 0), at, c, ear); !ok || !again.Equal(at) {
			t.Fatalf("at %v it is %v, %v", at, again, ok)
		}
	})
}
