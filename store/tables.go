package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Errors of the store as a whole.
var (
	// ErrFailed says that a commit failed. Every call fails from then on.
	ErrFailed = errors.New("store failed")
	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("store closed")
)

type boltTx = bolt.Tx

// tables are ordered tables in a file. Many goroutines may read at once; one,
// the writer, runs and commits everything that is written.
type tables struct {
	db     *bolt.DB
	now    func() time.Time
	append map[table]bool // never written to after open

	failed    chan struct{} // closed with the first commit that fails
	ended     chan struct{} // closed when the writer has ended
	bell      chan struct{} // wakes the writer
	callbacks sync.WaitGroup
	current   *attempt // the writer's own

	mu      sync.Mutex
	queue   []*request
	awaited int         // requests in queue that somebody waits for
	late    bool        // requests in queue that nobody waits for are due
	timer   *time.Timer // makes late true
	closing bool
	err     error // why everything has failed
}

// newTables starts the writer on an open file.
func newTables(db *bolt.DB, layouts []layout, now func() time.Time) *tables {
	t := &tables{
		db:     db,
		now:    now,
		append: map[table]bool{},
		failed: make(chan struct{}),
		ended:  make(chan struct{}),
		bell:   make(chan struct{}, 1),
	}
	for _, l := range layouts {
		t.append[l.table] = l.append
	}
	go t.write()
	return t
}

// begin returns what a function is to see of b. The functions that share b
// share deleted.
func (t *tables) begin(b *bolt.Tx, bounded bool, deleted map[table]bool) *txn {
	return &txn{bolt: b, append: t.append, now: t.now().Round(0).UTC(), bounded: bounded, deleted: deleted}
}

// view runs f on a consistent view.
func (t *tables) view(ctx context.Context, f func(*txn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := t.reason(); err != nil {
		return err
	}
	b, err := t.db.Begin(false)
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer func() { _ = b.Rollback() }()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return t.begin(b, true, nil).run(f)
}

// close commits what waits and closes the file.
func (t *tables) close() error {
	t.mu.Lock()
	first := !t.closing
	t.closing = true
	if t.timer != nil {
		t.timer.Stop()
	}
	t.ring()
	t.mu.Unlock()
	if !first {
		return ErrClosed
	}
	<-t.ended
	err := t.db.Close()
	t.callbacks.Wait()
	if reason := t.reason(); reason != nil {
		return reason
	}
	return err
}
