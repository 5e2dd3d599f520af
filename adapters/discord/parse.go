package discord

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// A parser turns what Discord tells into events. It holds nothing that changes.
type parser struct {
	self     string              // the bot's own ID
	commands []chat.CommandSpec  // for the names of their options
	title    func(string) string // of a channel, if it is known
}

// An incoming is what one packet brings: the events, all of one place, and the
// interaction that waits for an answer.
type incoming struct {
	events []chat.Event
	talk   *talk
}

// parse reads a dispatched packet. It returns false when the packet matters to
// nobody. It never fails: what it cannot read becomes [chat.Unreadable].
func (p parser) parse(in packet) (incoming, bool) {
	var (
		e   chat.Event
		ok  bool
		err error
	)
	switch in.Type {
	case "MESSAGE_CREATE":
		e, ok, err = p.created(in.Data)
	case "MESSAGE_UPDATE":
		e, ok, err = p.updated(in.Data)
	case "INTERACTION_CREATE":
		var t incoming
		if t, err = p.interaction(in.Data); err == nil {
			return t, true
		}
	case "":
		err = errors.New("it is not an event")
	}
	if err != nil {
		e, ok = unreadable(in.Data, err), true
	}
	return incoming{events: []chat.Event{e}}, ok
}

// unreadable names an event by its content, so that it is the same one when it
// comes again.
func unreadable(data []byte, err error) chat.Event {
	sum := sha256.Sum256(data)
	return chat.Event{
		ID:   "x" + hex.EncodeToString(sum[:12]),
		What: chat.Unreadable{Why: "an event of Discord cannot be read: " + err.Error()},
	}
}

func place(id string) chat.Place { return chat.Place{Platform: Name, ID: id} }

func sender(u *user, language string) chat.Sender {
	name := u.Global
	if name == "" {
		name = u.Username
	}
	return chat.Sender{Account: chat.Account{Platform: Name, ID: u.ID}, Name: name, Username: u.Username, Language: language}
}

// created reads a new message.
func (p parser) created(data []byte) (chat.Event, bool, error) {
	m, err := decode[message](data)
	switch {
	case err != nil:
		return chat.Event{}, false, err
	case m.ID == "" || m.Channel == "" || m.Author == nil || m.Author.ID == "":
		return chat.Event{}, false, errors.New("the message has no id, no channel or no author")
	}
	e, ok := p.said(&m)
	return e, ok, nil
}

// said returns the event of a new message, wherever it was found; false if it
// is not for the bot.
func (p parser) said(m *message) (chat.Event, bool) {
	if !m.byPerson() {
		return chat.Event{}, false
	}
	e := chat.Event{ID: m.ID, At: m.Said, From: sender(m.Author, "")}
	if m.Server == "" {
		e.In, e.Private, e.Mark = e.From.Account.Private(), true, mark(m.Channel, m.ID)
	} else {
		text, ok := p.addressed(m.Text)
		if !ok {
			return chat.Event{}, false
		}
		m.Text, e.In, e.Title = text, place(m.Channel), p.title(m.Channel)
	}
	e.What = p.what(m)
	return e, e.What != nil
}

// addressed returns a text without the mention of the bot; false if there is
// none, and the text is not for it.
func (p parser) addressed(text string) (string, bool) {
	for _, mention := range []string{"<@" + p.self + ">", "<@!" + p.self + ">"} {
		if before, after, ok := strings.Cut(text, mention); ok {
			return strings.TrimSpace(strings.TrimSpace(before) + " " + strings.TrimSpace(after)), true
		}
	}
	return "", false
}

// what returns what happened with a message that a person wrote, or nil for
// one that is empty.
func (p parser) what(m *message) chat.What {
	ref := chat.Ref(m.ID)
	if len(m.Snapshots) > 0 {
		forwarded := m.Snapshots[0].Message
		if forwarded.Text != "" {
			return chat.Said{Text: forwarded.Text, Ref: ref, Forwarded: true}
		}
		m.content = forwarded
	}
	if kind := m.media(); kind != "" {
		return chat.Sent{Kind: kind, Caption: m.Text, Ref: ref}
	}
	if name, rest, ok := command(m.Text); ok {
		return chat.Command{Name: name, Args: p.withoutOption(name, rest), Ref: ref}
	}
	if m.Text == "" && m.Server == "" {
		return nil
	}
	return chat.Said{Text: m.Text, Ref: ref}
}

// media returns what c holds besides text; empty for nothing.
func (c *content) media() chat.Media {
	switch {
	case c.Flags&voiceFlag != 0:
		return chat.Voice
	case len(c.Attachments) > 0:
		switch kind, _, _ := strings.Cut(c.Attachments[0].Type, "/"); kind {
		case "audio":
			return chat.Voice
		case "image":
			return chat.Photo
		case "video":
			return chat.Video
		}
		return chat.File
	case len(c.Stickers) > 0:
		return chat.Sticker
	case bool(c.Poll):
		return chat.Other
	}
	return ""
}

// command splits "/name the rest".
func command(text string) (name, rest string, ok bool) {
	said, ok := strings.CutPrefix(strings.TrimSpace(text), "/")
	if !ok {
		return "", "", false
	}
	end := strings.IndexFunc(said, unicode.IsSpace)
	if end < 0 {
		end = len(said)
	}
	if end == 0 {
		return "", "", false
	}
	return strings.ToLower(said[:end]), strings.TrimSpace(said[end:]), true
}

// withoutOption takes the name of an option off what was typed or pasted the
// way Discord writes its own commands: "/start code:WORD".
func (p parser) withoutOption(name, rest string) string {
	option, value, ok := strings.Cut(rest, ":")
	if !ok {
		return rest
	}
	for _, c := range p.commands {
		if c.Name != name {
			continue
		}
		for _, o := range c.Options {
			if called(o, option) {
				return strings.TrimSpace(value)
			}
		}
	}
	return rest
}

// called reports whether an option has that name in some language.
func called(o chat.OptionSpec, name string) bool {
	if o.Name == name {
		return true
	}
	for _, words := range o.Words {
		if words.Name == name {
			return true
		}
	}
	return false
}

// updated reads a change of a message. What changes without a person's doing,
// as when the preview of a link is there, has no time of an edit.
func (p parser) updated(data []byte) (chat.Event, bool, error) {
	m, err := decode[message](data)
	if err != nil || m.ID == "" || m.Channel == "" || m.Author == nil || m.Author.ID == "" {
		return chat.Event{}, false, err
	}
	e, ok := edited(&m)
	return e, ok, nil
}

// edited returns the event of a message that was changed, wherever it was
// found; false if it was not, or if that is of no interest.
func edited(m *message) (chat.Event, bool) {
	if !m.byPerson() || m.Server != "" || m.Edited.IsZero() || m.Text == "" {
		return chat.Event{}, false
	}
	from := sender(m.Author, "")
	return chat.Event{
		ID: m.ID + "e" + strconv.FormatInt(m.Edited.UnixMilli(), 10), At: m.Edited,
		From: from, In: from.Account.Private(), Private: true,
		What: chat.Edited{Text: m.Text, Ref: chat.Ref(m.ID)},
	}, true
}

// interaction reads a command, a press, a form that was sent off, or a command
// that is being typed.
func (p parser) interaction(data []byte) (incoming, error) {
	i, err := decode[discordgo.Interaction](data)
	if err != nil {
		return incoming{}, err
	}
	by := i.User
	if i.Member != nil && i.Member.User != nil {
		by = i.Member.User
	}
	if i.ID == "" || i.Token == "" || by == nil || by.ID == "" {
		return incoming{}, errors.New("the interaction has no id, no token or no author")
	}
	e := chat.Event{
		ID: i.ID, At: madeAt(i.ID), Handle: i.ID,
		From: sender(&user{ID: by.ID, Username: by.Username, Global: by.GlobalName}, string(i.Locale)),
	}
	p.locate(&e, &i)
	t := newTalk(&i, e)
	if i.Type == discordgo.InteractionApplicationCommandAutocomplete {
		e.Mark = "" // nothing happened
	}
	whats := p.done(&i, t.on)
	if whats == nil {
		return incoming{}, fmt.Errorf("interactions of type %d are not known", i.Type)
	}
	events := make([]chat.Event, len(whats))
	for n, what := range whats {
		events[n] = e
		events[n].What = what
		if len(whats) > 1 {
			events[n].ID = e.ID + "." + strconv.Itoa(n)
		}
		if n < len(whats)-1 {
			events[n].Handle, events[n].Mark = "", ""
		}
		if c, ok := what.(chat.Command); ok {
			t.open = slices.ContainsFunc(p.commands, func(s chat.CommandSpec) bool { return s.Name == c.Name && s.InGroup })
		}
	}
	return incoming{events, t}, nil
}

// locate fills in where an interaction took place. Everything that others do
// not see belongs to the private place: the chat with the bot, a message that
// one person alone is shown, and wherever the bot itself is not.
func (p parser) locate(e *chat.Event, i *discordgo.Interaction) {
	private := e.From.Account.Private()
	_, member := i.AuthorizingIntegrationOwners[discordgo.ApplicationIntegrationGuildInstall]
	switch {
	case i.GuildID == "" && i.Context != discordgo.InteractionContextPrivateChannel:
		e.In, e.Private, e.Mark = private, true, mark(i.ChannelID, i.ID)
	case i.GuildID == "", len(i.AuthorizingIntegrationOwners) > 0 && !member,
		i.Message != nil && i.Message.Flags&ephemeralFlag != 0,
		i.Message == nil && i.Type == discordgo.InteractionModalSubmit:
		e.In, e.Private, e.Aside = private, true, true
	default:
		e.In, e.Aside, e.Title = place(i.ChannelID), true, p.title(i.ChannelID)
	}
}

// done returns what was done in an interaction with the message on: nothing,
// but not nil, when a menu was closed as it was opened.
func (p parser) done(i *discordgo.Interaction, on chat.Ref) []chat.What {
	switch data := i.Data.(type) {
	case discordgo.ApplicationCommandInteractionData:
		if i.Type == discordgo.InteractionApplicationCommandAutocomplete {
			return completing(data)
		}
		c := chat.Command{Name: strings.ToLower(data.Name), Options: map[string]string{}}
		var values []string
		for _, o := range data.Options {
			value := strings.TrimSpace(fmt.Sprint(o.Value))
			c.Options[o.Name] = value
			values = append(values, value)
		}
		c.Args = strings.Join(values, " ")
		return []chat.What{c}
	case discordgo.MessageComponentInteractionData:
		whats := []chat.What{}
		for _, token := range pressesOf(i) {
			whats = append(whats, chat.Pressed{Token: token, On: on})
		}
		return whats
	case discordgo.ModalSubmitInteractionData:
		return []chat.What{chat.Filled{Token: strings.TrimPrefix(data.CustomID, formPrefix), Values: valuesOf(data), On: on}}
	}
	return nil
}

func completing(data discordgo.ApplicationCommandInteractionData) []chat.What {
	for _, o := range data.Options {
		if o.Focused {
			return []chat.What{chat.Completing{Command: strings.ToLower(data.Name), Option: o.Name, Typed: fmt.Sprint(o.Value)}}
		}
	}
	return []chat.What{}
}

// mark says how far the history of a private place has come.
func mark(channel, id string) string { return channel + ":" + id }
