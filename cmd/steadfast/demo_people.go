package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"steadfast/adapters/web"
	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// demoChannel is where the supervisors read cards.
func demoChannel() chat.Place { return chat.Place{Platform: web.Platform, ID: "supervisors"} }

// demoAccount is the account of somebody, who may have a seat on the page or
// stand behind it.
func demoAccount(name string) chat.Account {
	return chat.Account{Platform: web.Platform, ID: strings.ToLower(name)}
}

// demoPhone is of a range of numbers that is kept for stories.
const demoPhone = "+44 7700 900123"

// demoRoster is the program of the demo. Who has no seat on the page is behind
// it; see [stage].
func demoRoster(begin time.Time) (r program.Roster) {
	person := func(name string, roles program.Roles) {
		r.People = append(r.People, program.RosterPerson{
			Line: 1 + len(r.People), Name: name, Roles: roles, Accounts: []chat.Account{demoAccount(name)}, Language: "en",
			Phone: demoPhone,
		})
	}
	person("Olga", program.Owner)
	person("Carla", program.Coordinator)
	person("Ana", program.Supervisor)
	person("Ben", program.Supervisor)
	person("Mia", program.Mentor)
	person("Tom", program.Mentor)
	person("Noor", program.Mentor)
	person("Rosa", program.Mentor)
	person("Lena", program.Mentor)
	match := func(mentor, mentee string, on time.Weekday, hour int) {
		r.Mentees = append(r.Mentees, program.RosterMentee{Line: 100 + len(r.Mentees), Alias: mentee})
		r.Matches = append(r.Matches, program.RosterMatch{
			Line: 200 + len(r.Matches), Mentor: mentor, Mentees: []string{mentee}, Coordinator: "Carla",
			Schedule: program.Schedule{Weekday: on, Hour: hour, Length: time.Hour},
		})
	}
	today, tomorrow := begin.Weekday(), begin.AddDate(0, 0, 1).Weekday()
	match("Mia", "Jonas", today, 16)
	match("Mia", "Lea", tomorrow, 7) // before school, so that tomorrow has something to ask
	match("Tom", "Sara", time.Monday, 15)
	var free []time.Weekday // each has a day of their own, so that the calendar is clear
	for day := time.Tuesday; day <= time.Friday; day++ {
		if day != today && day != tomorrow {
			free = append(free, day)
		}
	}
	match("Rosa", "Zoe", free[0], 15)
	match("Noor", "Elif", free[1], 16)
	return r
}

// settle fills the store with the people of the demo and what they told in the
// last weeks, and lets the bot say its first words. begin is now.
func (p *process) settle(ctx context.Context, begin time.Time) error {
	if _, faults, err := p.bot.Import(ctx, demoRoster(begin)); err != nil || len(faults) > 0 {
		return errors.Join(err, faultsError(faults))
	}
	if err := p.store.UpdateUnbounded(ctx, func(tx program.Tx) error { return writeHistory(tx, begin) }); err != nil {
		return err
	}
	for _, s := range demoSeats() {
		e := chat.Event{ID: "first-" + s.Key, At: begin, From: s.Person, In: s.Place, Private: s.Private, What: chat.Command{Name: "start"}}
		if !s.Private {
			e.From.Account, e.Title = demoAccount("Carla"), s.Title // she may bind it
			e.What = chat.Command{Name: "here", Args: program.Supervisors}
		}
		if _, err := p.bot.Handle(ctx, e); err != nil {
			return err
		}
	}
	return p.store.Update(ctx, func(tx program.Tx) error { return p.announce(tx, begin) })
}

func faultsError(faults []program.Fault) error {
	var all []error
	for _, f := range faults {
		all = append(all, errors.New(f.String()))
	}
	return errors.Join(all...)
}

// announce puts what has just happened into the outbox and the timers: today's
// meetings are over, and Lena has used the invitation that Carla sent.
func (p *process) announce(tx program.Tx, begin time.Time) error {
	known, err := cast(tx)
	if err != nil {
		return err
	}
	over := time.Date(begin.Year(), begin.Month(), begin.Day(), 17, 0, 0, 0, begin.Location())
	for _, m := range known.matches {
		if err := tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: over}); err != nil {
			return err
		}
	}
	carla, lena, voice := known.people["Carla"], known.people["Lena"], p.words.In("en")
	return tx.Queue(&program.Outgoing{
		Priority: program.Alert, Purpose: program.ForAlert, To: carla.Accounts[0].Private(), Person: carla.ID, Queued: begin,
		Message: chat.Message{
			Text: voice.Text("join.joined_note", words.Args{"Name": lena.Name, "Role": voice.Plain("role.mentor", nil)}),
			Choices: []chat.Choice{{
				Label: voice.Plain("button.match_now", nil), Kind: chat.Primary,
				Token: chat.Token{Act: "pair", ID: uint64(lena.ID)}.String(),
			}},
		},
	})
}

// A troupe is who is in the demo: people by name, matches by mentee.
type troupe struct {
	people  map[string]program.Person
	matches map[string]program.Match
}

func cast(tx program.Tx) (t troupe, err error) {
	t = troupe{map[string]program.Person{}, map[string]program.Match{}}
	for p, err := range tx.People() {
		if err != nil {
			return t, err
		}
		t.people[p.Name] = p
	}
	for m, err := range tx.Matches() {
		if err != nil {
			return t, err
		}
		mentee, err := tx.Mentee(m.Mentee)
		if err != nil {
			return t, err
		}
		t.matches[mentee.Alias] = m
	}
	return t, nil
}

// demoWeeks is how long the program has been running.
const demoWeeks = 6

// writeHistory writes what people told before today: a check-in a week for each
// match, and a concern of Tom's that Ben took care of.
func writeHistory(tx program.Tx, begin time.Time) error {
	known, err := cast(tx)
	if err != nil {
		return err
	}
	first := begin.AddDate(0, 0, -7*demoWeeks-10)
	for _, p := range known.people {
		if p.Joined = first; p.Name == "Lena" {
			p.Joined = begin
		}
		if err := tx.PutPerson(&p); err != nil {
			return err
		}
	}
	for mentee, m := range known.matches {
		m.Since = first
		demoChanges(&m, mentee, begin)
		if err := tx.PutMatch(&m); err != nil {
			return err
		}
	}
	told := demoCheckIns(known, begin)
	slices.SortStableFunc(told, func(a, b program.CheckIn) int { return a.At.Compare(b.At) })
	for _, c := range told {
		if c.Level() != program.NoLevel {
			if err := writeCase(tx, known, &c, begin); err != nil {
				return err
			}
			continue
		}
		if err := tx.PutCheckIn(&c); err != nil {
			return err
		}
	}
	return nil
}

// demoChanges are the plans that were changed: Elif is on a school trip, and
// Zoe's next meeting is at the weekend instead.
func demoChanges(m *program.Match, mentee string, begin time.Time) {
	next, ok := m.Schedule.Next(begin, begin.Location(), program.Calendar{})
	if !ok {
		return
	}
	switch mentee {
	case "Elif":
		m.Pauses = []program.Period{{Kind: program.MatchPause, Name: "school trip", From: next.Key.Add(-1), To: next.Key.Add(1)}}
	case "Zoe":
		weekend := int(time.Saturday - next.Key.Weekday())
		m.Changes = map[program.Date]program.Change{next.Key: {To: next.Start.AddDate(0, 0, weekend), Count: 1}}
	}
}

// demoCheckIns are the check-ins of the weeks before begin, by match.
func demoCheckIns(known troupe, begin time.Time) (all []program.CheckIn) {
	tell := func(mentee string, weeksAgo int, c program.CheckIn) {
		m := known.matches[mentee]
		back := (int(begin.Weekday()) - int(m.Schedule.Weekday) + 6) % 7 // to the latest such day before today
		day := begin.AddDate(0, 0, -1-back-7*(weeksAgo-1))
		c.Match, c.By = m.ID, m.Mentor
		c.At = time.Date(day.Year(), day.Month(), day.Day(), m.Schedule.Hour+1, 6+7*weeksAgo%30, 0, 0, begin.Location())
		c.Changed, c.Worry = c.At, cmp.Or(c.Worry, program.NoWorry)
		all = append(all, c)
	}
	met := func(mood program.Mood, note string) program.CheckIn {
		return program.CheckIn{Met: program.MetYes, Mood: mood, Note: note}
	}
	for i, c := range []program.CheckIn{
		met(3, "Quieter than usual. He said school is a lot at the moment."),
		{Met: program.MetNoShow, Note: "He forgot; his mother wrote to me."},
		met(4, ""), met(4, "We built the bird house. He wants to hang it up himself."), met(5, ""), met(4, "Our first time at the climbing wall."),
	} {
		tell("Jonas", 1+i, c)
	}
	for i, c := range []program.CheckIn{met(4, ""), met(5, "She read a whole chapter aloud."), {Met: program.MetMoved}, met(4, ""), met(3, ""), met(4, "")} {
		tell("Lea", 1+i, c)
	}
	for i, c := range []program.CheckIn{met(4, "Much brighter. She is back at football."), met(3, ""), demoWorry(), met(3, ""), met(4, ""), met(4, "")} {
		tell("Sara", 1+i, c)
	}
	for i, c := range []program.CheckIn{met(5, ""), {Met: program.MetICouldNo, Note: "I had the flu."}, met(4, "Homework first, then the library."), met(4, ""), met(4, ""), met(5, "")} {
		tell("Elif", 1+i, c)
	}
	for i, c := range []program.CheckIn{met(4, ""), met(4, ""), met(3, ""), met(4, "He laughs more now."), met(4, ""), met(3, "")} {
		tell("Zoe", 1+i, c)
	}
	return all
}

func demoWorry() program.CheckIn {
	return program.CheckIn{
		Met: program.MetYes, Mood: 2, Worry: program.NotSure, Kinds: []program.Category{"mental_health", "bullying"}, Pressing: program.KeepEye,
		Note: "She hardly spoke and did not want to go to football any more. Some girls in her team seem to leave her out.",
	}
}
