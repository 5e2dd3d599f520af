//go:build acceptance

package acceptance

import (
	"testing"
	"time"
)

// The bot ends and starts again between any two steps of a check-in; the mentor
// taps meanwhile and goes on where they were.
func TestRestartInMidDialogue(t *testing.T) {
	for name, end := range map[string]func(*bot){"SIGTERM": (*bot).stop, "kill -9": (*bot).kill} {
		t.Run(name, func(t *testing.T) {
			c := beginWithCast(t, settings{})
			c.provokesByKilling()
			away := func(act func()) {
				// Killed within a moment, it would show the last screens again.
				c.rig.quiet(60 * time.Millisecond)
				end(c.bot)
				act()
				c.bot.start()
			}
			away(func() { c.mia.says("/checkin") })
			c.mia.reads(askMet)
			for _, step := range [][2]string{
				{"We met", askMood}, {"🙁", askWorry}, {"‹ Back", askMood}, {"🙁", askWorry}, {"Yes", askKinds}, {"Eating", askKinds},
				{"Done", askHow}, {"Danger now", ""},
			} {
				away(func() { c.mia.hits(step[0]) })
				if step[1] != "" {
					c.mia.turns(step[1])
				}
			}
			c.mia.sees("The supervisors have been paged: case 1.")
			c.leads.sees("Case 1 · danger now")
			away(func() { c.mia.says("Quokka eats nothing at all") })
			c.mia.sees("The supervisors have it as case 1.")
			away(func() { c.leads.hits("Open") })
			c.ana.sees("Quokka eats nothing at all")
			away(func() { c.leads.hits("Acknowledge") })
			c.leads.sees("Ana has it since")
			c.mia.sees("Ana has seen this (case 1)")
			away(func() { c.mia.says("/undo") })
			c.mia.sees("Case 1 stays with the supervisors")

			if all := stored[checkIn](c.bot, "checkins"); len(all) != 1 || all[0].Case != 1 || all[0].Note != "Quokka eats nothing at all" {
				c.Errorf("stored: %+v", all)
			}
			if all := stored[caseFile](c.bot, "cases"); len(all) != 1 || all[0].AckedBy == 0 {
				c.Errorf("stored: %+v", all)
			}
			c.keepsSecret(c.leads)
			c.end()
		})
	}
}

// The bot is killed the very moment somebody taps.
func TestKilledWhileTapping(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokesByKilling()
	for range 5 {
		c.mia.says("/checkin")
		c.mia.reads(askMet)
		for _, step := range [][2]string{{"We met", askMood}, {"🙁", askWorry}, {"No", askNote}} {
			c.mia.hits(step[0])
			c.bot.kill()
			c.bot.start()
			c.mia.reads(step[1])
		}
		c.mia.hits("Skip")
		c.bot.kill()
		c.bot.start()
		c.mia.sees("Thank you. It is kept:")
		c.rig.quiet(100 * time.Millisecond)
	}
	if all := stored[checkIn](c.bot, "checkins"); len(all) != 5 {
		c.Errorf("%d check-ins are stored, not 5", len(all))
	}
	c.end()
}
