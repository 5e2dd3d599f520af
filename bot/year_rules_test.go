package bot_test

import (
	"slices"
	"time"

	"steadfast/bot/program"
)

// rules are the numbers of practice: in days, and in meetings in a row.
type rules struct{ ask, nudge, missed, alert, supervisor, warning, closure int }

func rulesOf(p *pair) rules {
	switch p.plan.Every {
	case program.Fortnightly:
		return rules{7, 3, 10, 2, 3, 4, 5}
	case program.Monthly:
		return rules{10, 3, 14, 2, 3, 3, 4}
	}
	return rules{7, 3, 6, 2, 3, 4, 6}
}

// toAsk returns the card of the newest meeting if the mentor is to be asked about
// it now, for the first or the second time.
func (c *clerk) toAsk(p *pair) (k *card, again bool) {
	f := c.files[p]
	if len(f.over) == 0 || c.dayOff(p) || quiet(c.now, p.mentor.zone) || !c.lost[p.mentor].IsZero() {
		return nil, false
	}
	k = f.over[len(f.over)-1]
	r := rulesOf(p)
	switch {
	case len(k.told) > 0:
	case k.asked.IsZero():
		if n := c.days(p, k.end); n < r.ask || n == r.ask && c.clock(k.end, p) == c.clock(c.now, p) {
			return k, false
		}
	case !k.nudged && c.answering(p, k.asked) >= r.nudge && !c.missed(p, k) && !c.nudgedToday(p.mentor):
		return k, true
	}
	return nil, false
}

func (c *clerk) clock(at time.Time, p *pair) string { return at.In(p.mentor.zone).Format("15:04") }

func (c *clerk) nudgedToday(mentor *person) bool {
	last := c.nudged[mentor]
	return !last.IsZero() && program.DateOf(last, mentor.zone) == program.DateOf(c.now, mentor.zone)
}

// missed reports whether a meeting counts as missed because nobody said anything.
// Somebody whom nothing reaches may not be able to.
func (c *clerk) missed(p *pair, k *card) bool {
	if len(k.told) > 0 || k.asked.IsZero() {
		return false
	}
	if n := rulesOf(p).missed; k.missed.IsZero() && c.answering(p, k.asked) >= n {
		now := c.now // perhaps nobody looked for a while
		for c.now = k.asked; c.answering(p, k.asked) < n; {
			c.now = c.now.Add(15 * time.Minute)
		}
		k.missed, c.now = c.now, now
	}
	lost := c.lost[p.mentor]
	return !k.missed.IsZero() && (lost.IsZero() || !lost.Before(k.missed))
}

// met returns what was told of a meeting: that it took place counts most.
func (k *card) met() program.Met {
	if slices.Contains(k.told, program.MetYes) {
		return program.MetYes
	}
	if len(k.told) == 0 {
		return ""
	}
	return k.told[len(k.told)-1]
}

// row returns the newest meetings in a row that did not take place, newest first,
// as far as anybody knows, as indexes.
func (c *clerk) row(p *pair) (row []int) {
	over := c.files[p].over
	for i, k := range slices.Backward(over) {
		switch met := k.met(); {
		case met == program.MetYes:
			return row
		case met == program.MetMoved:
		case met != "" || c.missed(p, k):
			row = append(row, i)
		}
	}
	return row
}

// tellStaff does what is due about a pair for those who look after it.
func (c *clerk) tellStaff(p *pair) {
	c.correct(p)
	if c.dayOff(p) {
		return
	}
	c.unreached(p)
	f, r := c.files[p], rulesOf(p)
	row := c.row(p)
	if len(row) == 0 {
		return
	}
	kind := c.kind(p, row)
	given := func(notice program.Notice) bool {
		return slices.ContainsFunc(f.alerts, func(a *alert) bool { return a.notice == notice && !a.corrected && a.of >= row[len(row)-1] })
	}
	give := func(notice program.Notice, to program.Roles) {
		f.alerts = append(f.alerts, &alert{notice: notice, to: to, from: row[len(row)-1], of: row[0]})
		first, last := f.over[row[len(row)-1]].meeting, f.over[row[0]].meeting
		c.put(p, to, news{pair: p, notice: notice, kind: kind, of: last.key, from: first, last: last, count: len(row)})
	}
	switch n := len(row); {
	case given(program.NoticeClosure):
	case n >= r.closure:
		give(program.NoticeClosure, program.Coordinator)
	case given(program.NoticeWarning):
	case n >= r.warning && kind != "silence.mentee_absent":
		give(program.NoticeWarning, program.Coordinator)
	case given(program.NoticeAlert):
	case n >= r.alert:
		give(program.NoticeAlert, program.Coordinator)
	}
	if len(row) >= r.supervisor && !given(program.NoticeSupervisor) {
		give(program.NoticeSupervisor, program.Supervisor)
	}
}

// kind says which silence a row is, as the name of its wording.
func (c *clerk) kind(p *pair, row []int) string {
	over := c.files[p].over
	switch newest := over[row[0]].met(); newest {
	case program.MetNoShow:
		return "silence.mentee_absent"
	case program.MetICouldNo:
		return "silence.mentor_could_not"
	}
	same := 0
	for same < len(row) && over[row[same]].met() == "" {
		same++
	}
	if same >= 2 && c.heard[p.mentor].Before(over[row[same-1]].asked) {
		return "silence.mentor_silent"
	}
	return "silence.not_logged"
}

// correct takes back what is known now not to be true.
func (c *clerk) correct(p *pair) {
	f := c.files[p]
	for _, a := range f.alerts {
		if a.corrected {
			continue
		}
		for _, k := range f.over[a.from : a.of+1] {
			if k.met() == program.MetYes {
				a.corrected = true
				c.put(p, a.to, news{
					pair: p, notice: program.NoticeCorrection, kind: "silence.correction", of: k.key, from: f.over[a.from].meeting, last: f.over[a.of].meeting,
				})
				break
			}
		}
	}
}

// unreached tells the staff that nothing reaches a mentor who is to be asked.
func (c *clerk) unreached(p *pair) {
	f, lost := c.files[p], c.lost[p.mentor]
	if lost.IsZero() || len(f.over) == 0 {
		return
	}
	k := f.over[len(f.over)-1]
	if k.met() != "" {
		return
	}
	n := news{pair: p, notice: program.NoticeUnreached, kind: "silence.undelivered", of: k.key, from: k.meeting, last: k.meeting}
	if p.mentor.never {
		n.kind = "silence.never_came"
	}
	if f.cut.Before(lost) {
		f.cut = c.now
		c.put(p, program.Coordinator, n)
	}
	if f.grave.Before(lost) && !c.now.Before(lost.AddDate(0, 0, 21)) {
		f.grave = c.now
		n.notice, n.kind = program.NoticeSerious, "silence.serious"
		c.put(p, program.Supervisor, n)
	}
}
