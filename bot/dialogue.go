package bot

import (
	"errors"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// A conversation is a kind of dialogue: its flow, and what follows from it.
type conversation struct {
	patience flow.Patience

	// open returns the question that is open, nil when all are answered.
	open func(t *turn, d *program.Dialogue) (*flow.Question, error)

	// act does what is due with the answers so far, for example raise a danger
	// at once. May be nil.
	act func(t *turn, d *program.Dialogue) error

	// finish does what the complete answers ask for, and replies.
	finish func(t *turn, d *program.Dialogue) error

	// deadline says when lapse is to be called if nothing more is said; zero
	// for never. Both may be nil.
	deadline func(d *program.Dialogue) time.Time
	lapse    func(t *turn, d *program.Dialogue) error

	// away sees to what was said in a dialogue that is put away. May be nil.
	away func(t *turn, d *program.Dialogue) error

	// keeps says that words typed where a button was asked for are kept as
	// part of the answers, under the key "words".
	keeps bool
}

// conversations returns all flows by the name under which their dialogues are
// stored.
func conversations() map[string]conversation {
	all := caseConversations()
	all[flowCheckIn] = checkInConversation()
	all[flowSOS] = sosConversation()
	all[flowInvite] = inviteConversation()
	all[flowMatch] = matchConversation()
	all[flowDuty] = dutyConversation()
	all[flowSettings] = settingsConversation()
	all[flowMeeting] = meetingConversation()
	all[flowGoal] = goalConversation()
	all[flowTimes] = timesConversation()
	all[flowPause] = pauseConversation()
	all[flowRelay] = relayConversation()
	all[flowRemark] = remarkConversation()
	all[flowGive] = giveConversation()
	all[flowTalk] = talkConversation()
	return all
}

// staffPatience is for dialogues that nobody is harmed by forgetting.
func staffPatience() flow.Patience { return flow.Patience{Away: time.Hour} }

// begin starts a dialogue with the person, with some answers known already.
func (t *turn) begin(name string, answers ...flow.Answer) error {
	return t.beginWith(program.Dialogue{State: flow.State{Flow: name, Answers: answers}})
}

func (t *turn) beginWith(d program.Dialogue) error {
	if err := t.dropUnanswered(d.State.Flow); err != nil {
		return err
	}
	d.With, d.In, d.Started = t.who.ID, t.event.In, t.now
	if err := t.tx.PutDialogue(&d); err != nil { // for its ID
		return err
	}
	return t.proceed(&d, nil)
}

// dropUnanswered drops dialogues of a flow with the person in which nothing was
// said that a new one would not ask again.
func (t *turn) dropUnanswered(name string) error {
	dialogues, err := collect(t.tx.DialoguesWith(t.who.ID))
	if err != nil {
		return err
	}
	for _, d := range dialogues {
		if d.State.Flow != name || d.Case != 0 || (name == flowCheckIn && saidSomething(d)) || d.State.Value("words") != "" {
			continue
		}
		if err := t.dropDialogue(&d); err != nil {
			return err
		}
	}
	return nil
}

// proceed goes on with a dialogue after its answers changed: it acts on them,
// and asks the next question or finishes.
func (t *turn) proceed(d *program.Dialogue, before chat.Text) error {
	c := t.flows[d.State.Flow]
	d.Touched, d.Away, d.On = t.now, time.Time{}, ""
	if t.event.Private {
		d.In, d.On = t.event.In, t.on() // the next question takes the place of the last
	}
	if c.act != nil {
		if err := c.act(t, d); err != nil {
			return err
		}
	}
	q, err := c.open(t, d)
	if err != nil {
		return err
	}
	if q == nil {
		if err := t.dropDialogue(d); err != nil {
			return err
		}
		return c.finish(t, d)
	}
	if err := t.watch(c, d); err != nil {
		return err
	}
	return t.ask(d, q, before)
}

func (t *turn) dropDialogue(d *program.Dialogue) error {
	if err := t.tx.DropTimer(program.Timer{Kind: program.TimerPatience, ID: uint64(d.ID)}); err != nil {
		return err
	}
	return t.tx.DropDialogue(d.With, d.ID)
}

// ask shows the open question, after some other text.
func (t *turn) ask(d *program.Dialogue, q *flow.Question, before chat.Text) error {
	return t.replyWith(chat.Message{
		Text: paragraphs(before, t.prompt(q)), Choices: t.choicesOf(d, q), Form: t.form(d, q),
	})
}

func (t *turn) prompt(q *flow.Question) chat.Text {
	text := t.phrase(q.Prompt)
	if q.Kind == flow.FillForm {
		text = lines(text, t.phrase(q.Fields[0].Label))
	}
	return text
}

func (t *turn) choicesOf(d *program.Dialogue, q *flow.Question) []chat.Choice {
	choices := make([]chat.Choice, 0, len(q.Options)+2)
	add := func(label, option string, kind chat.ChoiceKind) {
		token := chat.Token{Act: actAnswer, ID: uint64(d.ID), Question: q.Key, Option: option}
		choices = append(choices, chat.Choice{Label: label, Token: token.String(), Kind: kind})
	}
	picked := make(map[string]bool, len(q.Picked))
	for _, p := range q.Picked {
		picked[p] = true
	}
	for _, o := range q.Options {
		label, kind := t.phrase(o.Label).Plain(), chat.Plain
		if q.Kind == flow.ChooseSeveral {
			kind = chat.Tick
		}
		if picked[o.Key] {
			label, kind = chat.TickMark+label, chat.Ticked
		}
		if o.Alarm {
			kind = chat.Danger
		}
		add(label, o.Key, kind)
	}
	if q.Kind == flow.ChooseSeveral && len(q.Picked) > 0 {
		add(t.plain("button.done"), flow.Done, chat.Primary)
	}
	if q.Optional {
		add(t.plain("button.skip"), flow.Skip, chat.Aside)
	}
	if q.Free {
		add(t.plain("button.enough"), flow.Stop, chat.Aside)
	}
	if q.Back {
		add(t.plain("button.back"), flow.Back, chat.Aside)
	}
	return choices
}

func (t *turn) phrase(p flow.Phrase) chat.Text {
	if p.Key == "" {
		return chat.Say(p.Literal)
	}
	return t.voice.Text(p.Key, p.Args)
}

// answerPressed applies a button to the dialogue it belongs to.
func (t *turn) answerPressed(token chat.Token) error {
	d, err := t.tx.Dialogue(t.who.ID, program.DialogueID(token.ID))
	if errors.Is(err, program.ErrNotFound) {
		return t.toast("answer.answered")
	}
	if err != nil {
		return err
	}
	q, err := t.flows[d.State.Flow].open(t, &d)
	if err != nil {
		return err
	}
	if q == nil || q.Key != token.Question {
		return t.toast("answer.answered")
	}
	if token.Option == flow.Write {
		t.answer = chat.Answer{Form: t.form(&d, q)}
		return nil
	}
	state, err := flow.Press(d.State, q, token.Option)
	if err != nil {
		return t.toast(wrongInput(err))
	}
	d.State = state
	return t.proceed(&d, nil)
}

// typed applies text to the open question of a dialogue.
func (t *turn) typed(d *program.Dialogue, q *flow.Question, text string) (flow.State, error) {
	return flow.Type(d.State, q, text, func(p flow.Phrase) string { return t.phrase(p).Plain() })
}

// said takes text: the answer to the dialogue under way, or free text.
func (t *turn) said(text string) error {
	d, err := t.current()
	switch {
	case err != nil:
		return err
	case d == nil:
		return t.freeText(text)
	}
	return t.answered(d, func(q *flow.Question) (flow.State, error) {
		if option := t.control(q, text); option != "" {
			return flow.Press(d.State, q, option)
		}
		state, err := t.typed(d, q, text)
		if errors.Is(err, flow.ErrNoOption) && t.flows[d.State.Flow].keeps {
			return keepWords(d.State, text), errKept
		}
		return state, err
	})
}

// control returns what a typed "skip", "done" or "back" stands for, where there
// is such a button; nothing for any other text.
func (t *turn) control(q *flow.Question, text string) string {
	for _, c := range []struct {
		label, option string
		there         bool
	}{
		{"button.skip", flow.Skip, q.Optional},
		{"button.done", flow.Done, q.Kind == flow.ChooseSeveral},
		{"button.enough", flow.Stop, q.Free},
		{"button.back", flow.Back, q.Back},
	} {
		if c.there && strings.EqualFold(strings.TrimSpace(text), strings.Trim(t.plain(c.label), "‹› ")) {
			return c.option
		}
	}
	return ""
}

// errKept says that the input did not answer the question, and was kept.
var errKept = errors.New("kept as words")

func keepWords(s flow.State, text string) flow.State {
	if before := s.Value("words"); before != "" {
		text = before + "\n" + text
	}
	return s.With("words", text)
}

func (t *turn) answered(d *program.Dialogue, apply func(*flow.Question) (flow.State, error)) error {
	q, err := t.flows[d.State.Flow].open(t, d)
	if err != nil {
		return err
	}
	if q == nil {
		return t.proceed(d, nil)
	}
	state, err := apply(q)
	d.State = state
	was := *d // but for the answer
	unclear, isFault := errors.AsType[*fault](err)
	switch long, tooLong := errors.AsType[*flow.TooLongError](err); {
	case err == nil:
		if err := t.proceed(d, nil); err != nil {
			return err
		}
		return t.takeButtons(was, q)
	case errors.Is(err, errKept):
		if err := t.proceed(d, t.text("checkin.kept_words")); err != nil {
			return err
		}
		return t.takeButtons(was, q)
	case isFault:
		return t.ask(d, q, t.phrase(unclear.say))
	case tooLong:
		return t.ask(d, q, t.text("error.too_long", "N", long.Runes, "Limit", long.Limit))
	}
	return t.ask(d, q, t.text(wrongInput(err)))
}

// takeButtons takes the buttons off the question q of a dialogue as it was before
// q was answered by typing, perhaps on another platform.
func (t *turn) takeButtons(was program.Dialogue, q *flow.Question) error {
	if was.On == "" || was.On == t.on() && was.In == t.event.In { // what comes next takes its place
		return nil
	}
	return t.queue(program.Outgoing{
		Priority: program.Reply, To: was.In, Person: t.who.ID,
		Message: chat.Message{Replaces: was.On, Text: t.prompt(q)},
	})
}

// wrongInput returns the wording for an input that does not answer a question.
func wrongInput(err error) string {
	switch {
	case errors.Is(err, flow.ErrNothing):
		return "error.nothing"
	case errors.Is(err, flow.ErrNotUnderstood):
		return "error.not_understood"
	}
	return "error.no_option"
}

// current returns the dialogue that typed text belongs to: the one last
// touched, unless it was put away. Nil if there is none.
func (t *turn) current() (*program.Dialogue, error) {
	var newest *program.Dialogue
	for d, err := range t.tx.DialoguesWith(t.who.ID) {
		if err != nil {
			return nil, err
		}
		if d.Away.IsZero() && (newest == nil || d.Touched.After(newest.Touched)) {
			newest = &d
		}
	}
	return newest, nil
}

// resume shows the open question of a dialogue again.
func (t *turn) resume(token chat.Token) error {
	d, err := t.tx.Dialogue(t.who.ID, program.DialogueID(token.ID))
	if errors.Is(err, program.ErrNotFound) {
		return t.toast("answer.answered")
	}
	if err != nil {
		return err
	}
	return t.proceed(&d, nil)
}

func (t *turn) setTimer(timer program.Timer) error {
	t.timers = true
	return t.tx.SetTimer(timer)
}
