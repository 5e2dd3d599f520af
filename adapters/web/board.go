package web

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"steadfast/bot/chat"
)

// transcriptLimit is how many messages of a place are kept. An older one is
// dropped, and can no longer be edited.
const transcriptLimit = 500

// A board is what is on show. All pages see the same one. Whatever changes it
// also writes an update for the pages, under the same lock, so that their order
// is the order in which things happened.
type board struct {
	prefix string
	now    func() time.Time
	seats  []Seat
	skips  bool
	above  string // the seat with a calendar; empty: none

	mu     sync.Mutex
	rooms  map[chat.Place]*room
	menus  map[menuOf][]chat.Item
	steps  []Step
	done   []bool // by step
	begun  bool   // somebody acted on the page
	closed bool

	log     []update // the newest updates, oldest first
	last    uint64   // the number of the newest update
	changed chan struct{}
}

// A room is the transcript of one place.
type room struct {
	messages []message
	next     uint64
}

// A message is one bubble on the page.
type message struct {
	Ref     chat.Ref      `json:"ref"`
	ID      string        `json:"id,omitzero"` // of the event it caused
	At      time.Time     `json:"at"`
	Edited  time.Time     `json:"edited,omitzero"`
	From    string        `json:"from,omitzero"` // the account of the person; empty for the bot
	Name    string        `json:"name,omitzero"`
	Text    chat.Text     `json:"text"`
	Choices []chat.Choice `json:"choices,omitzero"`
	Guarded bool          `json:"guarded,omitzero"`
	Quiet   bool          `json:"quiet,omitzero"`
	Failed  bool          `json:"failed,omitzero"` // the bot never got it
	File    string        `json:"file,omitzero"`   // the name of the file that came with it

	file *chat.Document
}

// menuOf names a menu: the zero place is everybody's.
type menuOf struct {
	place    chat.Place
	language string
}

func newBoard(prefix string, seats []Seat, o Options, now func() time.Time) *board {
	b := &board{
		prefix: prefix, now: now, seats: seats, skips: o.Skip != nil, above: o.Calendar.Seat,
		rooms: map[chat.Place]*room{}, menus: map[menuOf][]chat.Item{},
		steps: slices.Clone(o.Steps), done: make([]bool, len(o.Steps)),
		last: 1, changed: make(chan struct{}),
	}
	for _, s := range seats {
		b.rooms[s.Place] = &room{}
	}
	return b
}

// has reports whether a seat is in the place. The set of places never changes.
func (b *board) has(p chat.Place) bool { return b.rooms[p] != nil }

// post shows a new message of the bot.
func (b *board) post(m chat.Message) chat.Ref {
	b.mu.Lock()
	defer b.mu.Unlock()
	shown := message{Text: slices.Clone(m.Text), Choices: slices.Clone(m.Choices), Guarded: m.Guarded, Quiet: m.Quiet}
	if m.File != nil {
		shown.File, shown.file = m.File.Name, m.File
	}
	ref := b.add(m.To, shown)
	b.shown(m)
	return ref
}

// shown ticks off what the bot shows in a place.
func (b *board) shown(m chat.Message) {
	if !b.begun {
		return
	}
	for _, s := range b.seats {
		if s.Place == m.To {
			b.tick(Shown, s.Key, m.Text.Plain())
		}
	}
}

// said shows what a person typed. When it stands there already, since it is
// sent again, it is not shown twice.
func (b *board) said(s Seat, id, text string) chat.Ref {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.begun = true
	messages := b.rooms[s.Place].messages
	for i := range messages {
		m := &messages[i]
		if m.ID != id || m.From != s.Person.Account.ID {
			continue
		}
		if m.Failed {
			m.Failed = false
			b.publish("message", messageUpdate{s.Place.ID, *m})
		}
		return m.Ref
	}
	return b.add(s.Place, message{ID: id, From: s.Person.Account.ID, Name: s.Person.Name, Text: chat.Say(text)})
}

func (b *board) add(p chat.Place, m message) chat.Ref {
	r := b.rooms[p]
	r.next++
	m.Ref, m.At = chat.Ref(strconv.FormatUint(r.next, 10)), b.now()
	r.messages = append(r.messages, m)
	if extra := len(r.messages) - transcriptLimit; extra > 0 {
		r.messages = slices.Delete(r.messages, 0, extra)
	}
	b.publish("message", messageUpdate{p.ID, m})
	return m.Ref
}

// edit changes a message of the bot in place. Nothing is published when it
// already looks like that.
func (b *board) edit(m chat.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.find(m.To, m.Replaces)
	switch {
	case old == nil:
		return fmt.Errorf("message %q: %w", m.Replaces, chat.ErrNoMessage)
	case old.From != "":
		return errors.New("the message to edit is not the bot's")
	case slices.Equal(old.Text, m.Text) && slices.Equal(old.Choices, m.Choices) && old.Guarded == m.Guarded:
		return nil
	}
	old.Text, old.Choices, old.Guarded = slices.Clone(m.Text), slices.Clone(m.Choices), m.Guarded
	old.Edited = b.now()
	b.publish("message", messageUpdate{m.To.ID, *old})
	b.shown(m)
	return nil
}

// undelivered marks what a person typed as never having reached the bot.
func (b *board) undelivered(p chat.Place, refs []chat.Ref) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, ref := range refs {
		if m := b.find(p, ref); m != nil && !m.Failed {
			m.Failed = true
			b.publish("message", messageUpdate{p.ID, *m})
		}
	}
}

// label returns what stands on a button, or nothing when it is not there.
func (b *board) label(p chat.Place, on chat.Ref, token string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.begun = true
	if m := b.find(p, on); m != nil {
		for _, c := range m.Choices {
			if c.Token == token {
				return c.Label
			}
		}
	}
	return ""
}

// holds reports whether the place has the message.
func (b *board) holds(p chat.Place, ref chat.Ref) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.find(p, ref) != nil
}

// file returns the file that came with a message; nil if there is none.
func (b *board) file(p chat.Place, ref chat.Ref) *chat.Document {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m := b.find(p, ref); m != nil {
		return m.file
	}
	return nil
}

func (b *board) find(p chat.Place, ref chat.Ref) *message {
	messages := b.rooms[p].messages
	// Mostly one of the newest is wanted.
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].Ref == ref {
			return &messages[i]
		}
	}
	return nil
}

// setMenu takes a menu and tells the pages about every seat it changes.
func (b *board) setMenu(p chat.Place, m chat.Menu) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := make([][]chat.Item, len(b.seats))
	for i, s := range b.seats {
		before[i] = b.menu(s)
	}
	b.menus[menuOf{p, strings.ToLower(m.Language)}] = slices.Clone(m.Items)
	for i, s := range b.seats {
		if items := b.menu(s); !slices.Equal(items, before[i]) {
			b.publish("menu", menuUpdate{s.Key, items})
		}
	}
}

// menu returns the commands of a seat: those of its place before everybody's,
// those in its language before those in none. A group has only its own.
func (b *board) menu(s Seat) []chat.Item {
	tag := strings.ToLower(s.Person.Language)
	base, _, _ := strings.Cut(tag, "-")
	places := []chat.Place{s.Place}
	if s.Private {
		places = append(places, chat.Place{})
	}
	for _, p := range places {
		for _, language := range []string{tag, base, ""} {
			if items, ok := b.menus[menuOf{p, language}]; ok {
				return items
			}
		}
	}
	return nil
}

// acted ticks off what a person did, in whichever of their seats.
func (b *board) acted(by Seat, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.seats {
		if s.Person.Account == by.Person.Account {
			b.tick(Acted, s.Key, text)
		}
	}
}

// tick ticks off what happened, as far as the steps before it let it.
func (b *board) tick(when Moment, seat, text string) {
	waits := map[string]bool{} // by story
	for i, s := range b.steps {
		if waits[s.Story] {
			continue
		}
		if !b.done[i] && s.matches(when, seat, text) {
			b.done[i] = true
			b.publish("step", stepUpdate{i})
		}
		waits[s.Story] = !b.done[i] && !s.Optional
	}
}

// moved tells the pages that the clock was moved.
func (b *board) moved() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.publish("clock", clockUpdate{Now: b.now(), Moved: true})
}
