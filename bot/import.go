package bot

import (
	"errors"
	"slices"

	"steadfast/bot/program"
)

// apply writes what was planned: people first, since matches need their IDs.
func (i *importing) apply() error {
	supervisors := false
	var moved []*plannedPerson // to another time zone
	for _, p := range i.people {
		if p.line == 0 || samePerson(p.before, p.after) {
			continue
		}
		i.summary.Changed++
		if err := i.applyPerson(p); err != nil {
			return err
		}
		supervisors = supervisors || p.after.Is(program.Supervisor) && !p.before.Is(program.Supervisor)
		if i.zoneOf(p.before).String() != i.zoneOf(p.after).String() && p.before.ID != 0 {
			moved = append(moved, p)
		}
	}
	for _, row := range i.roster.Mentees {
		m := i.mentees[program.NameKey(row.Alias)]
		if !m.fresh {
			continue
		}
		i.summary.Changed++
		if err := i.tx.PutMentee(&m.mentee); err != nil {
			return err
		}
	}
	for _, m := range i.matches {
		if err := i.applyMatch(m); err != nil {
			return err
		}
	}
	for _, p := range moved {
		if err := i.retime(p.after); err != nil {
			return err
		}
	}
	if !supervisors {
		return nil
	}
	return i.pageWaiting() // there is somebody new to page
}

func samePerson(a, b program.Person) bool {
	return a.ID != 0 && a.Name == b.Name && a.Roles == b.Roles && a.Language == b.Language && a.Zone == b.Zone &&
		a.Phone == b.Phone && a.Left.Equal(b.Left) && slices.Equal(a.Accounts, b.Accounts)
}

func (i *importing) applyPerson(p *plannedPerson) error {
	if err := i.tx.PutPerson(&p.after); err != nil {
		return err
	}
	entry := program.AuditEntry{At: i.now, What: "imported", Person: p.after.ID, Roles: p.after.Roles}
	if err := i.tx.Audit(entry); err != nil {
		return err
	}
	if p.after.Joined.IsZero() || (p.after.Roles == p.before.Roles && p.after.Language == p.before.Language) {
		return nil
	}
	i.be(p.after)
	defer i.be(program.Person{}) // the import itself is nobody's
	for _, a := range p.after.Accounts {
		if err := i.menu(a.Private()); err != nil {
			return err
		}
	}
	return nil
}

func (i *importing) applyMatch(m *plannedMatch) error {
	if m.coordinator != nil {
		m.after.Coordinator = m.coordinator.after.ID
	}
	m.fill()
	if m.before.ID == 0 {
		i.summary.Changed++
		m.after.Mentor, m.after.Since = m.mentor.after.ID, i.now
		return i.addNewMatch(&m.after, m.mentor.after)
	}
	if m.after.Coordinator == m.before.Coordinator && m.after.Schedule == m.before.Schedule && m.after.Ended.Equal(m.before.Ended) &&
		m.after.Name == m.before.Name && sameMentees(m.after, m.before) {
		return nil
	}
	i.summary.Changed++
	if m.after.Schedule != m.before.Schedule {
		m.after.Planned = i.now
		if err := errors.Join(i.planChanged(&m.after, m.before.Schedule), i.meetingsChanged(&m.after)); err != nil {
			return err
		}
	}
	if err := i.tx.PutMatch(&m.after); err != nil {
		return err
	}
	entry := program.AuditEntry{At: i.now, What: "match changed", Person: m.after.Mentor}
	if err := i.tx.Audit(entry); err != nil {
		return err
	}
	if m.after.Schedule == m.before.Schedule {
		return nil
	}
	if m.after.Schedule.IsZero() {
		return i.tx.DropTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.after.ID)})
	}
	return i.nextMeeting(m.after, m.mentor.after)
}

// fill puts the mentees, whose IDs are known by now, into the match.
func (m *plannedMatch) fill() {
	if m.group == "" {
		m.after.Mentee = m.mentees[0].mentee.ID
		return
	}
	m.after.Name, m.after.Mentees = m.group, nil
	for _, mentee := range m.mentees {
		m.after.Mentees = append(m.after.Mentees, mentee.mentee.ID)
	}
}

// retime sets the timers of a mentor's meetings anew, since the hour of the
// meetings is that of the mentor's time zone.
func (i *importing) retime(mentor program.Person) error {
	var all []program.Match
	for m, err := range i.tx.MatchesOf(mentor.ID) {
		if err != nil {
			return err
		}
		all = append(all, m)
	}
	for _, m := range all {
		if err := i.nextMeeting(m, mentor); err != nil {
			return err
		}
	}
	return nil
}
