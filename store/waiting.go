package store

import (
	"encoding/binary"
	"errors"
	"iter"
	"strconv"
	"strings"
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

func (t *tx) Timer(kind program.TimerKind, id uint64) (program.Timer, error) {
	return load[program.Timer](t, timersTable, key(program.Timer{Kind: kind, ID: id}.Name()))
}

// SetTimer sets a timer whose record cannot be read too. It may then come up at
// the old time as well; see DueTimers.
func (t *tx) SetTimer(m program.Timer) error {
	old, known, err := find[program.Timer](t, timersTable, key(m.Name()))
	switch {
	case err != nil && !errors.Is(err, ErrUnreadable):
		return err
	case known && old == m:
		return nil
	case known && nanos(old.At) != nanos(m.At):
		if err := t.delete(timersByTime, dueKey(old)); err != nil {
			return err
		}
		known = false
	}
	if !known {
		if err := t.put(timersByTime, dueKey(m), nil); err != nil {
			return err
		}
	}
	return save(t, timersTable, key(m.Name()), m)
}

func (t *tx) TimersOf(kind program.TimerKind) iter.Seq2[program.Timer, error] {
	return all[program.Timer](t, timersTable, key(string(kind)+"/"), false)
}

// DropTimer removes the timer of that kind and ID, whenever it is due, even if
// its record cannot be read.
func (t *tx) DropTimer(m program.Timer) error {
	old, known, err := find[program.Timer](t, timersTable, key(m.Name()))
	damaged := errors.Is(err, ErrUnreadable)
	if err != nil && !damaged {
		return err
	}
	if known {
		if err := t.delete(timersByTime, dueKey(old)); err != nil {
			return err
		}
	}
	if known || damaged {
		if err := t.delete(timersTable, key(m.Name())); err != nil {
			return err
		}
	}
	left, err := t.get(timersByTime, dueKey(m))
	if err != nil || left == nil {
		return err
	}
	return t.delete(timersByTime, dueKey(m))
}

// DueTimers returns up to limit timers that are due, the longest due first, and
// when the first of the others is due; zero if there is none. A timer whose
// record cannot be read, or says another time, comes up as far as its place in
// the table tells: too early is better than never, and one damaged record must
// not keep the others from coming up.
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
			kind, id, _ := strings.Cut(string(name), "/")
			m.Kind = program.TimerKind(kind)
			m.ID, _ = strconv.ParseUint(id, 10, 64) // Timer.Name wrote it
		}
		if nanos(m.At) != at {
			m.At = fromNanos(at)
		}
		due = append(due, m)
	}
	return due, time.Time{}, nil
}
