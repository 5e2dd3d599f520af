package flow

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// State is what is stored of a dialogue: the name of its flow and the answers
// given so far, in the order in which they were first given.
type State struct {
	Flow    string   `json:"flow"`
	Answers []Answer `json:"answers,omitzero"`
}

// An Answer is what a person said to one question. No value means skipped.
type Answer struct {
	Key    string   `json:"key"`
	Values []string `json:"values,omitzero"`
	Open   bool     `json:"open,omitzero"` // several may be chosen, and the person is not done yet
}

// Errors that say why an input does not answer the open question. The state
// that comes with them is unchanged.
var (
	ErrNoOption      = errors.New("not one of the options")
	ErrNothing       = errors.New("nothing was chosen or written")
	ErrNotUnderstood = errors.New("not understood")
	ErrNotAsked      = errors.New("this question takes no such input")
	ErrNoAnswers     = errors.New("there is no answer to go back to")
)

// A TooLongError says that a text has more runes than the question takes.
type TooLongError struct{ Runes, Limit int }

// Error says how long the text is and how long it may be.
func (e *TooLongError) Error() string {
	return fmt.Sprintf("%d characters, at most %d fit", e.Runes, e.Limit)
}

// With returns the state with the answer to key set to values.
func (s State) With(key string, values ...string) State {
	return s.with(Answer{Key: key, Values: values})
}

func (s State) with(a Answer) State {
	s.Answers = slices.Clone(s.Answers)
	if i := find(s.Answers, a.Key); i >= 0 {
		s.Answers[i] = a
	} else {
		s.Answers = append(s.Answers, a)
	}
	return s
}

// Without returns the state without the answer to key, so that it is asked
// again while everything else stays. A form is asked again whole.
func (s State) Without(key string) State {
	s.Answers = slices.DeleteFunc(slices.Clone(s.Answers), func(a Answer) bool {
		return a.Key == key || strings.HasPrefix(a.Key, key+".")
	})
	return s
}

// Value returns the only value of the answer to key, or an empty string.
func (s State) Value(key string) string {
	if i := find(s.Answers, key); i >= 0 && len(s.Answers[i].Values) == 1 {
		return s.Answers[i].Values[0]
	}
	return ""
}

// Values returns the values of the answer to key, chosen so far.
func (s State) Values(key string) []string {
	if i := find(s.Answers, key); i >= 0 {
		return s.Answers[i].Values
	}
	return nil
}

// Press applies a pressed button to the open question q of s: the key of an
// option, or [Back], [Skip], [Done] or [Stop].
func Press(s State, q *Question, option string) (State, error) {
	switch option {
	case Back:
		if !q.Back {
			return s, ErrNoAnswers
		}
		return s.Without(q.Key).Without(q.last), nil
	case Skip:
		return skip(s, q)
	case Stop:
		return stop(s, q)
	}
	switch q.Kind {
	case ChooseOne, AskDate:
		if !hasOption(q.Options, option) {
			return s, ErrNoOption
		}
		return s.With(q.Key, option), nil
	case ChooseSeveral:
		return toggle(s, q, option)
	}
	return s, ErrNotAsked
}

func skip(s State, q *Question) (State, error) {
	switch {
	case !q.Optional:
		return s, ErrNotAsked
	case q.Kind == FillForm:
		return s.With(fieldKey(q.Key, q.Fields[0].Key)), nil
	}
	return s.With(q.Key), nil
}

// stop leaves out what is left. What was picked of several is kept.
func stop(s State, q *Question) (State, error) {
	if !q.Free {
		return s, ErrNotAsked
	}
	return s.With(q.Key, q.Picked...).With(q.stop, "yes"), nil
}

// toggle picks or unpicks an option of several, or ends the picking.
func toggle(s State, q *Question, option string) (State, error) {
	if option == Done {
		if len(q.Picked) == 0 {
			return s, ErrNothing
		}
		return s.With(q.Key, q.Picked...), nil
	}
	at := slices.IndexFunc(q.Options, func(o Option) bool { return o.Key == option })
	switch {
	case at < 0:
		return s, ErrNoOption
	case q.Options[at].Alone:
		return s.With(q.Key, option), nil
	}
	picked := slices.Clone(q.Picked)
	if i := slices.Index(picked, option); i >= 0 {
		picked = slices.Delete(picked, i, i+1)
	} else {
		picked = append(picked, option)
	}
	return s.with(Answer{Key: q.Key, Values: picked, Open: true}), nil
}

// Type applies typed text to the open question q of s. Where buttons are asked
// for, the number of an option counts, and its label, which labels returns in
// the language of the person.
func Type(s State, q *Question, text string, labels func(Phrase) string) (State, error) {
	text = strings.TrimSpace(text)
	switch q.Kind {
	case AskText:
		if err := fits(text, q.Limit); err != nil {
			return s, err
		}
		return parsed(s, q, text)
	case FillForm:
		return Fill(s, q, map[string]string{q.Fields[0].Key: text})
	}
	if text == "" {
		return s, ErrNothing
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(q.Options) {
		return Press(s, q, q.Options[n-1].Key)
	}
	for _, o := range q.Options {
		if strings.EqualFold(text, labels(o.Label)) {
			return Press(s, q, o.Key)
		}
	}
	if q.Kind == AskDate {
		return parsed(s, q, text)
	}
	return s, ErrNoOption
}

// parsed stores text as q's parser understands it.
func parsed(s State, q *Question, text string) (State, error) {
	if q.parse == nil {
		return s.With(q.Key, text), nil
	}
	value, err := q.parse(text)
	if err != nil {
		return s, fmt.Errorf("%w: %w", ErrNotUnderstood, err)
	}
	return s.With(q.Key, value), nil
}

// Fill applies a form, or some fields of it, to the open question q of s.
func Fill(s State, q *Question, values map[string]string) (State, error) {
	if q.Kind != FillForm {
		return s, ErrNotAsked
	}
	filled := s
	for _, f := range q.Fields {
		text, ok := values[f.Key]
		if !ok {
			continue
		}
		text = strings.TrimSpace(text)
		if text == "" && f.Optional {
			filled = filled.With(fieldKey(q.Key, f.Key))
			continue
		}
		if err := fits(text, f.Limit); err != nil {
			return s, err
		}
		filled = filled.With(fieldKey(q.Key, f.Key), text)
	}
	return filled, nil
}

func fits(text string, limit int) error {
	n := utf8.RuneCountInString(text)
	switch {
	case n == 0:
		return ErrNothing
	case limit > 0 && n > limit:
		return &TooLongError{Runes: n, Limit: limit}
	}
	return nil
}
