package discord

import (
	"regexp"
	"strings"
	"unicode"
)

// edges say where a piece of a line stands.
type edges struct {
	begins      bool // only blanks stand before it in its line
	left, right bool // it touches a piece with another look, on that side
}

// escape writes a piece of a line so that no character of it is markup.
// Addresses stay links, if they are nothing but that: what stands there is
// where they lead.
func escape(line string, at edges) string {
	var b strings.Builder
	b.Grow(len(line) + len(line)/4)
	for rest := line; rest != ""; {
		n := strings.IndexAny(rest, " \t")
		if n == 0 {
			b.WriteByte(rest[0])
			rest = rest[1:]
			continue
		}
		if n < 0 {
			n = len(rest)
		}
		touches := at.left && len(rest) == len(line) || at.right && n == len(rest)
		mark := -1
		if at.begins && strings.TrimSpace(b.String()) == "" {
			mark = lineMark(rest[:n])
		}
		word(&b, rest[:n], mark, touches)
		rest = rest[n:]
	}
	return b.String()
}

// word writes what stands between two blanks. Mark is the index of a character
// to escape whatever it is, touches says that it goes on with another look.
func word(b *strings.Builder, w string, mark int, touches bool) {
	if !touches && plainAddress(w) {
		b.WriteString(w)
		return
	}
	// Apps make pictures of :words: between colons, and links of what has a
	// colon and two strokes.
	colons := touches || strings.Count(w, ":") > 1 || strings.Contains(w, "://")
	// Apps show invitations to servers even of bare addresses.
	strokes := strings.Contains(strings.ToLower(w), "discord")
	for i, r := range w {
		switch r {
		case '\\', '*', '_', '~', '`', '|', '<', '[':
			b.WriteByte('\\')
		case ':':
			if colons {
				b.WriteByte('\\')
			}
		case '/':
			if strokes {
				b.WriteByte('\\')
			}
		case '@':
			if strings.HasPrefix(w[i:], "@everyone") || strings.HasPrefix(w[i:], "@here") {
				b.WriteByte('\\')
			}
		default:
			if i == mark {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
	}
}

// lineMark returns the index of the character by which w, as the first word of
// a line, would make it a quotation, a heading, small print or an entry of a
// list; -1 if there is none. To some apps a word ends at wide and other spaces,
// too.
func lineMark(w string) int {
	first := strings.TrimLeftFunc(w, unicode.IsSpace)
	at := len(w) - len(first)
	if end := strings.IndexFunc(first, unicode.IsSpace); end >= 0 {
		first = first[:end]
	}
	if first == "" {
		return -1
	}
	switch after := strings.TrimLeft(first, "0123456789"); {
	case first[0] == '>', strings.Trim(first, "#") == "", first == "-", first == "+", first == "-#":
		return at
	case after != first && (after == "." || after == ")"):
		return at + len(first) - 1
	}
	return -1
}

// address matches addresses without any character that could be markup, or a
// part of an address to some apps only.
var address = regexp.MustCompile(`^https?://[A-Za-z0-9][A-Za-z0-9./?=&%#+_-]*[.,;]?$`)

// plainAddress reports whether w is an address that reads and leads the same
// whether an app makes a link of it or not, perhaps with the end of a sentence.
func plainAddress(w string) bool {
	return strings.HasPrefix(w, "http") && address.MatchString(w) && !strings.Contains(strings.ToLower(w), "discord")
}
