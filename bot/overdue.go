package bot

import (
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// A standing is how a match stands, for those who look after it.
type standing struct {
	program.Match
	mentor  program.Person
	mentee  string
	logs    []program.Log
	silence program.Silence
}

// overdue reports whether the staff should have a look at the match.
func (s standing) overdue() bool {
	switch s.silence.Kind {
	case program.Undelivered:
		return true
	case program.MetNotLogged:
		return s.silence.Why.Key == program.WhyNoAnswer || s.listed()
	case program.MenteeAbsent, program.MentorAway:
		return s.silence.Row > 1
	}
	return false
}

// listed reports whether the mentor was asked about the newest meeting so long ago
// that it is on the coordinator's list.
func (s standing) listed() bool {
	return slices.ContainsFunc(s.Told, func(told program.Told) bool {
		return told.Notice == program.NoticeList && told.Of == s.silence.Of.Key
	})
}

// standings returns how the matches stand that a person looks after, oldest
// first: their own as a coordinator, as an owner those whose coordinator is not
// there or cannot be reached.
func (t *turn) standings(p program.Person) (all []standing, err error) {
	under := []program.PersonID{p.ID}
	if p.Is(program.Owner) {
		under = append(under, 0)
		for q, err := range t.tx.Staff() {
			if err != nil {
				return nil, err
			}
			there, err := t.reachable(q)
			if err != nil {
				return nil, err
			}
			if q.ID != p.ID && !(there && q.Is(program.Coordinator)) {
				under = append(under, q.ID)
			}
		}
	}
	heard := map[program.PersonID]hearing{}
	for _, id := range under {
		for m, err := range t.tx.MatchesUnder(id) {
			if err != nil {
				return nil, err
			}
			if m.Mentor == p.ID {
				continue
			}
			h, known := heard[m.Mentor]
			if !known {
				mentor, err := t.person(m.Mentor)
				if err != nil {
					return nil, err
				}
				if h, err = t.hear(mentor); err != nil {
					return nil, err
				}
				heard[m.Mentor] = h
			}
			all = append(all, standing{m, h.mentor, h.aliases[m.ID], h.logs[m.ID], t.silenceOf(h, m)})
		}
	}
	return all, nil
}

// day returns the date of the meeting that makes the match overdue: the newest
// one that did not take place or, if the mentor was asked about a newer one long
// ago, that.
func (s standing) day() program.Date {
	if s.silence.Kind == program.Undelivered || s.listed() {
		return s.silence.Of.Key
	}
	return s.silence.Why.Date
}

func (s standing) pair() string { return s.mentor.Name + " – " + s.mentee }

// standingLine says in one line why a match is overdue.
func (t *turn) standingLine(v words.Voice, s standing) chat.Text {
	news := program.News{Kind: s.silence.Kind, Why: s.silence.Why}
	return v.Text(newsKey(news, s.mentor)+"_line", words.Args{
		"Mentor": s.mentor.Name, "Mentee": s.mentee, "Day": t.date(v, s.day()), "Count": max(s.silence.Row, 1),
	})
}

// overdueList lists what is overdue, at most as many as have a button each.
func (t *turn) overdueList(all []standing) (text chat.Text, choices []chat.Choice) {
	left := 0
	for _, s := range all {
		if !s.overdue() {
			continue
		}
		if len(choices) == listedCases {
			left++
			continue
		}
		text = lines(text, t.standingLine(t.voice, s))
		choices = append(choices, t.seeButton(s.Match, s.pair()))
	}
	if left > 0 {
		text = lines(text, t.text("overdue.more", "Count", left))
	}
	return text, choices
}

// listOverdue shows the matches that need a look.
func (t *turn) listOverdue(string) error {
	all, err := t.standings(t.who)
	if err != nil {
		return err
	}
	text, choices := t.overdueList(all)
	if len(choices) > 0 {
		text = paragraphs(t.text("overdue.head"), text)
	}
	talks, buttons := t.owedList(t.owedTalks(all, overdueAlready))
	if text = paragraphs(text, talks); len(text) == 0 {
		text = t.text("overdue.none")
	}
	if err := t.beginClocks(all); err != nil {
		return err
	}
	return t.reply(text, append(choices, buttons...)...)
}

// todayShown is how many meetings of a day are listed.
const todayShown = 20

// listToday shows the meetings of the day, and whether something is overdue.
func (t *turn) listToday(string) error {
	all, err := t.standings(t.who)
	if err != nil {
		return err
	}
	zone := t.zoneOf(t.who)
	day := program.DateOf(t.now, zone)
	type row struct {
		at   time.Time
		text chat.Text
	}
	var rows []row
	overdue := 0
	for _, s := range all {
		if s.overdue() {
			overdue++
		}
		for _, o := range t.meetingsOf(s.Match, t.zoneOf(s.mentor), day.At(0, 0, zone), day.Add(1).At(0, 0, zone)) {
			rows = append(rows, row{o.Start, t.todayLine(s, o, zone)})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.at.Compare(b.at) })
	text := t.text("today.none")
	if len(rows) > 0 {
		text = t.text("today.head", "Count", len(rows))
	}
	for _, r := range rows[:min(len(rows), todayShown)] {
		text = lines(text, r.text)
	}
	if len(rows) > todayShown {
		text = lines(text, t.text("overdue.more", "Count", len(rows)-todayShown))
	}
	talks := len(t.owedTalks(all, overdueAlready))
	switch {
	case overdue > 0:
		text = paragraphs(text, t.text("today.overdue", "Count", overdue))
	case talks > 0:
		text = paragraphs(text, t.text("today.talks", "Count", talks))
	default:
		text = paragraphs(text, t.text("overdue.none"))
	}
	return t.reply(text)
}

func (t *turn) todayLine(s standing, o program.Occurrence, zone *time.Location) chat.Text {
	key := "today.planned"
	at := slices.IndexFunc(s.logs, func(l program.Log) bool { return l.Of == o.Key || l.On == program.DateOf(o.Start, t.zoneOf(s.mentor)) })
	switch {
	case at >= 0 && s.logs[at].Met == program.MetYes:
		key = "today.met"
	case at >= 0:
		key = "today.not_met"
	case !o.Due():
		key = "today.off"
	case o.End.Before(t.now):
		key = "today.no_word"
	}
	return t.text(key, "Time", o.Start.In(zone).Format("15:04"), "Pair", s.pair())
}

// seePressed shows how a match stands, with what can be done about it.
func (t *turn) seePressed(token chat.Token) error {
	m, err := t.watched(token.ID)
	if err != nil {
		return err
	}
	mentor, err := t.person(m.Mentor)
	if err != nil {
		return err
	}
	h, err := t.hear(mentor)
	if err != nil {
		return err
	}
	s := standing{m, mentor, h.aliases[m.ID], h.logs[m.ID], t.silenceOf(h, m)}
	text := t.text("see.well", "Pair", s.pair())
	if s.overdue() {
		text, err = t.newsText(m, program.News{Kind: s.silence.Kind, Of: s.day(), Why: program.Why{Key: s.silence.Why.Key, Count: s.silence.Row}})
		if err != nil {
			return err
		}
	}
	if m.Remark != 0 {
		n, err := t.tx.Note(m.Remark)
		if err != nil {
			return err
		}
		by, err := t.person(n.By)
		if err != nil {
			return err
		}
		text = paragraphs(text, lines(t.text("see.remark", "Who", by.Name, "Time", t.clock(t.who, n.At)), chat.Text{{Text: n.Text, Style: chat.Quote}}))
	}
	hint, choices, err := t.silenceChoices(m)
	if err != nil {
		return err
	}
	talk, button := t.talkOf(s)
	return t.say(t.event.In, paragraphs(text, talk, hint), append(choices, button...)...)
}

// silenceChoices are what the person can do about a silent match, with a word on
// what would let them do more.
func (t *turn) silenceChoices(m program.Match) (hint chat.Text, choices []chat.Choice, err error) {
	mentor, err := t.person(m.Mentor)
	if err != nil {
		return nil, nil, err
	}
	lost, err := t.lostSince(mentor)
	if err != nil {
		return nil, nil, err
	}
	none, err := t.placeless(mentor)
	if err != nil {
		return nil, nil, err
	}
	unknown := "call.unknown_lost"
	if lost.IsZero() && !none {
		unknown = "call.unknown"
		choices = append(choices, chat.Choice{
			Label: t.plain("button.write_to", "Who", mentor.Name), Token: chat.Token{Act: actWrite, ID: uint64(m.ID)}.String(), Kind: chat.Primary,
		})
	}
	if mentor.Phone != "" {
		choices = append(choices, t.button(actCall, uint64(m.ID), "button.call", chat.Plain))
	} else {
		hint = t.text(unknown, "Who", mentor.Name)
	}
	if t.inCharge(m) {
		choices = append(choices,
			t.button(actPause, uint64(m.ID), "button.pause_match", chat.Plain),
			t.button(actGive, uint64(m.ID), "button.give", chat.Plain))
	}
	return hint, append(choices, t.button(actRemark, uint64(m.ID), "button.remark", chat.Plain)), nil
}
