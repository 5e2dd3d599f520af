package discordtest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Command is what people may say with a slash, as the bot registered it.
type Command struct {
	ID            string            `json:"id,omitempty"`
	ApplicationID string            `json:"application_id,omitempty"`
	Guild         string            `json:"guild_id,omitempty"`
	Version       string            `json:"version,omitempty"`
	Type          int               `json:"type"`
	Name          string            `json:"name"`
	Names         map[string]string `json:"name_localizations,omitempty"`
	Description   string            `json:"description"`
	Descriptions  map[string]string `json:"description_localizations,omitempty"`
	Options       []CommandOption   `json:"options,omitempty"`
	Contexts      *[]int            `json:"contexts,omitempty"`          // 0 servers, 1 private with the bot, 2 private between people
	Integrations  *[]int            `json:"integration_types,omitempty"` // 0 by server, 1 by user
	Needs         *string           `json:"default_member_permissions,omitempty"`
	InPrivate     *bool             `json:"dm_permission,omitempty"`
	NSFW          *bool             `json:"nsfw,omitempty"`
	OnByDefault   *bool             `json:"default_permission,omitempty"`
}

// A CommandOption is what may follow a command.
type CommandOption struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required"`
	Autocomplete bool              `json:"autocomplete"`
	Choices      []Choice          `json:"choices,omitempty"`
	Options      []CommandOption   `json:"options,omitempty"`
	ChannelTypes []int             `json:"channel_types,omitempty"`
	MinValue     *float64          `json:"min_value,omitempty"`
	MaxValue     float64           `json:"max_value,omitempty"`
	MinLength    *int              `json:"min_length,omitempty"`
	MaxLength    int               `json:"max_length,omitempty"`
}

// A Choice is a value that an option may have, and what people read for it.
type Choice struct {
	Name  string            `json:"name"`
	Names map[string]string `json:"name_localizations,omitempty"`
	Value any               `json:"value"`
}

// commandName is what Discord takes as the name of a command or an option; it
// must be in lower case, too.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// locales returns those of Discord.
func locales() []string {
	return strings.Fields("id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko")
}

// Commands returns what the bot registered for a server, or with "" for all
// places, sorted by name.
func (s *Server) Commands(guild string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands[guild])
}

func (s *Server) application(c *call) *problem {
	if c.PathValue("app") != AppID {
		return &problem{status: 404, code: 10002, message: "Unknown Application", defect: true}
	}
	if id := c.PathValue("guild"); id != "" && (s.guilds[id] == nil || s.guilds[id].away) {
		return missingAccess()
	}
	return nil
}

func (s *Server) getCommands(c *call) (int, any, *problem) {
	if trouble := s.application(c); trouble != nil {
		return 0, nil, trouble
	}
	return 0, append([]Command{}, s.commands[c.PathValue("guild")]...), nil
}

func (s *Server) putCommands(c *call) (int, any, *problem) {
	if trouble := s.application(c); trouble != nil {
		return 0, nil, trouble
	}
	var all []Command
	if trouble := c.decode(&all); trouble != nil {
		return 0, nil, trouble
	}
	guild, names := c.PathValue("guild"), map[string]bool{}
	if len(all) > 100 {
		return 0, nil, form("commands", "Must be 100 or fewer in length.")
	}
	for i := range all {
		cmd, where := &all[i], strconv.Itoa(i)
		if names[cmd.Name] {
			return 0, nil, form(where, "Application command names must be unique")
		}
		names[cmd.Name] = true
		if trouble := cmd.check(where, guild != ""); trouble != nil {
			return 0, nil, trouble
		}
		cmd.ID, cmd.ApplicationID, cmd.Guild, cmd.Version = s.newID(), AppID, guild, s.newID()
	}
	slices.SortFunc(all, func(a, b Command) int { return strings.Compare(a.Name, b.Name) })
	s.commands[guild] = all
	return 0, append([]Command{}, all...), nil
}

func (c *Command) check(where string, inGuild bool) *problem {
	if c.Type != 0 && c.Type != 1 {
		return form(where, "this server wants commands with a slash")
	}
	c.Type = 1
	if trouble := checkWords(where, c.Name, c.Names, c.Description, c.Descriptions); trouble != nil {
		return trouble
	}
	for _, set := range []struct {
		given *[]int
		most  int
	}{{c.Contexts, 2}, {c.Integrations, 1}} {
		if set.given == nil {
			continue
		}
		if len(*set.given) == 0 || slices.ContainsFunc(*set.given, func(n int) bool { return n < 0 || n > set.most }) {
			return form(where, "contexts or integration types")
		}
	}
	if inGuild && (c.Contexts != nil || c.Integrations != nil) {
		return form(where, "a command of one server has neither contexts nor integration types")
	}
	size := runes(c.Name) + runes(c.Description)
	names, optional := map[string]bool{}, false
	if len(c.Options) > 25 {
		return form(where, "options must be 25 or fewer in length.")
	}
	for i, o := range c.Options {
		at := where + ".options." + strconv.Itoa(i)
		if names[o.Name] {
			return form(at, "Option name already exists")
		}
		names[o.Name] = true
		if o.Required && optional {
			return form(at, "Required options must be placed before non-required options")
		}
		optional = optional || !o.Required
		if trouble := o.check(at); trouble != nil {
			return trouble
		}
		size += o.size()
	}
	if size > 8000 {
		return form(where, "Command exceeds maximum size (8000)")
	}
	return nil
}

func (o CommandOption) size() int {
	n := runes(o.Name) + runes(o.Description)
	for _, c := range o.Choices {
		v, _ := c.Value.(string)
		n += runes(c.Name) + runes(v)
	}
	return n
}

func (o CommandOption) check(where string) *problem {
	if trouble := checkWords(where, o.Name, o.Names, o.Description, o.Descriptions); trouble != nil {
		return trouble
	}
	switch {
	case !slices.Contains([]int{3, 4, 10}, o.Type):
		return form(where, "this server wants options of text and numbers")
	case o.Autocomplete && len(o.Choices) > 0:
		return form(where, "choices and autocomplete are mutually exclusive")
	case len(o.Options) > 0 || len(o.ChannelTypes) > 0:
		return form(where, "options of an option that has none")
	}
	return checkChoices(where, o.Choices)
}

func checkChoices(where string, choices []Choice) *problem {
	if len(choices) > 25 {
		return form(where, "choices must be 25 or fewer in length.")
	}
	for _, c := range choices {
		v, isText := c.Value.(string)
		if runes(c.Name) < 1 || runes(c.Name) > 100 || isText && (runes(v) < 1 || runes(v) > 100) {
			return form(where, "a choice must be between 1 and 100 in length.")
		}
	}
	return nil
}

// checkWords checks a name and a description, and how they are in languages.
func checkWords(where, name string, names map[string]string, description string, descriptions map[string]string) *problem {
	for locale := range names {
		if !slices.Contains(locales(), locale) {
			return form(where, "name_localizations: %s is no locale", locale)
		}
	}
	for locale := range descriptions {
		if !slices.Contains(locales(), locale) {
			return form(where, "description_localizations: %s is no locale", locale)
		}
	}
	all := []string{name}
	for _, n := range names {
		all = append(all, n)
	}
	for _, n := range all {
		if !commandName.MatchString(n) || strings.ToLower(n) != n {
			return form(where, "Command name is invalid")
		}
	}
	all = []string{description}
	for _, d := range descriptions {
		all = append(all, d)
	}
	for _, d := range all {
		if runes(d) < 1 || runes(d) > 100 {
			return form(where, "description must be between 1 and 100 in length.")
		}
	}
	return nil
}
