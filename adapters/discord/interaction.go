package discord

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// Limits of time. Discord gives three seconds for the first answer to an
// interaction, and takes more for a quarter of an hour.
const (
	deadline         = 3 * time.Second
	patience         = time.Second     // until Discord is told that the answer will take longer
	formPatience     = 2 * time.Second // the same where a form is awaited, which only the first answer can open
	thinkingPatience = time.Minute     // until "thinking…" is taken away
	talkLife         = 14*time.Minute + 30*time.Second
)

// A step says how far an interaction was answered.
type step int

const (
	waiting  step = iota // not at all
	quiet                // nothing was shown but on the message that bore the button, which is "@original" from now on
	thinking             // "thinking…" is shown, and is "@original"
	answered             // a message or a form was shown
	over                 // Discord takes no more
)

// A talk is one interaction, as long as it can be answered.
type talk struct {
	id, token, application string
	kind                   discordgo.InteractionType
	arrived                time.Time
	on                     chat.Ref    // the message that bore what was pressed
	in, private            chat.Place  // of the event, and of its author
	aside                  bool        // others read where it took place
	open                   bool        // it is about that place: all may read the answer
	form                   bool        // a form is awaited
	handled                atomic.Bool // what it caused is durable

	turn chan struct{} // holds one value; taken while Discord is told something

	// What follows is for whoever has the turn.
	step     step
	tried    step     // what was told to Discord, which may not have heard it
	once     string   // of the message that tried to be the first answer
	original chat.Ref // "@original", once a message was shown
}

func newTalk(i *discordgo.Interaction, e chat.Event) *talk {
	t := &talk{
		id: i.ID, token: i.Token, application: i.AppID, kind: i.Type, arrived: time.Now(),
		in: e.In, private: e.From.Account.Private(), aside: e.Aside, turn: make(chan struct{}, 1),
	}
	if i.Message != nil {
		t.on = reference(i.Message.ID, int(i.Message.Flags))
	}
	if data, ok := i.Data.(discordgo.MessageComponentInteractionData); ok {
		t.form = strings.HasPrefix(data.CustomID, formPrefix)
	}
	return t
}

// hiddenPrefix marks the Ref of a message that one person alone is shown.
// Only the interactions that concern it can change it.
const hiddenPrefix = "e"

// reference returns the Ref of a message with such flags.
func reference(id string, flags int) chat.Ref {
	if flags&ephemeralFlag != 0 {
		id = hiddenPrefix + id
	}
	return chat.Ref(id)
}

func isHidden(r chat.Ref) bool { return strings.HasPrefix(string(r), hiddenPrefix) }

// take waits for the turn.
func (t *talk) take(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *talk) release() { <-t.turn }

// hides reports whether a message to a place is one that only the author of
// the interaction may see.
func (t *talk) hides(to chat.Place) bool { return t.aside && to == t.private }

// whispers reports whether "thinking…" is for the author alone.
func (t *talk) whispers() bool { return t.aside && !t.open }

// errLate says that Discord no longer waits for a first answer.
func errLate() error {
	return &failure{call: "POST /interactions", code: codeUnknownInteraction, status: http.StatusNotFound}
}

// A reply is the first answer to an interaction.
type reply struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// shownMessage is what is read of a message that Discord took.
type shownMessage struct {
	ID    string `json:"id"`
	Flags int    `json:"flags"`
}

func (s shownMessage) ref() chat.Ref { return reference(s.ID, s.Flags) }

// A response is what is read of Discord's answer to a first answer.
type response struct {
	Resource struct {
		Message shownMessage `json:"message"`
	} `json:"resource"`
}

// respond gives the first answer. When it is not known whether Discord heard
// it, that is noted in t.
func (a *Adapter) respond(ctx context.Context, t *talk, kind discordgo.InteractionResponseType, data any, then step) error {
	if time.Since(t.arrived) > deadline {
		t.step = over
		return errLate()
	}
	r := request{
		method: http.MethodPost, path: "/interactions/" + t.id + "/" + t.token + "/callback", route: "POST /interactions",
		body: reply{kind, data}, free: true,
	}
	var (
		got shownMessage
		err error
	)
	if kind == discordgo.InteractionResponseChannelMessageWithSource {
		r.query = url.Values{"with_response": {"true"}}
		var about response
		about, err = call[response](ctx, a.caller, r)
		got = about.Resource.Message
	} else {
		_, err = call[struct{}](ctx, a.caller, r)
	}
	f := failed(err)
	switch {
	case err == nil:
		t.step = then
		if got.ID != "" {
			t.original = got.ref()
			a.talks.holds(t, t.original)
		}
	case f.code == codeAcknowledged:
		t.step = max(t.tried, quiet)
	case errExpired(f):
		t.step = over
	case classify(f, false).Class == chat.Unknown:
		t.tried = then
	}
	return err
}

// confirm finds out whether Discord heard the first answer, if that is not
// known.
func (a *Adapter) confirm(ctx context.Context, t *talk) error {
	if t.tried == waiting || t.step != waiting {
		return nil
	}
	got, err := a.original(ctx, t, http.MethodGet, nil)
	switch {
	case err == nil:
		t.step = t.tried
		if t.step == answered {
			t.original = got.ref()
			a.talks.holds(t, t.original)
		}
	case failed(err).status == http.StatusNotFound:
		t.tried, t.once = waiting, ""
	default:
		return err
	}
	return nil
}

// attempted notes which message was the first answer, if Discord heard it.
func (t *talk) attempted(once string) {
	if t.tried != waiting {
		t.once = once
	}
}

// original reads, changes or deletes the message that Discord calls
// "@original".
func (a *Adapter) original(ctx context.Context, t *talk, method string, body any) (shownMessage, error) {
	return a.webhook(ctx, t, method, "/messages/@original", body)
}

// webhook speaks to Discord with the token of an interaction that was answered.
func (a *Adapter) webhook(ctx context.Context, t *talk, method, path string, body any) (shownMessage, error) {
	r := request{
		method: method, path: "/webhooks/" + t.application + "/" + t.token + path,
		route: method + " /webhooks/" + t.id, body: body, free: true,
	}
	if method == http.MethodDelete {
		_, err := call[struct{}](ctx, a.caller, r)
		return shownMessage{}, err
	}
	return call[shownMessage](ctx, a.caller, r)
}

// follow shows a further message.
func (a *Adapter) follow(ctx context.Context, t *talk, out outgoing) (chat.Ref, error) {
	got, err := a.webhook(ctx, t, http.MethodPost, "", out)
	if err != nil {
		if errExpired(failed(err)) {
			t.step = over
		}
		return "", err
	}
	a.talks.holds(t, got.ref())
	return got.ref(), nil
}

// put tells Discord that the answer will take longer.
func (a *Adapter) put(ctx context.Context, t *talk) {
	if t.take(ctx) != nil {
		return
	}
	defer t.release()
	if a.confirm(ctx, t) == nil && t.step == waiting {
		a.acknowledge(ctx, t)
	}
}

// acknowledge answers an interaction first without showing an answer. Nothing
// is seen of that if there is a message whose button was pressed.
func (a *Adapter) acknowledge(ctx context.Context, t *talk) {
	var err error
	if t.on != "" {
		err = a.respond(ctx, t, discordgo.InteractionResponseDeferredMessageUpdate, nil, quiet)
	} else {
		flags := 0
		if t.whispers() {
			flags = ephemeralFlag
		}
		err = a.respond(ctx, t, discordgo.InteractionResponseDeferredChannelMessageWithSource, flagged{flags}, thinking)
	}
	if err != nil {
		a.log.DebugContext(ctx, "discord: an interaction is not acknowledged", "interaction", t.id, "error", err)
	}
}

// leave is the last that is done for an interaction: a press that was handled
// does not look as if it had failed, and nobody waits for an answer that comes
// another way.
func (a *Adapter) leave(ctx context.Context, t *talk) {
	if t.take(ctx) != nil {
		return
	}
	defer t.release()
	switch {
	case t.step == waiting && t.on != "" && t.handled.Load():
		a.acknowledge(ctx, t)
	case t.step == thinking:
		a.unload(ctx, t)
	}
}

// flagged is a message of which only the flags are told.
type flagged struct {
	Flags int `json:"flags"`
}

// hush takes "thinking…" away when nothing came of it.
func (a *Adapter) hush(ctx context.Context, t *talk) {
	if t.take(ctx) != nil {
		return
	}
	defer t.release()
	if t.step == thinking {
		a.unload(ctx, t)
	}
}

// unload takes "thinking…" away. If that fails, whatever is shown next would
// stand in its place.
func (a *Adapter) unload(ctx context.Context, t *talk) bool {
	_, err := a.original(ctx, t, http.MethodDelete, nil)
	if f := failed(err); err != nil && f.code != discordgo.ErrCodeUnknownMessage {
		a.log.DebugContext(ctx, "discord: an unanswered command still stands there", "interaction", t.id, "error", err)
		return false
	}
	t.step = answered
	return true
}

// fill puts the answer where "thinking…" stands, unless somebody took that
// away.
func (a *Adapter) fill(ctx context.Context, t *talk, out outgoing) (chat.Ref, error) {
	got, err := a.original(ctx, t, http.MethodPatch, out)
	switch f := failed(err); {
	case err == nil:
		t.step, t.original = answered, got.ref()
		a.talks.holds(t, t.original)
	case errExpired(f):
		t.step = over
	case f.code == discordgo.ErrCodeUnknownMessage:
		t.step = answered
	}
	return t.original, err
}

// conclude gives what the handler wants to be shown at once. It is best
// effort: nothing depends on it.
func (a *Adapter) conclude(ctx context.Context, t *talk, says chat.Answer) {
	err := a.say(ctx, t, says)
	if err == nil {
		return
	}
	if e := classify(failed(err), false); e.Class == chat.Throttled || e.Class == chat.Again {
		sleep(ctx, max(e.After, 100*time.Millisecond))
		err = a.say(ctx, t, says)
	}
	if err != nil {
		a.log.DebugContext(ctx, "discord: an interaction is not answered", "interaction", t.id, "error", err)
	}
}

// say tries to give an answer once.
func (a *Adapter) say(ctx context.Context, t *talk, says chat.Answer) error {
	if err := t.take(ctx); err != nil {
		return err
	}
	defer t.release()
	if err := a.confirm(ctx, t); err != nil {
		return err
	}
	switch {
	case t.kind == discordgo.InteractionApplicationCommandAutocomplete:
		return a.respond(ctx, t, discordgo.InteractionApplicationCommandAutocompleteResult, suggestionsOf(says.Suggestions), over)
	case says.Form != nil && t.step == waiting && t.kind != discordgo.InteractionModalSubmit:
		return a.respond(ctx, t, discordgo.InteractionResponseModal, renderModal(*says.Form), answered)
	case says.Form != nil:
		a.log.DebugContext(ctx, "discord: a form comes too late", "interaction", t.id)
	case says.Toast != "":
		return a.toast(ctx, t, says.Toast)
	}
	return nil
}

// toast shows a sentence to the author of the interaction alone.
func (a *Adapter) toast(ctx context.Context, t *talk, text string) error {
	out := renderMessage(chat.Message{To: t.private, Text: chat.Say(text)}, a.known(), "")
	if t.step == waiting && !isHidden(t.on) {
		return a.respond(ctx, t, discordgo.InteractionResponseChannelMessageWithSource, out.asAnswer(true), answered)
	}
	if t.step == waiting { // the message must stay "@original", or it can never be changed again
		if err := a.respond(ctx, t, discordgo.InteractionResponseDeferredMessageUpdate, nil, quiet); err != nil {
			return err
		}
	}
	if t.step == thinking && t.open && !a.unload(ctx, t) {
		return nil
	}
	if t.step == thinking {
		_, err := a.fill(ctx, t, out.asAnswer(false))
		return err
	}
	_, err := a.follow(ctx, t, out.asAnswer(true))
	return err
}
