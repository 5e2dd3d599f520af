package store

import (
	"testing"

	"steadfast/bot/program"
)

// All versions of a check-in are there, oldest first, and no other's; and all
// notes.
func TestVersionsAndNotes(t *testing.T) {
	s := newStore(t, Options{})
	var first, second program.CheckIn
	do(t, s, func(tx program.Tx) error {
		first, second = program.CheckIn{Note: "a"}, program.CheckIn{Note: "other"}
		for _, put := range []error{tx.PutCheckIn(&first), tx.PutCheckIn(&second)} {
			if put != nil {
				return put
			}
		}
		for _, text := range []string{"b", "c"} {
			first.Note = text
			if err := tx.PutCheckIn(&first); err != nil {
				return err
			}
			if err := tx.PutNote(&program.Note{Text: text}); err != nil {
				return err
			}
		}
		return nil
	})
	do(t, s, func(tx program.Tx) error {
		var said []string
		for _, c := range collect(t, tx.CheckInVersions(first.ID)) {
			said = append(said, c.Note)
		}
		equal(t, "versions", said, []string{"a", "b", "c"})
		equal(t, "of one that was never changed", len(collect(t, tx.CheckInVersions(second.ID))), 1)
		equal(t, "of none", len(collect(t, tx.CheckInVersions(99))), 0)
		for c, err := range tx.CheckInVersions(first.ID) { // who stops, is not called again
			equal(t, "the first", c.Note, "a")
			if err != nil {
				return err
			}
			break
		}
		said = nil
		for _, n := range collect(t, tx.Notes()) {
			said = append(said, n.Text)
		}
		equal(t, "notes", said, []string{"b", "c"})
		return nil
	})
}
