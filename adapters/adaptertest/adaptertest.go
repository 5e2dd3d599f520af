// Package adaptertest is what every adapter must do, as tests. An adapter's
// own tests call [Run] with a [Harness] that acts as the people and as the
// platform, over an in-process server of the foreign API.
package adaptertest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot/chat"
)

// A Harness is the foreign side. Its people are numbered from zero; everyone
// has a private place with the bot, which the bot may write to.
type Harness interface {
	// Adapter returns an adapter for the same bot on the same server, as a
	// newly started program would make it. At most one runs at a time.
	Adapter() chat.Adapter

	// Place returns the private place of a person; persons 0 to 9 exist.
	Place(person int) chat.Place

	// Say makes a person write in their private place.
	Say(person int, text string)

	// Press makes a person press the newest button with that label.
	Press(person int, label string) error

	// Shown returns what the bot's messages in a private place look like to
	// the person now, oldest first.
	Shown(person int) []Shown

	// Remove takes the bot's newest message in a private place away.
	Remove(person int)

	// Block makes a person refuse all messages of the bot from now on.
	Block(person int)

	// Throttle makes the platform refuse the next message and ask for a pause.
	Throttle(pause time.Duration)

	// Garbage makes the platform deliver something that cannot be decoded.
	Garbage()
}

// Shown is one message as a reader sees it. Text holds what is read, without
// any markup that the platform needs.
type Shown struct {
	Text   string
	Labels []string // of the buttons, in reading order
	File   string   // the name and the content of the file that came with it
}

// Run runs the suite, each test in its own bubble of testing/synctest. New is
// called inside the bubble; everything it starts must end with the test's
// cleanup.
func Run(t *testing.T, new func(t *testing.T) Harness) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"order within a place", order},
		{"concurrency between places", concurrency},
		{"nothing confirmed before the handler", redelivery},
		{"text as it is", exactText},
		{"long text", longText},
		{"choices", choices},
		{"edit", edit},
		{"edit of nothing", editNothing},
		{"gone", gone},
		{"probe", probe},
		{"file", file},
		{"throttled", throttled},
		{"end", end},
		{"garbage", garbage},
		{"numbers", numbers},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test.run(t, new(t)) })
		})
	}
}

// A recorder is a handler that keeps the events it gets.
type recorder struct {
	mu     sync.Mutex
	events []chat.Event
}

func (r *recorder) handle(_ context.Context, e chat.Event) (chat.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	return chat.Answer{}, nil
}

// said returns the texts said in a place.
func (r *recorder) said(p chat.Place) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, e := range r.events {
		if s, ok := e.What.(chat.Said); ok && e.In == p {
			out = append(out, s.Text)
		}
	}
	return out
}

// start runs an adapter until the test ends or stop is called. Stop fails the
// test when Run returns an error that is not of a context.
func start(t *testing.T, a chat.Adapter, h chat.Handler) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, h) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("Run: %v", err)
			}
		})
	}
	t.Cleanup(stop)
	settle()
	return stop
}

// settle lets everything happen that does not wait for minutes.
func settle() {
	time.Sleep(5 * time.Second)
	synctest.Wait()
}

// send sends m, fitted, and fails the test if that fails. It returns the ref
// of the last part.
func send(t *testing.T, a chat.Adapter, m chat.Message) chat.Ref {
	t.Helper()
	var ref chat.Ref
	for _, part := range chat.Fit(m, a.Capabilities()) {
		var err error
		if ref, err = a.Send(t.Context(), part); err != nil {
			t.Fatalf("Send: %v", err)
		}
		if ref == "" {
			t.Fatal("Send returned no Ref")
		}
		time.Sleep(2 * time.Second) // keeps to any pace
	}
	return ref
}

// class sends m and returns the error's class; the error must be a SendError.
func class(t *testing.T, a chat.Adapter, m chat.Message) *chat.SendError {
	t.Helper()
	_, err := a.Send(t.Context(), m)
	if err == nil {
		t.Fatal("Send succeeded, want an error")
	}
	e, ok := errors.AsType[*chat.SendError](err)
	if !ok {
		t.Fatalf("Send: %v is not a SendError", err)
	}
	return e
}
