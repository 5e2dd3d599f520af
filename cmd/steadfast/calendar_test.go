package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot/program"
)

// Whoever chooses nothing has no days off, and the quiet hours and the protocol
// of the domain; everything can be chosen.
func TestCalendarAndSilence(t *testing.T) {
	if diff := cmp.Diff(program.DefaultProtocol(), Default().protocol()); diff != "" {
		t.Errorf("the default protocol (-want +got):\n%s", diff)
	}
	if got := *Default().quietHours(); got != program.DefaultQuietHours() {
		t.Errorf("the default quiet hours: %v", got)
	}
	c, err := LoadConfig(write(t, t.TempDir(), "c.toml", goodConfig+"[calendar]\nterms = [\"2026-09-01 to 2026-12-20\"]\n"+
		"holidays = [\"2026-10-12 to 2026-10-16  Autumn break\", \"2026-11-01\"]\nexams = [\"2026-12-01 to 2026-12-04 Exams\"]\nquiet_hours = \"none\"\n"+
		"[silence]\naway = 3\nserious_days = 14\n[silence.monthly]\nask_days = 1\nnudge_days = 2\nlist_days = 3\nmissed_days = 4\nalert = 5\nsupervisor = 6\nwarning = 7\nclosure = 8\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	day := func(text string) program.Date {
		d, err := program.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	calendar := program.Calendar{
		Terms: []program.Period{{Kind: program.Term, From: day("2026-09-01"), To: day("2026-12-20")}},
		Breaks: []program.Period{
			{Kind: program.Holiday, Name: "Autumn break", From: day("2026-10-12"), To: day("2026-10-16")},
			{Kind: program.Holiday, From: day("2026-11-01"), To: day("2026-11-01")},
			{Kind: program.Exams, Name: "Exams", From: day("2026-12-01"), To: day("2026-12-04")},
		},
	}
	if diff := cmp.Diff(calendar, c.calendar()); diff != "" {
		t.Errorf("the calendar (-want +got):\n%s", diff)
	}
	protocol := program.DefaultProtocol()
	protocol.Away, protocol.Serious = 3, 14
	protocol.Paces[program.Monthly] = program.Pace{Ask: 1, Nudge: 2, List: 3, Missed: 4, Alert: 5, Supervisor: 6, Warning: 7, Closure: 8}
	if diff := cmp.Diff(protocol, c.protocol()); diff != "" {
		t.Errorf("the protocol (-want +got):\n%s", diff)
	}
	if *c.quietHours() != (program.QuietHours{}) {
		t.Errorf("quiet hours: %v", c.quietHours())
	}
}

// Every fault of the calendar and the protocol is named by its key, with what to
// write.
func TestCalendarFaults(t *testing.T) {
	_, err := LoadConfig(write(t, t.TempDir(), "c.toml", goodConfig+"[calendar]\nterms = [\"soon\"]\n"+
		"holidays = [\"2026-02-31\", \"2026-05-02 to 2026-05-01 Short\", \"2026-05-02 to June\"]\nquiet_hours = \"late\"\n"+
		"[silence]\nserious_days = 0\n[silence.weekly]\nalert = 0\nmissed_days = 0\n"), nil)
	for _, want := range []string{
		`[calendar] terms, number 1: there is no date "soon"`, `[calendar] holidays, number 1: there is no date "2026-02-31"`,
		"[calendar] holidays, number 2: it ends on 2026-05-01, before it begins", `[calendar] holidays, number 3: there is no date "June" after "to"`,
		"[calendar] quiet_hours: not understood", "[silence] serious_days: 0 is out of reach", "[silence.weekly] alert: 0", "[silence.weekly] missed_days: 0",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in\n%v", want, err)
		}
	}
}
