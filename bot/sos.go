package bot

import (
	"strconv"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

const flowSOS = "sos"

func sosConversation() conversation {
	return conversation{
		patience: flow.Patience{Away: 2 * time.Hour},
		keeps:    true,
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			_, q, err := t.runSOS(d)
			return q, err
		},
		act:      (*turn).pageNow,
		finish:   (*turn).finishSOS,
		deadline: sosDeadline,
		lapse:    (*turn).lapseSOS,
	}
}

// sosUnanswered is how long a call for help may stay without a yes or no
// before it counts as a yes: somebody who opened it may have been stopped.
const sosUnanswered = 10 * time.Minute

func sosDeadline(d *program.Dialogue) time.Time {
	if d.Case != 0 || d.State.Value("sos") != "" {
		return time.Time{}
	}
	return d.Touched.Add(sosUnanswered)
}

// lapseSOS raises a call for help that was begun and then left, one level below
// danger, and says so.
func (t *turn) lapseSOS(d *program.Dialogue) (err error) {
	if d.Case, err = t.raise(program.Case{Level: program.Urgent, By: d.With}); err != nil {
		return err
	}
	if err := t.keepWordsInCase(d); err != nil {
		return err
	}
	c, err := t.tx.Case(d.Case)
	if err != nil {
		return err
	}
	key := "sos.lapsed"
	if !c.Reached {
		key = "case.told_nobody"
	}
	return t.tell(t.who, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForTold, Case: d.Case,
		Message: chat.Message{Text: t.text(key, "No", d.Case.String(), "Emergency", t.Emergency)},
	})
}

// keepWordsInCase makes what was typed beside the questions part of the case.
func (t *turn) keepWordsInCase(d *program.Dialogue) error {
	words := d.State.Value("words")
	if words == "" || d.Case == 0 {
		return nil
	}
	d.State = d.State.Without("words")
	return t.noteInCase(d, words)
}

func (t *turn) noteInCase(d *program.Dialogue, text string) error {
	n := program.Note{By: d.With, At: t.now, Text: text, Case: d.Case}
	if err := t.tx.PutNote(&n); err != nil {
		return err
	}
	if err := t.inform(d.Case, program.Hop{Kind: program.HopAdded, By: d.With, Note: n.ID}, "case.reporter_added"); err != nil {
		return err
	}
	return t.heedNote(&n, 0)
}

// A call is a call for help.
type call struct {
	page  bool
	match program.MatchID
	note  string
}

// sosFlow pages in one tap after /sos; whom it is about and what happened is
// asked afterwards.
func sosFlow(v checkInView) flow.Func[call] {
	return func(d *flow.Dialogue) (c call, done bool) {
		yes := []flow.Option{
			{Key: "page", Label: flow.Say("sos.page"), Alarm: true},
			{Key: "no", Label: flow.Say("sos.no")},
		}
		key, done := d.Choose("sos", flow.Say("sos.ask", "Emergency", v.emergency), yes)
		if !done {
			return c, false
		}
		if c.page = key == "page"; !c.page {
			return c, true
		}
		suffix := ""
		if !v.reached {
			suffix = "_nobody"
		}
		args := []any{"No", v.raised.String(), "Emergency", v.emergency}
		switch len(v.matches) {
		case 0:
		case 1:
			c.match = v.matches[0].ID
		default:
			who := append(v.mentees(), flow.Option{Key: "else", Label: flow.Say("sos.someone_else")})
			key, done := d.Choose("who", flow.Say("sos.who"+suffix, args...), who)
			if !done {
				return c, false
			}
			if id, err := strconv.ParseUint(key, 36, 64); err == nil && key != "else" {
				c.match = program.MatchID(id)
			}
		}
		c.note, done = d.Ask("note", flow.Text{Prompt: flow.Say("sos.note"+suffix, args...), Optional: true})
		return c, done
	}
}

func (t *turn) runSOS(d *program.Dialogue) (c call, q *flow.Question, err error) {
	v := checkInView{emergency: t.Emergency, raised: d.Case}
	if v.matches, v.aliases, err = t.matchesOf(d.With); err != nil {
		return c, nil, err
	}
	if d.Case != 0 {
		k, err := t.tx.Case(d.Case)
		if err != nil {
			return c, nil, err
		}
		v.reached = k.Reached
	}
	c, q = flow.Run(d.State, sosFlow(v))
	return c, q, nil
}

func (t *turn) startSOS(string) error { return t.begin(flowSOS) }

// sosPressed calls for help, perhaps with a note that was written before.
func (t *turn) sosPressed(token chat.Token) error {
	if token.ID == 0 {
		return t.begin(flowSOS)
	}
	n, err := t.ownNote(token)
	if err != nil {
		return err
	}
	return t.begin(flowSOS, flow.Answer{Key: "filed", Values: []string{strconv.FormatUint(uint64(n.ID), 10)}})
}

// pageNow raises the case the moment the person asked for it, and keeps what
// they write in the case, as they write it.
func (t *turn) pageNow(d *program.Dialogue) error {
	c, _, err := t.runSOS(d)
	if err != nil || !c.page {
		return err
	}
	if d.Case == 0 {
		k := program.Case{Level: program.Danger, By: d.With, Match: c.match}
		about, err := t.subjectsOf(c.match)
		if err != nil {
			return err
		}
		k.SetSubjects(about)
		if d.Case, err = t.raise(k); err != nil {
			return err
		}
		if filed, err := strconv.ParseUint(d.State.Value("filed"), 10, 64); err == nil {
			if err := t.addNote(program.NoteID(filed), d.Case); err != nil {
				return err
			}
		}
	}
	if err := t.keepWordsInCase(d); err != nil {
		return err
	}
	k, err := t.tx.Case(d.Case)
	if err != nil || c.match == 0 || k.Match == c.match {
		return err
	}
	k.Match = c.match
	about, err := t.subjectsOf(c.match)
	if err != nil {
		return err
	}
	k.SetSubjects(about)
	return t.tx.PutCase(&k)
}

// addNote makes a note part of a case, and tells whoever has it.
func (t *turn) addNote(id program.NoteID, no program.CaseNo) error {
	hop, err := t.takeNote(id, no)
	if err != nil {
		return err
	}
	return t.inform(no, hop, "case.reporter_added")
}

// takeNote makes a note part of a case, and returns the hop that says so.
func (t *turn) takeNote(id program.NoteID, no program.CaseNo) (program.Hop, error) {
	n, err := t.tx.Note(id)
	if err != nil {
		return program.Hop{}, err
	}
	n.Case = no
	if err := t.tx.PutNote(&n); err != nil {
		return program.Hop{}, err
	}
	hop := program.Hop{At: t.now, Kind: program.HopAdded, By: n.By, Note: id}
	return hop, t.tx.DropTimer(program.Timer{Kind: program.TimerNote, ID: uint64(id)})
}

func (t *turn) finishSOS(d *program.Dialogue) error {
	c, _, err := t.runSOS(d)
	if err != nil {
		return err
	}
	switch {
	case !c.page && d.Case == 0:
		return t.reply(t.text("sos.stood_down"))
	case !c.page: // they went back, but the supervisors were paged
		if err := t.inform(d.Case, program.Hop{Kind: program.HopTakenBack, By: d.With}, "case.reporter_stood_down"); err != nil {
			return err
		}
		return t.reply(t.text("sos.stays", "No", d.Case.String()))
	}
	if c.note != "" {
		if err := t.noteInCase(d, c.note); err != nil {
			return err
		}
	}
	return t.reply(t.text("sos.thanks", "No", d.Case.String()))
}
