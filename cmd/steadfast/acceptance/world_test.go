//go:build acceptance

package acceptance

import (
	"strings"
	"testing"
	"time"
)

// secret is part of every name and note that must stay where it belongs.
const secret = "Quokka"

// A world is a rig, a bot and the people of one story.
type world struct {
	*testing.T
	rig *rig
	bot *bot

	provoked []string // refusals that the story provokes
	errors   []string // what the bot may log as an error
	nextID   int64
}

// begin makes a world; the bot does not run yet. When the story is over, what
// must always be true is looked at.
func begin(t *testing.T, s settings) *world {
	t.Helper()
	t.Parallel()
	built(t)
	w := &world{T: t, rig: startRig(t, "127.0.0.1:0"), nextID: 1000}
	if s.api == "" {
		s.api = w.rig.api
	}
	w.bot = newBot(t, s)
	return w
}

// person makes somebody who has never written to the bot.
func (w *world) person(name string) *person {
	w.Helper()
	w.nextID++
	first, last, _ := strings.Cut(name, " ")
	w.rig.ask("users", fields{"id": w.nextID, "first_name": first, "last_name": last, "language_code": "en"}, nil)
	return &person{w: w, id: w.nextID, chat: w.nextID, name: name}
}

// group makes a chat of people and the bot, of the given type.
func (w *world) group(id int64, kind string, members ...*person) int64 {
	w.Helper()
	var ids []int64
	for _, p := range members {
		ids = append(ids, p.id)
	}
	w.rig.ask("chats", fields{"id": id, "type": kind, "title": "leads", "members": ids, "bot_status": "left"}, nil)
	status := "member"
	if kind == "channel" {
		status = "administrator"
	}
	w.rig.ask("member", fields{"chat": id, "user": "bot", "status": status, "by": members[0].id}, nil)
	return id
}

// provokes names a refusal of Telegram that the story causes on purpose.
func (w *world) provokes(parts ...string) { w.provoked = append(w.provoked, parts...) }

// end stops the bot and looks at what must be true after every story.
func (w *world) end() {
	w.Helper()
	w.rig.quiet(300 * time.Millisecond)
	if w.bot.running != nil {
		w.bot.stop()
	}
	for _, v := range w.rig.faults(w.provoked) {
		w.Errorf("%s: %s: %s", v.Severity, v.Where, v.What)
	}
	for where, text := range map[string]string{"log": w.bot.log(), "standard output": w.bot.stdout()} {
		for _, hidden := range []string{secret, "Jonas", "RIG-TELEGRAM-TOKEN"} {
			if strings.Contains(text, hidden) {
				w.Errorf("%q is in the bot's %s", hidden, where)
			}
		}
	}
	for line := range strings.Lines(w.bot.log()) {
		if strings.Contains(line, "level=ERROR") && !containsAny(line, w.errors) {
			w.Errorf("the bot logged an error: %s", line)
		}
	}
}

// keepsSecret says that a chat never shows what belongs elsewhere.
func (w *world) keepsSecret(p *person) {
	w.Helper()
	for _, text := range p.history() {
		if strings.Contains(text, secret) {
			w.Errorf("chat %d shows what does not belong there: %s", p.chat, text)
		}
	}
}

func containsAny(text string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}
