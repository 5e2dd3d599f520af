package bot

import (
	"slices"
	"strconv"
	"strings"

	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// called returns what a match is called: by the alias of its mentee, or by the
// name of its group.
func (t *turn) called(m program.Match) (string, error) {
	if m.Group() {
		return m.Name, nil
	}
	return t.alias(m.Mentee)
}

// aliases returns what some mentees are called.
func (t *turn) aliases(ids []program.MenteeID) (all []string, err error) {
	for _, id := range ids {
		alias, err := t.alias(id)
		if err != nil {
			return nil, err
		}
		all = append(all, alias)
	}
	return all, nil
}

// inFull returns what a match is called, with everybody who is in its group.
func (t *turn) inFull(m program.Match) (string, error) {
	name, err := t.called(m)
	if err != nil || !m.Group() {
		return name, err
	}
	aliases, err := t.aliases(m.Mentees)
	all := strings.Join(aliases, ", ")
	if all == name {
		return name, err
	}
	return name + " (" + all + ")", err
}

// whom returns what those are called whom a case is about: of a whole group its
// name and everybody in it.
func (t *turn) whom(c program.Case) (string, error) {
	if len(c.Mentees) == 0 {
		return t.alias(c.Mentee)
	}
	if c.Match != 0 {
		m, err := t.tx.Match(c.Match)
		if err != nil {
			return "", err
		}
		if slices.Equal(slices.Sorted(slices.Values(m.Mentees)), c.Mentees) {
			return t.inFull(m)
		}
	}
	aliases, err := t.aliases(c.Mentees)
	return strings.Join(aliases, ", "), err
}

// subjectsOf returns the mentees of a match; none without one.
func (t *turn) subjectsOf(id program.MatchID) ([]program.MenteeID, error) {
	if id == 0 {
		return nil, nil
	}
	m, err := t.tx.Match(id)
	return m.Everyone(), err
}

// regard makes a case be about whom its check-in says that it is about now. Where
// more has become part of the case, nobody is left out who was in it.
func (t *turn) regard(m program.Match, old, c program.CheckIn) error {
	if !m.Group() || old.Whom == c.Whom && old.Level() != program.NoLevel || c.Level() == program.NoLevel {
		return nil
	}
	k, err := t.tx.Case(c.Case)
	if err != nil {
		return err
	}
	subjects := c.Worrying(m)
	if k.CheckIn != c.ID || len(k.More) > 0 || k.Trend != "" {
		for _, id := range k.Subjects() {
			if !slices.Contains(subjects, id) {
				subjects = append(slices.Clone(subjects), id)
			}
		}
	}
	k.SetSubjects(subjects)
	return t.tx.PutCase(&k)
}

// A roster is who is in a group, for the questions about it.
type roster []flow.Option

// The answers about a group that are nobody's.
const (
	allCame    = "+all"
	cannotSay  = "+unknown"
	wholeGroup = "+all"
)

// viewRoster prepares the questions about who was there and whom a worry is
// about; empty where the match is no group.
func (t *turn) viewRoster(d *program.Dialogue, matches []program.Match) (r roster, err error) {
	m, err := t.matchIn(d, matches)
	if err != nil {
		return nil, err
	}
	for _, id := range m.Mentees {
		alias, err := t.alias(id)
		if err != nil {
			return nil, err
		}
		r = append(r, flow.Option{Key: menteeKey(id), Label: flow.Literal(alias)})
	}
	return r, nil
}

// matchIn returns the match that a check-in is about; one without an ID as long
// as that is not known.
func (t *turn) matchIn(d *program.Dialogue, matches []program.Match) (program.Match, error) {
	for _, answer := range []string{"match", "who"} {
		if key := d.State.Value(answer); key != "" {
			id, err := strconv.ParseUint(key, 36, 64)
			if err != nil {
				return program.Match{}, err
			}
			return t.tx.Match(program.MatchID(id))
		}
	}
	if len(matches) == 1 {
		return matches[0], nil
	}
	return program.Match{}, nil
}

func menteeKey(id program.MenteeID) string { return strconv.FormatUint(uint64(id), 36) }

func menteeOf(key string) program.MenteeID {
	id, _ := strconv.ParseUint(key, 36, 64)
	return program.MenteeID(id)
}

// key returns the wording for one mentee or, under another name, for a group.
func (r roster) key(one string) string {
	if len(r) > 0 {
		return one + "_group"
	}
	return one
}

// askCame asks who of a group was there.
func (r roster) askCame(d *flow.Dialogue, c *program.CheckIn) bool {
	if len(r) == 0 {
		return true
	}
	came, done := d.Several("came", flow.Say("checkin.came"), append(slices.Clone(r),
		flow.Option{Key: allCame, Label: flow.Say("checkin.all_came"), Alone: true},
		flow.Option{Key: cannotSay, Label: flow.Say("checkin.came_unknown"), Alone: true}))
	for _, key := range came {
		switch key {
		case cannotSay:
		case allCame:
			for _, o := range r {
				c.Came = append(c.Came, menteeOf(o.Key))
			}
		default:
			c.Came = append(c.Came, menteeOf(key))
		}
	}
	return done
}

// askWhom asks whom of a group a worry is about.
func (r roster) askWhom(d *flow.Dialogue, c *program.CheckIn) bool {
	if len(r) < 2 {
		if len(r) == 1 {
			c.Whom = menteeOf(r[0].Key)
		}
		return true
	}
	key, done := d.Choose("whom", flow.Say("checkin.whom"), append(slices.Clone(r), flow.Option{Key: wholeGroup, Label: flow.Say("checkin.whole_group")}))
	if key != wholeGroup {
		c.Whom = menteeOf(key)
	}
	return done
}

// who names the mentee whom a worry is about, else the group.
func (r roster) who(id program.MenteeID, group string) string {
	for _, o := range r {
		if id != 0 && menteeOf(o.Key) == id {
			return o.Label.Literal
		}
	}
	return group
}

// withRoster returns the answers from which it is known again who of a group was
// there and whom a worry is about.
func withRoster(s flow.State, c program.CheckIn) flow.State {
	came := []string{cannotSay}
	if len(c.Came) > 0 {
		came = nil
	}
	for _, id := range c.Came {
		came = append(came, menteeKey(id))
	}
	whom := wholeGroup
	if c.Whom != 0 {
		whom = menteeKey(c.Whom)
	}
	if c.Met == program.MetYes {
		s = s.With("came", came...)
	}
	if c.Worry != "" && c.Worry != program.NoWorry {
		s = s.With("whom", whom)
	}
	return s
}
