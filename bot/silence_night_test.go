package bot

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// newSilent returns a duo with Mia, who meets Jonas on Wednesdays at four, her
// coordinator Carla, who lives in New York, and Olga, the owner. It is a Monday,
// the 7th of December, at noon.
func newSilent(t *testing.T) *duo {
	t.Helper()
	d := newDuo(t, filepath.Join(t.TempDir(), "steadfast.db"))
	d.advance(time.Date(2026, 12, 7, 12, 0, 0, 0, time.UTC).Sub(d.now))
	d.person("Olga", program.Owner, "telegram:olga")
	d.person("Carla", program.Coordinator, "telegram:carla")
	d.person("Mia", program.Mentor, "telegram:mia")
	d.update(func(tx program.Tx) error {
		carla, err := tx.Person(d.people["Carla"])
		if err != nil {
			return err
		}
		carla.Zone = "America/New_York"
		if err := tx.PutPerson(&carla); err != nil {
			return err
		}
		mentee := program.Mentee{Alias: "Jonas"}
		if err := tx.PutMentee(&mentee); err != nil {
			return err
		}
		m := program.Match{Mentor: d.people["Mia"], Mentee: mentee.ID, Coordinator: carla.ID, Since: d.now}
		if m.Schedule, err = program.ParseSchedule("weekly Wed 16:00 60m"); err != nil {
			return err
		}
		if err := tx.PutMatch(&m); err != nil {
			return err
		}
		return tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: d.now})
	})
	if _, err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// until lets time pass to a time in UTC, hour by hour.
func (d *duo) until(at string) {
	d.t.Helper()
	end, err := time.Parse("2006-01-02 15:04", at)
	if err != nil {
		d.t.Fatal(err)
	}
	for step := time.Hour; d.now.Before(end); {
		d.passes(min(step, end.Sub(d.now)))
	}
}

// TestWeekInTheMorning: the program's Monday morning is the middle of the night
// in New York, and who lives there hears of the week when it is morning there.
func TestWeekInTheMorning(t *testing.T) {
	d := newSilent(t)
	weeks := func(place string) int { return strings.Count(d.news(place, 0), "A new week") }
	d.until("2026-12-14 12:59")
	if weeks("telegram:carla") != 0 {
		t.Errorf("at night: %q", d.news("telegram:carla", 0))
	}
	d.until("2026-12-14 14:00")
	d.until("2026-12-15 14:00")
	if weeks("telegram:carla") != 1 {
		t.Errorf("in the morning: %q", d.news("telegram:carla", 0))
	}
}

// TestWeekAfterARestart: the week is looked at also if no bot ran on Monday at
// nine.
func TestWeekAfterARestart(t *testing.T) {
	d := newSilent(t)
	d.until("2026-12-14 08:00")
	d.advance(3 * time.Hour)
	d.restart()
	d.until("2026-12-21 08:00")
	if n := strings.Count(d.news("telegram:carla", 0), "A new week"); n != 1 {
		t.Errorf("the week was looked at %d times", n)
	}
}

// TestLaterAfterSilence: who has no time now is asked again in some hours, also
// if an older meeting was never told of.
func TestLaterAfterSilence(t *testing.T) {
	d := newSilent(t)
	d.until("2026-12-16 17:00")
	if told := d.presses("telegram:mia", "Later"); !strings.Contains(told, "I ask once more") {
		t.Fatal(told)
	}
	before := len(d.shown["telegram:mia"])
	d.until("2026-12-16 20:30")
	if told := d.news("telegram:mia", before); strings.Count(told, "How was your meeting with Jonas") != 1 {
		t.Errorf("later: %q", told)
	}
	if told := d.says("telegram:carla", "/overdue"); !strings.Contains(told, "Wed 9 Dec") { // not the one that was only just asked about
		t.Errorf("overdue is %q", told)
	}
}

// TestHeardOfOtherThings: of who did not tell of two meetings, but was there, it
// is not said that nothing was heard.
func TestHeardOfOtherThings(t *testing.T) {
	for _, tt := range []struct{ does, want string }{
		{"", "heard nothing from Mia"}, {"/help", "no word about the meeting"}, {"I am busy with exams", "no word about the meeting"},
	} {
		d := newSilent(t)
		d.until("2026-12-12 12:00")
		if tt.does != "" {
			d.says("telegram:mia", tt.does)
		}
		d.until("2026-12-22 20:00")
		told := ""
		for _, m := range d.shown["telegram:carla"] {
			if text := m.Text.Plain(); strings.Contains(text, "In a row: 2") && !strings.Contains(text, "A new week") {
				told += text
			}
		}
		if !strings.Contains(told, tt.want) {
			t.Errorf("Mia does %q, and Carla reads %q", tt.does, told)
		}
	}
}

// TestSilentAtNight: what is not pressing makes no sound at night.
func TestSilentAtNight(t *testing.T) {
	d := newSilent(t)
	quiet := func() bool { all := d.shown["telegram:carla"]; return len(all) > 0 && all[len(all)-1].Quiet }
	pauses := func() {
		d.does("telegram:mia", chat.Pressed{Token: "1.pause.1"})
		for _, day := range []string{"tomorrow", "2027-01-10"} {
			d.says("telegram:mia", day)
		}
	}
	d.until("2026-12-08 08:00") // three in the morning in New York
	if pauses(); !quiet() {
		t.Error("that a mentor is away rings at night")
	}
	if d.reaches("telegram:mia", false); !quiet() || !strings.Contains(d.last("telegram:carla"), "I cannot write to Mia") {
		t.Errorf("%q rings at night", d.last("telegram:carla"))
	}
	d.until("2026-12-08 15:00")
	d.reaches("telegram:mia", true)
	if d.reaches("telegram:mia", false); quiet() {
		t.Error("it makes no sound by day")
	}
}
