package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot/program"
)

const goodConfig = `
[store]
path = "data.db"
[telegram]
token = "4242:TEST-telegram-TOKEN"
[program]
timezone = "Europe/Berlin"
`

// write makes a private file and returns its path.
func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConfigFaults(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"unknown key", goodConfig + "[web]\nlisten = \"\"\nlissten = 4\n", []string{"c.toml:10:1: there is no key [web] lissten"}},
		{"unknown section", goodConfig + "[webb]\nlisten = 4\n", []string{"c.toml:8:2: there is no key webb"}},
		{"several unknown keys", "color = 1\n" + goodConfig + "[telegram.x]\ny = 1", []string{"c.toml:1:1: there is no key color", "[telegram]"}},
		{"a section twice", goodConfig + "[store]\n", []string{"c.toml:8:2: store is there twice"}},
		{"a number as text", "[telegram]\nper_second = \"fast\"\n", []string{"c.toml:2:", "[telegram] per_second", "wrong kind"}},
		{"not TOML", "[telegram]\ntoken = 4242:SECRET\n", []string{"c.toml:2:", "not TOML"}},
		{"no token", "", []string{"[telegram] token_file: the bot needs a token"}},
		{"bad token", "[telegram]\ntoken = \"bot SECRET\"\n", []string{"[telegram] token: this is not a token"}},
		{"token twice", "[telegram]\ntoken = \"1:SECRET\"\ntoken_file = \"t\"\n", []string{"[telegram] token and [telegram] token_file are both there"}},
		{"no token file", "[telegram]\ntoken_file = \"nowhere\"\n", []string{"[telegram] token_file: the file cannot be read"}},
		{"bad zone", goodConfig[:len(goodConfig)-16] + "\"Mars/Olympus\"\n", []string{`[program] timezone: "Mars/Olympus" is not a time zone: write it like Europe/Berlin`}},
		{"no zone", goodConfig[:len(goodConfig)-16] + "\"\"\n", []string{`[program] timezone: "" is not`}},
		{"the machine's zone", goodConfig[:len(goodConfig)-16] + "\"Local\"\n", []string{`[program] timezone: "Local" is not`}},
		{"bad language", goodConfig + "language = \"xx\"\n", []string{`[program] language: "xx" is not a language of this bot: write one of `}},
		{"no emergency number", goodConfig + "emergency = \" \"\n", []string{"[program] emergency: write the number"}},
		{"bad channels", goodConfig + "[escalation]\nchannels = [\"-100\", \"telegram:supervisors\", \"carrier:5\", \"telegram:-5\", \"telegram:-5\"]\n", []string{
			`channels, number 1: "-100" is not a channel`, `channels, number 2: "telegram:supervisors" is not`,
			`channels, number 3: "carrier" is not a platform`, `channels, number 5: "telegram:-5" is there twice`,
		}},
		{"bad times", goodConfig + "[escalation.again]\ndanger = \"soon\"\nurgent = \"0s\"\nconcern = \"-1h\"\n", []string{
			`[escalation.again] danger: "soon" is not a length of time`, "[escalation.again] urgent: a case", "[escalation.again] concern: a case",
		}},
		{"more bad times", goodConfig + "[escalation.climb]\ndanger = \"never\"\nurgent = \"0s\"\n[escalation.renew]\nconcern = \"10000h\"\nwatch = \"x\"\n", []string{
			`[escalation.climb] danger: "never" is not a length of time`, "[escalation.climb] urgent: a case",
			"[escalation.renew] concern: an acknowledgement must run out", `[escalation.renew] watch: "x" is not`,
		}},
		{"bad rungs", goodConfig + "[escalation]\nrungs = [\"channel\", \"boss\", \"channel\"]\n", []string{
			`[escalation] rungs: "boss" is not a rung: write some of channel, duty, supervisors, last`,
			`[escalation] rungs: "channel" is there twice`, `[escalation] rungs: "supervisors" is missing`,
		}},
		{"bad hints", goodConfig + "[hints]\non = true\nwait = \"soon\"\n", []string{`[hints] wait: "soon" is not a length of time`}},
		{"hints that wait too long", goodConfig + "[hints]\nwait = \"25h\"\n", []string{"[hints] wait: a question about a worry must not stay open for 25h0m0s"}},
		{"no rungs", goodConfig + "[escalation]\nrungs = []\n", []string{`[escalation] rungs: "supervisors" is missing`}},
		{"bad addresses", goodConfig + "[web]\nlisten = \"8080\"\n[telegram.x]\n", []string{`[web] listen: "8080" is not an address`}},
		{"webhook alone", "[telegram]\ntoken=\"1:a\"\nwebhook_url = \"bot.example.org\"\n", []string{
			"[telegram] webhook_url: this is not an address", "[telegram] webhook_secret_file: a webhook needs a secret", "[web] listen: a webhook needs",
		}},
		{"bad paces", "[telegram]\ntoken=\"1:a\"\nper_second = -1.0\nchat_per_second = nan\ngroup_per_minute = -1\napi_url = \"telegram\"\n", []string{
			"[telegram] per_second: a pace", "[telegram] chat_per_second: a pace", "[telegram] group_per_minute: a pace", "[telegram] api_url: this is not",
		}},
		{"Discord without a token", "[discord]\ncase_threads = true\n", []string{"[discord] token_file: the bot needs a token: make one in Discord's developer portal"}},
		{"bad token of Discord", "[discord]\ntoken = \"Bot SECRET.a.b\"\n", []string{"[discord] token: this is not a token: it has three parts"}},
		{"Discord's token twice", goodConfig + "[discord]\ntoken = \"SECRET.a.b\"\ntoken_file = \"t\"\n", []string{"[discord] token and [discord] token_file are both there"}},
		{"no file of Discord's token", goodConfig + "[discord]\ntoken_file = \"nowhere\"\n", []string{"[discord] token_file: the file cannot be read"}},
		{"one platform half there", "[telegram]\nper_second = 1\n[discord]\ntoken = \"a.b.c\"\n", []string{"[telegram] token_file: the bot needs a token"}},
		{"bad Discord", "[discord]\ntoken=\"a.b.c\"\napi_url = \"discord\"\nper_second = inf\nservers = [\"7\", \"Riverside\", \"-7\", \"7\"]\ndanger_role = \"@leads\"\n", []string{
			"[discord] api_url: this is not", "[discord] per_second: a pace", `[discord] servers, number 2: "Riverside" is not the number of a server`,
			`[discord] servers, number 3: "-7" is not`, `[discord] servers, number 4: "7" is there twice`, `[discord] danger_role: "@leads" is not the number of a role`,
		}},
		{"everyone as a role", "[discord]\ntoken=\"a.b.c\"\nservers = [\"7\"]\ndanger_role = \"7\"\n", []string{"[discord] danger_role: this is the number of a server"}},
		{"numbers as numbers", "[discord]\ntoken=\"a.b.c\"\nservers = [7]\n", []string{"c.toml:3:", "wrong kind"}},
		{"channels elsewhere", goodConfig + "[escalation]\nchannels = [\"discord:5\", \"discord:-5\"]\n", []string{
			"channels, number 1: the bot is not on discord: put its token in [discord]", `channels, number 2: "discord:-5" is not a channel`,
		}},
		{"bad log", goodConfig + "[log]\nformat = \"xml\"\nlevel = \"loud\"\n", []string{`[log] format: "xml"`, `[log] level: "loud"`}},
		{"long path", strings.Replace(goodConfig, "data.db", "/"+strings.Repeat("x", 200), 1), []string{"[store] path: the socket beside it", "bytes and only 103 fit"}},
		{"a folder", strings.Replace(goodConfig, "data.db", "/tmp/", 1), []string{"[store] path: this is a folder"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := LoadConfig(write(t, t.TempDir(), "c.toml", c.text), nil)
			if err == nil {
				t.Fatal("no fault")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is missing in\n%v", want, err)
				}
			}
			if strings.Contains(err.Error(), "SECRET") {
				t.Errorf("a secret is in\n%v", err)
			}
		})
	}
}

func TestGoodConfig(t *testing.T) {
	folder := t.TempDir()
	c, err := LoadConfig(write(t, folder, "c.toml", "\uFEFF"+goodConfig), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Store.Path != filepath.Join(folder, "data.db") || c.Telegram.Token.Reveal() != "4242:TEST-telegram-TOKEN" || c.zone().String() != "Europe/Berlin" {
		t.Errorf("got %+v", c)
	}
}

// Whoever chooses nothing has the ladder of the domain; each number can be
// chosen.
func TestLadder(t *testing.T) {
	if diff := cmp.Diff(program.DefaultLadder(), Default().ladder()); diff != "" {
		t.Errorf("the default (-want +got):\n%s", diff)
	}
	c, err := LoadConfig(write(t, t.TempDir(), "c.toml", goodConfig+"[escalation]\nrungs = [\"duty\", \"supervisors\"]\n"+
		"[escalation.again]\ndanger = \"1m\"\nurgent = \"2m\"\nconcern = \"3m\"\n[escalation.climb]\ndanger = \"4m\"\nurgent = \"5m\"\nconcern = \"6m\"\n"+
		"[escalation.renew]\ndanger = \"7m\"\nurgent = \"8m\"\nconcern = \"9m\"\nwatch = \"10m\"\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	const m = time.Minute
	want := program.Ladder{
		Rungs: []program.Rung{program.RungDuty, program.RungSupervisors},
		Again: map[program.Level]time.Duration{program.Danger: m, program.Urgent: 2 * m, program.Concern: 3 * m},
		Climb: map[program.Level]time.Duration{program.Danger: 4 * m, program.Urgent: 5 * m, program.Concern: 6 * m},
		Renew: map[program.Level]time.Duration{program.Danger: 7 * m, program.Urgent: 8 * m, program.Concern: 9 * m, program.Watch: 10 * m},
	}
	if diff := cmp.Diff(want, c.ladder()); diff != "" {
		t.Errorf("chosen (-want +got):\n%s", diff)
	}
}

func TestPlatforms(t *testing.T) {
	const onTelegram, onDiscord = "[telegram]\ntoken = \"1:a\"\n", "[discord]\ntoken = \"a.b-C_d.e\"\ndanger_role = \"8\"\nservers = [\"7\"]\n"
	for _, c := range []struct{ text, want string }{
		{onTelegram, "[telegram]"},
		{onDiscord + "[telegram]\n", "[discord]"},
		{onTelegram + onDiscord + "[escalation]\nchannels = [\"telegram:-5\", \"discord:1234567890123456789\"]\n", "[telegram discord]"},
	} {
		config, err := LoadConfig(write(t, t.TempDir(), "c.toml", c.text), nil)
		if got := fmt.Sprint(config.platforms()); err != nil || got != c.want {
			t.Errorf("%s: %s, %v", c.text, got, err)
		}
	}
}

func TestTokenFile(t *testing.T) {
	folder := t.TempDir()
	token := write(t, folder, "token", " 77:file \n")
	config := write(t, folder, "c.toml", "[telegram]\ntoken_file = \"token\"\n")
	c, err := LoadConfig(config, nil)
	if err != nil || c.Telegram.Token.Reveal() != "77:file" {
		t.Errorf("%v, %q", err, c.Telegram.Token.Reveal())
	}
	if err := os.Chmod(token, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = LoadConfig(config, nil)
	if err == nil || !strings.Contains(err.Error(), "everybody on this machine can read "+token+": run chmod 600 "+token) || strings.Contains(err.Error(), "\n") {
		t.Errorf("world-readable: %v", err)
	}
	write(t, folder, "empty", "\n")
	_, err = LoadConfig(write(t, folder, "d.toml", "[telegram]\ntoken_file = \"empty\"\n"), nil)
	if err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("empty: %v", err)
	}
}

func TestEnvironment(t *testing.T) {
	path := write(t, t.TempDir(), "c.toml", "[telegram]\ntoken_file = \"nowhere\"\n")
	c, err := LoadConfig(path, []string{
		"HOME=/", "STEADFAST_TELEGRAM_TOKEN=88:env", "STEADFAST_ESCALATION_AGAIN_DANGER=90s", "STEADFAST_TELEGRAM_PER_SECOND=0",
		"STEADFAST_TELEGRAM_GROUP_PER_MINUTE=7", "STEADFAST_ESCALATION_CHANNELS=telegram:-1, telegram:-2", "STEADFAST_UNRELATED=1",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Telegram.Token.Reveal() != "88:env" || c.Escalation.Again.Danger.value.Seconds() != 90 || c.Telegram.PerSecond != 0 ||
		c.Telegram.GroupPerMinute != 7 || len(c.channels()) != 2 {
		t.Errorf("got %+v", c)
	}
	c, err = LoadConfig(path, []string{"STEADFAST_TELEGRAM_TOKEN_FILE=", "STEADFAST_DISCORD_TOKEN=a.b.env", "STEADFAST_DISCORD_SERVERS=7,8", "STEADFAST_DISCORD_CASE_THREADS=true"})
	if err != nil || c.Discord.Token.Reveal() != "a.b.env" || !c.Discord.CaseThreads || len(c.Discord.Servers) != 2 || len(c.platforms()) != 1 {
		t.Errorf("%v, got %+v", err, c)
	}
	_, err = LoadConfig(path, []string{"STEADFAST_TELEGRAM_TOKEN=88:env", "STEADFAST_DISCORD_CASE_THREADS=perhaps", "STEADFAST_TELEGRAM_TOKN=99:SECRET", "STEADFAST_TELEGRAM_PER_SECOND=fast"})
	for _, want := range []string{"STEADFAST_TELEGRAM_TOKN stands for no key", "STEADFAST_TELEGRAM_PER_SECOND is of the wrong kind", "STEADFAST_DISCORD_CASE_THREADS is of the wrong kind"} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// The example decodes strictly, names every key, and what it shows as a default
// is one.
func TestExample(t *testing.T) {
	raw, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	var plain, all Config
	if faults, err := decode(raw, &plain); len(faults) > 0 || err != nil {
		t.Fatal(errors.Join(faults...), err)
	}
	shown := regexp.MustCompile(`(?m)^#([a-z_]+ = )`)
	if faults, err := decode(shown.ReplaceAll(raw, []byte("$1")), &all); len(faults) > 0 || err != nil {
		t.Fatal(errors.Join(faults...), err)
	}
	def := Default()
	want, got := leaves(reflect.ValueOf(&def).Elem()), leaves(reflect.ValueOf(&all).Elem())
	chosen := leaves(reflect.ValueOf(&plain).Elem())
	for i, l := range want {
		last := len(l.path) - 1
		_, section, _ := strings.Cut(string(raw), "\n["+strings.Join(l.path[:last], ".")+"]\n")
		section, _, _ = strings.Cut(section, "\n[")
		named := regexp.MustCompile(`(?m)^(#?)` + l.path[last] + ` = `).FindStringSubmatch(section)
		switch {
		case named == nil:
			t.Errorf("the example does not name %s", dotted(l.path))
		case named[1] == "#" && fmt.Sprint(got[i].value.Interface()) != fmt.Sprint(l.value.Interface()):
			t.Errorf("%s is shown as %v, and the default is %v", dotted(l.path), got[i].value.Interface(), l.value.Interface())
		case named[1] == "" && chosen[i].value.IsZero():
			t.Errorf("%s is not set by the example", dotted(l.path))
		}
	}
	if _, err := LoadConfig(write(t, t.TempDir(), "c.toml", string(raw)), []string{"STEADFAST_TELEGRAM_TOKEN=1:a"}); err != nil {
		t.Errorf("with a token the example is not right: %v", err)
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	c := Default()
	c.Telegram.Token, c.Telegram.WebhookSecret, c.Discord.Token = "1:SECRET", "SECRET", "SECRET"
	s := c.Telegram.Token
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%8.3v"} {
		for _, v := range []any{s, &s, c, &c, []Secret{s}, map[Secret]Secret{s: s}, fmt.Errorf("%w %v", os.ErrExist, s)} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	raw, err := json.Marshal(map[string]any{"config": c, "secret": s, "pointer": &s})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(raw)
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("x", "secret", s, "config", c, "pointer", &s)
	}
	// %x of "SECRET" is 534543524554.
	if strings.Contains(out.String(), "SECRET") || strings.Contains(strings.ToLower(out.String()), "534543") {
		t.Errorf("a secret was printed:\n%s", out.String())
	}
}
