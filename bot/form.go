package bot

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// form offers to write the answer into a form, where the platform has forms.
func (t *turn) form(d *program.Dialogue, q *flow.Question) *chat.Form {
	if q.Kind != flow.AskText && q.Kind != flow.FillForm {
		return nil
	}
	f := &chat.Form{
		Title: t.phrase(q.Prompt).Plain(), Button: t.plain("button.write"),
		Token: chat.Token{Act: actAnswer, ID: uint64(d.ID), Question: q.Key, Option: flow.Write}.String(),
	}
	if q.Kind == flow.AskText {
		f.Fields = []chat.Field{{Key: q.Key, Label: t.plain("form.words"), Long: q.Limit == 0 || q.Limit > lineRunes, Limit: q.Limit}}
	}
	for _, field := range q.Fields {
		f.Fields = append(f.Fields, chat.Field{
			Key: field.Key, Label: t.phrase(field.Label).Plain(), Long: field.Long, Optional: field.Optional, Limit: field.Limit,
		})
	}
	return f
}

// lineRunes is how much fits into one line of a form.
const lineRunes = 100

// filled applies a form to the dialogue it belongs to.
func (t *turn) filled(f chat.Filled) error {
	token, err := chat.ParseToken(f.Token)
	if err != nil || token.Act != actAnswer {
		return t.toast("answer.old_button")
	}
	if ok, err := t.allowed(program.ActAnswer); !ok {
		return err
	}
	d, err := t.tx.Dialogue(t.who.ID, program.DialogueID(token.ID))
	if errors.Is(err, program.ErrNotFound) {
		return t.filledTooLate(f)
	}
	if err != nil {
		return err
	}
	if q, err := t.flows[d.State.Flow].open(t, &d); err != nil || q == nil || q.Key != token.Question {
		return errors.Join(err, t.filledTooLate(f))
	}
	return t.answered(&d, func(q *flow.Question) (flow.State, error) {
		if q.Kind == flow.AskText {
			return t.typed(&d, q, f.Values[q.Key])
		}
		return flow.Fill(d.State, q, f.Values)
	})
}

// filledTooLate takes the words of a form whose question is no longer open, as
// if they had been typed outside a dialogue.
func (t *turn) filledTooLate(f chat.Filled) error {
	var texts []string
	for _, key := range slices.Sorted(maps.Keys(f.Values)) {
		if text := strings.TrimSpace(f.Values[key]); text != "" {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return t.toast("answer.answered")
	}
	return t.freeText(strings.Join(texts, "\n"))
}
