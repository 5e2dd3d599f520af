package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"steadfast/bot/chat"
)

// Platform is the name that stands in all accounts and places of the page.
const Platform chat.Platform = "web"

// A Seat is one chat on the page: who sits there, and in which place.
type Seat struct {
	Key      string      // short and unique, of letters, digits and '-', such as "mia"
	Title    string      // over the chat, such as "Mia's phone"
	Subtitle string      // under the title
	Person   chat.Sender // who acts there
	Place    chat.Place  // several seats may share a place that is not private
	Private  bool        // only Person and the bot read Place
	Group    string      // seats of one group are tabs of one column; empty: a column of its own
}

// Options say what the page shows and how it tells the time.
type Options struct {
	// Seats are the chats, in the order of the page. An account or place
	// without a platform gets this one.
	Seats []Seat
	// Steps are the things the page suggests to try, in order.
	Steps []Step
	// Now is the reading of the clock that stands on the page and on its
	// messages; time.Now if nil.
	Now func() time.Time
	// Skip moves that clock ahead, perhaps in several moves, and calls moved
	// after each. It returns when the clock has moved as far as it was to; what
	// became due may follow. If nil, the page offers no skipping.
	Skip func(by time.Duration, moved func()) error
	// Calendar is shown above the chat of one seat.
	Calendar Calendar
	// Location is the zone in which times are shown; time.Local if nil.
	Location *time.Location
	// Log takes what an operator should know, never what people wrote.
	Log *slog.Logger
}

// An Adapter is the page as a platform. It implements [chat.Adapter].
type Adapter struct {
	seats  map[string]Seat
	now    func() time.Time
	skip   func(by time.Duration, moved func()) error
	weeks  func(context.Context) (Weeks, error)
	log    *slog.Logger
	board  *board
	inbox  chan delivery
	turns  map[chat.Place]turn // one event at a time in each place
	skips  turn
	prefix string // makes the ids of this process differ from those of earlier ones
	events atomic.Uint64
}

var _ chat.Adapter = (*Adapter)(nil)

// New returns the adapter for a page with the given seats. It panics when two
// seats have the same key, which is a defect of the caller.
func New(o Options) *Adapter {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Location == nil {
		o.Location = time.Local
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &Adapter{
		seats:  map[string]Seat{},
		now:    func() time.Time { return o.Now().In(o.Location) },
		skip:   o.Skip,
		weeks:  o.Calendar.Read,
		log:    o.Log,
		inbox:  make(chan delivery),
		turns:  map[chat.Place]turn{},
		skips:  make(turn, 1),
		prefix: rand.Text()[:10],
	}
	seats := make([]Seat, len(o.Seats))
	for i, s := range o.Seats {
		if _, taken := a.seats[s.Key]; taken {
			panic("web: two seats have the key " + strconv.Quote(s.Key))
		}
		if s.Person.Account.Platform == "" {
			s.Person.Account.Platform = Platform
		}
		if s.Place.Platform == "" {
			s.Place.Platform = Platform
		}
		if s.Group == "" {
			s.Group = s.Key
		}
		seats[i], a.seats[s.Key] = s, s
		a.turns[s.Place] = make(turn, 1)
	}
	a.board = newBoard(a.prefix, seats, o, a.now)
	return a
}

// Platform returns [Platform].
func (a *Adapter) Platform() chat.Platform { return Platform }

// Capabilities returns limits like those of the narrowest phone app, so that
// what is seen on the page is what is seen there.
func (a *Adapter) Capabilities() chat.Capabilities {
	return chat.Capabilities{TextUnits: 4096, Choices: 100, LabelRunes: 64, ToastRunes: 200, Edits: true, PlaceBurst: 1}
}

// Run delivers what is said and pressed on the page to h, in order within a
// place and concurrently between places. It returns nil when ctx ends, and
// h's error when h fails; before that it waits for all calls of h, which the
// end of ctx does not interrupt. Then the open pages are let go, so that a server can shut down.
func (a *Adapter) Run(ctx context.Context, h chat.Handler) error {
	a.board.open()
	defer a.board.close()
	var busy sync.WaitGroup
	defer busy.Wait()
	failed := make(chan error, 1)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case d := <-a.inbox:
			busy.Go(func() {
				answer, err := h(context.WithoutCancel(ctx), d.event)
				if err == nil {
					d.done <- outcome{answer, nil}
					return
				}
				// Now, since the pages are let go when Run ends.
				a.board.undelivered(d.event.In, d.typed)
				d.done <- outcome{err: err}
				a.log.ErrorContext(ctx, "an event was not taken", "event", d.event.ID, "err", err)
				select {
				case failed <- err:
				default: // another event failed first
				}
			})
		}
	}
}

// Send shows m on all pages, or edits a message there. A menu becomes the
// suggested commands of its place; a menu without a place is for all private
// chats that have none of their own.
func (a *Adapter) Send(ctx context.Context, m chat.Message) (chat.Ref, error) {
	if err := ctx.Err(); err != nil {
		return "", &chat.SendError{Class: chat.Again, Err: err}
	}
	if m.Menu != nil {
		if !m.To.IsZero() && !a.board.has(m.To) {
			return "", gone()
		}
		a.board.setMenu(m.To, *m.Menu)
		return "", nil
	}
	if !a.board.has(m.To) {
		return "", gone()
	}
	if m.Probe {
		return "", nil
	}
	if err := errors.Join(a.fits(m), m.CheckFile()); err != nil {
		return "", &chat.SendError{Class: chat.Refused, Err: err}
	}
	if m.Replaces == "" {
		return a.board.post(m), nil
	}
	if err := a.board.edit(m); err != nil {
		return "", &chat.SendError{Class: chat.Refused, Err: err}
	}
	return m.Replaces, nil
}

func gone() *chat.SendError {
	return &chat.SendError{Class: chat.Gone, Err: errors.New("no chat on the page has this address")}
}

// fits refuses what a phone app would refuse, so that a message that was never
// fitted is noticed here too.
func (a *Adapter) fits(m chat.Message) error {
	limits := a.Capabilities()
	switch n := chat.Units(m.Text.Plain()); {
	case n == 0:
		return errors.New("the message is empty")
	case n > limits.TextUnits:
		return fmt.Errorf("the message has %d UTF-16 units, the limit is %d", n, limits.TextUnits)
	}
	if len(m.Choices) > limits.Choices {
		return fmt.Errorf("the message has %d buttons, the limit is %d", len(m.Choices), limits.Choices)
	}
	for _, c := range m.Choices {
		if n := utf8.RuneCountInString(c.Label); n == 0 || n > limits.LabelRunes {
			return fmt.Errorf("a button has a label of %d runes, the limit is %d", n, limits.LabelRunes)
		}
		if len(c.Token) == 0 || len(c.Token) > chat.TokenBytes {
			return fmt.Errorf("a button has a token of %d bytes, the limit is %d", len(c.Token), chat.TokenBytes)
		}
	}
	if m.Form != nil {
		return errors.New("the page has no forms")
	}
	return nil
}
