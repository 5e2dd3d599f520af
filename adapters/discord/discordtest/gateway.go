package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Hosts of the gateway: where sessions begin, and where they are resumed.
const (
	GatewayHost = "gateway.test"
	ResumeHost  = "resume.gateway.test"
)

// A Phase is a step on the way to a working connection.
type Phase int

// The phases, in order.
const (
	Talking   Phase = iota // not silent at all
	AtDial                 // the connection does not come about
	AtUpgrade              // it does, and nobody answers the request
	AtHello                // no HELLO
	AtEntry                // no answer to IDENTIFY and RESUME
	AtAck                  // everything but acknowledgements
)

// An Event is one dispatch: its type and what it holds.
type Event struct {
	T string
	D any
}

// A Gateway is the side of Discord that tells a bot what happens. It is as
// strict as Discord: it wants heartbeats in time, no more than 120 packets in
// a minute and no more than one IDENTIFY in five seconds, and a connection
// that is closed with code 1000 or 1001 takes its session with it.
//
// Its connections are pipes, so that it works in a bubble of testing/synctest;
// make it inside the bubble then. Its methods may be called concurrently.
type Gateway struct {
	token string

	mu       sync.Mutex
	onReady  func() (user, application any, guilds []any, then []Event)
	interval time.Duration
	silent   Phase
	first    map[Phase][]string // frames to be sent once, before those of the phase
	refusals map[string]refusal // by host, "" is all

	session *session
	links   map[*link]bool
	next    int // of sessions

	dials      []string
	identifies []time.Time
	identity   map[string]any // the last IDENTIFY
	resumes    int
	beats      int
	closes     []int
	faults     []string
}

type refusal struct {
	until  time.Time
	status int
}

// A session keeps every event, so that it can be resumed from anywhere.
type session struct {
	id     string
	events []frame // events[i] has the sequence number i+1
	link   *link   // nil: nobody listens
}

// NewGateway returns a gateway to which one bot, that with token, can connect.
func NewGateway(token string) *Gateway {
	return &Gateway{
		token:    token,
		interval: 41250 * time.Millisecond,
		first:    make(map[Phase][]string),
		refusals: make(map[string]refusal),
		links:    make(map[*link]bool),
		onReady: func() (user, application any, guilds []any, then []Event) {
			return map[string]any{"id": "1", "username": "bot", "bot": true}, map[string]any{"id": "1", "flags": 0}, []any{}, nil
		},
	}
}

// URL returns the address that GET /gateway tells.
func (g *Gateway) URL() string { return "ws://" + GatewayHost }

// OnReady sets what READY holds, and what is dispatched right after it. It is
// called without any lock.
func (g *Gateway) OnReady(f func() (user, application any, guilds []any, then []Event)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.onReady = f
}

// Dial connects to the gateway. The context does not end the connection.
func (g *Gateway) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	g.dials = append(g.dials, host)
	silent, no := g.silent, g.refused(host)
	g.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if silent == AtDial {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if host != GatewayHost && host != ResumeHost || no != nil && no.status == 0 {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	theirs, ours := net.Pipe()
	l := &link{g: g, raw: ours, wake: make(chan struct{}, 1)}
	g.mu.Lock()
	g.links[l] = true
	g.mu.Unlock()
	if silent != AtUpgrade {
		go l.serve(no)
	}
	return theirs, nil
}

// refused returns the refusal in force for host, nil if there is none.
func (g *Gateway) refused(host string) *refusal {
	for _, h := range []string{host, ""} {
		if r, ok := g.refusals[h]; ok && time.Now().Before(r.until) {
			return &r
		}
	}
	return nil
}

// Dispatch sends an event to the session. While the session has no connection
// the event waits for it to be resumed; without a session it is lost.
func (g *Gateway) Dispatch(t string, d any) {
	raw, err := json.Marshal(d)
	if err != nil {
		panic(fmt.Sprintf("discordtest: dispatch %s: %v", t, err))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.dispatch(g.session, t, raw)
}

// dispatch is Dispatch for one session; g.mu is held.
func (g *Gateway) dispatch(s *session, t string, raw json.RawMessage) {
	if s == nil {
		return
	}
	seq := len(s.events) + 1
	b, _ := json.Marshal(map[string]any{"op": 0, "s": seq, "t": t, "d": raw})
	s.events = append(s.events, frame{data: b})
	if s.link != nil {
		s.link.send(s.events[seq-1])
	}
}

// Flood dispatches n events of the type FLOOD, each with its number from 0 on.
func (g *Gateway) Flood(n int) {
	for i := range n {
		g.Dispatch("FLOOD", i)
	}
}

// identify begins a session on l, and returns the code to close with, 0 for
// none.
func (g *Gateway) identify(l *link, d map[string]any) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	switch token, _ := d["token"].(string); {
	case l.session != nil:
		return g.fault(4005, "IDENTIFY on a connection that has a session")
	case strings.TrimPrefix(token, "Bot ") != g.token:
		return 4004
	case d["properties"] == nil:
		return g.fault(4002, "IDENTIFY without properties")
	case d["intents"] == nil:
		return g.fault(4013, "IDENTIFY without intents")
	}
	n := len(g.identifies)
	g.identifies = append(g.identifies, now)
	g.identity = d
	if n > 0 && now.Sub(g.identifies[n-1]) < 5*time.Second {
		g.fault(0, "IDENTIFY twice in five seconds")
		l.send(text(`{"op":9,"d":false}`))
		return 0
	}
	if n >= 1000 && now.Sub(g.identifies[n-1000]) < 24*time.Hour {
		return g.fault(4004, "more than a thousand IDENTIFY in a day: the token is reset")
	}
	if !g.speak(l, AtEntry) {
		return 0
	}
	g.next++
	s := &session{id: fmt.Sprintf("session-%d", g.next), link: l}
	g.session, l.session = s, s
	f := g.onReady
	g.mu.Unlock()
	user, application, guilds, then := f()
	g.mu.Lock()
	g.event(s, "READY", map[string]any{
		"v": 9, "user": user, "application": application, "guilds": guilds, "private_channels": []any{},
		"session_id": s.id, "resume_gateway_url": "ws://" + ResumeHost, "shard": []int{0, 1},
	})
	for _, e := range then {
		g.event(s, e.T, e.D)
	}
	return 0
}

// event is dispatch for what is not marshalled yet.
func (g *Gateway) event(s *session, t string, d any) {
	raw, err := json.Marshal(d)
	if err != nil {
		panic(fmt.Sprintf("discordtest: %s: %v", t, err))
	}
	g.dispatch(s, t, raw)
}

// resume goes on with the session after the events that the bot has; it
// returns the code to close with, 0 for none.
func (g *Gateway) resume(l *link, d map[string]any) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.resumes++
	s := g.session
	seq, _ := d["seq"].(float64)
	switch token, _ := d["token"].(string); {
	case strings.TrimPrefix(token, "Bot ") != g.token:
		return 4004
	case !g.speak(l, AtEntry):
		return 0
	case s == nil || d["session_id"] != s.id:
		l.send(text(`{"op":9,"d":false}`))
		return 0
	case int(seq) > len(s.events):
		g.session = nil
		return g.fault(4007, "RESUME with a sequence number that was never sent")
	}
	if s.link != nil {
		s.link.session = nil
		s.link.raw.Close()
	}
	s.link, l.session = l, s
	for _, e := range s.events[int(seq):] {
		l.send(e)
	}
	g.dispatch(s, "RESUMED", json.RawMessage(`{}`))
	return 0
}

// speak sends what comes first at a phase, and reports whether the gateway
// then goes on to speak; g.mu is held.
func (g *Gateway) speak(l *link, at Phase) bool {
	for _, f := range g.first[at] {
		l.send(text(f))
	}
	delete(g.first, at)
	return g.silent != at
}

// fault notes what a bot must not do, and returns code; g.mu is held.
func (g *Gateway) fault(code int, what string) int {
	g.faults = append(g.faults, what)
	return code
}

// checkQuery notes what is wrong with the address that the bot asked for.
func (g *Gateway) checkQuery(u *url.URL) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if q := u.Query(); q.Get("v") != "9" && q.Get("v") != "10" || q.Get("encoding") != "json" || q.Has("compress") {
		g.fault(0, "connected with the query "+u.RawQuery)
	}
}

// faulty is fault without the lock held.
func (g *Gateway) faulty(code int, what string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.fault(code, what)
}
