package telegram

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
)

const (
	mia      = `"from":{"id":11,"is_bot":false,"first_name":"Mia","last_name":"Berg","username":"miab","language_code":"de"}`
	miaAlone = `"chat":{"id":11,"first_name":"Mia","type":"private"}`
	staff    = `"chat":{"id":-1001,"title":"Supervisors","type":"supergroup"}`
	news     = `"chat":{"id":-1002,"title":"Alarms","type":"channel"}`
	when     = `"message_id":5,"date":1700000000`
)

func TestParse(t *testing.T) {
	at := time.Unix(1700000000, 0)
	from := chat.Sender{Account: chat.Account{Platform: Name, ID: "11"}, Name: "Mia Berg", Username: "miab", Language: "de"}
	private := chat.Event{ID: "u9", At: at, From: from, In: place(11), Private: true}
	group := chat.Event{ID: "u9", At: at, From: from, In: place(-1001), Title: "Supervisors"}
	channel := chat.Event{ID: "u9", At: at, In: place(-1002), Title: "Alarms"}
	hidden := group
	hidden.From = chat.Sender{}

	alone := func(rest string) string { return `"message":{` + when + `,` + mia + `,` + miaAlone + `,` + rest + `}` }
	among := func(rest string) string { return `"message":{` + when + `,` + mia + `,` + staff + `,` + rest + `}` }
	post := func(rest string) string { return `"channel_post":{` + when + `,` + news + `,` + rest + `}` }
	pressed := func(message string) string {
		return `"callback_query":{"id":"q7",` + mia + `,` + message + `"chat_instance":"1","data":"1.a.0"}`
	}
	standing := func(in, new string) string {
		return `"my_chat_member":{` + mia + `,` + in + `,"date":1700000000,"old_chat_member":{"status":"left"},"new_chat_member":{` + new + `}}`
	}
	press := func(e chat.Event, on chat.Ref) chat.Event {
		e.At, e.What = time.Time{}, chat.Pressed{Token: "1.a.0", On: on}
		return e
	}
	sent := func(kind chat.Media, caption string) chat.What {
		return chat.Sent{Kind: kind, Caption: caption, Ref: "5"}
	}
	command := func(name, args string) chat.What { return chat.Command{Name: name, Args: args, Ref: "5"} }

	for _, tt := range []struct {
		name string
		in   string
		base chat.Event
		what chat.What // nil: no event, unless base has one
	}{
		{"text", alone(`"text":"He *came* <b>"`), private, chat.Said{Text: "He *came* <b>", Ref: "5"}},
		{"group text", among(`"text":"hi"`), group, chat.Said{Text: "hi", Ref: "5"}},
		{"forwarded", alone(`"forward_origin":{"type":"hidden_user","sender_user_name":"x","date":1},"text":"/sos help"`), private,
			chat.Said{Text: "/sos help", Ref: "5", Forwarded: true}},
		{"command", alone(`"text":"/CheckIn","entities":[{"type":"bot_command","offset":0,"length":8}]`), private, command("checkin", "")},
		{"start", alone(`"text":"/start AbC_1"`), private, command("start", "AbC_1")},
		{"arguments", alone(`"text":"/log  met\nand talked "`), private, command("log", "met\nand talked")},
		{"for us", among(`"text":"/here@Our_Bot supervisors"`), group, command("here", "supervisors")},
		{"for another", among(`"text":"/here@other_bot"`), group, nil},
		{"for another, in private", alone(`"text":"/help@other_bot"`), private, command("help", "")},
		{"path", alone(`"text":"/home/mia is gone"`), private, chat.Said{Text: "/home/mia is gone", Ref: "5"}},
		{"slash", alone(`"text":"/"`), private, chat.Said{Text: "/", Ref: "5"}},
		{"umlaut", alone(`"text":"/grüße"`), private, chat.Said{Text: "/grüße", Ref: "5"}},
		{"voice", alone(`"voice":{"duration":3,"file_id":"f"}`), private, sent(chat.Voice, "")},
		{"audio", alone(`"audio":{"duration":3,"file_id":"f"}`), private, sent(chat.Voice, "")},
		{"photo", alone(`"photo":[{"file_id":"f"}],"caption":"look"`), private, sent(chat.Photo, "look")},
		{"video", alone(`"video":{}`), private, sent(chat.Video, "")},
		{"video note", alone(`"video_note":{}`), private, sent(chat.Video, "")},
		{"animation", alone(`"animation":{},"document":{}`), private, sent(chat.Video, "")},
		{"sticker", alone(`"sticker":{}`), private, sent(chat.Sticker, "")},
		{"location", alone(`"location":{}`), private, sent(chat.Location, "")},
		{"venue", alone(`"venue":{},"location":{}`), private, sent(chat.Location, "")},
		{"document", alone(`"document":{}`), private, sent(chat.File, "")},
		{"contact", alone(`"contact":{}`), private, sent(chat.Other, "")},
		{"poll", alone(`"poll":{}`), private, sent(chat.Other, "")},
		{"dice", alone(`"dice":{}`), private, sent(chat.Other, "")},
		{"null", alone(`"voice":null,"photo":[]`), private, sent(chat.Photo, "")},
		{"invented later", alone(`"hologram":{}`), private, sent(chat.Other, "")},
		{"invented later in a group", among(`"hologram":{}`), group, nil},
		{"pin", alone(`"pinned_message":{}`), private, nil},
		{"title", among(`"new_chat_title":"x"`), group, nil},
		{"joined", among(`"new_chat_members":[{"id":12}]`), group, nil},
		{"edited", `"edited_message":{` + when + `,"edit_date":1700000009,` + mia + `,` + miaAlone + `,"text":"/new"}`, private,
			chat.Edited{Text: "/new", Ref: "5"}},
		{"edited caption", `"edited_message":{` + when + `,` + mia + `,` + miaAlone + `,"photo":[],"caption":"new"}`, private,
			chat.Edited{Text: "new", Ref: "5"}},
		{"moving", `"edited_message":{` + when + `,` + mia + `,` + miaAlone + `,"location":{}}`, private, nil},
		{"anonymous", `"message":{` + when + `,"from":{"id":1087968824,"is_bot":true,"first_name":"Group"},"sender_chat":{"id":-1001},` +
			staff + `,"text":"/here supervisors"}`, hidden, command("here", "supervisors")},
		{"another bot", `"message":{` + when + `,"from":{"id":3,"is_bot":true,"first_name":"B"},` + staff + `,"text":"x"}`, group, nil},
		{"repeated post", `"message":{` + when + `,"sender_chat":{"id":-1002},"is_automatic_forward":true,` + staff + `,"text":"x"}`, group, nil},
		{"moved", among(`"migrate_to_chat_id":-100999`), group, chat.Moved{To: place(-100999)}},
		{"moved, mirrored", among(`"migrate_from_chat_id":-999`), group, nil},
		{"channel command", post(`"text":"/here supervisors","author_signature":"Mia"`), channel, command("here", "supervisors")},
		{"channel text", post(`"text":"hello all"`), channel, nil},
		{"pressed", pressed(`"message":{` + when + `,` + miaAlone + `,"text":"?"},`), press(private, "5"), nil},
		{"pressed in a group", pressed(`"message":{` + when + `,` + staff + `},`), press(group, "5"), nil},
		{"pressed, inaccessible", pressed(`"message":{"message_id":5,"date":0,` + miaAlone + `},`), press(private, "5"), nil},
		{"pressed nowhere", pressed(``), press(private, ""), nil},
		{"game", `"callback_query":{"id":"q7",` + mia + `,"game_short_name":"g"}`, private, nil},
		{"blocked", standing(miaAlone, `"status":"kicked"`), private, chat.Reach{OK: false}},
		{"unblocked", standing(miaAlone, `"status":"member"`), private, chat.Reach{OK: true}},
		{"added", standing(staff, `"status":"member"`), group, chat.Reach{OK: true}},
		{"promoted", standing(staff, `"status":"administrator"`), group, chat.Reach{OK: true}},
		{"left", standing(staff, `"status":"left"`), group, chat.Reach{OK: false}},
		{"muted", standing(staff, `"status":"restricted","is_member":true,"can_send_messages":false`), group, chat.Reach{OK: false}},
		{"half muted", standing(staff, `"status":"restricted","is_member":true,"can_send_messages":true`), group, chat.Reach{OK: true}},
		{"restricted and gone", standing(staff, `"status":"restricted","is_member":false,"can_send_messages":true`), group, chat.Reach{OK: false}},
		{"channel poster", standing(news, `"status":"administrator","can_post_messages":true`), withSender(channel, from), chat.Reach{OK: true}},
		{"channel helper", standing(news, `"status":"administrator","can_post_messages":false`), withSender(channel, from), chat.Reach{OK: false}},
		{"channel, not told", standing(news, `"status":"administrator"`), withSender(channel, from), chat.Reach{OK: true}},
		{"channel reader", standing(news, `"status":"member"`), withSender(channel, from), chat.Reach{OK: false}},
		{"of no interest", `"poll_answer":{}`, private, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			raw := `{"update_id":9,` + tt.in + `}`
			if !json.Valid([]byte(raw)) {
				t.Fatalf("the test's update is no JSON: %s", raw)
			}
			in, id, ok := parse([]byte(raw), "our_bot")
			want := tt.base
			if tt.what != nil {
				want.What = tt.what
			}
			if id != 9 || ok != (want.What != nil) {
				t.Fatalf("id %d, ok %v: %+v", id, ok, in.event)
			}
			if ok && !reflect.DeepEqual(in.event, want) {
				t.Errorf("got  %+v\nwant %+v", in.event, want)
			}
			if _, isPress := in.event.What.(chat.Pressed); isPress && in.query != "q7" {
				t.Errorf("query %q", in.query)
			}
		})
	}
}

func withSender(e chat.Event, from chat.Sender) chat.Event {
	e.From = from
	return e
}

func TestParseUnknownName(t *testing.T) {
	raw := []byte(`{"update_id":9,"message":{` + when + `,` + mia + `,` + staff + `,"text":"/here@whoever"}}`)
	if _, _, ok := parse(raw, ""); !ok {
		t.Error("a command was dropped although the bot does not know its own name")
	}
}

func TestUnreadable(t *testing.T) {
	for _, tt := range []struct{ name, raw, id string }{
		{"type", `{"update_id":9,"message":{"message_id":"secret"}}`, "u9"},
		{"no chat", `{"update_id":9,"message":{"message_id":5,"text":"secret"}}`, "u9"},
		{"no presser", `{"update_id":9,"callback_query":{"id":"1","data":"secret"}}`, "u9"},
		{"id", `{"update_id":"secret"}`, "x"},
		{"no id", `{"message":{` + when + `,` + mia + `,` + miaAlone + `,"text":"secret"}}`, "x"},
		{"array", `["secret"]`, "x"},
		{"no JSON", `secret`, "x"},
		{"huge", `{"update_id":99999999999999999999,"message":{}}`, "x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, _, ok := parse([]byte(tt.raw), "our_bot")
			again, _, _ := parse([]byte(tt.raw), "our_bot")
			what, unreadable := in.event.What.(chat.Unreadable)
			if !ok || !unreadable || !strings.HasPrefix(in.event.ID, tt.id) || in.event.ID != again.event.ID {
				t.Fatalf("%v %+v", ok, in.event)
			}
			if strings.Contains(what.Why, "secret") {
				t.Errorf("the reason holds content: %s", what.Why)
			}
		})
	}
}

// FuzzParse checks that nothing makes parse panic, that every event has an id
// and something happened, and that a redelivery is the same event.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{"update_id":9,"message":{` + when + `,` + mia + `,` + miaAlone + `,"text":"/a@b c"}}`,
		`{"update_id":9,"callback_query":{"id":"q",` + mia + `,"message":{"message_id":5,` + staff + `},"data":"x"}}`,
		`{"update_id":9,"my_chat_member":{` + news + `,"new_chat_member":{"status":"left"}}}`,
		`{"update_id":9,"message":{` + miaAlone + `,"hologram":1}}`, `{}`, `null`, `[`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, id, ok := parse(raw, "our_bot")
		again, _, _ := parse(raw, "our_bot")
		if !reflect.DeepEqual(in, again) {
			t.Fatalf("%+v and %+v", in, again)
		}
		if ok && (in.event.ID == "" || in.event.What == nil) {
			t.Fatalf("%+v", in.event)
		}
		if id == 0 && !strings.HasPrefix(in.event.ID, "x") {
			t.Fatalf("no id, but event %q", in.event.ID)
		}
	})
}
