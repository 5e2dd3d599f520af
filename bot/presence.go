package bot

import (
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// mustBeThere are those who are asked once a month whether they are there: a
// page that arrives helps nobody if it is not read.
const mustBeThere = program.Supervisor | program.Outside

// heardEvery is how exactly it is known when somebody was last heard of.
const heardEvery = time.Hour

// heard records that the person is there: who does anything at all is not silent.
func (t *turn) heard() error {
	p, err := t.tx.Presence(t.who.ID)
	if err != nil || !p.Heard.Before(p.Asked) && !p.Heard.After(t.now) && t.now.Sub(p.Heard) < heardEvery {
		return err
	}
	p.Heard = t.now
	return t.tx.PutPresence(p)
}

// presentPressed thanks for a tap, which was noted as any other is.
func (t *turn) presentPressed(chat.Token) error { return t.reply(t.text("presence.thanks")) }

// awaitSign sets the timer by which somebody with whom there is a chat, and who
// must be there, is asked whether they are, if that is before they are looked at
// again.
func (t *turn) awaitSign(p program.Person) error {
	known, err := t.tx.Presence(p.ID)
	if err != nil {
		return err
	}
	if !known.NoChat.IsZero() {
		known.NoChat = time.Time{}
		if err := t.tx.PutPresence(known); err != nil {
			return err
		}
	}
	if !p.Is(mustBeThere) {
		return nil
	}
	sign, at := t.Protocol.Sign(known, p.Joined)
	if sign == program.SignNone || at.Sub(t.now) > weekHours*time.Hour {
		return nil
	}
	return t.setSignTimer(p, at)
}

func (t *turn) setSignTimer(p program.Person, at time.Time) error {
	if at.Before(t.now) {
		at = t.now
	}
	at = t.QuietHours.Wait(at, t.zoneOf(p), program.NoLevel)
	return t.setTimer(program.Timer{Kind: program.TimerPresence, ID: uint64(p.ID), At: at})
}

// signDue asks somebody whether they are there, reminds them, or tells the
// staff that they do not answer.
func (t *turn) signDue(timer program.Timer) error {
	p, err := t.person(program.PersonID(timer.ID))
	if err != nil || !p.Is(mustBeThere) {
		return err
	}
	known, err := t.tx.Presence(p.ID)
	if err != nil {
		return err
	}
	sign, at := t.Protocol.Sign(known, p.Joined)
	switch {
	case sign == program.SignNone, at.After(t.now): // something was heard; see awaitSign
		return nil
	case t.QuietHours.Hold(t.now, t.zoneOf(p)):
		return t.setSignTimer(p, t.now)
	}
	switch sign {
	case program.SignAsk:
		if ok, err := t.reachable(p); err != nil || !ok { // the staff hears of that anyway
			return err
		}
		known.Asked = t.now
		err = t.askForSign(p, "presence.ask")
	case program.SignNudge:
		known.Nudged = t.now
		err = t.askForSign(p, "presence.nudge")
	case program.SignTell:
		known.Told = t.now
		err = t.tellNoSign(p)
	}
	if err != nil {
		return err
	}
	if err := t.tx.PutPresence(known); err != nil || sign == program.SignTell {
		return err
	}
	_, at = t.Protocol.Sign(known, p.Joined)
	return t.setSignTimer(p, at)
}

func (t *turn) askForSign(p program.Person, key string) error {
	v := t.voiceOf(p)
	return t.tell(p, program.Outgoing{
		Priority: program.Reminder, Purpose: program.ForRemind,
		Message: chat.Message{
			Text: v.Text(key, nil),
			Choices: []chat.Choice{{
				Label: v.Plain("button.present", nil), Token: chat.Token{Act: actPresent, ID: uint64(p.ID)}.String(), Kind: chat.Primary,
			}},
		},
	})
}

// tellNoSign tells the owners or, without another one, the coordinators.
func (t *turn) tellNoSign(p program.Person) error {
	for _, role := range []program.Roles{program.Owner, program.Coordinator} {
		all, err := t.withRole(role)
		if err != nil {
			return err
		}
		var others []program.Person
		for _, q := range all {
			if q.ID != p.ID && len(others) < hearersAtOnce {
				others = append(others, q)
			}
		}
		if len(others) > 0 {
			return t.bundle(others, program.News{Person: p.ID, Notice: program.NoticeNoSign})
		}
	}
	return nil
}

// newsOfPeople says the news that is about people and still true, one paragraph
// for each kind.
func (t *turn) newsOfPeople(news []program.News) (text chat.Text, err error) {
	who := map[string][]string{}
	for _, n := range news {
		if n.Person == 0 {
			continue
		}
		p, err := t.person(n.Person)
		if err != nil {
			return nil, err
		}
		key, err := t.newsOfPerson(p, n.Notice)
		if err != nil {
			return nil, err
		}
		who[key] = append(who[key], p.Name+" ("+t.roleNames(t.voice, p.Roles)+")")
	}
	for _, key := range []string{"reach.no_route", "reach.no_chat", "presence.no_sign"} {
		if len(who[key]) > 0 {
			text = paragraphs(text, t.text(key, "Who", strings.Join(who[key], ", ")))
		}
	}
	return text, nil
}

// newsOfPerson returns the wording of a notice about a person; none if it is no
// longer true.
func (t *turn) newsOfPerson(p program.Person, notice program.Notice) (key string, err error) {
	if !p.Is(program.Anybody) {
		return "", nil
	}
	if notice == program.NoticeNoSign {
		known, err := t.tx.Presence(p.ID)
		if err != nil || !known.Heard.Before(known.Asked) {
			return "", err
		}
		return "presence.no_sign", nil
	}
	if none, err := t.placeless(p); err != nil || none {
		return "reach.no_chat", err
	}
	if ok, err := t.reachable(p); err != nil || ok {
		return "", err
	}
	return "reach.no_route", nil
}
