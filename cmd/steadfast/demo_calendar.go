package main

import (
	"context"
	"time"

	"steadfast/adapters/web"
	"steadfast/bot/program"
)

// calendarWeeks is how many weeks the calendar of the demo shows: this one, and
// those before it in which two meetings may have been missed.
const calendarWeeks = 3

// readCalendar returns the weeks of all matches, as they stand in the store.
func (p *process) readCalendar(ctx context.Context) (weeks web.Weeks, err error) {
	now, zone := p.env.Now(), p.config.zone()
	today := program.DateOf(now, zone)
	monday := today.Add(-(int(today.Weekday()) + 6) % 7).Add(-7 * (calendarWeeks - 1))
	err = p.store.View(ctx, func(tx program.Tx) error {
		weeks = web.Weeks{From: monday.At(0, 0, zone), Count: calendarWeeks, Meetings: []web.Meeting{}}
		for m, err := range tx.Matches() {
			if err != nil {
				return err
			}
			c, err := newPage(tx, m, now, zone)
			if err != nil {
				return err
			}
			weeks.Meetings = append(weeks.Meetings, c.meetings(monday, monday.Add(7*calendarWeeks))...)
		}
		return nil
	})
	return weeks, err
}

// A calendarPage is what the calendar knows of one match.
type calendarPage struct {
	program.Match
	mentor, mentee string
	now            time.Time
	zone           *time.Location
	told           map[program.Date]program.Met // by the date of the meeting
}

func newPage(tx program.Tx, m program.Match, now time.Time, zone *time.Location) (c calendarPage, err error) {
	c = calendarPage{Match: m, now: now, zone: zone, told: map[program.Date]program.Met{}}
	mentor, err := tx.Person(m.Mentor)
	if err != nil {
		return c, err
	}
	mentee, err := tx.Mentee(m.Mentee)
	if err != nil {
		return c, err
	}
	c.mentor, c.mentee = mentor.Name, mentee.Alias
	for told, err := range tx.CheckInsOf(m.ID) {
		if err != nil {
			return c, err
		}
		if on := c.dayOf(told); told.Undone.IsZero() && c.told[on] != program.MetYes && (c.told[on] == "" || told.Met == program.MetYes) {
			c.told[on] = told.Met
		}
	}
	return c, nil
}

// dayOf returns the day that a check-in is about.
func (c calendarPage) dayOf(told program.CheckIn) program.Date {
	switch {
	case !told.On.IsZero():
		return told.On
	case told.Of.IsZero():
		return program.DateOf(told.At, c.zone)
	}
	if change := c.Changes[told.Of]; change.Moved() {
		return program.DateOf(change.To, c.zone)
	}
	return told.Of
}

// meetings returns the entries from one day on until before another: what was
// planned, where it was moved away from, and what was told of other days.
func (c calendarPage) meetings(from, to program.Date) (all []web.Meeting) {
	planned := map[program.Date]bool{}
	add := func(at time.Time, mark web.Mark) {
		all = append(all, web.Meeting{At: at.In(c.zone), Name: c.mentee, Full: c.mentor + " – " + c.mentee, Mark: mark})
	}
	begin, end := from.At(0, 0, c.zone), to.At(0, 0, c.zone)
	for o := range c.Schedule.Between(begin, end, c.zone, program.Calendar{}.With(c.Changes, c.Pauses...)) {
		on := program.DateOf(o.Start, c.zone)
		if _, told := c.told[on]; !told && (o.Start.Before(c.Since) || !c.Active() && o.Start.After(c.Ended)) {
			continue
		}
		planned[on] = true
		add(o.Start, c.mark(on, o))
	}
	for key, change := range c.Changes {
		if change.Moved() && !key.Before(from) && key.Before(to) && key != program.DateOf(change.To, c.zone) {
			add(key.At(c.Schedule.Hour, c.Schedule.Minute, c.zone), web.Moved)
		}
	}
	for on, met := range c.told {
		if !planned[on] && met != "" && !on.Before(from) && on.Before(to) {
			add(on.At(c.Schedule.Hour, c.Schedule.Minute, c.zone), marked(met))
		}
	}
	return all
}

// mark says what became of a planned meeting.
func (c calendarPage) mark(on program.Date, o program.Occurrence) web.Mark {
	switch met := c.told[on]; {
	case met != "":
		return marked(met)
	case !o.Due():
		return web.Off
	case o.End.Before(c.now):
		return web.Silent
	}
	return web.Planned
}

func marked(met program.Met) web.Mark {
	switch met {
	case program.MetYes:
		return web.Met
	case program.MetICouldNo:
		return web.Couldnt
	case program.MetMoved:
		return web.Moved
	}
	return web.Absent
}
