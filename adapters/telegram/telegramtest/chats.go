package telegramtest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"unicode/utf16"
)

// A Message is what a chat shows. From is zero for the bot's own.
type Message struct {
	ID       int64
	From     int64
	Text     string
	Entities []Entity
	Rows     [][]Button
	Edits    int
	Quiet    bool
	Guarded  bool
	File     *File // the text is its caption then
}

// A File came with a message.
type File struct {
	Name, Type string
	Data       []byte
}

// An Entity says how a part of a text looks. Offset and Length count UTF-16
// code units.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
}

// A Button stands under a message.
type Button struct {
	Text  string `json:"text"`
	Data  string `json:"callback_data"`
	Style string `json:"style,omitempty"`
}

// fill checks what a message is to show, as Telegram does, and notes it.
func (m *Message) fill(p params) *problem {
	m.Text = p.text("text")
	units := len(utf16.Encode([]rune(m.Text)))
	if units == 0 {
		return bad("message text is empty")
	}
	if units > 4096 {
		return bad("message is too long")
	}
	if trouble := m.looks(p["entities"], units); trouble != nil {
		return trouble
	}
	var preview struct {
		Off bool `json:"is_disabled"`
	}
	if strict(p["link_preview_options"], &preview) != nil || !preview.Off {
		return bad("this server wants link previews switched off")
	}
	return m.buttons(p)
}

// caption is fill for what stands under a file.
func (m *Message) caption(p params) *problem {
	m.Text = p.text("caption")
	units := len(utf16.Encode([]rune(m.Text)))
	if units > 1024 {
		return bad("message caption is too long")
	}
	if trouble := m.looks(p["caption_entities"], units); trouble != nil {
		return trouble
	}
	return m.buttons(p)
}

// looks checks what says how a text looks.
func (m *Message) looks(raw json.RawMessage, units int) *problem {
	if strict(raw, &m.Entities) != nil {
		return bad("can't parse entities")
	}
	for _, e := range m.Entities {
		if !slices.Contains([]string{"bold", "italic", "code", "blockquote"}, e.Type) {
			return bad("can't parse entities: unexpected type")
		}
		if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > units {
			return bad("can't parse entities: out of the text")
		}
	}
	return nil
}

func (m *Message) buttons(p params) *problem {
	raw, ok := p["reply_markup"]
	if !ok {
		return nil
	}
	var markup struct {
		Rows [][]Button `json:"inline_keyboard"`
	}
	if strict(raw, &markup) != nil {
		return bad("object expected as reply markup")
	}
	count := 0
	for _, row := range markup.Rows {
		for _, b := range row {
			count++
			if b.Text == "" {
				return bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
			}
			if b.Data == "" || len(b.Data) > 64 {
				return bad("BUTTON_DATA_INVALID")
			}
			if !slices.Contains([]string{"", "primary", "success", "danger"}, b.Style) {
				return bad("button style is invalid")
			}
		}
	}
	if count > 100 {
		return bad("reply markup is too long")
	}
	m.Rows = markup.Rows
	return nil
}

// strict decodes and refuses fields it does not know.
func strict(raw json.RawMessage, v any) error {
	if len(raw) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

func (m Message) same(o Message) bool {
	return m.Text == o.Text && reflect.DeepEqual(m.Entities, o.Entities) && reflect.DeepEqual(m.Rows, o.Rows)
}

// A room is a private chat, a group, a supergroup or a channel.
type room struct {
	id       int64
	kind     string
	title    string
	status   string // the bot's own: member, administrator, restricted, left, kicked
	moved    int64  // the supergroup that a group became
	messages []Message
}

func (c *room) describe() map[string]any {
	out := map[string]any{"id": c.id, "type": c.kind}
	if c.kind == "private" {
		out["first_name"] = c.title
	} else {
		out["title"] = c.title
	}
	return out
}

func (c *room) membership() map[string]any {
	out := map[string]any{
		"status": c.status,
		"user":   map[string]any{"id": botID, "is_bot": true, "first_name": "Steadfast", "username": Username},
	}
	switch c.status {
	case "administrator":
		out["can_manage_chat"], out["can_post_messages"] = true, c.kind == "channel"
	case "restricted":
		out["is_member"], out["can_send_messages"], out["until_date"] = true, false, 0
	case "kicked":
		out["until_date"] = 0
	}
	return out
}

// foreign returns m as Telegram shows it to bots.
func (c *room) foreign(m Message) map[string]any {
	out := map[string]any{"message_id": m.ID, "date": 1_700_000_000, "chat": c.describe(), "text": m.Text}
	if m.File != nil {
		delete(out, "text")
		out["caption"] = m.Text
		out["document"] = map[string]any{"file_id": "f", "file_unique_id": "u", "file_name": m.File.Name, "mime_type": m.File.Type, "file_size": len(m.File.Data)}
	}
	if m.Rows != nil {
		out["reply_markup"] = map[string]any{"inline_keyboard": m.Rows}
	}
	if m.Entities != nil {
		out["entities"] = m.Entities
	}
	if m.From == 0 {
		out["from"] = map[string]any{"id": botID, "is_bot": true, "first_name": "Steadfast", "username": Username}
	}
	return out
}

// reachable returns a chat that the bot can see. s.mu must be held.
func (s *Server) reachable(id int64) (*room, *problem) {
	c := s.chats[id]
	switch {
	case c == nil:
		return nil, bad("chat not found")
	case c.moved != 0:
		return nil, &problem{status: 400, description: "Bad Request: group chat was upgraded to a supergroup chat", migrateTo: c.moved}
	}
	return c, nil
}

// writable returns a chat that the bot can write to. s.mu must be held.
func (s *Server) writable(id int64) (*room, *problem) {
	c, trouble := s.reachable(id)
	switch {
	case trouble != nil:
		return nil, trouble
	case c.kind == "private" && c.status == "kicked":
		return nil, forbidden("bot was blocked by the user")
	case c.kind == "private" && c.status != "member":
		return nil, forbidden("bot can't initiate conversation with a user")
	case c.status == "kicked":
		return nil, forbidden("bot was kicked from the " + c.kind + " chat")
	case c.status == "left":
		return nil, forbidden("bot is not a member of the " + c.kind + " chat")
	case c.kind == "channel" && c.status != "administrator":
		return nil, bad("need administrator rights in the channel chat")
	case c.status == "restricted":
		return nil, bad("not enough rights to send text messages to the chat")
	}
	return c, nil
}
