package risk

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed *.txt words/*.tsv
var files embed.FS

// An Assessor has the rules. It is safe for concurrent use.
type Assessor struct {
	languages    []language
	rules        []rule
	patterns     []pattern
	trie         *trie
	roman        *trie         // Russian and Ukrainian in Latin letters
	meant        lists[symbol] // by symbol of roman: the words that are written so
	digraphs     *strings.Replacer
	code         code
	classes      lists[int32] // by symbol: the classes that it is in
	numbers      []numbered
	byKey        lists[int32] // by class: the patterns to try
	kids         lists[kid]   // by class: the alternatives to try
	size         int          // how many classes there are
	alternations int          // how many
	thesaurus    *thesaurus
	weights      *weights  // nil: nothing is weighed
	spare        sync.Pool // of readings, which are large
}

// New compiles the rules that are part of the program and those of extra, which
// may be nil: files such as en.txt, or en-school.txt for a part of the same
// language, that add rules, replace one by its id, or switch one off; a [SignsFile]
// replaces ours. An error names the file, the line and what to do.
func New(extra fs.FS) (*Assessor, error) {
	return newAssessor(files, extra)
}

// Only compiles the rules of a folder, and none of the program's.
func Only(folder fs.FS) (*Assessor, error) { return newAssessor(folder, nil) }

func newAssessor(embedded, extra fs.FS) (*Assessor, error) {
	ours, err := readFiles(embedded, "")
	if err != nil {
		return nil, err
	}
	var theirs []*file
	if extra != nil {
		if theirs, err = readFiles(extra, "your own "); err != nil {
			return nil, err
		}
	}
	a, err := compile(ours, theirs)
	if err != nil {
		return nil, err
	}
	if a.weights, err = readWeights(extra, embedded); err != nil {
		return nil, err
	}
	if a.thesaurus, err = readThesaurus(extra, embedded); err != nil {
		return nil, err
	}
	var faults []error
	for _, f := range theirs {
		for _, b := range f.blocks {
			faults = append(faults, a.check(b))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return a, nil
}

// readFiles reads the files of a folder. Errors call them by their name, after
// whose they are.
func readFiles(folder fs.FS, whose string) (all []*file, err error) {
	names, err := fs.Glob(folder, "*.txt")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if name == SignsFile {
			continue
		}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("the rules cannot be read: %w", err)
		}
		lang, _, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".txt"), "-")
		f, err := parseFile(whose+name, lang, string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// A numbered is a class that has ranges of numbers.
type numbered struct {
	class int
	spans [][2]int
}

// Assess reads a text. The person's language ("en", "es", "fr", "pt", "uk",
// "ru", or "" if unknown) is a hint: what the text looks like counts for more.
func (a *Assessor) Assess(text, lang string) Assessment {
	r := a.reading()
	defer a.release(r)
	r.read(text, lang)
	return r.judge()
}

func (a *Assessor) reading() *reading {
	if r, ok := a.spare.Get().(*reading); ok {
		return r
	}
	return newReading(a)
}

func (a *Assessor) release(r *reading) {
	r.forget()
	a.spare.Put(r)
}

// Rules returns what is known about each rule and each cue of context.
func (a *Assessor) Rules() []RuleInfo {
	var all []RuleInfo
	for _, r := range a.rules {
		info := RuleInfo{ID: r.id, Language: r.lang, Kind: string(r.kind), Category: r.category, Level: r.level, Ask: r.ask, Source: r.source}
		for _, e := range r.plus {
			info.For = append(info.For, e.text)
		}
		for _, e := range r.minus {
			info.Against = append(info.Against, e.text)
		}
		all = append(all, info)
	}
	return all
}
