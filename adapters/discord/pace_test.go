package discord

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"steadfast/bot/chat"
)

// TestShutMeanwhile sees that requests whose turn comes when Discord has just
// refused all do not go out.
func TestShutMeanwhile(t *testing.T) {
	var calls atomic.Int64
	d := func(*http.Request) (*http.Response, error) {
		time.Sleep(100 * time.Millisecond)
		calls.Add(1)
		return answerWith(429, `{"message":"m","retry_after":60,"global":true}`)
	}
	calling(t, d, Options{Pace: &Pace{PerSecond: 10}}, func(t *testing.T, c *caller) {
		if f := times(t.Context(), c, 25, request{method: "GET", path: "/users/@me"}); len(f) != 25 || calls.Load() != 10 {
			t.Errorf("%d calls, %d failures", calls.Load(), len(f))
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
		time.Sleep(time.Second)
		began = time.Now()
		if f := times(t.Context(), c, 10, newMessage("1")); f != nil || time.Since(began) > 100*time.Millisecond {
			t.Errorf("those that failed still count: %v after %s", f, time.Since(began))
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
