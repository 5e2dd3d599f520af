package discord

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// An advice is an error in whole sentences, which tell the owner what to do.
type advice string

// Error returns the sentences.
func (a advice) Error() string { return string(a) }

// errToken says what a refused token means.
const errToken advice = "Discord does not accept the bot token: reset it on the Bot page of your application in Discord's developer portal " +
	"and put the new one in [discord] token_file."

// errForeign says that somebody between us and Discord answered.
var errForeign = errors.New("the answer is not Discord's")

// errWait says that a request was held back, since Discord would refuse it.
var errWait = errors.New("held back until the limit is over")

// Codes of Discord that the library does not name.
const (
	codeNoServerInCommon   = 50278 // as 50007: the person cannot be written to
	codeInvalidWebhook     = 50027 // the token of an interaction is too old
	codeAcknowledged       = 40060 // an interaction was answered before
	codeUnknownInteraction = 10062
	codeLockedThread       = 160005
	codeNetwork            = 40333 // Discord's own network failed, with status 403
)

// A failure is a call that did not succeed: either Discord said no (status), or
// there is no answer of Discord (err).
type failure struct {
	call   string // method and path without ids and tokens
	status int
	code   int    // Discord's own, finer than status
	where  string // the fields of a form that was refused, and why
	after  time.Duration
	global bool // with status 429: no request but the free ones goes through
	err    error
	sent   bool // with err: Discord may have got the request
}

// Error tells the call and the cause, without ids, tokens or content.
func (f *failure) Error() string {
	switch {
	case f.err != nil && f.status != 0:
		return fmt.Sprintf("discord %s: %d: %v", f.call, f.status, f.err)
	case f.err != nil:
		return fmt.Sprintf("discord %s: %v", f.call, f.err)
	case f.tokenRefused():
		return errToken.Error()
	case f.where != "":
		return fmt.Sprintf("discord %s: %d %d %s", f.call, f.status, f.code, f.where)
	}
	return fmt.Sprintf("discord %s: %d %d", f.call, f.status, f.code)
}

// Unwrap returns the error of the network, if it was that.
func (f *failure) Unwrap() error { return f.err }

// tokenRefused reports whether Discord does not know the bot's token.
func (f *failure) tokenRefused() bool {
	return f.err == nil && f.status == http.StatusUnauthorized && f.code != codeInvalidWebhook
}

// failed returns err as the failure it is; that of no error is empty.
func failed(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	return &failure{call: "call", err: err}
}

// errExpired reports whether the interaction that was to be answered takes no
// (or no such) answer any more.
func errExpired(f *failure) bool {
	switch f.code {
	case codeUnknownInteraction, codeInvalidWebhook, codeAcknowledged, discordgo.ErrCodeUnknownWebhook:
		return true
	}
	return false
}

// classify decides what a failed send means; edit says that a message was to be
// changed. It is the only place that does.
func classify(f *failure, edit bool) *chat.SendError {
	e := &chat.SendError{Class: chat.Refused, Err: f}
	switch {
	case f.status == http.StatusTooManyRequests, tooFast(f.code):
		e.Class, e.After = chat.Throttled, f.after
		if e.After <= 0 {
			e.After = time.Second
		}
	case f.err != nil && f.sent && !edit: // an edit can be repeated, whether it arrived or not
		e.Class = chat.Unknown
	case f.err != nil, f.status >= 500, f.tokenRefused(), f.code == codeNetwork:
		e.Class, e.After = chat.Again, f.after
	case errExpired(f):
	case edit && uneditable(f.code):
		e.Err = fmt.Errorf("%w: %w", f, chat.ErrNoMessage)
	case f.status == http.StatusForbidden && f.code != 0, unreachable(f.code):
		e.Class = chat.Gone
	}
	return e
}

// tooFast reports the codes of limits that are not those of requests.
func tooFast(code int) bool {
	switch code {
	case 20016, // slow mode
		20022, 20028, 20029, // announcements, channel, server
		40003: // opening private channels
		return true
	}
	return false
}

// unreachable reports the codes that say that nobody can be written to there.
func unreachable(code int) bool {
	switch code {
	case discordgo.ErrCodeUnknownChannel, discordgo.ErrCodeUnknownGuild, discordgo.ErrCodeUnknownUser,
		discordgo.ErrCodeMissingAccess, discordgo.ErrCodeMissingPermissions,
		discordgo.ErrCodeCannotSendMessagesToThisUser, codeNoServerInCommon,
		discordgo.ErrCodeCannotSendMessagesInVoiceChannel, // and in all else that has no text
		codeLockedThread:
		return true
	}
	return false
}

// uneditable reports the codes that say that there is no message to edit.
func uneditable(code int) bool {
	return code == discordgo.ErrCodeUnknownMessage || code == discordgo.ErrCodeCannotEditFromAnotherUser
}

// describe returns what of a call may be told: its method, and of its path what
// is neither an id nor a token.
func describe(method, path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, part := range parts {
		switch part {
		case "applications", "bot", "callback", "channels", "commands", "gateway", "guilds", "interactions", "members",
			"messages", "oauth2", "roles", "threads", "users", "webhooks", "@me", "@original":
		default:
			parts[i] = "…"
		}
	}
	return method + " /" + strings.Join(parts, "/")
}
