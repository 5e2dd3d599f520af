//go:build acceptance

package acceptance

import (
	"fmt"
	"strings"
	"testing"
)

const (
	askMet   = "Did you meet Jonas Quokka?"
	askMood  = "How did Jonas Quokka seem?"
	askWorry = "Does anything worry you about Jonas Quokka?"
	askKinds = "What kind of worry? Choose all that fit, then Done."
	askHow   = "How pressing is it?"
	askNote  = "Anything you want to add? Write it, or skip."
	askKnows = "Does Jonas Quokka know that you are telling us?"
	askWords = "Please tell in your own words what you saw or heard. A few words are enough."
	card     = `Case 1 · danger now\nRaised \d\d:\d\d \(just now\)\.\nPlease acknowledge by \d\d:\d\d\.`
	hasIt    = `✓ Ana has it since \d\d:\d\d\.\nIf nothing is recorded by [^\n]*, it waits for somebody again\.`
)

// From an empty folder to a case that somebody takes care of.
func TestWholeJob(t *testing.T) {
	w := begin(t, settings{})
	w.bot.start()
	olga, carla, ana, mia := w.person("Olga"), w.person("Carla"), w.person("Ana"), w.person("Mia Quokka")
	stranger := w.person("Zoe")

	olga.says("/start " + w.bot.ownerCode())
	olga.sees("You are here as owner.")
	carla.joins(olga.invites("coordinator"), "coordinator")
	olga.sees("Carla has joined as coordinator.")
	ana.joins(olga.invites("supervisor"), "supervisor")
	leads := w.group(-1001, "group", carla, ana, stranger)
	room := carla.at(leads)
	room.says("/here supervisors")
	room.reads("This is the supervisors' channel of Riverside Mentors now. Cards of concerns come here, without names and without words.")

	mia.joins(carla.invites(""), "mentor")
	carla.sees("Mia Quokka has joined as mentor.")
	carla.taps("Match with a mentee")
	carla.turns("What is the mentee's alias? Use a first name or a nickname, never the full name. For a group, write several with commas.")
	carla.says("Jonas Quokka")
	carla.sees("When do they meet?")
	carla.says("weekly Wed 15:00 45m")
	carla.reads("Matched: Mia Quokka and Jonas Quokka, weekly Wed 15:00 45m.")
	mia.sees("You are matched with Jonas Quokka.")
	olga.says("/match")
	olga.sees("Which mentor?")
	olga.taps("Mia Quokka")
	olga.sees("What is the mentee's alias?")
	olga.says("Lea Quokka")
	olga.sees("When do they meet?")
	olga.taps("Skip")
	olga.turns("Matched: Mia Quokka and Lea Quokka.")

	w.ordinaryCheckIn(mia)
	w.danger(mia, ana, stranger, leads)
	w.menu(mia, "checkin log schedule pause sos undo settings help")
	w.menu(carla, "schedule pause sos today overdue duty invite match settings help")
	w.menu(ana, "sos cases duty settings help")
	w.menu(stranger, "")
	w.keepsSecret(ana.at(leads))
	w.keepsSecret(stranger)
	w.end()
}

// Two mentees: five taps after the command, all in one message.
func (w *world) ordinaryCheckIn(mia *person) {
	w.Helper()
	mia.says("/checkin")
	mia.reads("Who is it about?")
	mia.steps("Jonas Quokka", askMet, "We met", askMood, "🙂", askWorry, "‹ Back", askMood, "🙂", askWorry, "No", askNote,
		"Skip", "Thank you. It is kept:\n\nJonas Quokka: We met\nSeemed 🙂 well\nWorry: No")
	mia.steps("Correct", "Which answer do you want to correct?", "How they seemed", askMood,
		"😄", "Changed. This is kept now:\n\nJonas Quokka: We met\nSeemed 😄 very well\nWorry: No")
}

// A danger reaches the group, a supervisor reads it in private and takes it,
// and the mentor learns that.
func (w *world) danger(mia, ana, stranger *person, leads int64) {
	w.Helper()
	inGroup := ana.at(leads)
	mia.says("/checkin")
	mia.reads("Who is it about?")
	mia.steps("Jonas Quokka", askMet, "We met", askMood, "😟", askWorry, "Yes", askKinds)
	mia.taps("Hurting themselves")
	mia.sees(askKinds)
	mia.steps("Done", askHow, "Danger now", "If somebody is in danger now, call 112 first.\n\n"+
		"The supervisors have been paged: case 1. Please write what they should know. A few words are enough.")
	first := inGroup.finds(card)
	if got := strings.Join(first.labels(), " "); got != "Acknowledge Open" {
		w.Errorf("the card's buttons: %s", got)
	}
	mia.says("Quokka: fresh cuts on his arm")
	mia.sees("The supervisors have it as case 1. I will tell you when somebody has seen it.")

	if said := inGroup.taps("Open"); said.Text != "Sent to your private chat." {
		w.Errorf("Open says %q", said.Text)
	}
	content := ana.sees("Quokka: fresh cuts on his arm")
	for _, part := range []string{"About Jonas Quokka, told by Mia Quokka", "About: Hurting themselves", "This view is recorded."} {
		if !strings.Contains(content.Text, part) {
			w.Errorf("%q is not in what Ana reads: %s", part, content.Text)
		}
	}
	for _, label := range []string{"Open", "Acknowledge"} {
		if said := stranger.at(leads).taps(label); said.Text != "Only supervisors of this program can do that." || !said.Alert {
			w.Errorf("somebody else presses %s: %+v", label, said)
		}
	}
	if said := inGroup.taps("Acknowledge"); said.Text != "Thank you. Case 1 is yours." {
		w.Errorf("Acknowledge says %q", said.Text)
	}
	after := inGroup.finds(`Case 1 · danger now\nRaised [^\n]*\n` + hasIt)
	if after.ID != first.ID || strings.Join(after.labels(), " ") != "Open" {
		w.Errorf("the card did not change in its place: %+v", after)
	}
	mia.reads("Ana has seen this (case 1) and is taking care of it. Thank you for telling.")
	if said := ana.taps("Acknowledge"); said.Text != "You have it already." {
		w.Errorf("Acknowledge once more says %q", said.Text)
	}
}

// menu says that the menu of somebody's private chat offers certain commands.
func (w *world) menu(p *person, want string) {
	w.Helper()
	var state struct {
		Commands map[string][]struct{ Command string }
	}
	w.rig.ask("state", nil, &state)
	var got []string
	for _, c := range state.Commands[fmt.Sprintf("chat:%d|", p.id)] {
		got = append(got, c.Command)
	}
	if strings.Join(got, " ") != want {
		w.Errorf("the menu of %s is %v, not %s", p.name, got, want)
	}
}
