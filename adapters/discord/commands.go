package discord

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// Limits of commands.
const (
	maxOptions       = 25
	descriptionRunes = 100
	defaultLanguage  = "en"
)

// commandName matches the names that Discord takes, apart from capitals.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// locales returns Discord's names for a language.
func locales(language string) []discordgo.Locale {
	switch language {
	case "en":
		return []discordgo.Locale{discordgo.EnglishUS, discordgo.EnglishGB}
	case "es":
		return []discordgo.Locale{discordgo.SpanishES, discordgo.SpanishLATAM}
	case "pt":
		return []discordgo.Locale{discordgo.PortugueseBR}
	case "sv":
		return []discordgo.Locale{discordgo.Swedish}
	case "zh":
		return []discordgo.Locale{discordgo.ChineseCN}
	}
	if _, ok := discordgo.Locales[discordgo.Locale(language)]; ok {
		return []discordgo.Locale{discordgo.Locale(language)}
	}
	return nil
}

// renderCommands describes the commands to Discord. Those that are about the
// place where they are said are offered in servers only, all others wherever
// Discord can. Words that Discord would refuse are left out; the English ones,
// or the name that the bot itself uses, stand for them.
func renderCommands(specs []chat.CommandSpec) []*discordgo.ApplicationCommand {
	names := newNaming()
	for _, spec := range specs {
		names.reserve(spec.Name)
	}
	out := make([]*discordgo.ApplicationCommand, 0, len(specs))
	for _, spec := range specs {
		if !validName(spec.Name) {
			continue
		}
		localNames, localDescriptions := names.localize(spec.Name, spec.Words), describedIn(spec.Words)
		contexts := []discordgo.InteractionContextType{discordgo.InteractionContextGuild}
		kinds := []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall}
		if !spec.InGroup {
			contexts = append(contexts, discordgo.InteractionContextBotDM, discordgo.InteractionContextPrivateChannel)
			kinds = append(kinds, discordgo.ApplicationIntegrationUserInstall)
		}
		out = append(out, &discordgo.ApplicationCommand{
			Type: discordgo.ChatApplicationCommand, Name: spec.Name, NameLocalizations: &localNames,
			Description: description(spec.Name, spec.Words), DescriptionLocalizations: &localDescriptions,
			Options: renderOptions(spec.Options), Contexts: &contexts, IntegrationTypes: &kinds,
		})
	}
	return out
}

// renderOptions describes the options of a command, first those that must be
// filled in.
func renderOptions(specs []chat.OptionSpec) []*discordgo.ApplicationCommandOption {
	specs = slices.Clone(specs)
	slices.SortStableFunc(specs, func(a, b chat.OptionSpec) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		}
		return 1
	})
	names := newNaming()
	for _, spec := range specs {
		names.reserve(spec.Name)
	}
	out := make([]*discordgo.ApplicationCommandOption, 0, len(specs))
	for _, spec := range specs {
		if !validName(spec.Name) || len(out) == maxOptions {
			continue
		}
		o := &discordgo.ApplicationCommandOption{
			Type: discordgo.ApplicationCommandOptionString, Name: spec.Name, NameLocalizations: names.localize(spec.Name, spec.Words),
			Description: description(spec.Name, spec.Words), DescriptionLocalizations: describedIn(spec.Words),
			Required: spec.Required, Autocomplete: spec.Completes && len(spec.Values) == 0,
		}
		for _, value := range spec.Values[:min(len(spec.Values), menuItems)] {
			o.Choices = append(o.Choices, &discordgo.ApplicationCommandOptionChoice{Name: label(value, suggestionRunes), Value: value})
		}
		out = append(out, o)
	}
	return out
}

// naming keeps the names in one language different from each other.
type naming struct {
	own   map[string]bool // used by the bot itself
	taken map[discordgo.Locale]map[string]bool
}

func newNaming() naming {
	return naming{own: map[string]bool{}, taken: map[discordgo.Locale]map[string]bool{}}
}

func (n naming) reserve(name string) { n.own[name] = true }

// localize returns the names of what the bot calls name. One that is another's
// name already is left out.
func (n naming) localize(name string, words map[string]chat.CommandWords) map[discordgo.Locale]string {
	out := map[discordgo.Locale]string{}
	for _, language := range slices.Sorted(maps.Keys(words)) {
		local := words[language].Name
		for _, l := range locales(language) {
			if n.taken[l] == nil {
				n.taken[l] = map[string]bool{}
			}
			if local == name || !validName(local) || n.own[local] || n.taken[l][local] {
				continue
			}
			n.taken[l][local] = true
			out[l] = local
		}
	}
	return out
}

func describedIn(words map[string]chat.CommandWords) map[discordgo.Locale]string {
	out := map[discordgo.Locale]string{}
	for language, w := range words {
		for _, l := range locales(language) {
			if strings.TrimSpace(w.Description) != "" {
				out[l] = label(w.Description, descriptionRunes)
			}
		}
	}
	return out
}

// description returns the one that stands where there is none in a language.
func description(name string, words map[string]chat.CommandWords) string {
	if d := strings.TrimSpace(words[defaultLanguage].Description); d != "" {
		return label(d, descriptionRunes)
	}
	return name
}

// validName reports whether Discord takes a name.
func validName(s string) bool {
	return utf8.ValidString(s) && commandName.MatchString(s) && strings.ToLower(s) == s
}
