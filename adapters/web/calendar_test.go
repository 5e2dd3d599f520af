package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// state returns all that a page gets when it opens.
func (r *rig) state(t *testing.T) (s stateUpdate) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.follow(t, "")().data), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// ticks returns an x for each step that is ticked off and a dash for each other.
func (r *rig) ticks(t *testing.T) (ticks string) {
	t.Helper()
	for _, s := range r.state(t).Steps {
		ticks += map[bool]string{true: "x", false: "-"}[s.Done]
	}
	return ticks
}

// TestStoriesTickApart shows that no step waits for one of another story.
func TestStoriesTickApart(t *testing.T) {
	step := func(story, said string) Step {
		return Step{Story: story, Label: said, Seat: "mia", When: Acted, Match: regexp.MustCompile("^" + said + "$")}
	}
	r := start(t, Options{Steps: []Step{step("one", "a"), step("one", "b"), step("two", "c"), step("two", "a")}}, nil)
	for _, c := range []struct{ said, want string }{{"b", "----"}, {"a", "x---"}, {"c", "x-x-"}, {"a", "x-xx"}, {"b", "xxxx"}} {
		r.say(t, "mia", c.said)
		if got := r.ticks(t); got != c.want {
			t.Errorf("after %s: steps %s, want %s", c.said, got, c.want)
		}
	}
}

func TestCalendar(t *testing.T) {
	broken := false
	o := Options{Calendar: Calendar{Seat: "carl", Read: func(context.Context) (Weeks, error) {
		if broken {
			return Weeks{}, errors.New("broken")
		}
		return Weeks{From: noon, Count: 3, Meetings: []Meeting{{At: noon, Name: "Lea", Full: "Mia – Lea", Mark: Silent}}}, nil
	}}}
	get := func(r *rig, site string) (int, string) {
		req, err := http.NewRequest(http.MethodGet, r.url+"/calendar", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Sec-Fetch-Site", site)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	r := start(t, o, nil)
	want := `{"from":"2026-10-24T12:00:00Z","count":3,"meetings":[{"at":"2026-10-24T12:00:00Z","name":"Lea","full":"Mia – Lea","mark":"silent"}]}`
	if status, body := get(r, "same-origin"); status != http.StatusOK || body != want {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := get(r, "cross-site"); status != http.StatusForbidden {
		t.Errorf("to another site: %d", status)
	}
	for _, s := range r.state(t).Seats {
		if s.Calendar != (s.Key == "carl") {
			t.Errorf("the calendar above the chat %s: %t", s.Key, s.Calendar)
		}
	}
	broken = true
	if status, body := get(r, "same-origin"); status != http.StatusInternalServerError || strings.Contains(body, "broken") {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := get(start(t, Options{}, nil), "same-origin"); status != http.StatusNotFound {
		t.Errorf("without a calendar: %d", status)
	}
}
