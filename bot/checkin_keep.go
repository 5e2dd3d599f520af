package bot

import (
	"errors"
	"slices"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// keepCheckIn records c as the dialogue's check-in, or as a new version of it,
// and sees to its concern.
func (t *turn) keepCheckIn(d *program.Dialogue, c *program.CheckIn) error {
	m, err := t.tx.Match(c.Match)
	if err != nil {
		return err
	}
	var old program.CheckIn
	if d.CheckIn != 0 {
		if old, err = t.tx.CheckIn(d.CheckIn); err != nil {
			return err
		}
		c.ID, c.Case, c.At, c.Undone = old.ID, old.Case, old.At, old.Undone
		c.Trend, c.Trends = old.Trend, old.Trends
	} else {
		c.At = t.now
	}
	c.Version, c.By, c.Changed = old.Version+1, d.With, t.now
	if old.ID != 0 && c.Of.IsZero() && c.On.IsZero() {
		c.Of, c.On = old.Of, old.On
	}
	if err := t.aboutMeeting(m, c); err != nil {
		return err
	}
	if err := t.tx.PutCheckIn(c); err != nil { // for its ID
		return err
	}
	d.CheckIn = c.ID
	if err := t.lookAtMatch(m); err != nil {
		return err
	}
	level := c.Level()
	switch {
	case c.Case != 0:
		d.Case = c.Case
		if err := t.regard(m, old, *c); err != nil {
			return err
		}
		if err := t.fileWith(d, *c); err != nil {
			return err
		}
		return t.changed(old, *c)
	case level == program.NoLevel:
		return t.fileWith(d, *c)
	}
	k := program.Case{Level: level, Kinds: c.Kinds, By: d.With, Match: m.ID, CheckIn: c.ID, Knows: c.Knows}
	k.SetSubjects(c.Worrying(m))
	if c.About != 0 {
		k.About = []program.PersonID{c.About}
	}
	no, err := t.raise(k)
	if err != nil {
		return err
	}
	c.Case, d.Case = no, no
	if err := t.tx.PutCheckIn(c); err != nil {
		return err
	}
	return t.fileWith(d, *c)
}

// changed tells those who have a case that its check-in is another one now. A
// level that rose is paged; one that fell changes nothing. Whom it is about now
// is kept out from now on, and nobody is let in again.
func (t *turn) changed(old, now program.CheckIn) error {
	if err := t.keepOut(now.Case, now.About); err != nil {
		return err
	}
	if now.Level() > old.Level() {
		if err := t.raiseTo(now.Case, now.Level()); err != nil {
			return err
		}
	}
	same := sameAnswers(old, now)
	switch {
	case same && old.Note == now.Note:
		return nil
	case same || old.Partial:
		return t.inform(now.Case, program.Hop{Kind: program.HopAdded, By: now.By}, "case.reporter_added")
	}
	return t.inform(now.Case, program.Hop{Kind: program.HopCorrected, By: now.By}, "case.reporter_changed")
}

// keepOut makes a case be about somebody of the staff as well. If they have it,
// it is paged again.
func (t *turn) keepOut(no program.CaseNo, id program.PersonID) error {
	if id == 0 {
		return nil
	}
	c, err := t.tx.Case(no)
	if err != nil || c.Concerns(id) {
		return err
	}
	c.About = append(c.About, id)
	if c.AckedBy == id {
		return t.climb(&c)
	}
	return t.tx.PutCase(&c)
}

// sameAnswers reports whether two check-ins differ in nothing but the note.
func sameAnswers(a, b program.CheckIn) bool {
	return a.Met == b.Met && a.Mood == b.Mood && a.Worry == b.Worry && a.Pressing == b.Pressing &&
		a.Whom == b.Whom && slices.Equal(a.Kinds, b.Kinds)
}

// keepWhole keeps a complete check-in and, the first time, looks what it means
// beside others.
func (t *turn) keepWhole(d *program.Dialogue, c *program.CheckIn) error {
	var old program.CheckIn
	if d.CheckIn != 0 {
		var err error
		if old, err = t.tx.CheckIn(d.CheckIn); err != nil {
			return err
		}
	}
	if err := t.keepAndHeed(d, c); err != nil || old.ID != 0 && !old.Partial {
		return err
	}
	if err := t.noticeTrend(c); err != nil || c.Trend == "" && len(c.Trends) == 0 {
		return err
	}
	return t.tx.PutCheckIn(c)
}

// finishCheckIn keeps a complete check-in and shows what was kept.
func (t *turn) finishCheckIn(d *program.Dialogue) error {
	c, _, err := t.runCheckIn(d)
	if err != nil {
		return err
	}
	c.Corrected = d.State.Value("fixing") != ""
	if err := t.keepWhole(d, &c); err != nil {
		return err
	}
	moved, err := t.moveNext(d, c.Match)
	if err != nil {
		return err
	}
	head := "checkin.thanks"
	if c.Corrected {
		head = "checkin.thanks_changed"
	}
	summary, err := t.summary(t.voice, c)
	if err != nil {
		return err
	}
	text := paragraphs(t.text(head), summary, moved)
	if c.Case != 0 && (c.Corrected || d.State.Value("more") == "") {
		return t.sayRaised(text, c)
	}
	before, err := t.loggedBefore(c)
	if err != nil || before == 0 || c.Corrected || d.State.Value("more") != "" {
		return errors.Join(err, t.reply(text, t.afterCheckIn(c)...))
	}
	return t.askTwice(text, c.ID, before)
}

// sayRaised shows a check-in that was kept, with what became of its concern.
func (t *turn) sayRaised(text chat.Text, c program.CheckIn) error {
	k, err := t.tx.Case(c.Case)
	if err != nil {
		return err
	}
	key := "checkin.case_raised"
	switch {
	case c.Corrected:
		key = "checkin.case_changed"
	case !k.Reached:
		key = "checkin.case_nobody"
	}
	text = paragraphs(text, t.text(key, "No", c.Case.String(), "Emergency", t.Emergency))
	switch {
	case c.Corrected:
	case c.Knows != "":
		text = paragraphs(text, t.guide(c.Knows))
	case k.By == t.who.ID && k.Knows == "":
		if err := t.reply(text, t.afterCheckIn(c)...); err != nil {
			return err
		}
		return t.askKnows(k)
	}
	return t.reply(text, t.afterCheckIn(c)...)
}

// afterCheckIn are the buttons under a check-in that was kept. In a danger nobody
// is asked for details.
func (t *turn) afterCheckIn(c program.CheckIn) []chat.Choice {
	choices := []chat.Choice{
		t.button(actCorrect, uint64(c.ID), "button.correct", chat.Plain),
		t.button(actUndo, uint64(c.ID), "button.undo", chat.Plain),
	}
	if c.Met == program.MetYes && c.Pressing != program.Now && c.Length == 0 && len(c.Did) == 0 {
		choices = append(choices, t.button(actDetails, uint64(c.ID), "button.details", chat.Plain))
	}
	return choices
}
