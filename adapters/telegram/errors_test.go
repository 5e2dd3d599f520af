package telegram

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
)

func TestClassify(t *testing.T) {
	no := func(status int, description string) *failure {
		return &failure{method: "sendMessage", status: status, description: description}
	}
	for _, tt := range []struct {
		f     *failure
		class chat.Class
	}{
		{no(403, "Forbidden: bot was blocked by the user"), chat.Gone},
		{no(403, "Forbidden: user is deactivated"), chat.Gone},
		{no(403, "Forbidden: bot was kicked from the supergroup chat"), chat.Gone},
		{no(403, "Forbidden: bot can't initiate conversation with a user"), chat.Gone},
		{no(403, "Forbidden: bot is not a member of the channel chat"), chat.Gone},
		{no(400, "Bad Request: chat not found"), chat.Gone},
		{no(400, "Bad Request: need administrator rights in the channel chat"), chat.Gone},
		{no(400, "Bad Request: not enough rights to send text messages to the chat"), chat.Gone},
		{no(400, "Bad Request: group chat was deactivated"), chat.Gone},
		{no(400, "Bad Request: message text is empty"), chat.Refused},
		{no(400, "Bad Request: BUTTON_DATA_INVALID"), chat.Refused},
		{no(413, "Request Entity Too Large"), chat.Refused},
		{no(401, "Unauthorized"), chat.Again},
		{no(404, "Not Found"), chat.Again},
		{no(500, "Internal Server Error"), chat.Again},
		{no(502, "Bad Gateway"), chat.Again},
		{no(429, "Too Many Requests"), chat.Throttled},
		{&failure{err: errors.New("dial tcp: connection refused")}, chat.Again},
		{&failure{err: errForeign}, chat.Again},
		{&failure{err: io.ErrUnexpectedEOF, sent: true}, chat.Unknown},
	} {
		if e := classify(tt.f, Name); e.Class != tt.class || errors.Is(e, chat.ErrNoMessage) {
			t.Errorf("%v: got %v", tt.f, e)
		}
	}
	for _, description := range []string{
		"Bad Request: message to edit not found", "Bad Request: message can't be edited", "Bad Request: MESSAGE_ID_INVALID",
	} {
		if e := classify(no(400, description), Name); e.Class != chat.Refused || !errors.Is(e, chat.ErrNoMessage) {
			t.Errorf("%s: got %v", description, e)
		}
	}
	wait := no(429, "Too Many Requests: retry after 9")
	wait.after = 9 * time.Second
	if e := classify(wait, Name); e.After != 9*time.Second {
		t.Errorf("got %v", e)
	}
	moved := no(400, "Bad Request: group chat was upgraded to a supergroup chat")
	moved.migrateTo = -1005
	if e := classify(moved, Name); e.Class != chat.Again || e.Moved != place(-1005) {
		t.Errorf("got %v", e)
	}
}

func TestErrorQuotesNobody(t *testing.T) {
	f := &failure{method: "sendMessage", status: 400, description: `Bad Request: can't parse "he hit her": ` + strings.Repeat("x", 300)}
	if s := classify(f, Name).Error(); strings.Contains(s, "hit her") || len(s) > 250 {
		t.Error(s)
	}
}
