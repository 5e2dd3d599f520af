package main

import (
	"fmt"
	"testing"

	"steadfast/adapters/discord/discordtest"
)

// A token that Discord refuses does not take Telegram with it: the owner is told
// there, and Telegram goes on.
func TestOnePlatformIsLost(t *testing.T) {
	p, d := newPlace(t), newDiscordWorld()
	p.cast()
	p.configure(fmt.Sprintf("[discord]\ntoken = %q\n", discordtest.Token))
	p.alive(d, func(out, log *terminal) {
		code := out.await(t, `/start (\w+)\n`)
		p.telegram.Say(1000, 1000, "/start "+code)
		p.shown(1000, `owner`)
		log.await(t, `(discord: connected)`)
		d.Gateway.Close(4004)
		p.shown(1000, `cut off from Discord`)
		log.await(t, `(a platform cannot be used, the others go on)`)
		p.telegram.Say(1000, 1000, "/help")
		p.shown(1000, `what I can do`)
	})
}
