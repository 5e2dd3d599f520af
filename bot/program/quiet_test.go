package program_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/program"
)

func TestQuietHours(t *testing.T) {
	for _, c := range []struct{ name, hours, zone, at, want string }{
		{"in the evening", "21:00-08:00", "Europe/Berlin", "2026-11-24T21:00:00+01:00", "2026-11-25T08:00:00+01:00"},
		{"in the night", "21:00-08:00", "Europe/Berlin", "2026-11-25T03:00:00+01:00", "2026-11-25T08:00:00+01:00"},
		{"just before", "21:00-08:00", "Europe/Berlin", "2026-11-24T20:59:59+01:00", "2026-11-24T20:59:59+01:00"},
		{"just over", "21:00-08:00", "Europe/Berlin", "2026-11-24T08:00:00+01:00", "2026-11-24T08:00:00+01:00"},
		{"where the person is", "21:00-08:00", "America/New_York", "2026-11-25T03:00:00+01:00", "2026-11-25T08:00:00-05:00"},
		{"at noon", "12:00-13:30", "UTC", "2026-11-24T12:45:00Z", "2026-11-24T13:30:00Z"},
		{"none", "none", "UTC", "2026-11-24T03:00:00Z", "2026-11-24T03:00:00Z"},
		{"their end is skipped", "22:00-02:30", "Europe/Berlin", "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"},
		{"the last hour comes twice, the first time", "22:00-02:30", "Europe/Berlin", "2026-10-25T02:10:00+02:00", "2026-10-25T02:30:00+02:00"},
		{"the last hour comes twice, the second time", "22:00-02:30", "Europe/Berlin", "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00"},
	} {
		q, err := program.ParseQuietHours(c.hours)
		if err != nil {
			t.Fatal(err)
		}
		at, zone := instant(t, c.at), location(t, c.zone)
		if got := q.Wait(at, zone, program.Concern); !got.Equal(instant(t, c.want)) {
			t.Errorf("%s: %v", c.name, got)
		}
		for _, level := range []program.Level{program.Urgent, program.Danger} {
			if got := q.Wait(at, zone, level); !got.Equal(at) {
				t.Errorf("%s: %v waits until %v", c.name, level, got)
			}
		}
	}
	for _, text := range []string{"", "21-8", "21:00", "21:00-21:00", "24:00-08:00", "21:00–08:00", "21:00-08:00 "} {
		if q, err := program.ParseQuietHours(text); !errors.Is(err, program.ErrNoSuchHours) {
			t.Errorf("%q: %v, %v", text, q, err)
		}
	}
}

// Whoever waits for the end of the quiet hours waits a day at most, to a time
// that is not quiet, and the hours are read as they are written.
func TestQuietHoursEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(zones().Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		q := program.QuietHours{From: rapid.IntRange(0, 24*60-1).Draw(t, "from"), To: rapid.IntRange(0, 24*60-1).Draw(t, "to")}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 365*24*3600).Draw(t, "at")) * time.Second)
		free := q.Wait(at, zone, program.NoLevel)
		if q.Hold(free, zone) || free.Before(at) || free.Sub(at) > 49*time.Hour {
			t.Fatalf("%v at %v: %v", q, at.In(zone), free.In(zone))
		}
		if !q.Hold(at, zone) && !free.Equal(at) {
			t.Fatalf("%v at %v waits although it is not quiet", q, at)
		}
		text, err := json.Marshal(q)
		var back program.QuietHours
		if err2 := json.Unmarshal(text, &back); err != nil || err2 != nil || back != q && q.From != q.To {
			t.Fatalf("%s: %v, %v", text, back, err2)
		}
	})
}
