package bot

import (
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// hideAfter is how long the content of a case stays in a private chat: long
// enough to act on it, too short to be found on a phone that lies about. Whoever
// needs it again opens it again, which is recorded again.
const hideAfter = time.Hour

// hideLater sees to it that what a message shows of a case is hidden again.
func (t *turn) hideLater(o program.Outgoing, r delivery.Result) error {
	c, err := t.tx.Case(o.Case)
	if err != nil || r.Ref == "" || c.Drill {
		return err
	}
	c.Views = append(c.Views, program.View{At: r.At, Place: o.To, Ref: r.Ref})
	if err := t.tx.PutCase(&c); err != nil || len(c.Views) > 1 {
		return err // the first one's timer sees to all
	}
	return t.setTimer(program.Timer{Kind: program.TimerHide, ID: uint64(c.No), At: r.At.Add(hideAfter)})
}

// hide takes the content of a case out of the messages that showed it long
// enough. A message that is gone by then stays gone.
func (t *turn) hide(timer program.Timer) error {
	c, err := t.tx.Case(program.CaseNo(timer.ID))
	if err != nil {
		return err
	}
	var rest []program.View
	hidden := 0
	for _, v := range c.Views {
		if t.now.Before(v.At.Add(hideAfter)) || hidden == pagedAtOnce {
			rest = append(rest, v)
			continue
		}
		hidden++
		reader, err := t.readerOf(v.Place)
		if err != nil {
			return err
		}
		t.be(reader)
		err = t.queue(program.Outgoing{
			Priority: program.Alert, To: v.Place, Person: reader.ID,
			Message: chat.Message{
				Replaces: v.Ref, OnlyEdit: true, Text: t.text("case.hidden", "No", c.No.String()),
				Choices: []chat.Choice{t.button(actOpen, uint64(c.No), "button.open", chat.Plain)},
			},
		})
		if err != nil {
			return err
		}
	}
	c.Views = rest
	if err := t.tx.PutCase(&c); err != nil || len(rest) == 0 {
		return err
	}
	timer.At = rest[0].At.Add(hideAfter)
	return t.setTimer(timer)
}
