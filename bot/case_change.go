package bot

import (
	"slices"
	"strconv"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// finishMore asks the reporter for more. Only one question is open at a time.
func (t *turn) finishMore(d *program.Dialogue, c *program.Case) error {
	if c.By == 0 || !c.Asked.IsZero() {
		return t.reply(t.text("case.asked_already"))
	}
	if err := t.takeIfNobodys(c); err != nil {
		return err
	}
	note, err := t.caseNote(d.State.Value("more"), c)
	if err != nil {
		return err
	}
	n, err := t.tx.Note(note)
	if err != nil {
		return err
	}
	c.Asked = t.now
	reporter, err := t.person(c.By)
	if err != nil {
		return err
	}
	v := t.voiceOf(reporter)
	err = t.tell(reporter, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForTold, Case: c.No,
		Message: chat.Message{
			Text:    lines(v.Text("case.more_for_you", words.Args{"Who": t.who.Name, "No": c.No.String()}), chat.Text{{Text: n.Text, Style: chat.Quote}}),
			Choices: []chat.Choice{buttonIn(v, actDetail, uint64(c.No), "button.answer", chat.Primary)},
		},
	})
	if err != nil {
		return err
	}
	return t.worked(c, program.Hop{Kind: program.HopAsked, Note: note}, "case.more_asked", "Mentor", reporter.Name)
}

// finishDetail adds the reporter's answer to the case.
func (t *turn) finishDetail(d *program.Dialogue, c *program.Case) error {
	n := program.Note{By: t.who.ID, At: t.now, Text: d.State.Value("detail")}
	if err := t.tx.PutNote(&n); err != nil {
		return err
	}
	c.Asked = time.Time{}
	if err := t.tx.PutCase(c); err != nil {
		return err
	}
	if err := t.addNote(n.ID, c.No); err != nil {
		return err
	}
	n.Case = c.No
	if err := t.heedNote(&n, c.Match); err != nil {
		return err
	}
	return t.reply(t.text("case.detail_kept", "No", c.No.String()))
}

// finishHand asks another supervisor to take the case, or records that an
// outside body has it as well. Until the other one takes it, it stays where it
// is.
func (t *turn) finishHand(d *program.Dialogue, c *program.Case) error {
	if err := t.takeIfNobodys(c); err != nil {
		return err
	}
	if d.State.Value("to") == "outside-body" {
		note, err := t.caseNote(d.State.Value("body"), c)
		if err != nil {
			return err
		}
		c.Acts = append(c.Acts, program.Action{Note: note, By: t.who.ID, At: t.now, Done: t.now})
		return t.worked(c, program.Hop{Kind: program.HopReferred, Note: note, What: d.State.Value("consent")}, "case.referred_kept")
	}
	id, _ := strconv.ParseUint(d.State.Value("to"), 36, 64)
	p, err := t.tx.Person(program.PersonID(id))
	if err != nil {
		return err
	}
	c.Handing = p.ID
	v := t.voiceOf(p)
	err = t.tell(p, program.Outgoing{
		Priority: program.Escalation, Purpose: program.ForAlert, Case: c.No,
		Message: chat.Message{
			Text: v.Text("case.handed_to_you", words.Args{"Who": t.who.Name, "No": c.No.String(), "Level": v.Plain("level."+c.Level.String(), nil)}),
			Choices: []chat.Choice{
				buttonIn(v, actAck, uint64(c.No), "button.acknowledge", chat.Primary),
				buttonIn(v, actOpen, uint64(c.No), "button.open", chat.Plain),
			},
		},
	})
	if err != nil {
		return err
	}
	return t.worked(c, program.Hop{Kind: program.HopHanded, To: p.ID}, "case.hand_asked", "Who", p.Name)
}

// finishLevel raises the level at once. A lower one needs a reason and, where
// somebody may be harmed, a second person.
func (t *turn) finishLevel(d *program.Dialogue, c *program.Case) error {
	note, err := t.caseNote(d.State.Value("why"), c)
	if err != nil {
		return err
	}
	var level program.Level
	for l := program.Watch; l <= program.Danger; l++ {
		if l.String() == d.State.Value("level") {
			level = l
		}
	}
	switch {
	case level > c.Level:
		if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopAction, By: t.who.ID, Note: note}); err != nil {
			return err
		}
		if err := t.raiseTo(c.No, level); err != nil {
			return err
		}
		return t.reply(t.text("case.level_raised", "No", c.No.String(), "Level", t.plain("level."+level.String())))
	case level == c.Level || level == program.NoLevel:
		return t.reply(t.text("answer.answered"))
	}
	return t.offer(c, program.Offer{By: t.who.ID, At: t.now, Level: level, Note: note})
}

// offer makes a change, or asks those who may agree to it.
func (t *turn) offer(c *program.Case, o program.Offer) error {
	if err := t.takeIfNobodys(c); err != nil {
		return err
	}
	if !c.Level.TwoPeople() {
		return t.apply(c, o)
	}
	c.Offer = &o
	seconds, err := t.secondsFor(*c, o)
	if err != nil {
		return err
	}
	for _, p := range seconds {
		v := t.voiceOf(p)
		err := t.tell(p, program.Outgoing{
			Priority: program.Alert, Purpose: program.ForAlert, Case: c.No,
			Message: chat.Message{
				Text:    v.Text("case.second_wanted", words.Args{"Who": t.who.Name, "No": c.No.String(), "What": offerWords(v, o)}),
				Choices: secondChoices(v, c.No, p),
			},
		})
		if err != nil {
			return err
		}
	}
	key := "case.second_asked"
	if len(seconds) == 0 {
		key = "case.second_nobody"
	}
	return t.worked(c, program.Hop{Kind: program.HopOffered, Note: o.Note, Level: o.Level, What: string(o.Outcome)}, key)
}

// secondChoices are for a second person. Only those who may read cases can open
// it.
func secondChoices(v words.Voice, no program.CaseNo, p program.Person) []chat.Choice {
	choices := []chat.Choice{
		buttonIn(v, actOpen, uint64(no), "button.open", chat.Primary),
		buttonIn(v, actAgree, uint64(no), "button.agree", chat.Plain),
		buttonIn(v, actRefuse, uint64(no), "button.refuse", chat.Plain),
	}
	if !p.Is(program.Supervisor | program.Outside) {
		return choices[1:]
	}
	return choices
}

func offerWords(v words.Voice, o program.Offer) string {
	if o.Outcome != "" {
		return v.Plain("case.offer_close", words.Args{"Outcome": v.Plain("outcome."+string(o.Outcome), nil)})
	}
	return v.Plain("case.offer_level", words.Args{"Level": v.Plain("level."+o.Level.String(), nil)})
}

// secondsFor returns who may agree to a change: the other supervisors or, where
// there is none, the last resort, or the owner.
func (t *turn) secondsFor(c program.Case, o program.Offer) ([]program.Person, error) {
	for _, roles := range []program.Roles{program.Supervisor, program.Outside, program.Owner} {
		people, err := t.withRole(roles)
		if err != nil {
			return nil, err
		}
		var others []program.Person
		for _, p := range people {
			if p.ID != o.By && !c.Concerns(p.ID) && len(others) < alertedAtOnce {
				others = append(others, p)
			}
		}
		if len(others) > 0 {
			return others, nil
		}
	}
	return nil, nil
}

// agree lets a second person agree to a change.
func (t *turn) agree(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	switch {
	case c.Concerns(t.who.ID) || c.Offer == nil || !c.Open():
		return t.toast("answer.old_button")
	case c.Offer.By == t.who.ID:
		return t.warn("case.second_not_you")
	}
	return t.apply(&c, *c.Offer)
}

// apply makes a change that was agreed to.
func (t *turn) apply(c *program.Case, o program.Offer) error {
	c.Offer = nil
	if o.By != t.who.ID {
		if err := t.tellAgreed(*c, o); err != nil {
			return err
		}
	}
	if o.Outcome != "" {
		return t.closeCase(c, o)
	}
	c.Level = o.Level
	hop := program.Hop{Kind: program.HopLowered, Level: o.Level, Note: o.Note, To: o.By}
	return t.worked(c, hop, "case.level_lowered", "Level", t.plain("level."+o.Level.String()))
}

// tellAgreed tells who asked for a change that somebody agreed to it.
func (t *turn) tellAgreed(c program.Case, o program.Offer) error {
	asked, err := t.person(o.By)
	if err != nil {
		return err
	}
	v := t.voiceOf(asked)
	return t.tell(asked, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForAlert, Case: c.No,
		Message: chat.Message{Text: v.Text("case.second_agreed", words.Args{"Who": t.who.Name, "No": c.No.String(), "What": offerWords(v, o)})},
	})
}

// climbNow pages a rung of a case at once: the one that was chosen or, with a
// button that names none, the next.
func (t *turn) climbNow(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	if c.Concerns(t.who.ID) || !c.Open() || c.Drill {
		return program.ErrNotFound
	}
	duty, err := t.duty(c)
	if err != nil {
		return err
	}
	step := t.Ladder.From(c, duty, c.Rung+1)
	if i := slices.Index(t.Ladder.Rungs, program.Rung(token.Option)); i >= 0 {
		step = program.Step{Page: true, Count: i}
		if duty[t.Ladder.Rungs[i]] == program.Manned {
			step.Rung = t.Ladder.Rungs[i]
		}
	}
	if step.Rung == "" {
		return t.warn("case.climb_nobody", "Emergency", t.Emergency)
	}
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopClimbed, By: t.who.ID, Rung: step.Rung, Level: c.Level}); err != nil {
		return err
	}
	at := c.Until
	if c.Waiting() {
		at = t.now.Add(t.Ladder.Again[c.Level])
	}
	if err := t.page(&c, step, at); err != nil {
		return err
	}
	return t.toast("case.climbed", "Rung", t.plain("rung."+string(step.Rung)))
}

// allHands calls every supervisor until each of them has answered.
func (t *turn) allHands(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	if c.Concerns(t.who.ID) || !c.Open() || c.Hands || c.Drill {
		return program.ErrNotFound
	}
	c.Hands, c.Answers, c.Pages = true, []program.PersonID{t.who.ID}, 0
	left, _, err := t.targetsOn(program.RungSupervisors, c)
	if err != nil {
		return err
	}
	if len(left) == 0 {
		return t.warn("case.hands_nobody")
	}
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopHands, By: t.who.ID, Level: c.Level}); err != nil {
		return err
	}
	if err := t.climb(&c); err != nil {
		return err
	}
	return t.toast("case.hands_called")
}
