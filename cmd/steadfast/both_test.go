package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/adapters/discord/discordtest"
	"steadfast/bot"
	"steadfast/bot/chat"
)

// The people and places of these tests on Discord.
const (
	mina = "200000000000000001" // a mentor
	room = "600000000000000001" // the supervisors' channel
	role = "500000000000000001" // who is called in danger
)

// newDiscordWorld makes a Discord with people in it.
func newDiscordWorld() *discordtest.Server {
	d := discordtest.New()
	d.Join(discordtest.Person{ID: mina, Username: "mina"})
	d.Open(discordtest.Guild, room, "supervisors")
	d.Role(discordtest.Guild, role, "On call", true)
	return d
}

// alive runs the bot of p in this process, on Telegram and on d, for as long as
// during takes.
func (p *place) alive(d *discordtest.Server, during func(out, log *terminal)) {
	p.t.Helper()
	c, err := LoadConfig(p.path("c.toml"), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	var out, log terminal
	env := Env{Stdout: &out, Stderr: &log, Telegram: p.telegram.Transport(), Discord: d.Transport(), DialDiscord: d.Gateway.Dial, NoSync: true}
	ctx, stop := context.WithCancel(p.t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, c, env) }()
	during(&out, &log)
	stop()
	if err := <-ended; err != nil {
		p.t.Errorf("%v\n%s", err, &log)
	}
	if strings.Contains(out.String()+log.String(), discordtest.Token) {
		p.t.Errorf("the token was printed:\n%s%s", &out, &log)
	}
	for _, fault := range slices.Concat(d.Faults(), d.Gateway.Faults()) {
		p.t.Errorf("Discord: %s", fault)
	}
}

// awaitOn waits until somebody sees a message of the bot on Discord that
// matches, and returns what it says.
func awaitOn(t *testing.T, d *discordtest.Server, person, channel, pattern string) (text string) {
	t.Helper()
	looking := regexp.MustCompile(pattern)
	ctx, cancel := contextOf(t)
	defer cancel()
	err := d.Await(ctx, func() bool {
		for _, m := range d.Shown(person, channel) {
			text = m.Text()
			if m.Author == discordtest.BotID && looking.MatchString(text) {
				return true
			}
		}
		return false
	})
	if err != nil {
		t.Fatalf("%q is not shown, but %+v", pattern, d.Shown(person, channel))
	}
	return text
}

// clickOn waits for a button on Discord and presses it.
func clickOn(t *testing.T, d *discordtest.Server, person, channel, label string) {
	t.Helper()
	ctx, cancel := contextOf(t)
	defer cancel()
	err := d.Await(ctx, func() bool { _, err := d.Click(person, channel, label); return err == nil })
	if err != nil {
		t.Fatalf("there is no button %q, but %+v", label, d.Shown(person, channel))
	}
}

// A mentor on Discord, a supervisor on Telegram: both platforms in one process.
func TestRunOnBothPlatforms(t *testing.T) {
	p, d := newPlace(t), newDiscordWorld()
	p.cast()
	p.configure(fmt.Sprintf("[web]\nlisten = \"127.0.0.1:0\"\n[discord]\ntoken = %q\ndanger_role = %q\n[escalation]\nchannels = [\"discord:%s\"]\n", discordtest.Token, role, room))
	p.alive(d, func(out, log *terminal) {
		code := out.await(t, `/start (\w+)\n`)
		link := out.await(t, `On Discord it must be in a server with you first.*\n\s+(https://discord\.com/oauth2/authorize\S+)`)
		if !strings.Contains(link, "client_id="+discordtest.AppID) || !strings.Contains(out.String(), "t.me/") {
			t.Errorf("the ways in:\n%s", out)
		}
		p.telegram.Say(1000, 1000, "/start "+code)
		p.shown(1000, `owner`)
		p.telegram.Say(1000, channelID, "/here supervisors")
		p.shown(channelID, `supervisors|concern|cases`)
		c, err := LoadConfig(p.path("c.toml"), nil)
		if err != nil {
			t.Fatal(err)
		}
		people := strings.Replace(roster, "1002,,,Europe/Berlin", ","+mina+",,Europe/Berlin", 1)
		if err := importRoster(t.Context(), c, Env{}, write(t, p.folder, "r.csv", people)); err != nil {
			t.Fatal(err)
		}
		d.Say(mina, "", "/sos")
		clickOn(t, d, mina, "", "Page the supervisors now")
		card := p.shown(channelID, `(?i)case 1`)
		same := awaitOn(t, d, mina, room, `(?i)case 1`)
		if strings.Contains(card+same, "Mia") || strings.Contains(card+same, "Jonas") {
			t.Errorf("a name is in a channel:\n%s\n%s", card, same)
		}
		p.press(1001, channelID, "Acknowledge")
		awaitOn(t, d, mina, "", `Ana Ruiz.* has seen this`)
		awaitOn(t, d, mina, room, `Ana Ruiz`)

		web := "http://" + log.await(t, `address=(127\.0\.0\.1:\d+)`)
		status, body := get(t, web+"/readyz")
		if status != http.StatusOK || !strings.Contains(body, "ok  telegram: last answer") || !strings.Contains(body, "ok  discord: last answer") {
			t.Errorf("readyz: %d\n%s", status, body)
		}
		if _, metrics := get(t, web+"/metrics"); !strings.Contains(metrics, `steadfast_poll_age_seconds{platform="discord"}`) {
			t.Errorf("metrics:\n%s", metrics)
		}
	})
}

func TestCheckOnDiscord(t *testing.T) {
	p, d := newPlace(t), newDiscordWorld()
	looks := func(channels, more string) string {
		t.Helper()
		write(t, p.folder, "c.toml", fmt.Sprintf("[discord]\ntoken = %q\n%s[escalation]\nchannels = [%s]\n", discordtest.Token, more, channels))
		var out terminal
		err := check(t.Context(), []string{"-config", p.path("c.toml")}, Env{Stdout: &out, Discord: d.Transport(), DialDiscord: d.Gateway.Dial})
		if (err == nil) != strings.Contains(out.String(), "✓ Everything is well.") || strings.Contains(out.String(), discordtest.Token) || strings.Contains(out.String(), "Telegram") {
			t.Errorf("%v\n%s", err, &out)
		}
		return out.String()
	}
	good := "\"discord:" + room + "\""
	for _, c := range []struct {
		name, channels, more string
		before               func()
		want                 []string
	}{
		{"before the first start", "", "", func() {}, []string{
			"✓ Discord knows the bot as steadfast.",
			"✓ This link adds it to your server, with no more rights than it needs: https://discord.com/oauth2/authorize?client_id=" + discordtest.AppID + "&permissions=3072&scope=bot+applications.commands",
			"✗ Nobody would learn of a concern yet", "✗ 1 thing to mend.",
		}},
		{"all well", good, "danger_role = \"" + role + "\"\n", func() {}, []string{"✓ The bot can post in discord:" + room, "✓ Everything is well."}},
		{"threads", good, "case_threads = true\n", func() {}, []string{"&permissions=309237648384&"}},
		{"a role of nobody", good, "danger_role = \"77\"\n", func() {}, []string{"✗ There is no role 77"}},
		{"no such channel", good + ", \"discord:77\"", "", func() {}, []string{"✗ The bot cannot see discord:77", "✓ The bot can post in discord:" + room}},
		{"not in the channel", good, "", func() { d.Deny(room, 1<<10) }, []string{"✗ "}},
		{"a token that was exchanged", good, "", func() { d.Fail("*", discordtest.Fault{Times: 9, Status: 401, Message: "401: Unauthorized"}) }, []string{"✗ Discord does not accept the bot token"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.before()
			out := looks(c.channels, c.more)
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing in\n%s", want, out)
				}
			}
		})
	}
}

// What was bound on a platform of which the token is gone is lost.
func TestCheckWithoutAPlatformThatIsNeeded(t *testing.T) {
	var out terminal
	c := &checker{env: Env{Stdout: &out}}
	c.state(state{Owners: 1, Lost: []chat.Place{{Platform: "discord", ID: room}}}, []chat.Platform{"telegram"})
	if !strings.Contains(out.String(), "✗ The supervisors have a channel, discord:"+room+", on a platform that the bot is not on: put its token in [discord].") {
		t.Errorf("got\n%s", &out)
	}
}

// A gateway that says nothing for two minutes is red, and green when it speaks
// again.
func TestHealthOfASilentGateway(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := newDiscordWorld()
		c := Default()
		c.Store.Path, c.Discord.Token = filepath.Join(folder, "data.db"), discordtest.Token
		env := Env{Discord: d.Transport(), DialDiscord: d.Gateway.Dial, NoSync: true}.complete()
		log := slog.New(slog.DiscardHandler)
		var p *process
		platforms, err := newPlatforms(c, env, log, func() *bot.Bot { return p.bot })
		if err != nil {
			t.Fatal(err)
		}
		if p, err = assemble(c, env, log, adapters(platforms)...); err != nil {
			t.Fatal(err)
		}
		defer p.close()
		p.platforms = platforms
		if first := p.machinery()[1]; !first.red || first.text != "discord: no answer yet" {
			t.Errorf("at first: %+v", first)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- p.adapters[0].Run(ctx, p.bot.Handle) }()
		says := func(after time.Duration, want string) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			for _, f := range p.machinery() {
				if f.red == (want == "red") && strings.HasPrefix(f.text, "discord: ") {
					return
				}
			}
			t.Errorf("discord is not %s: %+v", want, p.machinery())
		}
		says(10*time.Minute, "green")
		d.Gateway.Silence(discordtest.AtHello)
		d.Gateway.Drop()
		says(time.Minute, "green")
		says(2*time.Minute, "red")
		d.Gateway.Silence(discordtest.Talking)
		says(5*time.Minute, "green")
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
