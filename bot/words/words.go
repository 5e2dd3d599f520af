// Package words holds every word a person reads, by language.
//
// The texts are in one TOML file per language. They are written in the light
// markup of [chat.Parse]; what is inserted into them is escaped, so that no
// name can pretend to be wording. English is complete by definition; the
// completeness test holds the other languages to it, in every plural form that
// the language has.
//
// How the texts sound: warm, short, plain; never clinical, never cheerful about
// harm, no blame; readable by a volunteer on a phone in the rain.
package words

import (
	"embed"
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"

	"steadfast/bot/chat"
)

//go:embed *.toml
var files embed.FS

// Default is the language in which everything is written.
const Default = "en"

// Languages returns the languages there are, sorted, without reading them.
func Languages() []string {
	names, err := files.ReadDir(".")
	if err != nil {
		return nil // what is part of the program can be listed
	}
	var all []string
	for _, name := range names {
		all = append(all, strings.TrimSuffix(name.Name(), ".toml"))
	}
	return all
}

// A Catalog holds the wording in all languages. It is safe for concurrent use.
type Catalog struct {
	voices map[string]Voice
	tags   []language.Tag // Default first
	match  language.Matcher
}

// Load reads the wording that is part of the program.
func Load() (*Catalog, error) {
	names, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	bundle := i18n.NewBundle(language.MustParse(Default))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	c := &Catalog{voices: map[string]Voice{}, tags: []language.Tag{language.MustParse(Default)}}
	for _, name := range names {
		file, err := bundle.LoadMessageFileFS(files, name.Name())
		if err != nil {
			return nil, fmt.Errorf("wording %s: %w", name.Name(), err)
		}
		v := Voice{language: file.Tag.String(), localizer: i18n.NewLocalizer(bundle, file.Tag.String()), fixed: map[string]fixed{}}
		for _, m := range file.Messages {
			if isFixed(m) {
				v.fixed[m.ID] = fixed{plain: m.Other, text: chat.Parse(m.Other)}
			}
		}
		c.voices[v.language] = v
		if v.language != Default {
			c.tags = append(c.tags, file.Tag)
		}
	}
	c.match = language.NewMatcher(c.tags)
	return c, nil
}

// isFixed reports whether m is the same whatever its arguments are.
func isFixed(m *i18n.Message) bool {
	return m.Zero+m.One+m.Two+m.Few+m.Many == "" && !strings.Contains(m.Other, "{{")
}

// Match returns the language there is for the first of the wanted BCP 47 tags
// that has one, and the default language if none has.
func (c *Catalog) Match(wanted ...string) string {
	for _, w := range wanted {
		tag, err := language.Parse(w)
		if err != nil {
			continue
		}
		_, i, confidence := c.match.Match(tag)
		want, _ := tag.Base()
		// A related language is not the same: nobody is spoken to in Russian
		// because their phone speaks Belarusian.
		if have, _ := c.tags[i].Base(); confidence >= language.High && have == want {
			return c.tags[i].String()
		}
	}
	return Default
}

// In returns the voice of a language, and the default one's if there is none.
func (c *Catalog) In(lang string) Voice {
	if v, ok := c.voices[lang]; ok {
		return v
	}
	return c.voices[Default]
}

// A Voice says things in one language. It is safe for concurrent use.
type Voice struct {
	language  string
	localizer *i18n.Localizer
	fixed     map[string]fixed // wording without arguments, ready made: most of it
}

type fixed struct {
	plain string
	text  chat.Text
}

// Args are what is inserted into a text, by name. N chooses the plural form.
type Args = map[string]any

// Language returns the voice's language tag.
func (v Voice) Language() string { return v.language }

// Text returns the wording under key. Strings among args are shown as they
// are; a [chat.Text] among them keeps its spans only when it is plain.
func (v Voice) Text(key string, args Args) chat.Text {
	if f, ok := v.fixed[key]; ok {
		return f.text
	}
	escaped := make(Args, len(args))
	for name, a := range args {
		if s, ok := a.(string); ok {
			a = chat.Escape(s)
		}
		escaped[name] = a
	}
	return chat.Parse(v.localize(key, escaped))
}

// Plain returns the wording under key without markup, for buttons, toasts and
// menus.
func (v Voice) Plain(key string, args Args) string {
	if f, ok := v.fixed[key]; ok {
		return f.plain
	}
	return v.localize(key, args)
}

// localize falls back to the default language, and to the key itself where
// there is no such wording, so that a defect is seen and nothing is lost.
func (v Voice) localize(key string, args Args) string {
	s, err := v.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: args, PluralCount: args["N"]})
	if s == "" && err != nil {
		return "[" + key + "]"
	}
	return s
}
