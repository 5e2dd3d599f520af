//go:build acceptance

package acceptance

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// trouble is something that Discord's gateway does to the bot.
type trouble struct {
	do string
	in fields
}

func closing(code int) trouble { return trouble{"gateway/close", fields{"code": code}} }

func (t trouble) String() string { return fmt.Sprint(t.do, " ", t.in) }

// troubles are sorted by what the bot may do about them: go on with its session
// at once, wait a little before that, or begin a new one.
func troubles() map[string][]trouble {
	return map[string][]trouble{
		"closed": {closing(4000), closing(4001), closing(4002), closing(4005), closing(1001)},
		"cut": {
			{"gateway/drop", nil}, {"gateway/reconnect", nil}, {"gateway/invalidate", fields{"resumable": true}}, {"gateway/heartbeat", nil},
		},
		"waits": {
			closing(4008), {"gateway/refuse", fields{"ms": 2500, "status": 503}}, {"down", fields{"ms": 2500, "gateway": true}},
		},
		"new session": {
			{"gateway/close", fields{"code": 4009, "invalidate": true}}, {"gateway/invalidate", fields{"resumable": false}}, {"gateway/drop", fields{"invalidate": true}},
		},
	}
}

// steady is how long a connection lasts before its end is nothing that makes
// the bot more careful.
const steady = 5100 * time.Millisecond

// happens lets trouble happen, and returns what waits until it is over. A
// refused gateway is no trouble to who is connected already.
func (c *club) happens(t trouble) (over func()) {
	c.Helper()
	before := c.connections()
	c.dc.ask(t.do, t.in, nil)
	if t.do == "gateway/refuse" {
		c.dc.ask("gateway/drop", nil, nil)
	}
	return func() {
		c.Helper()
		if t.do != "gateway/heartbeat" {
			until(c.T, 40*time.Second, "the bot on the gateway", func() bool { return c.connections() > before })
		}
	}
}

// connections counts how often the bot's sessions began or were resumed.
func (w *world) connections() int {
	all := w.sessions()
	n := len(all)
	for _, s := range all {
		n += s.Resumes
	}
	return n
}

// The gateway is cut in every way in the middle of a check-in: the words that
// were said meanwhile are kept, once and in their order, and the check-in goes
// on where it was. Where Discord lets the bot go on with its session at once, a
// press is not lost either.
func TestForcedDisconnects(t *testing.T) {
	for name, all := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			built(t)
			var worlds sync.WaitGroup // that mostly wait
			for _, trouble := range all {
				worlds.Go(func() {
					c := newClub(beginAlone(t, settings{on: onDiscord}))
					c.provokes("gateway: closed")
					c.Log(trouble)
					c.isCut(trouble, name == "closed" || name == "cut")
					c.end()
				})
			}
			worlds.Wait()
		})
	}
}

// isCut plays a check-in in the middle of which there is trouble; atOnce says
// that a press is not lost by it.
func (c *club) isCut(by trouble, atOnce bool) {
	c.Helper()
	c.mia.slash("checkin")
	c.mia.sees(askMet)
	c.mia.taps("We met")
	c.mia.sees(askMood)
	lasts := time.NewTimer(steady)
	<-lasts.C
	over := c.happens(by)
	c.tom.says(secret + " number 1")
	c.tom.says(secret + " number 2")
	if !atOnce {
		over()
	}
	c.mia.taps("😐")
	c.mia.sees(askWorry)
	over()
	c.mia.taps("No")
	c.mia.sees(askNote)
	if atOnce {
		over = c.happens(by)
	}
	c.mia.says(secret + " number 3")
	c.mia.sees("Thank you. It is kept:")
	over()
	c.rests(300 * time.Millisecond)
	c.keeps(1)
	c.keepsNotes(secret+" number 1\n", secret+" number 2\n")
	until(c.T, patience, "answers to both", func() bool { return c.count(c.tom, "I have kept this.") >= 2 })
	if got, answers := c.count(c.mia, "Thank you."), c.count(c.tom, "I have kept this."); got != 1 || answers != 2 {
		c.Errorf("%v: %d confirmations, and %d answers to 2 messages", by, got, answers)
	}
}

// provokesByCutting names what Discord refuses when a connection is cut in the
// middle of something.
func (w *world) provokesByCutting() {
	w.provokes("gateway: closed", "was not acknowledged within", "Unknown interaction")
}

// The gateway goes silent: it takes no heartbeats any more. The bot notices, and
// reads what it missed.
func TestGatewayGoesSilent(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.provokesByCutting()
	c.bot.stop()
	c.dc.ask("config", fields{"heartbeat_ms": 1000}, nil)
	c.starts()
	c.dc.ask("config", fields{"ack_heartbeats": false}, nil)
	before := c.connections()
	until(t, patience, "a connection that is given up", func() bool { return c.connections() > before })
	c.dc.ask("config", fields{"ack_heartbeats": true}, nil)
	c.tom.says(secret + " number 1")
	c.tom.sees("I have kept this.")
	c.ordinary(c.mia, "Jonas")
	c.end()
}

// What cannot mend itself ends the program, with a sentence that says what to
// do.
func TestFatalCloses(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.provokes("gateway: closed")
	c.errors = []string{"code=40"}
	for code, part := range map[int]string{4004: "token", 4010: "", 4011: "", 4012: "", 4013: "", 4014: "intents"} {
		before := c.bot.log()
		c.dc.ask("gateway/close", fields{"code": code}, nil)
		if got := c.bot.exit(); got != 1 {
			t.Errorf("closed with %d, the bot ends with exit code %d", code, got)
		}
		said := strings.TrimPrefix(c.bot.log(), before)
		last := tail(said, 1)
		if !strings.HasPrefix(last, "steadfast: ") || !strings.Contains(last, "Discord") || !strings.Contains(last, part) || len(last) < 40 {
			t.Errorf("closed with %d, the bot says %q", code, last)
		}
		c.starts()
	}
	c.ordinary(c.mia, "Jonas")
	c.end()
}

func TestWrongDiscordToken(t *testing.T) {
	w := begin(t, settings{on: onDiscord, token: "WRONG.DISCORD-TOKEN.AGAIN"})
	w.provokes("401", "Authorization header is not", "4004")
	w.errors = []string{"code=4004"}
	w.bot.refuses("steadfast: Discord does not accept the bot")
	w.end()
}

// Everything that is said while the bot is dead is read when it is back, in its
// order and once; more than fits into one page of the history, by people who
// were never heard before as well.
func TestSaidWhileDead(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.provokesByKilling()
	c.rests(100 * time.Millisecond)
	c.bot.kill()
	const many = 230
	var want []string
	for n := range many {
		text := fmt.Sprintf("%s number %d", secret, n)
		want = append(want, text+"\n")
		c.tom.says(text)
	}
	c.ben.says("/start") // for the first time
	c.mia.says("/sos")
	for range 2 {
		c.starts()
		until(t, patience, "words that are kept", func() bool { return len(c.notes()) > 0 })
		c.bot.kill()
	}
	c.starts()
	c.mia.sees("If somebody is in danger now, call 112 first.")
	c.ben.sees("Good to see you, Ben.")
	c.keepsNotes(want...)
	c.bot.kill() // rather than wait for all answers
	c.end()
}

// The bot ends and starts again between any two steps of a check-in. A press
// that it never heard of costs one more tap.
func TestRestartInMidDialogueOnDiscord(t *testing.T) {
	for name, end := range map[string]func(*bot){"SIGTERM": (*bot).stop, "kill -9": (*bot).kill} {
		t.Run(name, func(t *testing.T) {
			c := beginWithClub(t, settings{})
			c.provokesByKilling()
			again := func() {
				c.rests(60 * time.Millisecond)
				end(c.bot)
				c.starts()
			}
			c.mia.slash("checkin")
			c.mia.reads(askMet)
			for _, step := range [][2]string{{"We met", askMood}, {"🙁", askWorry}, {"‹ Back", askMood}, {"🙁", askWorry}, {"Yes", askKinds}} {
				again()
				c.mia.steps(step[0], step[1])
			}
			again()
			c.mia.picks("Eating")
			c.mia.sees(askKinds)
			c.mia.steps("Done", askHow)
			again()
			c.mia.taps("Danger now")
			c.mia.sees("The supervisors have been paged: case 1.")
			c.leads.sees("Case 1 · danger now")
			c.rests(60 * time.Millisecond)
			end(c.bot)
			c.mia.says("Quokka eats nothing at all")
			c.starts()
			c.mia.sees("The supervisors have it as case 1.")
			again()
			c.leads.taps("Open")
			c.leads.sees("Quokka eats nothing at all")
			again()
			c.leads.taps("Acknowledge")
			c.mia.sees("Ana has seen this (case 1)")
			if all := stored[checkIn](c.bot, "checkins"); len(all) != 1 || all[0].Case != 1 || all[0].Note != "Quokka eats nothing at all" {
				c.Errorf("stored: %+v", all)
			}
			c.end()
		})
	}
}

// A press that came while the bot was dead is lost, as Discord says to who
// pressed; the next one counts.
func TestPressWhileDead(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.provokesByKilling()
	c.provokes("was not acknowledged within")
	c.mia.slash("checkin")
	c.mia.reads(askMet)
	c.rests(60 * time.Millisecond)
	c.bot.kill()
	path, in, _ := c.mia.where("We met")
	if did, err := c.mia.try(path, in, patience); err != nil || !did.Failed {
		t.Errorf("a press that nobody heard of: %+v, %v", did, err)
	}
	c.starts()
	c.fromMet(c.mia, "Jonas")
	c.keeps(1)
	c.end()
}

// Everybody taps at once; each interaction is answered in time.
func TestManyAtOnce(t *testing.T) {
	c := beginWithClub(t, settings{})
	var all sync.WaitGroup
	for range 20 {
		stranger := c.member("Zoe")
		all.Go(func() {
			for range 5 {
				stranger.slash("checkin")
				stranger.sees("I don't know you yet.")
			}
		})
	}
	all.Go(func() { c.ordinary(c.mia, "Jonas") })
	all.Go(func() { c.ordinary(c.tom, "Lea") })
	all.Wait()
	c.keeps(2)
	c.end()
}
