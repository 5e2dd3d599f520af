//go:build acceptance

package acceptance

import (
	"os"
	"strings"
	"testing"
)

// checks runs steadfast check and says what must be in its answer.
func (b *bot) checks(wantCode int, parts ...string) {
	b.t.Helper()
	said, code := b.does("check")
	if code != wantCode {
		b.t.Errorf("check: exit code %d:\n%s", code, said)
	}
	for _, p := range parts {
		if !strings.Contains(said, p) {
			b.t.Errorf("%q is not in what check says:\n%s", p, said)
		}
	}
	if strings.Contains(said, secret) || strings.Contains(said, "TELEGRAM-TOKEN") {
		b.t.Errorf("check says too much:\n%s", said)
	}
}

func TestCheckWhenAllIsWell(t *testing.T) {
	c := beginWithCast(t, settings{})
	green := []string{"✓ The bot has 1 owner.", "✓ The supervisors have 1 channel, and 1 of 2 supervisors can be written to.",
		"✓ The program has 2 mentors, all of them with a mentee.", "✓ 1 person never wrote to the bot", "✓ Telegram knows the bot as @rig_bot.",
		"✓ The bot can post in telegram:-1001 (leads).", "✓ Everything is well."}
	c.bot.checks(0, append(green, "✓ The bot is running.")...)
	c.bot.stop()
	c.bot.checks(0, append(green, "can be read. The bot is not running.")...)
	c.end()
}

func TestCheckFindsFaults(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokes("bot was kicked", "bot is not a member", "can't initiate conversation")

	// An open case.
	c.callsForHelp(c.mia, 1)
	c.bot.checks(1, "✗ 1 case wait", "say /cases to the bot", "✗ 1 thing to mend.")
	c.leads.taps("Acknowledge")
	c.leads.sees("Ana has it since")
	c.bot.checks(0, "✓ Everything is well.")

	// A mentor without a mentee.
	c.bot.imports("person,Una,mentor,4711,,en,,,,")
	c.bot.checks(1, "✗ 1 of 3 mentors have no mentee and cannot check in: use /match, or import a roster.")
	c.bot.imports("mentee,Kim,,,,,,,,", "match,Kim,,,,,,Una,,")
	c.bot.checks(0)

	// Telegram is away.
	c.rig.ask("down", fields{"ms": 60000}, nil)
	c.bot.checks(1, "✗ Telegram cannot be reached: look at the network and at [telegram] api_url, then try again.")
	c.rig.ask("down", fields{"ms": 0}, nil)

	// A lost channel.
	c.bot.stop()
	c.rig.ask("chats", fields{"id": c.leads.chat, "bot_status": "kicked"}, nil)
	c.bot.checks(1, "✗ The bot is not a member of telegram:-1001: add it to that chat.")
	c.rig.ask("chats", fields{"id": c.leads.chat, "bot_status": "member"}, nil)
	c.bot.start()
	c.rig.ask("member", fields{"chat": c.leads.chat, "user": "bot", "status": "kicked", "by": c.ana.id}, nil)
	c.olga.sees("I can no longer post in the supervisors' channel")
	c.bot.checks(1, "✗ Nothing can be posted in telegram:-1001 any more: add the bot to it again")
	c.rig.ask("member", fields{"chat": c.leads.chat, "user": "bot", "status": "member", "by": c.ana.id}, nil)
	c.end()
}

func TestCheckBeforeAnythingIsThere(t *testing.T) {
	w := begin(t, settings{})
	w.bot.checks(1, "✓ There is no data file yet.", "✓ Telegram knows the bot as @rig_bot.", "✗ Nobody would learn of a concern yet")
	w.bot.start()
	w.bot.ownerCode()
	w.bot.checks(1, "✗ Nobody owns the bot: run steadfast run", "✗ Nobody would learn of a concern: say /here supervisors")
	w.bot.stop()
	w.bot.configure(settings{api: w.rig.api, token: "654321:WRONG"})
	w.bot.checks(1, "✗ Telegram does not accept the bot token")
	w.bot.configure(settings{api: w.rig.api, danger: "soon"})
	w.bot.checks(1, "✗ [escalation.again] danger: \"soon\" is not a length of time")
	w.bot.configure(settings{api: w.rig.api})
	if err := os.Chmod(w.bot.path("token"), 0o644); err != nil {
		t.Fatal(err)
	}
	w.bot.checks(1, "everybody on this machine can read", "run chmod 600")
}
