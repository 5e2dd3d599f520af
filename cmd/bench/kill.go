package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

// killChats is how many mentors check in while the bot is killed.
const killChats = 64

// kills kills the bot under load and starts it again, and looks in the end
// whether every check-in that was confirmed is there, once.
func (m *measurement) kills(ctx context.Context) error {
	folder, err := m.home()
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	bot, err := m.bot.imported(ctx, folder, killChats, "")
	if err != nil {
		return err
	}
	bot.data = ""
	c := newCrowd(killChats, firstMentor)
	f, err := newFake(nil, c.see)
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
	c.begin()
	c.measure()
	var starts, presses []time.Duration
	for range m.options.kills {
		if err := pause(ctx, 300*time.Millisecond+rand.N(500*time.Millisecond)); err != nil {
			p.stop()
			return err
		}
		p.kill()
		// What the dead process had sent is taken before its successor is timed.
		time.Sleep(20 * time.Millisecond)
		if p, err = launch(ctx, f, who.command(folder, f.url)); err != nil {
			return err
		}
		starts = append(starts, p.start)
		select {
		case at := <-p.pressed:
			presses = append(presses, at.Sub(p.began))
		case <-time.After(10 * time.Second):
			p.stop()
			return fmt.Errorf("after kill %d the bot answers nobody", len(starts))
		}
	}
	stuck := c.settle(10 * time.Second)
	p.stop()
	return m.judgeKills(ctx, bot.binary, folder, c, stuck, starts, presses)
}

func (m *measurement) judgeKills(ctx context.Context, binary, folder string, c *crowd, stuck int, starts, presses []time.Duration) error {
	dump, err := exec.CommandContext(ctx, binary, "dump", "-config", filepath.Join(folder, "steadfast.toml")).Output()
	if err != nil {
		return fmt.Errorf("steadfast dump: %w", err)
	}
	stored := marked(dump)
	t := c.escalated()
	gone, twice := 0, 0
	for mark := range c.kept {
		if stored[mark] == 0 {
			gone++
		}
	}
	for _, n := range stored {
		if n > 1 {
			twice++
		}
	}
	fmt.Fprintf(m.out, "%d kills: %d check-ins confirmed, %d stored, %d lost, %d doubled, %d escalations, %d missing, %d mentors without an answer; "+
		"from the start of the process: asks for updates p50 %.1f ms, first answered press p50 %.1f ms, worst %.1f ms\n\n",
		len(starts), len(c.kept), len(stored), gone, twice, len(t.escalations), t.missing, stuck,
		quantile(starts, 0.5), quantile(presses, 0.5), quantile(presses, 1))
	what := fmt.Sprintf("%d kills: ", len(starts))
	after := quantile(presses, 0.5) - quantile(starts, 0.5)
	m.verdicts = append(m.verdicts,
		verdict{"g1", what + "confirmed check-ins lost", fmt.Sprint(gone), "0", gone == 0, true},
		verdict{"g1", what + "check-ins doubled", fmt.Sprint(twice), "0", twice == 0, true},
		verdict{"g1", what + "escalations missing, mentors unanswered", fmt.Sprint(t.missing + stuck), "0", t.missing+stuck == 0, true},
		verdict{"g1", what + "ready to the first durable press", fmt.Sprintf("%.1f ms", after), "≤ 5 ms", after <= 5, true})
	return nil
}

// mark is what mentors put at the end of their notes.
var mark = regexp.MustCompile(`mark-\d+-\d+\.`)

// marked counts in a dump in how many check-ins each mark stands.
func marked(dump []byte) map[string]int {
	stored := map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(dump))
	lines.Buffer(nil, 1<<20)
	inside := false
	for lines.Scan() {
		line := lines.Bytes()
		if bytes.HasPrefix(line, []byte("[")) {
			inside = bytes.HasPrefix(line, []byte("[checkins] "))
			continue
		}
		if inside {
			if found := mark.Find(line); found != nil {
				stored[string(found)]++
			}
		}
	}
	return stored
}
