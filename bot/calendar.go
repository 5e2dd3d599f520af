package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// A calendar file tells of the meetings of half a year. After a change it waits
// a little for others.
const (
	fileName  = "schedule.ics"
	fileAhead = 26 * 7 * 24 * time.Hour
	fileWait  = 5 * time.Minute
)

// stopFiles is the option of the button by which somebody wants no more files.
const stopFiles = "stop"

// calendarPressed sends a file with the meetings of a match, or of all of the
// person's own, and lets them be sent it anew when something changes; or stops
// that.
func (t *turn) calendarPressed(token chat.Token) error {
	matches, err := t.filed(program.MatchID(token.ID))
	if err != nil {
		return err
	}
	stop := token.Option == stopFiles
	for _, m := range matches {
		at := slices.Index(m.File.Readers, t.who.ID)
		switch {
		case stop && at >= 0:
			m.File.Readers = slices.Delete(slices.Clone(m.File.Readers), at, at+1)
		case !stop && at < 0 && len(m.File.Readers) < hearersAtOnce:
			m.File.Readers = append(slices.Clone(m.File.Readers), t.who.ID)
		default:
			continue
		}
		if err := t.tx.PutMatch(&m); err != nil {
			return err
		}
	}
	if stop {
		return t.toast("calendar.stopped")
	}
	file, err := t.calendarFile(t.who, program.MatchID(token.ID))
	if err != nil {
		return err
	}
	if file == nil {
		return t.reply(t.text("schedule.empty"))
	}
	o := t.calendarMessage(t.who, program.MatchID(token.ID), "calendar.here")
	o.Priority, o.To, o.Person = program.Reply, t.event.In, t.who.ID
	return t.queue(o)
}

// fileOf returns what the button for a file of some matches names: the one that
// somebody looks after or, with zero, all of a person's own.
func fileOf(p program.Person, matches []program.Match) uint64 {
	if len(matches) == 1 && matches[0].Mentor != p.ID {
		return uint64(matches[0].ID)
	}
	return 0
}

// filed returns the matches that a file of the person is about: one that they
// may change or, with zero, all of their own.
func (t *turn) filed(id program.MatchID) ([]program.Match, error) {
	if id != 0 {
		m, err := t.charge(uint64(id))
		return []program.Match{m}, err
	}
	own, _, err := t.matchesOf(t.who.ID)
	return own[:min(len(own), askedAtOnce)], err
}

// calendarMessage returns the message that a file comes with. The file itself
// is written at the moment it is sent, and says how things are then.
func (t *turn) calendarMessage(p program.Person, match program.MatchID, key string) program.Outgoing {
	v := t.voiceOf(p)
	return program.Outgoing{
		Purpose: program.ForCalendar, Match: match,
		Message: chat.Message{Text: v.Text(key, nil), Choices: []chat.Choice{{
			Label: v.Plain("calendar.stop", nil), Kind: chat.Aside,
			Token: chat.Token{Act: actCalendar, ID: uint64(match), Question: "files", Option: stopFiles}.String(),
		}}},
	}
}

// meetingsChanged raises the version of a match's file, and lets whoever has one
// be sent it anew.
func (t *turn) meetingsChanged(m *program.Match) error {
	m.File.Version++
	if len(m.File.Readers) == 0 {
		return nil
	}
	_, zone, err := t.placeInTime(*m)
	if err != nil {
		return err
	}
	at := t.QuietHours.Wait(t.now.Add(fileWait), zone, program.NoLevel)
	return t.setTimer(program.Timer{Kind: program.TimerCalendar, ID: uint64(m.ID), At: at})
}

// planChanged keeps which days of an earlier plan a calendar may still have.
func (t *turn) planChanged(m *program.Match, before program.Schedule) error {
	_, zone, err := t.placeInTime(*m)
	if err != nil || len(m.File.Readers) == 0 {
		return err
	}
	today := program.DateOf(t.now, zone)
	m.File.Former = slices.DeleteFunc(slices.Clone(m.File.Former), func(d program.Date) bool { return d.Before(today) })
	for o := range before.Between(t.now, t.now.Add(fileAhead), zone, t.calendarOf(*m)) {
		if !slices.Contains(m.File.Former, o.Key) {
			m.File.Former = append(m.File.Former, o.Key)
		}
	}
	return nil
}

// sendFiles sends the file of a match to those who have an older one and may
// still see its meetings. A mentor is sent one file of all matches.
func (t *turn) sendFiles(timer program.Timer) error {
	m, err := t.tx.Match(program.MatchID(timer.ID))
	if errors.Is(err, program.ErrNotFound) || err == nil && !m.Active() {
		return nil
	}
	if err != nil {
		return err
	}
	for _, id := range m.File.Readers {
		p, err := t.person(id)
		if err != nil {
			return err
		}
		t.be(p)
		match := m.ID
		if m.Mentor == p.ID {
			match = 0
			later, err := t.fileFollows(m)
			if err != nil {
				return err
			}
			if later { // the others have a file of this match alone
				continue
			}
		} else if !t.inCharge(m) {
			continue
		}
		o := t.calendarMessage(p, match, "calendar.changed")
		o.Priority = program.Reminder
		if err := t.tell(p, o); err != nil {
			return err
		}
	}
	return nil
}

// fileFollows reports whether another match of a mentor has changed as well, so
// that its file, which tells of all, is still to come.
func (t *turn) fileFollows(m program.Match) (bool, error) {
	for other, err := range t.tx.MatchesOf(m.Mentor) {
		if err != nil {
			return false, err
		}
		if other.ID == m.ID || !other.Active() || !slices.Contains(other.File.Readers, m.Mentor) {
			continue
		}
		_, err := t.tx.Timer(program.TimerCalendar, uint64(other.ID))
		if !errors.Is(err, program.ErrNotFound) {
			return err == nil, err
		}
	}
	return false, nil
}

// fileFor writes the file that a message is to bring.
func (t *turn) fileFor(o program.Outgoing) (*chat.Document, error) {
	p, err := t.person(o.Person)
	if err != nil {
		return nil, err
	}
	return t.calendarFile(p, o.Match)
}

// calendarFile writes the meetings of a match, or of all of a mentor's own, for a
// person's calendar; nil if there are none, or they may not see them any more.
func (t *turn) calendarFile(p program.Person, id program.MatchID) (*chat.Document, error) {
	if !p.Is(program.Anybody) {
		return nil, nil
	}
	t.be(p)
	matches, err := t.filed(id)
	if errors.Is(err, program.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	domain := sha256.Sum256([]byte("steadfast " + t.Name))
	c := program.ICalendar{Name: t.Name, Domain: hex.EncodeToString(domain[:6]) + ".steadfast", Now: t.now}
	for _, m := range matches {
		events, err := t.calendarEvents(m)
		if err != nil {
			return nil, err
		}
		c.Events = append(c.Events, events...)
	}
	if len(c.Events) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(c.Events, func(a, b program.ICalEvent) int { return a.Meeting.Start.Compare(b.Meeting.Start) })
	text := c.String()
	for len(text) > chat.FileBytes { // what is far away can wait for the next file
		c.Events = c.Events[:len(c.Events)*9/10]
		text = c.String()
	}
	return &chat.Document{Name: fileName, Type: "text/calendar; charset=utf-8", Data: []byte(text)}, nil
}

// calendarEvents returns the meetings of a match, with the days of earlier plans
// as cancelled.
func (t *turn) calendarEvents(m program.Match) ([]program.ICalEvent, error) {
	_, zone, err := t.placeInTime(m)
	if err != nil {
		return nil, err
	}
	summary, err := t.calendarSummary(m)
	if err != nil {
		return nil, err
	}
	meetings := t.meetingsOf(m, zone, t.now, t.now.Add(fileAhead))
	for _, d := range m.File.Former {
		if d.Before(program.DateOf(t.now, zone)) || slices.ContainsFunc(meetings, func(o program.Occurrence) bool { return o.Key == d }) {
			continue
		}
		start := d.At(m.Schedule.Hour, m.Schedule.Minute, zone)
		meetings = append(meetings, program.Occurrence{
			Key: d, Start: start, End: start.Add(m.Schedule.Length), Off: program.Why{Key: program.WhyCancelled, Date: d},
		})
	}
	return program.MeetingEvents(m.ID, summary, m.File.Version, slices.Values(meetings)), nil
}

// calendarSummary returns what an entry of the calendar is called. A calendar is
// often shown on other devices and to other people; so it says what a mentee is
// called only where the program lets that stand outside of private chats.
func (t *turn) calendarSummary(m program.Match) (string, error) {
	mentor, err := t.person(m.Mentor)
	if err != nil {
		return "", err
	}
	mentee, err := t.called(m)
	switch {
	case err != nil:
		return "", err
	case m.Mentor != t.who.ID && t.AliasOnCards:
		return t.pair(m)
	case m.Mentor != t.who.ID:
		return t.plain("calendar.of", "Mentor", mentor.Name), nil
	case t.AliasOnCards:
		return t.plain("calendar.with", "Mentee", mentee), nil
	}
	return t.plain("calendar.meeting"), nil
}
