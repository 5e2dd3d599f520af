package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf8"

	"steadfast/bot/program"
	"steadfast/bot/risk"
)

// A noteLine is one line that assess reads.
type noteLine struct {
	ID   string `json:"id"`
	Lang string `json:"lang"`
	Text string `json:"text"`
}

// An assessedLine is one line that assess writes.
type assessedLine struct {
	ID         string             `json:"id"`
	Label      string             `json:"label"`
	Categories []program.Category `json:"categories"`
	Rules      []foundLine        `json:"rules"`
	Suppressed []foundLine        `json:"suppressed"`
	Ask        bool               `json:"ask"`
	Assessed   bool               `json:"assessed"`
}

// A foundLine is a rule with its place, in bytes of the text.
type foundLine struct {
	ID    string `json:"id"`
	Level string `json:"level"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
	By    string `json:"by,omitzero"` // what ruled it out
}

// assess reads notes and writes what the rules find in them.
func assess(ctx context.Context, args []string, env Env) error {
	env = env.complete()
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(env.Stderr)
	flags.Usage = func() { fmt.Fprint(env.Stderr, "\n"+usage) }
	folder := flags.String("rules", "", "a folder with rules of your own")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return errUsage
	}
	var extra fs.FS
	if *folder != "" {
		if _, err := os.ReadDir(*folder); err != nil {
			return fmt.Errorf("the folder of rules cannot be read: %w", err)
		}
		extra = os.DirFS(*folder)
	}
	assessor, err := risk.New(extra)
	if err != nil {
		return err
	}
	return assessLines(ctx, assessor, os.Stdin, env.Stdout, env.Stderr)
}

// assessLines assesses line by line. A line that cannot be read is told, and the
// others are assessed nonetheless; there is an error in the end.
func assessLines(ctx context.Context, a *risk.Assessor, in io.Reader, out, complaints io.Writer) error {
	lines, w := bufio.NewReader(in), bufio.NewWriter(out)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	bad := 0
	for n := 1; ctx.Err() == nil; n++ {
		line, err := lines.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if note, fault := readNote(line); fault != nil {
				fmt.Fprintf(complaints, "line %d: %v\n", n, fault)
				bad++
			} else if err := encoder.Encode(assessNote(a, note)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("the notes cannot be read: %w", err)
		}
		if lines.Buffered() == 0 { // somebody may be typing
			if err := w.Flush(); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(ctx.Err(), w.Flush()); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%s could not be read, the others are assessed", counted(bad, "line"))
	}
	return nil
}

// readNote reads a line. Its error holds nothing of what is in it.
func readNote(line []byte) (n noteLine, err error) {
	if !utf8.Valid(line) {
		return n, errors.New("it is not in UTF-8")
	}
	if err := json.Unmarshal(line, &n); err != nil {
		return n, errors.New(`it is not of the form {"id": "1", "lang": "en", "text": "…"}`)
	}
	if n.ID == "" {
		return n, errors.New("it has no id")
	}
	return n, nil
}

func assessNote(a *risk.Assessor, n noteLine) assessedLine {
	found := a.Assess(n.Text, n.Lang)
	line := assessedLine{
		ID: n.ID, Label: found.Level.String(), Ask: found.Ask, Assessed: found.Assessed,
		Categories: append([]program.Category{}, found.Categories...), Rules: []foundLine{}, Suppressed: []foundLine{},
	}
	place := func(h risk.Hit, by string) foundLine {
		return foundLine{h.Rule, h.Level.String(), h.Start, h.End, n.Text[h.Start:h.End], by}
	}
	for _, h := range found.Hits {
		line.Rules = append(line.Rules, place(h, ""))
	}
	for _, s := range found.Suppressed {
		line.Suppressed = append(line.Suppressed, place(s.Hit, s.By))
	}
	return line
}
