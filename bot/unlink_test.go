package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

func TestUnlink(t *testing.T) {
	for _, c := range []struct{ from, label, gone, stays string }{
		{"telegram:mia", "Discord", "discord:mia", "telegram:mia"},
		{"telegram:mia", "Telegram", "telegram:mia", "discord:mia"},
	} {
		d := linked(t)
		has(t, d.says(c.from, "/unlink"), "Which account shall I take away?")
		has(t, d.presses(c.from, c.label), "I no longer know you on "+c.label)
		if d.owner(c.gone) != "" || d.owner(c.stays) != "Mia Berg" {
			t.Errorf("%s is %q, %s is %q", c.gone, d.owner(c.gone), c.stays, d.owner(c.stays))
		}
		if c.gone != c.from {
			has(t, d.last(c.gone), "I no longer know you here")
		} else {
			has(t, d.last(c.stays), "Your account on Telegram was just taken away", "tell your coordinator")
		}
		if got, want := d.audited()[1:], []string{"unlinked an account " + c.gone}; !slices.Equal(got, want) {
			t.Errorf("audit: %q, want %q", got, want)
		}
		has(t, d.says(c.gone, "/checkin"), "I don't know you yet")
		has(t, d.says(c.stays, "/unlink"), "nothing to take away")
		has(t, d.says(c.gone, "/link "+d.code(c.stays)), "Is that you?")
	}
}

// The last account stays, also if there is another on a platform that is not
// running; a button of before does nothing.
func TestUnlinkNeverTakesTheLast(t *testing.T) {
	d := linked(t)
	d.says("telegram:mia", "/unlink")
	delete(d.Platforms, "discord")
	has(t, d.presses("telegram:mia", "Telegram"), "the last place where I can reach you")
	d.Platforms["discord"] = d.Platforms["telegram"]
	d.presses("telegram:mia", "Discord")
	d.shown["telegram:mia"] = d.shown["telegram:mia"][:len(d.shown["telegram:mia"])-1]
	has(t, d.presses("telegram:mia", "Telegram"), "the last place where I can reach you")
	has(t, d.presses("telegram:mia", "Discord"), "This button is from an older message.")
	if d.owner("telegram:mia") != "Mia Berg" {
		t.Error("nobody can reach Mia now")
	}
}

// What was begun in a place that is taken away stays with the person, and
// nothing about it is shown there.
func TestUnlinkMidDialogue(t *testing.T) {
	d := linked(t)
	d.says("discord:mia", "/checkin")
	d.presses("discord:mia", "We met")
	d.presses("discord:mia", "🙁")
	d.presses("discord:mia", "Yes")
	d.says("telegram:mia", "/unlink")
	d.presses("telegram:mia", "Discord")
	gone := len(d.shown["discord:mia"])
	has(t, d.presses("discord:mia", "Bullying"), "Only supervisors")
	has(t, d.says("telegram:mia", "Neglect"), "What kind of worry?")
	d.passes(30 * time.Minute)
	has(t, d.news("telegram:mia", 0), "What kind of worry?", "I have told the supervisors: case 1")
	has(t, d.presses("telegram:mia", "Bullying"), "What kind of worry?")
	if news := d.news("discord:mia", gone); news != "" {
		t.Errorf("shown to nobody: %q", news)
	}
}

// What waits for a place that is taken away is sent to the other.
func TestUnlinkWithMessagesWaiting(t *testing.T) {
	d := linked(t)
	d.says("telegram:mia", "/unlink")
	token := d.shown["telegram:mia"][len(d.shown["telegram:mia"])-1].Choices[1].Token
	d.update(func(tx program.Tx) error {
		for _, o := range []program.Outgoing{
			{Priority: program.Reminder, Purpose: program.ForRemind, Person: d.people["Mia Berg"], Message: chat.Message{Text: chat.Say("about Jonas")}},
			{Priority: program.Escalation, Purpose: program.ForTold, Person: d.people["Mia Berg"], Message: chat.Message{Text: chat.Say("in both places")}},
		} {
			o.To = at("discord:mia").Private()
			if err := tx.Queue(&o); err != nil {
				return err
			}
		}
		return nil
	})
	gone := len(d.shown["discord:mia"])
	d.does("telegram:mia", chat.Pressed{Token: token})
	has(t, d.news("telegram:mia", 0), "about Jonas")
	if news := d.news("discord:mia", gone); strings.Contains(news, "Jonas") || strings.Contains(news, "both") {
		t.Errorf("shown to nobody: %q", news)
	}
}

// The card of a case is not brought up to date where a supervisor is no more.
func TestUnlinkOfASupervisor(t *testing.T) {
	d := riverside(t)
	d.says("discord:sam", "/link "+d.code("telegram:sam"))
	d.presses("discord:sam", "Yes")
	d.presses("telegram:sam", "Yes")
	d.says("telegram:mia", "/sos")
	d.presses("telegram:mia", "Page the supervisors now")
	d.says("telegram:sam", "/unlink")
	d.presses("telegram:sam", "Discord")
	gone := len(d.shown["discord:sam"])
	has(t, d.presses("discord:sam", "Open"), "Only supervisors")
	d.presses("telegram:sam", "Acknowledge")
	has(t, d.news("telegram:sam", 0), "✓ Sam has it since")
	if news := d.news("discord:sam", gone); strings.Contains(news, "Sam") {
		t.Errorf("shown to nobody: %q", news)
	}
}
