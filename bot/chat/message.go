package chat

import (
	"errors"
	"strings"
)

// A Message is what the bot shows in one place. Exactly one of Text and Menu
// is filled.
type Message struct {
	To       Place    `json:"to"`
	Replaces Ref      `json:"replaces,omitzero"` // zero: a new message; else the message to edit
	Text     Text     `json:"text,omitzero"`
	Choices  []Choice `json:"choices,omitzero"`
	Form     *Form    `json:"form,omitzero"`  // a button that opens a form, where the platform has forms
	Menu     *Menu    `json:"menu,omitzero"`  // sets the command menu of To; nothing is shown
	Quiet    bool     `json:"quiet,omitzero"` // no sound on the reader's phone, where the platform can
	Guarded  bool     `json:"guarded,omitzero"`
	// Guarded asks the platform to prevent forwarding and saving, for the
	// content of a case.

	// OnlyEdit, with Replaces, says that nothing is to be shown where that
	// message is gone.
	OnlyEdit bool `json:"only_edit,omitzero"`

	// Handle is that of the event which this message answers. The platform
	// then shows it as the answer to that event, to its author alone where
	// others read along and To is the author's private place. Once the handle
	// is used up or too old, the message goes to To like any other.
	Handle string `json:"handle,omitzero"`

	// Alarm says that somebody is in danger: in a group, the platform may call
	// whoever it was told to call.
	Alarm bool `json:"alarm,omitzero"`

	// Thread is the name of a discussion to open under the message, where the
	// platform has such a thing.
	Thread string `json:"thread,omitzero"`

	// Probe asks only whether To can be written to, of which nobody need notice
	// anything; Send then returns no Ref. Where the platform cannot tell
	// without a message, Text is shown without a sound and taken away again.
	Probe bool `json:"probe,omitzero"`

	// File, Group and Once are filled in when the message is about to be sent.
	// File comes with it: then Text has at most FileTextUnits code units, and
	// nothing is replaced. Group says that To is a group or channel. Once is the same for every try to
	// show this message, and for no other message: a platform that can shows
	// it once. It has at most 24 bytes.
	File  *Document `json:"-"`
	Group bool      `json:"-"`
	Once  string    `json:"-"`
}

// A Document is a small file that is shown with a message. It is never stored.
type Document struct {
	Name string // such as "schedule.ics", of letters, digits, '-' and '.'
	Type string // its media type, such as "text/calendar"
	Data []byte // at most FileBytes
}

// The limits of a file and of the text that comes with it, in UTF-16 code units,
// on the narrowest of the platforms (Telegram's captions). Files of any
// platform may be larger; ours need not be.
const (
	FileBytes     = 64 << 10
	FileTextUnits = 1024
)

// CheckFile returns why a message with a file cannot be sent; nil if it can be,
// or has none.
func (m Message) CheckFile() error {
	switch {
	case m.File == nil:
		return nil
	case m.Replaces != "" || m.Handle != "":
		return errors.New("a file comes with a new message only")
	case Units(m.Text.Plain()) > FileTextUnits:
		return errors.New("the text with a file is too long")
	case len(m.File.Data) > FileBytes || len(m.File.Data) == 0:
		return errors.New("the file is empty or too large")
	}
	return nil
}

// A Choice is a button. Token comes back in [Pressed]; it is at most
// [TokenBytes] long and holds ids, never words.
type Choice struct {
	Label string     `json:"label"`
	Token string     `json:"token"`
	Kind  ChoiceKind `json:"kind,omitzero"`
}

// ChoiceKind says how a button stands among the others.
type ChoiceKind string

// The kinds of buttons. Short plain choices may share a row; the others stand
// on rows of their own.
const (
	Plain   ChoiceKind = ""
	Primary ChoiceKind = "primary" // what most people want next
	Danger  ChoiceKind = "danger"  // raises an alarm
	Aside   ChoiceKind = "aside"   // back, skip: not an answer

	// Tick and Ticked are for choices of which several may be taken. Pressing
	// one ticks it, or takes the tick away. The label of a ticked one begins
	// with [TickMark].
	Tick   ChoiceKind = "tick"
	Ticked ChoiceKind = "ticked"
)

// TickMark is what the label of a [Ticked] choice begins with.
const TickMark = "✓ "

// A Form is one or several questions for text. Where it stands in a [Message]
// it is a button, Button, and pressing that brings Token in [Pressed]; the
// answer to this is the form to open. Once it is sent off, Token comes back in
// [Filled]. Platforms without forms are asked field by field.
type Form struct {
	Title  string  `json:"title"`
	Button string  `json:"button"`
	Token  string  `json:"token"`
	Fields []Field `json:"fields"`
}

// A Field is one line of a form. Limit is the most runes it takes; zero means
// the platform's own limit.
type Field struct {
	Key      string `json:"key"`
	Label    string `json:"label"`
	Hint     string `json:"hint,omitzero"`
	Long     bool   `json:"long,omitzero"`
	Optional bool   `json:"optional,omitzero"`
	Limit    int    `json:"limit,omitzero"`
}

// A Menu is the list of commands a platform offers in a place. With a zero
// place it is the default for everybody whose app speaks Language.
type Menu struct {
	Language string `json:"language,omitzero"`
	Items    []Item `json:"items"`
}

// An Item is one command in a menu. Name has no slash.
type Item struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// An Answer is what the platform wants at once, before anything else is sent:
// a toast on a pressed button, a form to open, or how a word may go on. It is
// never durable. The zero Answer is fine.
type Answer struct {
	Toast string `json:"toast,omitzero"`
	Alert bool   `json:"alert,omitzero"` // the toast must be dismissed by hand, where the platform can
	Form  *Form  `json:"form,omitzero"`

	Suggestions []Suggestion `json:"-"` // to [Completing], the best ones first
}

// A Suggestion is something that fits into the option of a command.
type Suggestion struct {
	Label string // what people read
	Value string // what the command is given
}

// A Style says how a span looks, or what it does.
type Style string

// The styles of spans. Bold, Italic and Quote are looks. Start is a link that
// opens a private chat with the bot; the span's text is the code that the bot
// is told by it, or empty. Where the platform has no such links, the adapter
// shows what to type instead.
const (
	Regular Style = ""
	Bold    Style = "bold"
	Italic  Style = "italic"
	Code    Style = "code"
	Quote   Style = "quote"
	Start   Style = "start"
)

// A Span is a piece of text with one style. Its text is shown as it is: no
// character in it is markup.
type Span struct {
	Text  string `json:"t"`
	Style Style  `json:"s,omitzero"`
}

// Text is a sequence of spans.
type Text []Span

// Say returns plain text.
func Say(s string) Text { return Text{{Text: s}} }

// Plain returns the text without its styles.
func (t Text) Plain() string {
	if len(t) == 1 {
		return t[0].Text
	}
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Text)
	}
	return b.String()
}

// markers are the characters of the light markup in which the bot's own
// wording is written, each with the style it switches on and off.
func marker(r rune) (Style, bool) {
	switch r {
	case '*':
		return Bold, true
	case '_':
		return Italic, true
	case '`':
		return Code, true
	}
	return Regular, false
}

// Parse reads the light markup of the bot's own wording: *bold*, _italic_,
// `code`, and a backslash before a character that is meant as itself. What
// people wrote must go through [Escape] before it is put into such a text.
// Parse never fails: an unclosed mark lasts to the end.
func Parse(markup string) Text {
	if !strings.ContainsAny(markup, "*_`\\") {
		return Say(markup)
	}
	var (
		t     Text
		b     strings.Builder
		style Style
		taken bool // the previous rune was a backslash
	)
	flush := func() {
		if b.Len() > 0 {
			t = append(t, Span{b.String(), style})
			b.Reset()
		}
	}
	for _, r := range markup {
		s, mark := marker(r)
		switch {
		case taken:
			b.WriteRune(r)
			taken = false
		case r == '\\':
			taken = true
		case mark && style == Regular:
			flush()
			style = s
		case mark && style == s:
			flush()
			style = Regular
		default:
			b.WriteRune(r)
		}
	}
	if taken {
		b.WriteByte('\\')
	}
	flush()
	return t
}

// Escape makes any string mean itself inside the markup that [Parse] reads.
func Escape(s string) string {
	if !strings.ContainsAny(s, "*_`\\") {
		return s
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `_`, `\_`, "`", "\\`").Replace(s)
}
