package bot

import (
	"time"

	"steadfast/bot/program"
)

// What a person did not ask for – reminders, questions about meetings, nudges – is
// at most so much a day as [program.Reminders] says. What is beyond that waits for
// the next day, and falls together with what is due then. Answers, what other
// people have to say, and whatever has to do with a danger do not count.

// restOf returns until when a person is left alone, because enough was said to
// them unasked on this day of theirs; zero if there is room.
func (t *turn) restOf(p program.Person) time.Time {
	zone := t.zoneOf(p)
	today := program.DateOf(t.now, zone)
	if t.Reminders.PerDay == 0 || p.Unasked.On != today || p.Unasked.Count < t.Reminders.PerDay {
		return time.Time{}
	}
	return today.Add(1).At(0, 0, zone)
}

// tellUnasked tells a person something that they did not ask for, and counts it.
// Whether there is room is for the caller to see, with [turn.restOf].
func (t *turn) tellUnasked(p program.Person, o program.Outgoing) error {
	p, err := t.person(p.ID) // as it is by now
	if err != nil || p.ID == 0 {
		return err
	}
	if today := program.DateOf(t.now, t.zoneOf(p)); p.Unasked.On != today {
		p.Unasked = program.Unasked{On: today}
	}
	p.Unasked.Count++
	if err := t.tx.PutPerson(&p); err != nil {
		return err
	}
	o.Priority, o.Purpose = program.Reminder, program.ForRemind
	return t.tell(p, o)
}

// earOf says when a mentor may be written to unasked.
func (t *turn) earOf(mentor program.Person) program.Ear {
	return program.Ear{Quiet: *t.QuietHours, Zone: t.zoneOf(mentor), Rest: t.restOf(mentor)}
}
