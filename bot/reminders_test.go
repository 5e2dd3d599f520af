package bot

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/scheduler"
	"steadfast/store"
)

// remindersFlag says how many mentors are asked at six o'clock. A hundred
// thousand take about a minute.
var remindersFlag = flag.Int("reminders", 3000, "how many reminders are due at once in TestRemindersAtSix")

// A strict platform refuses what is more than it takes in any second.
type strict struct {
	platform
	refused int
	shown   map[chat.Place]int
}

func (p *strict) Send(_ context.Context, m chat.Message) (chat.Ref, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if n := len(p.sent) - int(p.caps.PerSecond); n >= 0 && now.Sub(p.sent[n].at) < time.Second {
		p.refused++
		return "", &chat.SendError{Class: chat.Throttled, After: time.Second, Err: errors.New("too many requests")}
	}
	p.sent = append(p.sent, arrival{now, chat.Message{To: m.To}})
	p.shown[m.To]++
	return chat.Ref(fmt.Sprint(len(p.sent))), nil
}

// until returns when so many messages had been shown in a place.
func (p *strict) until(place chat.Place, n int) (at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.sent {
		if a.To == place {
			if n--; n == 0 {
				return a.at
			}
		}
	}
	return time.Time{}
}

// meetAt puts mentors into the program, each with a match whose meeting ends at a
// time, but for the first of them.
func meetAt(t *testing.T, s *store.Store, n int, end time.Time) {
	t.Helper()
	schedule, err := program.ParseSchedule(end.Add(-time.Hour).Format("weekly Mon 15:04") + " 60m")
	if err != nil {
		t.Fatal(err)
	}
	one := func(tx program.Tx) error {
		p := program.Person{Name: "x", Roles: program.Mentor, Joined: tx.Now()}
		if err := tx.PutPerson(&p); err != nil {
			return err
		}
		p.Accounts = []chat.Account{account(fmt.Sprint(p.ID))}
		mentee := program.Mentee{Alias: fmt.Sprint("Kid", p.ID)}
		if err := errors.Join(tx.PutPerson(&p), tx.PutMentee(&mentee)); err != nil {
			return err
		}
		m := program.Match{Mentor: p.ID, Mentee: mentee.ID, Since: end.AddDate(0, 0, -1)}
		if p.ID == 1 {
			return tx.PutMatch(&m)
		}
		m.Schedule = schedule
		if err := tx.PutMatch(&m); err != nil {
			return err
		}
		return tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: end})
	}
	for part := range slices.Chunk(make([]int, n+1), 5000) {
		err := s.UpdateUnbounded(t.Context(), func(tx program.Tx) error {
			for range part {
				if err := one(tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestRemindersAtSix: very many meetings end at six. Each mentor is asked once,
// at nearly the pace that the platform takes and never above it, and who checks
// in meanwhile is answered as if nobody else were there.
func TestRemindersAtSix(t *testing.T) {
	n := *remindersFlag
	const perSecond = 30
	synctest.Test(t, func(t *testing.T) {
		six := time.Date(2026, 12, 1, 18, 0, 0, 0, time.UTC)
		time.Sleep(time.Until(six.Add(-time.Minute)))
		b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
		meetAt(t, s, n, six)
		p := &strict{shown: map[chat.Place]int{}, platform: platform{name: "test", caps: chat.Capabilities{PerSecond: perSecond, PlacePerSecond: 1, PlaceBurst: 3}}}
		d := delivery.New(delivery.Options{Desk: b.Desk(), Adapters: map[chat.Platform]chat.Adapter{"test": p}})
		b.Attach(d)
		ctx, cancel := context.WithCancel(t.Context())
		var over sync.WaitGroup
		over.Go(func() { d.Run(ctx) })
		over.Go(func() { scheduler.Loop(ctx, b.Kick(), time.Now, b.Due) })
		time.Sleep(time.Minute + time.Second)

		mentor := account("1")
		answers := float64(n) / perSecond / 5 // one check-in in five seconds
		drained := six.Add(time.Duration((float64(n) + answers) / perSecond / 0.97 * float64(time.Second)))
		for i := 1; time.Now().Before(drained); i++ {
			began := time.Now()
			e := chat.Event{ID: fmt.Sprint(i), From: chat.Sender{Account: mentor}, In: mentor.Private(), Private: true, What: chat.Command{Name: "checkin"}}
			if _, err := b.Handle(ctx, e); err != nil {
				t.Fatal(err)
			}
			time.Sleep(min(5*time.Second, time.Until(drained)+time.Second))
			if took := p.until(mentor.Private(), i).Sub(began); took < 0 || took > 2*time.Second/perSecond {
				t.Errorf("a check-in was answered after %s", took)
			}
		}
		cancel()
		over.Wait()
		delete(p.shown, mentor.Private())
		for place, times := range p.shown {
			if times != 1 {
				t.Errorf("%s was asked %d times", place, times)
			}
		}
		if len(p.shown) != n || p.refused > 0 {
			t.Errorf("%d of %d were asked by %s, and %d messages were refused", len(p.shown), n, drained, p.refused)
		}
	})
}
