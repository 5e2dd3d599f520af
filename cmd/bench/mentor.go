package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Who there is.
const (
	firstMentor = 100_000        // the Telegram id of the first mentor
	supervisors = -1001234567890 // the supervisors' channel
	dangerEvery = 10             // of so many check-ins, one tells of a danger
	help        = "/help"        // what a mentor says first
	checkIn     = "/checkin"     // what begins a check-in
	oneNote     = "We read the second chapter together, then he told me about the football match on Sunday. " +
		"He laughed more than last week and wants to bring his own book next time."
)

// A stage is where in a check-in a mentor is: what was asked last. A message
// that is not ahead of it was shown before.
type stage int

const (
	unknown stage = iota
	asksMet
	asksMood
	asksWorry
	asksKinds
	asksMoreKinds
	asksPressing
	asksNote
	summary
)

// stage recognises what a message asks by its buttons.
func (s shown) stage() stage {
	for _, sign := range []struct {
		label string
		stage stage
	}{
		{"We met", asksMet}, {"🙂", asksMood}, {"Not sure", asksWorry}, {"Done ›", asksMoreKinds}, {"Hurting themselves", asksKinds},
		{"Danger now", asksPressing}, {"Skip", asksNote}, {"Correct", summary},
	} {
		if _, ok := s.data(sign.label); ok {
			return sign.stage
		}
	}
	return unknown
}

// tap returns the label that a mentor taps at a stage.
func (s stage) tap(danger bool) string {
	switch s {
	case asksMet:
		return "We met"
	case asksMood:
		return "🙂"
	case asksWorry:
		if danger {
			return "Yes"
		}
		return "No"
	case asksKinds:
		return "Hurting themselves"
	case asksMoreKinds:
		return "Done ›"
	case asksPressing:
		return "Danger now"
	}
	return ""
}

// A crowd is mentors who check in one time after the other, each waiting for
// the bot's answer before the next tap.
type crowd struct {
	fake    *fake
	mentors map[int64]*mentor // does not change any more
	always  bool              // every check-in tells of a danger
	pause   time.Duration     // between two check-ins of a mentor

	greeted   atomic.Int64 // mentors who had the answer to their first words
	measuring atomic.Bool
	stopped   atomic.Bool

	mu      sync.Mutex
	figures timings
	ticked  map[string][]tick      // by the number of the case, which may hold several concerns
	carded  map[string][]time.Time // when cards of a case were shown or changed
	kept    map[string]bool        // what marks the notes that the bot confirmed
	others  []time.Time            // messages to people outside the crowd
}

type tick struct {
	at       time.Time
	measured bool
}

// timings are how long the bot took, in the time that was measured.
type timings struct {
	steps, confirms, escalations []time.Duration
	dialogues, missing           int
}

type mentor struct {
	id int64

	mu      sync.Mutex
	greeted bool
	stage   stage
	count   int
	mark    string // in the note of the check-in under way
	danger  bool
	acted   time.Time // the last tap or text
	ticked  time.Time // the danger
}

func newCrowd(size int, first int64) *crowd {
	c := &crowd{mentors: make(map[int64]*mentor, size), ticked: map[string][]tick{}, carded: map[string][]time.Time{}, kept: map[string]bool{}}
	for i := range int64(size) {
		c.mentors[first+i] = &mentor{id: first + i}
	}
	return c
}

// begin lets everybody say hello; whoever is answered begins to check in.
func (c *crowd) begin() {
	for id := range c.mentors {
		c.fake.say(id, help)
	}
}

// see takes a message of the bot.
func (c *crowd) see(s shown) {
	if s.chat == supervisors {
		c.seeCards(s)
		return
	}
	m := c.mentors[s.chat]
	if m == nil {
		c.mu.Lock()
		c.others = append(c.others, s.at)
		c.mu.Unlock()
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.greeted {
		m.greeted = true
		c.greeted.Add(1)
		c.checkIn(m)
		return
	}
	at := s.stage()
	if at <= m.stage || at == summary && !strings.Contains(s.text, m.mark) {
		return // shown again after a restart, or not about this check-in
	}
	m.stage = at
	c.timed(m, s, at)
	if at == summary {
		c.again(m)
		return
	}
	c.act(m, s, at)
}

// again begins the next check-in of a mentor, perhaps after a pause.
func (c *crowd) again(m *mentor) {
	if c.pause == 0 {
		c.checkIn(m)
		return
	}
	time.AfterFunc(c.pause, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		c.checkIn(m)
	})
}

// checkIn begins a check-in.
func (c *crowd) checkIn(m *mentor) {
	if c.stopped.Load() {
		m.stage = summary
		return
	}
	m.count++
	m.stage, m.danger = unknown, c.always || (int64(m.count)+m.id)%dangerEvery == 0
	m.mark = fmt.Sprintf("mark-%d-%d.", m.id, m.count)
	m.acted = time.Now()
	c.fake.say(m.id, checkIn)
}

// act answers a question.
func (c *crowd) act(m *mentor, s shown, at stage) {
	m.acted = time.Now()
	if at == asksNote {
		c.fake.say(m.id, oneNote+" "+m.mark)
		return
	}
	if at == asksPressing {
		m.ticked = m.acted
	}
	if data, ok := s.data(at.tap(m.danger)); ok {
		c.fake.press(m.id, s, data)
	}
}

// caseNumber is how both bots name a case to the mentor, and on a card.
var caseNumber = regexp.MustCompile(`[Cc]ase (\d+)`)

// timed records how long an answer took.
func (c *crowd) timed(m *mentor, s shown, at stage) {
	took := s.at.Sub(m.acted)
	c.mu.Lock()
	defer c.mu.Unlock()
	measured := c.measuring.Load()
	if at == asksNote && m.danger {
		if no := caseNumber.FindStringSubmatch(s.text); no != nil {
			c.ticked[no[1]] = append(c.ticked[no[1]], tick{m.ticked, measured})
		}
	}
	if at == summary {
		c.kept[m.mark] = true
	}
	if !measured {
		return
	}
	c.figures.steps = append(c.figures.steps, took)
	if at == summary {
		c.figures.confirms = append(c.figures.confirms, took)
		c.figures.dialogues++
	}
}

func (c *crowd) seeCards(s shown) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, no := range caseNumber.FindAllStringSubmatch(s.text, -1) {
		c.carded[no[1]] = append(c.carded[no[1]], s.at)
	}
}

// measure forgets what was timed so far and begins to count.
func (c *crowd) measure() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.figures = timings{}
	c.measuring.Store(true)
}

// settle waits until everybody has come to the end of their check-in, or has
// waited long enough. It returns how many have not.
func (c *crowd) settle(patience time.Duration) (stuck int) {
	c.stopped.Store(true)
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		stuck = 0
		for _, m := range c.mentors {
			m.mu.Lock()
			if m.stage != summary {
				stuck++
			}
			m.mu.Unlock()
		}
		if stuck == 0 || time.Now().After(end) {
			return stuck
		}
	}
}

// escalated joins the ticks of a danger with the first card after each: another
// concern about the same mentee changes the card of the case that there is.
func (c *crowd) escalated() timings {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.figures
	for no, ticks := range c.ticked {
		for _, t := range ticks {
			i := slices.IndexFunc(c.carded[no], t.at.Before)
			switch {
			case !t.measured:
			case i >= 0:
				f.escalations = append(f.escalations, c.carded[no][i].Sub(t.at))
			default:
				f.missing++
			}
		}
	}
	return f
}
