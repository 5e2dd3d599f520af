package scheduler

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the table must not depend on the machine's zones

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func mustParse(t testing.TB, spec, name string) *Recurrence {
	t.Helper()
	r, err := Parse(spec, zone(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Each row gives a local date and time to begin after and the instants that
// follow, in local time with the offset.
func TestChangesOfClock(t *testing.T) {
	for _, c := range []struct {
		name, zone, spec, after string
		want                    []string
	}{
		{"no change", "Europe/Berlin", "0 16 * * 2", "2026-11-20T12:00:00+01:00",
			[]string{"2026-11-24T16:00:00+01:00", "2026-12-01T16:00:00+01:00"}},
		{"gap", "Europe/Berlin", "30 2 * * *", "2026-03-28T00:00:00+01:00",
			[]string{"2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"beginning of the gap", "Europe/Berlin", "0 2 * * *", "2026-03-28T12:00:00+01:00",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"}},
		{"end of the gap", "Europe/Berlin", "0 3 * * *", "2026-03-28T12:00:00+01:00",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T03:00:00+02:00"}},
		{"several in the gap fall together", "Europe/Berlin", "*/20 1-3 * * *", "2026-03-29T01:30:00+01:00",
			[]string{"2026-03-29T01:40:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:20:00+02:00"}},
		{"overlap", "Europe/Berlin", "30 2 * * *", "2026-10-24T12:00:00+02:00",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
		{"from within the second hour", "Europe/Berlin", "45 2 * * *", "2026-10-25T02:15:00+01:00",
			[]string{"2026-10-26T02:45:00+01:00"}},
		{"hourly through the overlap", "Europe/Berlin", "0 * * * *", "2026-10-25T01:00:00+02:00",
			[]string{"2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00"}},
		{"gap", "America/New_York", "30 2 * * *", "2027-03-13T12:00:00-05:00",
			[]string{"2027-03-14T03:00:00-04:00", "2027-03-15T02:30:00-04:00"}},
		{"overlap", "America/New_York", "30 1 * * *", "2026-10-31T12:00:00-04:00",
			[]string{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"}},
		{"end of the overlap", "America/New_York", "0 2 * * *", "2026-10-31T12:00:00-04:00",
			[]string{"2026-11-01T02:00:00-05:00", "2026-11-02T02:00:00-05:00"}},
		{"gap at midnight", "Africa/Cairo", "0 0 * * *", "2026-04-23T12:00:00+02:00",
			[]string{"2026-04-24T01:00:00+03:00", "2026-04-25T00:00:00+03:00"}},
		{"overlap at midnight", "Africa/Cairo", "30 23 * * *", "2026-10-29T12:00:00+03:00",
			[]string{"2026-10-29T23:30:00+03:00", "2026-10-30T23:30:00+02:00"}},
		{"gap at midnight", "Asia/Beirut", "30 0 * * *", "2026-03-28T12:00:00+02:00",
			[]string{"2026-03-29T01:00:00+03:00", "2026-03-30T00:30:00+03:00"}},
		{"overlap at midnight", "Asia/Beirut", "0 23 * * *", "2026-10-24T12:00:00+03:00",
			[]string{"2026-10-24T23:00:00+03:00", "2026-10-25T23:00:00+02:00"}},
		{"gap at midnight", "America/Havana", "0 0 * * *", "2026-03-07T12:00:00-05:00",
			[]string{"2026-03-08T01:00:00-04:00", "2026-03-09T00:00:00-04:00"}},
		{"overlap after midnight", "America/Havana", "30 0 * * *", "2026-10-31T12:00:00-04:00",
			[]string{"2026-11-01T00:30:00-04:00", "2026-11-02T00:30:00-05:00"}},
		{"weekly in the gap", "America/Santiago", "0 0 * * 0", "2026-08-30T12:00:00-04:00",
			[]string{"2026-09-06T01:00:00-03:00", "2026-09-13T00:00:00-03:00"}},
		{"yearly in the gap", "America/Santiago", "30 0 6 9 *", "2026-01-01T00:00:00-03:00",
			[]string{"2026-09-06T01:00:00-03:00", "2027-09-06T00:30:00-03:00"}},
		{"weekly in the overlap", "America/Santiago", "30 23 * * 6", "2026-04-04T12:00:00-03:00",
			[]string{"2026-04-04T23:30:00-03:00", "2026-04-11T23:30:00-04:00"}},
		{"a day that was left out", "Pacific/Apia", "0 12 * * *", "2011-12-29T00:00:00-10:00",
			[]string{"2011-12-29T12:00:00-10:00", "2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"}},
		{"half an hour", "Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00:00+10:30",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"}},
		{"eight years to the next", "UTC", "0 9 29 2 *", "2096-03-01T00:00:00Z",
			[]string{"2104-02-29T09:00:00Z"}},
	} {
		t.Run(c.zone+" "+c.name, func(t *testing.T) {
			r := mustParse(t, c.spec, c.zone)
			at, err := time.Parse(time.RFC3339, c.after)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				at = r.Next(at)
				if got := at.Format(time.RFC3339); got != want {
					t.Fatalf("got %s, want %s", got, want)
				}
			}
		})
	}
}

// However it is asked, Next goes forwards, and a daily expression comes due on
// each local date.
func TestNextIncreasesAndSkipsNoDate(t *testing.T) {
	zones := []string{"Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Beirut", "America/Havana",
		"America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).
			Add(time.Duration(rapid.IntRange(0, 2*365*24*60*60).Draw(t, "start")) * time.Second)
		minute, hour := rapid.IntRange(0, 59).Draw(t, "minute"), rapid.IntRange(0, 23).Draw(t, "hour")
		name := rapid.SampledFrom(zones).Draw(t, "zone")
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		spec := time.Date(0, 1, 1, hour, minute, 0, 0, time.UTC).Format("4 15") + " * * *"
		r, err := Parse(spec, z)
		if err != nil {
			t.Fatal(err)
		}
		at = r.Next(at)
		for range 60 {
			// Asking again from anywhere in between gives the same time.
			next := r.Next(at)
			part := time.Duration(rapid.Int64Range(0, int64(next.Sub(at))-1).Draw(t, "part"))
			if again := r.Next(at.Add(part)); !again.Equal(next) {
				t.Fatalf("%s in %s: %s after %s, %s after %s", spec, name, next, at, again, at.Add(part))
			}
			if !next.After(at) {
				t.Fatalf("%s in %s: %s is not after %s", spec, name, next, at)
			}
			y, m, d := at.Date()
			if want := time.Date(y, m, d+1, 12, 0, 0, 0, z).Format(time.DateOnly); next.Format(time.DateOnly) != want {
				t.Fatalf("%s in %s: after %s came %s", spec, name, at, next)
			}
			at = next
		}
	})
}

func TestWhatParseRefuses(t *testing.T) {
	for _, spec := range []string{"", "hello", "* * * *", "* * * * * *", "0 9 * * 7", "0 9 31 2 *", "0 9 30 2 *", ", * * * *",
		"TZ=UTC", "TZ=0", "CRON_TZ=", "CRON_TZ=Europe/Berlin 0 9 * * *", "@every 1ns", "@every 1h", "@never",
		"61 * * * *", "*/0 * * * *", "0 9 * * *" + strings.Repeat(" ", 10) + "x", strings.Repeat("0,", 300) + "0 * * * *"} {
		r, err := Parse(spec, time.UTC)
		if !errors.Is(err, ErrBadSpec) || r != nil {
			t.Errorf("%q: %v", spec, err)
		}
		if spec != "" && strings.Contains(err.Error(), spec) {
			t.Errorf("%q is repeated: %v", spec, err)
		}
	}
	for _, spec := range []string{"@daily", " 0 9 * * 1-5 ", "0 9 29 2 *", "0 9 13 * 5"} {
		if _, err := Parse(spec, time.UTC); err != nil {
			t.Errorf("%q: %v", spec, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("0 16 * * 2")
	f.Add("TZ=")
	f.Add("*/7,3-9/2 ? jan-mar,7 * sun")
	after := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, spec string) {
		r, err := Parse(spec, zone(t, "Europe/Berlin"))
		if err == nil && !r.Next(after).After(after) {
			t.Errorf("%q: next is %s", spec, r.Next(after))
		}
	})
}

func TestMissedFiringsCollapse(t *testing.T) {
	r := mustParse(t, "0 16 * * *", "UTC")
	planned := time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		down      time.Duration
		newest    int // days after planned
		collapsed int
		missed    bool
	}{
		{0, 0, 0, false},
		{6 * time.Hour, 0, 0, false},
		{6*time.Hour + 1, 0, 0, true},
		{23 * time.Hour, 0, 0, true},
		{24 * time.Hour, 1, 1, false},
		{77 * time.Hour, 3, 3, false},
		{80 * time.Hour, 3, 3, true},
		{-2 * time.Hour, 0, 0, false},
	} {
		now := planned.Add(c.down)
		newest, collapsed := r.Newest(planned, now)
		if want := planned.AddDate(0, 0, c.newest); !newest.Equal(want) || collapsed != c.collapsed {
			t.Errorf("down %s: %s and %d others", c.down, newest, collapsed)
		}
		if got := Missed(newest, now, 6*time.Hour); got != c.missed {
			t.Errorf("down %s: missed is %t", c.down, got)
		}
	}
	if newest, n := r.Newest(time.Time{}, planned); !newest.Equal(planned) || n != 365 {
		t.Errorf("since ever: %s and %d others", newest, n)
	}
}
