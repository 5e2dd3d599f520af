package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"steadfast/bot/program"
)

// newStore returns an empty store that is closed at the end of the test.
func newStore(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "steadfast.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, ErrClosed) && !errors.Is(err, ErrFailed) {
			t.Error(err)
		}
	})
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

// queued waits until n functions wait for the writer.
func queued(s *Store, n int) {
	for {
		s.tables.mu.Lock()
		have := len(s.tables.queue)
		s.tables.mu.Unlock()
		if have >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func putText(x *txn, k, v string) error { return x.put(channelsTable, key(k), []byte(v)) }

func TestABatchWithFailuresAndPanics(t *testing.T) {
	s := newStore(t, Options{NoSync: true})
	release := hold(t, s)
	const n = 40
	errBad := errors.New("bad")
	results := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			results[i] = s.tables.update(t.Context(), true, func(x *txn) error {
				if i%8 == 5 {
					return errBad // before it wrote anything
				}
				if err := putText(x, fmt.Sprintf("k%02d", i), "v"); err != nil {
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
	queued(s, n)
	release()
	wg.Wait()
	err := s.tables.view(t.Context(), func(x *txn) error {
		for i, err := range results {
			v, _ := x.get(channelsTable, key(fmt.Sprintf("k%02d", i)))
			panicked := new(program.PanicError)
			switch i % 8 {
			case 3, 5:
				if !errors.Is(err, errBad) || v != nil {
					t.Errorf("%d: %v, stored %q", i, err, v)
				}
			case 6:
				if !errors.As(err, &panicked) || v != nil {
					t.Fatalf("%d: %v, stored %q", i, err, v)
				}
				if stack := string(panicked.Stack); strings.Contains(stack+err.Error(), "wrote") ||
					!strings.HasPrefix(stack, "steadfast/store.TestABatch") {
					t.Errorf("stack:\n%s", stack)
				}
			default:
				if err != nil || string(v) != "v" {
					t.Errorf("%d: %v, stored %q", i, err, v)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
