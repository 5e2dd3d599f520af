package main

import "steadfast/bot/program"

// A SilenceConfig says how a match from which nothing is heard is followed up.
type SilenceConfig struct {
	Away        int        `toml:"away"`
	SeriousDays int        `toml:"serious_days"`
	Weekly      PaceConfig `toml:"weekly"`
	Fortnightly PaceConfig `toml:"fortnightly"`
	Monthly     PaceConfig `toml:"monthly"`
	Dates       PaceConfig `toml:"dates"`
}

// A PaceConfig is the part of a [SilenceConfig] for one cadence: days, then
// meetings in a row.
type PaceConfig struct {
	AskDays    int `toml:"ask_days"`
	NudgeDays  int `toml:"nudge_days"`
	ListDays   int `toml:"list_days"`
	MissedDays int `toml:"missed_days"`

	Alert      int `toml:"alert"`
	Supervisor int `toml:"supervisor"`
	Warning    int `toml:"warning"`
	Closure    int `toml:"closure"`
}

// defaultSilence is program.DefaultProtocol.
func defaultSilence() SilenceConfig {
	p := program.DefaultProtocol()
	pace := func(every program.Cadence) PaceConfig {
		k := p.Paces[every]
		return PaceConfig{k.Ask, k.Nudge, k.List, k.Missed, k.Alert, k.Supervisor, k.Warning, k.Closure}
	}
	return SilenceConfig{
		Away: p.Away, SeriousDays: p.Serious,
		Weekly: pace(program.Weekly), Fortnightly: pace(program.Fortnightly), Monthly: pace(program.Monthly), Dates: pace(program.OnDates),
	}
}

// protocol returns how silence is followed up; the configuration has been checked.
func (c Config) protocol() program.Protocol {
	p, s := program.DefaultProtocol(), c.Silence
	p.Away, p.Serious = s.Away, s.SeriousDays
	for every, k := range map[program.Cadence]PaceConfig{
		program.Weekly: s.Weekly, program.Fortnightly: s.Fortnightly, program.Monthly: s.Monthly, program.OnDates: s.Dates,
	} {
		p.Paces[every] = program.Pace{
			Ask: k.AskDays, Nudge: k.NudgeDays, List: k.ListDays, Missed: k.MissedDays,
			Alert: k.Alert, Supervisor: k.Supervisor, Warning: k.Warning, Closure: k.Closure,
		}
	}
	return p
}

// silenceFaults looks at [silence]. That mentors are asked, and that somebody
// hears of what is missed, cannot be switched off.
func (c *Config) silenceFaults(bad report) {
	within := func(key string, n, from, to int) {
		if n < from || n > to {
			bad(key, "%d is out of reach: write a number from %d to %d", n, from, to)
		}
	}
	within("[silence] away", c.Silence.Away, 0, 52)
	within("[silence] serious_days", c.Silence.SeriousDays, 1, 365)
	for _, p := range []struct {
		table string
		PaceConfig
	}{{"weekly", c.Silence.Weekly}, {"fortnightly", c.Silence.Fortnightly}, {"monthly", c.Silence.Monthly}, {"dates", c.Silence.Dates}} {
		key := "[silence." + p.table + "] "
		within(key+"ask_days", p.AskDays, 1, 60)
		within(key+"nudge_days", p.NudgeDays, 0, 60)
		within(key+"list_days", p.ListDays, 0, 60)
		within(key+"missed_days", p.MissedDays, 1, 60)
		within(key+"alert", p.Alert, 1, 52)
		within(key+"supervisor", p.Supervisor, 0, 52)
		within(key+"warning", p.Warning, 0, 52)
		within(key+"closure", p.Closure, 0, 52)
	}
}
