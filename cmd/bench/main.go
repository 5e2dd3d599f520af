// Bench measures Steadfast against a floor: the least that a bot with the same
// dialogue does which loses nothing. Both talk over the loopback to a fake of
// Telegram, with mentors who check in by tapping. What counts is the ratio
// within a round, since two rounds, and two machines, are never alike.
//
// Usage, from the folder of the module:
//
//	go run ./cmd/bench                           about four minutes
//	go run ./cmd/bench -chats 64 -rounds 3       a quick look
//	go run ./cmd/bench -only limits,kill         further measurements
//
// It builds ./cmd/steadfast, imports invented people, writes below the system's
// folder for temporary files, or -dir, and removes all of that. The disk there
// is part of what is measured. The measurements of -only are:
//
//	checkin   closed loops: as many check-ins under way as there are chats
//	start     from the start of the process to its first question for updates
//	idle      what very many matches cost while none of their meetings is due
//	limits    many reminders at once under Telegram's limits, enforced strictly
//	kill      kill -9 under load, again and again
//
// A step is the time from a tap to what it makes the bot show, a confirmation
// that from the note to the summary, an escalation that from ticking a danger
// to the card in the supervisors' channel. The exit code is 0 whether goals
// are met or not.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if len(os.Args) == 4 && os.Args[1] == floorCommand {
		err = runFloor(ctx, os.Args[2], os.Args[3])
	} else {
		err = run(ctx, os.Args[1:], os.Stdout)
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// floorCommand is the command by which this program starts itself as a floor.
const floorCommand = "floor"

// options are the flags.
type options struct {
	rounds    int
	chats     []int
	dur, warm time.Duration
	only      []string
	limits    []int
	kills     int
	matches   int
	dir       string
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&o.rounds, "rounds", 5, "rounds; figures are medians")
	flags.DurationVar(&o.dur, "dur", 3*time.Second, "how long each run is measured")
	flags.DurationVar(&o.warm, "warm", 3*time.Second, "how long each run warms up before")
	chats := flags.String("chats", "1,64,1000", "numbers of mentors who check in at the same time")
	only := flags.String("only", "checkin,start", "which of checkin, start, idle, limits and kill")
	limits := flags.String("limits", "300,1000", "with -only limits: numbers of reminders")
	flags.IntVar(&o.kills, "kill", 10, "with -only kill: how often the bot is killed")
	flags.IntVar(&o.matches, "matches", 1_000_000, "with -only idle: number of matches")
	flags.StringVar(&o.dir, "dir", "", "folder for temporary files; empty: the system's")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.chats, err = numbers(*chats); err != nil {
		return o, err
	}
	if o.limits, err = numbers(*limits); err != nil {
		return o, err
	}
	o.only = strings.Split(*only, ",")
	for _, name := range o.only {
		if !slices.Contains([]string{"checkin", "start", "idle", "limits", "kill"}, name) {
			return o, fmt.Errorf("-only %s: there is checkin, start, idle, limits and kill", name)
		}
	}
	if o.rounds < 1 || o.dur <= 0 || flags.NArg() > 0 {
		return o, errors.New("rounds and dur must be more than 0, and there are only flags")
	}
	return o, nil
}

func numbers(list string) (all []int, err error) {
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a list of numbers like 1,64", list)
		}
		all = append(all, n)
	}
	return all, nil
}

// run measures what the arguments ask for.
func run(ctx context.Context, args []string, w io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp(o.dir, "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	m := measurement{bench: bench{folder: folder, dur: o.dur, warm: o.warm}, options: o, out: w}
	if err := m.prepare(ctx); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		run  func(context.Context) error
	}{{"checkin", m.checkIns}, {"start", m.starts}, {"idle", m.idles}, {"limits", m.reminders}, {"kill", m.kills}} {
		if !slices.Contains(o.only, part.name) {
			continue
		}
		if err := part.run(ctx); err != nil {
			return err
		}
	}
	printVerdicts(w, m.verdicts)
	fmt.Fprint(w, "\nTimers that are due (c2) and bytes on the disk (f1) are measured by the store itself:\n"+
		"  go test -run '^$' -bench . ./store\n")
	return nil
}

// A measurement is one run of this program.
type measurement struct {
	bench
	options  options
	out      io.Writer
	self     string // this program
	bot      steadfast
	verdicts []verdict
}

func (m *measurement) prepare(ctx context.Context) (err error) {
	if m.self, err = os.Executable(); err != nil {
		return err
	}
	m.bot.binary, err = build(ctx, m.folder)
	return err
}

// floor returns the floor as a contender.
func (m *measurement) floor() contender {
	return contender{
		name:    "floor",
		prepare: func(string, string) error { return nil },
		command: func(folder, url string) []string { return []string{m.self, floorCommand, url, folder} },
	}
}

// checkIns runs the closed loops.
func (m *measurement) checkIns(ctx context.Context) error {
	bot, err := m.bot.imported(ctx, m.sub("i"), slices.Max(m.options.chats), "")
	if err != nil {
		return err
	}
	all := map[int]series{}
	for _, chats := range m.options.chats {
		s, err := rounds(ctx, m.options.rounds, []contender{m.floor(), bot.contender("steadfast")}, func(who contender) (sample, error) {
			return m.closedLoop(ctx, who, chats)
		})
		if err != nil {
			return err
		}
		all[chats] = s
		printSeries(m.out, chats, s)
	}
	for _, g := range goals() {
		if _, ran := all[g.chats]; ran {
			m.verdicts = append(m.verdicts, g.verdict(all))
		}
	}
	return nil
}
