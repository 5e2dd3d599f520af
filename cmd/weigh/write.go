package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
)

// From where on a passage is worth a question, an alarm, an alarm at once, in
// hundredths, and below what a rule is not believed. They were chosen with -curve
// and -measure: the more alarms, the more false ones.
const (
	doubtBelow  = 25
	askFrom     = 25
	concernFrom = 50
	urgentFrom  = 125 // for both weights together
)

// faintVote is how strongly, in hundredths, a sign must speak for a category to be
// heard. Without the fainter ones the category was right as often, and the file is
// a twentieth smaller.
const faintVote = 15

// write returns signs.txt.
func (l *lesson) write() []byte {
	var b bytes.Buffer
	b.WriteString(`# What words weigh: for an alarm, for its being urgent, and for a category. Written
# by cmd/weigh from the notes in notes/, which is the place to change something.
`)
	fmt.Fprintf(&b, "at doubt\t%d\nat ask\t%d\nat concern\t%d\nat urgent\t%d\n", doubtBelow, askFrom, concernFrom, urgentFrom)
	fmt.Fprintf(&b, "at first\t%d\t%d\n", hundredths(l.alarm.bias), hundredths(l.page.bias))
	order := make([]int, len(l.names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(l.names[i], l.names[j]) })
	for _, i := range order {
		fmt.Fprintf(&b, "%s\t%d\t%d", l.names[i], hundredths(l.alarm.weights[i]), hundredths(l.page.weights[i]))
		for _, o := range l.votes[i] {
			if hundredths(o.strength) >= faintVote {
				fmt.Fprintf(&b, "\t%s\t%d", o.category, hundredths(o.strength))
			}
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func hundredths(x float64) int { return int(math.Round(100 * x)) }
