package program

import (
	"iter"
	"slices"
	"time"
)

// A Toll is what a ladder means for people.
type Toll struct {
	Cases  int
	Rungs  map[Rung]int // pages
	Nobody int          // pages when there was nobody at all
	People map[PersonID]Burden
	Waits  []time.Duration // how long cases waited until somebody acknowledged them, the shortest first
	Never  int             // how often nobody did
}

// A Burden is what a ladder means for one person: pages to their private chats,
// and the nights in which there was one.
type Burden struct{ Pages, Nights int }

// Median returns the median time to an acknowledgement; zero if there was none.
func (t Toll) Median() time.Duration {
	n := len(t.Waits)
	if n == 0 {
		return 0
	}
	return (t.Waits[(n-1)/2] + t.Waits[n/2]) / 2
}

// Latest returns the longest time to an acknowledgement; zero if there was none.
func (t Toll) Latest() time.Duration {
	if len(t.Waits) == 0 {
		return 0
	}
	return t.Waits[len(t.Waits)-1]
}

// The hours of the night, in which a page wakes somebody.
const (
	nightBegins = 22
	nightEnds   = 7
)

// Night reports whether a time is at night in a zone, and which night it is, by
// the day on which it began.
func Night(at time.Time, zone *time.Location) (day string, night bool) {
	local := at.In(zone)
	if hour := local.Hour(); hour >= nightEnds && hour < nightBegins {
		return "", false
	}
	return local.Add(-nightEnds * time.Hour).Format(time.DateOnly), true
}

// Simulate replays cases under a ladder, with [Ladder.Next] as the only rule
// about pages. Whoever acknowledged a case is taken to do so as long after the
// first page that reaches them as they really did; what else people did about
// it, they do at the same time. Pages by hand and calls of all hands are left
// out. It is pure.
func Simulate(l Ladder, crew Crew, past iter.Seq[Past]) Toll {
	s := simulation{
		ladder: l, crew: crew, zones: map[PersonID]*time.Location{}, nights: map[PersonID]map[string]bool{},
		toll: Toll{Rungs: map[Rung]int{}, People: map[PersonID]Burden{}},
	}
	s.zone = zoneNamed(crew.Zone, time.UTC)
	for _, m := range crew.Members {
		s.zones[m.ID] = zoneNamed(m.Zone, s.zone)
	}
	for p := range past {
		s.toll.Cases++
		s.replay(p)
	}
	for id, nights := range s.nights {
		b := s.toll.People[id]
		b.Nights = len(nights)
		s.toll.People[id] = b
	}
	slices.Sort(s.toll.Waits)
	return s.toll
}

func zoneNamed(name string, otherwise *time.Location) *time.Location {
	if name == "" {
		return otherwise
	}
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return otherwise
}

// A simulation is the state of [Simulate]; its second half is that of one case.
type simulation struct {
	ladder Ladder
	crew   Crew
	zone   *time.Location
	zones  map[PersonID]*time.Location
	nights map[PersonID]map[string]bool
	toll   Toll

	c     Case
	past  Past
	since time.Time // it waits
	waits int       // how often it has waited before
	due   time.Time // when it is acknowledged; zero: whoever will do so was not reached yet
}

// replay lets a case go its way until the record ends.
func (s *simulation) replay(p Past) {
	s.past, s.waits = p, -1
	s.c = Case{No: p.No, Level: p.Level, Raised: p.Raised, About: p.About}
	s.wait(p.Raised)
	deeds := p.Deeds
	for now := p.Raised; ; {
		at := s.look(now)
		next := p.Until
		for _, t := range []time.Time{at, s.due} {
			if !t.IsZero() && t.Before(next) {
				next = t
			}
		}
		if len(deeds) > 0 && !deeds[0].At.After(next) {
			now = later(now, deeds[0].At) // which is earlier where the clock was set back
			s.deed(deeds[0], now)
			deeds = deeds[1:]
			continue
		}
		if !next.Before(p.Until) {
			break
		}
		now = later(now, next)
		if !s.due.IsZero() && !s.due.After(now) {
			s.acknowledged(now)
		}
	}
	s.unanswered()
}

// wait begins a time in which the case waits for somebody.
func (s *simulation) wait(at time.Time) {
	s.c.Release()
	s.since, s.due = at, time.Time{}
	s.waits++
}

// unanswered counts a case that waits, not for the weekly digest alone, and will
// not be acknowledged.
func (s *simulation) unanswered() {
	if s.c.Waiting() && s.ladder.Again[s.c.Level] > 0 {
		s.toll.Never++
	}
}

// look pages if the ladder says so, and returns when to look again.
func (s *simulation) look(now time.Time) time.Time {
	duty, reached := Duty{}, map[Rung][]PersonID{}
	if s.c.Open() && (s.c.Waiting() || !now.Before(s.c.Until)) { // otherwise nobody is asked for
		for _, rung := range s.ladder.Rungs {
			reached[rung], duty[rung] = s.crew.on(rung, s.c.About, now, s.zone)
		}
	}
	step, at, _ := s.ladder.Next(s.c, duty, now)
	if step.Lapsed {
		s.wait(now)
	}
	if step.Page {
		s.page(step, reached[step.Rung], now)
	}
	return at
}

// page counts a page, and finds out when it will be answered.
func (s *simulation) page(step Step, reached []PersonID, now time.Time) {
	s.c.Page(step, now)
	if step.Rung == "" {
		s.toll.Nobody++
		return
	}
	s.toll.Rungs[step.Rung]++
	answer := s.answer()
	for _, p := range reached {
		if p == answer.By && s.due.IsZero() {
			s.due = now.Add(answer.After)
		}
		if step.Rung != RungChannel {
			s.burden(p, now)
		}
	}
}

func (s *simulation) burden(p PersonID, now time.Time) {
	b := s.toll.People[p]
	b.Pages++
	s.toll.People[p] = b
	if day, night := Night(now, s.zones[p]); night {
		if s.nights[p] == nil {
			s.nights[p] = map[string]bool{}
		}
		s.nights[p][day] = true
	}
}

// answer returns who acknowledges the case this time. If it waits more often
// than it really did, the last one does so again.
func (s *simulation) answer() Answer {
	if len(s.past.Waits) == 0 {
		return Answer{}
	}
	return s.past.Waits[min(s.waits, len(s.past.Waits)-1)]
}

func (s *simulation) acknowledged(now time.Time) {
	s.toll.Waits = append(s.toll.Waits, now.Sub(s.since))
	s.c.AckedBy, s.due = s.answer().By, time.Time{}
	s.renew(now)
}

func (s *simulation) renew(now time.Time) {
	s.c.Until = time.Time{}
	if lasts := s.ladder.Renew[s.c.Level]; lasts > 0 {
		s.c.Until = now.Add(lasts)
	}
}

// deed lets people do what they really did.
func (s *simulation) deed(d Deed, now time.Time) {
	if d.Level != NoLevel {
		s.c.Level = d.Level
	}
	switch {
	case d.Anew:
		s.unanswered()
		s.c.Closed = time.Time{}
		s.wait(now)
	case d.Closed:
		s.unanswered()
		s.c.Closed, s.due = now, time.Time{}
	case d.By != 0:
		s.c.Closed, s.c.AckedBy = time.Time{}, d.By
		s.renew(now)
	case d.Work && !s.c.Waiting():
		s.renew(now)
	}
}
