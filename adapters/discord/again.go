package discord

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
)

// A standing is what is read of a message that Discord took, to see whether it
// is the one that was sent: when the nonce is that of an earlier try, Discord
// answers with the message of that try, which may say something older.
type standing struct {
	shownMessage
	Content    string     `json:"content"`
	Embeds     []embed    `json:"embeds"`
	Components []standsAs `json:"components"`
}

// A standsAs is a button, a menu or a row of them.
type standsAs struct {
	ID      string `json:"custom_id"`
	Options []struct {
		Value   string `json:"value"`
		Default bool   `json:"default"`
	} `json:"options"`
	Components []standsAs `json:"components"`
}

// says reports whether a message says what out says. Only letters and digits
// are compared, and the IDs of buttons: Discord may tidy up the rest.
func (s standing) says(out outgoing) bool {
	raw, err := json.Marshal(out)
	if err != nil {
		return true
	}
	var meant standing
	if err := json.Unmarshal(raw, &meant); err != nil {
		return true
	}
	return s.words() == meant.words() && controls(s.Components) == controls(meant.Components)
}

// controls lists the buttons and options of components.
func controls(components []standsAs) string {
	var b strings.Builder
	for _, c := range components {
		b.WriteString(c.ID + "\n")
		for _, o := range c.Options {
			b.WriteString(o.Value + " " + strconv.FormatBool(o.Default) + "\n")
		}
		b.WriteString(controls(c.Components))
	}
	return b.String()
}

func (s standing) words() string {
	var b strings.Builder
	b.WriteString(s.Content)
	for _, e := range s.Embeds {
		b.WriteString(e.Description)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, b.String())
}
