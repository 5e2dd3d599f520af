package bot_test

import (
	"maps"
	"slices"
	"time"

	"steadfast/bot/program"
	"steadfast/bot/words"
)

// A clerk works through a [year] as a patient person would with a calendar and a
// card for each meeting: hour by hour, crossing off days, with the rules that a
// program is told on paper. What the clerk would say, and when, is what the bot
// is to say. It is another way than that of program.Protocol, which knows no
// hours that pass and judges everything anew each time.
type clerk struct {
	*year
	voice words.Voice
	now   time.Time
	cards map[*meeting]*card
	files map[*pair]*file
	trays map[*person]*tray

	later  map[*person]time.Time // who wants to be asked again, when
	weekly map[*person]time.Time // when they are to hear of the week
	heard  map[*person]time.Time // when they last did something
	nudged map[*person]time.Time // when they were last asked a second time
	lost   map[*person]time.Time // who was found not to be reached, since when
	mute   map[*person]bool      // who blocks the bot, whether it knows or not
	known  map[*person]bool      // it knows
	lasts  map[*deed]time.Time   // when to ask whether a pause without an end goes on
	said   []said
}

// A card is what is known of one meeting that was due and is over.
type card struct {
	*meeting
	asked  time.Time
	nudged bool
	missed time.Time     // since when nobody expects an answer any more
	told   []program.Met // the newest last; what is taken back is removed
}

// A file is what was done about a pair.
type file struct {
	over   []*card // oldest first
	next   int     // of the pair's meetings
	alerts []*alert
	cut    time.Time // the mentor could not be reached since, and the coordinator knows
	grave  time.Time // and the supervisors
}

// An alert is what the staff were told about a row of meetings.
type alert struct {
	notice    program.Notice
	to        program.Roles
	from, of  int // into over
	corrected bool
}

// A tray holds what waits for somebody of the staff.
type tray struct {
	news []news
	due  time.Time
	sent time.Time
}

type news struct {
	pair   *pair
	notice program.Notice
	kind   string
	of     program.Date // the newest meeting that it is about
	from   *meeting     // the first and the last, to tell corrections
	last   *meeting
	count  int
}

// A said is a message that the bot is to begin by itself.
type said struct {
	at   time.Time
	to   *person
	what string
}

func newClerk(y *year, v words.Voice) *clerk {
	c := &clerk{
		year: y, voice: v, cards: map[*meeting]*card{}, files: map[*pair]*file{}, trays: map[*person]*tray{}, later: map[*person]time.Time{},
		weekly: map[*person]time.Time{}, heard: map[*person]time.Time{}, nudged: map[*person]time.Time{}, lost: map[*person]time.Time{},
		mute: map[*person]bool{}, known: map[*person]bool{}, lasts: map[*deed]time.Time{},
	}
	for _, p := range y.pairs {
		c.files[p] = &file{}
		if p.mentor.never {
			c.lost[p.mentor] = y.from
		}
	}
	for _, p := range y.people {
		c.trays[p] = &tray{}
	}
	return c
}

// work goes through the year, five minutes at a time.
func (c *clerk) work() []said {
	deeds, outages := c.deeds, c.outages
	monday := on("2026-09-07", 9, 0, c.home)
	for c.now = c.from; c.now.Before(c.to); c.now = c.now.Add(5 * time.Minute) {
		if len(outages) > 0 && !c.now.Before(outages[0].from) {
			c.now, outages = outages[0].to, outages[1:]
		}
		for ; len(deeds) > 0 && !deeds[0].at.After(c.now); deeds = deeds[1:] {
			c.record(deeds[0])
		}
		c.round()
		for ; !monday.After(c.now); monday = monday.AddDate(0, 0, 7) {
			if c.now.Sub(monday) < 24*time.Hour { // later it is of no use
				c.week()
			}
		}
		c.send()
	}
	return c.said
}

// record takes down what somebody did.
func (c *clerk) record(d *deed) {
	if d.kind != "block" {
		c.heard[d.by] = c.now
	}
	switch d.kind {
	case "tell":
		k := c.card(d.meeting)
		k.told = append(k.told, d.met)
	case "undo":
		k := c.card(d.meeting)
		k.told = k.told[:len(k.told)-1]
	case "later":
		c.later[d.by] = c.awake(d.by, c.now.Add(3*time.Hour))
	case "block":
		c.mute[d.by] = true
	case "unblock":
		delete(c.mute, d.by)
		delete(c.known, d.by)
		delete(c.lost, d.by)
	case "pause":
		if d.pause.to.IsZero() {
			c.lasts[d] = on(d.pause.from.Add(28).String(), 10, 0, c.home)
		}
		c.tellOther(d)
	case "unpause":
		maps.DeleteFunc(c.lasts, func(o *deed, _ time.Time) bool { return o.pause == d.pause })
		c.tellOther(d)
	case "move", "cancel":
		c.tellOther(d)
	}
}

func (c *clerk) card(m *meeting) *card {
	if c.cards[m] == nil {
		c.cards[m] = &card{meeting: m}
	}
	return c.cards[m]
}

// awake returns the first time from at on that is not at night where a person is.
func (c *clerk) awake(p *person, at time.Time) time.Time {
	for quiet(at, p.zone) {
		at = at.Add(5 * time.Minute)
	}
	return at
}

func quiet(at time.Time, zone *time.Location) bool {
	hour := at.In(zone).Hour()
	return hour >= 21 || hour < 8
}

// round looks at every pair, and asks each mentor once about all that there is
// to ask.
func (c *clerk) round() {
	for _, mentor := range c.staff(program.Mentor) {
		var asks []*card
		again := map[*card]bool{}
		for _, p := range c.under(mentor) {
			c.file(p)
			if k, nudge := c.toAsk(p); k != nil {
				asks, again[k] = append(asks, k), nudge
			}
		}
		if len(asks) > 0 {
			c.ask(mentor, asks, again)
		}
		for _, p := range c.under(mentor) {
			c.tellStaff(p)
		}
	}
}

// file takes the cards of the meetings that are over now.
func (c *clerk) file(p *pair) {
	f := c.files[p]
	for ; f.next < len(p.meetings) && !p.meetings[f.next].end.After(c.now); f.next++ {
		m := p.meetings[f.next]
		if !m.cancelled && c.off(p, program.DateOf(m.start, p.mentor.zone), c.now).IsZero() {
			f.over = append(f.over, c.card(m))
		}
	}
}

// today reports whether today is a day off for a pair.
func (c *clerk) dayOff(p *pair) bool {
	return !c.off(p, program.DateOf(c.now, p.mentor.zone), c.now).IsZero()
}

// days counts the days since a time that were not off, each from when the clock
// shows again what it showed then.
func (c *clerk) days(p *pair, since time.Time) int {
	return c.count(p, since, func(program.Date) bool { return true })
}

// answering is days without those on which the bot was away from morning to night,
// so that nobody could answer it.
func (c *clerk) answering(p *pair, since time.Time) int {
	return c.count(p, since, func(d program.Date) bool {
		for _, o := range c.year.outages {
			if d.After(program.DateOf(o.from, c.year.home)) && d.Before(program.DateOf(o.to, c.year.home)) {
				return false
			}
		}
		return true
	})
}

func (c *clerk) count(p *pair, since time.Time, counts func(program.Date) bool) (n int) {
	zone := p.mentor.zone
	local := since.In(zone)
	for i := 1; ; i++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+i, local.Hour(), local.Minute(), 0, 0, zone)
		if at.After(c.now) {
			return n
		}
		if day := program.DateOf(at, zone); c.off(p, day, c.now).IsZero() && counts(day) {
			n++
		}
	}
}

// ask sends a mentor one message about some meetings.
func (c *clerk) ask(mentor *person, asks []*card, again map[*card]bool) {
	if c.mute[mentor] && !mentor.two { // which the coordinator hears in other words
		c.lost[mentor], c.known[mentor] = c.now, true
		return
	}
	c.reach(mentor)
	for _, k := range asks {
		if again[k] {
			k.nudged, c.nudged[mentor] = true, c.now
		} else {
			k.asked = c.now
		}
	}
	c.say(mentor, asking(asks, again))
}

// reach reports whether something can be shown to a person, and tells the staff
// when a chat is found not to work.
func (c *clerk) reach(p *person) bool {
	if c.mute[p] && !c.known[p] {
		c.known[p] = true
		for _, q := range c.lookAfter(p) {
			c.say(q, "cannot write to "+p.name)
		}
		if !p.two {
			c.lost[p] = c.now
		}
	}
	return !c.mute[p] || p.two
}

// lookAfter returns the coordinators of a mentor, or of anybody else all of them
// and the owners.
func (c *clerk) lookAfter(p *person) (all []*person) {
	if pairs := c.under(p); len(pairs) > 0 && pairs[0].staff != nil {
		return []*person{pairs[0].staff}
	}
	return slices.DeleteFunc(c.staff(program.Coordinator|program.Owner), func(q *person) bool { return q == p })
}

// tell sends a message that is no question, if it can be shown.
func (c *clerk) tell(p *person, what string) {
	if c.reach(p) {
		c.say(p, what)
	}
}

// tellOther tells whoever else has to do with a pair what somebody did.
func (c *clerk) tellOther(d *deed) {
	to := []*person{d.pair.mentor}
	if d.by == d.pair.mentor {
		if to = []*person{d.pair.staff}; d.pair.staff == nil {
			to = c.staff(program.Owner)
		}
	}
	for _, p := range to {
		c.tell(p, d.kind+" by "+d.by.name)
	}
}

// week lets all coordinators and owners hear of the week, in the morning.
func (c *clerk) week() {
	for _, p := range c.staff(program.Coordinator | program.Owner) {
		c.weekly[p] = c.awake(p, c.now)
	}
}

// askLater asks a mentor again who had no time, if there is still no word.
func (c *clerk) askLater(mentor *person) {
	at, wants := c.later[mentor]
	if !wants || at.After(c.now) {
		return
	}
	delete(c.later, mentor)
	if c.now.Sub(at) > 3*time.Hour {
		return
	}
	var asks []*card
	for _, p := range c.under(mentor) {
		if over := c.files[p].over; len(over) > 0 && !c.dayOff(p) {
			if k := over[len(over)-1]; len(k.told) == 0 && !k.asked.IsZero() && !c.missed(p, k) {
				asks = append(asks, k)
			}
		}
	}
	if len(asks) > 0 {
		c.say(mentor, asking(asks, map[*card]bool{}))
	}
}

// put lays news into the trays of those who are to hear it.
func (c *clerk) put(p *pair, to program.Roles, n news) {
	people := c.staff(to)
	if to == program.Coordinator {
		people = []*person{p.staff}
		if p.staff == nil || !c.lost[p.staff].IsZero() {
			people = c.staff(program.Owner)
		}
	}
	for _, q := range people {
		c.lay(q, n)
	}
}

func (c *clerk) lay(q *person, n news) {
	t := c.trays[q]
	waited := len(t.news) > 0
	before := len(t.news)
	t.news = slices.DeleteFunc(t.news, func(o news) bool {
		return o.pair == n.pair && o.notice != program.NoticeCorrection &&
			(n.notice != program.NoticeCorrection || o.from == n.from && o.last == n.last)
	})
	if n.notice != program.NoticeCorrection || len(t.news) == before {
		if !slices.Contains(t.news, n) {
			t.news = append(t.news, n)
		}
	}
	if !waited {
		t.due = c.now.Add(10 * time.Minute)
		if next := t.sent.Add(time.Hour); next.After(t.due) {
			t.due = next
		}
		t.due = c.awake(q, t.due)
	}
}

// send empties the trays that are due, and says what else was planned for now.
func (c *clerk) send() {
	for _, q := range c.people {
		c.askLater(q)
		if at, planned := c.weekly[q]; planned && !at.After(c.now) {
			delete(c.weekly, q)
			c.tell(q, "the week")
		}
		t := c.trays[q]
		if len(t.news) == 0 || t.due.After(c.now) || quiet(c.now, q.zone) {
			continue
		}
		all := t.news
		t.news, t.sent = nil, c.now
		if c.reach(q) {
			c.say(q, c.letter(all))
			continue
		}
		for _, owner := range c.staff(program.Owner) {
			for _, n := range all {
				c.lay(owner, n)
			}
		}
	}
	for d, at := range c.lasts {
		if !c.awake(d.by, at).After(c.now) {
			c.lasts[d] = on(program.DateOf(c.now, c.home).Add(28).String(), 10, 0, c.home)
			c.tell(d.by, "does it go on")
		}
	}
}

func (c *clerk) say(to *person, what string) {
	c.said = append(c.said, said{c.now, to, what})
}
