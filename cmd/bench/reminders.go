package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"
)

// The limits that Telegram publishes.
const (
	perSecond     = 30
	chatPerSecond = 1
)

// reminders measures many messages at once under Telegram's limits.
func (m *measurement) reminders(ctx context.Context) error {
	for _, n := range m.options.limits {
		if err := m.remind(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// remind lets n meetings end in the same minute, so that the bot reminds n
// mentors, while one more mentor tells of a danger now and then.
func (m *measurement) remind(ctx context.Context, n int) error {
	folder, err := m.home()
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	schedule, ends := meeting(time.Now())
	// The first mentor of the roster has no schedule: it is the one in danger.
	bot, err := m.bot.imported(ctx, folder, n+1, schedule)
	if err != nil {
		return err
	}
	bot.data = ""
	if err := m.introduce(ctx, bot, folder, n+1); err != nil {
		return err
	}
	bot.pace = true
	l := newLimits(perSecond, chatPerSecond)
	c := newCrowd(1, firstMentor)
	c.always, c.pause = true, 2*time.Second
	f, err := newFake(l, c.see)
	if err != nil {
		return err
	}
	defer f.close()
	c.fake = f
	who := bot.contender("steadfast")
	if err := who.prepare(folder, f.url); err != nil {
		return err
	}
	p, err := launch(ctx, f, who.command(folder, f.url))
	if err != nil {
		return err
	}
	defer p.stop()
	if err := pause(ctx, time.Until(ends)); err != nil {
		return err
	}
	c.measure()
	c.begin()
	if err := c.awaitOthers(ctx, n, time.Duration(n)*time.Second/perSecond*2+10*time.Second); err != nil {
		return err
	}
	c.settle(10 * time.Second)
	m.judgeReminders(n, c, l)
	return nil
}

// introduce lets all mentors of the roster say their first words: nobody else
// can be written to.
func (m *measurement) introduce(ctx context.Context, bot steadfast, folder string, mentors int) error {
	c := newCrowd(mentors, firstMentor)
	c.stopped.Store(true) // nobody begins a check-in
	f, err := newFake(nil, c.see)
	if err != nil {
		return err
	}
	defer f.close()
	c.fake = f
	if err := bot.configure(folder, f.url); err != nil {
		return err
	}
	p, err := launch(ctx, f, bot.contender("steadfast").command(folder, f.url))
	if err != nil {
		return err
	}
	defer p.stop()
	c.begin()
	return c.greet(ctx)
}

// awaitOthers waits until n messages went to people outside the crowd.
func (c *crowd) awaitOthers(ctx context.Context, n int, patience time.Duration) error {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
		c.mu.Lock()
		got := len(c.others)
		c.mu.Unlock()
		if got >= n {
			break
		}
	}
	return nil
}

func (m *measurement) judgeReminders(n int, c *crowd, l *limits) {
	t := c.escalated()
	refused, most := l.counts()
	c.mu.Lock()
	others := slices.SortedFunc(slices.Values(c.others), time.Time.Compare)
	c.mu.Unlock()
	arrived := len(others)
	share, all := 0.0, 0
	if arrived > 0 {
		share, all = l.share(others[0], others[arrived-1])
	}
	fmt.Fprintf(m.out, "%d reminders: %d arrived, %d messages in all at %.3f of %d/s, %d refused (429), at most %d in a second, "+
		"escalations meanwhile: %d, p50 %.0f ms, worst %.0f ms, missing %d\n\n",
		n, arrived, all, share, perSecond, refused, most, len(t.escalations), quantile(t.escalations, 0.5), quantile(t.escalations, 1), t.missing)
	what := fmt.Sprintf("%d reminders: ", n)
	m.verdicts = append(m.verdicts,
		verdict{"d1", what + "share of 30/s", fmt.Sprintf("%.3f", share), "≥ 0.97", share >= 0.97 && arrived == n, true},
		verdict{"d1", what + "429s", fmt.Sprint(refused), "0", refused == 0, true},
		verdict{"d1", what + "most in any second", fmt.Sprint(most), "≤ 30", most <= perSecond, true},
		verdict{"b2", what + "slowest escalation", fmt.Sprintf("%.0f ms", quantile(t.escalations, 1)), "≤ 67 ms + commit",
			quantile(t.escalations, 1) <= 70 && t.missing == 0, len(t.escalations) > 0})
}
