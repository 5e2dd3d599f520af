package bottest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"steadfast/bot/chat"
)

// write writes what was shown as transcripts have it.
func write(out *strings.Builder, name string, s Shown) {
	mark := "→"
	if s.Edit {
		mark = "✎"
	}
	text := strings.ReplaceAll(marked(s.Text), "\n\n", "\n·\n")
	text = strings.ReplaceAll(text, "\n", "\n      ")
	if len([]rune(text)) > 600 {
		text = string([]rune(text)[:200]) + " … (" + strconv.Itoa(len([]rune(text))) + " runes)"
	}
	fmt.Fprintf(out, "  %s %s: %s\n", mark, name, text)
	if s.File != "" {
		out.WriteString("      [file " + s.File + "]\n")
	}
	if len(s.Labels) > 0 {
		out.WriteString("      [" + strings.Join(s.Labels, "] [") + "]\n")
	}
}

// marked writes text with its styles visible.
func marked(text chat.Text) string {
	var b strings.Builder
	for _, s := range text {
		switch s.Style {
		case chat.Bold:
			b.WriteString("*" + s.Text + "*")
		case chat.Quote:
			b.WriteString("“" + s.Text + "”")
		case chat.Start:
			b.WriteString("‹start " + s.Text + "›")
		default:
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// Unordered returns a transcript in which what was seen after each line is
// sorted: places do not wait for each other, nor priorities in one place.
func Unordered(transcript string) string {
	var out, seen []string
	flush := func() {
		slices.Sort(seen)
		out = append(out, seen...)
		seen = nil
	}
	for line := range strings.Lines(transcript) {
		switch {
		case strings.HasPrefix(line, "      ") && len(seen) > 0:
			seen[len(seen)-1] += line
		case strings.HasPrefix(line, "  "):
			seen = append(seen, line)
		default:
			flush()
			out = append(out, line)
		}
	}
	flush()
	return strings.Join(out, "")
}
