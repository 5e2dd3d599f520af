package bot

import (
	"errors"
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// here binds the group or channel where it is said: "/here supervisors".
func (t *turn) here(args string) error {
	switch {
	case t.event.Private:
		return t.reply(t.text("here.private"))
	case !strings.EqualFold(args, program.Supervisors):
		return t.reply(t.text("here.usage"))
	}
	already, err := t.bind(t.event.In, t.event.Title)
	if err != nil {
		return err
	}
	if already {
		return t.reply(t.text("here.already"))
	}
	return t.reply(t.text("here.bound", "Program", t.Name))
}

// hereByNobody takes /here from a place that hides its authors: the staff who
// may bind it are asked.
func (t *turn) hereByNobody(args string) error {
	if t.event.Private || !strings.EqualFold(args, program.Supervisors) {
		return nil
	}
	place := t.event.In
	t.groups.Store(place, true)
	waiting, err := t.tx.Channel(place)
	if err == nil && waiting.Purpose == program.Supervisors && waiting.Lost.IsZero() {
		return t.reply(t.text("here.already"))
	}
	if err != nil && !errors.Is(err, program.ErrNotFound) {
		return err
	}
	pending := program.Channel{Place: place, Purpose: pendingPurpose, Title: t.event.Title, Since: t.now}
	if err := t.tx.PutChannel(pending); err != nil {
		return err
	}
	token := chat.Token{Act: actBind, Question: string(place.Platform), Option: place.ID}.String()
	return t.alertStaff(t.rules[program.ActBind].Roles, func(p program.Person) chat.Message {
		v := t.voiceOf(p)
		return chat.Message{
			Text:    v.Text("here.ask", words.Args{"Title": t.event.Title}),
			Choices: []chat.Choice{{Label: v.Plain("button.bind", nil), Token: token, Kind: chat.Primary}},
		}
	})
}

// pendingPurpose is that of a channel which somebody wants to bind.
const pendingPurpose = "asked for"

// bindPressed binds a channel whose authors are hidden, after somebody of the
// staff confirmed it privately.
func (t *turn) bindPressed(token chat.Token) error {
	place := chat.Place{Platform: chat.Platform(token.Question), ID: token.Option}
	c, err := t.tx.Channel(place)
	if err != nil {
		return err
	}
	already, err := t.bind(place, c.Title)
	if err != nil {
		return err
	}
	if already {
		return t.reply(t.text("here.already"))
	}
	if err := t.reply(t.text("here.bound_private", "Title", c.Title)); err != nil {
		return err
	}
	v := t.Words.In(t.Language)
	return t.queue(program.Outgoing{
		Priority: program.Reply, To: place, Group: true,
		Message: chat.Message{Text: v.Text("here.bound", words.Args{"Program": t.Name})},
	})
}

// bind makes a place a supervisors' channel, and pages there what waits.
func (t *turn) bind(place chat.Place, title string) (already bool, err error) {
	c, err := t.tx.Channel(place)
	if err != nil && !errors.Is(err, program.ErrNotFound) {
		return false, err
	}
	if err == nil && c.Purpose == program.Supervisors && c.Lost.IsZero() {
		return true, nil
	}
	c = program.Channel{Place: place, Purpose: program.Supervisors, Title: title, By: t.who.ID, Since: t.now}
	if err := t.tx.PutChannel(c); err != nil {
		return false, err
	}
	t.groups.Store(place, true)
	entry := program.AuditEntry{At: t.now, By: t.who.ID, What: "bound a supervisors' channel", Place: place}
	if err := t.tx.Audit(entry); err != nil {
		return false, err
	}
	return false, t.pageWaiting()
}
