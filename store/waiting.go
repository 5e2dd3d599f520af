package store

import (
	"encoding/binary"
	"iter"
	"time"

	"steadfast/bot/program"
)

func dialogueKey(with program.PersonID, id program.DialogueID) key {
	return idOf(with).id(uint64(id))
}

func (t *tx) Dialogue(with program.PersonID, id program.DialogueID) (program.Dialogue, error) {
	return load[program.Dialogue](t, dialoguesTable, dialogueKey(with, id))
}

func (t *tx) DialoguesWith(p program.PersonID) iter.Seq2[program.Dialogue, error] {
	return all[program.Dialogue](t, dialoguesTable, idOf(p), false)
}

func (t *tx) PutDialogue(d *program.Dialogue) error {
	if err := assign(t, dialoguesTable, &d.ID); err != nil {
		return err
	}
	return save(t, dialoguesTable, dialogueKey(d.With, d.ID), *d)
}

func (t *tx) DropDialogue(with program.PersonID, id program.DialogueID) error {
	return t.delete(dialoguesTable, dialogueKey(with, id))
}

func dueKey(m program.Timer) key { return key(nil).time(m.At).text(m.Name()) }

func (t *tx) SetTimer(m program.Timer) error {
	old, known, err := find[program.Timer](t, timersTable, key(m.Name()))
	if err != nil {
		return err
	}
	if known && old.At.Equal(m.At) {
		return nil
	}
	if known {
		if err := t.delete(timersByTime, dueKey(old)); err != nil {
			return err
		}
	}
	if err := t.put(timersByTime, dueKey(m), nil); err != nil {
		return err
	}
	return save(t, timersTable, key(m.Name()), m)
}

// DropTimer removes the timer of that kind and ID, whenever it is due.
func (t *tx) DropTimer(m program.Timer) error {
	old, known, err := find[program.Timer](t, timersTable, key(m.Name()))
	if err != nil || !known {
		return err
	}
	if err := t.delete(timersByTime, dueKey(old)); err != nil {
		return err
	}
	return t.delete(timersTable, key(m.Name()))
}

// DueTimers returns up to limit timers that are due, the longest due first, and
// when the first of the others is due; zero if there is none.
func (t *tx) DueTimers(now time.Time, limit int) (due []program.Timer, next time.Time, err error) {
	if _, err := t.bucket(timersByTime); err != nil {
		return nil, time.Time{}, err
	}
	for k := range t.scan(timersByTime, nil, nil, false) {
		at, name := binary.BigEndian.Uint64(k), k[8:]
		if at > nanos(now) || len(due) >= limit {
			return due, fromNanos(at), nil
		}
		m, err := load[program.Timer](t, timersTable, name)
		if err != nil {
			return nil, time.Time{}, err
		}
		due = append(due, m)
	}
	return due, time.Time{}, nil
}
