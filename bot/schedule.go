package bot

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/when"
	"steadfast/bot/words"
)

const (
	flowMeeting = "meeting"
	flowTimes   = "times"
)

// How far ahead meetings are shown, and how many of them have a button.
const (
	meetingsShown   = 4 * 7 * 24 * time.Hour
	meetingsPressed = 12
)

// startSchedule shows the meetings of the next weeks: a mentor's own, or those of
// a match that a coordinator chooses.
func (t *turn) startSchedule(string) error {
	called := t.option("match")
	charges, err := t.charges(called)
	if err != nil {
		return err
	}
	if len(charges) == 0 && called != "" {
		if charges, err = t.charges(""); err != nil {
			return err
		}
	}
	own, _, err := t.matchesOf(t.who.ID)
	switch {
	case err != nil:
		return err
	case len(charges) == 1 && (called != "" || len(own) == 0):
		m, err := t.charged(charges[0].Key)
		if err != nil {
			return err
		}
		return t.showMeetings(m)
	case len(own) > 0 && called == "":
		return t.showMeetings(own...)
	case len(charges) == 0:
		return t.reply(t.text("schedule.no_match"))
	}
	return t.chooseMatch("schedule.which", actMeetings, charges)
}

// chooseMatch offers matches that something is to be done with.
func (t *turn) chooseMatch(ask, act string, charges []flow.Option) error {
	var choices []chat.Choice
	for _, o := range charges[:min(len(charges), chosenFrom)] {
		m, err := t.charged(o.Key)
		if err != nil {
			return err
		}
		choices = append(choices, chat.Choice{Label: o.Label.Literal, Token: chat.Token{Act: act, ID: uint64(m.ID)}.String()})
	}
	text := t.text(ask)
	if len(charges) > chosenFrom {
		text = lines(text, t.text("schedule.more", "N", len(charges)-chosenFrom))
	}
	return t.reply(text, choices...)
}

// chosenFrom is how many matches are offered at once; the others are found by
// name.
const chosenFrom = 20

func (t *turn) meetingsPressed(token chat.Token) error {
	m, err := t.charge(token.ID)
	if err != nil {
		return err
	}
	return t.showMeetings(m)
}

// showMeetings lists the meetings of the next weeks. Those that are due have a
// button.
func (t *turn) showMeetings(matches ...program.Match) error {
	type shown struct {
		program.Occurrence
		in    program.MatchID
		named string
		zone  *time.Location
	}
	var all []shown
	for _, m := range matches {
		_, zone, err := t.placeInTime(m)
		if err != nil {
			return err
		}
		named, err := t.called(m)
		if m.Mentor != t.who.ID && err == nil {
			named, err = t.pair(m)
		}
		if err != nil {
			return err
		}
		for _, o := range t.meetingsOf(m, zone, t.now, t.now.Add(meetingsShown)) {
			all = append(all, shown{o, m.ID, named, zone})
		}
	}
	slices.SortStableFunc(all, func(a, b shown) int { return a.Start.Compare(b.Start) })
	text, choices := t.text("schedule.title"), []chat.Choice(nil)
	for _, o := range all {
		text = lines(text, t.meetingLine(o.Occurrence, o.named, o.zone))
		if (o.Due() || o.Off.Key == program.WhyCancelled) && len(choices) < meetingsPressed {
			label := t.plain("schedule.button", "When", t.moment(t.voice, o.Start, o.zone), "Who", o.named)
			choices = append(choices, chat.Choice{Label: label, Token: chat.Token{Act: actMeeting, ID: uint64(o.in), Question: o.Key.String()}.String()})
		}
	}
	if len(all) == 0 {
		text = t.text("schedule.empty")
	} else {
		choices = append(choices, t.button(actCalendar, fileOf(t.who, matches), "schedule.file", chat.Aside))
	}
	choices = append(choices, t.goalButton(matches))
	if len(matches) == 1 && t.inCharge(matches[0]) {
		m := matches[0]
		if !m.Schedule.IsZero() {
			text = paragraphs(text, t.text("schedule.is", "Schedule", m.Schedule.String()))
		}
		choices = append(choices,
			t.button(actTimes, uint64(m.ID), "schedule.new", chat.Aside),
			t.button(actPause, uint64(m.ID), "schedule.pause", chat.Aside))
	}
	return t.reply(text, choices...)
}

// meetingLine says when a meeting is, and what was changed about it.
func (t *turn) meetingLine(o program.Occurrence, named string, zone *time.Location) chat.Text {
	args := []any{"When", t.moment(t.voice, o.Start, zone), "Who", named}
	switch {
	case !o.Due():
		return t.text("schedule.line_off", append(args, "Why", t.whyOff(t.voice, o.Off))...)
	case o.Moved:
		return t.text("schedule.line_moved", append(args, "Day", t.date(t.voice, o.Key))...)
	}
	return t.text("schedule.line", args...)
}

// whyOff says why a meeting is not due.
func (t *turn) whyOff(v words.Voice, why program.Why) string {
	text := v.Plain("off."+strings.ReplaceAll(string(why.Key), " ", "_"), nil)
	if why.Name != "" {
		text += ": " + why.Name
	}
	return text
}

// A meetingChange is what somebody wants to change about one meeting.
type meetingChange struct {
	what   string // move, cancel, plan, leave
	to     time.Time
	reason string
}

// The answers about a meeting.
const (
	moveMeeting   = "move"
	cancelMeeting = "cancel"
	asPlanned     = "plan"
	leaveMeeting  = "leave"
)

func meetingConversation() conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			f, _, _, err := t.meetingFlow(d)
			if err != nil {
				return nil, err
			}
			_, q := flow.Run(d.State, f)
			return q, nil
		},
		act: func(_ *turn, d *program.Dialogue) error {
			if d.State.Value("sure") == "no" {
				d.State = d.State.Without("sure").Without("to")
			}
			return nil
		},
		finish: (*turn).finishMeeting,
	}
}

// meetingPressed asks what has changed about a meeting, unless the option says it.
func (t *turn) meetingPressed(token chat.Token) error {
	m, err := t.charge(token.ID)
	if err != nil {
		return err
	}
	if _, err := t.meetingOn(m, token.Question); err != nil {
		return err
	}
	s := flow.State{Flow: flowMeeting}.With("match", matchKey(m.ID)).With("key", token.Question)
	if token.Option != "" { // from a reminder, which stays
		return t.startNew(program.Dialogue{State: s.With("what", token.Option)})
	}
	return t.beginWith(program.Dialogue{State: s})
}

// meetingOn returns the meeting of a match that was planned for a date and is not
// over.
func (t *turn) meetingOn(m program.Match, key string) (program.Occurrence, error) {
	_, zone, err := t.placeInTime(m)
	if err != nil {
		return program.Occurrence{}, err
	}
	for _, o := range t.meetingsOf(m, zone, t.now, t.now.Add(movedAhead)) {
		if o.Key.String() == key {
			return o, nil
		}
	}
	return program.Occurrence{}, program.ErrNotFound
}

// movedAhead is how far ahead a meeting may be moved.
const movedAhead = 366 * 24 * time.Hour

// meetingFlow returns the flow, with the match and the meeting that it is about.
func (t *turn) meetingFlow(d *program.Dialogue) (f flow.Func[meetingChange], m program.Match, o program.Occurrence, err error) {
	if m, err = t.charged(d.State.Value("match")); err != nil {
		return nil, m, o, err
	}
	if o, err = t.meetingOn(m, d.State.Value("key")); err != nil {
		return nil, m, o, err
	}
	_, zone, err := t.placeInTime(m)
	if err != nil {
		return nil, m, o, err
	}
	mentee, err := t.called(m)
	what := []flow.Option{{Key: moveMeeting, Label: flow.Say("schedule.move")}}
	if o.Due() {
		what = append(what, flow.Option{Key: cancelMeeting, Label: flow.Say("schedule.cancel")})
	}
	if _, changed := m.Changes[o.Key]; changed {
		what = append(what, flow.Option{Key: asPlanned, Label: flow.Say("schedule.as_planned")})
	}
	what = append(what, flow.Option{Key: leaveMeeting, Label: flow.Say("schedule.leave")})
	return func(d *flow.Dialogue) (c meetingChange, done bool) {
		at := t.moment(t.voice, o.Start, zone)
		if c.what, done = d.Choose("what", flow.Say("schedule.meeting", "When", at, "Mentee", mentee), what); !done {
			return c, false
		}
		switch c.what {
		case cancelMeeting:
			c.reason, done = d.Ask("reason", flow.Text{Prompt: flow.Say("schedule.reason"), Optional: true, Limit: reasonRunes})
			return c, done
		case moveMeeting:
			to, done := d.Date("to", flow.Say("schedule.to", "When", at), t.daysToMove(o, zone), t.laterTime(o, zone))
			if !done {
				return c, false
			}
			c.to = timeOf(to, o, zone)
			sure := []flow.Option{{Key: "yes", Label: flow.Say("schedule.sure_yes")}, {Key: "no", Label: flow.Say("schedule.sure_no")}}
			_, done = d.Choose("sure", flow.Say("schedule.sure", "When", t.moment(t.voice, c.to, zone), "Mentee", mentee), sure)
			return c, done
		}
		return c, true
	}, m, o, err
}

const reasonRunes = 200

// daysToMove offers the next days at the same time.
func (t *turn) daysToMove(o program.Occurrence, zone *time.Location) (days []flow.Option) {
	day := program.DateOf(o.Start, zone)
	for n := 1; n <= 3; n++ {
		to := timeOf(day.Add(n).String(), o, zone)
		days = append(days, flow.Option{Key: day.Add(n).String(), Label: flow.Literal(t.moment(t.voice, to, zone))})
	}
	return days
}

// timeOf reads the answer to where a meeting is moved: an instant, or a date at
// the usual time of day.
func timeOf(answer string, o program.Occurrence, zone *time.Location) time.Time {
	if at, err := time.Parse(time.RFC3339, answer); err == nil {
		return at
	}
	day, _ := program.ParseDate(answer)
	start := o.Start.In(zone)
	return day.At(start.Hour(), start.Minute(), zone)
}

// laterTime reads when a meeting is to be instead.
func (t *turn) laterTime(o program.Occurrence, zone *time.Location) func(string) (string, error) {
	return func(text string) (string, error) {
		found, err := t.dayTyped(text, zone, when.Future)
		if err != nil {
			return "", err
		}
		at := found.At
		if !found.HasTime {
			at = timeOf(program.DateOf(at, zone).String(), o, zone)
		}
		switch {
		case !at.After(t.now):
			return "", wrong("schedule.past", "When", t.moment(t.voice, at, zone))
		case at.After(t.now.Add(movedAhead)):
			return "", wrong("day.far")
		}
		return at.UTC().Format(time.RFC3339), nil
	}
}

// finishMeeting changes a meeting and tells the other side, once.
func (t *turn) finishMeeting(d *program.Dialogue) error {
	f, m, o, err := t.meetingFlow(d)
	if errors.Is(err, program.ErrNotFound) {
		return t.reply(t.text("schedule.gone"))
	}
	if err != nil {
		return err
	}
	_, zone, err := t.placeInTime(m)
	if err != nil {
		return err
	}
	c, _ := flow.Run(d.State, f)
	if c.what == leaveMeeting {
		return t.reply(t.text("schedule.left"))
	}
	done, err := t.changeMeeting(m, o, zone, c)
	if err != nil {
		return err
	}
	again := chat.Choice{Label: t.plain("schedule.change"), Token: chat.Token{Act: actMeeting, ID: uint64(m.ID), Question: o.Key.String()}.String()}
	return t.reply(done, again)
}

// changeMeeting changes a meeting, tells the other side, once, and returns what
// to say of it to the person.
func (t *turn) changeMeeting(m program.Match, o program.Occurrence, zone *time.Location, c meetingChange) (chat.Text, error) {
	mentee, err := t.called(m)
	if err != nil {
		return nil, err
	}
	change := program.Change{Reason: c.reason, Count: m.Changes[o.Key].Count + 1, Cancelled: c.what == cancelMeeting, At: t.now}
	if c.what == moveMeeting {
		change.To = c.to
	}
	m.Changes = maps.Clone(m.Changes)
	if m.Changes == nil {
		m.Changes = map[program.Date]program.Change{}
	}
	m.Changes[o.Key] = change
	if err := t.rescheduled(&m, "changed a meeting: "+c.what); err != nil {
		return nil, err
	}
	args := func(v words.Voice) words.Args {
		return words.Args{"Who": t.who.Name, "Mentee": mentee, "From": t.moment(v, o.Start, zone), "To": t.moment(v, c.to, zone), "Day": t.date(v, o.Key)}
	}
	err = t.tellOtherSide(m, func(v words.Voice) chat.Text {
		text := v.Text("schedule.told_"+c.what, args(v))
		if c.reason != "" {
			text = lines(text, chat.Text{{Text: c.reason, Style: chat.Quote}})
		}
		return text
	})
	return t.voice.Text("schedule.done_"+c.what, args(t.voice)), err
}
