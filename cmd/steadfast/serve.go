package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"time"
)

// serve opens the sockets, so that a fault ends the process at once, and adds
// the servers to its parts.
func (p *process) serve() error {
	admin, err := listenAdmin(p.config.socket())
	if err != nil {
		return err
	}
	p.addServer("admin socket", admin, p.adminPages(), 0) // a dump takes as long as it takes
	if p.config.Web.Listen == "" {
		return nil
	}
	web, err := net.Listen("tcp", p.config.Web.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("[web] listen: nobody can be served at %s: choose another address or stop what uses it: %w", p.config.Web.Listen, err), admin.Close())
	}
	p.addServer("web", web, p.webPages(), 30*time.Second)
	p.log.Info("health and metrics are served", "address", web.Addr().String())
	return nil
}

// addServer makes a server run with the process. It is stopped with the
// adapters, after requests under way have ended.
func (p *process) addServer(name string, l net.Listener, h http.Handler, write time.Duration) {
	server := &http.Server{
		Handler: p.caught(h), ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: write, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	p.add(name, func(ctx context.Context) error {
		stopped := make(chan error, 1)
		stop := context.AfterFunc(ctx, func() {
			soon, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			stopped <- server.Shutdown(soon)
		})
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			stop()
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := <-stopped; err != nil {
			return server.Close() // somebody who does not end
		}
		return nil
	})
}

// caught makes a panic in h an answer and a line in the log, with where it was.
// The server itself would log its value, which might be what a person wrote.
func (p *process) caught(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch reason := recover(); reason {
			case nil:
			case http.ErrAbortHandler:
				panic(reason)
			default:
				p.log.Error("a request failed", "stack", string(debug.Stack()))
				http.Error(w, "This failed: look at the log of the running bot.", http.StatusInternalServerError)
			}
		}()
		h.ServeHTTP(w, r)
	})
}

// webPages returns what [web] listen shows.
func (p *process) webPages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", p.readyz)
	mux.Handle("GET /metrics", p.meters.page())
	for _, platform := range p.platforms {
		for pattern, page := range platform.pages() {
			mux.Handle(pattern, page)
		}
	}
	return mux
}

// hookPath returns the path of a webhook's address.
func hookPath(address string) string {
	if u, err := url.Parse(address); err == nil && u.Path != "" {
		return u.Path
	}
	return "/{$}"
}

// listenAdmin opens the admin socket. Whoever holds the data file open is the
// only process that may: what lies there is of one that was killed.
func listenAdmin(path string) (net.Listener, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("admin socket: %w", err)
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("%s is in the way of the admin socket and is not one: move it away", path)
	default:
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("an old admin socket cannot be removed: %w", err)
		}
	}
	l, err := listenPrivately(path)
	if err != nil {
		return nil, fmt.Errorf("the admin socket %s cannot be made: look at the rights of its folder: %w", path, err)
	}
	return l, nil
}
