package telegram

import (
	"encoding/json"
	"strings"
	"testing"

	"steadfast/bot/chat"
)

func TestRenderNew(t *testing.T) {
	for _, tt := range []struct {
		name string
		m    chat.Message
		bot  string
		want string
	}{
		{"plain", chat.Message{Text: chat.Say("a *b* _c_")}, "",
			`{"chat_id":7,"text":"a *b* _c_","link_preview_options":{"is_disabled":true}}`},
		{"flags", chat.Message{Text: chat.Say("x"), Quiet: true, Guarded: true}, "",
			`{"chat_id":7,"text":"x","link_preview_options":{"is_disabled":true},"disable_notification":true,"protect_content":true}`},
		{"spans", chat.Message{Text: chat.Text{{Text: "😀é"}, {Text: "b😀", Style: chat.Bold}, {Style: chat.Bold}, {Text: "i", Style: chat.Italic},
			{Text: "c", Style: chat.Code}, {Text: "q", Style: chat.Quote}}}, "",
			`{"chat_id":7,"text":"😀éb😀icq","entities":[{"type":"bold","offset":3,"length":3},{"type":"italic","offset":6,"length":1},` +
				`{"type":"code","offset":7,"length":1},{"type":"blockquote","offset":8,"length":1}],"link_preview_options":{"is_disabled":true}}`},
		{"start", chat.Message{Text: chat.Text{{Text: "Open "}, {Text: "A1", Style: chat.Start}, {Text: "!", Style: chat.Bold}}}, "b_bot",
			`{"chat_id":7,"text":"Open https://t.me/b_bot?start=A1!","entities":[{"type":"bold","offset":32,"length":1}],"link_preview_options":{"is_disabled":true}}`},
		{"start without code", chat.Message{Text: chat.Text{{Style: chat.Start}}}, "b_bot",
			`{"chat_id":7,"text":"https://t.me/b_bot","link_preview_options":{"is_disabled":true}}`},
		{"start without name", chat.Message{Text: chat.Text{{Text: "A1", Style: chat.Start}}}, "",
			`{"chat_id":7,"text":"/start A1","link_preview_options":{"is_disabled":true}}`},
		{"start with neither", chat.Message{Text: chat.Text{{Style: chat.Start}}}, "",
			`{"chat_id":7,"text":"/start","link_preview_options":{"is_disabled":true}}`},
		{"buttons", chat.Message{Text: chat.Say("?"), Choices: []chat.Choice{{Label: "Yes", Token: "1.a.0"}, {Label: "Help", Token: "1.a.1", Kind: chat.Danger}}}, "",
			`{"chat_id":7,"text":"?","link_preview_options":{"is_disabled":true},"reply_markup":{"inline_keyboard":[[{"text":"Yes","callback_data":"1.a.0"}],` +
				`[{"text":"Help","callback_data":"1.a.1","style":"danger"}]]}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(renderNew(tt.m, 7, tt.bot))
			if err != nil || string(got) != tt.want {
				t.Errorf("got  %s %v\nwant %s", got, err, tt.want)
			}
		})
	}
}

func TestRenderEdit(t *testing.T) {
	got, err := json.Marshal(renderEdit(chat.Message{Text: chat.Say("done")}, 7, 5, ""))
	want := `{"chat_id":7,"message_id":5,"text":"done","link_preview_options":{"is_disabled":true}}`
	if err != nil || string(got) != want {
		t.Errorf("got  %s %v\nwant %s", got, err, want)
	}
}

// TestKeyboard writes a keyboard as rows of labels: buttons are separated by
// "|", rows by "/". A leading sign gives the kind.
func TestKeyboard(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"😀|🙂|😐|🙁|😢", "😀|🙂|😐|🙁|😢"},
		{"Yes|No|Not sure", "Yes|No|Not sure"},
		{"1|2|3|4|5|6|7", "1|2|3|4/5|6|7"},
		{"😀 Great|🙂 Good|😐 So-so|🙁 Hard|😢 Bad", "😀 Great|🙂 Good|😐 So-so/🙁 Hard|😢 Bad"},
		{"Yes|A label that needs a row alone|No|Maybe", "Yes/A label that needs a row alone/No|Maybe"},
		{"Fifteen letters|Fifteen lettres", "Fifteen letters|Fifteen lettres"},
		{"Good|Bad|!She is in danger|+Save|-Back|-Skip", "Good|Bad/She is in danger/Save/Back/Skip"},
		{"日本語日本語日本語日|はい", "日本語日本語日本語日/はい"},
	} {
		var choices []chat.Choice
		for label := range strings.SplitSeq(tt.in, "|") {
			c := chat.Choice{Label: strings.TrimLeft(label, "!+-"), Token: "t"}
			switch label[0] {
			case '!':
				c.Kind = chat.Danger
			case '+':
				c.Kind = chat.Primary
			case '-':
				c.Kind = chat.Aside
			}
			choices = append(choices, c)
		}
		var rows []string
		for _, row := range keyboard(choices).Rows {
			var labels []string
			for _, b := range row {
				labels = append(labels, b.Text)
			}
			rows = append(rows, strings.Join(labels, "|"))
		}
		if got := strings.Join(rows, "/"); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.in, got, tt.want)
		}
	}
	if keyboard(nil) != nil {
		t.Error("an empty keyboard")
	}
}
