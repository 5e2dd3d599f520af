package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Person uses Telegram.
type Person struct {
	ID        int64  `json:"id"`
	Bot       bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Language  string `json:"language_code,omitempty"`
}

// Anonymous is the account behind which administrators of groups write who do
// not want to be seen.
const Anonymous = 1087968824

type query struct{ user int64 }

// A Toast answered a pressed button.
type Toast struct {
	To    int64
	Text  string
	Alert bool
}

// Join makes p known. The private chat with p, whose number is p's own, exists
// from now on and the bot may write to it.
func (s *Server) Join(p Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people[p.ID] = p
	s.chats[p.ID] = &room{id: p.ID, kind: "private", title: p.FirstName, status: "member"}
}

// Found makes a group, supergroup or channel in which the bot has the given
// status.
func (s *Server) Found(id int64, kind, title, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chats[id] = &room{id: id, kind: kind, title: title, status: status}
}

// Say makes a person write in a chat and returns the message's number. In a
// channel nobody sees who wrote.
func (s *Server) Say(user, chat int64, text string) int64 {
	return s.Post(user, chat, map[string]any{"text": text})
}

// Post makes a person send any message: fields are those of Telegram's
// Message, such as "voice" or "caption".
func (s *Server) Post(user, chat int64, fields map[string]any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextID++
	text, _ := fields["text"].(string)
	c := s.room(chat)
	c.messages = append(c.messages, Message{ID: s.nextID, From: user, Text: text})
	m := s.wrap(user, c, s.nextID, fields)
	kind := "message"
	if c.kind == "channel" {
		kind = "channel_post"
		delete(m, "from")
	}
	s.push(kind, m)
	return s.nextID
}

// Edit makes a person change a message of their own.
func (s *Server) Edit(user, chat, id int64, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(chat)
	for i := range c.messages {
		if c.messages[i].ID == id {
			c.messages[i].Text = text
			c.messages[i].Edits++
		}
	}
	m := s.wrap(user, c, id, map[string]any{"text": text})
	m["edit_date"] = time.Now().Unix()
	s.push("edited_message", m)
}

// Press makes a person press the button with the given label, under the newest
// message that has one. It fails where there is none.
func (s *Server) Press(user, chat int64, label string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(chat)
	for _, m := range slices.Backward(c.messages) {
		for _, row := range m.Rows {
			for _, b := range row {
				if b.Text == label {
					s.press(user, c, m, b.Data)
					return nil
				}
			}
		}
	}
	return fmt.Errorf("chat %d shows no button %q", chat, label)
}

// PressOld makes a person press a button with the given data under the bot's
// oldest message in a chat, whatever buttons that has now: their phone still
// shows what was there before. It fails where there is no message.
func (s *Server) PressOld(user, chat int64, data string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(chat)
	for _, m := range c.messages {
		if m.From == 0 {
			s.press(user, c, m, data)
			return nil
		}
	}
	return fmt.Errorf("chat %d shows no message of the bot", chat)
}

// press needs s.mu.
func (s *Server) press(user int64, c *room, m Message, data string) {
	s.nextID++
	id := "q" + strconv.FormatInt(s.nextID, 10)
	s.queries[id] = &query{user}
	s.push("callback_query", map[string]any{
		"id": id, "from": s.people[user], "message": c.foreign(m), "chat_instance": "1", "data": data,
	})
}

// Block makes a person block the bot, which Telegram tells it.
func (s *Server) Block(user int64) { s.Status(user, user, "kicked") }

// Unblock undoes [Server.Block].
func (s *Server) Unblock(user int64) { s.Status(user, user, "member") }

// Status gives the bot another status in a chat: member, administrator,
// restricted, left or kicked. By is who did it.
func (s *Server) Status(by, chat int64, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(chat)
	before := c.membership()
	c.status = status
	s.push("my_chat_member", map[string]any{
		"chat": c.describe(), "from": s.people[by], "date": time.Now().Unix(),
		"old_chat_member": before, "new_chat_member": c.membership(),
	})
}

// Miss is [Server.Status] of which the bot never hears, as when Telegram has
// dropped an update after a day.
func (s *Server) Miss(chat int64, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.room(chat).status = status
}

// Migrate turns a group into a supergroup with a new number.
func (s *Server) Migrate(by, group, to int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(group)
	s.chats[to] = &room{id: to, kind: "supergroup", title: c.title, status: c.status}
	s.nextID++
	s.push("message", s.wrap(by, c, s.nextID, map[string]any{"migrate_to_chat_id": to}))
	s.push("message", s.wrap(by, s.chats[to], s.nextID, map[string]any{"migrate_from_chat_id": group}))
	c.moved = to
}

// Delete removes a message from a chat. Bots are not told.
func (s *Server) Delete(chat, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(chat)
	c.messages = slices.DeleteFunc(c.messages, func(m Message) bool { return m.ID == id })
	s.notify()
}

// Raw puts an update in the queue, given by the fields after its update_id,
// such as `"message":{}`. It returns the update_id.
func (s *Server) Raw(fields string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.nextUpdate
	s.nextUpdate++
	s.updates = append(s.updates, queued{id, json.RawMessage(fmt.Sprintf(`{"update_id":%d,%s}`, id, fields))})
	s.notify()
	return id
}

// Waiting returns how many updates are not yet confirmed.
func (s *Server) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.updates)
}

// Shown returns what a chat shows now, oldest first.
func (s *Server) Shown(chat int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.room(chat).messages)
}

// A Showing is what a chat began to show when the bot sent a message or, with
// Edited, changed one.
type Showing struct {
	Chat    int64
	Message Message
	Edited  bool
}

// Showings returns what the bot has shown so far in all chats, oldest first.
func (s *Server) Showings() []Showing {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.showings)
}

// Toasts returns how pressed buttons were answered, oldest first.
func (s *Server) Toasts() []Toast {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.answered)
}

// Unanswered returns how many pressed buttons still wait for an answer.
func (s *Server) Unanswered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queries)
}

// Await waits until ok holds. It asks again at every change of the server; ok
// may call the server. Outside a bubble, tests wait with it.
func (s *Server) Await(ctx context.Context, ok func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if ok() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Bring hands the oldest update to the handler of a webhook, with the secret
// that was set, and returns its answer; 200 confirms the update. It returns 0
// when no webhook is set or nothing waits.
func (s *Server) Bring(h http.Handler) (status int) {
	s.mu.Lock()
	hook, waiting := s.webhook, slices.Clone(s.updates)
	s.mu.Unlock()
	if hook.url == "" || len(waiting) == 0 {
		return 0
	}
	r := httptest.NewRequest(http.MethodPost, hook.url, bytes.NewReader(waiting[0].raw))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code == http.StatusOK {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.updates = slices.DeleteFunc(s.updates, func(u queued) bool { return u.id == waiting[0].id })
	}
	return w.Code
}

// SetWebhook sets a webhook as another program with the same token would.
func (s *Server) SetWebhook(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook.url = url
	s.notify()
}

// room returns a chat that a test speaks of; without it the test is wrong.
// s.mu must be held.
func (s *Server) room(id int64) *room {
	c := s.chats[id]
	if c == nil {
		panic(fmt.Sprintf("telegramtest: there is no chat %d", id))
	}
	return c
}

// wrap returns a message with the fields that Telegram adds. s.mu must be held.
func (s *Server) wrap(user int64, c *room, id int64, fields map[string]any) map[string]any {
	m := map[string]any{"message_id": id, "date": time.Now().Unix(), "chat": c.describe(), "from": s.people[user]}
	if user == Anonymous {
		m["from"] = Person{ID: Anonymous, Bot: true, FirstName: "Group", Username: "GroupAnonymousBot"}
		m["sender_chat"] = c.describe()
	}
	if text, _ := fields["text"].(string); strings.HasPrefix(text, "/") {
		command, _, _ := strings.Cut(text, " ")
		m["entities"] = []Entity{{"bot_command", 0, len(command)}}
	}
	maps.Copy(m, fields)
	return m
}

// push puts an update in the queue, if the bot asked for its kind. s.mu must be
// held.
func (s *Server) push(kind string, what any) {
	if s.allowed != nil && !slices.Contains(s.allowed, kind) {
		return
	}
	id := s.nextUpdate
	s.nextUpdate++
	raw, err := json.Marshal(map[string]any{"update_id": id, kind: what})
	if err != nil {
		panic("telegramtest: " + err.Error())
	}
	s.updates = append(s.updates, queued{id, raw})
	s.notify()
}
