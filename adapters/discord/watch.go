package discord

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// errNoToken is returned when there is nothing to log in with.
const errNoToken advice = "The Discord bot token is empty: put the one from the Bot page of Discord's developer portal in [discord] token_file."

// A watch is what one Run knows.
type watch struct {
	a       *Adapter
	ctx     context.Context // ends with the watch
	stop    context.CancelFunc
	handler chat.Handler
	inbox   *inbox
	debts   debts
	servers servers
	specs   []chat.CommandSpec

	works sync.WaitGroup // reading history, registering commands, suggesting words

	mu      sync.Mutex
	failure error              // the handler's first
	reading context.CancelFunc // ends the reading of history that is under way
	offered bool               // commands are being registered, or were
}

// Run delivers events until ctx ends, and then returns nil once the handlers
// under way have returned; handlers are not interrupted. It ends early with
// the handler's error, or with a sentence for the owner when Discord does not
// take the bot. Whatever was said privately while no Run was under way, or
// while Discord was out of reach, is read from the history, as far as
// Options.Marks calls for it. Everything may come twice, with the same ID.
func (a *Adapter) Run(ctx context.Context, h chat.Handler) error {
	if !a.running.CompareAndSwap(false, true) {
		return errors.New("discord: the adapter is running already")
	}
	defer a.running.Store(false)
	if strings.TrimSpace(a.token()) == "" {
		return errNoToken
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w := &watch{a: a, ctx: ctx, stop: stop, handler: h, specs: a.commands()}
	w.inbox = newInbox(w.do)
	a.talks.open()
	err := a.gateway.run(ctx, w.deliver)
	stop()
	w.inbox.end()
	w.works.Wait()
	a.talks.close(a.leave)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failure != nil {
		return w.failure
	}
	return err
}

// deliver takes one packet from the gateway. It does not wait for anything.
func (w *watch) deliver(p packet) {
	events, err := w.servers.take(p)
	if err != nil {
		events = append(events, unreadable(p.Data, err))
	}
	if p.Type == "READY" && err == nil {
		w.begin(p)
	}
	for _, e := range events {
		w.inbox.put(e.In, job{incoming: incoming{events: []chat.Event{e}}})
	}
	in, ok := w.parser().parse(p)
	switch {
	case !ok:
	case in.talk == nil:
		w.a.dms.learn(in.events[0])
		w.inbox.put(in.events[0].In, job{incoming: in})
	case in.talk.kind == discordgo.InteractionApplicationCommandAutocomplete:
		w.works.Go(func() { w.suggest(in) })
	default:
		w.accept(in)
	}
}

// begin is what follows the beginning of a session: Discord has not kept what
// came before it.
func (w *watch) begin(p packet) {
	r, err := decode[ready](p.Data)
	if err != nil {
		return
	}
	w.a.me.Store(&identity{user: r.User.ID, application: r.Application.ID})
	w.inbox.hold()
	w.debts.forget()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reading != nil {
		w.reading()
	}
	ctx, cancel := context.WithCancel(w.ctx)
	w.reading = cancel
	w.works.Go(func() {
		defer cancel()
		w.remember(ctx)
	})
	if !w.offered {
		w.offered = true
		w.works.Go(func() { w.register(r.Application.ID) })
	}
}

func (w *watch) parser() parser {
	return parser{self: w.a.known().user, commands: w.specs, title: w.servers.title}
}

// accept queues an interaction, and sees to it that Discord is told in time
// that it was heard.
func (w *watch) accept(in incoming) {
	t := in.talk
	w.a.talks.add(t)
	for _, e := range in.events {
		w.a.dms.learn(e)
	}
	if len(in.events) == 0 { // nothing was changed
		w.a.talks.tell(0, func(ctx context.Context) { w.a.put(ctx, t) })
		return
	}
	wait := patience
	if t.form {
		wait = formPatience
	}
	w.a.talks.tell(wait, func(ctx context.Context) { w.a.put(ctx, t) })
	w.a.talks.tell(thinkingPatience, func(ctx context.Context) { w.a.hush(ctx, t) })
	w.inbox.put(t.in, job{incoming: in})
}

// suggest answers a command that is being typed. That waits for nothing, since
// it comes with every letter.
func (w *watch) suggest(in incoming) {
	if len(in.events) == 0 {
		return
	}
	says, err := w.handler(context.WithoutCancel(w.ctx), in.events[0])
	if err != nil {
		w.fail(err)
		return
	}
	ctx, cancel := context.WithTimeout(w.ctx, deadline)
	defer cancel()
	w.a.conclude(ctx, in.talk, says)
}

// do does one job of a place. Once the end has come, only what a person was
// told to wait for is still done; the rest is read from the history another
// time, or the person presses again.
func (w *watch) do(p chat.Place, j job, ended bool) {
	if ended && (j.talk == nil || !w.acknowledged(j.talk)) {
		return
	}
	settled := !ended && w.settle(p)
	var says chat.Answer
	for _, e := range j.events {
		if !settled {
			e.Mark = "" // what was said before is not handled yet
		}
		answer, err := w.handle(e)
		if err != nil {
			return
		}
		if answer.Toast != "" || answer.Form != nil {
			says = answer
		}
	}
	if t := j.talk; t != nil {
		t.handled.Store(true)
		w.a.talks.tell(0, func(ctx context.Context) { w.a.conclude(ctx, t, says) })
	}
}

// acknowledged reports whether Discord was told of an interaction that it was
// heard.
func (w *watch) acknowledged(t *talk) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), time.Second)
	defer cancel()
	if t.take(ctx) != nil {
		return false
	}
	defer t.release()
	return t.step != waiting && t.step != over
}

// handle hands one event to the handler. The handler's context does not end
// with the watch: what was begun is finished.
func (w *watch) handle(e chat.Event) (chat.Answer, error) {
	if err := w.broken(); err != nil {
		return chat.Answer{}, err
	}
	says, err := w.handler(context.WithoutCancel(w.ctx), e)
	if err != nil {
		w.fail(err)
		return says, err
	}
	if _, ok := e.What.(chat.Unreadable); ok {
		w.a.log.WarnContext(w.ctx, "discord: an event was set aside, it cannot be read", "event", e.ID)
	}
	return says, nil
}

// fail ends the watch with the handler's error.
func (w *watch) fail(err error) {
	w.mu.Lock()
	if w.failure == nil {
		w.failure = err
	}
	w.mu.Unlock()
	w.stop()
}

// broken returns the error that ended the watch, if one did.
func (w *watch) broken() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failure
}
