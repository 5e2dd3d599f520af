package bot

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/program"
)

// TestAskedWhereTheClockIsSet: a meeting in the hour that the clock leaves out
// begins at the first instant after it, one in the hour that comes twice the
// first time, and each local date is asked about once.
func TestAskedWhereTheClockIsSet(t *testing.T) {
	for _, tt := range []struct {
		zone, schedule, from, to string
		asked                    []string // in UTC
	}{
		{"Europe/Berlin", "weekly Sun 02:30 30m", "2027-03-20", "2027-04-05", []string{"2027-03-21 02:00", "2027-03-28 01:30", "2027-04-04 01:00"}},
		{"Europe/Berlin", "weekly Sun 02:30 30m", "2027-10-23", "2027-11-08", []string{"2027-10-24 01:00", "2027-10-31 01:00", "2027-11-07 02:00"}},
		{"America/New_York", "weekly Sun 01:30 60m", "2027-10-30", "2027-11-15", []string{"2027-10-31 06:30", "2027-11-07 06:30", "2027-11-14 07:30"}},
		{"America/Havana", "weekly Sun 00:00 60m", "2027-03-06", "2027-03-22", []string{"2027-03-07 06:00", "2027-03-14 06:00", "2027-03-21 05:00"}},
		{"Australia/Lord_Howe", "weekly Sun 02:10 30m", "2027-09-25", "2027-10-11", []string{"2027-09-25 16:10", "2027-10-02 16:00", "2027-10-09 15:40"}},
		{"Pacific/Apia", "weekly Fri 16:00 60m", "2011-12-22", "2012-01-07", []string{"2011-12-24 03:00", "2011-12-30 11:00", "2012-01-06 03:00"}}, // no 30th of December
	} {
		t.Run(tt.zone+tt.from, func(t *testing.T) {
			d := newDuo(t, filepath.Join(t.TempDir(), "steadfast.db"))
			d.QuietHours = &program.QuietHours{}
			d.set(tt.from + " 00:00")
			d.meets(tt.zone, tt.schedule)
			end, _ := time.Parse(time.DateOnly, tt.to)
			var asked []string
			for seen := 0; d.now.Before(end); seen = len(d.shown["telegram:mia"]) {
				d.passes(10 * time.Minute)
				for _, m := range d.shown["telegram:mia"][seen:] {
					if strings.HasPrefix(m.Text.Plain(), "How was") {
						asked = append(asked, d.now.Format("2006-01-02 15:04"))
					}
				}
			}
			if !slices.Equal(asked, tt.asked) {
				t.Errorf("asked at %v, want %v", asked, tt.asked)
			}
		})
	}
}

// set moves the clock to a time in UTC, whatever it says.
func (d *duo) set(at string) {
	d.t.Helper()
	to, err := time.Parse("2006-01-02 15:04", at)
	if err != nil {
		d.t.Fatal(err)
	}
	d.advance(to.Sub(d.now))
}

// meets brings in Mia, who lives in a zone and meets Jonas.
func (d *duo) meets(zone, schedule string) {
	d.t.Helper()
	d.person("Mia", program.Mentor, "telegram:mia")
	d.lives(zone)
	d.update(func(tx program.Tx) error {
		mentee := program.Mentee{Alias: "Jonas"}
		if err := tx.PutMentee(&mentee); err != nil {
			return err
		}
		m := program.Match{Mentor: d.people["Mia"], Mentee: mentee.ID, Since: d.now}
		var err error
		if m.Schedule, err = program.ParseSchedule(schedule); err != nil {
			return err
		}
		if err := tx.PutMatch(&m); err != nil {
			return err
		}
		return tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: d.now})
	})
}

// lives lets Mia live in a zone from now on, as an import does.
func (d *duo) lives(zone string) {
	d.t.Helper()
	d.update(func(tx program.Tx) error {
		mia, err := tx.Person(d.people["Mia"])
		if err != nil {
			return err
		}
		mia.Zone = zone
		if err := tx.PutPerson(&mia); err != nil {
			return err
		}
		return tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: 1, At: d.now})
	})
}

// TestTwoZonesInAWeek: a mentor who travels is asked once about each date,
// although the clock of the new place shows the hour of the meeting again, or has
// shown it already.
func TestTwoZonesInAWeek(t *testing.T) {
	for _, tt := range []struct{ from, to string }{
		{"Europe/Berlin", "America/New_York"}, {"America/New_York", "Europe/Berlin"}, {"Australia/Sydney", "America/New_York"},
		{"Europe/Berlin", "Mars/Olympus"}, // by a defect: the program's zone
	} {
		for hour := range 36 {
			d := newDuo(t, filepath.Join(t.TempDir(), "steadfast.db"))
			d.set("2026-12-07 00:00")
			d.meets(tt.from, "weekly Wed 16:00 60m")
			d.until("2026-12-08 23:00")
			d.passes(time.Duration(hour) * time.Hour)
			d.lives(tt.to)
			d.until("2026-12-13 00:00")
			asked := strings.Count(d.news("telegram:mia", 0), "How was your meeting")
			if asked != 1 {
				t.Errorf("%s to %s after %d hours: asked %d times: %q", tt.from, tt.to, hour, asked, d.news("telegram:mia", 0))
			}
		}
	}
}
