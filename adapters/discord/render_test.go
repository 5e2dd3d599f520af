package discord

import (
	"encoding/json"
	"strings"
	"testing"

	"steadfast/bot/chat"
)

func TestRenderMessage(t *testing.T) {
	const rest = `"components":[],"allowed_mentions":{"parse":[]}`
	for _, tt := range []struct {
		name string
		m    chat.Message
		role string
		want string
	}{
		{"plain", chat.Message{Text: chat.Say("a *b*")}, "7", `{"content":"a \\*b\\*","embeds":[],` + rest + `,"flags":4}`},
		{"once, quiet and guarded", chat.Message{Text: chat.Say("x"), Once: "abc", Quiet: true, Guarded: true}, "",
			`{"content":"x","embeds":[],` + rest + `,"flags":4100,"nonce":"abc","enforce_nonce":true}`},
		{"edit", chat.Message{Text: chat.Say("x"), Once: "abc", Quiet: true, Replaces: "9"}, "", `{"content":"x","embeds":[],` + rest + `,"flags":4}`},
		{"alarm", chat.Message{Text: chat.Say("x"), Alarm: true, Group: true}, "7",
			`{"content":"\u003c@\u00267\u003e\nx","embeds":[],"components":[],"allowed_mentions":{"parse":[],"roles":["7"]},"flags":4}`},
		{"alarm without role", chat.Message{Text: chat.Say("x"), Alarm: true, Group: true}, "", `{"content":"x","embeds":[],` + rest + `,"flags":4}`},
		{"alarm in private", chat.Message{Text: chat.Say("x"), Alarm: true}, "7", `{"content":"x","embeds":[],` + rest + `,"flags":4}`},
		{"role in a text", chat.Message{Text: chat.Say("<@&7>"), Group: true}, "7", `{"content":"\\\u003c@\u00267\u003e","embeds":[],` + rest + `,"flags":4}`},
		{"buttons", chat.Message{Text: chat.Say("?"), Choices: choicesOf("!Yes")}, "",
			`{"content":"?","embeds":[],"components":[{"components":[{"label":"Yes","style":4,"disabled":false,"custom_id":"1.a.0","type":2}],"type":1}],` +
				`"allowed_mentions":{"parse":[]},"flags":4}`},
		{"box", chat.Message{Text: chat.Say(strings.Repeat("*", 1001)), Alarm: true, Group: true}, "7",
			`{"content":"\u003c@\u00267\u003e","embeds":[{"description":"` + strings.Repeat(`\\*`, 1001) + `"}],` +
				`"components":[],"allowed_mentions":{"parse":[],"roles":["7"]},"flags":0}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(renderMessage(tt.m, identity{}, tt.role))
			if err != nil || string(got) != tt.want {
				t.Errorf("got  %s %v\nwant %s", got, err, tt.want)
			}
		})
	}
}

func TestRenderBoxWithoutLooks(t *testing.T) {
	var text chat.Text
	for range 1000 {
		text = append(text, chat.Span{Text: "*", Style: chat.Bold}, chat.Span{Text: "_", Style: chat.Italic})
	}
	out := renderMessage(chat.Message{Text: text}, identity{}, "")
	if want := strings.Repeat(`\*\_`, 1000); len(out.Embeds) != 1 || out.Embeds[0].Description != want {
		t.Errorf("%+v", out)
	}
}

func TestAsAnswer(t *testing.T) {
	o := renderMessage(chat.Message{Text: chat.Say("x"), Once: "abc"}, identity{}, "")
	if got := o.asAnswer(true); got.Nonce != "" || got.EnforceNonce || got.Flags != 4|64 {
		t.Errorf("hidden: %+v", got)
	}
	if got := o.asAnswer(false); got.Flags != 4 || o.Nonce != "abc" {
		t.Errorf("open: %+v, from %+v", got, o)
	}
}
