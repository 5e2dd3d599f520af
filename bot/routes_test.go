package bot

import (
	"context"
	"log/slog"
	"strconv"
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
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) // not in the quiet hours
	b, s := newTestBot(t, func() time.Time { return noon }, asIs, slog.New(slog.DiscardHandler))
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

// A quiet proof that waited while another message arrived, or while its platform
// was away for weeks, is not sent.
func TestProbeThatNobodyNeeds(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	b, s := newTestBot(t, func() time.Time { return now }, asIs, slog.New(slog.DiscardHandler))
	place := account("mia").Private()
	for _, c := range []struct {
		arrived time.Time
		send    bool
	}{{time.Time{}, true}, {now.Add(-time.Hour), true}, {now.Add(time.Hour), false}} {
		err := s.Update(context.Background(), func(tx program.Tx) error {
			o := program.Outgoing{Priority: program.Digest, Purpose: program.ForProbe, To: place, Queued: now, Message: chat.Message{Probe: true}}
			if err := tx.Queue(&o); err != nil {
				return err
			}
			if err := tx.SetArrived(place, c.arrived); err != nil {
				return err
			}
			m, _, send, err := (&turn{Bot: b, tx: tx, now: now}).take([]program.Waiting{{Seq: o.Seq, Priority: o.Priority, To: o.To}})
			if send != c.send || !m.Probe {
				t.Errorf("with an arrival at %v: send %v, %+v", c.arrived, send, m)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// People of whom the same is to be told stand in one sentence, and whoever is
// reached again, or has left, in none.
func TestNewsOfPeople(t *testing.T) {
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	err := s.Update(context.Background(), func(tx program.Tx) error {
		var news []program.News
		for id, p := range map[program.PersonID]program.Person{
			1: {Name: "Mia", Roles: program.Mentor, Joined: time.Now(), Accounts: []chat.Account{account("1")}},
			2: {Name: "Lea", Roles: program.Mentor, Joined: time.Now(), Accounts: []chat.Account{account("2")}},
			3: {Name: "Tom", Roles: program.Mentor, Joined: time.Now(), Accounts: []chat.Account{account("3")}},
			4: {Name: "Bo", Roles: program.Mentor, Joined: time.Now(), Left: time.Now(), Accounts: []chat.Account{account("4")}},
			5: {Name: "Una", Roles: program.Supervisor},
		} {
			p.ID = id
			if err := tx.PutPerson(&p); err != nil {
				return err
			}
			if err := tx.SetReach(chat.Place(account(strconv.FormatUint(uint64(id), 10))), id == 3); err != nil {
				return err
			}
		}
		for id := program.PersonID(1); id <= 5; id++ {
			news = append(news, program.News{Person: id, Notice: program.NoticeNoRoute})
		}
		turn := &turn{Bot: b, tx: tx, now: tx.Now()}
		turn.be(program.Person{})
		m, err := turn.newsMessage(news)
		want := "My messages no longer reach Mia (mentor), Lea (mentor). Please ask them in another way to open the chat with me and press Start, before it is needed." +
			"\n\nUna (supervisor): there is no chat with me yet, so I could not reach them if I had to. Please ask them to open the chat with me and press Start."
		if got := m.Text.Plain(); got != want || len(m.Choices) > 0 {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
