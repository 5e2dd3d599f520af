package program

import (
	"slices"
	"time"
)

// A RemindTime is when a mentor is reminded of a meeting that is to come. It is
// stored and never changes.
type RemindTime string

// The times of reminders.
const (
	RemindAsProgram RemindTime = "" // as the program has it
	RemindDayBefore RemindTime = "day before"
	RemindMorning   RemindTime = "morning" // of the same day
	RemindNever     RemindTime = "never"
)

// Reminders says when mentors are reminded of meetings that are to come.
type Reminders struct {
	When    RemindTime // of whoever has chosen nothing
	Evening int        // minutes after midnight, on the day before
	Morning int        // minutes after midnight, on the day itself
	// Fresh is for how long whoever planned a meeting needs no reminder of it.
	Fresh time.Duration
	// PerDay is how many messages a person gets on one day without having asked
	// for them: reminders, questions, nudges. Zero is no limit.
	PerDay int
}

// DefaultReminders returns a reminder at six in the evening of the day before,
// an hour at which most people are home from work and can still call, and at
// half past eight for who wants it in the morning. With each reminder of a day fewer
// are heeded (Ancker et al. 2017): three leave room for one, a question and a nudge.
func DefaultReminders() Reminders {
	return Reminders{When: RemindDayBefore, Evening: 18 * 60, Morning: 8*60 + 30, Fresh: 4 * time.Hour, PerDay: 3}
}

// morningLead is how long before a meeting a reminder in the morning must come to
// be of use; else it comes the evening before.
const morningLead = time.Hour

// At returns when, from now on, a mentor who chose want is to be reminded of a
// meeting that was planned at a time; false if not at all. It is never in hours
// in which the ear does not hear, on a day off, or when the meeting has begun.
func (r Reminders) At(o Occurrence, want RemindTime, planned, now time.Time, c Calendar, ear Ear) (at time.Time, ok bool) {
	if want == RemindAsProgram {
		want = r.When
	}
	if want == RemindNever || !o.Due() {
		return time.Time{}, false
	}
	day := DateOf(o.Start, ear.Zone)
	at = day.Add(-1).At(r.Evening/60, r.Evening%60, ear.Zone)
	if morning := day.At(r.Morning/60, r.Morning%60, ear.Zone); want == RemindMorning && !morning.After(o.Start.Add(-morningLead)) {
		at = morning
	}
	if at.Before(planned.Add(r.Fresh)) {
		return time.Time{}, false
	}
	at = later(later(at, now), ear.Rest)
	for at.Before(o.Start) {
		if at = ear.Quiet.Wait(at, ear.Zone, NoLevel); c.Off(DateOf(at, ear.Zone)).IsZero() {
			break
		}
		open, ok := c.Open(DateOf(at, ear.Zone))
		if !ok {
			return time.Time{}, false
		}
		at = open.At(r.Morning/60, r.Morning%60, ear.Zone)
	}
	return at, at.Before(o.Start)
}

// A Reminded records that a mentor was reminded of a meeting, so that it is done
// once for each time to which the meeting is moved.
type Reminded struct {
	Of    Date      `json:"of"`            // the Key of the meeting
	Start time.Time `json:"start"`         // when it was to begin
	At    time.Time `json:"at"`            // those of one message have the same
	Fits  bool      `json:"fits,omitzero"` // the mentor says that it works
}

// RemindedOf returns the place in Reminded of a meeting as it is planned now; -1
// if the mentor was not reminded of it.
func (m Match) RemindedOf(o Occurrence) int {
	return slices.IndexFunc(m.Reminded, func(r Reminded) bool { return r.Of == o.Key && r.Start.Equal(o.Start) })
}

// PlannedAt returns when it was last decided that a meeting takes place as it is
// planned now.
func (m Match) PlannedAt(o Occurrence) time.Time {
	return later(later(m.Since, m.Planned), m.Changes[o.Key].At)
}
