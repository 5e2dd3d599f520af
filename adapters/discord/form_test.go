package discord

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

func TestRenderModal(t *testing.T) {
	long := strings.Repeat("é", 200)
	got, err := json.Marshal(renderModal(chat.Form{Title: long, Button: "x", Token: "1.f.0", Fields: []chat.Field{
		{Key: "a", Label: "A", Hint: "like this"},
		{Key: "b", Label: long, Hint: long, Long: true, Optional: true, Limit: 9000},
		{Key: "c", Limit: 12},
	}}).Components)
	if err != nil {
		t.Fatal(err)
	}
	cut := func(n int) string { return strings.Repeat("é", n-1) + "…" }
	want := `[{"components":[{"custom_id":"a","label":"A","style":1,"placeholder":"like this","required":true,"max_length":4000,"type":4}],"type":1},` +
		`{"components":[{"custom_id":"b","label":"` + cut(45) + `","style":2,"placeholder":"` + cut(100) + `","required":false,"max_length":4000,"type":4}],"type":1},` +
		`{"components":[{"custom_id":"c","label":"…","style":1,"required":true,"max_length":12,"type":4}],"type":1}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	m := renderModal(chat.Form{Title: long, Token: "1.f.0", Fields: make([]chat.Field, 7)})
	if m.CustomID != "form:1.f.0" || m.Title != cut(45) || len(m.Components) != 5 {
		t.Errorf("%+v", m)
	}
}

func TestValuesOf(t *testing.T) {
	var data discordgo.ModalSubmitInteractionData
	err := json.Unmarshal([]byte(`{"custom_id":"form:1.f.0","components":[
		{"type":1,"components":[{"type":4,"custom_id":"a","value":"one\ntwo"}]},
		{"type":1,"components":[{"type":4,"custom_id":"b","value":""}]},
		{"type":10,"content":"not a field"}]}`), &data)
	if err != nil {
		t.Fatal(err)
	}
	if got := valuesOf(data); !maps.Equal(got, map[string]string{"a": "one\ntwo", "b": ""}) {
		t.Errorf("got %q", got)
	}
}

func TestSuggestions(t *testing.T) {
	long := strings.Repeat("x", 101)
	got := suggestionsOf([]chat.Suggestion{{Label: "Jonas", Value: "7"}, {Value: "8"}, {Label: long, Value: "9"}, {Label: "a", Value: long}, {Label: "b"}})
	want := `{"choices":[{"name":"Jonas","value":"7"},{"name":"8","value":"8"},{"name":"` + long[:99] + `…","value":"9"}]}`
	if raw, err := json.Marshal(got); err != nil || string(raw) != want {
		t.Errorf("got  %s %v\nwant %s", raw, err, want)
	}
	if raw, _ := json.Marshal(suggestionsOf(nil)); string(raw) != `{"choices":[]}` {
		t.Errorf("none: %s", raw)
	}
	if n := len(suggestionsOf(make40()).Choices); n != 25 {
		t.Errorf("%d of forty", n)
	}
}

func make40() (all []chat.Suggestion) {
	for i := range 40 {
		all = append(all, chat.Suggestion{Value: string(rune('a' + i))})
	}
	return all
}

func TestRenderCommands(t *testing.T) {
	got := renderCommands([]chat.CommandSpec{
		{Name: "checkin", Words: map[string]chat.CommandWords{
			"en": {Name: "checkin", Description: "Say how a meeting went"}, "uk": {Name: "звіт", Description: "Розкажіть"},
			"es": {Name: "Registro", Description: "Cuenta"}, "pt": {Name: "registo", Description: ""}, "xx": {Name: "x", Description: "x"},
		}, Options: []chat.OptionSpec{
			{Name: "note", Values: []string{"a", "b"}, Completes: true},
			{Name: "mentee", Required: true, Completes: true, Words: map[string]chat.CommandWords{"en": {Name: "mentee", Description: "Whom"}, "fr": {Name: "jeune", Description: "Qui"}}},
		}},
		{Name: "here", InGroup: true, Words: map[string]chat.CommandWords{"uk": {Name: "звіт", Description: "Тут"}, "fr": {Name: "checkin", Description: "Ici"}}},
		{Name: "Not A Name"},
	})
	raw, err := json.MarshalIndent(got, "", " ")
	if err != nil || len(got) != 2 {
		t.Fatal(err, len(got))
	}
	checkin, here := got[0], got[1]
	if !maps.Equal(*checkin.NameLocalizations, map[discordgo.Locale]string{"uk": "звіт", "pt-BR": "registo"}) ||
		!maps.Equal(*checkin.DescriptionLocalizations, map[discordgo.Locale]string{
			"en-US": "Say how a meeting went", "en-GB": "Say how a meeting went", "uk": "Розкажіть", "es-ES": "Cuenta", "es-419": "Cuenta",
		}) || checkin.Description != "Say how a meeting went" || len(*checkin.Contexts) != 3 || len(*checkin.IntegrationTypes) != 2 {
		t.Errorf("%s", raw)
	}
	if o := checkin.Options; o[0].Name != "mentee" || !o[0].Required || !o[0].Autocomplete || o[0].NameLocalizations["fr"] != "jeune" ||
		o[1].Name != "note" || o[1].Autocomplete || len(o[1].Choices) != 2 || o[1].Description != "note" {
		t.Errorf("options: %s", raw)
	}
	// Two commands with one name in a language would be refused.
	if len(*here.NameLocalizations) != 0 || here.Description != "here" || len(*here.Contexts) != 1 || len(*here.IntegrationTypes) != 1 {
		t.Errorf("%s", raw)
	}
}

func TestValidName(t *testing.T) {
	for name, want := range map[string]bool{
		"checkin": true, "check-in_2": true, "звіт": true, "l'état": true, "日本": true, "": false, "Check": false, "ЗВІТ": false, "check in": false,
		"a.b": false, "/a": false, "a\n": false, "😀": false, "a\u200b": false, "\xff": false, strings.Repeat("é", 32): true, strings.Repeat("é", 33): false,
		"@everyone": false, "<a>": false,
	} {
		if validName(name) != want {
			t.Errorf("validName(%q) = %v", name, !want)
		}
	}
}

// FuzzRenderCommands checks that no words make Discord refuse the commands.
func FuzzRenderCommands(f *testing.F) {
	f.Add("checkin", "Check in!", " ", "звіт")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		words := map[string]chat.CommandWords{"en": {Name: b, Description: c}, "uk": {Name: d, Description: a}, "es": {Name: a, Description: b}}
		options := []chat.OptionSpec{{Name: a, Words: words}, {Name: "b", Words: words, Required: true}, {Name: "c", Words: words, Values: []string{c, d}}}
		name := func(s string) {
			if !validName(s) {
				t.Fatalf("name %q", s)
			}
		}
		text := func(s string) {
			if n := utf8.RuneCountInString(s); n < 1 || n > 100 || strings.TrimSpace(s) == "" {
				t.Fatalf("text %q", s)
			}
		}
		for _, command := range renderCommands([]chat.CommandSpec{{Name: a, Words: words}, {Name: "x", Words: words, Options: options}}) {
			name(command.Name)
			text(command.Description)
			for l := range *command.NameLocalizations {
				name((*command.NameLocalizations)[l])
			}
			for l := range *command.DescriptionLocalizations {
				text((*command.DescriptionLocalizations)[l])
			}
			optional := false
			for _, o := range command.Options {
				name(o.Name)
				text(o.Description)
				if o.Required && optional {
					t.Fatal("an option that must be filled in comes after one that need not")
				}
				optional = optional || !o.Required
				for _, choice := range o.Choices {
					text(choice.Name)
				}
			}
		}
	})
}
