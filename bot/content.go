package bot

import (
	"errors"
	"slices"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// openCase sends what a case is about to the supervisor's private chat. That it
// was seen is recorded when it has arrived there.
func (t *turn) openCase(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	home := t.event.From.Account.Private()
	lost, err := t.tx.Reach(home)
	switch {
	case err != nil:
		return err
	case !lost.IsZero() || t.who.Joined.IsZero():
		// Try all the same: perhaps the chat was opened without our noticing.
		err = t.warn("case.cannot_write")
	case !t.event.Private:
		err = t.toast("case.sent_privately")
	}
	if err != nil {
		return err
	}
	text, err := t.content(c)
	if err != nil {
		return err
	}
	var choices []chat.Choice
	if c.Open() {
		choices = append(choices, t.button(actAck, uint64(c.No), "button.acknowledge", chat.Primary))
	}
	return t.queue(program.Outgoing{
		Priority: program.Escalation, Purpose: program.ForContent, To: home, Person: t.who.ID, Case: c.No,
		Message: chat.Message{Text: text, Choices: choices, Guarded: true},
	})
}

// refreshContent brings the message up to date in which somebody read a case and
// acknowledged it. Cards are brought up to date by their own means.
func (t *turn) refreshContent(c program.Case) error {
	on := t.event.What.(chat.Pressed).On
	if !t.event.Private || on == "" || slices.Contains(c.Cards, program.CardAt{Place: t.event.In, Ref: on}) {
		return nil
	}
	text, err := t.content(c)
	if err != nil {
		return err
	}
	return t.queue(program.Outgoing{
		Priority: program.Reply, To: t.event.In, Person: t.who.ID,
		Message: chat.Message{Replaces: on, Text: text, Guarded: true},
	})
}

// content says everything that is known of a case.
func (t *turn) content(c program.Case) (chat.Text, error) {
	reporter, err := t.person(c.By)
	if err != nil {
		return nil, err
	}
	told := []any{"Mentor", reporter.Name, "Time", t.clock(t.who, c.Raised)}
	about := t.text("case.about_nobody", told...)
	if c.Mentee != 0 {
		mentee, err := t.alias(c.Mentee)
		if err != nil {
			return nil, err
		}
		about = t.text("case.about", append(told, "Mentee", mentee)...)
	}
	title := t.text("case.content_title", "No", c.No.String(), "Level", t.plain("level."+c.Level.String()))
	checkIn, err := t.checkInContent(c, reporter)
	if err != nil {
		return nil, err
	}
	notes, err := t.notesOf(c)
	if err != nil {
		return nil, err
	}
	if len(checkIn)+len(notes) == 0 {
		notes = t.text("case.nothing_yet", "Mentor", reporter.Name)
	}
	if !c.Open() {
		by, err := t.person(c.AckedBy)
		if err != nil {
			return nil, err
		}
		about = lines(about, t.text("card.acked", "Who", by.Name, "Time", t.clock(t.who, c.Acked)))
	}
	return paragraphs(lines(title, about), checkIn, notes, t.text("case.view_recorded")), nil
}

func (t *turn) checkInContent(c program.Case, reporter program.Person) (chat.Text, error) {
	if c.CheckIn == 0 {
		return t.text("case.from_sos", "Mentor", reporter.Name), nil
	}
	in, err := t.tx.CheckIn(c.CheckIn)
	if err != nil {
		return nil, err
	}
	text, err := t.summary(t.voice, in)
	if err != nil {
		return nil, err
	}
	switch {
	case !in.Undone.IsZero():
		text = paragraphs(text, t.text("case.taken_back", "Mentor", reporter.Name))
	case in.Partial:
		text = paragraphs(text, t.text("case.partial"))
	case in.Corrected:
		text = paragraphs(text, t.text("case.changed", "Time", t.clock(t.who, in.Changed)))
	}
	return text, nil
}

// notesOf returns what was added to a case outside its check-in.
func (t *turn) notesOf(c program.Case) (text chat.Text, err error) {
	for h, err := range t.tx.Hops(c.No) {
		if err != nil {
			return nil, err
		}
		if h.Note == 0 {
			continue
		}
		n, err := t.tx.Note(h.Note)
		if errors.Is(err, program.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		text = paragraphs(text, lines(
			t.text("case.note_added", "Time", t.clock(t.who, h.At)),
			chat.Text{{Text: n.Text, Style: chat.Quote}},
		))
	}
	return text, nil
}
