package discord

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// longestWait is how long a call waits for limits, altogether. Longer ones
	// are the sender's business, who has other things to send meanwhile.
	longestWait = 3 * time.Second

	// paceSpan is the second for which Discord counts requests, and some more,
	// since they do not travel equally fast.
	paceSpan = time.Second + 20*time.Millisecond

	// unlimitedSpan is for how long a route that told no limit has none.
	unlimitedSpan = time.Minute

	// foreignPause is how long Cloudflare, which stands before Discord, is left
	// alone when it does not say.
	foreignPause = 10 * time.Second

	// someBuckets is how many are kept before the first ones are forgotten.
	someBuckets = 1024
)

// limits keeps requests within Discord's limits, as far as it told them: of
// each route in the headers of its answers, and the one of all requests. It is
// safe for concurrent use.
type limits struct {
	pace int // requests a second; zero: no limit

	mu      sync.Mutex
	routes  map[string]*bucket
	buckets map[string]*bucket // by Discord's name and what they are about
	many    int                // of routes; then those that are full again are forgotten
	shut    time.Time          // until then, no request but the free ones
	recent  []time.Time        // when the last requests went out, or will; at most pace of them
}

// A bucket is the limit that one or several routes share. While nothing is
// known of it, as in the beginning and once it is full again, one request goes
// out to find out, and the others wait for what its answer says. From then on
// left is right whatever the order of the answers, since it counts what is under
// way: they can only say that it is less.
type bucket struct {
	left    int
	reset   time.Time     // left holds until then
	out     int           // requests that are not yet answered
	changed chan struct{} // closed and replaced when there is news
}

// A ticket is a request that was admitted.
type ticket struct {
	valid  bool
	route  string
	bucket *bucket // nil: none
}

func newLimits(perSecond float64) *limits {
	l := &limits{routes: map[string]*bucket{}, buckets: map[string]*bucket{}, many: someBuckets}
	if perSecond > 0 {
		l.pace = max(1, int(perSecond))
	}
	return l
}

// admit waits until r may go out. It fails, as Discord would, when that takes
// too long, and when ctx ends. What became of the ticket must be told to learn.
func (l *limits) admit(ctx context.Context, r request) (ticket, *failure) {
	end := time.Now().Add(longestWait)
	for {
		t, wait, news := l.try(r)
		room := time.Until(end)
		var f *failure
		switch {
		case wait > room && (news == nil || room <= 0):
			f = &failure{status: http.StatusTooManyRequests, err: errWait, after: wait}
		case !pause(ctx, min(wait, room), news):
			f = &failure{err: ctx.Err()}
		case t.valid && (r.free || l.open()):
			return t, nil
		}
		l.giveBack(t)
		if f != nil {
			return ticket{}, f
		}
	}
}

// pause waits for d, for news, or for the end of ctx, and reports whether it
// was not the latter.
func pause(ctx context.Context, d time.Duration, news <-chan struct{}) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-news:
	}
	return true
}

// try admits r, to go out after wait, or says how long to wait before the next
// try; news may come earlier.
func (l *limits) try(r request) (t ticket, wait time.Duration, news <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if wait := l.shut.Sub(now); wait > 0 && !r.free {
		return t, wait, nil
	}
	// The first answer to an interaction has a limit of its own each time.
	if r.route != "" && !strings.HasPrefix(r.path, "/interactions/") {
		b := l.bucket(r.route, now)
		known := now.Before(b.reset)
		switch {
		case !known && b.out > 0:
			return t, longestWait, b.changed
		case known && b.left <= 0:
			return t, b.reset.Sub(now), nil
		}
		b.left--
		b.out++
		t.route, t.bucket = r.route, b
	}
	t.valid = true
	if !r.free {
		wait = l.slot(now)
	}
	return t, wait, nil
}

// slot takes the next place among all requests and returns how far off it is.
// If it is too far, it is not taken.
func (l *limits) slot(now time.Time) time.Duration {
	if l.pace == 0 {
		return 0
	}
	at := now
	if len(l.recent) == l.pace {
		if free := l.recent[0].Add(paceSpan); free.After(at) {
			at = free
		}
		if at.Sub(now) <= longestWait {
			l.recent = l.recent[1:]
		}
	}
	if len(l.recent) < l.pace {
		l.recent = append(l.recent, at)
	}
	return at.Sub(now)
}

// open reports whether requests that are not free may go out.
func (l *limits) open() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !time.Now().Before(l.shut)
}

// bucket returns the bucket of a route.
func (l *limits) bucket(route string, now time.Time) *bucket {
	b := l.routes[route]
	if b == nil {
		if len(l.routes) >= l.many {
			l.forget(now)
		}
		b = newBucket()
		l.routes[route] = b
	}
	return b
}

func newBucket() *bucket { return &bucket{changed: make(chan struct{})} }

// forget drops what says nothing any more.
func (l *limits) forget(now time.Time) {
	for _, all := range []map[string]*bucket{l.routes, l.buckets} {
		for name, b := range all {
			if b.out == 0 && !now.Before(b.reset) {
				delete(all, name)
			}
		}
	}
	l.many = max(someBuckets, 2*len(l.routes))
}

// giveBack notes that a request did not go out after all.
func (l *limits) giveBack(t ticket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.bucket != nil {
		t.bucket.left++
		t.bucket.out--
		t.bucket.wake()
	}
}

// wake tells those who wait that there is news.
func (b *bucket) wake() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// learn notes that a request was answered, with the headers h and the refusal
// f if it was one. Without headers there was no answer.
func (l *limits) learn(t ticket, h http.Header, f *failure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	tooMany := f != nil && f.status == http.StatusTooManyRequests
	if tooMany && f.global {
		if until := now.Add(atLeast(f.after, foreignPause)); until.After(l.shut) {
			l.shut = until
		}
	}
	if t.bucket == nil {
		return
	}
	t.bucket.out--
	b := l.named(t, h)
	known := now.Before(b.reset)
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	reset := now.Add(seconds(h.Get("X-RateLimit-Reset-After")))
	switch {
	case tooMany && !f.global:
		b.left, b.reset = 0, now.Add(atLeast(f.after, time.Second))
	case err == nil && known:
		b.left = min(b.left, remaining)
		if b.left > 0 || reset.After(b.reset) {
			b.reset = reset
		}
	case err == nil:
		b.left, b.reset = remaining-b.out, reset
	case h != nil && !known && (f == nil || f.code != 0):
		b.left, b.reset = 1<<30, now.Add(unlimitedSpan)
	}
	t.bucket.wake()
	b.wake()
}

// named returns the bucket to which the answer to t says that t belongs. The
// routes of one bucket have separate counts for each channel or server.
func (l *limits) named(t ticket, h http.Header) *bucket {
	name := h.Get("X-RateLimit-Bucket")
	if name == "" {
		return t.bucket
	}
	name += " " + about(t.route)
	b := l.buckets[name]
	if b == nil {
		b = t.bucket
		l.buckets[name] = b
	}
	if b != t.bucket {
		b.left-- // where this request belongs
		l.routes[t.route] = b
	}
	return b
}

// about returns the channel, server or interaction that a route is about.
func about(route string) string {
	_, path, _ := strings.Cut(route, " /")
	parts := strings.SplitN(path, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}

// atLeast returns d, or least if d is not known.
func atLeast(d, least time.Duration) time.Duration {
	if d <= 0 {
		return least
	}
	return d
}
