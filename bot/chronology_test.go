package bot

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

func (d *duo) chronology(no program.CaseNo) Chronology {
	d.t.Helper()
	c, err := d.Chronology(d.t.Context(), no, "en")
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// toldOf is a duo in which Mia has raised case 1 and corrected herself, and Sam
// has taken it and told what he did.
func toldOf(t *testing.T) *duo {
	t.Helper()
	d := riverside(t)
	d.says("telegram:mia", "/checkin")
	for _, label := range []string{"We met", "🙁", "Yes", "Bullying", "Done", "Keep an eye", "Not yet"} {
		d.presses("telegram:mia", label)
	}
	d.says("telegram:mia", "They took his lunch.")
	d.passes(time.Minute)
	d.presses("telegram:sam", "Acknowledge")
	d.passes(time.Minute)
	d.presses("telegram:mia", "Correct")
	d.presses("telegram:mia", "The note")
	d.says("telegram:mia", "They took his lunch and his shoes.")
	d.passes(time.Minute)
	d.did("Spoke with the school.")
	return d
}

// did makes Sam open case 1 and record what he did.
func (d *duo) did(what string) {
	d.t.Helper()
	d.says("telegram:sam", "/case 1")
	d.presses("telegram:sam", "I did something")
	d.says("telegram:sam", what)
}

func chronologyText(c Chronology) string {
	var b strings.Builder
	for _, e := range c.Entries {
		b.WriteString(e.At + " | " + e.Who + " | " + strings.ReplaceAll(e.What.Plain(), "\n", " / ") + "\n")
	}
	return b.String()
}

// Every version of what was told is there, in full and in order, with who and
// when; and the reading is on record.
func TestChronology(t *testing.T) {
	d := toldOf(t)
	c := d.chronology(1)
	want := `2026-11-20 12:00:00 +00:00 | Mia Berg (mentor) | Check-in, version 1: / Jonas: We met / Seemed 🙁 low / Worry: Yes / About: Bullying / How pressing: Keep an eye on it / Note: / They took his lunch.
2026-11-20 12:00:00 +00:00 | Mia Berg (mentor) | Raised by Mia Berg: concern
2026-11-20 12:00:00 +00:00 | the bot | Page to every supervisor
2026-11-20 12:00:00 +00:00 | the bot | Page arrived: Sam
2026-11-20 12:01:00 +00:00 | Sam (supervisor) | Taken by Sam
2026-11-20 12:01:00 +00:00 | the bot | Mia Berg was told
2026-11-20 12:02:00 +00:00 | Mia Berg (mentor) | Check-in, version 2: / Jonas: We met / Seemed 🙁 low / Worry: Yes / About: Bullying / How pressing: Keep an eye on it / Note: / They took his lunch and his shoes.
`
	got := chronologyText(c)
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s", got)
	}
	has(t, got, "Read by Sam", "2026-11-20 12:03:00 +00:00 | Sam (supervisor) | Sam: / Spoke with the school.")
	if !slices.Contains(c.Facts, Labelled{"Mentee", "Jonas"}) || !slices.Contains(c.Facts, Labelled{"Closed", "not closed"}) || c.Print.Text != c.Entries[len(c.Entries)-1].Print {
		t.Errorf("%+v", c)
	}
	if trail := d.audited(); !slices.ContainsFunc(trail, func(s string) bool { return strings.HasPrefix(s, "printed a chronology") }) {
		t.Errorf("not on record: %q", trail)
	}
	before := len(d.audited())
	if _, err := d.Chronology(t.Context(), 17, "en"); !errors.Is(err, program.ErrNotFound) || len(d.audited()) != before {
		t.Errorf("of no case: %v", err)
	}
}

// What was printed stays as it was, whatever is added: also when a later
// check-in joins the case, when words written long before come to belong to it,
// and when the clock is set back.
func TestChronologyOnlyGrows(t *testing.T) {
	d := toldOf(t)
	before := d.chronology(1)
	grows := func(what string) {
		t.Helper()
		after := d.chronology(1)
		if len(after.Entries) <= len(before.Entries) {
			t.Fatalf("%s: %d entries after %d", what, len(after.Entries), len(before.Entries))
		}
		for i, e := range before.Entries {
			if after.Entries[i].Print != e.Print {
				t.Fatalf("%s: entry %d changed:\n%s\n%s", what, i, chronologyText(before), chronologyText(after))
			}
		}
		before = after
	}
	d.passes(time.Hour)
	d.does("telegram:mia", chat.Edited{Text: "They took his lunch, shoes and bag."})
	grows("a message that was changed")

	d.says("telegram:mia", "/checkin") // nothing to worry about at first
	for _, label := range []string{"We met", "🙂", "No", "Skip"} {
		d.presses("telegram:mia", label)
	}
	d.does("telegram:mia", chat.Edited{Text: "He was quiet, though."})
	d.passes(time.Hour)
	d.did("Waited.")
	grows("something done")
	d.passes(time.Hour)
	d.presses("telegram:mia", "Correct")
	d.presses("telegram:mia", "Whether I worry")
	for _, label := range []string{"Yes", "Bullying", "Done", "Today", "Yes"} {
		d.presses("telegram:mia", label)
	}
	grows("another check-in")
	has(t, chronologyText(before), "Worry: No", "Another concern was added", "He was quiet, though.")

	d.now = d.now.Add(-90 * time.Minute)
	d.says("telegram:mia", "/undo")
	grows("the clock set back")
	has(t, chronologyText(before), "taken back:")
}
