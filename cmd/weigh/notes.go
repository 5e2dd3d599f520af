package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"steadfast/bot/program"
	"steadfast/bot/risk"
)

// A note is something that a mentor might write, and what a supervisor would say
// to it. Its first two letters are the language of its author's file.
type note struct {
	author     string
	level      program.Level
	categories []string
	tier       string // d direct, i indirect, o oblique; h hard and p plain for what is harmless
	text       string
	signs      [][]string // by stretch
}

func (n note) lang() string { return n.author[:2] }

// levels are the first column of a file of notes.
func levels() map[string]program.Level {
	return map[string]program.Level{"n": program.NoLevel, "w": program.Watch, "c": program.Concern, "u": program.Urgent}
}

// readNotes reads all files of a folder; bare is an assessor without weights.
func readNotes(folder string, bare *risk.Assessor) (all []note, err error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.tsv"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		author := strings.TrimSuffix(filepath.Base(path), ".tsv")
		line := 0
		for text := range strings.Lines(string(data)) {
			line++
			n, err := readNote(strings.TrimRight(text, "\r\n"))
			if err != nil {
				return nil, fmt.Errorf("%s, line %d: %w", path, line, err)
			}
			n.author = author
			n.signs = bare.Signs(n.text, n.lang())
			all = append(all, n)
		}
	}
	return all, nil
}

func readNote(line string) (n note, err error) {
	fields := strings.Split(line, "\t")
	if len(fields) != 4 {
		return n, fmt.Errorf("write level, categories, tier and text, with tabs between them")
	}
	level, known := levels()[fields[0]]
	if !known {
		return n, fmt.Errorf("there is no level %q: there are u, c, w and n", fields[0])
	}
	if level > program.NoLevel {
		n.categories = strings.Split(fields[1], ",")
	}
	for _, c := range n.categories {
		if !slices.Contains(risk.Kinds(), program.Category(c)) {
			return n, fmt.Errorf("there is no category %q: there are %v", c, risk.Kinds())
		}
	}
	if tiers := map[bool]string{true: "dio", false: "hp"}[level > program.NoLevel]; len(fields[2]) != 1 || !strings.Contains(tiers, fields[2]) {
		return n, fmt.Errorf("there is no tier %q for this level: there are d, i and o, and for n h and p", fields[2])
	}
	n.level, n.tier, n.text = level, fields[2], fields[3]
	return n, nil
}
