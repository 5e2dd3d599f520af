package bot

import (
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// An asking is a question to a mentor: how was that meeting?
type asking struct {
	match  program.MatchID
	mentee string
	mode   program.Mode
	of     program.Occurrence
	again  bool // it was asked before
}

func (t *turn) askingOf(h hearing, m program.Match, d program.Due, of program.Occurrence) asking {
	return asking{match: m.ID, mentee: h.aliases[m.ID], mode: m.Schedule.Mode, of: of, again: d.Notice == program.NoticeNudge}
}

// askLater is how long a mentor who has no time now is left alone.
const askLater = 3 * time.Hour

// askMentor asks a mentor about meetings, each of which is answered with one tap.
// Several go into one message. With later, they may ask to be asked again.
func (t *turn) askMentor(mentor program.Person, asked []asking, later bool) error {
	v, zone := t.voiceOf(mentor), t.zoneOf(mentor)
	m := t.askOne(v, zone, asked[0])
	if len(asked) > 1 {
		m = t.askSeveral(v, zone, asked)
	}
	if later && !asked[0].again {
		m.Choices = append(m.Choices, chat.Choice{
			Label: v.Plain("button.later", nil), Token: chat.Token{Act: actLater, ID: uint64(asked[0].match)}.String(), Kind: chat.Aside,
		})
	}
	return t.tellUnasked(mentor, program.Outgoing{Told: t.now, Message: m})
}

func (t *turn) askOne(v words.Voice, zone *time.Location, a asking) chat.Message {
	day := program.DateOf(a.of.Start, zone)
	key := "remind.meeting_on"
	switch {
	case a.again:
		key = "remind.nudge"
	case day == program.DateOf(t.now, zone):
		key = "remind.meeting"
	}
	m := chat.Message{Text: v.Text(key, words.Args{"Mentee": a.mentee, "Day": t.date(v, day)})}
	for _, met := range program.MetsBy(a.mode) {
		m.Choices = append(m.Choices, chat.Choice{
			Label: v.Plain("met."+string(met), nil),
			Token: chat.Token{Act: actWas, ID: uint64(a.match), Question: a.of.Key.String(), Option: string(met)}.String(),
		})
	}
	return m
}

func (t *turn) askSeveral(v words.Voice, zone *time.Location, asked []asking) chat.Message {
	m := chat.Message{Text: v.Text("remind.several", nil)}
	for _, a := range asked {
		m.Choices = append(m.Choices, chat.Choice{
			Label: v.Plain("button.meeting_of", words.Args{"Mentee": a.mentee, "Day": t.date(v, program.DateOf(a.of.Start, zone))}),
			Token: chat.Token{Act: actWas, ID: uint64(a.match), Question: a.of.Key.String()}.String(),
		})
	}
	return m
}

// wasPressed begins a check-in about the meeting that a mentor was asked about,
// with the answer that they tapped. In a message about several meetings, the
// message stays, since it has the buttons of the others.
func (t *turn) wasPressed(token chat.Token) error {
	m, err := t.tx.Match(program.MatchID(token.ID))
	if err != nil {
		return err
	}
	of, err := program.ParseDate(token.Question)
	if err != nil || m.Mentor != t.who.ID || !m.Active() {
		return t.toast("answer.old_button")
	}
	for c, err := range t.tx.CheckInsOf(m.ID) {
		if err != nil {
			return err
		}
		if c.Of == of && c.Undone.IsZero() && !c.Partial {
			return t.toast("remind.told_already")
		}
	}
	on := of
	if change := m.Changes[of]; change.Moved() {
		on = program.DateOf(change.To, t.zoneOf(t.who))
	}
	answers := []flow.Answer{
		{Key: "match", Values: []string{matchKey(m.ID)}}, {Key: "of", Values: []string{of.String()}}, {Key: "on", Values: []string{on.String()}},
	}
	if slices.Contains(program.Mets(), program.Met(token.Option)) {
		return t.newCheckIn(append(answers, flow.Answer{Key: "met", Values: []string{token.Option}})...)
	}
	return t.startNew(program.Dialogue{State: flow.State{Flow: flowCheckIn, Answers: answers}})
}

// laterPressed lets a mentor be asked again in some hours.
func (t *turn) laterPressed(token chat.Token) error {
	m, err := t.tx.Match(program.MatchID(token.ID))
	if err != nil {
		return err
	}
	if m.Mentor != t.who.ID {
		return t.toast("answer.old_button")
	}
	at := t.awake(t.who, t.now.Add(askLater))
	if err := t.setTimer(program.Timer{Kind: program.TimerLater, ID: uint64(t.who.ID), At: at}); err != nil {
		return err
	}
	return t.reply(t.text("remind.later", "Time", t.clock(t.who, at)))
}

// askAgainLater asks a mentor who wanted to be asked later, once, about the
// meetings of which there is still no word. After an outage that swallowed the
// hour, the ladder goes on by itself.
func (t *turn) askAgainLater(timer program.Timer) error {
	mentor, err := t.person(program.PersonID(timer.ID))
	if err != nil || t.now.Sub(timer.At) > askLater {
		return err
	}
	t.be(mentor)
	h, err := t.hear(mentor)
	if err != nil {
		return err
	}
	var asked []asking
	for _, m := range h.matches[:min(len(h.matches), askedAtOnce)] {
		if s := t.silenceOf(h, m); s.Awaited {
			asked = append(asked, asking{match: m.ID, mentee: h.aliases[m.ID], mode: m.Schedule.Mode, of: s.Of})
		}
	}
	if len(asked) == 0 {
		return nil
	}
	return t.askMentor(mentor, asked, false)
}

// aboutMeeting says which planned meeting a check-in is about that was begun
// without saying: the newest one that has begun, if there is no word of it yet.
func (t *turn) aboutMeeting(m program.Match, c *program.CheckIn) error {
	if !c.Of.IsZero() || !c.On.IsZero() || m.Schedule.IsZero() {
		return nil
	}
	_, zone, err := t.placeInTime(m)
	if err != nil {
		return err
	}
	var newest program.Occurrence
	for _, o := range t.meetingsOf(m, zone, t.now.AddDate(0, 0, -aboutDays), t.now) {
		if o.Due() && o.Start.After(m.Since) {
			newest = o
		}
	}
	if newest.Key.IsZero() || !program.DateOf(t.now, zone).Before(nextDay(m, zone, t.calendarOf(m), t.now)) {
		return nil
	}
	for other, err := range t.tx.CheckInsOf(m.ID) {
		if err != nil {
			return err
		}
		if other.At.Before(newest.Start) {
			break
		}
		if other.Undone.IsZero() && other.ID != c.ID {
			return nil
		}
	}
	c.Of = newest.Key
	return nil
}

// aboutDays is how many days after a meeting a check-in without a date may be
// about it.
const aboutDays = 31

// nextDay returns the date of the next meeting; one far away if there is none.
func nextDay(m program.Match, zone *time.Location, c program.Calendar, now time.Time) program.Date {
	if o, ok := m.Schedule.Next(now, zone, c); ok {
		return program.DateOf(o.Start, zone)
	}
	return program.DateOf(now, zone).AddMonths(12)
}
