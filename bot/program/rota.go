package program

import (
	"slices"
	"time"
)

// handoverHour is when duty passes on, on Mondays in the program's zone: when
// both people are awake.
const handoverHour = 9

// A Rota says which supervisor is on duty, week by week. The zero Rota is none.
type Rota struct {
	Members []PersonID  `json:"members,omitzero"` // take turns, in this order
	Start   time.Time   `json:"start,omitzero"`   // when the turn of the first began: a hand-over
	Swaps   []Swap      `json:"swaps,omitzero"`   // newer ones count more
	Told    []time.Time `json:"told,omitzero"`    // the beginnings of gaps that were announced
	Last    PersonID    `json:"last,omitzero"`    // who was told last that they are on duty
}

// A Swap puts somebody else on duty for a time. Nobody is a holiday.
type Swap struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Person PersonID  `json:"person,omitzero"`
}

// A Shift is a time in which the same person is on duty; zero is nobody.
type Shift struct {
	From, To time.Time
	Person   PersonID
}

// IsZero reports whether the program has no rota.
func (r Rota) IsZero() bool { return len(r.Members) == 0 }

// Handover returns the newest hand-over that is not after a time, in a zone. It
// is at the same hour of the clock all year round.
func Handover(at time.Time, zone *time.Location) time.Time {
	local := at.In(zone)
	back := (int(local.Weekday()) + 6) % 7 // days since Monday
	h := time.Date(local.Year(), local.Month(), local.Day()-back, handoverHour, 0, 0, 0, zone)
	if h.After(at) {
		h = time.Date(local.Year(), local.Month(), local.Day()-back-7, handoverHour, 0, 0, 0, zone)
	}
	return h
}

// NextHandover returns the first hand-over after a time, in a zone. The weeks in
// which the clock is set are an hour longer or shorter than others.
func NextHandover(at time.Time, zone *time.Location) time.Time {
	h := Handover(at, zone).In(zone)
	return time.Date(h.Year(), h.Month(), h.Day()+7, handoverHour, 0, 0, 0, zone)
}

// On returns the shift under way at a time.
func (r Rota) On(at time.Time, zone *time.Location) Shift {
	s := Shift{From: Handover(at, zone), To: NextHandover(at, zone)}
	if n := len(r.Members); n > 0 {
		// Rounded, since a week in which the clock changes has not 168 hours.
		weeks := int(s.From.Sub(Handover(r.Start, zone)).Round(24*time.Hour) / (7 * 24 * time.Hour))
		s.Person = r.Members[((weeks%n)+n)%n]
	}
	covered := false
	for _, swap := range slices.Backward(r.Swaps) {
		switch {
		case covered: // an older one counts less
		case !at.Before(swap.From) && at.Before(swap.To):
			s.Person, covered = swap.Person, true
			s.From, s.To = later(s.From, swap.From), earlier(s.To, swap.To)
		case swap.From.After(at):
			s.To = earlier(s.To, swap.From)
		case !swap.To.After(at):
			s.From = later(s.From, swap.To)
		}
	}
	return s
}

// Shifts returns the shifts from one time on until another.
func (r Rota) Shifts(from, to time.Time, zone *time.Location) (all []Shift) {
	for at := from; at.Before(to); {
		s := r.On(at, zone)
		all = append(all, s)
		at = s.To
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
