package bot

import (
	"slices"
	"time"
	"unicode/utf8"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// listCases shows the cases that are not closed: those that wait for somebody,
// those of the person, those of others.
func (t *turn) listCases(string) error {
	open, err := t.realCases()
	if err != nil {
		return err
	}
	var waiting, mine, others []program.Case
	for _, c := range open {
		switch {
		case c.Concerns(t.who.ID):
		case c.Waiting():
			waiting = append(waiting, c)
		case c.AckedBy == t.who.ID:
			mine = append(mine, c)
		default:
			others = append(others, c)
		}
	}
	if len(waiting)+len(mine)+len(others) == 0 {
		return t.reply(t.text("case.none_open"))
	}
	slices.SortStableFunc(waiting, func(a, b program.Case) int { return int(b.Level - a.Level) })
	var text chat.Text
	var choices []chat.Choice
	left := 0
	for _, part := range []struct {
		key   string
		cases []program.Case
	}{{"case.list_waiting", waiting}, {"case.list_mine", mine}, {"case.list_others", others}} {
		var lists []chat.Text
		for _, c := range part.cases {
			if len(choices) >= listedCases {
				left++
				continue
			}
			line, err := t.caseLine(c)
			if err != nil {
				return err
			}
			lists = append(lists, line)
			choices = append(choices, t.button(actOpen, uint64(c.No), "button.open_no", chat.Plain, "No", c.No.String()))
		}
		if len(lists) > 0 {
			text = paragraphs(text, lines(append([]chat.Text{t.text(part.key, "N", len(part.cases))}, lists...)...))
		}
	}
	if left > 0 {
		text = paragraphs(text, t.text("case.list_more", "N", left))
	}
	return t.reply(text, choices...)
}

// listedCases is how many cases a list shows: as many buttons fit on a phone.
const listedCases = 12

// caseLine says in one line how a case stands, without a name of a mentee.
func (t *turn) caseLine(c program.Case) (chat.Text, error) {
	args := []any{
		"No", c.No.String(), "Level", t.plain("level." + c.Level.String()), "Ago", ago(t.voice, t.now.Sub(c.Raised)),
		"Due", t.clock(t.who, t.Ladder.Due(c)),
	}
	key := "case.line_waiting"
	if !c.Waiting() {
		by, err := t.person(c.AckedBy)
		if err != nil {
			return nil, err
		}
		key, args = "case.line_acked", append(args, "Who", by.Name)
	}
	line := t.text(key, args...)
	if c.Overdue(t.now) {
		line = append(append(line, chat.Span{Text: " "}), t.text("case.line_overdue")...)
	}
	return line, nil
}

// caseChoices are the buttons under the content of a case: what the person who
// reads it can do about it.
func (t *turn) caseChoices(c program.Case) (choices []chat.Choice, err error) {
	add := func(act, label string, kind chat.ChoiceKind) {
		choices = append(choices, t.button(act, uint64(c.No), label, kind))
	}
	switch {
	case c.Drill && c.Open():
		add(actAck, "button.acknowledge", chat.Primary)
		return choices, nil
	case c.Drill:
		return nil, nil
	case !c.Open():
		add(actTimeline, "button.timeline", chat.Plain)
		add(actReopen, "button.reopen", chat.Plain)
		return choices, nil
	}
	if c.Offer != nil && c.Offer.By != t.who.ID {
		add(actAgree, "button.agree", chat.Primary)
		add(actRefuse, "button.refuse", chat.Plain)
	}
	answered := c.AckedBy == t.who.ID || slices.Contains(c.Answers, t.who.ID)
	if c.Waiting() && !answered || c.Handing == t.who.ID {
		add(actAck, "button.acknowledge", chat.Primary)
	}
	if c.AckedBy == 0 {
		climbs, err := t.climbChoices(c)
		if err != nil {
			return nil, err
		}
		choices = append(choices, climbs...)
		add(actTimeline, "button.timeline", chat.Plain)
		return choices, nil
	}
	steps, err := t.stepChoices(c)
	if err != nil {
		return nil, err
	}
	choices = append(choices, steps...)
	add(actDid, "button.did", chat.Plain)
	add(actPlan, "button.plan", chat.Plain)
	if c.By != 0 && c.By != t.who.ID && c.Asked.IsZero() {
		add(actMore, "button.more", chat.Plain)
	}
	add(actHand, "button.hand", chat.Plain)
	add(actLevel, "button.level", chat.Plain)
	climbs, err := t.climbChoices(c)
	if err != nil {
		return nil, err
	}
	choices = append(choices, climbs...)
	if c.Level == program.Danger && !c.Hands {
		add(actHands, "button.hands", chat.Plain)
	}
	add(actTimeline, "button.timeline", chat.Plain)
	if c.Offer == nil {
		add(actClose, "button.close", chat.Plain)
	}
	return choices, nil
}

// stepsOffered is how many steps can be ticked off under a case: the buttons of
// one message are few on some platforms.
const stepsOffered = 8

// stepChoices offers to tick off what is still to be done, what is due first.
func (t *turn) stepChoices(c program.Case) (choices []chat.Choice, err error) {
	owed := slices.DeleteFunc(slices.Clone(c.Acts), func(a program.Action) bool { return !a.Owed() })
	slices.SortStableFunc(owed, func(a, b program.Action) int { return a.Due.Compare(b.Due) })
	for _, a := range owed[:min(len(owed), stepsOffered)] {
		n, err := t.tx.Note(a.Note)
		if err != nil {
			return nil, err
		}
		choices = append(choices, chat.Choice{
			Label: t.plain("button.step_done", "What", shortened(n.Text)),
			Token: chat.Token{Act: actStepDone, ID: uint64(c.No), Question: "n", Option: noteKey(a.Note)}.String(), Kind: chat.Primary,
		})
	}
	return choices, nil
}

// climbChoices offers to page each rung now on which there is somebody.
func (t *turn) climbChoices(c program.Case) (choices []chat.Choice, err error) {
	duty, err := t.duty(c)
	if err != nil {
		return nil, err
	}
	for _, rung := range t.Ladder.Rungs {
		if duty[rung] == program.Manned {
			choices = append(choices, chat.Choice{
				Label: t.plain("button.climb", "Rung", t.plain("rung."+string(rung))),
				Token: chat.Token{Act: actClimb, ID: uint64(c.No), Question: "r", Option: string(rung)}.String(),
			})
		}
	}
	return choices, nil
}

// shortened returns the beginning of words that a person knows the rest of.
func shortened(text string) string {
	const most = 24
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// workContent says what was done about a case and how it stands.
func (t *turn) workContent(c program.Case) (chat.Text, error) {
	var all []chat.Text
	for _, a := range c.Acts {
		n, err := t.tx.Note(a.Note)
		if err != nil {
			return nil, err
		}
		by, err := t.person(a.By)
		if err != nil {
			return nil, err
		}
		key, at := "case.act_done", a.Done
		if a.Owed() {
			key, at = "case.act_owed", a.Due
		}
		all = append(all, t.text(key, "Who", by.Name, "Time", t.clock(t.who, at)), chat.Text{{Text: n.Text, Style: chat.Quote}})
	}
	if !c.Asked.IsZero() && c.Open() {
		all = append(all, t.text("case.asked_since", "Time", t.clock(t.who, c.Asked)))
	}
	standing, err := t.standingOf(t.voice, t.zoneOf(t.who), c)
	if err != nil {
		return nil, err
	}
	return paragraphs(lines(all...), standing), nil
}

// standingOf says who has a case and until when, whether a change waits for a
// second person, or what the outcome was.
func (t *turn) standingOf(v words.Voice, zone *time.Location, c program.Case) (text chat.Text, err error) {
	at := func(when time.Time) string { return clock(v, zone, t.now, when) }
	name := func(id program.PersonID) string {
		p, e := t.person(id)
		if e != nil {
			err = e
		}
		return p.Name
	}
	switch {
	case !c.Open():
		return v.Text("card.closed", words.Args{
			"Who": name(c.ClosedBy), "Time": at(c.Closed), "Outcome": v.Plain("outcome."+string(c.Outcome), nil),
		}), err
	case c.AckedBy != 0:
		text = v.Text("card.acked", words.Args{"Who": name(c.AckedBy), "Time": at(c.Acked)})
		if !c.Until.IsZero() && !c.Hands {
			text = lines(text, v.Text("card.until", words.Args{"Time": at(c.Until)}))
		}
	case c.Lapsed != 0:
		text = v.Text("card.lapsed", words.Args{"Who": name(c.Lapsed)})
	}
	if c.Hands {
		text = lines(text, v.Text("card.hands", words.Args{"N": len(c.Answers)}))
	}
	if c.Offer != nil {
		text = lines(text, v.Text("card.offer", words.Args{"Who": name(c.Offer.By)}))
	}
	return text, err
}
