package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
)

const (
	// maxBatch is how many functions share a commit at most. The number is the
	// one that was measured: beyond it a commit grows no cheaper.
	maxBatch = 512
	// soonDelay is how long a function may wait that nobody waits for. It is
	// long against a commit (0.4 ms where it was measured) and short against
	// the time a person notices.
	soonDelay = 10 * time.Millisecond
)

// A request is a function that waits for the writer.
type request struct {
	run     func(*txn) error
	bounded bool
	claimed atomic.Bool // by the writer, or by the caller who gave up
	result  chan error  // for those who wait; else nil
	done    func(error) // for those who do not
}

// claim reports whether nobody claimed the request before.
func (r *request) claim() bool { return r.claimed.CompareAndSwap(false, true) }

// update runs f in a write transaction. It returns when that is durable or
// came to nothing; ctx counts only until f is begun.
func (t *tables) update(ctx context.Context, bounded bool, f func(*txn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{run: f, bounded: bounded, result: make(chan error, 1)}
	if err := t.enqueue(r); err != nil {
		return err
	}
	select {
	case err := <-r.result:
		return err
	case <-ctx.Done():
		if r.claim() {
			return ctx.Err()
		}
		return <-r.result
	}
}

// soon runs f in the next commit, at the latest after soonDelay.
func (t *tables) soon(f func(*txn) error, done func(error)) {
	if err := t.enqueue(&request{run: f, bounded: true, done: done}); err != nil {
		t.callbacks.Go(func() { done(err) })
	}
}

func (t *tables) enqueue(r *request) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.err != nil:
		return t.err
	case t.closing:
		return ErrClosed
	}
	t.queue = append(t.queue, r)
	switch {
	case r.result != nil:
		t.awaited++
		t.ring()
	case t.timer == nil:
		t.timer = time.AfterFunc(soonDelay, func() {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.late = true
			t.ring()
		})
	}
	return nil
}

// ring wakes the writer.
func (t *tables) ring() {
	select {
	case t.bell <- struct{}{}:
	default:
	}
}

// write is the goroutine of the writer. It ends after close.
func (t *tables) write() {
	debug.SetPanicOnFault(true) // a cut-off file is a panic, not the end
	ok := false
	defer func() {
		if ok {
			close(t.ended)
			return
		}
		// A function ended the goroutine, as t.FailNow does in a test. A
		// new one tells everybody.
		t.fail(errors.New("a transaction's function ended its goroutine"))
		t.rollback(t.current)
		go t.write()
	}()
	if t.current != nil {
		t.answer(t.current.requests, t.reason())
		t.current = nil
	}
	for t.wait() {
		if batch := t.take(); len(batch) > 0 {
			t.commit(batch)
		}
	}
	ok = true
}

// wait returns true when there is something to commit, false at the end.
func (t *tables) wait() bool {
	for {
		t.mu.Lock()
		ready := len(t.queue) > 0 && (t.awaited > 0 || t.late || t.closing)
		end := len(t.queue) == 0 && t.closing
		t.mu.Unlock()
		if ready || end {
			return ready
		}
		<-t.bell
	}
}

// take removes the next batch from the queue: up to maxBatch bounded requests,
// or one that is not bounded.
func (t *tables) take() []*request {
	t.mu.Lock()
	defer t.mu.Unlock()
	var batch []*request
	n := 0
	for _, r := range t.queue {
		if n == maxBatch || !r.bounded && n > 0 {
			break
		}
		n++
		if r.result != nil {
			t.awaited--
		}
		if r.claim() {
			batch = append(batch, r)
		}
		if !r.bounded {
			break
		}
	}
	clear(t.queue[:n])
	t.queue = t.queue[n:]
	if len(t.queue) == 0 {
		t.queue, t.late = nil, false
		if t.timer != nil {
			t.timer.Stop()
			t.timer = nil
		}
	}
	return batch
}

// commit runs the batch in one transaction, or each request in its own if one
// of them must be undone.
func (t *tables) commit(batch []*request) {
	if !t.together(batch) {
		for _, r := range batch {
			t.together([]*request{r})
		}
	}
	t.current = nil
}

// An attempt is a transaction of the writer with what ran in it.
type attempt struct {
	*boltTx
	requests []*request
	txns     []*txn
}

// together runs the requests in one transaction and answers them. It returns
// false, and has done nothing, if several requests were given and one of them
// failed after it had written.
func (t *tables) together(requests []*request) bool {
	if err := t.reason(); err != nil {
		t.answer(requests, err)
		return true
	}
	b, err := t.db.Begin(true)
	if err != nil {
		t.answer(requests, t.fail(err))
		return true
	}
	t.current = &attempt{boltTx: b, requests: requests}

	results := make([]error, len(requests))
	deleted := map[table]bool{}
	wrote := false
	for i, r := range requests {
		x := t.begin(b, r.bounded, deleted)
		t.current.txns = append(t.current.txns, x)
		results[i] = x.run(r.run)
		switch {
		case results[i] != nil && x.wrote:
			t.rollback(t.current)
			if len(requests) > 1 {
				return false
			}
			t.answer(requests, results...)
			return true
		case results[i] != nil:
			x.rolledBack()
		}
		wrote = wrote || x.wrote
	}
	if !wrote {
		t.rollback(t.current)
	} else if err := committed(b); err != nil {
		err = t.fail(err)
		t.rollback(t.current)
		t.answer(requests, err)
		return true
	}
	t.answer(requests, results...)
	return true
}

// committed commits b. Where bbolt panics, as it does when it meets a damaged
// page, that is an error too.
func committed(b *boltTx) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the data file is damaged")
		}
	}()
	return b.Commit()
}

// rollback ends an attempt that came to nothing.
func (t *tables) rollback(a *attempt) {
	if a == nil {
		return
	}
	defer func() { _ = recover() }() // a damaged file: the store has failed or will
	for _, x := range a.txns {
		x.rolledBack()
	}
	_ = a.Rollback() // fails only where the transaction has ended itself
}

// answer tells the requests their results; a single one is for all of them.
func (t *tables) answer(requests []*request, results ...error) {
	var later []func()
	for i, r := range requests {
		err := results[min(i, len(results)-1)]
		if r.result != nil {
			r.result <- err
		} else if r.done != nil {
			later = append(later, func() { r.done(err) })
		}
	}
	if len(later) == 0 {
		return
	}
	// Not on the writer's goroutine: a callback may wait for an Update.
	t.callbacks.Go(func() {
		for _, f := range later {
			f()
		}
	})
}

// fail ends everything and returns the reason for all further calls.
func (t *tables) fail(cause error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = fmt.Errorf("%w: a transaction could not be written to the data file; "+
			"end the process, see to the disk and start again: %w", ErrFailed, cause)
		close(t.failed)
	}
	return t.err
}

// reason returns why the tables have failed, or nil.
func (t *tables) reason() error {
	select {
	case <-t.failed:
		return t.err // written before the channel was closed
	default:
		return nil
	}
}
