package discord

import (
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// IDs of components that are not the token of a choice.
const (
	formPrefix = "form:" // begins that of what opens a form, and of the form
	ticksID    = "ticks" // a menu of which several options may be taken
	oneID      = "one"   // a menu of which one option is taken
)

// Limits of Discord.
const (
	maxRows     = 5
	rowButtons  = 5
	menuItems   = 25
	plainAtMost = 10 // more plain choices than that are easier to read in a menu
	labelRunes  = 80 // on a button
	optionRunes = 100
)

// An item is a button or a menu, which needs a row of its own.
type item struct {
	kind group
	part discordgo.MessageComponent
}

// A group of buttons shares rows with no other one, if there are enough rows.
type group int

const (
	plain group = iota
	loud        // what most people want, and what raises an alarm
	aside       // not an answer
	menu
)

// components lays out choices and the button of a form in at most five rows, as
// far as there is room in the order in which they came. Choices of which
// several may be taken are one menu, and so are many plain ones.
func components(choices []chat.Choice, form *chat.Form) []discordgo.MessageComponent {
	choices = distinct(choices)
	for _, inMenu := range []func(chat.Choice) bool{
		func(c chat.Choice) bool { return c.Kind == chat.Plain && count(choices, chat.Plain) > plainAtMost },
		func(c chat.Choice) bool { return c.Kind == chat.Plain || c.Kind == chat.Aside },
		func(chat.Choice) bool { return true },
	} {
		items := itemsOf(choices, form, inMenu)
		for _, layout := range []func([]item) [][]item{byGroup, loudApart, tight, menusFirst} {
			if rows := layout(items); len(rows) <= maxRows {
				return actionRows(rows)
			}
		}
	}
	return []discordgo.MessageComponent{} // more than the capabilities allow
}

// distinct returns choices without those whose token came before, which Discord
// would refuse; they do the same.
func distinct(choices []chat.Choice) []chat.Choice {
	seen := make(map[string]bool, len(choices))
	out := make([]chat.Choice, 0, len(choices))
	for _, c := range choices {
		if !seen[c.Token] {
			seen[c.Token] = true
			out = append(out, c)
		}
	}
	return out
}

func count(choices []chat.Choice, kind chat.ChoiceKind) (n int) {
	for _, c := range choices {
		if c.Kind == kind {
			n++
		}
	}
	return n
}

// itemsOf returns what is to be laid out. A menu stands where the first of its
// options would.
func itemsOf(choices []chat.Choice, form *chat.Form, inMenu func(chat.Choice) bool) []item {
	var items []item
	if form != nil { // the question is for text, and the choices are the ways around it
		items = append(items, item{loud, discordgo.Button{
			Label: label(form.Button, labelRunes), Style: discordgo.PrimaryButton, CustomID: formPrefix + form.Token,
		}})
	}
	var ticks, one *discordgo.SelectMenu
	for _, c := range choices {
		switch {
		case c.Kind == chat.Tick, c.Kind == chat.Ticked:
			if ticks == nil {
				ticks = &discordgo.SelectMenu{CustomID: ticksID, MinValues: new(int)}
				items = append(items, item{menu, ticks})
			}
			ticks.Options = append(ticks.Options, option(c))
			ticks.MaxValues = len(ticks.Options)
		case inMenu(c):
			if one == nil {
				one = &discordgo.SelectMenu{CustomID: oneID, MinValues: new(1), MaxValues: 1}
				items = append(items, item{menu, one})
			}
			one.Options = append(one.Options, option(c))
		default:
			items = append(items, button(c))
		}
	}
	return items
}

func option(c chat.Choice) discordgo.SelectMenuOption {
	text := c.Label
	if c.Kind == chat.Ticked {
		text = strings.TrimPrefix(text, chat.TickMark)
	}
	return discordgo.SelectMenuOption{Label: label(text, optionRunes), Value: c.Token, Default: c.Kind == chat.Ticked}
}

func button(c chat.Choice) item {
	b := discordgo.Button{Label: label(c.Label, labelRunes), Style: discordgo.SecondaryButton, CustomID: c.Token}
	switch c.Kind {
	case chat.Primary:
		b.Style = discordgo.PrimaryButton
		return item{loud, b}
	case chat.Danger:
		b.Style = discordgo.DangerButton
		return item{loud, b}
	case chat.Aside:
		return item{aside, b}
	}
	return item{plain, b}
}

// label returns what stands on a button, which must not be empty.
func label(s string, runes int) string {
	if s = shorten(strings.TrimSpace(clean(s)), runes); s == "" {
		return "…"
	}
	return s
}

// shorten cuts s to a number of runes, of which the last is an ellipsis then.
func shorten(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:runes-1])) + "…"
}

// rowsOf lays out runs of items with the same key.
func rowsOf(items []item, key func(group) group) (rows [][]item) {
	for len(items) > 0 {
		k, run := key(items[0].kind), 1
		for run < len(items) && key(items[run].kind) == k && k != menu {
			run++
		}
		rows = append(rows, spread(items[:run])...)
		items = items[run:]
	}
	return rows
}

// spread lays out a run in as few rows as possible, equally full.
func spread(run []item) (rows [][]item) {
	for n := (len(run) + rowButtons - 1) / rowButtons; n > 0; n-- {
		most := (len(run) + n - 1) / n
		rows = append(rows, run[:most])
		run = run[most:]
	}
	return rows
}

// Layouts, of which each takes fewer rows than the one before.

func byGroup(items []item) [][]item {
	return rowsOf(items, func(g group) group { return g })
}

func loudApart(items []item) [][]item {
	return rowsOf(items, func(g group) group {
		if g == aside {
			return plain
		}
		return g
	})
}

func tight(items []item) [][]item {
	return rowsOf(items, func(g group) group {
		if g == menu {
			return menu
		}
		return plain
	})
}

func menusFirst(items []item) [][]item {
	var menus, buttons []item
	for _, i := range items {
		if i.kind == menu {
			menus = append(menus, i)
		} else {
			buttons = append(buttons, i)
		}
	}
	return tight(append(menus, buttons...))
}

func actionRows(rows [][]item) []discordgo.MessageComponent {
	out := make([]discordgo.MessageComponent, len(rows))
	for i, row := range rows {
		r := discordgo.ActionsRow{}
		for _, item := range row {
			r.Components = append(r.Components, item.part)
		}
		out[i] = r
	}
	return out
}

// pressesOf returns the tokens that the use of a component presses, in order:
// that of a button, with or without a form behind it; that of the option that
// was taken; those of the options that were ticked, or of which the tick was
// taken away.
func pressesOf(i *discordgo.Interaction) []string {
	data, ok := i.Data.(discordgo.MessageComponentInteractionData)
	if !ok {
		return nil
	}
	switch data.CustomID {
	case oneID:
		return data.Values
	case ticksID:
		return changed(i.Message, data.Values)
	}
	return []string{strings.TrimPrefix(data.CustomID, formPrefix)}
}

// changed returns the options of the menu of ticks under m that are not as they
// were, now that those in values are ticked.
func changed(m *discordgo.Message, values []string) (tokens []string) {
	if m == nil {
		return nil
	}
	ticked := make(map[string]bool, len(values))
	for _, v := range values {
		ticked[v] = true
	}
	for _, o := range ticksUnder(m).Options {
		if o.Default != ticked[o.Value] {
			tokens = append(tokens, o.Value)
		}
	}
	return tokens
}

func ticksUnder(m *discordgo.Message) discordgo.SelectMenu {
	for _, row := range m.Components {
		r, _ := row.(*discordgo.ActionsRow)
		if r == nil {
			continue
		}
		for _, part := range r.Components {
			if menu, ok := part.(*discordgo.SelectMenu); ok && menu.CustomID == ticksID {
				return *menu
			}
		}
	}
	return discordgo.SelectMenu{}
}
