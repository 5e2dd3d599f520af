package bot

import (
	"errors"
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// aheadPressed is of how many meetings a reminder has all buttons; with more, one
// each.
const aheadPressed = 8

// An ahead is a meeting of which a mentor is reminded.
type ahead struct {
	match  program.Match
	mentee string
	program.Occurrence
	fits bool
}

// lookAhead lets the reminders of a mentor be looked at as soon as this turn is
// over, because something happened that may change when they are due.
func (t *turn) lookAhead(mentor program.PersonID) error {
	return t.setTimer(program.Timer{Kind: program.TimerAhead, ID: uint64(mentor), At: t.now})
}

// aheadOf returns the meetings of a match of which the mentor is to be reminded
// now, and when the next reminder is due; zero if none is planned.
func (t *turn) aheadOf(mentor program.Person, m program.Match) (due []program.Occurrence, next time.Time) {
	calendar, ear := t.calendarOf(m), t.earOf(mentor)
	after := t.now
	for range aheadAtMost {
		o, ok := m.Schedule.Next(after, ear.Zone, calendar)
		if !ok {
			return due, time.Time{}
		}
		after = o.Start
		if m.RemindedOf(o) >= 0 {
			continue
		}
		at, ok := t.Reminders.At(o, mentor.Remind, m.PlannedAt(o), t.now, calendar, ear)
		if ok && at.After(t.now) {
			return due, at
		}
		if ok {
			due = append(due, o)
		}
	}
	return due, time.Time{}
}

// aheadAtMost is how many of the next meetings of a match are looked at: more
// than fall on one day.
const aheadAtMost = 5

// planAhead sets the timer for the next reminder of a mentor.
func (t *turn) planAhead(mentor program.Person, matches []program.Match) error {
	var first time.Time
	for _, m := range matches {
		due, at := t.aheadOf(mentor, m)
		if len(due) > 0 {
			at = t.now
		}
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	timer := program.Timer{Kind: program.TimerAhead, ID: uint64(mentor.ID), At: first}
	if first.IsZero() {
		return t.tx.DropTimer(timer)
	}
	return t.setTimer(timer)
}

// Somebody who was asked about a meeting so short a time ago is reminded of the
// next ones that much later, so that not everything comes at once: after an
// outage, for example.
const (
	askedJustNow = 15 * time.Minute
	aheadLater   = 30 * time.Minute
)

// justAsked reports whether the mentor of some matches was asked about one of them
// a moment ago.
func (t *turn) justAsked(matches []program.Match) bool {
	return slices.ContainsFunc(matches, func(m program.Match) bool {
		return slices.ContainsFunc(m.Told, func(told program.Told) bool {
			return told.To == program.Mentor && t.now.Sub(told.At) < askedJustNow
		})
	})
}

// remindAhead reminds a mentor, in one message, of the meetings of which it is
// time, and sets the timer for the next ones. Whoever cannot be reached is not
// reminded; when they can be again, all is looked at anew.
func (t *turn) remindAhead(timer program.Timer) error {
	mentor, err := t.person(program.PersonID(timer.ID))
	if err != nil || !mentor.Is(program.Mentor) {
		return err
	}
	if none, err := t.placeless(mentor); err != nil || none {
		return err
	}
	if lost, err := t.lostSince(mentor); err != nil || !lost.IsZero() {
		return err
	}
	t.be(mentor)
	matches, aliases, err := t.matchesOf(mentor.ID)
	if err != nil {
		return err
	}
	if t.justAsked(matches) {
		timer.At = t.QuietHours.Wait(t.now.Add(aheadLater), t.zoneOf(mentor), program.NoLevel)
		return t.setTimer(timer)
	}
	matches = slices.Clone(matches)
	var all []ahead
	for i := range matches {
		m := &matches[i]
		due, _ := t.aheadOf(mentor, *m)
		due = due[:min(len(due), askedAtOnce-len(all))]
		if len(due) == 0 {
			continue
		}
		m.Reminded = slices.DeleteFunc(slices.Clone(m.Reminded), func(r program.Reminded) bool { return r.Start.Before(t.now.Add(-remindedKept)) })
		for _, o := range due {
			m.Reminded = append(m.Reminded, program.Reminded{Of: o.Key, Start: o.Start, At: t.now})
			all = append(all, ahead{match: *m, mentee: aliases[m.ID], Occurrence: o})
		}
		if err := t.tx.PutMatch(m); err != nil {
			return err
		}
	}
	if err := t.planAhead(mentor, matches); err != nil || len(all) == 0 {
		return err
	}
	return t.tellUnasked(mentor, program.Outgoing{Message: t.aheadMessage(all)})
}

// remindedKept is for how long after a meeting it is known that its mentor was
// reminded of it.
const remindedKept = 24 * time.Hour

// aheadMessage says who, when and where, with what can be answered in one tap.
func (t *turn) aheadMessage(all []ahead) chat.Message {
	zone := t.zoneOf(t.who)
	slices.SortStableFunc(all, func(a, b ahead) int { return a.Start.Compare(b.Start) })
	today, first := program.DateOf(t.now, zone), program.DateOf(all[0].Start, zone)
	head := "ahead.next"
	if first == program.DateOf(all[len(all)-1].Start, zone) {
		switch first {
		case today:
			head = "ahead.today"
		case today.Add(1):
			head = "ahead.tomorrow"
		}
	}
	m := chat.Message{Text: t.text(head, "Day", t.date(t.voice, first))}
	for _, a := range all {
		m.Text = lines(m.Text, t.aheadLine(a, zone, head == "ahead.next"))
		m.Choices = append(m.Choices, t.aheadChoices(a, len(all))...)
	}
	return m
}

func (t *turn) aheadLine(a ahead, zone *time.Location, dated bool) chat.Text {
	at := a.Start.In(zone).Format("15:04")
	if dated {
		at = t.moment(t.voice, a.Start, zone)
	}
	if !a.Due() {
		return t.text("schedule.line_off", "When", at, "Who", a.mentee, "Why", t.whyOff(t.voice, a.Off))
	}
	where := ""
	if a.Mode != "" {
		where = ", " + t.plain("mode."+string(a.Mode))
	}
	if a.Place != "" {
		where += ", " + a.Place
	}
	if a.fits {
		where += " ✓"
	}
	return t.text("ahead.line", "When", at, "Mentee", a.mentee, "Where", where)
}

// aheadChoices are the answers about one of n meetings.
func (t *turn) aheadChoices(a ahead, n int) (choices []chat.Choice) {
	add := func(act, what, option string, kind chat.ChoiceKind) {
		label := t.plain("ahead." + what)
		if n > 1 {
			label = t.plain("ahead.of", "Mentee", a.mentee, "What", label)
		}
		token := chat.Token{Act: act, ID: uint64(a.match.ID), Question: a.Key.String(), Option: option}
		choices = append(choices, chat.Choice{Label: label, Token: token.String(), Kind: kind})
	}
	switch {
	case !a.Due():
	case n > aheadPressed:
		add(actMeeting, "change", "", chat.Plain)
	default:
		if !a.fits {
			add(actFits, "fits", "", chat.Primary)
		}
		add(actMeeting, "move", moveMeeting, chat.Plain)
		add(actMeeting, "cancel", cancelMeeting, chat.Plain)
	}
	return choices
}

// fitsPressed notes that a meeting works, in the message that reminded of it,
// which keeps what can be answered about the others.
func (t *turn) fitsPressed(token chat.Token) error {
	m, err := t.tx.Match(program.MatchID(token.ID))
	if err != nil {
		return err
	}
	if m.Mentor != t.who.ID || !m.Active() {
		return t.toast("answer.old_button")
	}
	o, err := t.meetingOn(m, token.Question)
	if err != nil {
		return err
	}
	at := m.RemindedOf(o)
	if at < 0 || !o.Due() {
		return t.toast("answer.old_button")
	}
	m.Reminded[at].Fits = true
	if err := t.tx.PutMatch(&m); err != nil {
		return err
	}
	all, err := t.remindedAt(m.Reminded[at].At)
	if err != nil || len(all) == 0 {
		return err
	}
	if err := t.toast("ahead.noted"); err != nil {
		return err
	}
	message := t.aheadMessage(all)
	return t.reply(message.Text, message.Choices...)
}

// remindedAt returns the meetings that the mentor was reminded of in one message
// and that are still to come, as they are planned now.
func (t *turn) remindedAt(at time.Time) (all []ahead, err error) {
	matches, err := collect(t.tx.MatchesOf(t.who.ID))
	if err != nil {
		return nil, err
	}
	for _, m := range matches {
		for _, r := range m.Reminded {
			if !m.Active() || !r.At.Equal(at) {
				continue
			}
			o, err := t.meetingOn(m, r.Of.String())
			if errors.Is(err, program.ErrNotFound) {
				continue // it has begun
			}
			if err != nil {
				return nil, err
			}
			mentee, err := t.called(m)
			if err != nil {
				return nil, err
			}
			all = append(all, ahead{m, mentee, o, r.Fits && r.Start.Equal(o.Start)})
		}
	}
	return all, nil
}

// remindTimes are the answers to when somebody wants to be reminded.
func remindTimes() map[string]program.RemindTime {
	return map[string]program.RemindTime{
		"eve": program.RemindDayBefore, "morning": program.RemindMorning, "never": program.RemindNever, "program": program.RemindAsProgram,
	}
}

// askRemind asks when the person wants to be reminded of meetings.
func (t *turn) askRemind(d *flow.Dialogue) (program.RemindTime, bool) {
	var options []flow.Option
	for _, key := range []string{"eve", "morning", "never", "program"} {
		options = append(options, flow.Option{Key: key, Label: flow.Say("settings.remind_" + key)})
	}
	key, done := d.Choose("remind", flow.Say("settings.remind"), options)
	return remindTimes()[key], done
}

// setRemind keeps when the person wants to be reminded.
func (t *turn) setRemind(when program.RemindTime) error {
	t.who.Remind = when
	if err := t.tx.PutPerson(&t.who); err != nil {
		return err
	}
	if err := t.lookAhead(t.who.ID); err != nil {
		return err
	}
	if when == program.RemindAsProgram {
		when = t.Reminders.When
	}
	key := map[program.RemindTime]string{
		program.RemindDayBefore: "settings.remind_done_eve", program.RemindMorning: "settings.remind_done_morning", program.RemindNever: "settings.remind_done_never",
	}[when]
	return t.reply(t.text(key))
}
