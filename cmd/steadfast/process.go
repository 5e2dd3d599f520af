package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"steadfast/bot"
	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/words"
	"steadfast/scheduler"
	"steadfast/store"
)

// How long the end of a process may take.
const (
	// drainTime is for what waits to be sent when the process is to end. What
	// is not sent by then is sent after the next start.
	drainTime = 3 * time.Second
	// graceTime is for sends that are under way then.
	graceTime = 4 * time.Second
)

// A process is the bot with everything around it. assemble makes one, run is
// its life.
type process struct {
	config     Config
	env        Env
	log        *slog.Logger
	store      *store.Store
	words      *words.Catalog
	adapters   []chat.Adapter
	bot        *bot.Bot
	dispatcher *delivery.Dispatcher
	meters     *meters
	platforms  []platform // those of adapters that health and metrics look at

	parts []part
}

// A part is something that runs as long as the process does.
type part struct {
	name string
	run  func(context.Context) error
}

// assemble opens the data file and joins the bot to adapters. It starts
// nothing; what it opened is closed by run, or by close.
func assemble(c Config, env Env, log *slog.Logger, adapters ...chat.Adapter) (*process, error) {
	p := &process{config: c, env: env.complete(), log: log, adapters: adapters}
	var err error
	if p.words, err = words.Load(); err != nil {
		return nil, err
	}
	if p.store, err = openStore(c, p.env, false); err != nil {
		return nil, err
	}
	if err := p.join(); err != nil {
		return nil, errors.Join(err, p.store.Close())
	}
	return p, nil
}

// join makes the bot and the dispatcher, and knows all parts but the servers.
func (p *process) join() (err error) {
	byPlatform := map[chat.Platform]chat.Adapter{}
	for _, a := range p.adapters {
		byPlatform[a.Platform()] = a
	}
	if p.bot, err = newBot(p.config, p.store, p.words, p.log, p.adapters); err != nil {
		return err
	}
	p.meters = newMeters(p)
	p.dispatcher = delivery.New(delivery.Options{
		Desk: p.meters.desk(p.bot.Desk()), Adapters: byPlatform, Group: p.bot.IsGroup, Log: p.log, Clock: p.env.Now, Grace: graceTime,
	})
	p.bot.Attach(p.dispatcher)
	for _, a := range p.adapters {
		p.add(string(a.Platform()), func(ctx context.Context) error { return p.attend(ctx, a) })
	}
	p.add("timers", func(ctx context.Context) error {
		return scheduler.Loop(ctx, p.kicks(ctx), p.env.Now, p.bot.Due)
	})
	p.add("store", func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case <-p.store.Failed():
			return fmt.Errorf("%w: look whether the disk is full or broken; whatever was confirmed to people is on it", store.ErrFailed)
		}
	})
	return nil
}

// newBot makes the bot that the configuration describes, for adapters.
func newBot(c Config, s *store.Store, catalog *words.Catalog, log *slog.Logger, adapters []chat.Adapter) (*bot.Bot, error) {
	limits := map[chat.Platform]chat.Capabilities{}
	for _, a := range adapters {
		limits[a.Platform()] = a.Capabilities()
	}
	hints, err := c.Hints.assessor()
	if err != nil {
		return nil, err
	}
	return bot.New(bot.Options{
		Store: s, Words: catalog, Platforms: limits, Log: log,
		Name: c.Program.Name, Language: c.Program.Language, Zone: c.zone(), Emergency: c.Program.Emergency,
		Calendar: c.calendar(), Protocol: c.protocol(), QuietHours: c.quietHours(), Reminders: c.reminders(), Contacts: c.contacts(),
		Channels: c.channels(), Ladder: c.ladder(), AliasOnCards: c.Escalation.AliasOnCards,
		Hints: hints, HintWait: c.Hints.Wait.value,
	})
}

// add makes a part run with the process.
func (p *process) add(name string, run func(context.Context) error) {
	p.parts = append(p.parts, part{name, run})
}

// run starts everything, waits until ctx or a part ends, and ends everything:
// first what brings in new things, then, after a moment in which what waits is
// sent, the dispatcher and the store.
func (p *process) run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, p.close()) }()
	started, err := p.bot.Start(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil // ended before it began
		}
		return err
	}
	if err := p.serve(); err != nil {
		return err
	}
	if started.OwnerCode != "" {
		p.add("owner code", func(ctx context.Context) error { return p.tellOwnerCode(ctx, started) })
	}
	p.log.Info("started", "version", version(), "platforms", len(p.adapters))
	sending, stopSending := context.WithCancel(context.WithoutCancel(ctx))
	defer stopSending()
	sent := make(chan error, 1)
	go func() { sent <- p.dispatcher.Run(sending) }()
	failed := p.runParts(ctx, sent)
	if failed == nil {
		p.drain(sent)
	}
	stopSending()
	if err := <-sent; failed == nil {
		failed = err
	}
	p.log.Info("ended", "waiting", p.waiting())
	return failed
}

// runParts runs all parts until ctx ends, which is no error, or one of them or
// the dispatcher, whose result is sent, fails.
func (p *process) runParts(ctx context.Context, sent chan error) error {
	front, end := context.WithCancelCause(ctx)
	defer end(nil)
	var running sync.WaitGroup
	for _, part := range p.parts {
		running.Go(func() {
			if err := part.run(front); err != nil && front.Err() == nil {
				end(err)
			}
		})
	}
	select {
	case <-front.Done():
	case err := <-sent:
		sent <- err
		end(err)
	}
	running.Wait()
	if cause := context.Cause(front); cause != context.Cause(ctx) {
		return cause
	}
	return nil
}

// drain waits until everything is sent, but not for long.
func (p *process) drain(sent chan error) {
	deadline := time.NewTimer(drainTime)
	defer deadline.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for p.waiting() > 0 {
		select {
		case <-look.C:
		case <-deadline.C:
			return
		case err := <-sent:
			sent <- err
			return
		}
	}
}

// waiting returns how many messages wait to be sent.
func (p *process) waiting() (n int) {
	for _, depth := range p.dispatcher.Stats().Waiting {
		n += depth.Rows
	}
	return n
}

func (p *process) close() error { return p.store.Close() }

// kicks returns what makes the timers look again: one was set, or the clock has
// jumped.
func (p *process) kicks(ctx context.Context) <-chan struct{} {
	if p.env.Jumped == nil {
		return p.bot.Kick()
	}
	both := make(chan struct{}, 1)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-p.bot.Kick():
			case <-p.env.Jumped:
			}
			select {
			case both <- struct{}{}:
			default:
			}
		}
	}()
	return both
}

// tellOwnerCode prints the code with which the first owner joins, once it is
// known who the bot is, or will not be known soon.
func (p *process) tellOwnerCode(ctx context.Context, s bot.Startup) error {
	asking, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	how := "Say this to the bot, in a private chat: /start " + s.OwnerCode
	for _, platform := range p.platforms {
		sentence, err := platform.entrance(asking, s.OwnerCode)
		if err == nil {
			how += "\n  " + sentence
			continue
		}
		select { // a wrong token ends the process: let it
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	if ctx.Err() != nil {
		return nil // the process ends, perhaps because there is no such bot
	}
	line := "────────────────────────────────────────────────────────────────────────"
	fmt.Fprintf(p.env.Stdout, "%s\n  Nobody owns this bot yet. The code makes whoever uses it the owner.\n  %s\n  It works once, and until %s.\n%s\n",
		line, how, s.Expires.In(p.config.zone()).Format("Mon 2 Jan 15:04 MST"), line)
	return nil
}
