package bot

import (
	"errors"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// A turn is one transaction of the bot: the reaction to one event or one timer.
type turn struct {
	*Bot
	tx    program.Tx
	now   time.Time
	event chat.Event
	ahead foresight
	who   program.Person // zero: somebody the bot does not know
	voice words.Voice    // in who's language

	answer chat.Answer
	rows   []delivery.Row     // to hand over when durable
	ready  []program.Outgoing // of these, private replies
	timers bool               // a timer was set
	read   matchesRead
}

// handle reacts to the turn's event.
func (t *turn) handle() error {
	switch what := t.event.What.(type) {
	case chat.Moved:
		return t.moved(t.event.In, what.To)
	case chat.Reach:
		return t.reach(t.event.In, what.OK)
	case chat.Unreadable:
		return t.tx.Audit(program.AuditEntry{At: t.now, What: "event set aside: " + what.Why, Place: t.event.In, Event: t.event.ID})
	}
	t.stepAside()
	if err := t.recognise(); err != nil {
		return err
	}
	switch what := t.event.What.(type) {
	case chat.Command:
		return t.command(what)
	case chat.Pressed:
		return t.pressed(what.Token)
	case chat.Filled:
		return t.filled(what)
	}
	if !t.event.Private {
		return nil // people talking to each other
	}
	if t.who.ID == 0 || !t.who.Left.IsZero() {
		return t.reply(t.notEnrolled())
	}
	switch what := t.event.What.(type) {
	case chat.Said:
		return t.said(what.Text)
	case chat.Edited:
		return t.edited(what.Text)
	case chat.Sent:
		return t.sent(what)
	}
	return nil
}

// taken records that the turn's event, which came as e, is dealt with.
func (t *turn) taken(e chat.Event) error {
	if e.Mark != "" {
		if err := t.tx.PutMark(chat.Mark{Place: e.From.Account.Private(), Read: e.Mark}); err != nil {
			return err
		}
	}
	return t.tx.MarkSeen(e.In.Platform, e.ID, t.answer)
}

// stepAside makes a command that was said in a group a private one, where the
// platform can answer it so that nobody else sees, unless it is about the group.
func (t *turn) stepAside() {
	said, ok := t.event.What.(chat.Command)
	if !ok || !t.event.Aside || t.event.Private {
		return
	}
	for _, c := range t.commands {
		if c.name == said.Name && c.inGroup {
			return
		}
	}
	t.event.In, t.event.Private = t.event.From.Account.Private(), true
}

// on returns the message that bore what was pressed or sent off; none if the
// event is another.
func (t *turn) on() chat.Ref {
	switch what := t.event.What.(type) {
	case chat.Pressed:
		return what.On
	case chat.Filled:
		return what.On
	}
	return ""
}

// recognise finds out who caused the event, and in which language to answer.
func (t *turn) recognise() error {
	from := t.event.From
	if from.Account.IsZero() {
		return nil
	}
	who, err := t.tx.PersonWith(from.Account)
	switch {
	case errors.Is(err, program.ErrNotFound):
		t.voice = t.Words.In(t.Words.Match(from.Language, t.Language))
		return nil
	case err != nil:
		return err
	}
	t.be(who)
	if err := t.heard(); err != nil {
		return err
	}
	if t.event.Private && !t.event.Aside { // who writes to the bot can be written to
		if err := t.found(t.event.In); err != nil {
			return err
		}
	}
	if t.event.Private && who.Joined.IsZero() { // imported, and here for the first time
		t.who.Joined = t.now
		if t.who.Language == "" {
			t.who.Language = t.Words.Match(from.Language, t.Language)
			t.be(t.who)
		}
		if err := t.tx.PutPerson(&t.who); err != nil {
			return err
		}
		if err := t.lookAtMatchesOf(t.who.ID); err != nil {
			return err
		}
		return t.menu(t.event.In)
	}
	return nil
}

// be makes p the one the turn talks with.
func (t *turn) be(p program.Person) {
	t.who = p
	t.voice = t.voiceOf(p)
}

func (b *Bot) voiceOf(p program.Person) words.Voice {
	if p.Language == "" {
		return b.Words.In(b.Language)
	}
	return b.Words.In(p.Language)
}

func (b *Bot) zoneOf(p program.Person) *time.Location {
	if p.Zone == "" {
		return b.Zone
	}
	if zone, err := time.LoadLocation(p.Zone); err == nil {
		return zone
	}
	return b.Zone
}

// allowed reports whether the person may do act here, and says so if not.
func (t *turn) allowed(act program.Act) (bool, error) {
	verdict := program.Allowed(t.rules, act, t.who, t.event.Private)
	_, pressed := t.event.What.(chat.Pressed)
	if verdict == program.Yes {
		return true, nil
	}
	if pressed {
		key := map[program.Verdict]string{
			program.NotEnrolled:   "answer.only_supervisors",
			program.NotYourRole:   "answer.only_supervisors",
			program.OnlyInPrivate: "answer.only_private_toast",
		}[verdict]
		if t.event.Private && verdict == program.NotYourRole {
			key = "answer.not_your_role"
		}
		t.answer = chat.Answer{Toast: t.voice.Plain(key, nil), Alert: true}
		return false, nil
	}
	switch {
	case !t.event.Private: // nothing private, not even that somebody is not known
		return false, t.reply(t.withLink("answer.only_private", nil, ""))
	case verdict == program.NotEnrolled:
		return false, t.reply(t.notEnrolled())
	}
	return false, t.reply(t.text("answer.not_your_role"))
}

func (t *turn) notEnrolled() chat.Text {
	return t.text("answer.not_enrolled", "Emergency", t.Emergency)
}

// text returns wording in the language of the person; args are alternating
// names and values.
func (t *turn) text(key string, args ...any) chat.Text {
	return t.voice.Text(key, named(args))
}

func (t *turn) plain(key string, args ...any) string {
	return t.voice.Plain(key, named(args))
}

func named(args []any) words.Args {
	if len(args) == 0 {
		return nil
	}
	m := make(words.Args, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return m
}

// linkMark stands in wording where a link goes that only the adapter can make.
const linkMark = "\uFFFC"

// withLink returns wording whose {{.Link}} opens a private chat with the bot,
// telling it code.
func (t *turn) withLink(key string, args words.Args, code string) chat.Text {
	all := words.Args{"Link": linkMark}
	for k, v := range args {
		all[k] = v
	}
	return splice(t.voice.Text(key, all), linkMark, chat.Span{Text: code, Style: chat.Start})
}

// apologise marks an event that could not be handled as seen, and tells those
// who must know that it was not kept.
func (t *turn) apologise() error {
	if err := t.taken(t.event); err != nil {
		return err
	}
	t.stepAside()
	if err := t.tx.Audit(program.AuditEntry{At: t.now, What: "event failed", Place: t.event.In, Event: t.event.ID}); err != nil {
		return err
	}
	if err := t.recognise(); err != nil || !t.event.Private {
		return err
	}
	if err := t.say(t.event.In, t.text("answer.stumbled", "Emergency", t.Emergency)); err != nil {
		return err
	}
	if t.who.ID == 0 {
		return nil
	}
	return t.alertStaff(program.Coordinator|program.Owner, func(p program.Person) chat.Message {
		return chat.Message{Text: t.voiceOf(p).Text("answer.stumbled_staff", words.Args{
			"Who": t.who.Name, "Time": t.clock(p, t.now), "Event": t.event.ID,
		})}
	})
}
