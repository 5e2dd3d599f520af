package program

import "time"

// A Rung is who is paged about a case at one step of the ladder.
type Rung string

// The rungs.
const (
	RungChannel     Rung = "channel"     // the supervisors' channels
	RungDuty        Rung = "duty"        // the supervisor on duty, privately
	RungSupervisors Rung = "supervisors" // every supervisor, privately
	RungLast        Rung = "last"        // the last resort, outside the program
)

// Rungs lists the rungs in the order in which they are climbed by default.
func Rungs() []Rung { return []Rung{RungChannel, RungDuty, RungSupervisors, RungLast} }

// Manning says whether there is somebody on a rung for a case.
type Manning int

// The states of a rung.
const (
	Absent Manning = iota // the program has no such rung
	Empty                 // it has one, but nobody who can be reached and may know of the case
	Manned
)

// A Duty says who is there for a case now, by rung.
type Duty map[Rung]Manning

// A Ladder says how cases are paged until somebody acknowledges them, and how
// long an acknowledgement lasts. Its numbers are by level.
type Ladder struct {
	// Rungs are climbed in this order, and round again.
	Rungs []Rung
	// Again is how long after a page the next one follows; a level without an
	// entry is not paged but waits for the weekly digest.
	Again map[Level]time.Duration
	// Climb is how long a rung is paged before the next one is; it is judged
	// at a page.
	Climb map[Level]time.Duration
	// Renew is how long an acknowledgement, or what was last done about the
	// case, keeps the pages away.
	Renew map[Level]time.Duration
}

// DefaultLadder returns the ladder of the README's table. A concern's working
// day is taken as eight hours. The clocks are those that safeguarding practice
// suggests: danger renewed every two hours, what is urgent every day, a concern
// every week.
func DefaultLadder() Ladder {
	const day = 24 * time.Hour
	return Ladder{
		Rungs: Rungs(),
		Again: map[Level]time.Duration{Danger: 5 * time.Minute, Urgent: time.Hour, Concern: 8 * time.Hour},
		Climb: map[Level]time.Duration{Danger: 10 * time.Minute, Urgent: time.Hour, Concern: 8 * time.Hour},
		Renew: map[Level]time.Duration{Danger: 2 * time.Hour, Urgent: day, Concern: 7 * day, Watch: 28 * day},
	}
}

// A Reason says in a few words why a page is due or not.
type Reason string

// The reasons that [Ladder.Next] gives.
const (
	BecauseNew     Reason = "new"
	BecauseSilence Reason = "nobody acknowledged"
	BecauseLapsed  Reason = "the acknowledgement ran out"
	NotAcked       Reason = "waiting for an acknowledgement"
	NotLapsed      Reason = "somebody has it"
	NotOpen        Reason = "closed"
	NotPaged       Reason = "this level is not paged"
)

// A Step is what to do about a case now.
type Step struct {
	Page    bool
	Rung    Rung   // whom to page; empty if there is nobody at all
	Count   int    // of the rung, round by round, for [Case].Rung
	Skipped []Rung // rungs that were passed over because nobody is there
	Lapsed  bool   // the acknowledgement has run out
}

// Next says whether somebody is to be paged about c at the time now, and
// otherwise when to look again (zero: never), with the reason. It is pure. A
// clock that was set back does not delay a page by more than the level's own
// time.
func (l Ladder) Next(c Case, duty Duty, now time.Time) (step Step, at time.Time, why Reason) {
	switch {
	case !c.Closed.IsZero():
		return Step{}, time.Time{}, NotOpen
	case !c.Waiting():
		return l.lapse(c, duty, now)
	}
	again := l.Again[c.Level]
	if c.Pages > 0 && again > 0 {
		due := c.Paged.Add(again)
		switch {
		case now.Before(c.Paged): // the clock was set back
			return Step{}, now.Add(again), NotAcked
		case now.Before(due):
			return Step{}, due, NotAcked
		}
	}
	switch {
	case again == 0:
		return Step{}, time.Time{}, NotPaged
	case c.Pages == 0:
		return l.From(c, duty, c.Rung), now.Add(again), BecauseNew
	}
	count := c.Rung
	if climb := l.Climb[c.Level]; climb > 0 && !now.Before(c.Climbed.Add(climb)) {
		count++
	}
	return l.From(c, duty, count), now.Add(again), BecauseSilence
}

// lapse judges an acknowledgement.
func (l Ladder) lapse(c Case, duty Duty, now time.Time) (step Step, at time.Time, why Reason) {
	if c.Until.IsZero() {
		return Step{}, time.Time{}, NotLapsed
	}
	if most := now.Add(l.Renew[c.Level]); l.Renew[c.Level] > 0 && c.Until.After(most) { // the clock was set back
		return Step{}, most, NotLapsed
	}
	if now.Before(c.Until) {
		return Step{}, c.Until, NotLapsed
	}
	step = l.From(c, duty, 0)
	step.Page, step.Lapsed = l.Again[c.Level] > 0, true
	return step, now.Add(l.Again[c.Level]), BecauseLapsed
}

// From finds the first rung, from count on, on which there is somebody.
func (l Ladder) From(c Case, duty Duty, count int) Step {
	s := Step{Page: true, Count: count}
	if c.Hands && duty[RungSupervisors] == Manned {
		s.Rung = RungSupervisors
		return s
	}
	for range l.Rungs {
		rung := l.Rungs[s.Count%len(l.Rungs)]
		switch duty[rung] {
		case Manned:
			s.Rung = rung
			return s
		case Empty:
			s.Skipped = append(s.Skipped, rung)
		}
		s.Count++
	}
	s.Count = count
	return s
}

// Due returns when the case is to be acknowledged at the latest, the time of
// its next page, or when an acknowledgement runs out; zero for a case that is
// closed.
func (l Ladder) Due(c Case) time.Time {
	switch {
	case !c.Closed.IsZero():
		return time.Time{}
	case !c.Waiting():
		return c.Until
	}
	from := c.Paged
	if from.IsZero() {
		from = c.Raised
	}
	again := l.Again[c.Level]
	if again == 0 {
		again = 7 * 24 * time.Hour // the weekly digest
	}
	return from.Add(again)
}
