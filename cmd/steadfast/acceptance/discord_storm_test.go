//go:build acceptance

package acceptance

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	killsOnDiscord   = 10
	mentorsOnDiscord = 12
)

// A dozen mentors check in, some with a danger, while the bot is killed at
// ten random moments. STEADFAST_SEED repeats a run's moments.
func TestKilledOnDiscord(t *testing.T) {
	seed := seedOf(t)
	s := beginStormOnDiscord(t)
	lots := rand.New(rand.NewPCG(seed, 1))
	var over atomic.Bool
	var writing sync.WaitGroup
	for i, m := range s.mentors {
		writing.Go(func() { s.checksInUntil(m, rand.New(rand.NewPCG(seed, uint64(i)+2)), &over) })
	}
	for range killsOnDiscord {
		pause := time.NewTimer(time.Duration(300+lots.IntN(1500)) * time.Millisecond)
		<-pause.C
		s.bot.kill()
		s.bot.start()
	}
	over.Store(true)
	writing.Wait()
	s.rests(5500 * time.Millisecond) // Discord's pace may hold a card back for five seconds
	s.account(s.bot, s.leads.history())
	s.Logf("%d check-ins in %d taps, %d of which had to be repeated", len(s.shown), s.taps, s.again.Load())
	s.hidesFrom(s.leads)
	s.end()
}

// A dcStorm is a world with many mentors on Discord.
type dcStorm struct {
	*world
	*tally
	mentors []*member
	leads   *member
	again   atomic.Int64 // taps that were repeated
}

func beginStormOnDiscord(t *testing.T) *dcStorm {
	t.Helper()
	w := begin(t, settings{on: onDiscord})
	w.provokesByKilling()
	w.provokesByCutting()
	s := &dcStorm{world: w, tally: newTally(t)}
	olga := w.member("Olga")
	rows := []string{"person,Olga,owner,," + olga.id + ",en,,,,"}
	for i := range mentorsOnDiscord {
		m := w.member(fmt.Sprintf("Mentor %d %s", i, secret))
		s.mentors = append(s.mentors, m)
		rows = append(rows, fmt.Sprintf("person,%s,mentor,,%s,en,,,,", m.name, m.id),
			fmt.Sprintf("mentee,Child %d %s,,,,,,,,", i, secret),
			fmt.Sprintf("match,Child %d %s,,,,,,%s,,", i, secret, m.name))
	}
	w.bot.imports(rows...)
	w.starts()
	for _, m := range append([]*member{olga}, s.mentors...) {
		m.slash("start")
		m.sees("Good to see you")
	}
	s.leads = olga.at(w.channel("leads"))
	s.leads.slash("here", "purpose", "supervisors")
	s.leads.sees("This is the supervisors' channel")
	return s
}

// checksInUntil makes check-ins until it is over, each of them to its end. Words
// are never said twice; a tap is repeated if Discord says that it failed.
func (s *dcStorm) checksInUntil(m *member, lots *rand.Rand, over *atomic.Bool) {
	for n := 0; !over.Load(); n++ {
		note := fmt.Sprintf("%s note %s-%d.", secret, m.id, n)
		danger := lots.IntN(4) == 0
		m.says("/checkin")
		m.sees("Did you meet")
		s.tap(m, "We met", "seem?")
		s.tap(m, []string{"😟", "🙁", "😐", "🙂", "😄"}[lots.IntN(5)], "Does anything worry you")
		if danger {
			s.tap(m, "Yes", "What kind of worry?")
			s.pick(m, "Grief")
			s.tap(m, "Done", "How pressing is it?")
			s.tap(m, "Danger now", "have been paged: case")
		} else {
			s.tap(m, "No", "Anything you want to add?")
		}
		m.says(note)
		confirmed := m.sees("Thank you. It is kept:").text()
		if !strings.Contains(confirmed, note) {
			s.Errorf("the confirmation is of something else: %s", confirmed)
		}
		s.confirmed(note, confirmed, danger)
	}
}

// tap taps until the next question is there.
func (s *dcStorm) tap(m *member, label, then string) {
	s.until(m, then, func(p post, text string) bool { return strings.Contains(text, then) }, func() (string, fields) {
		path, in, _ := m.where(label)
		return path, in
	})
}

// pick ticks an entry until it is ticked.
func (s *dcStorm) pick(m *member, label string) {
	s.until(m, label, func(p post, _ string) bool { return len(p.ticked()) == 1 }, func() (string, fields) {
		all := m.posts(0)
		for i := len(all) - 1; i >= 0; i-- {
			if p := all[i]; len(p.Selects) > 0 {
				return "select", fields{"custom_id": p.Selects[0].ID, "message_id": p.ID, "values": []string{label}}
			}
		}
		return "", nil
	})
}

// until acts until something is to be seen, again if Discord says that it
// failed.
func (s *dcStorm) until(m *member, what string, met func(post, string) bool, act func() (string, fields)) {
	since := m.since
	for tries := 0; ; tries++ {
		shown := func() bool {
			for _, p := range m.posts(since) {
				if p.Bot && met(p, p.text()) {
					return true
				}
			}
			return false
		}
		if path, in := act(); path != "" && (tries == 0 || !shown()) {
			if tries > 0 {
				s.again.Add(1)
			}
			_, _ = m.try(path, in, 4*time.Second)
		}
		if tries == 0 {
			since = m.since
		}
		for end := time.Now().Add(4 * time.Second); time.Now().Before(end); {
			if shown() {
				s.tapped()
				return
			}
			pause := time.NewTimer(20 * time.Millisecond)
			<-pause.C
		}
		if tries == 8 {
			s.Errorf("%s does not see %q", m.name, what)
			return
		}
	}
}
