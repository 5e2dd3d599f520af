//go:build acceptance

package acceptance

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Whatever comes gets a clear sentence and loses nothing, on Discord too.
func TestWhateverComesOnDiscord(t *testing.T) {
	c := beginWithClub(t, settings{})
	sticker := fields{"sticker_items": []fields{{"id": "1", "name": "wave", "format_type": 1}}}
	for _, tt := range []struct {
		sent fields
		want string
	}{
		{fields{"content": "", "files": []fields{{"name": "a.ogg", "mime": "audio/ogg", "content": "x"}}, "extra": fields{"flags": 1 << 13}}, deaf},
		{fields{"content": "", "files": []fields{{"name": "a.png", "mime": "image/png", "content": "x"}}}, blind},
		{fields{"content": "Quokka: his arm", "files": []fields{{"name": "a.png", "mime": "image/png", "content": "x"}}},
			blind + "\n\nThe words that came with it are kept.\n\n" + keptNote},
		{fields{"content": "", "extra": sticker}, unread},
		{fields{"content": "", "files": []fields{{"name": "a.pdf", "mime": "application/pdf", "content": "x"}}}, unread},
		{fields{"content": "/nonsense"}, "I don't know that command. Here is what I can do:"},
	} {
		c.mia.sends(tt.sent)
		c.mia.sees(tt.want)
	}
	said := c.mia.says("Quokka was quiet")
	c.mia.reads(keptNote)
	c.changes(c.mia, said, "Quokka was very quiet")
	c.mia.reads("I saw that you changed a message. The new wording is kept; the old one stays too.")
	c.mia.sends(fields{"content": "", "extra": fields{
		"message_reference": fields{"type": 1, "channel_id": "1", "message_id": "2"},
		"message_snapshots": []fields{{"message": fields{"type": 0, "content": "Quokka wrote: I cannot go on", "timestamp": "2026-01-01T00:00:00Z",
			"embeds": []any{}, "attachments": []any{}, "mentions": []any{}, "mention_roles": []any{}}}},
	}})
	c.mia.reads(keptNote)
	long := strings.Repeat("ж", 2000)
	c.mia.says(long)
	c.mia.sees("I have kept all of it (2000 characters).")
	c.dc.ask("delete", fields{"user": c.mia.id, "channel": inPrivate, "message_id": said}, nil)
	kept := strings.Join(c.notes(), "\n")
	for _, text := range []string{"Quokka: his arm", "Quokka was quiet", "Quokka was very quiet", "Quokka wrote: I cannot go on", long} {
		if strings.Count(kept, text+"\n") != 1 {
			c.Errorf("%.40q is not kept exactly once", text)
		}
	}
	c.end()
}

// changes lets somebody change a message of theirs.
func (c *club) changes(m *member, id, text string) {
	c.Helper()
	c.dc.ask("edit", fields{"user": m.id, "channel": m.channel, "message_id": id, "content": text}, nil)
}

// What is changed while the bot is away is seen when it is back.
func TestChangedWhileDead(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.provokesByKilling()
	said := c.mia.says("Quokka was quiet")
	c.mia.reads(keptNote)
	c.rests(100 * time.Millisecond)
	c.bot.kill()
	c.changes(c.mia, said, "Quokka was very quiet")
	later := c.mia.says("Quokka smiled")
	c.changes(c.mia, later, "Quokka smiled at last")
	c.starts()
	until(t, patience, "all words", func() bool { return len(c.notes()) == 3 })
	c.mia.sees("I saw that you changed a message.")
	if got := strings.Join(c.notes(), ""); !strings.Contains(got, "Quokka was very quiet\n") || !strings.Contains(got, "Quokka smiled at last\n") {
		c.Errorf("kept: %q", got)
	}
	c.end()
}

// Buttons that were answered say so; an event that cannot be read holds up
// nobody; what is typed counts like a tap.
func TestOddEventsOnDiscord(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.mia.slash("checkin")
	first := c.mia.reads(askMet)
	c.mia.steps("We met", askMood, "🙂", askWorry)
	for id, want := range map[string]string{first.Buttons[0][0].ID: answered, "0.old": old, "1.fix.99": old, strings.Repeat("x", 100): old} {
		c.dc.ask("event", fields{"t": "MESSAGE_CREATE", "d": fields{"id": 5, "author": "nobody"}}, nil)
		if said := c.strays(c.mia, first, id); said != want {
			c.Errorf("a press on %.20s is answered with %q", id, said)
		}
	}
	c.mia.says("No")
	c.mia.sees(askNote)
	c.mia.says("2")
	c.mia.sees("Thank you. It is kept:")
	for _, t := range []string{"MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "CHANNEL_DELETE", "NO_SUCH_THING", "MESSAGE_UPDATE"} {
		for _, d := range []fields{{}, {"id": 5}, {"id": "x", "channel_id": []int{1}}, {"id": secret, "token": "", "type": 99, "author": fields{"id": nil}}} {
			c.dc.ask("event", fields{"t": t, "d": d}, nil)
		}
	}
	c.ordinary(c.tom, "Lea")
	c.keeps(2)
	c.end()
}

// strays presses a button that the message does not show any more, and returns
// with what that was answered.
func (c *club) strays(m *member, message post, token string) string {
	c.Helper()
	var dm struct{ Channel struct{ ID string } }
	c.dc.ask("channel", fields{"user": m.id, "channel": inPrivate, "limit": 1}, &dm)
	said, _ := c.forges(m, fields{
		"type": 3, "channel_id": dm.Channel.ID, "context": 1, "data": fields{"component_type": 2, "custom_id": token},
		"message": fields{"id": message.ID, "channel_id": dm.Channel.ID, "author": fields{"id": "900000000000000001"}, "flags": 0},
	})
	return said
}

// forges brings an interaction that the rig would not make, and returns the
// text and the flags of the first answer to it.
func (c *club) forges(m *member, interaction fields) (said string, flags int) {
	c.Helper()
	c.provokes("create_interaction_response: 404 10062 Unknown interaction")
	c.nextID++
	id := fmt.Sprint(1700000000000000000 + c.nextID)
	for name, value := range (fields{"id": id, "application_id": "900000000000000001", "token": "forged" + id, "version": 1,
		"user": fields{"id": m.id, "username": "somebody"}}) {
		interaction[name] = value
	}
	c.dc.ask("event", fields{"t": "INTERACTION_CREATE", "d": interaction}, nil)
	var calls struct {
		Calls []struct {
			Params struct {
				ID   string `json:"interaction_id"`
				Body struct {
					Data struct {
						Content string
						Flags   int
					}
				}
			}
		}
	}
	until(c.T, patience, "an answer to a forged interaction", func() bool {
		c.dc.ask("calls", fields{"method": "create_interaction_response"}, &calls)
		for _, call := range calls.Calls {
			if call.Params.ID == id {
				said, flags = read(call.Params.Body.Data.Content), call.Params.Body.Data.Flags
				return true
			}
		}
		return false
	})
	return said, flags
}

// Who installed the bot for themselves uses it in the private chats of others,
// who see nothing of it.
func TestInstalledByAPerson(t *testing.T) {
	c := beginWithClub(t, settings{})
	since := c.mia.since
	said, flags := c.forges(c.mia, fields{
		"type": 2, "channel_id": "123456789012345678", "context": 2, "locale": "en-US",
		"data": fields{"id": "1", "type": 1, "name": "checkin"},
	})
	if said != askMet || flags&64 == 0 {
		t.Errorf("answered with %q, flags %d", said, flags)
	}
	c.mia.since = since
	c.mia.sees(askMet) // since that answer did not arrive
	c.fromMet(c.mia, "Jonas")
	c.keeps(1)
	c.end()
}

// Many choices are a menu, and more than fit into one are told by their number.
func TestLongListsOnDiscord(t *testing.T) {
	for n, how := range map[int]string{12: "a menu", 30: "numbers"} {
		t.Run(how, func(t *testing.T) {
			c := beginWithClub(t, settings{})
			var rows []string
			for i := range n {
				rows = append(rows, fmt.Sprintf("mentee,Kid %02d,,,,,,,,", i), fmt.Sprintf("match,Kid %02d,,,,,,Tom,,", i))
			}
			c.bot.imports(rows...)
			c.tom.slash("checkin")
			p := c.tom.sees("Who is it about?")
			if how == "a menu" {
				if len(p.Selects) != 1 || len(p.labels()) != n+1 {
					t.Errorf("offered: %q", p.labels())
				}
				c.tom.taps("Kid 07")
			} else {
				at := strings.Index(p.text(), "Kid 07")
				if at < 0 {
					t.Fatalf("not told: %s", p.text())
				}
				line := p.text()[strings.LastIndex(p.text()[:at], "\n")+1 : at]
				c.tom.says(strings.Trim(line, " .)"))
			}
			c.tom.sees("Did you meet Kid 07")
			c.fromMet(c.tom, "Kid 07")
			c.end()
		})
	}
}

// A note of some thousand characters arrives whole: at the mentor, and at the
// supervisor who opens the case.
func TestLongNoteOnDiscord(t *testing.T) {
	c := beginWithClub(t, settings{})
	note := strings.Repeat("*"+secret+"* <@1>\n", 280) + "end"
	c.callsForHelp(c.mia, 1)
	c.mia.slash("checkin")
	c.mia.sees(askMet)
	c.mia.steps("We met", askMood, "😟", askWorry, "No", askNote)
	c.mia.taps("Write it")
	c.mia.writes("In your own words", note)
	last := c.mia.await("the end", func(p post, text string) bool { return strings.Contains(text, "end") })
	if strings.Join(last.labels(), " ") != "Correct Undo More about the meeting" {
		c.Errorf("the last part's buttons: %q", last.labels())
	}
	if got := strings.Count(strings.Join(c.mia.history(), ""), "*"+secret+"* <@1>"); got < 280 {
		c.Errorf("Mia is shown %d of 280 lines", got)
	}
	if all := stored[checkIn](c.bot, "checkins"); len(all) != 1 || all[0].Note != note {
		c.Errorf("stored: %.100v", all)
	}
	c.end()
}

// Discord is not there when the bot starts: it waits for it.
func TestDiscordIsAwayAtStart(t *testing.T) {
	t.Parallel()
	built(t)
	address := freeAddress(t)
	w := &world{T: t, bot: newBot(t, settings{on: onDiscord, discord: "http://" + address}), nextID: 1000}
	w.bot.start()
	code := w.bot.ownerCode()
	_, w.dc = startRigs(t, "", address)
	until(t, 30*time.Second, "the bot on Discord", func() bool { return w.connections() > 0 })
	olga := w.member("Olga")
	olga.says("/start " + code)
	olga.sees("You are here as owner.")
	w.end()
}

func TestCheckOnDiscord(t *testing.T) {
	c := beginWithClub(t, settings{})
	role := c.role("reads and writes", 1<<10|1<<11)
	c.dc.ask("member", fields{"user": "900000000000000001", "action": "roles", "roles": []string{role}}, nil)
	c.bot.checks(0, "✓ Everything is well.", "(#leads (Rig Guild)).", "https://discord.com/oauth2/authorize?client_id=900000000000000001")
	c.bot.stop()
	c.provokes("Missing Access", "Unknown Channel", "Unknown Guild")
	c.dc.ask("guilds", fields{"id": c.dc.server, "kick_bot": true}, nil)
	c.bot.checks(1, "✗", "Discord")
	c.dc.ask("channels", fields{"id": c.leads.channel, "delete": true}, nil)
	c.bot.checks(1, "✗")
	c.end()
}
