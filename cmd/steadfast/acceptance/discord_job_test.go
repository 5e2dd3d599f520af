//go:build acceptance

package acceptance

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// From an empty folder to a case that somebody takes care of, on Discord.
func TestWholeJobOnDiscord(t *testing.T) {
	w := begin(t, settings{on: onDiscord})
	w.starts()
	olga, carla, ana, mia := w.member("Olga"), w.member("Carla"), w.member("Ana"), w.member("Mia Quokka")
	stranger := w.member("Zoe")

	olga.slash("start", "code", w.bot.ownerCode())
	olga.sees("You are here as owner.")
	carla.joins(olga.invites("coordinator"), "coordinator")
	olga.sees("Carla has joined as coordinator.")
	ana.joins(olga.invites("supervisor"), "supervisor")
	leads := w.channel("leads")
	room := carla.at(leads)
	room.slash("here", "purpose", "supervisors")
	room.reads("This is the supervisors' channel of Riverside Mentors now. Cards of concerns come here, without names and without words.")

	mia.says("/start " + carla.invites("")) // as people paste it
	mia.sees("Welcome, Mia Quokka. I am the check-in bot of Riverside Mentors. You are here as mentor.")
	carla.sees("Mia Quokka has joined as mentor.")
	carla.taps("Match with a mentee")
	carla.turns("What is the mentee's alias? Use a first name or a nickname, never the full name. For a group, write several with commas.")
	carla.taps("Write it")
	carla.writes("In your own words", "Jonas Quokka")
	carla.turns("When do they meet? Write it like: weekly Tue 16:00 60m. Or skip.")
	carla.says("weekly Wed 15:00 45m")
	carla.reads("Matched: Mia Quokka and Jonas Quokka, weekly Wed 15:00 45m.")
	mia.sees("You are matched with Jonas Quokka.")
	olga.slash("match", "mentor", "Mia Quokka", "mentee", "Lea Quokka", "schedule", "weekly Thu 15:00 45m")
	olga.reads("Matched: Mia Quokka and Lea Quokka, weekly Thu 15:00 45m.")

	w.ordinaryOnDiscord(mia)
	w.dangerOnDiscord(mia, ana.at(leads), stranger.at(leads))
	w.hidesFrom(stranger.at(leads))
	w.end()
}

// ordinaryOnDiscord is a check-in in one message, whose note is written into a
// form.
func (w *world) ordinaryOnDiscord(mia *member) {
	w.Helper()
	mia.slash("checkin")
	mia.reads("Who is it about?")
	mia.steps("Jonas Quokka", askMet, "We met", askMood, "🙂", askWorry, "‹ Back", askMood, "🙂", askWorry, "No", askNote)
	form := mia.taps("Write it")
	if form.Modal == nil || form.Modal.Title == "" {
		w.Fatalf("no form opens: %+v", form)
	}
	mia.writes("In your own words", "Quokka *laughed* <@1> a lot")
	mia.turns("Thank you. It is kept:\n\nJonas Quokka: We met\nSeemed 🙂 well\nWorry: No\nNote:\nQuokka *laughed* <@1> a lot")
	mia.steps("Correct", "Which answer do you want to correct?", "How they seemed", askMood)
	mia.taps("😄")
	mia.sees("Seemed 😄 very well")
}

// dangerOnDiscord: a danger reaches the channel, a supervisor reads it so that
// nobody else there does, and takes it; the mentor learns that.
func (w *world) dangerOnDiscord(mia, ana, stranger *member) {
	w.Helper()
	mia.slash("checkin", "mentee", "jonas")
	mia.reads(askMet)
	mia.steps("We met", askMood, "😟", askWorry, "Yes", askKinds)
	mia.picks("Hurting themselves", "Bullying", "Grief")
	mia.sees(askKinds)
	mia.picks("Hurting themselves", "Bullying")
	until(w.T, patience, "two ticks", func() bool {
		return slices.ContainsFunc(mia.posts(mia.since), func(p post) bool {
			return slices.Equal(p.ticked(), []string{"Hurting themselves", "Bullying"})
		})
	})
	mia.steps("Done", askHow, "Danger now", "If somebody is in danger now, call 112 first.\n\n"+
		"The supervisors have been paged: case 1. Please write what they should know. A few words are enough.")
	first := ana.finds(card)
	if got := strings.Join(first.labels(), " "); got != "Acknowledge Open" {
		w.Errorf("the card's buttons: %s", got)
	}
	mia.says("Quokka: fresh cuts on his arm")
	mia.sees("The supervisors have it as case 1. I will tell you when somebody has seen it.")

	w.readsAside(ana, stranger)
	if said := ana.told(ana.taps("Acknowledge")); said != "Thank you. Case 1 is yours." {
		w.Errorf("Acknowledge says %q", said)
	}
	// What she read alone turns into a card too, perhaps sooner.
	ana.since = 0
	taken := regexp.MustCompile(`^Case 1 · danger now\nRaised [^\n]*\n` + hasIt + `$`)
	after := ana.await("the card of the channel, taken", func(p post, text string) bool {
		return p.ID == first.ID && taken.MatchString(text)
	})
	if got := strings.Join(after.labels(), " "); got != "Open" {
		w.Errorf("the taken card's buttons: %s", got)
	}
	mia.reads("Ana has seen this (case 1) and is taking care of it. Thank you for telling.")
	ana.slash("case", "number", "1")
	ana.sees("Ana has it since")
}

// readsAside: the content of case 1 is shown in the channel to whoever opens it,
// and to nobody else.
func (w *world) readsAside(ana, stranger *member) {
	w.Helper()
	for _, label := range []string{"Open", "Acknowledge"} {
		if said := stranger.told(stranger.taps(label)); said != "Only supervisors of this program can do that." {
			w.Errorf("somebody else presses %s and is told %q", label, said)
		}
	}
	ana.taps("Open")
	content := ana.sees("Quokka: fresh cuts on his arm")
	if content.Only != ana.id {
		w.Errorf("the content is for %q alone", content.Only)
	}
	for _, part := range []string{"About Jonas Quokka, told by Mia Quokka", "About: Hurting themselves, Bullying", "This view is recorded."} {
		if !strings.Contains(content.text(), part) {
			w.Errorf("%q is not in what Ana reads: %s", part, content.text())
		}
	}
}

// Private commands in a channel are answered so that nobody else sees anything.
func TestPrivateCommandsInAServer(t *testing.T) {
	c := beginWithClub(t, settings{})
	mia, tom := c.mia.at(c.leads.channel), c.tom.at(c.leads.channel)
	before := len(tom.posts(0))
	mia.slash("checkin")
	mia.reads(askMet)
	mia.steps("We met", askMood, "😟", askWorry, "Yes", askKinds)
	mia.picks("Grief")
	mia.sees(askKinds)
	mia.steps("Done", askHow)
	mia.steps("Keep an eye on it", askKnows, "Not yet", askWords)
	mia.taps("Write it")
	mia.writes("In your own words", "Quokka's grandmother died")
	mia.sees("Quokka's grandmother died")
	for name, answer := range map[string]string{
		"undo": "Taken back", "settings": "Which language", "help": "This is what I can do",
		"link": "I am on one platform only", "unlink": "I know you here only",
	} {
		mia.slash(name)
		mia.sees(answer)
	}
	c.leads.slash("cases")
	c.leads.sees("Case 1 · concern")
	carla := c.carla.at(c.leads.channel)
	carla.slash("invite")
	carla.sees("Here is the invitation")
	carla.slash("match", "mentor", "Tom", "mentee", "Kim Quokka")
	carla.sees("When do they meet?")
	carla.taps("Skip")
	carla.sees("Matched: Tom and Kim Quokka.")
	carla.slash("case", "number", "1")
	carla.sees("This needs another role")
	tom.slash("start")
	tom.sees("Good to see you, Tom.")
	stranger := c.member("Zoe").at(c.leads.channel)
	stranger.slash("checkin")
	stranger.sees("I don't know you yet.")
	for _, m := range []*member{mia, tom, carla, c.leads, stranger} {
		for _, p := range m.posts(0)[before:] {
			if p.Only != m.id && !strings.HasPrefix(p.text(), "Case 1 · concern\nRaised") {
				c.Errorf("%s sees what is not for them alone: %s", m.name, p.text())
			}
		}
	}
	mia.slash("sos")
	mia.taps("Page the supervisors now")
	mia.sees("The supervisors have been paged: case 1.") // about the same mentee
	c.leads.sees("Case 1 · danger now")
	c.keeps(1)
	for _, m := range []*member{tom, carla, c.leads, stranger} {
		if m != carla { // who named the mentee herself
			c.hidesFrom(m)
		}
	}
	c.end()
}

// Every command is known beforehand, in all languages, and says what it takes.
func TestCommandsOnDiscord(t *testing.T) {
	c := beginWithClub(t, settings{})
	var known struct {
		Commands map[string][]struct {
			Name        string
			Languages   map[string]string `json:"name_localizations"`
			Description map[string]string `json:"description_localizations"`
		}
	}
	c.dc.ask("commands", nil, &known)
	names := map[string]bool{}
	for _, command := range known.Commands[""] {
		names[command.Name] = true
		for _, language := range []string{"uk", "es-ES", "es-419", "fr", "pt-BR", "ru"} {
			if command.Description[language] == "" {
				c.Errorf("/%s has no words for %s", command.Name, language)
			}
			if n := command.Languages[language]; command.Name == "case" && n == "" {
				c.Errorf("/case has no name for %s", language)
			}
		}
	}
	for _, name := range strings.Fields("checkin sos undo cases case duty invite match settings help here start link unlink") {
		if !names[name] {
			c.Errorf("there is no command /%s", name)
		}
	}
	if got := c.mia.completes("checkin", "mentee", "JON"); !slices.Equal(got, []string{"Jonas Quokka"}) {
		c.Errorf("Mia is offered %q", got)
	}
	if got := c.mia.completes("checkin", "mentee", "Lea"); len(got) > 0 {
		c.Errorf("Mia is offered somebody else's mentee: %q", got)
	}
	if got := c.carla.completes("match", "mentor", ""); !slices.Equal(got, []string{"Mia Quokka", "Tom"}) {
		c.Errorf("Carla is offered %q", got)
	}
	c.callsForHelp(c.mia, 1)
	c.callsForHelp(c.tom, 2)
	if got := c.leads.completes("case", "number", "2"); len(got) != 1 || !strings.HasPrefix(got[0], "Case 2 · danger now") {
		c.Errorf("Ana is offered %q", got)
	}
	if got := c.mia.completes("case", "number", ""); len(got) > 0 {
		c.Errorf("Mia is offered %q", got)
	}
	if got := c.member("Zoe").completes("checkin", "mentee", ""); len(got) > 0 {
		c.Errorf("a stranger is offered %q", got)
	}
	c.leads.slash("case", "number", "2")
	if p := c.leads.sees("told by Tom"); p.Only != c.ana.id {
		c.Error("others see what the case is about")
	}
	c.ana.slash("cases")
	c.ana.finds(`Waiting for somebody\nCase 1 · danger now · [^\n]*\nCase 2 · danger now · [^\n]*`)
	c.ana.slash("help")
	c.ana.sees("This is what I can do for you:")
	c.end()
}

// Who writes in a channel is heard only where they mention the bot.
func TestMentionedInAChannel(t *testing.T) {
	c := beginWithClub(t, settings{})
	const bot = "<@900000000000000001> "
	room := c.carla.at(c.channel("lounge"))
	room.says("hello everybody, /here supervisors")
	room.says(bot + "/here supervisors")
	room.sees("This is the supervisors' channel of Riverside Mentors now.")
	room.says(bot + "Quokka is ill")
	mia := c.mia.at(room.channel)
	mia.says(bot + "/checkin")
	mia.sees("Let's talk about this privately, where nobody else reads along")
	c.rests(300 * time.Millisecond)
	for _, p := range mia.posts(mia.since) {
		if p.Bot && strings.Contains(p.text(), "Did you meet") {
			c.Errorf("a check-in in public: %s", p.text())
		}
	}
	c.callsForHelp(c.mia, 1)
	room.finds(card)
	c.leads.finds(card)
	c.end()
}
