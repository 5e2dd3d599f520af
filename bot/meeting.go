package bot

import (
	"errors"
	"iter"
	"strconv"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/when"
	"steadfast/bot/words"
)

// calendarOf returns the calendar of a match: that of the program, with what was
// changed and paused.
func (t *turn) calendarOf(m program.Match) program.Calendar {
	return t.Calendar.With(m.Changes, m.Pauses...)
}

// placeInTime returns the mentor of a match, and the zone of its meetings, which
// is the mentor's.
func (t *turn) placeInTime(m program.Match) (mentor program.Person, zone *time.Location, err error) {
	if mentor, err = t.person(m.Mentor); err != nil {
		return mentor, nil, err
	}
	return mentor, t.zoneOf(mentor), nil
}

// meetingsOf returns the meetings of a match that begin in some time, also those
// that are not due.
func (t *turn) meetingsOf(m program.Match, zone *time.Location, from, to time.Time) (all []program.Occurrence) {
	for o := range m.Schedule.Between(from, to, zone, t.calendarOf(m)) {
		all = append(all, o)
	}
	return all
}

// inCharge reports whether the person looks after a match: as its coordinator,
// as a coordinator of those that have none, or as an owner.
func (t *turn) inCharge(m program.Match) bool {
	return t.who.Is(program.Owner) ||
		t.who.Is(program.Coordinator) && (m.Coordinator == t.who.ID || m.Coordinator == 0)
}

// charge returns a match with a given ID that the person may change: their own,
// or one that they look after. It fails with [program.ErrNotFound] for others.
func (t *turn) charge(id uint64) (program.Match, error) {
	m, err := t.tx.Match(program.MatchID(id))
	if err == nil && (!m.Active() || m.Mentor != t.who.ID && !t.inCharge(m)) {
		err = program.ErrNotFound
	}
	return m, err
}

// charged is [turn.charge] with the ID as it is stored in answers.
func (t *turn) charged(key string) (program.Match, error) {
	id, err := strconv.ParseUint(key, 36, 64)
	if err != nil {
		return program.Match{}, program.ErrNotFound
	}
	return t.charge(id)
}

// charges offers the matches that the person looks after; with a name, those of
// mentors or with mentees who are called so.
func (t *turn) charges(called string) (all []flow.Option, err error) {
	if !t.who.Is(program.Coordinator | program.Owner) {
		return nil, nil
	}
	under := []iter.Seq2[program.Match, error]{t.tx.Matches()}
	if !t.who.Is(program.Owner) {
		under = []iter.Seq2[program.Match, error]{t.tx.MatchesUnder(t.who.ID), t.tx.MatchesUnder(0)}
	}
	var matches []program.Match
	for _, some := range under {
		more, err := collect(some)
		if err != nil {
			return nil, err
		}
		matches = append(matches, more...)
	}
	for _, m := range matches {
		if !m.Active() || !t.inCharge(m) {
			continue
		}
		pair, err := t.pair(m)
		if err != nil {
			return nil, err
		}
		if contains(pair, called) {
			all = append(all, flow.Option{Key: matchKey(m.ID), Label: flow.Literal(pair)})
		}
	}
	return all, nil
}

// pair names the two people of a match.
func (t *turn) pair(m program.Match) (string, error) {
	mentor, err := t.person(m.Mentor)
	if err != nil {
		return "", err
	}
	mentee, err := t.called(m)
	return mentor.Name + " – " + mentee, err
}

// completeCharge offers the pairs that the person looks after.
func (t *turn) completeCharge(typed string) (all []chat.Suggestion, err error) {
	options, err := t.charges(typed)
	for _, o := range options[:min(len(options), suggestedAtOnce)] {
		all = append(all, chat.Suggestion{Label: o.Label.Literal, Value: o.Label.Literal})
	}
	return all, err
}

// rescheduled keeps a match whose meetings were changed, and lets it be looked
// at anew.
func (t *turn) rescheduled(m *program.Match, what string) error {
	for key := range m.Changes {
		if key.Before(program.DateOf(t.now, t.Zone).Add(-changesKept)) {
			delete(m.Changes, key)
		}
	}
	if err := t.meetingsChanged(m); err != nil {
		return err
	}
	if err := t.tx.PutMatch(m); err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: what, Person: m.Mentor}); err != nil {
		return err
	}
	return t.setTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: t.now})
}

// changesKept is for how many days it is known what was changed about a meeting:
// longer than meetings are looked back at.
const changesKept = 400

// tellOtherSide tells whoever else has to do with a match what the person did:
// its coordinator, without one the owners, or else the mentor. say returns the
// wording in their language.
func (t *turn) tellOtherSide(m program.Match, say func(words.Voice) chat.Text, buttons ...chat.Choice) error {
	var others []program.Person
	other := m.Mentor
	if t.who.ID == m.Mentor {
		other = m.Coordinator
	}
	if other == 0 {
		owners, err := t.withRole(program.Owner)
		if err != nil {
			return err
		}
		others = owners
	} else {
		p, err := t.person(other)
		if err != nil {
			return err
		}
		others = append(others, p)
	}
	for _, p := range others {
		if p.ID == t.who.ID || p.Joined.IsZero() || !p.Left.IsZero() {
			continue
		}
		message := chat.Message{Text: say(t.voiceOf(p)), Choices: buttons, Quiet: t.night(p)}
		if err := t.tell(p, program.Outgoing{Priority: program.Reminder, Purpose: program.ForRemind, Message: message}); err != nil {
			return err
		}
	}
	return nil
}

// date returns a date as people read it, with the year where it is not this one.
func (t *turn) date(v words.Voice, d program.Date) string {
	text := v.Plain("time.day", words.Args{
		"Weekday": v.Plain("weekday."+d.Weekday().String()[:3], nil), "Day": d.Day, "Month": v.Plain("month."+d.Month.String()[:3], nil),
	})
	if d.Year != t.now.In(t.Zone).Year() {
		text += " " + strconv.Itoa(d.Year)
	}
	return text
}

// moment returns the date and the time of day in a zone.
func (t *turn) moment(v words.Voice, at time.Time, zone *time.Location) string {
	return t.date(v, program.DateOf(at, zone)) + ", " + at.In(zone).Format("15:04")
}

// A fault says why something that was typed cannot be taken, and how it can be
// written.
type fault struct{ say flow.Phrase }

// Error names the wording; it repeats nothing of what was typed.
func (f *fault) Error() string { return f.say.Key }

func wrong(key string, args ...any) error { return &fault{flow.Say(key, args...)} }

// dayTyped reads a day, and perhaps a time of day, as people type it.
func (t *turn) dayTyped(text string, zone *time.Location, toward when.Direction) (when.Found, error) {
	found, err := when.ParseNear(t.voice.Language(), text, t.now, zone, toward)
	if two, ok := errors.AsType[*when.AmbiguousError](err); ok {
		return found, wrong("day.ambiguous",
			"First", t.date(t.voice, program.DateOf(two.First.At, zone)), "Second", t.date(t.voice, program.DateOf(two.Second.At, zone)))
	}
	switch {
	case err == nil:
		return found, nil
	case errors.Is(err, when.ErrNoSuchDay):
		return found, wrong("day.none")
	case errors.Is(err, when.ErrTooFar):
		return found, wrong("day.far")
	}
	return found, wrong("day.unclear")
}
