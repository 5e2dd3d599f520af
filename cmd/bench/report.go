package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// A series is what was measured at one number of chats, by bot, by round.
type series map[string][]sample

// of returns a figure of a bot in all rounds.
func (s series) of(bot string, f figure) (values []float64) {
	for _, x := range s[bot] {
		values = append(values, x[f])
	}
	return values
}

// ratio returns the median of the ratios within each round: the machine may be
// another one in the next round.
func (s series) ratio(over string, f figure, under string, g figure) (float64, bool) {
	a, b := s.of(over, f), s.of(under, g)
	var ratios []float64
	for i := range min(len(a), len(b)) {
		if b[i] > 0 && a[i] > 0 {
			ratios = append(ratios, a[i]/b[i])
		}
	}
	return median(ratios), len(ratios) > 0
}

// printSeries prints the medians of all figures, and the ratios.
func printSeries(w io.Writer, chats int, s series) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "%d chats, %d rounds\tfloor\tsteadfast\tratio\t\n", chats, len(s["steadfast"]))
	for _, f := range figures() {
		ratio := "-"
		if r, ok := s.ratio("steadfast", f, "floor", f); ok {
			ratio = fmt.Sprintf("%.2f", r)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t\n", f, number3(median(s.of("floor", f))), number3(median(s.of("steadfast", f))), ratio)
	}
	_ = t.Flush()
	fmt.Fprintln(w)
}

// number3 writes a number with three digits or so.
func number3(x float64) string {
	switch {
	case x == 0:
		return "-"
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2f", x)
}

// A goal is what a ratio should be.
type goal struct {
	name  string
	what  string
	chats int // which series
	over  figure
	under figure // of the floor, or of steadfast itself if own
	own   bool
	limit float64
	least bool // the limit is the least, not the most
}

// goals returns those that compare two figures of a closed loop.
func goals() []goal {
	return []goal{
		{"a1", "confirm p50", 1, confirmMid, confirmMid, false, 1.4, false},
		{"a1", "step p50", 1, stepMid, stepMid, false, 1.6, false},
		{"a2", "confirm p99", 1, confirmLow, confirmLow, false, 2, false},
		{"a3", "check-ins/s", 64, rate, rate, false, 0.45, true},
		{"a3+", "check-ins/s, stretch", 64, rate, rate, false, 0.7, true},
		{"a4", "confirm p99", 64, confirmLow, confirmLow, false, 2.5, false},
		{"a5", "check-ins/s", 1000, rate, rate, false, 0.4, true},
		{"a5", "confirm p99", 1000, confirmLow, confirmLow, false, 3, false},
		{"a6", "CPU per check-in", 64, processor, processor, false, 2.8, false},
		{"a7", "RSS idle", 1, idleMemory, idleMemory, false, 1.5, false},
		{"a7", "RSS peak", 1000, peakMemory, peakMemory, false, 2, false},
		{"a9", "KB written per check-in", 64, written, written, false, 2, false},
		{"b1", "escalation p50 : own confirm p50", 1, escMid, confirmMid, true, 1.1, false},
		{"b1", "escalation p99 : own confirm p99", 64, escLow, confirmLow, true, 1.2, false},
	}
}

// A verdict is a line of the table of goals.
type verdict struct {
	name, what string
	got, want  string
	met, known bool
}

func (g goal) verdict(all map[int]series) verdict {
	under := "floor"
	if g.own {
		under = "steadfast"
	}
	r, known := all[g.chats].ratio("steadfast", g.over, under, g.under)
	sign, met := "≤", r <= g.limit
	if g.least {
		sign, met = "≥", r >= g.limit
	}
	return verdict{g.name, fmt.Sprintf("%s, %d chats", g.what, g.chats), fmt.Sprintf("%.2f", r), fmt.Sprintf("%s %g", sign, g.limit), met, known}
}

// printVerdicts prints the goals.
func printVerdicts(w io.Writer, all []verdict) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "goal\twhat\tmeasured\tgoal\t")
	for _, v := range all {
		word := "met"
		switch {
		case !v.known:
			word, v.got = "not measured", "-"
		case !v.met:
			word = "MISSED"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", v.name, v.what, v.got, v.want, word)
	}
	_ = t.Flush()
}
