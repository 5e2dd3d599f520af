package store

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"steadfast/bot/program"
)

// The bounds of a write transaction's function. They are those of replicated
// engines (etcd: 128 operations, 1.5 MiB), so that one of these can take
// bbolt's place.
const (
	maxOps   = 128
	maxBytes = 1 << 20
)

// Errors of transactions.
var (
	// ErrTooLarge says that a function wrote more than fits in one transaction.
	ErrTooLarge = errors.New("store: transaction too large")

	errReadOnly = errors.New("store: a view cannot be written to")
	errOver     = errors.New("store: the transaction is over")
	errScanning = errors.New("store: written to while a sequence is under way")
)

// A txn is what one function sees of a transaction on the tables. It is used
// by one goroutine.
type txn struct {
	bolt    *bolt.Tx // nil when the function has returned
	append  map[table]bool
	now     time.Time
	bounded bool           // the bounds hold
	deleted map[table]bool // something was deleted in bolt; shared by its functions

	ops, bytes int
	wrote      bool
	scans      int   // sequences under way
	err        error // the first write that failed; nothing is committed after it
	undo       []func()
}

// run calls f and ends x. The error is f's, or that of a write whose failure f
// ignored, or a *program.PanicError.
func (x *txn) run(f func(*txn) error) (err error) {
	defer func() {
		x.bolt = nil
		if recover() != nil {
			err = &program.PanicError{Stack: callers()}
		}
	}()
	if err := f(x); err != nil {
		return err
	}
	return x.err
}

// callers returns function names, files and lines of the stack of a panic, and
// no values.
func callers() []byte {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var b bytes.Buffer
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			fmt.Fprintf(&b, "%s %s:%d\n", frame.Function, path.Base(frame.File), frame.Line)
		}
		if !more {
			return b.Bytes()
		}
	}
}

// onRollback calls f if the transaction comes to nothing.
func (x *txn) onRollback(f func()) { x.undo = append(x.undo, f) }

// rolledBack undoes what the transaction did outside the file.
func (x *txn) rolledBack() {
	for _, f := range slices.Backward(x.undo) {
		f()
	}
	x.undo = nil
}

func (x *txn) bucket(t table) (*bolt.Bucket, error) {
	if x.bolt == nil {
		return nil, errOver
	}
	b := x.bolt.Bucket([]byte(t))
	if b == nil {
		return nil, fmt.Errorf("store: no table %q", t)
	}
	if x.append[t] {
		b.FillPercent = 1.0
	}
	return b, nil
}

// get returns the value at k, or nil. It is valid until the transaction ends
// and must not be changed.
func (x *txn) get(t table, k key) ([]byte, error) {
	b, err := x.bucket(t)
	if err != nil {
		return nil, err
	}
	return b.Get(k), nil
}

// put sets the value at k. It keeps v, which must not be changed any more.
func (x *txn) put(t table, k key, v []byte) error {
	b, err := x.writable(t, len(k)+len(v))
	if err != nil {
		return err
	}
	return x.failed(t, b.Put(k, v))
}

// delete removes k, if it is there.
func (x *txn) delete(t table, k key) error {
	b, err := x.writable(t, len(k))
	if err != nil {
		return err
	}
	x.deleted[t] = true
	return x.failed(t, b.Delete(k))
}

// next returns a number that the table never gave before, counting from 1. In
// the engines that might replace bbolt it is a row; so it counts as a put.
func (x *txn) next(t table) (uint64, error) {
	b, err := x.writable(t, 8)
	if err != nil {
		return 0, err
	}
	n, err := b.NextSequence()
	return n, x.failed(t, err)
}

// given makes sure that next returns numbers above n.
func (x *txn) given(t table, n uint64) error {
	b, err := x.bucket(t)
	if err != nil || b.Sequence() >= n {
		return err
	}
	if b, err = x.writable(t, 8); err != nil {
		return err
	}
	return x.failed(t, b.SetSequence(n))
}

// writable returns the table for one write of so many bytes.
func (x *txn) writable(t table, size int) (*bolt.Bucket, error) {
	b, err := x.bucket(t)
	switch {
	case err != nil:
	case !x.bolt.Writable():
		err = errReadOnly
	case x.scans > 0:
		err = errScanning
	case x.bounded && x.ops+1 > maxOps:
		err = fmt.Errorf("%w: more than %d operations", ErrTooLarge, maxOps)
	case x.bounded && x.bytes+size >= maxBytes:
		err = fmt.Errorf("%w: %d bytes, and fewer than %d fit", ErrTooLarge, x.bytes+size, maxBytes)
	}
	if err != nil {
		return nil, x.failed(t, err)
	}
	x.wrote = true
	x.ops++
	x.bytes += size
	return b, nil
}

// failed remembers the first write that failed, so that it cannot be ignored.
func (x *txn) failed(t table, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("table %s: %w", t, err)
	if x.err == nil {
		x.err = err
	}
	return err
}

// scan returns the rows with from <= key < to in order, or backwards. A nil
// bound is none. Keys and values are valid until the transaction ends and must
// not be changed. After the transaction, or without the table, it is empty;
// ask bucket for the reason first.
func (x *txn) scan(t table, from, to []byte, backwards bool) iter.Seq2[key, []byte] {
	return func(yield func(key, []byte) bool) {
		b, err := x.bucket(t)
		if err != nil {
			return
		}
		x.scans++
		defer func() { x.scans-- }()
		rows := forwards(b.Cursor(), from, to)
		switch {
		case backwards && x.deleted[t]:
			rows = reversed(rows)
		case backwards:
			rows = downwards(b.Cursor(), from, to)
		}
		for k, v := range rows {
			if !yield(k, v) || x.bolt == nil {
				return
			}
		}
	}
}

func forwards(c *bolt.Cursor, from, to []byte) iter.Seq2[key, []byte] {
	return func(yield func(key, []byte) bool) {
		k, v := c.Seek(from)
		for ; k != nil && (to == nil || bytes.Compare(k, to) < 0); k, v = c.Next() {
			if !yield(k, v) {
				return
			}
		}
	}
}

// downwards must not be used where rows were deleted in the same transaction:
// bbolt's Prev ends at a page that has become empty, as if it were the
// beginning, and Last does not return if all pages have.
func downwards(c *bolt.Cursor, from, to []byte) iter.Seq2[key, []byte] {
	return func(yield func(key, []byte) bool) {
		for k, v := lastBefore(c, to); k != nil && bytes.Compare(k, from) >= 0; k, v = c.Prev() {
			if !yield(k, v) {
				return
			}
		}
	}
}

// reversed returns the rows in the opposite order, after reading all of them.
func reversed(rows iter.Seq2[key, []byte]) iter.Seq2[key, []byte] {
	return func(yield func(key, []byte) bool) {
		var keys []key
		var values [][]byte
		for k, v := range rows {
			keys, values = append(keys, k), append(values, v)
		}
		for i := range slices.Backward(keys) {
			if !yield(keys[i], values[i]) {
				return
			}
		}
	}
}

func lastBefore(c *bolt.Cursor, to []byte) (k, v []byte) {
	if to != nil {
		if k, _ := c.Seek(to); k != nil {
			return c.Prev()
		}
	}
	return c.Last()
}
