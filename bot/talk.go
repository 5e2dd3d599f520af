package bot

import (
	"errors"
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/when"
)

// flowTalk records that staff talked with the mentor of a match.
const flowTalk = "talk"

// How many talks that are owed are listed at once, how many days ahead the week's
// message looks, and the look at those that are late only.
const (
	talksShown     = 5
	owedThisWeek   = 6
	owedSoon       = 13
	overdueAlready = -1
)

// clocksAtOnce is of how many matches the clock begins in one transaction.
const clocksAtOnce = 25

func talkConversation() conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			_, _, q, err := t.runTalk(d)
			if errors.Is(err, program.ErrNotFound) { // it ended meanwhile: said when it finishes
				return nil, nil
			}
			return q, err
		},
		finish: (*turn).finishTalk,
	}
}

// An owedTalk is a talk that staff owe the mentor of a match.
type owedTalk struct {
	standing
	program.OwedContact
}

// owed returns the talk that is owed to a match: of the two kinds the one that is
// due first and, if both are on one day, the one in depth, which counts as both.
func (t *turn) owed(m program.Match, ahead int) (o program.OwedContact, ok bool) {
	if m.Clock.IsZero() {
		return o, false
	}
	both := t.Contacts.Owed(program.DateOf(m.Since, t.Zone), m.Clock, m.Contacts, program.DateOf(t.now, t.Zone), ahead)
	if len(both) == 0 {
		return o, false
	}
	o = both[0]
	if last := both[len(both)-1]; last.Due == o.Due {
		o = last
	}
	o.First = o.First && m.Clock == program.DateOf(m.Since, t.Zone)
	return o, true
}

// owedTalks returns the talks that are owed in the days ahead, what is due first
// first.
func (t *turn) owedTalks(all []standing, ahead int) (talks []owedTalk) {
	for _, s := range all {
		if o, ok := t.owed(s.Match, ahead); ok {
			talks = append(talks, owedTalk{s, o})
		}
	}
	slices.SortStableFunc(talks, func(a, b owedTalk) int { return a.Due.Compare(b.Due) })
	return talks
}

// owedList lists talks, at most as many as help, each with a button.
func (t *turn) owedList(talks []owedTalk) (text chat.Text, choices []chat.Choice) {
	if len(talks) == 0 {
		return nil, nil
	}
	text = t.text("talk.head")
	for _, o := range talks[:min(len(talks), talksShown)] {
		text = lines(text, t.owedLine(o.pair(), o.OwedContact))
		choices = append(choices, talkButton(o.Match, t.plain("talk.spoke_with", "Pair", o.pair())))
	}
	if more := len(talks) - talksShown; more > 0 {
		text = lines(text, t.text("overdue.more", "Count", more))
	}
	return text, choices
}

func (t *turn) owedLine(pair string, o program.OwedContact) chat.Text {
	kind := "quick"
	switch {
	case o.Kind == program.DeepContact:
		kind = "deep"
	case o.First:
		kind = "first"
	}
	key := "talk.due"
	if o.Overdue(program.DateOf(t.now, t.Zone)) {
		key = "talk.late"
	}
	return t.text(key, "Pair", pair, "Kind", t.plain("talk."+kind), "Day", t.date(t.voice, o.Due))
}

func talkButton(m program.Match, label string) chat.Choice {
	return chat.Choice{Label: label, Token: chat.Token{Act: actTalk, ID: uint64(m.ID)}.String()}
}

// talkOf says which talk is owed to a match soon, and offers to record one.
func (t *turn) talkOf(s standing) (text chat.Text, choices []chat.Choice) {
	if t.Contacts.Off() {
		return nil, nil
	}
	if o, ok := t.owed(s.Match, owedSoon); ok {
		text = t.owedLine(s.pair(), o)
	}
	return text, []chat.Choice{talkButton(s.Match, t.plain("talk.spoke"))}
}

// beginClocks lets the clocks of matches begin today that are older than the clock,
// or were imported at an unknown age, some at a time: with the first look at them
// nothing is owed.
func (t *turn) beginClocks(all []standing) error {
	begun := 0
	for _, s := range all {
		if !s.Clock.IsZero() || t.Contacts.Off() || begun == clocksAtOnce {
			continue
		}
		begun++
		m := s.Match
		m.Clock = program.DateOf(t.now, t.Zone)
		if err := t.tx.PutMatch(&m); err != nil {
			return err
		}
	}
	return nil
}

// talkPressed asks about a talk that somebody of the staff had with a mentor.
func (t *turn) talkPressed(token chat.Token) error {
	m, err := t.watched(token.ID)
	if err != nil {
		return err
	}
	return t.startNew(program.Dialogue{State: flow.State{Flow: flowTalk}.With("match", matchKey(m.ID))})
}

func (t *turn) runTalk(d *program.Dialogue) (c program.Contact, m program.Match, q *flow.Question, err error) {
	if m, err = t.watchedKey(d.State.Value("match")); err != nil {
		return c, m, nil, err
	}
	mentor, err := t.person(m.Mentor)
	if err != nil {
		return c, m, nil, err
	}
	zone := t.zoneOf(t.who)
	today := program.DateOf(t.now, zone)
	c, q = flow.Run(d.State, func(d *flow.Dialogue) (c program.Contact, done bool) {
		kind, done := d.Choose("kind", flow.Say("talk.kind", "Who", mentor.Name), []flow.Option{
			{Key: "quick", Label: flow.Say("talk.kind_quick")}, {Key: "deep", Label: flow.Say("talk.kind_deep")},
		})
		if !done {
			return c, false
		}
		c.Kind = map[string]program.ContactKind{"quick": program.QuickContact, "deep": program.DeepContact}[kind]
		on, done := d.Date("on", flow.Say("talk.on"), []flow.Option{
			{Key: today.String(), Label: flow.Say("log.today")}, {Key: today.Add(-1).String(), Label: flow.Say("log.yesterday")},
		}, t.talkDay(m, zone))
		c.On, _ = program.ParseDate(on)
		return c, done
	})
	c.By = t.who.ID
	return c, m, q, nil
}

// talkDay reads the day of a talk: not one to come, and none before the match.
func (t *turn) talkDay(m program.Match, zone *time.Location) func(string) (string, error) {
	return func(text string) (string, error) {
		found, err := t.dayTyped(text, zone, when.Past)
		if err != nil {
			return "", err
		}
		day, since := program.DateOf(found.At, zone), program.DateOf(m.Since, t.Zone)
		switch {
		case day.After(program.DateOf(t.now, zone)):
			return "", wrong("log.future", "Day", t.date(t.voice, day))
		case day.Before(since):
			return "", wrong("talk.before", "Day", t.date(t.voice, since))
		}
		return day.String(), nil
	}
}

// finishTalk records a talk.
func (t *turn) finishTalk(d *program.Dialogue) error {
	c, m, _, err := t.runTalk(d)
	if errors.Is(err, program.ErrNotFound) {
		return t.reply(t.text("give.gone"))
	}
	if err != nil {
		return err
	}
	if m.Clock.IsZero() {
		m.Clock = program.DateOf(t.now, t.Zone)
	}
	m.Contacts = t.Contacts.Needed(append(slices.Clone(m.Contacts), c))
	if err := t.tx.PutMatch(&m); err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "recorded a talk: " + string(c.Kind), Person: m.Mentor}); err != nil {
		return err
	}
	pair, err := t.pair(m)
	if err != nil {
		return err
	}
	kind := "talk.quick"
	if c.Kind == program.DeepContact {
		kind = "talk.deep"
	}
	return t.reply(t.text("talk.done", "Pair", pair, "Kind", t.plain(kind), "Day", t.date(t.voice, c.On)))
}
