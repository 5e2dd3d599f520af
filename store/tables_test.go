package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot/program"
)

// newStore returns an empty store that is closed at the end of the test. In a
// bubble the caller closes it, within the bubble.
func newStore(t testing.TB, o Options) *Store {
	t.Helper()
	o.NoSync = true
	s, err := Open(filepath.Join(t.TempDir(), "steadfast.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// hold makes the writer wait until the returned function is called, so that
// what is sent meanwhile becomes one batch.
func hold(t testing.TB, s *Store) (release func()) {
	t.Helper()
	held, free := make(chan struct{}), make(chan struct{})
	go s.Update(context.Background(), func(program.Tx) error {
		close(held)
		<-free
		return nil
	})
	<-held
	return func() { close(free) }
}

// putText writes to a table whose keys are texts.
func putText(x *txn, k, v string) error { return x.put(movesTable, key(k), []byte(v)) }

// texts returns the rows that putText wrote, as "k=v".
func texts(t testing.TB, s *Store) (rows []string) {
	t.Helper()
	err := s.tables.view(context.Background(), func(x *txn) error {
		for k, v := range x.scan(movesTable, nil, nil, false) {
			rows = append(rows, string(k)+"="+string(v))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A function that fails or panics leaves its neighbours in the batch alone.
func TestABatchWithFailuresAndPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, Options{})
		defer s.Close()
		release := hold(t, s)
		const n = 40
		errBad := errors.New("bad")
		results := make([]error, n)
		var (
			wg   sync.WaitGroup
			want []string
		)
		for i := range n {
			k := fmt.Sprintf("k%02d", i)
			if i%8 != 3 && i%8 != 5 && i%8 != 6 {
				want = append(want, k+"=v")
			}
			wg.Go(func() {
				results[i] = s.tables.update(t.Context(), true, func(x *txn) error {
					if i%8 == 5 {
						return errBad // before it wrote anything
					}
					if err := putText(x, k, "v"); err != nil {
						return err
					}
					switch i % 8 {
					case 3:
						return errBad
					case 6:
						panic("what a person wrote")
					}
					return nil
				})
			})
		}
		synctest.Wait()
		release()
		wg.Wait()
		if got := texts(t, s); !slices.Equal(got, want) {
			t.Errorf("stored %q, want %q", got, want)
		}
		for i, err := range results {
			var panicked *program.PanicError
			switch i % 8 {
			case 3, 5:
				if !errors.Is(err, errBad) {
					t.Errorf("%d: %v", i, err)
				}
			case 6:
				if !errors.As(err, &panicked) {
					t.Fatalf("%d: %v", i, err)
				}
				if stack := string(panicked.Stack); strings.Contains(stack+err.Error(), "wrote") ||
					!strings.HasPrefix(stack, "steadfast/store.TestABatch") {
					t.Errorf("stack:\n%s", stack)
				}
			default:
				if err != nil {
					t.Errorf("%d: %v", i, err)
				}
			}
		}
	})
}

// Functions that wait at the same time are run in order, in one commit; a
// failure before the first write does not cost the others that.
func TestABatchIsOneCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, Options{})
		defer s.Close()
		release := hold(t, s)
		var (
			wg   sync.WaitGroup
			runs []int
		)
		before := commits(s)
		for i := range 20 {
			synctest.Wait() // so that they queue in order
			wg.Go(func() {
				_ = s.tables.update(t.Context(), true, func(x *txn) error {
					runs = append(runs, i)
					if i == 7 {
						return program.ErrNotFound
					}
					return putText(x, fmt.Sprint(i), "")
				})
			})
		}
		synctest.Wait()
		release()
		wg.Wait()
		if !slices.IsSorted(runs) || len(runs) != 20 || commits(s) != before+1 {
			t.Errorf("ran %v in %d commits", runs, commits(s)-before)
		}
	})
}

// commits returns the number of the newest committed transaction.
func commits(s *Store) (n int) {
	b, err := s.tables.db.Begin(false)
	if err != nil {
		return -1
	}
	defer b.Rollback()
	return b.ID()
}

func TestBoundsOfATransaction(t *testing.T) {
	s := newStore(t, Options{})
	puts := func(n, size int) func(*txn) error {
		return func(x *txn) error {
			for i := range n {
				_ = x.put(movesTable, key(nil).small(uint32(i)), make([]byte, size)) // the bound must not depend on being heard
			}
			return nil
		}
	}
	for _, c := range []struct {
		name    string
		bounded bool
		f       func(*txn) error
		ok      bool
	}{
		{"128 operations", true, puts(128, 0), true},
		{"129 operations", true, puts(129, 0), false},
		{"deletes count", true, func(x *txn) error {
			for range 129 {
				_ = x.delete(movesTable, key("x"))
			}
			return nil
		}, false},
		{"just under 1 MiB", true, puts(1, 1<<20-5), true},
		{"1 MiB", true, puts(1, 1<<20-4), false},
		{"1 MiB in pieces", true, puts(64, 1<<14), false},
		{"unbounded", false, puts(5000, 1000), true},
	} {
		err := s.tables.update(t.Context(), c.bounded, c.f)
		if c.ok != (err == nil) || err != nil && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	err := s.UpdateUnbounded(t.Context(), func(tx program.Tx) error {
		for range 200 {
			if err := tx.PutNote(&program.Note{}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWhatATransactionRefuses(t *testing.T) {
	s := newStore(t, Options{})
	if err := s.tables.view(t.Context(), func(x *txn) error { return putText(x, "k", "v") }); !errors.Is(err, errReadOnly) {
		t.Errorf("write in a view: %v", err)
	}
	err := s.tables.update(t.Context(), true, func(x *txn) error {
		if err := putText(x, "k", "v"); err != nil {
			return err
		}
		for range x.scan(movesTable, nil, nil, false) {
			_ = putText(x, "l", "v")
		}
		return nil
	})
	if !errors.Is(err, errScanning) {
		t.Errorf("write in a scan: %v", err)
	}
	err = s.tables.update(t.Context(), true, func(x *txn) error {
		for range 3 { // a scan that was broken off is over
			for range x.scan(movesTable, nil, nil, true) {
				break
			}
		}
		return putText(x, "k", "v")
	})
	if err != nil {
		t.Errorf("write after a scan: %v", err)
	}
	if err := s.tables.update(t.Context(), true, func(x *txn) error { return putText(x, "", "v") }); err == nil {
		t.Error("an empty key was taken")
	}

	var kept program.Tx
	if err := s.View(t.Context(), func(tx program.Tx) error { kept = tx; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := kept.Person(1); !errors.Is(err, errOver) {
		t.Errorf("read after the end: %v", err)
	}
	for _, err := range kept.People() {
		if !errors.Is(err, errOver) {
			t.Errorf("sequence after the end: %v", err)
		}
	}
	if err := kept.PutNote(&program.Note{}); !errors.Is(err, errOver) {
		t.Errorf("write after the end: %v", err)
	}
	var panicked *program.PanicError
	if err := s.View(t.Context(), func(program.Tx) error { panic("x") }); !errors.As(err, &panicked) {
		t.Errorf("panic in a view: %v", err)
	}
}

// An ID that was assigned in a transaction that came to nothing might be
// somebody else's when the function runs again.
func TestAnAssignedIDIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, Options{})
		defer s.Close()
		release := hold(t, s)
		people := []*program.Person{{Name: "A"}, {Name: "B"}, {Name: "C"}}
		results := make([]error, len(people))
		var wg sync.WaitGroup
		for i, p := range people {
			synctest.Wait()
			wg.Go(func() {
				results[i] = s.Update(t.Context(), func(tx program.Tx) error {
					if err := tx.PutPerson(p); err != nil {
						return err
					}
					if i == 0 {
						return errors.New("changed its mind")
					}
					return tx.Queue(&program.Outgoing{})
				})
			})
		}
		synctest.Wait()
		release()
		wg.Wait()
		if results[0] == nil || results[1] != nil || results[2] != nil {
			t.Error(results)
		}
		if people[0].ID != 0 || people[1].ID != 1 || people[2].ID != 2 {
			t.Errorf("ids %d %d %d", people[0].ID, people[1].ID, people[2].ID)
		}
	})
}

func TestCtxCountsUntilAFunctionIsBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, Options{})
		defer s.Close()
		release := hold(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := s.tables.update(ctx, true, func(x *txn) error { return putText(x, "late", "") })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("given up: %v", err)
		}
		release()

		ctx, cancel = context.WithCancel(t.Context())
		if err := s.tables.update(ctx, true, func(x *txn) error { cancel(); return putText(x, "begun", "") }); err != nil {
			t.Errorf("begun: %v", err)
		}
		if err := s.tables.update(ctx, true, func(x *txn) error { return putText(x, "never", "") }); !errors.Is(err, context.Canceled) {
			t.Errorf("over: %v", err)
		}
		if err := s.View(ctx, func(program.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("view: %v", err)
		}
		if got := texts(t, s); !slices.Equal(got, []string{"begun="}) {
			t.Errorf("stored %q", got)
		}
	})
}

func TestSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, Options{})
		defer s.Close()
		start := time.Now()
		did := make(chan time.Duration, 10)
		soon := func(name string) {
			s.tables.soon(func(x *txn) error { return putText(x, name, "") },
				func(err error) {
					if err != nil {
						t.Errorf("%s: %v", name, err)
					}
					did <- time.Since(start)
				})
		}
		soon("alone")
		synctest.Wait()
		if got := texts(t, s); len(got) != 0 {
			t.Errorf("at once: %q", got)
		}
		if at := <-did; at != soonDelay {
			t.Errorf("alone after %s", at)
		}

		start = time.Now()
		before := commits(s)
		soon("a")
		soon("b")
		if err := s.tables.update(t.Context(), true, func(x *txn) error { return putText(x, "c", "") }); err != nil {
			t.Fatal(err)
		}
		if a, b := <-did, <-did; a+b != 0 || commits(s) != before+1 {
			t.Errorf("with an Update after %s and %s, %d commits", a, b, commits(s)-before)
		}

		errs := make(chan error, 2)
		s.Soon(func(tx program.Tx) error { return program.ErrTaken }, func(err error) {
			// A callback may use the store.
			errs <- errors.Join(err, s.View(t.Context(), func(program.Tx) error { return nil }))
		})
		if err := <-errs; !errors.Is(err, program.ErrTaken) {
			t.Error(err)
		}
		s.Soon(func(tx program.Tx) error { return tx.PutNote(&program.Note{}) }, nil)

		start = time.Now()
		soon("at the end")
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if at := <-did; at != 0 {
			t.Errorf("closed after %s", at)
		}
		s.Soon(func(program.Tx) error { return nil }, func(err error) { errs <- err })
		if err := <-errs; !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
		if err := s.Update(t.Context(), func(program.Tx) error { return nil }); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
		if err := s.View(t.Context(), func(program.Tx) error { return nil }); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

// The data file is full: everybody in the batch is told, nothing of it is kept,
// and the store is of no more use.
func TestAFailedCommitIsTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "full.db")
		s, err := Open(path, Options{MaxBytes: 512 << 10, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.tables.update(t.Context(), true, func(x *txn) error { return putText(x, "kept", "") }); err != nil {
			t.Fatal(err)
		}
		release := hold(t, s)
		results := make([]error, 10)
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() {
				results[i] = s.tables.update(t.Context(), true, func(x *txn) error {
					return putText(x, fmt.Sprint(i), strings.Repeat("x", 100_000))
				})
			})
		}
		soon := make(chan error, 1)
		s.Soon(func(tx program.Tx) error { return tx.PutNote(&program.Note{}) }, func(err error) { soon <- err })
		synctest.Wait()
		release()
		wg.Wait()
		<-s.Failed()
		for _, err := range append(results, <-soon) {
			if !errors.Is(err, ErrFailed) {
				t.Errorf("in the batch: %v", err)
			}
		}
		if err := s.Update(t.Context(), func(program.Tx) error { return nil }); !errors.Is(err, ErrFailed) {
			t.Errorf("later: %v", err)
		}
		if err := s.View(t.Context(), func(program.Tx) error { return nil }); !errors.Is(err, ErrFailed) {
			t.Errorf("later: %v", err)
		}
		if err := s.Close(); !errors.Is(err, ErrFailed) {
			t.Errorf("close: %v", err)
		}
		again, err := Open(path, Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if got := texts(t, again); !slices.Equal(got, []string{"kept="}) {
			t.Errorf("stored %.100q", got)
		}
	})
}

// A test that fails within a transaction ends the writer's goroutine.
func TestAFunctionThatEndsTheGoroutine(t *testing.T) {
	s := newStore(t, Options{})
	err := s.Update(t.Context(), func(tx program.Tx) error {
		runtime.Goexit()
		return nil
	})
	if !errors.Is(err, ErrFailed) {
		t.Error(err)
	}
	if err := s.Update(t.Context(), func(program.Tx) error { return nil }); !errors.Is(err, ErrFailed) {
		t.Error(err)
	}
	if err := s.Close(); !errors.Is(err, ErrFailed) {
		t.Error(err)
	}
}

func TestNowStandsStill(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	n := 0
	s := newStore(t, Options{Now: func() time.Time { n++; return time.Date(2026, 11, 21, 9, 0, n, 0, berlin) }})
	n = 0
	if err := s.Update(t.Context(), func(tx program.Tx) error {
		if a, b := tx.Now(), tx.Now(); a != b || a != time.Date(2026, 11, 21, 8, 0, 1, 0, time.UTC) {
			t.Errorf("%s, %s", a, b)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

func TestSequencesGiveNoNumberTwice(t *testing.T) {
	s := newStore(t, Options{})
	var ids []program.PersonID
	for _, id := range []program.PersonID{0, 0, 9, 0, 5, 0} {
		if err := s.Update(t.Context(), func(tx program.Tx) error {
			p := program.Person{ID: id}
			defer func() { ids = append(ids, p.ID) }()
			return tx.PutPerson(&p)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []program.PersonID{1, 2, 9, 10, 5, 11}; !slices.Equal(ids, want) {
		t.Errorf("ids %v, want %v", ids, want)
	}
}

func TestScanBounds(t *testing.T) {
	s := newStore(t, Options{})
	keys := []string{"a", "ab", "abc", "b", "b\xff", "b\xff\xff", "c", "\xff", "\xff\xff"}
	if err := s.tables.update(t.Context(), true, func(x *txn) error {
		for _, k := range keys {
			if err := putText(x, k, ""); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, prefix := range []string{"", "a", "ab", "b", "b\xff", "\xff", "\xff\xff", "zz"} {
		var want []string
		for _, k := range keys {
			if strings.HasPrefix(k, prefix) {
				want = append(want, k)
			}
		}
		for _, backwards := range []bool{false, true} {
			var got []string
			if err := s.tables.view(t.Context(), func(x *txn) error {
				for k := range x.scan(movesTable, key(prefix), after(key(prefix)), backwards) {
					got = append(got, string(bytes.Clone(k)))
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if backwards {
				slices.Reverse(got)
			}
			if !slices.Equal(got, want) {
				t.Errorf("prefix %q, backwards %t: %q, want %q", prefix, backwards, got, want)
			}
		}
	}
}

// Rows that a transaction has deleted leave empty pages behind until it ends.
func TestScanBackwardsAfterDeletes(t *testing.T) {
	s := newStore(t, Options{})
	const n = 60 // some 30 pages
	if err := s.tables.update(t.Context(), true, func(x *txn) error {
		for i := range n {
			if err := x.put(movesTable, key(nil).id(uint64(i)), make([]byte, 2000)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, want int }{{20, 40, 40}, {0, n, 0}} {
		if err := s.tables.update(t.Context(), true, func(x *txn) error {
			for i := c.from; i < c.to; i++ {
				if err := x.delete(movesTable, key(nil).id(uint64(i))); err != nil {
					return err
				}
			}
			got := 0
			for range x.scan(movesTable, nil, nil, true) {
				got++
			}
			if got != c.want {
				t.Errorf("%d rows, want %d", got, c.want)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}
