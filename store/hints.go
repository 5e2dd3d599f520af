package store

import (
	"iter"

	"steadfast/bot/program"
)

// What the texts are that hints are listed by.
const (
	inCheckIn = 1
	inNote    = 2
)

func (t *tx) Hint(id program.HintID) (program.Hint, error) {
	return load[program.Hint](t, hintsTable, idOf(id))
}

func (t *tx) Hints() iter.Seq2[program.Hint, error] {
	return all[program.Hint](t, hintsTable, nil, true)
}

func (t *tx) HintsIn(c program.CheckInID, n program.NoteID) iter.Seq2[program.Hint, error] {
	return listed[program.Hint](t, hintsTable, hintsByText, textKey(c, n), false)
}

func (t *tx) HintsForWeek() iter.Seq2[program.Hint, error] {
	return listed[program.Hint](t, hintsTable, hintsForWeek, nil, false)
}

func textKey(c program.CheckInID, n program.NoteID) key {
	if c != 0 {
		return key{inCheckIn}.id(uint64(c))
	}
	return key{inNote}.id(uint64(n))
}

// PutHint records a hint, or what has become of one. Its text never changes.
func (t *tx) PutHint(h *program.Hint) error {
	if h.ID == 0 {
		if err := assign(t, hintsTable, &h.ID); err != nil {
			return err
		}
		if err := t.put(hintsByText, textKey(h.CheckIn, h.Note).id(uint64(h.ID)), nil); err != nil {
			return err
		}
	}
	listed, err := t.get(hintsForWeek, idOf(h.ID))
	if err != nil {
		return err
	}
	switch {
	case h.ForWeek() && listed == nil:
		err = t.put(hintsForWeek, idOf(h.ID), nil)
	case !h.ForWeek() && listed != nil:
		err = t.delete(hintsForWeek, idOf(h.ID))
	}
	if err != nil {
		return err
	}
	return save(t, hintsTable, idOf(h.ID), *h)
}
