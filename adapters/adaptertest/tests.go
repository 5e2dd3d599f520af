package adaptertest

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"steadfast/bot/chat"
)

func order(t *testing.T, h Harness) {
	var r recorder
	slow := func(ctx context.Context, e chat.Event) (chat.Answer, error) {
		if s, ok := e.What.(chat.Said); ok && strings.HasSuffix(s.Text, "0") {
			time.Sleep(100 * time.Millisecond) // invites the others to overtake
		}
		return r.handle(ctx, e)
	}
	start(t, h.Adapter(), slow)
	var want []string
	for i := range 25 {
		want = append(want, strconv.Itoa(i))
		h.Say(0, want[i])
		h.Say(1, want[i])
	}
	settle()
	for person := range 2 {
		if got := r.said(h.Place(person)); !slices.Equal(got, want) {
			t.Errorf("person %d: got %q, want %q", person, got, want)
		}
	}
}

func concurrency(t *testing.T, h Harness) {
	var inside, most atomic.Int32
	slow := func(ctx context.Context, e chat.Event) (chat.Answer, error) {
		if _, ok := e.What.(chat.Said); !ok {
			return chat.Answer{}, nil
		}
		most.Store(max(most.Load(), inside.Add(1)))
		time.Sleep(time.Second)
		inside.Add(-1)
		return chat.Answer{}, nil
	}
	for person := range 10 {
		h.Say(person, "hello")
	}
	start(t, h.Adapter(), slow)
	if most.Load() < 2 {
		t.Error("one place waits for another")
	}
}

func redelivery(t *testing.T, h Harness) {
	refusal := errors.New("the disk is full")
	var first recorder
	done := make(chan error, 1)
	a := h.Adapter()
	go func() {
		done <- a.Run(t.Context(), func(ctx context.Context, e chat.Event) (chat.Answer, error) {
			first.handle(ctx, e)
			return chat.Answer{}, refusal
		})
	}()
	settle()
	h.Say(0, "she did not come")
	if err := <-done; !errors.Is(err, refusal) {
		t.Fatalf("Run returned %v, want the handler's error", err)
	}
	var second recorder
	start(t, h.Adapter(), second.handle)
	if got := second.said(h.Place(0)); !slices.Equal(got, []string{"she did not come"}) {
		t.Fatalf("after the crash: %q", got)
	}
	same := func(e chat.Event) bool { return e.ID == first.events[len(first.events)-1].ID }
	if !slices.ContainsFunc(second.events, same) {
		t.Error("the event came back with another ID")
	}
}

func exactText(t *testing.T, h Harness) {
	a := h.Adapter()
	start(t, a, new(recorder).handle)
	texts := []string{
		"plain",
		"*stars* _lines_ __two__ ~~tilde~~ `tick` ```fence``` ||bars|| \\ > # - [a](https://example.org) <b>&amp;</b>",
		"@everyone @here <@1> <#2> @user /command #tag :smile:",
		"😀 👨‍👩‍👧 é é 日本語",
		"שלום עולם, مرحبا",
		"two\n\nlines  and   spaces",
		"> quoted\n1. one\n- two\n# three",
	}
	for _, text := range texts {
		send(t, a, chat.Message{To: h.Place(0), Text: chat.Text{{Text: "~"}, {Text: text, Style: chat.Bold}, {Text: "|" + text}}})
	}
	shown := h.Shown(0)
	if len(shown) != len(texts) {
		t.Fatalf("%d messages are shown, want %d", len(shown), len(texts))
	}
	for i, text := range texts {
		if want := "~" + text + "|" + text; shown[i].Text != want {
			t.Errorf("got  %q\nwant %q", shown[i].Text, want)
		}
	}
}

func longText(t *testing.T, h Harness) {
	a := h.Adapter()
	start(t, a, new(recorder).handle)
	text := strings.Repeat("Er kam nicht. 😀 ", 600)
	send(t, a, chat.Message{To: h.Place(0), Text: chat.Say(text)})
	var all strings.Builder
	for _, m := range h.Shown(0) {
		all.WriteString(m.Text)
		all.WriteByte(' ')
	}
	if !slices.Equal(strings.Fields(all.String()), strings.Fields(text)) {
		t.Error("a long text did not arrive whole")
	}
}

func choices(t *testing.T, h Harness) {
	var r recorder
	a := h.Adapter()
	start(t, a, func(ctx context.Context, e chat.Event) (chat.Answer, error) {
		r.handle(ctx, e)
		return chat.Answer{Toast: "Noted."}, nil
	})
	token := strings.Repeat("t", chat.TokenBytes-1)
	m := chat.Message{To: h.Place(0), Text: chat.Say("How was it?"), Choices: []chat.Choice{
		{Label: "Good", Token: token + "1"},
		{Label: "Bad", Token: token + "2"},
		{Label: "She is in danger", Token: token + "3", Kind: chat.Danger},
		{Label: "Save", Token: token + "4", Kind: chat.Primary},
		{Label: "Back", Token: token + "5", Kind: chat.Aside},
	}}
	ref := send(t, a, m)
	want := []string{"Good", "Bad", "She is in danger", "Save", "Back"}
	if got := h.Shown(0)[0].Labels; !slices.Equal(got, want) {
		t.Fatalf("labels %q, want %q", got, want)
	}
	for i, label := range want {
		if err := h.Press(0, label); err != nil {
			t.Fatal(err)
		}
		settle()
		last := r.events[len(r.events)-1]
		pressed, _ := last.What.(chat.Pressed)
		if pressed != (chat.Pressed{Token: m.Choices[i].Token, On: ref}) || last.In != h.Place(0) || !last.Private {
			t.Errorf("pressing %q came as %#v", label, last)
		}
		if last.From.Account.IsZero() {
			t.Error("nobody pressed")
		}
	}
}

func edit(t *testing.T, h Harness) {
	a := h.Adapter()
	start(t, a, new(recorder).handle)
	ref := send(t, a, chat.Message{
		To: h.Place(0), Text: chat.Say("How was it?"), Choices: []chat.Choice{{Label: "Good", Token: "1.a.0"}},
	})
	m := chat.Message{To: h.Place(0), Replaces: ref, Text: chat.Say("It was good.")}
	for range 2 { // the second time it is so already
		if got := send(t, a, m); got != ref {
			t.Errorf("the edited message is %q, was %q", got, ref)
		}
	}
	shown := h.Shown(0)
	if len(shown) != 1 || shown[0].Text != "It was good." || len(shown[0].Labels) != 0 {
		t.Errorf("shown: %+v", shown)
	}
}

func editNothing(t *testing.T, h Harness) {
	a := h.Adapter()
	start(t, a, new(recorder).handle)
	ref := send(t, a, chat.Message{To: h.Place(0), Text: chat.Say("one")})
	h.Remove(0)
	e := class(t, a, chat.Message{To: h.Place(0), Replaces: ref, Text: chat.Say("two")})
	if e.Class != chat.Refused || !errors.Is(e, chat.ErrNoMessage) {
		t.Errorf("got %v, want ErrNoMessage", e)
	}
}

func gone(t *testing.T, h Harness) {
	a := h.Adapter()
	start(t, a, new(recorder).handle)
	send(t, a, chat.Message{To: h.Place(0), Text: chat.Say("hello")})
	h.Block(0)
	if e := class(t, a, chat.Message{To: h.Place(0), Text: chat.Say("a secret")}); e.Class != chat.Gone {
		t.Errorf("got %v, want gone", e)
	} else if strings.Contains(e.Error(), "secret") {
		t.Errorf("the error holds the message: %v", e)
	}
	send(t, a, chat.Message{To: h.Place(1), Text: chat.Say("others are reached")})
}

// probe checks that one can find out whether a person can be written to, and
// that nobody is left with a message by it.
func probe(t *testing.T, h Harness) {
	a := h.Adapter()
	start(t, a, new(recorder).handle)
	m := chat.Message{To: h.Place(0), Probe: true, Text: chat.Say("Only a test.")}
	for range 2 {
		if ref, err := a.Send(t.Context(), m); err != nil || ref != "" {
			t.Errorf("Send: %q, %v", ref, err)
		}
		time.Sleep(2 * time.Second)
	}
	if shown := h.Shown(0); len(shown) != 0 {
		t.Errorf("it is seen: %+v", shown)
	}
	h.Block(0)
	if e := class(t, a, m); e.Class != chat.Gone {
		t.Errorf("got %v, want gone", e)
	}
}

// file checks that a file arrives as it is, with its text and buttons.
func file(t *testing.T, h Harness) {
	a := h.Adapter()
	start(t, a, new(recorder).handle)
	data := "BEGIN:VCALENDAR\r\n--\x00\xff\r\nEND:VCALENDAR\r\n"
	m := chat.Message{
		To: h.Place(0), Text: chat.Text{{Text: "Your "}, {Text: "meetings", Style: chat.Bold}},
		File:    &chat.Document{Name: "schedule.ics", Type: "text/calendar", Data: []byte(data)},
		Choices: []chat.Choice{{Label: "No more", Token: "1.a.0"}},
	}
	send(t, a, m)
	shown := h.Shown(0)
	if len(shown) != 1 || shown[0].Text != "Your meetings" || shown[0].File != "schedule.ics "+data || !slices.Equal(shown[0].Labels, []string{"No more"}) {
		t.Errorf("shown: %+v", shown)
	}
	for name, change := range map[string]func(*chat.Message){
		"that is an answer":     func(m *chat.Message) { m.Replaces = "1" },
		"with too long a text":  func(m *chat.Message) { m.Text = chat.Say(strings.Repeat("x", chat.FileTextUnits+1)) },
		"that is too large":     func(m *chat.Message) { m.File = &chat.Document{Name: "x.ics", Data: make([]byte, chat.FileBytes+1)} },
		"that is of no content": func(m *chat.Message) { m.File = &chat.Document{Name: "x.ics"} },
	} {
		bad := m
		change(&bad)
		if e := class(t, a, bad); e.Class != chat.Refused {
			t.Errorf("a file %s: %v, want refused", name, e)
		}
	}
	h.Block(0)
	if e := class(t, a, m); e.Class != chat.Gone {
		t.Errorf("got %v, want gone", e)
	}
}

func throttled(t *testing.T, h Harness) {
	a := h.Adapter()
	start(t, a, new(recorder).handle)
	h.Throttle(7 * time.Second)
	e := class(t, a, chat.Message{To: h.Place(0), Text: chat.Say("hello")})
	if e.Class != chat.Throttled || e.After < 7*time.Second || e.After > 10*time.Second {
		t.Errorf("got %v, want throttled for 7 s", e)
	}
	time.Sleep(e.After)
	send(t, a, chat.Message{To: h.Place(0), Text: chat.Say("hello")})
}

// end checks that the end of the context ends Run soon, that a handler under
// way is finished, and that the adapter can run again.
func end(t *testing.T, h Harness) {
	a := h.Adapter()
	ctx, cancel := context.WithCancel(t.Context())
	var begun, finished atomic.Bool
	done := make(chan error, 1)
	go func() {
		done <- a.Run(ctx, func(ctx context.Context, e chat.Event) (chat.Answer, error) {
			if _, ok := e.What.(chat.Said); !ok {
				return chat.Answer{}, nil
			}
			begun.Store(true)
			time.Sleep(time.Minute)
			finished.Store(ctx.Err() == nil)
			return chat.Answer{}, nil
		})
	}()
	settle()
	h.Say(0, "hello")
	settle()
	if !begun.Load() {
		t.Fatal("the handler was not called")
	}
	cancel()
	asked := time.Now()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
	if !finished.Load() {
		t.Error("Run ended before its handler, or interrupted it")
	}
	if took := time.Since(asked); took > time.Minute+10*time.Second {
		t.Errorf("Run took %v to end", took)
	}
}

func garbage(t *testing.T, h Harness) {
	var r recorder
	start(t, h.Adapter(), r.handle)
	h.Say(0, "before")
	h.Garbage()
	h.Say(0, "after")
	settle()
	if got := r.said(h.Place(0)); !slices.Equal(got, []string{"before", "after"}) {
		t.Errorf("got %q", got)
	}
	unread := 0
	for _, e := range r.events {
		if u, ok := e.What.(chat.Unreadable); ok {
			unread++
			if e.ID == "" || u.Why == "" {
				t.Errorf("unreadable without id or reason: %+v", e)
			}
		}
	}
	if unread != 1 {
		t.Errorf("%d events are unreadable, want 1", unread)
	}
}

func numbers(t *testing.T, h Harness) {
	a := h.Adapter()
	c := a.Capabilities()
	if c.TextUnits < 16 || c.ToastRunes < 16 || (max(c.Choices, c.MenuItems) > 0 && c.LabelRunes < 2) || c.PlaceBurst < 1 {
		t.Errorf("limits too low: %+v", c)
	}
	if a.Platform() == "" || a.Platform() != h.Place(0).Platform {
		t.Errorf("platform %q, places of %q", a.Platform(), h.Place(0).Platform)
	}
}
