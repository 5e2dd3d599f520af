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

// reaches tells the bot that a place can or cannot be written to.
func (c *crew) reaches(place string, ok bool) {
	c.events++
	e := chat.Event{ID: fmt.Sprint(c.events), In: at(place).Private(), Private: place != c.channel, What: chat.Reach{OK: ok}}
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

// A caseFile is what is stored of a case.
type caseFile struct {
	program.Case
	hops  []program.Hop
	owner program.Person
	page  time.Time // when its timer is due
}

// records reads all cases.
func (c *crew) records() (all []caseFile) {
	c.view(func(tx program.Tx) error {
		all = nil
		cases, err := collect(tx.Cases())
		if err != nil {
			return err
		}
		timers, _, err := tx.DueTimers(c.now.Add(100*24*time.Hour), 10_000)
		if err != nil {
			return err
		}
		for _, k := range cases {
			r := caseFile{Case: k}
			if r.hops, err = collect(tx.Hops(k.No)); err != nil {
				return err
			}
			if k.AckedBy != 0 {
				if r.owner, err = tx.Person(k.AckedBy); err != nil {
					return err
				}
			}
			for _, timer := range timers {
				if timer.Kind == program.TimerPage && timer.ID == uint64(k.No) {
					r.page = timer.At
				}
			}
			all = append(all, r)
		}
		return nil
	})
	return all
}

// check fails if anything is as it must never be.
func (c *crew) check() {
	for _, r := range c.records() {
		c.checkHops(r.Case, r.hops)
		if r.Open() {
			c.checkOpen(r)
		}
		c.checkPaged(r)
		c.checkSecret(r.Case)
	}
	for place, all := range c.shown {
		c.looked[place] = len(all)
	}
	for _, what := range c.audited() {
		if strings.HasPrefix(what, "event failed") || strings.HasPrefix(what, "timer failed") {
			c.t.Fatal("a turn failed:", what)
		}
	}
}

// checkHops fails unless the chain only grew, the level fell only with two
// people where they are needed, and an end has an outcome.
func (c *crew) checkHops(k program.Case, hops []program.Hop) {
	before := c.hops[k.No]
	if len(hops) < len(before) || !slices.Equal(hops[:len(before)], before) {
		c.t.Fatal("the timeline of case", k.No, "has changed")
	}
	level := c.levels[k.No]
	for _, h := range hops[len(before):] {
		alone := h.By == 0 || h.To == 0 || h.By == h.To
		switch h.Kind {
		case program.HopRaised, program.HopRaisedTo:
			level = h.Level
		case program.HopLowered, program.HopClosed:
			if alone && level.TwoPeople() {
				c.t.Fatal("case", k.No, "at", level, ":", h.Kind, "by one person alone:", fmt.Sprint(h))
			}
			if h.Kind == program.HopLowered {
				level = h.Level
			}
		}
	}
	if level != k.Level {
		c.t.Fatal("case", k.No, "is at", k.Level, "and its timeline says", level)
	}
	if !k.Open() {
		last := program.HopKind("")
		for _, h := range hops {
			if h.Kind == program.HopClosed || h.Kind == program.HopReopened {
				last = h.Kind
			}
		}
		if !slices.Contains(program.Outcomes(), k.Outcome) || last != program.HopClosed || k.ClosedBy == 0 {
			c.t.Fatal("case", k.No, "closed without an outcome:", k.Outcome, last)
		}
	} else if k.Outcome != "" || k.ClosedBy != 0 {
		c.t.Fatal("case", k.No, "is open and has an outcome")
	}
	c.hops[k.No], c.levels[k.No] = hops, k.Level
}

// checkOpen fails if an open case could be forgotten.
func (c *crew) checkOpen(k caseFile) {
	again := c.Ladder.Again[k.Level]
	switch {
	case k.Waiting() && again == 0: // the digest lists it
	case k.page.IsZero():
		c.t.Fatal("case", k.No, "has no timer:", fmt.Sprintf("%+v", k.Case))
	case k.Waiting() && k.page.After(c.now.Add(again)):
		c.t.Fatal("case", k.No, "at", k.Level, "is paged at", k.page, "and it is", c.now)
	case k.page.After(c.now.Add(c.Ladder.Renew[k.Level])):
		c.t.Fatal("case", k.No, "runs out at", k.page, "and it is", c.now)
	}
	if k.Waiting() && again > 0 && k.Pages == 0 {
		c.t.Fatal("case", k.No, "was never paged")
	}
	if k.AckedBy != 0 && (!k.owner.Is(program.Supervisor|program.Outside) || k.Concerns(k.owner.ID)) {
		c.t.Fatal("case", k.No, "is with", k.owner.Name, "who must not have it")
	}
}

// checkPaged fails if a case waits for longer than its level promises, whatever
// the clock on the wall says.
func (c *crew) checkPaged(k caseFile) {
	times := 0
	for _, h := range k.hops {
		if h.Kind == program.HopQueued || h.Kind == program.HopNobody {
			times++
		}
	}
	again := c.Ladder.Again[k.Level]
	before, known := c.paged[k.No]
	if !known || times > before.times || !k.Waiting() || again == 0 {
		c.paged[k.No] = pagedAt{times, c.real}
		return
	}
	if waited := c.real.Sub(before.since); waited > again {
		c.t.Fatal("case", k.No, "at", k.Level, "waits for a page since", waited)
	}
}

// checkSecret fails if somebody whom a case is about was shown that there is
// one. A channel is read by all the staff.
func (c *crew) checkSecret(k program.Case) {
	for _, id := range k.About {
		places := []string{c.channel}
		for name, account := range c.accounts {
			if c.people[name] == id {
				places = append(places, account, "discord:"+strings.ToLower(name))
			}
		}
		for _, place := range places {
			for _, m := range c.shown[place][c.looked[place]:] {
				text := m.Text.Plain()
				if strings.Contains(strings.ToLower(text)+" ", "case "+k.No.String()+" ") || strings.Contains(strings.ToLower(text), "case "+k.No.String()+"\n") {
					c.t.Fatal(place, "was shown a case about them:", text)
				}
				for _, choice := range m.Choices {
					token, err := chat.ParseToken(choice.Token)
					if b, known := c.buttons[token.Act]; err == nil && known && token.ID == uint64(k.No) && (b.act == program.ActAck || b.act == program.ActOpenCase || b.act == program.ActWork || b.act == program.ActSecond) {
						c.t.Fatal(place, "was given a button of a case about them:", choice.Label)
					}
				}
			}
		}
	}
}

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
