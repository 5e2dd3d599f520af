package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot/program"
)

// Whoever chooses nothing has the reminders and the contacts of the domain; each
// number can be chosen.
func TestAttention(t *testing.T) {
	if diff := cmp.Diff(program.DefaultReminders(), Default().reminders()); diff != "" {
		t.Errorf("the default reminders (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(program.DefaultContactClock(), *Default().contacts()); diff != "" {
		t.Errorf("the default contacts (-want +got):\n%s", diff)
	}
	c, err := LoadConfig(write(t, t.TempDir(), "c.toml", goodConfig+"[reminders]\nbefore_meeting = \"morning\"\nevening = \"17:15\"\nmorning = \"07:45\"\nper_day = 5\n"+
		"[contacts]\nfirst_days = 7\nfirst_month = 3\nfirst_year_months = 2\nlater_months = 6\ndeep_first_months = 3\ndeep_later_months = 12\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := program.Reminders{When: program.RemindMorning, Evening: 17*60 + 15, Morning: 7*60 + 45, Fresh: 4 * time.Hour, PerDay: 5}
	if diff := cmp.Diff(want, c.reminders()); diff != "" {
		t.Errorf("chosen reminders (-want +got):\n%s", diff)
	}
	clock := program.ContactClock{
		First: 7,
		Quick: []program.Rhythm{{Until: 1, Months: 1, Count: 3}, {Until: 12, Months: 2, Count: 1}, {Months: 6, Count: 1}},
		Deep:  []program.Rhythm{{Until: 3, Months: 3, Count: 1}, {Months: 12, Count: 1}},
	}
	if diff := cmp.Diff(clock, *c.contacts()); diff != "" {
		t.Errorf("chosen contacts (-want +got):\n%s", diff)
	}
}

// A step that is switched off does not move the others.
func TestContactsOff(t *testing.T) {
	off := Default()
	off.Contacts.Enabled = false
	if !off.contacts().Off() {
		t.Error("contacts are not off")
	}
	since, _ := program.ParseDate("2026-01-15")
	year, _ := program.ParseDate("2027-04-01")
	few := Default()
	few.Contacts = ContactsConfig{Enabled: true, LaterMonths: 3}
	if owed := few.contacts().Owed(since, since, nil, since.AddMonths(11), 31); len(owed) > 0 {
		t.Errorf("in the first year are owed %v", owed)
	}
	owed := few.contacts().Owed(since, since, nil, year, 31)
	if len(owed) != 1 || owed[0].Due.String() != "2027-04-14" {
		t.Errorf("later are owed %v", owed)
	}
}

func TestAttentionFaults(t *testing.T) {
	_, err := LoadConfig(write(t, t.TempDir(), "c.toml", goodConfig+"[reminders]\nbefore_meeting = \"soon\"\nevening = \"6pm\"\nmorning = \"8:30\"\nper_day = -1\n"+
		"[contacts]\nfirst_days = 91\nlater_months = -3\n"), nil)
	for _, want := range []string{
		`[reminders] before_meeting: "soon"`, `[reminders] evening: "6pm"`, `[reminders] morning: "8:30"`, "[reminders] per_day: -1",
		"[contacts] first_days: 91", "[contacts] later_months: -3",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in\n%v", want, err)
		}
	}
}
