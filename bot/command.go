package bot

import (
	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// A command is what a person may say with a slash.
type command struct {
	name string
	act  program.Act
	do   func(t *turn, args string) error
	menu bool // offered in the platform's menu and in /help
}

// commands returns all commands, in the order in which they are offered.
func commands() []command {
	return []command{
		{"checkin", program.ActCheckIn, (*turn).startCheckIn, true},
		{"sos", program.ActSOS, (*turn).startSOS, true},
		{"undo", program.ActUndo, (*turn).undoLast, true},
		{"cases", program.ActCases, (*turn).listCases, true},
		{"invite", program.ActInvite, (*turn).startInvite, true},
		{"match", program.ActMatch, (*turn).startMatch, true},
		{"settings", program.ActSettings, (*turn).startSettings, true},
		{"help", program.ActHelp, (*turn).help, true},
		{"here", program.ActBind, (*turn).here, false},
		{"start", program.ActJoin, (*turn).start, false},
	}
}

// command runs a command, if the person may.
func (t *turn) command(said chat.Command) error {
	for _, c := range t.commands {
		if c.name != said.Name {
			continue
		}
		if c.name == "here" && t.event.From.Account.IsZero() {
			return t.hereByNobody(said.Args)
		}
		if ok, err := t.allowed(c.act); !ok {
			return err
		}
		return c.do(t, said.Args)
	}
	if !t.event.Private {
		return nil // probably meant for another bot
	}
	if t.who.ID == 0 {
		return t.reply(t.notEnrolled())
	}
	return t.reply(paragraphs(t.text("answer.unknown_command"), t.commandList()))
}

// start is what a platform's "start" button says, with the code of an
// invitation when it came by a link.
func (t *turn) start(code string) error {
	switch {
	case code != "":
		return t.join(code)
	case t.who.ID == 0 || !t.who.Left.IsZero():
		return t.reply(t.notEnrolled())
	}
	if err := t.menu(t.event.In); err != nil {
		return err
	}
	return t.reply(t.text("join.welcome_again", "Name", t.who.Name))
}

func (t *turn) help(string) error {
	if !t.event.Private {
		return t.reply(t.withLink("answer.only_private", nil, ""))
	}
	text := paragraphs(t.text("help.intro"), t.commandList())
	if t.who.Is(program.Mentor) {
		text = paragraphs(text, t.text("help.mentor_privacy"))
	}
	if err := t.menu(t.event.In); err != nil {
		return err
	}
	var choices []chat.Choice
	if t.who.Is(program.Mentor) {
		choices = append(choices, t.button(actStart, 0, "button.checkin", chat.Primary))
	}
	choices = append(choices, t.button(actSOS, 0, "button.sos", chat.Danger))
	return t.reply(text, choices...)
}

// offered returns the commands that the person may use.
func (t *turn) offered() (list []command) {
	for _, c := range t.commands {
		if c.menu && program.Allowed(t.rules, c.act, t.who, true) == program.Yes {
			list = append(list, c)
		}
	}
	return list
}

func (t *turn) commandList() chat.Text {
	var all []chat.Text
	for _, c := range t.offered() {
		all = append(all, chat.Say("/"+c.name+" – "+t.plain("command."+c.name)))
	}
	return lines(all...)
}

// menu sets the command menu of the person's private chat, by role and in
// their language.
func (t *turn) menu(in chat.Place) error {
	var items []chat.Item
	for _, c := range t.offered() {
		items = append(items, chat.Item{Name: c.name, Description: t.plain("command." + c.name)})
	}
	return t.queue(program.Outgoing{
		Priority: program.Digest, Purpose: program.ForMenu, To: in, Message: chat.Message{Menu: &chat.Menu{Items: items}},
	})
}
