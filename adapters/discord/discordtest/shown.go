package discordtest

import (
	"context"
	"slices"
	"strings"
	"time"
)

// TickMark stands before the label of an option that is chosen.
const TickMark = "✓ "

// A Control is a button, or an option of the menu whose ID is Menu. Its own ID
// is the button's, or the option's value. The label of an option that is
// chosen, where several can be, begins with [TickMark].
type Control struct {
	Label, ID, Menu string
	Style           int // of a button
}

// Shown is one message as a person sees it.
type Shown struct {
	ID       string
	Author   string    // [BotID] for the bot
	Spans    []Span    // what is read, with its looks
	Controls []Control // in reading order
	Edits    int
	Aside    bool     // nobody else sees it
	Loading  bool     // "thinking …"
	Quiet    bool     // makes no sound
	Preview  bool     // links in it show what is behind them
	Called   []string // roles that were called by it
	Thread   string   // the name of the thread under it
	Embedded bool     // the text is in a box
	File     *File    // came with it; nil: none
}

// A File came with a message of the bot.
type File struct {
	Name, Type string
	Data       []byte
}

// Text returns what is read in a message.
func (m Shown) Text() string {
	var b strings.Builder
	for _, s := range m.Spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Labels returns the labels of all controls.
func (m Shown) Labels() (labels []string) {
	for _, c := range m.Controls {
		labels = append(labels, c.Label)
	}
	return labels
}

// A Showing is what somebody began to see when the bot sent a message or, with
// Edited, changed one. Person is the one of a private channel, or who alone
// sees the message. Press says that it answers a pressed button or a form.
type Showing struct {
	Channel string
	Person  string
	Message Shown
	Edited  bool
	Press   bool
	Taken   bool // the message was taken away again
}

// Toast reports whether a showing is a mere sentence, aside, in answer to a
// press.
func (s Showing) Toast() bool {
	return s.Press && s.Message.Aside && !s.Edited && len(s.Message.Controls) == 0 && !s.Message.Embedded &&
		!strings.Contains(s.Message.Text(), "\n")
}

func (m *message) controls() (list []Control) {
	for _, row := range m.rows {
		for _, c := range row.Components {
			if c.Type == buttonKind {
				list = append(list, Control{Label: c.Label, ID: c.CustomID, Style: c.Style})
			}
			for _, o := range c.Options {
				label := o.Label
				if o.Default && c.most() > 1 {
					label = TickMark + label
				}
				list = append(list, Control{Label: label, ID: o.Value, Menu: c.CustomID})
			}
		}
	}
	return list
}

// menu returns a menu of a message by its ID.
func (m *message) menu(id string) component {
	for _, row := range m.rows {
		for _, c := range row.Components {
			if c.Type == menuKind && c.CustomID == id {
				return c
			}
		}
	}
	return component{}
}

// shown is a message as people see it. s.mu must be held.
func (s *Server) shown(m *message) Shown {
	out := Shown{
		ID: m.id, Author: m.author, Spans: Read(m.content), Controls: m.controls(), Edits: m.edits, Aside: m.seen != "",
		Loading: m.flags&loading != 0, Quiet: m.flags&quiet != 0, Embedded: len(m.embeds) > 0,
		Preview: m.flags&suppressEmbeds == 0 && address.MatchString(m.content), Called: m.called,
		File: m.file,
	}
	for _, e := range m.embeds {
		for _, text := range []string{e.Title, e.Description} {
			if text == "" {
				continue
			}
			if len(out.Spans) > 0 {
				out.Spans = append(out.Spans, Span{Text: "\n"})
			}
			out.Spans = append(out.Spans, Read(text)...)
		}
	}
	if t := s.channels[m.id]; t != nil {
		out.Thread = t.name
	}
	return out
}

// show notes that people see a message. s.mu must be held.
func (s *Server) show(c *channel, m *message, edited bool) {
	showing := Showing{Channel: c.id, Person: c.with, Message: s.shown(m), Edited: edited}
	if m.seen != "" {
		showing.Person = m.seen
	}
	showing.Press = m.by != nil && m.by.kind != slashInteraction
	s.showings = append(s.showings, showing)
	s.notify()
}

// Showings returns what the bot has shown so far, everywhere, oldest first.
func (s *Server) Showings() []Showing {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.showings)
}

// Shown returns what a person sees in a channel now, oldest first; "" is their
// private one with the bot.
func (s *Server) Shown(person, channel string) (list []Shown) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.room(person, channel).messages {
		if m.seen == "" || m.seen == person {
			list = append(list, s.shown(m))
		}
	}
	return list
}

// Private returns the ID of the channel between a person and the bot.
func (s *Server) Private(person string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.private(person).id
}

// A Field is one field of a form.
type Field struct {
	ID, Label, Hint string
	Long, Required  bool
	Most            int // runes
}

// A Form is what somebody has to fill in.
type Form struct {
	ID, Title string
	Fields    []Field
}

// Form returns the form that is open for a person. It reports whether there is
// one.
func (s *Server) Form(person string) (Form, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range slices.Backward(s.order) {
		if i.user != person || i.form == nil {
			continue
		}
		f := Form{ID: i.form.CustomID, Title: i.form.Title}
		for _, row := range *i.form.Components {
			c := row.Components[0]
			field := Field{ID: c.CustomID, Label: c.Label, Hint: c.Placeholder, Long: c.Style == 2, Required: c.Required == nil || *c.Required}
			if c.MaxLength != nil {
				field.Most = *c.MaxLength
			}
			f.Fields = append(f.Fields, field)
		}
		return f, true
	}
	return Form{}, false
}

// An Outcome is what became of an interaction. Answer is the type of the first
// answer, zero where there is none, and Took how long it took.
type Outcome struct {
	Answer int
	Took   time.Duration
	Failed bool // the person read that it failed
}

// Outcome returns what became of an interaction.
func (s *Server) Outcome(id string) Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.interactions[id]
	return Outcome{i.answer, i.took, i.failed}
}

// Unanswered returns how many interactions still wait for their first answer.
func (s *Server) Unanswered() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.order {
		if i.answer == 0 && !i.failed {
			n++
		}
	}
	return n
}

// Await waits until ok holds. It asks again at every change of the server; ok
// may call the server. Outside a bubble, tests wait with it.
func (s *Server) Await(ctx context.Context, ok func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if ok() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
