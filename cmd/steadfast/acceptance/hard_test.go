//go:build acceptance

package acceptance

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A note of many thousand letters, each two of Telegram's units long, arrives
// whole: at the mentor, and at the supervisor who opens the case.
func TestLongNoteInACheckIn(t *testing.T) {
	c := beginWithCast(t, settings{})
	note := strings.Repeat("😟 "+secret+" ", 500) + "end"
	c.mia.says("/checkin")
	c.mia.reads(askMet)
	c.mia.steps("We met", askMood, "😟", askWorry, "Yes", askKinds)
	c.mia.taps("Grief")
	c.mia.sees(askKinds)
	c.mia.steps("Done", askHow)
	c.mia.taps("Danger now")
	c.mia.sees("have been paged: case 1.")
	c.mia.says(note)
	if last := c.mia.sees("I will tell you when somebody has seen it."); strings.Join(last.labels(), " ") != "Correct Undo" {
		c.Errorf("the last part's buttons: %v", last.labels())
	}
	c.leads.taps("Open")
	last := c.ana.sees("This view is recorded.")
	if l := last.labels(); len(l) < 3 || l[0] != "Acknowledge" || l[len(l)-1] != "Timeline" {
		c.Errorf("the last part's buttons: %v", last.labels())
	}
	for _, p := range []*person{c.mia, c.ana} {
		shown := strings.Join(p.history(), "")
		if got := strings.Count(shown, secret+" "); got < 500 || !strings.Contains(shown, "end") {
			c.Errorf("%s is shown %d of 500 words", p.name, got)
		}
	}
	c.mia.taps("Correct")
	c.mia.sees("Which answer do you want to correct?")
	c.ana.taps("Acknowledge")
	c.leads.sees("Ana has it since")
	c.keepsSecret(c.leads)
	c.end()
}

// Names are shown as they are, whatever is in them, and what is bold is the
// name and nothing else.
func TestWildNames(t *testing.T) {
	w := begin(t, settings{})
	w.bot.start()
	olga := w.person("Olga")
	olga.says("/start " + w.bot.ownerCode())
	olga.sees("You are here as owner.")
	for _, name := range []string{
		"*Mia* _x_ <b>bold</b>", "👩‍👩‍👧 `Zoë` 🇺🇦", "[click](tg://user?id=1)", "مريم \u202eevil", strings.Repeat("W", 64) + " " + strings.Repeat("ß", 64),
		"/start@rig_bot @everyone https://t.me/x", "{{.Name}} %s \\n",
	} {
		p := w.person(name)
		p.joins(olga.invites("mentor"), "mentor")
		text := name + " has joined as mentor."
		var answer struct {
			Found   bool
			Message struct {
				Text     string
				Entities []struct {
					Type           string
					Offset, Length int
				}
			}
		}
		w.rig.ask("wait", fields{"chat": olga.chat, "text": text, "timeout_ms": 10000}, &answer)
		if !answer.Found {
			t.Errorf("Olga does not see %q", text)
			continue
		}
		var got []string
		for _, e := range answer.Message.Entities {
			switch e.Type { // Telegram itself finds what looks like an address
			case "mention", "url", "bot_command":
			default:
				got = append(got, fmt.Sprintf("%s %d+%d", e.Type, e.Offset, e.Length))
			}
		}
		if want := fmt.Sprintf("bold 0+%d", units(name)); strings.Join(got, " ") != want {
			t.Errorf("%q is marked as %v, not %s", name, got, want)
		}
	}
	w.end()
}

// units counts the units in which Telegram measures text.
func units(s string) (n int) {
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// Hundreds of messages wait when the bot comes back, and it is killed while it
// reads them: all are kept, once, in their order.
func TestManyWait(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokesByKilling()
	c.rig.quiet(60 * time.Millisecond)
	c.bot.kill()
	var want []string
	for n := range 250 {
		text := fmt.Sprintf("%s number %d", secret, n)
		want = append(want, text+"\n")
		c.tom.says(text)
	}
	c.mia.says("/sos")
	for range 3 {
		before := len(c.rig.chat(c.tom.chat))
		c.bot.start()
		until(t, patience, "answers", func() bool { return len(c.rig.chat(c.tom.chat)) > before+10 })
		c.bot.kill()
	}
	c.bot.start()
	c.mia.sees("If somebody is in danger now, call 112 first.")
	c.rig.quiet(time.Second)
	c.keepsNotes(want...)
	c.end()
}

// An update that cannot be read holds up nobody.
func TestPoison(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokes("rig: update") // the rig says that these are wrong
	for _, poison := range []fields{
		{"message": fields{"message_id": "x", "text": secret}}, {"message": nil}, {"message": []int{1}}, {"callback_query": fields{"id": 5}},
		{"message": fields{"message_id": 1, "date": -1, "chat": fields{"id": c.mia.id, "type": "private"}}},
		{"my_chat_member": fields{"chat": fields{"id": -5}}}, {"edited_message": secret},
	} {
		c.rig.ask("update", fields{"update": poison, "check": false}, nil)
		c.ordinary(c.tom, "Lea")
	}
	c.keeps(7)
	c.end()
}

// A second program asks for the same bot's updates for a while.
func TestSomebodyElsePolls(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.rig.ask("fail", fields{"method": "getUpdates", "times": 2, "status": 409,
		"description": "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}, nil)
	c.ordinary(c.mia, "Jonas")
	if !strings.Contains(c.bot.log(), "another program asks for this bot's updates; stop one of them") {
		c.Error("the log does not say it")
	}
	c.end()
}

// The bot is away when a page is due: it pages when it comes back, once.
func TestPageIsDueWhileAway(t *testing.T) {
	c := beginWithCast(t, settings{danger: "3s"})
	c.provokesByKilling()
	c.callsForHelp(c.mia, 1)
	c.leads.sees("Case 1 · danger now")
	c.rig.quiet(60 * time.Millisecond)
	c.bot.kill()
	away := time.NewTimer(7 * time.Second)
	<-away.C
	c.leads.since = 0
	c.bot.start()
	c.leads.sees("I have asked 2 times now.")
	c.leads.taps("Acknowledge")
	c.leads.sees("Ana has it since")
	for _, text := range c.leads.history() {
		if strings.Contains(text, "I have asked 3 times now.") {
			c.Error("what was missed is made up for page by page")
		}
	}
	c.end()
}

// A supervisor takes a case while Telegram's answer to its card is still under
// way: the card shows it all the same, be it the first page or a later one.
func TestTakenBeforeTheCardIsRecorded(t *testing.T) {
	for name, page := range map[string]string{"first page": "Please acknowledge by", "second page": "I have asked 2 times now."} {
		t.Run(name, func(t *testing.T) {
			c := beginWithCast(t, settings{danger: "3s"})
			// By the tap, and again when it is known which message bears the card.
			c.provokes("message is not modified")
			slow := fields{"method": "sendMessage", "chat": fmt.Sprint(c.leads.chat), "after_effect": true, "delay_ms": 1500}
			if name == "second page" {
				slow["skip"] = 1
			}
			c.rig.ask("fail", slow, nil)
			c.callsForHelp(c.mia, 1)
			shown := c.leads.sees(page)
			c.leads.press(fields{"label": "Acknowledge", "message_id": shown.ID}, patience)
			c.mia.sees("Ana has seen this (case 1)")
			if m := c.leads.sees("Ana has it since"); m.ID != shown.ID {
				c.Errorf("another card shows it: %+v", m)
			}
			c.end()
		})
	}
}
