// Package telegramtest is Telegram inside the test's own process: a strict
// server of the Bot API, and the people who chat with the bot.
//
// A [Server] is not a mock of our code: it keeps updates until they are
// confirmed, knows who blocked the bot, checks what is sent as Telegram does
// and answers in its words. It is an http.Handler for a real socket, and
// [Server.Transport] joins it to a client without one, so that tests run in a
// bubble of testing/synctest. Make the server inside the bubble then.
//
// What it does not know is refused with status 404, as by Telegram.
package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The bot that every server knows.
const (
	Token    = "4242:TEST-telegram-TOKEN"
	Username = "steadfast_test_bot"
	botID    = 4242
)

// A Server is one Telegram with one bot. Its methods may be called
// concurrently.
type Server struct {
	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change

	chats    map[int64]*room
	people   map[int64]Person
	nextID   int64 // of messages and queries
	queries  map[string]*query
	answered []Toast
	showings []Showing

	updates    []queued
	nextUpdate int64
	allowed    []string // nil: every kind
	polls      int      // counts getUpdates, to end an older one
	webhook    webhook
	menus      map[string][]Command

	calls  map[string]int
	faults []*fault
}

type queued struct {
	id  int64
	raw json.RawMessage
}

type webhook struct{ url, secret string }

// New returns a server in which nobody has said anything yet.
func New() *Server {
	return &Server{
		changed:    make(chan struct{}),
		chats:      make(map[int64]*room),
		people:     make(map[int64]Person),
		nextID:     100,
		queries:    make(map[string]*query),
		nextUpdate: 870_000_001,
		menus:      make(map[string][]Command),
		calls:      make(map[string]int),
	}
}

// A Fault makes calls fail. Zero Times means once.
type Fault struct {
	Times       int
	Status      int
	Description string
	RetryAfter  int           // seconds, with status 429
	Body        string        // sent with Status as it is, instead of Telegram's JSON
	Refuse      bool          // the connection does not come about (only with Transport)
	Lose        bool          // the work is done, and the answer is lost
	Delay       time.Duration // before anything else; the caller may give up meanwhile
}

type fault struct {
	method string
	Fault
}

// Fail makes the next calls of method fail as f says; "*" means any method.
// Faults apply in the order in which they were given.
func (s *Server) Fail(method string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = max(1, f.Times)
	s.faults = append(s.faults, &fault{method, f})
}

// Mend forgets all faults.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Calls returns how often method was called, failed calls included.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// next counts a call and takes the fault that applies to it. With refuse it
// looks only for faults of the connection, and else only for the others.
func (s *Server) next(method string, refuse bool) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !refuse {
		s.calls[method]++
	}
	for i, f := range s.faults {
		if f.method != method && f.method != "*" {
			continue
		}
		if f.Refuse != refuse {
			return nil
		}
		if f.Times--; f.Times == 0 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		return &f.Fault
	}
	return nil
}

// notify wakes all who wait for a change. s.mu must be held.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// A problem is what Telegram answers instead of a result.
type problem struct {
	status      int
	description string
	retryAfter  int
	migrateTo   int64
}

func bad(format string, args ...any) *problem {
	return &problem{status: 400, description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(text string) *problem {
	return &problem{status: 403, description: "Forbidden: " + text}
}

// ServeHTTP answers one call of the Bot API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method, ok := strings.CutPrefix(r.URL.Path, "/bot"+Token+"/")
	if !ok {
		writeProblem(w, &problem{status: 401, description: "Unauthorized"})
		return
	}
	p, err := readParams(r) // first, as a server does: only then it notices a caller who gives up
	f := s.next(method, false)
	if f != nil && f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	if f != nil && f.Body != "" {
		w.WriteHeader(f.Status)
		io.WriteString(w, f.Body)
		return
	}
	if f != nil && f.Status != 0 {
		writeProblem(w, &problem{status: f.Status, description: f.Description, retryAfter: f.RetryAfter})
		return
	}
	if err != nil {
		writeProblem(w, bad("%v", err))
		return
	}
	result, trouble := s.call(r, method, p)
	switch {
	case f != nil && f.Lose:
		panic(http.ErrAbortHandler)
	case trouble != nil:
		writeProblem(w, trouble)
	default:
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"ok": true, "result": result})
	}
}

func writeProblem(w http.ResponseWriter, p *problem) {
	more := map[string]any{}
	if p.retryAfter > 0 {
		more["retry_after"] = p.retryAfter
	}
	if p.migrateTo != 0 {
		more["migrate_to_chat_id"] = p.migrateTo
	}
	answer := map[string]any{"ok": false, "error_code": p.status, "description": p.description}
	if len(more) > 0 {
		answer["parameters"] = more
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(p.status)
	json.NewEncoder(w).Encode(answer)
}

// params are the parameters of a call, as JSON values.
type params map[string]json.RawMessage

func readParams(r *http.Request) (params, error) {
	p := params{}
	kind, options, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			return nil, errors.New("can't parse JSON object")
		}
		return p, nil
	}
	if kind != "multipart/form-data" {
		return p, nil
	}
	form := multipart.NewReader(r.Body, options["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil { // io.EOF, also after a form without parts
			return p, nil
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			value, _ = json.Marshal(File{part.FileName(), part.Header.Get("Content-Type"), value})
		} else if !json.Valid(value) {
			value, _ = json.Marshal(string(value))
		}
		p[part.FormName()] = value
	}
}

// only reports parameters that the method does not have. Telegram ignores
// them; here they are a defect.
func (p params) only(names ...string) *problem {
	known := make(map[string]bool)
	for _, name := range names {
		known[name] = true
	}
	for name := range p {
		if !known[name] {
			return bad("unknown parameter %s", name)
		}
	}
	return nil
}

func (p params) text(name string) string {
	var s string
	if json.Unmarshal(p[name], &s) != nil {
		return string(p[name])
	}
	return s
}

func (p params) number(name string) int64 {
	n, _ := strconv.ParseInt(strings.Trim(string(p[name]), `"`), 10, 64)
	return n
}

func (p params) yes(name string) bool { return string(p[name]) == "true" }
