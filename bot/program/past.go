package program

import (
	"slices"
	"time"

	"steadfast/bot/chat"
)

// A Past is a case as it really went, as far as another ladder can be judged by
// it.
type Past struct {
	No     CaseNo
	Raised time.Time
	Level  Level
	About  []PersonID
	Deeds  []Deed   // what people did, in order
	Waits  []Answer // how it was acknowledged, once for each time that it waited
	Until  time.Time
	Pages  int // that were really sent
}

// A Deed is something that people did about a case, which they would have done
// at the same time under another ladder.
type Deed struct {
	At     time.Time
	Level  Level    // the level from then on; none: unchanged
	Anew   bool     // it waits as if nobody had acknowledged it
	Work   bool     // the acknowledgement lasts anew
	Closed bool     // until it is opened again
	By     PersonID // who opened it again, and has it
}

// An Answer is an acknowledgement: who, and how long after the first page that
// reached them while the case waited. Nobody is a case that was never
// acknowledged.
type Answer struct {
	By    PersonID
	After time.Duration
}

// A pastReader reads the hops of a case.
type pastReader struct {
	past    Past
	reads   func(chat.Place) []PersonID
	waiting bool
	since   time.Time              // it waits
	reached map[PersonID]time.Time // by the first page since then
}

// PastOf reads the past of a case from its hops. reads says who reads what is
// shown in a place; now is the end of what is known.
func PastOf(c Case, hops []Hop, reads func(chat.Place) []PersonID, now time.Time) Past {
	r := pastReader{past: Past{No: c.No, Raised: c.Raised, Level: c.Level, About: c.About, Until: now}, reads: reads}
	r.wait(c.Raised)
	for _, h := range hops {
		r.hop(h)
	}
	if r.waiting {
		r.past.Waits = append(r.past.Waits, Answer{})
	}
	return r.past
}

func (r *pastReader) wait(at time.Time) {
	r.waiting, r.since, r.reached = true, at, map[PersonID]time.Time{}
}

func (r *pastReader) hop(h Hop) {
	switch h.Kind {
	case HopRaised:
		r.past.Raised, r.past.Level = h.At, h.Level
		r.wait(h.At)
	case HopQueued:
		r.past.Pages++
	case HopDelivered:
		for _, p := range r.reads(h.Place) {
			if r.reached[p].IsZero() {
				r.reached[p] = h.At
			}
		}
	case HopAcked:
		r.answer(h)
	case HopRaisedTo:
		r.anew(h)
	case HopJoined:
		if h.Level == Danger { // which is paged anew, whoever has the case
			r.anew(h)
		}
	case HopLapsed, HopOwnerLeft:
		if !r.waiting {
			r.wait(h.At)
		}
	case HopLowered:
		r.past.Deeds = append(r.past.Deeds, Deed{At: h.At, Level: h.Level, Work: true})
	case HopAction, HopPlanned, HopDone, HopAsked, HopHanded, HopReferred, HopOffered, HopRefused:
		r.past.Deeds = append(r.past.Deeds, Deed{At: h.At, Work: true})
	case HopClosed:
		if r.waiting {
			r.waiting, r.past.Waits = false, append(r.past.Waits, Answer{})
		}
		r.past.Deeds = append(r.past.Deeds, Deed{At: h.At, Closed: true})
	case HopReopened:
		r.past.Deeds = append(r.past.Deeds, Deed{At: h.At, By: h.By})
	}
}

// anew lets the case wait again, once for hops of the same moment.
func (r *pastReader) anew(h Hop) {
	if n := len(r.past.Deeds); n > 0 && r.past.Deeds[n-1].Anew && r.past.Deeds[n-1].At.Equal(h.At) {
		r.past.Deeds[n-1].Level = max(r.past.Deeds[n-1].Level, h.Level)
		return
	}
	if r.waiting {
		r.past.Waits = append(r.past.Waits, Answer{})
	}
	r.past.Deeds = append(r.past.Deeds, Deed{At: h.At, Level: h.Level, Anew: true})
	r.wait(h.At)
}

func (r *pastReader) answer(h Hop) {
	if !r.waiting {
		return // it was handed over
	}
	r.waiting = false
	from := r.since // they found it by themselves
	if at, paged := r.reached[h.By]; paged {
		from = at
	}
	r.past.Waits = append(r.past.Waits, Answer{h.By, max(0, h.At.Sub(from))})
}

// A Crew is everybody whom a ladder may page.
type Crew struct {
	Zone    string // of the program, by its IANA name
	Rota    Rota
	Channel bool // the supervisors have a channel
	Members []Member
}

// A Member is one of a [Crew].
type Member struct {
	ID                         PersonID
	Name                       string
	Zone                       string // empty: the program's
	Supervisor, Outside, Staff bool
}

// on returns who is reached on each rung at a time about a case.
func (c Crew) on(rung Rung, about []PersonID, at time.Time, zone *time.Location) (reached []PersonID, manning Manning) {
	exists := false
	duty := PersonID(0)
	switch rung {
	case RungChannel:
		exists = c.Channel && !slices.ContainsFunc(c.Members, func(m Member) bool { return m.Staff && slices.Contains(about, m.ID) })
		if !exists {
			return nil, Absent
		}
	case RungDuty:
		if exists = !c.Rota.IsZero(); exists {
			duty = c.Rota.On(at, zone).Person
		}
	case RungSupervisors:
		exists = true
	}
	for _, m := range c.Members {
		here := m.Supervisor && (rung == RungChannel || rung == RungSupervisors || rung == RungDuty && m.ID == duty) || m.Outside && rung == RungLast
		exists = exists || rung == RungLast && here
		if here && !slices.Contains(about, m.ID) {
			reached = append(reached, m.ID)
		}
	}
	switch {
	case len(reached) > 0 || rung == RungChannel:
		return reached, Manned
	case exists:
		return nil, Empty
	}
	return nil, Absent
}
