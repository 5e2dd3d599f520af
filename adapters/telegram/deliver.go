package telegram

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/go-telegram/bot"

	"steadfast/bot/chat"
)

// Pressed buttons are answered by a few workers, so that a slow answer delays
// no event. An answer that finds no room is dropped: it is a toast.
const (
	answersWaiting = 1024
	answerWorkers  = 16
	answerGrace    = 2 * time.Second // for the last answers when Run ends
)

// handle hands one event to h and, once h has committed, queues the answer to
// its button. The handler's context does not end with ctx: what was begun is
// finished.
func (a *Adapter) handle(ctx context.Context, h chat.Handler, in incoming) error {
	says, err := h(context.WithoutCancel(ctx), in.event)
	if err != nil {
		return err
	}
	if _, ok := in.event.What.(chat.Unreadable); ok {
		a.log.WarnContext(ctx, "telegram: an update was set aside, it cannot be read", "event", in.event.ID)
	}
	if in.query != "" {
		select {
		case a.answers <- answer{in.query, says}:
		default:
			a.log.DebugContext(ctx, "telegram: too many pressed buttons, one is not answered")
		}
	}
	return nil
}

// deliver hands a batch to h, in order within a place and concurrently between
// places. It returns nil only if every event was handled; once one failed or
// ctx ended, no further one is begun.
func (a *Adapter) deliver(ctx context.Context, h chat.Handler, batch []incoming) error {
	if len(batch) == 1 {
		return a.handle(ctx, h, batch[0])
	}
	places := make(map[chat.Place][]incoming, len(batch))
	for _, in := range batch {
		places[in.event.In] = append(places[in.event.In], in)
	}
	var (
		wg     sync.WaitGroup
		once   sync.Once
		failed error
		stop   atomic.Bool
	)
	fail := func(err error) {
		once.Do(func() { failed = err })
		stop.Store(true)
	}
	for _, queue := range places {
		wg.Go(func() {
			for _, in := range queue {
				if stop.Load() {
					return
				}
				if ctx.Err() != nil {
					fail(ctx.Err())
					return
				}
				if err := a.handle(ctx, h, in); err != nil {
					fail(err)
				}
			}
		})
	}
	wg.Wait()
	return failed
}

// An answer is what a pressed button shows at once.
type answer struct {
	query string
	says  chat.Answer
}

// startAnswering starts the workers and returns the function that ends them:
// it answers what is queued, for a short while, and waits for that.
func (a *Adapter) startAnswering(ctx context.Context) (stop func()) {
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range answerWorkers {
		wg.Go(func() {
			for {
				select {
				case next := <-a.answers:
					a.answer(calls, next)
				case <-done:
					select {
					case next := <-a.answers:
						a.answer(calls, next)
					default:
						return
					}
				}
			}
		})
	}
	return func() {
		close(done)
		grace := time.AfterFunc(answerGrace, cancel)
		wg.Wait()
		grace.Stop()
		cancel()
	}
}

// answer answers one pressed button. Failures are of no consequence: above
// all, Telegram forgets a query after some seconds, and the event may be old.
func (a *Adapter) answer(ctx context.Context, next answer) {
	_, err := post[bool](ctx, a, a.sending, "answerCallbackQuery", bot.AnswerCallbackQueryParams{
		CallbackQueryID: next.query,
		Text:            shorten(next.says.Toast, toastRunes),
		ShowAlert:       next.says.Alert && next.says.Toast != "",
	})
	if err != nil {
		a.log.DebugContext(ctx, "telegram: a pressed button is not answered", "error", err)
	}
}

// shorten cuts s to the given number of runes.
func shorten(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes-1]) + "…"
}
