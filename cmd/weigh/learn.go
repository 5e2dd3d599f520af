package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"

	"steadfast/bot/program"
	"steadfast/bot/risk"
)

// How long and how fast is learned. The values were chosen by leaving out each
// author in turn; none changes much when it is doubled or halved.
const (
	rounds      = 20
	wholeRounds = 3 // in which a whole note is learned from, and later its heaviest passage
	pace        = 0.1
	biasPace    = 0.02
	shrink      = 0.001
	rare        = 2 // in fewer notes, a pair of words or a whole long word says nothing
)

// A line is the signs of a passage, by number.
type line []int

// An example is a note as it is learned from.
type example struct {
	note
	whole    line
	passages []line
}

// A model says how likely something is: a logistic regression over signs.
type model struct {
	weights []float64
	moved   []float64 // how far each has moved: the further, the slower
	bias    float64
}

func newModel(signs int) *model {
	return &model{weights: make([]float64, signs), moved: make([]float64, signs)}
}

// weigh returns the logarithm of the odds. Many words say more by chance, so the
// sum is divided by the root of their number.
func (m *model) weigh(l line) float64 {
	sum := 0.0
	for _, i := range l {
		sum += m.weights[i]
	}
	return sum/math.Sqrt(float64(len(l)+1)) + m.bias
}

// learn moves the weights of a passage a little towards what is so.
func (m *model) learn(l line, so bool) {
	wrong := 1 / (1 + math.Exp(-m.weigh(l)))
	if so {
		wrong--
	}
	m.bias -= biasPace * wrong
	each := wrong / math.Sqrt(float64(len(l)+1))
	for _, i := range l {
		slope := each + shrink*m.weights[i]
		m.moved[i] += slope * slope
		m.weights[i] -= pace * slope / math.Sqrt(m.moved[i]+1e-6)
	}
}

// heaviest returns the passage of a note that weighs most.
func (m *model) heaviest(e *example) line {
	return slices.MaxFunc(e.passages, func(a, b line) int { return cmp.Compare(m.weigh(a), m.weigh(b)) })
}

// A lesson is what was learned.
type lesson struct {
	numbers     map[string]int
	names       []string
	alarm, page *model
	votes       []vote
}

// study learns from notes: first what is an alarm, then which alarms are urgent,
// then what they are about. Nothing in a harmless note may alarm; of one that
// alarms, one passage must. Watch is between the two, and teaches neither.
func study(notes []note) *lesson {
	l := &lesson{numbers: map[string]int{}}
	examples := l.index(notes)
	l.alarm, l.page = newModel(len(l.names)), newModel(len(l.names))
	chance := rand.New(rand.NewPCG(1, 2))
	each := func(f func(round int, e *example)) {
		for round := range rounds {
			chance.Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
			for i := range examples {
				f(round, &examples[i])
			}
		}
	}
	each(func(round int, e *example) {
		switch {
		case e.level == program.Watch:
		case e.level == program.NoLevel:
			for _, p := range e.passages {
				l.alarm.learn(p, false)
			}
		case e.level > program.Watch && round < wholeRounds:
			l.alarm.learn(e.whole, true)
		default:
			l.alarm.learn(l.alarm.heaviest(e), true)
		}
	})
	each(func(_ int, e *example) { l.page.learn(l.alarm.heaviest(e), e.level == program.Urgent) })
	l.votes = l.sortOut(examples)
	return l
}

// index gives numbers to the signs of notes.
func (l *lesson) index(notes []note) (examples []example) {
	times := map[string]int{}
	for _, n := range notes {
		for _, name := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(n.signs...)))) {
			times[name]++
		}
	}
	for _, n := range notes {
		for _, s := range n.signs {
			for _, name := range s {
				if _, known := l.numbers[name]; !known && (times[name] >= rare || isShort(name)) {
					l.numbers[name] = len(l.names)
					l.names = append(l.names, name)
				}
			}
		}
		if e := l.example(n); len(e.passages) > 0 {
			examples = append(examples, e)
		}
	}
	return examples
}

// isShort reports whether a sign is a short word or the beginning of a long one:
// such a sign counts even if it was in one note only.
func isShort(name string) bool {
	return !strings.Contains(name, " ") && (strings.HasSuffix(name, "*") || utf8.RuneCountInString(name) < 4)
}

// example cuts a note into passages.
func (l *lesson) example(n note) example {
	e := example{note: n}
	var parts []line
	for _, s := range n.signs {
		var part line
		for _, name := range s {
			if i, known := l.numbers[name]; known {
				part = append(part, i)
			}
		}
		parts = append(parts, part)
	}
	e.whole = slices.Concat(parts...)
	for k := 1; k <= min(risk.PassageStretches, len(parts)); k++ {
		for at := 0; at+k <= len(parts); at++ {
			e.passages = append(e.passages, slices.Concat(parts[at:at+k]...))
		}
	}
	return e
}
