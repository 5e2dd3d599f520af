package discordtest

import (
	"fmt"
	"slices"
	"time"
)

// Silence makes the gateway fall silent at a phase, for connections to come
// and, with [AtAck], for those there are. [Talking] ends it.
func (g *Gateway) Silence(at Phase) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.silent = at
}

// First sends frames, as they are, on the next connection that reaches the
// phase, [AtHello] or [AtEntry], before whatever the phase brings.
func (g *Gateway) First(at Phase, frames ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.first[at] = append(g.first[at], frames...)
}

// SetInterval sets how often connections to come want a heartbeat; it is 41.25
// seconds at first.
func (g *Gateway) SetInterval(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.interval = d
}

// Refuse makes connections to host, or to any if it is empty, fail for a
// while: with an HTTP status, or with none if it is 0.
func (g *Gateway) Refuse(host string, d time.Duration, status int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refusals[host] = refusal{time.Now().Add(d), status}
}

// Close closes every connection with code, after what was dispatched.
func (g *Gateway) Close(code int) { g.broadcast(frame{code: code}) }

// Reconnect asks the bot to connect again.
func (g *Gateway) Reconnect() { g.Raw([]byte(`{"op":7,"d":null}`)) }

// Heartbeat asks the bot for a heartbeat.
func (g *Gateway) Heartbeat() { g.Raw([]byte(`{"op":1,"d":null}`)) }

// Raw sends b on every connection as it is.
func (g *Gateway) Raw(b []byte) { g.broadcast(frame{data: b}) }

// Invalidate tells the bot that its session is invalid. If it is not
// resumable, it is gone, whether the bot hears of it or not.
func (g *Gateway) Invalidate(resumable bool) {
	g.Raw(fmt.Appendf(nil, `{"op":9,"d":%t}`, resumable))
	g.mu.Lock()
	defer g.mu.Unlock()
	if resumable || g.session == nil {
		return
	}
	if l := g.session.link; l != nil {
		l.session = nil
	}
	g.session = nil
}

// Drop cuts every connection, with all that is on its way.
func (g *Gateway) Drop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for l := range g.links {
		l.raw.Close()
	}
}

func (g *Gateway) broadcast(f frame) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for l := range g.links {
		l.send(f)
	}
}

// Connected reports whether a connection has the session.
func (g *Gateway) Connected() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.session != nil && g.session.link != nil
}

// Dials returns the hosts to which connections were tried.
func (g *Gateway) Dials() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.dials)
}

// Identifies returns how often the bot asked for a new session.
func (g *Gateway) Identifies() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.identifies)
}

// Identity returns the last IDENTIFY, nil before the first.
func (g *Gateway) Identity() map[string]any {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.identity
}

// Resumes returns how often the bot asked to resume a session.
func (g *Gateway) Resumes() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.resumes
}

// Heartbeats returns how many heartbeats arrived.
func (g *Gateway) Heartbeats() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.beats
}

// Closes returns the codes with which the bot closed connections.
func (g *Gateway) Closes() []int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.closes)
}

// Faults returns what the bot did that Discord forbids.
func (g *Gateway) Faults() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.faults)
}
