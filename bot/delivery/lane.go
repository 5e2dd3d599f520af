package delivery

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// stuck is after how many failures in a row a place is worth a line in the log.
const stuck = 8

// A lane sends to one platform.
type lane struct {
	*Options
	platform chat.Platform
	adapter  chat.Adapter // nil where the platform is not configured
	group    bool         // whether groups have a limit of their own
	start    time.Time
	wake     chan struct{} // something changed that the loop may be waiting for

	mu        sync.Mutex
	queue     *queue
	delivered time.Time // the last one
}

func newLane(o *Options, p chat.Platform, start time.Time) *lane {
	l := &lane{Options: o, platform: p, adapter: o.Adapters[p], start: start, wake: make(chan struct{}, 1)}
	var c chat.Capabilities
	if l.adapter != nil {
		c = l.adapter.Capabilities()
	}
	l.group = c.GroupPerMinute > 0 && o.Group != nil
	l.queue = newQueue(c, o.Sends)
	return l
}

// now is the instant as the pure part of the package counts it.
func (l *lane) now() time.Duration { return time.Since(l.start) }

func (l *lane) add(rows []Row) {
	now := l.now()
	groups := make([]bool, len(rows))
	for i, r := range rows {
		groups[i] = l.group && l.Group(r.To)
	}
	l.mu.Lock()
	for i, r := range rows {
		since := now
		if !r.Since.IsZero() {
			since = r.Since.Sub(l.start)
		}
		l.queue.add(r.To.ID, groups[i], row{
			seq: r.Seq, priority: r.Priority, edit: r.Edit, since: int32(since / time.Second),
		}, now)
	}
	l.mu.Unlock()
	l.signal()
}

func (l *lane) signal() {
	select {
	case l.wake <- struct{}{}:
	default: // it will look anyway
	}
}

func (l *lane) next() (turn, time.Duration, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.queue.next(l.now())
}

// run sends until ctx ends, and then waits for what is under way. The sends
// themselves live as long as sends; fail is told when the Desk fails.
func (l *lane) run(ctx, sends context.Context, fail func(error)) {
	var work sync.WaitGroup
	defer work.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		t, wait, ok := l.next()
		if ok {
			work.Go(func() { l.work(ctx, sends, fail, t) })
			continue
		}
		timer.Stop()
		if wait != never {
			timer.Reset(wait)
		}
		select {
		case <-ctx.Done():
		case <-l.wake:
		case <-timer.C:
		}
	}
}

// work takes turns for as long as there are any.
func (l *lane) work(ctx, sends context.Context, fail func(error), t turn) {
	for ok := true; ok && ctx.Err() == nil; t, _, ok = l.next() {
		if err := l.deliver(ctx, sends, t); err != nil {
			fail(err)
			return
		}
	}
	l.signal() // only the loop waits for time to pass
}

// deliver sees one turn through: what to send, sending it, recording it. Its
// error is that of the Desk.
func (l *lane) deliver(ctx, sends context.Context, t turn) error {
	to := chat.Place{Platform: l.platform, ID: t.place.id}
	m, covered, send, err := l.take(ctx, to, t.rows)
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.queue.putBack(t, l.now())
		if ctx.Err() != nil { // not the Desk's fault
			return nil
		}
		return err
	}
	v := verdict{Result: Result{Outcome: Moot}}
	if send {
		if covered[0].anew {
			m.Replaces = ""
		}
		if !l.begin(t, m) {
			return nil
		}
		ref, err := l.send(sends, m)
		v = judge(ref, err, m, to, covered[0].priority)
		v.Fresh = m.Replaces == "" && m.Handle == ""
	} else {
		l.mu.Lock()
		l.queue.pace.giveBack(t.slot, l.now())
		l.mu.Unlock()
	}
	v.At = l.Clock()
	v.Twice = slices.ContainsFunc(covered, func(r row) bool { return r.tried })
	if v.step == follow {
		l.mu.Lock()
		covered = slices.Clone(t.place.rows)
		l.mu.Unlock()
	}
	if v.Outcome != "" {
		// Whatever ended, what is known must be recorded.
		if err := l.record(context.WithoutCancel(ctx), to, covered, v.Result); err != nil {
			return err
		}
	}
	l.finish(t, to, covered, v)
	return nil
}

func (l *lane) begin(t turn, m chat.Message) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.queue.begin(t, m.Replaces != "" || m.Handle != "", l.now())
}

func (l *lane) finish(t turn, to chat.Place, covered []row, v verdict) {
	l.mu.Lock()
	l.queue.finish(t, covered, v, l.now(), rand.Float64())
	if v.Outcome == Delivered && v.At.After(l.delivered) {
		l.delivered = v.At
	}
	failures := 0
	if v.step == again {
		failures = t.place.past.failures
	}
	l.mu.Unlock()
	switch {
	case failures == stuck:
		l.Log.Warn("a message does not go out", "place", to.String(), "seq", covered[0].seq, "class", string(v.class))
	case v.step == pause:
		l.Log.Warn("the platform asks for a pause", "platform", string(l.platform), "after", v.after)
	}
}

// take asks the Desk, and finds the rows that it covers among those offered.
func (l *lane) take(ctx context.Context, to chat.Place, rows []row) (m chat.Message, covered []row, send bool, err error) {
	defer l.caught("Take", &err)
	m, covers, send, err := l.Desk.Take(ctx, waiting(to, rows))
	if err != nil {
		return m, nil, false, err
	}
	for _, r := range rows {
		if slices.Contains(covers, program.Waiting{Seq: r.seq, Priority: r.priority, To: to}) {
			covered = append(covered, r)
		}
	}
	if covered == nil { // it would be asked the same for ever
		return m, nil, false, errors.New("delivery: the desk covers none of the rows it was asked about")
	}
	return m, covered, send, nil
}

func (l *lane) record(ctx context.Context, to chat.Place, rows []row, r Result) (err error) {
	defer l.caught("Done", &err)
	return l.Desk.Done(ctx, waiting(to, rows), r)
}

// send gives m to the adapter. A panic in it is a defect that this message
// brought out and would bring out again.
func (l *lane) send(ctx context.Context, m chat.Message) (ref chat.Ref, err error) {
	if l.adapter == nil {
		return "", &chat.SendError{Class: chat.Refused, Err: ErrNoAdapter}
	}
	ctx, cancel := context.WithTimeout(ctx, l.Timeout)
	defer cancel()
	var failed error
	defer func() {
		if failed != nil {
			err = &chat.SendError{Class: chat.Refused, Err: failed}
		}
	}()
	defer l.caught("Send of "+string(l.platform), &failed)
	return l.adapter.Send(ctx, m)
}

// caught, deferred, turns a panic into an error. Neither the error nor the log
// has the value of the panic, which might be what a person wrote.
func (l *lane) caught(where string, err *error) {
	if v := recover(); v != nil {
		*err = errors.New("delivery: panic in " + where)
		l.Log.Error("panic", "in", where, "stack", string(debug.Stack()))
	}
}

func waiting(to chat.Place, rows []row) []program.Waiting {
	all := make([]program.Waiting, len(rows))
	for i, r := range rows {
		all[i] = program.Waiting{Seq: r.seq, Priority: r.priority, To: to}
	}
	return all
}
