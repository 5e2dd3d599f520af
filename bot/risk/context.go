package risk

import (
	"cmp"
	"slices"

	"steadfast/bot/program"
)

// grave are the categories in which a denial or an old story is still looked at,
// since both are often all that can be said aloud.
func grave(c program.Category) bool { return c == "suicide" || c == "sexual_abuse" }

// quieter returns the level to which a cue lowers a hit.
func quieter(k kind, c program.Category, level program.Level) program.Level {
	switch k {
	case negation, history, hypothetical:
		if grave(c) {
			return min(level, program.Watch)
		}
	case benign:
		if grave(c) {
			return level // no harmless cause makes these harmless
		}
	case hearsay:
		return max(program.NoLevel, level-1)
	case known, fine:
		return level // these count only with each other
	}
	return program.NoLevel
}

// lowered returns the level that a match of a rule has in its context, and the
// cue that lowered it.
func (r *reading) lowered(rule *rule, m match) (level program.Level, by *rule) {
	level = rule.level
	past := false
	for _, c := range r.beside(m) {
		if !r.reaches(c, m, rule) {
			continue
		}
		lower := quieter(c.rule.kind, rule.category, level)
		if lower < level || by == nil && rule.ask && c.rule.kind != known && c.rule.kind != fine {
			level, by = lower, c.rule
		}
		past = past || c.rule.kind == history || c.rule.kind == negation
	}
	if past && level > program.NoLevel && r.closed() {
		level = program.NoLevel
	}
	return level, by
}

// void reports whether words that a rule needs beside its own are not meant.
func (r *reading) void(rule *rule, m match) bool {
	return slices.ContainsFunc(r.beside(m), func(c cue) bool {
		switch c.rule.kind {
		case known, fine, history, hearsay:
			return false
		}
		return r.reaches(c, m, rule)
	})
}

// closed reports whether both closing cues are in the note.
func (r *reading) closed() bool {
	has := func(k kind) bool {
		return slices.ContainsFunc(r.cues, func(c cue) bool { return c.rule.kind == k })
	}
	return has(known) && has(fine)
}

// beside returns the cues in the sentence of a match.
func (r *reading) beside(m match) []cue {
	s := r.sentences[r.sentenceOf(m.from)]
	at := func(token int) int {
		i, _ := slices.BinarySearchFunc(r.cues, token, func(c cue, t int) int { return cmp.Compare(c.from, t) })
		return i
	}
	return r.cues[at(s.from):at(s.to)]
}

// reaches reports whether a cue lowers a match of a rule in its sentence.
func (r *reading) reaches(c cue, m match, rule *rule) bool {
	if slices.Contains(rule.keep, c.rule.kind) || len(c.rule.only) > 0 && !slices.Contains(c.rule.only, rule.category) {
		return false
	}
	if c.from < m.to && m.from < c.to { // they overlap
		return c.rule.kind == idiom
	}
	reach := c.rule.reach
	from, to, far := c.to, m.from, reach.after // what is between them
	if m.to <= c.from {
		from, to, far = m.to, c.from, reach.before
	}
	if !reach.sentence && to-from > far {
		return false
	}
	if reach.clause {
		for i := from; i <= to && i < len(r.tokens); i++ {
			if r.tokens[i].pause {
				return false
			}
		}
	}
	for _, until := range c.rule.until {
		all := r.found[until]
		for i := firstAfter(all, from); i < len(all) && all[i].from < to; i++ {
			if all[i].from >= from && all[i].to <= to {
				return false
			}
		}
	}
	return true
}
