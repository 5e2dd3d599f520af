package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"steadfast/bot/chat"
)

// shown is what is read of a message that was sent.
type shown struct {
	ID int64 `json:"message_id"`
}

// Send shows m, edits the message m.Replaces, or, returning no Ref, sets a
// command menu or finds out whether m.To can be written to. It does not keep to the pace, which is the
// caller's business, and does not try again. The error, if any, is a
// [*chat.SendError].
func (a *Adapter) Send(ctx context.Context, m chat.Message) (chat.Ref, error) {
	r, err := a.send(ctx, m)
	if err != nil {
		return "", err
	}
	return r, nil
}

func (a *Adapter) send(ctx context.Context, m chat.Message) (chat.Ref, *chat.SendError) {
	if m.Menu != nil {
		return "", a.setMenu(ctx, m)
	}
	to, err := chatID(m.To)
	if err == nil {
		err = m.CheckFile()
	}
	if err != nil {
		return "", refused(err)
	}
	if m.Probe {
		return "", a.probe(ctx, to)
	}
	if hasLink(m.Text) {
		// Without the name the text says what to type instead.
		_, _ = a.whoami(ctx)
	}
	if m.Replaces != "" {
		return a.edit(ctx, m, to)
	}
	if m.File != nil {
		return a.sendFile(ctx, m, to)
	}
	s, err := post[shown](ctx, a, a.sending, "sendMessage", renderNew(m, to, a.username()))
	if err != nil {
		return "", a.sendError(ctx, err)
	}
	return ref(s.ID), nil
}

// probe finds out whether a chat can be written to: Telegram refuses to show
// that the bot types wherever it would refuse a message, and shows it for some
// seconds to whoever has the chat open.
func (a *Adapter) probe(ctx context.Context, to int64) *chat.SendError {
	_, err := post[bool](ctx, a, a.sending, "sendChatAction", bot.SendChatActionParams{ChatID: to, Action: models.ChatActionTyping})
	if err == nil {
		return nil
	}
	f := failed(err)
	f.sent = false // whether it arrived or not, it can be repeated
	return a.sendError(ctx, f)
}

func (a *Adapter) edit(ctx context.Context, m chat.Message, to int64) (chat.Ref, *chat.SendError) {
	id, err := strconv.Atoi(string(m.Replaces))
	if err != nil {
		return "", refused(fmt.Errorf("%q is not a message of Telegram: %w", m.Replaces, chat.ErrNoMessage))
	}
	_, err = post[shown](ctx, a, a.sending, "editMessageText", renderEdit(m, to, id, a.username()))
	if err == nil {
		return m.Replaces, nil
	}
	f := failed(err)
	if notModified(f) {
		return m.Replaces, nil
	}
	f.sent = false // whether it arrived or not, an edit can be repeated
	return "", a.sendError(ctx, f)
}

// setMenu sets the commands that Telegram offers while somebody types: in one
// chat or, without a place, wherever no other menu is set. An empty menu is
// deleted, so that the next wider one shows.
func (a *Adapter) setMenu(ctx context.Context, m chat.Message) *chat.SendError {
	var scope models.BotCommandScope = &models.BotCommandScopeDefault{}
	if m.To.ID != "" {
		to, err := chatID(m.To)
		if err != nil {
			return refused(err)
		}
		scope = &models.BotCommandScopeChat{ChatID: to}
	}
	language, _, _ := strings.Cut(strings.ToLower(m.Menu.Language), "-")
	var err error
	if len(m.Menu.Items) == 0 {
		_, err = a.library.DeleteMyCommands(ctx, &bot.DeleteMyCommandsParams{Scope: scope, LanguageCode: language})
	} else {
		commands := make([]models.BotCommand, len(m.Menu.Items))
		for i, item := range m.Menu.Items {
			commands[i] = models.BotCommand{Command: item.Name, Description: shorten(item.Description, 256)}
		}
		_, err = a.library.SetMyCommands(ctx, &bot.SetMyCommandsParams{Commands: commands, Scope: scope, LanguageCode: language})
	}
	if err != nil {
		return a.sendError(ctx, libraryFailure("setMyCommands", err))
	}
	return nil
}

// chatID reads the number of a place.
func chatID(p chat.Place) (int64, error) {
	id, err := strconv.ParseInt(p.ID, 10, 64)
	if err != nil || p.Platform != Name || id == 0 {
		return 0, errors.New("the place is not a chat of Telegram: its form is telegram:-1001234567890")
	}
	return id, nil
}

func refused(err error) *chat.SendError {
	return &chat.SendError{Class: chat.Refused, Err: err}
}
