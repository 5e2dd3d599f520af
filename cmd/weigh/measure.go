package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing/fstest"

	"steadfast/bot/program"
	"steadfast/bot/risk"
)

// A finding is a note and what is noticed in it.
type finding struct {
	note
	risk.Assessment
}

// learned looks at notes of others, having learned from all of ours, or, if there
// are none, at those of each author, having learned from all the others.
func learned[T any](notes, others []note, look func(*lesson, []note) ([]T, error)) ([]T, error) {
	authors := map[string][]note{}
	if others != nil {
		authors[""] = others
	} else {
		for _, n := range notes {
			authors[n.author] = append(authors[n.author], n)
		}
	}
	names := slices.Sorted(maps.Keys(authors))
	found, failed := make([][]T, len(names)), make([]error, len(names))
	var all sync.WaitGroup
	for i, author := range names {
		all.Go(func() {
			l := study(slices.DeleteFunc(slices.Clone(notes), func(n note) bool { return n.author == author }))
			found[i], failed[i] = look(l, authors[author])
		})
	}
	all.Wait()
	return slices.Concat(found...), errors.Join(failed...)
}

// list prints the notes that went wrong: what is urgent and nobody hears of, and
// what is harmless and alarms.
func list(out io.Writer, found []finding) {
	for _, f := range found {
		what := ""
		switch {
		case f.level == program.Urgent && f.Level < program.Concern:
			what = "missed"
		case f.level == program.NoLevel && f.Level >= program.Concern:
			what = "false alarm"
		default:
			continue
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", what, f.author, f.tier, f.text)
	}
}

// assess looks at notes with what was learned.
func assess(l *lesson, notes []note) (all []finding, err error) {
	a, err := risk.New(fstest.MapFS{risk.SignsFile: {Data: l.write()}})
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		all = append(all, finding{n, a.Assess(n.text, n.lang())})
	}
	return all, nil
}

// report prints what share of which notes was noticed.
func report(out io.Writer, found []finding) {
	is := func(levels ...program.Level) func(finding) bool {
		return func(f finding) bool { return slices.Contains(levels, f.level) }
	}
	tier := func(t string, levels ...program.Level) func(finding) bool {
		return func(f finding) bool { return f.tier == t && is(levels...)(f) }
	}
	seen := func(f finding) bool { return f.Level >= program.Concern }
	paged := func(f finding) bool { return f.Level >= program.Urgent }
	asked := func(f finding) bool { return f.Ask }
	line := func(what string, of, so func(finding) bool) { share(out, what, found, of, so) }
	line("urgent: seen", is(program.Urgent), seen)
	for _, t := range []string{"direct", "indirect", "oblique"} {
		line("  "+t, tier(t[:1], program.Urgent), seen)
	}
	line("urgent: paged", is(program.Urgent), paged)
	line("urgent: asked about, not seen", is(program.Urgent), asked)
	line("urgent and concern: seen", is(program.Urgent, program.Concern), seen)
	line("urgent and concern: first category right", func(f finding) bool { return is(program.Urgent, program.Concern)(f) && seen(f) }, func(f finding) bool {
		return slices.Contains(f.note.categories, string(f.Categories[0]))
	})
	line("watch: paged", is(program.Watch), paged)
	line("none: false alarm", is(program.NoLevel), seen)
	line("  hard", tier("h", program.NoLevel), seen)
	line("  plain", tier("p", program.NoLevel), seen)
	line("none: false page", is(program.NoLevel), paged)
	line("none, plain: asked", tier("p", program.NoLevel), asked)
	for _, lang := range strings.Fields("en es fr pt uk ru") {
		of := func(levels ...program.Level) func(finding) bool {
			return func(f finding) bool { return f.lang() == lang && is(levels...)(f) }
		}
		line(lang+": urgent seen", of(program.Urgent), seen)
		line(lang+": false alarm", of(program.NoLevel), seen)
	}
}

func share(out io.Writer, what string, found []finding, of, so func(finding) bool) {
	n, k := 0, 0
	for _, f := range found {
		if of(f) {
			n++
			if so(f) {
				k++
			}
		}
	}
	fmt.Fprintf(out, "%-42s %5d of %5d  %5.1f%%\n", what, k, n, 100*float64(k)/float64(max(1, n)))
}
