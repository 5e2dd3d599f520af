package bot

import (
	"errors"
	"slices"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// linkLife is how long the code of a link works, and how long both sides have
// to agree.
const linkLife = 10 * time.Minute

// The answers of both sides.
const (
	linkYes = "yes"
	linkNo  = "no"
)

// link joins a second account to a person. Said without a code it gives one;
// said with it, from an account that is nobody yet, it asks both sides. Whoever
// has got hold of a code, or talks somebody into using one, needs the other
// side's yes as well.
func (t *turn) link(code string) error {
	switch {
	case code != "":
		return t.linkBy(code)
	case t.who.ID == 0 || !t.who.Left.IsZero():
		return t.reply(t.notEnrolled())
	}
	var there []chat.Platform
	for _, p := range t.running() {
		if !t.who.On(p) {
			there = append(there, p)
		}
	}
	switch {
	case len(t.Platforms) < 2:
		return t.reply(t.text("link.nowhere"))
	case len(there) == 0:
		return t.reply(t.text("link.everywhere", "Platforms", platformNames(t.platformsOf(t.who))))
	}
	code = t.NewCode()
	l := program.Link{Person: t.who.ID, Hash: hashOf(forLink, code), Asked: t.event.From.Account, Expires: t.now.Add(linkLife)}
	if err := t.tx.PutLink(l); err != nil {
		return err
	}
	return t.reply(t.text("link.code", "Platforms", platformNames(there), "Code", code, "Time", t.clock(t.who, l.Expires)))
}

// linkBy takes a code from the account to be joined.
func (t *turn) linkBy(code string) error {
	if ok, err := t.mayTry(); !ok {
		return err
	}
	l, err := t.linkWith(hashOf(forLink, code))
	if errors.Is(err, program.ErrNotFound) {
		return t.wrongCode("link.bad_code")
	}
	if err != nil {
		return err
	}
	p, err := t.person(l.Person)
	if err != nil {
		return err
	}
	from := t.event.From
	switch {
	case t.who.ID == l.Person:
		return t.reply(t.text("link.own"))
	case t.who.ID != 0:
		return t.reply(t.text("link.somebody"))
	case p.On(from.Account.Platform):
		return t.reply(t.text("link.taken", "Platform", platformName(from.Account.Platform)))
	}
	if l.To != from.Account { // else it was only said twice
		l.To, l.Language = from.Account, t.voice.Language()
		if err := t.tx.PutLink(l); err != nil {
			return err
		}
		if err := t.askPerson(l, p); err != nil {
			return err
		}
	}
	first, _, _ := strings.Cut(p.Name, " ")
	return t.reply(t.text("link.ask", "Name", first, "Program", t.Name), linkButtons(t.voice, l)...)
}

// linkWith returns the link whose code has the hash, if the account may use it:
// nobody else has, and there is still time.
func (t *turn) linkWith(hash string) (program.Link, error) {
	for l, err := range t.tx.Links() {
		if err != nil {
			return l, err
		}
		if l.Hash == hash && t.now.Before(l.Expires) && (l.To.IsZero() || l.To == t.event.From.Account) {
			return l, nil
		}
	}
	return program.Link{}, program.ErrNotFound
}

// askPerson asks the person whether the account that brought their code is
// theirs.
func (t *turn) askPerson(l program.Link, p program.Person) error {
	from, v := t.event.From, t.voiceOf(p)
	who := displayName(from)
	if from.Username != "" {
		who += " (@" + from.Username + ")"
	}
	return t.queue(program.Outgoing{
		Priority: program.Reply, To: l.Asked.Private(), Person: p.ID,
		Message: chat.Message{
			Text:    v.Text("link.ask_person", words.Args{"Who": who, "Platform": platformName(from.Account.Platform)}),
			Choices: linkButtons(v, l),
		},
	})
}

// linkButtons are the answers to one link. They do not fit a later one of the
// same person.
func linkButtons(v words.Voice, l program.Link) []chat.Choice {
	token := func(answer string) string {
		return chat.Token{Act: actLink, ID: uint64(l.Person), Question: answer, Option: whichLink(l)}.String()
	}
	return []chat.Choice{
		{Label: v.Plain("button.me_yes", nil), Token: token(linkYes), Kind: chat.Primary},
		{Label: v.Plain("button.me_no", nil), Token: token(linkNo), Kind: chat.Aside},
	}
}

// whichLink tells the links of a person apart.
func whichLink(l program.Link) string { return l.Hash[:16] }

// linkPressed takes the answer of one side.
func (t *turn) linkPressed(token chat.Token) error {
	l, err := t.tx.Link(program.PersonID(token.ID))
	switch {
	case errors.Is(err, program.ErrNotFound):
		return t.warn("link.over")
	case err != nil:
		return err
	case whichLink(l) != token.Option || l.To.IsZero() || !t.now.Before(l.Expires):
		return t.warn("link.over")
	}
	there := l.To
	switch {
	case t.event.From.Account == l.To:
		there, l.AccountAgrees = l.Asked, true
	case t.who.ID == l.Person && t.who.Left.IsZero():
		l.PersonAgrees = true
	default:
		return t.warn("link.over")
	}
	switch {
	case token.Question != linkYes:
		return t.linkRefused(l, there)
	case l.PersonAgrees && l.AccountAgrees:
		return t.joinAccount(l, there)
	}
	if err := t.tx.PutLink(l); err != nil {
		return err
	}
	return t.reply(t.text("link.waiting", "Platform", platformName(there.Platform), "Time", t.clock(t.who, l.Expires)))
}

// linkRefused ends a link to which one side said no, and tells the other side,
// there.
func (t *turn) linkRefused(l program.Link, there chat.Account) error {
	if err := t.tx.DropLink(l.Person); err != nil {
		return err
	}
	p, err := t.person(l.Person)
	if err != nil {
		return err
	}
	entry := program.AuditEntry{At: t.now, By: t.who.ID, What: "refused to link an account", Person: p.ID, Place: l.To.Private()}
	if err := t.tx.Audit(entry); err != nil {
		return err
	}
	if there == l.To {
		return t.linkRefusedBy(p, l)
	}
	told := t.voiceOf(p).Text("link.refused_there", words.Args{"Platform": platformName(l.To.Platform)})
	if err := t.answerOther(there, p.ID, told); err != nil {
		return err
	}
	return t.reply(t.text("link.refused_here"))
}

// linkRefusedBy tells the account of a link that the person said no, and also
// whoever looks after the person: somebody else had the code.
func (t *turn) linkRefusedBy(p program.Person, l program.Link) error {
	if err := t.answerOther(l.To, 0, t.Words.In(l.Language).Text("link.refused_by_person", nil)); err != nil {
		return err
	}
	staff, err := t.staffOf(p.ID)
	if err != nil {
		return err
	}
	for _, s := range staff {
		text := t.voiceOf(s).Text("link.refused_staff", words.Args{"Name": p.Name, "Platform": platformName(l.To.Platform)})
		err := t.tell(s, program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert, Message: chat.Message{Text: text}})
		if err != nil {
			return err
		}
	}
	text := t.text("link.refused")
	if len(staff) > 0 {
		text = paragraphs(text, t.text("link.refused_told"))
	}
	return t.reply(text)
}

// answerOther tells the other side of a link, which is a person or nobody yet.
func (t *turn) answerOther(to chat.Account, is program.PersonID, text chat.Text) error {
	return t.queue(program.Outgoing{Priority: program.Reply, To: to.Private(), Person: is, Message: chat.Message{Text: text}})
}

// joinAccount makes the account of a link the person's own, since both sides agree,
// and tells both of it: here and there.
func (t *turn) joinAccount(l program.Link, there chat.Account) error {
	if err := t.tx.DropLink(l.Person); err != nil {
		return err
	}
	p, err := t.tx.Person(l.Person)
	if err != nil {
		return err
	}
	_, err = t.tx.PersonWith(l.To)
	if err != nil && !errors.Is(err, program.ErrNotFound) {
		return err
	}
	// In the meantime it may have become somebody by an invitation or a roster.
	if err == nil || !p.Left.IsZero() || p.On(l.To.Platform) {
		return t.reply(t.text("link.over"))
	}
	reached, err := t.reachable(p)
	if err != nil {
		return err
	}
	p.Accounts = append(slices.Clone(p.Accounts), l.To)
	if err := t.tx.PutPerson(&p); err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: p.ID, What: "linked an account", Person: p.ID, Place: l.To.Private()}); err != nil {
		return err
	}
	if err := t.tx.SetReach(l.To.Private(), true); err != nil {
		return err
	}
	t.be(p)
	if p.Is(program.Supervisor) && !reached { // perhaps the first who can be paged
		if err := t.pageWaiting(); err != nil {
			return err
		}
	}
	if err := t.menus(); err != nil {
		return err
	}
	done := t.text("link.done", "Name", p.Name, "Platforms", platformNames(t.platformsOf(p)))
	if err := t.say(there.Private(), done); err != nil {
		return err
	}
	return t.reply(done)
}

// linksAtOnce is how many links are dropped in one transaction.
const linksAtOnce = 8

// forgetLinks drops links whose time is over.
func (t *turn) forgetLinks() error {
	var over []program.PersonID
	for l, err := range t.tx.Links() {
		if err != nil {
			return err
		}
		if !t.now.Before(l.Expires) && len(over) < linksAtOnce {
			over = append(over, l.Person)
		}
	}
	for _, p := range over {
		if err := t.tx.DropLink(p); err != nil {
			return err
		}
	}
	return nil
}
