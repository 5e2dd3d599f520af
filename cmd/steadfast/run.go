package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"steadfast/bot"
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
	// Telegram carries the requests to Telegram, Discord those to Discord; nil
	// means the network.
	Telegram, Discord http.RoundTripper
	// DialDiscord makes the connections of Discord's gateway; nil means the
	// network.
	DialDiscord func(ctx context.Context, network, address string) (net.Conn, error)
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
	var p *process // made after its platforms, which ask its bot when they run
	platforms, err := newPlatforms(c, env, log, func() *bot.Bot { return p.bot })
	if err != nil {
		return err
	}
	if p, err = assemble(c, env, log, adapters(platforms)...); err != nil {
		return err
	}
	p.platforms = platforms
	return p.run(ctx)
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
