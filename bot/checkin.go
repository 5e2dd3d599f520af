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
			if err := t.heedWords(d); err != nil {
				return err
			}
			return t.raiseAtOnce(d)
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
	if v.roster, err = t.viewRoster(d, v.matches); err != nil {
		return program.CheckIn{}, nil, err
	}
	if v.detail, err = t.viewDetails(d, v.matches); err != nil {
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
	v.aliases[m.ID], err = t.called(m)
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

// raiseAtOnce raises a danger the moment it is ticked, and the level of a case
// that there is already. What only lacks details is kept before they are asked.
func (t *turn) raiseAtOnce(d *program.Dialogue) error {
	c, q, err := t.runCheckIn(d)
	switch {
	case err != nil:
		return err
	case d.Case != 0:
		if err := t.keepOut(d.Case, c.About); err != nil { // before anybody is paged
			return err
		}
		return t.raiseTo(d.Case, c.Level())
	case c.Level() == program.Danger, d.CheckIn == 0 && q != nil && q.Free:
		return t.keepPartial(d)
	}
	return nil
}

// keepPartial records what was said so far in a check-in, and raises the
// concern in it, if there is one.
func (t *turn) keepPartial(d *program.Dialogue) error {
	c, q, err := t.runCheckIn(d)
	if err != nil || c.Match == 0 || c.Met == "" || d.State.Value("fixing") != "" {
		return err
	}
	c.Partial = q != nil && !q.Free
	if d.CheckIn != 0 {
		old, err := t.tx.CheckIn(d.CheckIn)
		if err != nil || sameAnswers(old, c) && sameDetails(old, c) && old.Note == c.Note && old.Partial == c.Partial {
			return err
		}
	}
	if c.Partial {
		return t.keepAndHeed(d, &c)
	}
	return t.keepWhole(d, &c)
}

// leaveCheckIn keeps what was said in a check-in that is put away, as a check-in
// without the rest.
func (t *turn) leaveCheckIn(d *program.Dialogue) error {
	if err := t.keepPartial(d); err != nil {
		return err
	}
	if only, err := t.onlyDetails(d); only || err != nil { // the words are in its note
		return err
	}
	return t.leaveWords(d)
}

// onlyDetails reports whether nothing is open in a check-in but details, which
// may be left out.
func (t *turn) onlyDetails(d *program.Dialogue) (bool, error) {
	_, q, err := t.runCheckIn(d)
	return q == nil || q.Free, err
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
	c, _, err := t.runCheckIn(d)
	if err != nil {
		return err
	}
	if err := t.heedNote(&n, c.Match); err != nil || n.Case != 0 {
		return err
	}
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
	mentee, err := t.whom(c)
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
