package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"steadfast/adapters/adaptertest"
	"steadfast/bot/chat"
)

func TestConformance(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) adaptertest.Harness {
		h := &harness{T: t}
		for i := range h.people {
			h.people[i] = make(chan string, 100)
			go h.typing(i)
		}
		t.Cleanup(func() {
			for _, texts := range h.people {
				close(texts)
			}
		})
		return h
	})
}

// A harness is ten people in front of the page, without a browser.
type harness struct {
	*testing.T
	people [10]chan string // what each is about to send

	mu      sync.Mutex
	adapter *Adapter
}

func (h *harness) Adapter() chat.Adapter {
	var seats []Seat
	for i := range h.people {
		key := strconv.Itoa(i)
		seats = append(seats, Seat{
			Key: key, Private: true, Place: h.Place(i), Person: chat.Sender{Account: chat.Account{ID: key}, Name: "Person " + key},
		})
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.adapter = New(Options{Seats: seats})
	return h.adapter
}

func (h *harness) now() *Adapter {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.adapter
}

func (h *harness) post(ctx context.Context, path string, body map[string]string) int {
	data, _ := json.Marshal(body)
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://localhost"+path, strings.NewReader(string(data)))
	r.Header.Set("Origin", "http://localhost")
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.now().Handler().ServeHTTP(w, r)
	return w.Code
}

// get returns what the page loads.
func (h *harness) get(path string) string {
	w := httptest.NewRecorder()
	h.now().Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
	return w.Body.String()
}

// typing sends what a person says, each text again until it was taken, as
// somebody does who taps "Send again".
func (h *harness) typing(person int) {
	n := 0
	for text := range h.people[person] {
		n++
		body := map[string]string{"seat": strconv.Itoa(person), "id": fmt.Sprintf("%d-%d", person, n), "text": text}
		for h.Context().Err() == nil && (h.now() == nil || h.post(h.Context(), "/say", body) != http.StatusOK) {
			time.Sleep(time.Second)
		}
	}
}

func (h *harness) Place(person int) chat.Place { return place(strconv.Itoa(person)) }

func (h *harness) Say(person int, text string) { h.people[person] <- text }

func (h *harness) Press(person int, label string) error {
	for _, m := range slices.Backward(h.bot(person)) {
		for _, c := range m.Choices {
			if c.Label != label {
				continue
			}
			body := map[string]string{"seat": strconv.Itoa(person), "ref": string(m.Ref), "token": c.Token}
			if code := h.post(h.Context(), "/press", body); code != http.StatusOK {
				return fmt.Errorf("the page answered %d", code)
			}
			return nil
		}
	}
	return fmt.Errorf("no button says %q", label)
}

func (h *harness) bot(person int) (messages []message) {
	b := h.now().board
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.rooms[h.Place(person)].messages {
		if m.From == "" {
			messages = append(messages, m)
		}
	}
	return messages
}

func (h *harness) Shown(person int) (shown []adaptertest.Shown) {
	for _, m := range h.bot(person) {
		s := adaptertest.Shown{Text: m.Text.Plain()}
		if m.File != "" {
			s.File = m.File + " " + h.get(fmt.Sprintf("/file/%d/%s", person, m.Ref))
		}
		for _, c := range m.Choices {
			s.Labels = append(s.Labels, c.Label)
		}
		shown = append(shown, s)
	}
	return shown
}

// Remove drops the newest message, as a full transcript drops its oldest.
func (h *harness) Remove(person int) {
	all := h.bot(person)
	b := h.now().board
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.rooms[h.Place(person)]
	r.messages = slices.DeleteFunc(r.messages, func(m message) bool { return m.Ref == all[len(all)-1].Ref })
}

// Block takes the person's chat off the page.
func (h *harness) Block(person int) { delete(h.now().board.rooms, h.Place(person)) }

func (h *harness) Throttle(time.Duration) { h.Skip("the page asks nobody to slow down") }

func (h *harness) Garbage() {
	h.Skip("what the page cannot read is refused at once, to the one who sent it")
}
