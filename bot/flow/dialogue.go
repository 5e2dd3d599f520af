package flow

import "slices"

// A Phrase is something to say: a key into the wording and its arguments, or a
// literal text when Key is empty.
type Phrase struct {
	Key     string
	Args    map[string]any
	Literal string
}

// Say returns the phrase of a wording key, with arguments as alternating names
// and values.
func Say(key string, args ...any) Phrase {
	p := Phrase{Key: key}
	if len(args) > 0 {
		p.Args = make(map[string]any, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			p.Args[args[i].(string)] = args[i+1]
		}
	}
	return p
}

// Literal returns a phrase that is shown as it is, such as an alias.
func Literal(s string) Phrase { return Phrase{Literal: s} }

// An Option is one possible answer. Key is stored and stands in buttons: lower
// case letters, digits, '-' and '_'.
type Option struct {
	Key   string
	Label Phrase
	Alarm bool // choosing it raises an alarm
	Alone bool // among several: choosing it is the whole answer
}

// The keys of buttons that are not answers.
const (
	Back = "+back"
	Skip = "+skip"
	Done = "+done"
	// Stop leaves out all questions from the open one on that may be left out;
	// see [Dialogue.Free].
	Stop = "+stop"
	// Write opens a form; it is for whoever shows the question, not for
	// [Press].
	Write = "+write"
)

// Kind is a kind of question.
type Kind int

// The kinds of questions.
const (
	ChooseOne Kind = iota
	ChooseSeveral
	AskText
	AskDate
	FillForm
)

// A Question is the one that is open.
type Question struct {
	Key      string
	Kind     Kind
	Prompt   Phrase
	Options  []Option // ChooseOne, ChooseSeveral, and the suggested days of AskDate
	Picked   []string // ChooseSeveral: chosen so far
	Optional bool     // may be skipped
	Limit    int      // AskText: the most runes, zero is no limit
	Fields   []Field  // FillForm: those still missing
	Back     bool     // there is an answer to go back to
	Free     bool     // it may be left out, and all that follow with [Stop]

	stop  string // where that is stored
	last  string // the key of the answer given before
	parse func(string) (string, error)
}

// A Field is one line of a form.
type Field struct {
	Key      string
	Label    Phrase
	Long     bool
	Optional bool
	Limit    int // runes; zero is no limit
}

// A Text is a question for text. Parse, if any, turns what was typed into the
// answer that is stored, or says that it cannot be understood.
type Text struct {
	Prompt   Phrase
	Optional bool
	Limit    int // runes; zero is no limit
	Parse    func(string) (string, error)
}

// A Func is a dialogue: it asks, and returns its result and whether it is done.
// It must be pure.
type Func[T any] func(d *Dialogue) (result T, done bool)

// A Dialogue is one run of a [Func] over stored answers.
type Dialogue struct {
	answers []Answer
	asked   []string // keys in the order of asking
	free    string   // where it is stored that the rest is left out; empty: it may not be
	open    *Question
}

// Run calls f over the answers in s. It returns the result, or the question
// that is open.
func Run[T any](s State, f Func[T]) (result T, open *Question) {
	d := Dialogue{answers: s.Answers}
	result, done := f(&d)
	switch {
	case d.open != nil:
		return result, d.open
	case !done:
		panic("flow: " + s.Flow + " is neither done nor asks anything")
	}
	return result, nil
}

// begin notes that key is asked. It returns the stored answer, and whether the
// caller may go on: once a question is open, nothing else is asked.
func (d *Dialogue) begin(key string) (a Answer, given, ok bool) {
	if d.open != nil {
		return Answer{}, false, false
	}
	if slices.Contains(d.asked, key) {
		panic("flow: " + key + " is asked twice")
	}
	d.asked = append(d.asked, key)
	if i := find(d.answers, key); i >= 0 {
		return d.answers[i], true, true
	}
	return Answer{}, false, true
}

// Free lets the questions from here on be left out, each with [Skip], all that
// are left with [Stop], which is stored as the answer to key. Left out, a question
// returns its zero value.
func (d *Dialogue) Free(key string) { d.free = key }

// leftOut reports whether a question is one that was left out.
func (d *Dialogue) leftOut(a Answer, given bool) bool {
	if given {
		return d.free != "" && len(a.Values) == 0 && !a.Open
	}
	return d.free != "" && find(d.answers, d.free) >= 0
}

// ask makes q the open question.
func (d *Dialogue) ask(q Question) {
	if d.free != "" {
		q.Optional, q.Free, q.stop = true, true, d.free
	}
	if n := len(d.asked); n > 1 {
		q.last, q.Back = d.asked[n-2], true
	}
	d.open = &q
}

// Choose asks for one of the options.
func (d *Dialogue) Choose(key string, prompt Phrase, options []Option) (string, bool) {
	a, given, ok := d.begin(key)
	if !ok {
		return "", false
	}
	if given && len(a.Values) == 1 && hasOption(options, a.Values[0]) {
		return a.Values[0], true
	}
	if d.leftOut(a, given) {
		return "", true
	}
	d.ask(Question{Key: key, Kind: ChooseOne, Prompt: prompt, Options: options})
	return "", false
}

// Given returns the answer that is known from elsewhere, without asking: the
// question does not exist for the person.
func (d *Dialogue) Given(key string) (string, bool) {
	if i := find(d.answers, key); i >= 0 && len(d.answers[i].Values) == 1 {
		return d.answers[i].Values[0], true
	}
	return "", false
}

// Known reports whether there is an answer that is not that a question was left
// out, without asking.
func (d *Dialogue) Known(key string) bool {
	i := find(d.answers, key)
	return i >= 0 && len(d.answers[i].Values) > 0
}

// Several asks for any number of the options, at least one.
func (d *Dialogue) Several(key string, prompt Phrase, options []Option) ([]string, bool) {
	a, given, ok := d.begin(key)
	if !ok {
		return nil, false
	}
	if d.leftOut(a, given) {
		return nil, true
	}
	picked := slices.DeleteFunc(slices.Clone(a.Values), func(v string) bool { return !hasOption(options, v) })
	if len(picked) > 0 && !a.Open {
		return picked, true
	}
	d.ask(Question{Key: key, Kind: ChooseSeveral, Prompt: prompt, Options: options, Picked: picked})
	return nil, false
}

// Ask asks for text. A skipped question returns an empty text.
func (d *Dialogue) Ask(key string, t Text) (string, bool) {
	a, given, ok := d.begin(key)
	if !ok {
		return "", false
	}
	if given && len(a.Values) == 1 {
		return a.Values[0], true
	}
	if given && t.Optional && len(a.Values) == 0 || d.leftOut(a, given) {
		return "", true
	}
	d.ask(Question{Key: key, Kind: AskText, Prompt: t.Prompt, Optional: t.Optional, Limit: t.Limit, parse: t.Parse})
	return "", false
}

// Date asks for a day: one of the suggested ones, whose keys are days as
// 2006-01-02, or a text that parse turns into such a day. The answer is the
// day as 2006-01-02.
func (d *Dialogue) Date(key string, prompt Phrase, days []Option, parse func(string) (string, error)) (string, bool) {
	a, given, ok := d.begin(key)
	if !ok {
		return "", false
	}
	if given && len(a.Values) == 1 {
		return a.Values[0], true
	}
	if d.leftOut(a, given) {
		return "", true
	}
	d.ask(Question{Key: key, Kind: AskDate, Prompt: prompt, Options: days, parse: parse})
	return "", false
}

// Form asks for all fields at once, where the platform can, and for the missing
// ones one by one elsewhere. The result is by field key; a field that was
// skipped is empty.
func (d *Dialogue) Form(key string, title Phrase, fields ...Field) (map[string]string, bool) {
	if _, _, ok := d.begin(key); !ok {
		return nil, false
	}
	values := make(map[string]string, len(fields))
	var missing []Field
	for _, f := range fields {
		i := find(d.answers, fieldKey(key, f.Key))
		switch {
		case i < 0:
			missing = append(missing, f)
		case len(d.answers[i].Values) == 1:
			values[f.Key] = d.answers[i].Values[0]
		}
	}
	if len(missing) == 0 {
		return values, true
	}
	d.ask(Question{Key: key, Kind: FillForm, Prompt: title, Fields: missing, Optional: missing[0].Optional})
	return nil, false
}

func fieldKey(key, field string) string { return key + "." + field }

func find(answers []Answer, key string) int {
	return slices.IndexFunc(answers, func(a Answer) bool { return a.Key == key })
}

func hasOption(options []Option, key string) bool {
	return slices.ContainsFunc(options, func(o Option) bool { return o.Key == key })
}
