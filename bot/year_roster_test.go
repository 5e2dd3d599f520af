package bot_test

import (
	"time"

	"steadfast/bot/program"
)

// roster is who meets whom: the mentor with their zone, the coordinator, the
// mentee, how the mentor tells of meetings, and when they meet. In six zones,
// some of which set their clocks in spring, some in autumn and some never.
const roster = `
Mia     Europe/Berlin       Carla  Jonas    prompt    weekly Tue 16:30 60m
Mia     Europe/Berlin       Carla  Lea      evening   weekly Tue 16:30 60m
Ben     Europe/Berlin       Carla  Tom      nudged    weekly Thu 15:00 90m
Ben     Europe/Berlin       Carla  Finn     nudged    weekly Thu 15:00 90m
Ada     Europe/Berlin       Carla  Emma     absent2   weekly Wed 14:15 45m
Anton   Europe/Berlin       Carla  Paula    early     weekly Mon 20:15 60m
Berta   Europe/Berlin       Carla  Moritz   never     weekly Fri 17:00 60m
Cem     Europe/Berlin       Carla  Nele     forgets   weekly Sat 10:00 120m
Dora    Europe/Berlin       Carla  Oskar    late      weekly Sun 11:00 60m
Emil    Europe/Berlin       Carla  Pia      later     weekly Wed 17:30 60m
Emil    Europe/Berlin       Carla  Rosa     later     weekly Wed 18:00 60m
Frida   Europe/Berlin       Carla  Theo     prompt    every 2 weeks Tue 16:00 60m from 2026-09-08
Gesa    Europe/Berlin       Carla  Ulla     never     every 2 weeks Mon 15:30 60m from 2026-09-07
Hugo    Europe/Berlin       Carla  Vito     prompt    weekly Fri 16:00 60m
Iris    Europe/Berlin       Carla  Wanda    nudged    weekly Sat 15:00 60m
Jan     Europe/Berlin       -      Xaver    silent    weekly Mon 17:00 60m
Karla   Europe/Berlin       -      Yara     absent3   monthly 2nd Thu 16:00 90m
Leo     Europe/Kyiv         Carla  Andrij   prompt    weekly Mon 16:00 60m
Olena   Europe/Kyiv         Carla  Bohdan   evening   weekly Tue 18:30 60m
Olena   Europe/Kyiv         Carla  Daryna   couldnot  weekly Thu 18:30 60m
Petro   Europe/Kyiv         Carla  Ivan     silent    weekly Wed 19:45 60m
Petro   Europe/Kyiv         Carla  Kateryna silent    weekly Wed 19:45 60m
Sofia   Europe/Kyiv         Carla  Lesia    nudged    every 2 weeks Fri 17:00 60m from 2026-09-11
Taras   Europe/Kyiv         Carla  Marko    never     monthly 1st Sat 12:00 60m
Vira    Europe/Kyiv         Carla  Nadia    late      monthly last Wed 16:00 60m
Amy     America/New_York    Chen   Aaron    prompt    weekly Tue 15:30 60m
Amy     America/New_York    Chen   Bella    early     weekly Thu 20:30 60m
Bob     America/New_York    Chen   Caleb    absent6   weekly Wed 16:00 60m
Cleo    America/New_York    Chen   Dana     verylate  weekly Fri 16:00 60m
Dean    America/New_York    Chen   Eli      forgets   weekly Sun 14:00 60m
Edie    America/New_York    Chen   Faye     never     weekly Thu 17:00 60m
Fred    America/New_York    Chen   Gil      undoes    weekly Mon 16:30 60m
Gwen    America/New_York    Chen   Hope     late      every 2 weeks Sat 11:00 60m from 2026-09-12
Hank    America/New_York    Chen   Ike      moved     weekly Tue 18:00 60m
Ivy     America/New_York    Chen   June     evening   monthly 3rd Fri 16:00 60m
Nils    America/New_York    Chen   Kurt     never     weekly Wed 15:00 60m
Jess    Australia/Sydney    Cora   Logan    prompt    weekly Tue 16:00 60m
Kim     Australia/Sydney    Cora   Mason    nudged    weekly Wed 16:00 60m
Lou     Australia/Sydney    Cora   Nora     absent3   weekly Thu 16:00 60m
Lou     Australia/Sydney    Cora   Owen     couldnot  weekly Thu 17:30 60m
Max     Australia/Sydney    Cora   Quinn    silent    every 2 weeks Mon 16:00 60m from 2026-09-14
Ned     Australia/Sydney    Cora   Ruby     later     weekly Sun 10:00 60m
Opal    Australia/Sydney    Cora   Sam      forgets   weekly Fri 15:30 60m
Asha    Asia/Kathmandu      Cora   Bina     prompt    weekly Sun 15:00 60m
Asha    Asia/Kathmandu      Cora   Chandra  undoes    weekly Sun 16:15 60m
Dipa    Asia/Kathmandu      Cora   Esha     early     weekly Wed 20:30 45m
Gita    Asia/Kathmandu      Cora   Hari     never     on 2026-10-01 2026-11-12 2027-01-14 2027-02-25 2027-05-06 14:00 60m
Ana     America/Bogota      Chen   Beto     prompt    weekly Mon 15:00 60m
Camilo  America/Bogota      Chen   Dario    verylate  monthly 2nd Tue 16:00 60m
Elena   America/Bogota      Chen   Fabio    absent2   every 2 weeks Thu 16:00 60m from 2026-09-10
`

// happen writes what happens beside the meetings. Nobody does anything at a
// quarter of an hour, when the bot acts.
func (y *year) happen() {
	do := func(d deed) { y.deeds = append(y.deeds, &d) }
	// Meetings are moved, into the holidays as well, and called off.
	for _, c := range []struct{ mentee, key, to string }{
		{"Jonas", "2026-09-15", "2026-09-17 17:00"}, {"Tom", "2026-10-22", "2026-10-28 16:00"}, {"Theo", "2026-10-06", "2026-10-08 10:00"},
		{"Logan", "2026-10-06", "2026-10-05 15:00"}, {"Aaron", "2026-11-03", "2026-11-06 16:15"}, {"Bina", "2027-03-07", "2027-03-09 15:00"},
		{"Emma", "2026-09-30", ""}, {"Moritz", "2026-11-27", ""}, {"Xaver", "2027-03-08", ""}, {"Faye", "2027-01-21", ""}, {"Fabio", "2027-05-20", ""},
	} {
		p := y.of(c.mentee)
		m := p.on(c.key)
		d := deed{at: m.start.Truncate(15 * time.Minute).Add(-26*time.Hour + 5*time.Minute), kind: "cancel", by: p.mentor, pair: p, meeting: m}
		if m.cancelled = c.to == ""; !m.cancelled {
			to, _ := time.ParseInLocation("2006-01-02 15:04", c.to, p.mentor.zone)
			d.kind, d.start = "move", to
			d.at = m.start.Truncate(15 * time.Minute).Add(-50*time.Hour + 5*time.Minute)
			m.start, m.end = to, to.Add(p.plan.Length)
		}
		do(d)
	}
	// Mentors are away, and coordinators pause a match; some do not know for how long.
	for _, c := range []struct{ mentee, by, at, from, to, ended string }{
		{"Paula", "", "2026-11-18", "2026-11-23", "2026-12-06", ""}, {"Vito", "", "2027-01-20", "2027-01-25", "2027-02-14", ""},
		{"Ivan", "", "2026-11-04", "2026-11-09", "2026-11-22", ""}, {"Aaron", "", "2027-03-05", "2027-03-09", "2027-03-22", ""},
		{"Mason", "", "2026-09-25", "2026-09-28", "2026-10-11", ""}, {"Beto", "", "2027-04-12", "2027-04-19", "2027-05-02", ""},
		{"Moritz", "Carla", "2027-01-13", "2027-01-15", "", "2027-03-17"}, {"Rosa", "Carla", "2027-04-07", "2027-04-12", "2027-05-09", ""},
		{"Hope", "Chen", "2027-01-12", "2027-01-18", "", "2027-03-23"}, {"Sam", "", "2027-02-01", "2027-02-03", "", "2027-05-10"},
	} {
		one := y.of(c.mentee)
		by, all := one.mentor, y.under(one.mentor)
		if c.by != "" {
			by, all = y.called(c.by), []*pair{one}
		}
		at := func(date string) time.Time { return on(date, 12, 5, by.zone) }
		q := &pause{from: day(c.from), since: at(c.at)}
		if c.to != "" {
			q.to = day(c.to)
		}
		do(deed{at: at(c.at), kind: "pause", by: by, pair: one, pause: q})
		if c.ended != "" {
			q.ended = at(c.ended)
			do(deed{at: q.ended, kind: "unpause", by: by, pair: one, pause: q})
		}
		for _, p := range all {
			p.pauses = append(p.pauses, q)
		}
	}
	// People block the bot, most of them for good reasons that it never learns.
	for _, c := range []struct{ who, from, to string }{
		{"Berta", "2026-10-13", "2026-11-23"}, {"Edie", "2027-04-20", "2027-05-05"}, {"Taras", "2026-12-01", ""},
		{"Hugo", "2026-11-09", "2026-12-02"}, {"Chen", "2027-05-19", "2027-06-09"},
	} {
		by := y.called(c.who)
		do(deed{at: on(c.from, 11, 5, by.zone), kind: "block", by: by})
		if c.to != "" {
			do(deed{at: on(c.to, 11, 5, by.zone), kind: "unblock", by: by})
		}
	}
}

// of returns the pair of a mentee.
func (y *year) of(mentee string) *pair {
	for _, p := range y.pairs {
		if p.mentee == mentee {
			return p
		}
	}
	panic(mentee)
}

// under returns the pairs of a mentor.
func (y *year) under(mentor *person) (all []*pair) {
	for _, p := range y.pairs {
		if p.mentor == mentor {
			all = append(all, p)
		}
	}
	return all
}

func (y *year) called(name string) *person {
	for _, p := range y.people {
		if p.name == name {
			return p
		}
	}
	panic(name)
}

// on returns the meeting that was planned for a date.
func (p *pair) on(key string) *meeting {
	for _, m := range p.meetings {
		if m.key == day(key) {
			return m
		}
	}
	panic(p.mentee + " does not meet on " + key)
}

// staff returns everybody with a role.
func (y *year) staff(role program.Roles) (all []*person) {
	for _, p := range y.people {
		if p.roles&role != 0 {
			all = append(all, p)
		}
	}
	return all
}
