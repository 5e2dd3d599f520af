package bottest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"steadfast/bot/chat"
)

// platform is the one on which transcripts are played.
const platform chat.Platform = "telegram"

// A stage is the foreign side of an adapter: chats that show what was sent.
type stage struct {
	caps chat.Capabilities

	mu       sync.Mutex
	chats    map[chat.Place]*history
	seen     []shown // since the last look
	blocked  map[chat.Place]bool
	throttle bool // refuse each message once
	refused  map[string]bool
}

type history struct{ messages []bubble }

// A bubble is one message as a chat shows it now.
type bubble struct {
	ref     chat.Ref
	text    chat.Text
	choices []chat.Choice
}

// A shown is one thing that was sent.
type shown struct {
	place   chat.Place
	message chat.Message
	edit    bool
}

func newStage(throttle bool) *stage {
	return &stage{
		caps: chat.Capabilities{
			TextUnits: 4096, Choices: 100, LabelRunes: 64, ToastRunes: 200, Edits: true,
			PerSecond: 30, PlacePerSecond: 1, PlaceBurst: 3, GroupPerMinute: 20,
		},
		chats: map[chat.Place]*history{}, blocked: map[chat.Place]bool{}, throttle: throttle, refused: map[string]bool{},
	}
}

// Platform implements chat.Adapter.
func (s *stage) Platform() chat.Platform { return platform }

// Capabilities implements chat.Adapter.
func (s *stage) Capabilities() chat.Capabilities { return s.caps }

// Run implements chat.Adapter; the player hands in events itself.
func (s *stage) Run(ctx context.Context, _ chat.Handler) error {
	<-ctx.Done()
	return ctx.Err()
}

// Send implements chat.Adapter.
func (s *stage) Send(_ context.Context, m chat.Message) (chat.Ref, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.blocked[m.To] {
		return "", &chat.SendError{Class: chat.Gone, Err: errors.New("blocked")}
	}
	if err := tooMuch(m, s.caps); err != nil {
		return "", &chat.SendError{Class: chat.Refused, Err: err}
	}
	if key := fmt.Sprint(m); s.throttle && !s.refused[key] {
		s.refused[key] = true
		return "", &chat.SendError{Class: chat.Throttled, After: time.Second, Err: errors.New("too many requests")}
	} else if s.throttle {
		delete(s.refused, key)
	}
	if m.Menu != nil {
		return "", nil
	}
	h := s.chats[m.To]
	if h == nil {
		h = &history{}
		s.chats[m.To] = h
	}
	b := bubble{ref: m.Replaces, text: m.Text, choices: m.Choices}
	if m.Replaces != "" {
		for i := range h.messages {
			if h.messages[i].ref == m.Replaces {
				h.messages[i] = b
				s.seen = append(s.seen, shown{m.To, m, true})
				return m.Replaces, nil
			}
		}
		return "", &chat.SendError{Class: chat.Refused, Err: chat.ErrNoMessage}
	}
	b.ref = chat.Ref(strconv.Itoa(len(h.messages) + 1))
	h.messages = append(h.messages, b)
	s.seen = append(s.seen, shown{m.To, m, false})
	return b.ref, nil
}

func tooMuch(m chat.Message, c chat.Capabilities) error {
	if n := chat.Units(m.Text.Plain()); n > c.TextUnits {
		return fmt.Errorf("%d code units", n)
	}
	if len(m.Choices) > c.Choices {
		return fmt.Errorf("%d buttons", len(m.Choices))
	}
	for _, choice := range m.Choices {
		if len(choice.Token) > chat.TokenBytes || choice.Label == "" {
			return fmt.Errorf("button %q with token of %d bytes", choice.Label, len(choice.Token))
		}
	}
	return nil
}

// take returns what was shown since the last call.
func (s *stage) take() []shown {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.seen
	s.seen = nil
	return seen
}

// press finds the newest message in a place that has a button with a label,
// exactly or, failing that, beginning with it.
func (s *stage) press(place chat.Place, label string) (chat.Pressed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.chats[place]
	if h == nil {
		return chat.Pressed{}, fmt.Errorf("nothing was ever said in %s", place)
	}
	for _, fits := range []func(string) bool{
		func(l string) bool { return l == label },
		func(l string) bool { return strings.HasPrefix(strings.TrimLeft(l, "✓‹ "), label) },
	} {
		for i := len(h.messages) - 1; i >= 0; i-- {
			for _, c := range h.messages[i].choices {
				if fits(c.Label) {
					return chat.Pressed{Token: c.Token, On: h.messages[i].ref}, nil
				}
			}
		}
	}
	return chat.Pressed{}, fmt.Errorf("no button %q in %s", label, place)
}

func (s *stage) block(place chat.Place, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocked[place] = blocked
}
