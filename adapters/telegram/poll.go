package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/go-telegram/bot"

	"steadfast/bot/chat"
)

// batchLimit is the most updates in one answer; Telegram allows no more.
const batchLimit = 100

// question is what getUpdates is asked. The library has no parameters for it.
type question struct {
	Offset  int64    `json:"offset,omitempty"`
	Limit   int      `json:"limit"`
	Timeout int      `json:"timeout"`
	Allowed []string `json:"allowed_updates"`
}

// poll asks for updates until ctx ends. A question with an offset confirms
// everything before it, so the offset moves only when a whole batch has been
// handled.
func (a *Adapter) poll(ctx context.Context, h chat.Handler) error {
	ask := question{Limit: batchLimit, Timeout: int(pollTimeout.Seconds()), Allowed: allowedUpdates()}
	var pause backoff
	for ctx.Err() == nil {
		if _, err := a.whoami(ctx); err != nil && failed(err).rejected() {
			return errToken
		}
		began := time.Now()
		raw, err := post[[]json.RawMessage](ctx, a, a.polling, "getUpdates", ask)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			if err := a.trouble(ctx, failed(err), &pause); err != nil {
				return err
			}
			continue
		}
		a.lastPoll.Store(time.Now().UnixNano())
		batch, last := a.parseAll(raw)
		if len(batch) > 0 {
			if err := a.deliver(ctx, h, batch); err != nil {
				if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
					break
				}
				return err
			}
		}
		switch {
		case last != 0:
			ask.Offset = last + 1
			pause = backoff{}
		case len(raw) > 0:
			// Nothing says how to confirm these: ask again, but not at once.
			a.log.ErrorContext(ctx, "telegram: updates without an update_id", "count", len(raw))
			pause.wait(ctx, 0)
		case time.Since(began) < time.Second:
			// A server that does not wait must not be asked without end.
			sleep(ctx, 200*time.Millisecond)
		default:
			pause = backoff{}
		}
	}
	return nil
}

// parseAll parses a batch one by one, so that an update that cannot be read
// holds up no other. It returns the last id that could be read.
func (a *Adapter) parseAll(raw []json.RawMessage) (batch []incoming, last int64) {
	name := a.username()
	batch = make([]incoming, 0, len(raw))
	for _, r := range raw {
		in, id, ok := parse(r, name)
		if ok {
			batch = append(batch, in)
		}
		if id != 0 {
			last = id
		}
	}
	return batch, last
}

// trouble waits for as long as f calls for, and returns an error only for
// trouble that cannot mend itself.
func (a *Adapter) trouble(ctx context.Context, f *failure, pause *backoff) error {
	switch {
	case f.rejected():
		return errToken
	case f.status == http.StatusConflict && has(f.description, "webhook"):
		a.log.WarnContext(ctx, "telegram: a webhook is set, removing it, since this bot asks for updates itself")
		if _, err := a.library.DeleteWebhook(ctx, &bot.DeleteWebhookParams{}); err == nil {
			return nil
		}
	case f.status == http.StatusConflict:
		a.log.WarnContext(ctx, "telegram: another program asks for this bot's updates; stop one of them")
	default:
		a.log.WarnContext(ctx, "telegram: no updates", "error", f)
	}
	pause.wait(ctx, f.after)
	return nil
}

// A backoff counts failures in a row. The zero backoff is ready for use.
type backoff struct{ failures int }

// wait waits, each time longer, up to 30 s, but at least as long as told.
func (b *backoff) wait(ctx context.Context, atLeast time.Duration) {
	d := min(30*time.Second, 500*time.Millisecond<<min(b.failures, 10))
	b.failures++
	sleep(ctx, max(atLeast, d/2+rand.N(d/2)))
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
