package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// Options are what a [Bot] is made of. All fields but Channels, NewCode and
// Ladder are needed.
type Options struct {
	Store     program.Store
	Words     *words.Catalog
	Platforms map[chat.Platform]chat.Capabilities // those that are running
	Log       *slog.Logger

	Name      string         // of the program, as people know it
	Language  string         // of whoever has not chosen one
	Zone      *time.Location // of whoever has not chosen one
	Emergency string         // the number to call when somebody is in danger

	Channels []chat.Place   // supervisors' channels that the configuration names
	Ladder   program.Ladder // default: program.DefaultLadder

	Calendar   program.Calendar      // of the program: terms, holidays, exams
	Protocol   program.Protocol      // default: program.DefaultProtocol
	QuietHours *program.QuietHours   // default: program.DefaultQuietHours
	Reminders  program.Reminders     // default: program.DefaultReminders
	Contacts   *program.ContactClock // default: program.DefaultContactClock

	Hints    Assessor      // looks for risks in what people write; nil: nobody does
	HintWait time.Duration // how long a question about that stays open; default: 15 minutes

	AliasOnCards bool // cards show what the mentee is called

	// NewCode makes the secret code of an invitation. The default is 60 bits
	// from the system's source of randomness.
	NewCode func() string
}

// A Bot is the conversation with everybody. Its methods may be called from
// several goroutines at once.
type Bot struct {
	Options
	rules    map[program.Act]program.Rule
	commands []command
	buttons  map[string]button
	flows    map[string]conversation
	choices  choices
	cues     func() map[string]string // what rules something out in a text, by its id

	outbox Outbox
	kick   chan struct{}
	groups sync.Map // chat.Place: those known to be groups or channels

	replies replies
	woke    atomic.Int64 // the time of the last look at the timers, in nanoseconds
}

// An Outbox is told what waits to be sent, after it is durable. The dispatcher
// of package delivery is one.
type Outbox interface{ Add(rows ...delivery.Row) }

// New makes a bot. [Bot.Attach] must be called before anything else.
func New(o Options) (*Bot, error) {
	if o.Store == nil || o.Words == nil || o.Log == nil || o.Zone == nil || o.Emergency == "" {
		return nil, errors.New("bot: an option is missing")
	}
	if o.Ladder.Again == nil {
		o.Ladder = program.DefaultLadder()
	}
	if o.Protocol.Paces == nil {
		o.Protocol = program.DefaultProtocol()
	}
	if o.QuietHours == nil {
		quiet := program.DefaultQuietHours()
		o.QuietHours = &quiet
	}
	if o.Reminders == (program.Reminders{}) {
		o.Reminders = program.DefaultReminders()
	}
	if o.Contacts == nil {
		clock := program.DefaultContactClock()
		o.Contacts = &clock
	}
	if o.HintWait == 0 {
		o.HintWait = defaultHintWait
	}
	if o.NewCode == nil {
		o.NewCode = randomCode
	}
	b := &Bot{
		Options: o, rules: program.Rules(), commands: commands(), buttons: buttons(), choices: makeChoices(), cues: sync.OnceValue(func() map[string]string { return cueKinds(o.Hints) }),
		kick: make(chan struct{}, 1),
	}
	b.flows = conversations()
	return b, nil
}

// Attach says where outgoing messages are handed over.
func (b *Bot) Attach(o Outbox) { b.outbox = o }

func (b *Bot) add(waiting []program.Waiting) {
	rows := make([]delivery.Row, len(waiting))
	for i, w := range waiting {
		rows[i] = delivery.Row{Waiting: w}
	}
	b.outbox.Add(rows...)
}

// Kick returns a channel that receives when a timer was set, so that the loop
// around [Bot.Due] looks again.
func (b *Bot) Kick() <-chan struct{} { return b.kick }

// Handle takes one event, in one transaction. When it returns without error,
// the event and all it caused are durable. An error means that the store is
// broken or ctx is done, and that nothing of the event has happened. It is a
// [chat.Handler].
func (b *Bot) Handle(ctx context.Context, e chat.Event) (chat.Answer, error) {
	if typing, ok := e.What.(chat.Completing); ok {
		return b.complete(ctx, e.From.Account, typing)
	}
	ahead := b.foresee(e)
	t, err := b.update(ctx, func(t *turn) error {
		t.event, t.ahead = e, ahead
		answer, seen, err := t.tx.Seen(e.In.Platform, e.ID)
		if err != nil || seen {
			t.answer = answer
			return err
		}
		if err := t.handle(); err != nil {
			return err
		}
		return t.taken(e)
	})
	if err == nil || ctx.Err() != nil {
		return t.answer, err
	}
	b.Log.Error("an event failed", "event", e.ID, "platform", e.In.Platform, "place", e.In.ID, "kind", fmt.Sprintf("%T", e.What), stack(err))
	t, again := b.update(ctx, func(t *turn) error {
		t.event = e
		return t.apologise()
	})
	if again != nil {
		return chat.Answer{}, fmt.Errorf("event %s: %w", e.ID, errors.Join(err, again))
	}
	return t.answer, nil
}

// stack returns what may be logged of an error: a panic's function names and
// lines, never a value that might be what a person wrote.
func stack(err error) slog.Attr {
	if p, ok := errors.AsType[*program.PanicError](err); ok {
		return slog.String("stack", string(p.Stack))
	}
	return slog.String("error", err.Error())
}

// update runs f in a write transaction and hands over what it queued.
func (b *Bot) update(ctx context.Context, f func(*turn) error) (*turn, error) {
	return b.transact(ctx, b.Store.Update, f)
}

func (b *Bot) transact(ctx context.Context, in func(context.Context, func(program.Tx) error) error, f func(*turn) error) (*turn, error) {
	var t *turn
	err := in(ctx, func(tx program.Tx) error {
		t = &turn{Bot: b, tx: tx, now: tx.Now(), voice: b.Words.In(b.Language)} // anew each time: f may run more than once
		return f(t)
	})
	if err != nil {
		return &turn{}, err
	}
	if len(t.rows) > 0 {
		b.replies.keep(t.ready)
		b.outbox.Add(t.rows...)
	}
	if t.timers {
		select {
		case b.kick <- struct{}{}:
		default:
		}
	}
	return t, nil
}
