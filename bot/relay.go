package bot

import (
	"strconv"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// The dialogues about the silence of a match. Their names are stored.
const (
	flowRelay  = "relay"
	flowRemark = "remark"
)

// relayRunes is how long a message may be that is passed on.
const relayRunes = 2000

func relayConversation() conversation {
	return conversation{
		patience: flow.Patience{Away: time.Hour},
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			to, _, err := t.relayTo(d)
			_, q := flow.Run(d.State, wordsFlow(flow.Say("relay.ask", "Who", to.Name)))
			return q, err
		},
		finish: (*turn).finishRelay,
	}
}

func remarkConversation() conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			_, q := flow.Run(d.State, wordsFlow(flow.Say("remark.ask")))
			return q, nil
		},
		finish: (*turn).finishRemark,
	}
}

func wordsFlow(prompt flow.Phrase) flow.Func[string] {
	return func(d *flow.Dialogue) (string, bool) {
		return d.Ask("text", flow.Text{Prompt: prompt, Limit: relayRunes})
	}
}

// looksAfter reports whether the person is of the staff who hear of a match.
func (t *turn) looksAfter(m program.Match) bool {
	return m.Active() && m.Mentor != t.who.ID && (t.inCharge(m) || t.who.Is(program.Supervisor))
}

// watched returns the match of a button, if the person looks after it.
func (t *turn) watched(id uint64) (program.Match, error) {
	m, err := t.tx.Match(program.MatchID(id))
	if err == nil && !t.looksAfter(m) {
		err = program.ErrNotFound
	}
	return m, err
}

// watchedKey is [turn.watched] with the ID as it is stored in answers.
func (t *turn) watchedKey(key string) (program.Match, error) {
	id, err := strconv.ParseUint(key, 36, 64)
	if err != nil {
		return program.Match{}, program.ErrNotFound
	}
	return t.watched(id)
}

// writePressed begins a message to the mentor of a match.
func (t *turn) writePressed(token chat.Token) error {
	m, err := t.watched(token.ID)
	if err != nil {
		return err
	}
	return t.startRelay(m, m.Mentor)
}

// writeBackPressed begins the mentor's answer to whoever of the staff wrote.
func (t *turn) writeBackPressed(token chat.Token) error {
	m, err := t.tx.Match(program.MatchID(token.ID))
	if err != nil {
		return err
	}
	id, err := strconv.ParseUint(token.Option, 36, 64)
	if err != nil || m.Mentor != t.who.ID {
		return program.ErrNotFound
	}
	return t.startRelay(m, program.PersonID(id))
}

func (t *turn) startRelay(m program.Match, to program.PersonID) error {
	s := flow.State{Flow: flowRelay}.With("match", matchKey(m.ID)).With("to", personKey(to))
	d := program.Dialogue{State: s}
	if _, _, err := t.relayTo(&d); err != nil {
		return err
	}
	return t.startNew(d)
}

// relayTo returns whom a message is for and about which match. It fails with
// [program.ErrNotFound] unless one of them is its mentor and the other of its
// staff.
func (t *turn) relayTo(d *program.Dialogue) (to program.Person, m program.Match, err error) {
	match, err := strconv.ParseUint(d.State.Value("match"), 36, 64)
	if err != nil {
		return to, m, program.ErrNotFound
	}
	id, err := strconv.ParseUint(d.State.Value("to"), 36, 64)
	if err != nil {
		return to, m, program.ErrNotFound
	}
	if m, err = t.tx.Match(program.MatchID(match)); err != nil {
		return to, m, err
	}
	if to, err = t.tx.Person(program.PersonID(id)); err != nil {
		return to, m, err
	}
	fromMentor := m.Mentor == t.who.ID && to.Is(program.Staff)
	toMentor := m.Mentor == to.ID && t.looksAfter(m)
	if !fromMentor && !toMentor {
		return to, m, program.ErrNotFound
	}
	return to, m, nil
}

// finishRelay passes a message on and says whose it is. It is kept as a note,
// like all that people write.
func (t *turn) finishRelay(d *program.Dialogue) error {
	to, m, err := t.relayTo(d)
	if err != nil {
		return t.reply(t.text("answer.not_your_role"))
	}
	text := d.State.Value("text")
	n := program.Note{By: t.who.ID, At: t.now, Text: text}
	if err := t.tx.PutNote(&n); err != nil {
		return err
	}
	if to.ID != m.Mentor { // what a mentor tells the staff
		if err := t.heedNote(&n, m.ID); err != nil {
			return err
		}
	}
	lost, err := t.lostSince(to)
	if err != nil {
		return err
	}
	if none, err := t.placeless(to); err != nil {
		return err
	} else if none || !lost.IsZero() {
		return t.reply(t.text("relay.lost", "Who", to.Name))
	}
	v := t.voiceOf(to)
	back := chat.Token{Act: actWrite, ID: uint64(m.ID)}
	if to.ID == m.Mentor {
		back = chat.Token{Act: actWriteBack, ID: uint64(m.ID), Question: "to", Option: personKey(t.who.ID)}
	}
	choices := []chat.Choice{{Label: v.Plain("button.answer", nil), Token: back.String(), Kind: chat.Primary}}
	if t.who.ID == m.Mentor && !t.Contacts.Off() { // an answer in writing may be a talk, which is for staff to say
		choices = append(choices, talkButton(m, v.Plain("talk.spoke", nil)))
	}
	err = t.tell(to, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForAlert,
		Message: chat.Message{
			Text: lines(
				v.Text("relay.from", named([]any{"Who", t.who.Name, "Role", t.roleNames(v, t.who.Roles)})),
				chat.Text{{Text: text, Style: chat.Quote}}),
			Choices: choices,
		},
	})
	if err != nil {
		return err
	}
	return t.reply(t.text("relay.sent", "Who", to.Name))
}

// remarkPressed begins a note about why a match is silent.
func (t *turn) remarkPressed(token chat.Token) error {
	m, err := t.watched(token.ID)
	if err != nil {
		return err
	}
	return t.startNew(program.Dialogue{State: flow.State{Flow: flowRemark}.With("match", matchKey(m.ID))})
}

func (t *turn) finishRemark(d *program.Dialogue) error {
	id, err := strconv.ParseUint(d.State.Value("match"), 36, 64)
	if err != nil {
		return err
	}
	n := program.Note{By: t.who.ID, At: t.now, Text: d.State.Value("text")}
	if err := t.tx.PutNote(&n); err != nil { // whatever has become of the match
		return err
	}
	m, err := t.tx.Match(program.MatchID(id))
	if err != nil {
		return err
	}
	if !t.looksAfter(m) {
		return t.reply(t.text("answer.not_your_role"))
	}
	m.Remark = n.ID
	if err := t.tx.PutMatch(&m); err != nil {
		return err
	}
	return t.reply(t.text("remark.done"))
}
