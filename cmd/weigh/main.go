// Command weigh learns from labelled notes how much words weigh.
//
// The notes are in bot/risk/notes, the weights that it writes in
// bot/risk/signs.txt. After notes were added or changed:
//
//	go run ./cmd/weigh
//
// It takes some seconds, and the same notes give the same weights. With -measure it
// writes nothing: it leaves out each author in turn, learns from the others, and
// says what would have been noticed in the notes of that one; with -on it looks at
// notes that are not ours. With -list it prints those that went wrong, with -curve
// it says what would be noticed if alarms began elsewhere, and with -check it fails
// if the weights are not those of the notes.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing/fstest"

	"steadfast/bot/risk"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("weigh", flag.ContinueOnError)
	folder := flags.String("risk", filepath.Join("bot", "risk"), "the folder of rules, with notes in it")
	measured := flags.Bool("measure", false, "say what is noticed in notes that nothing was learned from")
	curved := flags.Bool("curve", false, "say what would be noticed if alarms began elsewhere")
	listed := flags.Bool("list", false, "print the urgent notes that are missed and the harmless ones that alarm")
	others := flags.String("on", "", "look at the notes of this folder, having learned from all of ours")
	check := flags.Bool("check", false, "fail if signs.txt is out of date")
	if err := flags.Parse(args); err != nil {
		return err
	}
	bare, err := risk.New(fstest.MapFS{risk.SignsFile: {}})
	if err != nil {
		return err
	}
	notes, err := readNotes(filepath.Join(*folder, "notes"), bare)
	if err != nil {
		return err
	}
	path := filepath.Join(*folder, risk.SignsFile)
	if *measured || *curved || *listed || *others != "" {
		var theirs []note
		if *others != "" {
			if theirs, err = readNotes(*others, bare); err != nil {
				return err
			}
		}
		if *curved {
			all, err := learned(notes, theirs, weighAll)
			return errors.Join(err, curve(out, all))
		}
		found, err := learned(notes, theirs, assess)
		if *listed {
			list(out, found)
		} else {
			report(out, found)
		}
		return err
	}
	weights := study(notes).write()
	if !*check {
		return os.WriteFile(path, weights, 0o644)
	}
	known, err := os.ReadFile(path)
	if err == nil && !bytes.Equal(known, weights) {
		err = errors.New("signs.txt is not what the notes say: run go run ./cmd/weigh")
	}
	return err
}
