package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"text/tabwriter"
	"time"

	"steadfast/bot"
	"steadfast/bot/program"
	"steadfast/bot/risk"
	"steadfast/store"
)

// A HintsConfig says whether what people write is looked at for risks that they
// did not tick.
type HintsConfig struct {
	On    bool     `toml:"on"`
	Rules string   `toml:"rules"` // a folder with rules of the program's own
	Wait  Duration `toml:"wait"`  // for the answer to a question
}

// defaultHints looks at everything, and waits for an answer for as long as a
// worry waits that was ticked and not finished.
func defaultHints() HintsConfig { return HintsConfig{On: true, Wait: duration(15 * time.Minute)} }

// longestHintWait bounds [hints] wait: later than that, asking would be worse than
// telling a supervisor.
const longestHintWait = 24 * time.Hour

func (c *Config) hintFaults(bad report) {
	switch w := c.Hints.Wait; {
	case w.text != "":
		bad("[hints] wait", "%q is not a length of time: write it like 15m", w.text)
	case w.value < shortestWait || w.value > longestHintWait:
		bad("[hints] wait", "a question about a worry must not stay open for %s: write from 1s to 24h, such as 15m", w.value)
	}
}

// assessor returns what reads texts, with the rules of the program's own folder,
// which are compiled at once; nil if nobody wants it. An error names the file and
// the line.
func (h HintsConfig) assessor() (bot.Assessor, error) {
	switch {
	case !h.On:
		return nil, nil
	case h.Rules == "":
		return deferAssessor(), nil
	}
	info, err := os.Stat(h.Rules)
	if err != nil {
		return nil, fmt.Errorf("[hints] rules: the folder cannot be read: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("[hints] rules: %s is not a folder: write that of the folder that holds en.txt and the like", h.Rules)
	}
	a, err := compileRules(os.DirFS(h.Rules))
	if err != nil {
		return nil, fmt.Errorf("[hints] rules: %w", err)
	}
	return a, nil
}

// How much may be left uncollected while rules are compiled, and from then on, in
// percent of what is live.
const (
	compilingGC = 30
	compiledGC  = 100
)

// compileRules compiles the rules of the program and its own. That leaves much
// behind that need not wait for the next collection, and what stays is more than
// all else: of that, not twice as much may wait.
func compileRules(own fs.FS) (*risk.Assessor, error) {
	before := debug.SetGCPercent(compilingGC)
	defer debug.FreeOSMemory()
	defer debug.SetGCPercent(min(before, compiledGC))
	return risk.New(own)
}

// A deferredAssessor compiles the rules of the program when a text is first read,
// which takes part of a second. They are right: the build has tried each of them.
type deferredAssessor struct{ get func() *risk.Assessor }

func deferAssessor() deferredAssessor {
	return deferredAssessor{sync.OnceValue(func() *risk.Assessor {
		a, err := compileRules(nil)
		if err != nil {
			panic("the rules of the program are wrong: " + err.Error())
		}
		return a
	})}
}

// Assess is [risk.Assessor.Assess].
func (d deferredAssessor) Assess(text, lang string) risk.Assessment {
	return d.get().Assess(text, lang)
}

// Rules is [risk.Assessor.Rules].
func (d deferredAssessor) Rules() []risk.RuleInfo { return d.get().Rules() }

// hints says whether the rules for what people write are right.
func (c *checker) hints(config Config) {
	a, err := config.Hints.assessor()
	switch {
	case err != nil:
		c.bad("%v", err)
	case a == nil:
		c.good("Nothing is looked for in what people write: [hints] on is false.")
	case config.Hints.Rules == "": // the build has tried them
		c.good("What people write is read for risks that they did not tick.")
	default:
		c.good("%s for what people write can be used.", counted(len(a.Rules()), "rule"))
	}
}

// audit prints what the program can learn from its own records.
func audit(ctx context.Context, args []string, env Env) error {
	return withConfig(args, 1, env, func(c Config, rest []string) error {
		if rest[0] != "hints" {
			return fmt.Errorf("there is no audit of %q: write steadfast audit hints", rest[0])
		}
		scores, err := readHintScores(ctx, c, env.complete())
		if err != nil {
			return err
		}
		return writeHintScores(env.Stdout, scores)
	})
}

func readHintScores(ctx context.Context, c Config, env Env) (list []program.RuleScore, err error) {
	err = either(c, env,
		func(s *store.Store) error {
			b, err := offlineBot(c, env, s)
			if err != nil {
				return err
			}
			list, err = b.HintScores(ctx)
			return err
		},
		func() error {
			resp, err := ask(ctx, c, http.MethodGet, "/hints", nil)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			return decodeAnswer(resp.Body, &list)
		})
	return list, err
}

// hintsPage is what the admin socket answers to readHintScores.
func (p *process) hintsPage(w http.ResponseWriter, r *http.Request) {
	list, err := p.bot.HintScores(r.Context())
	if err != nil {
		p.log.Error("the hints could not be counted", "error", err)
		http.Error(w, "The hints cannot be counted: look at the log of the running bot.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(list)
}

// writeHintScores prints a table. It holds the names of rules and numbers, and no
// word that anybody wrote.
func writeHintScores(w io.Writer, list []program.RuleScore) error {
	if len(list) == 0 {
		fmt.Fprintln(w, "No rule has found anything yet.")
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "fired\tconfirmed\tdismissed\tunanswered\tuseful\tfalse alarm\thigher\tprecision\t  rule")
	for _, s := range list {
		precision := "–"
		if part, judged := s.Precision(); judged > 0 {
			precision = fmt.Sprintf("%.0f%% of %d", 100*part, judged)
		}
		fmt.Fprintf(table, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t  %s\n",
			s.Fired, s.Confirmed, s.Dismissed, s.Unanswered, s.Useful, s.FalseAlarm, s.Higher, precision, s.Rule)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprint(w, `
fired: texts in which the rule found something. confirmed, dismissed, unanswered:
what their writers said, or had ticked. useful, false alarm, higher (it should have
been): what was said when the case was closed. precision: how many of those that
were judged were right; what was said of the case counts before what its writer said.
`)
	return err
}
