//go:build acceptance

package acceptance

import (
	"fmt"
	"testing"
	"time"
)

// A channel hides who writes in it, so the staff is asked.
func TestChannelIsBoundByConfirmation(t *testing.T) {
	c := beginWithCast(t, settings{})
	channel := c.group(-1007, "channel", c.ana)
	c.ana.at(channel).says("/here supervisors")
	c.olga.sees("Somebody said /here supervisors in the channel leads.")
	c.carla.sees("Somebody said /here supervisors in the channel leads.")
	c.carla.taps("Yes, use this channel")
	c.carla.turns("Done. Cards of concerns go to leads now.")
	inChannel := c.ana.at(channel)
	inChannel.sees("This is the supervisors' channel of Riverside Mentors now.")
	c.olga.taps("Yes, use this channel")
	c.olga.turns("This is the supervisors' channel already.")
	c.callsForHelp(c.mia, 1)
	inChannel.finds(card)
	c.leads.finds(card)
	inChannel.taps("Acknowledge")
	c.leads.sees("Ana has it since")
	inChannel.sees("Ana has it since")
	c.keepsSecret(inChannel)
	c.end()
}

// callsForHelp pages the supervisors in two taps, and says nothing more.
func (c *cast) callsForHelp(p *person, no int) {
	c.Helper()
	p.says("/sos")
	p.sees("If somebody is in danger now, call 112 first.")
	p.taps("Page the supervisors now")
	asked := p.sees(fmt.Sprintf("The supervisors have been paged: case %d.", no))
	p.taps("Skip")
	if done := p.sees("Stay safe"); done.ID != asked.ID || asked.ID != p.on {
		c.Errorf("the call for help is spread over several messages")
	}
}

// A group becomes a supergroup: Telegram says so, or only refuses to send.
func TestGroupMoves(t *testing.T) {
	for name, silent := range map[string]bool{"announced": false, "found out": true} {
		t.Run(name, func(t *testing.T) {
			c := beginWithCast(t, settings{danger: "2s"})
			c.provokes("upgraded to a supergroup chat")
			c.callsForHelp(c.mia, 1)
			c.leads.sees("Case 1 · danger now")
			const moved = -1001002003
			c.rig.ask("chats", fields{"id": moved, "type": "supergroup", "title": "leads", "members": []int64{c.ana.id}}, nil)
			c.rig.ask("chats", fields{"id": c.leads.chat, "migrate_to": moved}, nil)
			if !silent {
				c.carla.at(c.leads.chat).sends(fields{"extra": fields{"migrate_to_chat_id": moved}})
			}
			there := c.ana.at(moved)
			there.since = 0
			there.sees("Nobody has acknowledged it yet.")
			there.taps("Acknowledge")
			there.sees("Ana has it since")
			c.mia.sees("Ana has seen this (case 1)")
			c.end()
		})
	}
}

// The bot is thrown out of the group: cards go to the supervisors privately,
// the staff is told, and it mends itself when the bot is back.
func TestBotIsKicked(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokes("bot was kicked", "can't initiate conversation")
	for _, p := range []*person{c.olga, c.carla, c.ana} {
		p.says("/help")
		p.sees("This is what I can do for you:")
	}
	c.rig.ask("member", fields{"chat": c.leads.chat, "user": "bot", "status": "kicked", "by": c.tom.id}, nil)
	for _, p := range []*person{c.olga, c.carla, c.ana} {
		p.sees("I can no longer post in the supervisors' channel leads.")
	}
	c.callsForHelp(c.mia, 1)
	c.ana.finds(card)
	c.rig.ask("member", fields{"chat": c.leads.chat, "user": "bot", "status": "member", "by": c.carla.id}, nil)
	c.leads.sees("Case 1 · danger now")
	c.leads.taps("Acknowledge")
	c.leads.sees("Ana has it since")
	c.ana.sees("Ana has it since")
	c.mia.sees("Ana has seen this (case 1)")
	c.end()
}

// Nobody told the bot that it was thrown out: it finds out when it pages.
func TestBotFindsItselfOutside(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokes("Forbidden")
	c.rig.ask("chats", fields{"id": c.leads.chat, "bot_status": "kicked"}, nil)
	c.callsForHelp(c.mia, 1)
	c.ana.sees("Case 1 · danger now")
	c.olga.sees("I can no longer post in the supervisors' channel leads.")
	c.ana.taps("Acknowledge")
	c.mia.sees("Ana has seen this (case 1)")
	c.end()
}

// A supervisor who never pressed Start, and a mentor who blocked the bot.
func TestWhoCannotBeWrittenTo(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokes("can't initiate conversation", "blocked by the user")
	c.callsForHelp(c.mia, 1)
	ben := c.ben.at(c.leads.chat)
	c.leads.finds(card)
	ben.taps("Open")
	ben.sees("Ben, I cannot write to you privately yet. Please open https://t.me/rig_bot")
	if said := ben.taps("Open"); said.Text != "I cannot write to you privately yet. Open the chat with me, press Start, then tap Open again." || !said.Alert {
		c.Errorf("Open says %+v", said)
	}
	c.ben.says("/start")
	c.ben.sees("Good to see you, Ben.")
	c.rig.quiet(60 * time.Millisecond) // until it is recorded that this arrived
	if said := ben.taps("Open"); said.Text != "Sent to your private chat." {
		c.Errorf("Open says %+v", said)
	}
	c.ben.sees("told by Mia Quokka")

	c.rig.ask("block", fields{"user": c.mia.id}, nil)
	c.carla.sees("write to Mia Quokka (mentor) on Telegram.")
	ben.taps("Acknowledge")
	ben.sees("Ben has it since")
	c.rig.ask("block", fields{"user": c.mia.id, "unblock": true}, nil)
	c.mia.says("/start")
	c.mia.sees("Good to see you, Mia Quokka.")
	c.keepsSecret(c.leads)
	c.end()
}

// Nobody acknowledges: the card comes again, and again, until somebody does.
func TestCardComesAgain(t *testing.T) {
	c := beginWithCast(t, settings{danger: "1s"})
	c.callsForHelp(c.mia, 1)
	for pages := range 2 {
		c.leads.sees(fmt.Sprintf("I have asked %d times now.", pages+2))
	}
	c.leads.taps("Acknowledge")
	taken := c.leads.sees("Ana has it since")
	c.rig.quiet(2500 * time.Millisecond)
	for _, m := range c.rig.chat(c.leads.chat) {
		if m.Bot && m.ID != taken.ID && len(m.Buttons) > 0 {
			c.Errorf("an older card still has buttons: %s", m.Text)
		}
	}
	c.end()
}
