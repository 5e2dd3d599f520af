package web

import (
	"regexp"
	"slices"
)

// A Step is one thing the page suggests to try. It is ticked off when it
// happens, for good. A step waits until those before it in its story are ticked
// off, so that something done early is asked for again where it belongs.
type Step struct {
	Story string // the title of its story; the page shows one story at a time
	Label string // what to do, in a word or two
	Hint  string // how, in a short sentence or two
	Seat  string // the key of the seat where one does it; choosing the step leads there
	Clock string // one does it by moving the clock, so far: minutes, hour, tomorrow or week; choosing the step leads there, too
	When  Moment
	In    []string       // the keys of the seats in one of which it shows that it happened; none: Seat
	Match *regexp.Regexp // nil matches everything
	// Optional says that the steps after this one do not wait for it.
	Optional bool
}

// A Moment is a kind of thing that ticks off a [Step].
type Moment int

const (
	// Acted is when the person in the seat typed a text, or pressed a button,
	// that matches; of a button the label and the token are matched, with a
	// space between them. Another seat of the same person counts as well.
	Acted Moment = iota
	// Shown is when the bot posted a message that matches, or changed one so
	// that it does, after anybody acted: what stands there from the start ticks
	// nothing.
	Shown
)

// matches reports whether something that happened ticks the step off.
func (s Step) matches(when Moment, seat, text string) bool {
	if s.When != when || s.Match != nil && !s.Match.MatchString(text) {
		return false
	}
	if len(s.In) == 0 {
		return s.Seat == seat
	}
	return slices.Contains(s.In, seat)
}
