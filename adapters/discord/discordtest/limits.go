package discordtest

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// limits are Discord's rate limits. They are told in every answer; only when
// they are enforced are requests refused.
type limits struct {
	enforced bool
	buckets  map[string]*window
	global   window
	refused  int
}

// A window lets a number of requests through in any span of time.
type window struct{ hits []time.Time }

// take notes a request and returns how many more fit, or that it does not fit
// before some time has passed.
func (w *window) take(now time.Time, n int, span time.Duration) (left int, wait time.Duration) {
	for len(w.hits) > 0 && now.Sub(w.hits[0]) >= span {
		w.hits = w.hits[1:]
	}
	if len(w.hits) >= n {
		return 0, w.hits[0].Add(span).Sub(now)
	}
	w.hits = append(w.hits, now)
	return n - len(w.hits), 0
}

// Limit switches Discord's rate limits on or off: five messages in five seconds
// in a channel, ten of all else, fifty requests a second in all.
func (s *Server) Limit(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = limits{enforced: on, refused: s.limits.refused}
}

// Refused returns how many requests were too many while limits were on.
func (s *Server) Refused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limits.refused
}

// take sets the headers of a request and refuses it if it is one too many.
func (l *limits) take(h http.Header, c *call, route string, free bool) *problem {
	if strings.HasPrefix(route, "POST /interactions/") || strings.HasPrefix(route, "GET /gateway") {
		return nil
	}
	now := time.Now()
	if !free && l.enforced {
		if _, wait := l.global.take(now, 50, time.Second); wait > 0 {
			return l.refuse(wait, true)
		}
	}
	n, span := 10, 5*time.Second
	if route == Messages || strings.HasPrefix(route, "PATCH /channels/{channel}/messages") || free {
		n = 5
	}
	if !l.enforced {
		n, span = 1000, time.Second
	}
	if l.buckets == nil {
		l.buckets = map[string]*window{}
	}
	key := route + "|" + c.PathValue("channel") + c.PathValue("guild") + c.PathValue("token")
	b := l.buckets[key]
	if b == nil {
		b = &window{}
		l.buckets[key] = b
	}
	left, wait := b.take(now, n, span)
	reset := b.hits[0].Add(span).Sub(now)
	name := fnv.New32a()
	name.Write([]byte(route))
	h.Set("X-RateLimit-Bucket", fmt.Sprintf("b%08x", name.Sum32()))
	h.Set("X-RateLimit-Limit", strconv.Itoa(n))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(now.Add(reset).UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", reset.Seconds()))
	if wait > 0 {
		return l.refuse(wait, false)
	}
	return nil
}

func (l *limits) refuse(wait time.Duration, global bool) *problem {
	l.refused++
	return &problem{status: http.StatusTooManyRequests, after: wait + time.Millisecond, global: global}
}
