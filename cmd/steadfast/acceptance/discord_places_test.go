//go:build acceptance

package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// role makes a role of the server, with permissions.
func (w *world) role(name string, may int64) string {
	w.Helper()
	var answer struct{ Role struct{ ID string } }
	w.dc.ask("roles", fields{"name": name, "permissions": fmt.Sprint(may)}, &answer)
	return answer.Role.ID
}

// A danger calls a role, and a thread is opened under the card, where the
// supervisors talk; a lesser worry calls nobody.
func TestRoleAndThread(t *testing.T) {
	w := begin(t, settings{on: onDiscord})
	role := w.role("on duty", 0)
	w.bot.configure(settings{on: onDiscord, discord: w.dc.api, dangerRole: role, threads: true})
	w.calls = role
	c := newClub(w)
	c.callsForHelp(c.mia, 1)
	first := c.leads.sees("Case 1 · danger now")
	if !slices.Equal(first.Pings.Roles, []string{role}) {
		t.Errorf("a danger pings %+v", first.Pings)
	}
	thread := c.ana.at(first.ID)
	var state struct {
		Channels map[string]struct {
			Channel struct {
				Name   string
				Parent string `json:"parent_id"`
			}
		}
	}
	until(t, patience, "a thread", func() bool {
		c.dc.ask("state", nil, &state)
		return state.Channels[thread.channel].Channel.Parent == c.leads.channel
	})
	if name := state.Channels[thread.channel].Channel.Name; name != "Case 1" {
		t.Errorf("the thread is called %q", name)
	}
	thread.says("I am on my way.")
	c.leads.taps("Acknowledge")
	acked := c.leads.sees("Ana has it since")
	if acked.ID != first.ID || len(acked.Pings.Roles) > 0 {
		t.Errorf("the card after Acknowledge: %+v", acked)
	}

	c.tom.slash("checkin")
	c.tom.sees("Did you meet Lea")
	c.tom.taps("We met")
	c.tom.sees("How did Lea")
	c.tom.taps("😟")
	c.tom.sees("Does anything worry you")
	c.tom.taps("Yes")
	c.tom.sees("What kind of worry?")
	c.tom.picks("Bullying")
	c.tom.sees("What kind of worry?")
	c.tom.taps("Done")
	c.tom.sees("How pressing is it?")
	c.tom.taps("Today")
	c.tom.sees("Does Lea Quokka know that you are telling us?")
	c.tom.taps("Not yet")
	c.tom.sees("Please tell in your own words")
	c.tom.taps("Write it")
	c.tom.writes("In your own words", "Quokka: @everyone <@&"+role+"> laughs at her")
	c.tom.sees("The supervisors have it as case 2.")
	if lesser := c.leads.sees("Case 2 · "); len(lesser.Pings.Roles) > 0 {
		t.Errorf("a lesser worry pings %+v", lesser.Pings)
	}
	c.hidesFrom(thread)
	c.hidesFrom(c.tom.at(c.leads.channel))
	c.end()
}

// The bot is thrown out of the server, its channel is deleted, or it may not
// write there any more: cards go to the supervisors privately, and the staff is
// told.
func TestSupervisorsChannelIsLost(t *testing.T) {
	lost := "I can no longer post in the supervisors' channel leads."
	t.Run("kicked", func(t *testing.T) {
		c := beginWithClub(t, settings{})
		c.provokes("Missing Access", "Unknown Guild", "Unknown Channel")
		c.dc.ask("guilds", fields{"id": c.dc.server, "kick_bot": true}, nil)
		for _, m := range []*member{c.olga, c.carla, c.ana} {
			m.sees(lost)
		}
		c.callsForHelp(c.mia, 1)
		c.ana.finds(card)
		c.dc.ask("guilds", fields{"id": c.dc.server, "rejoin": true}, nil)
		c.leads.sees("Case 1 · danger now")
		c.leads.taps("Acknowledge")
		c.leads.sees("Ana has it since")
		c.mia.sees("Ana has seen this (case 1)")
		c.end()
	})
	t.Run("deleted", func(t *testing.T) {
		c := beginWithClub(t, settings{})
		c.dc.ask("channels", fields{"id": c.leads.channel, "delete": true}, nil)
		c.ana.sees(lost)
		c.callsForHelp(c.mia, 1)
		c.ana.finds(card)
		room := c.carla.at(c.channel("another"))
		room.slash("here", "purpose", "supervisors")
		room.sees("Case 1 · danger now")
		c.ana.taps("Acknowledge")
		room.sees("Ana has it since")
		c.end()
	})
	t.Run("silenced", func(t *testing.T) { // nobody says so: it is found out
		c := beginWithClub(t, settings{})
		c.provokes("Missing Permissions")
		c.dc.ask("channels", fields{"id": c.leads.channel, "bot_deny": []string{"SEND_MESSAGES"}}, nil)
		c.callsForHelp(c.mia, 1)
		c.ana.sees("Case 1 · danger now")
		c.olga.sees(lost)
		c.ana.taps("Acknowledge")
		c.mia.sees("Ana has seen this (case 1)")
		c.end()
	})
	t.Run("card deleted", func(t *testing.T) { // somebody tidies up
		c := beginWithClub(t, settings{danger: "2s"})
		c.provokes("Unknown Message")
		c.callsForHelp(c.mia, 1)
		first := c.leads.sees("Case 1 · danger now")
		c.dc.ask("delete", fields{"user": c.ana.id, "channel": c.leads.channel, "message_id": first.ID}, nil)
		c.leads.sees("I have asked 2 times now.")
		c.leads.taps("Acknowledge")
		c.leads.sees("Ana has it since")
		c.end()
	})
}

// Somebody closed their private messages: whoever must know is told, and what
// they do in the server is answered there all the same.
func TestClosedPrivateMessages(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.provokes("Cannot send messages to this user")
	c.callsForHelp(c.mia, 1)
	c.leads.finds(card)
	c.dc.ask("users", fields{"id": c.mia.id, "dms_closed": true}, nil)
	c.leads.taps("Acknowledge")
	c.leads.sees("Ana has it since")
	c.carla.sees("I cannot write to Mia Quokka (mentor) on Discord.")
	mia := c.mia.at(c.leads.channel)
	mia.slash("checkin")
	mia.reads(askMet)
	mia.steps("We met", askMood, "🙂", askWorry, "No", askNote)
	mia.taps("Skip")
	mia.sees("Thank you. It is kept:")
	c.keeps(1)

	// A supervisor who never wrote to the bot reads a case in the channel.
	c.dc.ask("users", fields{"id": c.ben.id, "dms_closed": true}, nil)
	ben := c.ben.at(c.leads.channel)
	ben.taps("Open")
	ben.sees("told by Mia Quokka")
	c.hidesFrom(c.tom.at(c.leads.channel))
	c.end()
}

// Who shares no server with the bot, and who is in a server that is not the
// program's, gets an answer, and nobody gets what is not theirs.
func TestElsewhere(t *testing.T) {
	c := beginWithClub(t, settings{})
	zoe := c.newcomer("Zoe", "")
	zoe.says("hello?")
	zoe.sees("I don't know you yet.")
	zoe.slash("sos")
	zoe.sees("I don't know you yet.")
	zoe.slash("start", "code", "ABCDEFGH")
	zoe.sees("I don't know this code.")

	var foreign struct{ Guild string }
	c.dc.ask("guilds", fields{"name": "Elsewhere"}, &foreign)
	there := c.channelOf(foreign.Guild, "town square")
	stranger := c.newcomer("Sam", foreign.Guild).at(there)
	stranger.slash("here", "purpose", "supervisors")
	stranger.sees("Let's talk about this privately")
	for _, command := range []string{"checkin", "sos", "cases", "invite", "help"} {
		stranger.slash(command)
		stranger.sees("I don't know you yet.")
	}
	mia := c.mia.at(there)
	mia.slash("sos")
	mia.sees("If somebody is in danger now")
	mia.taps("Page the supervisors now")
	mia.sees("The supervisors have been paged: case 1.")
	c.leads.finds(card)
	for _, p := range stranger.posts(0) {
		if p.Only != stranger.id && !strings.Contains(p.text(), "Let's talk about this privately") {
			c.Errorf("Sam sees %s", p.text())
		}
	}
	c.callsForHelp(c.tom, 2)
	if n := c.count(stranger, "Case"); n != 0 {
		c.Error("a case is posted elsewhere")
	}
	c.end()
}

// Two supervisors press Acknowledge in the same instant: one has the case, the
// other is told so, unless the button is gone by then. A danger on top of a
// danger is paged anew, whoever had it.
func TestTwoAcknowledgeAtOnce(t *testing.T) {
	c := beginWithClub(t, settings{})
	late := 0
	pages := map[string]bool{}
	for range 5 {
		c.callsForHelp(c.mia, 1)
		page := c.leads.sees("Please acknowledge by")
		pages[page.ID], c.leads.since = true, page.Seq
		var both sync.WaitGroup
		said := make([]string, 2)
		for i, m := range []*member{c.ana.at(c.leads.channel), c.ben.at(c.leads.channel)} {
			path, in, _ := m.where("Acknowledge")
			both.Go(func() {
				if did, err := m.try(path, in, patience); err == nil {
					said[i] = m.told(did)
				}
			})
		}
		both.Wait()
		mine := slices.Index(said, "Thank you. Case 1 is yours.")
		switch {
		case mine < 0:
			c.Errorf("nobody has it: %q", said)
		case said[1-mine] == "":
			late++
		case !strings.Contains(said[1-mine], " has it since "):
			c.Errorf("they are told %q", said)
		}
		c.leads.since = c.leads.sees("has it since").Seq
	}
	if len(pages) != 5 {
		c.Errorf("5 calls for help have %d cards", len(pages))
	}
	if late == 5 {
		c.Error("they never pressed in the same instant")
	}
	c.end()
}

// A member leaves the server in the middle of a check-in: nothing is lost, and
// it goes on when they are back.
func TestMemberLeaves(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.provokes("Cannot send messages to this user")
	c.mia.slash("checkin")
	c.mia.reads(askMet)
	c.mia.steps("We met", askMood, "😟", askWorry, "Yes", askKinds)
	c.mia.picks("Grief")
	c.mia.sees(askKinds)
	c.mia.steps("Done", askHow)
	c.mia.taps("Danger now")
	c.mia.sees("have been paged: case 1.")
	c.leads.finds(card)
	c.dc.ask("member", fields{"user": c.mia.id, "action": "leave"}, nil)
	c.dc.ask("users", fields{"id": c.mia.id, "dms_closed": true, "guild": ""}, nil)
	c.leads.taps("Acknowledge")
	c.leads.sees("Ana has it since")
	c.carla.sees("I cannot write to Mia Quokka (mentor) on Discord.")
	c.dc.ask("users", fields{"id": c.mia.id, "dms_closed": false}, nil)
	c.dc.ask("member", fields{"user": c.mia.id, "action": "join"}, nil)
	c.mia.says("Quokka: I am back")
	c.mia.sees("The supervisors have it as case 1.")
	c.keeps(1)
	c.end()
}

// Names are shown as they are, whatever is in them: they ping nobody, lead
// nowhere, and look like nothing but a name.
func TestWildNamesOnDiscord(t *testing.T) {
	w := begin(t, settings{on: onDiscord})
	w.starts()
	olga := w.member("Olga")
	olga.slash("start", "code", w.bot.ownerCode())
	olga.sees("You are here as owner.")
	for _, name := range []string{
		"**Mia** _x_ ~~y~~ ||z|| `w`", "👩‍👩‍👧 ```Zoë``` 🇺🇦 :smile: <:a:1>", "[click](https://evil.example) <https://evil.example>",
		"@everyone @here <@600000000000001001> <@&1> <#1> <t:0:R>", "# Big\\\\ -# small > quote 1. list", "مريم \u202eevil", "https://evil.example/x_y_z",
		strings.Repeat("W", 30), "{{.Name}} %s \\n </start:1>",
	} {
		m := w.member(name)
		m.joins(olga.invites("mentor"), "mentor")
		p := olga.reads(name + " has joined as mentor.")
		if strings.Contains(p.Content, "http") && p.Flags&4 == 0 {
			t.Errorf("%q shows a preview", name)
		}
	}
	w.end()
}

// Notes are shown as they are, too, be they ever so long or wild.
func TestWildNotesOnDiscord(t *testing.T) {
	c := beginWithClub(t, settings{})
	for i, note := range []string{
		"> quote\n# big\n- list\n```go\ncode\n```\n||spoiler|| https://evil.example <@&1> @everyone",
		strings.Repeat("*_~`|\\>#@<", 150),
		strings.Repeat("😟 "+secret+" ", 100) + "end",
		"\n  leading and trailing  \n\u200b",
	} {
		mentee, no := fmt.Sprintf("Kid %d %s", i, secret), fmt.Sprint(i+1)
		c.bot.imports("mentee,"+mentee+",,,,,,,,", "match,"+mentee+",,,,,,Mia Quokka,,")
		c.mia.slash("checkin", "mentee", mentee)
		c.mia.sees("Did you meet " + mentee)
		c.mia.taps("We met")
		c.mia.sees("How did " + mentee)
		c.mia.taps("😟")
		c.mia.sees("Does anything worry you")
		c.mia.taps("Yes")
		c.mia.sees(askKinds)
		c.mia.picks("Grief")
		c.mia.sees(askKinds)
		c.mia.steps("Done", askHow)
		c.mia.taps("Danger now")
		c.mia.sees("have been paged: case " + no + ".")
		c.mia.taps("Write it")
		c.mia.writes("In your own words", note)
		c.mia.sees("I will tell you when somebody has seen it.")
		c.leads.sees("Case " + no)
		c.leads.slash("case", "number", no)
		words := strings.TrimSpace(strings.Trim(note, "\u200b"))
		c.leads.await(words, func(_ post, text string) bool { return strings.Contains(text, words) })
	}
	c.end()
}
