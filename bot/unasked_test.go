package bot

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// However many mentees a mentor has and whenever they meet, the mentor is told no
// more on one day than the cap, in no quiet hour, and is still asked about every
// meeting of which it helps to ask.
func TestUnaskedPerDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		begin := time.Date(2026, 10, 12, 10, 0, 0, 0, time.UTC) // the clocks change within the time
		now := begin
		b, s := newTestBot(t, func() time.Time { return now }, asIs, slog.New(slog.DiscardHandler))
		defer s.Close()
		b.Reminders.PerDay = rapid.IntRange(1, 3).Draw(r, "cap")
		mentor := program.Person{Name: "Mia", Roles: program.Mentor, Joined: now, Zone: "Europe/Berlin", Accounts: []chat.Account{account("mia")}}
		put := func(f func(program.Tx) error) {
			if err := s.Update(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		put(func(tx program.Tx) error { return tx.PutPerson(&mentor) })
		for i := range rapid.IntRange(1, 9).Draw(r, "mentees") {
			weekly := program.Schedule{
				Weekday: time.Weekday(rapid.IntRange(1, 3).Draw(r, "day")), Hour: rapid.IntRange(8, 19).Draw(r, "hour"), Length: time.Hour,
			}
			put(func(tx program.Tx) error {
				mentee := program.Mentee{Alias: fmt.Sprint("Jonas ", i)}
				if err := tx.PutMentee(&mentee); err != nil {
					return err
				}
				m := program.Match{Mentor: mentor.ID, Mentee: mentee.ID, Since: now, Schedule: weekly}
				if err := tx.PutMatch(&m); err != nil {
					return err
				}
				return tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: now})
			})
		}
		told, before := map[program.Date]int{}, 0
		for now.Before(begin.AddDate(0, 0, 21)) {
			next, err := b.Due(t.Context(), now)
			if err != nil {
				t.Fatal(err)
			}
			sent := len(sentTo(t, s, account("mia").Private()))
			told[program.DateOf(now, berlin)] += sent - before
			if sent > before && b.QuietHours.Hold(now, berlin) {
				r.Fatal("told in a quiet hour", now)
			}
			if before = sent; next.IsZero() {
				break
			}
			now = next
		}
		for day, n := range told {
			if n > b.Reminders.PerDay {
				r.Fatalf("%v: told %d times, the cap is %d", day, n, b.Reminders.PerDay)
			}
		}
		checkAsked(t, r, s, begin, now, berlin)
	})
}

// checkAsked fails unless every meeting of the first two weeks was asked about.
func checkAsked(t *testing.T, r *rapid.T, s program.Store, begin, now time.Time, zone *time.Location) {
	err := s.View(t.Context(), func(tx program.Tx) error {
		for m, err := range tx.Matches() {
			if err != nil {
				return err
			}
			asked := map[program.Date]bool{}
			for _, told := range m.Told {
				asked[told.Of] = asked[told.Of] || told.Notice == program.NoticePrompt
			}
			for o := range m.Schedule.Between(begin, begin.AddDate(0, 0, 14), zone, program.Calendar{}) {
				if !asked[o.Key] {
					r.Errorf("match %d was not asked about %v", m.ID, o.Key)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
