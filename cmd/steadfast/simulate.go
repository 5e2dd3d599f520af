package main

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"

	"steadfast/bot/program"
	"steadfast/store"
)

// The weeks that a simulation looks back.
const (
	simulatedWeeks = 12
	mostWeeks      = 520
)

// A change is something that another ladder has otherwise.
type change func(*program.Ladder)

// simulate replays the cases of the last weeks under the ladder of the
// configuration and under another one, and prints what each means for people.
func simulate(ctx context.Context, args []string, env Env) error {
	env = env.complete()
	var weeks int
	var changes []change
	return withFlags(args, 0, env, func(f *flag.FlagSet) {
		f.IntVar(&weeks, "weeks", simulatedWeeks, "how many weeks to look back")
		times := func(name, usage string, table func(*program.Ladder) map[program.Level]time.Duration) {
			f.Func(name, usage, func(text string) error {
				chosen, err := parseTimes(text)
				changes = append(changes, func(l *program.Ladder) {
					for level, d := range chosen {
						table(l)[level] = d
					}
				})
				return err
			})
		}
		times("again", "how long after a page the next one follows, like danger=3m,urgent=30m", func(l *program.Ladder) map[program.Level]time.Duration { return l.Again })
		times("climb", "how long a rung is paged, like danger=5m", func(l *program.Ladder) map[program.Level]time.Duration { return l.Climb })
		times("renew", "how long an acknowledgement lasts, like danger=1h", func(l *program.Ladder) map[program.Level]time.Duration { return l.Renew })
		f.Func("rungs", "the rungs, like duty,supervisors,last", func(text string) error {
			rungs, err := parseRungs(text)
			changes = append(changes, func(l *program.Ladder) { l.Rungs = rungs })
			return err
		})
	}, func(c Config, _ []string) error {
		if weeks < 1 || weeks > mostWeeks {
			return fmt.Errorf("-weeks %d: look back from 1 to %d weeks", weeks, mostWeeks)
		}
		r, err := readRecord(ctx, c, env, weeks)
		if err != nil {
			return err
		}
		columns := []column{{"as it is", c.ladder(), program.Toll{}}}
		if len(changes) > 0 {
			other := c.ladder() // new maps, so that the first one stays
			for _, change := range changes {
				change(&other)
			}
			columns = append(columns, column{"instead", other, program.Toll{}})
		}
		for i := range columns {
			columns[i].toll = program.Simulate(columns[i].ladder, r.Crew, replaying(ctx, env, columns[i].name, r.Past))
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("the simulation was broken off: %w", err)
		}
		_, err = fmt.Fprint(env.Stdout, simulationReport(weeks, r, columns))
		return err
	})
}

// replaying hands over one case after another, and shows how far it is, until
// ctx ends.
func replaying(ctx context.Context, env Env, name string, past []program.Past) iter.Seq[program.Past] {
	return func(yield func(program.Past) bool) {
		defer progress(env.Stderr, "")
		for i, p := range past {
			progress(env.Stderr, "Replaying case %d of %d, %s …", i+1, len(past), name)
			if ctx.Err() != nil || !yield(p) {
				return
			}
		}
	}
}

func parseTimes(text string) (map[program.Level]time.Duration, error) {
	times := map[program.Level]time.Duration{}
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		at := program.NoLevel
		for l := program.Watch; l <= program.Danger; l++ {
			if l.String() == name {
				at = l
			}
		}
		if at == program.NoLevel {
			return nil, fmt.Errorf("%q is not a level: write it like danger=3m, or urgent, concern, watch", name)
		}
		d, err := time.ParseDuration(value)
		if err != nil || d < shortestWait || d > longestWait {
			return nil, fmt.Errorf("%q is not a length of time from 1s to 744h: write it like 90s, 5m or 8h", value)
		}
		times[at] = d
	}
	return times, nil
}

func parseRungs(text string) (rungs []program.Rung, err error) {
	for name := range strings.SplitSeq(text, ",") {
		rung := program.Rung(strings.TrimSpace(name))
		if !slices.Contains(program.Rungs(), rung) || slices.Contains(rungs, rung) {
			return nil, fmt.Errorf("%q is not a rung, or there twice: write some of %s", name, strings.Join(rungNames(program.Rungs()), ","))
		}
		rungs = append(rungs, rung)
	}
	return rungs, nil
}

// A history is what is simulated: cases that were, and whom a ladder may page.
type history struct {
	Crew program.Crew
	Past []program.Past
}

// readRecord reads the history from the data file, or asks the running bot.
func readRecord(ctx context.Context, c Config, env Env, weeks int) (h history, err error) {
	err = either(c, env,
		func(s *store.Store) error {
			h, err = readHistory(ctx, s, c, env, weeks)
			return err
		},
		func() error {
			progress(env.Stderr, "Asking the running bot …")
			defer progress(env.Stderr, "")
			resp, err := ask(ctx, c, http.MethodGet, fmt.Sprintf("/history?weeks=%d", weeks), nil)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			return decodeAnswer(resp.Body, &h)
		})
	return h, err
}

// readHistory reads the cases of the last weeks, each in a view of its own.
func readHistory(ctx context.Context, s *store.Store, c Config, env Env, weeks int) (h history, err error) {
	defer progress(env.Stderr, "")
	now := env.Now()
	since := now.Add(-time.Duration(weeks) * 7 * 24 * time.Hour)
	var cases []program.Case
	err = s.View(ctx, func(tx program.Tx) (err error) {
		cases = nil
		if h.Crew, err = crewOf(tx, c); err != nil {
			return err
		}
		for k, err := range tx.Cases() {
			if err != nil {
				return err
			}
			if k.Raised.Before(since) {
				break
			}
			if !k.Drill {
				cases = append(cases, k)
			}
		}
		return nil
	})
	if err != nil {
		return h, err
	}
	for i, k := range slices.Backward(cases) {
		progress(env.Stderr, "Reading case %d of %d …", len(cases)-i, len(cases))
		err := s.View(ctx, func(tx program.Tx) error {
			past, err := pastOf(tx, k, h.Crew, now)
			if err == nil {
				h.Past = append(h.Past, past)
			}
			return err
		})
		if err != nil {
			return h, err
		}
	}
	return h, nil
}
