package bot

import (
	"errors"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// nextShown is how many of the next meetings are shown of a new schedule, so that
// a slip is seen at once.
const nextShown = 3

func timesConversation() conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			_, q, err := t.runTimes(d)
			return q, err
		},
		finish: (*turn).finishTimes,
	}
}

// timesPressed asks when a match meets from now on.
func (t *turn) timesPressed(token chat.Token) error {
	m, err := t.charge(token.ID)
	if err != nil {
		return err
	}
	if !t.inCharge(m) {
		return program.ErrNotFound
	}
	return t.begin(flowTimes, flow.Answer{Key: "match", Values: []string{matchKey(m.ID)}})
}

func (t *turn) runTimes(d *program.Dialogue) (string, *flow.Question, error) {
	m, err := t.charged(d.State.Value("match"))
	if err != nil {
		return "", nil, err
	}
	pair, err := t.pair(m)
	if err != nil {
		return "", nil, err
	}
	parse := func(text string) (string, error) {
		s, err := t.newTimes(m, text)
		return s.String(), err
	}
	text, q := flow.Run(d.State, func(d *flow.Dialogue) (string, bool) {
		return d.Ask("schedule", flow.Text{Prompt: flow.Say("times.ask", "Who", pair), Parse: parse})
	})
	return text, q, nil
}

// newTimes reads a schedule that begins now. What is planned already is not
// touched by it: else meetings that never were would be asked about.
func (t *turn) newTimes(m program.Match, text string) (program.Schedule, error) {
	s, err := program.ParseSchedule(text)
	if err != nil {
		return s, wrong("times.unclear")
	}
	_, zone, err := t.placeInTime(m)
	if err != nil {
		return s, err
	}
	today := program.DateOf(t.now, zone)
	if !today.At(s.Hour, s.Minute, zone).After(t.now) {
		today = today.Add(1)
	}
	if s.From.Before(today) {
		if s.Every == program.Fortnightly { // keep the rhythm
			today = today.Add((14 - today.Sub(s.From)%14) % 14)
		}
		s.From = today
	}
	if !s.Until.IsZero() && s.Until.Before(s.From) {
		return s, wrong("times.never")
	}
	if _, ok := s.Next(t.now, zone, t.Calendar); !ok {
		return s, wrong("times.never")
	}
	return s, nil
}

// finishTimes sets the new schedule, and shows the next meetings.
func (t *turn) finishTimes(d *program.Dialogue) error {
	text, _, err := t.runTimes(d)
	if errors.Is(err, program.ErrNotFound) {
		return t.reply(t.text("schedule.gone"))
	}
	if err != nil {
		return err
	}
	m, err := t.charged(d.State.Value("match"))
	if err != nil {
		return err
	}
	_, zone, err := t.placeInTime(m)
	if err != nil {
		return err
	}
	if err := t.planChanged(&m, m.Schedule); err != nil {
		return err
	}
	if m.Schedule, err = program.ParseSchedule(text); err != nil {
		return err
	}
	today, changes := program.DateOf(t.now, zone), map[program.Date]program.Change{}
	for key, change := range m.Changes {
		if key.Before(today) { // the others were about the plan that was
			changes[key] = change
		}
	}
	m.Changes, m.Planned = changes, t.now
	if err := t.rescheduled(&m, "changed a schedule"); err != nil {
		return err
	}
	next := func(v words.Voice) (days string) {
		at := t.now
		for range nextShown {
			o, ok := m.Schedule.Next(at, zone, t.calendarOf(m))
			if !ok {
				break
			}
			days, at = days+"\n"+t.moment(v, o.Start, zone), o.Start
		}
		return days
	}
	pair, err := t.pair(m)
	if err != nil {
		return err
	}
	mentee, err := t.called(m)
	if err != nil {
		return err
	}
	err = t.tellOtherSide(m, func(v words.Voice) chat.Text {
		return v.Text("times.told", words.Args{"Who": t.who.Name, "Mentee": mentee, "Next": next(v)})
	})
	if err != nil {
		return err
	}
	return t.reply(t.text("times.done", "Who", pair, "Next", next(t.voice)),
		t.button(actTimes, uint64(m.ID), "schedule.change", chat.Plain))
}
