package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"steadfast/bot/chat"
)

// platformRetry is how long after a platform gave up it is tried again.
const platformRetry = time.Minute

// attend runs an adapter as long as the process lives. Trouble that the adapter
// cannot mend, such as a token that was revoked, ends the process if it is the
// only platform; otherwise it must not take the others with it: the staff is
// told there, and the platform is tried again.
func (p *process) attend(ctx context.Context, a chat.Adapter) error {
	var broken atomic.Bool // the handler failed: the store, that is
	handle := p.meters.handler(p.bot.Handle)
	handler := func(ctx context.Context, e chat.Event) (chat.Answer, error) {
		answer, err := handle(ctx, e)
		if err != nil {
			broken.Store(true)
		}
		return answer, err
	}
	told := false
	for {
		err := a.Run(ctx, handler)
		switch {
		case ctx.Err() != nil:
			return err
		case err == nil:
			return fmt.Errorf("%s ended by itself, which is a defect of the program: start it again", a.Platform())
		case broken.Load() || len(p.adapters) == 1:
			return err
		}
		p.log.Error("a platform cannot be used, the others go on", "platform", a.Platform(), "error", err)
		if !told {
			if err := p.bot.PlatformLost(ctx, a.Platform()); err != nil && ctx.Err() == nil {
				return err
			}
			told = true
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(platformRetry):
		}
	}
}
