package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"steadfast/bot"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
	"steadfast/store"
)

// faultsShown is how many faults of a roster are printed.
const faultsShown = 50

// importRoster reads a roster into the data file, or hands it to the running
// bot.
func importRoster(ctx context.Context, c Config, env Env, path string) error {
	env = env.complete()
	csv, err := readRoster(path)
	if err != nil {
		return err
	}
	progress(env.Stderr, "Importing %d bytes …", len(csv))
	var result importResult
	offline := func(s *store.Store) (err error) {
		result, err = importOffline(ctx, c, env, s, csv)
		return err
	}
	s, err := openStore(c, env, false)
	switch {
	case errors.Is(err, store.ErrInUse):
		result, err = importOnline(ctx, c, csv)
	case err == nil:
		err = errors.Join(offline(s), s.Close())
	}
	progress(env.Stderr, "")
	if err != nil {
		return err
	}
	if len(result.Faults) > 0 {
		for i, f := range result.Faults {
			if i == faultsShown {
				fmt.Fprintf(env.Stderr, "… and %d more.\n", len(result.Faults)-i)
				break
			}
			fmt.Fprintf(env.Stderr, "%s: %s\n", path, f)
		}
		return fmt.Errorf("nothing was imported: mend %s and import it again", counted(len(result.Faults), "fault"))
	}
	fmt.Fprintf(env.Stdout, "Imported %s, %s, %s (%d changed).\n", people(result.People),
		counted(result.Mentees, "mentee"), matches(result.Matches), result.Changed)
	return nil
}

func readRoster(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the roster cannot be read: %w", err)
	}
	defer f.Close()
	csv, err := io.ReadAll(io.LimitReader(f, program.RosterBytes+1))
	if err != nil {
		return nil, fmt.Errorf("the roster cannot be read: %w", err)
	}
	return csv, nil
}

func importOffline(ctx context.Context, c Config, env Env, s *store.Store, csv []byte) (r importResult, err error) {
	b, err := offlineBot(c, env, s)
	if err != nil {
		return r, err
	}
	return importInto(ctx, b, bytes.NewReader(csv))
}

// offlineBot returns a bot on the data file that sends nothing.
func offlineBot(c Config, env Env, s *store.Store) (b *bot.Bot, err error) {
	catalog, err := words.Load()
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.DiscardHandler)
	platforms, err := newPlatforms(c, env, log, func() *bot.Bot { return b })
	if err != nil {
		return nil, err
	}
	if b, err = newBot(c, s, catalog, log, adapters(platforms)); err != nil {
		return nil, err
	}
	b.Attach(later{})
	return b, nil
}

// later takes what is to be sent when the bot runs: it is in the data file.
type later struct{}

// Add does nothing.
func (later) Add(...delivery.Row) {}

func importOnline(ctx context.Context, c Config, csv []byte) (r importResult, err error) {
	resp, err := ask(ctx, c, http.MethodPost, "/import", csv)
	if err != nil {
		return r, err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil {
		return r, errors.New("the running bot's answer broke off: import the roster again, which changes nothing that was imported")
	}
	return r, nil
}

// dumpTo writes everything that is stored to w, after it has put on record that
// it does.
func dumpTo(ctx context.Context, s *store.Store, w io.Writer) error {
	if err := onRecord(ctx, s, "dumped everything"); err != nil {
		return err
	}
	return s.Dump(ctx, w)
}

// backupTo copies the data file, after it has put on record that it does.
func backupTo(ctx context.Context, s *store.Store, path string) error {
	if err := onRecord(ctx, s, "copied the data file"); err != nil {
		return err
	}
	return s.Backup(ctx, path)
}

func onRecord(ctx context.Context, s *store.Store, what string) error {
	return s.Update(ctx, func(tx program.Tx) error {
		return tx.Audit(program.AuditEntry{At: tx.Now(), What: what})
	})
}

// dump prints everything that is stored.
func dump(ctx context.Context, c Config, env Env) error {
	env = env.complete()
	return either(c, env,
		func(s *store.Store) error { return dumpTo(ctx, s, env.Stdout) },
		func() error {
			resp, err := ask(ctx, c, http.MethodGet, "/dump", nil)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			if _, err := io.Copy(env.Stdout, resp.Body); err != nil || resp.Trailer.Get(trailerWhole) != "yes" {
				return errors.New("the dump broke off: look at the log of the running bot")
			}
			return nil
		})
}

// backup copies the data file.
func backup(ctx context.Context, c Config, env Env, to string) error {
	env = env.complete()
	to, err := filepath.Abs(to)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("%s is there already: give the copy a name that is free", to)
	}
	err = either(c, env,
		func(s *store.Store) error { return backupTo(ctx, s, to) },
		func() error {
			where, err := json.Marshal(struct{ Path string }{to})
			if err != nil {
				return err
			}
			resp, err := ask(ctx, c, http.MethodPost, "/backup", where)
			if err != nil {
				return err
			}
			return resp.Body.Close()
		})
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "Copied to %s. It is as confidential as the data file.\n", to)
	return nil
}

// progress shows what is under way, to a person only; an empty text takes it
// away.
func progress(w io.Writer, format string, args ...any) {
	if isTerminal(w) {
		fmt.Fprintf(w, "\r\033[K"+format, args...)
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

func matches(n int) string {
	if n == 1 {
		return "1 match"
	}
	return fmt.Sprintf("%d matches", n)
}
