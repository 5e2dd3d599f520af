package bot

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/risk"
)

// An Assessor reads a text and says what in it sounds like a risk. A
// [risk.Assessor] is one. It must give the same answer to the same text, and be
// quick: it is asked inside a transaction.
type Assessor interface {
	Assess(text, lang string) risk.Assessment
	Rules() []risk.RuleInfo
}

// defaultHintWait is how long a question about what somebody wrote stays open
// before a supervisor hears of it.
const defaultHintWait = 15 * time.Minute

// cueKinds returns the kinds of the cues of context, by their ids.
func cueKinds(a Assessor) map[string]string {
	kinds := map[string]string{}
	if a != nil {
		for _, r := range a.Rules() {
			kinds[r.ID] = r.Kind
		}
	}
	return kinds
}

// A written text is something that the person of the turn wrote.
type written struct {
	text    string
	match   program.MatchID
	checkIn program.CheckInID // in whose note it is,
	version int               // in this version of it
	note    program.NoteID    // or in which note
	part    program.CaseNo    // of which case it is part
}

// keepAndHeed keeps a check-in, and heeds what is in its note.
func (t *turn) keepAndHeed(d *program.Dialogue, c *program.CheckIn) error {
	if err := t.keepCheckIn(d, c); err != nil {
		return err
	}
	return t.heedCheckIn(d, c)
}

// heedCheckIn looks for what the mentor did not tick in the note of a check-in
// that was kept, and sees to it.
func (t *turn) heedCheckIn(d *program.Dialogue, c *program.CheckIn) error {
	if t.Hints == nil || c.Note == "" {
		return nil
	}
	if err := t.joinWords(d, c); err != nil {
		return err
	}
	for old, err := range t.tx.CheckInVersions(c.ID) {
		if err != nil {
			return err
		}
		if old.Note == c.Note && old.Changed.Before(t.now) {
			return nil // it was looked at when it was written
		}
	}
	h, err := t.heed(written{text: c.Note, match: c.Match, checkIn: c.ID, version: c.Version, part: c.Case})
	if err != nil || h.Case == 0 {
		return err
	}
	c.Case, d.Case = h.Case, h.Case
	return nil
}

// heedNote looks for a risk in a note outside a check-in, which may be part of a
// case, and sees to it.
func (t *turn) heedNote(n *program.Note, match program.MatchID) error {
	if t.Hints == nil {
		return nil
	}
	part := n.Case
	if n.CheckIn != 0 {
		c, err := t.tx.CheckIn(n.CheckIn)
		if err != nil {
			return err
		}
		match = c.Match
		if part == 0 {
			part = c.Case
		}
	}
	if match == 0 {
		var err error
		if match, err = t.matchMeant(n.Text); err != nil {
			return err
		}
	}
	h, err := t.heed(written{text: n.Text, match: match, note: n.ID, part: part})
	if h.Case != 0 {
		n.Case = h.Case
	}
	return err
}

// heed looks for a risk in a text. What is urgent is raised, whatever was
// ticked; about a concern its writer is asked; everything is kept. Text never
// lowers anything.
func (t *turn) heed(w written) (h program.Hint, err error) {
	a := t.assess(w.text)
	h = t.hintOf(a, w)
	if len(h.Found)+len(h.Ruled) == 0 && !h.Weak && !h.Unread {
		return program.Hint{}, nil
	}
	if slices.Contains(h.Kinds, program.AboutAnAdult) {
		if h.About, err = t.staffNamed(w.text); err != nil {
			return h, err
		}
	}
	on, err := t.caseIfOpen(w.part)
	if err != nil {
		return h, err
	}
	switch {
	case on.No != 0 && on.Level >= h.Level:
		h.Case, h.Ticked = on.No, on.Hint == 0
		return h, t.tx.PutHint(&h)
	case h.Level == program.Urgent:
		return h, t.raiseByWords(&h, w.text)
	case h.Asks():
		if again, err := t.askedBefore(h, w.text); err != nil || again {
			return h, errors.Join(err, t.tx.PutHint(&h))
		}
		return h, t.askAboutWords(&h, w.text)
	}
	return h, t.tx.PutHint(&h)
}

// A foresight is a text that was read before the store was locked for it, in the
// language that its writer's app has: reading takes longer than all else.
type foresight struct {
	text, lang string
	found      risk.Assessment
}

// foresee reads what an event says, if it says anything.
func (b *Bot) foresee(e chat.Event) (f foresight) {
	switch what := e.What.(type) {
	case chat.Said:
		f.text = what.Text
	case chat.Edited:
		f.text = what.Text
	}
	if b.Hints == nil || f.text == "" || !e.Private {
		return foresight{}
	}
	f.lang, _, _ = strings.Cut(cmp.Or(e.From.Language, b.Language), "-")
	f.found = b.assess(f.text, f.lang, e.ID)
	return f
}

// assess reads a text, unless that was done ahead.
func (t *turn) assess(text string) risk.Assessment {
	if f := t.ahead; f.text == text && f.lang == t.who.Language {
		return f.found
	}
	return t.Bot.assess(text, t.who.Language, t.event.ID)
}

// assess reads a text. A fault in the rules must not cost anybody what they
// wrote: then it counts as not read, which is said to those who look.
func (b *Bot) assess(text, lang, event string) (a risk.Assessment) {
	defer func() {
		if recover() != nil {
			b.Log.Error("a text could not be read for hints", "event", event)
			a = risk.Assessment{}
		}
	}()
	return b.Hints.Assess(text, lang)
}

// hintOf records what was found in a text.
func (t *turn) hintOf(a risk.Assessment, w written) program.Hint {
	h := program.Hint{
		At: t.now, By: t.who.ID, Match: w.match, CheckIn: w.checkIn, Version: w.version, Note: w.note,
		Level: min(a.Level, program.Urgent), Weak: a.Ask && a.Level < program.Concern,
		Unread: !a.Assessed && strings.ContainsFunc(w.text, unicode.IsLetter),
	}
	h.Kinds = slices.DeleteFunc(slices.Clone(a.Categories), func(k program.Category) bool { return !slices.Contains(program.Categories(), k) })
	if len(h.Kinds) == 0 {
		h.Kinds = nil
	}
	for _, f := range a.Hits[:min(len(a.Hits), foundAtOnce)] {
		h.Found = append(h.Found, foundBy(f, w.text))
	}
	for _, s := range a.Suppressed[:min(len(a.Suppressed), foundAtOnce)] {
		h.Ruled = append(h.Ruled, program.RuledOut{Found: foundBy(s.Hit, w.text), By: s.By, Why: t.cues()[s.By]})
	}
	return h
}

// foundAtOnce is how much is kept of one text: more than anybody reads.
const foundAtOnce = 12

func foundBy(f risk.Hit, text string) program.Found {
	start := min(max(f.Start, 0), len(text))
	return program.Found{Rule: f.Rule, Category: f.Category, Level: f.Level, Start: start, End: min(max(f.End, start), len(text))}
}

// caseIfOpen returns a case if there is one of that number that is open.
func (t *turn) caseIfOpen(no program.CaseNo) (program.Case, error) {
	if no == 0 {
		return program.Case{}, nil
	}
	c, err := t.tx.Case(no)
	if err != nil || !c.Open() {
		return program.Case{}, err
	}
	return c, nil
}

// matchMeant returns the match that a text outside a check-in is about: the only
// one of the person, or the only one whose mentee is called by name. Zero if that
// is not clear.
func (t *turn) matchMeant(text string) (program.MatchID, error) {
	matches, aliases, err := t.matchesOf(t.who.ID)
	switch {
	case err != nil:
		return 0, err
	case len(matches) == 1:
		return matches[0].ID, nil
	}
	words := wordsOf(text)
	var meant program.MatchID
	for _, m := range matches {
		switch called := words[strings.ToLower(aliases[m.ID])]; {
		case called && meant != 0:
			return 0, nil
		case called:
			meant = m.ID
		}
	}
	return meant, nil
}

// wordsOf returns the words of a text in lower case.
func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		words[word] = true
	}
	return words
}

// staffNamed returns who of the staff is called by name in a text. What is about
// an adult of the program must not reach the one whom it is about.
func (t *turn) staffNamed(text string) (ids []program.PersonID, err error) {
	words := wordsOf(text)
	people, err := t.withRole(program.Staff)
	for _, p := range people {
		first, _, _ := strings.Cut(strings.ToLower(p.Name), " ")
		if words[first] && p.ID != t.who.ID {
			ids = append(ids, p.ID)
		}
	}
	return ids, err
}

// sameWords is for how long somebody is not asked once more about the same words
// about the same mentee: they corrected a note, or used it twice.
const sameWords = 24 * time.Hour

// askedBefore reports whether the person was asked about all the words of a hint
// just before, and they did not lead to a case.
func (t *turn) askedBefore(h program.Hint, text string) (bool, error) {
	known := map[string]bool{}
	for old, err := range t.tx.Hints() {
		if err != nil {
			return false, err
		}
		if t.now.Sub(old.At) > sameWords {
			break
		}
		if old.By != h.By || old.Match != h.Match || old.Asked.IsZero() || old.Case != 0 || old.Level < h.Level {
			continue
		}
		was, err := t.textOf(old)
		if err != nil {
			return false, err
		}
		for _, f := range old.Found {
			known[f.Rule+" "+span(was, f)] = true
		}
	}
	unknown := func(f program.Found) bool { return !known[f.Rule+" "+span(text, f)] }
	return len(h.Found) > 0 && !slices.ContainsFunc(h.Found, unknown), nil
}

// span returns the words that were found.
func span(text string, f program.Found) string {
	if f.Start > f.End || f.End > len(text) {
		return "" // the text is gone
	}
	return text[f.Start:f.End]
}

// textOf returns the text in which something was found; empty if it is gone.
func (t *turn) textOf(h program.Hint) (string, error) {
	if h.CheckIn == 0 {
		n, err := t.tx.Note(h.Note)
		if errors.Is(err, program.ErrNotFound) {
			return "", nil
		}
		return n.Text, err
	}
	for c, err := range t.tx.CheckInVersions(h.CheckIn) {
		if err != nil {
			return "", err
		}
		if c.Version == h.Version {
			return c.Note, nil
		}
	}
	return "", nil
}
