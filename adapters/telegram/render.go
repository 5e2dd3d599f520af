package telegram

import (
	"strings"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"steadfast/bot/chat"
)

// Rows of buttons are read on a narrow phone.
const (
	rowWidth   = 38 // in letters
	rowButtons = 5
)

// renderNew turns m into the parameters of sendMessage. The name is the bot's
// own, or empty while it is not known.
func renderNew(m chat.Message, to int64, name string) bot.SendMessageParams {
	text, entities := renderText(m.Text, name)
	p := bot.SendMessageParams{
		ChatID:              to,
		Text:                text,
		Entities:            entities,
		LinkPreviewOptions:  noPreview(),
		DisableNotification: m.Quiet,
		ProtectContent:      m.Guarded,
	}
	if k := keyboard(m.Choices); k != nil {
		p.ReplyMarkup = k
	}
	return p
}

// renderEdit turns m into the parameters of editMessageText. Telegram removes
// the buttons when the edit brings none.
func renderEdit(m chat.Message, to int64, id int, name string) bot.EditMessageTextParams {
	text, entities := renderText(m.Text, name)
	p := bot.EditMessageTextParams{
		ChatID:             to,
		MessageID:          id,
		Text:               text,
		Entities:           entities,
		LinkPreviewOptions: noPreview(),
	}
	if k := keyboard(m.Choices); k != nil {
		p.ReplyMarkup = k
	}
	return p
}

func noPreview() *models.LinkPreviewOptions {
	return &models.LinkPreviewOptions{IsDisabled: bot.True()}
}

// renderText joins the spans and says in entities how they look. No character
// is markup, since Telegram is given no parse mode.
func renderText(t chat.Text, name string) (string, []models.MessageEntity) {
	if len(t) == 1 && t[0].Style == chat.Regular {
		return t[0].Text, nil
	}
	var (
		b        strings.Builder
		entities []models.MessageEntity
		offset   int
	)
	for _, span := range t {
		text, look := span.Text, models.MessageEntityType("")
		switch span.Style {
		case chat.Bold:
			look = models.MessageEntityTypeBold
		case chat.Italic:
			look = models.MessageEntityTypeItalic
		case chat.Code:
			look = models.MessageEntityTypeCode
		case chat.Quote:
			look = models.MessageEntityTypeBlockquote
		case chat.Start:
			text = startLink(span.Text, name)
		}
		b.WriteString(text)
		units := chat.Units(text)
		if look != "" && units > 0 {
			entities = append(entities, models.MessageEntity{Type: look, Offset: offset, Length: units})
		}
		offset += units
	}
	return b.String(), entities
}

// startLink is shown as it is: a link whose address can be read is trusted,
// and can be passed on by copying.
func startLink(code, name string) string {
	switch {
	case name == "":
		return strings.TrimSpace("/start " + code)
	case code == "":
		return "https://t.me/" + name
	}
	return "https://t.me/" + name + "?start=" + code
}

func hasLink(t chat.Text) bool {
	for _, span := range t {
		if span.Style == chat.Start {
			return true
		}
	}
	return false
}

// A markup is an inline keyboard. The library's sends an empty copy_text with
// every button.
type markup struct {
	Rows [][]button `json:"inline_keyboard"`
}

type button struct {
	Text  string `json:"text"`
	Data  string `json:"callback_data"`
	Style string `json:"style,omitempty"`
}

// keyboard lays out the buttons: runs of short plain ones share rows of equal
// length, every other stands alone.
func keyboard(choices []chat.Choice) *markup {
	if len(choices) == 0 {
		return nil
	}
	k := &markup{}
	for len(choices) > 0 {
		run := 0
		for run < len(choices) && short(choices[run]) {
			run++
		}
		if run == 0 {
			k.Rows = append(k.Rows, row(choices[:1]))
			choices = choices[1:]
			continue
		}
		k.Rows = append(k.Rows, rows(choices[:run])...)
		choices = choices[run:]
	}
	return k
}

// short reports whether a row has room for c and one more like it.
func short(c chat.Choice) bool {
	return (c.Kind == chat.Plain || c.Kind == chat.Tick || c.Kind == chat.Ticked) && width(c.Label) <= rowWidth/2
}

// rows spreads a run of short choices evenly. Telegram makes all buttons of a
// row equally wide, so the longest label counts.
func rows(run []chat.Choice) [][]button {
	longest := 1
	for _, c := range run {
		longest = max(longest, width(c.Label))
	}
	most := min(rowButtons, rowWidth/longest)
	count := (len(run) + most - 1) / most
	out := make([][]button, 0, count)
	for i := range count {
		n := (len(run) + count - i - 1) / (count - i)
		out = append(out, row(run[:n]))
		run = run[n:]
	}
	return out
}

func row(choices []chat.Choice) []button {
	out := make([]button, len(choices))
	for i, c := range choices {
		out[i] = button{Text: c.Label, Data: c.Token}
		switch c.Kind {
		case chat.Primary:
			out[i].Style = "primary"
		case chat.Danger:
			out[i].Style = "danger"
		}
	}
	return out
}

// width estimates how many letters wide s is: pictures and the letters of East
// Asia count double, joiners and marks not at all.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == 0x200d, 0xfe00 <= r && r <= 0xfe0f, 0x1f3fb <= r && r <= 0x1f3ff:
		case 0x1100 <= r && r <= 0x115f, 0x2600 <= r && r <= 0x27bf, 0x2e80 <= r && r <= 0xa4cf,
			0xac00 <= r && r <= 0xd7a3, 0xff00 <= r && r <= 0xff60, r >= 0x1f000:
			n += 2
		default:
			n++
		}
	}
	return n
}
