package bot

import (
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// finishClose closes a case with its outcome or, where somebody may be harmed,
// asks a second person to agree.
func (t *turn) finishClose(d *program.Dialogue, c *program.Case) error {
	note, err := t.caseNote(d.State.Value("why"), c)
	if err != nil {
		return err
	}
	return t.offer(c, program.Offer{By: t.who.ID, At: t.now, Outcome: program.Outcome(d.State.Value("outcome")), Note: note})
}

// closeCase ends a case, and tells the reporter in suitable words.
func (t *turn) closeCase(c *program.Case, o program.Offer) error {
	c.Outcome, c.Closed, c.ClosedBy, c.Hands, c.Handing = o.Outcome, t.now, o.By, false, 0
	if err := t.tx.PutCase(c); err != nil {
		return err
	}
	hop := program.Hop{At: t.now, Kind: program.HopClosed, By: t.who.ID, To: o.By, Note: o.Note, What: string(o.Outcome)}
	if err := t.tx.AddHop(c.No, hop); err != nil {
		return err
	}
	if err := t.lookAgain(*c, time.Time{}); err != nil {
		return err
	}
	if err := t.cardsAnew(*c); err != nil {
		return err
	}
	if err := t.tellOutcome(*c); err != nil {
		return err
	}
	text := paragraphs(t.text("case.closed_now", "No", c.No.String(), "Outcome", t.plain("outcome."+string(o.Outcome))), t.text("case.ask_feedback"))
	var choices []chat.Choice
	for _, f := range program.Feedbacks() {
		choices = append(choices, chat.Choice{
			Label: t.plain("feedback." + string(f)),
			Token: chat.Token{Act: actFeedback, ID: uint64(c.No), Question: "f", Option: string(f)}.String(),
		})
	}
	return t.reply(text, choices...)
}

// tellOutcome tells who raised a case what became of it.
func (t *turn) tellOutcome(c program.Case) error {
	if c.By == t.who.ID {
		return nil
	}
	return t.toReporter(c, program.Alert, "told_outcome."+string(c.Outcome))
}

// finishRefuse lets a second person refuse a change, and says why.
func (t *turn) finishRefuse(d *program.Dialogue, c *program.Case) error {
	if c.Offer == nil {
		return t.reply(t.text("answer.answered"))
	}
	note, err := t.caseNote(d.State.Value("why"), c)
	if err != nil {
		return err
	}
	asked, err := t.person(c.Offer.By)
	if err != nil {
		return err
	}
	c.Offer = nil
	v := t.voiceOf(asked)
	err = t.tell(asked, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForAlert, Case: c.No,
		Message: chat.Message{
			Text:    v.Text("case.second_refused", words.Args{"Who": t.who.Name, "No": c.No.String()}),
			Choices: []chat.Choice{buttonIn(v, actOpen, uint64(c.No), "button.open", chat.Primary)},
		},
	})
	if err != nil {
		return err
	}
	return t.worked(c, program.Hop{Kind: program.HopRefused, Note: note}, "case.refuse_kept")
}

// finishReopen opens a closed case again, for whoever did so.
func (t *turn) finishReopen(d *program.Dialogue, c *program.Case) error {
	note, err := t.caseNote(d.State.Value("why"), c)
	if err != nil {
		return err
	}
	c.AckedBy, c.Acked = t.who.ID, t.now
	if err := t.reopen(c); err != nil {
		return err
	}
	return t.worked(c, program.Hop{Kind: program.HopReopened, Note: note}, "case.reopened")
}

// reopen opens a closed case, and wakes whoever planned what is still to be done
// about it.
func (t *turn) reopen(c *program.Case) error {
	c.Reopen()
	n := 0
	for _, a := range slices.Backward(c.Acts) {
		if !a.Owed() {
			continue
		}
		if n++; n > pageAtOnce {
			break
		}
		timer := program.Timer{Kind: program.TimerStep, ID: uint64(a.Note), At: a.Due, Person: a.By}
		if a.Due.Before(t.now) {
			timer.At = t.now
		}
		if err := t.setTimer(timer); err != nil {
			return err
		}
	}
	return nil
}

// feedback keeps whether a case was raised rightly.
func (t *turn) feedback(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	if c.Concerns(t.who.ID) {
		return program.ErrNotFound
	}
	for _, f := range program.Feedbacks() {
		if string(f) != token.Option {
			continue
		}
		c.Feedback = f
		if err := t.tx.PutCase(&c); err != nil {
			return err
		}
		if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopFeedback, By: t.who.ID, What: string(f)}); err != nil {
			return err
		}
		return t.reply(t.text("case.feedback_kept"))
	}
	return program.ErrNotFound
}
