package discord_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/adapters/discord"
	"steadfast/adapters/discord/discordtest"
	"steadfast/bot/chat"
)

// Bits of permissions.
const (
	viewChannel   = 1 << 10
	sendMessages  = 1 << 11
	createThreads = 1 << 35
	talkInThreads = 1 << 38
)

func TestIdentify(t *testing.T) {
	for _, test := range []struct{ token, name, advice string }{
		{discordtest.Token, "steadfast", ""},
		{"wrong", "", "developer portal"},
		{"", "", "empty"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, func(o *discord.Options) { o.Token = func() string { return test.token } })
			a := must[*discord.Adapter](t)(discord.New(w.o))
			name, err := a.Identify(t.Context())
			if name != test.name || (err != nil) != (test.advice != "") || (err != nil && !strings.Contains(err.Error(), test.advice)) {
				t.Errorf("%q: %q, %v", test.token, name, err)
			}
		})
	}
}

func TestInviteLink(t *testing.T) {
	for _, test := range []struct {
		threads bool
		want    string
	}{
		{false, "permissions=3072"},
		{true, "permissions=309237648384"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, func(o *discord.Options) { o.Threads = test.threads })
			link, err := must[*discord.Adapter](t)(discord.New(w.o)).InviteLink(t.Context())
			want := "https://discord.com/oauth2/authorize?client_id=" + discordtest.AppID + "&" + test.want + "&scope=bot+applications.commands"
			if link != want || err != nil {
				t.Errorf("%s, %v\nwant %s", link, err, want)
			}
		})
	}
}

func TestCheckPlace(t *testing.T) {
	const role = "810000000000000001"
	check := func(name string, prepare func(w *world), p chat.Place, want string) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, func(o *discord.Options) { o.Threads, o.DangerRole = true, role })
				if name != "a role of elsewhere" {
					w.Role(discordtest.Guild, role, "leads", name != "a role that is not called")
				}
				w.Permit(discordtest.Guild, viewChannel|sendMessages|createThreads|talkInThreads)
				prepare(w)
				title, err := must[*discord.Adapter](t)(discord.New(w.o)).CheckPlace(t.Context(), p)
				if want == "" && (err != nil || title != "#supervisors (Riverside)") {
					t.Errorf("%q, %v", title, err)
				}
				if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
					t.Errorf("%v, want %q", err, want)
				}
			})
		})
	}
	nothing := func(*world) {}
	check("all is well", nothing, at(board), "")
	check("a role that is not called", nothing, at(board), `"leads"`)
	check("a role of elsewhere", nothing, at(board), "danger_role")
	check("may not write", func(w *world) { w.Deny(board, sendMessages|createThreads) }, at(board), "Send Messages, Create Public Threads.")
	check("may not look", func(w *world) { w.Deny(board, viewChannel) }, at(board), "cannot see")
	check("not there", func(w *world) { w.Kick(discordtest.Guild) }, at(board), "cannot see")
	check("no such channel", nothing, at("1234"), "cannot see")
	check("a person", func(w *world) {}, at(mia), "cannot see")
	check("no number", nothing, at("general"), "its number")
	check("elsewhere", nothing, chat.Place{Platform: "telegram", ID: "1"}, "not a channel of Discord")
	check("a bad day", func(w *world) { w.Fail("*", discordtest.Fault{Times: 99, Status: 500}) }, at(board), "cannot be reached")
}

func TestRegister(t *testing.T) {
	names := func(w *world, server string) string {
		var names []string
		for _, c := range w.Commands(server) {
			names = append(names, c.Name)
		}
		return strings.Join(names, " ")
	}
	play(t, "everywhere", func(t *testing.T, w *world) {
		if got := names(w, ""); got != "checkin here" {
			t.Error(got)
		}
	})
	play(t, "in one server", func(t *testing.T, w *world) {
		if got := names(w, discordtest.Guild); got != "checkin here" {
			t.Errorf("there: %s", got)
		}
		if got := names(w, ""); got != "checkin" {
			t.Errorf("elsewhere: %s", got)
		}
		for _, c := range w.Commands("") {
			if slices.Contains(*c.Contexts, 0) {
				t.Errorf("/%s is offered in all servers", c.Name)
			}
		}
	}, func(o *discord.Options) { o.Servers = []string{discordtest.Guild} })
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Fail("PUT /applications/{app}/commands", discordtest.Fault{Times: 3, Status: 500})
		w.start()
		wait(30 * time.Second)
		if got := names(w, ""); got != "checkin here" {
			t.Errorf("after trouble: %q", got)
		}
		w.end()
	})
}
