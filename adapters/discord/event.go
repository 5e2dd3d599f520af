package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A user is what is read of Discord's User.
type user struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Global   string `json:"global_name"`
	Bot      bool   `json:"bot"`
	System   bool   `json:"system"`
}

// A message is what is read of Discord's Message. It is far smaller than the
// library's, which does not decode a message at all when one of its components
// is of a kind that the library does not know.
type message struct {
	ID      string    `json:"id"`
	Channel string    `json:"channel_id"`
	Server  string    `json:"guild_id"`
	Webhook string    `json:"webhook_id"`
	Type    int       `json:"type"`
	Author  *user     `json:"author"`
	Said    time.Time `json:"timestamp"`
	Edited  time.Time `json:"edited_timestamp"`
	content
	Snapshots []struct {
		Message content `json:"message"`
	} `json:"message_snapshots"`
}

// A content is what a message or a forwarded one holds.
type content struct {
	Text        string    `json:"content"`
	Flags       int       `json:"flags"`
	Attachments []file    `json:"attachments"`
	Stickers    []present `json:"sticker_items"`
	Poll        present   `json:"poll"`
}

type file struct {
	Type string `json:"content_type"`
}

// Kinds of messages that people write.
const (
	plainMessage = 0
	replyMessage = 19
)

// Flags of messages.
const (
	ephemeralFlag = 1 << 6
	voiceFlag     = 1 << 13
)

// byPerson reports whether a person wrote m.
func (m *message) byPerson() bool {
	return m.Webhook == "" && !m.Author.Bot && !m.Author.System && (m.Type == plainMessage || m.Type == replyMessage)
}

// A ready is what is read of the first event of a session.
type ready struct {
	Session     string `json:"session_id"`
	User        user   `json:"user"`
	Application struct {
		ID string `json:"id"`
	} `json:"application"`
	Servers []struct {
		ID string `json:"id"`
	} `json:"guilds"`
}

// A server is what is read of Discord's Guild.
type server struct {
	ID          string    `json:"id"`
	Unavailable bool      `json:"unavailable"`
	Channels    []channel `json:"channels"`
	Threads     []channel `json:"threads"`
}

type channel struct {
	ID     string `json:"id"`
	Server string `json:"guild_id"`
	Type   int    `json:"type"`
	Name   string `json:"name"`
}

// present notes that a field was there, whatever is in it.
type present bool

// UnmarshalJSON sets p unless the value is null.
func (p *present) UnmarshalJSON(data []byte) error {
	*p = len(data) == 0 || data[0] != 'n'
	return nil
}

// decode reads one event. The error tells which field is wrong, and nothing of
// what stood there.
func decode[T any](data []byte) (v T, err error) {
	if err := json.Unmarshal(data, &v); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return v, fmt.Errorf("field %q is not of type %s", wrong.Field, wrong.Type)
		}
		return v, errors.New("it is not what the event's kind calls for")
	}
	return v, nil
}

// discordEpoch is the first instant that a snowflake can name.
const discordEpoch = 1420070400000 // in Unix milliseconds

// madeAt returns when Discord made the thing with this ID; the zero time if it
// is no snowflake.
func madeAt(id string) time.Time {
	n, ok := snowflake(id)
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(int64(n>>22) + discordEpoch)
}

// snowflake reads an ID of Discord.
func snowflake(id string) (n uint64, ok bool) {
	if len(id) == 0 || len(id) > 20 || strings.Trim(id, "0123456789") != "" {
		return 0, false
	}
	for _, digit := range []byte(id) {
		d := uint64(digit - '0')
		if n > (1<<64-1-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, n != 0
}
