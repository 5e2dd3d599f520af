package discordtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Click makes a person use the newest control in a channel that has that label
// or ID: press a button, or take an option of a menu. In a menu that takes
// several, an option that was chosen is given up again, and the others stay as
// they are. The ID of the interaction is returned.
func (s *Server) Click(person, channel, label string) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(person, channel)
	var labels []string
	for _, m := range slices.Backward(c.messages) {
		if m.author != BotID || m.seen != "" && m.seen != person {
			continue
		}
		for _, k := range m.controls() {
			labels = append(labels, k.Label)
			if k.Label == label || k.ID == label {
				return s.press(person, c, m, k), nil
			}
		}
	}
	return "", fmt.Errorf("channel %s shows no button %q, only %q", c.id, label, labels)
}

// ClickOn is [Server.Click] for the controls of one message.
func (s *Server) ClickOn(person, channel, message, label string) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(person, channel)
	if m := c.message(message); m != nil {
		for _, k := range m.controls() {
			if k.Label == label || k.ID == label {
				return s.press(person, c, m, k), nil
			}
		}
	}
	return "", fmt.Errorf("message %s in channel %s shows no button %q", message, c.id, label)
}

// ClickStale makes a person press a button with the given ID under a message,
// whatever buttons that has now: their app still shows what was there before.
func (s *Server) ClickStale(person, channel, message, id string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(person, channel)
	m := c.message(message)
	if m == nil {
		return "", fmt.Errorf("channel %s shows no message %q", c.id, message)
	}
	return s.press(person, c, m, Control{ID: id}), nil
}

// press needs s.mu.
func (s *Server) press(person string, c *channel, m *message, k Control) string {
	if k.Menu == "" {
		return s.use(person, c, m, object{"component_type": buttonKind, "custom_id": k.ID})
	}
	menu, values := m.menu(k.Menu), []string{k.ID}
	if menu.most() > 1 {
		values = []string{}
		for _, o := range menu.Options {
			if o.Default != (o.Value == k.ID) {
				values = append(values, o.Value)
			}
		}
	}
	return s.use(person, c, m, object{"component_type": menuKind, "custom_id": k.Menu, "values": values})
}

// use makes the interaction of a button or menu. s.mu must be held.
func (s *Server) use(person string, c *channel, m *message, data object) string {
	return s.happen(&interaction{kind: pressInteraction, user: person, channel: c.id, source: m, data: data})
}

// Select makes a person choose exactly these options of the newest menu that
// has all of them, and no others.
func (s *Server) Select(person, channel string, labels ...string) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(person, channel)
	for _, m := range slices.Backward(c.messages) {
		if m.author != BotID || m.seen != "" && m.seen != person {
			continue
		}
		for _, row := range m.rows {
			menu := row.Components[0]
			values, ok := menu.pick(labels)
			if menu.Type == menuKind && ok {
				return s.use(person, c, m, object{"component_type": menuKind, "custom_id": menu.CustomID, "values": values}), nil
			}
		}
	}
	return "", fmt.Errorf("channel %s shows no menu with %q", c.id, labels)
}

// pick returns the values of the options with these labels.
func (c component) pick(labels []string) (values []string, ok bool) {
	values = []string{}
	for _, label := range labels {
		at := slices.IndexFunc(c.Options, func(o option) bool { return o.Label == label })
		if at < 0 {
			return nil, false
		}
		values = append(values, c.Options[at].Value)
	}
	return values, len(values) >= c.least() && len(values) <= c.most()
}

// Submit makes a person send off the form that was opened for them last, with
// values by the label or ID of the fields. It fails where Discord's apps would
// not send it.
func (s *Server) Submit(person string, values map[string]string) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var opened *interaction
	for _, i := range slices.Backward(s.order) {
		if i.user == person && i.form != nil {
			opened = i
			break
		}
	}
	if opened == nil {
		return "", fmt.Errorf("no form is open for %s", person)
	}
	rows := []any{}
	for _, row := range *opened.form.Components {
		f := row.Components[0]
		value, given := values[f.CustomID]
		if !given {
			value, given = values[f.Label]
		}
		if !given {
			value = f.Value
		}
		n := runes(value)
		if n == 0 && (f.Required == nil || *f.Required) {
			return "", fmt.Errorf("the field %q must be filled in", f.Label)
		}
		if f.MaxLength != nil && n > *f.MaxLength || n > 4000 {
			return "", fmt.Errorf("the field %q takes no %d characters", f.Label, n)
		}
		field := object{"type": inputKind, "custom_id": f.CustomID, "value": value}
		rows = append(rows, object{"type": rowKind, "components": []any{field}})
	}
	data := object{"custom_id": opened.form.CustomID, "components": rows}
	opened.form = nil
	return s.happen(&interaction{kind: submitInteraction, user: person, channel: opened.channel, source: opened.source, data: data}), nil
}

// Slash makes a person say a command in a channel, with its options by name.
// It fails where Discord's apps would not send it: the command must be
// registered for that place, and the options must be as they were registered.
func (s *Server) Slash(person, channel, name string, options map[string]string) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.slash(slashInteraction, person, channel, name, options, "")
}

// Complete makes a person type the beginning of an option of a command, and
// returns what the bot offers.
func (s *Server) Complete(person, channel, name, option, typed string) ([]Choice, error) {
	s.mu.Lock()
	id, err := s.slash(completeInteraction, person, channel, name, map[string]string{option: typed}, option)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	for {
		s.mu.Lock()
		i, changed := s.interactions[id], s.changed
		answer, failed, choices := i.answer, i.failed, i.choices
		s.mu.Unlock()
		switch {
		case answer != 0:
			return choices, nil
		case failed:
			return nil, fmt.Errorf("loading the options of /%s failed", name)
		}
		<-changed
	}
}

// slash needs s.mu. Focused is the option that is still being typed.
func (s *Server) slash(kind int, person, channel, name string, options map[string]string, focused string) (string, error) {
	c := s.room(person, channel)
	cmd, err := s.command(c, name)
	if err != nil {
		return "", err
	}
	filled := []any{}
	for _, o := range cmd.Options {
		value, given := options[o.Name]
		if !given {
			if o.Required && focused == "" {
				return "", fmt.Errorf("/%s needs %q", name, o.Name)
			}
			continue
		}
		f, err := o.fill(value, o.Name == focused)
		if err != nil {
			return "", err
		}
		filled = append(filled, f)
	}
	if len(filled) < len(options) {
		return "", fmt.Errorf("/%s does not have all of the options %v", name, options)
	}
	data := object{"id": cmd.ID, "name": cmd.Name, "type": 1, "options": filled}
	if cmd.Guild != "" {
		data["guild_id"] = cmd.Guild
	}
	return s.happen(&interaction{kind: kind, user: person, channel: c.id, data: data}), nil
}

// fill is an option as an app sends it.
func (o CommandOption) fill(value string, focused bool) (object, error) {
	f := object{"name": o.Name, "type": o.Type, "value": value}
	if focused {
		f["focused"] = true
		return f, nil
	}
	if len(o.Choices) > 0 && !slices.ContainsFunc(o.Choices, func(c Choice) bool { return c.Value == value }) {
		return nil, fmt.Errorf("%q is none of the values of %q", value, o.Name)
	}
	if o.Type != 3 {
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, err
		}
		f["value"] = n
	}
	return f, nil
}

// command returns a command that an app offers in a channel. s.mu must be held.
func (s *Server) command(c *channel, name string) (Command, error) {
	context := map[int]int{textChannel: 0, publicThread: 0, privateChannel: 1, groupPrivate: 2}[c.kind]
	g := s.guilds[c.guild]
	if g != nil && !g.away {
		for _, cmd := range s.commands[g.id] {
			if cmd.Name == name {
				return cmd, nil
			}
		}
	}
	byUser := context == 2 || g != nil && g.away
	for _, cmd := range s.commands[""] {
		if cmd.Name == name && cmd.offered(context, byUser) {
			return cmd, nil
		}
	}
	var names []string
	for _, cmd := range append(slices.Clone(s.commands[c.guild]), s.commands[""]...) {
		names = append(names, cmd.Name)
	}
	return Command{}, fmt.Errorf("no command /%s there, only %s", name, strings.Join(names, " "))
}

// offered reports whether a command is offered in a context, to those who
// installed the bot for themselves or else to members of its servers.
func (c Command) offered(context int, byUser bool) bool {
	if c.Contexts != nil && !slices.Contains(*c.Contexts, context) {
		return false
	}
	if c.Contexts == nil && context == 1 && c.InPrivate != nil && !*c.InPrivate {
		return false
	}
	kind := 0
	if byUser {
		kind = 1
	}
	return !byUser && c.Integrations == nil || c.Integrations != nil && slices.Contains(*c.Integrations, kind)
}
