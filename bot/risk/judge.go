package risk

import (
	"cmp"
	"slices"
	"sort"

	"steadfast/bot/program"
)

// A cue is a cue of context that was found.
type cue struct {
	rule *rule
	match
}

// judge says what was found.
func (r *reading) judge() Assessment {
	a := r.ruled()
	foreign := r.foreign()
	if r.a.weights != nil && !foreign {
		r.weighed(&a)
	}
	a.Hits = once(a.Hits)
	a.Assessed = r.assessed && (len(a.Hits) > 0 || !foreign)
	for _, h := range a.Hits {
		a.Level = max(a.Level, h.Level)
		if !slices.Contains(a.Categories, h.Category) {
			a.Categories = append(a.Categories, h.Category)
		}
	}
	a.Ask = a.Ask && a.Level < program.Concern
	return a
}

// ruled says what the rules find.
func (r *reading) ruled() (a Assessment) {
	for _, o := range r.owners {
		if rule := &r.a.rules[o]; rule.kind != "" {
			r.each(rule, func(m match, _ []match) { r.cues = append(r.cues, cue{rule, m}) })
		}
	}
	slices.SortStableFunc(r.cues, func(x, y cue) int { return cmp.Compare(x.from, y.from) })
	for _, o := range r.owners {
		rule := &r.a.rules[o]
		if rule.kind != "" {
			continue
		}
		r.each(rule, func(m match, with []match) {
			level, by := r.lowered(rule, m)
			h := Hit{Rule: rule.id, Category: rule.category, Level: level, sure: rule.own || slices.Contains(rule.keep, doubt)}
			if by != nil {
				a.Suppressed = append(a.Suppressed, Suppressed{r.place(Hit{Rule: rule.id, Category: rule.category, Level: rule.level}, m), by.id})
			}
			if level == program.NoLevel && (by != nil || !rule.ask) {
				return
			}
			a.Ask = a.Ask || rule.ask
			for _, place := range append([]match{m}, with...) {
				a.Hits = append(a.Hits, r.place(h, place))
			}
		})
	}
	return a
}

// place says where in the text a hit is.
func (r *reading) place(h Hit, m match) Hit {
	h.Start, h.End = r.tokens[m.from].start, r.tokens[m.to-1].end
	return h
}

// once sorts hits, and leaves out what the same rule found in the same words.
func once(hits []Hit) []Hit {
	sort.SliceStable(hits, func(i, j int) bool {
		a, b := hits[i], hits[j]
		switch {
		case a.Level != b.Level:
			return a.Level > b.Level
		case a.Start != b.Start:
			return a.Start < b.Start
		case a.End != b.End:
			return a.End > b.End
		}
		return a.Rule < b.Rule
	})
	var kept []Hit
	for _, h := range hits {
		if !slices.ContainsFunc(kept[max(0, len(kept)-50):], func(k Hit) bool {
			return k.Rule == h.Rule && k.Start <= h.Start && h.End <= k.End
		}) {
			kept = append(kept, h)
		}
	}
	return kept
}

// each calls f with each place in which a rule, or a cue, holds, and with the
// other places that it needs for that.
func (r *reading) each(rule *rule, f func(m match, with []match)) {
	for _, say := range rule.say {
	next:
		for _, m := range r.found[say] {
			for _, not := range rule.not {
				if r.overlaps(not, m) {
					continue next
				}
			}
			for _, u := range rule.unless {
				if _, found := r.near(u, m, nil); found {
					continue next
				}
			}
			var with []match
			for _, choice := range rule.with {
				there := false
				for _, n := range choice {
					if w, found := r.near(n, m, rule); found {
						with, there = append(with, w), true
						break
					}
				}
				if !there {
					continue next
				}
			}
			f(m, with)
		}
	}
}

// overlaps reports whether a pattern was found in some of the words of m.
func (r *reading) overlaps(pattern int, m match) bool {
	all := r.found[pattern]
	for i := firstAfter(all, m.from); i < len(all) && all[i].from < m.to; i++ {
		if all[i].to > m.from {
			return true
		}
	}
	return false
}

// firstAfter returns the first match that can reach a token.
func firstAfter(all []match, token int) int {
	i, _ := slices.BinarySearchFunc(all, token-longestPattern, func(m match, t int) int { return cmp.Compare(m.from, t) })
	return i
}

// near returns where a pattern is found in a scope around m. For a rule, it must
// have a word at least that is not in m, and what is denied or not meant does not
// count; without one, for unless, it may be anywhere.
func (r *reading) near(n nearby, m match, rule *rule) (match, bool) {
	from, to := r.bounds(n.scope, m)
	all := r.found[n.pattern]
	for i := firstAfter(all, from); i < len(all) && all[i].from < to; i++ {
		w := all[i]
		if w.from < from || w.to > to || rule != nil && m.from <= w.from && w.to <= m.to {
			continue
		}
		if rule == nil || rule.kind != "" || !r.void(rule, w) {
			return w, true
		}
	}
	return match{}, false
}

// bounds returns the tokens that a scope reaches from m.
func (r *reading) bounds(s scope, m match) (from, to int) {
	at := r.sentenceOf(m.from)
	here := r.sentences[at]
	if s.words > 0 {
		from, to = max(here.from, m.from-s.words), min(here.to, m.to+s.words)
	} else {
		from, to = r.sentences[max(0, at-s.sentences)].from, r.sentences[min(len(r.sentences)-1, at+s.sentences)].to
	}
	switch s.side {
	case -1:
		to = m.from
	case 1:
		from = m.to
	}
	return from, to
}

func (r *reading) sentenceOf(token int) int {
	return sort.Search(len(r.sentences), func(i int) bool { return r.sentences[i].to > token })
}
