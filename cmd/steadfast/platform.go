package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"steadfast/adapters/discord"
	"steadfast/adapters/telegram"
	"steadfast/bot"
	"steadfast/bot/chat"
)

// A platform is an adapter, and what can be known of it from outside.
type platform interface {
	chat.Adapter

	// LastHeard returns when the platform last showed that it is there; zero
	// before the first time.
	LastHeard() time.Time

	// CheckPlace returns the title of a place where the bot can write, or a
	// sentence that says what to do.
	CheckPlace(context.Context, chat.Place) (title string, err error)

	// patience returns how long the platform may be silent.
	patience() time.Duration

	// known asks the platform who the bot is, and returns that in sentences.
	known(context.Context) (sentences []string, err error)

	// entrance returns what the first owner has to know beside the code.
	entrance(ctx context.Context, code string) (sentence string, err error)

	// pages returns what the platform calls at [web] listen, by pattern.
	pages() map[string]http.Handler
}

// newPlatforms makes what the configuration describes. theBot returns the
// bot, which is made after its platforms; they ask for it when they run.
func newPlatforms(c Config, env Env, log *slog.Logger, theBot func() *bot.Bot) (all []platform, err error) {
	for _, name := range c.platforms() {
		var p platform
		switch name {
		case telegram.Name:
			var a *telegram.Adapter
			a, err = newTelegram(c, env, log)
			p = onTelegram{a, c.Telegram.WebhookURL}
		case discord.Name:
			var a *discord.Adapter
			a, err = newDiscord(c, env, log, theBot)
			p = onDiscord{a}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// adapters returns platforms as the bot knows them.
func adapters(platforms []platform) []chat.Adapter {
	all := make([]chat.Adapter, len(platforms))
	for i, p := range platforms {
		all[i] = p
	}
	return all
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

// newDiscord makes the adapter that the configuration describes. It asks the
// bot for its commands, and for how far it has read, when it runs.
func newDiscord(c Config, env Env, log *slog.Logger, theBot func() *bot.Bot) (*discord.Adapter, error) {
	d := c.Discord
	pace := discord.DefaultPace()
	pace.PerSecond = d.PerSecond
	return discord.New(discord.Options{
		Token:      d.Token.Reveal,
		APIURL:     d.APIURL,
		Pace:       &pace,
		Commands:   func() []chat.CommandSpec { return theBot().Commands() },
		Servers:    d.Servers,
		DangerRole: d.DangerRole,
		Threads:    d.CaseThreads,
		Marks:      func(ctx context.Context) ([]chat.Mark, error) { return theBot().Marks(ctx, discord.Name) },
		Log:        log,
		Transport:  env.Discord,
		Dial:       env.DialDiscord,
	})
}

// How long platforms may be silent.
const (
	// pollSilence is three of the questions for Telegram's updates, which take
	// 50 seconds at most.
	pollSilence = 3 * time.Minute
	// hookSilence is two of the looks at the webhook, and a little.
	hookSilence = 12 * time.Minute
	// gatewaySilence is two of the heartbeats of Discord's gateway, which are 41
	// seconds apart, and the time to connect anew.
	gatewaySilence = 2 * time.Minute
)

// onTelegram is Telegram as a platform.
type onTelegram struct {
	*telegram.Adapter
	hook string // the webhook's address; empty: there is none
}

func (t onTelegram) patience() time.Duration {
	if t.hook != "" {
		return hookSilence
	}
	return pollSilence
}

func (t onTelegram) known(ctx context.Context) ([]string, error) {
	name, err := t.Identify(ctx)
	if err != nil {
		return nil, err
	}
	return []string{"Telegram knows the bot as @" + name + "."}, nil
}

func (t onTelegram) entrance(ctx context.Context, code string) (string, error) {
	name, err := t.Identify(ctx)
	if err != nil {
		return "", err
	}
	return "or open: https://t.me/" + name + "?start=" + code, nil
}

func (t onTelegram) pages() map[string]http.Handler {
	if t.hook == "" {
		return nil
	}
	return map[string]http.Handler{hookPath(t.hook): t.Webhook()}
}

// onDiscord is Discord as a platform.
type onDiscord struct{ *discord.Adapter }

func (onDiscord) patience() time.Duration { return gatewaySilence }

func (d onDiscord) known(ctx context.Context) ([]string, error) {
	name, err := d.Identify(ctx)
	if err != nil {
		return nil, err
	}
	link, err := d.InviteLink(ctx)
	if err != nil {
		return nil, err
	}
	return []string{
		"Discord knows the bot as " + name + ".",
		"This link adds it to your server, with no more rights than it needs: " + link,
	}, nil
}

func (d onDiscord) entrance(ctx context.Context, _ string) (string, error) {
	link, err := d.InviteLink(ctx)
	if err != nil {
		return "", err
	}
	return "On Discord it must be in a server with you first. This link adds it to yours:\n  " + link, nil
}

func (onDiscord) pages() map[string]http.Handler { return nil }
