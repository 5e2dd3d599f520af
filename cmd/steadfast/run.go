package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"steadfast/adapters/telegram"
	"steadfast/bot/chat"
	"steadfast/store"
)

// An Env is what a process has besides its configuration. The zero Env is that
// of a silent process on the real network.
type Env struct {
	Stdout, Stderr io.Writer // nil: nothing is written

	// Now is the process's one reading of the time; nil means time.Now.
	Now func() time.Time
	// Jumped receives when Now has jumped ahead, so that what became due is
	// done at once; nil: it never does.
	Jumped <-chan struct{}
	// Telegram carries the requests to Telegram; nil means the network.
	Telegram http.RoundTripper
	// NoSync leaves out the wait for the disk. It is for tests and the demo.
	NoSync bool
}

func (e Env) complete() Env {
	if e.Stdout == nil {
		e.Stdout = io.Discard
	}
	if e.Stderr == nil {
		e.Stderr = io.Discard
	}
	if e.Now == nil {
		e.Now = time.Now
	}
	return e
}

// Run is the bot: it runs until ctx ends, and then returns nil after what was
// begun has come to its end. Any other end is an error that says in a sentence
// what to do.
func Run(ctx context.Context, c Config, env Env) error {
	env = env.complete()
	log := newLog(c, env.Stderr)
	t, err := newTelegram(c, env, log)
	if err != nil {
		return err
	}
	p, err := assemble(c, env, log, t)
	if err != nil {
		return err
	}
	p.watch(t)
	return p.run(ctx)
}

// newTelegram makes the adapter that the configuration describes.
func newTelegram(c Config, env Env, log *slog.Logger) (*telegram.Adapter, error) {
	t := c.Telegram
	o := telegram.Options{
		Token:     t.Token.Reveal,
		APIURL:    t.APIURL,
		Pace:      &telegram.Pace{PerSecond: t.PerSecond, PlacePerSecond: t.ChatPerSecond, PlaceBurst: 1, GroupPerMinute: t.GroupPerMinute},
		Log:       log,
		Transport: env.Telegram,
	}
	if t.WebhookURL != "" {
		o.Webhook = &telegram.WebhookOptions{URL: t.WebhookURL, Secret: t.WebhookSecret.Reveal()}
	}
	return telegram.New(o)
}

// openStore opens the data file.
func openStore(c Config, env Env, mustExist bool) (*store.Store, error) {
	s, err := store.Open(c.Store.Path, store.Options{Now: env.Now, MustExist: mustExist, NoSync: env.NoSync})
	switch {
	case errors.Is(err, store.ErrInUse):
		return nil, fmt.Errorf("the bot runs already: %w", err)
	case err != nil:
		return nil, err
	}
	return s, nil
}

// newLog returns a log that holds ids, never words, names or secrets.
func newLog(c Config, w io.Writer) *slog.Logger {
	var level slog.Level
	if level.UnmarshalText([]byte(c.Log.Level)) != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if c.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// isTerminal reports whether a person watches w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// A platformStatus is what can be known of a platform from outside.
type platformStatus interface {
	Platform() chat.Platform
	LastHeard() time.Time
	Identify(ctx context.Context) (username string, err error)
	Webhook() http.Handler
}
