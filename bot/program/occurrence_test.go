package program_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/program"
	"steadfast/scheduler"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func schedule(t testing.TB, text string) program.Schedule {
	t.Helper()
	s, err := program.ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Each row gives a time to begin after, and the beginnings of the meetings that
// follow; "-" is no more.
func TestNextMeeting(t *testing.T) {
	for _, c := range []struct{ name, zone, schedule, after, want string }{
		{"weekly", "Europe/Berlin", "weekly Tue 16:00 60m", "2026-11-20T12:00:00+01:00", "2026-11-24T16:00:00+01:00 2026-12-01T16:00:00+01:00"},
		{"not the one that begins now", "UTC", "weekly Tue 16:00 60m", "2026-11-24T16:00:00Z", "2026-12-01T16:00:00Z"},
		{"later today", "UTC", "weekly Tue 16:00 60m", "2026-11-24T15:59:59Z", "2026-11-24T16:00:00Z"},
		{"the clock goes forward over it", "Europe/Berlin", "weekly Sun 02:30 60m", "2026-03-22T12:00:00+01:00", "2026-03-29T03:00:00+02:00 2026-04-05T02:30:00+02:00"},
		{"the hour comes twice", "Europe/Berlin", "weekly Sun 02:30 60m", "2026-10-18T12:00:00+02:00", "2026-10-25T02:30:00+02:00 2026-11-01T02:30:00+01:00"},
		{"asked in the second of these hours", "Europe/Berlin", "weekly Sun 02:45 60m", "2026-10-25T02:15:00+01:00", "2026-11-01T02:45:00+01:00"},
		{"a gap at midnight", "America/Santiago", "weekly Sun 00:00 60m", "2026-08-30T12:00:00-04:00", "2026-09-06T01:00:00-03:00 2026-09-13T00:00:00-03:00"},
		{"a day left out", "Pacific/Apia", "weekly Fri 12:00 60m", "2011-12-29T20:00:00-10:00", "2011-12-31T00:00:00+14:00 2012-01-06T12:00:00+14:00"},
		{"every two weeks", "Europe/Berlin", "every 2 weeks Tue 16:00 60m from 2026-10-12", "2026-10-01T00:00:00+02:00", "2026-10-13T16:00:00+02:00 2026-10-27T16:00:00+01:00 2026-11-10T16:00:00+01:00"},
		{"every two weeks, from within", "Europe/Berlin", "every 2 weeks Tue 16:00 60m from 2026-10-13", "2026-10-20T00:00:00+02:00", "2026-10-27T16:00:00+01:00"},
		{"second of the month", "Europe/Kyiv", "monthly 2nd Tue 16:00 60m", "2026-11-10T17:00:00+02:00", "2026-12-08T16:00:00+02:00 2027-01-12T16:00:00+02:00"},
		{"last of the month", "UTC", "monthly last Fri 09:00 30m", "2026-01-30T10:00:00Z", "2026-02-27T09:00:00Z 2026-03-27T09:00:00Z 2026-04-24T09:00:00Z 2026-05-29T09:00:00Z"},
		{"over the new year", "UTC", "monthly 1st Fri 09:00 30m", "2026-12-04T10:00:00Z", "2027-01-01T09:00:00Z"},
		{"single dates", "America/New_York", "on 2026-11-24 2026-12-08 16:00 60m", "2026-11-01T00:00:00-04:00", "2026-11-24T16:00:00-05:00 2026-12-08T16:00:00-05:00 -"},
		{"it begins", "UTC", "weekly Tue 16:00 60m from 2027-01-06", "2026-11-01T00:00:00Z", "2027-01-12T16:00:00Z"},
		{"it ends", "UTC", "weekly Tue 16:00 60m until 2026-11-24", "2026-11-20T00:00:00Z", "2026-11-24T16:00:00Z -"},
		{"the dates are past", "UTC", "on 2026-11-24 16:00 60m", "2026-11-25T00:00:00Z", "-"},
		{"no date is left between", "UTC", "on 2026-11-24 16:00 60m until 2026-11-23", "2026-01-01T00:00:00Z", "-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			zone, s, at := location(t, c.zone), schedule(t, c.schedule), instant(t, c.after)
			for want := range strings.FieldsSeq(c.want) {
				o, ok := s.Next(at, zone, program.Calendar{})
				if got := o.Start.Format(time.RFC3339); ok != (want != "-") || ok && got != want {
					t.Fatalf("got %s, %t; want %s", got, ok, want)
				}
				at = o.Start
			}
		})
	}
	if _, ok := (program.Schedule{}).Next(instant(t, "2026-11-24T16:00:00Z"), time.UTC, program.Calendar{}); ok {
		t.Error("no schedule has a meeting")
	}
	for _, s := range []program.Schedule{
		{Every: program.Monthly, Nth: 6, Length: 1}, {Every: program.Monthly, Length: 1}, {Every: 9, Length: 1},
		{Weekday: 9, Length: 1}, {Every: program.Fortnightly, Length: 1}, {Every: program.OnDates, Dates: "31 February", Length: 1},
	} {
		if o, ok := s.Next(instant(t, "2026-11-24T16:00:00Z"), time.UTC, program.Calendar{}); ok {
			t.Errorf("%+v has a meeting: %+v", s, o)
		}
	}
}

// year is a program's year with what may come between.
func year() program.Calendar {
	changes := map[program.Date]program.Change{
		date("2026-11-10"): {Cancelled: true, Reason: "fair"},
		date("2026-11-17"): {To: time.Date(2026, 11, 19, 14, 0, 0, 0, time.UTC), Place: "zoo", Reason: "dentist", Count: 2},
		date("2026-11-24"): {To: time.Date(2026, 12, 27, 14, 0, 0, 0, time.UTC)}, // into the holidays
		date("2026-12-29"): {To: time.Date(2026, 12, 20, 14, 0, 0, 0, time.UTC)}, // out of the holidays
		date("2026-11-18"): {To: time.Date(2026, 11, 18, 14, 0, 0, 0, time.UTC)}, // of no meeting
	}
	return program.Calendar{
		Terms: []program.Period{{Kind: program.Term, Name: "autumn", From: date("2026-09-01"), To: date("2027-01-29")}, {Kind: program.Term, From: date("2027-02-15"), To: date("2027-07-01")}},
		Breaks: []program.Period{
			{Kind: program.Holiday, Name: "Christmas", From: date("2026-12-24"), To: date("2027-01-03")},
			{Kind: program.Exams, From: date("2027-01-04"), To: date("2027-01-08")},
			{Kind: program.Exams, Name: "reversed", From: date("2026-12-20"), To: date("2026-10-01")},
		},
	}.With(changes, program.Period{Kind: program.MentorPause, From: date("2027-02-10"), To: date("2027-02-20")}, program.Period{Kind: program.MatchPause, From: date("2027-03-01")})
}

func TestMeetingsOfACalendar(t *testing.T) {
	s := schedule(t, "weekly Tue 16:00 60m at park")
	var got []string
	from, to := instant(t, "2026-11-03T00:00:00Z"), instant(t, "2027-03-10T00:00:00Z")
	for o := range s.Between(from, to, time.UTC, year()) {
		got = append(got, strings.TrimSpace(fmt.Sprint(o.Key, " ", o.Start.Format("Jan02 15h"), " ", o.Place, " ", o.Off.Key, " ", o.Off.Name)))
	}
	want := []string{
		"2026-11-03 Nov03 16h park",
		"2026-11-10 Nov10 16h park cancelled fair",
		"2026-11-17 Nov19 14h zoo",
		"2026-12-01 Dec01 16h park",
		"2026-12-08 Dec08 16h park",
		"2026-12-15 Dec15 16h park",
		"2026-12-29 Dec20 14h park",
		"2026-12-22 Dec22 16h park",
		"2026-11-24 Dec27 14h park holiday Christmas",
		"2027-01-05 Jan05 16h park exams",
		"2027-01-12 Jan12 16h park",
		"2027-01-19 Jan19 16h park",
		"2027-01-26 Jan26 16h park",
		"2027-02-02 Feb02 16h park term",
		"2027-02-09 Feb09 16h park term",
		"2027-02-16 Feb16 16h park mentor pause",
		"2027-02-23 Feb23 16h park",
		"2027-03-02 Mar02 16h park match pause",
		"2027-03-09 Mar09 16h park match pause",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if o, ok := s.Next(instant(t, "2027-02-23T16:00:00Z"), time.UTC, year()); ok {
		t.Errorf("a pause without an end has %+v", o)
	}
	if why := year().Off(date("2027-08-01")); why.Key != program.WhyMatch {
		t.Errorf("%+v", why)
	}
	last := program.Calendar{Terms: year().Terms}
	if o, ok := s.Next(instant(t, "2027-07-01T16:00:00Z"), time.UTC, last); ok {
		t.Errorf("after the last term there is %+v", o)
	}
}

// The meeting of a day that a zone leaves out is at the beginning of the next, and
// found from there.
func TestDayLeftOut(t *testing.T) {
	s := schedule(t, "weekly Fri 12:00 60m")
	for o := range s.Between(instant(t, "2011-12-31T00:00:00+14:00"), instant(t, "2012-01-05T00:00:00+14:00"), location(t, "Pacific/Apia"), program.Calendar{}) {
		if o.Key == date("2011-12-30") {
			return
		}
	}
	t.Error("there is no meeting")
}

// calendars draws calendars of two years from 2026 on, of a schedule in a zone.
func calendars(zone *time.Location) *rapid.Generator[program.Calendar] {
	return rapid.Custom(func(t *rapid.T) program.Calendar {
		day := func(name string) program.Date {
			return date("2026-01-01").Add(rapid.IntRange(0, 800).Draw(t, name))
		}
		period := func(kind program.PeriodKind, longest int) program.Period {
			p := program.Period{Kind: kind, From: day("from")}
			p.To = p.From.Add(rapid.IntRange(-1, longest).Draw(t, "days"))
			return p
		}
		var c program.Calendar
		for range rapid.IntRange(0, 2).Draw(t, "terms") {
			c.Terms = append(c.Terms, period(program.Term, 300))
		}
		for range rapid.IntRange(0, 4).Draw(t, "breaks") {
			c.Breaks = append(c.Breaks, period(program.Holiday, 40))
		}
		if rapid.IntRange(0, 5).Draw(t, "open") == 0 {
			c.Breaks = append(c.Breaks, program.Period{Kind: program.MatchPause, From: day("pause")})
		}
		c.Changes = map[program.Date]program.Change{}
		for range rapid.IntRange(0, 30).Draw(t, "changes") {
			key := day("key")
			c.Changes[key] = program.Change{To: key.Add(rapid.IntRange(-9, 30).Draw(t, "by")).At(rapid.IntRange(0, 23).Draw(t, "at"), 0, zone), Cancelled: rapid.Bool().Draw(t, "cancelled"), Count: 1}
		}
		return c
	})
}

func zones() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Beirut", "America/Havana",
		"America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "UTC"})
}

// However it is asked, Next gives the meetings of Between that are due, in order,
// each local date once and none on a day off.
func TestNextAndBetweenAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := zones().Draw(t, "zone")
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		s, c := schedules().Draw(t, "schedule"), calendars(zone).Draw(t, "calendar")
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 9000).Draw(t, "hour")) * time.Hour)
		to := from.Add(200 * 24 * time.Hour)
		keys, at, last := map[program.Date]bool{}, from.Add(-1), from
		for o := range s.Between(from, to, zone, c) {
			if keys[o.Key] || o.Start.Before(last) || !o.Start.Before(to) {
				t.Fatalf("%v at %v comes after %v", o.Key, o.Start, last)
			}
			keys[o.Key], last = true, o.Start
			if !o.Due() {
				continue
			}
			if why := c.Off(program.DateOf(o.Start, zone)); !why.IsZero() && !o.Moved && program.DateOf(o.Start, zone) == o.Key {
				t.Fatalf("%v is due on a day off: %+v", o.Key, why)
			}
			next, ok := s.Next(at, zone, c)
			if !ok || !next.Start.Equal(o.Start) {
				t.Fatalf("after %v Next has %v, %t; Between has %v", at, next.Start, ok, o.Start)
			}
			at = o.Start
		}
		if next, ok := s.Next(at, zone, c); ok && next.Start.Before(to) && next.Start.After(at) {
			t.Fatalf("Between has not %v", next)
		}
	})
}

// The weekly meetings are those of the scheduler, which has its own arithmetic.
func TestWeeklyAgreesWithTheScheduler(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := zones().Draw(t, "zone")
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		s := program.Schedule{Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday")), Hour: rapid.IntRange(0, 23).Draw(t, "hour"), Minute: rapid.IntRange(0, 59).Draw(t, "minute"), Length: time.Hour}
		r, err := scheduler.Parse(s.Cron(), zone)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 2*365*24*60).Draw(t, "minutes")) * time.Minute)
		for range 60 {
			o, ok := s.Next(at, zone, program.Calendar{})
			if want := r.Next(at); !ok || !o.Start.Equal(want) {
				t.Fatalf("%s in %s after %v: %v, want %v", s, name, at, o.Start, want)
			}
			at = o.Start
		}
	})
}

func TestCatchUp(t *testing.T) {
	s := schedule(t, "weekly Tue 16:00 60m")
	holidays := program.Calendar{Breaks: []program.Period{{Kind: program.Holiday, Name: "summer", From: date("2026-07-06"), To: date("2026-08-16")}}}
	for _, c := range []struct {
		name, since, now string
		calendar         program.Calendar
		after, newest    string
		others           int
		next             string
		ok               bool
	}{
		{"nothing", "2026-11-25T09:00:00Z", "2026-11-30T09:00:00Z", program.Calendar{}, "", "", 0, "2026-12-01", false},
		{"one meeting", "2026-11-24T09:00:00Z", "2026-11-24T17:00:00Z", program.Calendar{}, "", "2026-11-24", 0, "2026-12-01", true},
		{"not over yet", "2026-11-24T09:00:00Z", "2026-11-24T16:59:00Z", program.Calendar{}, "", "", 0, "2026-12-01", false},
		{"said already", "2026-11-24T17:00:00Z", "2026-11-24T18:00:00Z", program.Calendar{}, "", "", 0, "2026-12-01", false},
		{"five weeks of outage", "2026-11-24T09:00:00Z", "2026-12-25T09:00:00Z", program.Calendar{}, "", "2026-12-22", 4, "2026-12-29", true},
		{"in the holidays", "2026-07-01T09:00:00Z", "2026-08-16T09:00:00Z", holidays, "", "", 0, "", false},
		{"after the holidays", "2026-07-01T09:00:00Z", "2026-08-17T09:00:00Z", holidays, "holiday", "", 0, "2026-08-18", true},
		{"both", "2026-06-29T09:00:00Z", "2026-08-19T09:00:00Z", holidays, "holiday", "2026-08-18", 1, "2026-08-25", true},
		{"the clock was set back", "2026-11-30T09:00:00Z", "2026-11-24T18:00:00Z", program.Calendar{}, "", "", 0, "", false},
	} {
		up, ok := s.CatchUp(instant(t, c.since), instant(t, c.now), time.UTC, c.calendar)
		if ok != c.ok || string(up.After.Key) != c.after || up.Newest.Key.String() != c.newest || up.Others != c.others || up.Next.Key.String() != c.next {
			t.Errorf("%s: %t, %+v", c.name, ok, up)
		}
	}
}
