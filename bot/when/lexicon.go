package when

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed *.txt
var files embed.FS

// shared is the file of what is the same in all languages.
const shared = "numbers"

// languages returns those that are understood.
func languages() []string { return []string{"en", "es", "fr", "pt", "ru", "uk"} }

// A Reader reads dates as [Parse] and [ParseNear] do, without reading the files
// each time. It is safe for concurrent use.
type Reader struct{ lexicons map[string]*lexicon } // by language

// Load reads the words of all languages, which are part of the program. An
// error says where a file is at fault.
func Load() (*Reader, error) {
	r := &Reader{lexicons: map[string]*lexicon{}}
	for _, language := range append(languages(), shared) {
		l, err := load(language)
		if err != nil {
			return nil, err
		}
		r.lexicons[language] = l
	}
	return r, nil
}

// lexicon is a source that has all of them.
func (r *Reader) lexicon(language string) (*lexicon, error) { return r.lexicons[language], nil }

// A source has the lexicons of the languages.
type source func(language string) (*lexicon, error)

// all returns the lexicons of some languages.
func (s source) all(languages ...string) (list []*lexicon, err error) {
	for _, language := range languages {
		l, err := s(language)
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// ownFirst returns the languages, that of a tag first; English if there is none.
func ownFirst(lang string) []string {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	all := languages()
	if i := slices.Index(all, base); i > 0 {
		all = slices.Insert(slices.Delete(all, i, i+1), 0, base)
	}
	return all
}

// A lexicon is what one file says.
type lexicon struct {
	names   map[string][]name // by the first word
	phrases []phrase
	plain   map[string]bool // the words in the phrases that are no names
}

// A name is a word, or several, with its meaning: {month 3} = march.
type name struct {
	slot  string
	value int
	words []string
}

// A phrase is one way to say a day, a time or a part of the day.
type phrase struct {
	rule     string
	argument int  // days, weeks or minutes
	part     part // of the day, if the phrase says it
	pattern  []element
}

// An element is a word or some, or a slot, in one of several forms.
type element struct {
	optional bool
	forms    []form
}

// A form is a slot, or words if the slot is empty.
type form struct {
	slot  string
	words []string
}

// load reads the file of a language. Its errors are those of the file.
func load(language string) (*lexicon, error) {
	text, err := files.ReadFile(language + ".txt")
	if err != nil {
		return nil, err
	}
	l := &lexicon{names: map[string][]name{}, plain: map[string]bool{}}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := l.add(line); err != nil {
			return nil, fmt.Errorf("%s.txt, line %d: %w", language, n, err)
		}
	}
	return l, nil
}

// add adds what one line says.
func (l *lexicon) add(line string) error {
	head, list, found := strings.Cut(line, " = ")
	if !found {
		return fmt.Errorf("there is no = with spaces around it")
	}
	head = strings.TrimSpace(head)
	if inner, isName := braced(head); isName {
		slot, value, _ := strings.Cut(inner, " ")
		v, err := valueOf(slot, value)
		if err != nil {
			return err
		}
		for form := range strings.SplitSeq(list, ",") {
			words := texts(form)
			if len(words) == 0 {
				return fmt.Errorf("there is a comma too many")
			}
			l.names[words[0]] = append(l.names[words[0]], name{slot, v, words})
		}
		return nil
	}
	p, err := parseHead(head)
	if err != nil {
		return err
	}
	for form := range strings.SplitSeq(list, ",") {
		if p.pattern, err = parsePattern(form); err != nil {
			return err
		}
		l.phrases = append(l.phrases, p)
		for _, e := range p.pattern {
			for _, f := range e.forms {
				for _, w := range f.words {
					l.plain[w] = true
				}
			}
		}
	}
	return nil
}

// braced returns what is between the braces of s.
func braced(s string) (inner string, ok bool) {
	if !strings.HasPrefix(s, "{") || !strings.HasSuffix(s, "}") {
		return s, false
	}
	return s[1 : len(s)-1], true
}

// texts returns the words of s as they are compared.
func texts(s string) (words []string) {
	for _, t := range tokenize(clean(s)) {
		words = append(words, t.text)
	}
	return words
}

// parseHead reads what stands before the =: a rule, a number, a part of the day.
func parseHead(head string) (p phrase, err error) {
	fields := strings.Fields(head)
	p.rule = fields[0]
	if !slices.Contains(rules(), p.rule) {
		return p, fmt.Errorf("there is no rule %q", p.rule)
	}
	for _, f := range fields[1:] {
		if n, err := strconv.Atoi(f); err == nil {
			p.argument = n
			continue
		}
		v, err := valueOf("part", f)
		if err != nil {
			return p, err
		}
		p.part = part(v)
	}
	return p, nil
}

// parsePattern reads one way to say something: "[on/the] next {weekday}".
func parsePattern(s string) (all []element, err error) {
	for field := range strings.FieldsSeq(s) {
		var e element
		if strings.HasPrefix(field, "[") && strings.HasSuffix(field, "]") {
			e.optional = true
			field = field[1 : len(field)-1]
		}
		for f := range strings.SplitSeq(field, "/") {
			if slot, ok := braced(f); ok {
				if !slices.Contains(slots(), slot) {
					return nil, fmt.Errorf("there is no {%s}", slot)
				}
				e.forms = append(e.forms, form{slot: slot})
				continue
			}
			if strings.ContainsAny(f, "[]{}") {
				return nil, fmt.Errorf("%q: brackets go around all of it, without spaces", f)
			}
			e.forms = append(e.forms, form{words: texts(strings.ReplaceAll(f, "_", " "))})
		}
		all = append(all, e)
	}
	if !slices.ContainsFunc(all, func(e element) bool { return !e.optional }) {
		return nil, fmt.Errorf("%q would match nothing at all", s)
	}
	return all, nil
}

// valueOf reads the second word of {month 3}, {weekday mon}, {unit week}.
func valueOf(slot, value string) (int, error) {
	var list []string
	switch slot {
	case "weekday", "weekdays":
		list = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} // as time.Weekday
	case "unit":
		list = unitNames()
	case "part", "half":
		list = partNames()
	case "ending", "hour-ending":
		return 0, nil
	case "month", "number", "hour", "nth-hour", "nth":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || slot == "month" && (n < 1 || n > 12) {
			return 0, fmt.Errorf("{%s %s}: there is no such number", slot, value)
		}
		return n, nil
	default:
		return 0, fmt.Errorf("nothing is called {%s}", slot)
	}
	at := slices.Index(list, value)
	if at < 0 {
		return 0, fmt.Errorf("{%s %s}: there are %s", slot, value, strings.Join(list, ", "))
	}
	return at, nil
}

// means reports whether the lexicon has the word, with this meaning and with
// others.
func (l *lexicon) means(text, slot string, value int) (same, other bool) {
	other = l.plain[text]
	for _, n := range l.names[text] {
		if len(n.words) > 1 {
			continue
		}
		if n.slot == slot && n.value == value {
			same = true
		} else {
			other = true
		}
	}
	return same, other
}
