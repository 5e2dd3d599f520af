package bot

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

const flowCheckIn = "checkin"

// How long a ticked worry waits for the rest of its check-in before it is
// raised as it stands. A person who was interrupted is back within minutes or
// not at all; an hour may be too late.
const (
	raiseUrgentAfter = 5 * time.Minute
	raiseOtherAfter  = 15 * time.Minute
)

// staffOffered is how many people of the staff are offered when a worry is
// about one of them: as many as a platform has buttons for.
const staffOffered = 20

func checkInConversation() conversation {
	return conversation{
		patience: flow.Patience{Nudge: 30 * time.Minute, Away: 12 * time.Hour},
		keeps:    true,
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			_, q, err := t.runCheckIn(d)
			return q, err
		},
		act: func(t *turn, d *program.Dialogue) error {
			askAgain(d)
			unsetDay(d)
			return t.raiseDanger(d)
		},
		finish:   (*turn).finishCheckIn,
		deadline: checkInDeadline,
		lapse:    (*turn).lapseCheckIn,
		away:     (*turn).leaveCheckIn,
	}
}

// saidSomething reports whether a check-in holds answers that would be missed.
func saidSomething(d program.Dialogue) bool {
	return d.State.Value("met") != "" || d.State.Value("words") != ""
}

// runCheckIn runs the check-in's flow over the answers of d.
func (t *turn) runCheckIn(d *program.Dialogue) (program.CheckIn, *flow.Question, error) {
	v := checkInView{choices: t.choices, emergency: t.Emergency, raised: d.Case, fixing: d.CheckIn != 0 && d.State.Value("fixing") != ""}
	var err error
	if v.matches, v.aliases, err = t.matchesOf(d.With); err != nil {
		return program.CheckIn{}, nil, err
	}
	if known := d.State.Value("match"); known != "" { // perhaps ended since
		if err := t.addMatch(&v, known); err != nil {
			return program.CheckIn{}, nil, err
		}
	}
	if v.log, err = t.viewLog(d, v.matches); err != nil {
		return program.CheckIn{}, nil, err
	}
	if d.Case != 0 {
		c, err := t.tx.Case(d.Case)
		if err != nil {
			return program.CheckIn{}, nil, err
		}
		v.reached = c.Reached
	}
	if slices.Contains(d.State.Values("kinds"), string(program.AboutAnAdult)) {
		if v.staff, err = t.withRole(program.Staff); err != nil {
			return program.CheckIn{}, nil, err
		}
		v.staff = v.staff[:min(len(v.staff), staffOffered)]
	}
	c, q := flow.Run(d.State, checkInFlow(v))
	t.dateCheckIn(d, &c, v.matches)
	if words := d.State.Value("words"); words != "" {
		c.Note = strings.TrimPrefix(words+"\n"+c.Note, "\n")
		c.Note = strings.TrimSuffix(c.Note, "\n")
	}
	return c, q, nil
}

func (t *turn) addMatch(v *checkInView, key string) error {
	id, err := strconv.ParseUint(key, 36, 64)
	if err != nil {
		return err
	}
	m, err := t.tx.Match(program.MatchID(id))
	if err != nil {
		return err
	}
	v.aliases[m.ID], err = t.alias(m.Mentee)
	return err
}

// checkInDeadline says when a worry that was ticked in an unfinished check-in
// is raised as it stands, or words that were typed beside it are shown to
// somebody.
func checkInDeadline(d *program.Dialogue) time.Time {
	switch {
	case d.Case != 0 || d.State.Value("fixing") != "":
	case worried(d) && program.Pressing(d.State.Value("pressing")) == program.Today:
		return d.Touched.Add(raiseUrgentAfter)
	case worried(d):
		return d.Touched.Add(raiseOtherAfter)
	case d.State.Value("words") != "" && d.State.Value("filed") == "":
		return d.Touched.Add(unfiledAfter)
	}
	return time.Time{}
}

func worried(d *program.Dialogue) bool {
	worry := program.Worry(d.State.Value("worry"))
	return worry != "" && worry != program.NoWorry
}

// raiseDanger raises a danger the moment it is ticked, and the level of a case
// that there is already.
func (t *turn) raiseDanger(d *program.Dialogue) error {
	c, _, err := t.runCheckIn(d)
	switch {
	case err != nil:
		return err
	case d.Case != 0:
		if err := t.keepOut(d.Case, c.About); err != nil { // before anybody is paged
			return err
		}
		return t.raiseTo(d.Case, c.Level())
	case c.Level() == program.Danger:
		return t.keepPartial(d)
	}
	return nil
}

// keepPartial records what was said so far in a check-in, and raises the
// concern in it, if there is one.
func (t *turn) keepPartial(d *program.Dialogue) error {
	c, _, err := t.runCheckIn(d)
	if err != nil || c.Match == 0 || c.Met == "" || d.State.Value("fixing") != "" {
		return err
	}
	if d.CheckIn != 0 {
		old, err := t.tx.CheckIn(d.CheckIn)
		if err != nil || !old.Partial || (sameAnswers(old, c) && old.Note == c.Note) {
			return err
		}
	}
	c.Partial = true
	return t.keepCheckIn(d, &c)
}

// leaveCheckIn keeps what was said in a check-in that is put away, as a check-in
// without the rest.
func (t *turn) leaveCheckIn(d *program.Dialogue) error {
	if err := t.keepPartial(d); err != nil {
		return err
	}
	return t.leaveWords(d)
}

// leaveWords makes a note of words that were typed beside the questions of a
// check-in, so that somebody of the staff looks at them.
func (t *turn) leaveWords(d *program.Dialogue) error {
	words := d.State.Value("words")
	if words == "" || d.State.Value("filed") != "" || d.Case != 0 {
		return nil
	}
	n := program.Note{By: d.With, At: t.now, Text: words}
	if err := t.tx.PutNote(&n); err != nil {
		return err
	}
	d.State = d.State.With("filed", strconv.FormatUint(uint64(n.ID), 10))
	return t.watchNote(n, 0)
}

// lapseCheckIn raises the worry of a check-in that was abandoned, and says so.
// Where only words were left, somebody is asked to read them.
func (t *turn) lapseCheckIn(d *program.Dialogue) error {
	if !worried(d) {
		return t.leaveWords(d)
	}
	if err := t.keepPartial(d); err != nil || d.Case == 0 {
		return err
	}
	c, err := t.tx.Case(d.Case)
	if err != nil {
		return err
	}
	mentee, err := t.alias(c.Mentee)
	if err != nil {
		return err
	}
	key := "checkin.lapsed_case"
	if !c.Reached {
		key = "checkin.lapsed_nobody"
	}
	return t.tell(t.who, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForTold, Case: c.No,
		Message: chat.Message{
			Text:    t.text(key, "Mentee", mentee, "No", c.No.String()),
			Choices: []chat.Choice{t.button(actResume, uint64(d.ID), "button.go_on", chat.Primary)},
		},
	})
}

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
		if err := t.fileWith(d, *c); err != nil {
			return err
		}
		return t.changed(old, *c)
	case level == program.NoLevel:
		return t.fileWith(d, *c)
	}
	k := program.Case{Level: level, Kinds: c.Kinds, By: d.With, Match: m.ID, Mentee: m.Mentee, CheckIn: c.ID, Knows: c.Knows}
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
	return a.Met == b.Met && a.Mood == b.Mood && a.Worry == b.Worry && a.Pressing == b.Pressing && slices.Equal(a.Kinds, b.Kinds)
}

// finishCheckIn keeps a complete check-in and shows what was kept.
func (t *turn) finishCheckIn(d *program.Dialogue) error {
	c, _, err := t.runCheckIn(d)
	if err != nil {
		return err
	}
	fixed := d.State.Value("fixing") != ""
	c.Corrected = fixed
	if err := t.keepCheckIn(d, &c); err != nil {
		return err
	}
	if err := t.noticeTrend(&c); err != nil {
		return err
	}
	if c.Trend != "" {
		if err := t.tx.PutCheckIn(&c); err != nil {
			return err
		}
	}
	head := "checkin.thanks"
	if fixed {
		head = "checkin.thanks_changed"
	}
	summary, err := t.summary(t.voice, c)
	if err != nil {
		return err
	}
	text := paragraphs(t.text(head), summary)
	if again, err := t.loggedBefore(c); err != nil {
		return err
	} else if again {
		text = paragraphs(text, t.text("log.twice"))
	}
	if c.Case != 0 {
		k, err := t.tx.Case(c.Case)
		if err != nil {
			return err
		}
		key := "checkin.case_raised"
		switch {
		case fixed:
			key = "checkin.case_changed"
		case !k.Reached:
			key = "checkin.case_nobody"
		}
		text = paragraphs(text, t.text(key, "No", c.Case.String(), "Emergency", t.Emergency))
		switch {
		case fixed:
		case c.Knows != "":
			text = paragraphs(text, t.guide(c.Knows))
		case k.By == t.who.ID && k.Knows == "":
			if err := t.reply(text, t.afterCheckIn(c.ID)...); err != nil {
				return err
			}
			return t.askKnows(k)
		}
	}
	return t.reply(text, t.afterCheckIn(c.ID)...)
}

func (t *turn) afterCheckIn(id program.CheckInID) []chat.Choice {
	return []chat.Choice{
		t.button(actCorrect, uint64(id), "button.correct", chat.Plain),
		t.button(actUndo, uint64(id), "button.undo", chat.Plain),
	}
}
