package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// The bounds of a socket.
const (
	writeTimeout = 10 * time.Second
	leaveTimeout = 500 * time.Millisecond // for the farewell
	largestFrame = 16 << 20               // bytes
)

// A socket is one websocket to the gateway. The zero socket is not open.
// One goroutine may read; write and close may be called concurrently.
type socket struct {
	writing sync.Mutex

	mu     sync.Mutex
	ws     *websocket.Conn
	raw    net.Conn // beneath TLS, so that closing it says nothing to Discord
	closed bool
}

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// open connects to address within ctx. A nil dial means the network.
func (s *socket) open(ctx context.Context, address string, dial dialer) error {
	target, err := gatewayURL(address)
	if err != nil {
		return err
	}
	d := websocket.Dialer{}
	if dial == nil {
		dial, d.Proxy = new(net.Dialer).DialContext, http.ProxyFromEnvironment
	}
	d.NetDialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		raw, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return raw, s.hold(raw, nil)
	}
	ws, answer, err := d.DialContext(ctx, target, nil)
	if errors.Is(err, websocket.ErrBadHandshake) {
		return fmt.Errorf("Discord's gateway answered with status %d", answer.StatusCode)
	}
	if err != nil {
		return fmt.Errorf("Discord's gateway cannot be reached: %w", err)
	}
	ws.SetReadLimit(largestFrame)
	ws.SetCloseHandler(func(int, string) error { return nil })
	return s.hold(nil, ws)
}

// gatewayURL completes the address with what the gateway must be asked for.
func gatewayURL(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "ws" && u.Scheme != "wss" {
		return "", errors.New("Discord named an address for its gateway that is none")
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = url.Values{"v": {discordgo.APIVersion}, "encoding": {"json"}}.Encode()
	return u.String(), nil
}

// hold keeps what close must close, or closes it if that has happened.
func (s *socket) hold(raw net.Conn, ws *websocket.Conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if raw != nil {
		s.raw = raw
	}
	s.ws = ws
	if s.closed {
		s.raw.Close()
		return net.ErrClosed
	}
	return nil
}

// close cuts the connection, so that the session can be resumed; with leave it
// ends the session first, if that takes no more than a moment.
func (s *socket) close(leave bool) {
	s.mu.Lock()
	ws, raw := s.ws, s.raw
	s.closed = true
	s.mu.Unlock()
	if leave && ws != nil {
		farewell := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = ws.WriteControl(websocket.CloseMessage, farewell, time.Now().Add(leaveTimeout)) // it is over either way
	}
	if raw != nil {
		raw.Close()
	}
}

// read returns the next frame. The error is a [closed] if Discord closed the
// connection; after any error nothing can be read.
func (s *socket) read(deadline time.Time) ([]byte, error) {
	if err := s.ws.SetReadDeadline(deadline); err != nil {
		return nil, err
	}
	_, data, err := s.ws.ReadMessage()
	if code, ok := errors.AsType[*websocket.CloseError](err); ok && code.Code != websocket.CloseAbnormalClosure {
		return nil, closed(code.Code)
	}
	return data, err
}

// write sends one packet.
func (s *socket) write(op int, d any) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ws.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return s.ws.WriteJSON(map[string]any{"op": op, "d": d})
}

// The limit of heartbeats on one connection. Discord allows 120 packets in any
// minute; these make 110 of them at most, and there is but one more.
const (
	beatBurst = 50
	beatEvery = time.Second
)

// A pulse keeps account of the heartbeats on one connection. The zero pulse is
// ready for use; its methods may be called concurrently.
type pulse struct {
	mu      sync.Mutex
	paid    time.Time // until when heartbeats are accounted for
	asked   time.Time // when the oldest unanswered heartbeat was sent; zero: none
	stalled bool      // answers may be there, but nobody reads them
}

// ask reports whether a heartbeat may be sent now, and counts it.
func (p *pulse) ask() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if oldest := now.Add(-beatBurst * beatEvery); p.paid.Before(oldest) {
		p.paid = oldest
	}
	next := p.paid.Add(beatEvery)
	if next.After(now) {
		return false
	}
	p.paid = next
	if p.asked.IsZero() {
		p.asked = now
	}
	return true
}

// answer notes an acknowledgement.
func (p *pulse) answer() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = time.Time{}
}

// stall notes that reading has stopped, or goes on. Whatever is unanswered
// then gets its time anew.
func (p *pulse) stall(stalled bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = stalled
	if !stalled && !p.asked.IsZero() {
		p.asked = time.Now()
	}
}

// missing reports whether a heartbeat is unanswered for interval.
func (p *pulse) missing(interval time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.stalled && !p.asked.IsZero() && time.Since(p.asked) >= interval
}
