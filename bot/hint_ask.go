package bot

import (
	"errors"
	"slices"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// What a button under a question about somebody's words is for.
const (
	hintAnswer = "a"   // is anybody at risk? option: a program.Worry
	hintWhy    = "why" // why nobody is; option: a program.HintReason
	hintNow    = "now" // somebody is in danger now
)

// raiseByWords raises what is urgent in a text at once, and says so to whoever
// wrote it.
func (t *turn) raiseByWords(h *program.Hint, text string) error {
	if err := t.tx.PutHint(h); err != nil { // for its ID
		return err
	}
	if err := t.raiseHint(h, program.Urgent, hintUrgent); err != nil {
		return err
	}
	raised, err := t.raisedText(h.Case)
	if err != nil {
		return err
	}
	return t.sayToWriter(program.Outgoing{Purpose: program.ForTold, Case: h.Case, Message: chat.Message{
		Text: paragraphs(lines(t.quoted("hint.urgent", *h, text), raised), t.text("hint.emergency", "Emergency", t.Emergency)),
		Choices: []chat.Choice{
			t.hintButton(h.ID, hintNow, "", "hint.danger", chat.Danger),
			t.hintButton(h.ID, hintAnswer, string(program.NoWorry), "hint.nobody", chat.Plain),
		},
	}})
}

// askAboutWords asks whoever wrote something that sounds like a risk. A concern
// that stays without an answer goes to the supervisors by itself; see
// [turn.hintUnanswered].
func (t *turn) askAboutWords(h *program.Hint, text string) error {
	h.Asked = t.now
	if err := t.tx.PutHint(h); err != nil { // for its ID
		return err
	}
	key := "hint.ask_weak"
	if h.Level == program.Concern {
		key = "hint.ask"
		if err := t.setTimer(program.Timer{Kind: program.TimerHint, ID: uint64(h.ID), At: t.now.Add(t.HintWait), Person: h.By}); err != nil {
			return err
		}
	}
	var choices []chat.Choice
	for _, w := range slices.Backward(program.Worries()) {
		choices = append(choices, t.hintButton(h.ID, hintAnswer, string(w), "worry."+string(w), chat.Plain))
	}
	return t.sayToWriter(program.Outgoing{Message: chat.Message{Text: t.quoted(key, *h, text), Choices: choices}})
}

func (t *turn) hintButton(id program.HintID, question, option, label string, kind chat.ChoiceKind) chat.Choice {
	token := chat.Token{Act: actHint, ID: uint64(id), Question: question, Option: option}
	return chat.Choice{Label: t.plain(label), Token: token.String(), Kind: kind}
}

// sayToWriter sends a message to the person, after what answers the event: where
// they write just now or, without an event, where they prefer it.
func (t *turn) sayToWriter(o program.Outgoing) error {
	o.Priority = program.Alert
	if !t.event.Private || t.event.From.Account.IsZero() {
		return t.tell(t.who, o)
	}
	o.To, o.Person = t.event.In, t.who.ID
	return t.queue(o)
}

// raisedText says which case there is now, or that nobody could be reached.
func (t *turn) raisedText(no program.CaseNo) (chat.Text, error) {
	c, err := t.tx.Case(no)
	if err != nil {
		return nil, err
	}
	key := "checkin.case_raised"
	if !c.Reached {
		key = "checkin.case_nobody"
	}
	return t.text(key, "No", no.String(), "Emergency", t.Emergency), nil
}

// hintPressed takes the answer of whoever wrote something that sounds like a
// risk.
func (t *turn) hintPressed(token chat.Token) error {
	h, err := t.tx.Hint(program.HintID(token.ID))
	if err == nil && h.By != t.who.ID {
		err = program.ErrNotFound
	}
	if err != nil {
		return err
	}
	switch answer, reason := program.Worry(token.Option), program.HintReason(token.Option); {
	case token.Question == hintNow:
		return t.inDanger(&h)
	case token.Question == hintAnswer && slices.Contains(program.Worries(), answer):
		return t.answerHint(&h, answer)
	case token.Question == hintWhy && slices.Contains(program.HintReasons(), reason):
		return t.explainHint(&h, reason)
	}
	return program.ErrNotFound
}

// answerHint takes the answer to "is anybody at risk right now?". It may become
// more pressing later, never less.
func (t *turn) answerHint(h *program.Hint, answer program.Worry) error {
	if !answer.Higher(h.Answer) {
		return t.toast("answer.answered")
	}
	h.Answer, h.Answered = answer, t.now
	if err := t.tx.DropTimer(program.Timer{Kind: program.TimerHint, ID: uint64(h.ID)}); err != nil {
		return err
	}
	if answer == program.NoWorry {
		return t.dismissHint(h)
	}
	if err := t.raiseHint(h, answer.Level(), string(answer)); err != nil {
		return err
	}
	raised, err := t.raisedText(h.Case)
	if err != nil {
		return err
	}
	if answer == program.NotSure {
		return t.reply(lines(t.text("hint.unsure"), raised))
	}
	return t.reply(paragraphs(lines(t.text("hint.yes"), raised), t.text("hint.emergency", "Emergency", t.Emergency)),
		t.hintButton(h.ID, hintNow, "", "hint.danger", chat.Danger))
}

// dismissHint keeps that nobody is at risk, and asks why. A case that there is
// stays open.
func (t *turn) dismissHint(h *program.Hint) error {
	if err := t.tx.PutHint(h); err != nil {
		return err
	}
	if h.Case != 0 {
		if err := t.sayInCase(*h, string(program.NoWorry)); err != nil {
			return err
		}
	}
	var choices []chat.Choice
	for _, r := range program.HintReasons() {
		choices = append(choices, t.hintButton(h.ID, hintWhy, string(r), "hint_reason."+string(r), chat.Plain))
	}
	return t.reply(t.text("hint.why"), choices...)
}

// explainHint keeps why nobody is at risk.
func (t *turn) explainHint(h *program.Hint, why program.HintReason) error {
	if h.Answer != program.NoWorry {
		return t.toast("answer.answered")
	}
	h.Reason = why
	if err := t.tx.PutHint(h); err != nil {
		return err
	}
	if h.Case != 0 {
		return t.reply(t.text("hint.kept_case", "No", h.Case.String()))
	}
	return t.reply(t.text("hint.kept"))
}

// inDanger raises what a hint is about to the highest level.
func (t *turn) inDanger(h *program.Hint) error {
	c, err := t.caseIfOpen(h.Case)
	if err != nil {
		return err
	}
	if c.Level == program.Danger {
		return t.toast("answer.answered")
	}
	h.Answer, h.Answered = program.YesWorry, t.now
	if err := t.raiseHint(h, program.Danger, hintDanger); err != nil {
		return err
	}
	raised, err := t.raisedText(h.Case)
	if err != nil {
		return err
	}
	return t.reply(paragraphs(t.text("hint.emergency", "Emergency", t.Emergency), raised))
}

// hintUnanswered hands a question about a concern that nobody answered in time
// to the supervisors, and says so. The question can still be answered.
func (t *turn) hintUnanswered(timer program.Timer) error {
	h, err := t.tx.Hint(program.HintID(timer.ID))
	if errors.Is(err, program.ErrNotFound) || err == nil && (!h.Open() || h.Case != 0) {
		return nil
	}
	if err != nil {
		return err
	}
	by, err := t.person(h.By)
	if err != nil {
		return err
	}
	t.be(by)
	if err := t.raiseHint(&h, h.Level, hintUnanswered); err != nil {
		return err
	}
	raised, err := t.raisedText(h.Case)
	if err != nil {
		return err
	}
	return t.sayToWriter(program.Outgoing{
		Purpose: program.ForTold, Case: h.Case, Message: chat.Message{Text: lines(t.text("hint.unanswered"), raised)},
	})
}
