package bot

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"steadfast/bot/program"
)

// tired is a store that stops after some transactions.
type tired struct {
	program.Store
	left int
}

var errTired = errors.New("enough")

func (s *tired) Update(ctx context.Context, f func(program.Tx) error) error {
	if s.left--; s.left < 0 {
		return errTired
	}
	return s.Store.Update(ctx, f)
}

// TestPagesBeforeAThousand: after an outage in which very many meetings ended, a
// page that was due after all of them is sent before them.
func TestPagesBeforeAThousand(t *testing.T) {
	now := time.Date(2026, 12, 1, 18, 0, 0, 0, time.UTC)
	few := &tired{left: 1}
	b, s := newTestBot(t, func() time.Time { return now }, func(s program.Store) program.Store { few.Store = s; return few }, slog.New(slog.DiscardHandler))
	cast(t, s)
	k := program.Case{Level: program.Danger, By: 1, Pages: 1, Paged: now.Add(-time.Hour)}
	err := s.UpdateUnbounded(t.Context(), func(tx program.Tx) error {
		for id := range uint64(1000) {
			if err := tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: 100 + id, At: now.AddDate(0, 0, -3)}); err != nil {
				return err
			}
		}
		return errors.Join(tx.PutCase(&k), tx.SetTimer(program.Timer{Kind: program.TimerPage, ID: uint64(k.No), At: now.Add(-time.Minute)}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Due(t.Context(), now); !errors.Is(err, errTired) {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(tx program.Tx) error {
		paged, err := tx.Case(k.No)
		if paged.Pages < 2 {
			t.Errorf("paged %d times", paged.Pages)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
