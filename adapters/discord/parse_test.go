package discord

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot/chat"
)

// testParser is that of the bot 99.
func testParser() parser {
	return parser{
		self: "99",
		commands: []chat.CommandSpec{
			{Name: "start", Options: []chat.OptionSpec{{Name: "code", Words: map[string]chat.CommandWords{"es": {Name: "código"}}}}},
			{Name: "here", InGroup: true},
		},
		title: func(id string) string { return map[string]string{"50": "supervisors"}[id] },
	}
}

const (
	mia     = `"author":{"id":"7","username":"mia","global_name":"Mia M."}`
	private = `"id":"1001","channel_id":"70","timestamp":"2026-01-05T08:00:00.5+00:00",` + mia
	public  = `"id":"1001","channel_id":"50","guild_id":"5","timestamp":"2026-01-05T08:00:00.5+00:00",` + mia
)

func fromMia(language string) chat.Sender {
	return chat.Sender{Account: chat.Account{Platform: Name, ID: "7"}, Name: "Mia M.", Username: "mia", Language: language}
}

func inPrivate(what chat.What) *chat.Event {
	return &chat.Event{
		ID: "1001", At: time.Date(2026, 1, 5, 8, 0, 0, 500_000_000, time.UTC),
		From: fromMia(""), In: place("7"), Private: true, Mark: "70:1001", What: what,
	}
}

func inPublic(what chat.What) *chat.Event {
	e := inPrivate(what)
	e.In, e.Private, e.Mark, e.Title = place("50"), false, "", "supervisors"
	return e
}

func TestMessages(t *testing.T) {
	for name, test := range map[string]struct {
		data string
		want *chat.Event // nil: of no interest
	}{
		"text":           {private + `,"content":"She came."`, inPrivate(chat.Said{Text: "She came.", Ref: "1001"})},
		"reply":          {private + `,"type":19,"content":"yes"`, inPrivate(chat.Said{Text: "yes", Ref: "1001"})},
		"pin":            {private + `,"type":6,"content":""`, nil},
		"nothing":        {private + `,"content":""`, nil},
		"command":        {private + `,"content":" /Start  ABC "`, inPrivate(chat.Command{Name: "start", Args: "ABC", Ref: "1001"})},
		"pasted command": {private + `,"content":"/start code:ABC"`, inPrivate(chat.Command{Name: "start", Args: "ABC", Ref: "1001"})},
		"pasted in Spanish": {private + `,"content":"/start código: ABC"`,
			inPrivate(chat.Command{Name: "start", Args: "ABC", Ref: "1001"})},
		"colon":   {private + `,"content":"/start he said: no"`, inPrivate(chat.Command{Name: "start", Args: "he said: no", Ref: "1001"})},
		"slash":   {private + `,"content":"/ what"`, inPrivate(chat.Said{Text: "/ what", Ref: "1001"})},
		"voice":   {private + `,"content":"","flags":8192,"attachments":[{"content_type":"audio/ogg"}]`, inPrivate(chat.Sent{Kind: chat.Voice, Ref: "1001"})},
		"audio":   {private + `,"content":"","attachments":[{"content_type":"audio/mpeg"}]`, inPrivate(chat.Sent{Kind: chat.Voice, Ref: "1001"})},
		"picture": {private + `,"content":"look","attachments":[{"content_type":"image/png"}]`, inPrivate(chat.Sent{Kind: chat.Photo, Caption: "look", Ref: "1001"})},
		"film":    {private + `,"content":"","attachments":[{"content_type":"video/mp4"}]`, inPrivate(chat.Sent{Kind: chat.Video, Ref: "1001"})},
		"file":    {private + `,"content":"","attachments":[{}]`, inPrivate(chat.Sent{Kind: chat.File, Ref: "1001"})},
		"sticker": {private + `,"content":"","sticker_items":[{"id":"1","name":"x"}]`, inPrivate(chat.Sent{Kind: chat.Sticker, Ref: "1001"})},
		"poll":    {private + `,"content":"","poll":{"question":{}}`, inPrivate(chat.Sent{Kind: chat.Other, Ref: "1001"})},
		"forwarded": {private + `,"content":"","message_snapshots":[{"message":{"content":"help me"}}]`,
			inPrivate(chat.Said{Text: "help me", Ref: "1001", Forwarded: true})},
		"forwarded picture": {private + `,"content":"","message_snapshots":[{"message":{"content":"","attachments":[{"content_type":"image/png"}]}}]`,
			inPrivate(chat.Sent{Kind: chat.Photo, Ref: "1001"})},
		"unknown components": {private + `,"content":"hi","components":[{"type":99}]`, inPrivate(chat.Said{Text: "hi", Ref: "1001"})},

		"the bot":  {strings.Replace(private, `"id":"7"`, `"id":"99","bot":true`, 1) + `,"content":"hi"`, nil},
		"Discord":  {strings.Replace(private, `"id":"7"`, `"id":"7","system":true`, 1) + `,"content":"hi"`, nil},
		"a webook": {private + `,"webhook_id":"4","content":"hi"`, nil},

		"to others":      {public + `,"content":"hi"`, nil},
		"to the bot":     {public + `,"content":"<@99> hello"`, inPublic(chat.Said{Text: "hello", Ref: "1001"})},
		"as an aside":    {public + `,"content":"well <@!99> hello"`, inPublic(chat.Said{Text: "well hello", Ref: "1001"})},
		"public command": {public + `,"content":"<@99> /here supervisors"`, inPublic(chat.Command{Name: "here", Args: "supervisors", Ref: "1001"})},
		"only a mention": {public + `,"content":"<@99>"`, inPublic(chat.Said{Ref: "1001"})},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := testParser().parse(packet{Type: "MESSAGE_CREATE", Data: []byte("{" + test.data + "}")})
			if ok != (test.want != nil) {
				t.Fatalf("of interest: %v", ok)
			}
			if ok {
				compare(t, got.events, *test.want)
			}
		})
	}
}

func compare(t *testing.T, got []chat.Event, want ...chat.Event) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); diff != "" {
		t.Error(diff)
	}
}

func TestEdits(t *testing.T) {
	at := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	edit := private + `,"edited_timestamp":"2026-01-05T09:00:00+00:00","content":"He came."`
	want := chat.Event{
		ID: "1001e" + strconv.FormatInt(at.UnixMilli(), 10), At: at, From: fromMia(""), In: place("7"), Private: true,
		What: chat.Edited{Text: "He came.", Ref: "1001"},
	}
	got, ok := testParser().parse(packet{Type: "MESSAGE_UPDATE", Data: []byte("{" + edit + "}")})
	if !ok {
		t.Fatal("an edit is of no interest")
	}
	compare(t, got.events, want)
	for name, data := range map[string]string{
		"preview":   private + `,"content":"He came.","edited_timestamp":null`,
		"nobody's":  `"id":"1001","channel_id":"70","embeds":[]`,
		"in public": strings.Replace(edit, `"channel_id"`, `"guild_id":"5","channel_id"`, 1),
		"the bot's": strings.Replace(edit, `"id":"7"`, `"id":"99","bot":true`, 1),
	} {
		if _, ok := testParser().parse(packet{Type: "MESSAGE_UPDATE", Data: []byte("{" + data + "}")}); ok {
			t.Errorf("%s: is of interest", name)
		}
	}
}

const (
	user7     = `"id":"1420070400000","application_id":"98","token":"secret","locale":"es-419","channel_id":"70","user":{"id":"7","username":"mia","global_name":"Mia M."}`
	member7   = `"id":"1420070400000","application_id":"98","token":"secret","locale":"es-419","channel_id":"50","guild_id":"5","member":{"user":{"id":"7","username":"mia","global_name":"Mia M."}}`
	atBot     = user7 + `,"context":1,"authorizing_integration_owners":{"0":"0"}`
	inServer5 = member7 + `,"context":0,"authorizing_integration_owners":{"0":"5"}`
)

func TestInteractions(t *testing.T) {
	e := chat.Event{ID: "1420070400000", At: madeAt("1420070400000"), From: fromMia("es-419"), Handle: "1420070400000"}
	dm, server, aside := e, e, e
	dm.In, dm.Private, dm.Mark = place("7"), true, "70:1420070400000"
	server.In, server.Aside, server.Title = place("50"), true, "supervisors"
	aside.In, aside.Private, aside.Aside = place("7"), true, true
	typed := dm
	typed.Mark = ""
	with := func(e chat.Event, what chat.What) chat.Event { e.What = what; return e }

	command := `,"type":2,"data":{"id":"1","name":"start","type":1,"options":[{"name":"code","type":3,"value":" ABC "}]}`
	started := chat.Command{Name: "start", Args: "ABC", Options: map[string]string{"code": "ABC"}}
	press := `,"type":3,"data":{"custom_id":"1.a.0","component_type":2},"message":{"id":"2002","flags":0,"components":[{"type":1,"components":[{"type":2,"custom_id":"1.a.0","label":"Go","style":1}]}]}`
	hidden := strings.Replace(press, `"flags":0`, `"flags":64`, 1)
	form := `,"type":5,"data":{"custom_id":"form:1.b.0","components":[{"type":1,"components":[{"type":4,"custom_id":"note","value":"She came."}]}]}`
	filled := chat.Filled{Token: "1.b.0", Values: map[string]string{"note": "She came."}}
	typing := `,"type":4,"data":{"id":"1","name":"start","type":1,"options":[{"name":"code","type":3,"value":"AB","focused":true}]}`

	for name, test := range map[string]struct {
		data string
		want chat.Event
	}{
		"command to the bot":       {atBot + command, with(dm, started)},
		"command in a server":      {inServer5 + command, with(server, started)},
		"command elsewhere":        {member7 + `,"context":0,"authorizing_integration_owners":{"1":"7"}` + command, with(aside, started)},
		"command between people":   {user7 + `,"context":2,"authorizing_integration_owners":{"1":"7"}` + command, with(aside, started)},
		"press to the bot":         {atBot + press, with(dm, chat.Pressed{Token: "1.a.0", On: "2002"})},
		"press in a server":        {inServer5 + press, with(server, chat.Pressed{Token: "1.a.0", On: "2002"})},
		"press on what one sees":   {inServer5 + hidden, with(aside, chat.Pressed{Token: "1.a.0", On: "e2002"})},
		"form to the bot":          {atBot + form, with(dm, filled)},
		"form of a command":        {inServer5 + form, with(aside, filled)},
		"somebody is still typing": {atBot + typing, with(typed, chat.Completing{Command: "start", Option: "code", Typed: "AB"})},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := testParser().parse(packet{Type: "INTERACTION_CREATE", Data: []byte("{" + test.data + "}")})
			if !ok {
				t.Fatal("of no interest")
			}
			compare(t, got.events, test.want)
			if talk := got.talk; talk == nil || talk.id != e.ID || talk.token != "secret" || talk.application != "98" || talk.aside != test.want.Aside {
				t.Errorf("the interaction: %+v", talk)
			}
		})
	}
}

// Several ticks at once are several presses, of which the last is answered.
func TestTicks(t *testing.T) {
	menu := `,"type":3,"data":{"custom_id":"ticks","component_type":3,"values":["1.a.0","1.c.0"]},"message":{"id":"2002","components":[{"type":1,"components":[` +
		`{"type":3,"custom_id":"ticks","options":[{"label":"a","value":"1.a.0"},{"label":"b","value":"1.b.0","default":true},{"label":"c","value":"1.c.0"}]}]}]}`
	got, _ := testParser().parse(packet{Type: "INTERACTION_CREATE", Data: []byte("{" + atBot + menu + "}")})
	var pressed, handles, ids, marks []string
	for _, e := range got.events {
		pressed = append(pressed, e.What.(chat.Pressed).Token)
		handles, ids, marks = append(handles, e.Handle), append(ids, e.ID), append(marks, e.Mark)
	}
	for _, diff := range []string{
		cmp.Diff([]string{"1.a.0", "1.b.0", "1.c.0"}, pressed),
		cmp.Diff([]string{"", "", "1420070400000"}, handles),
		cmp.Diff([]string{"1420070400000.0", "1420070400000.1", "1420070400000.2"}, ids),
		cmp.Diff([]string{"", "", "70:1420070400000"}, marks),
	} {
		if diff != "" {
			t.Error(diff)
		}
	}
}

func TestUnreadable(t *testing.T) {
	for _, p := range []packet{
		{Data: []byte(`not JSON`)},
		{Type: "MESSAGE_CREATE", Data: []byte(`"a secret"`)},
		{Type: "MESSAGE_CREATE", Data: []byte(`{"id":"1","channel_id":"2","content":"a secret"}`)},
		{Type: "INTERACTION_CREATE", Data: []byte(`{"id":"1"}`)},
		{Type: "INTERACTION_CREATE", Data: []byte("{" + atBot + `,"type":77}`)},
	} {
		first, ok := testParser().parse(p)
		again, _ := testParser().parse(p)
		if !ok || len(first.events) != 1 {
			t.Fatalf("%s: %+v", p.Data, first)
		}
		u, ok := first.events[0].What.(chat.Unreadable)
		if !ok || u.Why == "" || strings.Contains(u.Why, "secret") || first.events[0].ID == "" || first.events[0].ID != again.events[0].ID {
			t.Errorf("%s: %+v", p.Data, first.events[0])
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("MESSAGE_CREATE", "{"+private+`,"content":"/start code:ABC"}`)
	f.Add("MESSAGE_UPDATE", "{"+private+`,"content":"x","edited_timestamp":"2026-01-05T09:00:00+00:00"}`)
	f.Add("INTERACTION_CREATE", "{"+atBot+`,"type":2,"data":{"id":"1","name":"start","type":1,"options":[]}}`)
	f.Add("INTERACTION_CREATE", "{"+atBot+`,"type":3,"data":{"custom_id":"ticks","component_type":3,"values":["1"]},"message":{"id":"2"}}`)
	f.Add("", "x")
	f.Fuzz(func(t *testing.T, kind, data string) {
		in, ok := testParser().parse(packet{Type: kind, Data: []byte(data)})
		if !ok {
			return
		}
		for _, e := range in.events {
			if e.ID == "" || e.What == nil {
				t.Errorf("%s: %+v", data, e)
			}
			if e.Private && e.In != e.From.Account.Private() {
				t.Errorf("%s: private, in %v", data, e.In)
			}
			if e.Aside && e.Mark != "" {
				t.Errorf("%s: a mark from elsewhere", data)
			}
		}
	})
}

func TestSnowflakes(t *testing.T) {
	for id, want := range map[string]bool{
		"1": true, "18446744073709551615": true,
		"": false, "0": false, "18446744073709551616": false, "99999999999999999999": false, "-1": false, "1x": false, "e1": false,
	} {
		if _, ok := snowflake(id); ok != want {
			t.Errorf("%q: %v", id, ok)
		}
	}
	if at := madeAt("175928847299117063"); !at.Equal(time.UnixMilli(1462015105796)) { // the example of Discord's documentation
		t.Error(at)
	}
}
