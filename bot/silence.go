package bot

import (
	"errors"
	"slices"
	"time"

	"steadfast/bot/program"
)

// A hearing is what is known of a mentor that the silence of each of their
// matches depends on.
type hearing struct {
	mentor  program.Person
	matches []program.Match // that have not ended
	aliases map[program.MatchID]string
	logs    map[program.MatchID][]program.Log
	heard   time.Time
	nudged  time.Time
	lost    time.Time
	never   bool // there is no chat with them
	down    []program.Period
}

// hear gathers what is known of a mentor.
func (t *turn) hear(mentor program.Person) (h hearing, err error) {
	down, err := collect(t.tx.Outages())
	if err != nil {
		return h, err
	}
	present, err := t.tx.Presence(mentor.ID)
	if err != nil {
		return h, err
	}
	h = hearing{mentor: mentor, heard: present.Heard, down: down, aliases: map[program.MatchID]string{}, logs: map[program.MatchID][]program.Log{}}
	matches, err := collect(t.tx.MatchesOf(mentor.ID))
	if err != nil {
		return h, err
	}
	for _, m := range matches {
		if !m.Active() {
			continue
		}
		h.matches = append(h.matches, m)
		if h.aliases[m.ID], err = t.called(m); err != nil {
			return h, err
		}
		if err := t.hearLogs(&h, m); err != nil {
			return h, err
		}
		for _, told := range m.Told {
			if told.Notice == program.NoticeNudge && !told.Failed && told.At.After(h.nudged) {
				h.nudged = told.At
			}
		}
	}
	for d, err := range t.tx.DialoguesWith(mentor.ID) {
		if err != nil {
			return h, err
		}
		if d.Touched.After(h.heard) {
			h.heard = d.Touched
		}
	}
	if h.never, err = t.placeless(mentor); err != nil {
		return h, err
	}
	h.lost, err = t.lostSince(mentor)
	return h, err
}

// hearLogs reads the check-ins about a match, as far back as they matter.
func (t *turn) hearLogs(h *hearing, m program.Match) error {
	from := t.now.AddDate(0, 0, -t.Protocol.Memory-1)
	zone := t.zoneOf(h.mentor)
	for c, err := range t.tx.CheckInsOf(m.ID) {
		if err != nil || c.At.Before(from) {
			return err
		}
		if c.At.After(h.heard) && c.By == h.mentor.ID {
			h.heard = c.At
		}
		if c.Undone.IsZero() {
			h.logs[m.ID] = append(h.logs[m.ID], program.Log{Of: c.Of, On: dayOf(c, zone), At: c.At, Met: c.Met})
		}
	}
	return nil
}

// lostSince returns since when nothing reaches a person; zero if something may.
func (t *turn) lostSince(p program.Person) (since time.Time, err error) {
	for _, a := range p.Accounts {
		if _, ok := t.Platforms[a.Platform]; !ok {
			continue
		}
		lost, err := t.tx.Reach(a.Private())
		if err != nil || lost.IsZero() {
			return time.Time{}, err
		}
		if lost.After(since) {
			since = lost
		}
	}
	return since, nil
}

// view returns what [program.Protocol.Classify] is to know of a match.
func (t *turn) view(h hearing, m program.Match) program.MatchView {
	zone := t.zoneOf(h.mentor)
	v := program.MatchView{
		Schedule: m.Schedule, Zone: zone, Calendar: t.calendarOf(m), Since: m.Since, Ended: m.Ended,
		Logs: h.logs[m.ID], Told: m.Told, Heard: h.heard, Nudged: h.nudged, Lost: h.lost, Down: h.down,
		Ears: map[program.Roles]program.Ear{program.Mentor: t.earOf(h.mentor)}, // the staff's are bundled later
	}
	if h.never {
		v.Lost = m.Since
	}
	return v
}

// placeless reports whether there is no chat in which a person could be written
// to: they never came, or only to a platform that is not running.
func (t *turn) placeless(p program.Person) (bool, error) {
	if p.Joined.IsZero() {
		return true, nil
	}
	places, lost, err := t.placesOf(p)
	return len(places)+len(lost) == 0, err
}

// silenceOf classifies the silence of a match.
func (t *turn) silenceOf(h hearing, m program.Match) program.Silence {
	return t.Protocol.Classify(t.view(h, m), t.now)
}

// lookAtMatch lets a match be looked at as soon as this turn is over, because
// something happened that may change what its silence means.
func (t *turn) lookAtMatch(m program.Match) error {
	if !m.Active() || m.Schedule.IsZero() {
		return nil
	}
	return t.setTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: t.now})
}

// lookAtMatchesOf is [turn.lookAgain] for all matches of a mentor.
func (t *turn) lookAtMatchesOf(mentor program.PersonID) error {
	matches, err := collect(t.tx.MatchesOf(mentor))
	if err != nil {
		return err
	}
	matches = slices.DeleteFunc(matches, func(m program.Match) bool { return !m.Active() })
	for _, m := range matches[:min(len(matches), askedAtOnce)] {
		if err := t.lookAtMatch(m); err != nil {
			return err
		}
	}
	return nil
}

// askedAtOnce is about how many matches a mentor is asked in one message.
const askedAtOnce = 10

// listen looks at the silence of a match: it gives each notice that is due once,
// and sets the timer for the next look. Questions to the mentor about other
// matches that are due now go into the same message.
func (t *turn) listen(timer program.Timer) error {
	m, err := t.tx.Match(program.MatchID(timer.ID))
	if errors.Is(err, program.ErrNotFound) || err == nil && !m.Active() {
		return nil
	}
	if err != nil {
		return err
	}
	mentor, err := t.person(m.Mentor)
	if err != nil {
		return err
	}
	t.be(mentor)
	h, err := t.hear(mentor)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(h.matches, func(o program.Match) bool { return o.ID == m.ID })
	if at < 0 {
		return nil
	}
	return t.giveDue(h, at)
}

// giveDue gives the notices about the match at an index of h.
func (t *turn) giveDue(h hearing, at int) error {
	m := &h.matches[at]
	s := t.silenceOf(h, *m)
	var asked []asking
	changed := false
	for rounds := 0; len(s.Due) > 0 && rounds < 4; rounds++ { // what was said may make more due
		for _, d := range s.Due {
			if d.To == program.Mentor {
				asked = append(asked, t.askingOf(h, *m, d, s.Of))
			} else if err := t.tellStaff(*m, d); err != nil {
				return err
			}
			m.Told = append(m.Told, d.Told(t.now))
		}
		changed = true
		s = t.silenceOf(h, *m)
	}
	if changed {
		if err := t.putTold(h, m); err != nil {
			return err
		}
	}
	if len(asked) > 0 {
		more, err := t.askingsBeside(h, at)
		if err != nil {
			return err
		}
		if err := t.askMentor(h.mentor, append(asked, more...), true); err != nil {
			return err
		}
	}
	if err := t.planAhead(h.mentor, h.matches); err != nil {
		return err
	}
	if s.Look.IsZero() {
		return nil
	}
	return t.setTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: s.Look})
}

// askingsBeside gives the questions about the other matches of h that are due
// now. What else is due about them is said when their own timers are.
func (t *turn) askingsBeside(h hearing, at int) (asked []asking, err error) {
	for i := range h.matches {
		m := &h.matches[i]
		if i == at || len(asked) == askedAtOnce-1 {
			continue
		}
		s := t.silenceOf(h, *m)
		before := len(m.Told)
		for _, d := range s.Due {
			if d.To == program.Mentor {
				asked = append(asked, t.askingOf(h, *m, d, s.Of))
				m.Told = append(m.Told, d.Told(t.now))
			}
		}
		if len(m.Told) > before {
			if err := t.putTold(h, m); err != nil {
				return nil, err
			}
		}
	}
	return asked, nil
}

// toldKept is for how many days it is known that a mentor was asked about
// meetings before the last one that took place.
const toldKept = 45

// putTold keeps what was told about a match, without what can play no part any
// more: questions about meetings before one that took place, unless they are
// young, and all that is older than the protocol looks back.
func (t *turn) putTold(h hearing, m *program.Match) error {
	var met program.Date
	for _, log := range h.logs[m.ID] {
		if log.Met == program.MetYes && log.On.After(met) {
			met = log.On
		}
	}
	young, old := t.now.AddDate(0, 0, -toldKept), t.now.AddDate(0, 0, -t.Protocol.Memory)
	toMentor := func(told program.Told) bool { return told.To == program.Mentor || told.Notice == program.NoticeList }
	m.Told = slices.DeleteFunc(m.Told, func(told program.Told) bool {
		return told.At.Before(old) || toMentor(told) && told.At.Before(young) && told.Of.Before(met)
	})
	return t.tx.PutMatch(m)
}

// askFailed records that a question to a mentor could not be shown, so that it
// does not count as asked.
func (t *turn) askFailed(o program.Outgoing) error {
	matches, err := collect(t.tx.MatchesOf(o.Person))
	if err != nil {
		return err
	}
	for _, m := range matches {
		failed := false
		for i, told := range m.Told {
			if told.To == program.Mentor && told.At.Equal(o.Told) && !told.Failed {
				m.Told[i].Failed, failed = true, true
			}
		}
		if !failed || !m.Active() {
			continue
		}
		if err := t.tx.PutMatch(&m); err != nil {
			return err
		}
		if err := t.lookAtMatch(m); err != nil {
			return err
		}
	}
	return nil
}
