package main

import (
	"fmt"
	"math"
	"net"
	"net/url"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"steadfast/adapters/discord"
	"steadfast/adapters/telegram"
	"steadfast/bot/chat"
	"steadfast/bot/words"
)

// Limits of the configuration.
const (
	// socketPath is how long the path of a unix socket may be: 103 bytes on
	// macOS and the BSDs, 107 on Linux.
	socketPath = 103
	// shortestWait and longestWait bound the times of [escalation]; the former
	// bounds that of [hints] too.
	shortestWait = time.Second
	longestWait  = 31 * 24 * time.Hour
)

// The forms of what the platforms make up.
var (
	telegramToken = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)
	telegramChat  = regexp.MustCompile(`^-?[1-9][0-9]{0,18}$`)
	discordToken  = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)
	discordID     = regexp.MustCompile(`^[1-9][0-9]{0,19}$`)
)

// faults returns everything that is wrong with a configuration, each fault a
// sentence that begins with its key.
func (c *Config) faults() (all []error) {
	bad := func(key, format string, args ...any) {
		all = append(all, fmt.Errorf(key+": "+format, args...))
	}
	switch socket := c.socket(); {
	case filepath.Base(c.Store.Path) == "." || strings.HasSuffix(c.Store.Path, "/"):
		bad("[store] path", "this is a folder: write the path of a file, such as /var/lib/steadfast/steadfast.db")
	case len(socket) > socketPath:
		bad("[store] path", "the socket beside it, %s, has a path of %d bytes and only %d fit: choose a shorter path", socket, len(socket), socketPath)
	}
	c.platformFaults(bad)
	c.programFaults(bad)
	c.escalationFaults(bad)
	c.calendarFaults(bad)
	c.silenceFaults(bad)
	c.attentionFaults(bad)
	c.hintFaults(bad)
	if c.Web.Listen != "" && !isAddress(c.Web.Listen) {
		bad("[web] listen", "%q is not an address: write host:port, such as 127.0.0.1:8080, or nothing", c.Web.Listen)
	}
	if !slices.Contains([]string{"text", "json"}, c.Log.Format) {
		bad("[log] format", "%q is not a format: write text or json", c.Log.Format)
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level) {
		bad("[log] level", "%q is not a level: write debug, info, warn or error", c.Log.Level)
	}
	return all
}

type report func(key, format string, args ...any)

// platformFaults looks at the sections of the platforms. One of which nothing is
// set is one that the bot does not join.
func (c *Config) platformFaults(bad report) {
	hasTelegram := c.Telegram != Default().Telegram
	hasDiscord := !reflect.DeepEqual(c.Discord, Default().Discord)
	if !hasTelegram && !hasDiscord {
		bad("[telegram] token_file", "the bot needs a token: ask @BotFather on Telegram for one, put it in a file that only you can read, and write the file's path here; or do that with a token of Discord's developer portal under [discord]")
	}
	if hasTelegram {
		c.telegramFaults(bad)
	}
	if hasDiscord {
		c.discordFaults(bad)
	}
}

func (c *Config) telegramFaults(bad report) {
	t := c.Telegram
	switch {
	case t.Token == "":
		bad("[telegram] token_file", "the bot needs a token: ask @BotFather on Telegram for one, put it in a file that only you can read, and write the file's path here")
	case t.Token != unreadable && !telegramToken.MatchString(t.Token.Reveal()):
		bad("[telegram] token", "this is not a token: it looks like 123456:ABC-DEF, copy it from @BotFather once more")
	}
	if !isURL(t.APIURL) {
		bad("[telegram] api_url", "this is not an address: write it like https://api.telegram.org, or leave it out")
	}
	if t.WebhookURL != "" {
		if !isURL(t.WebhookURL) || strings.ContainsAny(t.WebhookURL, "{} ") {
			bad("[telegram] webhook_url", "this is not an address: write it like https://bot.example.org/telegram, or leave it out")
		}
		if n := len(t.WebhookSecret); t.WebhookSecret != unreadable && (n < 16 || n > 256 || strings.Trim(t.WebhookSecret.Reveal(), secretLetters) != "") {
			bad("[telegram] webhook_secret_file", "a webhook needs a secret of 16 to 256 letters, digits, _ and -: make one with openssl rand -hex 32")
		}
		if c.Web.Listen == "" {
			bad("[web] listen", "a webhook needs a place where it arrives: write an address such as 127.0.0.1:8080")
		}
	}
	paceFault(bad, "[telegram] per_second", t.PerSecond)
	paceFault(bad, "[telegram] chat_per_second", t.ChatPerSecond)
	paceFault(bad, "[telegram] group_per_minute", float64(t.GroupPerMinute))
}

func paceFault(bad report, key string, pace float64) {
	if pace < 0 || math.IsNaN(pace) || math.IsInf(pace, 0) {
		bad(key, "a pace must not be negative: write a number, 0 for no limit")
	}
}

const secretLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

func (c *Config) discordFaults(bad report) {
	d := c.Discord
	switch {
	case d.Token == "":
		bad("[discord] token_file", "the bot needs a token: make one in Discord's developer portal (Bot, Reset Token), put it in a file that only you can read, and write the file's path here")
	case d.Token != unreadable && !discordToken.MatchString(d.Token.Reveal()):
		bad("[discord] token", "this is not a token: it has three parts with dots between them and nothing before; make a new one in Discord's developer portal (Bot, Reset Token) and copy it")
	}
	if !isURL(d.APIURL) {
		bad("[discord] api_url", "this is not an address: write it like https://discord.com, or leave it out")
	}
	paceFault(bad, "[discord] per_second", d.PerSecond)
	for i, id := range d.Servers {
		switch key := fmt.Sprintf("[discord] servers, number %d", i+1); {
		case !discordID.MatchString(id):
			bad(key, "%q is not the number of a server: turn on the developer mode of Discord (Settings, Advanced), right-click the server's name and choose Copy Server ID", id)
		case slices.Contains(d.Servers[:i], id):
			bad(key, "%q is there twice: remove one", id)
		}
	}
	switch {
	case d.DangerRole == "":
	case !discordID.MatchString(d.DangerRole):
		bad("[discord] danger_role", "%q is not the number of a role: turn on the developer mode of Discord (Settings, Advanced), right-click the role in the server's settings and choose Copy Role ID", d.DangerRole)
	case slices.Contains(d.Servers, d.DangerRole):
		bad("[discord] danger_role", "this is the number of a server, which stands for everyone in it: write that of a role")
	}
}

func (c *Config) programFaults(bad report) {
	p := c.Program
	if strings.TrimSpace(p.Name) == "" {
		bad("[program] name", "write the name by which people know your program")
	}
	if zone, err := time.LoadLocation(p.Timezone); err != nil || p.Timezone == "" || zone == time.Local {
		bad("[program] timezone", "%q is not a time zone: write it like Europe/Berlin", p.Timezone)
	}
	if known := words.Languages(); !slices.Contains(known, p.Language) {
		bad("[program] language", "%q is not a language of this bot: write one of %s", p.Language, strings.Join(known, ", "))
	}
	if strings.TrimSpace(p.Emergency) == "" {
		bad("[program] emergency", "write the number to call when somebody is in danger, such as 112; mentors are shown it first")
	}
}

func (c *Config) escalationFaults(bad report) {
	for i, text := range c.Escalation.Channels {
		key := fmt.Sprintf("[escalation] channels, number %d", i+1)
		place, err := chat.ParsePlace(text)
		form := map[chat.Platform]*regexp.Regexp{telegram.Name: telegramChat, discord.Name: discordID}[place.Platform]
		switch {
		case err != nil || form != nil && !form.MatchString(place.ID):
			bad(key, "%q is not a channel: write it like telegram:-1001234567890 or discord:1234567890123456789, or say /here supervisors in the channel instead", text)
		case form == nil:
			bad(key, "%q is not a platform of this bot: write telegram or discord", place.Platform)
		case !slices.Contains(c.platforms(), place.Platform):
			bad(key, "the bot is not on %s: put its token in [%s], or remove the channel", place.Platform, place.Platform)
		case slices.Contains(c.Escalation.Channels[:i], text):
			bad(key, "%q is there twice: remove one", text)
		}
	}
	c.ladderFaults(bad)
}

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && u.RawQuery == "" && u.User == nil
}

func isAddress(text string) bool {
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n <= math.MaxUint16
}
