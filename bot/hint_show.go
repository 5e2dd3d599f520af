package bot

import (
	"cmp"
	"slices"
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/risk"
)

// How much is quoted of what somebody wrote: so many places, each of so many
// runes.
const (
	quotedPlaces = 3
	quotedRunes  = 80
)

// quoted returns wording whose {{.Words}} are the words that a hint is about.
func (t *turn) quoted(key string, h program.Hint, text string) chat.Text {
	var all []string
	for _, f := range loudest(h.Found) {
		if q := t.quote(span(text, f)); !slices.Contains(all, q) && len(all) < quotedPlaces {
			all = append(all, q)
		}
	}
	if len(all) == 0 {
		all = append(all, t.quote(text))
	}
	return t.text(key, "Words", strings.Join(all, ", "))
}

// loudest returns what made a hint as pressing as it is, each word once: what rules
// found, and the whole of a passage only where they found nothing in it.
func loudest(found []program.Found) (all []program.Found) {
	level := program.NoLevel
	for _, f := range found {
		level = max(level, f.Level)
	}
	loud := slices.DeleteFunc(slices.Clone(found), func(f program.Found) bool { return f.Level < level })
	rank := func(f program.Found) int {
		if strings.HasPrefix(f.Rule, risk.Signs) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(loud, func(f, g program.Found) int {
		return cmp.Or(rank(f)-rank(g), (g.End-g.Start)-(f.End-f.Start))
	})
	for _, f := range loud {
		if !slices.ContainsFunc(all, func(g program.Found) bool { return overlap(f, g) }) {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(f, g program.Found) int { return f.Start - g.Start })
	return all
}

// apart leaves out what lies within something else of the same category that is as
// pressing, or shares words with what is more so.
func apart(found []program.Found) []program.Found {
	return slices.DeleteFunc(slices.Clone(found), func(f program.Found) bool {
		return slices.ContainsFunc(found, func(g program.Found) bool {
			switch {
			case g.Category != f.Category:
				return false
			case g.Level != f.Level:
				return g.Level > f.Level && overlap(f, g)
			}
			within := g.Start <= f.Start && f.End <= g.End
			return within && (g.End-g.Start > f.End-f.Start || g.End-g.Start == f.End-f.Start && g.Rule < f.Rule)
		})
	})
}

func overlap(f, g program.Found) bool { return f.Start < g.End && g.Start < f.End }

func (t *turn) quote(words string) string {
	words = strings.Join(strings.Fields(words), " ")
	if all := []rune(words); len(all) > quotedRunes {
		words = string(all[:quotedRunes-1]) + "…"
	}
	return t.plain("hint.quote", "Words", words)
}

// marked returns a text in which what was found stands out.
func marked(h program.Hint, text string) (all chat.Text) {
	found := slices.Clone(h.Found)
	slices.SortStableFunc(found, func(a, b program.Found) int { return a.Start - b.Start })
	at := 0
	for _, f := range found {
		if f.Start < at || f.Start == f.End || f.End > len(text) {
			continue
		}
		if f.Start > at {
			all = append(all, chat.Span{Text: text[at:f.Start]})
		}
		all = append(all, chat.Span{Text: text[f.Start:f.End], Style: chat.Bold})
		at = f.End
	}
	if at < len(text) {
		all = append(all, chat.Span{Text: text[at:]})
	}
	return all
}

// hintsContent says what was noticed in the texts of a case: the words, what
// they may mean, what was ruled out and why, and what their writer says of it.
func (t *turn) hintsContent(c program.Case) (chat.Text, error) {
	hints, err := t.hintsOf(c)
	if err != nil {
		return nil, err
	}
	var all []chat.Text
	for _, h := range hints {
		text, err := t.textOf(h)
		if err != nil {
			return nil, err
		}
		by, err := t.person(h.By)
		if err != nil {
			return nil, err
		}
		for _, line := range t.hintLines(h, text, by) { // a note may have become part of a check-in
			if !slices.ContainsFunc(all, func(said chat.Text) bool { return slices.Equal(said, line) }) {
				all = append(all, line)
			}
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return lines(append([]chat.Text{t.text("hint.noticed")}, all...)...), nil
}

// hintLines says what one hint is, a line for each thing.
func (t *turn) hintLines(h program.Hint, text string, by program.Person) (all []chat.Text) {
	if h.Unread {
		return []chat.Text{t.text("hint.unread")}
	}
	for _, f := range apart(h.Found) {
		all = append(all, t.text("hint.found", "Words", t.quote(span(text, f)), "Kind", t.meaning(f)))
	}
	for _, r := range h.Ruled {
		key := "hint.ruled_out"
		if slices.ContainsFunc(h.Found, func(f program.Found) bool { return f.Rule == r.Rule && f.Start == r.Start }) {
			key = "hint.lowered"
		}
		all = append(all, t.text(key, "Words", t.quote(span(text, r.Found)), "Why", t.ruledWhy(r.Why)))
	}
	switch {
	case h.Answer == program.NoWorry && h.Reason != "":
		all = append(all, t.text("hint.said_why", "Who", by.Name, "Why", t.plain("hint_reason."+string(h.Reason))))
	case h.Answer != "":
		all = append(all, t.text("hint.said", "Who", by.Name, "Answer", t.plain("worry."+string(h.Answer))))
	case h.Open():
		all = append(all, t.text("hint.silent", "Who", by.Name))
	case h.Unconfirmed():
		all = append(all, t.text("hint.unconfirmed", "Who", by.Name))
	}
	return all
}

// meaning returns what something that was found may mean, in the words of the
// worries that mentors are offered. Rules have some more.
func (t *turn) meaning(f program.Found) string {
	switch {
	case f.Level == program.NoLevel:
		return t.plain("hint_kind.uneasy")
	case slices.Contains(program.Categories(), f.Category):
		return t.plain("kind." + string(f.Category))
	}
	return t.plain("hint_kind." + string(f.Category))
}

// ruledWhy says why a cue of context rules something out.
func (t *turn) ruledWhy(why string) string {
	switch why {
	case "idiom", "negation", "history", "hypothetical", "fiction", "meta", "benign", "hearsay", "known", "fine":
	case "other": // a plural form, where words are looked up
		why = "afar"
	default: // the other words, and rules to come
		why = "context"
	}
	return t.plain("hint_ruled." + why)
}

// hintsOf returns the hints in the check-ins and notes of a case, oldest first.
func (t *turn) hintsOf(c program.Case) (all []program.Hint, err error) {
	var notes []program.NoteID
	for h, err := range t.tx.Hops(c.No) {
		if err != nil {
			return nil, err
		}
		if h.Note != 0 && h.Kind == program.HopAdded {
			notes = append(notes, h.Note)
		}
	}
	add := func(in program.CheckInID, note program.NoteID) error {
		for h, err := range t.tx.HintsIn(in, note) {
			if err != nil {
				return err
			}
			all = append(all, h)
		}
		return nil
	}
	for _, id := range append([]program.CheckInID{c.CheckIn}, c.More...) {
		if id == 0 {
			continue
		}
		if err := add(id, 0); err != nil {
			return nil, err
		}
	}
	for _, id := range notes {
		if err := add(0, id); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b program.Hint) int { return int(a.ID) - int(b.ID) })
	return all, nil
}
