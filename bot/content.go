package bot

import (
	"errors"
	"slices"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// openCase sends what a case is about to the supervisor's private chat. That it
// was seen is recorded when it has arrived there.
func (t *turn) openCase(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	if c.Concerns(t.who.ID) {
		return program.ErrNotFound
	}
	lost, err := t.tx.Reach(t.event.From.Account.Private())
	switch {
	case err != nil:
		return err
	case t.event.Handle != "": // seen at once, and by nobody else
	case !lost.IsZero() || t.who.Joined.IsZero():
		// Try all the same: perhaps the chat was opened without our noticing.
		err = t.warn("case.cannot_write")
	case !t.event.Private:
		err = t.toast("case.sent_privately")
	}
	if err != nil {
		return err
	}
	return t.sendContent(c)
}

// sendContent sends what a case is about to the person's private chat.
func (t *turn) sendContent(c program.Case) error {
	text, choices, err := t.opened(c)
	if err != nil {
		return err
	}
	return t.queue(program.Outgoing{
		Priority: program.Escalation, Purpose: program.ForContent, To: t.event.From.Account.Private(), Person: t.who.ID, Case: c.No,
		Message: chat.Message{Text: text, Choices: choices, Guarded: true, Handle: t.event.Handle},
	})
}

// opened returns what a case is about, and what can be done about it.
func (t *turn) opened(c program.Case) (chat.Text, []chat.Choice, error) {
	if c.Concerns(t.who.ID) {
		return nil, nil, program.ErrNotFound
	}
	text, err := t.content(c)
	if err != nil {
		return nil, nil, err
	}
	choices, err := t.caseChoices(c)
	return text, choices, err
}

// refreshPressed brings the message up to date on which a case was acknowledged,
// unless it is one of its cards, which are brought up to date by their own
// means. It is the content that somebody read, or a card that was sent just
// before the process ended, so that nothing is known of it.
func (t *turn) refreshPressed(c program.Case) error {
	on := t.on()
	if on == "" || slices.Contains(c.Cards, program.CardAt{Place: t.event.In, Ref: on}) {
		return nil
	}
	o := program.Outgoing{
		Priority: program.Escalation, To: t.event.In, Group: !t.event.Private, Person: t.who.ID,
		Message: chat.Message{Replaces: on, Handle: t.event.Handle},
	}
	read, err := t.hasRead(c.No)
	switch {
	case err != nil:
		return err
	case read && t.event.Private:
		o.Message.Guarded = true
		o.Message.Text, o.Message.Choices, err = t.opened(c)
	default:
		o.Message.Text, o.Message.Choices, err = t.cardsFor(t.event.In, []program.CaseNo{c.No})
	}
	if err != nil {
		return err
	}
	return t.queue(o)
}

// hasRead reports whether the content of a case has reached the person.
func (t *turn) hasRead(no program.CaseNo) (bool, error) {
	for h, err := range t.tx.Hops(no) {
		if err != nil || (h.Kind == program.HopSeen && h.By == t.who.ID) {
			return err == nil, err
		}
	}
	return false, nil
}

// content says everything that is known of a case.
func (t *turn) content(c program.Case) (chat.Text, error) {
	if c.Drill {
		return t.text("drill.content", "No", c.No.String()), nil
	}
	reporter, err := t.person(c.By)
	if err != nil {
		return nil, err
	}
	told := []any{"Mentor", reporter.Name, "Time", t.clock(t.who, c.Raised)}
	about := t.text("case.about_nobody", told...)
	if len(c.Subjects()) > 0 {
		mentee, err := t.whom(c)
		if err != nil {
			return nil, err
		}
		about = t.text("case.about", append(told, "Mentee", mentee)...)
	}
	title := t.text("case.content_title", "No", c.No.String(), "Level", t.plain("level."+c.Level.String()))
	if c.Trend != "" {
		trend, err := t.trendContent(c)
		if err != nil {
			return nil, err
		}
		if c.By == 0 {
			about = nil
		}
		about = lines(about, trend)
	}
	checkIn, err := t.checkInContent(c, reporter)
	if err != nil {
		return nil, err
	}
	later, err := t.laterContent(c)
	if err != nil {
		return nil, err
	}
	notes, err := t.notesOf(c)
	if err != nil {
		return nil, err
	}
	if len(checkIn)+len(later)+len(notes) == 0 {
		notes = t.text("case.nothing_yet", "Mentor", reporter.Name)
	}
	noticed, err := t.hintsContent(c)
	if err != nil {
		return nil, err
	}
	work, err := t.workContent(c)
	if err != nil {
		return nil, err
	}
	if c.Knows != "" {
		about = lines(about, t.text("case.knows_"+string(c.Knows)))
	}
	return paragraphs(lines(title, about), checkIn, later, notes, noticed, work, t.text("case.view_recorded")), nil
}

// trendContent says what the bot noticed by itself.
func (t *turn) trendContent(c program.Case) (chat.Text, error) {
	m, err := t.tx.Match(c.Match)
	if err != nil {
		return nil, err
	}
	mentor, err := t.person(m.Mentor)
	if err != nil {
		return nil, err
	}
	mentee, err := t.trending(c)
	if err != nil {
		return nil, err
	}
	key := "trend." + string(c.Trend)
	if m.Group() && c.Trend == program.TrendMissed {
		key += "_group"
	}
	return t.text(key, "Mentee", mentee, "Mentor", mentor.Name), nil
}

// trending returns whom of those whom a case is about its trend is about.
func (t *turn) trending(c program.Case) (string, error) {
	for _, id := range append([]program.CheckInID{c.CheckIn}, c.More...) {
		if id == 0 { // it began with a call for help
			continue
		}
		in, err := t.tx.CheckIn(id)
		if err != nil {
			return "", err
		}
		only := program.Case{Match: c.Match}
		only.SetSubjects(in.Trends.About(c.Trend))
		if len(only.Subjects()) > 0 {
			return t.whom(only)
		}
	}
	return t.whom(c)
}

// laterContent says what later check-ins added to a case.
func (t *turn) laterContent(c program.Case) (all chat.Text, err error) {
	for _, id := range c.More {
		in, err := t.tx.CheckIn(id)
		if err != nil {
			return nil, err
		}
		more, err := t.summary(t.voice, in)
		if err != nil {
			return nil, err
		}
		all = paragraphs(all, lines(t.text("case.later", "Time", t.clock(t.who, in.At)), more))
	}
	return all, nil
}

func (t *turn) checkInContent(c program.Case, reporter program.Person) (chat.Text, error) {
	if c.CheckIn == 0 && (c.By == 0 || c.Hint != 0) {
		return nil, nil
	}
	if c.CheckIn == 0 {
		return t.text("case.from_sos", "Mentor", reporter.Name), nil
	}
	in, err := t.tx.CheckIn(c.CheckIn)
	if err != nil {
		return nil, err
	}
	text, err := t.summary(t.voice, in)
	if err != nil {
		return nil, err
	}
	switch {
	case !in.Undone.IsZero():
		text = paragraphs(text, t.text("case.taken_back", "Mentor", reporter.Name))
	case in.Partial:
		text = paragraphs(text, t.text("case.partial"))
	case in.Corrected:
		text = paragraphs(text, t.text("case.changed", "Time", t.clock(t.who, in.Changed)))
	}
	return text, nil
}

// notesOf returns what was added to a case outside its check-in.
func (t *turn) notesOf(c program.Case) (text chat.Text, err error) {
	for h, err := range t.tx.Hops(c.No) {
		if err != nil {
			return nil, err
		}
		if h.Note == 0 || h.Kind != program.HopAdded {
			continue
		}
		n, err := t.tx.Note(h.Note)
		if errors.Is(err, program.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		text = paragraphs(text, lines(
			t.text("case.note_added", "Time", t.clock(t.who, h.At)),
			chat.Text{{Text: n.Text, Style: chat.Quote}},
		))
	}
	return text, nil
}
