package program

import (
	"cmp"
	"slices"
)

// A RuleScore says how well a rule of text hints has done in this program. It
// counts hints, in each of which a rule counts once.
type RuleScore struct {
	Rule       string `json:"rule"`
	Fired      int    `json:"fired"`
	Confirmed  int    `json:"confirmed,omitzero"`   // its writer had ticked as much, or answered yes or not sure
	Dismissed  int    `json:"dismissed,omitzero"`   // its writer answered no
	Unanswered int    `json:"unanswered,omitzero"`  // its writer was asked and did not answer
	Useful     int    `json:"useful,omitzero"`      // said whoever closed the case,
	FalseAlarm int    `json:"false_alarm,omitzero"` // or this,
	Higher     int    `json:"higher,omitzero"`      // or that it should have been higher
	Right      int    `json:"right,omitzero"`       // of those that were judged, see Precision
	Wrong      int    `json:"wrong,omitzero"`
}

// Precision returns which part of the judged hints was right, from 0 to 1, and
// how many were judged. What the supervisors said of a case counts; without
// that, what the writer said.
func (s RuleScore) Precision() (part float64, judged int) {
	judged = s.Right + s.Wrong
	if judged == 0 {
		return 0, 0
	}
	return float64(s.Right) / float64(judged), judged
}

// A RuleScores adds up hints by rule.
type RuleScores map[string]*RuleScore

// Add counts a hint, with what the supervisors said of its case, if anything.
func (all RuleScores) Add(h Hint, feedback Feedback) {
	counted := map[string]bool{}
	for _, f := range h.Found {
		if counted[f.Rule] {
			continue
		}
		counted[f.Rule] = true
		if all[f.Rule] == nil {
			all[f.Rule] = &RuleScore{Rule: f.Rule}
		}
		all[f.Rule].add(h, feedback)
	}
}

func (s *RuleScore) add(h Hint, feedback Feedback) {
	s.Fired++
	switch {
	case h.Confirmed():
		s.Confirmed++
	case h.Answer == NoWorry:
		s.Dismissed++
	case h.Open():
		s.Unanswered++
	}
	switch feedback {
	case "useful":
		s.Useful++
	case "false_alarm":
		s.FalseAlarm++
	case "higher":
		s.Higher++
	}
	switch {
	case feedback == "false_alarm":
		s.Wrong++
	case feedback != "" || h.Confirmed():
		s.Right++
	case h.Answer == NoWorry:
		s.Wrong++
	}
}

// List returns the scores, the rules that fired most often first.
func (all RuleScores) List() (list []RuleScore) {
	for _, s := range all {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b RuleScore) int {
		return cmp.Or(cmp.Compare(b.Fired, a.Fired), cmp.Compare(a.Rule, b.Rule))
	})
	return list
}
