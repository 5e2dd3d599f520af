package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// Send shows m, or edits the message m.Replaces. With the Handle of an
// interaction that can still be answered, it is shown as the answer to that:
// to its author alone, where others read along and m.To is the author's
// private place. There are no menus to set. Send keeps to what Discord says of
// its limits, waiting a few seconds at most, and does not try again. The
// error, if any, is a [*chat.SendError].
func (a *Adapter) Send(ctx context.Context, m chat.Message) (chat.Ref, error) {
	if m.Menu != nil {
		return "", nil
	}
	if _, ok := snowflake(m.To.ID); !ok || m.To.Platform != Name {
		return "", refused(errors.New("the place is not one of Discord: its form is discord:1234567890"))
	}
	if err := m.CheckFile(); err != nil {
		return "", refused(err)
	}
	if m.Probe {
		return "", a.probe(ctx, m)
	}
	out := renderMessage(m, a.self(ctx, m.Text), a.role)
	ref, done, err := a.answer(ctx, m, out)
	if err == nil && !done {
		ref, err = a.post(ctx, m, out)
	}
	if err != nil {
		return "", a.sendError(ctx, err, m.Replaces != "")
	}
	return ref, nil
}

// probe finds out whether m.To can be written to. Opening a private channel or
// typing in it works where messages are refused, so it takes a message, which
// makes no sound and is taken away at once. If that fails, it says itself what
// it is.
func (a *Adapter) probe(ctx context.Context, m chat.Message) error {
	m.Probe, m.Quiet, m.Replaces, m.Handle = false, true, "", ""
	ref, err := a.post(ctx, m, renderMessage(m, a.known(), a.role))
	if err != nil {
		return a.sendError(ctx, err, false)
	}
	channel, err := a.channel(ctx, m)
	if err != nil {
		return nil // the message arrived, which is what was asked
	}
	path := "/channels/" + channel + "/messages"
	_, err = call[struct{}](ctx, a.caller, request{
		method: http.MethodDelete, path: path + "/" + string(ref), route: "DELETE " + path,
	})
	if err != nil {
		a.log.WarnContext(ctx, "discord: a message that was only to find out whether it arrives stays", "error", err)
	}
	return nil
}

// errNoHolder says that nothing can change a hidden message any more.
var errNoHolder = fmt.Errorf("nobody pressed anything on that message lately: %w", chat.ErrNoMessage)

func refused(err error) *chat.SendError { return &chat.SendError{Class: chat.Refused, Err: err} }

// sendError is [classify] with a log line where a person must act.
func (a *Adapter) sendError(ctx context.Context, err error, edit bool) *chat.SendError {
	if errors.Is(err, chat.ErrNoMessage) {
		return refused(err)
	}
	f := failed(err)
	if f.status == http.StatusUnauthorized && !errExpired(f) {
		a.log.ErrorContext(ctx, errToken.Error())
	}
	return classify(f, edit)
}

// post shows m in its channel, or edits it there.
func (a *Adapter) post(ctx context.Context, m chat.Message, out outgoing) (chat.Ref, error) {
	channel, err := a.channel(ctx, m)
	path := "/channels/" + channel + "/messages"
	if m.Replaces != "" && err == nil {
		_, err = call[struct{}](ctx, a.caller, request{
			method: http.MethodPatch, path: path + "/" + string(m.Replaces), route: "PATCH " + path, body: out,
		})
	}
	if m.Replaces != "" {
		return m.Replaces, err
	}
	var got standing
	if err == nil {
		got, err = call[standing](ctx, a.caller, request{
			method: http.MethodPost, path: path, route: "POST " + path, body: out, file: m.File,
		})
	}
	if err != nil {
		return a.instead(ctx, m, out, err)
	}
	if m.Once != "" && !got.says(out) { // it is the message of an earlier try
		m.Replaces = got.ref()
		return a.post(ctx, m, renderMessage(m, a.known(), a.role))
	}
	if m.Group && m.Thread != "" && a.threads {
		a.openThread(ctx, path+"/"+got.ID, m.Thread)
	}
	return got.ref(), nil
}

// instead is what can still be done for a new message that failed: somebody
// who has no server in common with the bot cannot be written to, and yet be
// answered.
func (a *Adapter) instead(ctx context.Context, m chat.Message, out outgoing, failure error) (chat.Ref, error) {
	f := failed(failure)
	if f.code == discordgo.ErrCodeUnknownChannel && !m.Group {
		a.dms.forget(m.To.ID)
	}
	t := a.talks.get(m.Handle)
	if t == nil || m.To != t.private || classify(f, false).Class != chat.Gone || t.take(ctx) != nil {
		return "", failure
	}
	defer t.release()
	if t.step == waiting || t.step == over {
		return "", failure
	}
	if ref, err := a.follow(ctx, t, out.asAnswer(t.aside)); err == nil {
		return ref, nil
	}
	return "", failure
}

// channel returns the ID of the channel in which m is shown. The one of a
// private place must be asked for, once.
func (a *Adapter) channel(ctx context.Context, m chat.Message) (string, error) {
	if m.Group {
		return m.To.ID, nil
	}
	return a.openDM(ctx, m.To.ID)
}

// openDM returns the ID of the channel between the bot and a person.
func (a *Adapter) openDM(ctx context.Context, user string) (string, error) {
	if id, ok := a.dms.of(user); ok {
		return id, nil
	}
	got, err := call[channel](ctx, a.caller, request{
		method: http.MethodPost, path: "/users/@me/channels", route: "POST /users/@me/channels",
		body: struct {
			Recipient string `json:"recipient_id"`
		}{user},
	})
	if err != nil {
		return "", err
	}
	a.dms.put(user, got.ID)
	return got.ID, nil
}

// openThread opens the thread for the talk about a message. Without it the
// message stands there all the same.
func (a *Adapter) openThread(ctx context.Context, message, name string) {
	_, err := call[struct{}](ctx, a.caller, request{
		method: http.MethodPost, path: message + "/threads", route: "POST " + message + "/threads",
		body: struct {
			Name    string `json:"name"`
			Archive int    `json:"auto_archive_duration"`
		}{shorten(name, 100), 7 * 24 * 60},
	})
	if err != nil {
		a.log.WarnContext(ctx, "discord: a thread is not opened", "error", err)
	}
}

// answer shows m as an answer to the interaction m.Handle, or changes a hidden
// message. It returns false when neither is what m asks for, or is possible.
func (a *Adapter) answer(ctx context.Context, m chat.Message, out outgoing) (ref chat.Ref, done bool, err error) {
	if t := a.talks.get(m.Handle); t != nil && (m.To == t.private || m.To == t.in) {
		if err := t.take(ctx); err != nil {
			return "", true, err
		}
		ref, done, err = a.show(ctx, t, m, out)
		t.release()
		if done {
			return ref, true, err
		}
	}
	if isHidden(m.Replaces) {
		return m.Replaces, true, a.editHidden(ctx, m.Replaces, out)
	}
	return "", false, nil
}

// show answers an interaction with m, if that is what is to be done with m now.
func (a *Adapter) show(ctx context.Context, t *talk, m chat.Message, out outgoing) (chat.Ref, bool, error) {
	if err := a.confirm(ctx, t); err != nil {
		return "", true, err
	}
	if t.tried != waiting && m.Once != "" && m.Once == t.once { // it was shown, although that was not known
		return cmp.Or(m.Replaces, t.original), true, nil
	}
	if t.step == waiting {
		ref, err := a.first(ctx, t, m, out)
		if ref != "" || (err != nil && t.step == waiting) {
			return ref, true, err
		}
	}
	hidden := t.hides(m.To)
	if m.Replaces != "" || t.step == waiting || (t.step == thinking && hidden != t.whispers() && !a.unload(ctx, t)) {
		return "", false, nil
	}
	if t.step == thinking {
		ref, err := a.fill(ctx, t, out.asAnswer(false))
		if err == nil || t.step == thinking {
			return ref, true, err
		}
	}
	if !t.aside || t.step == over {
		return "", false, nil
	}
	ref, err := a.follow(ctx, t, out.asAnswer(hidden))
	return ref, err == nil || t.step != over, err
}

// first makes m the first answer to an interaction; it returns no Ref if m
// cannot be that.
func (a *Adapter) first(ctx context.Context, t *talk, m chat.Message, out outgoing) (chat.Ref, error) {
	switch {
	case m.Replaces == "":
		err := a.respond(ctx, t, discordgo.InteractionResponseChannelMessageWithSource, out.asAnswer(t.hides(m.To)), answered)
		t.attempted(m.Once)
		return t.original, err
	case m.Replaces == t.on && m.To == t.in:
		err := a.respond(ctx, t, discordgo.InteractionResponseUpdateMessage, out.asAnswer(false), quiet)
		t.attempted(m.Once)
		if err != nil {
			return "", err
		}
		return m.Replaces, nil
	}
	return "", nil
}

// editHidden changes a message that one person alone is shown. That takes an
// interaction which is not yet too old.
func (a *Adapter) editHidden(ctx context.Context, ref chat.Ref, out outgoing) error {
	t := a.talks.holder(ref)
	if t == nil {
		return errNoHolder
	}
	if err := t.take(ctx); err != nil {
		return err
	}
	defer t.release()
	if err := a.confirm(ctx, t); err != nil {
		return err
	}
	out = out.asAnswer(false)
	var err error
	if t.step == waiting {
		err = a.respond(ctx, t, discordgo.InteractionResponseUpdateMessage, out, quiet)
		if err == nil || t.step == waiting {
			return err
		}
	}
	path := "/messages/" + strings.TrimPrefix(string(ref), hiddenPrefix)
	if ref == t.original || (t.step == quiet && ref == t.on) {
		path = "/messages/@original"
	}
	if t.step != over {
		_, err = a.webhook(ctx, t, http.MethodPatch, path, out)
	}
	if t.step == over || errExpired(failed(err)) {
		return errNoHolder
	}
	return err
}
