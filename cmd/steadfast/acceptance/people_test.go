//go:build acceptance

package acceptance

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// patience is how long a person waits for an answer.
const patience = 30 * time.Second

// A person uses the bot, in a private chat or in a group.
type person struct {
	w     *world
	id    int64
	chat  int64 // where they are
	name  string
	since int   // what they have seen before does not count
	on    int64 // the message that they tapped last
}

// at is the same person in another chat.
func (p *person) at(chat int64) *person {
	other := *p
	other.chat = chat
	return &other
}

func (p *person) says(text string) { p.w.Helper(); p.sends(fields{"text": text}) }

// sends sends any message, in the rig's fields, and returns its number.
func (p *person) sends(what fields) (id int64) {
	p.w.Helper()
	what["user"], what["chat"] = p.id, p.chat
	var answer struct {
		ID  int64 `json:"message_id"`
		Seq int
	}
	p.w.rig.ask("say", what, &answer)
	p.since = answer.Seq
	return answer.ID
}

// A toast is what a press is answered with.
type toast struct {
	Answered bool
	Text     string
	Alert    bool `json:"show_alert"`
}

// taps waits until there is a button with a label, presses the newest one and
// waits for its answer.
func (p *person) taps(label string) toast {
	p.w.Helper()
	p.w.rig.ask("wait", fields{"chat": p.chat, "regex": "", "button": label, "timeout_ms": patience.Milliseconds()}, nil)
	return p.press(fields{"label": label}, patience)
}

// hits presses a button and does not wait.
func (p *person) hits(label string) { p.w.Helper(); p.press(fields{"label": label}, 0) }

func (p *person) press(which fields, wait time.Duration) toast {
	p.w.Helper()
	which["user"], which["chat"], which["wait_ms"] = p.id, p.chat, wait.Milliseconds()
	var answer struct {
		ID       int64 `json:"message_id"`
		Seq      int
		Callback toast
	}
	if err := p.w.rig.try("press", which, &answer); err != nil {
		p.w.Fatalf("%s: %v\nthe chat showed:\n%s", p.name, err, strings.Join(p.history(), "\n--\n"))
	}
	p.since, p.on = answer.Seq, answer.ID
	if wait > 0 && !answer.Callback.Answered {
		p.w.Fatalf("%s pressed %v and nothing answered", p.name, which)
	}
	return answer.Callback
}

// wait waits for a message since the person's last act.
func (p *person) wait(how, what string) shown { p.w.Helper(); return p.await(how, what, "") }

// offers waits for a message with a part of its text and with a button.
func (p *person) offers(part, label string) shown {
	p.w.Helper()
	return p.await("contains", part, label)
}

func (p *person) await(how, what, button string) shown {
	p.w.Helper()
	var answer struct {
		Found   bool
		Message shown
		Last    []shown `json:"last_messages"`
	}
	p.w.rig.ask("wait", fields{"chat": p.chat, how: what, "button": button, "after": p.since, "timeout_ms": patience.Milliseconds()}, &answer)
	if !answer.Found {
		var last []string
		for _, m := range answer.Last {
			last = append(last, m.Text+" ["+strings.Join(m.labels(), "] [")+"]")
		}
		p.w.Fatalf("%s does not see (%s)\n%s\nbut last\n%s", p.name, how, what, strings.Join(last, "\n--\n"))
	}
	return answer.Message
}

// sees waits for a message with a part of its text; reads for the whole text;
// finds for a pattern.
func (p *person) sees(part string) shown  { p.w.Helper(); return p.wait("contains", part) }
func (p *person) reads(text string) shown { p.w.Helper(); return p.wait("text", text) }
func (p *person) finds(pattern string) shown {
	p.w.Helper()
	return p.wait("regex", "(?s)^"+pattern+"$")
}

// turns waits until the message that was tapped has become another.
func (p *person) turns(text string) shown {
	p.w.Helper()
	m := p.reads(text)
	if m.ID != p.on || m.Edits == 0 {
		p.w.Errorf("%s: %q is a new message, not the one that was tapped", p.name, text)
	}
	return m
}

// steps taps button after button, each given with what the message then turns
// into.
func (p *person) steps(pairs ...string) {
	p.w.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if said := p.taps(pairs[i]); said.Text != "" {
			p.w.Errorf("%s taps %q and is told %q", p.name, pairs[i], said.Text)
		}
		p.turns(pairs[i+1])
	}
}

var linkForm = regexp.MustCompile(`https://t\.me/rig_bot\?start=([A-Z0-9]+)`)

// invites makes an invitation by buttons and returns its code.
func (p *person) invites(role string) string {
	p.w.Helper()
	p.says("/invite")
	if role != "" {
		p.sees("Whom do you want to invite?")
		p.taps(role)
	}
	m := p.sees("Here is the invitation")
	found := linkForm.FindStringSubmatch(m.Text)
	if found == nil || !strings.Contains(m.Text, "/start "+found[1]) {
		p.w.Fatalf("an invitation without link or code: %s", m.Text)
	}
	return found[1]
}

// joins opens a link, which makes Telegram say /start and the code.
func (p *person) joins(code, role string) {
	p.w.Helper()
	p.says("/start " + code)
	p.sees("Welcome, " + p.name + ". I am the check-in bot of Riverside Mentors. You are here as " + role + ".")
}

// history returns everything that a chat ever showed of the bot.
func (p *person) history() (all []string) {
	p.w.Helper()
	for _, m := range p.w.rig.chat(p.chat) {
		if m.Bot {
			all = append(all, append(slices.Clone(m.History), m.Text)...)
		}
	}
	return all
}
