package main

import (
	"time"

	"steadfast/bot/program"
)

// An entry is what Ben wrote down about the case of the past.
type entry struct {
	at   time.Time
	text string
	due  time.Time // when it is to be done; zero: it was done
	calm bool      // he let the case be one to watch
}

// demoEntries are what Ben did about a concern that was raised three weeks
// before begin. He writes at least once a week, so that the case stays his, and
// at last it is one to watch, which may wait for longer.
func demoEntries(raised, begin time.Time) []entry {
	day := func(base time.Time, days, hour, minute int) time.Time {
		return time.Date(base.Year(), base.Month(), base.Day()+days, hour, minute, 0, 0, base.Location())
	}
	latest := day(begin, -1, 18, 30)
	if latest.Weekday() == time.Sunday {
		latest = latest.AddDate(0, 0, -2)
	}
	return []entry{
		{at: day(raised, 1, 10, 12), text: "Phoned Tom. He will ask Sara in a quiet moment how things are in the team."},
		{at: day(raised, 7, 17, 35), text: "Sara told Tom that two girls leave her out. Her coach knows now and pairs the girls differently."},
		{at: day(raised, 14, 17, 20), text: "Tom says she is much brighter and back at football.", calm: true},
		{at: latest, text: "Ask Tom once more after the match, then close.", due: day(begin, 2, 17, 0)},
	}
}

// writeCase writes a check-in with the case that it raised: Ben took it after
// some minutes, and has worked on it since.
func writeCase(tx program.Tx, known troupe, c *program.CheckIn, begin time.Time) error {
	if err := tx.PutCheckIn(c); err != nil { // for its ID
		return err
	}
	m, err := tx.Match(c.Match)
	if err != nil {
		return err
	}
	ben, seen := known.people["Ben"].ID, c.At.Add(23*time.Minute)
	k := program.Case{
		Level: c.Level(), Kinds: c.Kinds, By: c.By, Match: m.ID, Mentee: m.Mentee, CheckIn: c.ID, Knows: program.NotYetTold, Raised: c.At,
		Pages: 1, Paged: c.At, Climbed: c.At, Reached: true, AckedBy: ben, Acked: seen.Add(time.Minute),
	}
	if err := tx.PutCase(&k); err != nil { // for its number
		return err
	}
	if err := writeHops(tx, k.No, []program.Hop{
		{At: k.Raised, Kind: program.HopRaised, By: k.By, Level: k.Level},
		{At: k.Raised, Kind: program.HopQueued, Level: k.Level, Rung: program.RungChannel},
		{At: k.Raised.Add(time.Second), Kind: program.HopDelivered, Place: demoChannel()},
		{At: seen, Kind: program.HopSeen, By: ben},
		{At: k.Acked, Kind: program.HopAcked, By: ben},
		{At: k.Acked.Add(time.Second), Kind: program.HopTold, By: k.By},
	}); err != nil {
		return err
	}
	if err := tx.Audit(program.AuditEntry{At: seen, By: ben, What: "opened a case", Case: k.No}); err != nil {
		return err
	}
	if err := writeWork(tx, &k, demoEntries(k.Raised, begin)); err != nil {
		return err
	}
	c.Case = k.No
	return tx.PutCheckIn(c)
}

// writeWork writes what was done about a case, and when it is looked at again.
func writeWork(tx program.Tx, k *program.Case, work []entry) error {
	for _, e := range work {
		n := program.Note{By: k.AckedBy, At: e.at, Text: e.text, Case: k.No}
		if err := tx.PutNote(&n); err != nil {
			return err
		}
		a := program.Action{Note: n.ID, By: k.AckedBy, At: e.at, Done: e.at}
		hop := program.Hop{At: e.at, Kind: program.HopAction, By: k.AckedBy, Note: n.ID}
		if !e.due.IsZero() {
			a.Due, a.Done, hop.Kind = e.due, time.Time{}, program.HopPlanned
			if err := tx.SetTimer(program.Timer{Kind: program.TimerStep, ID: uint64(n.ID), At: e.due, Person: k.AckedBy}); err != nil {
				return err
			}
		}
		hops := []program.Hop{hop}
		if e.calm {
			k.Level = program.Watch
			hops = append(hops, program.Hop{At: e.at, Kind: program.HopLowered, By: k.AckedBy, Level: k.Level})
		}
		k.Acts, k.Until = append(k.Acts, a), e.at.Add(program.DefaultLadder().Renew[k.Level])
		if err := writeHops(tx, k.No, hops); err != nil {
			return err
		}
	}
	if err := tx.SetTimer(program.Timer{Kind: program.TimerPage, ID: uint64(k.No), At: k.Until}); err != nil {
		return err
	}
	return tx.PutCase(k)
}

func writeHops(tx program.Tx, no program.CaseNo, hops []program.Hop) error {
	for _, h := range hops {
		if err := tx.AddHop(no, h); err != nil {
			return err
		}
	}
	return nil
}
