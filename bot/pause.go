package bot

import (
	"errors"
	"slices"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/when"
	"steadfast/bot/words"
)

const flowPause = "pause"

// openAsked is after how many days somebody is asked whether a pause without an
// end goes on.
const openAsked = 28

// pauseHour is the hour of the day at which that is asked, in the program's zone.
const pauseHour = 10

// noEnd is the answer that nobody knows when a pause ends.
const noEnd = "open"

func pauseConversation() conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			matches, err := t.pausable(d)
			if err != nil {
				return nil, err
			}
			ask := flow.Say("pause.from")
			if m := matches[0]; m.Mentor != t.who.ID {
				pair, err := t.pair(m)
				if err != nil {
					return nil, err
				}
				ask = flow.Say("pause.from_of", "Who", pair)
			}
			_, q := flow.Run(d.State, t.pauseFlow(ask))
			return q, nil
		},
		finish: (*turn).finishPause,
	}
}

// startPause pauses a mentor's own meetings, or those of a match that a
// coordinator chooses.
func (t *turn) startPause(string) error {
	called := t.option("match")
	own, _, err := t.matchesOf(t.who.ID)
	if err != nil {
		return err
	}
	charges, err := t.charges(called)
	switch {
	case err != nil:
		return err
	case len(own) > 0 && (called == "" || !t.who.Is(program.Coordinator|program.Owner)):
		return t.pausePressed(chat.Token{Act: actPause, ID: uint64(own[0].ID)})
	case len(charges) == 1:
		m, err := t.charged(charges[0].Key)
		if err != nil {
			return err
		}
		return t.pausePressed(chat.Token{Act: actPause, ID: uint64(m.ID)})
	case len(charges) == 0:
		return t.reply(t.text("schedule.no_match"))
	}
	return t.chooseMatch("pause.which", actPause, charges)
}

// pausePressed asks from when to when a match is to pause. If it does already,
// that is said first.
func (t *turn) pausePressed(token chat.Token) error {
	m, err := t.charge(token.ID)
	if err != nil {
		return err
	}
	if p, ok := t.pauseOf(m); ok && token.Option == "" {
		another := chat.Choice{Label: t.plain("pause.another"), Token: chat.Token{Act: actPause, ID: token.ID, Question: "from", Option: "new"}.String()}
		return t.reply(t.voice.Text("pause.is"+openKey(p), t.pauseArgs(t.voice, m, p)),
			t.button(actUnpause, uint64(m.ID), "pause.end", chat.Plain), another)
	}
	return t.begin(flowPause, flow.Answer{Key: "match", Values: []string{matchKey(m.ID)}})
}

// openKey ends the wording's key of a pause without an end.
func openKey(p program.Period) string {
	if p.To.IsZero() {
		return "_open"
	}
	return ""
}

// pauseKind is the kind of pause that the person makes: mentors pause themselves.
func (t *turn) pauseKind(m program.Match) program.PeriodKind {
	if m.Mentor == t.who.ID {
		return program.MentorPause
	}
	return program.MatchPause
}

// pauseOf returns the pause of a match that the person may end, if there is one
// now or later.
func (t *turn) pauseOf(m program.Match) (program.Period, bool) {
	today := program.DateOf(t.now, t.zoneOf(t.who))
	for _, p := range m.Pauses {
		if (p.To.IsZero() || !p.To.Before(today)) && t.mayEnd(m, p) {
			return p, true
		}
	}
	return program.Period{}, false
}

// mayEnd reports whether the person may end a pause: a mentor their own, and
// whoever looks after the match every one.
func (t *turn) mayEnd(m program.Match, p program.Period) bool {
	return t.inCharge(m) || m.Mentor == t.who.ID && p.Kind == program.MentorPause
}

// pausable returns the matches that a pause is about: all of a mentor's own, or
// the one that somebody looks after.
func (t *turn) pausable(d *program.Dialogue) ([]program.Match, error) {
	m, err := t.charged(d.State.Value("match"))
	if err != nil || m.Mentor != t.who.ID {
		return []program.Match{m}, err
	}
	own, _, err := t.matchesOf(t.who.ID)
	return slices.Clone(own), err
}

// pauseFlow asks from when and until when.
func (t *turn) pauseFlow(ask flow.Phrase) flow.Func[program.Period] {
	zone := t.zoneOf(t.who)
	today := program.DateOf(t.now, zone)
	day := func(d program.Date, key string) flow.Option {
		return flow.Option{Key: d.String(), Label: flow.Say(key)}
	}
	until := func(from program.Date) func(string) (string, error) {
		return func(text string) (string, error) {
			found, err := t.dayTyped(text, zone, when.Future)
			if err != nil {
				return "", err
			}
			return t.within(program.DateOf(found.At, zone), from, "pause.ends_before")
		}
	}
	return func(d *flow.Dialogue) (p program.Period, done bool) {
		from, done := d.Date("from", ask, []flow.Option{
			day(today, "pause.today"), day(today.Add(1), "pause.tomorrow"), day(today.Add(7-int(today.Weekday()+6)%7), "pause.monday"),
		}, func(text string) (string, error) {
			found, err := t.dayTyped(text, zone, when.Future)
			if err != nil {
				return "", err
			}
			return t.within(program.DateOf(found.At, zone), today, "pause.past")
		})
		if !done {
			return p, false
		}
		p.From, _ = program.ParseDate(from)
		to, done := d.Date("to", flow.Say("pause.to", "From", t.date(t.voice, p.From)), []flow.Option{
			day(p.From.Add(6), "pause.week"), day(p.From.Add(13), "pause.two_weeks"), {Key: noEnd, Label: flow.Say("pause.open")},
		}, until(p.From))
		p.To, _ = program.ParseDate(to) // none if it is open
		return p, done
	}
}

// within returns a day that is neither before another nor more than a year away.
func (t *turn) within(day, first program.Date, before string) (string, error) {
	switch {
	case day.Before(first):
		return "", wrong(before, "Day", t.date(t.voice, day), "From", t.date(t.voice, first))
	case day.After(program.DateOf(t.now, t.Zone).AddMonths(12)):
		return "", wrong("day.far")
	}
	return day.String(), nil
}

// finishPause pauses the matches, and says what that means.
func (t *turn) finishPause(d *program.Dialogue) error {
	matches, err := t.pausable(d)
	if errors.Is(err, program.ErrNotFound) || err == nil && len(matches) == 0 {
		return t.reply(t.text("schedule.gone"))
	}
	if err != nil {
		return err
	}
	p, _ := flow.Run(d.State, t.pauseFlow(flow.Phrase{}))
	told := map[program.PersonID]bool{}
	for i := range matches {
		m := &matches[i]
		p.Kind = t.pauseKind(*m)
		// It takes the place of another one that is under way or to come.
		t.endPauses(m, program.DateOf(t.now, t.zoneOf(t.who)), func(old program.Period) bool { return old.Kind == p.Kind })
		m.Pauses = append(m.Pauses, p)
		if err := t.rescheduled(m, "paused a match"); err != nil {
			return err
		}
		if err := t.tx.DropTimer(program.Timer{Kind: program.TimerPause, ID: uint64(m.ID)}); err != nil {
			return err
		}
		if told[m.Coordinator] {
			continue // of all of the mentor's matches at once
		}
		told[m.Coordinator] = true
		if err := t.tellOtherSide(*m, func(v words.Voice) chat.Text {
			return v.Text("pause.told"+t.whoseKey(*m)+openKey(p), t.pauseArgs(v, *m, p))
		}); err != nil {
			return err
		}
	}
	m := matches[0]
	if p.To.IsZero() {
		if err := t.askLater(m, p.From); err != nil {
			return err
		}
	}
	another := chat.Choice{Label: t.plain("schedule.change"), Token: chat.Token{Act: actPause, ID: uint64(m.ID), Question: "from", Option: "new"}.String()}
	return t.reply(paragraphs(t.voice.Text("pause.done"+openKey(p), t.pauseArgs(t.voice, m, p)), t.text("pause.means")),
		t.button(actUnpause, uint64(m.ID), "pause.end", chat.Plain), another)
}

// whoseKey tells apart in wording's keys what a mentor did for themselves.
func (t *turn) whoseKey(m program.Match) string {
	if m.Mentor == t.who.ID {
		return "_self"
	}
	return ""
}

func (t *turn) pauseArgs(v words.Voice, m program.Match, p program.Period) words.Args {
	mentee, _ := t.called(m) // without it the rest is still true
	return words.Args{"Who": t.who.Name, "Mentee": mentee, "From": t.date(v, p.From), "To": t.date(v, p.To)}
}

// endPauses lets the pauses of a match of some kind end before a day, and drops
// those that are then empty or long past.
func (t *turn) endPauses(m *program.Match, before program.Date, which func(program.Period) bool) {
	today := program.DateOf(t.now, t.Zone)
	var kept []program.Period
	for _, p := range m.Pauses {
		if which(p) && (p.To.IsZero() || !p.To.Before(before)) {
			p.To = before.Add(-1)
		}
		if !p.To.Before(p.From) || p.To.IsZero() {
			kept = append(kept, p)
		}
	}
	m.Pauses = slices.DeleteFunc(kept, func(p program.Period) bool {
		return !p.To.IsZero() && p.To.Before(today.Add(-changesKept))
	})
}

// unpausePressed ends a pause: meetings are due again from today on.
func (t *turn) unpausePressed(token chat.Token) error {
	m, err := t.charge(token.ID)
	if err != nil {
		return err
	}
	if _, ok := t.pauseOf(m); !ok {
		return t.toast("pause.none")
	}
	matches := []program.Match{m}
	if m.Mentor == t.who.ID {
		own, _, err := t.matchesOf(t.who.ID)
		if err != nil {
			return err
		}
		matches = slices.Clone(own)
	}
	told := map[program.PersonID]bool{}
	for i := range matches {
		m := &matches[i]
		t.endPauses(m, program.DateOf(t.now, t.zoneOf(t.who)), func(p program.Period) bool { return t.mayEnd(*m, p) })
		if err := t.rescheduled(m, "ended a pause"); err != nil {
			return err
		}
		if err := t.tx.DropTimer(program.Timer{Kind: program.TimerPause, ID: uint64(m.ID)}); err != nil {
			return err
		}
		if told[m.Coordinator] {
			continue
		}
		told[m.Coordinator] = true
		if err := t.tellOtherSide(*m, func(v words.Voice) chat.Text {
			return v.Text("pause.told_ended"+t.whoseKey(*m), t.pauseArgs(v, *m, program.Period{}))
		}); err != nil {
			return err
		}
	}
	m = matches[0]
	_, zone, err := t.placeInTime(m)
	if err != nil {
		return err
	}
	text := t.text("pause.ended")
	if o, ok := m.Schedule.Next(t.now, zone, t.calendarOf(m)); ok {
		mentee, err := t.called(m)
		if err != nil {
			return err
		}
		text = lines(text, t.text("pause.next", "When", t.moment(t.voice, o.Start, zone), "Mentee", mentee))
	}
	return t.reply(text)
}

// askLater lets the person be asked, some weeks after a day, whether a pause
// without an end goes on.
func (t *turn) askLater(m program.Match, from program.Date) error {
	at := from.Add(openAsked).At(pauseHour, 0, t.Zone)
	return t.setTimer(program.Timer{Kind: program.TimerPause, ID: uint64(m.ID), At: at})
}

// pauseLasts asks whether a pause without an end goes on: the mentor about their
// own, the coordinator, or without one the owners, about that of a match.
func (t *turn) pauseLasts(timer program.Timer) error {
	m, err := t.tx.Match(program.MatchID(timer.ID))
	if errors.Is(err, program.ErrNotFound) || err == nil && !m.Active() {
		return nil
	}
	if err != nil {
		return err
	}
	at := slices.IndexFunc(m.Pauses, func(p program.Period) bool { return p.To.IsZero() })
	if at < 0 {
		return nil
	}
	p := m.Pauses[at]
	mentor, err := t.person(m.Mentor)
	if err != nil {
		return err
	}
	people := []program.Person{mentor}
	if p.Kind == program.MatchPause {
		if people, err = t.withRole(program.Owner); err != nil {
			return err
		}
		if coordinator, err := t.person(m.Coordinator); err == nil && coordinator.Is(program.Coordinator) {
			people = []program.Person{coordinator}
		}
	}
	if len(people) > 0 {
		if at := t.awake(people[0], t.now); at.After(t.now) {
			timer.At = at
			return t.setTimer(timer)
		}
	}
	for _, q := range people {
		if rest := t.restOf(q); !rest.IsZero() {
			timer.At = t.QuietHours.Wait(rest, t.zoneOf(q), program.NoLevel)
			return t.setTimer(timer)
		}
	}
	for _, q := range people {
		t.be(q)
		args := t.pauseArgs(t.voice, m, p)
		args["Who"] = mentor.Name
		message := chat.Message{
			Text: t.voice.Text("pause.lasts"+t.whoseKey(m), args),
			Choices: []chat.Choice{
				t.button(actPaused, timer.ID, "pause.goes_on", chat.Plain),
				t.button(actUnpause, timer.ID, "pause.end", chat.Plain),
			},
		}
		if err := t.tellUnasked(q, program.Outgoing{Message: message}); err != nil {
			return err
		}
	}
	return t.askLater(m, program.DateOf(t.now, t.Zone))
}

// pausedPressed leaves a pause as it is; it is asked about again.
func (t *turn) pausedPressed(token chat.Token) error {
	m, err := t.charge(token.ID)
	if err != nil {
		return err
	}
	if _, ok := t.pauseOf(m); !ok {
		return t.toast("pause.none")
	}
	return t.reply(t.text("pause.stays"))
}
