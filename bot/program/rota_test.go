package program

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRota(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	r := Rota{Members: []PersonID{1, 2, 3}, Start: at("2026-03-23 09:00"), Swaps: []Swap{
		{From: at("2026-04-01 12:00"), To: at("2026-04-02 12:00"), Person: 3},
		{From: at("2026-04-13 09:00"), To: at("2026-04-20 09:00")}, // a holiday: nobody
	}}
	for _, tt := range []struct {
		at       string
		person   PersonID
		from, to string
	}{
		{"2026-03-23 09:00", 1, "2026-03-23 09:00", "2026-03-30 09:00"},
		{"2026-03-30 08:59", 1, "2026-03-23 09:00", "2026-03-30 09:00"}, // the clock went forward on the 29th
		{"2026-03-30 09:00", 2, "2026-03-30 09:00", "2026-04-01 12:00"},
		{"2026-04-01 18:00", 3, "2026-04-01 12:00", "2026-04-02 12:00"},
		{"2026-04-03 18:00", 2, "2026-04-02 12:00", "2026-04-06 09:00"},
		{"2026-04-06 18:00", 3, "2026-04-06 09:00", "2026-04-13 09:00"},
		{"2026-04-14 18:00", 0, "2026-04-13 09:00", "2026-04-20 09:00"},
		{"2026-04-20 18:00", 2, "2026-04-20 09:00", "2026-04-27 09:00"},
		{"2026-10-25 18:00", 1, "2026-10-19 09:00", "2026-10-26 09:00"}, // and back
		{"2026-03-16 18:00", 3, "2026-03-16 09:00", "2026-03-23 09:00"}, // before it began
	} {
		got := r.On(at(tt.at), zone)
		if got.Person != tt.person || !got.From.Equal(at(tt.from)) || !got.To.Equal(at(tt.to)) {
			t.Errorf("at %s: %d from %v to %v", tt.at, got.Person, got.From, got.To)
		}
	}
}

// TestNextHandover begins at every hour of two years, with the clock set in four
// nights: the next hand-over is to come, within the week, on a Monday at nine.
func TestNextHandover(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	end := time.Date(2028, 1, 1, 0, 0, 0, 0, zone)
	for at := time.Date(2026, 1, 1, 0, 0, 0, 0, zone); at.Before(end); at = at.Add(time.Hour) {
		next := NextHandover(at, zone)
		if !next.After(at) || next.Sub(at) > 169*time.Hour || next.Weekday() != time.Monday || next.Hour() != handoverHour {
			t.Fatalf("after %v comes %v", at, next)
		}
	}
}

// TestShiftsLeaveNoHole takes any rota with any swaps: the shifts of a time follow
// one another without a hole, and whoever a shift names is on duty in it.
func TestShiftsLeaveNoHole(t *testing.T) {
	zone, err := time.LoadLocation("America/Santiago") // its clocks change at midnight
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2026, 3, 1, 0, 0, 0, 0, zone)
		hour := func(name string) time.Time {
			return start.Add(time.Duration(rapid.IntRange(0, 24*90).Draw(t, name)) * time.Hour)
		}
		r := Rota{Start: hour("start")}
		for i := range rapid.IntRange(1, 4).Draw(t, "members") {
			r.Members = append(r.Members, PersonID(i+1))
		}
		for range rapid.IntRange(0, 4).Draw(t, "swaps") {
			from := hour("from")
			r.Swaps = append(r.Swaps, Swap{From: from, To: from.Add(time.Duration(rapid.IntRange(1, 400).Draw(t, "hours")) * time.Hour), Person: PersonID(rapid.IntRange(0, 4).Draw(t, "who"))})
		}
		from := hour("begin")
		to := from.Add(30 * 24 * time.Hour)
		at := from
		for _, s := range r.Shifts(from, to, zone) {
			if s.From.After(at) || !s.To.After(at) {
				t.Fatalf("a hole at %v: the next shift is from %v to %v", at, s.From, s.To)
			}
			for probe := at; probe.Before(s.To); probe = probe.Add(7 * time.Hour) {
				if on := r.On(probe, zone); on.Person != s.Person {
					t.Fatalf("at %v %d is on duty, the shift says %d", probe, on.Person, s.Person)
				}
			}
			at = s.To
		}
		if at.Before(to) {
			t.Fatalf("the shifts end at %v", at)
		}
	})
}
