package bot

import (
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// giveToCoordinator lets somebody else look after a match, and hear what was
// still to be told about it.
func (t *turn) giveToCoordinator(m program.Match, to program.Person) error {
	was := m.Coordinator
	m.Coordinator = to.ID
	if err := t.tx.PutMatch(&m); err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "gave a match to a coordinator", Person: to.ID}); err != nil {
		return err
	}
	if err := t.handOverNews(m, was, to); err != nil {
		return err
	}
	pair, err := t.pair(m)
	if err != nil {
		return err
	}
	mentee, err := t.called(m)
	if err != nil {
		return err
	}
	args := words.Args{"Who": t.who.Name, "To": to.Name, "Pair": pair, "Mentee": mentee}
	untold, err := t.tellGiven(to, "give.told_coordinator", args, t.seeButton(m, pair))
	if err != nil {
		return err
	}
	for _, other := range []struct {
		id  program.PersonID
		key string
	}{{was, "give.told_former"}, {m.Mentor, "give.told_mentor"}} {
		p, err := t.person(other.id)
		if err != nil {
			return err
		}
		if _, err := t.tellGiven(p, other.key, args); err != nil {
			return err
		}
	}
	return t.reply(paragraphs(t.text("give.done_coordinator", "Who", to.Name, "Pair", pair), untold))
}

// handOverNews lets to be told what waits for a former coordinator about a match.
func (t *turn) handOverNews(m program.Match, was program.PersonID, to program.Person) error {
	if was == 0 {
		return nil
	}
	b, err := t.tx.Bundle(was)
	if err != nil {
		return err
	}
	var theirs []program.News
	b.Waiting = slices.DeleteFunc(b.Waiting, func(n program.News) bool {
		if n.Match == m.ID {
			theirs = append(theirs, n)
		}
		return n.Match == m.ID
	})
	if len(theirs) == 0 {
		return nil
	}
	if err := t.tx.PutBundle(b); err != nil {
		return err
	}
	return t.bundle([]program.Person{to}, theirs...)
}

// giveToMentor ends a match and begins another one with the same mentee,
// meetings and coordinator. What was told stays with the match that was, and
// cases stay as they are.
func (t *turn) giveToMentor(m program.Match, to program.Person) error {
	was, err := t.person(m.Mentor)
	if err != nil {
		return err
	}
	mentee, err := t.called(m)
	if err != nil {
		return err
	}
	theirs, err := collect(t.tx.MatchesOf(to.ID))
	if err != nil {
		return err
	}
	if slices.ContainsFunc(theirs, func(o program.Match) bool { return o.Active() && sameMentees(o, m) }) {
		return t.reply(t.text("match.exists", "Mentor", to.Name, "Mentee", mentee))
	}
	next := t.successor(m, to)
	if err := t.endMatch(m); err != nil {
		return err
	}
	if err := t.addNewMatch(&next, to); err != nil {
		return err
	}
	if slices.ContainsFunc(next.Pauses, func(p program.Period) bool { return p.To.IsZero() }) {
		if err := t.askLater(next, program.DateOf(t.now, t.Zone)); err != nil {
			return err
		}
	}
	args := words.Args{"Who": t.who.Name, "To": to.Name, "Was": was.Name, "Mentee": mentee}
	if _, err := t.tellGiven(was, "give.told_ended", args); err != nil {
		return err
	}
	coordinator, err := t.person(next.Coordinator)
	if err != nil {
		return err
	}
	if _, err := t.tellGiven(coordinator, "give.told_looking", args); err != nil {
		return err
	}
	untold, err := t.tellBegun(next, to, mentee)
	if err != nil {
		return err
	}
	return t.reply(paragraphs(t.text("give.done_mentor", "Who", to.Name, "Mentee", mentee), untold))
}

// successor returns the match that follows on one that goes to another mentor:
// as it was, but for what belongs to the mentor who had it.
func (t *turn) successor(m program.Match, to program.Person) program.Match {
	next := m
	next.ID, next.Mentor, next.Since, next.Clock = 0, to.ID, t.now, program.DateOf(t.now, t.Zone)
	next.Told, next.Reminded, next.Remark, next.Planned = nil, nil, 0, time.Time{}
	next.Pauses, next.Changes, next.Contacts = nil, nil, nil
	if next.Coordinator == to.ID {
		next.Coordinator = 0 // nobody looks after a match of their own
	}
	for _, p := range m.Pauses {
		if p.Kind == program.MatchPause {
			next.Pauses = append(next.Pauses, p)
		}
	}
	today := program.DateOf(t.now, t.zoneOf(to))
	for key, change := range m.Changes {
		if !key.Before(today) || change.To.After(t.now) { // agreed with the mentee
			if next.Changes == nil {
				next.Changes = map[program.Date]program.Change{}
			}
			next.Changes[key] = change
		}
	}
	return next
}

// endMatch ends a match: nothing more is asked about it. A check-in about it that
// is under way can be finished.
func (t *turn) endMatch(m program.Match) error {
	if err := t.keepCheckIns(m); err != nil {
		return err
	}
	m.Ended = t.now
	if err := t.tx.PutMatch(&m); err != nil {
		return err
	}
	for _, kind := range []program.TimerKind{program.TimerMeeting, program.TimerPause} {
		if err := t.tx.DropTimer(program.Timer{Kind: kind, ID: uint64(m.ID)}); err != nil {
			return err
		}
	}
	return t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "ended a match", Person: m.Mentor})
}

// keepCheckIns writes into the mentor's open check-ins about a match that they are
// about it, which else follows from the matches that the mentor has.
func (t *turn) keepCheckIns(m program.Match) error {
	dialogues, err := collect(t.tx.DialoguesWith(m.Mentor))
	if err != nil {
		return err
	}
	for _, d := range dialogues {
		if d.State.Flow != flowCheckIn {
			continue
		}
		c, _, err := t.runCheckIn(&d)
		if err != nil {
			return err
		}
		if c.Match != m.ID || d.State.Value("match") != "" {
			continue
		}
		d.State = d.State.With("match", matchKey(m.ID))
		if err := t.tx.PutDialogue(&d); err != nil {
			return err
		}
	}
	return nil
}

// tellBegun tells a mentor whom they meet from now on, and when.
func (t *turn) tellBegun(m program.Match, mentor program.Person, mentee string) (untold chat.Text, err error) {
	v, zone := t.voiceOf(mentor), t.zoneOf(mentor)
	text := v.Text("match.told_mentor", words.Args{"Mentee": mentee})
	if o, ok := m.Schedule.Next(t.now, zone, t.calendarOf(m)); ok {
		text = lines(text, v.Text("pause.next", words.Args{"When": t.moment(v, o.Start, zone), "Mentee": mentee}))
	}
	button := chat.Choice{Label: v.Plain("button.checkin", nil), Token: chat.Token{Act: actStart, ID: uint64(m.ID)}.String(), Kind: chat.Primary}
	return t.tellGivenText(mentor, text, button)
}

// tellGiven tells somebody what became of a match, unless they did it themselves.
// It returns what the person is to know if that does not reach them.
func (t *turn) tellGiven(p program.Person, key string, args words.Args, buttons ...chat.Choice) (untold chat.Text, err error) {
	return t.tellGivenText(p, t.voiceOf(p).Text(key, args), buttons...)
}

func (t *turn) tellGivenText(p program.Person, text chat.Text, buttons ...chat.Choice) (untold chat.Text, err error) {
	if p.ID == 0 || p.ID == t.who.ID || !p.Left.IsZero() {
		return nil, nil
	}
	none, err := t.placeless(p)
	if err != nil {
		return nil, err
	}
	lost, err := t.lostSince(p)
	if err != nil || none || !lost.IsZero() {
		return t.text("give.untold", "Who", p.Name), err
	}
	return nil, t.tell(p, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForAlert, Message: chat.Message{Text: text, Choices: buttons},
	})
}
