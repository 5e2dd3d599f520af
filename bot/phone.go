package bot

import (
	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// callPressed shows the phone number of the mentor of a match to whoever looks
// after it. That it was looked at is recorded.
func (t *turn) callPressed(token chat.Token) error {
	m, err := t.watched(token.ID)
	if err != nil {
		return err
	}
	mentor, err := t.person(m.Mentor)
	if err != nil {
		return err
	}
	if mentor.Phone == "" { // it was removed since
		return t.say(t.event.In, t.text("call.unknown", "Who", mentor.Name))
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "read a phone number", Person: mentor.ID}); err != nil {
		return err
	}
	return t.say(t.event.In, t.text("call.number", "Who", mentor.Name, "Phone", mentor.Phone))
}

// The answers about a phone number that is known.
const (
	phoneNew    = "new"
	phoneRemove = "remove"
	phoneLeave  = "leave"
)

// phoneTyped is how much may be typed as a phone number.
const phoneTyped = 60

// askPhone asks on which number the person may be called. A nil number leaves it
// as it is, an empty one removes it.
func (t *turn) askPhone(d *flow.Dialogue) (number *string, done bool) {
	if t.who.Phone != "" {
		what, done := d.Choose("phone_what", flow.Say("settings.phone_is", "Phone", t.who.Phone), []flow.Option{
			{Key: phoneNew, Label: flow.Say("settings.phone_new")},
			{Key: phoneRemove, Label: flow.Say("settings.phone_remove")},
			{Key: phoneLeave, Label: flow.Say("settings.phone_leave")},
		})
		switch {
		case !done || what == phoneLeave:
			return nil, done
		case what == phoneRemove:
			return new(string), true
		}
	}
	text, done := d.Ask("phone", flow.Text{
		Prompt: flow.Say("settings.phone"), Optional: true, Limit: phoneTyped,
		Parse: func(text string) (string, error) {
			number, err := program.ParsePhone(text)
			if err != nil {
				return "", wrong("settings.phone_unclear")
			}
			return number, nil
		},
	})
	if !done || text == "" {
		return nil, done
	}
	return &text, true
}

// setPhone keeps what the person said about their phone number.
func (t *turn) setPhone(number *string) error {
	if number == nil {
		return t.reply(t.text("schedule.left"))
	}
	t.who.Phone = *number
	if err := t.tx.PutPerson(&t.who); err != nil {
		return err
	}
	if *number == "" {
		return t.reply(t.text("settings.phone_removed"))
	}
	return t.reply(t.text("settings.phone_done", "Phone", *number))
}
