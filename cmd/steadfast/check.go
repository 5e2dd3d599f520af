package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/store"
)

// checkTime is how long check asks the platforms.
const checkTime = 30 * time.Second

// A checker prints what it finds, a line for each thing.
type checker struct {
	env   Env
	wrong int
}

func (c *checker) good(format string, args ...any) {
	fmt.Fprintf(c.env.Stdout, "✓ "+format+"\n", args...)
}

func (c *checker) bad(format string, args ...any) {
	c.wrong++
	text := fmt.Sprintf(format, args...)
	fmt.Fprintln(c.env.Stdout, "✗ "+strings.ReplaceAll(text, "\n", "\n✗ "))
}

// check says what is wrong and how to mend it.
func check(ctx context.Context, args []string, env Env) error {
	env = env.complete()
	path, _, err := parseFlags(args, 0, env.Stderr, func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	c := &checker{env: env}
	config, err := LoadConfig(path, os.Environ())
	if err != nil {
		c.bad("%v", err)
	} else {
		c.good("The configuration %s is right. In danger, mentors are told to call %s.", path, config.Program.Emergency)
		if openToAll(path, config) {
			c.bad("Everybody on this machine can read %s, and a secret is in it: run chmod 600 %s", path, path)
		}
		c.hints(config)
		s, known := c.program(ctx, config)
		c.platforms(ctx, config, s, known)
	}
	if c.wrong > 0 {
		fmt.Fprintf(env.Stdout, "✗ %s to mend.\n", counted(c.wrong, "thing"))
		return errSaid
	}
	c.good("Everything is well.")
	return nil
}

// program looks into the data file, or asks the running bot.
func (c *checker) program(ctx context.Context, config Config) (s state, known bool) {
	file, err := openStore(config, c.env, true)
	switch {
	case errors.Is(err, store.ErrInUse):
		c.good("The bot is running.")
		s, err = askState(ctx, config)
	case errors.Is(err, os.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(config.Store.Path)); err != nil {
			c.bad("The folder of the data file %s is not there: make it, with rights for the user who runs the bot.", config.Store.Path)
			return s, false
		}
		c.good("There is no data file yet. The bot makes it when it starts for the first time, and prints a code for its first owner then.")
		return s, false
	case err == nil:
		c.good("The data file %s can be read. The bot is not running.", config.Store.Path)
		s, err = look(ctx, file, view{c.env.Now(), config.ladder(), config.platforms()})
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		c.bad("The data file: %v", err)
		return s, false
	}
	c.state(s, config.platforms())
	return s, true
}

func askState(ctx context.Context, config Config) (s state, err error) {
	resp, err := ask(ctx, config, http.MethodGet, "/state", nil)
	if err != nil {
		return s, err
	}
	defer resp.Body.Close()
	return s, json.NewDecoder(resp.Body).Decode(&s)
}

// state judges what the data say of a bot that is on platforms.
func (c *checker) state(s state, platforms []chat.Platform) {
	switch {
	case s.Owners == 0:
		c.bad("Nobody owns the bot: run steadfast run, and say the code that it prints to the bot.")
	default:
		c.good("The bot has %s.", counted(s.Owners, "owner"))
	}
	switch {
	case len(s.Channels) > 0:
		c.good("The supervisors have %s, and %d of %s can be written to.", counted(len(s.Channels), "channel"), s.Reachable, counted(s.Supervisors, "supervisor"))
	case s.Reachable > 0:
		c.good("There is no supervisors' channel; %d of %s can be written to, and will be.", s.Reachable, counted(s.Supervisors, "supervisor"))
	default:
		c.bad("Nobody would learn of a concern: say /here supervisors in the supervisors' channel, or let a supervisor write /start to the bot.")
	}
	for _, place := range s.Lost {
		if !slices.Contains(platforms, place.Platform) {
			c.bad("The supervisors have a channel, %s, on a platform that the bot is not on: put its token in [%s].", place, place.Platform)
			continue
		}
		c.bad("Nothing can be posted in %s any more: add the bot to it again, or bind another channel with /here supervisors.", place)
	}
	if s.Unmatched > 0 {
		c.bad("%d of %s have no mentee and cannot check in: use /match, or import a roster.", s.Unmatched, counted(s.Mentors, "mentor"))
	} else if s.Mentors > 0 {
		c.good("The program has %s, all of them with a mentee.", counted(s.Mentors, "mentor"))
	}
	if s.NeverCame > 0 {
		c.good("%s never wrote to the bot; it cannot write to them before they do.", people(s.NeverCame))
	}
	if s.Open > 0 {
		c.bad("%s waiting for a supervisor since %s: say /cases to the bot.", counted(s.Open, "case"), s.OldestUnhandled.Format("2 Jan 15:04 MST"))
	}
}

// platforms asks each platform who the bot is and where it may write.
func (c *checker) platforms(ctx context.Context, config Config, s state, known bool) {
	all, err := newPlatforms(config, c.env, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		c.bad("%v", err)
		return
	}
	places := config.channels()
	for _, place := range s.Channels {
		if !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	for _, p := range all {
		c.platform(ctx, p, places)
	}
	if !known && len(places) == 0 {
		c.bad("Nobody would learn of a concern yet: when the bot runs, say /here supervisors in the supervisors' channel.")
	}
}

func (c *checker) platform(ctx context.Context, p platform, places []chat.Place) {
	sentences, err := p.known(ctx)
	if err != nil {
		c.bad("%v", err)
		return
	}
	for _, sentence := range sentences {
		c.good("%s", sentence)
	}
	for _, place := range places {
		if place.Platform != p.Platform() {
			continue
		}
		if title, err := p.CheckPlace(ctx, place); err != nil {
			c.bad("%v", err)
		} else {
			c.good("The bot can post in %s (%s).", place, title)
		}
	}
}
