package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steadfast/bot/chat"
)

// A stand is a running demo, and what a page would know of it.
type stand struct {
	*testing.T
	*process
	url string

	mu    sync.Mutex
	rooms map[string][]shown // by place
	steps []tick
	now   time.Time
}

// A shown is a message as the page gets it.
type shown struct {
	Ref     chat.Ref
	At      time.Time
	From    string
	Text    chat.Text
	Choices []chat.Choice
	Guarded bool
}

// A tick says whether a step of a story is ticked off.
type tick struct {
	Story string
	Done  bool
}

// saturday is a day on which no demo begins.
var saturday = time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC)

// startDemo runs a demo whose clock has just passed saturday.
func startDemo(t *testing.T) *stand {
	t.Helper()
	return startDemoAt(t, saturday)
}

// startDemoAt runs a demo that somebody starts at a time.
func startDemoAt(t *testing.T, at time.Time) *stand {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var faults strings.Builder
	p, err := newDemo(t.Context(), t.TempDir(), l, Env{
		Stderr: &faults, Now: func() time.Time { return at.Add(time.Since(began)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error("the demo ended:", err)
		}
		if faults.Len() > 0 {
			t.Errorf("the demo complained:\n%s", &faults)
		}
	})
	return &stand{T: t, process: p, url: "http://" + l.Addr().String(), rooms: map[string][]shown{}}
}

// follow reads the page's stream of changes.
func (d *stand) follow() *stand {
	d.Helper()
	ctx, stop := context.WithCancel(context.Background())
	d.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+"/events", nil)
	if err != nil {
		d.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.Fatal(err)
	}
	go func() {
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		name := ""
		for lines.Scan() {
			if rest, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				name = rest
			}
			if rest, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				d.apply(name, []byte(rest))
			}
		}
	}()
	return d
}

func (d *stand) apply(name string, data []byte) {
	var u struct {
		Now     time.Time
		Rooms   map[string][]shown
		Steps   []tick
		Place   string
		Message shown
		Step    int
	}
	if err := json.Unmarshal(data, &u); err != nil {
		d.Errorf("%s: %v", name, err)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	switch name {
	case "state":
		d.now, d.rooms, d.steps = u.Now, u.Rooms, u.Steps
	case "message":
		room := d.rooms[u.Place]
		if i := slices.IndexFunc(room, func(m shown) bool { return m.Ref == u.Message.Ref }); i >= 0 {
			room[i] = u.Message
		} else {
			d.rooms[u.Place] = append(room, u.Message)
		}
	case "step":
		d.steps[u.Step].Done = true
	case "clock":
		d.now = u.Now
	}
}

// until waits for something to be so.
func (d *stand) until(what string, so func() bool) {
	d.Helper()
	for range 2000 {
		d.mu.Lock()
		ok := so()
		d.mu.Unlock()
		if ok {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Fatalf("never: %s\n%v", what, d.rooms)
}

// shows waits until the newest message of a place holds a text.
func (d *stand) shows(place, text string) {
	d.Helper()
	d.until(place+" shows "+text, func() bool {
		room := d.rooms[place]
		return len(room) > 0 && strings.Contains(room[len(room)-1].Text.Plain(), text)
	})
}

// holds waits until some message of a place holds a text.
func (d *stand) holds(place, text string) {
	d.Helper()
	d.until(place+" holds "+text, func() bool {
		return slices.ContainsFunc(d.rooms[place], func(m shown) bool { return strings.Contains(m.Text.Plain(), text) })
	})
}

// ticked waits until the first n steps of a story are ticked off, and checks
// that no other one of it is.
func (d *stand) ticked(story string, n int) {
	d.Helper()
	var done []bool
	d.until(fmt.Sprint(n, " steps of ", story, " are ticked off"), func() bool {
		done = nil
		for _, s := range d.steps {
			if s.Story == story {
				done = append(done, s.Done)
			}
		}
		return !slices.Contains(done[:n], false)
	})
	if slices.Contains(done[n:], true) {
		d.Errorf("more than %d steps of %s are ticked off: %v", n, story, done)
	}
}

// marks waits until the calendar shows what became of some meetings, each
// written like "Tue 24 Lea silent".
func (d *stand) marks(want ...string) {
	d.Helper()
	var all []string
	for range 500 {
		weeks, err := d.readCalendar(d.Context())
		if err != nil {
			d.Fatal(err)
		}
		all = nil
		for _, m := range weeks.Meetings {
			all = append(all, m.At.Format("Mon 2 ")+m.Name+" "+string(m.Mark))
		}
		if !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(all, w) }) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	d.Fatalf("never in the calendar: %v\n%v", want, all)
}

func (d *stand) post(path string, body any) string {
	d.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		d.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, d.url+path, bytes.NewReader(data))
	if err != nil {
		d.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", d.url)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		d.Fatalf("%s %s: %s %s %v", path, data, resp.Status, answer, err)
	}
	return string(answer)
}

// press waits for a button on the newest message of a place that has it, and
// taps it.
func (d *stand) press(seat, place, label string) string {
	d.Helper()
	var ref chat.Ref
	var token string
	d.until(label+" in "+place, func() bool {
		for _, m := range slices.Backward(d.rooms[place]) {
			for _, c := range m.Choices {
				if c.Label == label {
					ref, token = m.Ref, c.Token
					return true
				}
			}
		}
		return false
	})
	return d.post("/press", map[string]string{"seat": seat, "ref": string(ref), "token": token})
}

func (d *stand) say(seat, text string) {
	d.Helper()
	d.post("/say", map[string]string{"seat": seat, "text": text})
}

func (d *stand) skip(to string) {
	d.Helper()
	d.post("/skip", map[string]string{"to": to})
}

// count returns how many messages of a place hold a text.
func (d *stand) count(place, text string) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.rooms[place] {
		if strings.Contains(m.Text.Plain(), text) {
			n++
		}
	}
	return n
}

// danger lets Mia check in about a danger.
func (d *stand) danger() {
	d.Helper()
	for _, label := range []string{"We met", "🙁", "Yes", "Hurting themselves", "Done ›", "Danger now"} {
		d.press("mia", "mia", label)
	}
}
