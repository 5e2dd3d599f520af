package discord

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"steadfast/adapters/adaptertest"
	"steadfast/adapters/discord/discordtest"
	"steadfast/bot/chat"
)

func TestConformance(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) adaptertest.Harness {
		h := harness{t, discordtest.New()}
		for person := range 10 {
			h.s.Join(discordtest.Person{ID: h.id(person), Username: fmt.Sprint("person", person), Name: fmt.Sprint("Person ", person)})
		}
		t.Cleanup(func() {
			for _, fault := range append(h.s.Faults(), h.s.Gateway.Faults()...) {
				t.Error(fault)
			}
			if n := h.s.Failed(); n > 0 {
				t.Errorf("%d interactions failed", n)
			}
		})
		return h
	})
}

// harness lets the conformance suite act on the fake Discord.
type harness struct {
	t *testing.T
	s *discordtest.Server
}

func (harness) id(person int) string { return fmt.Sprint(600_000_000_000_001_000 + person) }

func (h harness) Adapter() chat.Adapter {
	return newAdapter(h.t, h.s, Options{Marks: func(context.Context) (marks []chat.Mark, err error) {
		for person := range 10 {
			marks = append(marks, chat.Mark{Place: h.Place(person)})
		}
		return marks, nil
	}})
}

func (h harness) Place(person int) chat.Place { return chat.Place{Platform: Name, ID: h.id(person)} }

func (h harness) Say(person int, text string) { h.s.Say(h.id(person), "", text) }

func (h harness) Press(person int, label string) error {
	_, err := h.s.Click(h.id(person), "", label)
	return err
}

func (h harness) Shown(person int) []adaptertest.Shown {
	var out []adaptertest.Shown
	for _, m := range h.s.Shown(h.id(person), "") {
		if m.Author == discordtest.BotID && !m.Aside {
			shown := adaptertest.Shown{Text: m.Text(), Labels: m.Labels()}
			if m.File != nil {
				shown.File = m.File.Name + " " + string(m.File.Data)
			}
			out = append(out, shown)
		}
	}
	return out
}

func (h harness) Remove(person int) {
	shown := h.s.Shown(h.id(person), "")
	h.s.Delete(h.id(person), "", shown[len(shown)-1].ID)
}

func (h harness) Block(person int) { h.s.Block(h.id(person), true) }

func (h harness) Throttle(pause time.Duration) { h.s.Throttle(pause) }

func (h harness) Garbage() { h.s.Garble() }

// newAdapter returns an adapter that talks to s.
func newAdapter(t *testing.T, s *discordtest.Server, o Options) *Adapter {
	t.Helper()
	o.Token = func() string { return discordtest.Token + "\n" }
	o.Transport, o.Dial = s.Transport(), s.Gateway.Dial
	if testing.Verbose() {
		o.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
