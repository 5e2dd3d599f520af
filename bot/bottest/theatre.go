package bottest

import (
	"fmt"
	"strings"

	"steadfast/bot"
	"steadfast/bot/chat"
)

// A Theatre is a platform on which a transcript is played: the chats of its
// people, and the adapter by which the bot takes part in them. It belongs to
// one bubble of testing/synctest. Acts may return before the bot has heard of
// them, but not later than everything in the bubble waits.
type Theatre interface {
	// Adapter returns an adapter as a newly started process makes it. At most
	// one runs at a time. What the last one did not confirm comes again. By the
	// time it runs, made returns the bot.
	Adapter(made func() *bot.Bot) (chat.Adapter, error)

	// Throttle makes the platform refuse each message once from now on.
	Throttle()

	// Join brings in a person with whom the bot can chat. No two people have
	// the same number; it is the same wherever the transcript is played.
	Join(number int, username, name string) chat.Sender

	// Found makes a group in which the bot and everybody else is. No two groups
	// have the same number.
	Found(number int, title string) chat.Place

	// Block makes messages of the bot to a place fail, or arrive again. The bot
	// is not told.
	Block(in chat.Place, blocked bool)

	// Do makes a person do what the bot then hears of as what. References in it
	// are zero: an edit changes the person's newest words, and a token is
	// pressed under the bot's oldest message in the place, as by somebody whose
	// phone still shows what was there before. The place that a group moves to
	// has been founded. The zero sender is somebody whom the platform hides.
	Do(by chat.Sender, in chat.Place, what chat.What) error

	// Tap makes a person tap the button that [Pick] finds.
	Tap(by chat.Sender, in chat.Place, label string) error

	// Look returns what was shown since the last look, and the toasts by which
	// taps were answered.
	Look() (shown []Shown, toasts []string)
}

// A Shown is one message as people read it, or read it anew.
type Shown struct {
	Place  chat.Place
	Text   chat.Text
	Labels []string // of the buttons, in reading order
	Edit   bool     // it took the place of another
	File   string   // the name of the file that came with it
}

// Pick returns the label of the button that somebody means who says said:
// exactly that one or, failing that, one that begins so after its mark. The
// labels of the newest message come first.
func Pick(labels []string, said string) (string, error) {
	for _, fits := range []func(string) bool{
		func(l string) bool { return l == said },
		func(l string) bool { return strings.HasPrefix(strings.TrimLeft(l, "✓‹ "), said) },
	} {
		for _, l := range labels {
			if fits(l) {
				return l, nil
			}
		}
	}
	return "", fmt.Errorf("no button %q", said)
}
