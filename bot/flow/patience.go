package flow

import "time"

// Patience says how long a flow waits for an answer: after Nudge the person is
// reminded once, after Away the dialogue is put away, from where it can be
// resumed. Both count from the last answer. Zero never happens.
type Patience struct {
	Nudge time.Duration
	Away  time.Duration
}

// A Step is what patience asks for.
type Step int

// The steps of patience.
const (
	Wait    Step = iota // nothing yet
	Nudge               // remind the person, once
	PutAway             // stop waiting
)

// Next says what to do at the time now with a dialogue last answered at
// touched and reminded at nudged (zero: not yet), and when to look again.
func (p Patience) Next(touched, nudged, now time.Time) (step Step, at time.Time) {
	away := touched.Add(p.Away)
	if p.Away > 0 && !now.Before(away) {
		return PutAway, time.Time{}
	}
	if p.Away == 0 {
		away = time.Time{}
	}
	if p.Nudge == 0 || nudged.After(touched) {
		return Wait, away
	}
	if nudge := touched.Add(p.Nudge); now.Before(nudge) {
		return Wait, nudge
	}
	return Nudge, away
}
