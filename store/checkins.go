package store

import (
	"iter"
	"time"

	"steadfast/bot/program"
)

func (t *tx) CheckIn(id program.CheckInID) (program.CheckIn, error) {
	return load[program.CheckIn](t, checkInsTable, idOf(id))
}

func (t *tx) CheckInsOf(m program.MatchID) iter.Seq2[program.CheckIn, error] {
	return listed[program.CheckIn](t, checkInsTable, checkInsByMatch, idOf(m), true)
}

func (t *tx) CheckInVersions(id program.CheckInID) iter.Seq2[program.CheckIn, error] {
	return func(yield func(program.CheckIn, error) bool) {
		for c, err := range all[program.CheckIn](t, checkInsReplaced, idOf(id), false) {
			if !yield(c, err) || err != nil {
				return
			}
		}
		if c, known, err := find[program.CheckIn](t, checkInsTable, idOf(id)); known || err != nil {
			yield(c, err)
		}
	}
}

// PutCheckIn records a check-in. Its Version becomes 1, or one more than that
// of the version it replaces.
func (t *tx) PutCheckIn(c *program.CheckIn) error {
	old, known, err := find[program.CheckIn](t, checkInsTable, idOf(c.ID))
	if err != nil {
		return err
	}
	if err := assign(t, checkInsTable, &c.ID); err != nil {
		return err
	}
	was := c.Version
	t.onRollback(func() { c.Version = was })
	c.Version = old.Version + 1
	if known {
		if err := save(t, checkInsReplaced, idOf(c.ID).small(uint32(old.Version)), old); err != nil {
			return err
		}
	}
	if err := t.index(old, *c, known); err != nil {
		return err
	}
	if err := t.tally(old, *c, known); err != nil {
		return err
	}
	return save(t, checkInsTable, idOf(c.ID), *c)
}

// index keeps the list of a match's check-ins in step.
func (t *tx) index(old, c program.CheckIn, known bool) error {
	if known && old.Match == c.Match {
		return nil
	}
	if known {
		if err := t.delete(checkInsByMatch, idOf(old.Match).id(uint64(c.ID))); err != nil {
			return err
		}
	}
	return t.put(checkInsByMatch, idOf(c.Match).id(uint64(c.ID)), nil)
}

// tally keeps the sums of a match's months in step.
func (t *tx) tally(old, c program.CheckIn, known bool) error {
	same := old.Match == c.Match && month(old.At) == month(c.At)
	if known && !same {
		sum, err := t.Tally(old.Match, old.At)
		if err != nil {
			return err
		}
		sum.Add(old, -1)
		if err := save(t, talliesTable, tallyKey(old.Match, old.At), sum); err != nil {
			return err
		}
	}
	sum, err := t.Tally(c.Match, c.At)
	if err != nil {
		return err
	}
	if known && same {
		sum.Add(old, -1)
	}
	sum.Add(c, 1)
	return save(t, talliesTable, tallyKey(c.Match, c.At), sum)
}

// Tally returns the sums of the month, in UTC, that a time lies in; they are
// zero where there is no check-in.
func (t *tx) Tally(m program.MatchID, at time.Time) (program.Tally, error) {
	sum, _, err := find[program.Tally](t, talliesTable, tallyKey(m, at))
	return sum, err
}

func tallyKey(m program.MatchID, at time.Time) key { return idOf(m).small(month(at)) }

func (t *tx) Note(id program.NoteID) (program.Note, error) {
	return load[program.Note](t, notesTable, idOf(id))
}

func (t *tx) Notes() iter.Seq2[program.Note, error] {
	return all[program.Note](t, notesTable, nil, false)
}

func (t *tx) PutNote(n *program.Note) error {
	if err := assign(t, notesTable, &n.ID); err != nil {
		return err
	}
	return save(t, notesTable, idOf(n.ID), *n)
}
