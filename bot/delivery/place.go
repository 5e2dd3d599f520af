package delivery

import (
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// Like the platform's, a place's own pace is given up by a little, for the
// same reason.
const (
	placeSecond = 1030 * time.Millisecond
	groupMinute = 60*time.Second + 500*time.Millisecond
)

// A row is what the queue keeps of a waiting message: 16 bytes, since there may
// be a million.
type row struct {
	seq      uint64
	since    int32 // in seconds
	priority program.Priority
	edit     bool // as [Row] says
	anew     bool // the message to edit is gone
	tried    bool // may have been shown
}

// order is that in which the rows of a place go.
func order(a, b row) int {
	switch {
	case a.priority != b.priority:
		return int(a.priority) - int(b.priority)
	case a.seq < b.seq:
		return -1
	case a.seq > b.seq:
		return 1
	}
	return 0
}

// A place is one chat for which something waits, or that was sent something
// lately.
type place struct {
	id    string
	rows  []row         // in order; what is being sent stays until its result is recorded
	past  *past         // nil where there is none that matters
	at    time.Duration // when to look again, while it stands among the delayed
	index int32         // in the heap it stands in
	where where
	group bool
}

// where a place stands.
type where uint8

const (
	nowhere where = iota // not in the queue
	ready                // its first row may go
	delayed              // nothing before place.at
	busy                 // a message is under way
)

// past is what must be known of a place's last messages.
type past struct {
	sent     []time.Duration // oldest first, as many as the limits look back on
	failures int             // in a row
	failed   time.Duration   // the last of them
	asked    time.Duration   // the platform wants no earlier try
	jitter   float64         // of the wait after it, in [0, 1)
}

// limits are what a platform permits in one place.
type limits struct {
	burst     int           // messages in
	span      time.Duration // this time
	perMinute int           // in a group
}

func newLimits(c chat.Capabilities) limits {
	l := limits{perMinute: c.GroupPerMinute}
	if c.PlacePerSecond > 0 {
		// Counted as a window, which no token bucket outruns: a burst uses up
		// the seconds after it.
		l.burst = max(1, c.PlaceBurst)
		l.span = time.Duration(float64(l.burst) * float64(placeSecond) / c.PlacePerSecond)
	}
	return l
}

// free returns the instant from which on the first row of p may go.
func (l limits) free(p *place) time.Duration {
	if p.past == nil {
		return 0
	}
	first := p.rows[0]
	at := p.past.retry(first.priority)
	if !first.edit {
		at = max(at, l.paced(p, first.priority))
	}
	return at
}

// paced returns the instant from which on p may get a new message.
func (l limits) paced(p *place, priority program.Priority) time.Duration {
	if p.past == nil {
		return 0
	}
	at := p.past.after(l.burst, l.span)
	if priority <= program.Escalation && l.burst > 2 {
		// A burst of single ones would have the others sit out the time after it.
		// So they wait for a moment and are merged.
		at = max(at, p.past.after(2, l.span/time.Duration(l.burst)))
	}
	if p.group {
		n := l.perMinute
		if priority > program.Escalation {
			n -= n / 4 // the rest of the minute is kept for escalations
		}
		at = max(at, p.past.after(n, groupMinute))
	}
	return at
}

// note records a new message in p.
func (l limits) note(p *place, now time.Duration) {
	keep := l.burst
	if p.group {
		keep = max(keep, l.perMinute)
	}
	if keep == 0 {
		return
	}
	h := p.history()
	if len(h.sent) == keep {
		h.sent = append(h.sent[:0], h.sent[1:]...)
	}
	h.sent = append(h.sent, now)
}

// forget returns the instant from which on the past of p does not matter.
func (l limits) forget(p *place) time.Duration {
	if p.past == nil || len(p.past.sent) == 0 {
		return 0
	}
	span := l.span
	if p.group && l.perMinute > 0 {
		span = max(span, groupMinute)
	}
	return p.past.sent[len(p.past.sent)-1] + span
}

func (p *place) history() *past {
	if p.past == nil {
		p.past = new(past)
	}
	return p.past
}

// after returns the instant from which on fewer than n messages were sent
// within span.
func (h *past) after(n int, span time.Duration) time.Duration {
	if n <= 0 || len(h.sent) < n {
		return 0
	}
	return h.sent[len(h.sent)-n] + span
}

// retry returns when a row of that priority may be tried after the failures.
// It depends on the row that is first now, not on the one that failed: an
// escalation does not sit out the long wait of a reminder.
func (h *past) retry(priority program.Priority) time.Duration {
	if h.failures == 0 {
		return 0
	}
	return max(h.asked, h.failed+backOff(h.failures, priority, h.jitter))
}

// backOff doubles from one second up to five minutes, for escalations from half
// a second up to thirty. A fifth of it is chance, so that places which failed
// together do not come back together.
func backOff(failures int, priority program.Priority, jitter float64) time.Duration {
	least, most := time.Second, 5*time.Minute
	if priority <= program.Escalation {
		least, most = 500*time.Millisecond, 30*time.Second
	}
	most = most * 4 / 5
	d := most
	if failures < 20 {
		d = min(most, least<<(failures-1))
	}
	return d + time.Duration(jitter*float64(d)/4)
}
