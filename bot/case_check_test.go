package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

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
