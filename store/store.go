package store

import (
	"context"
	"time"

	"steadfast/bot/program"
)

// A Store is the file in which everything is kept. Its methods may be called
// from several goroutines, but not from a function that runs in one of its
// transactions: that would wait for itself.
type Store struct {
	tables *tables
	codec  codec
}

var _ program.Store = (*Store)(nil)

// View runs f on a consistent, read-only view. f must be quick, and must
// neither send nor wait: while it runs, the file cannot use space again. If f
// panics, View returns a [*program.PanicError].
func (s *Store) View(ctx context.Context, f func(program.Tx) error) error {
	return s.tables.view(ctx, func(x *txn) error { return f(&tx{x, s.codec}) })
}

// Update runs f in a write transaction and returns when it is durable, or when
// nothing of it happened. Functions that wait at the same time share a commit;
// f may therefore run more than once, and must have no other effects. An ID
// that a Put method assigned is taken back if f comes to nothing. f may write
// at most 128 keys and less than 1 MiB ([ErrTooLarge]). ctx counts until f is
// begun. If f panics, Update returns a [*program.PanicError].
func (s *Store) Update(ctx context.Context, f func(program.Tx) error) error {
	return s.tables.update(ctx, true, func(x *txn) error { return f(&tx{x, s.codec}) })
}

// UpdateUnbounded is Update without bounds, for an import, an erasure or the
// like. While f runs nobody else can write; check everything that can be
// checked before.
func (s *Store) UpdateUnbounded(ctx context.Context, f func(program.Tx) error) error {
	return s.tables.update(ctx, false, func(x *txn) error { return f(&tx{x, s.codec}) })
}

// Soon runs f as Update does, in the commit of the next Update or, 10 ms later,
// in one of its own, and then calls done, if there is one, on another
// goroutine. It does not block. Close waits for done.
func (s *Store) Soon(f func(program.Tx) error, done func(error)) {
	s.tables.soon(func(x *txn) error { return f(&tx{x, s.codec}) }, done)
}

// Failed returns a channel that is closed when a commit has failed. Every call
// fails with [ErrFailed] from then on, and the process must end.
func (s *Store) Failed() <-chan struct{} { return s.tables.failed }

// Close commits what was given to Soon, waits for the transactions under way
// and closes the file. It must not be called from within a transaction.
func (s *Store) Close() error { return s.tables.close() }

// tx is a transaction on the records.
type tx struct {
	*txn
	codec codec
}

var _ program.Tx = (*tx)(nil)

// Now returns the time of the transaction, in UTC.
func (t *tx) Now() time.Time { return t.now }
