package program

import (
	"testing"
	"time"
)

func TestTrendOf(t *testing.T) {
	t0 := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
	const week = 7 * 24 * time.Hour
	met := func(weeksAgo int, mood Mood) CheckIn {
		return CheckIn{At: t0.Add(-time.Duration(weeksAgo) * week), Met: MetYes, Mood: mood, Worry: NoWorry}
	}
	worried := func(weeksAgo int, kind Category) CheckIn {
		c := met(weeksAgo, 3)
		c.Worry, c.Pressing, c.Kinds = NotSure, KeepEye, []Category{kind}
		return c
	}
	missed := func(weeksAgo int) CheckIn {
		return CheckIn{At: t0.Add(-time.Duration(weeksAgo) * week), Met: MetNoShow, Worry: NoWorry}
	}
	told := met(1, 2)
	told.Trend = TrendMood
	for _, tt := range []struct {
		name    string
		history []CheckIn
		want    Trend
	}{
		{"nothing", nil, ""},
		{"three falls", []CheckIn{met(0, 1), met(1, 2), met(2, 3), met(3, 4)}, TrendMood},
		{"two falls", []CheckIn{met(0, 2), met(1, 3), met(2, 4)}, ""},
		{"as low as before is no fall", []CheckIn{met(0, 2), met(1, 2), met(2, 3), met(3, 4)}, ""},
		{"a missed meeting between", []CheckIn{met(0, 1), met(1, 2), missed(2), met(3, 3), met(4, 4)}, TrendMood},
		{"it was raised last week", []CheckIn{met(0, 1), told, met(2, 3), met(3, 4)}, ""},
		{"long ago", []CheckIn{met(0, 1), met(5, 2), met(9, 3), met(20, 4)}, ""},
		{"three concerns in thirty days", []CheckIn{worried(0, "eating"), worried(2, "bullying"), worried(4, "neglect")}, TrendThree},
		{"three in two months", []CheckIn{worried(0, "eating"), worried(4, "bullying"), worried(8, "neglect")}, ""},
		{"the same worry again", []CheckIn{worried(0, "eating"), worried(6, "eating")}, TrendRepeat},
		{"another worry", []CheckIn{worried(0, "eating"), worried(6, "bullying")}, ""},
		{"two missed after a concern", []CheckIn{missed(0), missed(1), worried(2, "bullying")}, TrendMissed},
		{"one missed and one tried in vain after a concern", []CheckIn{{At: missed(0).At, Met: MetTried}, missed(1), worried(2, "bullying")}, TrendMissed},
		{"two missed after nothing", []CheckIn{missed(0), missed(1), met(2, 4)}, ""},
		{"one missed after a concern", []CheckIn{missed(0), worried(1, "bullying"), met(2, 4)}, ""},
	} {
		got, found := TrendOf(tt.history)
		if got != tt.want || found != (tt.want != "") {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
