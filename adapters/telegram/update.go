package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
)

// allowedUpdates are the kinds of updates that the bot asks for: those that
// [update] has a field for.
func allowedUpdates() []string {
	return []string{"message", "edited_message", "channel_post", "callback_query", "my_chat_member"}
}

// An update is what is read of Telegram's Update. It is far smaller than the
// library's, which decodes every field of every object.
type update struct {
	ID      int64     `json:"update_id"`
	Message *message  `json:"message"`
	Edited  *message  `json:"edited_message"`
	Post    *message  `json:"channel_post"`
	Press   *press    `json:"callback_query"`
	Member  *standing `json:"my_chat_member"`
}

type user struct {
	ID        int64  `json:"id"`
	Bot       bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
	Language  string `json:"language_code"`
}

type room struct {
	ID    int64  `json:"id"`
	Type  string `json:"type"`
	Title string `json:"title"`
}

type message struct {
	ID        int64   `json:"message_id"`
	From      *user   `json:"from"`
	Sender    present `json:"sender_chat"`
	Date      int64   `json:"date"`
	Chat      room    `json:"chat"`
	Text      string  `json:"text"`
	Caption   string  `json:"caption"`
	Forwarded present `json:"forward_origin"`
	Automatic bool    `json:"is_automatic_forward"`
	MigrateTo int64   `json:"migrate_to_chat_id"`

	Voice     present `json:"voice"`
	Audio     present `json:"audio"`
	Photo     present `json:"photo"`
	LivePhoto present `json:"live_photo"`
	Video     present `json:"video"`
	VideoNote present `json:"video_note"`
	Animation present `json:"animation"`
	Sticker   present `json:"sticker"`
	Location  present `json:"location"`
	Document  present `json:"document"`
	Contact   present `json:"contact"`
	Poll      present `json:"poll"`
	Dice      present `json:"dice"`
}

type press struct {
	ID      string   `json:"id"`
	From    *user    `json:"from"`
	Message *message `json:"message"`
	Data    string   `json:"data"`
}

// A standing is a change of the bot's own membership.
type standing struct {
	Chat room       `json:"chat"`
	From *user      `json:"from"`
	Date int64      `json:"date"`
	New  membership `json:"new_chat_member"`
}

// A membership is what the bot may do in a chat.
type membership struct {
	Status   string `json:"status"`
	IsMember bool   `json:"is_member"`
	CanSend  bool   `json:"can_send_messages"`
	CanPost  *bool  `json:"can_post_messages"` // of channels; if it is missing, a message will tell
}

// inside reports whether the bot belongs to the chat.
func (m membership) inside() bool {
	switch m.Status {
	case "creator", "administrator", "member":
		return true
	case "restricted":
		return m.IsMember
	}
	return false
}

// writes reports whether the bot may write in a chat of the given type.
func (m membership) writes(kind string) bool {
	switch m.Status {
	case "creator":
		return true
	case "administrator":
		return kind != "channel" || m.CanPost == nil || *m.CanPost
	case "member":
		return kind != "channel"
	case "restricted":
		return m.IsMember && m.CanSend
	}
	return false
}

// present notes that a field was there, whatever is in it.
type present bool

// UnmarshalJSON sets p unless the value is null.
func (p *present) UnmarshalJSON(data []byte) error {
	*p = len(data) == 0 || data[0] != 'n'
	return nil
}

// decode reads one update. The error tells which field is wrong, and nothing
// of what stood there; the update's id is returned whenever it can be read.
func decode(raw []byte) (update, error) {
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		var only struct {
			ID int64 `json:"update_id"`
		}
		if json.Unmarshal(raw, &only) != nil {
			only.ID = 0
		}
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return update{ID: only.ID}, fmt.Errorf("field %q is not of type %s", wrong.Field, wrong.Type)
		}
		return update{ID: only.ID}, errors.New("it is not JSON")
	}
	return u, u.complete()
}

// complete reports what is missing that every update must have.
func (u update) complete() error {
	if u.ID == 0 {
		return errors.New("it has no update_id")
	}
	for _, m := range []*message{u.Message, u.Edited, u.Post} {
		if m != nil && m.Chat.ID == 0 {
			return errors.New("the message has no chat")
		}
	}
	switch {
	case u.Press != nil && (u.Press.ID == "" || u.Press.From == nil || u.Press.From.ID == 0):
		return errors.New("the callback query has no id or no sender")
	case u.Member != nil && u.Member.Chat.ID == 0:
		return errors.New("the membership has no chat")
	}
	return nil
}
