package program

import (
	"fmt"
	"testing"
	"time"
)

func TestRuleScores(t *testing.T) {
	now := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
	twice := []Found{{Rule: "en.cut"}, {Rule: "en.cut"}, {Rule: "en.sleeves"}}
	all := RuleScores{}
	for _, one := range []struct {
		hint Hint
		said Feedback
	}{
		{Hint{Found: twice, Ticked: true, Case: 1}, ""},                                     // right
		{Hint{Found: twice[:1], Asked: now, Answered: now, Answer: YesWorry}, ""},           // right
		{Hint{Found: twice[:1], Asked: now, Answered: now, Answer: NoWorry}, ""},            // wrong
		{Hint{Found: twice[:1], Asked: now, Answered: now, Answer: NoWorry}, "useful"},      // right: who closed it knows more
		{Hint{Found: twice[:1], Asked: now, Answered: now, Answer: NotSure}, "false_alarm"}, // wrong
		{Hint{Found: twice[:1], Asked: now}, ""},                                            // not judged
		{Hint{Found: twice[:1], Case: 2}, "higher"},                                         // right
		{Hint{Unread: true}, ""},
	} {
		all.Add(one.hint, one.said)
	}
	want := "[{en.cut 7 3 2 1 1 1 1 4 2} {en.sleeves 1 1 0 0 0 0 0 1 0}]"
	if got := fmt.Sprint(all.List()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if part, judged := all["en.cut"].Precision(); judged != 6 || fmt.Sprintf("%.2f", part) != "0.67" {
		t.Errorf("%g of %d", part, judged)
	}
}

func TestHintsForTheWeek(t *testing.T) {
	now := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
	for what, one := range map[string]struct {
		hint Hint
		want bool
	}{
		"small":                    {Hint{Level: Watch}, true},
		"weak, not answered":       {Hint{Weak: true, Asked: now}, true},
		"dismissed":                {Hint{Level: Concern, Asked: now, Answered: now, Answer: NoWorry}, true},
		"not read":                 {Hint{Unread: true}, true},
		"an open question":         {Hint{Level: Concern, Asked: now}, false},
		"ruled out":                {Hint{Ruled: []RuledOut{{}}}, false},
		"part of a case":           {Hint{Level: Watch, Case: 1}, false},
		"dismissed, with its case": {Hint{Level: Urgent, Answer: NoWorry, Case: 1}, false},
		"listed":                   {Hint{Level: Watch, Listed: now}, false},
	} {
		if got := one.hint.ForWeek(); got != one.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}
