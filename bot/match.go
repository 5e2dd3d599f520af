package bot

import (
	"cmp"
	"errors"
	"slices"
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
	aliases  []string // several are a group
	group    string   // its name
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
		aliases, done := d.Ask("mentee", flow.Text{Prompt: flow.Say("match.mentee"), Limit: aliasesRunes, Parse: normalAliases})
		if !done {
			return p, false
		}
		if p.aliases = program.Aliases(aliases, aliasSeparators); len(p.aliases) > 1 {
			name := program.GroupName(p.aliases)
			p.group, done = d.Ask("group", flow.Text{Prompt: flow.Say("match.group", "Name", name), Optional: true, Limit: program.GroupRunes})
			if p.group = cmp.Or(p.group, name); !done {
				return p, false
			}
		}
		schedule, done := d.Ask("schedule", flow.Text{Prompt: flow.Say("match.schedule"), Optional: true, Parse: normalSchedule})
		if done && schedule != "" {
			p.schedule, _ = program.ParseSchedule(schedule)
		}
		return p, done
	}
}

// aliasSeparators stand between the aliases of a group, which have some room.
const (
	aliasSeparators = ",;\n"
	aliasesRunes    = program.GroupMost * (program.AliasRunes + 2)
)

// normalAliases reads the alias of a mentee, or those of a group.
func normalAliases(text string) (string, error) {
	aliases := program.Aliases(text, aliasSeparators)
	switch {
	case len(aliases) == 0:
		return "", wrong("match.nobody")
	case len(aliases) > program.GroupMost:
		return "", wrong("match.crowd", "Limit", program.GroupMost)
	case slices.ContainsFunc(aliases, func(a string) bool { return utf8.RuneCountInString(a) > program.AliasRunes }):
		return "", wrong("match.alias_long", "Limit", program.AliasRunes)
	}
	return strings.Join(aliases, ", "), nil
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
	if aliases, err := normalAliases(t.option("mentee")); err == nil {
		given = append(given, flow.Answer{Key: "mentee", Values: []string{aliases}})
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
	m := program.Match{Mentor: mentor.ID, Schedule: p.schedule, Since: t.now, Clock: program.DateOf(t.now, t.Zone)}
	if err := t.putIn(&m, p); err != nil {
		return err
	}
	named, err := t.inFull(m)
	if err != nil {
		return err
	}
	matches, err := collect(t.tx.MatchesOf(mentor.ID))
	if err != nil {
		return err
	}
	for _, other := range matches {
		if other.Active() && sameMentees(other, m) {
			return t.reply(t.text("match.exists", "Mentor", mentor.Name, "Mentee", named))
		}
	}
	if t.who.Is(program.Coordinator) {
		m.Coordinator = t.who.ID
	}
	if err := t.addNewMatch(&m, mentor); err != nil {
		return err
	}
	v := t.voiceOf(mentor)
	told := chat.Message{
		Text:    v.Text("match.told_mentor", words.Args{"Mentee": named}),
		Choices: []chat.Choice{buttonIn(v, actStart, uint64(m.ID), "button.checkin", chat.Primary)},
	}
	if err := t.tell(mentor, program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert, Message: told}); err != nil {
		return err
	}
	key := "match.done"
	if !m.Schedule.IsZero() {
		key = "match.done_schedule"
	}
	return t.reply(t.text(key, "Mentor", mentor.Name, "Mentee", named, "Schedule", m.Schedule.String()))
}

// putIn puts the mentees of a pairing into a match. Those who are not known yet
// are new.
func (t *turn) putIn(m *program.Match, p pairing) error {
	var ids []program.MenteeID
	for _, alias := range p.aliases {
		mentee, err := t.tx.MenteeCalled(alias)
		if errors.Is(err, program.ErrNotFound) {
			mentee = program.Mentee{Alias: alias}
			err = t.tx.PutMentee(&mentee)
		}
		if err != nil {
			return err
		}
		ids = append(ids, mentee.ID)
	}
	if p.group == "" {
		m.Mentee = ids[0]
		return nil
	}
	m.Mentees, m.Name = ids, p.group
	return nil
}

// sameMentees reports whether two matches have the same mentees, alone or as a
// group.
func sameMentees(a, b program.Match) bool {
	return a.Mentee == b.Mentee && slices.Equal(slices.Sorted(slices.Values(a.Mentees)), slices.Sorted(slices.Values(b.Mentees)))
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
	if err := t.lookAhead(m.Mentor); err != nil {
		return err
	}
	next, ok := m.Schedule.Next(t.now.Add(-m.Schedule.Length), t.zoneOf(mentor), t.calendarOf(m))
	if !ok {
		return nil
	}
	return t.setTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: next.End})
}
