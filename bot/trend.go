package bot

import (
	"slices"

	"steadfast/bot/program"
)

// trendDepth is how many of a match's newest check-ins are looked at for trends.
const trendDepth = 12

// noticeTrend looks whether a new check-in completes a trend, and raises a case
// for it. Where the check-in has a case of its own, the trend is noted there.
func (t *turn) noticeTrend(c *program.CheckIn) error {
	if c.Corrected {
		return nil
	}
	var history []program.CheckIn
	for in, err := range t.tx.CheckInsOf(c.Match) {
		if err != nil {
			return err
		}
		if in.Undone.IsZero() {
			history = append(history, in)
		}
		if len(history) == trendDepth {
			break
		}
	}
	m, err := t.tx.Match(c.Match)
	if err != nil {
		return err
	}
	if m.Group() {
		return t.noticeInGroup(m, c, history)
	}
	trend, found := program.TrendOf(history)
	if !found {
		return nil
	}
	c.Trend = trend
	if c.Case != 0 {
		return t.noteTrend(c.Case, trend)
	}
	_, err = t.raise(program.Case{Level: trend.Level(), Match: c.Match, Mentee: m.Mentee, CheckIn: c.ID, Trend: trend})
	return err
}

// noticeInGroup looks for trends in what a group's check-ins say of each of its
// mentees, and for one in the mood of the group.
func (t *turn) noticeInGroup(m program.Match, c *program.CheckIn, history []program.CheckIn) error {
	about := map[program.Trend][]program.MenteeID{}
	for _, id := range m.Mentees {
		of := make([]program.CheckIn, len(history))
		for i, in := range history {
			of[i] = in.Regarding(id)
		}
		if trend, found := program.TrendOf(of); found {
			if c.Trends == nil {
				c.Trends = program.Trends{}
			}
			c.Trends[id] = trend
			about[trend] = append(about[trend], id)
		}
	}
	moods := make([]program.CheckIn, len(history))
	for i, in := range history {
		moods[i] = program.CheckIn{At: in.At, Met: program.MetYes, Mood: in.Mood, Trend: in.Trend}
	}
	if trend, found := program.TrendOf(moods); found {
		c.Trend = trend
		about[trend] = m.Mentees
	}
	for _, trend := range program.AllTrends() {
		if len(about[trend]) == 0 {
			continue
		}
		if err := t.raiseTrend(m, c, trend, about[trend]); err != nil {
			return err
		}
	}
	return nil
}

// raiseTrend notes a trend about some of a group in the case of the check-in, if
// that is about all of them. Else a case of its own is paged as soon as this turn
// is over, since there may be several.
func (t *turn) raiseTrend(m program.Match, c *program.CheckIn, trend program.Trend, about []program.MenteeID) error {
	if c.Case != 0 {
		k, err := t.tx.Case(c.Case)
		if err != nil {
			return err
		}
		other := func(id program.MenteeID) bool { return !slices.Contains(k.Subjects(), id) }
		if !slices.ContainsFunc(about, other) && k.Trend == "" {
			return t.noteTrend(c.Case, trend)
		}
	}
	k := program.Case{Level: trend.Level(), Match: m.ID, CheckIn: c.ID, Trend: trend, Raised: t.now}
	k.SetSubjects(about)
	if c.About != 0 { // who must not read this check-in
		k.About = []program.PersonID{c.About}
	}
	if c.Case == 0 { // else this turn has paged enough people
		if joined, err := t.joinCase(k); err != nil || joined != 0 {
			return err
		}
	}
	if err := t.tx.PutCase(&k); err != nil {
		return err
	}
	if err := t.tx.AddHop(k.No, program.Hop{At: t.now, Kind: program.HopRaised, Level: k.Level}); err != nil {
		return err
	}
	return t.lookAgain(k, t.now)
}

// noteTrend notes a trend in a case, and lifts it to the trend's level.
func (t *turn) noteTrend(no program.CaseNo, trend program.Trend) error {
	k, err := t.tx.Case(no)
	if err != nil {
		return err
	}
	k.Trend = trend
	if err := t.tx.PutCase(&k); err != nil {
		return err
	}
	if err := t.tx.AddHop(no, program.Hop{At: t.now, Kind: program.HopTrend, What: string(trend)}); err != nil {
		return err
	}
	return t.raiseTo(no, trend.Level())
}
