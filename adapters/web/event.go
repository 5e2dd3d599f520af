package web

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"steadfast/bot/chat"
)

// patience is how long an event waits for Run to take it: long enough for a
// process that is just starting, short enough for a person.
const patience = 5 * time.Second

var (
	errStopped = errors.New("the bot is not running, so this was not delivered")
	errFailed  = errors.New("the bot could not take this, so it stopped; start the demo again")
)

// A turn is held by one goroutine at a time; those who wait get it in the order
// in which they came, and may give up.
type turn chan struct{}

func (t turn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) leave() { <-t }

// A delivery is an event on its way to the handler.
type delivery struct {
	event chat.Event
	typed []chat.Ref   // the messages on the page that are lost if it fails
	done  chan outcome // has room for the outcome, so that Run never waits
}

type outcome struct {
	answer chat.Answer
	err    error
}

// deliver hands an event to Run and returns after the handler returned. Once
// Run has taken the event, the end of ctx (a page that was closed) changes
// nothing any more.
func (a *Adapter) deliver(ctx context.Context, s Seat, id string, what chat.What, typed []chat.Ref) (chat.Answer, error) {
	d := delivery{
		event: chat.Event{
			ID:      id,
			At:      a.now(),
			From:    s.Person,
			In:      s.Place,
			Private: s.Private,
			What:    what,
		},
		typed: typed,
		done:  make(chan outcome, 1),
	}
	if !s.Private {
		d.event.Title = s.Title
	}
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case a.inbox <- d:
	case <-ctx.Done():
		return chat.Answer{}, ctx.Err()
	case <-wait.C:
		return chat.Answer{}, errStopped
	}
	o := <-d.done
	if o.err != nil {
		return chat.Answer{}, errFailed // its text is for the log, not for the page
	}
	return o.answer, nil
}

// say is a typed text. What is longer than one message becomes several, as in
// the apps of the other platforms. What is sent again has its id again, so that
// the bot takes it once and the page shows it once.
func (a *Adapter) say(ctx context.Context, s Seat, id, text string) (chat.Answer, error) {
	t := a.turns[s.Place]
	if err := t.take(ctx); err != nil {
		return chat.Answer{}, err
	}
	defer t.leave()
	// All of it is shown first: should a part fail, what follows is not lost
	// but stands there too, to be sent again.
	parts := chat.Fit(chat.Message{Text: chat.Say(text)}, a.Capabilities())
	ids, refs := make([]string, len(parts)), make([]chat.Ref, len(parts))
	for i, part := range parts {
		ids[i] = id
		if i > 0 {
			ids[i] += "." + strconv.Itoa(i)
		}
		refs[i] = a.board.said(s, ids[i], part.Text.Plain())
	}
	var last chat.Answer
	for i, part := range parts {
		answer, err := a.deliver(ctx, s, ids[i], spoken(part.Text.Plain(), refs[i]), refs[i:])
		if err != nil {
			a.board.undelivered(s.Place, refs[i:])
			return chat.Answer{}, err
		}
		last = answer
	}
	a.board.acted(s, text)
	return last, nil
}

// press is a tapped button. The token is passed on as it came: whether it still
// means anything is for the bot to say.
func (a *Adapter) press(ctx context.Context, s Seat, on chat.Ref, token string) (chat.Answer, error) {
	t := a.turns[s.Place]
	if err := t.take(ctx); err != nil {
		return chat.Answer{}, err
	}
	defer t.leave()
	label := a.board.label(s.Place, on, token)
	answer, err := a.deliver(ctx, s, a.newID(), chat.Pressed{Token: token, On: on}, nil)
	if err != nil {
		return chat.Answer{}, err
	}
	a.board.acted(s, strings.TrimSpace(label+" "+token))
	return answer, nil
}

// newID returns an id that no event had before, in this process or another.
func (a *Adapter) newID() string {
	return a.prefix + "-" + strconv.FormatUint(a.events.Add(1), 10)
}

// spoken decides whether a typed text is a command.
func spoken(text string, ref chat.Ref) chat.What {
	rest, slash := strings.CutPrefix(strings.TrimSpace(text), "/")
	name, args := rest, ""
	if i := strings.IndexAny(rest, " \t\r\n"); i >= 0 {
		name, args = rest[:i], strings.TrimSpace(rest[i:])
	}
	if !slash || !commandName(name) {
		return chat.Said{Text: text, Ref: ref}
	}
	return chat.Command{Name: strings.ToLower(name), Args: args, Ref: ref}
}

func commandName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_':
		default:
			return false
		}
	}
	return s != ""
}
