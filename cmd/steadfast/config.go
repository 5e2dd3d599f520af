package main

import (
	"time"

	"steadfast/adapters/discord"
	"steadfast/adapters/telegram"
	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// A Config is everything that the owner of a bot can choose. [LoadConfig] reads
// one; config.example.toml explains it.
type Config struct {
	Store      StoreConfig      `toml:"store"`
	Telegram   TelegramConfig   `toml:"telegram"`
	Discord    DiscordConfig    `toml:"discord"`
	Program    ProgramConfig    `toml:"program"`
	Escalation EscalationConfig `toml:"escalation"`
	Calendar   CalendarConfig   `toml:"calendar"`
	Silence    SilenceConfig    `toml:"silence"`
	Reminders  RemindersConfig  `toml:"reminders"`
	Contacts   ContactsConfig   `toml:"contacts"`
	Hints      HintsConfig      `toml:"hints"`
	Web        WebConfig        `toml:"web"`
	Log        LogConfig        `toml:"log"`
}

// A StoreConfig says where the data are.
type StoreConfig struct {
	Path string `toml:"path"`
}

// A TelegramConfig is how the bot joins Telegram.
type TelegramConfig struct {
	Token             Secret  `toml:"token"`
	TokenFile         string  `toml:"token_file"`
	APIURL            string  `toml:"api_url"`
	WebhookURL        string  `toml:"webhook_url"`
	WebhookSecret     Secret  `toml:"webhook_secret"`
	WebhookSecretFile string  `toml:"webhook_secret_file"`
	PerSecond         float64 `toml:"per_second"`
	ChatPerSecond     float64 `toml:"chat_per_second"`
	GroupPerMinute    int     `toml:"group_per_minute"`
}

// A DiscordConfig is how the bot joins Discord.
type DiscordConfig struct {
	Token       Secret   `toml:"token"`
	TokenFile   string   `toml:"token_file"`
	APIURL      string   `toml:"api_url"`
	PerSecond   float64  `toml:"per_second"`
	Servers     []string `toml:"servers"`
	DangerRole  string   `toml:"danger_role"`
	CaseThreads bool     `toml:"case_threads"`
}

// A ProgramConfig is about the mentoring program.
type ProgramConfig struct {
	Name      string `toml:"name"`
	Timezone  string `toml:"timezone"`
	Language  string `toml:"language"`
	Emergency string `toml:"emergency"`
}

// An EscalationConfig says who is paged about a case, and how often.
type EscalationConfig struct {
	Channels     []string    `toml:"channels"`
	AliasOnCards bool        `toml:"alias_on_cards"`
	Rungs        []string    `toml:"rungs"`
	Again        PageConfig  `toml:"again"`
	Climb        PageConfig  `toml:"climb"`
	Renew        RenewConfig `toml:"renew"`
}

// A PageConfig is a length of time for each level that is paged.
type PageConfig struct {
	Danger  Duration `toml:"danger"`
	Urgent  Duration `toml:"urgent"`
	Concern Duration `toml:"concern"`
}

// A RenewConfig is a length of time for each level.
type RenewConfig struct {
	Danger  Duration `toml:"danger"`
	Urgent  Duration `toml:"urgent"`
	Concern Duration `toml:"concern"`
	Watch   Duration `toml:"watch"`
}

// A WebConfig is about health, metrics and the webhook.
type WebConfig struct {
	Listen string `toml:"listen"`
}

// A LogConfig is about the log on the standard error.
type LogConfig struct {
	Format string `toml:"format"`
	Level  string `toml:"level"`
}

// Default returns the configuration of whoever chooses nothing. The numbers of
// [telegram] and [discord] are the platforms' published limits, those of
// [escalation], [calendar], [silence], [reminders] and [contacts] the ones of
// package program.
func Default() Config {
	ladder := program.DefaultLadder()
	return Config{
		Store:    StoreConfig{Path: "steadfast.db"},
		Telegram: TelegramConfig{APIURL: "https://api.telegram.org", PerSecond: 30, ChatPerSecond: 1, GroupPerMinute: 20},
		Discord:  DiscordConfig{APIURL: "https://discord.com", PerSecond: discord.DefaultPace().PerSecond},
		Program:  ProgramConfig{Name: "Our mentoring program", Timezone: "UTC", Language: "en", Emergency: "112"},
		Escalation: EscalationConfig{
			Rungs: rungNames(ladder.Rungs), Again: pageConfig(ladder.Again), Climb: pageConfig(ladder.Climb), Renew: renewConfig(ladder.Renew),
		},
		Calendar: defaultCalendar(), Silence: defaultSilence(),
		Reminders: defaultReminders(), Contacts: defaultContacts(),
		Hints: defaultHints(),
		Log:   LogConfig{Format: "text", Level: "info"},
	}
}

// platforms returns those that the bot is to join, in order; the secrets have
// been read.
func (c Config) platforms() (all []chat.Platform) {
	if c.Telegram.Token != "" {
		all = append(all, telegram.Name)
	}
	if c.Discord.Token != "" {
		all = append(all, discord.Name)
	}
	return all
}

// zone returns the program's time zone; the configuration has been checked.
func (c Config) zone() *time.Location {
	zone, err := time.LoadLocation(c.Program.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// channels returns the supervisors' channels; the configuration has been
// checked.
func (c Config) channels() (places []chat.Place) {
	for _, text := range c.Escalation.Channels {
		if p, err := chat.ParsePlace(text); err == nil {
			places = append(places, p)
		}
	}
	return places
}

// socket returns the path of the admin socket.
func (c Config) socket() string { return c.Store.Path + ".sock" }

// A Duration is a length of time as people write it: "90s", "5m", "8h". A text
// that is none is kept, so that it is reported together with all other faults.
type Duration struct {
	value time.Duration
	text  string // what was not understood
}

func duration(d time.Duration) Duration { return Duration{value: d} }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(b []byte) error {
	value, err := time.ParseDuration(string(b))
	*d = Duration{value: value}
	if err != nil {
		d.text = string(b)
	}
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.value.String()), nil }
