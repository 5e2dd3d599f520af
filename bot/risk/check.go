package risk

import (
	"errors"
	"fmt"
	"slices"

	"steadfast/bot/program"
)

// Faults says which rules do not do with their own examples what they should.
func (a *Assessor) Faults() error {
	var all []error
	for _, r := range a.rules {
		if err := a.check(r.block); err != nil {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

// check tries the examples of a block. A rule must be found, at its full level,
// in those that it is for. A cue must be found in those that it is for and leave
// nothing of them; in the others something must remain.
func (a *Assessor) check(b *block) error {
	var all []error
	bad := func(e example, what string) {
		all = append(all, fmt.Errorf("%s, line %d: "+what, b.file, e.line, b.id))
	}
	for _, e := range b.plus {
		if !a.holds(b, e.text) {
			bad(e, "%s is not found in its example, or something lowers it")
		} else if b.kind != "" && a.ruled(e.text, b.lang) >= program.Concern {
			bad(e, "%s does not quieten its example")
		}
	}
	for _, e := range b.minus {
		if b.kind == "" && a.holds(b, e.text) {
			bad(e, "%s is found in an example that it is not for")
		} else if b.kind != "" && a.ruled(e.text, b.lang) < program.Concern {
			bad(e, "with %s, nothing that is pressing is left of an example that must stay so")
		}
	}
	return errors.Join(all...)
}

// ruled returns the highest level that rules find in a text.
func (a *Assessor) ruled(text, lang string) (level program.Level) {
	r := a.reading()
	defer a.release(r)
	r.read(text, lang)
	for _, h := range r.ruled().Hits {
		level = max(level, h.Level)
	}
	return level
}

// holds reports whether a rule is found in a text at its full level, or a cue at
// all.
func (a *Assessor) holds(b *block, text string) bool {
	r := a.reading()
	defer a.release(r)
	r.read(text, b.lang)
	hits := r.ruled().Hits
	if b.kind == "" {
		return slices.ContainsFunc(hits, func(h Hit) bool { return h.Rule == b.id && h.Level == b.level })
	}
	return slices.ContainsFunc(r.cues, func(c cue) bool { return c.rule.id == b.id })
}
