package program

import (
	"cmp"
	"slices"
	"time"
)

// Classify says what the silence of a match means at the time now, why, who is
// to hear of it now, and when to ask again. It is pure. Each notice that it
// returns is to be added to m.Told, with Failed if it was not delivered; then
// Classify is to be asked again, for the new Look, and does not return it again.
// Asked whenever Look says, it returns every notice of the ladder once; asked
// late, it returns the strongest for each person.
//
// Nothing is due on days off and in quiet hours, and no nudge on a day on which
// the mentor was nudged; only corrections do not wait for days off, since they
// answer somebody.
func (p Protocol) Classify(m MatchView, now time.Time) Silence {
	l := listening{Protocol: p, MatchView: m, now: now, pace: p.Paces[m.Schedule.Every]}
	switch {
	case m.Schedule.IsZero():
		return Silence{Kind: NotDue, Why: Why{Key: WhyNoSchedule}}
	case !m.Ended.IsZero() && !now.Before(m.Ended):
		return Silence{Kind: NotDue, Why: Why{Key: WhyEnded}}
	}
	l.patience = l.Calendar
	l.patience.Breaks = slices.Concat(l.Calendar.Breaks, l.Down)
	l.recall()
	l.countRow()
	l.judge()
	l.correct()
	if why := m.Calendar.Off(DateOf(now, m.Zone)); !why.IsZero() {
		l.s.Kind, l.s.Why = NotDue, why
		if d, ok := m.Calendar.Open(DateOf(now, m.Zone)); ok {
			l.look(d.At(0, 0, m.Zone))
		}
		return l.s
	}
	l.askMentor()
	l.tellStaff()
	if next, ok := m.Schedule.Next(later(now.Add(-m.Schedule.Length), m.Since.Add(-1)), m.Zone, m.Calendar); ok {
		l.look(next.End)
	}
	return l.s
}

// listening is one look at a match.
type listening struct {
	Protocol
	MatchView
	now      time.Time
	pace     Pace
	patience Calendar // by which the days are counted that an answer may take

	meetings []meeting // due and over, oldest first
	off      Why       // of the last meeting that was planned, if it was not due
	row      []meeting // those that did not take place, newest first
	silent   int       // how many of the newest in the row were not answered
	s        Silence
}

// A meeting is an occurrence with what is known of it.
type meeting struct {
	Occurrence
	met    Met       // empty: no word
	asked  time.Time // when the mentor was asked; zero: not at all
	failed bool      // to ask failed
	missed time.Time // when no answer means that it was missed; zero: never
}

// look notes a time at which something may change.
func (l *listening) look(at time.Time) {
	if at.After(l.now) && (l.s.Look.IsZero() || at.Before(l.s.Look)) {
		l.s.Look = at
	}
}

// recall lists the meetings that are over, with what is known of them.
func (l *listening) recall() {
	from := later(l.Since, l.now.AddDate(0, 0, -l.Memory))
	places := map[Date]int{}
	for o := range l.Schedule.Between(from, l.now, l.Zone, l.Calendar) {
		if o.End.After(l.now) {
			continue
		}
		l.off = o.Off
		if o.Due() {
			places[o.Key] = len(l.meetings)
			l.meetings = append(l.meetings, meeting{Occurrence: o})
		}
	}
	for _, t := range l.Told {
		at, ok := places[t.Of]
		if !ok || t.Notice != NoticePrompt {
			continue
		}
		m := &l.meetings[at]
		if t.Failed {
			m.failed = true
		} else if m.asked.IsZero() || t.At.Before(m.asked) {
			m.asked = t.At
			m.missed, _ = l.patience.OpenDays(m.asked, l.pace.Missed, l.Zone)
		}
	}
	l.attribute(places)
	if n := len(l.meetings); n > 0 {
		l.s.Of = l.meetings[n-1].Occurrence
	}
}

// attribute gives each log its meeting: the one that it names or, failing that,
// the nearest one without a word, at most half the cadence away. If several
// speak of one meeting, that they met counts most, then what was said last.
func (l *listening) attribute(places map[Date]int) {
	logs := slices.Clone(l.Logs)
	rank := func(log Log) int {
		if log.Met == MetYes {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(logs, func(a, b Log) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.At.Compare(a.At))
	})
	var loose []Log
	for _, log := range logs {
		at, ok := places[log.Of]
		switch {
		case !ok:
			loose = append(loose, log)
		case l.meetings[at].met == "":
			l.meetings[at].met = log.Met
		}
	}
	for _, log := range loose {
		if m := l.nearest(cmp.Or(log.On, log.Of)); m != nil {
			m.met = log.Met
		}
	}
}

// nearest returns the meeting without a word that is nearest to a day; nil if
// there is none near, or if the day is to come, so that nothing can be known.
func (l *listening) nearest(on Date) (found *meeting) {
	if on.IsZero() || on.After(DateOf(l.now, l.Zone)) {
		return nil
	}
	distance := l.reach() + 1
	for i := range l.meetings {
		m := &l.meetings[i]
		if m.met != "" {
			continue
		}
		away := DateOf(m.Start, l.Zone).Sub(on)
		if away = max(away, -away); away < distance {
			found, distance = m, away
		}
	}
	return found
}

// reach returns how many days from a meeting another one may have been held in
// its place: half of those to the next.
func (l *listening) reach() int {
	switch l.Schedule.Every {
	case Fortnightly:
		return 7
	case Monthly:
		return 14
	default:
		return 3
	}
}

// countRow finds the meetings in a row that did not take place.
func (l *listening) countRow() {
	for _, m := range slices.Backward(l.meetings) {
		switch {
		case m.met == MetYes:
			return
		case m.met == MetMoved:
		case m.met != "":
			l.row = append(l.row, m)
		case !l.Lost.IsZero() && l.Lost.Before(m.missed): // who cannot be reached may not be able to answer
		case !m.missed.IsZero() && !l.now.Before(m.missed):
			if l.silent == len(l.row) {
				l.silent++
			}
			l.row = append(l.row, m)
		case !m.missed.IsZero():
			l.look(m.missed)
		}
		l.s.Row = len(l.row)
	}
}

// judge finds the kind of the silence.
func (l *listening) judge() {
	say := func(kind SilenceKind, key WhyKey, date Date, count int) {
		l.s.Kind, l.s.Why = kind, Why{Key: key, Date: date, Count: count}
	}
	n := len(l.meetings)
	if n == 0 {
		if say(NotDue, WhyNotYet, Date{}, 0); !l.off.IsZero() {
			l.s.Why = l.off
		}
		return
	}
	m := l.meetings[n-1]
	switch {
	case m.met == MetYes && !l.off.IsZero():
		l.s.Kind, l.s.Why = NotDue, l.off
	case m.met == MetYes:
		say(Logged, WhyMet, m.Key, 0)
	case m.met == MetMoved:
		say(NotDue, WhyMovedOn, m.Key, 0)
	case m.met != "":
		l.s.Kind, l.s.Why = l.kindOfRow()
	case !l.Lost.IsZero():
		say(Undelivered, WhyNoRoute, DateOf(l.Lost, l.Zone), 0)
	case m.asked.IsZero() && m.failed:
		say(Undelivered, WhyNotShown, m.Key, 0)
	case m.asked.IsZero() && l.tooLate(m):
		say(Undelivered, WhyNeverAsked, m.Key, 0)
	case m.asked.IsZero():
		say(MetNotLogged, WhyAsking, m.Key, 0)
	case l.silent == 0 && len(l.row) < 2: // else that goes on
		say(MetNotLogged, WhyWaiting, m.Key, 0)
	default:
		l.s.Kind, l.s.Why = l.kindOfRow()
	}
}

// kindOfRow says what the newest meetings that did not take place have in
// common.
func (l *listening) kindOfRow() (SilenceKind, Why) {
	newest := l.row[0]
	same := 0
	alike := func(m meeting) bool { return m.met == newest.met || m.met.MenteeMissed() && newest.met.MenteeMissed() }
	for same < len(l.row) && alike(l.row[same]) {
		same++
	}
	why := Why{Date: newest.Key, Count: same}
	switch newest.met {
	case "":
		// Whoever writes about other things is there.
		if l.Away > 0 && same >= l.Away && l.Heard.Before(l.row[same-1].asked) {
			why.Key = WhyMentorSilent
			return MentorAway, why
		}
		why.Key = WhyNoAnswer
		return MetNotLogged, why
	case MetICouldNo:
		why.Key = WhyMentorCould
		return MentorAway, why
	case MetTried:
		why.Key = WhyNotReached
		return MenteeAbsent, why
	default:
		why.Key = WhyMenteeAbsent
		return MenteeAbsent, why
	}
}

// tooLate reports whether it does not help any more to ask about a meeting.
func (l *listening) tooLate(m meeting) bool {
	end, ok := l.Calendar.OpenDays(m.End, l.pace.Ask, l.Zone)
	return ok && l.now.After(end)
}
