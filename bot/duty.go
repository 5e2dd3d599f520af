package bot

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

const flowDuty = "duty"

// How far ahead the rota is shown, and how long before a gap it is announced.
const (
	rotaShown = 4 * 7 * 24 * time.Hour
	gapAhead  = 14 * 24 * time.Hour
)

// onDuty returns the supervisor on duty, and whether the program has a rota.
func (t *turn) onDuty() (people []program.Person, exists bool, err error) {
	rota, err := t.tx.Rota()
	if err != nil || rota.IsZero() {
		return nil, false, err
	}
	p, err := t.dutyPerson(rota.On(t.now, t.Zone).Person)
	if err != nil || p.ID == 0 {
		return nil, true, err
	}
	return []program.Person{p}, true, nil
}

// dutyPerson returns who that is, or nobody if they cannot be on duty any more.
func (t *turn) dutyPerson(id program.PersonID) (program.Person, error) {
	if id == 0 {
		return program.Person{}, nil
	}
	p, err := t.tx.Person(id)
	if errors.Is(err, program.ErrNotFound) || (err == nil && !p.Is(program.Supervisor)) {
		return program.Person{}, nil
	}
	return p, err
}

func dutyConversation() conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			f, err := t.dutyFlow()
			if err != nil {
				return nil, err
			}
			_, q := flow.Run(d.State, f)
			return q, nil
		},
		finish: (*turn).finishDuty,
	}
}

// startDuty shows who is on duty in the coming weeks, and offers to change that.
func (t *turn) startDuty(string) error { return t.begin(flowDuty) }

// A dutyChange is what somebody wants to change about the rota.
type dutyChange struct {
	members []program.PersonID // the new ones, if any
	from    time.Time          // else: the beginning of the week to swap
	person  program.PersonID   // into which this one goes; zero: nobody
	done    bool               // nothing
}

func (t *turn) dutyFlow() (flow.Func[dutyChange], error) {
	rota, err := t.tx.Rota()
	if err != nil {
		return nil, err
	}
	people, err := t.withRole(program.Supervisor)
	if err != nil {
		return nil, err
	}
	table, err := t.rotaTable(rota)
	if err != nil {
		return nil, err
	}
	var names, weeks []flow.Option
	for _, p := range people {
		names = append(names, flow.Option{Key: personKey(p.ID), Label: flow.Literal(p.Name)})
	}
	week := program.Handover(t.now, t.Zone)
	for range 6 {
		weeks = append(weeks, flow.Option{Key: week.In(t.Zone).Format(time.DateOnly), Label: flow.Literal(t.day(week))})
		week = program.Handover(week.Add(8*24*time.Hour), t.Zone)
	}
	return func(d *flow.Dialogue) (c dutyChange, done bool) {
		what := []flow.Option{{Key: "members", Label: flow.Say("duty.members")}}
		if !rota.IsZero() {
			what = append(what, flow.Option{Key: "swap", Label: flow.Say("duty.swap")})
		}
		what = append(what, flow.Option{Key: "fine", Label: flow.Say("duty.fine")})
		key, done := d.Choose("what", flow.Say("duty.shown", "Rota", table), what)
		switch {
		case !done:
			return c, false
		case key == "fine":
			c.done = true
			return c, true
		case key == "members":
			picked, done := d.Several("who", flow.Say("duty.who"), names)
			for _, k := range picked {
				c.members = append(c.members, personOf(k))
			}
			return c, done
		}
		day, done := d.Choose("week", flow.Say("duty.week"), weeks)
		if !done {
			return c, false
		}
		c.from, _ = time.ParseInLocation(time.DateOnly, day, t.Zone)
		nobody := flow.Option{Key: "nobody", Label: flow.Say("duty.nobody")}
		who, done := d.Choose("person", flow.Say("duty.instead"), append(slices.Clone(names), nobody))
		c.person = personOf(who)
		return c, done
	}, nil
}

func personOf(key string) program.PersonID {
	id, err := strconv.ParseUint(key, 36, 64)
	if err != nil || key == "nobody" {
		return 0
	}
	return program.PersonID(id)
}

// finishDuty changes the rota.
func (t *turn) finishDuty(d *program.Dialogue) error {
	f, err := t.dutyFlow()
	if err != nil {
		return err
	}
	change, _ := flow.Run(d.State, f)
	rota, err := t.tx.Rota()
	if err != nil {
		return err
	}
	switch {
	case change.done:
		return t.reply(t.text("duty.unchanged"))
	case len(change.members) > 0:
		rota.Members, rota.Start = change.members, program.Handover(t.now, t.Zone)
	default:
		from := program.Handover(change.from.Add(12*time.Hour), t.Zone)
		rota.Swaps = append(rota.Swaps, program.Swap{From: from, To: program.Handover(from.Add(8*24*time.Hour), t.Zone), Person: change.person})
	}
	old := t.now.Add(-7 * 24 * time.Hour)
	rota.Swaps = slices.DeleteFunc(rota.Swaps, func(s program.Swap) bool { return s.To.Before(old) })
	rota.Told = slices.DeleteFunc(rota.Told, func(at time.Time) bool { return at.Before(old) })
	if err := t.tx.PutRota(rota); err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "changed the rota"}); err != nil {
		return err
	}
	if err := t.setTimer(program.Timer{Kind: program.TimerDuty, At: t.now.Add(time.Minute)}); err != nil {
		return err
	}
	table, err := t.rotaTable(rota)
	if err != nil {
		return err
	}
	return t.reply(t.text("duty.changed", "Rota", table))
}

// rotaTable lists the shifts of the coming weeks.
func (t *turn) rotaTable(rota program.Rota) (string, error) {
	if rota.IsZero() {
		return t.plain("duty.none"), nil
	}
	table := ""
	for _, s := range rota.Shifts(t.now, t.now.Add(rotaShown), t.Zone) {
		p, err := t.dutyPerson(s.Person)
		if err != nil {
			return "", err
		}
		who := p.Name
		if p.ID == 0 {
			who = t.plain("duty.gap")
		}
		table += "\n" + t.plain("duty.shift", "From", t.day(s.From), "To", t.day(s.To), "Who", who)
	}
	return table, nil
}

// day returns a day as people read it.
func (t *turn) day(at time.Time) string {
	at = at.In(t.Zone)
	return t.plain("time.day", "Weekday", t.plain("weekday."+at.Weekday().String()[:3]), "Day", at.Day(), "Month", t.plain("month."+at.Month().String()[:3]))
}

// watchDuty hands duty over when its time has come, and announces gaps of the
// coming two weeks before they are there.
func (t *turn) watchDuty(timer program.Timer) error {
	rota, err := t.tx.Rota()
	if err != nil || rota.IsZero() {
		return err
	}
	shifts := rota.Shifts(t.now, t.now.Add(gapAhead), t.Zone)
	now, err := t.dutyPerson(shifts[0].Person)
	if err != nil {
		return err
	}
	if now.ID != rota.Last {
		rota.Last = now.ID
		if err := t.handOver(now, shifts[0]); err != nil {
			return err
		}
	}
	for _, s := range shifts {
		p, err := t.dutyPerson(s.Person)
		if err != nil {
			return err
		}
		ok := p.ID != 0
		if ok {
			if ok, err = t.reachable(p); err != nil {
				return err
			}
		}
		if ok || slices.ContainsFunc(rota.Told, s.From.Equal) {
			continue
		}
		rota.Told = append(rota.Told, s.From)
		err = t.alertStaff(program.Coordinator|program.Supervisor|program.Owner, func(q program.Person) chat.Message {
			t.voice = t.voiceOf(q)
			return chat.Message{Text: t.text("duty.gap_ahead", "From", t.day(s.From), "To", t.day(s.To))}
		})
		if err != nil {
			return err
		}
	}
	if err := t.tx.PutRota(rota); err != nil {
		return err
	}
	timer.At = shifts[0].To
	if daily := t.now.Add(24 * time.Hour); daily.Before(timer.At) {
		timer.At = daily
	}
	return t.setTimer(timer)
}

// handOver tells somebody that they are on duty now, and what is open.
func (t *turn) handOver(p program.Person, s program.Shift) error {
	if p.ID == 0 {
		return nil
	}
	open, err := t.realCases()
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(c program.Case) bool { return c.Concerns(p.ID) })
	t.voice = t.voiceOf(p)
	key := "duty.yours"
	if len(open) == 0 {
		key = "duty.yours_quiet"
	}
	return t.tell(p, program.Outgoing{
		Priority: program.Alert, Purpose: program.ForAlert,
		Message: chat.Message{Text: t.voice.Text(key, words.Args{"To": t.day(s.To), "N": len(open)})},
	})
}
