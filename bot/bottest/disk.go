package bottest

import (
	"context"
	"errors"
	"sync"

	"steadfast/bot/program"
)

// flaky is a store whose next commit can be made to fail, after which it is of
// no use any more, like a store whose disk has failed.
type flaky struct {
	program.Store
	mu     sync.Mutex
	armed  bool
	failed bool
}

// errFailed is what a broken disk says.
var errFailed = errors.New("the disk failed")

func (f *flaky) breakNext() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = true
}

func (f *flaky) mend() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.failed = false, false
}

func (f *flaky) broken() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed
}

// Update runs the function in a transaction and, when the commit is to fail,
// takes everything back.
func (f *flaky) Update(ctx context.Context, do func(program.Tx) error) error {
	f.mu.Lock()
	if f.armed {
		f.armed, f.failed = false, true
	}
	failed := f.failed
	f.mu.Unlock()
	if !failed {
		return f.Store.Update(ctx, do)
	}
	return errors.Join(errFailed, f.Store.Update(ctx, func(tx program.Tx) error {
		return errors.Join(do(tx), errFailed)
	}))
}
