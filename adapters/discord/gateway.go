package discord

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// The pace of the gateway.
const (
	handshakeTimeout = 15 * time.Second // to be greeted, and again to be let in
	steadyAfter      = 5 * time.Second  // a connection that lived so long was a good one
	longestPause     = 40 * time.Second // before the jitter, which adds up to a half

	// Discord allows one IDENTIFY in five seconds and a thousand a day, and
	// takes the token away from whoever needs more. These make 874 at most.
	identifyGap   = 5 * time.Second
	identifyBurst = 10
	identifyEvery = 100 * time.Second

	// queueLength is how many packets may wait for deliver before Discord has
	// to hold back the rest.
	queueLength = 8192
)

// A packet is one dispatch, or, with an empty Type, what could not be read as
// one: then Data holds the whole frame and need not be JSON.
type packet struct {
	Type string
	Seq  int64
	Data json.RawMessage
}

// gatewayOptions configure a [gateway].
type gatewayOptions struct {
	token   func() string
	intents int

	// address asks for the gateway's ws or wss URL, without a query. An error
	// that holds a *failure with status 401 ends run.
	address func(ctx context.Context) (string, error)

	// dial makes connections; nil means the network.
	dial func(ctx context.Context, network, address string) (net.Conn, error)

	log *slog.Logger // nil: no log
}

// A gateway keeps one session with Discord. The library's own is of no use: it
// locks itself up or crashes on packets that Discord may send at any time.
type gateway struct {
	gatewayOptions
	acked atomic.Int64 // when Discord last gave a sign of life, in Unix nanoseconds
	seq   atomic.Int64 // of the last dispatch of the session that was taken in

	// Only run uses these.
	session    session
	failures   int       // bad connections in a row
	refusals   int       // resumes in a row that led to nothing
	identified time.Time // when a session was last asked for
	identifies allowance
}

// A session outlives its connections. Without an id there is none.
type session struct {
	id  string
	url string // where to resume it; empty: ask for an address
}

// newGateway returns a gateway that is not connected yet.
func newGateway(o gatewayOptions) *gateway {
	if o.log == nil {
		o.log = slog.New(slog.DiscardHandler)
	}
	return &gateway{gatewayOptions: o, identifies: allowance{burst: identifyBurst, every: identifyEvery}}
}

// lastAck returns when Discord last acknowledged a heartbeat or let the bot
// in; the zero time if it never did. It is safe for concurrent use.
func (g *gateway) lastAck() time.Time {
	if at := g.acked.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

// run keeps a connection until ctx ends, and then returns nil, or until
// Discord says that trying again is of no use, and then returns what a person
// must do. It calls deliver for one packet after the other, in order, from one
// goroutine; after ctx has ended it calls it no more. Within a session every
// dispatch is delivered once, through whatever number of connections, as long
// as Discord keeps the session. A slow deliver holds up nothing but the
// packets behind it. Only one run may be under way.
func (g *gateway) run(ctx context.Context, deliver func(packet)) error {
	g.forget()
	queue := make(chan packet, queueLength)
	var delivering sync.WaitGroup
	defer delivering.Wait()
	defer close(queue)
	delivering.Go(func() {
		for p := range queue {
			if ctx.Err() != nil {
				return
			}
			deliver(p)
		}
	})
	for ctx.Err() == nil {
		if g.session.id == "" {
			sleep(ctx, g.identifyPause(time.Now()))
		}
		c, err := g.connect(ctx, queue)
		if ctx.Err() != nil {
			break
		}
		pause, err := g.settle(ctx, c, err)
		if err != nil {
			return err
		}
		sleep(ctx, pause)
	}
	return nil
}

// settle decides what follows the end of a connection: how long to wait,
// whether the session is worth another try, or, with an error, that nothing
// follows.
func (g *gateway) settle(ctx context.Context, c *connection, err error) (time.Duration, error) {
	pause := g.backOff(c)
	code, _ := errors.AsType[closed](err)
	switch {
	case code.advice() != "":
		g.log.ErrorContext(ctx, code.advice(), "code", int(code))
		return 0, errors.New(code.advice())
	case rejected(err):
		return 0, errors.New(closed(authenticationFailed).advice())
	case errors.Is(err, errInvalid) || code.endsSession():
		g.forget()
		pause = max(pause, time.Second+rand.N(4*time.Second))
	case c.advanced:
		g.refusals = 0
	case g.session.id != "" && !c.greeted:
		g.session.url = "" // nobody is there
	case g.session.id != "":
		if g.refusals++; g.refusals >= 2 {
			g.forget()
		}
	}
	if code == rateLimited {
		pause = max(pause, 10*time.Second+rand.N(5*time.Second))
	}
	level := slog.LevelInfo
	if g.failures > 1 {
		level = slog.LevelWarn
	}
	g.log.Log(ctx, level, "discord: the connection to the gateway ended", "error", err, "resumable", g.session.id != "", "pause", pause)
	return pause, nil
}

// rejected reports whether Discord refused to tell the address because it does
// not know the token.
func rejected(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.status == 401
}

// forget gives the session up.
func (g *gateway) forget() {
	g.session, g.refusals = session{}, 0
	g.seq.Store(0)
}

// backOff returns how long to wait after c: not at all if it was good, else
// from one second up to a minute, longer each time.
func (g *gateway) backOff(c *connection) time.Duration {
	if !c.ready.IsZero() && time.Since(c.ready) >= steadyAfter {
		g.failures = 0
		return 0
	}
	pause := min(longestPause, time.Second<<min(g.failures, 10))
	g.failures++
	return pause + rand.N(pause/2)
}

// identifyPause returns how long to wait before a new session may be asked
// for.
func (g *gateway) identifyPause(now time.Time) time.Duration {
	return max(0, identifyGap-now.Sub(g.identified), g.identifies.wait(now))
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
