package store

import (
	"errors"
	"testing"

	"steadfast/bot/program"
)

func TestHints(t *testing.T) {
	s := newStore(t, Options{})
	h := []program.Hint{
		{CheckIn: 1, Version: 2, By: 1, At: noon, Level: program.Watch},
		{Note: 1, By: 1, At: noon, Level: program.Concern, Asked: noon},
		{CheckIn: 1, Version: 3, By: 1, At: noon, Level: program.Urgent, Case: 4},
	}
	do(t, s, func(tx program.Tx) error {
		return errors.Join(tx.PutHint(&h[0]), tx.PutHint(&h[1]), tx.PutHint(&h[2]))
	})
	check := func(what string, week ...program.Hint) {
		t.Helper()
		do(t, s, func(tx program.Tx) error {
			equal(t, what+": all", collect(t, tx.Hints()), []program.Hint{h[2], h[1], h[0]})
			equal(t, what+": in the check-in", collect(t, tx.HintsIn(1, 0)), []program.Hint{h[0], h[2]})
			equal(t, what+": in the note", collect(t, tx.HintsIn(0, 1)), []program.Hint{h[1]})
			equal(t, what+": for the week", collect(t, tx.HintsForWeek()), week)
			got, err := tx.Hint(2)
			equal(t, what+": one", got, h[1])
			return err
		})
	}
	check("new", h[0])
	h[1].Answer, h[1].Answered = program.NoWorry, noon
	do(t, s, func(tx program.Tx) error { return tx.PutHint(&h[1]) })
	check("dismissed", h[0], h[1])
	h[0].Listed = noon
	do(t, s, func(tx program.Tx) error { return tx.PutHint(&h[0]) })
	check("listed", h[1])
	h[1].Case = 4
	do(t, s, func(tx program.Tx) error { return tx.PutHint(&h[1]) })
	check("part of a case")
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Hint(9); return err })
}
