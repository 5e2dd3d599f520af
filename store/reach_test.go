package store

import (
	"errors"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// What is known of routes: who can be written to where, since when not, when
// something last arrived, and whether somebody is there.
func TestRoutes(t *testing.T) {
	s := newStore(t, Options{})
	at := time.Date(2026, 11, 21, 16, 0, 0, 0, time.UTC)
	mia, ben := chat.Place{Platform: "telegram", ID: "1"}, chat.Place{Platform: "discord", ID: "2"}
	do(t, s, func(tx program.Tx) error {
		return errors.Join(tx.SetReach(mia, false), tx.SetReach(ben, false), tx.SetArrived(ben, at),
			tx.PutPresence(program.Presence{Person: 7, Asked: at}), tx.SetTimer(program.Timer{Kind: program.TimerRoutes, At: at, Person: 3}))
	})
	do(t, s, func(tx program.Tx) error {
		equal(t, "lost", collect(t, tx.Lost()), []chat.Place{ben, mia})
		arrived, err := tx.Arrived(ben)
		equal(t, "arrived", arrived, at)
		never, err2 := tx.Arrived(mia)
		equal(t, "never arrived", never, time.Time{})
		known, err3 := tx.Presence(7)
		equal(t, "presence", known, program.Presence{Person: 7, Asked: at})
		other, err4 := tx.Presence(8)
		equal(t, "no presence", other, program.Presence{Person: 8})
		timer, err5 := tx.Timer(program.TimerRoutes, 0)
		equal(t, "timer", timer, program.Timer{Kind: program.TimerRoutes, At: at, Person: 3})
		_, none := tx.Timer(program.TimerRoutes, 1)
		equal(t, "no timer", errors.Is(none, program.ErrNotFound), true)
		return errors.Join(err, err2, err3, err4, err5, tx.SetReach(mia, true))
	})
	do(t, s, func(tx program.Tx) error {
		equal(t, "lost then", collect(t, tx.Lost()), []chat.Place{ben})
		return nil
	})
}

// People are found from any ID on, in order.
func TestPeopleFrom(t *testing.T) {
	s := newStore(t, Options{})
	do(t, s, func(tx program.Tx) error {
		return errors.Join(tx.PutPerson(&program.Person{ID: 3}), tx.PutPerson(&program.Person{ID: 300}), tx.PutPerson(&program.Person{ID: 70}))
	})
	do(t, s, func(tx program.Tx) error {
		for from, want := range map[program.PersonID][]program.PersonID{0: {3, 70, 300}, 4: {70, 300}, 300: {300}, 301: nil} {
			var got []program.PersonID
			for _, p := range collect(t, tx.PeopleFrom(from)) {
				got = append(got, p.ID)
			}
			equal(t, "people from an ID on", got, want)
		}
		return nil
	})
}
