package delivery

import (
	"slices"
	"time"

	"steadfast/bot/program"
)

// A strict platform counts arrivals in any second, while we decide when to
// start. So a few per cent of the rate are given up: a start may be late by
// the difference without one message too many arriving within a second.
const (
	window  = 1028 * time.Millisecond // never more than the limit in this
	evenly  = 1022 * time.Millisecond // the limit is spread over this
	catchUp = 40 * time.Millisecond   // how late a slot may be without being lost; at least one slot
)

// After the platform has complained its rate is halved and comes back within
// recovery, but it never falls below lowest.
const (
	recovery = time.Minute
	lowest   = 1.0 / 8
	hush     = time.Second // the pause after a complaint that named none
)

// pace keeps to a platform's limit of messages a second. Slots are spread
// evenly, so that whatever is pressing finds one soon. Where the last second
// has room, escalations need not wait for their slot, and replies neither, as
// long as a third of the limit stays free for escalations.
type pace struct {
	limit    int             // in one span; zero: no limit
	span     time.Duration   // window, or longer for limits below one a second
	interval time.Duration   // between even slots
	sent     []time.Duration // the messages of the last span, oldest first
	slot     time.Duration   // the next even slot
	until    time.Duration   // nothing that can wait is sent before
	hard     time.Duration   // nothing at all is sent before
	by       string          // the place for which the platform complained first
	share    float64         // of the rate, at until; 1 when the platform is content
}

func newPace(perSecond float64) pace {
	p := pace{share: 1}
	if perSecond <= 0 {
		return p
	}
	p.limit, p.span = max(1, int(perSecond)), window
	if perSecond < 1 {
		p.span = time.Duration(float64(window) / perSecond)
	}
	p.interval = time.Duration(float64(evenly) / perSecond)
	return p
}

// when returns the earliest instant, not before now, at which a message of that
// priority may go.
func (p *pace) when(now time.Duration, priority program.Priority) time.Duration {
	if at := p.paused(priority); now < at {
		return at
	}
	if p.limit == 0 {
		return now
	}
	p.expire(now)
	share := p.shareAt(now)
	limit := max(1, int(float64(p.limit)*share))
	at := max(now, p.slot, p.room(limit))
	switch { // slots may be skipped, but not while the platform is displeased
	case share < 1:
	case priority <= program.Escalation:
		at = min(at, max(now, p.room(limit)))
	case priority == program.Reply:
		at = min(at, max(now, p.room(limit-limit/3)))
	}
	return at
}

// room returns when fewer than limit messages are in the span.
func (p *pace) room(limit int) time.Duration {
	if len(p.sent) < limit {
		return 0
	}
	return p.sent[len(p.sent)-limit] + p.span
}

// take uses up the slot at now.
func (p *pace) take(now time.Duration) {
	if p.limit == 0 {
		return
	}
	p.expire(now)
	p.sent = append(p.sent, now)
	if now-p.slot > max(p.interval, catchUp) {
		p.slot = now // it was idle; there is nothing to catch up with
	}
	p.slot += time.Duration(float64(p.interval) / p.shareAt(now))
}

// move says that what was taken at from is sent only now. It reports whether
// there is still room for it.
func (p *pace) move(from, now time.Duration) bool {
	if p.limit == 0 {
		return true
	}
	p.expire(now)
	if i, ok := slices.BinarySearch(p.sent, from); ok {
		p.sent = slices.Delete(p.sent, i, i+1)
	} else if len(p.sent) >= p.limit { // it took longer than the span
		return false
	}
	p.sent = append(p.sent, now)
	return true
}

// giveBack says that what was taken at from is not sent at all.
func (p *pace) giveBack(from, now time.Duration) {
	if i, ok := slices.BinarySearch(p.sent, from); ok {
		p.sent = slices.Delete(p.sent, i, i+1)
	}
	if p.limit > 0 {
		p.slot -= time.Duration(float64(p.interval) / p.shareAt(now))
	}
}

// complain stops what the platform has asked to stop, for as long as it asked.
// It does not say whether one place or all of them had too much. So a first
// complaint stops that place (see queue.finish) and, everywhere, whatever can
// wait: one person who taps fast must not hold up somebody else's call for
// help. When another place is complained about meanwhile, everything stops.
func (p *pace) complain(now, after time.Duration, place string) {
	if now >= p.until {
		p.share = max(lowest, p.shareAt(now)/2)
		p.by = place
	} else if place != p.by {
		p.hard = max(p.hard, p.until, now+after)
	}
	p.until = max(p.until, now+after)
}

// paused returns the instant before which nothing of that priority is sent.
func (p *pace) paused(priority program.Priority) time.Duration {
	if priority <= program.Reply {
		return p.hard
	}
	return p.until
}

// shareAt returns which part of the rate is used.
func (p *pace) shareAt(now time.Duration) float64 {
	if p.share == 1 {
		return 1
	}
	gone := float64(max(0, now-p.until)) / float64(recovery)
	return min(1, p.share+(1-p.share)*gone)
}

func (p *pace) expire(now time.Duration) {
	i := 0
	for i < len(p.sent) && p.sent[i]+p.span <= now {
		i++
	}
	p.sent = p.sent[i:]
}
