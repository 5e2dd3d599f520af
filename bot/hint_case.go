package bot

import (
	"slices"
	"strconv"

	"steadfast/bot/program"
)

// How a hint came to its case: what the timeline of the case says of it. The
// names are stored, beside the answers to the question.
const (
	hintUrgent     = "urgent"     // the words alone
	hintUnanswered = "unanswered" // nobody answered in time
	hintDanger     = "danger"     // its writer says so
)

// raiseHint makes what a hint is about part of the case of its text, or a case of
// its own, at a level at least. Why says how it came to that.
func (t *turn) raiseHint(h *program.Hint, level program.Level, why string) error {
	c, err := t.caseOf(*h)
	if err != nil {
		return err
	}
	if c.No == 0 {
		if c.No, err = t.newCaseOf(h, level); err != nil {
			return err
		}
		h.Case = c.No
		if err := t.tx.PutHint(h); err != nil {
			return err
		}
		return t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopHint, By: h.By, What: why})
	}
	h.Case = c.No
	if err := t.tx.PutHint(h); err != nil {
		return err
	}
	for _, id := range h.About {
		if err := t.keepOut(c.No, id); err != nil {
			return err
		}
	}
	if err := t.sayInCase(*h, why); err != nil {
		return err
	}
	return t.pageSoon(c.No, level)
}

// pageSoon lifts a case to a level at least. Cards on which it was paged in this
// turn are written when they are sent, and say the new level; other ones are
// brought up to date. A case that rises is paged anew in a transaction of its own,
// at once: what else was told in this turn may be as much as one can hold.
func (t *turn) pageSoon(no program.CaseNo, level program.Level) error {
	c, err := t.tx.Case(no)
	if err != nil {
		return err
	}
	paged := c.Paged.Equal(t.now) && c.AckedBy == 0
	switch {
	case c.Level >= level && paged:
		return nil
	case c.Level >= level:
		return t.cardsAnew(c)
	}
	c.Level = level
	if err := t.tx.AddHop(no, program.Hop{At: t.now, Kind: program.HopRaisedTo, By: t.who.ID, Level: level}); err != nil {
		return err
	}
	if paged {
		return t.climb(&c)
	}
	c.Release()
	c.Offer = nil
	if err := t.tx.PutCase(&c); err != nil {
		return err
	}
	return t.lookAgain(c, t.now)
}

// caseOf returns the open case that the text of a hint is part of; its number is
// zero if there is none.
func (t *turn) caseOf(h program.Hint) (c program.Case, err error) {
	nos := []program.CaseNo{h.Case}
	checkIn := h.CheckIn
	if h.Note != 0 {
		n, err := t.tx.Note(h.Note)
		if err != nil {
			return c, err
		}
		nos, checkIn = append(nos, n.Case), n.CheckIn
	}
	if checkIn != 0 {
		in, err := t.tx.CheckIn(checkIn)
		if err != nil {
			return c, err
		}
		nos = append(nos, in.Case)
	}
	for _, no := range nos {
		if c, err = t.caseIfOpen(no); err != nil || c.No != 0 {
			return c, err
		}
	}
	return program.Case{}, nil
}

// newCaseOf raises a case from a hint, or makes it part of one about the same
// mentee, and its text with it.
func (t *turn) newCaseOf(h *program.Hint, level program.Level) (no program.CaseNo, err error) {
	k := program.Case{Level: level, Kinds: h.Kinds, By: h.By, Match: h.Match, CheckIn: h.CheckIn, Hint: h.ID, About: h.About}
	about, err := t.subjectsOfWords(*h)
	if err != nil {
		return 0, err
	}
	k.SetSubjects(about)
	if h.Note != 0 {
		n, err := t.tx.Note(h.Note)
		if err != nil {
			return 0, err
		}
		k.CheckIn = n.CheckIn
	}
	if no, err = t.raise(k); err != nil {
		return 0, err
	}
	if h.Note != 0 {
		if err := t.putNoteInto(h.Note, no); err != nil {
			return 0, err
		}
	}
	if k.CheckIn == 0 {
		return no, nil
	}
	c, err := t.tx.CheckIn(k.CheckIn)
	if err != nil {
		return 0, err
	}
	c.Case = no
	return no, t.tx.PutCheckIn(&c)
}

// putNoteInto makes a note part of a case of which nobody needs to be told just
// now: it is new, or whoever has it was told.
func (t *turn) putNoteInto(id program.NoteID, no program.CaseNo) error {
	hop, err := t.takeNote(id, no)
	if err != nil {
		return err
	}
	return t.tx.AddHop(no, hop)
}

// sayInCase records in a case what became of a hint, and tells whoever has it
// unless that was told with the text itself.
func (t *turn) sayInCase(h program.Hint, what string) error {
	hop := program.Hop{At: t.now, Kind: program.HopHint, By: h.By, What: what}
	if what == hintUrgent {
		if err := t.tx.AddHop(h.Case, hop); err != nil {
			return err
		}
	} else if err := t.inform(h.Case, hop, "case.reporter_added"); err != nil {
		return err
	}
	c, err := t.tx.Case(h.Case)
	if err != nil {
		return err
	}
	for _, kind := range h.Kinds {
		if !slices.Contains(c.Kinds, kind) {
			c.Kinds = append(c.Kinds, kind)
		}
	}
	return t.tx.PutCase(&c)
}

// unconfirmed reports whether a case was made from somebody's words alone.
func (t *turn) unconfirmed(c program.Case) bool {
	if c.Hint == 0 {
		return false
	}
	h, err := t.tx.Hint(c.Hint)
	if err != nil || !h.Unconfirmed() {
		return false
	}
	if h.CheckIn == 0 {
		return true
	}
	in, err := t.tx.CheckIn(h.CheckIn)
	return err == nil && in.Level() == program.NoLevel
}

// heedWords makes a note of words that were typed beside the questions of a
// check-in if they are urgent: they must not wait for its end.
func (t *turn) heedWords(d *program.Dialogue) error {
	words := d.State.Value("words")
	if t.Hints == nil || words == "" || d.State.Value("filed") != "" || t.assess(words).Level < program.Urgent {
		return nil
	}
	return t.leaveWords(d)
}

// subjectsOfWords returns whom the words of a hint are about: where their check-in
// does not say, in doubt a whole group.
func (t *turn) subjectsOfWords(h program.Hint) ([]program.MenteeID, error) {
	if h.CheckIn == 0 {
		return t.subjectsOf(h.Match)
	}
	c, err := t.tx.CheckIn(h.CheckIn)
	if err != nil {
		return nil, err
	}
	m, err := t.tx.Match(c.Match)
	return c.Worrying(m), err
}

// joinWords makes a check-in part of the case that was raised from the words with
// which it began.
func (t *turn) joinWords(d *program.Dialogue, c *program.CheckIn) error {
	id, err := strconv.ParseUint(d.State.Value("filed"), 10, 64)
	if err != nil || c.Case != 0 {
		return nil
	}
	n, err := t.tx.Note(program.NoteID(id))
	if err != nil {
		return err
	}
	k, err := t.caseIfOpen(n.Case)
	if err != nil || k.No == 0 || k.Match != 0 && k.Match != c.Match {
		return err
	}
	if k.Match = c.Match; len(k.Subjects()) == 0 {
		about, err := t.subjectsOf(c.Match)
		if err != nil {
			return err
		}
		k.SetSubjects(about)
	}
	if k.CheckIn == 0 {
		k.CheckIn = c.ID
	} else if k.CheckIn != c.ID && !slices.Contains(k.More, c.ID) {
		k.More = append(k.More, c.ID)
	}
	c.Case, d.Case = k.No, k.No
	if err := t.tx.PutCase(&k); err != nil {
		return err
	}
	return t.tx.PutCheckIn(c)
}
