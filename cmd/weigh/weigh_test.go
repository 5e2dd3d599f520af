package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"steadfast/bot/program"
	"steadfast/bot/risk"
)

const (
	alarming = `u	neglect	i	she slept in the stairwell, they changed the lock
u	neglect	i	the lock was changed and he spent the night on the stairs
c	bullying	d	they took his shoes on the bus again
w	school	d	tired, he has exams
`
	harmless = `n	-	h	we were locked out of the library and laughed
n	-	p	we baked bread and he told me about the match
n	-	p	the match was good, we had chips on the stairs of the stadium
`
)

// folder is a folder of risk with notes in it.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "notes"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, "notes", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestWrites: the weights are always the same, those that are out of date are
// noticed, and an assessor can use them.
func TestWrites(t *testing.T) {
	dir := folder(t, map[string]string{"en-a.tsv": alarming + harmless})
	args := []string{"-risk", dir}
	if err := run(append(args, "-check"), io.Discard); err == nil {
		t.Error("nothing is up to date")
	}
	var before []byte
	for range 2 {
		if err := run(args, io.Discard); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, risk.SignsFile))
		if err != nil {
			t.Fatal(err)
		}
		if before != nil && !bytes.Equal(before, text) {
			t.Error("the weights are others the second time")
		}
		before = text
	}
	if err := run(append(args, "-check"), io.Discard); err != nil {
		t.Error(err)
	}
	if _, err := risk.New(os.DirFS(dir)); err != nil {
		t.Error(err)
	}
}

// TestLearns: what is only in notes that alarm weighs more than what is only in
// harmless ones.
func TestLearns(t *testing.T) {
	dir := folder(t, map[string]string{"en-a.tsv": alarming + harmless})
	bare, err := risk.New(fstest.MapFS{risk.SignsFile: {}})
	if err != nil {
		t.Fatal(err)
	}
	notes, err := readNotes(filepath.Join(dir, "notes"), bare)
	if err != nil {
		t.Fatal(err)
	}
	l := study(notes)
	weight := func(sign string) float64 {
		i, known := l.numbers[sign]
		if !known {
			t.Fatalf("%s is no sign", sign)
		}
		return l.alarm.weights[i]
	}
	if bad, good := weight("chan*"), weight("matc*"); bad <= 0 || good >= 0 {
		t.Errorf("changed weighs %f, match %f", bad, good)
	}
	if v := l.votes[l.numbers["chan*"]][0]; v.category != "neglect" {
		t.Errorf("changed is about %q", v.category)
	}
}

// TestMeasures: each author is left out in turn, and every note is looked at.
func TestMeasures(t *testing.T) {
	dir := folder(t, map[string]string{"en-a.tsv": alarming, "en-b.tsv": harmless, "fr-c.tsv": "u	suicide	d	elle veut mourir\n"})
	for _, args := range [][]string{{"-on", filepath.Join(dir, "notes")}, {"-measure"}} {
		if testing.Short() && args[0] == "-measure" {
			return // with the race detector, rules take long to compile
		}
		var out bytes.Buffer
		if err := run(append(args, "-risk", dir), &out); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"of     3 ", "fr: urgent seen"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%v: no %q in\n%s", args, want, &out)
			}
		}
	}
	var missed bytes.Buffer
	if err := run([]string{"-list", "-risk", dir}, &missed); err != nil || !strings.Contains(missed.String(), "missed\ten-a\ti\tshe slept in the stairwell") {
		t.Errorf("%v\n%s", err, &missed) // nothing was learned from the others
	}
	var out bytes.Buffer
	if err := run([]string{"-curve", "-risk", dir}, &out); err != nil || strings.Count(out.String(), "\n") < 20 {
		t.Errorf("%v\n%s", err, &out)
	}
}

func TestReadNote(t *testing.T) {
	n, err := readNote("u\tneglect,running_away\ti\tshe slept in the stairwell")
	if err != nil || n.level != program.Urgent || len(n.categories) != 2 || n.text != "she slept in the stairwell" {
		t.Errorf("%+v, %v", n, err)
	}
	for line, want := range map[string]string{
		"u neglect i she slept":       "with tabs",
		"x\tneglect\ti\tshe slept":    `no level "x"`,
		"u\tsleeping\ti\tshe slept":   `no category "sleeping"`,
		"u\tneglect\th\tshe slept":    `no tier "h"`,
		"n\t-\td\twe baked":           `no tier "d"`,
		"u\t-\td\tshe slept":          `no category "-"`,
		"u\tneglect\t\tshe slept":     `no tier ""`,
		"u\tneglect\tdi\tshe slept":   `no tier "di"`,
		"n\t-\tp\twe baked\tone more": "with tabs",
	} {
		if _, err := readNote(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, not %q", line, err, want)
		}
	}
}
