package program

import (
	"slices"
	"time"
)

// say adds a notice if whoever it is for may hear it now, and otherwise notes
// when they may.
func (l *listening) say(d Due) {
	ear := l.Ears[d.To]
	if ear.Zone == nil {
		ear.Zone = l.Zone
	}
	if free := ear.Quiet.Wait(later(l.now, ear.Rest), ear.Zone, NoLevel); free.After(l.now) {
		l.look(free)
		return
	}
	l.s.Due = append(l.s.Due, d)
}

// told reports whether a notice was given about a row that began with a meeting.
func (l *listening) told(n Notice, first Occurrence) bool {
	return slices.ContainsFunc(l.Told, func(t Told) bool {
		return t.Notice == n && !t.Failed && byStart(l.meeting(t.Of), first) >= 0 && !l.corrected(t)
	})
}

// meeting returns the meeting of a Key, which may not be due any more. Keys are
// compared by when their meetings are, since some are moved past others.
func (l *listening) meeting(key Date) Occurrence { return l.Schedule.on(key, l.Zone, l.Calendar) }

// once reports whether a notice about a meeting was given.
func (l *listening) once(n Notice, of Date) bool {
	return slices.ContainsFunc(l.Told, func(t Told) bool { return t.Notice == n && t.Of == of && !t.Failed })
}

// corrected reports whether an alert was taken back, which makes it as if it had
// not been given.
func (l *listening) corrected(a Told) bool {
	return slices.ContainsFunc(l.Told, func(t Told) bool {
		return t.Notice == NoticeCorrection && !t.Failed && t.To == a.To && t.From == a.From && t.Of == a.Of && !t.At.Before(a.At)
	})
}

// askMentor asks about the newest meeting, if there is no word of it.
func (l *listening) askMentor() {
	if len(l.meetings) == 0 {
		return
	}
	m := l.meetings[len(l.meetings)-1]
	if m.met != "" || !l.Lost.IsZero() {
		return
	}
	d := Due{To: Mentor, Kind: l.s.Kind, From: m.Key, Of: m.Key, Why: l.s.Why}
	if m.asked.IsZero() {
		d.Notice = NoticePrompt
		last, failed := l.last(NoticePrompt, m.Key)
		switch {
		case l.tooLate(m):
		case failed && l.sameDay(last):
			l.look(l.tomorrow())
		default:
			l.say(d)
		}
		return
	}
	// A meeting that was given up is the coordinator's.
	l.s.Awaited = l.silent == 0 || l.row[0].Key != m.Key
	at, ok := l.patience.OpenDays(m.asked, l.pace.Nudge, l.Zone)
	switch {
	case l.pace.Nudge == 0 || !ok || l.once(NoticeNudge, m.Key) || !l.s.Awaited:
	case l.now.Before(at):
		l.look(at)
	case l.sameDay(l.Nudged):
		l.look(l.tomorrow())
	default:
		d.Notice = NoticeNudge
		l.say(d)
	}
}

// last returns when a notice about a meeting was last given, and whether that
// failed.
func (l *listening) last(n Notice, of Date) (at time.Time, failed bool) {
	for _, t := range l.Told {
		if t.Notice == n && t.Of == of && !t.At.Before(at) {
			at, failed = t.At, t.Failed
		}
	}
	return at, failed
}

func (l *listening) mentorZone() *time.Location {
	if zone := l.Ears[Mentor].Zone; zone != nil {
		return zone
	}
	return l.Zone
}

// sameDay reports whether a time is of today where the mentor is.
func (l *listening) sameDay(at time.Time) bool {
	return !at.IsZero() && DateOf(at, l.mentorZone()) == DateOf(l.now, l.mentorZone())
}

func (l *listening) tomorrow() time.Time {
	return DateOf(l.now, l.mentorZone()).Add(1).At(0, 0, l.mentorZone())
}

// tellStaff climbs the ladder.
func (l *listening) tellStaff() {
	l.unreached()
	l.list()
	if len(l.row) == 0 {
		return
	}
	kind, why := l.kindOfRow()
	why.Count = len(l.row)
	first := l.row[len(l.row)-1].Occurrence
	d := Due{Kind: kind, Why: why, From: first.Key, Of: l.row[0].Key}
	if n := l.coordinatorNotice(kind, first); n != "" {
		d.Notice, d.To = n, Coordinator
		l.say(d)
	}
	if l.pace.Supervisor > 0 && len(l.row) >= l.pace.Supervisor && !l.told(NoticeSupervisor, first) {
		d.Notice, d.To = NoticeSupervisor, Supervisor
		l.say(d)
	}
}

// coordinatorNotice returns the strongest notice for the coordinator about a row
// that began with a meeting, unless it or a stronger one was given; empty for
// none.
func (l *listening) coordinatorNotice(kind SilenceKind, first Occurrence) Notice {
	for _, step := range []struct {
		notice Notice
		at     int
	}{{NoticeClosure, l.pace.Closure}, {NoticeWarning, l.pace.Warning}, {NoticeAlert, l.pace.Alert}} {
		switch {
		case l.told(step.notice, first):
			return ""
		case step.notice == NoticeWarning && kind == MenteeAbsent:
			// Nobody is warned because somebody else stayed away.
		case step.at > 0 && len(l.row) >= step.at:
			return step.notice
		}
	}
	return ""
}

// list puts a meeting without a word on the coordinator's list, unless the
// coordinator hears more of it.
func (l *listening) list() {
	if len(l.meetings) == 0 || l.pace.List == 0 || l.s.Kind == Undelivered {
		return
	}
	m := l.meetings[len(l.meetings)-1]
	alerted := l.pace.Alert > 0 && len(l.row) >= l.pace.Alert && l.row[0].Key == m.Key
	if m.met != "" || m.asked.IsZero() || alerted || l.once(NoticeList, m.Key) {
		return
	}
	at, ok := l.patience.OpenDays(m.asked, l.pace.List, l.Zone)
	switch {
	case !ok:
	case l.now.Before(at):
		l.look(at)
	default:
		l.say(Due{Notice: NoticeList, To: Coordinator, Kind: l.s.Kind, From: m.Key, Of: m.Key, Why: l.s.Why})
	}
}

// unreached tells the coordinator once that the mentor could not be asked and,
// if that goes on, a supervisor.
func (l *listening) unreached() {
	if l.s.Kind != Undelivered || l.s.Why.Key == WhyNeverAsked {
		return
	}
	of := l.s.Of.Key
	d := Due{Notice: NoticeUnreached, To: Coordinator, Kind: Undelivered, From: of, Of: of, Why: l.s.Why}
	given := func(n Notice) bool {
		return slices.ContainsFunc(l.Told, func(t Told) bool {
			return t.Notice == n && !t.Failed && (t.Of == of || !l.Lost.IsZero() && !t.At.Before(l.Lost))
		})
	}
	if !given(NoticeUnreached) {
		l.say(d)
	}
	if l.Lost.IsZero() || l.Serious == 0 {
		return
	}
	if at := l.Lost.AddDate(0, 0, l.Serious); l.now.Before(at) {
		l.look(at)
	} else if !given(NoticeSerious) {
		d.Notice, d.To = NoticeSerious, Supervisor
		l.say(d)
	}
}

// correct tells those who were alerted about a meeting that it took place after
// all.
func (l *listening) correct() {
	for _, a := range l.Told {
		if !slices.Contains([]Notice{NoticeAlert, NoticeWarning, NoticeClosure, NoticeSupervisor}, a.Notice) || a.Failed || l.corrected(a) {
			continue
		}
		first, last := l.meeting(a.From), l.meeting(a.Of)
		at := slices.IndexFunc(l.meetings, func(m meeting) bool {
			return m.met == MetYes && byStart(m.Occurrence, first) >= 0 && byStart(m.Occurrence, last) <= 0
		})
		said := slices.ContainsFunc(l.s.Due, func(d Due) bool {
			return d.Notice == NoticeCorrection && d.From == a.From && d.Of == a.Of && d.To == a.To
		})
		if at >= 0 && !said {
			l.say(Due{Notice: NoticeCorrection, To: a.To, Kind: Logged, From: a.From, Of: a.Of,
				Why: Why{Key: WhyLateLog, Date: l.meetings[at].Key}})
		}
	}
}
