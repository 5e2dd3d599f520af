package discord

import (
	"context"
	"sync"
	"time"

	"steadfast/bot/chat"
)

// maxTalks is how many interactions are remembered; Discord forgets them after
// a quarter of an hour.
const maxTalks = 20_000

// How long it may take to tell Discord something that is best effort, and to do
// the last of that when the end has come.
const (
	hurry      = 10 * time.Second
	lastHurry  = 2 * time.Second
	lastsUntil = thinkingPatience + hurry // after which nothing is left to say at the end
)

// talks are the interactions that can still be answered, and what is told to
// Discord about them in the background. The methods may be called concurrently.
type talks struct {
	mu      sync.Mutex
	byID    map[string]*talk
	holders map[chat.Ref]*talk // by hidden message, the newest that can change it
	refs    map[*talk][]chat.Ref
	oldest  []*talk
	timers  map[*time.Timer]struct{}
	ctx     context.Context // of what is told; nil while there is nobody to tell it
	cancel  context.CancelFunc
	tasks   sync.WaitGroup
}

func newTalks() *talks {
	return &talks{
		byID: map[string]*talk{}, holders: map[chat.Ref]*talk{}, refs: map[*talk][]chat.Ref{},
		timers: map[*time.Timer]struct{}{},
	}
}

// add remembers t.
func (ts *talks) add(t *talk) {
	ts.mu.Lock()
	for len(ts.oldest) > 0 && (len(ts.oldest) >= maxTalks || time.Since(ts.oldest[0].arrived) > talkLife) {
		ts.forget(ts.oldest[0])
		ts.oldest = ts.oldest[1:]
	}
	ts.byID[t.id] = t
	ts.oldest = append(ts.oldest, t)
	ts.mu.Unlock()
	ts.holds(t, t.on)
}

func (ts *talks) forget(t *talk) {
	if ts.byID[t.id] == t {
		delete(ts.byID, t.id)
	}
	for _, ref := range ts.refs[t] {
		if ts.holders[ref] == t {
			delete(ts.holders, ref)
		}
	}
	delete(ts.refs, t)
}

// holds notes that the message ref, if it is a hidden one, can be changed by
// means of t.
func (ts *talks) holds(t *talk, ref chat.Ref) {
	if !isHidden(ref) {
		return
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.byID[t.id] == t {
		ts.holders[ref] = t
		ts.refs[t] = append(ts.refs[t], ref)
	}
}

// get returns the interaction with this handle; nil if it is unknown or too
// old.
func (ts *talks) get(handle string) *talk {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return fresh(ts.byID[handle])
}

// holder returns the interaction that can change a hidden message, or nil.
func (ts *talks) holder(ref chat.Ref) *talk {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return fresh(ts.holders[ref])
}

func fresh(t *talk) *talk {
	if t == nil || time.Since(t.arrived) > talkLife {
		return nil
	}
	return t
}

// open lets things be told in the background until close is called.
func (ts *talks) open() {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.ctx, ts.cancel = context.WithCancel(context.Background())
}

// tell calls f in the background, soon or after a while, unless close is
// called before.
func (ts *talks) tell(after time.Duration, f func(context.Context)) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.ctx == nil {
		return
	}
	all := ts.ctx
	run := func() {
		ctx, cancel := context.WithTimeout(all, hurry)
		defer cancel()
		f(ctx)
	}
	if after <= 0 {
		ts.tasks.Go(run)
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(after, func() {
		ts.mu.Lock()
		_, ok := ts.timers[timer]
		delete(ts.timers, timer)
		if ok {
			ts.tasks.Go(run)
		}
		ts.mu.Unlock()
	})
	ts.timers[timer] = struct{}{}
}

// close ends what is told in the background. Before that it calls last for the
// interactions that may still wait for something.
func (ts *talks) close(last func(context.Context, *talk)) {
	ts.mu.Lock()
	ctx, cancel := ts.ctx, ts.cancel
	ts.ctx = nil
	for timer := range ts.timers {
		timer.Stop()
	}
	clear(ts.timers)
	for _, t := range ts.oldest {
		if time.Since(t.arrived) < lastsUntil {
			ts.tasks.Go(func() { last(ctx, t) })
		}
	}
	ts.mu.Unlock()
	grace := time.AfterFunc(lastHurry, cancel)
	ts.tasks.Wait()
	grace.Stop()
	cancel()
}
