package bot

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// A detailView is what the questions about the details of a meeting need to
// know: how long it was, how it was held, what was done, and what comes next.
// They belong to a log, and to a check-in where somebody wants to say more.
type detailView struct {
	log  bool // they belong to it, unless something worries the mentor
	more bool // somebody asked for them
	goal string

	said string // what is known of the next meeting, where that is not to be asked
	next program.Occurrence
	zone *time.Location
	days []flow.Option // that are offered to move it to
	read func(string) (string, error)
	when func(time.Time) string
}

// The answers about the next meeting, beside its date; and that it was not
// spoken of.
const (
	anotherDay  = "other"
	notYetKnown = "open"
	nothingSaid = "none"
)

// viewDetails prepares the questions about the details of a meeting.
func (t *turn) viewDetails(d *program.Dialogue, matches []program.Match) (v detailView, err error) {
	v = detailView{log: d.State.Value("log") != "", more: d.State.Value("more") != "", said: d.State.Value("next_said")}
	if !v.log && !v.more {
		return v, nil
	}
	m, err := t.matchIn(d, matches)
	if err != nil || m.ID == 0 {
		return v, err
	}
	if !m.Active() { // it has ended since
		v.said = cmp.Or(v.said, nothingSaid)
	}
	v.goal = cmp.Or(d.State.Value("goal_was"), m.Goal)
	_, v.zone, err = t.placeInTime(m)
	if err != nil || v.said != "" {
		return v, err
	}
	on, said := program.ParseDate(d.State.Value("on"))
	today := program.DateOf(t.now, v.zone)
	if said != nil {
		on = today
	}
	next, planned := m.Schedule.Next(t.now, v.zone, t.calendarOf(m))
	between, _ := m.Schedule.Next(on.Add(1).At(0, 0, v.zone), v.zone, t.calendarOf(m))
	switch {
	case on.Before(today.Add(-nextAsked)), on != today && planned && between.Key != next.Key:
		v.said = nothingSaid // there were other meetings since
	case planned:
		v.next, v.days = next, t.daysToMove(next, v.zone)
	}
	v.read = t.laterTime(v.next, v.zone)
	v.when = func(at time.Time) string { return t.moment(t.voice, at, v.zone) }
	return v, nil
}

// nextAsked is how many days after a meeting its log may still say when the next
// one is.
const nextAsked = 7

// ask asks for the details. Each of them may be left out, and all that are left.
func (v detailView) ask(d *flow.Dialogue, c *program.CheckIn) bool {
	switch {
	case c.Pressing == program.Now, !v.more && (!v.log || c.Level() != program.NoLevel):
		return true // what comes now matters more
	}
	d.Free("enough")
	if c.Met == program.MetYes && !v.askHeld(d, c) {
		return false
	}
	return v.askNext(d, c)
}

// askHeld asks how long a meeting was, how it was held and what was done.
func (v detailView) askHeld(d *flow.Dialogue, c *program.CheckIn) bool {
	var lengths []flow.Option
	for _, minutes := range []int{30, 45, 60, 90} {
		lengths = append(lengths, flow.Option{Key: strconv.Itoa(minutes), Label: flow.Say("log.minutes", "Minutes", minutes)})
	}
	length, done := d.Date("length", flow.Say("log.length"), lengths, lengthTyped)
	if !done {
		return false
	}
	minutes, _ := strconv.Atoi(length)
	c.Length = time.Duration(minutes) * time.Minute
	mode, done := d.Choose("mode", flow.Say("log.mode"), options("mode.", program.Modes()))
	if c.Mode = program.Mode(mode); !done {
		return false
	}
	did, done := d.Several("did", flow.Say("log.did"), options("did.", program.Activities()))
	if !done {
		return false
	}
	for _, a := range did {
		c.Did = append(c.Did, program.Activity(a))
	}
	if v.goal == "" {
		return true
	}
	goal, done := d.Choose("goal", flow.Say("log.goal", "Goal", v.goal), options("goal_touched.", []string{"yes", "no"}))
	if goal == "yes" {
		c.Goal = v.goal
	}
	return done
}

// askNext asks whether the next meeting is as planned or, without a plan, when it
// is.
func (v detailView) askNext(d *flow.Dialogue, c *program.CheckIn) bool {
	if v.said != "" {
		c.NextOpen = v.said == notYetKnown
		c.Next, _ = program.ParseDate(v.said)
		return true
	}
	open := flow.Option{Key: notYetKnown, Label: flow.Say("next.open")}
	if v.next.Key.IsZero() {
		day, done := d.Date("next_to", flow.Say("next.when"), []flow.Option{open}, v.read)
		v.take(c, day)
		return done
	}
	day, done := d.Choose("next", flow.Say("next.planned", "When", v.when(v.next.Start)), []flow.Option{
		{Key: v.next.Key.String(), Label: flow.Say("next.right")}, {Key: anotherDay, Label: flow.Say("next.another")}, open,
	})
	if !done {
		return false
	}
	if day == anotherDay {
		day, done = d.Date("next_to", flow.Say("schedule.to", "When", v.when(v.next.Start)), v.days, v.read)
	} else if day == v.next.Key.String() {
		day = program.DateOf(v.next.Start, v.zone).String()
	}
	v.take(c, day)
	return done
}

// take keeps an answer about the next meeting.
func (v detailView) take(c *program.CheckIn, day string) {
	switch day {
	case "":
	case notYetKnown:
		c.NextOpen = true
	default:
		c.Next = program.DateOf(timeOf(day, v.next, v.zone), v.zone)
	}
}

// moveNext moves the next meeting, if a check-in says that it is on another day,
// and returns what to say of that.
func (t *turn) moveNext(d *program.Dialogue, id program.MatchID) (chat.Text, error) {
	to := d.State.Value("next_to")
	if d.State.Value("next") != anotherDay || to == "" {
		return nil, nil
	}
	m, err := t.tx.Match(id)
	if err != nil {
		return nil, err
	}
	v, err := t.viewDetails(d, []program.Match{m})
	if err != nil || v.next.Key.IsZero() {
		return nil, err
	}
	return t.changeMeeting(m, v.next, v.zone, meetingChange{what: moveMeeting, to: timeOf(to, v.next, v.zone)})
}

// details says in a few lines what is known of a meeting beside how it went.
func (t *turn) details(v words.Voice, c program.CheckIn) (text chat.Text) {
	var held []string
	if c.Length != 0 {
		held = append(held, v.Plain("log.minutes", words.Args{"Minutes": int(c.Length.Minutes())}))
	}
	if c.Mode != "" {
		held = append(held, v.Plain("mode."+string(c.Mode), nil))
	}
	if len(held) > 0 {
		text = v.Text("summary.held", words.Args{"How": strings.Join(held, ", ")})
	}
	var did []string
	for _, a := range c.Did {
		did = append(did, v.Plain("did."+string(a), nil))
	}
	if len(did) > 0 {
		text = lines(text, v.Text("summary.did", words.Args{"Did": strings.Join(did, ", ")}))
	}
	if c.Goal != "" {
		text = lines(text, v.Text("summary.goal", words.Args{"Goal": c.Goal}))
	}
	return text
}

// nextLine says when they meet next, as far as that was said.
func (t *turn) nextLine(v words.Voice, c program.CheckIn) chat.Text {
	switch {
	case c.NextOpen:
		return v.Text("summary.next", words.Args{"Day": v.Plain("next.open", nil)})
	case !c.Next.IsZero():
		return v.Text("summary.next", words.Args{"Day": t.date(v, c.Next)})
	}
	return nil
}

// sameDetails reports whether two check-ins say the same of when and how the
// meeting was.
func sameDetails(a, b program.CheckIn) bool {
	return a.On == b.On && slices.Equal(a.Came, b.Came) && a.Length == b.Length && a.Mode == b.Mode && slices.Equal(a.Did, b.Did) && a.Goal == b.Goal &&
		a.Next == b.Next && a.NextOpen == b.NextOpen
}

// withDetails returns the answers from which the details of a check-in are known
// again. Those that were left out are asked with more, else left out as well.
func withDetails(s flow.State, c program.CheckIn, more bool) flow.State {
	known := func(key string, values ...string) {
		if len(values) > 0 && values[0] != "" || !more {
			s = s.With(key, slices.DeleteFunc(values, func(v string) bool { return v == "" })...)
		}
	}
	s = s.With("more", "yes")
	length, goal, next := "", "", ""
	if c.Length != 0 {
		length = strconv.Itoa(int(c.Length.Minutes()))
	}
	if c.Goal != "" {
		goal, s = "yes", s.With("goal_was", c.Goal)
	}
	var did []string
	for _, a := range c.Did {
		did = append(did, string(a))
	}
	switch {
	case c.NextOpen:
		next = notYetKnown
	case !c.Next.IsZero():
		next = c.Next.String()
	case !more:
		next = nothingSaid
	}
	known("length", length)
	known("mode", string(c.Mode))
	known("did", did...)
	known("goal", goal)
	known("next_said", next)
	return s
}
