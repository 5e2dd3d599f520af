package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// A weighed note is one and what its heaviest passage weighs, in hundredths. The
// rules decide nothing here.
type weighed struct {
	note
	alarm, page int
}

// weighAll weighs notes with what was learned. Its error is always nil.
func weighAll(l *lesson, notes []note) (all []weighed, err error) {
	for _, n := range notes {
		if e := l.example(n); len(e.passages) > 0 {
			h := l.alarm.heaviest(&e)
			all = append(all, weighed{n, hundredths(l.alarm.weigh(h)), hundredths(l.page.weigh(h))})
		}
	}
	return all, nil
}

// curve prints what would be noticed if an alarm began elsewhere: concernFrom,
// and urgentFrom, were chosen by it.
func curve(out io.Writer, all []weighed) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(what string, from int, so func(weighed) bool) {
		fmt.Fprintf(table, "%s\t%d\t", what, from)
		for _, of := range strings.Fields("u ud ui uo c w n nh np") {
			n, k := 0, 0
			for _, w := range all {
				if w.level == levels()[of[:1]] && (len(of) == 1 || w.tier == of[1:]) {
					if n++; so(w) {
						k++
					}
				}
			}
			fmt.Fprintf(table, "%.1f\t", 100*float64(k)/float64(max(1, n)))
		}
		fmt.Fprintln(table)
	}
	fmt.Fprintln(table, "\tfrom\turgent\tdirect\tindirect\toblique\tconcern\twatch\tnone\thard\tplain\t")
	for from := 0; from <= 200; from += 20 {
		row("alarm", from, func(w weighed) bool { return w.alarm >= from })
	}
	for from := 0; from <= 200; from += 20 {
		row("page", from, func(w weighed) bool { return w.alarm >= concernFrom && w.alarm+w.page >= from })
	}
	return table.Flush()
}
