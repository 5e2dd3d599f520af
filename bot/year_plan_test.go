package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/program"
)

// A year is the script of a program from September to September: who belongs to
// it, when they meet, and what people and machines do. It knows nothing of the
// bot.
type year struct {
	from, to time.Time
	home     *time.Location // of the program
	holidays []program.Period
	outages  []outage
	people   []*person
	pairs    []*pair
	deeds    []*deed // in order
}

// An outage is a time in which no bot runs.
type outage struct{ from, to time.Time }

// A person is somebody of the program.
type person struct {
	name  string
	roles program.Roles
	zone  *time.Location
	two   bool // is on Discord as well
	never bool // never came to the chat
}

// A pair is a mentor with a mentee.
type pair struct {
	mentor   *person
	mentee   string
	staff    *person // nil: nobody in particular
	habit    string  // of telling
	plan     program.Schedule
	meetings []*meeting // by when they take place
	pauses   []*pause
}

// A meeting is one date of the plan, with what was changed about it beforehand.
type meeting struct {
	pair       *pair
	key        program.Date // for which it was planned
	start, end time.Time
	cancelled  bool
}

// A pause is known from a time on. Who ends it early sets known ends.
type pause struct {
	from, to program.Date // a zero to: nobody knows
	since    time.Time
	ended    time.Time
}

// A deed is what somebody does.
type deed struct {
	at      time.Time
	kind    string // tell, later, undo, pause, unpause, move, cancel, block, unblock
	by      *person
	pair    *pair
	meeting *meeting
	met     program.Met
	pause   *pause
	start   time.Time // where a meeting is moved
}

// on returns the instant of a local time, by what is written in the tables of
// package time; nothing here happens in a gap.
func on(date string, hour, minute int, zone *time.Location) time.Time {
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err)
	}
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, zone)
}

func day(date string) program.Date {
	d, err := program.ParseDate(date)
	if err != nil {
		panic(err)
	}
	return d
}

func place(t *testing.T, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// newYear writes the script.
func newYear(t *testing.T) *year {
	home := place(t, "Europe/Berlin")
	y := &year{
		home: home, from: on("2026-09-07", 0, 0, home), to: on("2027-09-06", 0, 0, home),
		holidays: []program.Period{
			{Kind: program.Holiday, Name: "autumn", From: day("2026-10-19"), To: day("2026-10-25")},
			{Kind: program.Holiday, Name: "winter", From: day("2026-12-21"), To: day("2027-01-03")},
			{Kind: program.Exams, From: day("2027-03-29"), To: day("2027-04-04")},
			{Kind: program.Holiday, Name: "summer", From: day("2027-07-19"), To: day("2027-08-22")},
		},
		outages: []outage{
			{on("2026-09-30", 13, 0, time.UTC), on("2026-09-30", 17, 15, time.UTC)},
			{on("2026-10-25", 0, 0, time.UTC), on("2026-10-25", 2, 15, time.UTC)},
			{on("2026-11-16", 6, 0, time.UTC), on("2026-11-16", 11, 0, time.UTC)}, // over the look at the week
			{on("2027-02-10", 9, 0, time.UTC), on("2027-02-17", 16, 45, time.UTC)},
			{on("2027-06-08", 15, 0, time.UTC), on("2027-06-09", 7, 0, time.UTC)},
		},
	}
	y.cast(t)
	for _, p := range y.pairs {
		y.arrange(p)
	}
	y.happen()
	for _, p := range y.pairs {
		slices.SortFunc(p.meetings, func(a, b *meeting) int { return a.start.Compare(b.start) })
		for n, m := range p.meetings {
			y.tellOf(m, n)
		}
	}
	if testing.Short() { // with the race detector: as far as the clocks have changed
		y.to = on("2026-11-23", 0, 0, home)
	}
	y.outages = slices.DeleteFunc(y.outages, func(o outage) bool { return !o.from.Before(y.to) })
	y.deeds = slices.DeleteFunc(y.deeds, func(d *deed) bool { return !d.at.Before(y.to) })
	slices.SortStableFunc(y.deeds, func(a, b *deed) int { return a.at.Compare(b.at) })
	return y
}

// cast brings in the people and the pairs of the roster.
func (y *year) cast(t *testing.T) {
	known := map[string]*person{}
	join := func(name, zone string, roles program.Roles) *person {
		if known[name] == nil {
			known[name] = &person{name: name, roles: roles, zone: place(t, zone)}
			y.people = append(y.people, known[name])
		}
		return known[name]
	}
	join("Olga", "Europe/Berlin", program.Owner)
	join("Sana", "Europe/Berlin", program.Supervisor)
	join("Sven", "America/New_York", program.Supervisor)
	join("Carla", "Europe/Berlin", program.Coordinator)
	join("Chen", "America/New_York", program.Coordinator)
	join("Cora", "Australia/Sydney", program.Coordinator)
	for line := range strings.Lines(strings.TrimSpace(roster)) {
		words := strings.Fields(line)
		mentor := join(words[0], words[1], program.Mentor)
		mentor.two = slices.Contains([]string{"Hugo", "Iris"}, mentor.name)
		mentor.never = mentor.name == "Nils"
		plan, err := program.ParseSchedule(strings.Join(words[5:], " "))
		if err != nil {
			t.Fatal(err)
		}
		y.pairs = append(y.pairs, &pair{mentor: mentor, mentee: words[3], staff: known[words[2]], habit: words[4], plan: plan})
	}
}

// arrange lists the meetings of a pair, day by day.
func (y *year) arrange(p *pair) {
	s := p.plan
	for d := program.DateOf(y.from, y.home); d.Before(program.DateOf(y.to, y.home)); d = d.Add(1) {
		meets := d.Weekday() == s.Weekday
		switch s.Every {
		case program.Fortnightly:
			meets = meets && d.Sub(s.From) >= 0 && d.Sub(s.From)%14 == 0
		case program.Monthly:
			last := d.Add(7).Month != d.Month
			meets = meets && ((d.Day-1)/7+1 == s.Nth || s.Nth == program.Last && last)
		case program.OnDates:
			meets = strings.Contains(string(s.Dates), d.String())
		}
		if !meets {
			continue
		}
		start := on(d.String(), s.Hour, s.Minute, p.mentor.zone)
		if start.After(y.from) {
			p.meetings = append(p.meetings, &meeting{pair: p, key: d, start: start, end: start.Add(s.Length)})
		}
	}
}

// tellOf lets the mentor tell of the nth meeting of their pair, in their way.
func (y *year) tellOf(m *meeting, n int) {
	if m.cancelled || !y.off(m.pair, program.DateOf(m.start, m.pair.mentor.zone), m.end).IsZero() {
		return
	}
	const hour = time.Hour
	tell := func(after time.Duration, met program.Met) {
		// A few minutes beside the quarters of an hour, in which the bot acts.
		at := m.end.Truncate(15 * time.Minute).Add(after + 5*time.Minute)
		y.deeds = append(y.deeds, &deed{at: y.up(at), kind: "tell", by: m.pair.mentor, pair: m.pair, meeting: m, met: met})
	}
	within := func(from, to int) bool { return n%20 >= from && n%20 <= to }
	switch m.pair.habit {
	case "prompt":
		tell(hour, program.MetYes)
	case "early":
		tell(0, program.MetYes)
	case "evening":
		tell(20*hour, program.MetYes)
	case "nudged":
		tell(76*hour, program.MetYes)
	case "late":
		tell(6*24*hour+8*hour, program.MetYes)
	case "verylate":
		tell(16*24*hour, program.MetYes)
	case "absent2", "absent3", "absent6":
		if row := int(m.pair.habit[6] - '0'); within(7, 6+row) {
			tell(2*hour, program.MetNoShow)
		} else {
			tell(2*hour, program.MetYes)
		}
	case "couldnot":
		if within(5, 8) {
			tell(30*hour, program.MetICouldNo)
		} else {
			tell(hour, program.MetYes)
		}
	case "moved":
		if n%4 == 1 {
			tell(hour, program.MetMoved)
		} else {
			tell(2*hour, program.MetYes)
		}
	case "forgets":
		if n%3 != 2 {
			tell(hour, program.MetYes)
		}
	case "silent":
		if !within(6, 12) {
			tell(hour, program.MetYes)
		}
	case "later":
		if within(15, 15) {
			return
		}
		if within(3, 16) && (n%2 == 1 || within(16, 16)) {
			at := m.end.Truncate(15 * time.Minute).Add(hour + 5*time.Minute)
			y.deeds = append(y.deeds, &deed{at: y.up(at), kind: "later", by: m.pair.mentor, pair: m.pair, meeting: m})
			if n%4 == 1 {
				return // and then nothing
			}
		}
		tell(5*hour, program.MetYes)
	case "undoes":
		tell(hour, program.MetYes)
		if n%5 == 2 {
			at := m.end.Truncate(15 * time.Minute).Add(3*hour + 5*time.Minute)
			y.deeds = append(y.deeds, &deed{at: y.up(at), kind: "undo", by: m.pair.mentor, pair: m.pair, meeting: m})
		}
	}
}

// up returns a time at which a bot runs that somebody can talk to: people who
// have no answer come back some hours later.
func (y *year) up(at time.Time) time.Time {
	for _, o := range y.outages {
		if !at.Before(o.from) && at.Before(o.to.Add(2*time.Hour)) {
			return o.to.Truncate(15 * time.Minute).Add(3*time.Hour + 5*time.Minute)
		}
	}
	return at
}

// off returns why a date is off for a pair, as is known at a time.
func (y *year) off(p *pair, d program.Date, now time.Time) program.Why {
	for _, h := range y.holidays {
		if !d.Before(h.From) && !d.After(h.To) {
			return program.Why{Key: program.WhyKey(h.Kind)}
		}
	}
	for _, q := range p.pauses {
		if q.since.After(now) || d.Before(q.from) || !q.to.IsZero() && d.After(q.to) {
			continue
		}
		if q.ended.IsZero() || q.ended.After(now) || d.Before(program.DateOf(q.ended, p.mentor.zone)) {
			return program.Why{Key: program.WhyMentor}
		}
	}
	return program.Why{}
}
