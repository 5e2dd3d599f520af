package discordtest

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Span is a piece of text with one look. Style is empty for plain text, else
// one of bold, italic, underline, strike, spoiler, code, block, quote, header,
// small, list, link (one whose text hides where it leads), mention, everyone,
// emoji, time; looks within looks are joined by "+", the outer one first. Text
// of a mention is the ID, with & before a role's and # before a channel's.
type Span struct{ Text, Style string }

// Read reads content as Discord's apps do. It follows the rules of the desktop
// app, and where apps differ it sees markup in whatever one of them does.
// Spaces without width are not seen.
func Read(content string) []Span {
	var r reader
	r.read(content, "", true)
	return r.spans
}

type reader struct{ spans []Span }

// emit adds text with a look.
func (r *reader) emit(text, style string) {
	text = strings.ReplaceAll(text, "\u200b", "")
	last := len(r.spans) - 1
	switch {
	case text == "":
	case last >= 0 && r.spans[last].Style == style && !strings.HasSuffix(style, "mention"):
		r.spans[last].Text += text
	default:
		r.spans = append(r.spans, Span{text, style})
	}
}

// read reads a text in which all has a look. Begins says that a line begins.
func (r *reader) read(s, style string, begins bool) {
	for s != "" {
		n := 0
		if begins {
			n = r.block(s, style)
		}
		if n == 0 {
			n = r.inline(s, style)
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
			r.emit(s[:n], style)
		}
		begins = s[n-1] == '\n'
		s = s[n:]
	}
}

func within(outer, inner string) string {
	if outer == "" {
		return inner
	}
	return outer + "+" + inner
}

var (
	quoteAll   = regexp.MustCompile(`^[\s\p{Zs}]*>>> ?`)
	quoteLine  = regexp.MustCompile(`^[\t \p{Zs}]*> `)
	quoted     = regexp.MustCompile(`^[\t \p{Zs}]*> [^\n]*(\n[\t \p{Zs}]*> [^\n]*)*\n?`)
	headerLine = regexp.MustCompile(`^[\t \p{Zs}]*#{1,3}[\t \p{Zs}]+([^\n]+)`)
	smallLine  = regexp.MustCompile(`^[\t \p{Zs}]*-#[\t \p{Zs}]+([^\n]+)`)
	listLine   = regexp.MustCompile(`^[\t \p{Zs}]*(?:[-*+]|\d+[.)])[\t \p{Zs}]+([^\n]+)`)
	block      = regexp.MustCompile("^```(?:[A-Za-z0-9_+.#-]+\n)?\n*([^\n](?s:.*?))\n*```")
)

// A mark is what makes a piece of text look different.
type mark struct {
	style string
	is    *regexp.Regexp
}

func markers() []mark {
	return []mark{{"header", headerLine}, {"small", smallLine}, {"list", listLine}}
}

// block reads what looks different as a whole line, and returns how much.
func (r *reader) block(s, style string) int {
	if !slices.Contains(strings.Split(style, "+"), "quote") {
		if at := quoteAll.FindStringIndex(s); at != nil {
			r.read(s[at[1]:], within(style, "quote"), true)
			return len(s)
		}
		if all := quoted.FindString(s); all != "" {
			r.quote(all, style)
			return len(all)
		}
	}
	for _, m := range markers() {
		if at := m.is.FindStringSubmatchIndex(s); at != nil {
			r.read(s[at[2]:at[3]], within(style, m.style), false)
			return at[1]
		}
	}
	return 0
}

func (r *reader) quote(all, style string) {
	lines := strings.Split(strings.TrimSuffix(all, "\n"), "\n")
	for i, line := range lines {
		lines[i] = line[len(quoteLine.FindString(line)):]
	}
	r.read(strings.Join(lines, "\n"), within(style, "quote"), true)
	if strings.HasSuffix(all, "\n") {
		r.emit("\n", style)
	}
}

var (
	escaped     = regexp.MustCompile(`^\\([^0-9A-Za-z\s])`)
	webAddress  = regexp.MustCompile(`^(?:https?|steam)://[^\s<]+[^<.,:;"'\]\s]`)
	masked      = regexp.MustCompile(`^\[([^\n]*?)\]\(\s*<?([^\s]*?)>?(?:\s+['"](?s:.*?)['"])?\s*\)`)
	userTag     = regexp.MustCompile(`^<@!?(\d+)>`)
	roleTag     = regexp.MustCompile(`^<@(&\d+)>`)
	channelTag  = regexp.MustCompile(`^<(#\d+)>`)
	commandTag  = regexp.MustCompile(`^<(/[^\n>]+:\d+)>`)
	guideTag    = regexp.MustCompile(`^<(id:\w+)>`)
	customEmoji = regexp.MustCompile(`^<a?:(\w+):\d+>`)
	timestamp   = regexp.MustCompile(`^<(t:-?\d+(?::\w)?)>`)
	barred      = regexp.MustCompile(`^<((?:https?:|mailto:|tel:|\+|[^\s<>@]+@)[^\s<>]+)>`)
	everyone    = regexp.MustCompile(`^(@everyone|@here)`)
	emoji       = regexp.MustCompile(`^:[^\s:]+:`)
)

func tags() []mark {
	return []mark{
		{"mention", userTag},
		{"mention", roleTag},
		{"mention", channelTag},
		{"mention", commandTag},
		{"mention", guideTag},
		{"emoji", customEmoji},
		{"time", timestamp},
		{"link", barred},
		{"everyone", everyone},
	}
}

// shrugged is what Discord lets pass as it is.
const shrugged = `¯\_(ツ)_/¯`

// inline reads what looks different within a line, and returns how much.
func (r *reader) inline(s, style string) int {
	switch s[0] {
	case '\\':
		if m := escaped.FindStringSubmatch(s); m != nil {
			r.emit(m[1], style)
			return len(m[0])
		}
	case '`':
		return r.code(s, style)
	case '*':
		if n := strong(s, "**"); n > emphasis(s) {
			return r.nested(s, n, 2, style, "bold")
		}
		return r.nested(s, emphasis(s), 1, style, "italic")
	case '_':
		if n := strong(s, "__"); n > 0 {
			return r.nested(s, n, 2, style, "underline")
		}
		return r.nested(s, underscored(s), 1, style, "italic")
	case '~':
		return r.nested(s, enclosed(s, "~~"), 2, style, "strike")
	case '|':
		return r.nested(s, enclosed(s, "||"), 2, style, "spoiler")
	case '[':
		if m := masked.FindStringSubmatch(s); m != nil {
			r.read(m[1], within(style, "link"), false)
			return len(m[0])
		}
	}
	return r.word(s, style)
}

// word reads what is special without being enclosed.
func (r *reader) word(s, style string) int {
	if strings.HasPrefix(s, shrugged) {
		r.emit(shrugged, style)
		return len(shrugged)
	}
	if a := webAddress.FindString(s); a != "" {
		r.emit(a, style)
		return len(a)
	}
	if e := emoji.FindString(s); e != "" {
		r.emit(e, within(style, "emoji"))
		return len(e)
	}
	for _, t := range tags() {
		if m := t.is.FindStringSubmatch(s); m != nil {
			r.emit(m[1], within(style, t.style))
			return len(m[0])
		}
	}
	return 0
}

// nested reads s[:n] without the mark at both ends.
func (r *reader) nested(s string, n, mark int, style, inner string) int {
	if n > 0 {
		r.read(s[mark:n-mark], within(style, inner), false)
	}
	return n
}

// code reads a block of code or code within a line.
func (r *reader) code(s, style string) int {
	if m := block.FindStringSubmatch(s); m != nil {
		r.emit(m[1], within(style, "block"))
		return len(m[0])
	}
	run := len(s) - len(strings.TrimLeft(s, "`"))
	for ; run > 0; run-- {
		mark := s[:run]
		for end := run + 1; end+run <= len(s); end++ {
			if s[end-1] != '`' && s[end:end+run] == mark && !strings.HasPrefix(s[end+run:], "`") {
				r.emit(s[run:end], within(style, "code"))
				return end + run
			}
		}
	}
	return 0
}

// strong returns how much of s is enclosed in a double mark, by the rule
// ^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*).
func strong(s, mark string) int {
	if !strings.HasPrefix(s, mark) {
		return 0
	}
	for i := 2; i < len(s); i++ {
		if i > 2 && strings.HasPrefix(s[i:], mark) && !strings.HasPrefix(s[i+2:], mark[:1]) {
			return i + 2
		}
		if s[i] == '\\' {
			i++
		}
	}
	return 0
}

// emphasis is the same for a single star, by the rule
// ^\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s\*\\]|\*\*)|[^\s\*\\])+?)\*(?!\*).
func emphasis(s string) int {
	for i := 1; i < len(s); {
		blank := len(s[i:]) - len(strings.TrimLeft(s[i:], " \t\n"))
		next := s[i+blank:]
		switch {
		case strings.HasPrefix(next, "**"), len(next) > 1 && next[0] == '\\':
			i += blank + 2
		case next == "" || next[0] == '\\' || blank > 0 && (i == 1 || next[0] == '*'):
			return 0
		case next[0] == '*':
			if i == 1 {
				return 0
			}
			return i + 1
		default:
			i += blank + 1
		}
	}
	return 0
}

// underscored is the same for a single underscore, by the rule
// ^\b_((?:__|\\[\s\S]|[^\\_])+?)_\b.
func underscored(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "__"), s[i] == '\\':
			i++
		case s[i] == '_':
			if i == 1 || wordFollows.MatchString(s[i+1:]) {
				return 0
			}
			return i + 1
		}
	}
	return 0
}

var wordFollows = regexp.MustCompile(`^\w`)

// enclosed is the same for a double mark in which nothing is escaped.
func enclosed(s, mark string) int {
	if !strings.HasPrefix(s, mark) || len(s) < 5 {
		return 0
	}
	end := strings.Index(s[3:], mark)
	if end < 0 {
		return 0
	}
	return 3 + end + 2
}
