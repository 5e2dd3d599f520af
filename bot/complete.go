package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// Commands describes all commands, with their words in every language, to
// platforms that want to know them beforehand.
func (b *Bot) Commands() []chat.CommandSpec {
	specs := make([]chat.CommandSpec, len(b.commands))
	for i, c := range b.commands {
		specs[i] = chat.CommandSpec{Name: c.name, Words: b.commandWords("command", c.name), InGroup: c.inGroup}
		for _, o := range c.options {
			specs[i].Options = append(specs[i].Options, chat.OptionSpec{
				Name: o.name, Words: b.commandWords("option", o.name),
				Required: o.required, Completes: o.completes != nil, Values: o.values,
			})
		}
	}
	return specs
}

// commandWords returns what a command or an option is called, and what it is
// for, in each language.
func (b *Bot) commandWords(kind, name string) map[string]chat.CommandWords {
	all := map[string]chat.CommandWords{}
	for _, lang := range words.Languages() {
		v := b.Words.In(lang)
		all[lang] = chat.CommandWords{Name: v.Plain(kind+"_name."+name, nil), Description: v.Plain(kind+"."+name, nil)}
	}
	return all
}

// A completer returns what fits into an option of a command, of which typed is
// there already.
type completer func(t *turn, typed string) ([]chat.Suggestion, error)

// suggestedAtOnce is how many suggestions people look through; the platforms
// show as many.
const suggestedAtOnce = 25

// complete suggests how a command that somebody is typing may go on. It writes
// nothing, since it is asked with every letter.
func (b *Bot) complete(ctx context.Context, who chat.Account, typing chat.Completing) (a chat.Answer, err error) {
	for _, c := range b.commands {
		for _, o := range c.options {
			if c.name != typing.Command || o.name != typing.Option || o.completes == nil {
				continue
			}
			err = b.Store.View(ctx, func(tx program.Tx) error {
				t := &turn{Bot: b, tx: tx, now: tx.Now()}
				p, err := tx.PersonWith(who)
				if errors.Is(err, program.ErrNotFound) || (err == nil && program.Allowed(b.rules, c.act, p, true) != program.Yes) {
					return nil
				}
				if err != nil {
					return err
				}
				t.be(p)
				a.Suggestions, err = o.completes(t, strings.TrimSpace(typing.Typed))
				return err
			})
			return a, err
		}
	}
	return a, nil
}

func (t *turn) completeMentee(typed string) (all []chat.Suggestion, err error) {
	matches, aliases, err := t.matchesOf(t.who.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range matches {
		if alias := aliases[m.ID]; contains(alias, typed) && len(all) < suggestedAtOnce {
			all = append(all, chat.Suggestion{Label: alias, Value: alias})
		}
	}
	return all, nil
}

func (t *turn) completeMentor(typed string) (all []chat.Suggestion, err error) {
	mentors, err := t.withRole(program.Mentor)
	if err != nil {
		return nil, err
	}
	for _, p := range mentors {
		if contains(p.Name, typed) && len(all) < suggestedAtOnce {
			all = append(all, chat.Suggestion{Label: p.Name, Value: p.Name})
		}
	}
	return all, nil
}

// completeCase offers the newest cases, without a name.
func (t *turn) completeCase(typed string) (all []chat.Suggestion, err error) {
	for c, err := range t.tx.Cases() {
		if err != nil {
			return nil, err
		}
		if len(all) == suggestedAtOnce {
			break
		}
		if number := c.No.String(); !c.Drill && !c.Concerns(t.who.ID) && strings.HasPrefix(number, strings.TrimPrefix(typed, "#")) {
			label := t.plain("case.suggestion", "No", number, "Level", t.plain("level."+c.Level.String()), "Ago", ago(t.voice, t.now.Sub(c.Raised)))
			all = append(all, chat.Suggestion{Label: label, Value: number})
		}
	}
	return all, nil
}

// contains reports whether name has typed in it, whatever the case.
func contains(name, typed string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(typed))
}

// option returns what was given for an option of the command that was said:
// where the platform has no options, all that follows the command is the first.
func (t *turn) option(name string) string {
	said, ok := t.event.What.(chat.Command)
	if !ok {
		return ""
	}
	if said.Options != nil {
		return strings.TrimSpace(said.Options[name])
	}
	for _, c := range t.commands {
		if c.name == said.Name && len(c.options) > 0 && c.options[0].name == name {
			return said.Args
		}
	}
	return ""
}

// openCaseSaid opens the case whose number was said.
func (t *turn) openCaseSaid(string) error {
	no, err := strconv.ParseUint(strings.TrimPrefix(t.option("number"), "#"), 10, 64)
	if err != nil {
		return t.reply(t.text("case.which"))
	}
	c, err := t.tx.Case(program.CaseNo(no))
	if errors.Is(err, program.ErrNotFound) || (err == nil && c.Concerns(t.who.ID)) {
		return t.reply(t.text("case.unknown", "No", strconv.FormatUint(no, 10)))
	}
	if err != nil {
		return err
	}
	if !t.event.Private {
		if err := t.reply(t.text("case.sent_privately")); err != nil {
			return err
		}
	}
	return t.sendContent(c)
}
