//go:build acceptance

package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Discord says that the bot is too fast, again and again, in all the ways in
// which it says so: everything arrives, once.
func TestThrottledOnDiscord(t *testing.T) {
	for name, storm := range map[string]fields{
		"route":  {"status": 429, "retry_after": 0.4, "times": 2},
		"global": {"status": 429, "retry_after": 0.4, "times": 2, "global": true},
		"bad":    {"status": 502, "raw_body": "<html>Bad Gateway</html>", "times": 2},
	} {
		t.Run(name, func(t *testing.T) {
			c := beginWithClub(t, settings{})
			storm["method"] = "create_message"
			c.dc.ask("fail", storm, nil)
			c.callsForHelp(c.mia, 1)
			c.leads.finds(card + ".*")
			c.dc.ask("fail", storm, nil)
			for n := range 3 {
				text := fmt.Sprintf("%s number %d", secret, n)
				c.tom.says(text)
			}
			until(t, patience, "three answers", func() bool { return c.count(c.tom, "I have kept this.") == 3 })
			storm["method"] = "update_message"
			c.dc.ask("fail", storm, nil)
			c.leads.taps("Acknowledge")
			c.leads.sees("Ana has it since")
			c.mia.sees("Ana has seen this (case 1)")
			if n := c.count(c.leads, "Case 1 · danger now"); n != 1 {
				c.Errorf("the card stands %d times", n)
			}
			c.end()
		})
	}
}

// The same with all that the bot does, answers to presses too: they still come
// in time.
func TestThrottledInAll(t *testing.T) {
	c := beginWithClub(t, settings{})
	storm := fields{"method": "*", "status": 429, "retry_after": 0.3, "times": 2}
	c.mia.slash("checkin")
	c.mia.sees(askMet)
	for _, step := range [][2]string{{"We met", askMood}, {"🙂", askWorry}, {"No", askNote}, {"Skip", "Thank you. It is kept:"}} {
		c.dc.ask("fail", storm, nil)
		c.mia.taps(step[0])
		c.mia.sees(step[1])
		c.rests(100 * time.Millisecond)
	}
	c.dc.ask("fail", storm, nil)
	c.callsForHelp(c.tom, 1)
	c.leads.finds(card)
	c.keeps(1)
	c.end()
}

// A page of who stands before Discord says so, and does not say for how long:
// the bot keeps still for a while.
func TestThrottledByAPage(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.dc.ask("fail", fields{"method": "create_message", "status": 429, "raw_body": "<html>error code: 1015</html>"}, nil)
	c.callsForHelp(c.mia, 1)
	c.leads.finds(card)
	c.leads.taps("Acknowledge")
	c.mia.sees("Ana has seen this (case 1)")
	c.end()
}

// count counts the messages of the bot with a part of their text.
func (w *world) count(m *member, part string) (n int) {
	for _, p := range m.posts(0) {
		if p.Bot && strings.Contains(p.text(), part) {
			n++
		}
	}
	return n
}

// What was sent is shown, but the answer is lost. The message is sent again with
// the same nonce, by which Discord shows it once.
func TestAnswersAreLostOnDiscord(t *testing.T) {
	c := beginWithClub(t, settings{})
	lose := fields{"method": "create_message", "times": 1, "after_effect": true, "drop": true}
	c.dc.ask("fail", lose, nil)
	c.callsForHelp(c.mia, 1)
	until(t, patience, "a second try", func() bool { return c.count(c.leads, "Case 1 · danger now") == 2 })
	c.dc.ask("fail", lose, nil)
	c.tom.says(secret + " number 0")
	until(t, patience, "a second try", func() bool { return c.count(c.tom, "I have kept this.") == 2 })
	lose["method"] = "update_message"
	c.dc.ask("fail", lose, nil)
	c.leads.taps("Acknowledge")
	c.mia.sees("Ana has seen this (case 1)")
	c.leads.sees("Ana has it since")
	c.rests(time.Second)

	var calls struct {
		Calls []struct {
			Params struct {
				Channel string `json:"channel_id"`
				Body    struct {
					Content string
					Nonce   string
					Enforce bool `json:"enforce_nonce"`
				}
			}
		}
	}
	c.dc.ask("calls", fields{"method": "create_message"}, &calls)
	nonces, repeated := map[string]string{}, 0
	for _, call := range calls.Calls {
		p := call.Params
		what := p.Channel + p.Body.Content
		if p.Body.Nonce == "" || !p.Body.Enforce {
			c.Errorf("sent without a nonce: %s", p.Body.Content)
		}
		if first, ok := nonces[what]; ok && first == p.Body.Nonce {
			repeated++
		} else if ok {
			c.Errorf("shown twice: %s", p.Body.Content)
		}
		nonces[what] = p.Body.Nonce
	}
	if repeated != 2 {
		c.Errorf("%d messages were sent again, not 2: %+v", repeated, calls.Calls)
	}
	c.end()
}

// The same with the answers to presses: no question is shown twice.
func TestAnswersToPressesAreLost(t *testing.T) {
	c := beginWithClub(t, settings{})
	lose := fields{"method": "create_interaction_response", "times": 1, "after_effect": true, "drop": true}
	c.dc.ask("fail", lose, nil)
	c.mia.slash("checkin")
	c.mia.sees(askMet)
	for _, step := range [][2]string{{"We met", askMood}, {"🙂", askWorry}, {"No", askNote}} {
		c.dc.ask("fail", lose, nil)
		c.mia.taps(step[0])
		c.mia.turns(step[1])
	}
	c.mia.taps("Skip")
	c.mia.sees("Thank you. It is kept:")
	c.rests(2 * time.Second)
	c.keeps(1)
	if all := c.mia.posts(0); len(all) != 2 { // and the greeting
		c.Errorf("%d messages are shown: %q", len(all), c.mia.history())
	}
	c.end()
}

// The interaction's token is void before the answer arrives: it comes as a
// message of its own.
func TestTokensExpire(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.provokes("Unknown interaction", "Invalid Webhook Token", "Unknown Webhook", "after it expired", "acknowledged", "was not acknowledged within")
	expire := func(act func()) {
		c.dc.ask("fail", fields{"method": "create_interaction_response", "delay_ms": 600}, nil)
		var expiring sync.WaitGroup
		expiring.Go(func() {
			pause := time.NewTimer(300 * time.Millisecond)
			<-pause.C
			c.dc.ask("expire", nil, nil)
		})
		act()
		expiring.Wait()
	}
	press := func(m *member, label string) {
		path, in, _ := m.where(label)
		if _, err := m.try(path, in, 0); err != nil {
			t.Fatal(err)
		}
	}
	expire(func() { _, _ = c.mia.try("slash", fields{"command": "checkin"}, 0) })
	c.mia.sees(askMet)
	for _, step := range [][2]string{{"We met", askMood}, {"🙂", askWorry}} {
		expire(func() { press(c.mia, step[0]) })
		c.mia.sees(step[1])
	}
	press(c.mia, "No")
	c.mia.sees(askNote)
	c.mia.taps("Skip")
	c.mia.sees("Thank you. It is kept:")
	c.keeps(1)

	// In a server, where the answer was to be seen by one person alone.
	mia := c.mia.at(c.leads.channel)
	c.mia.since = 1 << 30
	expire(func() { _, _ = mia.try("slash", fields{"command": "checkin"}, 0) })
	c.mia.since = mia.since
	c.mia.sees(askMet)
	mia.slash("settings")
	mia.sees("Which language")
	c.dc.ask("expire", nil, nil)
	mia.taps("English")
	mia.sees("From now on I speak English with you.")
	c.leavesNothing(c.tom.at(c.leads.channel))
	c.end()
}

// leavesNothing says that what is private was not shown in a channel.
func (c *club) leavesNothing(m *member) {
	c.Helper()
	for _, p := range m.posts(0) {
		if p.Bot && containsAny(p.text(), []string{"Did you meet", "Which language", secret}) {
			c.Errorf("%s sees %s", m.name, p.text())
		}
	}
}

// Discord is slow to take the answers: presses are acknowledged in time all the
// same.
func TestSlowDiscord(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.dc.ask("config", fields{"latency_ms": 700}, nil)
	c.ordinary(c.mia, "Jonas")
	c.callsForHelp(c.tom, 1)
	c.leads.finds(card)
	c.leads.taps("Open")
	c.leads.sees("told by Tom")
	c.leads.taps("Acknowledge")
	c.leads.sees("Ana has it since")
	c.end()
}

// Discord cannot be reached for some seconds in the middle of a check-in, not
// even its gateway.
func TestOutageOnDiscord(t *testing.T) {
	c := beginWithClub(t, settings{})
	c.provokesByCutting()
	c.mia.slash("checkin")
	c.mia.reads(askMet)
	c.mia.steps("We met", askMood, "😟", askWorry, "Yes", askKinds)
	c.mia.picks("Grief")
	c.mia.sees(askKinds)
	c.mia.steps("Done", askHow)
	c.dc.ask("fail", fields{"method": "create_message", "times": 3, "drop": true}, nil)
	c.mia.taps("Danger now")
	over := c.happens(trouble{"down", fields{"ms": 3000, "gateway": true}})
	c.mia.says("Quokka: his mother died")
	over()
	c.leads.finds(card)
	c.mia.sees("The supervisors have it as case 1.")
	if n := c.count(c.leads, "Case 1 · danger now"); n != 1 {
		c.Errorf("the card stands %d times", n)
	}
	c.end()
}

// A thousand messages under Discord's limits, at Discord's pace. What else the
// machine does counts here: a message that is held up for some hundredths of a
// second arrives together with the next ones. So there are three tries.
func TestPaceOnDiscord(t *testing.T) {
	const messages, perSecond, tries = 1000, 50, 3
	for try := 1; ; try++ {
		w := beginAlone(t, settings{on: onDiscord, paced: true})
		took, refused := w.answersAll(messages)
		share := float64(messages-1) / took.Seconds() / perSecond
		t.Logf("%d messages in %v: %.3f of %d a second, %d refused", messages, took.Round(time.Millisecond), share, perSecond, refused)
		if share >= 0.97 && refused == 0 {
			w.end()
			return
		}
		if try == tries { // what a busy machine delays may bunch up, but not much of it
			if share < 0.8 || refused > messages/100 {
				t.Error("too slow or too fast, each time")
			}
			w.bot.kill()
			return
		}
		w.bot.kill()
	}
}

// answersAll lets so many people write at once, and returns how long it took
// until all had their answer, and how many tries Discord refused.
func (w *world) answersAll(messages int) (took time.Duration, refused int) {
	w.Helper()
	var people []*member
	for range messages {
		people = append(people, w.member("Zoe"))
	}
	w.starts()
	w.rests(time.Second)
	w.dc.ask("config", fields{"rate_limit": true}, nil)
	faster := time.NewTicker(time.Second / 100) // than the answers, but leaving the machine some room
	defer faster.Stop()
	for _, m := range people {
		m.says("hello")
		<-faster.C
	}
	w.dc.quietWithin(2*time.Second, 2*time.Minute)
	var calls struct {
		Calls []struct {
			Time   time.Time
			Status int
		}
	}
	w.dc.ask("calls", fields{"method": "create_message"}, &calls)
	var sent []time.Time
	for _, call := range calls.Calls {
		if call.Status == 200 {
			sent = append(sent, call.Time)
		} else {
			refused++
		}
	}
	if len(sent) != messages {
		w.Fatalf("%d of %d messages were shown", len(sent), messages)
	}
	slices.SortFunc(sent, time.Time.Compare)
	return sent[len(sent)-1].Sub(sent[0]), refused
}
