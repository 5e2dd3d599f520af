package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
)

func class(t *testing.T, err error) chat.Class {
	t.Helper()
	var e *chat.SendError
	if !errors.As(err, &e) {
		t.Fatalf("error %v is no SendError", err)
	}
	return e.Class
}

func TestSendAndEdit(t *testing.T) {
	r := start(t, Options{Now: func() time.Time { return noon }}, nil)
	m := chat.Message{
		To: place("p-mia"), Text: chat.Text{{Text: "Hello "}, {Text: "K7Q", Style: chat.Start}},
		Choices: []chat.Choice{{Label: "Yes", Token: "1.a.0", Kind: chat.Primary}}, Guarded: true,
	}
	ref := r.send(t, m)
	next := r.follow(t, "")
	state := next()
	const want = `{"ref":"1","at":"2026-10-24T12:00:00Z","text":[{"t":"Hello "},{"t":"K7Q","s":"start"}],` +
		`"choices":[{"label":"Yes","token":"1.a.0","kind":"primary"}],"guarded":true}`
	if !strings.Contains(state.data, `"p-mia":[`+want+`]`) {
		t.Errorf("state %s", state.data)
	}
	m.Replaces = ref
	if got := r.send(t, m); got != ref { // already so: nothing to tell
		t.Errorf("edit returned %q", got)
	}
	m.Text, m.Choices = chat.Say("Thank you."), nil
	r.send(t, m)
	if l := next(); l.name != "message" || !strings.Contains(l.data,
		`{"ref":"1","at":"2026-10-24T12:00:00Z","edited":"2026-10-24T12:00:00Z","text":[{"t":"Thank you."}],"guarded":true}`) {
		t.Errorf("then %+v", l)
	}
	other := r.send(t, chat.Message{To: place("p-mia"), Text: chat.Say("And?")})
	if l := next(); other == ref || !strings.Contains(l.data, "And?") {
		t.Errorf("then %q %+v", other, l)
	}
}

func TestSendErrors(t *testing.T) {
	r := start(t, Options{}, nil)
	r.say(t, "mia", "mine")
	yes := chat.Choice{Label: "Yes", Token: "1.a.0"}
	for name, tt := range map[string]struct {
		m    chat.Message
		want chat.Class
	}{
		"unknown place":     {chat.Message{To: place("nobody"), Text: chat.Say("x")}, chat.Gone},
		"another platform":  {chat.Message{To: chat.Place{Platform: "telegram", ID: "p-mia"}, Text: chat.Say("x")}, chat.Gone},
		"menu for nobody":   {chat.Message{To: place("nobody"), Menu: &chat.Menu{}}, chat.Gone},
		"unknown message":   {chat.Message{To: place("p-mia"), Replaces: "77", Text: chat.Say("x")}, chat.Refused},
		"not the bot's":     {chat.Message{To: place("p-mia"), Replaces: "1", Text: chat.Say("x")}, chat.Refused},
		"empty":             {chat.Message{To: place("p-mia")}, chat.Refused},
		"too long":          {chat.Message{To: place("p-mia"), Text: chat.Say(strings.Repeat("x", 4097))}, chat.Refused},
		"too many buttons":  {chat.Message{To: place("p-mia"), Text: chat.Say("x"), Choices: make([]chat.Choice, 101)}, chat.Refused},
		"label too long":    {chat.Message{To: place("p-mia"), Text: chat.Say("x"), Choices: []chat.Choice{yes, {Label: strings.Repeat("x", 65), Token: "t"}}}, chat.Refused},
		"no token":          {chat.Message{To: place("p-mia"), Text: chat.Say("x"), Choices: []chat.Choice{{Label: "x"}}}, chat.Refused},
		"form":              {chat.Message{To: place("p-mia"), Text: chat.Say("x"), Form: &chat.Form{}}, chat.Refused},
		"message elsewhere": {chat.Message{To: place("p-carl"), Replaces: "1", Text: chat.Say("x")}, chat.Refused},
	} {
		_, err := r.Send(t.Context(), tt.m)
		if got := class(t, err); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		wantNoMessage := name == "unknown message" || name == "message elsewhere"
		if errors.Is(err, chat.ErrNoMessage) != wantNoMessage {
			t.Errorf("%s: %v", name, err)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	_, err := r.Send(ended, chat.Message{To: place("p-mia"), Text: chat.Say("x")})
	if got := class(t, err); got != chat.Again {
		t.Errorf("after the end: %s", got)
	}
}

func TestTranscriptIsBounded(t *testing.T) {
	r := start(t, Options{}, nil)
	first := r.send(t, chat.Message{To: place("p-mia"), Text: chat.Say("first")})
	for range transcriptLimit {
		r.send(t, chat.Message{To: place("p-mia"), Text: chat.Say("next")})
	}
	if _, err := r.Send(t.Context(), chat.Message{To: place("p-mia"), Replaces: first, Text: chat.Say("x")}); !errors.Is(err, chat.ErrNoMessage) {
		t.Errorf("edit of a dropped message: %v", err)
	}
	var state struct{ Rooms map[string][]message }
	if err := json.Unmarshal([]byte(r.follow(t, "")().data), &state); err != nil {
		t.Fatal(err)
	}
	if got := state.Rooms["p-mia"]; len(got) != transcriptLimit || got[0].Ref != "2" {
		t.Errorf("%d messages, the first is %q", len(got), got[0].Ref)
	}
}

func TestStreamResumes(t *testing.T) {
	r := start(t, Options{}, nil)
	say := func(text string) { r.send(t, chat.Message{To: place("p-mia"), Text: chat.Say(text)}) }
	say("one")
	next := r.follow(t, "")
	if l := next(); l.name != "state" || !strings.Contains(l.data, "one") {
		t.Fatalf("first %+v", l)
	}
	say("two")
	two := next()
	say("three")
	if l := r.follow(t, two.id)(); l.name != "message" || !strings.Contains(l.data, "three") {
		t.Errorf("after %q: %+v", two.id, l)
	}
	for _, id := range []string{"other-1", r.prefix + "-x", r.prefix + "-9999999"} {
		if l := r.follow(t, id)(); l.name != "state" {
			t.Errorf("after %q: %+v", id, l)
		}
	}
	for range logLimit {
		say("more")
	}
	if l := r.follow(t, two.id)(); l.name != "state" {
		t.Errorf("after more than is kept: %.80v", l)
	}
}

func TestMenus(t *testing.T) {
	r := start(t, Options{}, nil)
	next := r.follow(t, "")
	next()
	menu := func(to chat.Place, language, name string) {
		t.Helper()
		if ref := r.send(t, chat.Message{To: to, Menu: &chat.Menu{Language: language, Items: []chat.Item{{Name: name}}}}); ref != "" {
			t.Errorf("a menu has the ref %q", ref)
		}
	}
	expect := func(seats ...string) {
		t.Helper()
		for _, seat := range seats {
			if l := next(); l.name != "menu" || !strings.HasPrefix(l.data, `{"seat":"`+seat+`"`) {
				t.Errorf("%+v, want the menu of %s", l, seat)
			}
		}
	}
	menu(chat.Place{}, "", "help") // for everybody, in private
	expect("mia", "carl", "ana")
	menu(chat.Place{}, "de", "hilfe") // nobody here speaks German
	menu(place("p-mia"), "", "checkin")
	expect("mia")
	menu(chat.Place{}, "en", "assist")
	expect("carl", "ana")
	menu(place("g-sup"), "en-GB", "cases")
	expect("supervisors")
}

func TestStepsTickThemselvesOff(t *testing.T) {
	r := start(t, Options{Steps: steps()}, func(a *Adapter, e chat.Event) (chat.Answer, error) {
		if said, ok := e.What.(chat.Said); ok {
			_, err := a.Send(context.Background(), chat.Message{To: place("g-sup"), Text: chat.Say(said.Text)})
			return chat.Answer{}, err
		}
		return chat.Answer{}, nil
	})
	expect := func(want string) {
		t.Helper()
		if got := r.ticks(t); got != want {
			t.Errorf("steps %s, want %s", got, want)
		}
	}
	card := r.send(t, chat.Message{To: place("g-sup"), Text: chat.Say("Case 1"), Choices: []chat.Choice{{Label: "Take it", Token: "1.case.1.ack"}}})
	take := func() {
		r.post(t, "/press", `{"seat":"supervisors","ref":"`+string(card)+`","token":"1.case.1.ack"}`, nil)
	}
	expect("----") // what was there before anybody acted does not count
	r.say(t, "mia", "hello")
	r.say(t, "carl", "/checkin")
	r.say(t, "mia", "case") // its time has not come
	take()
	expect("----")
	r.say(t, "mia", "/checkin")
	expect("x---")
	take()
	expect("x---")
	r.say(t, "mia", "case")
	expect("xx--")
	take() // nobody waits for an optional step
	expect("xx-x")
	r.say(t, "mia", "again") // which can still be done
	expect("xxxx")
}

func TestSkip(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("the zones are not installed here")
	}
	now := noon // the day before the clocks go back there
	var skipped []time.Duration
	r := start(t, Options{
		Location: zone,
		Now:      func() time.Time { return now },
		Skip: func(d time.Duration, moved func()) error {
			skipped = append(skipped, d)
			if len(skipped) > 4 {
				return errors.New("broken")
			}
			moved()
			return nil
		},
	}, nil)
	next := r.follow(t, "")
	next()
	for _, to := range []string{"minutes", "hour", "tomorrow", "week"} {
		if status, answer := r.post(t, "/skip", `{"to":"`+to+`"}`, nil); status != http.StatusOK {
			t.Errorf("skip %s: %d %s", to, status, answer)
		}
		if l := next(); l.name != "clock" || l.data != `{"now":"2026-10-24T14:00:00+02:00","moved":true}` {
			t.Errorf("skip %s: %+v", to, l)
		}
	}
	// Nine o'clock and two o'clock, both an hour further away than usual.
	if want := []time.Duration{5 * time.Minute, time.Hour, 20 * time.Hour, 7*24*time.Hour + time.Hour}; !slices.Equal(skipped, want) {
		t.Errorf("skipped %v, want %v", skipped, want)
	}
	for body, want := range map[string]int{
		`{"to":"hour"}`: http.StatusInternalServerError, `{"to":"year"}`: http.StatusBadRequest, `{}`: http.StatusBadRequest,
	} {
		if status, _ := r.post(t, "/skip", body, nil); status != want {
			t.Errorf("skip %s: %d, want %d", body, status, want)
		}
	}
	if status, _ := start(t, Options{}, nil).post(t, "/skip", `{"to":"hour"}`, nil); status != http.StatusNotFound {
		t.Errorf("skip without a clock to move: %d", status)
	}
}

func TestRunEndsQuietly(t *testing.T) {
	a := New(Options{Seats: seats()})
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := a.Run(ctx, nil); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestTwoSeatsWithOneKey(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("New took two seats with one key")
		}
	}()
	New(Options{Seats: append(seats(), seats()[0])})
}

func TestSentAgain(t *testing.T) {
	fails := true
	r := start(t, Options{}, func(*Adapter, chat.Event) (chat.Answer, error) {
		if fails {
			return chat.Answer{}, errors.New("disk full")
		}
		return chat.Answer{}, nil
	})
	long := strings.Repeat("word ", 1000) // two messages, of which the first fails
	body := `{"seat":"mia","id":"abc","text":"` + long + `"}`
	if status, _ := r.post(t, "/say", body, nil); status != http.StatusInternalServerError {
		t.Errorf("the first time: %d", status)
	}
	<-r.ended
	for _, m := range r.board.rooms[place("p-mia")].messages {
		if !m.Failed {
			t.Errorf("message %s is lost", m.Ref)
		}
	}
	fails = false
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var events []chat.Event
	go r.Run(ctx, func(_ context.Context, e chat.Event) (chat.Answer, error) {
		events = append(events, e)
		return chat.Answer{}, nil
	})
	for range 2 { // the second time only the answer had been lost
		if status, answer := r.post(t, "/say", body, nil); status != http.StatusOK {
			t.Errorf("again: %d %s", status, answer)
		}
	}
	var got []string
	for _, e := range append(r.got(), events...) {
		got = append(got, e.ID+" in "+string(e.What.(chat.Said).Ref))
	}
	if want := "abc in 1, abc in 1, abc.1 in 2, abc in 1, abc.1 in 2"; strings.Join(got, ", ") != want {
		t.Errorf("events %q, want %q", got, want)
	}
	state := r.follow(t, "")()
	if n := strings.Count(state.data, `"ref":`); n != 2 || strings.Contains(state.data, "failed") {
		t.Errorf("%d messages: %.300s", n, state.data)
	}
	if status, _ := r.post(t, "/say", `{"seat":"mia","id":"`+strings.Repeat("x", 65)+`","text":"x"}`, nil); status != http.StatusBadRequest {
		t.Errorf("a long id: %d", status)
	}
}
