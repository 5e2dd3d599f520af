package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot/chat"
)

const (
	secret           = "BOT.SECRET"
	interactionToken = "aW50ZXJhY3Rpb246SECRET"
)

// discord is what stands at the other end of the calls of a test.
type discord func(*http.Request) (*http.Response, error)

// RoundTrip reads the request to its end, as a network does.
func (d discord) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		data, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(strings.NewReader(string(data)))
	}
	return d(req)
}

// answerWith makes an answer; headers are pairs of a name and a value.
func answerWith(status int, body string, headers ...string) (*http.Response, error) {
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// calling runs f in a bubble with a caller of d.
func calling(t *testing.T, d discord, o Options, f func(*testing.T, *caller)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o.Transport, o.Token = d, func() string { return secret }
		c, err := newCaller(o)
		if err != nil {
			t.Fatal(err)
		}
		f(t, c)
	})
}

// newMessage is a request for a message in a channel.
func newMessage(channel string) request {
	path := "/channels/" + channel + "/messages"
	return request{method: "POST", path: path, route: "POST " + path, body: map[string]string{"content": "words"}}
}

func callback() request {
	return request{method: "POST", path: "/interactions/1/" + interactionToken + "/callback", route: "POST /interactions", body: struct{}{}, free: true}
}

func TestCall(t *testing.T) {
	var seen []string
	d := func(req *http.Request) (*http.Response, error) {
		var body []byte
		if req.Body != nil {
			body, _ = io.ReadAll(req.Body)
		}
		seen = append(seen, fmt.Sprintf("%s %s %q %q %q %s", req.Method, req.URL, req.Header["Authorization"], req.Header["Content-Type"], req.Header["User-Agent"], body))
		return answerWith(200, `{"id":"5"}`)
	}
	calling(t, d, Options{APIURL: "http://discord.test/api/v10/"}, func(t *testing.T, c *caller) {
		got, err := call[struct{ ID string }](t.Context(), c, newMessage("1"))
		if err != nil || got.ID != "5" {
			t.Errorf("%+v %v", got, err)
		}
		r := callback()
		r.query = url.Values{"with_response": {"true"}}
		if _, err := call[struct{}](t.Context(), c, r); err != nil {
			t.Error(err)
		}
		if _, err := call[json.RawMessage](t.Context(), c, request{method: "GET", path: "/gateway"}); err != nil {
			t.Error(err)
		}
	})
	want := []string{
		`POST http://discord.test/api/v9/channels/1/messages ["Bot BOT.SECRET"] ["application/json"] ["DiscordBot (steadfast, 1)"] {"content":"words"}`,
		`POST http://discord.test/api/v9/interactions/1/` + interactionToken + `/callback?with_response=true [] ["application/json"] ["DiscordBot (steadfast, 1)"] {}`,
		`GET http://discord.test/api/v9/gateway ["Bot BOT.SECRET"] [] ["DiscordBot (steadfast, 1)"] `,
	}
	if got := strings.Join(seen, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestAPIBase(t *testing.T) {
	for in, want := range map[string]string{
		"": "https://discord.com/api/v9", "http://127.0.0.1:1": "http://127.0.0.1:1/api/v9", "http://h/": "http://h/api/v9", "http://h/api": "http://h/api/v9",
		"http://h/api/v10": "http://h/api/v9", "http://h/api/v10/": "http://h/api/v9", "https://h/proxy/api/": "https://h/proxy/api/v9",
	} {
		if got, err := apiBase(in); err != nil || got != want {
			t.Errorf("apiBase(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"discord.com", "ftp://h", "http://", "http://user:pw@h", "://"} {
		if got, err := apiBase(in); err == nil || strings.Contains(err.Error(), "pw") {
			t.Errorf("apiBase(%q) = %q, %v", in, got, err)
		}
	}
}

// failures are what can go wrong with a call, and what that means for a new
// message.
func failures() map[string]struct {
	do    discord
	class chat.Class
	code  int
} {
	answer := func(status int, body string, headers ...string) discord {
		return func(*http.Request) (*http.Response, error) { return answerWith(status, body, headers...) }
	}
	quoting := func(req *http.Request) string {
		return req.URL.String() + " " + req.Header.Get("Authorization") + " words"
	}
	return map[string]struct {
		do    discord
		class chat.Class
		code  int
	}{
		"closed":     {answer(403, `{"message":"Cannot send messages to this user","code":50007}`), chat.Gone, 50007},
		"form":       {answer(400, `{"message":"words","code":50035,"errors":{"content":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"words"}]}}}`), chat.Refused, 50035},
		"token":      {answer(401, `{"message":"401: Unauthorized","code":0}`), chat.Again, 0},
		"page":       {answer(502, "<html>words</html>"), chat.Again, 0},
		"blocked":    {answer(403, "<html>words</html>"), chat.Again, 0},
		"redirected": {answer(302, "", "Location", "http://words/"), chat.Again, 0},
		"mutilated":  {answer(200, `{"id":"words`), chat.Unknown, 0},
		"too many":   {answer(429, "<html>words</html>"), chat.Throttled, 0},
		"quoted":     {func(req *http.Request) (*http.Response, error) { return answerWith(502, quoting(req)) }, chat.Again, 0},
		"lost":       {func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, chat.Unknown, 0},
		"lost inside": {func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader(`{"`), broken{}))}, nil
		}, chat.Unknown, 0},
		"too late": {func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		}, chat.Unknown, 0},
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestCallFailures(t *testing.T) {
	for name, tt := range failures() {
		t.Run(name, func(t *testing.T) {
			calling(t, tt.do, Options{}, func(t *testing.T, c *caller) {
				for _, r := range []request{newMessage("1"), {method: "POST", path: "/webhooks/1/" + interactionToken, body: "words", free: true}} {
					_, err := call[struct{ ID string }](t.Context(), c, r)
					f, ok := errors.AsType[*failure](err)
					if !ok {
						t.Fatalf("%T %v", err, err)
					}
					if e := classify(f, false); e.Class != tt.class || f.code != tt.code {
						t.Errorf("%v", e)
					}
					for _, hidden := range []string{secret, interactionToken, "words", "discord.com"} {
						if strings.Contains(fmt.Sprintf("%v %+v %q", err, err, classify(f, false)), hidden) {
							t.Errorf("the error tells %s: %v", hidden, err)
						}
					}
				}
			})
		})
	}
}

func TestFailureTellsWhere(t *testing.T) {
	d := func(*http.Request) (*http.Response, error) {
		return answerWith(400, `{"message":"Invalid Form Body","code":50035,"errors":{"components":{"0":{"components":{"1":{"label":`+
			`{"_errors":[{"code":"BASE_TYPE_BAD_LENGTH","message":"words"}]},"what she wrote":{"_errors":[{"code":"X"}]}}}}}}}`)
	}
	calling(t, d, Options{}, func(t *testing.T, c *caller) {
		_, err := call[struct{}](t.Context(), c, newMessage("1"))
		if want := "discord POST /channels/…/messages: 400 50035 components 0 components 1 label BASE_TYPE_BAD_LENGTH"; err == nil || err.Error() != want {
			t.Error(err)
		}
	})
}

// TestCallRefusedConnection sees that a message of which nothing was read was
// surely not shown.
func TestCallRefusedConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := newCaller(Options{Token: func() string { return secret }, Transport: unread{}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = call[struct{}](t.Context(), c, newMessage("1"))
		if e := classify(failed(err), false); e.Class != chat.Again || failed(err).sent {
			t.Error(e)
		}
	})
}

type unread struct{}

func (unread) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection refused")
}

func TestCallTimesOut(t *testing.T) {
	d := func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	calling(t, d, Options{}, func(t *testing.T, c *caller) {
		began := time.Now()
		if _, err := call[struct{}](t.Context(), c, newMessage("1")); err == nil || time.Since(began) != callTimeout {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began = time.Now()
		if _, err := call[struct{}](ctx, c, newMessage("1")); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}
