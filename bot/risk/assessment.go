package risk

import "steadfast/bot/program"

// An Assessment is what was found in a text.
type Assessment struct {
	Level      program.Level      // NoLevel, Watch, Concern or Urgent; never Danger, which text alone cannot say
	Categories []program.Category // of the hits, that of the strongest first
	Hits       []Hit              // what caused it, the strongest first, then by place
	Suppressed []Suppressed       // what was ruled out, or lowered, and by what
	Ask        bool               // below Concern, something weak or oblique: one question should be asked
	Assessed   bool               // false: the text is in no language that the rules know
}

// A Hit is a rule that was found.
type Hit struct {
	Rule       string
	Category   program.Category
	Level      program.Level // NoLevel: it only asks for a question
	Start, End int           // bytes in the original text, on rune boundaries

	sure bool // by a rule that is believed whatever the other words say
}

// A Suppressed is a hit that a cue of context ruled out, or lowered: then it is
// among the hits as well, with the lower level.
type Suppressed struct {
	Hit
	By string // the id of the cue
}

// Kinds lists the categories that rules may have: those that a mentor is offered
// and four that are only ever looked at, not paged.
func Kinds() []program.Category {
	return append(program.Categories(), "engagement", "school", "family_stress", "health")
}

// A RuleInfo describes a rule or a cue of context.
type RuleInfo struct {
	ID       string
	Language string
	Kind     string // of a cue of context; empty for a rule
	Category program.Category
	Level    program.Level
	Ask      bool     // the rule only asks for a question
	Source   string   // what it is taken from
	For      []string // notes in which it is found
	Against  []string // notes in which it must not be
}
