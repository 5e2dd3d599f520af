package bot

import (
	"errors"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// watch sets the dialogue's timer, if it must fire sooner than it is set to,
// and stores the dialogue. A timer that fires too early looks again: so most
// answers need no new timer.
func (t *turn) watch(c conversation, d *program.Dialogue) error {
	_, look := c.patience.Next(d.Touched, d.Nudged, t.now)
	if c.deadline != nil {
		if at := c.deadline(d); !at.IsZero() && (look.IsZero() || at.Before(look)) {
			look = at
		}
	}
	if !look.IsZero() && (d.Look.IsZero() || look.Before(d.Look)) {
		d.Look = look
		if err := t.setTimer(program.Timer{Kind: program.TimerPatience, ID: uint64(d.ID), Person: d.With, At: look}); err != nil {
			return err
		}
	}
	return t.tx.PutDialogue(d)
}

// patience looks after a dialogue in which nothing was said for a while.
func (t *turn) patience(timer program.Timer) error {
	d, err := t.tx.Dialogue(timer.Person, program.DialogueID(timer.ID))
	if errors.Is(err, program.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	c, known := t.flows[d.State.Flow]
	if !known { // of an older version of the program
		return t.tx.DropDialogue(d.With, d.ID)
	}
	if d.Touched.After(t.now) { // the clock was set back
		d.Touched = t.now
	}
	who, err := t.person(d.With)
	if err != nil {
		return err
	}
	t.be(who)
	t.event.In, t.event.Private, d.Look = d.In, true, time.Time{}
	if c.deadline != nil {
		if at := c.deadline(&d); !at.IsZero() && !t.now.Before(at) {
			if err := c.lapse(t, &d); err != nil {
				return err
			}
		}
	}
	switch step, _ := c.patience.Next(d.Touched, d.Nudged, t.now); step {
	case flow.Nudge:
		q, err := c.open(t, &d)
		if err != nil {
			return err
		}
		d.Nudged = t.now
		if q != nil && !q.Free && (d.Case != 0 || t.restOf(who).IsZero()) { // nobody is pressed for details
			if err := t.remind(&d, q); err != nil {
				return err
			}
		}
	case flow.PutAway:
		if c.away != nil {
			if err := c.away(t, &d); err != nil {
				return err
			}
		}
		if q, err := c.open(t, &d); err == nil && q != nil && q.Free { // there is nothing to go on with
			return t.dropDialogue(&d)
		}
		d.Away = t.now
		return t.tx.PutDialogue(&d)
	}
	return t.watch(c, &d)
}

// remind asks the open question once more, as the one nudge of a dialogue,
// where the person wants to be reminded.
func (t *turn) remind(d *program.Dialogue, q *flow.Question) error {
	return t.tellUnasked(t.who, program.Outgoing{
		Message: chat.Message{
			Text:    paragraphs(t.text("checkin.nudge"), t.phrase(q.Prompt)),
			Choices: t.choicesOf(d, q),
		},
	})
}
