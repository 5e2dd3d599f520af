package telegramtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// call does the work of one method.
func (s *Server) call(r *http.Request, method string, p params) (any, *problem) {
	switch method {
	case "getUpdates":
		return s.getUpdates(r, p)
	case "sendMessage":
		return s.sendMessage(p)
	case "sendDocument":
		return s.sendDocument(p)
	case "editMessageText":
		return s.editMessageText(p)
	case "sendChatAction":
		return s.sendChatAction(p)
	case "answerCallbackQuery":
		return s.answerCallbackQuery(p)
	case "setMyCommands", "deleteMyCommands":
		return s.setMyCommands(p)
	case "getMe":
		return map[string]any{"id": botID, "is_bot": true, "first_name": "Steadfast", "username": Username}, nil
	case "getChat":
		return s.getChat(p)
	case "getChatMember":
		return s.getChatMember(p)
	case "setWebhook":
		return s.setWebhook(p)
	case "deleteWebhook":
		return s.deleteWebhook()
	case "getWebhookInfo":
		s.mu.Lock()
		defer s.mu.Unlock()
		return map[string]any{"url": s.webhook.url, "has_custom_certificate": false, "pending_update_count": len(s.updates)}, nil
	}
	return nil, &problem{status: 404, description: "Not Found: method not found"}
}

func (s *Server) getUpdates(r *http.Request, p params) (any, *problem) {
	if bad := p.only("offset", "limit", "timeout", "allowed_updates"); bad != nil {
		return nil, bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.webhook.url != "" {
		return nil, &problem{status: 409, description: "Conflict: can't use getUpdates method while webhook is active; " +
			"use deleteWebhook to delete the webhook first"}
	}
	if list, ok := p["allowed_updates"]; ok {
		json.Unmarshal(list, &s.allowed)
	}
	s.polls++
	mine := s.polls
	s.notify() // ends an older question
	offset, limit := p.number("offset"), int(p.number("limit"))
	if limit <= 0 || limit > 100 {
		limit = 100
	}
	if offset > 0 {
		s.updates = slices.DeleteFunc(s.updates, func(u queued) bool { return u.id < offset })
	}
	timeout := time.NewTimer(time.Duration(p.number("timeout")) * time.Second)
	defer timeout.Stop()
	for len(s.updates) == 0 {
		changed, over := s.changed, false
		s.mu.Unlock()
		select {
		case <-changed:
		case <-timeout.C:
			over = true
		case <-r.Context().Done():
			over = true
		}
		s.mu.Lock()
		if s.polls != mine {
			return nil, &problem{status: 409, description: "Conflict: terminated by other getUpdates request; " +
				"make sure that only one bot instance is running"}
		}
		if over {
			break
		}
	}
	out := []json.RawMessage{}
	for _, u := range s.updates[:min(limit, len(s.updates))] {
		out = append(out, u.raw)
	}
	return out, nil
}

func (s *Server) sendMessage(p params) (any, *problem) {
	if bad := p.only("chat_id", "text", "entities", "link_preview_options", "disable_notification", "protect_content", "reply_markup"); bad != nil {
		return nil, bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, trouble := s.writable(p.number("chat_id"))
	if trouble != nil {
		return nil, trouble
	}
	m := Message{Quiet: p.yes("disable_notification"), Guarded: p.yes("protect_content")}
	if trouble := m.fill(p); trouble != nil {
		return nil, trouble
	}
	return s.shown(c, m), nil
}

// shown shows a new message of the bot. s.mu must be held.
func (s *Server) shown(c *room, m Message) map[string]any {
	s.nextID++
	m.ID = s.nextID
	c.messages = append(c.messages, m)
	s.showings = append(s.showings, Showing{c.id, m, false})
	s.notify()
	return c.foreign(m)
}

func (s *Server) sendDocument(p params) (any, *problem) {
	if bad := p.only("chat_id", "document", "caption", "caption_entities", "disable_notification", "protect_content", "reply_markup"); bad != nil {
		return nil, bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, trouble := s.writable(p.number("chat_id"))
	if trouble != nil {
		return nil, trouble
	}
	m := Message{Quiet: p.yes("disable_notification"), Guarded: p.yes("protect_content"), File: new(File)}
	if strict(p["document"], m.File) != nil || m.File.Name == "" || len(m.File.Data) == 0 {
		return nil, bad("there is no document in the request")
	}
	if trouble := m.caption(p); trouble != nil {
		return nil, trouble
	}
	return s.shown(c, m), nil
}

func (s *Server) editMessageText(p params) (any, *problem) {
	if bad := p.only("chat_id", "message_id", "text", "entities", "link_preview_options", "reply_markup"); bad != nil {
		return nil, bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, trouble := s.writable(p.number("chat_id"))
	if trouble != nil {
		return nil, trouble
	}
	i := slices.IndexFunc(c.messages, func(m Message) bool { return m.ID == p.number("message_id") })
	if i < 0 {
		return nil, bad("message to edit not found")
	}
	old := c.messages[i]
	if old.From != 0 {
		return nil, bad("message can't be edited")
	}
	if old.File != nil {
		return nil, bad("there is no text in the message to edit")
	}
	m := Message{ID: old.ID, Quiet: old.Quiet, Guarded: old.Guarded, Edits: old.Edits + 1}
	if trouble := m.fill(p); trouble != nil {
		return nil, trouble
	}
	if m.same(old) {
		return nil, bad("message is not modified: specified new message content and reply markup are exactly the same " +
			"as a current content and reply markup of the message")
	}
	c.messages[i] = m
	s.showings = append(s.showings, Showing{c.id, m, true})
	s.notify()
	return c.foreign(m), nil
}

func (s *Server) sendChatAction(p params) (any, *problem) {
	if bad := p.only("chat_id", "action"); bad != nil {
		return nil, bad
	}
	if p.text("action") != "typing" {
		return nil, bad("wrong parameter action in request")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, trouble := s.writable(p.number("chat_id")); trouble != nil {
		return nil, trouble
	}
	return true, nil
}

func (s *Server) answerCallbackQuery(p params) (any, *problem) {
	if bad := p.only("callback_query_id", "text", "show_alert"); bad != nil {
		return nil, bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queries[p.text("callback_query_id")]
	if q == nil {
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	if len([]rune(p.text("text"))) > 200 {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	delete(s.queries, p.text("callback_query_id"))
	s.answered = append(s.answered, Toast{To: q.user, Text: p.text("text"), Alert: p.yes("show_alert")})
	s.notify()
	return true, nil
}

// A Command is one entry of a menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

func (s *Server) setMyCommands(p params) (any, *problem) {
	if bad := p.only("commands", "scope", "language_code"); bad != nil {
		return nil, bad
	}
	var commands []Command
	if raw, ok := p["commands"]; ok && (json.Unmarshal(raw, &commands) != nil || len(commands) == 0 || len(commands) > 100) {
		return nil, bad("can't parse commands")
	}
	for _, c := range commands {
		if c.Command == "" || len(c.Command) > 32 || c.Description == "" || len([]rune(c.Description)) > 256 {
			return nil, bad("BOT_COMMAND_INVALID")
		}
	}
	scope := struct {
		Type string `json:"type"`
		Chat int64  `json:"chat_id"`
	}{Type: "default"}
	if raw, ok := p["scope"]; ok && json.Unmarshal(raw, &scope) != nil {
		return nil, bad("can't parse BotCommandScope")
	}
	if code := p.text("language_code"); code != "" && len(code) != 2 {
		return nil, bad("invalid language code specified")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if scope.Type == "chat" {
		if _, trouble := s.reachable(scope.Chat); trouble != nil {
			return nil, trouble
		}
	} else if scope.Type != "default" {
		return nil, bad("unsupported scope")
	}
	s.menus[menuKey(scope.Chat, p.text("language_code"))] = commands
	return true, nil
}

func menuKey(chat int64, language string) string {
	return strconv.FormatInt(chat, 10) + "/" + language
}

// Menu returns the commands set for a chat, or for everybody where chat is
// zero.
func (s *Server) Menu(chat int64, language string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.menus[menuKey(chat, language)])
}

func (s *Server) getChat(p params) (any, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, trouble := s.reachable(p.number("chat_id"))
	if trouble != nil {
		return nil, trouble
	}
	out := c.describe()
	out["accent_color_id"], out["max_reaction_count"] = 0, 11
	if c.kind == "group" || c.kind == "supergroup" {
		out["permissions"] = map[string]bool{"can_send_messages": true}
	}
	return out, nil
}

func (s *Server) getChatMember(p params) (any, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, trouble := s.reachable(p.number("chat_id"))
	if trouble != nil {
		return nil, trouble
	}
	if p.number("user_id") != botID {
		return nil, bad("user not found")
	}
	return c.membership(), nil
}

func (s *Server) setWebhook(p params) (any, *problem) {
	if bad := p.only("url", "secret_token", "allowed_updates"); bad != nil {
		return nil, bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if list, ok := p["allowed_updates"]; ok {
		json.Unmarshal(list, &s.allowed)
	}
	s.webhook = webhook{p.text("url"), p.text("secret_token")}
	s.notify()
	return true, nil
}

func (s *Server) deleteWebhook() (any, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = webhook{}
	s.notify()
	return true, nil
}
