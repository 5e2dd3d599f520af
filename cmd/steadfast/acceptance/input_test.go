//go:build acceptance

package acceptance

import (
	"strings"
	"testing"
)

const (
	keptNote = "I have kept this. What shall I do with it?"
	deaf     = "I can't listen to voice messages, so nobody has heard this one. Please write it in a few words. If somebody is in danger now, tap /sos."
	blind    = "I can't look at pictures, so nobody has seen this one, and I have not kept it. Please write what matters in a few words."
	unread   = "I can only read text, so nobody has seen this, and I have not kept it. Please write what matters in a few words."
	old      = "This button is from an older message. Nothing was changed."
	answered = "You have already answered this. To change it, use the newest message."
)

// Whatever comes gets a clear sentence and loses nothing.
func TestWhateverComes(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.mia.sends(fields{"voice": fields{"size": 900}})
	c.mia.reads(deaf)
	c.mia.sends(fields{"photo": fields{"size": 900}})
	c.mia.reads(blind)
	c.mia.sends(fields{"photo": fields{"size": 900}, "caption": "Quokka: his arm"})
	c.mia.reads(blind + "\n\nThe words that came with it are kept.\n\n" + keptNote)
	c.mia.sends(fields{"sticker": fields{"size": 90}})
	c.mia.reads(unread)
	c.mia.sends(fields{"extra": fields{"location": fields{"latitude": 48.1, "longitude": 11.6}}})
	c.mia.reads(unread)
	c.mia.sends(fields{"document": fields{"size": 90, "name": "Quokka.pdf"}})
	c.mia.reads(unread)
	c.mia.says("/nonsense")
	c.mia.sees("I don't know that command. Here is what I can do:")

	said := c.mia.sends(fields{"text": "Quokka was quiet"})
	c.mia.reads(keptNote)
	c.rig.ask("edit", fields{"user": c.mia.id, "message_id": said, "text": "Quokka was very quiet"}, nil)
	c.mia.reads("I saw that you changed a message. The new wording is kept; the old one stays too.")
	c.mia.sends(fields{"text": "Quokka wrote: I cannot go on", "extra": fields{"forward_origin": fields{
		"type": "hidden_user", "sender_user_name": "Jonas", "date": 1700000000}}})
	c.mia.reads(keptNote)
	c.longText()

	zoe := c.person("Zoe")
	zoe.says("Quokka?")
	zoe.sees("I don't know you yet. Ask your coordinator for an invitation link, and open it from this phone.")
	c.mia.at(c.leads.chat).says("/checkin@rig_bot")
	c.leads.sees("Let's talk about this privately, where nobody else reads along: https://t.me/rig_bot")
	kept := strings.Join(c.notes(), "\n")
	for _, text := range []string{"Quokka: his arm", "Quokka was quiet", "Quokka was very quiet", "Quokka wrote: I cannot go on", strings.Repeat("ж", 10000)} {
		if strings.Count(kept, text+"\n") != 1 {
			c.Errorf("%.40q is not kept exactly once", text)
		}
	}
	c.keepsSecret(c.leads)
	c.end()
}

// longText sends 10,000 runes, which Telegram's clients cut in pieces of 4096.
func (c *cast) longText() {
	c.Helper()
	c.mia.sends(fields{"text": strings.Repeat("ж", 10000)})
	c.mia.sees("I have kept all of it (10000 characters).")
}

// A button that was answered, of an old version, of somebody else, in a message
// that Telegram no longer has, or that never was.
func TestOldButtons(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.mia.says("/checkin")
	first := c.mia.reads(askMet)
	c.mia.steps("We met", askMood, "🙂", askWorry)
	for data, want := range map[string]string{
		first.Buttons[0][0].Data: answered, "0.old": old, "": "", "1.fix.99": old,
		"1.ack.1": "This needs another role in the program. Your coordinator can help.", strings.Repeat("x", 64): old,
	} {
		if data != "" {
			c.stray(c.mia, data, want)
		}
	}
	c.mia.press(fields{"label": "No", "inaccessible": true}, patience)
	c.mia.sees(askNote)
	c.mia.taps("Skip")
	c.mia.sees("Thank you. It is kept:")
	c.mia.taps("Undo")
	c.mia.sees("Taken back: your check-in about Jonas Quokka")
	c.end()
}

// stray presses a button that no message shows any more.
func (c *cast) stray(p *person, data, want string) {
	c.Helper()
	c.mia.says("/settings")
	m := p.sees("Which language shall I use with you?")
	id := "stray" + data
	c.rig.ask("update", fields{"check": false, "update": fields{"callback_query": fields{
		"id": id, "from": fields{"id": p.id, "is_bot": false, "first_name": p.name}, "chat_instance": "1", "data": data,
		"message": fields{"message_id": m.ID, "date": 0, "chat": fields{"id": p.chat, "type": "private"}},
	}}}, nil)
	var calls struct {
		Calls []struct {
			Params struct {
				ID   string `json:"callback_query_id"`
				Text string
			}
		}
	}
	until(c.T, patience, "an answer to a stray button", func() bool {
		c.rig.ask("calls", fields{"method": "answerCallbackQuery"}, &calls)
		for _, call := range calls.Calls {
			if call.Params.ID == id {
				if call.Params.Text != want {
					c.Errorf("%s says %q, not %q", data, call.Params.Text, want)
				}
				return true
			}
		}
		return false
	})
	c.provokes("answerCallbackQuery: Bad Request: query is too old")
}
