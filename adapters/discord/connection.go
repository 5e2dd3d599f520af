package discord

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Operations of the gateway.
const (
	opDispatch  = 0
	opHeartbeat = 1
	opIdentify  = 2
	opResume    = 6
	opReconnect = 7
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

// The bounds of the interval between heartbeats, whatever Discord says.
const (
	shortestInterval = time.Second / 2
	longestInterval  = 2 * time.Minute
)

// A connection is one try to have, or to go on with, a session.
type connection struct {
	*gateway
	socket   socket
	pulse    pulse
	queue    chan<- packet
	deadline time.Time // of the present step of the handshake

	live  context.Context // ends with the connection
	end   context.CancelCauseFunc
	tasks sync.WaitGroup

	greeted  bool
	ready    time.Time // when READY or RESUMED arrived
	advanced bool      // the session got somewhere
	interval time.Duration
}

// connect makes a connection and reads from it until it ends. The error says
// why it ended and is never nil. Nothing of the connection is left then.
func (g *gateway) connect(ctx context.Context, queue chan<- packet) (*connection, error) {
	c := &connection{gateway: g, queue: queue, deadline: time.Now().Add(handshakeTimeout)}
	c.pulse.beats = allowance{burst: beatBurst, every: beatEvery}
	c.live, c.end = context.WithCancelCause(ctx)
	defer c.tasks.Wait()
	defer c.end(nil)
	c.tasks.Go(func() {
		<-c.live.Done()
		c.socket.close(ctx.Err() != nil)
	})
	err := c.open()
	for err == nil {
		err = c.receive()
	}
	if cause := context.Cause(c.live); cause != nil {
		err = cause // and err only its consequence
	}
	return c, err
}

// open makes the connection where the session can be resumed, or anew.
func (c *connection) open() error {
	ctx, cancel := context.WithDeadline(c.live, c.deadline)
	defer cancel()
	address := c.session.url
	if address == "" {
		var err error
		if address, err = c.address(ctx); err != nil {
			return err
		}
	}
	return c.socket.open(ctx, address, c.dial)
}

// receive reads one frame and does what it calls for.
func (c *connection) receive() error {
	deadline := c.deadline
	if !c.ready.IsZero() {
		deadline = time.Now().Add(2 * c.interval) // acknowledgements come more often
	}
	data, err := c.socket.read(deadline)
	if err != nil {
		return err
	}
	var e discordgo.Event
	if err := json.Unmarshal(data, &e); err != nil {
		return c.push(packet{Data: data})
	}
	switch e.Operation {
	case opDispatch:
		return c.dispatch(&e, data)
	case opHeartbeat:
		return c.beat()
	case opReconnect:
		return errReconnect
	case opInvalid:
		if string(e.RawData) == "true" {
			return errReconnect
		}
		return errInvalid
	case opHello:
		return c.greet(e.RawData)
	case opAck:
		c.pulse.answer()
		c.heard()
	}
	return nil // an operation of which this version knows nothing
}

// greet answers HELLO: it resumes the session or asks for a new one, and
// starts the heartbeats.
func (c *connection) greet(d json.RawMessage) error {
	if c.greeted {
		return nil
	}
	var hello struct {
		Interval float64 `json:"heartbeat_interval"` // milliseconds
	}
	if err := json.Unmarshal(d, &hello); err != nil || hello.Interval <= 0 {
		return errors.New("a greeting that cannot be read")
	}
	interval := min(hello.Interval, float64(longestInterval/time.Millisecond)) // it may be beyond any Duration
	c.interval = max(time.Duration(interval*float64(time.Millisecond)), shortestInterval)
	c.greeted = true
	c.deadline = time.Now().Add(handshakeTimeout)
	if err := c.enter(); err != nil {
		return err
	}
	c.tasks.Go(c.heart)
	return nil
}

// enter sends RESUME if there is a session, else IDENTIFY.
func (c *connection) enter() error {
	if c.session.id != "" {
		return c.socket.write(opResume, map[string]any{"token": c.token(), "session_id": c.session.id, "seq": c.seq.Load()})
	}
	c.identified = time.Now()
	c.identifies.take(c.identified)
	return c.socket.write(opIdentify, map[string]any{
		"token":      c.token(),
		"intents":    c.intents,
		"properties": map[string]string{"os": runtime.GOOS, "browser": "steadfast", "device": "steadfast"},
	})
}

// heart sends heartbeats until the connection ends, and ends it when one was
// not acknowledged before the next.
func (c *connection) heart() {
	timer := time.NewTimer(rand.N(c.interval)) // so that not all bots beat at once after an outage
	defer timer.Stop()
	for {
		select {
		case <-c.live.Done():
			return
		case <-timer.C:
		}
		if c.pulse.missing(c.interval) {
			c.end(errSilent)
			return
		}
		if err := c.beat(); err != nil {
			c.end(err)
			return
		}
		timer.Reset(c.interval)
	}
}

// beat sends a heartbeat, if the limit allows one.
func (c *connection) beat() error {
	if !c.pulse.ask() {
		return nil
	}
	var seq any // null before the first dispatch
	if n := c.seq.Load(); n > 0 {
		seq = n
	}
	return c.socket.write(opHeartbeat, seq)
}

// dispatch delivers an event of the session, unless it was delivered before.
// It counts as taken in only once it is in the queue.
func (c *connection) dispatch(e *discordgo.Event, frame []byte) error {
	p := packet{Type: e.Type, Seq: e.Sequence, Data: e.RawData}
	if e.Type == "" {
		p.Data = frame
	}
	entry := e.Type == "READY" || e.Type == "RESUMED"
	if !entry && 0 < e.Sequence && e.Sequence <= c.seq.Load() {
		return nil
	}
	if err := c.push(p); err != nil {
		return err
	}
	if entry {
		c.admitted(e)
	}
	if c.session.id != "" && e.Sequence > c.seq.Load() {
		c.seq.Store(e.Sequence)
		c.advanced = true
	}
	return nil
}

// admitted notes that Discord let the bot in.
func (c *connection) admitted(e *discordgo.Event) {
	c.ready, c.advanced = time.Now(), true
	c.heard()
	if e.Type == "READY" {
		c.forget()
		var r struct {
			ID  string `json:"session_id"`
			URL string `json:"resume_gateway_url"`
		}
		// What cannot be read leaves no session to resume, and that is all.
		if json.Unmarshal(e.RawData, &r) == nil {
			c.session = session{r.ID, r.URL}
		}
	}
	c.log.InfoContext(c.live, "discord: connected", "resumed", e.Type == "RESUMED")
}

// heard notes a sign of life.
func (c *connection) heard() { c.acked.Store(time.Now().UnixNano()) }

// push queues p for deliver.
func (c *connection) push(p packet) error {
	select {
	case c.queue <- p:
		return nil
	default:
	}
	c.pulse.stall(true)
	defer c.pulse.stall(false)
	select {
	case c.queue <- p:
		return nil
	case <-c.live.Done():
		return context.Cause(c.live)
	}
}
