// Package discordtest is Discord inside the test's own process: a strict server
// of its REST interface, its gateway, and the people who chat with the bot.
//
// A [Server] is not a mock of our code. It keeps what is in its channels, knows
// who closed their private messages and what the bot may do where, checks what
// is sent as Discord does, and answers in its words. What a bot that knows
// Discord never sends is refused and, beyond that, noted: a test ends by looking
// at [Server.Faults]. In two things it is stricter than Discord: every message
// must forbid all mentions but those it means, and must not show previews of
// links.
//
// [Server.Transport] carries requests without a socket, and the [Gateway] has
// its own Dial, so that tests run in a bubble of testing/synctest. Make the
// server inside the bubble then.
//
// Reading guide: server.go takes requests, route.go lists them, rest.go,
// message.go, component.go, command.go and interaction.go answer them; state.go
// and shape.go are what there is and how Discord tells it; people.go and act.go
// are what people do, insist.go what they do once more, shown.go what they see.
// limits.go has the rate limits, gateway*.go the gateway, markdown.go what a
// reader makes of Discord's markup.
package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The bot that every server knows, and the server ("guild") in which everybody
// is. The bot's user and its application have different IDs, as older bots have.
const (
	Token = "TEST.discord.TOKEN"
	BotID = "900000000000000001"
	AppID = "900000000000000002"
	Guild = "800000000000000001"
)

// A Server is one Discord with one bot. Its methods may be called concurrently.
type Server struct {
	Gateway *Gateway

	mux     *http.ServeMux
	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change

	users        map[string]*user
	guilds       map[string]*guild
	channels     map[string]*channel
	commands     map[string][]Command // by server; "" is everywhere
	interactions map[string]*interaction
	order        []*interaction
	lastID       int64
	showings     []Showing
	insist       bool
	starts       int // how often the bot came
	failed       int

	calls  map[string]int
	plans  []*plan
	faults []string
	limits limits
}

// New returns a server in which nobody has said anything yet. In a bubble whose
// time is before Discord's own it lets time pass, since Discord's IDs count from
// then on.
func New() *Server {
	time.Sleep(time.Until(time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)))
	s := &Server{
		Gateway: NewGateway(Token), changed: make(chan struct{}),
		users: map[string]*user{}, guilds: map[string]*guild{}, channels: map[string]*channel{},
		commands: map[string][]Command{}, interactions: map[string]*interaction{}, calls: map[string]int{},
	}
	s.users[BotID] = &user{Person: Person{ID: BotID, Username: "steadfast"}, bot: true}
	s.found(Guild, "Riverside")
	s.mux = s.routes()
	s.Gateway.OnReady(s.ready)
	return s
}

// A Fault makes calls fail. Zero Times means once.
type Fault struct {
	Times   int
	Status  int
	Code    int           // Discord's own
	Message string        // Discord's own
	After   time.Duration // with status 429
	Global  bool          // with status 429: for all routes
	Body    string        // sent with Status as it is, as HTML, instead of Discord's JSON
	Refuse  bool          // the connection does not come about
	Lose    bool          // the work is done, and the answer is lost
	Delay   time.Duration // before anything else; the caller may give up meanwhile
}

type plan struct {
	route string
	Fault
}

// Messages is the route by which messages are sent.
const Messages = "POST /channels/{channel}/messages"

// Fail makes the next calls of a route fail as f says. A route is written with
// its method, such as [Messages]; "*" means any. Faults apply in the order in
// which they were given.
func (s *Server) Fail(route string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = max(1, f.Times)
	s.plans = append(s.plans, &plan{route, f})
}

// Throttle makes Discord refuse the next message and ask for a pause.
func (s *Server) Throttle(pause time.Duration) {
	s.Fail(Messages, Fault{Status: http.StatusTooManyRequests, After: pause})
}

// Mend forgets all faults that are still to come.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plans = nil
}

// Calls returns how often a route was called, failed calls included.
func (s *Server) Calls(route string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[route]
}

// Faults returns what the bot did that no bot may do, oldest first.
func (s *Server) Faults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.faults...)
}

// Failed returns how often somebody read that an interaction failed.
func (s *Server) Failed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// fault notes a defect of the bot. s.mu must be held.
func (s *Server) fault(format string, args ...any) {
	s.faults = append(s.faults, fmt.Sprintf(format, args...))
}

// next counts a call and takes the plan that applies to it. With refuse it
// looks only for plans of the connection, and else only for the others.
func (s *Server) next(route string, refuse bool) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !refuse {
		s.calls[route]++
	}
	for i, p := range s.plans {
		if p.route != route && p.route != "*" {
			continue
		}
		if p.Refuse != refuse {
			return nil
		}
		if p.Times--; p.Times == 0 {
			s.plans = append(s.plans[:i:i], s.plans[i+1:]...)
		}
		return &p.Fault
	}
	return nil
}

// notify wakes all who wait for a change. s.mu must be held.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// A problem is what Discord answers instead of a result. A defect is one that
// the bot could have known beforehand.
type problem struct {
	status, code int
	message      string
	where        string // the field, in a form that was not filled in properly
	after        time.Duration
	global       bool
	defect       bool
}

// form is the answer to a body that does not have the form Discord wants.
func form(where, format string, args ...any) *problem {
	return &problem{status: 400, code: 50035, message: fmt.Sprintf(format, args...), where: where, defect: true}
}

// The problems that depend on the state of things.
func unknownMessage() *problem { return &problem{status: 404, code: 10008, message: "Unknown Message"} }
func unknownChannel() *problem { return &problem{status: 404, code: 10003, message: "Unknown Channel"} }
func unknownGuild() *problem   { return &problem{status: 404, code: 10004, message: "Unknown Guild"} }
func missingAccess() *problem  { return &problem{status: 403, code: 50001, message: "Missing Access"} }
func missingPermissions() *problem {
	return &problem{status: 403, code: 50013, message: "Missing Permissions"}
}

// A call is one request that belongs to a route.
type call struct {
	*http.Request
	body []byte
}

// decode reads the body and refuses fields it does not know.
func (c *call) decode(v any) *problem {
	d := json.NewDecoder(bytes.NewReader(c.body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return form("body", "%v", err)
	}
	return nil
}

// An endpoint does the work of one route, under s.mu. A zero status is 200; 204
// has no body.
type endpoint func(*Server, *call) (status int, result any, trouble *problem)

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, "/api/v9")
	if !ok {
		path, ok = strings.CutPrefix(r.URL.Path, "/api/v10")
	}
	inner := r.Clone(r.Context())
	inner.URL.Path, inner.URL.RawPath = path, ""
	if !ok || !strings.HasPrefix(path, "/") {
		inner.URL.Path = "/nowhere"
	}
	s.mux.ServeHTTP(w, inner)
}

// handle makes the handler of a route. Free ones are called without the token.
func (s *Server) handle(route string, free bool, do endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body) // first, as a server does: only then it notices a caller who gives up
		f := s.next(route, false)
		if f != nil && f.Delay > 0 {
			select {
			case <-time.After(f.Delay):
			case <-r.Context().Done():
				panic(http.ErrAbortHandler)
			}
		}
		switch {
		case f != nil && f.Body != "":
			w.Header().Set("Content-Type", "text/html")
			if f.After > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int(f.After.Seconds())))
			}
			w.WriteHeader(f.Status)
			io.WriteString(w, f.Body)
			return
		case f != nil && f.Status != 0:
			s.refuse(w, route, &problem{status: f.Status, code: f.Code, message: f.Message, after: f.After, global: f.Global})
			return
		case err != nil:
			s.refuse(w, route, form("body", "unreadable"))
			return
		}
		status, result, trouble := s.serve(w, &call{r, body}, route, free, do)
		switch {
		case f != nil && f.Lose:
			panic(http.ErrAbortHandler)
		case trouble != nil:
			s.refuse(w, route, trouble)
		case status == http.StatusNoContent:
			w.WriteHeader(status)
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(max(status, http.StatusOK))
			w.Write(result)
		}
	}
}

// serve does the work of a route, if the caller may.
func (s *Server) serve(w http.ResponseWriter, c *call, route string, free bool, do endpoint) (int, []byte, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.notify()
	if got := c.Header.Get("Authorization"); !free && got != "Bot "+Token {
		return 0, nil, &problem{status: 401, message: "401: Unauthorized"}
	}
	if !strings.HasPrefix(c.UserAgent(), "DiscordBot (") {
		return 0, nil, &problem{status: 400, message: "User-Agent must be DiscordBot ($url, $version)", defect: true}
	}
	if trouble := s.limits.take(w.Header(), c, route, free); trouble != nil {
		return 0, nil, trouble
	}
	status, result, trouble := do(s, c)
	if trouble != nil || status == http.StatusNoContent {
		return status, nil, trouble
	}
	raw, err := json.Marshal(result)
	if err != nil {
		panic("discordtest: " + err.Error())
	}
	return status, raw, nil
}

// refuse answers with a problem, and notes it if it is a defect.
func (s *Server) refuse(w http.ResponseWriter, route string, p *problem) {
	if p.defect {
		s.mu.Lock()
		s.fault("%s: %d %d %s %s", route, p.status, p.code, p.where, p.message)
		s.mu.Unlock()
	}
	answer := map[string]any{"message": p.message, "code": p.code}
	if p.where != "" {
		answer["message"] = "Invalid Form Body"
		answer["errors"] = map[string]any{p.where: map[string]any{"_errors": []any{map[string]any{"code": "INVALID", "message": p.message}}}}
	}
	if p.status == http.StatusTooManyRequests {
		answer = map[string]any{"message": "You are being rate limited.", "retry_after": p.after.Seconds(), "global": p.global}
		w.Header().Set("Retry-After", strconv.Itoa(int((p.after+time.Second-1)/time.Second)))
		w.Header().Set("X-RateLimit-Scope", "user")
		if p.global {
			w.Header().Set("X-RateLimit-Global", "true")
			w.Header().Set("X-RateLimit-Scope", "global")
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(p.status)
	json.NewEncoder(w).Encode(answer)
}
