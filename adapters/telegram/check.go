package telegram

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"steadfast/bot/chat"
)

// Identify asks Telegram who the bot is and returns its username. An error is
// a sentence that says what to do.
func (a *Adapter) Identify(ctx context.Context) (username string, err error) {
	if a.token() == "" {
		return "", errNoToken
	}
	me, err := a.getMe(ctx)
	if err != nil {
		return "", advise(failed(err), "")
	}
	return me.username, nil
}

// CheckPlace asks Telegram whether the bot can write to p and returns the
// title of the chat, or the name of the person. Nothing is shown there. An
// error is a sentence that says what to do.
func (a *Adapter) CheckPlace(ctx context.Context, p chat.Place) (title string, err error) {
	var id any
	number, err := chatID(p)
	switch {
	case err == nil:
		id = number
	case p.Platform == Name && strings.HasPrefix(p.ID, "@"):
		id = p.ID
	default:
		return "", advicef("%s is not a chat of Telegram: write its number, such as telegram:-1001234567890.", p)
	}
	if a.me.Load() == nil {
		if _, err := a.Identify(ctx); err != nil {
			return "", err
		}
	}
	c, err := a.library.GetChat(ctx, &bot.GetChatParams{ChatID: id})
	if err != nil {
		return "", advise(libraryFailure("getChat", err), p.String())
	}
	if number == 0 {
		return "", advicef("%s: write telegram:%d instead, since a name can change hands.", p, c.ID)
	}
	if c.Type == models.ChatTypePrivate {
		return strings.TrimSpace(c.FirstName + " " + c.LastName), nil
	}
	// The library cannot tell a right that is missing from one that is denied.
	member, err := post[membership](ctx, a, a.sending, "getChatMember", bot.GetChatMemberParams{ChatID: id, UserID: a.me.Load().id})
	if err != nil {
		return c.Title, advise(failed(err), p.String())
	}
	return c.Title, mayPost(c, member, p)
}

// mayPost returns nil if a member with m's rights may write in c.
func mayPost(c *models.ChatFullInfo, m membership, p chat.Place) error {
	muted := m.Status == "member" && c.Permissions != nil && !c.Permissions.CanSendMessages
	switch {
	case m.writes(string(c.Type)) && !muted:
		return nil
	case c.Type == models.ChatTypeChannel:
		return advicef("The bot may not post in %s: make it an administrator of the channel with the right to post messages.", p)
	case m.inside():
		return advicef("The bot may not write in %s: make it an administrator of the group, or let its members send messages.", p)
	}
	return advicef("The bot is not a member of %s: add it to that chat.", p)
}

// advise turns a failure into a sentence that says what to do.
func advise(f *failure, where string) error {
	switch e := classify(f, Name); {
	case f.rejected():
		return errToken
	case !e.Moved.IsZero():
		return advicef("%s has a new number: write %s instead.", where, e.Moved)
	case e.Class == chat.Gone:
		return advicef("The bot cannot see %s: add it to that chat, or let that person press Start in a private chat with the bot.", where)
	case e.Class == chat.Throttled:
		return advicef("Telegram wants fewer questions: try again in %s.", e.After)
	case f.err != nil, e.Class == chat.Again:
		return advicef("Telegram cannot be reached: look at the network and at [telegram] api_url, then try again. (%v)", f)
	}
	return advicef("Telegram refused the question. (%v)", f)
}

func advicef(format string, args ...any) advice { return advice(fmt.Sprintf(format, args...)) }
