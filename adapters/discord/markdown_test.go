package discord

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"steadfast/adapters/discord/discordtest"
	"steadfast/bot/chat"
)

func TestMarkdown(t *testing.T) {
	self := identity{user: "42"}
	for _, tt := range []struct {
		name string
		text chat.Text
		want string
	}{
		{"plain", chat.Say("Hello, Ana! (2 of 3) 5 - 3 #4 a@b.org"), `Hello, Ana! (2 of 3) 5 - 3 #4 a@b.org`},
		{"markup", chat.Say("*a* _b_ ~~c~~ `d` ||e|| \\f"), "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\`d\\` \\|\\|e\\|\\| \\\\f"},
		{"mentions", chat.Say("<@1> <@&2> <#3> @everyone @here @Ana <t:1>"), `\<@1> \<@&2> \<#3> \@everyone \@here @Ana \<t:1>`},
		{"emoji", chat.Say(":tada: at 10:30, note: x"), `\:tada\: at 10:30, note: x`},
		{"lines", chat.Say("# a\n> b\n- c\n1. d\n-# e\n  ## f\n12) g\n#h -i"), "\\# a\n\\> b\n\\- c\n1\\. d\n\\-# e\n  \\## f\n12\\) g\n#h -i"},
		{"links", chat.Say("https://x.org/a_b?c=d. [x](https://y.org) <https://z.org> HTTPS://W.org discord.gg/abc"),
			`https://x.org/a_b?c=d. \[x](https\://y.org) \<https\://z.org> HTTPS\://W.org discord.gg\/abc`},
		{"looks", chat.Text{{Text: "a "}, {Text: "b ", Style: chat.Bold}, {Text: "c", Style: chat.Italic}, {Text: "d*e", Style: chat.Code}, {Text: "f"}},
			"a **b** *c*`d*e`f"},
		{"touching", chat.Text{{Text: "a", Style: chat.Bold}, {Text: "b", Style: chat.Italic}, {Text: "c", Style: chat.Bold}}, "**a**\u200b*b*\u200b**c**"},
		{"same look", chat.Text{{Text: "a", Style: chat.Bold}, {}, {Text: "b", Style: chat.Bold}}, "**ab**"},
		{"over lines", chat.Text{{Text: "a\n b\n\n", Style: chat.Bold}, {Text: "- c"}}, "**a**\n **b**\n\n\\- c"},
		{"address in a look", chat.Text{{Text: "https://x.org", Style: chat.Bold}}, `**https\://x.org**`},
		{"address before a look", chat.Text{{Text: "https://x.org"}, {Text: "y", Style: chat.Bold}}, `https\://x.org**y**`},
		{"quote", chat.Text{{Text: "She said:"}, {Text: "a\n\n# b\n", Style: chat.Quote}, {Text: "c"}}, "She said:\n> a\n> \n> \\# b\nc"},
		{"quote without end", chat.Text{{Text: "a", Style: chat.Quote}, {Text: "b"}}, "> a\nb"},
		{"code with mark", chat.Text{{Text: "a`b", Style: chat.Code}, {Text: "`c", Style: chat.Code}}, "``a`b`c``"},
		{"code that cannot be", chat.Text{{Text: "`a``b", Style: chat.Code}}, "\\`a\\`\\`b"},
		{"start", chat.Text{{Text: "Open "}, {Style: chat.Start}, {Text: " or say "}, {Text: "A1", Style: chat.Start}}, "Open <@42> or say `/start A1`"},
		{"blank", chat.Say(" \n "), "\u200b"},
		{"none", nil, "\u200b"},
		{"ends", chat.Say(" a\r\nb\u2028c\x00 "), "a\nb\nc"},
	} {
		if got := markdown(tt.text, self); got != tt.want {
			t.Errorf("%s:\ngot  %q\nwant %q", tt.name, got, tt.want)
		}
	}
	if got := markdown(chat.Text{{Style: chat.Start}}, identity{}); got != "`/start`" {
		t.Errorf("start of an unknown bot: %q", got)
	}
}

// hostile are pieces of which a text that means harm may consist.
var hostile = []string{
	"*", "**", "_", "__", "~~", "||", "`", "```", "\\", "\n", " ", "> ", ">>> ", "# ", "- ", "-# ", "1", ". ", "1. ", "[", "](", ")", "<", ">",
	"@everyone", "<@", "1>", "<#2>", "<t:3>", "</a:4>", "<a:b:5>", ":", ":tada:", "https:", "//", "x.org", "https://x.org", "discord.gg/x",
	"a", "é", "😀", "¯\\_(ツ)_/¯", "\u200b", "\t", "\u00a0", "\r", "\u2028", "", "/",
}

// texts makes a text of spans from bytes: pairs of a style and a piece.
func texts(seed []byte, wild string) chat.Text {
	styles := []chat.Style{chat.Regular, chat.Bold, chat.Italic, chat.Code, chat.Quote, chat.Regular}
	var t chat.Text
	for _, b := range seed {
		piece := wild
		if i := int(b) % (len(hostile) + 1); i < len(hostile) {
			piece = hostile[i]
		}
		t = append(t, chat.Span{Text: piece, Style: styles[(int(b)/(len(hostile)+1)+len(t)*len(seed))%len(styles)]})
	}
	return t
}

// letters returns each letter with its look. Blanks have none, and code that
// cannot be shown as such does not either.
func letters(text, style string) (all []string) {
	for _, r := range clean(text) {
		if !unicode.IsSpace(r) && r != '\u200b' {
			all = append(all, string(r)+" "+style)
		}
	}
	return all
}

// read is what a reader makes of t.
func read(content string) (all []string) {
	for _, s := range discordtest.Read(content) {
		all = append(all, letters(s.Text, s.Style)...)
	}
	return all
}

// same compares a text with what is read of it. The look of code may be missing.
func same(t *testing.T, text chat.Text, content string) {
	t.Helper()
	var want []string
	for _, s := range text {
		want = append(want, letters(s.Text, string(s.Style))...)
	}
	got := read(content)
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] && strings.TrimSuffix(want[i], "code") != got[i] {
			t.Fatalf("%q\nis written %q\nletter %d is read as %s, want %s", text, content, i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%q\nis written %q\n%d letters are read, want %d", text, content, len(got), len(want))
	}
}

// FuzzMarkdown checks that every span is read as what it is.
func FuzzMarkdown(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 51, 102, 153, 204, 255}, "x")
	f.Add([]byte("The quick brown fox"), "*not bold*")
	for i := range hostile {
		f.Add([]byte{byte(i), byte(i), byte(i + 50), byte(i + 100), byte(i + 150)}, ">")
		f.Add([]byte{byte(i + 200), byte(i + 1), byte(i + 7), byte(i), byte(i)}, "1.")
	}
	f.Fuzz(func(t *testing.T, seed []byte, wild string) {
		text := texts(seed[:min(len(seed), 64)], wild[:min(len(wild), 64)])
		same(t, text, markdown(text, identity{}))
	})
}

// FuzzMarkdownLines is the same, to the blank, for text in which nothing can be
// done but to escape it.
func FuzzMarkdownLines(f *testing.F) {
	f.Add("# a\n\n  - b\n1. *c*")
	for _, a := range hostile {
		for _, b := range hostile {
			f.Add(a + b + "a" + a + b + " " + b + a)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := strings.TrimSpace(strings.ReplaceAll(clean(s), "\u200b", ""))
		if strings.Contains(s, "\u200b") || len(s) > 2000 {
			t.Skip()
		}
		got := ""
		for _, span := range discordtest.Read(markdown(chat.Say(s), identity{})) {
			got += span.Text
			if span.Style != "" {
				t.Fatalf("%q: %q is read as %s", s, span.Text, span.Style)
			}
		}
		if got != want {
			t.Fatalf("%q is read as %q", s, got)
		}
	})
}

// FuzzRenderLimits checks that whatever Fit lets through has room.
func FuzzRenderLimits(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3}, "x", true)
	f.Add([]byte("**__~~||"), strings.Repeat("*", 300), false)
	f.Fuzz(func(t *testing.T, seed []byte, wild string, alarm bool) {
		var text chat.Text
		for range 40 {
			text = append(text, texts(seed[:min(len(seed), 64)], wild[:min(len(wild), 1000)])...)
		}
		m := chat.Message{Text: text, Alarm: alarm, Group: true}
		for _, part := range chat.Fit(m, chat.Capabilities{TextUnits: contentRunes}) {
			out := renderMessage(part, identity{}, "7")
			content, boxes := utf8.RuneCountInString(out.Content), len(out.Embeds)
			if content > contentRunes || boxes > 1 || boxes == 1 && utf8.RuneCountInString(out.Embeds[0].Description) > embedRunes {
				t.Fatalf("%d runes of content, %d boxes: %q", content, boxes, part.Text)
			}
			if strings.TrimSpace(out.Content) == "" && boxes == 0 {
				t.Fatalf("empty: %q", part.Text)
			}
		}
	})
}
