package telegramtest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path"
)

// Transport returns a transport that carries requests to s without a socket,
// in the caller's goroutine. It keeps to the context of the request.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Server }

// RoundTrip carries one request to the server.
func (t transport) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	if req.Body == nil {
		req.Body = http.NoBody
	}
	defer req.Body.Close()
	if t.s.next(path.Base(req.URL.Path), true) != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(req.Body) // a network takes a request whatever becomes of it
	if err != nil {
		return nil, err
	}
	carried := req.Clone(req.Context())
	carried.Body = io.NopCloser(bytes.NewReader(body))
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			resp, err = nil, req.Context().Err()
			if err == nil {
				err = io.ErrUnexpectedEOF
			}
		} else if p != nil {
			panic(p)
		}
	}()
	w := httptest.NewRecorder()
	t.s.ServeHTTP(w, carried)
	resp = w.Result()
	resp.Request = req
	return resp, nil
}
