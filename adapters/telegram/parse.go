package telegram

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"steadfast/bot/chat"
)

// An incoming is one event and, for a pressed button, the query that waits for
// an answer.
type incoming struct {
	event chat.Event
	query string
}

// parse turns one raw update into an event. It returns the update's id, zero
// when it cannot be read, and false when the update matters to nobody. The
// name is the bot's own, or empty while it is not known. parse never fails:
// what it cannot read becomes [chat.Unreadable].
func parse(raw []byte, name string) (in incoming, id int64, ok bool) {
	u, err := decode(raw)
	if err != nil {
		return incoming{event: unreadable(raw, u.ID, err.Error())}, u.ID, true
	}
	var e chat.Event
	switch {
	case u.Message != nil:
		e, ok = u.Message.event(name, raw)
	case u.Edited != nil:
		e, ok = u.Edited.edited()
	case u.Post != nil:
		e, ok = u.Post.posted(name)
	case u.Press != nil:
		e, ok = u.Press.event()
		in.query = u.Press.ID
	case u.Member != nil:
		e, ok = u.Member.event()
	}
	e.ID = eventID(u.ID)
	in.event = e
	return in, u.ID, ok
}

func eventID(update int64) string { return "u" + strconv.FormatInt(update, 10) }

// unreadable names an update that has no id by its content, so that it is the
// same event when it comes again.
func unreadable(raw []byte, id int64, why string) chat.Event {
	e := chat.Event{ID: eventID(id), What: chat.Unreadable{Why: "an update of Telegram cannot be read: " + why}}
	if id == 0 {
		sum := sha256.Sum256(raw)
		e.ID = "x" + hex.EncodeToString(sum[:12])
	}
	return e
}

func place(id int64) chat.Place {
	return chat.Place{Platform: Name, ID: strconv.FormatInt(id, 10)}
}

func ref(id int64) chat.Ref { return chat.Ref(strconv.FormatInt(id, 10)) }

func sender(u *user) chat.Sender {
	if u == nil || u.ID == 0 {
		return chat.Sender{}
	}
	name := u.FirstName
	if u.LastName != "" {
		name = strings.TrimSpace(name + " " + u.LastName)
	}
	return chat.Sender{
		Account:  chat.Account{Platform: Name, ID: strconv.FormatInt(u.ID, 10)},
		Name:     name,
		Username: u.Username,
		Language: u.Language,
	}
}

// in fills in what an event takes from its chat.
func (r room) in(date int64) chat.Event {
	e := chat.Event{In: place(r.ID), Private: r.Type == "private"}
	if !e.Private {
		e.Title = r.Title
	}
	if date > 0 {
		e.At = time.Unix(date, 0)
	}
	return e
}

// author returns the event of m without What, and false when a bot wrote it.
// Somebody who writes in the name of a chat is hidden.
func (m *message) author() (chat.Event, bool) {
	e := m.Chat.in(m.Date)
	switch {
	case m.Automatic: // a channel's post, repeated in the group that discusses it
		return e, false
	case bool(m.Sender):
		return e, true
	case m.From != nil && m.From.Bot:
		return e, false
	}
	e.From = sender(m.From)
	return e, true
}

func (m *message) event(name string, raw []byte) (chat.Event, bool) {
	e, ok := m.author()
	if m.MigrateTo != 0 {
		e.What = chat.Moved{To: place(m.MigrateTo)}
		return e, true
	}
	if !ok {
		return e, false
	}
	if m.Text == "" {
		kind, ok := m.media()
		if !ok {
			kind, ok = m.strange(raw)
		}
		e.What = chat.Sent{Kind: kind, Caption: m.Caption, Ref: ref(m.ID)}
		return e, ok
	}
	if command, to, ok := m.command(); ok {
		e.What = command
		// Alone with us, nobody else would answer.
		return e, e.Private || ours(to, name)
	}
	e.What = chat.Said{Text: m.Text, Ref: ref(m.ID), Forwarded: bool(m.Forwarded)}
	return e, true
}

// edited reads an edited message. Without text it is no edit of words, but a
// moving location or a stopped poll.
func (m *message) edited() (chat.Event, bool) {
	e, ok := m.author()
	text := m.Text
	if text == "" {
		text = m.Caption
	}
	e.What = chat.Edited{Text: text, Ref: ref(m.ID)}
	return e, ok && text != ""
}

// posted reads a post in a channel. The bot takes commands there and nothing
// else; who gave them is never known.
func (m *message) posted(name string) (chat.Event, bool) {
	e := m.Chat.in(m.Date)
	command, to, ok := m.command()
	e.What = command
	return e, ok && ours(to, name)
}

// ours reports whether a command said to a bot is for the one with the given
// name, as far as that is known.
func ours(to, name string) bool {
	return to == "" || name == "" || strings.EqualFold(to, name)
}

// command reads "/name@to args". What only looks like a command, as a path
// does, is text, and so is what somebody else said first.
func (m *message) command() (c chat.Command, to string, ok bool) {
	if bool(m.Forwarded) || !strings.HasPrefix(m.Text, "/") {
		return chat.Command{}, "", false
	}
	head, args := m.Text[1:], ""
	if i := strings.IndexAny(head, " \t\r\n"); i >= 0 {
		head, args = head[:i], strings.TrimSpace(head[i:])
	}
	head, to, addressed := strings.Cut(head, "@")
	if !word(head) || (addressed && !word(to)) {
		return chat.Command{}, "", false
	}
	return chat.Command{Name: strings.ToLower(head), Args: args, Ref: ref(m.ID)}, to, true
}

func word(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_':
		default:
			return false
		}
	}
	return s != "" && len(s) <= 32
}

func (m *message) media() (chat.Media, bool) {
	switch {
	case bool(m.Voice || m.Audio):
		return chat.Voice, true
	case bool(m.Photo || m.LivePhoto):
		return chat.Photo, true
	case bool(m.Video || m.VideoNote || m.Animation):
		return chat.Video, true // an animation is also marked as a document
	case bool(m.Sticker):
		return chat.Sticker, true
	case bool(m.Location): // a venue is also marked as a location
		return chat.Location, true
	case bool(m.Document):
		return chat.File, true
	case bool(m.Contact || m.Poll || m.Dice):
		return chat.Other, true
	}
	return "", false
}

// strange decides about a message without text or known media: a service
// message, or something Telegram invented later. In private it is answered
// unless it is known to be a service message, so that nobody believes to have
// told the bot something. In a group it is left alone.
func (m *message) strange(raw []byte) (chat.Media, bool) {
	if m.Chat.Type != "private" {
		return "", false
	}
	var u struct {
		Message map[string]json.RawMessage `json:"message"`
	}
	if json.Unmarshal(raw, &u) != nil {
		return chat.Other, true
	}
	for field := range u.Message {
		if service(field) {
			return "", false
		}
	}
	return chat.Other, true
}

// service reports the fields that mark what Telegram itself says in a private
// chat.
func service(field string) bool {
	switch field {
	case "pinned_message", "message_auto_delete_timer_changed", "migrate_from_chat_id", "write_access_allowed",
		"connected_website", "chat_background_set", "new_chat_photo", "new_chat_title", "delete_chat_photo",
		"forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
		"general_forum_topic_hidden", "general_forum_topic_unhidden", "proximity_alert_triggered",
		"successful_payment", "refunded_payment", "users_shared", "chat_shared", "web_app_data",
		"gift", "unique_gift", "gift_upgrade_sent", "managed_bot_created":
		return true
	}
	return false
}

// event reads a pressed button. Where Telegram does not say in which chat it
// was, the answer goes to the presser alone.
func (p *press) event() (chat.Event, bool) {
	var e chat.Event
	what := chat.Pressed{Token: p.Data}
	if m := p.Message; m != nil && m.Chat.ID != 0 {
		e, what.On = m.Chat.in(0), ref(m.ID)
	} else {
		e = chat.Event{In: place(p.From.ID), Private: true}
	}
	e.From, e.What = sender(p.From), what
	return e, p.Data != ""
}

func (s *standing) event() (chat.Event, bool) {
	e := s.Chat.in(s.Date)
	e.From = sender(s.From)
	e.What = chat.Reach{OK: s.New.writes(s.Chat.Type)}
	return e, true
}
