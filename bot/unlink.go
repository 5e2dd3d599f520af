package bot

import (
	"maps"
	"slices"
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// unlink offers to take an account away. The last one stays.
func (t *turn) unlink(string) error {
	if len(t.who.Accounts) < 2 {
		return t.reply(t.text("unlink.only"))
	}
	var choices []chat.Choice
	for _, a := range t.who.Accounts {
		token := chat.Token{Act: actUnlink, Question: string(a.Platform)}.String()
		choices = append(choices, chat.Choice{Label: platformName(a.Platform), Token: token})
	}
	return t.reply(t.text("unlink.which"), choices...)
}

// unlinkPressed takes an account away. It is nobody's at once; what was begun
// with it stays with the person.
func (t *turn) unlinkPressed(token chat.Token) error {
	at := slices.IndexFunc(t.who.Accounts, func(a chat.Account) bool { return string(a.Platform) == token.Question })
	if at < 0 {
		return t.toast("answer.old_button")
	}
	gone, p := t.who.Accounts[at], t.who
	p.Accounts = slices.Delete(slices.Clone(p.Accounts), at, at+1)
	if len(t.platformsOf(p)) == 0 {
		return t.warn("unlink.last")
	}
	if err := t.tx.PutPerson(&p); err != nil {
		return err
	}
	t.be(p)
	if err := t.tx.DropLink(p.ID); err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: p.ID, What: "unlinked an account", Person: p.ID, Place: gone.Private()}); err != nil {
		return err
	}
	if err := t.leaveHome(gone.Private()); err != nil {
		return err
	}
	return t.tellUnlinked(gone)
}

// tellUnlinked says everywhere that an account was taken away.
func (t *turn) tellUnlinked(gone chat.Account) error {
	platform := platformName(gone.Platform)
	if err := t.menus(); err != nil {
		return err
	}
	err := t.queue(program.Outgoing{
		Priority: program.Digest, Purpose: program.ForMenu, To: gone.Private(), Message: chat.Message{Menu: &chat.Menu{}},
	})
	if err != nil {
		return err
	}
	for _, a := range t.who.Accounts {
		if a == t.event.From.Account {
			continue
		}
		if err := t.say(a.Private(), t.text("unlink.told", "Platform", platform)); err != nil {
			return err
		}
	}
	if gone != t.event.From.Account {
		// It is for nobody: if it fails there, it does not go elsewhere.
		err := t.queue(program.Outgoing{
			Priority: program.Reply, To: gone.Private(), Message: chat.Message{Text: t.text("unlink.told_gone")},
		})
		if err != nil {
			return err
		}
	}
	return t.reply(t.text("unlink.done", "Platform", platform))
}

// movedAtOnce is how many messages leave a place in one transaction, which is
// bounded.
const movedAtOnce = 24

// leaveHome takes the person's dialogues and what waits to be sent out of a
// private place that is no longer theirs. Replies are under way already.
func (t *turn) leaveHome(place chat.Place) error {
	dialogues, err := collect(t.tx.DialoguesWith(t.who.ID))
	if err != nil {
		return err
	}
	for _, d := range dialogues {
		if d.In != place {
			continue
		}
		d.In, d.On = t.who.Accounts[0].Private(), ""
		if err := t.tx.PutDialogue(&d); err != nil {
			return err
		}
	}
	var rows []program.Waiting
	for w, err := range t.tx.Waiting() {
		if err != nil {
			return err
		}
		if w.To == place && w.Priority != program.Reply && len(rows) < movedAtOnce {
			rows = append(rows, w)
		}
	}
	return t.each(rows, func(o program.Outgoing) error {
		_, err := t.elsewhere(o)
		return err
	})
}

// running returns the platforms that are running, in the order of their names.
func (b *Bot) running() []chat.Platform { return slices.Sorted(maps.Keys(b.Platforms)) }

// platformsOf returns the running platforms on which p has an account.
func (b *Bot) platformsOf(p program.Person) (all []chat.Platform) {
	for _, a := range p.Accounts {
		if _, ok := b.Platforms[a.Platform]; ok && !slices.Contains(all, a.Platform) {
			all = append(all, a.Platform)
		}
	}
	return all
}

// platformName returns what people call a platform.
func platformName(p chat.Platform) string {
	if p == "" {
		return ""
	}
	return strings.ToUpper(string(p[:1])) + string(p[1:])
}

func platformNames(all []chat.Platform) string {
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = platformName(p)
	}
	return strings.Join(names, ", ")
}
