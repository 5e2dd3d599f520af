package bot

import (
	"slices"
	"testing"

	"steadfast/bot/program"
)

// TestWhatIsShown: a mentor reads what was most pressing, rules before the passage
// around them; a supervisor all that says something of its own.
func TestWhatIsShown(t *testing.T) {
	const none, concern, urgent = program.NoLevel, program.Concern, program.Urgent
	found := func(rule string, c program.Category, level program.Level, start, end int) program.Found {
		return program.Found{Rule: rule, Category: c, Level: level, Start: start, End: end}
	}
	passage := found("signs.neglect", "neglect", concern, 0, 40)
	for name, c := range map[string]struct {
		found              []program.Found
		mentor, supervisor []int // which of them
	}{
		"a rule in a passage":         {[]program.Found{passage, found("en.a", "neglect", concern, 5, 9)}, []int{1}, []int{0}},
		"a quieter passage":           {[]program.Found{found("signs.neglect", "neglect", none, 0, 40), found("en.a", "neglect", concern, 5, 9)}, []int{1}, []int{1}},
		"a louder passage":            {[]program.Found{found("signs.neglect", "neglect", urgent, 0, 40), found("en.a", "neglect", concern, 5, 9)}, []int{0}, []int{0}},
		"another kind":                {[]program.Found{passage, found("en.a", "bullying", concern, 5, 9)}, []int{1}, []int{0, 1}},
		"two rules in the same words": {[]program.Found{found("en.a", "neglect", concern, 5, 9), found("en.b", "neglect", concern, 5, 9)}, []int{0}, []int{0}},
		"beside each other":           {[]program.Found{found("en.a", "neglect", concern, 5, 9), found("en.b", "neglect", none, 10, 12)}, []int{0}, []int{0, 1}},
	} {
		var mentor, supervisor []program.Found
		for _, i := range c.mentor {
			mentor = append(mentor, c.found[i])
		}
		for _, i := range c.supervisor {
			supervisor = append(supervisor, c.found[i])
		}
		if got := loudest(c.found); !slices.Equal(got, mentor) {
			t.Errorf("%s: a mentor reads %v", name, got)
		}
		if got := apart(c.found); !slices.Equal(got, supervisor) {
			t.Errorf("%s: a supervisor reads %v", name, got)
		}
	}
}
