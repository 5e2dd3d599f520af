package program_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"steadfast/bot/program"
)

func contacts(t testing.TB, text string) (all []program.Contact) {
	t.Helper()
	for word := range strings.FieldsSeq(text) {
		kind := program.QuickContact
		day, deep := strings.CutSuffix(word, "!")
		if deep {
			kind = program.DeepContact
		}
		all = append(all, program.Contact{Kind: kind, On: date(day)})
	}
	return all
}

// The match began on 15 January 2026; a contact with "!" was in depth.
func TestOwedContacts(t *testing.T) {
	for _, c := range []struct{ name, made, today, want string }{
		{"before it begins", "", "2026-01-14", ""},
		{"on the first day, looking a week ahead", "", "2026-01-15", ""},
		{"the first is due within two weeks", "", "2026-01-23", "quick by 2026-01-29 first"},
		{"and is overdue", "", "2026-01-30", "quick by 2026-01-29 first missed 1"},
		{"the first one late, and one more in the month", "2026-01-30", "2026-02-10", "quick by 2026-02-14, in depth by 2026-02-14 first"},
		{"two in the first month", "2026-01-16 2026-01-20", "2026-02-10", "in depth by 2026-02-14 first"},
		{"in depth counts as quick", "2026-01-16! 2026-01-20", "2026-02-10", ""},
		{"quick does not count as in depth", "2026-01-16 2026-01-20 2026-01-21", "2026-02-20", "in depth by 2026-02-14 first missed 1"},
		{"monthly in the first year", "2026-01-16! 2026-01-20 2026-02-20! 2026-03-20!", "2026-05-10", "quick by 2026-05-14"},
		{"and late", "2026-01-16! 2026-01-20 2026-02-20! 2026-03-20!", "2026-05-15", "quick by 2026-05-14 missed 1"},
		{"months of neglect are one contact", "2026-01-16! 2026-01-20 2026-02-20! 2026-03-20!", "2026-09-20", "quick by 2026-05-14 missed 5, in depth by 2026-07-14 missed 1"},
		{"which settles them all, and this month", "2026-01-16! 2026-01-20 2026-02-20! 2026-03-20! 2026-09-20!", "2026-09-21", ""},
		{"quarterly after a year", "2026-12-20! 2027-01-20", "2027-03-20", ""},
		{"in the last week of the quarter", "2026-12-20! 2027-01-10", "2027-04-08", "quick by 2027-04-14, in depth by 2027-04-14"},
		{"a contact in the future does not count", "2026-01-25", "2026-01-23", "quick by 2026-01-29 first"},
		{"a contact before the match does not count", "2026-01-10", "2026-01-23", "quick by 2026-01-29 first"},
	} {
		var got []string
		for _, o := range program.DefaultContactClock().Owed(date("2026-01-15"), date("2026-01-15"), contacts(t, c.made), date(c.today), 6) {
			line := fmt.Sprint(o.Kind, " by ", o.Due)
			if o.First {
				line += " first"
			}
			if o.Missed > 0 {
				line += fmt.Sprint(" missed ", o.Missed)
			}
			if got = append(got, line); o.Overdue(date(c.today)) != (o.Missed > 0) {
				t.Errorf("%s: %+v", c.name, o)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %s", c.name, strings.Join(got, ", "))
		}
	}
	if owed := (program.ContactClock{}).Owed(date("2026-01-15"), date("2026-01-15"), nil, date("2027-01-15"), 6); len(owed) > 0 {
		t.Errorf("a program that asks for nothing is owed %v", owed)
	}
	if owed := program.DefaultContactClock().Owed(date("1900-01-31"), date("1900-01-31"), nil, date("2026-01-15"), 6); len(owed) != 2 {
		t.Errorf("an old match: %v", owed)
	}
}

// Whoever makes the contacts that are owed when they are due is never late, and
// makes those that practice counts: 2 in the first month, 13 in the first year, 4 a
// year later; of these in depth 3 in the first quarter and 6 in the year.
func TestWhoMakesContactsInTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		since := date("2026-01-01").Add(rapid.IntRange(0, 1500).Draw(t, "since"))
		clock := program.DefaultContactClock()
		var made []program.Contact
		count := func(from, to program.Date, kind program.ContactKind) (n int) {
			for _, c := range made {
				if !c.On.Before(from) && c.On.Before(to) && (c.Kind == kind || kind == program.QuickContact) {
					n++
				}
			}
			return n
		}
		for day := since; day.Before(since.AddMonths(36)); day = day.Add(1) {
			for _, o := range clock.Owed(since, since, made, day, 0) {
				if o.Overdue(day) || o.Due != day {
					t.Fatalf("on %v: %+v", day, o)
				}
				made = append(made, program.Contact{Kind: o.Kind, On: day})
			}
		}
		for _, c := range []struct {
			from, to, quick, deep int
		}{{0, 1, 2, 1}, {0, 3, 4, 3}, {0, 12, 13, 6}, {12, 24, 4, 4}, {24, 36, 4, 4}} {
			from, to := since.AddMonths(c.from), since.AddMonths(c.to)
			quick, deep := count(from, to, program.QuickContact), count(from, to, program.DeepContact)
			if deep != c.deep || quick < c.quick || quick > c.quick+c.deep {
				t.Fatalf("months %d to %d: %d, of these in depth %d", c.from, c.to, quick, deep)
			}
		}
	})
}

// A match is older than the clock, which began with the day from.
func TestOwedToOldMatches(t *testing.T) {
	for _, c := range []struct{ name, since, from, made, today, want string }{
		{"on the first day nothing is owed, however old", "2024-01-15", "2026-03-01", "", "2026-03-01", ""},
		{"nor in the quarter that is under way", "2024-01-15", "2026-03-01", "", "2026-04-14", ""},
		{"but in the next one, at its end", "2024-01-15", "2026-03-01", "", "2026-07-10", "quick by 2026-07-14, in depth by 2026-07-14"},
		{"a young match: the month under way is let go", "2026-02-20", "2026-03-01", "", "2026-03-15", ""},
		{"and the next one counts", "2026-02-20", "2026-03-01", "", "2026-04-14", "quick by 2026-04-19, in depth by 2026-04-19"},
		{"a contact counts", "2026-02-20", "2026-03-01", "2026-03-25!", "2026-04-14", ""},
		{"a new match owes all of it", "2026-03-01", "2026-03-01", "", "2026-03-10", "quick by 2026-03-15"},
	} {
		var got []string
		for _, o := range program.DefaultContactClock().Owed(date(c.since), date(c.from), contacts(t, c.made), date(c.today), 6) {
			got = append(got, fmt.Sprint(o.Kind, " by ", o.Due))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %s", c.name, strings.Join(got, ", "))
		}
	}
}

// What is not needed any more makes no difference, and what is kept does not grow
// with the age of the match.
func TestNeededContacts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := program.DefaultContactClock()
		since := date("2026-01-01").Add(rapid.IntRange(0, 400).Draw(t, "since"))
		from := since.Add(rapid.IntRange(0, 200).Draw(t, "from"))
		var made, kept []program.Contact
		last := since
		for range rapid.IntRange(1, 30).Draw(t, "contacts") {
			c := program.Contact{Kind: program.QuickContact, On: since.Add(rapid.IntRange(0, 900).Draw(t, "day"))}
			if rapid.Bool().Draw(t, "deep") {
				c.Kind = program.DeepContact
			}
			if made = append(made, c); c.On.After(last) {
				last = c.On
			}
			kept = clock.Needed(append(kept, c))
		}
		today := last.Add(rapid.IntRange(0, 500).Draw(t, "today"))
		all, some := clock.Owed(since, from, made, today, 30), clock.Owed(since, from, kept, today, 30)
		if fmt.Sprint(all) != fmt.Sprint(some) {
			t.Fatalf("of %v were kept %v: owed %v, not %v", made, kept, some, all)
		}
	})
	var monthly []program.Contact
	for m := range 120 {
		monthly = program.DefaultContactClock().Needed(append(monthly, program.Contact{Kind: program.DeepContact, On: date("2026-01-01").AddMonths(m)}))
	}
	if len(monthly) > 5 {
		t.Errorf("after ten years %d contacts are kept", len(monthly))
	}
}
