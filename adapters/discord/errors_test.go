package discord

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"steadfast/bot/chat"
)

// A meaning is what a failure means for a new message and for an edit.
type meaning struct {
	f         *failure
	new, edit chat.Class
}

func no(status, code int) *failure { return &failure{call: "POST /x", status: status, code: code} }

func meanings() []meaning {
	return []meaning{
		{no(403, 50007), chat.Gone, chat.Gone},
		{no(403, 50278), chat.Gone, chat.Gone},
		{no(404, 10003), chat.Gone, chat.Gone},
		{no(404, 10004), chat.Gone, chat.Gone},
		{no(400, 10013), chat.Gone, chat.Gone},
		{no(403, 50001), chat.Gone, chat.Gone},
		{no(403, 50013), chat.Gone, chat.Gone},
		{no(400, 50008), chat.Gone, chat.Gone},
		{no(403, 160005), chat.Gone, chat.Gone},
		{no(403, 50009), chat.Gone, chat.Gone},
		{no(404, 10008), chat.Refused, chat.Refused},
		{no(400, 50035), chat.Refused, chat.Refused},
		{no(400, 50006), chat.Refused, chat.Refused},
		{no(400, 200000), chat.Refused, chat.Refused},
		{no(404, 0), chat.Refused, chat.Refused},
		{no(403, 0), chat.Refused, chat.Refused},
		{no(413, 40005), chat.Refused, chat.Refused},
		{no(404, 10062), chat.Refused, chat.Refused},
		{no(404, 10015), chat.Refused, chat.Refused},
		{no(401, 50027), chat.Refused, chat.Refused},
		{no(400, 40060), chat.Refused, chat.Refused},
		{no(401, 0), chat.Again, chat.Again},
		{no(403, 40333), chat.Again, chat.Again},
		{no(500, 0), chat.Again, chat.Again},
		{no(503, 130000), chat.Again, chat.Again},
		{no(429, 0), chat.Throttled, chat.Throttled},
		{no(429, 20028), chat.Throttled, chat.Throttled},
		{no(403, 20016), chat.Throttled, chat.Throttled},
		{no(400, 40003), chat.Throttled, chat.Throttled},
		{&failure{status: 429, err: errForeign}, chat.Throttled, chat.Throttled},
		{&failure{status: 429, err: errWait}, chat.Throttled, chat.Throttled},
		{&failure{status: 403, err: errForeign}, chat.Again, chat.Again},
		{&failure{err: errors.New("dial tcp: connection refused")}, chat.Again, chat.Again},
		{&failure{err: context.DeadlineExceeded}, chat.Again, chat.Again},
		{&failure{err: io.ErrUnexpectedEOF, sent: true}, chat.Unknown, chat.Again},
		{&failure{err: errForeign, sent: true}, chat.Unknown, chat.Again},
	}
}

func TestClassify(t *testing.T) {
	for _, tt := range meanings() {
		if e := classify(tt.f, false); e.Class != tt.new || errors.Is(e, chat.ErrNoMessage) {
			t.Errorf("%v: got %v, want %s", tt.f, e, tt.new)
		}
		e := classify(tt.f, true)
		if e.Class != tt.edit || errors.Is(e, chat.ErrNoMessage) != (tt.f.code == 10008) {
			t.Errorf("%v, editing: got %v, want %s", tt.f, e, tt.edit)
		}
	}
	if e := classify(no(403, 50005), true); e.Class != chat.Refused || !errors.Is(e, chat.ErrNoMessage) {
		t.Errorf("somebody else's: %v", e)
	}
	wait := no(429, 0)
	if e := classify(wait, false); e.After != time.Second {
		t.Errorf("unknown pause: %v", e)
	}
	wait.after = 300 * time.Millisecond
	if e := classify(wait, false); e.After != wait.after {
		t.Errorf("short pause: %v", e)
	}
}

func TestExpired(t *testing.T) {
	for _, code := range []int{10015, 10062, 40060, 50027} {
		if !errExpired(failed(&failure{code: code})) {
			t.Error(code)
		}
	}
	if errExpired(failed(nil)) || errExpired(failed(io.EOF)) || errExpired(&failure{code: 50007}) {
		t.Error("nothing that expired")
	}
}

func TestDescribe(t *testing.T) {
	for path, want := range map[string]string{
		"/channels/1/messages/2":                "POST /channels/…/messages/…",
		"/interactions/1/aW50ZXI/callback":      "POST /interactions/…/…/callback",
		"/webhooks/1/secret/messages/@original": "POST /webhooks/…/…/messages/@original",
		"/users/@me/channels":                   "POST /users/@me/channels",
	} {
		if got := describe("POST", path); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
}
