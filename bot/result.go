package bot

import (
	"errors"
	"slices"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// delivered records that rows were shown: cards are where they can be brought
// up to date, and the timeline of a case knows when.
func (t *turn) delivered(rows []program.Waiting, r delivery.Result) error {
	if rows[0].Priority == program.Reply { // nothing follows: it need not be read
		if err := t.drop(rows); err != nil {
			return err
		}
		return t.foundBy(r, rows[0].To)
	}
	var cases, rung []program.CaseNo
	var place chat.Place
	err := t.each(rows, func(o program.Outgoing) error {
		if o.Purpose != program.ForMenu { // which shows nothing, and so proves nothing
			place = o.To
		}
		switch o.Purpose {
		case program.ForCard:
			if !slices.Contains(cases, o.Case) {
				cases = append(cases, o.Case)
			}
			if !o.Fresh || slices.Contains(rung, o.Case) {
				return nil // an update may have waited in front of the page
			}
			rung = append(rung, o.Case)
			return t.tx.AddHop(o.Case, program.Hop{At: r.At, Kind: program.HopDelivered, Place: o.To, Twice: r.Twice || o.Tried})
		case program.ForTold:
			return t.tx.AddHop(o.Case, program.Hop{At: r.At, Kind: program.HopTold, By: o.Person})
		case program.ForContent:
			if err := t.tx.AddHop(o.Case, program.Hop{At: r.At, Kind: program.HopSeen, By: o.Person}); err != nil {
				return err
			}
			if err := t.tx.Audit(program.AuditEntry{At: r.At, By: o.Person, What: "opened a case", Case: o.Case}); err != nil {
				return err
			}
			return t.hideLater(o, r)
		case program.ForRest:
			return t.hideLater(o, r)
		}
		return nil
	})
	if err != nil || place.IsZero() {
		return err
	}
	if err := t.foundBy(r, place); err != nil {
		return err
	}
	return t.cardsStand(cases, program.CardAt{Place: place, Ref: r.Ref})
}

// foundBy records what a delivered message says about its place. That one could
// be changed, or an event answered, says nothing: both work where nobody can be
// written to.
func (t *turn) foundBy(r delivery.Result, place chat.Place) error {
	if !r.Fresh {
		return nil
	}
	return t.arrived(place, r)
}

// found records that a place which was lost can be written to again.
func (t *turn) found(place chat.Place) error {
	lost, err := t.tx.Reach(place)
	if err != nil || lost.IsZero() {
		return err
	}
	return t.regained(place)
}

// regained records that a place can be written to; if it is a mentor's, their
// matches are looked at anew.
func (t *turn) regained(place chat.Place) error {
	if err := t.tx.SetReach(place, true); err != nil {
		return err
	}
	p, err := t.tx.PersonWith(chat.Account(place))
	if errors.Is(err, program.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.lookAtMatchesOf(p.ID)
}

// cardsStand records that the message at c now bears the cards of cases.
func (t *turn) cardsStand(cases []program.CaseNo, c program.CardAt) error {
	if len(cases) == 0 {
		return nil
	}
	before, err := t.tx.CardCases(c)
	if err != nil {
		return err
	}
	for _, no := range before { // an update shows those as well
		if !slices.Contains(cases, no) {
			cases = append(cases, no)
		}
	}
	if len(cases) != len(before) {
		if err := t.tx.PutCardCases(c, cases); err != nil {
			return err
		}
	}
	var left []chat.Ref
	var taken program.Case // acknowledged before its card was known to stand
	for _, no := range cases {
		k, err := t.tx.Case(no)
		if err != nil {
			return err
		}
		was, moved := moveCard(&k, c)
		if !moved {
			continue
		}
		if err := t.tx.PutCase(&k); err != nil {
			return err
		}
		if was != "" && !slices.Contains(left, was) {
			left = append(left, was)
		}
		if !k.Waiting() {
			taken = k
		}
	}
	if taken.No != 0 {
		if err := t.card(taken, target{c.Place, t.IsGroup(c.Place)}, false); err != nil {
			return err
		}
	}
	for _, ref := range left {
		if err := t.leaveCard(program.CardAt{Place: c.Place, Ref: ref}, cases); err != nil {
			return err
		}
	}
	return nil
}

// leaveCard takes cases off an older message that bears their cards: those that
// are left on it are brought up to date, and without any it says where to look.
func (t *turn) leaveCard(old program.CardAt, moved []program.CaseNo) error {
	before, err := t.tx.CardCases(old)
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(slices.Clone(before), func(no program.CaseNo) bool { return slices.Contains(moved, no) })
	if err := t.tx.PutCardCases(old, rest); err != nil {
		return err
	}
	group := t.IsGroup(old.Place)
	if len(rest) > 0 {
		c, err := t.tx.Case(rest[0])
		if err != nil {
			return err
		}
		return t.card(c, target{old.Place, group}, false)
	}
	reader, err := t.readerOf(old.Place)
	if err != nil {
		return err
	}
	v := t.voiceOf(reader)
	var titles []chat.Text
	for _, no := range before {
		titles = append(titles, v.Text("card.newer", words.Args{"No": no.String()}))
	}
	return t.queue(program.Outgoing{
		Priority: program.Alert, To: old.Place, Group: group,
		Message: chat.Message{Replaces: old.Ref, Text: lines(titles...)},
	})
}

// moveCard makes c the newest card of its place. It returns the one that was,
// if any, and whether that is another.
func moveCard(k *program.Case, c program.CardAt) (was chat.Ref, moved bool) {
	for i, at := range k.Cards {
		if at.Place == c.Place {
			k.Cards[i] = c
			return at.Ref, at != c
		}
	}
	k.Cards = append(k.Cards, c)
	slices.SortFunc(k.Cards, func(a, b program.CardAt) int { return strings.Compare(a.Place.String(), b.Place.String()) })
	return "", true
}

// doubtful marks rows that may have been shown and will be sent again.
func (t *turn) doubtful(rows []program.Waiting) error {
	return t.each(rows, func(o program.Outgoing) error {
		o.Tried = true
		return t.tx.PutOutgoing(o)
	})
}

// rehouse gives rows the new address of their place.
func (t *turn) rehouse(rows []program.Waiting, to chat.Place) error {
	err := t.each(rows, func(o program.Outgoing) error {
		o.To = to
		return t.tx.PutOutgoing(o)
	})
	if err != nil {
		return err
	}
	return t.moved(rows[0].To, to)
}

// failed sees to it that what could not be shown becomes somebody's alarm.
func (t *turn) failed(rows []program.Waiting, r delivery.Result) error {
	gone := r.Outcome == delivery.Gone
	return t.each(rows, func(o program.Outgoing) error {
		t.Log.Warn("a message could not be delivered", "place", o.To, "purpose", string(o.Purpose), "case", o.Case, "outcome", string(r.Outcome))
		if gone {
			if err := t.gone(o); err != nil {
				return err
			}
		}
		moved, err := t.elsewhere(o)
		if err != nil {
			return err
		}
		switch o.Purpose {
		case program.ForCard:
			return t.cardFailed(o)
		case program.ForContent:
			err := t.tx.AddHop(o.Case, program.Hop{At: t.now, Kind: program.HopFailed, By: o.Person, Place: o.To})
			if err != nil || moved {
				return err
			}
			return t.contentFailed(o)
		case program.ForTold:
			return t.tx.AddHop(o.Case, program.Hop{At: t.now, Kind: program.HopFailed, By: o.Person, Place: o.To})
		case program.ForRemind:
			if !moved {
				return t.askFailed(o)
			}
		case program.ForBundle:
			if !moved {
				return t.bundleFailed(o)
			}
		}
		return nil
	})
}

// elsewhere queues what could not be shown to a person in one private place for
// the next place where it was not tried, and reports whether there is one. What
// was sent to all of them at once stays away from there, and so do changes of
// messages that stand in one place only.
func (t *turn) elsewhere(o program.Outgoing) (bool, error) {
	everywhere := o.Priority == program.Escalation && o.Purpose != program.ForContent
	if everywhere || o.Person == 0 || o.Group || o.Purpose == program.ForMenu || o.Message.Replaces != "" {
		return false, nil
	}
	p, err := t.person(o.Person)
	if err != nil || !p.Left.IsZero() {
		return false, err
	}
	places, lost, err := t.placesOf(p)
	if err != nil {
		return false, err
	}
	o.Failed = append(slices.Clone(o.Failed), o.To)
	for _, place := range append(places, lost...) {
		if !slices.Contains(o.Failed, place) {
			o.To, o.Tried, o.Message.Handle = place, false, ""
			return true, t.queue(o)
		}
	}
	return false, nil
}

// cardFailed pages elsewhere: a channel that does not work is replaced by the
// supervisors' private chats; when nothing is left, the rest of the staff and
// the reporter are told.
func (t *turn) cardFailed(o program.Outgoing) error {
	c, err := t.tx.Case(o.Case)
	if err != nil {
		return err
	}
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopFailed, Place: o.To}); err != nil || !c.Waiting() {
		return err
	}
	channel, err := t.tx.Channel(o.To)
	if err != nil && !errors.Is(err, program.ErrNotFound) {
		return err
	}
	if err == nil && channel.Lost.IsZero() {
		if err := t.channelLost(channel); err != nil { // pages all that wait elsewhere
			return err
		}
	}
	duty, err := t.duty(c)
	if err != nil {
		return err
	}
	rungs := t.Ladder.Rungs
	switch {
	case t.Ladder.From(c, duty, 0).Rung == "":
		return t.unreached(c.No)
	case duty[rungs[c.Rung%len(rungs)]] != program.Manned: // it was the last one there
		if c, err = t.tx.Case(c.No); err != nil {
			return err
		}
		c.Paged = time.Time{} // so long ago that it is due
		if err := t.tx.PutCase(&c); err != nil {
			return err
		}
		return t.setTimer(program.Timer{Kind: program.TimerPage, ID: uint64(c.No), At: t.now})
	}
	return nil
}

// unreached tells the staff and the reporter, once, that nobody was reached.
func (t *turn) unreached(no program.CaseNo) error {
	c, err := t.tx.Case(no)
	if err != nil || !c.Reached {
		return err // they know
	}
	c.Reached = false
	if err := t.tx.PutCase(&c); err != nil {
		return err
	}
	if err := t.nobodyReached(c, true); err != nil {
		return err
	}
	return t.tellUnreached(c)
}

// tellUnreached tells the reporter that nobody could be paged.
func (t *turn) tellUnreached(c program.Case) error {
	return t.toReporter(c, program.Escalation, "case.told_nobody", "Emergency", t.Emergency)
}

// contentFailed says in the supervisors' channels why somebody who opened a
// case got nothing, and how to mend it.
func (t *turn) contentFailed(o program.Outgoing) error {
	p, err := t.person(o.Person)
	if err != nil {
		return err
	}
	t.voice = t.Words.In(t.Language)
	channels, err := collect(t.tx.Channels())
	if err != nil {
		return err
	}
	for _, c := range channels {
		if c.Place.Platform != o.To.Platform || c.Purpose != program.Supervisors || !c.Lost.IsZero() {
			continue
		}
		err := t.queue(program.Outgoing{
			Priority: program.Alert, To: c.Place, Group: true, Person: p.ID,
			Message: chat.Message{Text: t.withLink("case.cannot_write_channel", words.Args{"Who": p.Name}, "")},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
