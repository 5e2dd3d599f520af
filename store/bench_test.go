package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"steadfast/bot/program"
)

// Compare the lines of one run with each other, never with another machine's:
// what counts is the ratio of ours to bare bbolt.

// BenchmarkUpdate writes one record of 300 bytes a transaction, synced.
func BenchmarkUpdate(b *testing.B) {
	value := make([]byte, 300)
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("bolt/x%d", callers), func(b *testing.B) {
			db, err := bolt.Open(filepath.Join(b.TempDir(), "bolt.db"), 0o600, nil)
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			if err := db.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("notes")); return err }); err != nil {
				b.Fatal(err)
			}
			many(b, callers, func() error {
				return db.Update(func(tx *bolt.Tx) error {
					bucket := tx.Bucket([]byte("notes"))
					n, err := bucket.NextSequence()
					return errors.Join(err, bucket.Put(key(nil).id(n), value))
				})
			})
		})
		b.Run(fmt.Sprintf("store/x%d", callers), func(b *testing.B) {
			s := synced(b)
			many(b, callers, func() error {
				return s.tables.update(b.Context(), true, func(x *txn) error {
					n, err := x.next(notesTable)
					return errors.Join(err, x.put(notesTable, key(nil).id(n), value))
				})
			})
		})
	}
}

// synced opens a store as a bot does.
func synced(b *testing.B) *Store {
	s, err := Open(filepath.Join(b.TempDir(), "steadfast.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// many calls f from so many goroutines.
func many(b *testing.B, callers int, f func() error) {
	b.Helper()
	if callers == 1 {
		for b.Loop() {
			if err := f(); err != nil {
				b.Fatal(err)
			}
		}
		return
	}
	b.SetParallelism(callers)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := f(); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkIdleTick asks for due timers when there are none, against a bare
// seek in the same table. It must not depend on how many wait.
func BenchmarkIdleTick(b *testing.B) {
	sizes := []int{1_000, 100_000}
	if !testing.Short() {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		s := newStore(b, Options{})
		for from := 0; from < n; from += 50_000 {
			err := s.UpdateUnbounded(b.Context(), func(tx program.Tx) error {
				for i := from; i < min(n, from+50_000); i++ {
					m := program.Timer{Kind: program.TimerMeeting, ID: uint64(i), At: noon.Add(time.Duration(i) * time.Second)}
					if err := tx.SetTimer(m); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.Run(fmt.Sprintf("seek/%d", n), func(b *testing.B) {
			for b.Loop() {
				_ = s.tables.db.View(func(tx *bolt.Tx) error {
					tx.Bucket([]byte(timersByTime)).Cursor().First()
					return nil
				})
			}
		})
		b.Run(fmt.Sprintf("tick/%d", n), func(b *testing.B) {
			for b.Loop() {
				err := s.View(b.Context(), func(tx program.Tx) error {
					due, next, err := tx.DueTimers(noon.Add(-time.Hour), 10)
					if len(due) != 0 || next.IsZero() {
						return errors.New("wrong answer")
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTenDue reads ten due timers and moves them, durably.
func BenchmarkTenDue(b *testing.B) {
	s := synced(b)
	set := func(tx program.Tx, at time.Time) (err error) {
		for i := range 10 {
			err = errors.Join(err, tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(i), At: at}))
		}
		return err
	}
	now := noon
	if err := s.Update(b.Context(), func(tx program.Tx) error { return set(tx, now) }); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		err := s.Update(b.Context(), func(tx program.Tx) error {
			due, _, err := tx.DueTimers(now, 10)
			if err != nil || len(due) != 10 {
				return fmt.Errorf("%d due: %w", len(due), err)
			}
			now = now.Add(time.Minute)
			return set(tx, now)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBytesPerCheckIn reports how many bytes of live pages a check-in
// takes, with its index and tally, and as a multiple of its JSON.
func BenchmarkBytesPerCheckIn(b *testing.B) {
	c := program.CheckIn{By: 1, Changed: noon, Met: program.MetYes, Mood: 4, Worry: program.NotSure, Pressing: program.KeepEye,
		Kinds: []program.Category{"bullying"}, Note: strings.Repeat("They went to the park. ", 14)}
	const n, mentors = 10_000, 200
	for b.Loop() {
		s := newStore(b, Options{})
		before := livePages(b, s)
		size := 0
		for i := range n {
			err := s.Update(b.Context(), func(tx program.Tx) error {
				c := c
				c.Match, c.At = program.MatchID(i%mentors+1), noon.Add(time.Duration(i)*time.Minute)
				stored, err := codec{}.encode(checkInsTable, nil, c)
				size = len(stored)
				return errors.Join(err, tx.PutCheckIn(&c))
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		live := float64(livePages(b, s)-before) / n
		b.ReportMetric(live, "B/check-in")
		b.ReportMetric(live/float64(size), "x-JSON")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// livePages returns how many bytes of the file are in use by tables.
func livePages(b *testing.B, s *Store) (n int) {
	err := s.tables.db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(_ []byte, bucket *bolt.Bucket) error {
			stats := bucket.Stats()
			n += stats.LeafAlloc + stats.BranchAlloc
			return nil
		})
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}
