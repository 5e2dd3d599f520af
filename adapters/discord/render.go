package discord

import (
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// Limits of Discord, in runes.
const (
	contentRunes = 2000
	embedRunes   = 4096
)

// An identity is how Discord knows the bot; empty while it is not known.
type identity struct{ user, application string }

// outgoing is a message as Discord takes it. All fields that an edit could
// leave as they were are always sent, so that nothing of the old message stays.
type outgoing struct {
	Content      string                       `json:"content"`
	Embeds       []embed                      `json:"embeds"`
	Components   []discordgo.MessageComponent `json:"components"`
	Mentions     mentions                     `json:"allowed_mentions"`
	Flags        int                          `json:"flags"`
	Nonce        string                       `json:"nonce,omitzero"`
	EnforceNonce bool                         `json:"enforce_nonce,omitzero"`
	Attachments  []attachment                 `json:"attachments,omitzero"`
}

// An attachment is a file that is sent with a message; ID is its number there.
type attachment struct {
	ID   int    `json:"id"`
	Name string `json:"filename"`
}

// An embed is a box with text.
type embed struct {
	Description string `json:"description"`
}

// mentions are those that call somebody. Parse is empty, and not missing: then
// no text calls anybody.
type mentions struct {
	Parse []string `json:"parse"`
	Roles []string `json:"roles,omitzero"`
}

// renderMessage turns m into what Discord is sent, for a new message or, if m
// replaces one, for an edit. With a role, an alarm in a group calls it. Text
// that Discord's markup makes too long stands in a box, which holds more.
func renderMessage(m chat.Message, self identity, dangerRole string) outgoing {
	out := outgoing{Embeds: []embed{}, Components: components(m.Choices, m.Form), Mentions: mentions{Parse: []string{}}}
	if m.Replaces == "" {
		out.Nonce, out.EnforceNonce = m.Once, m.Once != ""
		if m.Quiet {
			out.Flags |= int(discordgo.MessageFlagsSuppressNotifications)
		}
	}
	if m.File != nil {
		out.Attachments = []attachment{{0, m.File.Name}}
	}
	if m.Alarm && m.Group && dangerRole != "" {
		out.Mentions.Roles = []string{dangerRole}
		out.Content = "<@&" + dangerRole + ">"
	}
	text, call := markdown(m.Text, self), out.Content
	if call != "" {
		call += "\n"
	}
	if utf8.RuneCountInString(call+text) <= contentRunes {
		out.Content = call + text
		out.Flags |= int(discordgo.MessageFlagsSuppressEmbeds)
		return out
	}
	if utf8.RuneCountInString(text) > embedRunes {
		text = markdown(withoutLooks(m.Text), self)
	}
	out.Embeds = []embed{{text}}
	return out
}

// asAnswer is o as an answer to an interaction: repeating it is prevented by
// other means. Hidden says that only one person is to see it.
func (o outgoing) asAnswer(hidden bool) outgoing {
	o.Nonce, o.EnforceNonce = "", false
	if hidden {
		o.Flags |= int(discordgo.MessageFlagsEphemeral)
	}
	return o
}

// withoutLooks returns t as regular text, which has at most two characters of
// markup for one of text.
func withoutLooks(t chat.Text) chat.Text {
	plain := make(chat.Text, len(t))
	for i, span := range t {
		if span.Style != chat.Start {
			span.Style = chat.Regular
		}
		plain[i] = span
	}
	return plain
}
