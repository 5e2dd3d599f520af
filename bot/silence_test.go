package bot

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// However many people look after a program and however many mentees a mentor
// has, what is to be said about one match fits into one transaction.
func TestSilenceOfACrowd(t *testing.T) {
	now := time.Date(2026, 12, 16, 17, 30, 0, 0, time.UTC) // a Wednesday, as a meeting ends
	b, s := newTestBot(t, func() time.Time { return now }, asIs, slog.New(slog.DiscardHandler))
	put := func(f func(program.Tx) error) {
		t.Helper()
		if err := s.Update(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	mentor := program.Person{Name: "Mia", Roles: program.Mentor, Joined: now, Accounts: []chat.Account{account("mia")}}
	put(func(tx program.Tx) error { return tx.PutPerson(&mentor) })
	for i := range 40 {
		for _, role := range []program.Roles{program.Owner, program.Supervisor} {
			put(func(tx program.Tx) error {
				return tx.PutPerson(&program.Person{Name: "x", Roles: role, Joined: now, Accounts: []chat.Account{account(fmt.Sprint(role, i))}})
			})
		}
	}
	for i := range 12 {
		put(func(tx program.Tx) error {
			mentee := program.Mentee{Alias: fmt.Sprint("Jonas ", i)}
			if err := tx.PutMentee(&mentee); err != nil {
				return err
			}
			m := program.Match{Mentor: mentor.ID, Mentee: mentee.ID, Since: now.AddDate(0, 0, -40)}
			m.Schedule = program.Schedule{Weekday: time.Wednesday, Hour: 16, Minute: 30, Length: time.Hour}
			for week := 4; week > 0; week-- {
				at := now.AddDate(0, 0, -7*week)
				day := program.DateOf(at, time.UTC)
				m.Told = append(m.Told, program.Told{Notice: program.NoticePrompt, To: program.Mentor, From: day, Of: day, At: at})
			}
			if err := tx.PutMatch(&m); err != nil {
				return err
			}
			return tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: now})
		})
	}
	for range 3 {
		if _, err := b.Due(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		now = now.Add(bundleWait)
	}
	if strings.Contains(facts(t, s), "failed") {
		t.Error("a timer failed")
	}
	if asked := sentTo(t, s, account("mia").Private()); len(asked) != 2 { // ten meetings in one message, and the others
		t.Errorf("the mentor was asked %d times: %q", len(asked), asked)
	}
	for i := range hearersAtOnce {
		for _, role := range []program.Roles{program.Owner, program.Supervisor} {
			if told := sentTo(t, s, account(fmt.Sprint(role, i)).Private()); len(told) != 1 {
				t.Errorf("%v %d was told %d times", role, i, len(told))
			}
		}
	}
}
