package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/adapters/telegram/telegramtest"
	"steadfast/bot/chat"
)

const secret = "0123456789-abcdef"

func hooked(t *testing.T, s *telegramtest.Server) *Adapter {
	return newAdapter(t, s, Options{Webhook: &WebhookOptions{URL: "https://bot.example.org/tg", Secret: secret}})
}

func knock(a *Adapter, method, with, body string) int {
	r := httptest.NewRequest(method, "/tg", strings.NewReader(body))
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", with)
	w := httptest.NewRecorder()
	a.Webhook().ServeHTTP(w, r)
	return w.Code
}

func TestWebhook(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		a := hooked(t, s)
		said := `{"update_id":1,"message":{` + when + `,` + mia + `,` + miaAlone + `,"text":"hi"}}`
		if code := knock(a, "POST", secret, said); code != 503 {
			t.Errorf("before Run: %d", code)
		}
		s.Fail("setWebhook", telegramtest.Fault{Times: 3, Refuse: true})
		var j journal
		stop, done := run(t, a, j.handle)
		time.Sleep(time.Minute)
		for _, tt := range []struct {
			name, method, secret, body string
			code, events               int
		}{
			{"wrong secret", "POST", secret + "x", said, 401, 0},
			{"no secret", "POST", "", said, 401, 0},
			{"GET", "GET", secret, "", 405, 0},
			{"text", "POST", secret, said, 200, 1},
			{"of no interest", "POST", secret, `{"update_id":2,"poll":{}}`, 200, 1},
			{"unreadable", "POST", secret, `{"update_id":3,"message":[]}`, 200, 2},
			{"no JSON", "POST", secret, `<html>`, 200, 3},
			{"huge", "POST", secret, `{"update_id":4,"message":"` + strings.Repeat("x", 2<<20) + `"}`, 200, 4},
		} {
			if code := knock(a, tt.method, tt.secret, tt.body); code != tt.code || len(j.texts()) != tt.events {
				t.Errorf("%s: %d and %d events, want %d and %d", tt.name, code, len(j.texts()), tt.code, tt.events)
			}
		}
		s.Say(11, 11, "from the server")
		if code := s.Bring(a.Webhook()); code != 200 || s.Waiting() != 0 {
			t.Errorf("%d, %d waiting", code, s.Waiting())
		}
		s.SetWebhook("") // somebody else removes it
		time.Sleep(10 * time.Minute)
		s.Say(11, 11, "again")
		if code := s.Bring(a.Webhook()); code != 200 {
			t.Errorf("after the webhook was removed: %d", code)
		}
		if time.Since(a.LastHeard()) > 10*time.Minute {
			t.Error("the webhook is not looked after")
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if code := knock(a, "POST", secret, said); code != 503 {
			t.Errorf("after Run: %d", code)
		}
	})
}

func TestWebhookHandlerFails(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		full := errors.New("disk full")
		j := journal{fail: func(chat.Event) error { return full }}
		a := hooked(t, s)
		_, done := run(t, a, j.handle)
		synctest.Wait()
		s.Say(11, 11, "she did not come")
		if code := s.Bring(a.Webhook()); code != 503 || s.Waiting() != 1 {
			t.Errorf("%d, %d waiting", code, s.Waiting())
		}
		if err := <-done; !errors.Is(err, full) {
			t.Errorf("Run: %v", err)
		}
		j.fail = nil
		run(t, a, j.handle)
		synctest.Wait()
		if code := s.Bring(a.Webhook()); code != 200 || !slices.Equal(j.texts(), []string{"she did not come"}) {
			t.Errorf("%d, %q", code, j.texts())
		}
	})
}

// TestWebhookOrder brings many updates at once: in a place they are handled in
// the order of their arrival, between places they do not wait.
func TestWebhookOrder(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		var j journal
		a := hooked(t, s)
		stop, done := run(t, a, func(ctx context.Context, e chat.Event) (chat.Answer, error) {
			time.Sleep(time.Second)
			return j.handle(ctx, e)
		})
		synctest.Wait()
		var wg sync.WaitGroup
		began := time.Now()
		for i := range 20 {
			body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d},"chat":{"id":%[3]d,"type":"private"},"text":"%[1]d"}}`,
				100+i, i, 11+i%2)
			wg.Go(func() {
				if code := knock(a, "POST", secret, body); code != http.StatusOK {
					t.Errorf("update %d: %d", i, code)
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("two places with ten updates of a second each took %v", took)
		}
		for person := range 2 {
			var got []string
			for _, e := range j.events {
				if e.In == place(int64(11+person)) {
					got = append(got, e.ID)
				}
			}
			if len(got) != 10 || !slices.IsSorted(got) {
				t.Errorf("person %d: %q", person, got)
			}
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestWebhookRevokedToken(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		s.Fail("setWebhook", telegramtest.Fault{Status: 401, Description: "Unauthorized"})
		_, done := run(t, hooked(t, s), new(journal).handle)
		if err := <-done; err == nil || !strings.Contains(err.Error(), "@BotFather") {
			t.Error(err)
		}
	})
}
