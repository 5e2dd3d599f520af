package bot

import (
	"errors"
	"iter"
	"slices"
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// queue puts o into the outbox, in as many parts as its platform needs.
func (t *turn) queue(o program.Outgoing) error {
	caps, ok := t.Platforms[o.To.Platform]
	if !ok {
		return nil // the platform is not running; reachable keeps such places out where it matters
	}
	o.Queued = t.now
	if o.Purpose == program.ForCard {
		return t.enqueue(o)
	}
	for i, part := range chat.Fit(o.Message, caps) {
		if o.Message = part; i > 0 {
			if o.Purpose == program.ForContent {
				o.Purpose = program.ForRest
			} else if o.Purpose != program.ForRest {
				o.Purpose = program.ForReply // what follows from it follows once
			}
		}
		if err := t.enqueue(o); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) enqueue(o program.Outgoing) error {
	if err := t.tx.Queue(&o); err != nil {
		return err
	}
	if o.Group {
		t.groups.Store(o.To, true)
	} else if o.Priority == program.Reply && o.Purpose != program.ForCalendar {
		t.ready = append(t.ready, o)
	}
	t.rows = append(t.rows, delivery.Row{
		Waiting: program.Waiting{Seq: o.Seq, Priority: o.Priority, To: o.To},
		Edit:    o.Message.Replaces != "" || o.Message.Handle != "" || o.Purpose == program.ForCard && !o.Fresh,
	})
	return nil
}

// reply answers the event where it happened. The answer to a pressed button
// takes the place of the message that bore it.
func (t *turn) reply(text chat.Text, choices ...chat.Choice) error {
	return t.replyWith(chat.Message{Text: text, Choices: choices})
}

func (t *turn) replyWith(m chat.Message) error {
	if t.event.Private {
		m.Replaces = t.on()
	}
	m.Handle = t.event.Handle
	return t.queue(program.Outgoing{
		Priority: program.Reply, To: t.event.In, Group: !t.event.Private, Message: m, Person: t.who.ID,
	})
}

// say sends a new message in answer to the event.
func (t *turn) say(to chat.Place, text chat.Text, choices ...chat.Choice) error {
	m := chat.Message{Text: text, Choices: choices}
	if to == t.event.In {
		m.Handle = t.event.Handle
	}
	return t.queue(program.Outgoing{Priority: program.Reply, To: to, Message: m, Person: t.who.ID})
}

// tell sends a message to a person, privately: an escalation on every platform
// where the bot is known to reach them, anything else where they prefer it, with
// the others as a fallback; see [turn.elsewhere].
func (t *turn) tell(p program.Person, o program.Outgoing) error {
	places, err := t.homes(p)
	if err != nil {
		return err
	}
	o.Person = p.ID
	if o.Priority != program.Escalation && len(places) > 1 {
		places = places[:1]
	}
	for _, place := range places {
		o.To = place
		if err := t.queue(o); err != nil {
			return err
		}
	}
	return nil
}

// homes returns the private places to write to p, the preferred one first:
// those where nothing failed yet, or all if something failed everywhere.
func (t *turn) homes(p program.Person) ([]chat.Place, error) {
	places, lost, err := t.placesOf(p)
	if len(places) == 0 {
		return lost, err
	}
	return places, err
}

// placesOf returns the private places of p, the preferred one first, apart from
// those where something failed.
func (t *turn) placesOf(p program.Person) (places, lost []chat.Place, err error) {
	accounts := slices.Clone(p.Accounts)
	if at := slices.IndexFunc(accounts, func(a chat.Account) bool { return a.Platform == p.Preferred }); at > 0 {
		accounts[0], accounts[at] = accounts[at], accounts[0]
	}
	for _, a := range accounts {
		place := a.Private()
		if _, ok := t.Platforms[place.Platform]; !ok {
			continue
		}
		since, err := t.tx.Reach(place)
		switch {
		case err != nil:
			return nil, nil, err
		case since.IsZero():
			places = append(places, place)
		default:
			lost = append(lost, place)
		}
	}
	return places, lost, nil
}

// reachable reports whether p has a private place that is not known to fail.
func (t *turn) reachable(p program.Person) (bool, error) {
	for _, a := range p.Accounts {
		if _, ok := t.Platforms[a.Platform]; !ok {
			continue
		}
		if since, err := t.tx.Reach(a.Private()); err != nil || since.IsZero() {
			return err == nil, err
		}
	}
	return false, nil
}

// withRole returns who has one of the roles now.
func (t *turn) withRole(roles program.Roles) (people []program.Person, err error) {
	all := t.tx.Staff()
	if roles&program.Mentor != 0 {
		all = t.tx.People()
	}
	for p, err := range all {
		if err != nil {
			return nil, err
		}
		if p.Is(roles) {
			people = append(people, p)
		}
	}
	return people, nil
}

// alertStaff tells everybody with one of the roles, except the person whom the
// turn is about.
func (t *turn) alertStaff(roles program.Roles, write func(program.Person) chat.Message) error {
	return t.alert(roles, func(program.Person) bool { return false }, write)
}

// alert tells everybody with one of the roles, except the person whom the turn
// is about and those who are left out.
func (t *turn) alert(roles program.Roles, out func(program.Person) bool, write func(program.Person) chat.Message) error {
	people, err := t.withRole(roles)
	if err != nil {
		return err
	}
	n := 0
	for _, p := range people {
		if p.ID == t.who.ID || out(p) {
			continue
		}
		if n++; n > alertedAtOnce {
			break
		}
		if err := t.tell(p, program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert, Message: write(p)}); err != nil {
			return err
		}
	}
	return nil
}

// collect reads a sequence to its end, for where something is written while
// going through it.
func collect[T any](seq iter.Seq2[T, error]) (all []T, err error) {
	for v, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// person returns somebody by id; a missing record is somebody without a name.
func (t *turn) person(id program.PersonID) (program.Person, error) {
	p, err := t.tx.Person(id)
	if errors.Is(err, program.ErrNotFound) {
		return program.Person{Name: "?"}, nil
	}
	return p, err
}

// alias returns what a mentee is called; a missing record is "?".
func (t *turn) alias(id program.MenteeID) (string, error) {
	m, err := t.tx.Mentee(id)
	if errors.Is(err, program.ErrNotFound) {
		return "?", nil
	}
	return m.Alias, err
}

// lines joins texts with line breaks, leaving out empty ones.
func lines(texts ...chat.Text) (all chat.Text) {
	return joined("\n", texts)
}

// paragraphs joins texts with empty lines, leaving out empty ones.
func paragraphs(texts ...chat.Text) (all chat.Text) {
	return joined("\n\n", texts)
}

func joined(with string, texts []chat.Text) (all chat.Text) {
	for _, text := range texts {
		if len(text) == 0 {
			continue
		}
		if len(all) > 0 {
			all = append(all, chat.Span{Text: with})
		}
		all = append(all, text...)
	}
	return all
}

// splice puts a span where mark stands in the text.
func splice(text chat.Text, mark string, span chat.Span) (out chat.Text) {
	for _, s := range text {
		before, after, found := strings.Cut(s.Text, mark)
		if !found {
			out = append(out, s)
			continue
		}
		if before != "" {
			out = append(out, chat.Span{Text: before, Style: s.Style})
		}
		out = append(out, span)
		if after != "" {
			out = append(out, chat.Span{Text: after, Style: s.Style})
		}
	}
	return out
}
