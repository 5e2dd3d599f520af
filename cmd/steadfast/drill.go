package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"steadfast/bot"
	"steadfast/bot/program"
)

// The times of a drill.
const (
	drillLasts   = 15 * time.Minute
	longestDrill = 24 * time.Hour
	drillLook    = 500 * time.Millisecond // how often the running bot is asked how it goes
	drillLost    = time.Minute            // how long it may not answer
)

// drill pages the real people of the running bot, with cards that say that it is
// a drill, and prints how long they take.
func drill(ctx context.Context, args []string, env Env) error {
	env = env.complete()
	var lasts time.Duration
	return withFlags(args, 0, env, func(f *flag.FlagSet) {
		f.DurationVar(&lasts, "for", drillLasts, "how long the drill lasts if nobody acknowledges it")
	}, func(c Config, _ []string) error {
		if lasts < shortestWait || lasts > longestDrill {
			return fmt.Errorf("-for %s: a drill lasts from 1s to 24h", lasts)
		}
		no, err := startDrill(ctx, c, lasts)
		if err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "The drill is case %s. It is over when somebody acknowledges it, after %s, or with Ctrl-C.\n", no, lasts)
		r, err := followDrill(ctx, c, env.Stdout, no)
		if err != nil {
			return err
		}
		if r.By == "" {
			return errors.New("nobody has acknowledged the drill; the cards say that it is over")
		}
		fmt.Fprintf(env.Stdout, "%s acknowledged it after %s.\n", r.By, r.After.Round(time.Second))
		return nil
	})
}

func startDrill(ctx context.Context, c Config, lasts time.Duration) (no program.CaseNo, err error) {
	resp, err := ask(ctx, c, http.MethodPost, "/drill?for="+url.QueryEscape(lasts.String()), nil)
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return 0, errors.New("the bot does not run, and only the running bot can page anybody: start it with steadfast run")
	}
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return no, json.NewDecoder(resp.Body).Decode(&no)
}

// followDrill prints what happens until the drill is over, and ends it when ctx
// does.
func followDrill(ctx context.Context, c Config, w io.Writer, no program.CaseNo) (r bot.DrillReport, err error) {
	path := "/drill/" + no.String()
	asking := context.WithoutCancel(ctx)
	interrupted := ctx.Done()
	shown, heard := 0, time.Now()
	for {
		r, err = askDrill(asking, c, path)
		if err == nil {
			heard = time.Now()
			for _, e := range r.Entries[min(shown, len(r.Entries)):] {
				fmt.Fprintf(w, "  %8s  %s\n", e.After.Round(time.Second), e.Text)
			}
			shown = len(r.Entries)
			if r.Over {
				return r, nil
			}
		} else if time.Since(heard) > drillLost {
			return r, fmt.Errorf("the running bot does not answer any more; the drill ends by itself: %w", err)
		}
		select {
		case <-interrupted:
			interrupted = nil
			resp, err := ask(asking, c, http.MethodDelete, path, nil)
			if err != nil {
				return r, fmt.Errorf("the drill could not be ended, but ends by itself: %w", err)
			}
			_ = resp.Body.Close() // it has no content
		case <-time.After(drillLook):
		}
	}
}

func askDrill(ctx context.Context, c Config, path string) (r bot.DrillReport, err error) {
	ctx, cancel := context.WithTimeout(ctx, drillLost/2)
	defer cancel()
	resp, err := ask(ctx, c, http.MethodGet, path, nil)
	if err != nil {
		return r, err
	}
	defer resp.Body.Close()
	return r, json.NewDecoder(resp.Body).Decode(&r)
}

// drillPages adds to the admin socket what the subcommand drill asks for.
func (p *process) drillPages(mux *http.ServeMux) {
	mux.HandleFunc("POST /drill", func(w http.ResponseWriter, r *http.Request) {
		lasts, err := time.ParseDuration(r.FormValue("for"))
		if err != nil || lasts <= 0 || lasts > longestDrill {
			http.Error(w, "A drill lasts from 1s to 24h.", http.StatusBadRequest)
			return
		}
		no, err := p.bot.StartDrill(r.Context(), lasts)
		if err == nil {
			p.log.Info("a drill has begun", "case", no, "lasts", lasts)
		}
		p.answerDrill(w, no, err)
	})
	mux.HandleFunc("GET /drill/{no}", func(w http.ResponseWriter, r *http.Request) {
		report, err := p.bot.Drill(r.Context(), drillNo(r))
		p.answerDrill(w, report, err)
	})
	mux.HandleFunc("DELETE /drill/{no}", func(w http.ResponseWriter, r *http.Request) {
		p.answerDrill(w, nil, p.bot.EndDrill(r.Context(), drillNo(r)))
	})
}

// drillNo returns the number of the drill that is asked for; zero is none.
func drillNo(r *http.Request) program.CaseNo {
	no, err := strconv.ParseUint(r.PathValue("no"), 10, 64)
	if err != nil {
		return 0
	}
	return program.CaseNo(no)
}

func (p *process) answerDrill(w http.ResponseWriter, answer any, err error) {
	switch {
	case errors.Is(err, bot.ErrDrill):
		http.Error(w, "a drill is under way already: wait until it is over", http.StatusConflict)
	case errors.Is(err, program.ErrNotFound):
		http.Error(w, "there is no such drill", http.StatusNotFound)
	case err != nil:
		p.log.Error("a drill failed", "error", err)
		http.Error(w, "the drill failed: look at the log of the running bot", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	}
}
