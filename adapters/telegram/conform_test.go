package telegram

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"steadfast/adapters/adaptertest"
	"steadfast/adapters/telegram/telegramtest"
	"steadfast/bot/chat"
)

func TestConformance(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) adaptertest.Harness {
		h := harness{t, telegramtest.New()}
		for person := range 10 {
			h.s.Join(telegramtest.Person{ID: h.id(person), FirstName: fmt.Sprint("Person ", person)})
		}
		return h
	})
}

// harness lets the conformance suite act on the fake Telegram.
type harness struct {
	t *testing.T
	s *telegramtest.Server
}

func (harness) id(person int) int64 { return int64(1000 + person) }

func (h harness) Adapter() chat.Adapter { return newAdapter(h.t, h.s, Options{}) }

func (h harness) Place(person int) chat.Place {
	return chat.Place{Platform: Name, ID: strconv.FormatInt(h.id(person), 10)}
}

func (h harness) Say(person int, text string) { h.s.Say(h.id(person), h.id(person), text) }

func (h harness) Press(person int, label string) error {
	return h.s.Press(h.id(person), h.id(person), label)
}

func (h harness) Shown(person int) []adaptertest.Shown {
	var out []adaptertest.Shown
	for _, m := range h.s.Shown(h.id(person)) {
		if m.From != 0 {
			continue
		}
		shown := adaptertest.Shown{Text: m.Text}
		if m.File != nil {
			shown.File = m.File.Name + " " + string(m.File.Data)
		}
		for _, row := range m.Rows {
			for _, b := range row {
				shown.Labels = append(shown.Labels, b.Text)
			}
		}
		out = append(out, shown)
	}
	return out
}

func (h harness) Remove(person int) {
	shown := h.s.Shown(h.id(person))
	h.s.Delete(h.id(person), shown[len(shown)-1].ID)
}

func (h harness) Block(person int) { h.s.Block(h.id(person)) }

func (h harness) Throttle(pause time.Duration) {
	h.s.Fail("sendMessage", telegramtest.Fault{
		Status: 429, Description: "Too Many Requests: retry after 7", RetryAfter: int(pause.Seconds()),
	})
}

func (h harness) Garbage() { h.s.Raw(`"message":{"message_id":"x","chat":7}`) }

// newAdapter returns an adapter that talks to s.
func newAdapter(t *testing.T, s *telegramtest.Server, o Options) *Adapter {
	t.Helper()
	o.Token = func() string { return telegramtest.Token + "\n" }
	if o.Transport == nil {
		o.Transport = s.Transport()
	}
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
