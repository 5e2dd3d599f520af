package bot

import (
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// startWeeks lets the coordinators and owners be told how their matches stand,
// one after the other, each in a transaction of their own.
func (t *turn) startWeeks() error { return t.weekAfter(0) }

// weekAfter sets the timer for the next one of them in the order of their IDs.
func (t *turn) weekAfter(id program.PersonID) error {
	var next program.PersonID
	for p, err := range t.tx.Staff() {
		if err != nil {
			return err
		}
		if p.ID > id && p.Is(program.Coordinator|program.Owner) && (next == 0 || p.ID < next) {
			next = p.ID
		}
	}
	if next == 0 {
		return nil
	}
	return t.setTimer(program.Timer{Kind: program.TimerWeek, ID: uint64(next), At: t.now})
}

// sendWeek tells a coordinator on Monday morning the few things that matter, or
// in one line that all is well.
func (t *turn) sendWeek(timer program.Timer) error {
	id := program.PersonID(timer.ID)
	if err := t.weekAfter(id); err != nil {
		return err
	}
	p, err := t.person(id)
	if err != nil || !p.Is(program.Coordinator|program.Owner) {
		return err
	}
	t.be(p)
	if err := t.listHints(p); err != nil {
		return err
	}
	all, err := t.standings(p)
	if err != nil {
		return err
	}
	owed := t.owedTalks(all, owedThisWeek)
	if err := t.beginClocks(all); err != nil {
		return err
	}
	planned := slices.ContainsFunc(all, func(s standing) bool { return !s.Schedule.IsZero() })
	if !planned && len(owed) == 0 {
		return nil // without any plan nobody can say that all is well
	}
	m := chat.Message{}
	if planned {
		m.Text, m.Choices = t.weekOfMeetings(all, owed)
	}
	talks, buttons := t.owedList(owed)
	m.Text, m.Choices = paragraphs(m.Text, talks), append(m.Choices, buttons...)
	return t.tell(p, program.Outgoing{Priority: program.Digest, Purpose: program.ForAlert, Message: m})
}

// weekOfMeetings says how the meetings stand.
func (t *turn) weekOfMeetings(all []standing, owed []owedTalk) (chat.Text, []chat.Choice) {
	met, planned := 0, 0
	week := 7 * 24 * time.Hour
	for _, s := range all {
		zone := t.zoneOf(s.mentor)
		from, to := program.DateOf(t.now.Add(-week), zone), program.DateOf(t.now, zone)
		for _, l := range s.logs {
			if l.Met == program.MetYes && !l.On.Before(from) && l.On.Before(to) {
				met++
			}
		}
		for _, o := range t.meetingsOf(s.Match, zone, t.now, t.now.Add(week)) {
			if o.Due() {
				planned++
			}
		}
	}
	counts := t.text("week.counts", "Met", met, "Planned", planned)
	text, choices := t.overdueList(all)
	if len(choices) > 0 {
		return paragraphs(t.text("week.head"), text, counts), choices
	}
	well := "week.well"
	if len(owed) > 0 {
		well = "week.meetings_well"
	}
	return append(append(t.text(well), chat.Span{Text: " "}), counts...), nil
}
