package bot

import (
	"errors"
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// joinWithin is how long after a case was raised another concern about the same
// mentee becomes part of it instead of a case of its own.
const joinWithin = 24 * time.Hour

// raise opens a case and pages whoever is first on the ladder. A concern about a
// mentee for whom a case is open already becomes part of that one.
func (t *turn) raise(c program.Case) (program.CaseNo, error) {
	if joined, err := t.joinCase(c); err != nil || joined != 0 {
		return joined, err
	}
	c.Raised = t.now
	if err := t.tx.PutCase(&c); err != nil { // for its number
		return 0, err
	}
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopRaised, By: c.By, Level: c.Level}); err != nil {
		return 0, err
	}
	return c.No, t.climb(&c)
}

// joinCase makes a concern part of the newest open case about the same mentee,
// if that is young, and returns its number. Whatever is higher or newly in danger
// is paged as if nobody had acknowledged anything.
func (t *turn) joinCase(add program.Case) (program.CaseNo, error) {
	if len(add.Subjects()) == 0 {
		return 0, nil
	}
	open, err := t.realCases()
	if err != nil {
		return 0, err
	}
	for _, c := range slices.Backward(open) {
		if !slices.Equal(c.Subjects(), add.Subjects()) || t.now.Sub(c.Raised) > joinWithin || !slices.Equal(c.About, add.About) {
			continue
		}
		if c.By == 0 {
			c.By = add.By // now there is somebody to tell
		}
		if add.Knows != "" {
			c.Knows = add.Knows
		}
		if add.Trend != "" {
			c.Trend = add.Trend
		}
		if add.CheckIn != 0 && add.CheckIn != c.CheckIn {
			c.More = append(c.More, add.CheckIn)
		}
		for _, kind := range add.Kinds {
			if !slices.Contains(c.Kinds, kind) {
				c.Kinds = append(c.Kinds, kind)
			}
		}
		if err := t.tx.PutCase(&c); err != nil {
			return 0, err
		}
		hop := program.Hop{Kind: program.HopJoined, By: add.By, Level: add.Level}
		if add.Trend != "" { // which nobody has told
			hop = program.Hop{Kind: program.HopTrend, What: string(add.Trend)}
		}
		if err := t.inform(c.No, hop, "case.joined"); err != nil {
			return 0, err
		}
		if add.Level > c.Level || add.Level == program.Danger {
			return c.No, t.pageAnew(c.No, max(add.Level, c.Level))
		}
		return c.No, nil
	}
	return 0, nil
}

// raiseTo lifts the level of a case and pages again; it never lowers it.
func (t *turn) raiseTo(no program.CaseNo, level program.Level) error {
	c, err := t.tx.Case(no)
	if err != nil || c.Level >= level {
		return err
	}
	return t.pageAnew(no, level)
}

// pageAnew pages a case as if nobody had acknowledged it: whoever acknowledged
// something lesser has not seen this.
func (t *turn) pageAnew(no program.CaseNo, level program.Level) error {
	c, err := t.tx.Case(no)
	if err != nil {
		return err
	}
	if !c.Open() {
		if err := t.reopen(&c); err != nil {
			return err
		}
		if err := t.tx.AddHop(no, program.Hop{At: t.now, Kind: program.HopReopened, By: t.who.ID}); err != nil {
			return err
		}
	}
	if c.Level != level {
		c.Level = level
		if err := t.tx.AddHop(no, program.Hop{At: t.now, Kind: program.HopRaisedTo, By: t.who.ID, Level: level}); err != nil {
			return err
		}
	}
	c.Release()
	c.Offer = nil
	return t.climb(&c)
}

// climb does what the ladder says about a case now: it pages, or sets the timer
// for when to look again.
func (t *turn) climb(c *program.Case) error {
	if c.Drill && !t.now.Before(c.Until) {
		return t.endDrill(c)
	}
	t.notAhead(c)
	gone, err := t.ownerless(*c)
	if err != nil {
		return err
	}
	if gone && c.Open() {
		if err := t.takeAway(c); err != nil {
			return err
		}
	}
	duty, err := t.duty(*c)
	if err != nil {
		return err
	}
	if c.Hands && c.AckedBy != 0 && duty[program.RungSupervisors] != program.Manned {
		c.Hands = false // nobody is left who could answer, and somebody has it
	}
	step, at, why := t.Ladder.Next(*c, duty, t.now)
	if why == program.NotPaged {
		c.Reached = true // it waits for the digest, which is what its level promises
	}
	if step.Lapsed {
		if err := t.lapse(c); err != nil {
			return err
		}
	}
	if step.Page {
		return t.page(c, step, at)
	}
	if err := t.tx.PutCase(c); err != nil {
		return err
	}
	return t.lookAgain(*c, at)
}

func (t *turn) lookAgain(c program.Case, at time.Time) error {
	if c.Drill && c.Open() && at.After(c.Until) {
		at = c.Until
	}
	timer := program.Timer{Kind: program.TimerPage, ID: uint64(c.No), At: at}
	if at.IsZero() {
		return t.tx.DropTimer(timer)
	}
	return t.setTimer(timer)
}

// page puts a new card of the case into every place of a rung, stores the case,
// and sets the timer for the next page. Nobody to page is an alarm of its own.
func (t *turn) page(c *program.Case, step program.Step, at time.Time) error {
	var targets []target
	if step.Rung != "" {
		var err error
		if targets, _, err = t.targetsOn(step.Rung, *c); err != nil {
			return err
		}
	}
	if n := len(targets); n > pagedAtOnce { // the next page goes to the next ones
		start := c.Pages * pagedAtOnce % n
		targets = append(targets[start:], targets[:start]...)[:pagedAtOnce]
	}
	first := c.Pages == 0
	reached := c.Reached
	c.Page(step, t.now)
	c.Reached = len(targets) > 0
	if err := t.sayEmpty(c, step.Skipped); err != nil {
		return err
	}
	if err := t.freshCards(*c, targets); err != nil {
		return err
	}
	if c.Reached {
		if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopQueued, Level: c.Level, Rung: step.Rung}); err != nil {
			return err
		}
	} else if err := t.nobodyReached(*c, first); err != nil {
		return err
	} else if reached { // until now the reporter could think otherwise
		if err := t.tellUnreached(*c); err != nil {
			return err
		}
	}
	if err := t.tx.PutCase(c); err != nil {
		return err
	}
	return t.lookAgain(*c, at)
}

// pageAgain looks at a case whose timer is due: nobody acknowledged it in time,
// or nothing was done about it for too long.
func (t *turn) pageAgain(timer program.Timer) error {
	c, err := t.tx.Case(program.CaseNo(timer.ID))
	if errors.Is(err, program.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.climb(&c)
}

// lapse takes a case from whoever acknowledged it and then did nothing that was
// recorded.
func (t *turn) lapse(c *program.Case) error {
	had := c.AckedBy
	c.Release()
	c.Lapsed = had
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopLapsed, By: had, Level: c.Level}); err != nil {
		return err
	}
	p, err := t.person(had)
	if err != nil {
		return err
	}
	v := t.voiceOf(p)
	return t.tell(p, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForAlert, Case: c.No,
		Message: chat.Message{
			Text: v.Text("case.lapsed", words.Args{"No": c.No.String()}),
			Choices: []chat.Choice{
				buttonIn(v, actAck, uint64(c.No), "button.acknowledge", chat.Primary),
				buttonIn(v, actOpen, uint64(c.No), "button.open", chat.Plain),
			},
		},
	})
}

// acknowledge makes the supervisor who pressed the one who has the case, or one
// who has answered where everybody must.
func (t *turn) acknowledge(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	mine := c.AckedBy == t.who.ID
	switch {
	case c.Concerns(t.who.ID):
		return program.ErrNotFound
	case c.Drill && c.Open():
		return t.drillAnswered(&c)
	case c.Drill:
		return t.toast("drill.over")
	case !c.Open():
		return t.warn("case.closed_already")
	case c.Hands && !slices.Contains(c.Answers, t.who.ID):
	case mine:
		return t.toast("case.already_yours")
	case c.AckedBy != 0 && c.Handing != t.who.ID:
		by, err := t.person(c.AckedBy)
		if err != nil {
			return err
		}
		return t.warn("case.already_acked", "Who", by.Name, "Time", t.clock(t.who, c.Acked))
	}
	if err := t.accept(&c); err != nil {
		return err
	}
	if err := t.refreshPressed(c); err != nil {
		return err
	}
	if c.AckedBy != t.who.ID {
		return t.toast("case.hands_answered")
	}
	return t.toast("case.acked_toast", "No", c.No.String())
}

// accept gives a case to the person, and tells everybody who must know.
func (t *turn) accept(c *program.Case) error {
	kind := program.HopAcked
	if c.Hands {
		kind = program.HopAnswered
		c.Answers = append(c.Answers, t.who.ID)
		left, _, err := t.targetsOn(program.RungSupervisors, *c)
		if err != nil {
			return err
		}
		c.Hands = len(left) > 0
	}
	news := c.AckedBy == 0 || c.Handing == t.who.ID
	if news {
		c.AckedBy, c.Acked, c.Handing, c.Lapsed = t.who.ID, t.now, 0, 0
	}
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: kind, By: t.who.ID}); err != nil {
		return err
	}
	if err := t.renew(c); err != nil {
		return err
	}
	if err := t.cardsAnew(*c); err != nil || !news {
		return err
	}
	return t.tellReporter(*c)
}

// renew lets an acknowledgement last anew, because something was done.
func (t *turn) renew(c *program.Case) error {
	if lasts := t.Ladder.Renew[c.Level]; lasts > 0 {
		c.Until = t.now.Add(lasts)
	}
	if err := t.tx.PutCase(c); err != nil {
		return err
	}
	if c.Waiting() { // others must still answer
		return nil
	}
	return t.lookAgain(*c, c.Until)
}

// tellReporter tells who raised the case that somebody has it now.
func (t *turn) tellReporter(c program.Case) error {
	if c.By == t.who.ID {
		return nil
	}
	return t.toReporter(c, program.Alert, "case.told_seen", "Who", t.who.Name)
}

// toReporter tells who raised a case how it stands. One that the bot raised
// itself has nobody to tell.
func (t *turn) toReporter(c program.Case, p program.Priority, key string, args ...any) error {
	if c.By == 0 {
		return nil
	}
	by, err := t.person(c.By)
	if err != nil {
		return err
	}
	text := t.voiceOf(by).Text(key, named(append(args, "No", c.No.String())))
	return t.tell(by, program.Outgoing{Priority: p, Purpose: program.ForTold, Case: c.No, Message: chat.Message{Text: text}})
}

// inform adds a hop to a case and tells whoever has it or has read it.
func (t *turn) inform(no program.CaseNo, hop program.Hop, key string) error {
	c, err := t.tx.Case(no)
	if err != nil {
		return err
	}
	readers := map[program.PersonID]bool{}
	if c.AckedBy != 0 {
		readers[c.AckedBy] = true
	}
	for h, err := range t.tx.Hops(no) {
		if err != nil {
			return err
		}
		if h.Kind == program.HopSeen {
			readers[h.By] = true
		}
	}
	hop.At = t.now
	if err := t.tx.AddHop(no, hop); err != nil {
		return err
	}
	people, err := t.withRole(program.Supervisor | program.Outside)
	if err != nil {
		return err
	}
	n := 0
	for _, p := range people {
		if !readers[p.ID] || c.Concerns(p.ID) {
			continue
		}
		if n++; n > alertedAtOnce {
			break
		}
		v := t.voiceOf(p)
		message := chat.Message{
			Text:    v.Text(key, words.Args{"No": no.String()}),
			Choices: []chat.Choice{buttonIn(v, actOpen, uint64(no), "button.open", chat.Primary)},
		}
		if err := t.tell(p, program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert, Case: no, Message: message}); err != nil {
			return err
		}
	}
	return nil
}
