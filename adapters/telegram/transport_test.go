package telegram

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"steadfast/adapters/telegram/telegramtest"
	"steadfast/bot/chat"
)

// pipes is a listener whose connections stay within the bubble.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { close(p.closed); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours, nil
}

// TestRealTransport sends through net/http itself, since what a failure means
// rests on how it reads the body of a request.
func TestRealTransport(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		l := pipes{make(chan net.Conn), make(chan struct{})}
		server := http.Server{Handler: s}
		go server.Serve(l)
		rt := newTransport().(*http.Transport)
		rt.DialContext, rt.Proxy = l.dial, nil
		defer server.Close()
		defer rt.CloseIdleConnections()
		a := newAdapter(t, s, Options{APIURL: "http://telegram.test", Transport: rt})

		class := func(m chat.Message) chat.Class {
			_, err := a.Send(t.Context(), m)
			if e, ok := errors.AsType[*chat.SendError](err); ok {
				return e.Class
			}
			return ""
		}
		if c := class(say(11, "hello")); c != "" || len(s.Shown(11)) != 1 {
			t.Errorf("sent: %s", c)
		}
		if name, err := a.Identify(t.Context()); err != nil || name != telegramtest.Username {
			t.Errorf("library: %q %v", name, err)
		}
		s.Fail("sendMessage", telegramtest.Fault{Lose: true})
		if c := class(say(11, "hello")); c != chat.Unknown || len(s.Shown(11)) != 2 {
			t.Errorf("answer lost: %s", c)
		}
		s.Fail("sendMessage", telegramtest.Fault{Delay: time.Hour})
		if c := class(say(11, "hello")); c != chat.Unknown {
			t.Errorf("timed out: %s", c)
		}
		s.Fail("editMessageText", telegramtest.Fault{Lose: true})
		edit := chat.Message{To: place(11), Replaces: ref(s.Shown(11)[0].ID), Text: chat.Say("new")}
		if c := class(edit); c != chat.Again {
			t.Errorf("answer to an edit lost: %s", c)
		}
		rt.CloseIdleConnections()
		rt.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done() // a network that swallows everything
			return nil, ctx.Err()
		}
		if c := class(say(11, "hello")); c != chat.Again {
			t.Errorf("no connection: %s", c)
		}
	})
}
