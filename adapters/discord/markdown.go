package discord

import (
	"strings"
	"unicode"

	"steadfast/bot/chat"
)

// apart is a space of no width. It stands between looks that would merge, and
// for a text of blanks, which Discord refuses.
const apart = "\u200b"

// markdown writes t so that Discord's apps show the spans as they are: nothing
// in them is markup, calls anybody, or hides where a link leads. Blanks at both
// ends are left out, as Discord does.
func markdown(t chat.Text, self identity) string {
	var w writer
	spans := joined(t, self)
	for i, span := range spans {
		w.span(span, i > 0 && spans[i-1].Style != chat.Quote, i < len(spans)-1 && spans[i+1].Style != chat.Quote)
	}
	if text := strings.TrimSpace(w.String()); text != "" {
		return text
	}
	return apart
}

// mention is the style of a span that is a user's ID, to press on.
const mention chat.Style = "mention"

// joined returns t without empty spans, with neighbours of one style put
// together, and with links to the bot as what Discord has instead: what to type
// to it, or whom to press on.
func joined(t chat.Text, self identity) chat.Text {
	out := make(chat.Text, 0, len(t))
	for _, span := range t {
		span.Text = clean(span.Text)
		switch {
		case span.Style == chat.Start:
			span = startSpan(span.Text, self)
		case strings.TrimSpace(span.Text) == "": // blanks have no look
			span.Style = chat.Regular
		}
		switch last := len(out) - 1; {
		case span.Text == "":
		case last >= 0 && out[last].Style == span.Style && span.Style != mention:
			out[last].Text += span.Text
		default:
			out = append(out, span)
		}
	}
	return out
}

func startSpan(code string, self identity) chat.Span {
	if code == "" && self.user != "" {
		return chat.Span{Text: self.user, Style: mention}
	}
	return chat.Span{Text: strings.TrimSpace("/start " + code), Style: chat.Code}
}

// clean leaves out what cannot be shown, and writes all ends of lines alike.
func clean(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\ufffd")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			return '\n'
		case unicode.IsControl(r), r == '\ufeff':
			return -1
		}
		return r
	}, s)
}

// A writer writes spans one after the other.
type writer struct {
	strings.Builder
	begun  bool       // the current line holds more than blanks
	quoted bool       // the current line is quoted
	look   chat.Style // of what was written last
}

// span writes one span, which may touch others on its left and right. Looks are
// written line by line, and blanks stay outside, since Discord takes no look
// that begins or ends with one.
func (w *writer) span(s chat.Span, left, right bool) {
	lines := strings.Split(s.Text, "\n")
	if s.Style == chat.Quote {
		lines = strings.Split(strings.TrimSpace(s.Text), "\n")
	} else if w.quoted && lines[0] != "" {
		w.blank("\n")
	}
	for i, line := range lines {
		if i > 0 {
			w.blank("\n")
		}
		if s.Style == chat.Regular {
			w.put(escape(line, edges{!w.begun, left && i == 0, right && i == len(lines)-1}), s.Style)
			continue
		}
		core := strings.TrimSpace(line)
		if core == "" && s.Style != chat.Quote {
			w.blank(line)
			continue
		}
		lead, trail, _ := strings.Cut(line, core)
		w.blank(lead)
		w.styled(core, s.Style)
		w.blank(trail)
	}
	if s.Style == chat.Quote && strings.HasSuffix(strings.TrimRight(s.Text, " \t"), "\n") {
		w.blank("\n")
	}
}

// styled writes a line, or a part of it, with a look.
func (w *writer) styled(text string, style chat.Style) {
	whole := edges{!w.begun, true, true}
	switch style {
	case chat.Bold:
		w.put("**"+escape(text, whole)+"**", style)
	case chat.Italic:
		w.put("*"+escape(text, whole)+"*", style)
	case chat.Code:
		if mark := fence(text); mark != "" {
			w.put(mark+text+mark, style)
		} else {
			w.put(escape(text, whole), chat.Regular)
		}
	case mention:
		w.put("<@"+text+">", style)
	case chat.Quote:
		w.quote(text)
	default:
		w.put(escape(text, whole), chat.Regular)
	}
}

// fence returns what encloses code, in which nothing can be escaped; it is
// empty if the code cannot be enclosed: three marks would make it a block.
func fence(code string) string {
	switch {
	case !strings.Contains(code, "`"):
		return "`"
	case strings.Contains(code, "``"), strings.HasPrefix(code, "`"), strings.HasSuffix(code, "`"):
		return ""
	}
	return "``"
}

// quote writes a line that is quoted.
func (w *writer) quote(text string) {
	if w.Len() > 0 && !strings.HasSuffix(w.String(), "\n") {
		w.blank("\n")
	}
	w.WriteString("> ")
	w.begun, w.quoted = true, true
	w.put(escape(text, edges{true, true, true}), chat.Quote)
}

// put writes text that is marked up. Two looks that touch would be read as one.
func (w *writer) put(text string, style chat.Style) {
	if text == "" {
		return
	}
	if starred(w.look) && starred(style) {
		w.WriteString(apart)
	}
	w.WriteString(text)
	w.look = style
	w.begun = w.begun || strings.TrimSpace(text) != ""
}

func starred(s chat.Style) bool { return s == chat.Bold || s == chat.Italic }

// blank writes spaces and ends of lines as they are.
func (w *writer) blank(s string) {
	if s == "" {
		return
	}
	w.WriteString(s)
	w.look = chat.Regular
	if strings.HasSuffix(s, "\n") {
		w.begun, w.quoted = false, false
	}
}
