package discord

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"steadfast/adapters/discord/discordtest"
)

// A trouble disturbs the gateway and may return how to mend it.
type trouble func(d *discordtest.Gateway) (mend func())

// gentleTroubles are those that must cost no event.
func gentleTroubles() []trouble {
	once := func(f func(*discordtest.Gateway)) trouble {
		return func(d *discordtest.Gateway) func() { f(d); return nil }
	}
	silence := func(at discordtest.Phase) trouble {
		return func(d *discordtest.Gateway) func() {
			d.Silence(at)
			if at != discordtest.AtAck {
				d.Drop()
			}
			return func() { d.Silence(discordtest.Talking) }
		}
	}
	return []trouble{
		once((*discordtest.Gateway).Drop), once((*discordtest.Gateway).Reconnect), once((*discordtest.Gateway).Heartbeat),
		once(func(d *discordtest.Gateway) { d.Invalidate(true) }),
		once(func(d *discordtest.Gateway) {
			d.Close([]int{1000, 1001, 4000, 4001, 4002, 4005, 4008, 4999}[rand.N(8)])
		}),
		once(func(d *discordtest.Gateway) { d.Raw([]byte(`{"op":`)) }),
		once(func(d *discordtest.Gateway) { d.Refuse("", rand.N(time.Minute), []int{0, 500}[rand.N(2)]); d.Drop() }),
		once(func(d *discordtest.Gateway) { d.Refuse(discordtest.ResumeHost, rand.N(time.Minute), 0); d.Drop() }),
		once(func(d *discordtest.Gateway) { d.First(discordtest.AtHello, `{"op":7}`, `{"op":1}`); d.Drop() }),
		silence(discordtest.AtDial), silence(discordtest.AtUpgrade), silence(discordtest.AtHello), silence(discordtest.AtAck),
	}
}

// roughTroubles are those that may cost the session.
func roughTroubles() []trouble {
	return append(gentleTroubles(),
		func(d *discordtest.Gateway) func() { d.Invalidate(false); return nil },
		func(d *discordtest.Gateway) func() { d.Close([]int{4003, 4007, 4009}[rand.N(3)]); return nil },
		func(d *discordtest.Gateway) func() {
			d.First(discordtest.AtEntry, `{"op":9,"d":false}`)
			d.Drop()
			return nil
		},
		func(d *discordtest.Gateway) func() { d.First(discordtest.AtEntry, `{"op":7}`); d.Drop(); return nil },
		func(d *discordtest.Gateway) func() {
			d.Silence(discordtest.AtEntry)
			d.Drop()
			return func() { d.Silence(discordtest.Talking) }
		},
	)
}

// TestGatewayHourOfTrouble: every event arrives once and in order, unless the
// session was lost; and without a trouble that may cost it, it is not lost.
func TestGatewayHourOfTrouble(t *testing.T) {
	for name, troubles := range map[string][]trouble{"gentle": gentleTroubles(), "rough": roughTroubles()} {
		for i := range 8 {
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				listen(t, nil, func(l *listener, d *discordtest.Gateway) {
					n := makeTrouble(d, troubles)
					time.Sleep(5 * time.Minute)
					d.Dispatch("N", n)
					l.seen(0)
					if name == "gentle" {
						l.all(n + 1)
						l.expect(1, d.Resumes())
						return
					}
					l.onceEach(n + 1)
				})
			})
		}
	}
}

// makeTrouble dispatches events for an hour with troubles in between, and
// returns how many events there were.
func makeTrouble(d *discordtest.Gateway, troubles []trouble) (n int) {
	var mend func()
	next := time.Now().Add(30 * time.Second)
	for end := time.Now().Add(time.Hour); time.Now().Before(end); time.Sleep(rand.N(2 * time.Second)) {
		d.Dispatch("N", n)
		n++
		if time.Now().Before(next) {
			continue
		}
		if mend != nil {
			mend()
		}
		mend = troubles[rand.N(len(troubles))](d)
		next = time.Now().Add(rand.N(time.Minute))
	}
	if mend != nil {
		mend()
	}
	return n
}

// onceEach checks that what was delivered rises, has no gap but before a
// READY, and reaches the last of n.
func (l *listener) onceEach(n int) {
	l.t.Helper()
	last, fresh, arrived := -1, false, 0
	for _, p := range l.got {
		var v int
		switch {
		case p.Type == "READY":
			fresh = true
			continue
		case p.Type != "N":
			continue
		}
		_, _ = fmt.Sscan(string(p.Data), &v)
		if v <= last || v > last+1 && !fresh {
			l.t.Errorf("%d after %d; a new session: %t", v, last, fresh)
		}
		last, fresh, arrived = v, false, arrived+1
	}
	if last != n-1 || arrived < n/4 {
		l.t.Errorf("%d of %d arrived, the last is %d\n%s", arrived, n, last, l.logged.String())
	}
}
