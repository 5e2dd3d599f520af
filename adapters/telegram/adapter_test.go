package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/adapters/telegram/telegramtest"
	"steadfast/bot/chat"
)

// bubble runs f in a bubble with a server on which Mia (11) and Ben (12) chat
// with the bot.
func bubble(t *testing.T, f func(t *testing.T, s *telegramtest.Server)) {
	synctest.Test(t, func(t *testing.T) {
		s := telegramtest.New()
		s.Join(telegramtest.Person{ID: 11, FirstName: "Mia"})
		s.Join(telegramtest.Person{ID: 12, FirstName: "Ben"})
		f(t, s)
	})
}

// A journal is a handler that keeps events, as the store does: an event that
// was seen is not counted again.
type journal struct {
	mu     sync.Mutex
	events []chat.Event
	twice  int
	fail   func(chat.Event) error
	says   chat.Answer
}

func (j *journal) handle(_ context.Context, e chat.Event) (chat.Answer, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.fail != nil {
		if err := j.fail(e); err != nil {
			return chat.Answer{}, err
		}
	}
	if slices.ContainsFunc(j.events, func(o chat.Event) bool { return o.ID == e.ID }) {
		j.twice++
		return j.says, nil
	}
	j.events = append(j.events, e)
	return j.says, nil
}

func (j *journal) texts() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []string
	for _, e := range j.events {
		switch w := e.What.(type) {
		case chat.Said:
			out = append(out, w.Text)
		default:
			out = append(out, fmt.Sprintf("%T", w))
		}
	}
	return out
}

// run starts a.Run and returns its end.
func run(t *testing.T, a *Adapter, h chat.Handler) (stop context.CancelFunc, done <-chan error) {
	ctx, cancel := context.WithCancel(t.Context())
	end := make(chan error, 1)
	go func() { end <- a.Run(ctx, h) }()
	t.Cleanup(cancel)
	return cancel, end
}

func say(to int64, text string) chat.Message {
	return chat.Message{To: place(to), Text: chat.Say(text)}
}

func TestNewChecksOptions(t *testing.T) {
	token := func() string { return "1:x" }
	for _, o := range []Options{
		{},
		{Token: token, APIURL: "api.telegram.org"},
		{Token: token, APIURL: "ftp://x"},
		{Token: token, APIURL: "https://x/?a=b"},
		{Token: token, Webhook: &WebhookOptions{URL: "bot", Secret: "0123456789abcdef"}},
		{Token: token, Webhook: &WebhookOptions{URL: "https://bot", Secret: "short"}},
		{Token: token, Webhook: &WebhookOptions{URL: "https://bot", Secret: "0123456789abcde!"}},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("New(%+v) succeeded", o)
		}
	}
	a, err := New(Options{Token: token, APIURL: "http://localhost:8081/", Pace: &Pace{}})
	if err != nil {
		t.Fatal(err)
	}
	if c := a.Capabilities(); c.PerSecond != 0 || c.PlaceBurst != 1 || c.TextUnits != 4096 {
		t.Errorf("%+v", c)
	}
	if !a.LastHeard().IsZero() {
		t.Error("polled before Run")
	}
}

// TestCrash is killed at every third event. Nothing is lost, although
// every batch is handled in part only.
func TestCrash(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		var j journal
		crash := errors.New("crash")
		left := 0
		j.fail = func(chat.Event) error {
			if left--; left < 0 {
				return crash
			}
			return nil
		}
		var want []string
		for i := range 150 {
			s.Say(11+int64(i%2), 11+int64(i%2), strconv.Itoa(i))
			want = append(want, strconv.Itoa(i))
			if i%50 == 25 {
				s.Raw(`"message":{"message_id":"poison"}`)
				want = append(want, "chat.Unreadable")
			}
		}
		runs := 0
		for s.Waiting() > 0 {
			runs++
			left = 2 + 3*runs // a batch has to fit some day
			stop, done := run(t, newAdapter(t, s, Options{}), j.handle)
			synctest.Wait()
			stop()
			if err := <-done; err != nil && !errors.Is(err, crash) {
				t.Fatal(err)
			}
		}
		got := j.texts()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("got %d events, want %d", len(got), len(want))
		}
		if runs < 10 || j.twice == 0 {
			t.Errorf("%d runs, %d events came twice: the test tests nothing", runs, j.twice)
		}
	})
}

// TestUnreadableWithoutID waits, since such an update can only be confirmed by
// a later one.
func TestUnreadableWithoutID(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		s.Fail("getUpdates", telegramtest.Fault{Times: 3, Status: 200, Body: `{"ok":true,"result":[{"message":{}}]}`})
		var j journal
		run(t, newAdapter(t, s, Options{}), j.handle)
		time.Sleep(time.Minute)
		s.Say(11, 11, "next")
		synctest.Wait()
		if got := j.texts(); !slices.Equal(got, []string{"chat.Unreadable", "next"}) || j.twice != 2 {
			t.Errorf("%q, %d twice", got, j.twice)
		}
	})
}

// TestTrouble puts every passing trouble in the poller's way.
func TestTrouble(t *testing.T) {
	for name, fault := range map[string]telegramtest.Fault{
		"refused":  {Refuse: true},
		"lost":     {Lose: true},
		"502":      {Status: 502, Body: "<html>bad gateway</html>"},
		"portal":   {Status: 200, Body: "<html>please log in</html>"},
		"proxy":    {Status: 403, Body: "<html>forbidden</html>"},
		"error":    {Status: 500, Description: "Internal Server Error"},
		"conflict": {Status: 409, Description: "Conflict: terminated by other getUpdates request"},
		"hanging":  {Delay: time.Hour},
		"throttle": {Status: 429, Description: "Too Many Requests", RetryAfter: 40},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s *telegramtest.Server) {
				var log bytes.Buffer
				var j journal
				s.Say(11, 11, "hello")
				fault.Times = 3
				s.Fail("getUpdates", fault)
				a := newAdapter(t, s, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
				stop, done := run(t, a, j.handle)
				if name == "throttle" {
					time.Sleep(119 * time.Second)
					if n := s.Calls("getUpdates"); n != 3 {
						t.Errorf("%d calls within two minutes, told to wait 40 s after each", n)
					}
				}
				time.Sleep(5 * time.Minute)
				if got := j.texts(); !slices.Equal(got, []string{"hello"}) {
					t.Errorf("got %q", got)
				}
				if !strings.Contains(log.String(), "WARN") {
					t.Error("nothing was logged")
				}
				if time.Since(a.LastHeard()) > time.Minute {
					t.Error("the last poll is not noted")
				}
				stop()
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestOutageIsPatient(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		s.Fail("*", telegramtest.Fault{Times: 1 << 30, Refuse: true})
		var j journal
		run(t, newAdapter(t, s, Options{}), j.handle)
		time.Sleep(time.Hour)
		s.Mend()
		s.Say(11, 11, "hello")
		time.Sleep(30 * time.Second)
		if got := j.texts(); !slices.Equal(got, []string{"hello"}) {
			t.Errorf("half a minute after the outage: %q", got)
		}
	})
}

func TestRevokedToken(t *testing.T) {
	for _, method := range []string{"getMe", "getUpdates"} {
		for _, status := range []int{401, 404} {
			bubble(t, func(t *testing.T, s *telegramtest.Server) {
				s.Fail(method, telegramtest.Fault{Times: 9, Status: status, Description: "Unauthorized"})
				_, done := run(t, newAdapter(t, s, Options{}), new(journal).handle)
				if err := <-done; err == nil || !strings.Contains(err.Error(), "@BotFather") {
					t.Errorf("%s %d: %v", method, status, err)
				}
			})
		}
	}
}

func TestPollingRemovesWebhook(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		s.SetWebhook("https://old.example.org")
		s.Say(11, 11, "hello")
		var j journal
		run(t, newAdapter(t, s, Options{}), j.handle)
		synctest.Wait()
		if got := j.texts(); !slices.Equal(got, []string{"hello"}) {
			t.Errorf("got %q", got)
		}
	})
}

func TestAnswerToPress(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		a := newAdapter(t, s, Options{})
		broken := errors.New("disk full")
		j := journal{says: chat.Answer{Toast: strings.Repeat("ä", 300), Alert: true}, fail: func(chat.Event) error { return broken }}
		if _, err := a.Send(t.Context(), chat.Message{To: place(11), Text: chat.Say("?"), Choices: []chat.Choice{{Label: "Yes", Token: "1.a.0"}}}); err != nil {
			t.Fatal(err)
		}
		_, done := run(t, a, j.handle)
		if err := s.Press(11, 11, "Yes"); err != nil {
			t.Fatal(err)
		}
		if err := <-done; !errors.Is(err, broken) || len(s.Toasts()) != 0 {
			t.Fatalf("answered %v before the commit: %v", s.Toasts(), err)
		}
		j.fail = nil
		stop, done := run(t, a, j.handle)
		synctest.Wait()
		want := telegramtest.Toast{To: 11, Text: strings.Repeat("ä", 199) + "…", Alert: true}
		if got := s.Toasts(); len(got) != 1 || got[0] != want {
			t.Errorf("toasts %+v", got)
		}
		// An answer that hangs holds up neither events nor the end of Run.
		s.Fail("answerCallbackQuery", telegramtest.Fault{Delay: time.Hour})
		s.Press(11, 11, "Yes")
		s.Say(11, 11, "go on")
		synctest.Wait()
		if got := j.texts(); got[len(got)-1] != "go on" {
			t.Errorf("got %q", got)
		}
		asked := time.Now()
		stop()
		if err := <-done; err != nil || time.Since(asked) > 3*time.Second {
			t.Errorf("%v after %v", err, time.Since(asked))
		}
	})
}

func TestSendClasses(t *testing.T) {
	for _, tt := range []struct {
		fault telegramtest.Fault
		class chat.Class
		shown int
	}{
		{telegramtest.Fault{Refuse: true}, chat.Again, 0},
		{telegramtest.Fault{Lose: true}, chat.Unknown, 1},
		{telegramtest.Fault{Delay: time.Hour}, chat.Unknown, 0},
		{telegramtest.Fault{Status: 200, Body: `{"ok":tr`}, chat.Unknown, 0},
		{telegramtest.Fault{Status: 500, Description: "Internal Server Error"}, chat.Again, 0},
		{telegramtest.Fault{Status: 403, Body: "<html>the proxy says no</html>"}, chat.Again, 0},
		{telegramtest.Fault{Status: 404, Body: `{"path":"/elsewhere"}`}, chat.Again, 0},
		{telegramtest.Fault{Status: 401, Description: "Unauthorized"}, chat.Again, 0},
		{telegramtest.Fault{Status: 429, RetryAfter: 3}, chat.Throttled, 0},
		{telegramtest.Fault{Status: 429, Body: "slow down"}, chat.Throttled, 0},
	} {
		bubble(t, func(t *testing.T, s *telegramtest.Server) {
			s.Fail("sendMessage", tt.fault)
			_, err := newAdapter(t, s, Options{}).Send(t.Context(), say(11, "he hit her"))
			e, ok := errors.AsType[*chat.SendError](err)
			if !ok || e.Class != tt.class || len(s.Shown(11)) != tt.shown {
				t.Errorf("%+v: got %v, shown %d", tt.fault, err, len(s.Shown(11)))
			}
			if strings.Contains(err.Error(), "hit her") {
				t.Errorf("the error holds the message: %v", err)
			}
		})
	}
}

func TestSendToWrongPlace(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		a := newAdapter(t, s, Options{})
		s.Found(-5, "group", "Staff", "member")
		s.Migrate(11, -5, -1005)
		_, err := a.Send(t.Context(), say(-5, "x"))
		if e, _ := errors.AsType[*chat.SendError](err); e == nil || e.Class != chat.Again || e.Moved != place(-1005) {
			t.Errorf("moved: %v", err)
		}
		for _, m := range []chat.Message{
			{To: chat.Place{Platform: "discord", ID: "5"}, Text: chat.Say("x")},
			{To: chat.Place{Platform: Name, ID: "@channel"}, Text: chat.Say("x")},
			{To: place(11), Replaces: "x", Text: chat.Say("x")},
			{To: place(11)},
		} {
			_, err := a.Send(t.Context(), m)
			if e, _ := errors.AsType[*chat.SendError](err); e == nil || e.Class != chat.Refused {
				t.Errorf("%v: %v", m.To, err)
			}
		}
		if _, err := a.Send(t.Context(), say(99, "x")); err == nil || !strings.Contains(err.Error(), "chat not found") {
			t.Errorf("nobody: %v", err)
		}
	})
}

func TestMoved(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		s.Found(-5, "group", "Staff", "member")
		s.Migrate(11, -5, -1005)
		var j journal
		run(t, newAdapter(t, s, Options{}), j.handle)
		synctest.Wait()
		if len(j.events) != 1 || j.events[0].In != place(-5) || j.events[0].What != (chat.Moved{To: place(-1005)}) {
			t.Errorf("%+v", j.events)
		}
	})
}

func TestMenu(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		a := newAdapter(t, s, Options{})
		items := []chat.Item{{Name: "checkin", Description: strings.Repeat("ü", 300)}}
		for _, m := range []chat.Message{
			{Menu: &chat.Menu{Language: "pt-BR", Items: items}},
			{To: place(11), Menu: &chat.Menu{Items: items}},
		} {
			if r, err := a.Send(t.Context(), m); r != "" || err != nil {
				t.Fatal(r, err)
			}
		}
		if len(s.Menu(0, "pt")) != 1 || len(s.Menu(11, "")) != 1 {
			t.Errorf("%v %v", s.Menu(0, "pt"), s.Menu(11, ""))
		}
		if _, err := a.Send(t.Context(), chat.Message{To: place(11), Menu: &chat.Menu{}}); err != nil || len(s.Menu(11, "")) != 0 {
			t.Errorf("%v %v", err, s.Menu(11, ""))
		}
		_, err := a.Send(t.Context(), chat.Message{To: place(99), Menu: &chat.Menu{Items: items}})
		if e, _ := errors.AsType[*chat.SendError](err); e == nil || e.Class != chat.Gone {
			t.Errorf("nobody: %v", err)
		}
		s.Fail("setMyCommands", telegramtest.Fault{Status: 429, RetryAfter: 8})
		_, err = a.Send(t.Context(), chat.Message{Menu: &chat.Menu{Items: items}})
		if e, _ := errors.AsType[*chat.SendError](err); e == nil || e.Class != chat.Throttled || e.After != 8*time.Second {
			t.Errorf("throttled: %v", err)
		}
	})
}

// TestStartLink sends a link before the bot can know its name, and after.
func TestStartLink(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		a := newAdapter(t, s, Options{})
		s.Fail("getMe", telegramtest.Fault{Refuse: true})
		m := chat.Message{To: place(11), Text: chat.Text{{Text: "A1", Style: chat.Start}}}
		for range 3 {
			if _, err := a.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			time.Sleep(40 * time.Second)
		}
		link := "https://t.me/" + telegramtest.Username + "?start=A1"
		for i, want := range []string{"/start A1", "/start A1", link} {
			if got := s.Shown(11)[i].Text; got != want {
				t.Errorf("message %d: %q, want %q", i, got, want)
			}
		}
		if n := s.Calls("getMe"); n != 1 {
			t.Errorf("getMe was answered %d times", n)
		}
	})
}

func TestCheck(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		a := newAdapter(t, s, Options{})
		if name, err := a.Identify(t.Context()); name != telegramtest.Username || err != nil {
			t.Fatal(name, err)
		}
		s.Found(-5, "group", "Old", "member")
		s.Migrate(11, -5, -1005)
		for i, tt := range []struct{ kind, status, advice string }{
			{"supergroup", "member", ""},
			{"supergroup", "administrator", ""},
			{"supergroup", "restricted", "let its members send"},
			{"supergroup", "left", "add it"},
			{"supergroup", "kicked", "add it"},
			{"channel", "administrator", ""},
			{"channel", "member", "right to post"},
		} {
			id := int64(-100 - i)
			s.Found(id, tt.kind, "Staff", tt.status)
			title, err := a.CheckPlace(t.Context(), place(id))
			if title != "Staff" || (err == nil) != (tt.advice == "") || (err != nil && !strings.Contains(err.Error(), tt.advice)) {
				t.Errorf("%s %s: %q %v", tt.kind, tt.status, title, err)
			}
		}
		if title, err := a.CheckPlace(t.Context(), place(11)); title != "Mia" || err != nil {
			t.Error(title, err)
		}
		for id, advice := range map[string]string{"99": "press Start", "x": "its number", "-5": "telegram:-1005"} {
			if _, err := a.CheckPlace(t.Context(), chat.Place{Platform: Name, ID: id}); err == nil || !strings.Contains(err.Error(), advice) {
				t.Errorf("%s: %v", id, err)
			}
		}
		for fault, advice := range map[telegramtest.Fault]string{
			{Refuse: true}: "cannot be reached",
			{Status: 401, Description: "Unauthorized"}:    "@BotFather",
			{Status: 502, Body: "<html>"}:                 "cannot be reached",
			{Status: 429, Description: "", RetryAfter: 5}: "try again in 5s",
		} {
			s.Fail("getMe", fault)
			if _, err := a.Identify(t.Context()); err == nil || !strings.Contains(err.Error(), advice) {
				t.Errorf("%+v: %v", fault, err)
			}
		}
	})
}

// TestTokenStaysHidden walks the ways on which a token can leak: errors of the
// network, pages that quote the path, redirects, and requests that cannot be
// built. Neither an error nor the log may hold it.
func TestTokenStaysHidden(t *testing.T) {
	page := "<html>502 for /bot" + telegramtest.Token + "/x</html>"
	object := `{"ok":false,"error_code":400,"description":"Bad Request: no /bot` + telegramtest.Token + `/x"}`
	for name, rt := range map[string]http.RoundTripper{
		"page":         answers(502, page, ""),
		"page as 200":  answers(200, page, ""),
		"page as 404":  answers(404, page, ""),
		"description":  answers(400, object, ""),
		"broken JSON":  answers(200, `{"ok":true,"result":"/bot`+telegramtest.Token, ""),
		"wrong result": answers(200, `{"ok":true,"result":["`+telegramtest.Token+`"]}`, ""),
		"redirect":     answers(302, "", "https://elsewhere.example/bot"+telegramtest.Token+"/x"),
		"transport": roundTrip(func(r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("cannot reach %s", r.URL)
		}),
		"broken off": roundTrip(func(r *http.Request) (*http.Response, error) {
			io.Copy(io.Discard, r.Body)
			return nil, fmt.Errorf("read %s: %w", r.URL, io.ErrUnexpectedEOF)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				a := newAdapter(t, nil, Options{
					Transport: rt, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
				})
				var errs []error
				_, err := a.Send(t.Context(), say(11, "x"))
				errs = append(errs, err)
				_, err = a.Send(t.Context(), chat.Message{To: place(11), Replaces: "5", Text: chat.Say("x")})
				errs = append(errs, err)
				_, err = a.Send(t.Context(), chat.Message{Menu: &chat.Menu{Items: []chat.Item{{Name: "a", Description: "b"}}}})
				errs = append(errs, err)
				_, err = a.Identify(t.Context())
				errs = append(errs, err)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				errs = append(errs, a.Run(ctx, new(journal).handle))
				for i, err := range errs {
					if err == nil && i != 4 {
						t.Errorf("call %d succeeded", i)
					}
					if err != nil && strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), telegramtest.Token) {
						t.Errorf("call %d: %v", i, err)
					}
				}
				if strings.Contains(log.String(), telegramtest.Token) {
					t.Errorf("the log holds the token: %s", log.String())
				}
			})
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answers returns a transport that always answers the same.
func answers(status int, body, location string) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if !strings.Contains(r.URL.Path, telegramtest.Token) {
			return nil, errors.New("the token is not in the request")
		}
		if r.Body != nil {
			io.Copy(io.Discard, r.Body)
		}
		h := http.Header{}
		if location != "" {
			h.Set("Location", location)
		}
		return &http.Response{StatusCode: status, Header: h, Request: r, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
}

// TestTokenIsExchanged checks that a new token counts from the next request on.
func TestTokenIsExchanged(t *testing.T) {
	bubble(t, func(t *testing.T, s *telegramtest.Server) {
		token := "1:old"
		a, err := New(Options{Token: func() string { return token }, Transport: s.Transport()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Send(t.Context(), say(11, "x")); err == nil {
			t.Error("an old token was accepted")
		}
		token = telegramtest.Token
		if _, err := a.Send(t.Context(), say(11, "x")); err != nil {
			t.Error(err)
		}
	})
}
