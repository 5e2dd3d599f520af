package program

import (
	"slices"
	"time"
)

// A Trend is something that no single check-in says.
type Trend string

// The trends, and the level of the case that each raises.
const (
	TrendMood   Trend = "mood"   // the mood fell three times running
	TrendThree  Trend = "three"  // three concerns in thirty days
	TrendRepeat Trend = "repeat" // a lesser worry of the same kind came back
	TrendMissed Trend = "missed" // two meetings did not happen after a concern
)

// AllTrends lists the trends, the most pressing first.
func AllTrends() []Trend { return []Trend{TrendMissed, TrendThree, TrendRepeat, TrendMood} }

// Trends are those about single mentees of a group.
type Trends map[MenteeID]Trend

// About returns the mentees about whom a trend is, in order.
func (ts Trends) About(trend Trend) (all []MenteeID) {
	for id, t := range ts {
		if t == trend {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}

// Level returns the level of the case that a trend raises.
func (t Trend) Level() Level {
	if t == TrendMood {
		return Watch
	}
	return Concern
}

// How far back trends look, and how long one is not raised again.
const (
	trendSpan  = 30 * 24 * time.Hour
	repeatSpan = 60 * 24 * time.Hour
)

// TrendOf returns the most pressing trend in the check-ins of one match, given
// the newest first, none of them taken back. The newest one completes it. A
// trend that was raised within its span is not found again. It is pure.
func TrendOf(history []CheckIn) (trend Trend, found bool) {
	if len(history) == 0 {
		return "", false
	}
	now := history[0].At
	for _, t := range []struct {
		trend Trend
		span  time.Duration
		holds func([]CheckIn) bool
	}{
		{TrendMissed, repeatSpan, missedAfterConcern},
		{TrendThree, trendSpan, threeConcerns},
		{TrendRepeat, repeatSpan, repeatedKind},
		{TrendMood, repeatSpan, fallingMood},
	} {
		recent := history
		if i := slices.IndexFunc(history, func(c CheckIn) bool { return now.Sub(c.At) > t.span }); i >= 0 {
			recent = history[:i]
		}
		raised := slices.ContainsFunc(recent, func(c CheckIn) bool { return c.Trend == t.trend })
		if !raised && t.holds(recent) {
			return t.trend, true
		}
	}
	return "", false
}

// fallingMood reports whether each of the last four moods is lower than the one
// before.
func fallingMood(history []CheckIn) bool {
	var moods []Mood
	for _, c := range history {
		if c.Mood != 0 && len(moods) < 4 {
			moods = append(moods, c.Mood)
		}
	}
	return history[0].Mood != 0 && len(moods) == 4 && moods[0] < moods[1] && moods[1] < moods[2] && moods[2] < moods[3]
}

func threeConcerns(history []CheckIn) bool {
	n := 0
	for _, c := range history {
		if c.Level() != NoLevel {
			n++
		}
	}
	return n >= 3 && history[0].Level() != NoLevel
}

// repeatedKind reports whether the newest worry, one that can wait, is of a kind
// that was told before.
func repeatedKind(history []CheckIn) bool {
	if l := history[0].Level(); l == NoLevel || l > Concern {
		return false
	}
	for _, c := range history[1:] {
		if c.Level() == NoLevel {
			continue
		}
		if slices.ContainsFunc(c.Kinds, func(k Category) bool { return slices.Contains(history[0].Kinds, k) }) {
			return true
		}
	}
	return false
}

// missedAfterConcern reports whether the last two meetings did not happen, and
// the one before raised a concern.
func missedAfterConcern(history []CheckIn) bool {
	missed := func(c CheckIn) bool { return c.Met.MenteeMissed() || c.Met == MetICouldNo }
	if len(history) < 3 || !missed(history[0]) || !missed(history[1]) {
		return false
	}
	return slices.ContainsFunc(history[1:], func(c CheckIn) bool { return c.Level() != NoLevel })
}
