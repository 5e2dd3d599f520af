//go:build acceptance

package acceptance

import (
	"os"
	"strings"
	"testing"
	"time"
)

// What is written into a case in these stories.
const (
	worn     = "Quokka wears the same clothes for two weeks."
	phoned   = "Quokka's teacher has noticed it too."
	referral = "A helper of the welfare office visits Quokka."
	outside  = "What you told (case 1) is with people outside the program now who can help further. Thank you for telling."
	closed   = `Case 1 · urgent\nRaised [^\n]*\n✓ Closed \d\d:\d\d by Ana: Handed to an outside body\.`
)

// From something urgent to its outcome, to which two people agree. The bot is
// killed while a supervisor writes down what was done.
func TestCasework(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokesByKilling()
	c.ben.says("/start")
	c.ben.sees("Good to see you, Ben.")
	c.mia.says("/checkin")
	c.mia.reads(askMet)
	c.mia.steps("We met", askMood, "🙁", askWorry, "Yes", askKinds)
	c.mia.taps("Not being cared for")
	c.mia.sees(askKinds)
	c.mia.steps("Done", askHow, "Today", askKnows, "Not yet", askWords)
	c.mia.says(worn)
	c.mia.sees("The supervisors have it as case 1.")
	c.leads.sees("Case 1 · urgent")
	c.leads.taps("Acknowledge")
	c.mia.reads("Ana has seen this (case 1) and is taking care of it. Thank you for telling.")
	c.leads.taps("Open")
	c.ana.sees(worn)

	c.ana.taps("I did something")
	c.ana.sees("What did you do?")
	c.rests(100 * time.Millisecond)
	c.bot.kill()
	c.ana.says(phoned)
	c.bot.start()
	c.ana.sees("Kept in case 1.")
	c.ana.taps("Open")
	c.ana.offers(phoned, "Close the case")
	c.ana.taps("Close the case")
	c.ana.sees("What came of it?")
	c.ana.taps("Handed to an outside body")
	c.ana.sees("What should the file say?")
	c.ana.says(referral)
	c.ana.sees("I have asked for a second person.")
	c.ben.sees("Ana would like to close it: Handed to an outside body.")
	c.ben.taps("I agree")
	c.mia.reads(outside)
	c.ana.sees("Ben has agreed: close it")
	c.leads.finds(closed)
	c.printsCase()
	c.drills(func() {
		c.leads.sees("DRILL · case 2")
		c.leads.taps("Acknowledge")
		c.leads.sees("The drill is over: Ana answered")
	})
	c.keepsSecret(c.leads)
	c.end()
}

// printsCase prints the file of case 1, which only its owner may read: all that
// was written and done is there, in its order.
func (w *world) printsCase() {
	w.Helper()
	const name = "case.txt"
	if said, code := w.bot.does("case", "-text", "-o", w.bot.path(name), "1"); code != 0 || strings.Contains(said, secret) {
		w.Fatalf("case: exit code %d: %s", code, said)
	}
	if info, err := os.Stat(w.bot.path(name)); err != nil || info.Mode() != 0o600 {
		w.Errorf("the file of the case: %v, %v", info, err)
	}
	rest := w.bot.read(name)
	for part, times := range map[string]int{worn: 1, phoned: 1, referral: 2} { // asked for, and agreed to
		if n := strings.Count(rest, "    | "+part+"\n"); n != times {
			w.Errorf("%q is in the file %d times", part, n)
		}
	}
	for _, part := range []string{worn, "Ana", phoned, referral, "Ben", "Mia " + secret} {
		_, after, found := strings.Cut(rest, part)
		if !found {
			w.Errorf("%q is not in the file, or not in its place:\n%s", part, w.bot.read(name))
			return
		}
		rest = after
	}
	said, code := w.bot.does("case", "1")
	if code != 0 || !strings.Contains(said, "<html") || !strings.Contains(said, referral) {
		w.Errorf("case 1 on the standard output: exit code %d: %s", code, tail(said, 3))
	}
}

// drills pages everybody for a drill, which somebody acknowledges.
func (w *world) drills(acknowledge func()) {
	w.Helper()
	type result struct {
		said string
		err  error
	}
	over := make(chan result, 1)
	go func() {
		said, err := w.bot.command("drill", "-for", "20s").CombinedOutput()
		over <- result{string(said), err}
	}()
	acknowledge()
	if r := <-over; r.err != nil || !strings.Contains(r.said, "The drill is case 2.") || !strings.Contains(r.said, "Ana acknowledged it after ") {
		w.Errorf("drill: %v: %s", r.err, r.said)
	}
}
