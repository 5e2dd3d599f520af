package program

import "time"

// A Presence is what is known of whether somebody is there: whether messages
// find them, and whether they are read.
type Presence struct {
	Person PersonID  `json:"person"`
	Heard  time.Time `json:"heard,omitzero"`   // they said or tapped something, precise to an hour
	Asked  time.Time `json:"asked,omitzero"`   // when they were last asked to tap
	Nudged time.Time `json:"nudged,omitzero"`  // when they were last reminded of it
	Told   time.Time `json:"told,omitzero"`    // when the staff last heard that they do not answer
	NoChat time.Time `json:"no_chat,omitzero"` // since when the staff knows that there is no chat with them
}

// A Sign is what is done to know that somebody is there.
type Sign string

// The signs.
const (
	SignNone  Sign = ""
	SignAsk   Sign = "ask"   // ask them to tap
	SignNudge Sign = "nudge" // remind them, once
	SignTell  Sign = "tell"  // tell the staff that they do not answer
)

// Sign returns what is to be done next about somebody who joined at a time, and
// when. SignNone is for whoever is never asked.
func (p Protocol) Sign(of Presence, joined time.Time) (Sign, time.Time) {
	days := func(from time.Time, n int) time.Time { return from.AddDate(0, 0, n) }
	switch {
	case p.Tap == 0:
		return SignNone, time.Time{}
	case of.Asked.IsZero(), !of.Heard.Before(of.Asked), !of.Told.Before(of.Asked): // nothing is open
		return SignAsk, days(latest(joined, of.Heard, of.Asked), p.Tap)
	case of.Nudged.Before(of.Asked):
		return SignNudge, days(of.Asked, p.TapNudge)
	}
	return SignTell, latest(days(of.Asked, p.TapTell), of.Nudged)
}

func latest(times ...time.Time) (t time.Time) {
	for _, other := range times {
		if other.After(t) {
			t = other
		}
	}
	return t
}
