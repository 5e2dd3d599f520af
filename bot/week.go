package bot

import (
	"cmp"
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// weeksAtOnce is for how many people one transaction plans the look at the week.
const weeksAtOnce = 20

// startWeeks lets the coordinators and owners be told how their matches stand,
// each in a transaction of their own: those with IDs after one, as many as fit,
// and then the others.
func (t *turn) startWeeks(after program.PersonID) error {
	people, err := t.withRole(program.Coordinator | program.Owner)
	if err != nil {
		return err
	}
	people = slices.DeleteFunc(people, func(p program.Person) bool { return p.ID <= after })
	slices.SortFunc(people, func(a, b program.Person) int { return cmp.Compare(a.ID, b.ID) })
	for _, p := range people[:min(len(people), weeksAtOnce)] {
		if err := t.setTimer(program.Timer{Kind: program.TimerWeek, ID: uint64(p.ID), At: t.now}); err != nil {
			return err
		}
	}
	if len(people) <= weeksAtOnce {
		return nil
	}
	return t.setTimer(program.Timer{Kind: program.TimerWeek, Person: people[weeksAtOnce-1].ID, At: t.now})
}

// sendWeek tells a coordinator on Monday morning the few things that matter, or
// in one line that all is well.
func (t *turn) sendWeek(timer program.Timer) error {
	if timer.ID == 0 {
		return t.startWeeks(timer.Person)
	}
	p, err := t.person(program.PersonID(timer.ID))
	if err != nil || !p.Is(program.Coordinator|program.Owner) {
		return err
	}
	t.be(p)
	if at := t.awake(p, t.now); at.After(t.now) { // the program's Monday is not everybody's morning
		timer.At = at
		return t.setTimer(timer)
	}
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
