package bot

import (
	"errors"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// How often a person of the staff hears of silences at most, and for how long
// the first one waits for others.
const (
	bundleEvery = time.Hour
	bundleWait  = 10 * time.Minute
)

// hearersAtOnce is how many people hear of one match: few enough that two kinds
// of them fit into one transaction.
const hearersAtOnce = 8

// tellStaff puts a notice about a match into the bundles of those who are to
// hear it. What is for the coordinator's list needs no message.
func (t *turn) tellStaff(m program.Match, d program.Due) error {
	if d.Notice == program.NoticeList {
		return nil
	}
	people, err := t.hearers(m, d.To)
	if err != nil {
		return err
	}
	news := program.News{Match: m.ID, Notice: d.Notice, Kind: d.Kind, From: d.From, Of: d.Of, Why: d.Why}
	return t.bundle(people, news)
}

// bundle adds news to the bundles of some people.
func (t *turn) bundle(people []program.Person, news ...program.News) error {
	for _, p := range people {
		b, err := t.tx.Bundle(p.ID)
		if err != nil {
			return err
		}
		waited := len(b.Waiting) > 0
		for _, n := range news {
			b.Add(n)
		}
		if err := t.tx.PutBundle(b); err != nil {
			return err
		}
		if waited { // the timer is set
			continue
		}
		if err := t.setTimer(program.Timer{Kind: program.TimerBundle, ID: uint64(p.ID), At: t.bundleTime(p, b, bundleWait)}); err != nil {
			return err
		}
	}
	return nil
}

// bundleTime returns when a bundle may be sent that waits for a while.
func (t *turn) bundleTime(p program.Person, b program.Bundle, wait time.Duration) time.Time {
	at := t.now.Add(wait)
	if next := b.Sent.Add(bundleEvery); next.After(at) {
		at = next
	}
	return t.awake(p, at)
}

// awake returns the first time from at on at which a person may be written to
// about nothing that is pressing.
func (t *turn) awake(p program.Person, at time.Time) time.Time {
	return t.QuietHours.Wait(at, t.zoneOf(p), program.NoLevel)
}

// night reports whether what is not pressing should make no sound with a person
// now.
func (t *turn) night(p program.Person) bool { return t.QuietHours.Hold(t.now, t.zoneOf(p)) }

// hearers returns who is to hear of the silence of a match: its coordinator or,
// where there is none who can be reached, the owners; the supervisors. Nobody
// hears of a match of their own.
func (t *turn) hearers(m program.Match, role program.Roles) (people []program.Person, err error) {
	if role == program.Coordinator {
		p, err := t.person(m.Coordinator)
		if err != nil {
			return nil, err
		}
		ok, err := t.reachable(p)
		if err != nil || ok && p.Is(program.Coordinator) && p.ID != m.Mentor {
			return []program.Person{p}, err
		}
		role = program.Owner
	}
	for _, role := range []program.Roles{role, program.Owner, program.Coordinator} {
		all, err := t.withRole(role)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			if p.ID != m.Mentor && len(people) < hearersAtOnce {
				people = append(people, p)
			}
		}
		if len(people) > 0 {
			return people, nil
		}
	}
	return nil, nil
}

// sendBundle tells a person of the staff what waits to be told to them, if it is
// time.
func (t *turn) sendBundle(timer program.Timer) error {
	p, err := t.person(program.PersonID(timer.ID))
	if err != nil {
		return err
	}
	b, err := t.tx.Bundle(program.PersonID(timer.ID))
	if err != nil || len(b.Waiting) == 0 {
		return err
	}
	if at := t.bundleTime(p, b, 0); at.After(t.now) {
		timer.At = at
		return t.setTimer(timer)
	}
	b.Last, b.Waiting, b.Sent = b.Waiting, nil, t.now
	if err := t.tx.PutBundle(b); err != nil {
		return err
	}
	if !p.Is(program.Staff) {
		return t.passOn(b)
	}
	t.be(p)
	m, err := t.newsMessage(b.Last)
	if err != nil || len(m.Text) == 0 {
		return err
	}
	return t.tell(p, program.Outgoing{Priority: program.Alert, Purpose: program.ForBundle, Told: b.Sent, Message: m})
}

// bundleFailed passes on what could not be shown to a person of the staff.
func (t *turn) bundleFailed(o program.Outgoing) error {
	b, err := t.tx.Bundle(o.Person)
	if err != nil || !b.Sent.Equal(o.Told) {
		return err
	}
	return t.passOn(b)
}

// passOn gives what was last told to a person who does not hear it to the
// owners. What an owner does not hear has nobody else to go to; it stands in the
// list of what is overdue.
func (t *turn) passOn(b program.Bundle) error {
	owners, err := t.withRole(program.Owner)
	if err != nil {
		return err
	}
	var others []program.Person
	for _, p := range owners {
		if p.ID == b.Person {
			return nil
		}
		others = append(others, p)
	}
	last := b.Last
	b.Last = nil
	if err := t.tx.PutBundle(b); err != nil {
		return err
	}
	return t.bundle(others[:min(len(others), hearersAtOnce)], last...)
}

// newsShown is how many matches one message tells of.
const newsShown = 8

// newsMessage writes news for the person, that of people first. Each match has
// its buttons; several have one each, that opens them.
func (t *turn) newsMessage(news []program.News) (m chat.Message, err error) {
	type item struct {
		match program.Match
		text  chat.Text
		pair  string
		news  program.News
	}
	var items []item
	if m.Text, err = t.newsOfPeople(news); err != nil {
		return m, err
	}
	for _, n := range news {
		if n.Person != 0 {
			continue
		}
		match, err := t.tx.Match(n.Match)
		if errors.Is(err, program.ErrNotFound) || err == nil && !match.Active() {
			continue
		}
		if err != nil {
			return m, err
		}
		text, err := t.newsText(match, n)
		if err != nil {
			return m, err
		}
		pair, err := t.pair(match)
		if err != nil {
			return m, err
		}
		items = append(items, item{match, text, pair, n})
	}
	if len(items) == 1 && len(m.Text) == 0 {
		m.Text = items[0].text
		if items[0].news.Notice != program.NoticeCorrection {
			var hint chat.Text
			hint, m.Choices, err = t.silenceChoices(items[0].match)
			m.Text = paragraphs(m.Text, hint)
		}
		return m, err
	}
	for _, i := range items[:min(len(items), newsShown)] {
		m.Text = paragraphs(m.Text, i.text)
		if i.news.Notice != program.NoticeCorrection {
			m.Choices = append(m.Choices, t.seeButton(i.match, i.pair))
		}
	}
	if more := len(items) - newsShown; more > 0 {
		m.Text = paragraphs(m.Text, t.text("silence.more", "Count", more))
	}
	return m, nil
}

func (t *turn) seeButton(m program.Match, pair string) chat.Choice {
	return chat.Choice{Label: pair, Token: chat.Token{Act: actSee, ID: uint64(m.ID)}.String()}
}

// newsText says one piece of news, without blame.
func (t *turn) newsText(m program.Match, n program.News) (chat.Text, error) {
	mentor, err := t.person(m.Mentor)
	if err != nil {
		return nil, err
	}
	mentee, err := t.called(m)
	if err != nil {
		return nil, err
	}
	args := words.Args{"Mentor": mentor.Name, "Mentee": mentee, "Day": t.date(t.voice, n.Of), "Count": max(n.Why.Count, 1)}
	if n.Notice == program.NoticeCorrection {
		args["Day"] = t.date(t.voice, n.Why.Date)
		return t.voice.Text("silence.correction", args), nil
	}
	text := t.voice.Text(newsKey(n, mentor), args)
	switch n.Notice {
	case program.NoticeWarning:
		text = append(append(text, chat.Span{Text: " "}), t.text("silence.warning")...)
	case program.NoticeClosure:
		text = append(append(text, chat.Span{Text: " "}), t.text("silence.closure")...)
	case program.NoticeSupervisor, program.NoticeSerious:
		text = append(append(text, chat.Span{Text: " "}), t.text("silence.supervisor")...)
	}
	return text, nil
}

// newsKey returns the wording of news by the kind of the silence.
func newsKey(n program.News, mentor program.Person) string {
	switch {
	case n.Notice == program.NoticeSerious:
		return "silence.serious"
	case n.Kind == program.Undelivered && mentor.Joined.IsZero():
		return "silence.never_came"
	case n.Kind == program.Undelivered:
		return "silence.undelivered"
	case n.Kind == program.MenteeAbsent && n.Why.Key == program.WhyNotReached:
		return "silence.not_reached"
	case n.Kind == program.MenteeAbsent:
		return "silence.mentee_absent"
	case n.Kind == program.MentorAway && n.Why.Key == program.WhyMentorCould:
		return "silence.mentor_could_not"
	case n.Kind == program.MentorAway:
		return "silence.mentor_silent"
	}
	return "silence.not_logged"
}
