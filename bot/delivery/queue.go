package delivery

import (
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// never is the wait of a queue that only an event can move.
const never time.Duration = -1

// mergeable is how many escalations are offered for one message.
const mergeable = 32

// A queue decides which row of one platform is sent when. It starts nothing and
// never looks at a clock.
//
// Each place with rows stands in exactly one of three groups: ready, in the
// order of the first rows; delayed, in the order of time; or busy, with a
// message under way. So one slow or broken chat costs the others nothing, and
// the work for a message grows with the logarithm of the number of places.
type queue struct {
	limits  limits
	pace    pace
	most    int // messages under way at once
	sending int
	places  map[string]*place
	ready   line
	delayed line
	waiting [program.Digest + 1]ages // by rank
}

// A turn is a place that may be sent something, with the rows to offer: the
// first one, and other escalations for the same place.
type turn struct {
	place *place
	rows  []row
	slot  time.Duration // what it took of the pace
}

func newQueue(c chat.Capabilities, most int) *queue {
	return &queue{
		limits:  newLimits(c),
		pace:    newPace(c.PerSecond),
		most:    most,
		places:  map[string]*place{},
		ready:   line{before: byTurn},
		delayed: line{before: byTime},
	}
}

// add puts r at its place, unless it is there already.
func (q *queue) add(id string, group bool, r row, now time.Duration) {
	p := q.places[id]
	if p == nil {
		p = &place{id: id, group: group}
		q.places[id] = p
	}
	i, found := slices.BinarySearchFunc(p.rows, r, order)
	if found {
		return
	}
	p.rows = slices.Insert(p.rows, i, r)
	q.waiting[rank(r)].add(r.since)
	if i == 0 && p.where != busy {
		q.settle(p, now)
	}
}

// next returns whose turn it is. Otherwise it returns how long to wait: never,
// or until something is added or finished.
func (q *queue) next(now time.Duration) (t turn, wait time.Duration, ok bool) {
	for p := q.delayed.first(); p != nil && p.at <= now; p = q.delayed.first() {
		q.settle(p, now)
	}
	wait = never
	if p := q.delayed.first(); p != nil {
		wait = p.at - now
	}
	p := q.ready.first()
	if p == nil || !q.slotFor(p.rows[0].priority) {
		return turn{}, wait, false
	}
	if at := q.pace.when(now, p.rows[0].priority); at > now {
		if wait == never || at-now < wait {
			wait = at - now
		}
		return turn{}, wait, false
	}
	q.pace.take(now)
	q.sending++
	q.leave(p)
	p.where = busy
	n := 1
	for p.rows[0].priority == program.Escalation && n < min(len(p.rows), mergeable) &&
		p.rows[n].priority == program.Escalation {
		n++
	}
	return turn{p, slices.Clone(p.rows[:n]), now}, 0, true
}

// slotFor reports whether one more message may be under way. A quarter of them
// must be escalations, so that a platform that hangs cannot fill all with
// reminders.
func (q *queue) slotFor(p program.Priority) bool {
	if p <= program.Escalation {
		return q.sending < q.most
	}
	return q.sending < q.most-q.most/4
}

// begin reports whether a message for t may be sent now; if not, t has been
// put back. Since the turn was given, the platform may have asked for a pause,
// and only now is it known whether the message is an edit.
func (q *queue) begin(t turn, edit bool, now time.Duration) bool {
	p, first := t.place, t.rows[0]
	if now < q.pace.paused(first.priority) {
		q.putBack(t, now)
		return false
	}
	if !edit && q.limits.paced(p, first.priority) > now {
		q.mark(p, t.rows, func(r *row) { r.edit = false })
		q.putBack(t, now)
		return false
	}
	if !q.pace.move(t.slot, now) {
		q.free(t.place, now)
		return false
	}
	if !edit {
		q.limits.note(p, now)
	}
	return true
}

// putBack ends a turn in which nothing was sent.
func (q *queue) putBack(t turn, now time.Duration) {
	q.pace.giveBack(t.slot, now)
	q.free(t.place, now)
}

// finish ends a turn in which the rows covered were sent, or tried, with the
// verdict v. jitter is a random number in [0, 1).
func (q *queue) finish(t turn, covered []row, v verdict, now time.Duration, jitter float64) {
	p := t.place
	if v.step != again && p.past != nil {
		p.past.failures = 0
	}
	switch v.step {
	case leave:
		q.drop(p, covered)
	case again:
		h := p.history()
		h.failures++
		h.failed, h.asked, h.jitter = now, now+v.after, jitter
		if v.Outcome == Doubtful {
			q.mark(p, covered, func(r *row) { r.tried = true })
		}
	case anew:
		q.mark(p, covered, func(r *row) { r.edit, r.anew = false, true })
	case pause:
		after := v.after
		if after <= 0 {
			after = hush
		}
		h := p.history()
		h.failures, h.failed, h.asked, h.jitter = 1, now, now+after, 0
		q.pace.complain(now, after, p.id)
	case follow:
		for _, r := range q.drop(p, covered) {
			q.add(v.Moved.ID, p.group, r, now)
		}
	}
	q.free(p, now)
}

// drop takes rows out of p and returns them as they were.
func (q *queue) drop(p *place, rows []row) []row {
	var dropped []row
	for _, r := range rows {
		if i, ok := slices.BinarySearchFunc(p.rows, r, order); ok {
			r = p.rows[i]
			dropped = append(dropped, r)
			q.waiting[rank(r)].remove(r.since)
			if i == 0 { // nearly always: no need to move the others
				p.rows = p.rows[1:]
				continue
			}
			p.rows = slices.Delete(p.rows, i, i+1)
		}
	}
	return dropped
}

func (q *queue) mark(p *place, rows []row, f func(*row)) {
	for _, r := range rows {
		if i, ok := slices.BinarySearchFunc(p.rows, r, order); ok {
			f(&p.rows[i])
		}
	}
}

// free ends the turn of p.
func (q *queue) free(p *place, now time.Duration) {
	q.sending--
	p.where = nowhere
	q.settle(p, now)
}

// settle puts p, which is not busy, where it belongs.
func (q *queue) settle(p *place, now time.Duration) {
	q.leave(p)
	if len(p.rows) == 0 {
		if p.at = q.limits.forget(p); p.at <= now {
			delete(q.places, p.id)
			return
		}
	} else if p.at = q.limits.free(p); p.at <= now {
		p.where = ready
		q.ready.enter(p)
		return
	}
	p.where = delayed
	q.delayed.enter(p)
}

// leave takes p out of its line.
func (q *queue) leave(p *place) {
	switch p.where {
	case ready:
		q.ready.quit(p)
	case delayed:
		q.delayed.quit(p)
	}
	p.where = nowhere
}

// rank is the index of a row's priority among the known ones.
func rank(r row) int { return int(min(r.priority, program.Digest)) }
