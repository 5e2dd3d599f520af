package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steadfast/bot/chat"
)

// seats are those of the demo.
func seats() []Seat {
	seat := func(key, title, name, place string, private bool, group string) Seat {
		return Seat{
			Key: key, Title: title, Subtitle: "about " + name, Private: private, Group: group,
			Person: chat.Sender{Account: chat.Account{ID: strings.ToLower(name)}, Name: name, Language: "en-GB"},
			Place:  chat.Place{ID: place},
		}
	}
	return []Seat{
		seat("mia", "Mia's phone", "Mia", "p-mia", true, ""),
		seat("carl", "Carl's chat", "Carl", "p-carl", true, ""),
		seat("supervisors", "Supervisors' channel", "Ana", "g-sup", false, "supervisors"),
		seat("ana", "Ana, private", "Ana", "p-ana", true, "supervisors"),
	}
}

// steps are a small tour: a check-in, a case, which may be asked about again,
// and its acknowledgement.
func steps() []Step {
	return []Step{
		{Label: "Check in", Hint: "Tap it.", Seat: "mia", When: Acted, Match: regexp.MustCompile(`^/checkin|1\.d\.`)},
		{Label: "Worry", Hint: "Say so.", Seat: "mia", When: Shown, In: []string{"ana", "supervisors"}, Match: regexp.MustCompile(`(?i)\bcase\b`)},
		{Label: "Wait", Hint: "Skip.", Seat: "supervisors", Clock: "minutes", When: Shown, Match: regexp.MustCompile("again"), Optional: true},
		{Label: "Acknowledge", Hint: "One tap.", Seat: "supervisors", When: Acted, Match: regexp.MustCompile(`\back\b`)},
	}
}

func place(id string) chat.Place { return chat.Place{Platform: Platform, ID: id} }

var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

// A rig is an adapter on a server, with a handler that notes what it gets.
type rig struct {
	*Adapter
	url    string
	mu     sync.Mutex
	events []chat.Event
	ended  chan error
}

// start runs an adapter. handle may be nil.
func start(t *testing.T, o Options, handle func(*Adapter, chat.Event) (chat.Answer, error)) *rig {
	t.Helper()
	if o.Seats == nil {
		o.Seats = seats()
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	r := &rig{Adapter: New(o), ended: make(chan error, 1)}
	server := httptest.NewServer(r.Handler())
	t.Cleanup(server.Close)
	r.url = server.URL
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	go func() {
		r.ended <- r.Run(ctx, func(_ context.Context, e chat.Event) (chat.Answer, error) {
			r.mu.Lock()
			r.events = append(r.events, e)
			r.mu.Unlock()
			if handle == nil {
				return chat.Answer{}, nil
			}
			return handle(r.Adapter, e)
		})
	}()
	return r
}

func (r *rig) got() []chat.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.events)
}

// post sends a request as the page does, changed by edit.
func (r *rig) post(t *testing.T, path, body string, edit func(*http.Request)) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, r.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", r.url)
	if edit != nil {
		edit(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Security-Policy"); got != policy {
		t.Errorf("POST %s: policy %q", path, got)
	}
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

func (r *rig) say(t *testing.T, seat, text string) (int, string) {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"seat": seat, "text": text})
	return r.post(t, "/say", string(body), nil)
}

func (r *rig) send(t *testing.T, m chat.Message) chat.Ref {
	t.Helper()
	ref, err := r.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// A line of the stream.
type line struct{ id, name, data string }

// follow opens the stream and returns a function that reads the next update.
func (r *rig) follow(t *testing.T, last string) (next func() line) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Last-Event-ID", last)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("stream: %s", resp.Status)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<22)
	return func() (l line) {
		t.Helper()
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				l.id = value
			case "event":
				l.name = value
			case "data":
				l.data = value
			case "":
				if l.name != "" {
					return l
				}
			}
		}
		return line{name: "end"}
	}
}

func TestSayBecomesEvents(t *testing.T) {
	r := start(t, Options{Now: func() time.Time { return noon }}, nil)
	for _, text := range []string{"hello", " /CheckIn  with Jo ", "/", "/path/to", "/case 17", strings.Repeat("word ", 1000)} {
		if status, answer := r.say(t, "mia", text); status != http.StatusOK {
			t.Fatalf("say %.20q: %d %s", text, status, answer)
		}
	}
	if status, _ := r.say(t, "supervisors", "good morning"); status != http.StatusOK {
		t.Fatal(status)
	}
	events := r.got()
	ids := map[string]bool{}
	var got []string
	for _, e := range events {
		ids[e.ID] = true
		switch w := e.What.(type) {
		case chat.Said:
			got = append(got, fmt.Sprintf("%s %s said %s (%d)", e.From.Account, e.In, w.Ref, len(w.Text)))
		case chat.Command:
			got = append(got, fmt.Sprintf("%s %s command %s %q %q", e.From.Account, e.In, w.Ref, w.Name, w.Args))
		}
	}
	want := []string{
		"web:mia web:p-mia said 1 (5)",
		`web:mia web:p-mia command 2 "checkin" "with Jo"`,
		"web:mia web:p-mia said 3 (1)",
		"web:mia web:p-mia said 4 (8)",
		`web:mia web:p-mia command 5 "case" "17"`,
		"web:mia web:p-mia said 6 (4095)",
		"web:mia web:p-mia said 7 (905)",
		"web:ana web:g-sup said 1 (12)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("events:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(ids) != len(events) {
		t.Error("two events have the same id")
	}
	if first, last := events[0], events[len(events)-1]; !first.Private || first.Title != "" || !first.At.Equal(noon) ||
		last.Private || last.Title != "Supervisors' channel" {
		t.Errorf("events: %+v, %+v", first, last)
	}
	if other := New(Options{}); other.prefix == r.prefix {
		t.Error("two processes would use the same ids")
	}
}

func TestPress(t *testing.T) {
	r := start(t, Options{}, func(*Adapter, chat.Event) (chat.Answer, error) {
		return chat.Answer{Toast: "Noted.", Alert: true}, nil
	})
	ref := r.send(t, chat.Message{
		To: place("p-mia"), Text: chat.Say("How was it?"), Choices: []chat.Choice{{Label: "Good", Token: "1.a.0"}},
	})
	status, answer := r.post(t, "/press", `{"seat":"mia","ref":"`+string(ref)+`","token":"1.a.0"}`, nil)
	if status != http.StatusOK || answer != `{"toast":"Noted.","alert":true}` {
		t.Errorf("press: %d %s", status, answer)
	}
	if got := r.got()[0].What; got != (chat.Pressed{Token: "1.a.0", On: ref}) {
		t.Errorf("event %+v", got)
	}
	for body, want := range map[string]int{
		`{"seat":"mia","ref":"99","token":"1.a.0"}`:                                   http.StatusNotFound,
		`{"seat":"nobody","ref":"1","token":"1.a.0"}`:                                 http.StatusNotFound,
		`{"seat":"mia","ref":"1","token":""}`:                                         http.StatusBadRequest,
		`{"seat":"mia","ref":"1","token":"` + strings.Repeat("x", 65) + `"}`:          http.StatusBadRequest,
		`{"seat":"mia","ref":"1","token":"1.a.0"} {}`:                                 http.StatusBadRequest,
		`{"seat":"mia","ref":"1","token":"1.a.0","more":1}`:                           http.StatusBadRequest,
		`{"seat":"` + strings.Repeat("x", bodyLimit) + `","ref":"1","token":"1.a.0"}`: http.StatusRequestEntityTooLarge,
	} {
		if status, answer := r.post(t, "/press", body, nil); status != want || !strings.HasPrefix(answer, `{"error":"`) {
			t.Errorf("press %.60s: %d %s, want %d", body, status, answer, want)
		}
	}
	if n := len(r.got()); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestOrderWithinAPlace(t *testing.T) {
	release := make(chan struct{})
	started := make(chan chat.Place, 2)
	r := start(t, Options{}, func(_ *Adapter, e chat.Event) (chat.Answer, error) {
		started <- e.In
		<-release
		return chat.Answer{}, nil
	})
	var busy sync.WaitGroup
	for _, seat := range []string{"mia", "mia", "carl"} {
		busy.Go(func() { r.say(t, seat, "hello") })
	}
	// One event of each place is being handled, and no second one of Mia's.
	if a, b := <-started, <-started; a == b {
		t.Errorf("two events of %s at once", a)
	}
	select {
	case p := <-started:
		t.Errorf("a third event began, in %s", p)
	default:
	}
	close(release)
	busy.Wait()
	if n := len(r.got()); n != 3 {
		t.Errorf("%d events", n)
	}
}

func TestHandlerErrorEndsRun(t *testing.T) {
	broken := errors.New("disk full")
	r := start(t, Options{}, func(*Adapter, chat.Event) (chat.Answer, error) { return chat.Answer{}, broken })
	next := r.follow(t, "")
	if l := next(); l.name != "state" {
		t.Fatalf("first update %q", l.name)
	}
	status, answer := r.say(t, "mia", "hello")
	if status != http.StatusInternalServerError || strings.Contains(answer, "disk") {
		t.Errorf("say: %d %s", status, answer)
	}
	if err := <-r.ended; err != broken {
		t.Errorf("Run returned %v", err)
	}
	if l := next(); l.name != "message" || strings.Contains(l.data, "failed") {
		t.Errorf("then %+v", l)
	}
	if l := next(); l.name != "message" || !strings.Contains(l.data, `"failed":true`) {
		t.Errorf("then %+v", l)
	}
	if l := next(); l.name != "end" {
		t.Errorf("the stream went on with %+v", l)
	}
}

func TestGuards(t *testing.T) {
	r := start(t, Options{}, nil)
	const hello = `{"seat":"mia","text":"hello"}`
	for name, tt := range map[string]struct {
		edit func(*http.Request)
		want int
	}{
		"the page":          {func(*http.Request) {}, http.StatusOK},
		"and its browser":   {func(q *http.Request) { q.Header.Set("Sec-Fetch-Site", "same-origin") }, http.StatusOK},
		"localhost":         {func(q *http.Request) { q.Host = "LOCALHOST:1"; q.Header.Set("Origin", "http://localhost:1") }, http.StatusOK},
		"version 6":         {func(q *http.Request) { q.Host = "[::1]:1"; q.Header.Set("Origin", "http://[::1]:1") }, http.StatusOK},
		"no port":           {func(q *http.Request) { q.Host = "[::1]"; q.Header.Set("Origin", "http://[::1]") }, http.StatusOK},
		"a rebound name":    {func(q *http.Request) { q.Host = "evil.example:80" }, http.StatusMisdirectedRequest},
		"a similar name":    {func(q *http.Request) { q.Host = "127.0.0.1.evil.example" }, http.StatusMisdirectedRequest},
		"another address":   {func(q *http.Request) { q.Host = "192.168.0.7" }, http.StatusMisdirectedRequest},
		"another origin":    {func(q *http.Request) { q.Header.Set("Origin", "http://evil.example") }, http.StatusForbidden},
		"another port":      {func(q *http.Request) { q.Header.Set("Origin", "http://127.0.0.1:1") }, http.StatusForbidden},
		"an opaque origin":  {func(q *http.Request) { q.Header.Set("Origin", "null") }, http.StatusForbidden},
		"another scheme":    {func(q *http.Request) { q.Header.Set("Origin", "https"+strings.TrimPrefix(r.url, "http")) }, http.StatusForbidden},
		"another site":      {func(q *http.Request) { q.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		"a sibling":         {func(q *http.Request) { q.Header.Set("Sec-Fetch-Site", "same-site") }, http.StatusForbidden},
		"nobody says":       {func(q *http.Request) { q.Header.Del("Origin") }, http.StatusForbidden},
		"a form":            {func(q *http.Request) { q.Header.Set("Content-Type", "text/plain") }, http.StatusUnsupportedMediaType},
		"another method":    {func(q *http.Request) { q.Method = http.MethodPut }, http.StatusMethodNotAllowed},
		"reading by a post": {func(q *http.Request) { q.URL.Path = "/events" }, http.StatusMethodNotAllowed},
		"no such address":   {func(q *http.Request) { q.URL.Path = "/nothing" }, http.StatusNotFound},
		"writing by a get":  {func(q *http.Request) { q.Method = http.MethodGet }, http.StatusMethodNotAllowed},
	} {
		if got, answer := r.post(t, "/say", hello, tt.edit); got != tt.want {
			t.Errorf("%s: %d %s, want %d", name, got, answer, tt.want)
		}
	}
	if n := len(r.got()); n != 5 {
		t.Errorf("%d events", n)
	}
}

func TestHeadersOnEverything(t *testing.T) {
	r := start(t, Options{}, nil)
	for path, want := range map[string]int{
		"/": 200, "/page/app.js": 200, "/page/base.css": 200, "/page/mark.svg": 200, "/events": 200,
		"/page/": 404, "/page/nothing.js": 404, "/page/..%2fhttp.go": 404, "/doc.go": 404,
	} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+path, nil)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want && (want != 404 || resp.StatusCode < 400) {
			t.Errorf("GET %s: %s, want %d", path, resp.Status, want)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY",
		} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("GET %s: %s: %q", path, name, got)
			}
		}
	}
	resp, err := http.Get(r.url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := resp.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

func TestPageHasNothingInline(t *testing.T) {
	index, err := files.ReadFile("page/index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"style=", "<style", "onclick", "http://", "https://", "javascript:"} {
		if strings.Contains(string(index), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	scripts, _ := files.ReadDir("page")
	for _, f := range scripts {
		text, _ := files.ReadFile("page/" + f.Name())
		for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
			if strings.Contains(string(text), bad) {
				t.Errorf("%s has %q", f.Name(), bad)
			}
		}
		if n := strings.Count(string(text), "\n"); n > 400 {
			t.Errorf("%s has %d lines", f.Name(), n)
		}
	}
}
