package bot

import (
	"slices"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// askKnows asks the reporter of a danger, once everything else is said, whether
// the mentee knows that it was told.
func (t *turn) askKnows(c program.Case) error {
	mentee, err := t.whom(c)
	if err != nil {
		return err
	}
	key := "checkin.knows"
	if len(c.Mentees) > 0 {
		key = "checkin.knows_group"
	}
	var choices []chat.Choice
	for _, k := range program.Knowing() {
		choices = append(choices, chat.Choice{
			Label: t.plain("knows." + string(k)),
			Token: chat.Token{Act: actKnows, ID: uint64(c.No), Question: "k", Option: string(k)}.String(),
		})
	}
	return t.say(t.event.In, t.text(key, "Mentee", mentee), choices...)
}

// knowsPressed keeps the answer, and says what helps now.
func (t *turn) knowsPressed(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	knows := program.Knows(token.Option)
	if c.By != t.who.ID || !slices.Contains(program.Knowing(), knows) {
		return program.ErrNotFound
	}
	c.Knows = knows
	if err := t.tx.PutCase(&c); err != nil {
		return err
	}
	if err := t.inform(c.No, program.Hop{Kind: program.HopKnows, By: t.who.ID, What: string(knows)}, "case.reporter_added"); err != nil {
		return err
	}
	return t.reply(t.guide(knows))
}

// guide says what helps the mentee now.
func (t *turn) guide(knows program.Knows) chat.Text { return t.text("guide." + string(knows)) }
