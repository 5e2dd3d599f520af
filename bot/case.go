package bot

import (
	"errors"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// raise opens a case and pages the supervisors.
func (t *turn) raise(c program.Case) (program.CaseNo, error) {
	c.Raised = t.now
	if err := t.tx.PutCase(&c); err != nil { // for its number
		return 0, err
	}
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopRaised, By: c.By, Level: c.Level}); err != nil {
		return 0, err
	}
	return c.No, t.page(&c)
}

// raiseTo lifts the level of a case and pages again; it never lowers it.
func (t *turn) raiseTo(no program.CaseNo, level program.Level) error {
	c, err := t.tx.Case(no)
	if err != nil || c.Level >= level {
		return err
	}
	c.Level = level
	if err := t.tx.AddHop(no, program.Hop{At: t.now, Kind: program.HopRaisedTo, By: t.who.ID, Level: level}); err != nil {
		return err
	}
	// Whoever acknowledged a lesser concern has not seen this one.
	c.AckedBy, c.Pages = 0, 0
	return t.page(&c)
}

// A target is a place where a case is paged.
type target struct {
	place chat.Place
	group bool
}

// targets returns where supervisors are paged: their channels, and their
// private chats where no channel works.
func (t *turn) targets() (all []target, err error) {
	for c, err := range t.tx.Channels() {
		if err != nil {
			return nil, err
		}
		if _, ok := t.Platforms[c.Place.Platform]; ok && c.Purpose == program.Supervisors && c.Lost.IsZero() {
			all = append(all, target{c.Place, true})
		}
	}
	if len(all) > 0 {
		return all, nil
	}
	return t.privateTargets()
}

// privateTargets returns the private chats of all supervisors where nothing is
// known to fail.
func (t *turn) privateTargets() (all []target, err error) {
	people, err := t.withRole(program.Supervisor)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if ok, err := t.reachable(p); err != nil || !ok {
			if err != nil {
				return nil, err
			}
			continue
		}
		places, err := t.homes(p)
		if err != nil {
			return nil, err
		}
		for _, place := range places {
			all = append(all, target{place, false})
		}
	}
	return all, nil
}

// page puts a new card of the case into every target, stores the case, and
// sets the timer for the next page. Nobody to page is an alarm of its own.
func (t *turn) page(c *program.Case) error {
	targets, err := t.targets()
	if err != nil {
		return err
	}
	if n := len(targets); n > pagedAtOnce { // the next page goes to the next ones
		start := c.Pages * pagedAtOnce % n
		targets = append(targets[start:], targets[:start]...)[:pagedAtOnce]
	}
	first := c.Pages == 0
	c.Pages, c.Paged, c.Reached = c.Pages+1, t.now, len(targets) > 0
	for _, to := range targets {
		if err := t.card(*c, to, true); err != nil {
			return err
		}
	}
	if c.Reached {
		if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopQueued, Level: c.Level}); err != nil {
			return err
		}
	} else if err := t.nobodyReached(*c, first); err != nil {
		return err
	}
	if err := t.tx.PutCase(c); err != nil {
		return err
	}
	if _, at, _ := t.Ladder.Next(*c, t.now); !at.IsZero() {
		return t.setTimer(program.Timer{Kind: program.TimerPage, ID: uint64(c.No), At: at})
	}
	return nil
}

// card queues the card of a case: a fresh one rings, another one updates the
// card that is there.
func (t *turn) card(c program.Case, to target, fresh bool) error {
	return t.queue(program.Outgoing{
		Priority: program.Escalation, Purpose: program.ForCard, To: to.place, Group: to.group, Case: c.No, Fresh: fresh,
	})
}

// nobodyReached records that no supervisor could be paged, and tells the rest
// of the staff, each time.
func (t *turn) nobodyReached(c program.Case, first bool) error {
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopNobody, Level: c.Level}); err != nil {
		return err
	}
	t.Log.Error("nobody could be paged about a case", "case", c.No, "first", first)
	return t.alertStaff(program.Coordinator|program.Owner, func(p program.Person) chat.Message {
		v := t.voiceOf(p)
		return chat.Message{Text: v.Text("case.nobody_reached", words.Args{
			"No": c.No.String(), "Level": v.Plain("level."+c.Level.String(), nil),
		})}
	})
}

// pageAgain pages a case that nobody acknowledged in time.
func (t *turn) pageAgain(timer program.Timer) error {
	c, err := t.tx.Case(program.CaseNo(timer.ID))
	if errors.Is(err, program.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	page, at, _ := t.Ladder.Next(c, t.now)
	switch {
	case page:
		return t.page(&c)
	case !at.IsZero():
		timer.At = at
		return t.setTimer(timer)
	}
	return nil
}

// acknowledge makes the supervisor who pressed the one who has the case.
func (t *turn) acknowledge(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	switch {
	case c.AckedBy == t.who.ID:
		return t.toast("case.already_yours")
	case !c.Open():
		by, err := t.person(c.AckedBy)
		if err != nil {
			return err
		}
		return t.warn("case.already_acked", "Who", by.Name, "Time", t.clock(t.who, c.Acked))
	}
	c.AckedBy, c.Acked = t.who.ID, t.now
	if err := t.tx.PutCase(&c); err != nil {
		return err
	}
	if err := t.tx.DropTimer(program.Timer{Kind: program.TimerPage, ID: token.ID}); err != nil {
		return err
	}
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopAcked, By: t.who.ID}); err != nil {
		return err
	}
	for _, at := range c.Cards {
		if now, err := t.tx.Where(at.Place); err != nil || now != at.Place {
			if err != nil {
				return err
			}
			continue // messages stay behind when a group moves
		}
		group := t.IsGroup(at.Place)
		if _, err := t.tx.PersonWith(chat.Account(at.Place)); !group && err != nil {
			if errors.Is(err, program.ErrNotFound) {
				continue // the private chat of an account that is nobody's now
			}
			return err
		}
		if err := t.card(c, target{at.Place, group}, false); err != nil {
			return err
		}
	}
	if err := t.tellReporter(c); err != nil {
		return err
	}
	if err := t.refreshPressed(c); err != nil {
		return err
	}
	return t.toast("case.acked_toast", "No", c.No.String())
}

// tellReporter tells who raised the case that somebody has it now.
func (t *turn) tellReporter(c program.Case) error {
	if c.By == t.who.ID {
		return nil
	}
	by, err := t.person(c.By)
	if err != nil {
		return err
	}
	return t.tell(by, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForTold, Case: c.No,
		Message: chat.Message{Text: t.voiceOf(by).Text("case.told_seen", words.Args{"Who": t.who.Name, "No": c.No.String()})},
	})
}

// inform adds a hop to a case and tells whoever has it or has read it.
func (t *turn) inform(no program.CaseNo, hop program.Hop, key string) error {
	c, err := t.tx.Case(no)
	if err != nil {
		return err
	}
	readers := map[program.PersonID]bool{}
	if c.AckedBy != 0 {
		readers[c.AckedBy] = true
	}
	for h, err := range t.tx.Hops(no) {
		if err != nil {
			return err
		}
		if h.Kind == program.HopSeen {
			readers[h.By] = true
		}
	}
	hop.At = t.now
	if err := t.tx.AddHop(no, hop); err != nil {
		return err
	}
	people, err := t.withRole(program.Supervisor)
	if err != nil {
		return err
	}
	for _, p := range people {
		if !readers[p.ID] {
			continue
		}
		v := t.voiceOf(p)
		message := chat.Message{
			Text:    v.Text(key, words.Args{"No": no.String()}),
			Choices: []chat.Choice{{Label: v.Plain("button.open", nil), Token: chat.Token{Act: actOpen, ID: uint64(no)}.String(), Kind: chat.Primary}},
		}
		if err := t.tell(p, program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert, Case: no, Message: message}); err != nil {
			return err
		}
	}
	return nil
}

// listCases shows the cases that nobody has acknowledged.
func (t *turn) listCases(string) error {
	var waiting []program.Case
	for c, err := range t.tx.OpenCases() {
		if err != nil {
			return err
		}
		if waiting = append(waiting, c); len(waiting) == maxCardCases {
			break
		}
	}
	if len(waiting) == 0 {
		return t.reply(t.text("case.none_waiting"))
	}
	text, choices := t.cards(t.voice, t.zoneOf(t.who), waiting)
	return t.reply(text, choices...)
}
