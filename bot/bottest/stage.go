package bottest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"steadfast/bot"
	"steadfast/bot/chat"
)

// platform is the one that a stage resembles.
const platform chat.Platform = "telegram"

// A stage is a Theatre in memory, and its own adapter: what the bot sends is
// shown as it is.
type stage struct {
	caps chat.Capabilities
	more chan struct{} // holds one when the queue has grown

	mu       sync.Mutex
	queue    []chat.Event // not yet confirmed
	events   int
	titles   map[chat.Place]string
	chats    map[chat.Place][]bubble
	shown    []Shown // since the last look
	toasts   []string
	blocked  map[chat.Place]bool
	throttle bool // refuse each message once
	refused  map[string]bool
}

// A bubble is one message as a chat shows it now.
type bubble struct {
	ref     chat.Ref
	text    string
	choices []chat.Choice
}

func newStage() *stage {
	return &stage{
		caps: chat.Capabilities{
			TextUnits: 4096, Choices: 100, LabelRunes: 64, ToastRunes: 200, Edits: true,
			PerSecond: 30, PlacePerSecond: 1, PlaceBurst: 3, GroupPerMinute: 20,
		},
		more: make(chan struct{}, 1), titles: map[chat.Place]string{}, chats: map[chat.Place][]bubble{},
		blocked: map[chat.Place]bool{}, refused: map[string]bool{},
	}
}

// Adapter implements Theatre.
func (s *stage) Adapter(func() *bot.Bot) (chat.Adapter, error) { return s, nil }

// Throttle implements Theatre.
func (s *stage) Throttle() { s.throttle = true }

// Join implements Theatre.
func (s *stage) Join(number int, username, name string) chat.Sender {
	a := chat.Account{Platform: platform, ID: strconv.Itoa(1000 + number)}
	return chat.Sender{Account: a, Name: name, Username: username, Language: "en"}
}

// Found implements Theatre.
func (s *stage) Found(number int, title string) chat.Place {
	s.mu.Lock()
	defer s.mu.Unlock()
	place := chat.Place{Platform: platform, ID: "-100" + strconv.Itoa(number)}
	s.titles[place] = title
	return place
}

// Block implements Theatre.
func (s *stage) Block(in chat.Place, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocked[in] = blocked
}

// Do implements Theatre.
func (s *stage) Do(by chat.Sender, in chat.Place, what chat.What) error {
	if p, ok := what.(chat.Pressed); ok {
		p.On = "1"
		what = p
	}
	s.happen(by, in, what)
	return nil
}

// Tap implements Theatre.
func (s *stage) Tap(by chat.Sender, in chat.Place, label string) error {
	p, err := s.find(in, label)
	if err == nil {
		s.happen(by, in, p)
	}
	return err
}

func (s *stage) find(in chat.Place, label string) (chat.Pressed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var labels []string
	var presses []chat.Pressed
	for _, b := range slices.Backward(s.chats[in]) {
		for _, c := range b.choices {
			labels = append(labels, c.Label)
			presses = append(presses, chat.Pressed{Token: c.Token, On: b.ref})
		}
	}
	label, err := Pick(labels, label)
	if err != nil {
		return chat.Pressed{}, err
	}
	return presses[slices.Index(labels, label)], nil
}

// happen queues an event.
func (s *stage) happen(by chat.Sender, in chat.Place, what chat.What) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events++
	s.queue = append(s.queue, chat.Event{
		ID: strconv.Itoa(s.events), At: time.Now(), From: by, In: in,
		Private: in == by.Account.Private(), Title: s.titles[in], What: what,
	})
	select {
	case s.more <- struct{}{}:
	default:
	}
}

// Look implements Theatre.
func (s *stage) Look() (shown []Shown, toasts []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shown, toasts = s.shown, s.toasts
	s.shown, s.toasts = nil, nil
	return shown, toasts
}

// Platform implements chat.Adapter.
func (s *stage) Platform() chat.Platform { return platform }

// Capabilities implements chat.Adapter.
func (s *stage) Capabilities() chat.Capabilities { return s.caps }

// Run implements chat.Adapter.
func (s *stage) Run(ctx context.Context, h chat.Handler) error {
	for {
		s.mu.Lock()
		queue := s.queue
		s.mu.Unlock()
		if len(queue) == 0 {
			select {
			case <-s.more:
			case <-ctx.Done():
				return ctx.Err()
			}
			continue
		}
		answer, err := h(context.WithoutCancel(ctx), queue[0])
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.queue = s.queue[1:]
		if answer.Toast != "" {
			s.toasts = append(s.toasts, answer.Toast)
		}
		s.mu.Unlock()
	}
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
	if key := fmt.Sprint(m.To, m.Once); s.throttle && !s.refused[key] {
		s.refused[key] = true
		return "", &chat.SendError{Class: chat.Throttled, After: time.Second, Err: errors.New("too many requests")}
	} else if s.throttle {
		delete(s.refused, key)
	}
	if m.Menu != nil || m.Probe {
		return "", nil
	}
	return s.show(m)
}

// show puts a message into its chat. s.mu must be held.
func (s *stage) show(m chat.Message) (chat.Ref, error) {
	all := s.chats[m.To]
	at := len(all)
	if m.Replaces == "" {
		all = append(all, bubble{ref: chat.Ref(strconv.Itoa(at + 1))})
	} else if at = slices.IndexFunc(all, func(b bubble) bool { return b.ref == m.Replaces }); at < 0 {
		return "", &chat.SendError{Class: chat.Refused, Err: chat.ErrNoMessage}
	}
	same := m.Replaces != "" && all[at].text == m.Text.Plain() && slices.Equal(all[at].choices, m.Choices)
	all[at].text, all[at].choices = m.Text.Plain(), m.Choices
	s.chats[m.To] = all
	if same {
		return all[at].ref, nil // nobody sees a change
	}
	shown := Shown{Place: m.To, Text: m.Text, Edit: m.Replaces != ""}
	if m.File != nil {
		shown.File = m.File.Name
	}
	for _, c := range m.Choices {
		shown.Labels = append(shown.Labels, c.Label)
	}
	s.shown = append(s.shown, shown)
	return all[at].ref, nil
}

func tooMuch(m chat.Message, c chat.Capabilities) error {
	if err := m.CheckFile(); err != nil {
		return err
	}
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
