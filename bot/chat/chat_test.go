package chat

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseMarkup(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Text
	}{
		{"plain", Text{{"plain", Regular}}},
		{"a *b* c", Text{{"a ", Regular}, {"b", Bold}, {" c", Regular}}},
		{"_it_ and `co*de`", Text{{"it", Italic}, {" and ", Regular}, {"co*de", Code}}},
		{`2 \* 3`, Text{{"2 * 3", Regular}}},
		{`end\`, Text{{`end\`, Regular}}},
		{"*open", Text{{"open", Bold}}},
	} {
		if got := Parse(tt.in); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Parse(%q) = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("*bold* _x_ `y` \\")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip()
		}
		if got := Parse(Escape(s)); got.Plain() != s || len(got) > 1 {
			t.Errorf("Parse(Escape(%q)) = %v", s, got)
		}
	})
}

func FuzzToken(f *testing.F) {
	for _, s := range []string{"1.d.7.mood.ok", "1.case.h.ack", "1.a.0", "1.a.00", "2.a.0", "1.a.0.b.", "1..0", "1.a.0..x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		token, err := ParseToken(s)
		if err != nil {
			if token != (Token{}) {
				t.Errorf("ParseToken(%q) = %v with an error", s, token)
			}
			return
		}
		if token.String() != s {
			t.Errorf("ParseToken(%q).String() = %q", s, token)
		}
	})
}

func TestParsePlace(t *testing.T) {
	for _, s := range []string{"telegram:-1001234567890", "discord:1"} {
		p, err := ParsePlace(s)
		if err != nil || p.String() != s {
			t.Errorf("ParsePlace(%q) = %v, %v", s, p, err)
		}
	}
	for _, s := range []string{"", "telegram", ":1", "telegram:"} {
		if _, err := ParsePlace(s); err == nil {
			t.Errorf("ParsePlace(%q) succeeded", s)
		}
	}
}

// FuzzFit checks the two promises of Fit: no part is over a limit, and no text
// is lost.
func FuzzFit(f *testing.F) {
	f.Add("Hello, how was the week?\nTell me.", "bold", 3, uint8(20), uint8(4), uint8(8))
	f.Add(strings.Repeat("word ", 2000), "ital😀ic", 40, uint8(255), uint8(3), uint8(0))
	f.Add("😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "", 0, uint8(16), uint8(0), uint8(0))
	f.Fuzz(func(t *testing.T, plain, bold string, choices int, units, buttons, menu uint8) {
		caps := Capabilities{
			TextUnits: max(16, int(units)), Choices: int(buttons), MenuItems: int(menu), LabelRunes: 5, Edits: true,
		}
		m := Message{Replaces: "9", Text: Text{{plain, Regular}, {bold, Bold}}}
		for range min(max(choices, 0), 50) {
			m.Choices = append(m.Choices, Choice{Label: "a long label", Token: "1.a.0"})
		}
		parts := Fit(m, caps)
		var all strings.Builder
		for i, part := range parts {
			text := part.Text.Plain()
			all.WriteString(text)
			if Units(text) > caps.TextUnits {
				t.Fatalf("part %d has %d units, limit %d", i, Units(text), caps.TextUnits)
			}
			if len(part.Choices) > max(caps.Choices, caps.MenuItems) {
				t.Fatalf("part %d has %d choices", i, len(part.Choices))
			}
			for _, c := range part.Choices {
				if utf8.RuneCountInString(c.Label) > caps.LabelRunes {
					t.Fatalf("label %q is too long", c.Label)
				}
			}
			if i < len(parts)-1 && part.Choices != nil {
				t.Fatalf("choices under part %d of %d", i, len(parts))
			}
			if (i == 0) != (part.Replaces == "9") {
				t.Fatalf("part %d replaces %q", i, part.Replaces)
			}
		}
		if !strings.HasPrefix(all.String(), plain+bold) {
			t.Fatalf("text was lost: %q became %q", plain+bold, all.String())
		}
		listed := strings.Count(strings.TrimPrefix(all.String(), plain+bold), ". a long label")
		shown := len(parts[len(parts)-1].Choices)
		if listed+shown != len(m.Choices) {
			t.Fatalf("%d listed and %d shown of %d choices", listed, shown, len(m.Choices))
		}
	})
}
