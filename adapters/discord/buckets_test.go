package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot/chat"
)

// strict is a Discord with limits: so many requests of a route in a span, and
// so many of all in a second. It notes when requests came.
type strict struct {
	limit int
	span  time.Duration
	all   int
	trip  time.Duration        // to Discord
	back  func() time.Duration // from there; nil: none

	mu      sync.Mutex
	came    []time.Time // those that count for all
	windows map[string][]time.Time
	refused int
}

func (s *strict) serve(req *http.Request) (*http.Response, error) {
	time.Sleep(s.trip)
	if s.back != nil {
		defer func() { time.Sleep(s.back()) }()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if req.Header.Get("Authorization") != "" {
		if s.all > 0 && len(s.came) >= s.all && now.Sub(s.came[len(s.came)-s.all]) < time.Second {
			s.refused++
			return answerWith(429, `{"message":"m","retry_after":0.5,"global":true}`)
		}
		s.came = append(s.came, now)
	}
	if s.limit == 0 {
		return answerWith(200, `{}`)
	}
	if s.windows == nil {
		s.windows = map[string][]time.Time{}
	}
	w := s.windows[req.URL.Path]
	for len(w) > 0 && now.Sub(w[0]) >= s.span {
		w = w[1:]
	}
	if len(w) == s.limit {
		s.refused++
		return answerWith(429, fmt.Sprintf(`{"message":"m","retry_after":%f}`, w[0].Add(s.span).Sub(now).Seconds()))
	}
	w = append(w, now)
	s.windows[req.URL.Path] = w
	return answerWith(200, `{}`, "X-RateLimit-Bucket", "b", "X-RateLimit-Limit", strconv.Itoa(s.limit), "X-RateLimit-Remaining", strconv.Itoa(s.limit-len(w)),
		"X-RateLimit-Reset-After", fmt.Sprintf("%.3f", w[0].Add(s.span).Sub(now).Seconds()))
}

// times makes n calls at once and returns the failures.
func times(ctx context.Context, c *caller, n int, r request) (failures []*failure) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if _, err := call[struct{}](ctx, c, r); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failures = append(failures, failed(err))
			}
		})
	}
	wg.Wait()
	return failures
}

func TestBucket(t *testing.T) {
	s := &strict{limit: 5, span: 2 * time.Second, trip: 10 * time.Millisecond}
	calling(t, s.serve, Options{Pace: &Pace{}}, func(t *testing.T, c *caller) {
		for range 20 { // one after the other: five in two seconds
			if f := times(t.Context(), c, 1, newMessage("1")); f != nil {
				t.Fatal(f[0])
			}
		}
		began := time.Now()
		if f := times(t.Context(), c, 5, newMessage("2")); f != nil || time.Since(began) > 100*time.Millisecond {
			t.Errorf("five at once in a fresh channel: %v, %s", f, time.Since(began))
		}
		time.Sleep(time.Minute)
		if f := times(t.Context(), c, 9, newMessage("3")); f != nil {
			t.Errorf("nine at once: %v", f[0])
		}
		if s.refused > 0 {
			t.Errorf("%d were refused", s.refused)
		}
	})
}

// TestBucketShared sees that routes that Discord counts together are, and those
// of other channels are not.
func TestBucketShared(t *testing.T) {
	left := 1
	d := func(req *http.Request) (*http.Response, error) {
		left--
		return answerWith(200, `{}`, "X-RateLimit-Bucket", "b", "X-RateLimit-Remaining", strconv.Itoa(max(0, left)), "X-RateLimit-Reset-After", "1")
	}
	calling(t, d, Options{}, func(t *testing.T, c *caller) {
		edit := newMessage("1")
		edit.method, edit.path, edit.route = "PATCH", edit.path+"/7", "PATCH "+edit.path
		began := time.Now()
		for i, step := range []struct {
			r    request
			wait time.Duration
		}{{newMessage("1"), 0}, {edit, 0}, {newMessage("2"), 0}, {callback(), 0}, {newMessage("1"), time.Second}, {edit, 2 * time.Second}, {callback(), 2 * time.Second}} {
			if f := times(t.Context(), c, 1, step.r); f != nil || time.Since(began) != step.wait {
				t.Errorf("step %d: %v after %s", i, f, time.Since(began))
			}
		}
	})
}

func TestBucketLongWait(t *testing.T) {
	calls := 0
	d := func(*http.Request) (*http.Response, error) {
		calls++
		return answerWith(200, `{}`, "X-RateLimit-Bucket", "b", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "4.5")
	}
	calling(t, d, Options{}, func(t *testing.T, c *caller) {
		times(t.Context(), c, 1, newMessage("1"))
		began := time.Now()
		f := times(t.Context(), c, 1, newMessage("1"))
		if f == nil || f[0].after != 4500*time.Millisecond || classify(f[0], false).Class != chat.Throttled || time.Since(began) > 0 {
			t.Fatalf("%v after %s", f, time.Since(began))
		}
		time.Sleep(2 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if f := times(ctx, c, 1, newMessage("1")); f == nil || !errors.Is(f[0], context.DeadlineExceeded) || time.Since(began) != 3*time.Second {
			t.Fatalf("given up: %v after %s", f, time.Since(began))
		}
		if f := times(t.Context(), c, 1, newMessage("1")); f != nil || time.Since(began) != 4500*time.Millisecond || calls != 2 {
			t.Fatalf("%v after %s, %d calls", f, time.Since(began), calls)
		}
	})
}

// TestBucketOvertaking has answers come back late and in any order: what they
// say of the limit is old then.
func TestBucketOvertaking(t *testing.T) {
	var n atomic.Int64
	s := &strict{limit: 5, span: time.Second, trip: time.Millisecond, back: func() time.Duration {
		return time.Duration(n.Add(1)*7919%97) * time.Millisecond
	}}
	calling(t, s.serve, Options{Pace: &Pace{}}, func(t *testing.T, c *caller) {
		var wg sync.WaitGroup
		for i := range 300 {
			wg.Go(func() { times(t.Context(), c, 1, newMessage("1")) })
			time.Sleep(time.Duration(i%7) * 20 * time.Millisecond)
		}
		wg.Wait()
		if s.refused > 0 {
			t.Errorf("%d were refused", s.refused)
		}
	})
}

// TestBucketStale has one answer come back after that to a later request, which
// knew more.
func TestBucketStale(t *testing.T) {
	var n atomic.Int64
	s := &strict{limit: 5, span: time.Second, back: func() time.Duration {
		if n.Add(1) == 2 {
			return 50 * time.Millisecond
		}
		return 0
	}}
	calling(t, s.serve, Options{Pace: &Pace{}}, func(t *testing.T, c *caller) {
		for _, together := range []int{1, 2, 3} {
			if f := times(t.Context(), c, together, newMessage("1")); f != nil {
				t.Error(f[0])
			}
		}
		if s.refused > 0 {
			t.Errorf("%d were refused", s.refused)
		}
	})
}

// TestGivenBack sees that nobody waits for a request that did not go out.
func TestGivenBack(t *testing.T) {
	s := &strict{limit: 5, span: time.Second}
	calling(t, s.serve, Options{Pace: &Pace{PerSecond: 1}}, func(t *testing.T, c *caller) {
		times(t.Context(), c, 1, newMessage("1"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if f := times(ctx, c, 1, newMessage("2")); f == nil || !errors.Is(f[0], context.DeadlineExceeded) {
			t.Fatal(f)
		}
		time.Sleep(time.Minute)
		if f := times(t.Context(), c, 1, newMessage("2")); f != nil {
			t.Error(f[0])
		}
	})
}

// TestInteractionsApart sees that the limit of one interaction is not that of
// the next.
func TestInteractionsApart(t *testing.T) {
	d := func(*http.Request) (*http.Response, error) {
		return answerWith(200, `{}`, "X-RateLimit-Bucket", "b", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "2")
	}
	calling(t, d, Options{}, func(t *testing.T, c *caller) {
		began := time.Now()
		if f := times(t.Context(), c, 20, callback()); f != nil || time.Since(began) > 0 {
			t.Errorf("%v after %s", f, time.Since(began))
		}
	})
}

// TestBucketSilent sees that those who wait for the first answer of a route do
// not wait for ever, nor follow each other into silence.
func TestBucketSilent(t *testing.T) {
	calls := 0
	d := func(req *http.Request) (*http.Response, error) {
		calls++
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	calling(t, d, Options{}, func(t *testing.T, c *caller) {
		began := time.Now()
		for _, f := range times(t.Context(), c, 10, newMessage("1")) {
			if class := classify(f, false).Class; class != chat.Unknown && class != chat.Throttled {
				t.Error(f)
			}
		}
		if time.Since(began) != callTimeout || calls != 1 {
			t.Errorf("%d calls, %s", calls, time.Since(began))
		}
	})
}

// TestBucketsForgotten sees that memory does not grow with the number of
// channels.
func TestBucketsForgotten(t *testing.T) {
	s := &strict{limit: 5, span: time.Second}
	calling(t, s.serve, Options{Pace: &Pace{}}, func(t *testing.T, c *caller) {
		for i := range 20_000 {
			if f := times(t.Context(), c, 1, newMessage(strconv.Itoa(i))); f != nil {
				t.Fatal(f[0])
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n := max(len(c.limits.routes), len(c.limits.buckets)); n > 2*someBuckets {
			t.Errorf("%d buckets", n)
		}
	})
}

func TestAbout(t *testing.T) {
	for route, want := range map[string]string{
		"POST /channels/1/messages": "channels/1", "PATCH /channels/1/messages/2": "channels/1", "POST /webhooks/7": "webhooks/7", "POST /users/@me/channels": "users/@me",
		"odd": "",
	} {
		if got := about(route); got != want {
			t.Errorf("about(%q) = %q", route, got)
		}
	}
}

// TestLearn tells limits by hand what came in which order.
func TestLearn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := func(left, reset int) http.Header {
			return http.Header{"X-Ratelimit-Bucket": {"b"}, "X-Ratelimit-Remaining": {strconv.Itoa(left)}, "X-Ratelimit-Reset-After": {strconv.Itoa(reset)}}
		}
		l := newLimits(0)
		admit := func(method string) ticket {
			t.Helper()
			got, wait, _ := l.try(request{path: "/x", route: method + " /channels/1/messages"})
			if wait > 0 {
				t.Fatalf("%s waits for %s", method, wait)
			}
			return got
		}
		left := func(want int, after time.Duration) {
			t.Helper()
			if b := l.routes["POST /channels/1/messages"]; b.left != want || time.Until(b.reset) != after {
				t.Errorf("%d are left for %s, want %d for %s", b.left, time.Until(b.reset), want, after)
			}
		}
		l.learn(admit("POST"), told(5, 10), nil)
		left(5, 10*time.Second)
		slow, slower := admit("POST"), admit("POST")
		l.learn(admit("PATCH"), told(4, 10), nil) // this request is counted, the others are not yet
		left(2, 10*time.Second)
		time.Sleep(11 * time.Second)
		l.learn(slow, told(4, 10), nil) // and the last one still is not
		left(3, 10*time.Second)
		l.learn(slower, told(3, 10), nil)
		left(3, 10*time.Second)
		first, second, third := admit("POST"), admit("POST"), admit("POST")
		l.learn(first, http.Header{}, &failure{status: 429, after: 20 * time.Second})
		l.learn(second, told(2, 1), nil)
		l.learn(third, http.Header{}, nil)
		left(0, 20*time.Second)
	})
}
