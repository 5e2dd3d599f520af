//go:build acceptance

package acceptance

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A meeting is a world on both platforms. On each there are staff, a supervisor
// with the supervisors' channel, and a mentor.
type meeting struct {
	*world
	carla, ana, tom *person // coordinator, supervisor and mentor on Telegram
	olga, ben, mia  *member // owner, supervisor and mentor on Discord
	group           *person // Ana in her group
	room            *member // Ben in his channel
}

func beginMeeting(t *testing.T, s settings) *meeting {
	t.Helper()
	s.on = onBoth
	w := begin(t, s)
	m := &meeting{world: w, carla: w.person("Carla"), ana: w.person("Ana"), tom: w.person("Tom"),
		olga: w.member("Olga"), ben: w.member("Ben"), mia: w.member("Mia Quokka")}
	here := func(p *person, role string) string { return fmt.Sprintf("person,%s,%s,%d,,en,,,,", p.name, role, p.id) }
	there := func(p *member, role string) string { return fmt.Sprintf("person,%s,%s,,%s,en,,,,", p.name, role, p.id) }
	w.bot.imports(here(m.carla, "coordinator"), here(m.ana, "supervisor"), here(m.tom, "mentor"),
		there(m.olga, "owner"), there(m.ben, "supervisor"), there(m.mia, "mentor"),
		"mentee,Jonas Quokka,,,,,,,,", "mentee,Lea Quokka,,,,,,,,",
		"match,Jonas Quokka,,,,,,Mia Quokka,Carla,", "match,Lea Quokka,,,,,,Tom,Carla,")
	w.starts()
	for _, p := range []*person{m.carla, m.ana, m.tom} {
		p.says("/start")
		p.sees("Good to see you, " + p.name + ".")
	}
	for _, p := range []*member{m.olga, m.ben, m.mia} {
		p.slash("start")
		p.sees("Good to see you, " + p.name + ".")
	}
	const bound = "This is the supervisors' channel of Riverside Mentors now."
	chair := m.carla.at(w.group(-1001, "group", m.carla, m.ana))
	chair.says("/here supervisors")
	chair.sees(bound)
	host := m.olga.at(w.channel("leads"))
	host.slash("here", "purpose", "supervisors")
	host.sees(bound)
	m.group, m.room = m.ana.at(chair.chat), m.ben.at(host.channel)
	return m
}

// helps pages the supervisors from Discord.
func (m *meeting) helps(no int) {
	m.Helper()
	m.mia.slash("sos")
	m.mia.taps("Page the supervisors now")
	m.mia.sees(fmt.Sprintf("The supervisors have been paged: case %d.", no))
	m.mia.taps("Skip")
	m.mia.sees("Stay safe")
}

// A card stands in both channels; who takes it in one takes it in the other
// within seconds.
func TestCardsInBothChannels(t *testing.T) {
	m := beginMeeting(t, settings{})
	m.helps(1)
	m.group.finds(card)
	m.room.finds(card)
	m.group.taps("Acknowledge")
	taken := time.Now()
	p := m.room.sees("Ana has it since")
	if d := time.Since(taken); d > 3*time.Second || p.Edits == 0 {
		t.Errorf("the other card changes after %v: %+v", d, p)
	}
	m.mia.sees("Ana has seen this (case 1)")
	if said := m.room.taps("Open"); said.Failed {
		t.Error("Open does not answer")
	}
	m.room.sees("told by Mia Quokka")

	m.tom.says("/sos")
	m.tom.sees("If somebody is in danger now")
	m.tom.taps("Page the supervisors now")
	m.tom.sees("The supervisors have been paged: case 2.")
	m.room.sees("Case 2 · danger now")
	m.group.sees("Case 2 · danger now")
	if said := m.room.told(m.room.taps("Acknowledge")); said != "Thank you. Case 2 is yours." {
		t.Errorf("Acknowledge says %q", said)
	}
	m.group.sees("Ben has it since")
	m.tom.sees("Ben has seen this (case 2)")
	m.keepsSecret(m.group)
	m.end()
}

// A mentor on Discord and a supervisor on Telegram work one case together,
// across an outage of the gateway and a power cut.
func TestOneCaseOnBothPlatforms(t *testing.T) {
	m := beginMeeting(t, settings{})
	m.provokesByKilling()
	m.provokesByCutting()
	mia := m.mia
	mia.slash("checkin")
	mia.reads(askMet)
	mia.steps("We met", askMood, "😟", askWorry, "Yes", askKinds)
	mia.picks("Hurting themselves")
	mia.sees(askKinds)
	mia.steps("Done", askHow)
	mia.taps("Danger now")
	mia.sees("have been paged: case 1.")
	m.group.finds(card)

	before := m.connections()
	m.dc.ask("down", fields{"ms": 2000, "gateway": true}, nil)
	mia.says("Quokka: fresh cuts on his arm")
	m.group.taps("Open")
	m.ana.sees("told by Mia Quokka")
	until(t, 40*time.Second, "the gateway", func() bool { return m.connections() > before })
	mia.sees("The supervisors have it as case 1.")
	m.ana.sees("the reporter has added something")

	m.rests(100 * time.Millisecond)
	m.bot.kill()
	mia.says("Quokka: he is at school now")
	m.group.hits("Acknowledge")
	m.starts()
	mia.sees("Ana has seen this (case 1)")
	m.group.sees("Ana has it since")
	m.room.since = 0
	m.room.sees("Ana has it since")
	m.rests(500 * time.Millisecond)
	m.ana.says("/case 1")
	content := m.ana.sees("Quokka: fresh cuts on his arm")
	if got := strings.Count(content.Text, "Quokka: fresh cuts on his arm"); got != 1 {
		t.Errorf("the words stand %d times in what Ana reads: %s", got, content.Text)
	}
	m.keepsNotes("Quokka: he is at school now\n")
	if all := stored[caseFile](m.bot, "cases"); len(all) != 1 || all[0].AckedBy == 0 {
		t.Errorf("stored: %+v", all)
	}
	for _, part := range []string{"Case 1 · danger now", "Ana has it"} {
		if n := m.count(m.room, part); n != 1 {
			t.Errorf("%q stands %d times in the channel on Discord", part, n)
		}
	}
	if n := m.count(mia, "Ana has seen this"); n != 1 {
		t.Errorf("Mia is told %d times", n)
	}
	m.hidesFrom(m.room)
	m.keepsSecret(m.group)
	m.end()
}

var linkCode = regexp.MustCompile(`/link ([A-Z0-9]+)`)

// links joins a member of Discord to a person on Telegram, who both say yes.
func (m *meeting) links(p *person, other *member) {
	m.Helper()
	p.says("/link")
	code := linkCode.FindStringSubmatch(p.sees("To use me on Discord as well").Text)
	other.slash("link", "code", code[1])
	other.sees("You will be " + p.name + " of Riverside Mentors here as well. Is that you?")
	p.sees("Somebody called " + other.name)
	other.taps("Yes, that is me")
	other.sees("Now please say yes on Telegram too")
	p.taps("Yes, that is me")
	p.sees("Joined: you are " + p.name)
	other.sees("Joined: you are " + p.name)
}

// One person on both platforms: a check-in begun here goes on there, and when
// one side fails the other is used.
func TestLink(t *testing.T) {
	m := beginMeeting(t, settings{})
	m.provokes("blocked by the user", "Cannot send messages to this user")
	tom := m.member("Tommy")
	tom.says("hello")
	tom.sees("I don't know you yet.")
	m.links(m.tom, tom)

	m.tom.says("/checkin")
	m.tom.sees("Did you meet Lea")
	m.tom.taps("We met")
	m.tom.sees("How did Lea")
	tom.slash("checkin")
	p := tom.await("the check-in", func(p post, text string) bool { return strings.Contains(text, "Lea") })
	if strings.Contains(p.text(), "unfinished") {
		tom.taps("Go on")
		tom.sees("How did Lea")
	}
	tom.taps("🙂")
	tom.sees("Does anything worry you")
	tom.taps("No")
	tom.sees("Anything you want to add?")
	tom.taps("Skip")
	tom.sees("Thank you. It is kept:")
	if all := stored[checkIn](m.bot, "checkins"); len(all) != 1 {
		t.Errorf("%d check-ins are stored", len(all))
	}

	// He is written to where it goes: on Discord when he has blocked the bot on
	// Telegram, and on Telegram when he takes no messages on Discord.
	tom.slash("sos")
	tom.taps("Page the supervisors now")
	tom.sees("The supervisors have been paged: case 1.")
	m.room.sees("Case 1 · danger now")
	m.rig.ask("block", fields{"user": m.tom.id}, nil)
	m.room.taps("Acknowledge")
	tom.sees("Ben has seen this (case 1)")
	m.rig.ask("block", fields{"user": m.tom.id, "unblock": true}, nil)
	m.tom.says("/sos")
	m.tom.sees("If somebody is in danger now")
	m.tom.taps("Page the supervisors now")
	m.tom.sees("The supervisors have been paged: case 1.") // again, since this is new
	m.room.sees("Please acknowledge by")
	m.dc.ask("users", fields{"id": tom.id, "dms_closed": true}, nil)
	m.room.taps("Acknowledge")
	m.tom.sees("Ben has seen this (case 1)")
	m.dc.ask("users", fields{"id": tom.id, "dms_closed": false}, nil)

	// Not his any more: nobody is there.
	tom.slash("unlink")
	tom.sees("Which account shall I take away?")
	tom.taps("Discord")
	m.tom.sees("Your account on Discord was just taken away")
	tom.slash("checkin")
	tom.sees("I don't know you yet.")
	m.end()
}

// A code in other hands helps nobody: the person whose it is says no.
func TestLinkByAThird(t *testing.T) {
	m := beginMeeting(t, settings{})
	thief := m.member("Thief")
	m.tom.says("/link")
	code := linkCode.FindStringSubmatch(m.tom.sees("To use me on Discord as well").Text)
	const unknown = "I don't know this code."
	thief.slash("link", "code", "AAAAAAAAAAAA")
	thief.sees(unknown)
	thief.slash("link", "code", code[1])
	m.tom.sees("Somebody called Thief")
	thief.taps("Yes, that is me")
	thief.sees("Now please say yes on Telegram too")
	thief.slash("checkin")
	thief.sees("I don't know you yet.")
	m.tom.taps("No, that is not me")
	m.tom.sees("Nothing was joined")
	m.carla.sees("Somebody on Discord had a /link code of Tom")
	thief.slash("link", "code", code[1])
	thief.sees(unknown)

	m.mia.slash("link")
	code = linkCode.FindStringSubmatch(m.mia.sees("To use me on Telegram as well").text())
	m.ana.says("/link " + code[1]) // who is somebody else already
	m.ana.sees("This account is already somebody else in the program.")
	m.end()
}
