package discord

import (
	"context"
	"errors"
	"fmt"
	"io"
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
		return fmt.Errorf("the gateway answered with status %d", answer.StatusCode)
	}
	if err != nil {
		return fmt.Errorf("the gateway cannot be reached: %w", err)
	}
	ws.SetReadLimit(largestFrame)
	ws.SetCloseHandler(func(int, string) error { return nil })
	return s.hold(nil, ws)
}

// gatewayURL completes the address with what the gateway must be asked for.
func gatewayURL(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "ws" && u.Scheme != "wss" {
		return "", errors.New("the address of the gateway is none")
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
	if code, ok := errors.AsType[*websocket.CloseError](err); ok {
		if code.Code == websocket.CloseAbnormalClosure { // the library's word for none
			return nil, io.ErrUnexpectedEOF
		}
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
