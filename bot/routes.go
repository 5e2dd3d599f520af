package bot

import (
	"errors"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// Once a week there is proof that everybody can be reached. Each person has an
// hour of the week, given by the ID, so that never all of them are looked at
// together and nothing has to be kept about it.
const (
	weekHours = 7 * 24
	hourStep  = 5 // IDs in a row have hours on different days; it shares no divisor with weekHours

	// routesAt is when in the hour people are looked at: when little else is due,
	// so that what goes out at the full hour is proof before others are made.
	routesAt = 53 * time.Minute

	// proofEvery is how often an arrival is recorded.
	proofEvery = 24 * time.Hour
	// routesLate is how far back hours are made up for that were missed.
	routesLate = 24 * time.Hour
)

// startRoutes sets the timer of the weekly look, if there is none.
func (t *turn) startRoutes() error {
	_, err := t.tx.Timer(program.TimerRoutes, 0)
	if !errors.Is(err, program.ErrNotFound) {
		return err
	}
	return t.setTimer(program.Timer{Kind: program.TimerRoutes, At: t.now.Truncate(time.Hour).Add(time.Hour + routesAt)})
}

// lookAtRoutes looks at one person whose hour it is, and sets the timer for the
// next one, or for the next hour.
func (t *turn) lookAtRoutes(timer program.Timer) error {
	if timer.ID != 0 { // somebody whose hour was at night
		p, err := t.person(program.PersonID(timer.ID))
		if err != nil {
			return err
		}
		return t.lookAtRoutesOf(p)
	}
	hour := timer.At.Truncate(time.Hour)
	p, found, err := t.nextInHour(uint64(hour.Unix()/3600), timer.Person)
	if err != nil {
		return err
	}
	timer.Person = p.ID
	if !found {
		timer.At = hour.Add(time.Hour + routesAt)
		if t.now.Sub(timer.At) > routesLate {
			timer.At = t.now.Add(-routesLate).Truncate(time.Hour).Add(routesAt)
		}
	}
	if err := t.setTimer(timer); err != nil || !found {
		return err
	}
	return t.lookAtRoutesOf(p)
}

// nextInHour returns the first person after one whose hour it is, counted from
// any beginning.
func (t *turn) nextInHour(hour uint64, after program.PersonID) (p program.Person, found bool, err error) {
	rest := program.PersonID(hour % weekHours * hourStep % weekHours)
	for id := after + 1; ; id = p.ID {
		id += (rest + weekHours - id%weekHours) % weekHours // the first whose hour it is
		found = false
		for q, err := range t.tx.PeopleFrom(id) {
			if err != nil {
				return p, false, err
			}
			p, found = q, true
			break
		}
		if !found || p.ID == id {
			return p, found, nil
		}
	}
}

// lookAtRoutesOf finds out whether a person can be reached, and lets those who
// must be there be asked whether they are.
func (t *turn) lookAtRoutesOf(p program.Person) error {
	if !p.Is(program.Anybody) || t.Protocol.Proof == 0 {
		return nil
	}
	if at := t.QuietHours.Wait(t.now, t.zoneOf(p), program.NoLevel); at.After(t.now) {
		return t.setTimer(program.Timer{Kind: program.TimerRoutes, ID: uint64(p.ID), At: at})
	}
	if rests, err := t.rests(p); err != nil || rests {
		return err
	}
	never, err := t.placeless(p)
	if err != nil {
		return err
	}
	if never {
		return t.hasNoChat(p)
	}
	if err := t.probe(p); err != nil {
		return err
	}
	return t.awaitSign(p)
}

// rests reports whether a person is a mentor and nothing else, all of whose
// matches are paused.
func (t *turn) rests(p program.Person) (bool, error) {
	if p.Roles != program.Mentor {
		return false, nil
	}
	paused := 0
	for m, err := range t.tx.MatchesOf(p.ID) {
		if err != nil {
			return false, err
		}
		if !m.Active() {
			continue
		}
		off := program.Calendar{}.With(nil, m.Pauses...).Off(program.DateOf(t.now, t.zoneOf(p)))
		if off.IsZero() {
			return false, nil
		}
		paused++
	}
	return paused > 0, nil
}

// probe finds out whether a person can be written to, unless a message arrived
// lately. If it fails in one place, the others are tried; see [turn.elsewhere].
func (t *turn) probe(p program.Person) error {
	places, _, err := t.placesOf(p)
	if err != nil {
		return err
	}
	for _, place := range places {
		at, err := t.tx.Arrived(place)
		if err != nil || t.now.Sub(at) < time.Duration(t.Protocol.Proof)*24*time.Hour {
			return err
		}
	}
	return t.tell(p, program.Outgoing{
		Priority: program.Digest, Purpose: program.ForProbe,
		Message: chat.Message{Probe: true, Text: t.voiceOf(p).Text("reach.probe", nil)},
	})
}

// arrived records that a message arrived in a place.
func (t *turn) arrived(place chat.Place, r delivery.Result) error {
	if err := t.found(place); err != nil || t.IsGroup(place) {
		return err
	}
	last, err := t.tx.Arrived(place)
	if err != nil || r.At.Sub(last) < proofEvery {
		return err
	}
	return t.tx.SetArrived(place, r.At)
}

// noRoute tells whoever looks after a person that a quiet proof has shown that
// nothing reaches them any more.
func (t *turn) noRoute(p program.Person) error {
	staff, err := t.staffOf(p.ID)
	if err != nil {
		return err
	}
	return t.bundle(staff[:min(len(staff), hearersAtOnce)], program.News{Person: p.ID, Notice: program.NoticeNoRoute})
}

// hasNoChat tells the staff, once, that there is no chat with somebody whom the
// bot may have to reach. Of a mentor with meetings they hear when it would have
// to ask about one, and nobody waits for a mentor without a mentee.
func (t *turn) hasNoChat(p program.Person) error {
	known, err := t.tx.Presence(p.ID)
	if err != nil || !known.NoChat.IsZero() {
		return err
	}
	if p.Roles == program.Mentor {
		needed := false
		for m, err := range t.tx.MatchesOf(p.ID) {
			if err != nil {
				return err
			}
			if m.Active() && !m.Schedule.IsZero() {
				return nil
			}
			needed = needed || m.Active()
		}
		if !needed {
			return nil
		}
	}
	known.NoChat = t.now
	if err := t.tx.PutPresence(known); err != nil {
		return err
	}
	return t.noRoute(p)
}
