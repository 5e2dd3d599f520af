package bot

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// Whatever IDs people have, each is looked at in exactly one hour of the week,
// and those who joined one after the other not in hours that follow each other.
func TestEveryoneHasAnHour(t *testing.T) {
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	err := s.Update(context.Background(), func(tx program.Tx) error {
		for _, id := range []program.PersonID{1, 2, 3, 4, 5, 167, 168, 169, 336, 1000, 40_000} {
			if err := tx.PutPerson(&program.Person{ID: id, Name: "P", Roles: program.Mentor}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	hours := map[program.PersonID]int{}
	err = s.View(context.Background(), func(tx program.Tx) error {
		turn := &turn{Bot: b, tx: tx, now: tx.Now()}
		for hour := range weekHours {
			after := program.PersonID(0)
			for {
				p, found, err := turn.nextInHour(uint64(1_000*weekHours+hour), after)
				if err != nil {
					return err
				}
				if !found {
					break
				}
				if was, twice := hours[p.ID]; twice {
					t.Errorf("person %d has the hours %d and %d", p.ID, was, hour)
				}
				hours[p.ID], after = hour, p.ID
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(hours) != 11 {
		t.Errorf("only these have an hour: %v", hours)
	}
	for id := program.PersonID(2); id <= 5; id++ {
		if d := (hours[id] - hours[id-1] + weekHours) % weekHours; d < 12 || d > weekHours-12 {
			t.Errorf("persons %d and %d are %d hours apart", id-1, id, d)
		}
	}
}

// What must be looked at is one person a transaction, however many there are.
func TestLookAtRoutesIsBounded(t *testing.T) {
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	var lost program.Person
	err := s.UpdateUnbounded(context.Background(), func(tx program.Tx) error {
		for id := range program.PersonID(64) {
			a := chat.Account{Platform: "telegram", ID: string(rune('a' + id))}
			p := program.Person{ID: id + 1, Roles: program.Coordinator | program.Owner, Accounts: []chat.Account{a}, Joined: tx.Now()}
			if err := tx.PutPerson(&p); err != nil {
				return err
			}
		}
		lost = program.Person{ID: 100, Name: "Lea", Roles: program.Supervisor}
		return tx.PutPerson(&lost)
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := b.update(context.Background(), func(t *turn) error { return t.lookAtRoutesOf(lost) }); err != nil {
			t.Fatal(err)
		}
	}
	err = s.View(context.Background(), func(tx program.Tx) error {
		told := 0
		for id := range program.PersonID(64) {
			bundle, err := tx.Bundle(id + 1)
			if err != nil {
				return err
			}
			told += len(bundle.Waiting)
		}
		if told != hearersAtOnce {
			t.Errorf("%d people hear of it, want %d", told, hearersAtOnce)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
