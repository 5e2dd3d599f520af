package discordtest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
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
	if t.s.next(t.s.routeOf(req), true) != nil {
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

// routeOf returns the route to which a request belongs.
func (s *Server) routeOf(req *http.Request) string {
	inner := req.Clone(req.Context())
	for _, version := range []string{"/api/v9", "/api/v10"} {
		inner.URL.Path = strings.TrimPrefix(inner.URL.Path, version)
	}
	_, route := s.mux.Handler(inner)
	return route
}
