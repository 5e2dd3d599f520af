package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"steadfast/bot/chat"
)

// An advice is an error in whole sentences, which tell the owner what to do.
type advice string

// Error returns the sentences.
func (a advice) Error() string { return string(a) }

// Advice that ends Run.
const (
	errToken   advice = "Telegram does not accept the bot token: ask @BotFather for a new one and put it in [telegram] token_file."
	errNoToken advice = "The Telegram bot token is empty: put the one from @BotFather in [telegram] token_file."
)

// A failure is a call that did not succeed: either Telegram said no (status),
// or there is no answer of Telegram (err).
type failure struct {
	method      string
	status      int    // Telegram's error code
	description string // Telegram's, not yet cleaned
	after       time.Duration
	migrateTo   int64
	err         error
	sent        bool // with err: Telegram may have got the request
}

// Error tells the method and the cause, without any content.
func (f *failure) Error() string {
	if f.err != nil {
		return fmt.Sprintf("telegram %s: %v", f.method, f.err)
	}
	return fmt.Sprintf("telegram %s: %d %s", f.method, f.status, f.cleaned())
}

// Unwrap returns the error of the network, if it was that.
func (f *failure) Unwrap() error { return f.err }

// cleaned returns the description up to the first quotation, since what
// Telegram quotes may be what a person wrote.
func (f *failure) cleaned() string {
	d, _, quoted := strings.Cut(f.description, `"`)
	if len(d) > 160 {
		d, quoted = d[:160], true
	}
	if quoted {
		d += "…"
	}
	return strings.ToValidUTF8(d, "")
}

// rejected reports whether Telegram does not know the token.
func (f *failure) rejected() bool {
	return f.err == nil && (f.status == http.StatusUnauthorized || f.status == http.StatusNotFound)
}

// failed returns err as the failure it is.
func failed(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	return &failure{method: "call", err: err}
}

// notModified reports an edit of a message into what it already is.
func notModified(f *failure) bool {
	return f.status == http.StatusBadRequest && has(f.description, "message is not modified")
}

// classify decides what a failed send means. It is the only place that does.
func classify(f *failure, platform chat.Platform) *chat.SendError {
	e := &chat.SendError{Class: chat.Refused, Err: f}
	switch {
	case f.err != nil && f.sent:
		e.Class = chat.Unknown
	case f.err != nil:
		e.Class = chat.Again
	case f.status == http.StatusTooManyRequests:
		e.Class, e.After = chat.Throttled, max(f.after, time.Second)
	case f.migrateTo != 0:
		e.Class, e.Moved = chat.Again, chat.Place{Platform: platform, ID: strconv.FormatInt(f.migrateTo, 10)}
	case f.rejected(), f.status >= 500:
		e.Class, e.After = chat.Again, f.after
	case f.status == http.StatusForbidden, unreachable(f.description):
		e.Class = chat.Gone
	case uneditable(f.description):
		e.Err = fmt.Errorf("%w: %w", f, chat.ErrNoMessage)
	}
	return e
}

// unreachable reports the descriptions, all of status 400, that say that
// nobody can be written to there.
func unreachable(description string) bool {
	return has(description,
		"chat not found", "user not found", "PEER_ID_INVALID", "group chat was deactivated", "the group has been deactivated",
		"need administrator rights", "have no rights to send", "not enough rights to send",
		"CHAT_WRITE_FORBIDDEN", "CHAT_RESTRICTED", "USER_IS_BLOCKED", "INPUT_USER_DEACTIVATED", "bot was kicked",
		"bot is not a member", "CHANNEL_PRIVATE")
}

// uneditable reports the descriptions that say that there is no message to
// edit, or none that may still be edited.
func uneditable(description string) bool {
	return has(description,
		"message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID", "no text in the message to edit")
}

func has(description string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(description, part) {
			return true
		}
	}
	return false
}

// sendError is [classify] with a log line where a person must act.
func (a *Adapter) sendError(ctx context.Context, err error) *chat.SendError {
	f := failed(err)
	if f.rejected() {
		a.log.ErrorContext(ctx, errToken.Error(), "method", f.method, "status", f.status)
	}
	return classify(f, Name)
}
