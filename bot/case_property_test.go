package bot

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// A crew is a program to which anything happens, with what was known of its
// cases before: the other opinion of what must never be.
type crew struct {
	*duo
	accounts map[string]string // by name: where they chat
	channel  string
	hops     map[program.CaseNo][]program.Hop
	levels   map[program.CaseNo]program.Level
	looked   map[string]int // by place: how many of its messages were looked at
	removed  map[string]bool
	real     time.Time // what a clock says that nobody sets
	paged    map[program.CaseNo]pagedAt
}

// A pagedAt says how often somebody had been paged about a case, and since when
// it is not more often.
type pagedAt struct {
	times int
	since time.Time
}

// newCrew returns two mentors, two supervisors, a coordinator who is one too,
// the owner and somebody outside, with a channel that is bound or not.
func newCrew(t tester, path string) *crew {
	c := &crew{
		duo: newDuo(t, path), accounts: map[string]string{}, channel: "telegram:-100",
		hops: map[program.CaseNo][]program.Hop{}, levels: map[program.CaseNo]program.Level{}, looked: map[string]int{}, removed: map[string]bool{},
		paged: map[program.CaseNo]pagedAt{},
	}
	c.now = time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC) // the night in which summer time ends
	for _, who := range []struct {
		name  string
		roles program.Roles
		more  []string
	}{
		{"Mia", program.Mentor, nil}, {"Tom", program.Mentor, nil},
		{"Ana", program.Supervisor, []string{"discord:ana"}}, {"Ben", program.Supervisor, nil},
		{"Carla", program.Coordinator | program.Supervisor, nil},
		{"Olga", program.Owner, nil}, {"Otto", program.Outside, nil},
	} {
		c.accounts[who.name] = "telegram:" + strings.ToLower(who.name)
		c.person(who.name, who.roles, append([]string{c.accounts[who.name]}, who.more...)...)
	}
	c.update(func(tx program.Tx) error {
		for i, mentor := range []string{"Mia", "Mia", "Tom"} {
			mentee := program.Mentee{Alias: fmt.Sprint("Kid", i)}
			if err := tx.PutMentee(&mentee); err != nil {
				return err
			}
			if err := tx.PutMatch(&program.Match{Mentor: c.people[mentor], Mentee: mentee.ID, Since: c.now}); err != nil {
				return err
			}
		}
		return tx.PutRota(program.Rota{Members: []program.PersonID{c.people["Ana"], c.people["Ben"]}, Start: c.now})
	})
	if _, err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// names returns everybody, in the same order each time.
func (c *crew) names() []string { return slices.Sorted(maps.Keys(c.accounts)) }

// inChannel makes somebody do something in the supervisors' channel.
func (c *crew) inChannel(name string, what chat.What) {
	c.events++
	e := chat.Event{ID: fmt.Sprint(c.events), In: at(c.channel).Private(), Title: "Safeguarding", What: what}
	if name != "" {
		e.From = chat.Sender{Account: at(c.accounts[name]), Name: name}
	}
	if _, err := c.Handle(c.t.Context(), e); err != nil {
		c.t.Fatal(err)
	}
	c.deliver()
}

// walk makes an account go on for some steps with whatever it was shown last: a
// button, or words where there is none.
func (c *crew) walk(t *rapid.T, account string, steps int) {
	for range steps {
		c.check()
		all := c.shown[account]
		if len(all) == 0 {
			return
		}
		m := all[len(all)-1]
		asks := slices.ContainsFunc(m.Choices, func(c chat.Choice) bool { return c.Kind != chat.Aside })
		if often := 9; !asks && rapid.IntRange(0, often).Draw(t, "write") > 0 || rapid.IntRange(0, often).Draw(t, "write") == 0 {
			c.says(account, "some words")
			continue
		}
		if len(m.Choices) == 0 {
			continue
		}
		choice := rapid.SampledFrom(m.Choices).Draw(t, "choice")
		c.does(account, chat.Pressed{Token: choice.Token, On: m.ref})
	}
}

// tells makes a mentor tell of a worry by a check-in, to the end.
func (c *crew) tells(t *rapid.T, account string) {
	c.says(account, "/checkin")
	worry := rapid.SampledFrom([]string{"Danger now", "Today", "Keep an eye"}).Draw(t, "pressing")
	about := rapid.SampledFrom([]string{"", "Carla", "Ana", "Ben", "Somebody else"}).Draw(t, "about")
	kind := "Bullying"
	if about != "" {
		kind = "An adult crossing a line"
	}
	for _, label := range []string{"Kid", "We met", "😐", "Yes", kind, "Done", about, worry, "Not yet", "Skip"} {
		if len(c.shown[account]) == 0 {
			return // their chat does not work
		}
		last := c.shown[account][len(c.shown[account])-1]
		for _, choice := range last.Choices {
			if label != "" && strings.HasPrefix(choice.Label, label) {
				c.does(account, chat.Pressed{Token: choice.Token, On: last.ref})
				break
			}
		}
	}
}

// acts makes anybody press any button of any case, and go on from there.
func (c *crew) acts(t *rapid.T) {
	no := rapid.IntRange(1, max(1, len(c.hops))).Draw(t, "case")
	act := rapid.SampledFrom([]string{
		actAck, actAck, actAck, actOpen, actOpen, actTimeline, actDid, actPlan, actMore, actDetail, actHand, actLevel, actLevel, actClimb, actHands,
		actClose, actClose, actClose, actReopen, actAgree, actAgree, actAgree, actRefuse, actKnows, actFeedback,
	}).Draw(t, "act")
	name := rapid.SampledFrom([]string{"Ana", "Ana", "Ben", "Ben", "Carla", "Olga", "Otto", "Mia"}).Draw(t, "who")
	token := chat.Token{Act: act, ID: uint64(no)}
	switch act {
	case actKnows:
		token.Question, token.Option = "k", string(program.MustNotKnow)
	case actFeedback:
		token.Question, token.Option = "f", "useful"
	case actOpen, actAck:
		if rapid.IntRange(0, 3).Draw(t, "in the channel") == 0 {
			c.inChannel(name, chat.Pressed{Token: token.String()})
			return
		}
	}
	c.does(c.accounts[name], chat.Pressed{Token: token.String()})
	c.walk(t, c.accounts[name], rapid.SampledFrom([]int{0, 1, 2, 2, 2, 4}).Draw(t, "steps"))
}

// fails makes a place fail in some way, or work again.
func (c *crew) fails(t *rapid.T) {
	name := rapid.SampledFrom([]string{"Ana", "Ben", "Carla", "Otto", "Olga", "Mia", ""}).Draw(t, "whose")
	place := c.channel
	if name != "" {
		place = c.accounts[name]
	}
	how := rapid.SampledFrom([]delivery.Outcome{delivery.Gone, delivery.Refused, delivery.Doubtful, delivery.Delivered}).Draw(t, "how")
	if how == delivery.Delivered {
		delete(c.broken, place)
	} else {
		c.broken[place] = how
	}
	if rapid.Bool().Draw(t, "said so") {
		c.reaches(place, how == delivery.Delivered || how == delivery.Doubtful)
	}
}

// turns makes somebody a mentor who was a supervisor, or the other way round.
func (c *crew) turns(t *rapid.T) {
	name := rapid.SampledFrom([]string{"Ana", "Ben"}).Draw(t, "who")
	c.removed[name] = !c.removed[name]
	role := program.Supervisor
	if c.removed[name] {
		role = program.Mentor
	}
	roster := program.Roster{People: []program.RosterPerson{{Line: 2, Name: name, Roles: role}}}
	if _, faults, err := c.Import(c.t.Context(), roster); err != nil || len(faults) > 0 {
		c.t.Fatal(faults, err)
	}
	c.deliver()
}

// due lets everything run that is due by now.
func (c *crew) due() { c.passes(0) }

// TestCaseProperty: whatever people do, whatever fails and wherever the clock
// goes, no case can be forgotten, changed unseen, closed by one person where two
// are needed, or seen by whom it is about.
func TestCaseProperty(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		c := newCrew(t, filepath.Join(dir, fmt.Sprint(runs)))
		mentor := rapid.SampledFrom([]string{"telegram:mia", "telegram:tom"})
		t.Repeat(map[string]func(*rapid.T){
			"tell": func(t *rapid.T) { c.tells(t, mentor.Draw(t, "mentor")) },
			"sos": func(t *rapid.T) {
				account := mentor.Draw(t, "mentor")
				c.says(account, "/sos")
				c.walk(t, account, rapid.IntRange(0, 3).Draw(t, "steps"))
			},
			"walk": func(t *rapid.T) {
				c.walk(t, c.accounts[rapid.SampledFrom(c.names()).Draw(t, "who")], rapid.IntRange(1, 5).Draw(t, "steps"))
			},
			"act": c.acts, "act again": c.acts, "act once more": c.acts,
			"list": func(t *rapid.T) {
				c.says(c.accounts[rapid.SampledFrom(c.names()).Draw(t, "who")], rapid.SampledFrom([]string{"/cases", "/case 1", "/case 2"}).Draw(t, "command"))
			},
			"fail": c.fails,
			"bind": func(*rapid.T) { c.inChannel("Carla", chat.Command{Name: "here", Args: "supervisors"}) },
			"turn": c.turns,
			"pass": func(t *rapid.T) {
				by := time.Duration(rapid.SampledFrom([]int{1, 4, 5, 10, 60, 130, 500, 1500, 12000}).Draw(t, "minutes")) * time.Minute
				c.real = c.real.Add(by)
				c.passes(by)
			},
			"back": func(*rapid.T) { // each time costs one interval at the most
				for no, p := range c.paged {
					c.paged[no] = pagedAt{p.times, c.real}
				}
				c.passes(-time.Hour)
			},
			"restart": func(*rapid.T) { c.restart(); c.deliver() },
			"hold":    func(*rapid.T) { c.held = true },
			"send":    func(*rapid.T) { c.held = false; c.deliver() },
			"":        func(*rapid.T) { c.due(); c.check() },
		})
	})
}
