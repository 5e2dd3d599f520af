package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"steadfast/bot/chat"
)

// strict is a Discord with limits: so many requests of a route in a span, and
// so many of all in a second. It notes when requests came.
type strict struct {
	limit int
	span  time.Duration
	all   int
	trip  time.Duration // on the way, there and back

	mu      sync.Mutex
	came    []time.Time // those that count for all
	windows map[string][]time.Time
	refused int
}

func (s *strict) serve(req *http.Request) (*http.Response, error) {
	time.Sleep(s.trip)
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

func TestTooMany(t *testing.T) {
	for name, tt := range map[string]struct {
		body    string
		headers []string
		pause   time.Duration
		all     bool // other channels have to wait, too
	}{
		"channel":       {`{"message":"m","retry_after":1.5,"global":false}`, []string{"Retry-After", "2", "X-RateLimit-Scope", "user"}, 1500 * time.Millisecond, false},
		"header":        {`{"message":"m"}`, []string{"Retry-After", "2"}, 2 * time.Second, false},
		"all":           {`{"message":"m","retry_after":0.5,"global":true}`, nil, 500 * time.Millisecond, true},
		"all by header": {`{"message":"m","retry_after":0.5}`, []string{"X-RateLimit-Global", "true"}, 500 * time.Millisecond, true},
		"page":          {`<html>1015</html>`, []string{"Retry-After", "1"}, time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			d := func(*http.Request) (*http.Response, error) {
				if calls++; calls == 1 {
					return answerWith(429, tt.body, tt.headers...)
				}
				return answerWith(200, `{}`)
			}
			calling(t, d, Options{}, func(t *testing.T, c *caller) {
				f := times(t.Context(), c, 1, newMessage("1"))
				if f == nil || f[0].after != tt.pause || classify(f[0], false).Class != chat.Throttled || f[0].global != tt.all {
					t.Fatalf("%+v", f)
				}
				began := time.Now()
				if f := times(t.Context(), c, 1, callback()); f != nil || time.Since(began) > 0 {
					t.Errorf("an interaction: %v after %s", f, time.Since(began))
				}
				f = times(t.Context(), c, 1, newMessage("2"))
				if want := map[bool]time.Duration{true: tt.pause}[tt.all]; f != nil || time.Since(began) != want {
					t.Errorf("another channel: %v after %s", f, time.Since(began))
				}
				if f := times(t.Context(), c, 1, newMessage("1")); f != nil || time.Since(began) != tt.pause {
					t.Errorf("the same channel: %v after %s", f, time.Since(began))
				}
			})
		})
	}
}

func TestShutForLong(t *testing.T) {
	calls := 0
	d := func(*http.Request) (*http.Response, error) {
		calls++
		return answerWith(429, `<html>1015</html>`)
	}
	calling(t, d, Options{}, func(t *testing.T, c *caller) {
		times(t.Context(), c, 1, newMessage("1"))
		time.Sleep(time.Second)
		f := times(t.Context(), c, 3, newMessage("2"))
		if len(f) != 3 || f[0].after != foreignPause-time.Second || calls != 1 {
			t.Errorf("%v, %d calls", f, calls)
		}
	})
}

// TestPace sends twice as fast as Discord allows.
func TestPace(t *testing.T) {
	s := &strict{all: 50, trip: 5 * time.Millisecond}
	calling(t, s.serve, Options{}, func(t *testing.T, c *caller) {
		const n = 1000
		began := time.Now()
		var wg sync.WaitGroup
		underway := make(chan struct{}, 80) // as a sender has
		for i := range n {
			underway <- struct{}{}
			wg.Go(func() {
				defer func() { <-underway }()
				if f := times(t.Context(), c, 1, newMessage(strconv.Itoa(i))); f != nil {
					t.Error(f[0])
				}
			})
		}
		wg.Wait()
		took := time.Since(began)
		if rate := n / took.Seconds() / 50; rate < 0.97 || s.refused > 0 {
			t.Errorf("%d refused, at %.3f of the rate", s.refused, rate)
		}
		came := s.times()
		for i := 50; i < len(came); i++ {
			if came[i].Sub(came[i-50]) < time.Second {
				t.Fatalf("51 requests within %s", came[i].Sub(came[i-50]))
			}
		}
		began = time.Now()
		if f := times(t.Context(), c, 5, callback()); f != nil || time.Since(began) > s.trip {
			t.Errorf("interactions waited: %v, %s", f, time.Since(began))
		}
	})
}

func (s *strict) times() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]time.Time(nil), s.came...)
}

// TestPaceTooMany sees that what would wait too long is told so at once.
func TestPaceTooMany(t *testing.T) {
	s := &strict{all: 10}
	calling(t, s.serve, Options{Pace: &Pace{PerSecond: 10}}, func(t *testing.T, c *caller) {
		began := time.Now()
		var failed int
		for _, f := range times(t.Context(), c, 60, request{method: "GET", path: "/users/@me"}) {
			failed++
			if classify(f, false).Class != chat.Throttled || f.after <= 0 {
				t.Error(f)
			}
		}
		if failed != 30 || time.Since(began) > longestWait || s.refused > 0 {
			t.Errorf("%d of 60 failed, %d refused, %s", failed, s.refused, time.Since(began))
		}
	})
}

// TestStorm has Discord refuse whatever it likes: every call ends, and calls go
// through again once it is over.
func TestStorm(t *testing.T) {
	n := 0
	var mu sync.Mutex
	d := func(*http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		if n++; n < 300 {
			switch n % 5 {
			case 0:
				return answerWith(429, `{"message":"m","retry_after":0.2,"global":true}`)
			case 1:
				return answerWith(429, `{"message":"m","retry_after":0.3}`)
			case 2:
				return answerWith(502, "")
			case 3:
				return answerWith(200, `{}`, "X-RateLimit-Bucket", "b", "X-RateLimit-Remaining", "1", "X-RateLimit-Reset-After", "0.1")
			}
		}
		return answerWith(200, `{}`)
	}
	calling(t, d, Options{}, func(t *testing.T, c *caller) {
		for i := range 160 {
			times(t.Context(), c, 10, newMessage(strconv.Itoa(i%4)))
		}
		time.Sleep(time.Minute)
		if f := times(t.Context(), c, 10, newMessage("1")); f != nil {
			t.Errorf("afterwards: %v", f[0])
		}
		for _, b := range c.limits.routes {
			if b.out != 0 {
				t.Errorf("%d requests are still out", b.out)
			}
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
