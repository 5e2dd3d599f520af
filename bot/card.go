package bot

import (
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// How many cases share one message: with two buttons each they must stay readable
// on a phone, and when more are raised at once than a chat may get messages, each
// has a line and a button, as many as every platform can show.
const (
	maxFullCards = 8
	maxCardCases = 24
)

// cards writes the card of one or several cases: number, level, age and due
// time, never a name of a mentor, never a word of theirs, and what the mentee is
// called only where the program wants it so.
func (t *turn) cards(v words.Voice, zone *time.Location, cases []program.Case) (text chat.Text, choices []chat.Choice) {
	if len(cases) > maxFullCards {
		return t.shortCards(v, zone, cases)
	}
	if len(cases) > 1 {
		text = v.Text("card.many", words.Args{"N": len(cases)})
	}
	for _, c := range cases {
		text = paragraphs(text, t.oneCard(v, zone, c))
		ack, open, args := "button.acknowledge", "button.open", []any(nil)
		if len(cases) > 1 {
			ack, open, args = "button.acknowledge_no", "button.open_no", []any{"No", c.No.String()}
		}
		if c.Waiting() {
			choices = append(choices, buttonIn(v, actAck, uint64(c.No), ack, chat.Primary, args...))
		}
		choices = append(choices, buttonIn(v, actOpen, uint64(c.No), open, chat.Plain, args...))
	}
	return text, choices
}

// shortCards writes a line for each case, and one button: what it opens has all
// the others.
func (t *turn) shortCards(v words.Voice, zone *time.Location, cases []program.Case) (text chat.Text, choices []chat.Choice) {
	var all []chat.Text
	for _, c := range cases {
		line := v.Text("card.title", words.Args{"No": c.No.String(), "Level": v.Plain("level."+c.Level.String(), nil)})
		beside := " ✓"
		if c.Waiting() {
			beside = " " + clock(v, zone, t.now, t.Ladder.Due(c))
		}
		all = append(all, append(line, chat.Span{Text: beside}))
		choices = append(choices, buttonIn(v, actOpen, uint64(c.No), "button.open_no", chat.Plain, "No", c.No.String()))
	}
	head := lines(v.Text("card.many", words.Args{"N": len(cases)}), v.Text("card.each", nil))
	return paragraphs(head, lines(all...)), choices
}

func (t *turn) oneCard(v words.Voice, zone *time.Location, c program.Case) chat.Text {
	if c.Drill {
		return t.drillCard(v, zone, c)
	}
	text := lines(
		v.Text("card.title", words.Args{"No": c.No.String(), "Level": v.Plain("level."+c.Level.String(), nil)}),
		t.aliasLine(v, c),
		v.Text("card.raised", words.Args{"Time": clock(v, zone, t.now, c.Raised), "Ago": ago(v, t.now.Sub(c.Raised))}),
	)
	if t.unconfirmed(c) {
		text = lines(text, v.Text("hint.card", nil))
	}
	standing, err := t.standingOf(v, zone, c)
	if err != nil {
		t.Log.Error("a card cannot say who has its case", "case", c.No, stack(err))
	}
	text = lines(text, standing)
	if !c.Waiting() {
		return text
	}
	text = lines(text, v.Text("card.due", words.Args{"Due": clock(v, zone, t.now, t.Ladder.Due(c))}))
	if c.Pages > 1 {
		text = lines(text, v.Text("card.again", words.Args{"Page": c.Pages}))
	}
	return text
}

// aliasLine says whom a case is about, where the program wants that on cards.
func (t *turn) aliasLine(v words.Voice, c program.Case) chat.Text {
	if !t.AliasOnCards || len(c.Subjects()) == 0 {
		return nil
	}
	alias, err := t.whom(c)
	if err != nil {
		t.Log.Error("a card cannot say whom its case is about", "case", c.No, stack(err))
		return nil
	}
	return v.Text("card.about", words.Args{"Mentee": alias})
}

// card queues the card of a case: a fresh one rings, another one updates the
// card that is there.
func (t *turn) card(c program.Case, to target, fresh bool) error {
	return t.queue(program.Outgoing{
		Priority: program.Escalation, Purpose: program.ForCard, To: to.place, Group: to.group, Case: c.No, Fresh: fresh,
	})
}

// freshCards puts a new card of a case into every target. The cards that stand
// elsewhere say quietly how the case stands now, as far as there is room in the
// turn.
func (t *turn) freshCards(c program.Case, targets []target) error {
	for _, to := range targets {
		if err := t.card(c, to, true); err != nil {
			return err
		}
	}
	others := c
	others.Cards = slices.DeleteFunc(slices.Clone(c.Cards), func(at program.CardAt) bool {
		return slices.ContainsFunc(targets, func(to target) bool { return to.place == at.Place })
	})
	if len(others.Cards)+len(targets) > pagedAtOnce {
		return nil
	}
	return t.cardsAnew(others)
}

// cardsAnew brings the standing cards of a case up to date, as many as fit into
// one turn: whoever presses on another one learns how the case stands.
func (t *turn) cardsAnew(c program.Case) error {
	for _, at := range c.Cards[:min(len(c.Cards), pagedAtOnce)] {
		if now, err := t.tx.Where(at.Place); err != nil || now != at.Place {
			if err != nil {
				return err
			}
			continue // messages stay behind when a group moves
		}
		group := t.IsGroup(at.Place)
		reader, err := t.readerOf(at.Place)
		if err != nil {
			return err
		}
		// A private card may be that of somebody who no longer acts on cases.
		if t.keptFrom(c, at.Place, reader) || !group && !reader.Is(program.Supervisor|program.Outside) {
			continue
		}
		if err := t.card(c, target{at.Place, group}, false); err != nil {
			return err
		}
	}
	return nil
}

// keptFrom reports whether a card of a case must not be shown in a place, which
// is the private chat of a reader or a channel: those whom the case is about may
// read there. It may have become known after the card was queued, or shown.
func (t *turn) keptFrom(c program.Case, place chat.Place, reader program.Person) bool {
	return c.Concerns(reader.ID) || t.IsGroup(place) && len(c.About) > 0
}

// clock returns a time as the person reads it.
func (t *turn) clock(p program.Person, at time.Time) string {
	return clock(t.voiceOf(p), t.zoneOf(p), t.now, at)
}

// clock returns at in a zone: the time of day alone if it is today, with the
// date otherwise.
func clock(v words.Voice, zone *time.Location, now, at time.Time) string {
	at, now = at.In(zone), now.In(zone)
	hour := at.Format("15:04")
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return hour
	}
	return v.Plain("time.date", words.Args{
		"Weekday": v.Plain("weekday."+at.Weekday().String()[:3], nil),
		"Day":     at.Day(),
		"Month":   v.Plain("month."+at.Month().String()[:3], nil),
		"Time":    hour,
	})
}

// ago returns how long something is past, in the largest whole unit.
func ago(v words.Voice, d time.Duration) string {
	switch {
	case d < time.Minute:
		return v.Plain("ago.now", nil)
	case d < time.Hour:
		return v.Plain("ago.minutes", words.Args{"N": int(d.Minutes())})
	case d < 48*time.Hour:
		return v.Plain("ago.hours", words.Args{"N": int(d.Hours())})
	}
	return v.Plain("ago.days", words.Args{"N": int(d.Hours() / 24)})
}
