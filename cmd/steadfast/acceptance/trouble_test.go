//go:build acceptance

package acceptance

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// ordinary is a check-in without a worry, from the command to the confirmation.
func (c *cast) ordinary(p *person, mentee string) {
	c.Helper()
	p.says("/checkin")
	p.sees("Did you meet " + mentee)
	for _, step := range [][2]string{
		{"We met", "How did " + mentee}, {"🙂", "Does anything worry you"}, {"No", "Anything you want to add?"}, {"Skip", "Thank you. It is kept:"},
	} {
		p.hits(step[0])
		p.sees(step[1])
	}
}

// keeps says how many check-ins are stored.
func (c *cast) keeps(n int) {
	c.Helper()
	if all := stored[checkIn](c.bot, "checkins"); len(all) != n {
		c.Errorf("%d check-ins are stored, not %d", len(all), n)
	}
}

// Telegram cannot be reached for some seconds in the middle of a check-in.
func TestOutage(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.mia.says("/checkin")
	c.mia.reads(askMet)
	c.rig.ask("down", fields{"ms": 4000}, nil)
	c.mia.hits("We met")
	c.mia.reads(askMood)
	c.mia.hits("😟")
	c.mia.reads(askWorry)
	c.rig.ask("down", fields{"ms": 3000}, nil)
	c.mia.hits("Yes")
	c.mia.reads(askKinds)
	c.mia.hits("Grief")
	c.mia.sees(askKinds)
	c.mia.hits("Done")
	c.mia.reads(askHow)
	c.mia.hits("Danger now")
	c.rig.ask("down", fields{"ms": 3000}, nil)
	c.leads.finds(`Case 1 · danger now.*`)
	c.mia.sees("have been paged: case 1.")
	c.end()
}

// The bot keeps to Telegram's limits for messages; it does not count edits.
func TestLimitsAreKept(t *testing.T) {
	c := beginWithCast(t, settings{paced: true})
	c.rig.quiet(1500 * time.Millisecond)
	c.rig.ask("config", fields{"flood": true, "private_per_sec": 1, "group_per_min": 20, "global_per_sec": 30, "flood_edits": false}, nil)
	var all sync.WaitGroup
	all.Go(func() { c.ordinary(c.tom, "Lea") })
	all.Go(func() {
		for no, p := range []*person{c.mia, c.carla, c.olga} {
			c.callsForHelp(p, no+1)
		}
	})
	for range 25 {
		all.Go(func() {
			zoe := c.stranger()
			zoe.says("hello?")
			zoe.sees("I don't know you yet.")
		})
	}
	all.Wait()
	for no := range 3 {
		c.leads.since = 0
		c.leads.sees(fmt.Sprintf("Case %d · danger now", no+1))
	}
	c.end()
}

// stranger makes a person; it may be called by several at once.
func (c *cast) stranger() *person {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.person("Zoe")
}

// Telegram allows less than it says: the bot is told to wait, waits, and loses
// nothing.
func TestComplaints(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokes("per-chat limit")
	c.rig.quiet(1200 * time.Millisecond)
	c.rig.ask("config", fields{"flood": true, "private_per_sec": 1, "group_per_min": 60, "global_per_sec": 1000}, nil)
	c.ordinary(c.mia, "Jonas")
	c.callsForHelp(c.mia, 1)
	c.leads.sees("Case 1 · danger now")
	c.rig.ask("fail", fields{"method": "*", "times": 6, "status": 429, "retry_after": 1}, nil)
	c.ordinary(c.tom, "Lea")
	c.keeps(2)
	c.end()
}

// The answer to a question for updates is lost again and again: they come
// again, and count once.
func TestUpdatesComeAgain(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokesByKilling()
	for n := range 3 {
		c.rig.ask("fail", fields{"method": "getUpdates", "times": 4, "after_effect": true, "drop": true}, nil)
		c.ordinary(c.mia, "Jonas")
		c.keeps(n + 1)
	}
	c.rig.ask("fail", fields{"method": "getUpdates", "times": 2, "status": 502, "raw_body": "<html>Bad Gateway</html>"}, nil)
	c.ordinary(c.mia, "Jonas")
	c.keeps(4)
	c.end()
}

// What was sent is shown, but the answer is lost: a page is sent again, since a
// doubled one is better than none; nothing is stored twice.
func TestAnswersAreLost(t *testing.T) {
	c := beginWithCast(t, settings{})
	c.provokesByKilling()
	lose := fields{"method": "sendMessage", "times": 1, "after_effect": true, "drop": true, "chat": fmt.Sprint(c.leads.chat)}
	c.rig.ask("fail", lose, nil)
	c.callsForHelp(c.mia, 1)
	until(t, patience, "a second card", func() bool {
		return strings.Count(strings.Join(c.leads.history(), "\n"), "Case 1 · danger now") == 2
	})
	lose["chat"] = fmt.Sprint(c.mia.chat)
	for n := range 3 {
		lose["method"] = []string{"sendMessage", "editMessageText", "*"}[n]
		c.rig.ask("fail", lose, nil)
		c.ordinary(c.mia, "Jonas")
		c.keeps(n + 1)
	}
	c.leads.taps("Acknowledge")
	c.leads.sees("Ana has it since")
	c.end()
}

// Telegram brings the updates itself; the bot is killed meanwhile.
func TestWebhook(t *testing.T) {
	address := freeAddress(t)
	c := beginWithCast(t, settings{listen: address, webhook: "http://" + address + "/hook"})
	c.provokesByKilling()
	c.ordinary(c.mia, "Jonas")
	c.mia.says("/checkin")
	c.mia.reads(askMet)
	c.bot.kill()
	c.mia.hits("We met")
	c.bot.start()
	c.mia.reads(askMood)
	c.bot.stop()
	c.mia.hits("🙂")
	c.bot.start()
	c.mia.reads(askWorry)
	c.callsForHelp(c.tom, 1)
	c.leads.finds(card)
	var polls struct{ Calls []any }
	c.rig.ask("calls", fields{"method": "getUpdates", "all": true}, &polls)
	if len(polls.Calls) > 0 {
		c.Errorf("%d questions for updates in webhook mode", len(polls.Calls))
	}
	c.end()
}
