package discordtest

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

const (
	card  = `{"content":"x",` + silent + `,"components":[{"type":1,"components":[{"type":2,"style":1,"label":"Open","custom_id":"open"}]}]}`
	ticks = `{"content":"x",` + silent + `,"components":[{"type":1,"components":[{"type":3,"custom_id":"m","min_values":0,"max_values":2,"options":[` +
		`{"label":"A","value":"a","default":true},{"label":"B","value":"b","default":false}]}]}]}`
	aside = `{"type":4,"data":{"content":"for you","flags":64,` + silent + `}}`
)

func (b bot) answer(id, body string) (status, code int) {
	b.t.Helper()
	status, code, _ = b.do("POST", "/interactions/"+id+"/aW50ZXJhY3Rpb246"+id+"/callback", body)
	return status, code
}

func TestPress(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		b.send("77", card)
		id, err := s.Click("11", "77", "Open")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if status, code := b.answer(id, aside); status != 204 {
			t.Fatalf("%d %d", status, code)
		}
		if o := s.Outcome(id); o != (Outcome{Answer: answerMessage, Took: 2 * time.Second}) {
			t.Errorf("%+v", o)
		}
		if len(s.Shown("11", "77")) != 2 || len(s.Shown("12", "77")) != 1 {
			t.Error("others see what is for one person")
		}
		if last := s.Showings(); !last[len(last)-1].Toast() {
			t.Error("it is no toast")
		}
		if _, code := b.answer(id, aside); code != 40060 || len(s.Faults()) != 1 {
			t.Errorf("the second answer: %d, %q", code, s.Faults())
		}
	})
}

func TestNoAnswerInTime(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		b.send("77", card)
		id, _ := s.Click("11", "77", "Open")
		time.Sleep(patience)
		synctest.Wait()
		if !s.Outcome(id).Failed || s.Failed() != 1 || s.Unanswered() != 0 {
			t.Errorf("%+v, %d failed, %d wait", s.Outcome(id), s.Failed(), s.Unanswered())
		}
		if _, code := b.answer(id, aside); code != 10062 || len(s.Faults()) != 1 {
			t.Errorf("too late: %d, %q", code, s.Faults())
		}
	})
}

func TestTokensExpire(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		b.send("77", card)
		later := func(id string) int {
			_, code, _ := b.do("POST", "/webhooks/"+AppID+"/aW50ZXJhY3Rpb246"+id, `{"content":"y",`+silent+`}`)
			return code
		}
		id, _ := s.Click("11", "77", "Open")
		if later(id) != 10015 {
			t.Error("a follow-up came before the answer")
		}
		b.answer(id, `{"type":6}`)
		if code := later(id); code != 0 {
			t.Errorf("code %d", code)
		}
		known := len(s.Faults())
		s.Expire()
		if later(id) != 50027 || len(s.Faults()) != known {
			t.Error("the bot could not know that the token is no longer good")
		}
		id, _ = s.Click("11", "77", "Open")
		b.answer(id, `{"type":6}`)
		time.Sleep(tokenLife + time.Second)
		if later(id) != 50027 || len(s.Faults()) != known+1 {
			t.Error("the bot could know how long a token is good")
		}
	})
}

func TestAnswerLater(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		b.send("77", card)
		id, _ := s.Click("11", "77", "Open")
		b.answer(id, `{"type":5,"data":{"flags":64}}`)
		if shown := s.Shown("11", "77"); !shown[1].Loading {
			t.Error("nobody sees that the bot is thinking")
		}
		status, _, _ := b.do("PATCH", "/webhooks/"+AppID+"/aW50ZXJhY3Rpb246"+id+"/messages/@original", `{"content":"y",`+silent+`}`)
		shown := s.Shown("11", "77")
		if status != 200 || shown[1].Loading || shown[1].Text() != "y" || shown[1].Edits != 0 || !shown[1].Aside {
			t.Errorf("%d %+v", status, shown[1])
		}
		if showings := s.Showings(); len(showings) != 2 || showings[1].Edited {
			t.Errorf("%+v", showings)
		}
	})
}

func TestMenus(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		b.send("77", ticks)
		if labels := s.Shown("11", "77")[0].Labels(); !slices.Equal(labels, []string{TickMark + "A", "B"}) {
			t.Errorf("%q", labels)
		}
		values := func(id string, err error) []string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return s.interactions[id].data["values"].([]string)
		}
		if got := values(s.Click("11", "77", "B")); !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("one more: %q", got)
		}
		if got := values(s.Click("11", "77", TickMark+"A")); len(got) != 0 {
			t.Errorf("one less: %q", got)
		}
		if got := values(s.Select("11", "77", "B")); !slices.Equal(got, []string{"b"}) {
			t.Errorf("exactly one: %q", got)
		}
		if _, err := s.Select("11", "77", "C"); err == nil {
			t.Error("an option was chosen that is not there")
		}
	})
}

func TestForms(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		b.send("77", card)
		id, _ := s.Click("11", "77", "Open")
		b.answer(id, `{"type":9,"data":{"title":"Note","custom_id":"f","components":[{"type":1,"components":[`+
			`{"type":4,"custom_id":"n","label":"In your words","style":2,"max_length":5,"required":true}]}]}}`)
		if f, ok := s.Form("11"); !ok || f.Title != "Note" || f.Fields[0] != (Field{ID: "n", Label: "In your words", Long: true, Required: true, Most: 5}) {
			t.Errorf("%+v", f)
		}
		for _, text := range []string{"", "too long"} {
			if _, err := s.Submit("11", map[string]string{"n": text}); err == nil {
				t.Errorf("%q was sent off", text)
			}
		}
		id, err := s.Submit("11", map[string]string{"In your words": "short"})
		if err != nil {
			t.Fatal(err)
		}
		if _, code := b.answer(id, `{"type":9,"data":{}}`); code != 50035 {
			t.Error("a form was answered with a form")
		}
		if status, _ := b.answer(id, `{"type":7,"data":{"content":"noted",`+silent+`}}`); status != 204 || s.Shown("11", "77")[0].Text() != "noted" {
			t.Error("the message of the form's button does not change")
		}
	})
}

func TestCommands(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		const commands = `[{"type":1,"name":"case","description":"d","options":[{"type":3,"name":"number","description":"d","required":true,"autocomplete":true}]},` +
			`{"type":1,"name":"here","description":"d","contexts":[0],"options":[{"type":3,"name":"purpose","description":"d","choices":[{"name":"s","value":"s"}]}]}]`
		if status, _, answer := b.do("PUT", "/applications/"+AppID+"/commands", commands); status != 200 {
			t.Fatal(answer)
		}
		for _, bad := range []string{`[{"type":1,"name":"Case","description":"d"}]`, `[{"type":1,"name":"case","description":""}]`} {
			if _, code, _ := b.do("PUT", "/applications/"+AppID+"/commands", bad); code != 50035 {
				t.Errorf("%s was taken", bad)
			}
		}
		for _, tt := range []struct {
			channel, name string
			options       map[string]string
			ok            bool
		}{
			{"", "case", map[string]string{"number": "17"}, true},
			{"", "case", nil, false},
			{"", "case", map[string]string{"number": "17", "other": "x"}, false},
			{"", "here", nil, false},
			{"77", "here", map[string]string{"purpose": "s"}, true},
			{"77", "here", map[string]string{"purpose": "t"}, false},
			{"", "nothing", nil, false},
		} {
			if _, err := s.Slash("11", tt.channel, tt.name, tt.options); (err == nil) != tt.ok {
				t.Errorf("/%s %v in %q: %v", tt.name, tt.options, tt.channel, err)
			}
		}
		go func() {
			synctest.Wait()
			last := s.order[len(s.order)-1].id
			b.answer(last, `{"type":8,"data":{"choices":[{"name":"Case 17","value":"17"}]}}`)
		}()
		choices, err := s.Complete("11", "", "case", "number", "1")
		if err != nil || len(choices) != 1 || choices[0].Value != "17" {
			t.Errorf("%v %v", choices, err)
		}
	})
}

func TestInsist(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Server, b bot) {
		b.send("77", card)
		s.Insist()
		s.Click("11", "77", "Open")
		s.Mention("11", "77", "hello")
		_, _, _, then := s.ready()
		if len(then) != 2 || then[1].T != "INTERACTION_CREATE" {
			t.Errorf("the bot is told %v", then)
		}
		time.Sleep(6 * time.Second)
		if shown := s.Shown("11", "77"); len(shown) != 3 || shown[2].Text() != shown[1].Text() {
			t.Errorf("%+v", shown)
		}
		if _, _, _, then := s.ready(); len(then) != 1 {
			t.Error("it is told again and again")
		}
	})
}
