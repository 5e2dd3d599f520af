package words

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"steadfast/bot/chat"
)

func messages(t *testing.T, name string) (language.Tag, map[string]*i18n.Message) {
	t.Helper()
	b, err := files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := i18n.ParseMessageFileBytes(b, name, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]*i18n.Message{}
	for _, m := range file.Messages {
		byID[m.ID] = m
	}
	return file.Tag, byID
}

// forms returns the texts of m by the plural forms that lang has.
func forms(lang language.Tag, m *i18n.Message) map[plural.Form]string {
	texts := map[plural.Form]string{
		plural.Zero: m.Zero, plural.One: m.One, plural.Two: m.Two, plural.Few: m.Few, plural.Many: m.Many, plural.Other: m.Other,
	}
	if m.Zero+m.One+m.Two+m.Few+m.Many == "" {
		return map[plural.Form]string{plural.Other: m.Other}
	}
	has := map[plural.Form]bool{plural.Other: true}
	for n := range 200 {
		has[plural.Cardinal.MatchPlural(lang, n, 0, 0, 0, 0)] = true
	}
	for form := range texts {
		if !has[form] {
			delete(texts, form)
		}
	}
	return texts
}

func TestEveryLanguageIsComplete(t *testing.T) {
	placeholder := regexp.MustCompile(`\{\{\.\w+\}\}`)
	holes := func(s string) []string {
		found := placeholder.FindAllString(s, -1)
		slices.Sort(found)
		return slices.Compact(found)
	}
	_, english := messages(t, "en.toml")
	names, _ := files.ReadDir(".")
	if len(names) < 2 {
		t.Fatalf("only %d languages", len(names))
	}
	for _, name := range names {
		lang, texts := messages(t, name.Name())
		for id, en := range english {
			m, ok := texts[id]
			if !ok {
				t.Errorf("%s: %s is missing", lang, id)
				continue
			}
			for form, text := range forms(lang, m) {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: %s has no plural form %v", lang, id, form)
				}
				if got, want := holes(text), holes(en.Other); !slices.Equal(got, want) {
					t.Errorf("%s: %s has %v, English has %v", lang, id, got, want)
				}
				if strings.Count(text, "*")%2 != 0 {
					t.Errorf("%s: %s has an unclosed *", lang, id)
				}
			}
		}
		for id := range texts {
			if english[id] == nil {
				t.Errorf("%s: %s is not in English", lang, id)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		wanted []string
		want   string
	}{
		{nil, "en"}, {[]string{""}, "en"}, {[]string{"en-GB"}, "en"}, {[]string{"uk"}, "uk"},
		{[]string{"uk-UA"}, "uk"}, {[]string{"ja", "uk"}, "uk"}, {[]string{"not a tag"}, "en"}, {[]string{"be"}, "en"}, {[]string{"pt-BR"}, "pt"},
	} {
		if got := c.Match(tt.wanted...); got != tt.want {
			t.Errorf("Match(%v) = %s, want %s", tt.wanted, got, tt.want)
		}
	}
}

func TestNamesAreNeverMarkup(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	evil := "*Jo_nas`\\ {{.Emergency}}"
	got := c.In("en").Text("checkin.met", Args{"Mentee": evil})
	if want := chat.Say("Did you meet " + evil + "?"); len(got) != 1 || got[0] != want[0] {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestUnknownKeyIsVisible(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if got := c.In("en").Plain("no.such", nil); got != "[no.such]" {
		t.Errorf("got %q", got)
	}
}
