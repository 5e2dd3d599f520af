package risk

import (
	"math"
	"slices"

	"steadfast/bot/program"
)

// PassageStretches is how many neighbouring stretches are weighed together, here
// and where the weights are learned. What stands further away has no say: cheerful
// words never hide a grave one.
const PassageStretches = 2

// A heft is a weight and the tokens that have it.
type heft struct {
	weight
	from, to int
}

// A passage is what some neighbouring stretches weigh.
type passage struct {
	alarm, page int
	hefts       []heft
}

// weighed adds to what the rules found what all words of the heaviest passage say
// together.
func (r *reading) weighed(a *Assessment) {
	w := r.a.weights
	stretches := r.stretches()
	p, alarms := r.heaviest(stretches, a.Hits)
	for i := range a.Hits {
		h := &a.Hits[i]
		at := slices.IndexFunc(stretches, func(s stretch) bool { return r.tokens[s.to-1].end > h.Start })
		r.doubted(a, h, alarms[at])
	}
	if level := w.level(p); len(p.hefts) > 0 && p.alarm >= w.ask {
		c := w.kind(p)
		a.Hits = append(a.Hits, r.place(Hit{Rule: Signs + string(c), Category: c, Level: level}, r.words(p)))
		a.Ask = a.Ask || level == program.NoLevel
	}
}

// Signs begins the id of what no rule found but all words of a passage say
// together: signs.neglect.
const Signs = "signs."

// harmless is by what a hit was lowered that the other words speak against.
const harmless = Signs + "harmless"

// doubted lowers what a rule found by itself, in words of which the heaviest
// passage weighs so much. Where all other words are harmless,
// its writer is only asked. Where they are not worrying either, what is urgent is
// a concern, unless it is grave: then its writer is asked before a supervisor is
// woken. A rule that is sure is not doubted.
func (r *reading) doubted(a *Assessment, h *Hit, alarm int) {
	switch {
	case h.sure || h.Level == program.NoLevel:
	case alarm < r.a.weights.doubt:
		a.Suppressed = append(a.Suppressed, Suppressed{*h, harmless})
		h.Level, a.Ask = program.NoLevel, true
	case alarm < r.a.weights.concern && h.Level == program.Urgent && !grave(h.Category):
		a.Suppressed = append(a.Suppressed, Suppressed{*h, harmless})
		h.Level = program.Concern
	}
}

// level returns how pressing a passage is.
func (w *weights) level(p passage) program.Level {
	switch {
	case p.alarm < w.concern:
		return program.NoLevel
	case p.alarm+p.page < w.urgent:
		return program.Concern
	}
	return program.Urgent
}

// heaviest weighs all passages and returns the most pressing one, and for each
// stretch how much the heaviest that it is in alarms.
func (r *reading) heaviest(stretches []stretch, hits []Hit) (best passage, alarms []int) {
	w := r.a.weights
	hefts := make([][]heft, len(stretches))
	alarms = make([]int, len(stretches))
	seen := map[uint64]bool{}
	for at, s := range stretches {
		clear(seen)
		r.signs(w, s, hits, func(s sign) {
			key := hashed(s.name)
			if one, known := w.signs[key]; known && !seen[key] {
				seen[key] = true
				hefts[at] = append(hefts[at], heft{one, s.from, s.to})
			}
		})
		alarms[at] = math.MinInt
	}
	best.alarm = math.MinInt
	for n := 1; n <= PassageStretches; n++ {
		for at := 0; at+n <= len(hefts); at++ {
			p := w.weigh(slices.Concat(hefts[at : at+n]...))
			if l, most := w.level(p), w.level(best); l > most || l == most && p.alarm > best.alarm {
				best = p
			}
			for i := at; i < at+n; i++ {
				alarms[i] = max(alarms[i], p.alarm)
			}
		}
	}
	return best, alarms
}

// weigh adds up. Many words say more by chance, so the sum is divided by the root
// of their number.
func (w *weights) weigh(hefts []heft) passage {
	alarm, page := 0, 0
	for _, h := range hefts {
		alarm, page = alarm+int(h.alarm), page+int(h.page)
	}
	root := math.Sqrt(float64(len(hefts) + 1))
	return passage{w.alarm + int(float64(alarm)/root), w.page + int(float64(page)/root), hefts}
}

// What is shown of a passage.
const (
	neighbourCost = 30 // what a word must weigh to be counted with those beside it
	aroundMost    = 6  // words before and after those that weigh
)

// words returns what is shown of a passage: the stretch of words that weighs most,
// and around it the clause that they stand in.
func (r *reading) words(p passage) match {
	from, to := p.hefts[0].from, p.hefts[0].to
	for _, h := range p.hefts {
		from, to = min(from, h.from), max(to, h.to)
	}
	each := make([]int, to-from)
	for _, h := range p.hefts {
		for i := h.from; i < h.to; i++ {
			each[i-from] += int(h.alarm) / (h.to - h.from)
		}
	}
	var best match
	most, sum, began := math.MinInt, 0, 0
	for i, n := range each {
		if sum <= 0 {
			sum, began = 0, i
		}
		if sum += n - neighbourCost; sum > most {
			most, best = sum, match{from + began, from + i + 1}
		}
	}
	first, last := r.sentences[r.sentenceOf(best.from)], r.sentences[r.sentenceOf(best.to-1)]
	for n := 0; n < aroundMost && best.from > first.from && !r.tokens[best.from].pause; n++ {
		best.from--
	}
	for n := 0; n < aroundMost && best.to < last.to && !r.tokens[best.to].pause; n++ {
		best.to++
	}
	return best
}

// kind returns the category for which most signs of a passage vote.
func (w *weights) kind(p passage) program.Category {
	votes := make([]int, len(w.kinds))
	for _, h := range p.hefts {
		for i, n := range h.votes {
			votes[h.kinds[i]] += int(n)
		}
	}
	most := 0
	for i, n := range votes {
		if n > votes[most] {
			most = i
		}
	}
	return w.kinds[most]
}
