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

	inGroup bool               // about the place where it is said
	options []option           // what may follow it
	useful  func(t *turn) bool // offered only then; nil: always
}

// An option is something that may follow a command. Platforms that know options
// offer them; elsewhere people type what they mean, in that order.
type option struct {
	name      string
	required  bool
	completes completer // may be nil
	values    []string  // the only ones there are, if any
}

// commands returns all commands, in the order in which they are offered.
func commands() []command {
	return []command{
		{name: "checkin", act: program.ActCheckIn, do: (*turn).startCheckIn, menu: true,
			options: []option{{name: "mentee", completes: (*turn).completeMentee}}},
		{name: "log", act: program.ActCheckIn, do: (*turn).startLog, menu: true,
			options: []option{{name: "mentee", completes: (*turn).completeMentee}, {name: "when"}}},
		{name: "schedule", act: program.ActSchedule, do: (*turn).startSchedule, menu: true,
			options: []option{{name: "match", completes: (*turn).completeCharge}}},
		{name: "pause", act: program.ActPause, do: (*turn).startPause, menu: true,
			options: []option{{name: "match", completes: (*turn).completeCharge}}},
		{name: "sos", act: program.ActSOS, do: (*turn).startSOS, menu: true},
		{name: "undo", act: program.ActUndo, do: (*turn).undoLast, menu: true},
		{name: "today", act: program.ActOverdue, do: (*turn).listToday, menu: true},
		{name: "overdue", act: program.ActOverdue, do: (*turn).listOverdue, menu: true},
		{name: "cases", act: program.ActCases, do: (*turn).listCases, menu: true},
		{name: "case", act: program.ActOpenCase, do: (*turn).openCaseSaid,
			options: []option{{name: "number", required: true, completes: (*turn).completeCase}}},
		{name: "duty", act: program.ActDuty, do: (*turn).startDuty, menu: true},
		{name: "invite", act: program.ActInvite, do: (*turn).startInvite, menu: true},
		{name: "match", act: program.ActMatch, do: (*turn).startMatch, menu: true,
			options: []option{{name: "mentor", completes: (*turn).completeMentor}, {name: "mentee"}, {name: "schedule"}}},
		{name: "settings", act: program.ActSettings, do: (*turn).startSettings, menu: true},
		{name: "link", act: program.ActLink, do: (*turn).link, menu: true, options: []option{{name: "code"}},
			useful: func(t *turn) bool { return t.who.ID != 0 && len(t.platformsOf(t.who)) < len(t.Platforms) }},
		{name: "unlink", act: program.ActUnlink, do: (*turn).unlink, menu: true,
			useful: func(t *turn) bool { return len(t.who.Accounts) > 1 }},
		{name: "help", act: program.ActHelp, do: (*turn).help, menu: true},
		{name: "here", act: program.ActBind, do: (*turn).here, inGroup: true,
			options: []option{{name: "purpose", required: true, values: []string{program.Supervisors}}}},
		{name: "start", act: program.ActJoin, do: (*turn).start, options: []option{{name: "code"}}},
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
		if c.menu && (c.useful == nil || c.useful(t)) && program.Allowed(t.rules, c.act, t.who, true) == program.Yes {
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

// menus sets the command menus of all private chats of the person.
func (t *turn) menus() error {
	for _, a := range t.who.Accounts {
		if err := t.menu(a.Private()); err != nil {
			return err
		}
	}
	return nil
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
