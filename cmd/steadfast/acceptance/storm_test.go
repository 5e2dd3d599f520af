//go:build acceptance

package acceptance

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	kills   = 50
	mentors = 30
)

// Thirty mentors check in, some with a danger, while the bot is killed at fifty
// random moments. STEADFAST_SEED repeats a run's moments.
func TestKilledAtFiftyInstants(t *testing.T) { storms(t, kills, (*bot).kill) }

// The same with a bot that is asked to end: it does, in time and with exit code
// 0, however much there is to do.
func TestStoppedUnderLoad(t *testing.T) { storms(t, 5, (*bot).stop) }

// seedOf returns the seed of a run, and says which it is.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("STEADFAST_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("STEADFAST_SEED=%d", seed)
	return seed
}

func storms(t *testing.T, ends int, end func(*bot)) {
	seed := seedOf(t)
	s := beginStorm(t)
	lots := rand.New(rand.NewPCG(seed, 1))
	var over atomic.Bool
	var writing sync.WaitGroup
	for i, m := range s.mentors {
		writing.Go(func() { s.checksInUntil(m, rand.New(rand.NewPCG(seed, uint64(i)+2)), &over) })
	}
	writing.Go(func() { s.acknowledgesUntil(&over) })
	for range ends {
		pause := time.NewTimer(time.Duration(50+lots.IntN(1500)) * time.Millisecond)
		<-pause.C
		end(s.bot)
		s.bot.start()
	}
	over.Store(true)
	writing.Wait()
	s.rig.quiet(2 * time.Second)
	s.account(s.bot, s.leads.history())
	var open struct{ Callbacks []any }
	s.rig.ask("callbacks", fields{"unanswered": true}, &open)
	s.Logf("%d taps, %d of them without a toast; every tap led on", s.taps, len(open.Callbacks))
	s.keepsSecret(s.leads)
	s.accountOfTaken()
	s.end()
}

// A storm is a world with many mentors and a group of supervisors.
type storm struct {
	*world
	*tally
	mentors []*person
	leads   *person
	taken   map[string]bool // cases that Ana acknowledged
}

// A tally is what the mentors were shown. It is safe for concurrent use.
type tally struct {
	t       *testing.T
	mu      sync.Mutex
	shown   map[string]string // notes whose check-in was confirmed: the confirmation
	dangers map[string]bool   // those of them with a danger
	taps    int
}

func newTally(t *testing.T) *tally {
	return &tally{t: t, shown: map[string]string{}, dangers: map[string]bool{}}
}

// confirmed counts a check-in that was confirmed; tapped counts a tap.
func (y *tally) confirmed(note, text string, danger bool) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.shown[note], y.dangers[note] = text, danger
}

func (y *tally) tapped() {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.taps++
}

func beginStorm(t *testing.T) *storm {
	t.Helper()
	w := begin(t, settings{})
	w.provokesByKilling()
	s := &storm{world: w, tally: newTally(t), taken: map[string]bool{}}
	ana := w.person("Ana")
	olga := w.person("Olga")
	rows := []string{
		fmt.Sprintf("person,Ana,supervisor,%d,,en,,,,", ana.id),
		fmt.Sprintf("person,Olga,owner,%d,,en,,,,", olga.id),
	}
	for i := range mentors {
		m := w.person(fmt.Sprintf("Mentor %d %s", i, secret))
		s.mentors = append(s.mentors, m)
		rows = append(rows, fmt.Sprintf("person,%s,mentor,%d,,en,,,,", m.name, m.id),
			fmt.Sprintf("mentee,Child %d %s,,,,,,,,", i, secret),
			fmt.Sprintf("match,Child %d %s,,,,,,%s,,", i, secret, m.name))
	}
	w.bot.imports(rows...)
	w.bot.start()
	for _, p := range append([]*person{ana, olga}, s.mentors...) {
		p.says("/start")
		p.sees("Good to see you")
	}
	s.leads = ana.at(w.group(-1001, "group", ana, olga))
	olga.at(s.leads.chat).says("/here supervisors")
	s.leads.sees("This is the supervisors' channel")
	return s
}

// checksInUntil makes check-ins until it is over, each of them to its end. The
// mentor never repeats themselves: each tap must lead on.
func (s *storm) checksInUntil(m *person, lots *rand.Rand, over *atomic.Bool) {
	for n := 0; !over.Load(); n++ {
		note := fmt.Sprintf("%s note %d-%d.", secret, m.id, n)
		danger := lots.IntN(4) == 0
		m.says("/checkin")
		m.sees("Did you meet")
		s.tap(m, "We met", "seem?")
		s.tap(m, []string{"😟", "🙁", "😐", "🙂", "😄"}[lots.IntN(5)], "Does anything worry you")
		if danger {
			s.tap(m, "Yes", "What kind of worry?")
			s.tap(m, "Grief", "What kind of worry?")
			m.offers("What kind of worry?", "Done") // not the same question, shown again after a kill
			s.tap(m, "Done", "How pressing is it?")
			s.tap(m, "Danger now", "have been paged: case")
		} else {
			s.tap(m, "No", "Anything you want to add?")
		}
		m.says(note)
		confirmed := m.sees("Thank you. It is kept:")
		if !strings.Contains(confirmed.Text, note) {
			s.Errorf("the confirmation is of something else: %s", confirmed.Text)
		}
		s.confirmed(note, confirmed.Text, danger)
	}
}

// acknowledgesUntil takes cases, the newest first, until it is over.
func (s *storm) acknowledgesUntil(over *atomic.Bool) {
	for !over.Load() {
		var answer struct {
			Found   bool
			Message shown
		}
		err := s.rig.try("wait", fields{"chat": s.leads.chat, "button": "Acknowledge", "timeout_ms": 500}, &answer)
		if err != nil || !answer.Found {
			continue
		}
		var press struct {
			Button struct {
				Data string `json:"callback_data"`
			}
		}
		err = s.rig.try("press", fields{"user": s.leads.id, "chat": s.leads.chat, "label": "Acknowledge",
			"message_id": answer.Message.ID, "wait_ms": 1000}, &press)
		if no, ok := strings.CutPrefix(press.Button.Data, "1.ack."); ok && err == nil {
			n, err := strconv.ParseUint(no, 36, 64)
			if err != nil {
				s.Errorf("a button for %q", no)
			}
			s.taken[strconv.FormatUint(n, 10)] = true
		}
	}
}

func (s *storm) tap(m *person, label, then string) {
	m.hits(label)
	m.sees(then)
	s.tapped()
}

var (
	caseForm  = regexp.MustCompile(`as case (\d+)\.`)
	toldForm  = regexp.MustCompile(`Ana has seen this \(case (\d+)\)`)
	titleForm = regexp.MustCompile(`Case (\d+) · danger now`)
)

// account compares what was shown with what is stored, and with the cards.
func (y *tally) account(b *bot, cards []string) {
	y.t.Helper()
	kept := map[string][]checkIn{}
	for _, c := range stored[checkIn](b, "checkins") {
		kept[c.Note] = append(kept[c.Note], c)
	}
	caseOf, cases := map[int]int{}, 0 // check-in: the case of which it is part
	for _, c := range stored[caseFile](b, "cases") {
		cases++
		for _, id := range append(c.More, c.CheckIn) {
			if caseOf[id] != 0 {
				y.t.Errorf("check-in %d is part of cases %d and %d, or twice of one", id, caseOf[id], c.No)
			}
			caseOf[id] = c.No
		}
	}
	for _, all := range kept {
		if c := all[0]; c.Pressing != "now" && c.Trend != "" {
			delete(caseOf, c.ID) // the bot itself took it for a concern
		}
	}
	onCards := map[string]bool{}
	for _, text := range cards {
		for _, found := range titleForm.FindAllStringSubmatch(text, -1) {
			onCards[found[1]] = true
		}
	}
	dangers := 0
	for note, text := range y.shown {
		got := kept[note]
		if len(got) != 1 {
			y.t.Errorf("%q was confirmed and is stored %d times", note, len(got))
			continue
		}
		if !y.dangers[note] {
			continue
		}
		dangers++
		found := caseForm.FindStringSubmatch(text)
		switch {
		case found == nil || strconv.Itoa(got[0].Case) != found[1] || caseOf[got[0].ID] != got[0].Case:
			y.t.Errorf("%q: the mentor was told %q, stored is %+v", note, text, got[0])
		case !onCards[found[1]]:
			y.t.Errorf("case %s has no card in the group", found[1])
		}
	}
	if len(kept) != len(y.shown) || len(caseOf) != dangers {
		y.t.Errorf("%d check-ins are stored, %d of them in cases; %d and %d were confirmed", len(kept), len(caseOf), len(y.shown), dangers)
	}
	paged := 0
	for no, hops := range b.timelines() {
		paged += y.accountOfPages(no, hops)
	}
	if paged != dangers {
		y.t.Errorf("%d dangers were paged, not %d", paged, dangers)
	}
	y.t.Logf("%d check-ins with %d dangers in %d cases", len(y.shown), dangers, cases)
}

// accountOfPages says that each danger of a case was paged as something new, be
// it the first or one that joined later, and that the last page has arrived. It
// returns how many dangers were paged.
func (y *tally) accountOfPages(no string, hops []hop) (paged int) {
	y.t.Helper()
	waits, arrived := false, false // for a page of its own; since the last page
	for _, h := range hops {
		switch {
		case h.news():
			if waits {
				y.t.Errorf("case %s was paged once for two dangers", no)
			}
			waits = true
		case h.Kind == "page queued":
			if waits {
				paged++
			}
			waits, arrived = false, false
		case h.Kind == "acknowledged" && waits:
			y.t.Errorf("case %s was acknowledged before its danger was paged", no)
		case h.Kind == "page delivered":
			arrived = true
		}
	}
	if waits || paged > 0 && !arrived {
		y.t.Errorf("case %s: the last danger was not paged, or its page did not arrive: %v", no, hops)
	}
	return paged
}

// accountOfTaken says that every case which Ana took is hers, unless another
// danger came later, that its mentor was told each time, and that its newest
// card shows it.
func (s *storm) accountOfTaken() {
	s.Helper()
	told := map[string]int{}
	for _, m := range s.mentors {
		for _, text := range m.history() {
			if found := toldForm.FindStringSubmatch(text); found != nil {
				told[found[1]]++
			}
		}
	}
	newest := map[string]string{} // case: what its newest card says
	for _, m := range s.rig.chat(s.leads.chat) {
		for block := range strings.SplitSeq(m.Text, "\n\n") {
			if found := titleForm.FindStringSubmatch(block); m.Bot && found != nil {
				newest[found[1]] = block
			}
		}
	}
	acked, timelines := 0, s.bot.timelines()
	for _, c := range stored[caseFile](s.bot, "cases") {
		no := strconv.Itoa(c.No)
		times, mine := acknowledged(timelines[no])
		acked += times
		if s.taken[no] != (times > 0) || mine != (c.AckedBy != 0) || told[no] < times || times == 0 && told[no] > 0 ||
			mine != strings.Contains(newest[no], "✓ Ana has it") {
			s.Errorf("case %s: taken %v, %d times, stored %+v, mentor told %d times, card %q", no, s.taken[no], times, c, told[no], newest[no])
		}
	}
	s.Logf("%d times was a case acknowledged", acked)
}

// acknowledged says how often somebody took a case, and whether nothing new has
// happened since.
func acknowledged(hops []hop) (times int, still bool) {
	for _, h := range hops {
		switch {
		case h.news():
			still = false
		case h.Kind == "acknowledged":
			times, still = times+1, true
		}
	}
	return times, still
}
