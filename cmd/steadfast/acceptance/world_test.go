//go:build acceptance

package acceptance

import (
	"cmp"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// secret is part of every name and note that must stay where it belongs.
const secret = "Quokka"

// A world is a rig, a bot and the people of one story.
type world struct {
	*testing.T
	rig *rig // Telegram; nil if the story is not told there
	dc  *rig // Discord; nil if the story is not told there
	bot *bot

	provoked []string // refusals that the story provokes
	calls    string   // the role that a danger may call on Discord
	errors   []string // what the bot may log as an error
	mu       sync.Mutex
	nextID   int64
}

// begin makes a world; the bot does not run yet. When the story is over, what
// must always be true is looked at.
func begin(t *testing.T, s settings) *world {
	t.Helper()
	t.Parallel()
	return beginAlone(t, s)
}

// beginAlone makes a world while no other story is told, for one that measures.
func beginAlone(t *testing.T, s settings) *world {
	t.Helper()
	built(t)
	const anywhere = "127.0.0.1:0"
	w := &world{T: t, nextID: 1000}
	switch s.on {
	case onTelegram:
		w.rig = startRig(t, anywhere)
	case onDiscord:
		_, w.dc = startRigs(t, "", anywhere)
	case onBoth:
		w.rig, w.dc = startRigs(t, anywhere, anywhere)
	}
	if w.rig != nil {
		s.api = cmp.Or(s.api, w.rig.api)
		// Who taps on a card the instant they see it does so before the bot
		// knows that it stands there, and has it brought up to date twice.
		w.provokes("editMessageText: Bad Request: message is not modified")
	}
	if w.dc != nil {
		s.discord = cmp.Or(s.discord, w.dc.api)
	}
	w.bot = newBot(t, s)
	return w
}

// A cast is a world with a program in it: everybody has come, but for Ben, and
// the supervisors have their group.
type cast struct {
	*world
	olga, carla, ana, ben *person // owner, coordinator, two supervisors
	mia, tom              *person // mentors of Jonas and of Lea
	leads                 *person // Ana in the supervisors' group
}

func beginWithCast(t *testing.T, s settings) *cast {
	t.Helper()
	w := begin(t, s)
	c := &cast{world: w, olga: w.person("Olga"), carla: w.person("Carla"), ana: w.person("Ana"), ben: w.person("Ben"),
		mia: w.person("Mia Quokka"), tom: w.person("Tom")}
	row := func(p *person, role string) string { return fmt.Sprintf("person,%s,%s,%d,,en,,,,", p.name, role, p.id) }
	w.bot.imports(row(c.olga, "owner"), row(c.carla, "coordinator"), row(c.ana, "supervisor"), row(c.ben, "supervisor"),
		row(c.mia, "mentor"), row(c.tom, "mentor"), "mentee,Jonas Quokka,,,,,,,,", "mentee,Lea Quokka,,,,,,,,",
		"match,Jonas Quokka,,,,,,Mia Quokka,Carla,", "match,Lea Quokka,,,,,,Tom,Carla,")
	w.bot.start()
	for _, p := range []*person{c.olga, c.carla, c.ana, c.mia, c.tom} {
		p.says("/start")
		p.sees("Good to see you, " + p.name + ".")
	}
	c.leads = c.ana.at(w.group(-1001, "group", c.carla, c.ana, c.ben))
	chair := c.carla.at(c.leads.chat)
	chair.says("/here supervisors")
	chair.sees("This is the supervisors' channel of Riverside Mentors now.")
	return c
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

// provokesByKilling names what the platforms refuse when a bot is killed in the
// middle of a request, or starts again with what it had just sent.
func (w *world) provokesByKilling() {
	w.provokes("message is not modified", "query is too old", "unreadable request: unexpected EOF",
		"unreadable body: unexpected EOF", "The request body contains invalid JSON")
}

// rigs returns the platforms on which the story is told.
func (w *world) rigs() (all []*rig) {
	for _, r := range []*rig{w.rig, w.dc} {
		if r != nil {
			all = append(all, r)
		}
	}
	return all
}

// rests waits until the bot has called nothing for a while, on any platform.
func (w *world) rests(d time.Duration) {
	w.Helper()
	for _, r := range w.rigs() {
		r.quiet(d)
	}
}

// end stops the bot and looks at what must be true after every story.
func (w *world) end() {
	w.Helper()
	w.rests(300 * time.Millisecond)
	if w.bot.running != nil {
		w.bot.stop()
	}
	for _, r := range w.rigs() {
		for _, v := range r.faults(w.provoked) {
			w.Errorf("%s: %s: %s", v.Severity, v.Where, v.What)
		}
	}
	if w.dc != nil {
		w.leavesInPeace()
	}
	for where, text := range map[string]string{"log": w.bot.log(), "standard output": w.bot.stdout()} {
		for _, hidden := range []string{secret, "Jonas", "RIG-TELEGRAM-TOKEN", "RIG.DISCORD-TOKEN"} {
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
