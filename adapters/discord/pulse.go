package discord

import (
	"sync"
	"time"
)

// The limit of heartbeats on one connection. Discord allows 120 packets in any
// minute; these make 110 of them at most, and there is but one more.
const (
	beatBurst = 50
	beatEvery = time.Second
)

// A pulse keeps account of the heartbeats on one connection. Its methods may
// be called concurrently.
type pulse struct {
	mu      sync.Mutex
	beats   allowance
	asked   time.Time // when the oldest unanswered heartbeat was sent; zero: none
	stalled bool      // answers may be there, but nobody reads them
}

// ask reports whether a heartbeat may be sent now, and counts it.
func (p *pulse) ask() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.beats.wait(now) > 0 {
		return false
	}
	p.beats.take(now)
	if p.asked.IsZero() {
		p.asked = now
	}
	return true
}

// answer notes an acknowledgement.
func (p *pulse) answer() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = time.Time{}
}

// stall notes that reading has stopped, or goes on. Whatever is unanswered
// then gets its time anew.
func (p *pulse) stall(stalled bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = stalled
	if !stalled && !p.asked.IsZero() {
		p.asked = time.Now()
	}
}

// missing reports whether a heartbeat is unanswered for interval.
func (p *pulse) missing(interval time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.stalled && !p.asked.IsZero() && time.Since(p.asked) >= interval
}

// An allowance lets burst things happen at once, and then one every so often:
// in any span of time no more than burst and what the span holds.
type allowance struct {
	burst int
	every time.Duration
	paid  time.Time // until when what happened is accounted for
}

// wait returns how long it takes until the next may happen.
func (a *allowance) wait(now time.Time) time.Duration {
	return max(0, a.paid.Add(time.Duration(1-a.burst)*a.every).Sub(now))
}

// take accounts for one that happens now.
func (a *allowance) take(now time.Time) {
	if a.paid.Before(now) {
		a.paid = now
	}
	a.paid = a.paid.Add(a.every)
}
