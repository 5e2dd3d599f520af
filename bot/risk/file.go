package risk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"steadfast/bot/program"
)

// A kind says what a cue of context means.
type kind string

// The kinds of cues.
const (
	idiom        kind = "idiom"        // a figure of speech: what it overlaps is not meant
	negation     kind = "negation"     // it is denied or was ruled out
	history      kind = "history"      // it is long past
	hypothetical kind = "hypothetical" // it might be, some day
	fiction      kind = "fiction"      // a film, a game, homework, the news
	meta         kind = "meta"         // training, rules, questions about the program
	benign       kind = "benign"       // there is a harmless cause that was seen
	other        kind = "other"        // it is about somebody far away
	hearsay      kind = "hearsay"      // it is a rumour
	known        kind = "known"        // closing: professionals know and have dealt with it
	fine         kind = "fine"         // closing: it is well now
	doubt        kind = "doubt"        // no cue: the other words say that nobody is at risk
)

func kinds() []kind {
	return []kind{idiom, negation, history, hypothetical, fiction, meta, benign, other, hearsay, known, fine}
}

// A scope is how far something may be: so many words or sentences, or the note.
type scope struct {
	words     int // so many words between, if not 0
	sentences int // so many sentences further, if words is 0; wholeNote: anywhere
	side      int // -1: only before, 1: only after
}

// wholeNote is a number of sentences that no note has.
const wholeNote = 1 << 20

// A nearby is a pattern that is looked for in a scope.
type nearby struct {
	scope   scope
	pattern int
}

// An example is a note with its line in the file.
type example struct {
	text string
	line int
}

// A block is a rule or a cue of context, as a file has it.
type block struct {
	id, file, lang string
	line           int
	own            bool // of the program's own folder: it is never doubted
	category       program.Category
	level          program.Level
	ask            bool
	kind           kind // of a cue of context
	reach          reach
	keep           []kind             // what cannot lower it
	only           []program.Category // what a cue can lower; empty: everything
	source         string
	parts          []part
	plus, minus    []example
}

// A reach says where a cue looks for what it lowers.
type reach struct {
	before, after int // words; -1: not there
	clause        bool
	sentence      bool
	note          bool
}

// A part is a line with patterns: say, not, with, and, unless, until.
type part struct {
	word  string
	scope scope
	node  *node
	line  int
}

// A file is what a file says.
type file struct {
	name, lang string
	lists      map[string][]list
	blocks     []*block
	off        map[string]int // ids that are switched off, with their lines
}

// A list is a line that gives a name to words.
type list struct {
	node *node
	more bool // it is added to what has that name already
	line int
	file string
}

// parseFile reads a file.
func parseFile(name, lang, text string) (*file, error) {
	f := &file{name: name, lang: lang, lists: map[string][]list{}, off: map[string]int{}}
	err := eachLine(name, text, func(line string, n int) error {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			return nil
		}
		return f.line(line, n)
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// eachLine calls f with each line of a file and its number, until there is an
// error, which is told with the line.
func eachLine(name, text string, f func(line string, n int) error) error {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if err := f(line, n); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, err)
		}
	}
	return nil
}

func (f *file) line(line string, n int) error {
	if line[0] == '@' {
		return f.list(line, n)
	}
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "rule", "context":
		b := &block{file: f.name, lang: f.lang, line: n}
		f.blocks = append(f.blocks, b)
		fields := strings.Fields(rest)
		if len(fields) < 2 {
			return fmt.Errorf("write: rule NAME CATEGORY LEVEL, or: context NAME KIND REACH")
		}
		b.id = f.lang + "." + fields[0]
		if word == "rule" {
			return b.rule(fields[1:])
		}
		return b.context(fields[1:])
	case "off":
		f.off[f.lang+"."+strings.TrimPrefix(rest, f.lang+".")] = n
		return nil
	}
	if len(f.blocks) == 0 {
		return fmt.Errorf("%q stands before the first rule", word)
	}
	return f.blocks[len(f.blocks)-1].add(word, rest, n)
}

// list reads @name = words, and @name += words.
func (f *file) list(line string, n int) error {
	name, words, found := strings.Cut(line[1:], "=")
	name, more := strings.CutSuffix(strings.TrimSpace(name), "+")
	name = strings.TrimSpace(name)
	if !found || name == "" || strings.ContainsAny(name, " ,|()[]{}") {
		return fmt.Errorf("write: @name = words with commas between them")
	}
	node, err := parsePatterns(words)
	if err != nil {
		return err
	}
	if !more && len(f.lists[name]) > 0 {
		return fmt.Errorf("@%s is there already, in line %d: write += to add to it", name, f.lists[name][0].line)
	}
	f.lists[name] = append(f.lists[name], list{node, more, n, f.name})
	return nil
}

// rule reads what stands after the name of a rule.
func (b *block) rule(fields []string) error {
	if len(fields) != 2 {
		return fmt.Errorf("write: rule NAME CATEGORY LEVEL")
	}
	b.category = program.Category(fields[0])
	if !slices.Contains(Kinds(), b.category) {
		return fmt.Errorf("there is no category %q: there are %v", b.category, Kinds())
	}
	switch fields[1] {
	case "urgent":
		b.level = program.Urgent
	case "concern":
		b.level = program.Concern
	case "watch":
		b.level = program.Watch
	case "ask":
		b.ask = true
	default:
		return fmt.Errorf("there is no level %q: there are urgent, concern, watch, ask", fields[1])
	}
	return nil
}

// context reads what stands after the name of a cue of context.
func (b *block) context(fields []string) error {
	b.kind = kind(fields[0])
	if !slices.Contains(kinds(), b.kind) {
		return fmt.Errorf("there is no kind %q: there are %v", b.kind, kinds())
	}
	b.reach = reach{before: -1, after: -1}
	if b.kind == idiom {
		if len(fields) > 1 {
			return fmt.Errorf("an idiom reaches only what it overlaps: write nothing after it")
		}
		return nil
	}
	for rest := fields[1:]; len(rest) > 0; {
		n, err := b.reach.read(rest, b.kind)
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	if b.reach == (reach{before: -1, after: -1}) {
		return fmt.Errorf("how far does it reach? Write: after 5, before 4, both with one after the other, or sentence; add clause to stop at a comma")
	}
	return nil
}

// read reads one word of a reach, or two, and returns how many.
func (r *reach) read(fields []string, k kind) (taken int, err error) {
	switch fields[0] {
	case "sentence":
		r.sentence = true
		return 1, nil
	case "clause":
		r.clause = true
		return 1, nil
	case "note":
		if k != known && k != fine {
			return 0, fmt.Errorf("only known and fine may reach the whole note: a cue lowers what is beside it, never the note")
		}
		r.note = true
		return 1, nil
	case "after", "before":
		if len(fields) < 2 {
			break
		}
		n, err := strconv.Atoi(fields[1])
		if err != nil || n < 1 || n > maxSentence {
			break
		}
		if fields[0] == "after" {
			r.after = n
		} else {
			r.before = n
		}
		return 2, nil
	}
	return 0, fmt.Errorf("%q is no reach: there are after 5, before 4, sentence, clause and, for known and fine, note", fields[0])
}

// add reads a line of a rule or a cue.
func (b *block) add(word, rest string, n int) error {
	switch word {
	case "from":
		b.source = rest
		return nil
	case "+":
		b.plus = append(b.plus, example{rest, n})
		return nil
	case "-":
		b.minus = append(b.minus, example{rest, n})
		return nil
	case "only":
		for c := range strings.FieldsSeq(rest) {
			if !slices.Contains(Kinds(), program.Category(c)) {
				return fmt.Errorf("there is no category %q: there are %v", c, Kinds())
			}
			b.only = append(b.only, program.Category(c))
		}
		return b.belongs(b.kind != "", "only")
	case "keep":
		for k := range strings.FieldsSeq(rest) {
			if k == "all" {
				b.keep = append(kinds(), doubt)
			} else if slices.Contains(kinds(), kind(k)) || kind(k) == doubt {
				b.keep = append(b.keep, kind(k))
			} else {
				return fmt.Errorf("there is no kind %q: there are %v, %s and all", k, kinds(), doubt)
			}
		}
		return b.belongs(b.kind == "", "keep")
	}
	p := part{word: word, line: n}
	var err error
	switch word {
	case "say", "not", "until":
	case "with", "and", "unless":
		where, patterns, found := strings.Cut(rest, ":")
		if p.scope, err = parseScope(where); !found || err != nil {
			return fmt.Errorf("write: %s sentence: patterns; or, instead of sentence: 5 words, 2 sentences, note, each with before or after if only one side counts", word)
		}
		if word == "unless" && b.kind == "" && p.scope.sentences > 0 {
			return fmt.Errorf("unless may look at the same sentence only: what somebody writes besides must never hide what a rule found")
		}
		rest = patterns
	default:
		return fmt.Errorf("%q is not known here: there are say, not, with, and, unless, until, keep, only, from, + and -", word)
	}
	if word == "until" && b.kind == "" {
		return b.belongs(false, "until")
	}
	if p.node, err = parsePatterns(rest); err != nil {
		return err
	}
	b.parts = append(b.parts, p)
	return nil
}

// belongs returns an error if a line stands where it means nothing.
func (b *block) belongs(there bool, word string) error {
	switch {
	case there:
		return nil
	case b.kind == "":
		return fmt.Errorf("%s is for a context, this is a rule", word)
	}
	return fmt.Errorf("%s is for a rule, this is a context", word)
}

func parseScope(s string) (scope, error) {
	fields := strings.Fields(s)
	var to scope
	if n := len(fields); n > 1 {
		switch fields[n-1] {
		case "before":
			to.side, fields = -1, fields[:n-1]
		case "after":
			to.side, fields = 1, fields[:n-1]
		}
	}
	switch {
	case len(fields) == 1 && fields[0] == "sentence":
		return to, nil
	case len(fields) == 1 && fields[0] == "note":
		to.sentences = wholeNote
		return to, nil
	case len(fields) == 2:
		n, err := strconv.Atoi(fields[0])
		if err != nil || n < 1 || n > maxSentence {
			break
		}
		switch fields[1] {
		case "word", "words":
			to.words = n
			return to, nil
		case "sentence", "sentences":
			to.sentences = n
			return to, nil
		}
	}
	return scope{}, fmt.Errorf("%q is no scope", s)
}
