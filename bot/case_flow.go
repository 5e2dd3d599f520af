package bot

import (
	"slices"
	"strconv"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// The dialogues in which somebody works on a case. Their names are stored.
const (
	flowDid    = "did"
	flowPlan   = "plan"
	flowMore   = "more"
	flowDetail = "detail"
	flowHand   = "hand"
	flowLevel  = "level"
	flowClose  = "close"
	flowRefuse = "refuse"
	flowReopen = "reopen"
)

// caseConversations returns the dialogues about a case, by name.
func caseConversations() map[string]conversation {
	return map[string]conversation{
		flowDid:    caseConversation(flowDid, didFlow, (*turn).finishDid),
		flowPlan:   caseConversation(flowPlan, planFlow, (*turn).finishPlan),
		flowMore:   caseConversation(flowMore, moreFlow, (*turn).finishMore),
		flowDetail: caseConversation(flowDetail, detailFlow, (*turn).finishDetail),
		flowHand:   caseConversation(flowHand, (*turn).handFlow, (*turn).finishHand),
		flowLevel:  caseConversation(flowLevel, levelFlow, (*turn).finishLevel),
		flowClose:  caseConversation(flowClose, closeFlow, (*turn).finishClose),
		flowRefuse: caseConversation(flowRefuse, whyFlow("case.why_refuse"), (*turn).finishRefuse),
		flowReopen: caseConversation(flowReopen, whyFlow("case.why_reopen"), (*turn).finishReopen),
	}
}

// A caseFlow asks what is needed for one piece of work on a case. Its answers
// are read from the dialogue when it is done.
type caseFlow func(t *turn, c program.Case) flow.Func[struct{}]

func caseConversation(name string, ask caseFlow, finish func(*turn, *program.Dialogue, *program.Case) error) conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			c, err := t.tx.Case(d.Case)
			if err != nil {
				return nil, err
			}
			_, q := flow.Run(d.State, ask(t, c))
			return q, nil
		},
		finish: func(t *turn, d *program.Dialogue) error {
			c, err := t.tx.Case(d.Case)
			if err != nil {
				return err
			}
			switch {
			case c.Concerns(d.With) || !t.mayFinish(name, c):
				return t.reply(t.text("answer.not_your_role"))
			case c.Open() == (name == flowReopen) && name != flowDetail:
				return t.overtaken(d, &c)
			}
			return finish(t, d, &c)
		},
	}
}

// mayFinish reports whether the person may still do what a dialogue was begun
// for: meanwhile they may have another role.
func (t *turn) mayFinish(name string, c program.Case) bool {
	act := program.ActWork
	switch name {
	case flowDetail:
		return c.By == t.who.ID
	case flowRefuse:
		act = program.ActSecond
	}
	return program.Allowed(t.rules, act, t.who, true) == program.Yes
}

// overtaken keeps what somebody wrote about a case that was closed, or opened
// again, while they did.
func (t *turn) overtaken(d *program.Dialogue, c *program.Case) error {
	for _, key := range []string{"did", "plan", "more", "body", "why"} {
		text := d.State.Value(key)
		if text == "" {
			continue
		}
		note, err := t.caseNote(text, c)
		if err != nil {
			return err
		}
		if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopAction, By: t.who.ID, Note: note}); err != nil {
			return err
		}
	}
	if c.Open() {
		return t.reply(t.text("answer.answered"))
	}
	return t.reply(t.text("case.closed_meanwhile"))
}

// workOn returns what begins a dialogue about the case of a button. Whoever
// works on a case that nobody has takes it by that.
func workOn(name string) func(*turn, chat.Token) error {
	return func(t *turn, token chat.Token) error {
		c, err := t.tx.Case(program.CaseNo(token.ID))
		if err != nil {
			return err
		}
		switch {
		case c.Concerns(t.who.ID) || c.Drill:
			return program.ErrNotFound
		case c.Open() == (name == flowReopen):
			return t.warn("case.closed_already")
		case name == flowDetail && c.By != t.who.ID:
			return program.ErrNotFound
		case name == flowRefuse && (c.Offer == nil || c.Offer.By == t.who.ID):
			return program.ErrNotFound
		}
		return t.startNew(program.Dialogue{Case: c.No, State: flow.State{Flow: name}})
	}
}

// startNew begins a dialogue in a message of its own, so that the one with the
// button stays.
func (t *turn) startNew(d program.Dialogue) error {
	if p, ok := t.event.What.(chat.Pressed); ok {
		p.On = ""
		t.event.What = p
	}
	return t.beginWith(d)
}

func didFlow(*turn, program.Case) flow.Func[struct{}] {
	return func(d *flow.Dialogue) (r struct{}, done bool) {
		_, done = d.Ask("did", flow.Text{Prompt: flow.Say("case.ask_did")})
		return r, done
	}
}

func planFlow(*turn, program.Case) flow.Func[struct{}] {
	return func(d *flow.Dialogue) (r struct{}, done bool) {
		if _, done = d.Ask("plan", flow.Text{Prompt: flow.Say("case.ask_plan")}); !done {
			return r, false
		}
		var when []flow.Option
		for _, w := range dueChoices() {
			when = append(when, flow.Option{Key: w.key, Label: flow.Say("due." + w.key)})
		}
		_, done = d.Choose("due", flow.Say("case.ask_due"), when)
		return r, done
	}
}

// A dueChoice is when something is to be done: so many days from now, at the end
// of the working day.
type dueChoice struct {
	key  string
	days int
}

func dueChoices() []dueChoice {
	return []dueChoice{{"today", 0}, {"tomorrow", 1}, {"days3", 3}, {"week", 7}}
}

// dueAt returns the end of the working day that was chosen, and never a time
// that has passed.
func dueAt(key string, now time.Time, zone *time.Location) time.Time {
	for _, w := range dueChoices() {
		if w.key == key {
			local := now.In(zone)
			at := time.Date(local.Year(), local.Month(), local.Day()+w.days, 17, 0, 0, 0, zone)
			if !at.After(now) {
				at = now.Add(2 * time.Hour)
			}
			return at
		}
	}
	return now.Add(24 * time.Hour)
}

func moreFlow(*turn, program.Case) flow.Func[struct{}] {
	return func(d *flow.Dialogue) (r struct{}, done bool) {
		_, done = d.Ask("more", flow.Text{Prompt: flow.Say("case.ask_more")})
		return r, done
	}
}

func detailFlow(*turn, program.Case) flow.Func[struct{}] {
	return func(d *flow.Dialogue) (r struct{}, done bool) {
		_, done = d.Ask("detail", flow.Text{Prompt: flow.Say("case.ask_detail")})
		return r, done
	}
}

func whyFlow(prompt string) caseFlow {
	return func(*turn, program.Case) flow.Func[struct{}] {
		return func(d *flow.Dialogue) (r struct{}, done bool) {
			_, done = d.Ask("why", flow.Text{Prompt: flow.Say(prompt)})
			return r, done
		}
	}
}

// handFlow offers the supervisors who may have the case, and an outside body.
func (t *turn) handFlow(c program.Case) flow.Func[struct{}] {
	people, err := t.withRole(program.Supervisor)
	if err != nil {
		people = nil // the outside body is there all the same
	}
	return func(d *flow.Dialogue) (r struct{}, done bool) {
		var who []flow.Option
		for _, p := range people {
			if p.ID != t.who.ID && !c.Concerns(p.ID) {
				who = append(who, flow.Option{Key: strconv.FormatUint(uint64(p.ID), 36), Label: flow.Literal(p.Name)})
			}
		}
		who = append(who, flow.Option{Key: "outside-body", Label: flow.Say("case.outside_body")})
		to, done := d.Choose("to", flow.Say("case.ask_hand"), who)
		if !done || to != "outside-body" {
			return r, done
		}
		if _, done = d.Ask("body", flow.Text{Prompt: flow.Say("case.ask_body")}); !done {
			return r, false
		}
		var consent []flow.Option
		for _, key := range []string{"given", "not_needed", "refused"} {
			consent = append(consent, flow.Option{Key: key, Label: flow.Say("consent." + key)})
		}
		_, done = d.Choose("consent", flow.Say("case.ask_consent"), consent)
		return r, done
	}
}

func levelFlow(_ *turn, c program.Case) flow.Func[struct{}] {
	return func(d *flow.Dialogue) (r struct{}, done bool) {
		var all []flow.Option
		for l := program.Danger; l >= program.Watch; l-- {
			if l != c.Level {
				all = append(all, flow.Option{Key: l.String(), Label: flow.Say("level." + l.String()), Alarm: l == program.Danger})
			}
		}
		if _, done = d.Choose("level", flow.Say("case.ask_level"), all); !done {
			return r, false
		}
		_, done = d.Ask("why", flow.Text{Prompt: flow.Say("case.ask_why")})
		return r, done
	}
}

func closeFlow(_ *turn, c program.Case) flow.Func[struct{}] {
	return func(d *flow.Dialogue) (r struct{}, done bool) {
		var all []flow.Option
		for _, o := range program.Outcomes() {
			all = append(all, flow.Option{Key: string(o), Label: flow.Say("outcome." + string(o))})
		}
		if _, done = d.Choose("outcome", flow.Say("case.ask_outcome"), all); !done {
			return r, false
		}
		prompt := flow.Say("case.ask_words")
		if c.Level.TwoPeople() {
			prompt = flow.Say("case.ask_words_two")
		}
		_, done = d.Ask("why", flow.Text{Prompt: prompt})
		return r, done
	}
}

// caseNote keeps what somebody wrote while working on a case.
func (t *turn) caseNote(text string, c *program.Case) (program.NoteID, error) {
	n := program.Note{By: t.who.ID, At: t.now, Text: text, Case: c.No}
	err := t.tx.PutNote(&n)
	return n.ID, err
}

// takeIfNobodys gives a case that nobody has to the person who works on it.
func (t *turn) takeIfNobodys(c *program.Case) error {
	if c.AckedBy != 0 {
		return nil
	}
	return t.accept(c)
}

func noteKey(id program.NoteID) string { return strconv.FormatUint(uint64(id), 36) }

// finishDid records what was done.
func (t *turn) finishDid(d *program.Dialogue, c *program.Case) error {
	if err := t.takeIfNobodys(c); err != nil {
		return err
	}
	note, err := t.caseNote(d.State.Value("did"), c)
	if err != nil {
		return err
	}
	c.Acts = append(c.Acts, program.Action{Note: note, By: t.who.ID, At: t.now, Done: t.now})
	return t.worked(c, program.Hop{Kind: program.HopAction, Note: note}, "case.did_kept")
}

// finishPlan records what is to be done, and wakes whoever said so.
func (t *turn) finishPlan(d *program.Dialogue, c *program.Case) error {
	if err := t.takeIfNobodys(c); err != nil {
		return err
	}
	note, err := t.caseNote(d.State.Value("plan"), c)
	if err != nil {
		return err
	}
	due := dueAt(d.State.Value("due"), t.now, t.zoneOf(t.who))
	c.Acts = append(c.Acts, program.Action{Note: note, By: t.who.ID, At: t.now, Due: due})
	timer := program.Timer{Kind: program.TimerStep, ID: uint64(note), At: due, Person: t.who.ID}
	if err := t.setTimer(timer); err != nil {
		return err
	}
	return t.worked(c, program.Hop{Kind: program.HopPlanned, Note: note}, "case.plan_kept", "Time", t.clock(t.who, due))
}

// stepDone ticks off something that was to be done.
func (t *turn) stepDone(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	id, _ := strconv.ParseUint(token.Option, 36, 64)
	i := slices.IndexFunc(c.Acts, func(a program.Action) bool { return a.Note == program.NoteID(id) && a.Owed() })
	if i < 0 || c.Concerns(t.who.ID) || !c.Open() {
		return program.ErrNotFound
	}
	c.Acts[i].Done = t.now
	if err := t.tx.DropTimer(program.Timer{Kind: program.TimerStep, ID: id}); err != nil {
		return err
	}
	return t.worked(&c, program.Hop{Kind: program.HopDone, Note: program.NoteID(id)}, "case.step_kept")
}

// worked records a piece of work on a case, lets the acknowledgement last anew,
// and shows how the case stands.
func (t *turn) worked(c *program.Case, hop program.Hop, key string, args ...any) error {
	hop.At, hop.By = t.now, t.who.ID
	if err := t.tx.AddHop(c.No, hop); err != nil {
		return err
	}
	if err := t.renew(c); err != nil {
		return err
	}
	if err := t.cardsAnew(*c); err != nil {
		return err
	}
	text := t.text(key, append(args, "No", c.No.String())...)
	if !c.Waiting() && !c.Until.IsZero() {
		text = lines(text, t.text("card.until", "Time", t.clock(t.who, c.Until)))
	}
	return t.reply(text, t.button(actOpen, uint64(c.No), "button.open", chat.Plain))
}

// stepDue reminds whoever planned something that it is due.
func (t *turn) stepDue(timer program.Timer) error {
	n, err := t.tx.Note(program.NoteID(timer.ID))
	if err != nil {
		return err
	}
	c, err := t.tx.Case(n.Case)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(c.Acts, func(a program.Action) bool { return a.Note == n.ID && a.Owed() })
	if i < 0 || !c.Open() {
		return nil
	}
	who := c.AckedBy
	if who == 0 {
		who = timer.Person
	}
	p, err := t.person(who)
	if err != nil {
		return err
	}
	timer.At = t.now.Add(stepAgain)
	if err := t.setTimer(timer); err != nil || !p.Is(program.Supervisor|program.Outside) || c.Concerns(p.ID) {
		return err
	}
	t.be(p)
	return t.tell(p, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForAlert, Case: c.No,
		Message: chat.Message{Text: t.text("case.step_due", "No", c.No.String()), Choices: []chat.Choice{
			t.button(actOpen, uint64(c.No), "button.open", chat.Primary),
		}},
	})
}

// stepAgain is how long after a reminder of something that is due the next one
// follows.
const stepAgain = 24 * time.Hour
