package bot

import "steadfast/bot/program"

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
	trend, found := program.TrendOf(history)
	if !found {
		return nil
	}
	c.Trend = trend
	if c.Case != 0 {
		return t.noteTrend(c.Case, trend)
	}
	mentee, err := t.menteeOf(c.Match)
	if err != nil {
		return err
	}
	_, err = t.raise(program.Case{Level: trend.Level(), Match: c.Match, Mentee: mentee, CheckIn: c.ID, Trend: trend})
	return err
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
