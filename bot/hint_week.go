package bot

import (
	"context"
	"errors"
	"slices"
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// hintsAWeek is how many hints stand in one weekly list: each has a button. The
// others wait for the next one.
const hintsAWeek = 12

// listHints tells a coordinator what was noticed in texts and did not become part
// of a case: what is small, what its writer says is nothing, what nobody could
// read. Nothing is listed twice.
func (t *turn) listHints(p program.Person) error {
	var mine []program.Hint
	more := 0
	for h, err := range t.tx.HintsForWeek() {
		if err != nil {
			return err
		}
		if to, err := t.hintReader(h); err != nil {
			return err
		} else if to.ID != p.ID {
			continue
		}
		if len(mine) == hintsAWeek {
			more++
			continue
		}
		mine = append(mine, h)
	}
	if len(mine) == 0 {
		return nil
	}
	text := []chat.Text{t.text("hint_week.head")}
	var choices []chat.Choice
	for i, h := range mine {
		line, err := t.hintLine(h, i+1)
		if err != nil {
			return err
		}
		text = append(text, line)
		choices = append(choices, chat.Choice{
			Label: t.plain("hint_week.read", "No", i+1), Token: chat.Token{Act: actReadHint, ID: uint64(h.ID)}.String(),
		})
		h.Listed = t.now
		if err := t.tx.PutHint(&h); err != nil {
			return err
		}
	}
	if more > 0 {
		text = append(text, t.text("hint_week.more", "Count", more))
	}
	return t.tell(p, program.Outgoing{
		Priority: program.Digest, Purpose: program.ForAlert, Message: chat.Message{Text: lines(text...), Choices: choices},
	})
}

// hintReader returns who is to see a hint in the weekly list: one person, so that
// nobody can think that another will. Nobody sees one about themselves, or of
// their own words.
func (t *turn) hintReader(h program.Hint) (program.Person, error) {
	var first []program.PersonID
	if h.Match != 0 {
		m, err := t.tx.Match(h.Match)
		if err != nil {
			return program.Person{}, err
		}
		first = append(first, m.Coordinator)
	}
	people, err := t.withRole(program.Coordinator | program.Owner)
	if err != nil {
		return program.Person{}, err
	}
	slices.SortStableFunc(people, func(a, b program.Person) int { return readerRank(a, first) - readerRank(b, first) })
	for _, p := range people {
		if p.ID == h.By || slices.Contains(h.About, p.ID) {
			continue
		}
		if ok, err := t.reachable(p); err != nil || ok {
			return p, err
		}
	}
	return program.Person{}, nil
}

// readerRank orders who sees a hint: the coordinator of the match, the owners,
// the other coordinators.
func readerRank(p program.Person, first []program.PersonID) int {
	switch {
	case slices.Contains(first, p.ID):
		return 0
	case p.Is(program.Owner):
		return 1
	}
	return 2
}

// hintLine says in one line what was noticed, without the words.
func (t *turn) hintLine(h program.Hint, no int) (chat.Text, error) {
	by, err := t.person(h.By)
	if err != nil {
		return nil, err
	}
	who := by.Name
	if h.Match != 0 {
		m, err := t.tx.Match(h.Match)
		if err != nil {
			return nil, err
		}
		alias, err := t.called(m)
		if err != nil {
			return nil, err
		}
		who = alias + " – " + by.Name
	}
	var kinds []string
	for _, f := range h.Found {
		if name := t.meaning(f); !slices.Contains(kinds, name) {
			kinds = append(kinds, name)
		}
	}
	key := "hint_week.watch"
	switch {
	case h.Unread:
		key = "hint_week.unread"
	case h.Answer == program.NoWorry && h.Reason != "":
		key = "hint_week.dismissed"
	case h.Answer == program.NoWorry:
		key = "hint_week.no"
	case h.Open():
		key = "hint_week.silent"
	}
	args := []any{"No", no, "Who", who, "Kinds", strings.Join(kinds, ", "), "Why", ""}
	if h.Reason != "" {
		args[len(args)-1] = t.plain("hint_reason." + string(h.Reason))
	}
	return t.text(key, args...), nil
}

// readHint shows a text to whoever sees it in the weekly list, with the words
// marked, and records it.
func (t *turn) readHint(token chat.Token) error {
	h, err := t.tx.Hint(program.HintID(token.ID))
	if err != nil {
		return err
	}
	if ok, err := t.mayReadHint(h); err != nil {
		return err
	} else if !ok {
		return program.ErrNotFound
	}
	text, err := t.textOf(h)
	if err != nil {
		return err
	}
	by, err := t.person(h.By)
	if err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "read a hint", Person: h.By, Case: h.Case}); err != nil {
		return err
	}
	return t.queue(program.Outgoing{
		Priority: program.Reply, To: t.event.In, Person: t.who.ID,
		Message: chat.Message{
			Text: paragraphs(
				lines(t.text("note.content", "Who", by.Name, "Time", t.clock(t.who, h.At)), marked(h, text)),
				lines(t.hintLines(h, text, by)...),
				t.text("case.view_recorded"),
			),
			Guarded: true, Handle: t.event.Handle,
		},
	})
}

// mayReadHint reports whether the person may read the text of a hint: who looks
// after its match, and the supervisors, unless it may be about them.
func (t *turn) mayReadHint(h program.Hint) (bool, error) {
	switch {
	case h.By == t.who.ID || slices.Contains(h.About, t.who.ID):
		return false, nil
	case h.Match == 0 || t.who.Is(program.Supervisor):
		return true, nil
	}
	m, err := t.tx.Match(h.Match)
	return err == nil && t.inCharge(m), err
}

// HintScores says how well each rule has done that ever fired. It holds no words.
func (b *Bot) HintScores(ctx context.Context) (list []program.RuleScore, err error) {
	err = b.Store.View(ctx, func(tx program.Tx) error {
		all := program.RuleScores{}
		for h, err := range tx.Hints() {
			if err != nil {
				return err
			}
			var said program.Feedback
			if h.Case != 0 {
				c, err := tx.Case(h.Case)
				if err != nil && !errors.Is(err, program.ErrNotFound) {
					return err
				}
				said = c.Feedback
			}
			all.Add(h, said)
		}
		list = all.List()
		return nil
	})
	return list, err
}
