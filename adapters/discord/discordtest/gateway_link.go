package discordtest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// A frame is what a link sends: a message, or, with a code, the end.
type frame struct {
	data []byte
	code int
}

func text(s string) frame { return frame{data: []byte(s)} }

// A link is one connection as the gateway sees it.
type link struct {
	g       *Gateway
	raw     net.Conn
	ws      *websocket.Conn
	session *session // guarded by g.mu
	wake    chan struct{}

	mu  sync.Mutex
	out []frame

	received []time.Time // packets of the bot
}

// send queues f. It never waits.
func (l *link) send(f frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out = append(l.out, f)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// serve is the life of the connection.
func (l *link) serve(no *refusal) {
	defer l.lost()
	br := bufio.NewReader(l.raw)
	req, err := http.ReadRequest(br)
	if err != nil {
		return
	}
	if no != nil {
		fmt.Fprintf(l.raw, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\n\r\n", no.status, http.StatusText(no.status))
		return
	}
	l.g.checkQuery(req.URL)
	w := hijacked{l.raw, bufio.NewReadWriter(br, bufio.NewWriter(l.raw))}
	if l.ws, err = new(websocket.Upgrader).Upgrade(w, req, nil); err != nil {
		return
	}
	l.ws.SetCloseHandler(func(int, string) error { return nil })
	var writing sync.WaitGroup
	writing.Go(l.write)
	defer writing.Wait()

	l.g.mu.Lock()
	interval := l.g.interval
	if l.g.speak(l, AtHello) {
		l.send(text(fmt.Sprintf(`{"op":10,"d":{"heartbeat_interval":%d}}`, interval.Milliseconds())))
	}
	l.g.mu.Unlock()
	patience := interval*3/2 + 5*time.Second
	for beat := true; ; {
		if beat {
			l.ws.SetReadDeadline(time.Now().Add(patience))
		}
		var code int
		if beat, code = l.receive(); code != 0 {
			l.send(frame{code: code})
			return
		}
	}
}

// receive takes one packet of the bot, and returns whether it was a heartbeat
// and the code to close with: 0 to go on, negative for no code, since the
// connection is gone.
func (l *link) receive() (beat bool, code int) {
	_, data, err := l.ws.ReadMessage()
	if err != nil {
		return false, l.ended(err)
	}
	var p struct {
		Op int             `json:"op"`
		D  json.RawMessage `json:"d"`
	}
	var d map[string]any
	g := l.g
	if err := json.Unmarshal(data, &p); err != nil || p.Op != 1 && json.Unmarshal(p.D, &d) != nil {
		return false, g.faulty(4002, "a packet that cannot be read")
	}
	now := time.Now()
	l.received = append(l.received, now)
	if n := len(l.received) - 121; n >= 0 && now.Sub(l.received[n]) < time.Minute {
		return false, g.faulty(4008, "more than 120 packets in a minute")
	}
	switch p.Op {
	case 1:
		g.mu.Lock()
		defer g.mu.Unlock()
		g.beats++
		if g.silent != AtAck {
			l.send(text(`{"op":11}`))
		}
		return true, 0
	case 2:
		return false, g.identify(l, d)
	case 6:
		return false, g.resume(l, d)
	}
	return false, g.faulty(4001, fmt.Sprintf("operation %d", p.Op))
}

// ended notes how the bot ended the connection.
func (l *link) ended(err error) int {
	g := l.g
	g.mu.Lock()
	defer g.mu.Unlock()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if g.session == l.session {
			g.session = nil
		}
		return g.fault(4009, "no heartbeat in time")
	}
	if c, ok := errors.AsType[*websocket.CloseError](err); ok && c.Code != websocket.CloseAbnormalClosure {
		g.closes = append(g.closes, c.Code)
		if (c.Code == 1000 || c.Code == 1001) && l.session != nil && g.session == l.session {
			g.session = nil
		}
	}
	return -1
}

// write sends what is queued until the connection ends.
func (l *link) write() {
	for range l.wake {
		l.mu.Lock()
		out := l.out
		l.out = nil
		l.mu.Unlock()
		for _, f := range out {
			if f.code != 0 {
				if f.code > 0 {
					l.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(f.code, "said by the test"), time.Now().Add(time.Second))
				}
				l.raw.Close()
				return
			}
			if l.ws.WriteMessage(websocket.TextMessage, f.data) != nil {
				return
			}
		}
	}
}

// lost forgets the connection; the session waits for another.
func (l *link) lost() {
	l.raw.Close()
	g := l.g
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.links, l)
	if l.session != nil && l.session.link == l {
		l.session.link = nil
	}
}

// hijacked makes a connection out of an answer, for the upgrade to websocket.
type hijacked struct {
	raw net.Conn
	rw  *bufio.ReadWriter
}

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.raw, h.rw, nil }
func (h hijacked) Header() http.Header                          { return http.Header{} }
func (h hijacked) Write(b []byte) (int, error)                  { return h.raw.Write(b) }
func (h hijacked) WriteHeader(int)                              {}
