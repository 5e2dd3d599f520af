//go:build acceptance

package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// member makes somebody of the server who has never used the bot.
func (w *world) member(name string) *member { return w.newcomer(name, w.dc.server) }

// newcomer makes somebody who is in one server, or in none.
func (w *world) newcomer(name, server string) *member {
	w.Helper()
	w.nextID++
	id := fmt.Sprint(600000000000000000 + w.nextID)
	w.dc.ask("users", fields{"id": id, "username": "user" + id, "global_name": name, "locale": "en-US", "guild": server}, nil)
	return &member{w: w, id: id, channel: inPrivate, name: name}
}

// channel makes a channel of the server and returns its ID.
func (w *world) channel(name string) string { return w.channelOf(w.dc.server, name) }

func (w *world) channelOf(server, name string) string {
	w.Helper()
	var answer struct{ Channel struct{ ID string } }
	w.dc.ask("channels", fields{"guild": server, "name": name}, &answer)
	return answer.Channel.ID
}

// A session is one of the bot's connections to Discord's gateway.
type session struct {
	Connected, Dead bool
	Resumes         int
}

func (w *world) sessions() []session {
	w.Helper()
	var answer struct{ Sessions []session }
	w.dc.ask("gateway", nil, &answer)
	return answer.Sessions
}

// starts runs the bot and waits until Discord knows it and its commands.
func (w *world) starts() {
	w.Helper()
	before := len(w.sessions())
	w.bot.start()
	until(w.T, patience, "the bot on Discord", func() bool {
		var known struct{ Commands map[string][]any }
		w.dc.ask("commands", nil, &known)
		all := w.sessions()
		return len(all) > before && slices.ContainsFunc(all, func(s session) bool { return s.Connected }) && len(known.Commands[""]) > 0
	})
}

// A club is a world on Discord with a program in it: everybody has come, but for
// Ben, and the supervisors have their channel.
type club struct {
	*world
	olga, carla, ana, ben *member // owner, coordinator, two supervisors
	mia, tom              *member // mentors of Jonas and of Lea
	leads                 *member // Ana in the supervisors' channel
}

// beginWithClub makes a club.
func beginWithClub(t *testing.T, s settings) *club {
	t.Helper()
	if s.on == onTelegram {
		s.on = onDiscord
	}
	return newClub(begin(t, s))
}

func newClub(w *world) *club {
	w.Helper()
	c := &club{world: w, olga: w.member("Olga"), carla: w.member("Carla"), ana: w.member("Ana"), ben: w.member("Ben"),
		mia: w.member("Mia Quokka"), tom: w.member("Tom")}
	row := func(m *member, role string) string { return fmt.Sprintf("person,%s,%s,,%s,en,,,,", m.name, role, m.id) }
	w.bot.imports(row(c.olga, "owner"), row(c.carla, "coordinator"), row(c.ana, "supervisor"), row(c.ben, "supervisor"),
		row(c.mia, "mentor"), row(c.tom, "mentor"), "mentee,Jonas Quokka,,,,,,,,", "mentee,Lea Quokka,,,,,,,,",
		"match,Jonas Quokka,,,,,,Mia Quokka,Carla,", "match,Lea Quokka,,,,,,Tom,Carla,")
	w.starts()
	for _, m := range []*member{c.olga, c.carla, c.ana, c.mia, c.tom} {
		m.slash("start")
		m.sees("Good to see you, " + m.name + ".")
	}
	c.leads = c.ana.at(w.channel("leads"))
	chair := c.carla.at(c.leads.channel)
	chair.slash("here", "purpose", "supervisors")
	chair.sees("This is the supervisors' channel of Riverside Mentors now.")
	return c
}

// callsForHelp pages the supervisors in two taps, and says nothing more.
func (c *club) callsForHelp(m *member, no int) {
	c.Helper()
	m.slash("sos")
	m.sees("If somebody is in danger now, call 112 first.")
	m.taps("Page the supervisors now")
	m.sees(fmt.Sprintf("The supervisors have been paged: case %d.", no))
	m.taps("Skip")
	m.sees("Stay safe")
}

// ordinary is a check-in without a worry, from the command to the confirmation.
func (c *club) ordinary(m *member, mentee string) {
	c.Helper()
	m.slash("checkin")
	m.sees("Did you meet " + mentee)
	c.fromMet(m, mentee)
}

// fromMet goes through the questions that follow the command.
func (c *club) fromMet(m *member, mentee string) {
	c.Helper()
	for _, step := range [][2]string{
		{"We met", "How did " + mentee}, {"🙂", "Does anything worry you"}, {"No", "Anything you want to add?"}, {"Skip", "Thank you. It is kept:"},
	} {
		m.taps(step[0])
		m.sees(step[1])
	}
}

// keeps says how many check-ins are stored.
func (c *club) keeps(n int) {
	c.Helper()
	if all := stored[checkIn](c.bot, "checkins"); len(all) != n {
		c.Errorf("%d check-ins are stored, not %d", len(all), n)
	}
}

// notes returns what is kept outside of check-ins, in its order.
func (w *world) notes() (all []string) {
	for _, n := range stored[struct{ Text string }](w.bot, "notes") {
		all = append(all, n.Text+"\n")
	}
	return all
}

// keepsNotes waits until just these words are kept outside of check-ins, in this
// order; what comes together may be kept as one.
func (w *world) keepsNotes(want ...string) {
	w.Helper()
	defer func() {
		if w.Failed() {
			w.Logf("kept outside of check-ins: %q", w.notes())
		}
	}()
	until(w.T, patience, fmt.Sprintf("%d notes in their order", len(want)), func() bool {
		return strings.Join(w.notes(), "") == strings.Join(want, "")
	})
}

// hidesFrom says that a member sees nothing here that belongs elsewhere.
func (w *world) hidesFrom(m *member) {
	w.Helper()
	for _, text := range m.history() {
		if strings.Contains(text, secret) {
			w.Errorf("%s sees what does not belong there: %s", m.name, text)
		}
	}
}

// leavesInPeace says that no message of the bot pings anybody, but for a role
// where that is asked for, and that none shows what a link leads to.
func (w *world) leavesInPeace() {
	w.Helper()
	var state struct{ Channels map[string]any }
	w.dc.ask("state", nil, &state)
	for id := range state.Channels {
		var answer struct{ Messages []post }
		w.dc.ask("channel", fields{"channel": id, "deleted": true}, &answer)
		for _, p := range answer.Messages {
			roles := slices.DeleteFunc(p.Pings.Roles, func(r string) bool { return r == w.calls })
			switch {
			case !p.Bot:
			case !p.Mentioned && p.Content != "":
				w.Errorf("a message does not say whom it may mention: %s", p.Content)
			case len(p.Pings.Users)+len(roles) > 0 || p.Pings.Everyone:
				w.Errorf("a message pings somebody: %+v: %s", p.Pings, p.Content)
			case strings.Contains(p.Content, "http") && p.Flags&4 == 0:
				w.Errorf("a message may show a link's preview: %s", p.Content)
			}
		}
	}
}
