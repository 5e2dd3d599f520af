package web

import "regexp"

// A Step is one thing the page suggests to try. It is ticked off when it
// happens, for good.
type Step struct {
	Label string // what to do, such as "Check in as Mia"
	Seat  string // the key of the seat where one does it; choosing the step leads there
	When  Moment
	In    string         // the key of the seat where it shows that it happened; empty: Seat
	Match *regexp.Regexp // nil matches everything
}

// A Moment is a kind of thing that ticks off a [Step].
type Moment int

const (
	// Acted is when the person in the seat typed a text, or pressed a button,
	// that matches; of a button the label and the token are matched, with a
	// space between them. Another seat of the same person counts as well.
	Acted Moment = iota
	// Shown is when the bot posted a message that matches, after anybody acted:
	// what stands there from the start ticks nothing.
	Shown
)

// Tour returns the three steps of the demo: a check-in of the mentor, a concern
// that reaches the supervisors' channel, and its acknowledgement there.
func Tour(mentor, channel Seat) []Step {
	return []Step{
		{
			Label: "Check in as " + mentor.Person.Name, Seat: mentor.Key,
			When: Acted, Match: regexp.MustCompile(`(?i)^/checkin\b|(^| )1\.\S+$`),
		},
		{
			Label: "Raise a concern", Seat: mentor.Key,
			When: Shown, In: channel.Key, Match: regexp.MustCompile(`(?i)\bcase\b`),
		},
		{
			Label: "Acknowledge as " + channel.Person.Name, Seat: channel.Key,
			When: Acted, Match: regexp.MustCompile(`(?i)acknowledge|\back\b`),
		},
	}
}

// matches reports whether something that happened ticks the step off.
func (s Step) matches(when Moment, seat, text string) bool {
	in := s.In
	if in == "" {
		in = s.Seat
	}
	return s.When == when && in == seat && (s.Match == nil || s.Match.MatchString(text))
}
