package discord

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// kinds are the signs before labels in the tests.
func kinds(sign byte) chat.ChoiceKind {
	return map[byte]chat.ChoiceKind{'!': chat.Danger, '+': chat.Primary, '-': chat.Aside, '?': chat.Tick, '#': chat.Ticked}[sign]
}

// choicesOf reads labels that are separated by "|". A leading sign is the kind;
// "*9" is nine plain choices.
func choicesOf(in string) (choices []chat.Choice) {
	for l := range strings.SplitSeq(in, "|") {
		if l == "" {
			continue
		}
		times, kind := 1, kinds(l[0])
		if kind != chat.Plain {
			l = l[1:]
		}
		if n, ok := strings.CutPrefix(l, "*"); ok {
			times, _ = strconv.Atoi(n)
			l = ""
		}
		for i := range times {
			text := l
			if text == "" {
				text = strconv.Itoa(i + 1)
			}
			if kind == chat.Ticked {
				text = chat.TickMark + text
			}
			choices = append(choices, chat.Choice{Label: text, Token: "1.a." + strconv.Itoa(len(choices)), Kind: kind})
		}
	}
	return choices
}

// layout writes components as rows of labels: buttons are separated by "|",
// rows by "/". Menus stand in brackets, with "#" before what is ticked.
func layout(rows []discordgo.MessageComponent) string {
	var out []string
	for _, row := range rows {
		var parts []string
		for _, part := range row.(discordgo.ActionsRow).Components {
			switch p := part.(type) {
			case discordgo.Button:
				parts = append(parts, map[discordgo.ButtonStyle]string{1: "+", 2: "", 4: "!"}[p.Style]+p.Label)
			case *discordgo.SelectMenu:
				var options []string
				for _, o := range p.Options {
					options = append(options, map[bool]string{true: "#"}[o.Default]+o.Label)
				}
				parts = append(parts, "["+p.CustomID+": "+strings.Join(options, ",")+"]")
			}
		}
		out = append(out, strings.Join(parts, "|"))
	}
	return strings.Join(out, " / ")
}

func TestComponents(t *testing.T) {
	form := &chat.Form{Button: "Write", Token: "1.f.0"}
	for _, tt := range []struct {
		in   string
		form *chat.Form
		want string
	}{
		{"", nil, ""},
		{"Yes|No|Maybe", nil, "Yes|No|Maybe"},
		{"*6", nil, "1|2|3 / 4|5|6"},
		{"*10", nil, "1|2|3|4|5 / 6|7|8|9|10"},
		{"*11", nil, "[one: 1,2,3,4,5,6,7,8,9,10,11]"},
		{"Good|Bad|!Danger|+Save|-Back|-Skip", nil, "Good|Bad / !Danger|+Save / Back|Skip"},
		{"?a|#b|?c|+Done|-Skip", nil, "[ticks: a,#b,c] / +Done / Skip"},
		{"*12|?a|#b|+Done", nil, "[one: 1,2,3,4,5,6,7,8,9,10,11,12] / [ticks: a,#b] / +Done"},
		{"-Skip|-Back", form, "+Write / Skip|Back"},
		{"+a|b|-c|!d|e|-f", nil, "+a / b|c / !d / e|f"},
		{"+a|b|+c|d|+e|f", nil, "+a|b|+c / d|+e|f"},
		{"!*25", nil, "!1|!2|!3|!4|!5 / !6|!7|!8|!9|!10 / !11|!12|!13|!14|!15 / !16|!17|!18|!19|!20 / !21|!22|!23|!24|!25"},
		{"!a|?b|!c|?d|!e|f|!g|h|-i|!j|k", nil, "!a / [ticks: b,d] / !c|!e|f|!g / h|i|!j|k"},
		{"!*9|?t|-*12|x|!*2", nil, "!1|!2|!3|!4|!5 / !6|!7|!8|!9 / [ticks: t] / [one: 1,2,3,4,5,6,7,8,9,10,11,12,x] / !1|!2"},
	} {
		got := layout(components(choicesOf(tt.in), tt.form))
		if got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.in, got, tt.want)
		}
	}
	if raw, err := json.Marshal(components(nil, nil)); err != nil || string(raw) != "[]" {
		t.Errorf("without choices: %s %v", raw, err)
	}
}

func TestLabels(t *testing.T) {
	for in, want := range map[string]string{
		"": "…", " \n ": "…", " a ": "a", strings.Repeat("é", 80): strings.Repeat("é", 80), strings.Repeat("é", 81): strings.Repeat("é", 79) + "…",
	} {
		if got := label(in, labelRunes); got != want {
			t.Errorf("label(%q) = %q", in, got)
		}
	}
}

// pressed makes the interaction in which somebody uses a component of rows, as
// Discord tells it.
func pressed(t *testing.T, rows []discordgo.MessageComponent, id string, values ...string) *discordgo.Interaction {
	t.Helper()
	raw, err := json.Marshal(map[string]any{
		"id": "1", "type": 3, "data": map[string]any{"custom_id": id, "component_type": 3, "values": values},
		"message": map[string]any{"id": "2", "components": rows},
	})
	if err != nil {
		t.Fatal(err)
	}
	i := &discordgo.Interaction{}
	if err := json.Unmarshal(raw, i); err != nil {
		t.Fatal(err)
	}
	return i
}

func TestPressesOf(t *testing.T) {
	rows := components(choicesOf("#a|?b|#c|?d|+Done"), &chat.Form{Button: "Write", Token: "1.f.0"})
	for _, tt := range []struct {
		id     string
		values []string
		want   []string
	}{
		{"1.a.4", nil, []string{"1.a.4"}},
		{"form:1.f.0", nil, []string{"1.f.0"}},
		{"one", []string{"1.a.7"}, []string{"1.a.7"}},
		{"ticks", []string{"1.a.0", "1.a.2"}, nil},
		{"ticks", []string{"1.a.3", "1.a.0", "1.a.1"}, []string{"1.a.1", "1.a.2", "1.a.3"}},
		{"ticks", nil, []string{"1.a.0", "1.a.2"}},
	} {
		if got := pressesOf(pressed(t, rows, tt.id, tt.values...)); !slices.Equal(got, tt.want) {
			t.Errorf("%s %v: got %v, want %v", tt.id, tt.values, got, tt.want)
		}
	}
	if got := pressesOf(&discordgo.Interaction{Data: discordgo.MessageComponentInteractionData{CustomID: "ticks"}}); got != nil {
		t.Errorf("without a message: %v", got)
	}
}

// FuzzComponents checks that whatever the capabilities allow is laid out
// within Discord's limits, with nothing missing.
func FuzzComponents(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5}, "label", true)
	f.Add([]byte(strings.Repeat("\x02\x00", 12)), "", false)
	f.Add([]byte(strings.Repeat("\x03", 25)), "x", true)
	f.Fuzz(func(t *testing.T, seed []byte, text string, withForm bool) {
		all := []chat.ChoiceKind{chat.Plain, chat.Primary, chat.Danger, chat.Aside, chat.Tick, chat.Ticked}
		var choices []chat.Choice
		for i, b := range seed[:min(len(seed), menuItems)] {
			choices = append(choices, chat.Choice{Label: text, Token: "1.a." + strconv.Itoa(i), Kind: all[int(b)%len(all)]})
		}
		var form *chat.Form
		if withForm {
			form = &chat.Form{Button: text, Token: "1.f.0"}
		}
		checkLimits(t, components(choices, form), choices, form)
	})
}

func checkLimits(t *testing.T, rows []discordgo.MessageComponent, choices []chat.Choice, form *chat.Form) {
	t.Helper()
	found := map[string]bool{}
	note := func(id, text string, runes int) {
		if found[id] || id == "" || len(id) > 100 || text == "" || utf8.RuneCountInString(text) > runes {
			t.Fatalf("component %q, label %q", id, text)
		}
		found[id] = true
	}
	for _, row := range rows {
		parts := row.(discordgo.ActionsRow).Components
		if len(parts) < 1 || len(parts) > 5 {
			t.Fatalf("a row of %d", len(parts))
		}
		for _, part := range parts {
			switch p := part.(type) {
			case discordgo.Button:
				note(p.CustomID, p.Label, 80)
			case *discordgo.SelectMenu:
				if len(parts) > 1 || len(p.Options) > 25 || p.MaxValues > len(p.Options) {
					t.Fatalf("%d parts, %d options, %d values", len(parts), len(p.Options), p.MaxValues)
				}
				for _, o := range p.Options {
					note(o.Value, o.Label, 100)
				}
			}
		}
	}
	want := len(choices)
	if form != nil {
		want++
	}
	if len(rows) > 5 || len(found) != want {
		t.Fatalf("%d rows, %d of %d choices", len(rows), len(found), want)
	}
}
