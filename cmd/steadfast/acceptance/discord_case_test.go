//go:build acceptance

package acceptance

import (
	"testing"
	"time"
)

// From something urgent to its outcome, on Discord: the supervisor works on the
// case in the channel, where nobody else sees it.
func TestCaseworkOnDiscord(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.provokesByKilling()
	c.provokesByCutting()
	c.ben.slash("start")
	c.ben.sees("Good to see you, Ben.")
	c.mia.slash("checkin")
	c.mia.reads(askMet)
	c.mia.steps("We met", askMood, "🙁", askWorry, "Yes", askKinds)
	c.mia.picks("Not being cared for")
	c.mia.sees(askKinds)
	c.mia.steps("Done", askHow, "Today", askKnows, "Not yet", askWords)
	c.mia.taps("Write it")
	c.mia.writes("In your own words", worn)
	c.mia.sees("The supervisors have it as case 1.")
	c.leads.sees("Case 1 · urgent")
	c.leads.taps("Acknowledge")
	c.mia.reads("Ana has seen this (case 1) and is taking care of it. Thank you for telling.")

	c.leads.taps("Open")
	c.aside(worn)
	c.leads.taps("I did something")
	c.aside("What did you do?")
	c.leads.taps("Write it")
	c.rests(100 * time.Millisecond)
	c.bot.kill()
	c.starts()
	c.leads.writes("In your own words", phoned)
	c.aside("Kept in case 1.")
	c.leads.slash("case", "number", "1")
	c.aside(phoned)
	c.leads.taps("Close the case")
	c.aside("What came of it?")
	c.leads.taps("Handed to an outside body")
	c.aside("What should the file say?")
	c.leads.taps("Write it")
	c.leads.writes("In your own words", referral)
	c.aside("I have asked for a second person.")
	c.ben.sees("Ana would like to close it: Handed to an outside body.")
	c.ben.taps("I agree")
	c.mia.reads(outside)
	c.ana.sees("Ben has agreed: close it")
	c.leads.since = 0
	c.leads.finds(closed)
	c.printsCase()
	c.drills(func() {
		c.leads.sees("DRILL · case 2")
		c.leads.taps("Acknowledge")
		c.leads.sees("The drill is over: Ana answered")
	})
	c.hidesFrom(c.ben.at(c.leads.channel))
	c.hidesFrom(c.tom.at(c.leads.channel))
	c.end()
}

// aside waits for something in the channel that Ana alone sees.
func (c *club) aside(part string) {
	c.Helper()
	if p := c.leads.sees(part); p.Only != c.ana.id {
		c.Errorf("%q is shown to all", part)
	}
}
