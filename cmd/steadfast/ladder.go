package main

import (
	"slices"
	"strings"
	"time"

	"steadfast/bot/program"
)

// ladder returns how cases are paged; the configuration has been checked.
func (c Config) ladder() program.Ladder {
	e := c.Escalation
	var rungs []program.Rung
	for _, name := range e.Rungs {
		rungs = append(rungs, program.Rung(name))
	}
	renew := PageConfig{e.Renew.Danger, e.Renew.Urgent, e.Renew.Concern}.byLevel()
	renew[program.Watch] = e.Renew.Watch.value
	return program.Ladder{Rungs: rungs, Again: e.Again.byLevel(), Climb: e.Climb.byLevel(), Renew: renew}
}

func rungNames(rungs []program.Rung) (names []string) {
	for _, r := range rungs {
		names = append(names, string(r))
	}
	return names
}

func pageConfig(by map[program.Level]time.Duration) PageConfig {
	return PageConfig{duration(by[program.Danger]), duration(by[program.Urgent]), duration(by[program.Concern])}
}

func renewConfig(by map[program.Level]time.Duration) RenewConfig {
	return RenewConfig{duration(by[program.Danger]), duration(by[program.Urgent]), duration(by[program.Concern]), duration(by[program.Watch])}
}

func (p PageConfig) byLevel() map[program.Level]time.Duration {
	return map[program.Level]time.Duration{program.Danger: p.Danger.value, program.Urgent: p.Urgent.value, program.Concern: p.Concern.value}
}

// ladderFaults looks at the rungs and the lengths of time.
func (c *Config) ladderFaults(bad report) {
	e := c.Escalation
	known := rungNames(program.Rungs())
	for i, name := range e.Rungs {
		switch {
		case !slices.Contains(known, name):
			bad("[escalation] rungs", "%q is not a rung: write some of %s", name, strings.Join(known, ", "))
		case slices.Contains(e.Rungs[:i], name):
			bad("[escalation] rungs", "%q is there twice: remove one", name)
		}
	}
	if !slices.Contains(e.Rungs, string(program.RungSupervisors)) {
		bad("[escalation] rungs", `"supervisors" is missing: without it nobody would be paged when the channel is lost and nobody is on duty`)
	}
	for _, table := range []struct {
		name, why string
		values    PageConfig
	}{
		{"again", "a case that nobody acknowledged must come up again", e.Again},
		{"climb", "a case that nobody acknowledged must go to the next rung", e.Climb},
		{"renew", "an acknowledgement must run out", PageConfig{e.Renew.Danger, e.Renew.Urgent, e.Renew.Concern}},
	} {
		lengthFault(bad, table.name, "danger", table.values.Danger, table.why)
		lengthFault(bad, table.name, "urgent", table.values.Urgent, table.why)
		lengthFault(bad, table.name, "concern", table.values.Concern, table.why)
	}
	lengthFault(bad, "renew", "watch", e.Renew.Watch, "an acknowledgement must run out")
}

func lengthFault(bad report, table, level string, d Duration, why string) {
	switch key := "[escalation." + table + "] " + level; {
	case d.text != "":
		bad(key, "%q is not a length of time: write it like 90s, 5m or 8h", d.text)
	case d.value < shortestWait || d.value > longestWait:
		bad(key, why+": write a length of time from 1s to 744h, such as 5m")
	}
}
