package main

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"steadfast/adapters/web"
	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// A stage is the page, and behind it the people of the demo who have no seat
// there. They are mentors as one wishes for them: asked how a meeting was, they
// tell it at once. They do so as people do, by tapping what the bot shows them.
type stage struct {
	*web.Adapter
	seated map[chat.Place]bool
	now    func() time.Time
	taps   chan chat.Event
	busy   atomic.Int64 // taps that are not handled yet
	shown  atomic.Uint64
}

// tapsWaiting is how many taps wait at most; one for each of those people would
// do.
const tapsWaiting = 64

func newStage(page *web.Adapter, seats []web.Seat, now func() time.Time) *stage {
	s := &stage{Adapter: page, seated: map[chat.Place]bool{}, now: now, taps: make(chan chat.Event, tapsWaiting)}
	for _, seat := range seats {
		s.seated[seat.Place] = true
	}
	return s
}

// Run is that of the page, and hands the taps of those behind it to h as well.
func (s *stage) Run(ctx context.Context, h chat.Handler) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, 1)
	go func() {
		failed <- s.tap(ctx, h)
		stop()
	}()
	err := s.Adapter.Run(ctx, h)
	stop()
	return errors.Join(err, <-failed)
}

// tap hands taps to h until ctx ends or h fails.
func (s *stage) tap(ctx context.Context, h chat.Handler) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-s.taps:
			_, err := h(context.WithoutCancel(ctx), e)
			if s.busy.Add(-1); err != nil {
				return err
			}
		}
	}
}

// Send shows a message on the page, or to somebody behind it.
func (s *stage) Send(ctx context.Context, m chat.Message) (chat.Ref, error) {
	if m.To.IsZero() || s.seated[m.To] {
		return s.Adapter.Send(ctx, m)
	}
	if err := ctx.Err(); err != nil {
		return "", &chat.SendError{Class: chat.Again, Err: err}
	}
	ref := m.Replaces
	if ref == "" {
		ref = chat.Ref(strconv.FormatUint(s.shown.Add(1), 10))
	}
	token := wished(m.Choices)
	if token == "" {
		return ref, nil
	}
	e := chat.Event{
		ID: "tap-" + strconv.FormatUint(s.shown.Add(1), 10), At: s.now(), In: m.To, Private: true,
		From: chat.Sender{Account: chat.Account(m.To), Language: "en"}, What: chat.Pressed{Token: token, On: ref},
	}
	s.busy.Add(1)
	select {
	case s.taps <- e:
	default: // they will be asked again
		s.busy.Add(-1)
	}
	return ref, nil
}

// wished returns the button that says the best of a meeting: they met, the
// mentee seemed well, nothing is worrying, and there is nothing to add. It is
// empty if the bot asks for something else.
func wished(choices []chat.Choice) string {
	for _, c := range choices {
		t, err := chat.ParseToken(c.Token)
		if err != nil {
			continue
		}
		switch t.Option {
		case string(program.MetYes), "m4", string(program.NoWorry), flow.Skip:
			return c.Token
		}
	}
	return ""
}
