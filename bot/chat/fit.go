package chat

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Units returns the length of s in UTF-16 code units, the measure in which
// [Capabilities.TextUnits] counts.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// Fit turns m into messages that a platform with the limits c takes. No text
// is lost: the texts of the messages, one after the other, are the text of m,
// followed by a numbered list where there are more choices than the platform
// can show. (A typed number is then a press; see package flow.) Choices and
// form stand under the last message, and only the first one replaces
// m.Replaces. Labels that are too long are cut with an ellipsis, since the
// question above them says the same.
//
// Fit expects valid limits: TextUnits of at least 16 and LabelRunes of at
// least 2, wherever there are choices.
func Fit(m Message, c Capabilities) []Message {
	if m.Menu != nil {
		return []Message{m}
	}
	if c.FormFields == 0 || (m.Form != nil && len(m.Form.Fields) > c.FormFields) {
		m.Form = nil
	}
	if !c.Edits {
		m.Replaces = ""
	}
	m.Choices, m.Text = fitChoices(m.Choices, m.Text, c)
	parts := split(m.Text, c.TextUnits)
	out := make([]Message, len(parts))
	for i, text := range parts {
		part := m
		part.Text = text
		if i > 0 {
			part.Replaces = ""
		}
		if i < len(parts)-1 {
			part.Choices, part.Form = nil, nil
		}
		out[i] = part
	}
	return out
}

// fitChoices cuts labels, and moves choices that have no room as buttons or as
// a menu into a numbered list under the text.
func fitChoices(choices []Choice, text Text, c Capabilities) ([]Choice, Text) {
	if len(choices) <= max(c.Choices, c.MenuItems) {
		fitted := choices
		for i, choice := range choices {
			if label := cut(choice.Label, c.LabelRunes); label != choice.Label {
				if &fitted[0] == &choices[0] {
					fitted = append([]Choice(nil), choices...)
				}
				fitted[i].Label = label
			}
		}
		return fitted, text
	}
	var b strings.Builder
	for i, choice := range choices {
		b.WriteString("\n" + strconv.Itoa(i+1) + ". " + choice.Label)
	}
	return nil, append(text[:len(text):len(text)], Span{Text: b.String()})
}

// startUnits is room for the address in front of a Start span's code.
const startUnits = 64

func cut(label string, runes int) string {
	if utf8.RuneCountInString(label) <= runes {
		return label
	}
	return string([]rune(label)[:runes-1]) + "…"
}

// split breaks text into parts of at most units UTF-16 code units, at a line
// break or a space where there is one in the second half of a part.
func split(text Text, units int) []Text {
	if len(text) == 1 && Units(text[0].Text) <= units {
		return []Text{text}
	}
	var (
		parts []Text
		part  Text
		room  = units
	)
	for _, span := range text {
		if span.Style == Start { // becomes a link, which must stay whole
			if need := Units(span.Text) + startUnits; need > room && need <= units {
				parts, part, room = append(parts, part), nil, units
			}
			part = append(part, span)
			room = max(0, room-Units(span.Text)-startUnits)
			continue
		}
		for rest := span.Text; rest != ""; {
			n := prefix(rest, room, units)
			if n == 0 { // no room for any of it in this part
				parts, part, room = append(parts, part), nil, units
				continue
			}
			part = append(part, Span{rest[:n], span.Style})
			room -= Units(rest[:n])
			rest = rest[n:]
			if rest != "" {
				parts, part, room = append(parts, part), nil, units
			}
		}
	}
	if part != nil || parts == nil {
		parts = append(parts, part)
	}
	return parts
}

// prefix returns how many bytes of s fit into room code units: all of it, or
// up to a good place to break. It returns 0 when s is better begun on a new
// part of whole code units.
func prefix(s string, room, whole int) int {
	used, space, line := 0, 0, 0
	for i, r := range s {
		size := 1
		if r > 0xFFFF {
			size = 2
		}
		if used+size > room {
			switch {
			case line > i/2:
				return line
			case space > i/2:
				return space
			case room < whole:
				return 0
			}
			return i
		}
		used += size
		switch r {
		case '\n':
			line = i + 1
		case ' ':
			space = i + 1
		}
	}
	return len(s)
}
