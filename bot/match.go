package bot

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

const flowMatch = "match"

func matchConversation() conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			mentors, err := t.withRole(program.Mentor)
			_, q := flow.Run(d.State, matchFlow(mentors))
			return q, err
		},
		finish: (*turn).finishMatch,
	}
}

// A pairing is what a coordinator said about a new match.
type pairing struct {
	mentor   program.PersonID
	alias    string
	schedule program.Schedule
}

func matchFlow(mentors []program.Person) flow.Func[pairing] {
	return func(d *flow.Dialogue) (p pairing, done bool) {
		var who []flow.Option
		for _, m := range mentors {
			who = append(who, flow.Option{Key: strconv.FormatUint(uint64(m.ID), 36), Label: flow.Literal(m.Name)})
		}
		key, done := d.Choose("mentor", flow.Say("match.mentor"), who)
		if !done {
			return p, false
		}
		id, _ := strconv.ParseUint(key, 36, 64)
		p.mentor = program.PersonID(id)
		if p.alias, done = d.Ask("mentee", flow.Text{Prompt: flow.Say("match.mentee"), Limit: program.AliasRunes}); !done {
			return p, false
		}
		schedule, done := d.Ask("schedule", flow.Text{Prompt: flow.Say("match.schedule"), Optional: true, Parse: normalSchedule})
		if done && schedule != "" {
			p.schedule, _ = program.ParseSchedule(schedule)
		}
		return p, done
	}
}

func normalSchedule(text string) (string, error) {
	s, err := program.ParseSchedule(text)
	return s.String(), err
}

func (t *turn) startMatch(string) error {
	mentors, err := t.withRole(program.Mentor)
	if err != nil {
		return err
	}
	if len(mentors) == 0 {
		return t.reply(t.text("match.no_mentor"))
	}
	return t.begin(flowMatch, t.matchGiven(mentors)...)
}

// matchGiven returns what was said of a match with the command.
func (t *turn) matchGiven(mentors []program.Person) (given []flow.Answer) {
	for _, m := range mentors {
		if strings.EqualFold(m.Name, t.option("mentor")) {
			given = append(given, flow.Answer{Key: "mentor", Values: []string{strconv.FormatUint(uint64(m.ID), 36)}})
			break
		}
	}
	if alias := t.option("mentee"); alias != "" && utf8.RuneCountInString(alias) <= program.AliasRunes {
		given = append(given, flow.Answer{Key: "mentee", Values: []string{alias}})
	}
	if schedule, err := normalSchedule(t.option("schedule")); err == nil && schedule != "" {
		given = append(given, flow.Answer{Key: "schedule", Values: []string{schedule}})
	}
	return given
}

// matchMentor begins a match with a mentor who has just joined.
func (t *turn) matchMentor(token chat.Token) error {
	p, err := t.tx.Person(program.PersonID(token.ID))
	if err != nil {
		return err
	}
	if !p.Is(program.Mentor) {
		return t.toast("answer.old_button")
	}
	return t.begin(flowMatch, flow.Answer{Key: "mentor", Values: []string{strconv.FormatUint(token.ID, 36)}})
}

func (t *turn) finishMatch(d *program.Dialogue) error {
	mentors, err := t.withRole(program.Mentor)
	if err != nil {
		return err
	}
	p, _ := flow.Run(d.State, matchFlow(mentors))
	mentor, err := t.tx.Person(p.mentor)
	if err != nil {
		return err
	}
	mentee, err := t.tx.MenteeCalled(p.alias)
	if errors.Is(err, program.ErrNotFound) {
		mentee = program.Mentee{Alias: p.alias}
		err = t.tx.PutMentee(&mentee)
	}
	if err != nil {
		return err
	}
	matches, err := collect(t.tx.MatchesOf(mentor.ID))
	if err != nil {
		return err
	}
	for _, m := range matches {
		if m.Active() && m.Mentee == mentee.ID {
			return t.reply(t.text("match.exists", "Mentor", mentor.Name, "Mentee", mentee.Alias))
		}
	}
	m := program.Match{Mentor: mentor.ID, Mentee: mentee.ID, Schedule: p.schedule, Since: t.now}
	if t.who.Is(program.Coordinator) {
		m.Coordinator = t.who.ID
	}
	if err := t.addNewMatch(&m, mentor); err != nil {
		return err
	}
	v := t.voiceOf(mentor)
	told := chat.Message{
		Text:    v.Text("match.told_mentor", words.Args{"Mentee": mentee.Alias}),
		Choices: []chat.Choice{buttonIn(v, actStart, uint64(m.ID), "button.checkin", chat.Primary)},
	}
	if err := t.tell(mentor, program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert, Message: told}); err != nil {
		return err
	}
	key := "match.done"
	if !m.Schedule.IsZero() {
		key = "match.done_schedule"
	}
	return t.reply(t.text(key, "Mentor", mentor.Name, "Mentee", mentee.Alias, "Schedule", m.Schedule.String()))
}

// addNewMatch records a match and sets the timer for its first meeting.
func (t *turn) addNewMatch(m *program.Match, mentor program.Person) error {
	if err := t.tx.PutMatch(m); err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "matched", Person: m.Mentor}); err != nil {
		return err
	}
	return t.nextMeeting(*m, mentor)
}

// nextMeeting sets the timer for the end of the next meeting of a match.
func (t *turn) nextMeeting(m program.Match, mentor program.Person) error {
	if m.Schedule.IsZero() || !m.Active() {
		return nil
	}
	next, ok := m.Schedule.Next(t.now.Add(-m.Schedule.Length), t.zoneOf(mentor), t.calendarOf(m))
	if !ok {
		return nil
	}
	return t.setTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: next.End})
}
