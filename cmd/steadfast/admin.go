package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"steadfast/bot"
	"steadfast/bot/program"
	"steadfast/store"
)

// adminPages returns what the admin socket offers to the other subcommands
// while the bot runs, since only one process can have the data file open.
func (p *process) adminPages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /import", func(w http.ResponseWriter, r *http.Request) {
		result, err := importInto(r.Context(), p.bot, http.MaxBytesReader(w, r.Body, program.RosterBytes+1))
		if err != nil {
			p.log.Error("an import failed", "error", err)
			http.Error(w, "The import failed, and nothing was imported: look at the log of the running bot.", http.StatusInternalServerError)
			return
		}
		p.log.Info("imported", "changed", result.Changed, "faults", len(result.Faults))
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(result)
	})
	mux.HandleFunc("GET /dump", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Trailer", trailerWhole)
		if err := dumpTo(r.Context(), p.store, w); err != nil {
			p.log.Error("a dump broke off", "error", err)
			return
		}
		w.Header().Set(trailerWhole, "yes")
	})
	mux.HandleFunc("POST /backup", func(w http.ResponseWriter, r *http.Request) {
		var where struct{ Path string }
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&where); err != nil {
			http.Error(w, "The path of the copy is missing.", http.StatusBadRequest)
			return
		}
		if err := backupTo(r.Context(), p.store, where.Path); err != nil {
			http.Error(w, "The copy was not made: "+err.Error(), http.StatusInternalServerError)
			return
		}
		p.log.Info("a copy of the data file was made")
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("POST /case/{no}", p.casePage)
	mux.HandleFunc("GET /hints", p.hintsPage)
	p.drillPages(mux)
	mux.HandleFunc("GET /history", p.historyPage)
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, r *http.Request) {
		s, err := look(r.Context(), p.store, p.view())
		if err != nil {
			http.Error(w, "The state cannot be read: look at the log of the running bot.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s)
	})
	return mux
}

// trailerWhole stands after an answer that is complete.
const trailerWhole = "Steadfast-Whole"

// An importResult is what became of a roster.
type importResult struct {
	bot.Summary
	Faults []program.Fault
}

func importInto(ctx context.Context, b *bot.Bot, csv io.Reader) (r importResult, err error) {
	roster, faults := program.ParseRoster(csv)
	if len(faults) > 0 {
		return importResult{Faults: faults}, nil
	}
	r.Summary, r.Faults, err = b.Import(ctx, roster)
	return r, err
}

// ask sends a request to the running bot. The caller closes the answer's body.
func ask(ctx context.Context, c Config, method, path string, body []byte) (*http.Response, error) {
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", c.socket())
		},
	}}
	req, err := http.NewRequestWithContext(ctx, method, "http://steadfast"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("a process has the data file open, but does not answer at %s: wait until it has started, or stop it: %w", c.socket(), errors.Unwrap(err))
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
		return nil, errors.New(string(bytes.TrimSpace(text)))
	}
	return resp, nil
}

// either does a thing with the data file itself or, while the bot runs, by
// asking the bot.
func either(c Config, env Env, self func(*store.Store) error, asking func() error) error {
	s, err := openStore(c, env, true)
	switch {
	case errors.Is(err, store.ErrInUse):
		return asking()
	case err != nil:
		return err
	}
	return errors.Join(self(s), s.Close())
}
