package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"steadfast/bot/program"
	"steadfast/bot/risk"
)

// kindRounds is how often each alarm is learned from to tell its category. With half
// as many, the category was right two points less often in notes of new authors.
const kindRounds = 20

// An opinion is a category for which a sign speaks, and how strongly.
type opinion struct {
	category program.Category
	strength float64
}

// A vote is what a sign says about the category: its strongest opinions.
type vote [risk.Opinions]opinion

// A sorter says of which category an alarm is: a logistic regression with an
// outcome for each of them.
type sorter struct {
	kinds          []program.Category
	bias           []float64
	weights, moved []float64 // for each sign, one for each category
	odds           []float64 // of the passage that is looked at
}

func newSorter(signs int) *sorter {
	kinds := risk.Kinds()
	n := len(kinds)
	return &sorter{kinds, make([]float64, n), make([]float64, signs*n), make([]float64, signs*n), make([]float64, n)}
}

// of returns the part of a list that is about a sign.
func (s *sorter) of(list []float64, sign int) []float64 {
	return list[sign*len(s.kinds) : (sign+1)*len(s.kinds)]
}

// sort sets the odds of each category for a passage.
func (s *sorter) sort(l line, root float64) {
	copy(s.odds, s.bias)
	for _, sign := range l {
		for kind, w := range s.of(s.weights, sign) {
			s.odds[kind] += w / root
		}
	}
	most, sum := slices.Max(s.odds), 0.0
	for kind, odds := range s.odds {
		s.odds[kind] = math.Exp(odds - most)
		sum += s.odds[kind]
	}
	for kind := range s.odds {
		s.odds[kind] /= sum
	}
}

// learn moves the weights of a passage a little towards what it is about.
func (s *sorter) learn(l line, about program.Category) {
	root := math.Sqrt(float64(len(l) + 1))
	s.sort(l, root)
	s.odds[slices.Index(s.kinds, about)]--
	for kind, wrong := range s.odds {
		s.bias[kind] -= biasPace * wrong
	}
	for _, sign := range l {
		weights, moved := s.of(s.weights, sign), s.of(s.moved, sign)
		for kind, wrong := range s.odds {
			slope := wrong/root + shrink*weights[kind]
			moved[kind] += slope * slope
			weights[kind] -= pace * slope / math.Sqrt(moved[kind]+1e-6)
		}
	}
}

// vote returns the strongest opinions of a sign.
func (s *sorter) vote(sign int) (v vote) {
	weights := slices.Clone(s.of(s.weights, sign))
	for i := range v {
		best := 0
		for kind, w := range weights {
			if w > weights[best] {
				best = kind
			}
		}
		if weights[best] <= 0 {
			break
		}
		v[i] = opinion{s.kinds[best], weights[best]}
		weights[best] = 0
	}
	return v
}

// sortOut learns from alarms what signs say about the category.
func (l *lesson) sortOut(examples []example) []vote {
	s, chance := newSorter(len(l.names)), rand.New(rand.NewPCG(3, 4))
	type alarm struct {
		line
		about program.Category
	}
	var alarms []alarm
	for i := range examples {
		if e := &examples[i]; e.level > program.NoLevel {
			alarms = append(alarms, alarm{l.alarm.heaviest(e), program.Category(e.categories[0])})
		}
	}
	for range kindRounds {
		chance.Shuffle(len(alarms), func(i, j int) { alarms[i], alarms[j] = alarms[j], alarms[i] })
		for _, a := range alarms {
			s.learn(a.line, a.about)
		}
	}
	votes := make([]vote, len(l.names))
	for sign := range votes {
		votes[sign] = s.vote(sign)
	}
	return votes
}
