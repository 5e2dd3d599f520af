package risk

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"steadfast/bot/program"
)

// SignsFile is the file, in a folder of rules, that has the weights. It is written
// by cmd/weigh.
const SignsFile = "signs.txt"

// Opinions is for how many categories a sign may speak. With three the category was
// right in 60 of 100 notes of new authors, with six in 62.
const Opinions = 4

// A weight is what a sign says, in hundredths of what the notes taught.
type weight struct {
	alarm int16           // that a supervisor must hear of it, or, below 0, need not
	page  int16           // that it must be at once
	kinds [Opinions]int8  // of Kinds, for which it speaks
	votes [Opinions]int16 // how strongly; 0: not at all
}

// weights are what signs.txt says.
type weights struct {
	signs                map[uint64]weight // by the hash of the sign
	alarm, page          int               // of a text without signs
	ask, concern, urgent int               // from where on a passage is so pressing
	doubt                int               // below this, what rules find is only asked about
	text                 string            // the file
	rough                func() map[string]string
	kinds                []program.Category // to which weight.kinds point
}

// readWeights reads the weights of the first folder that has some; nil if none
// has.
func readWeights(folders ...fs.FS) (*weights, error) {
	for _, folder := range folders {
		if folder == nil {
			continue
		}
		text, err := fs.ReadFile(folder, SignsFile)
		switch {
		case err == nil:
			return parseWeights(string(text))
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("the weights cannot be read: %w", err)
		}
	}
	return nil, nil
}

// parseWeights reads lines such as these, with tabs:
//
//	at concern 95
//	stai* 31 20 neglect 12 running_away 7
func parseWeights(text string) (*weights, error) {
	w := &weights{signs: make(map[uint64]weight, strings.Count(text, "\n")), text: text, kinds: Kinds()}
	w.rough = sync.OnceValue(w.roughWords)
	if err := eachLine(SignsFile, text, func(line string, _ int) error { return w.line(strings.TrimSpace(line)) }); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *weights) line(line string) error {
	if line == "" || strings.HasPrefix(line, "# ") {
		return nil
	}
	name, rest, _ := strings.Cut(line, "\t")
	field := func() (s string) { s, rest, _ = strings.Cut(rest, "\t"); return s }
	var bad error
	number := func() int {
		n, err := strconv.ParseInt(field(), 10, 16)
		bad = errors.Join(bad, err)
		return int(n)
	}
	switch name {
	case "at doubt":
		w.doubt = number()
	case "at ask":
		w.ask = number()
	case "at concern":
		w.concern = number()
	case "at urgent":
		w.urgent = number()
	case "at first":
		w.alarm, w.page = number(), number()
	default:
		one := weight{alarm: int16(number()), page: int16(number())}
		for i := 0; rest != "" && i < Opinions; i++ {
			c := program.Category(field())
			kind := slices.Index(w.kinds, c)
			if kind < 0 {
				return fmt.Errorf("there is no category %q: there are %v", c, w.kinds)
			}
			one.kinds[i], one.votes[i] = int8(kind), int16(number())
		}
		w.signs[hashed(name)] = one
	}
	if bad != nil {
		return fmt.Errorf("write a sign, its weights and perhaps a category and its weight, with tabs between them: %w", bad)
	}
	return nil
}

// hashed is FNV-1a. That any two of a hundred thousand signs are mixed up has less
// than one chance in a billion.
func hashed[T string | []byte](name T) uint64 { return hashOn(14695981039346656037, name) }

// hashOn goes on where the hash of what stands before was h.
func hashOn[T string | []byte](h uint64, name T) uint64 {
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return h
}

func (w *weights) knows(sign string) bool {
	_, known := w.signs[hashed(sign)]
	return known
}

// roughWords returns the single Cyrillic signs by their rough Latin form.
func (w *weights) roughWords() map[string]string {
	all, digraphs := map[string]string{}, digraphs()
	for line := range strings.Lines(w.text) {
		name, _, _ := strings.Cut(line, "\t")
		if _, cyrillic := scripts(name); cyrillic == 0 || strings.Contains(name, " ") {
			continue
		}
		word, begins := strings.CutSuffix(name, "*")
		key := roman(digraphs, word)
		if begins {
			key += "*"
		}
		if other, twice := all[key]; !twice || name < other {
			all[key] = name
		}
	}
	return all
}

// cyrillic returns the sign of a word that is written in rough Latin letters.
func (w *weights) cyrillic(rough string) (name string, known bool) {
	all := w.rough()
	if name, known = all[rough]; known {
		if begin, _ := signsOf(name); begin != name { // a whole word: its beginning says more
			if w.knows(begin) {
				return begin, true
			}
		}
		return name, true
	}
	for to := len(rough); to >= signLetters; to-- {
		if name, known = all[rough[:to]+"*"]; known {
			return name, true
		}
	}
	return "", false
}
