package discordtest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A body is what the bot sends as, or into, a message. On an edit what is nil
// stays as it was.
type body struct {
	Content      *string          `json:"content"`
	Embeds       *[]embed         `json:"embeds"`
	Components   *[]component     `json:"components"`
	Flags        int              `json:"flags"`
	Nonce        json.RawMessage  `json:"nonce"`
	EnforceNonce bool             `json:"enforce_nonce"`
	TTS          bool             `json:"tts"`
	Mentions     *allowedMentions `json:"allowed_mentions"`

	Attachments []struct {
		ID   int    `json:"id"`
		Name string `json:"filename"`
	} `json:"attachments"`
	file *File

	// Of the answers to interactions that are no messages.
	Choices  []Choice `json:"choices"`
	CustomID string   `json:"custom_id"`
	Title    string   `json:"title"`
}

type allowedMentions struct {
	Parse       []string `json:"parse"`
	Roles       []string `json:"roles"`
	Users       []string `json:"users"`
	RepliedUser bool     `json:"replied_user"`
}

type embed struct {
	Type        string `json:"type,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Color       int    `json:"color,omitempty"`
}

// address finds what Discord shows a preview of.
var address = regexp.MustCompile(`https?://`)

// check checks what is to be shown, with the flags that may be set.
func (b *body) check(flags int) *problem {
	if b.Content != nil && runes(*b.Content) > 2000 {
		return form("content", "Must be 2000 or fewer in length.")
	}
	total := 0
	if b.Embeds != nil {
		if len(*b.Embeds) > 10 {
			return form("embeds", "Must be 10 or fewer in length.")
		}
		for _, e := range *b.Embeds {
			if runes(e.Title) > 256 || runes(e.Description) > 4096 {
				return form("embeds", "Must be 4096 or fewer in length.")
			}
			total += runes(e.Title) + runes(e.Description)
		}
	}
	switch {
	case total > 6000:
		return form("embeds", "Embed size exceeds maximum size of 6000")
	case len(b.Attachments) > 0 && b.file == nil:
		return form("attachments", "there is no such file in the request")
	case b.Flags&^flags != 0:
		return form("flags", "flags that cannot be set here: %d", b.Flags&^flags)
	case b.Mentions == nil || b.Mentions.Parse == nil || len(b.Mentions.Parse) > 0:
		return form("allowed_mentions", "this server wants an empty list of mentions to parse")
	case b.Mentions.Users != nil || b.Mentions.RepliedUser:
		return form("allowed_mentions", "this server wants nobody to be called by name")
	case b.Content != nil && address.MatchString(*b.Content) && b.Flags&suppressEmbeds == 0:
		return form("flags", "this server wants no previews of links")
	case b.TTS || b.Choices != nil || b.CustomID != "" || b.Title != "":
		return form("body", "fields that a message of this bot does not have")
	case b.Components != nil:
		return checkRows(*b.Components)
	}
	return nil
}

// checkNew checks a message that did not exist before, and returns its nonce.
func (b *body) checkNew(flags int) (nonce string, trouble *problem) {
	if trouble := b.check(flags); trouble != nil {
		return "", trouble
	}
	if b.empty() {
		return "", &problem{status: 400, code: 50006, message: "Cannot send an empty message", defect: true}
	}
	if len(b.Nonce) > 0 && (json.Unmarshal(b.Nonce, &nonce) != nil || len(nonce) > 25) {
		return "", form("nonce", "Must be 25 or fewer in length.")
	}
	if b.EnforceNonce && nonce == "" {
		return "", form("nonce", "This field is required")
	}
	return nonce, nil
}

func (b *body) empty() bool {
	return (b.Content == nil || strings.TrimSpace(*b.Content) == "") && (b.Embeds == nil || len(*b.Embeds) == 0)
}

func runes(s string) int { return utf8.RuneCountInString(s) }

// post shows a message of the bot that was checked. By is the interaction that
// it answers, if it does. s.mu must be held.
func (s *Server) post(c *channel, b *body, by *interaction) *message {
	m := &message{id: s.newID(), author: BotID, flags: b.Flags, by: by}
	if by != nil && b.Flags&ephemeral != 0 {
		m.seen = by.user
	}
	m.fill(b)
	c.messages = append(c.messages, m)
	s.call(m, b)
	if m.flags&loading == 0 {
		s.show(c, m, false)
	}
	return m
}

// edit checks what a message is to become, and shows it anew. s.mu must be held.
func (s *Server) edit(c *channel, m *message, b *body) *problem {
	if trouble := b.check(suppressEmbeds); trouble != nil {
		return trouble
	}
	after := *m
	after.fill(b)
	if strings.TrimSpace(after.content) == "" && len(after.embeds) == 0 {
		return &problem{status: 400, code: 50006, message: "Cannot send an empty message", defect: true}
	}
	waiting := m.flags&loading != 0
	m.fill(b)
	m.flags = m.flags&^(loading|suppressEmbeds) | b.Flags&suppressEmbeds
	if !waiting {
		m.edited = time.Now()
		m.edits++
	}
	s.call(m, b)
	s.show(c, m, !waiting)
	if m.seen == "" {
		s.Gateway.Dispatch("MESSAGE_UPDATE", s.event(c, m))
	}
	return nil
}

func (m *message) fill(b *body) {
	if b.file != nil {
		m.file = b.file
		m.attachments = []any{object{"id": m.id, "filename": b.file.Name, "content_type": b.file.Type, "size": len(b.file.Data)}}
	}
	if b.Content != nil {
		m.content = *b.Content
	}
	if b.Embeds != nil {
		m.embeds = *b.Embeds
	}
	if b.Components != nil {
		m.rows = *b.Components
	}
}

// remove takes a message away. s.mu must be held.
func (s *Server) remove(c *channel, m *message) {
	c.messages = slices.DeleteFunc(c.messages, func(o *message) bool { return o == m })
	for i := range s.showings {
		s.showings[i].Taken = s.showings[i].Taken || s.showings[i].Message.ID == m.id
	}
	if m.seen != "" {
		return
	}
	o := object{"id": m.id, "channel_id": c.id}
	if c.guild != "" {
		o["guild_id"] = c.guild
	}
	s.Gateway.Dispatch("MESSAGE_DELETE", o)
}

var roleMention = regexp.MustCompile(`<@&(\d+)>`)

// call notes whom a message calls. An edit calls nobody. s.mu must be held.
func (s *Server) call(m *message, b *body) {
	if m.edits > 0 || b.Mentions == nil {
		return
	}
	for _, found := range roleMention.FindAllStringSubmatch(m.content, -1) {
		if slices.Contains(b.Mentions.Roles, found[1]) && !slices.Contains(m.called, found[1]) {
			m.called = append(m.called, found[1])
		}
	}
}
