package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// A Summary says what [Bot.Import] did. People, Mentees and Matches count the
// rows of the roster, Changed those that were not so already.
type Summary struct {
	People, Mentees, Matches int
	Changed                  int
}

// Import makes people, mentees and matches as a roster says: all of it or, if
// there are faults, nothing. Importing the same roster again changes nothing.
//
// A person is recognised by an account, else by the name. The roster's roles
// replace the person's, but an owner stays one, so that a roster cannot lock
// everybody out. Nobody is removed and no match is ended because the roster
// does not name it, and nobody gets a message but the command menu and the
// calendar file that they asked for: a mentor who was imported before ever
// writing to the bot could not be reached anyway.
func (b *Bot) Import(ctx context.Context, r program.Roster) (s Summary, faults []program.Fault, err error) {
	_, err = b.transact(ctx, b.Store.UpdateUnbounded, func(t *turn) error {
		i := &importing{turn: t, roster: r} // anew each time: this may run more than once
		err := i.plan()
		if err != nil {
			return err
		}
		if faults = i.faults; len(faults) > 0 {
			slices.SortStableFunc(faults, func(a, b program.Fault) int { return a.Line - b.Line })
			return nil
		}
		err = i.apply()
		s = i.summary
		return err
	})
	if err != nil || len(faults) > 0 {
		return Summary{}, faults, err
	}
	return s, nil, b.lookAtCases(ctx) // of people who have other roles now
}

// An importing is the import of a roster: plan finds out what is to change and
// what is wrong, apply writes.
type importing struct {
	*turn
	roster  program.Roster
	faults  []program.Fault
	summary Summary

	people  []*plannedPerson
	mentees map[string]*plannedMentee // by name
	matches []*plannedMatch
}

// A plannedPerson is a person as it is and as it is to be. Without a row it
// stays as it is.
type plannedPerson struct {
	line          int // 0: not in the roster
	before, after program.Person
}

type plannedMentee struct {
	mentee program.Mentee
	fresh  bool
}

type plannedMatch struct {
	before, after       program.Match
	mentor, coordinator *plannedPerson
	mentees             []*plannedMentee
	group               string // its name; empty: one mentee
}

func (i *importing) bad(line int, format string, args ...any) {
	i.faults = append(i.faults, program.Fault{Line: line, Text: fmt.Sprintf(format, args...)})
}

func (i *importing) plan() error {
	for p, err := range i.tx.People() {
		if err != nil {
			return err
		}
		i.people = append(i.people, &plannedPerson{before: p, after: p})
	}
	i.planPeople()
	if err := i.planMentees(); err != nil {
		return err
	}
	return i.planMatches()
}

// planPeople finds out which person each row means: first by the accounts,
// which are certain, then by the name among those who are left.
func (i *importing) planPeople() {
	byAccount := map[chat.Account]*plannedPerson{}
	byName := map[string][]*plannedPerson{}
	for _, p := range i.people {
		for _, a := range p.before.Accounts {
			byAccount[a] = p
		}
		key := program.NameKey(p.before.Name)
		byName[key] = append(byName[key], p)
	}
	var unknown []program.RosterPerson
	for _, row := range i.roster.People {
		i.summary.People++
		var is *plannedPerson
		for _, a := range row.Accounts {
			p := byAccount[a]
			if p != nil && is != nil && p != is {
				i.bad(row.Line, "the telegram_id and the discord_id belong to two different people: remove the wrong one")
			}
			if p != nil {
				is = p
			}
		}
		switch {
		case is == nil:
			unknown = append(unknown, row)
		case is.line != 0:
			i.bad(row.Line, "this is the person of line %d again: join the two lines", is.line)
		default:
			i.become(is, row)
		}
	}
	nameless := map[string]int{} // lines of those known by nothing but a name
	for _, row := range unknown {
		key := program.NameKey(row.Name)
		if line := nameless[key]; line != 0 && len(row.Accounts) == 0 {
			i.bad(row.Line, "%q is in line %d already: if these are two people, give them different names or their telegram_id", row.Name, line)
			continue
		}
		if len(row.Accounts) == 0 {
			nameless[key] = row.Line
		}
		if p, ok := i.called(row, byName[key]); ok {
			i.become(p, row)
		}
	}
}

// called finds the person whom a row means by its name among those who have
// it; a new one if nobody is left.
func (i *importing) called(row program.RosterPerson, named []*plannedPerson) (is *plannedPerson, ok bool) {
	var here, gone []*plannedPerson
	for _, p := range named {
		switch {
		case p.line != 0:
		case p.before.Left.IsZero():
			here = append(here, p)
		default:
			gone = append(gone, p)
		}
	}
	if len(here) == 0 {
		here = gone // somebody who comes back
	}
	switch {
	case len(here) == 0:
		p := &plannedPerson{}
		i.people = append(i.people, p)
		return p, true
	case len(here) > 1:
		i.bad(row.Line, "several people are called %q: write the telegram_id of the one you mean", row.Name)
		return nil, false
	}
	for _, a := range row.Accounts {
		if slices.ContainsFunc(here[0].before.Accounts, func(b chat.Account) bool { return b.Platform == a.Platform && b != a }) {
			i.bad(row.Line, "there is a %q with another %s_id: if it is the same person, correct the number; if not, write that person into the roster too, with their number", row.Name, a.Platform)
			return nil, false
		}
	}
	return here[0], true
}

// become plans what a row says about a person.
func (i *importing) become(p *plannedPerson, row program.RosterPerson) {
	p.line = row.Line
	p.after.Accounts = slices.Clone(p.before.Accounts)
	p.after.Name = row.Name
	for _, a := range row.Accounts {
		same := func(b chat.Account) bool { return b.Platform == a.Platform }
		switch at := slices.IndexFunc(p.after.Accounts, same); {
		case slices.Contains(p.after.Accounts, a):
		case at >= 0:
			p.after.Accounts[at] = a
		default:
			p.after.Accounts = append(p.after.Accounts, a)
		}
	}
	if !p.before.Left.IsZero() {
		p.after.Left, p.after.Roles = time.Time{}, program.Nobody
	}
	if row.Roles != program.Nobody {
		p.after.Roles = row.Roles | p.after.Roles&program.Owner
	}
	if p.after.Roles == program.Nobody {
		i.bad(row.Line, "the role is missing: write mentor, coordinator, supervisor or owner, several joined by +")
	}
	if row.Language != "" {
		if known := words.Languages(); !slices.Contains(known, row.Language) {
			i.bad(row.Line, "%q is not a language of this bot: use one of %s, or leave the field empty", row.Language, strings.Join(known, ", "))
		}
		p.after.Language = row.Language
	}
	if row.Zone != "" {
		p.after.Zone = row.Zone
	}
	if row.Phone != "" {
		p.after.Phone = row.Phone
	}
}

func (i *importing) planMentees() error {
	i.mentees = map[string]*plannedMentee{}
	for _, row := range i.roster.Mentees {
		i.summary.Mentees++
		key := program.NameKey(row.Alias)
		known, err := i.tx.MenteeCalled(row.Alias)
		switch {
		case err == nil:
			i.mentees[key] = &plannedMentee{mentee: known}
		case errors.Is(err, program.ErrNotFound):
			i.mentees[key] = &plannedMentee{mentee: program.Mentee{Alias: row.Alias}, fresh: true}
		default:
			return err
		}
	}
	return nil
}

// menteesOf returns the mentees of a row, who are in the roster or in the program;
// not ok if one of them is in neither.
func (i *importing) menteesOf(row program.RosterMatch) (all []*plannedMentee, ok bool, err error) {
	for _, alias := range row.Mentees {
		key := program.NameKey(alias)
		if i.mentees[key] == nil {
			known, err := i.tx.MenteeCalled(alias)
			if errors.Is(err, program.ErrNotFound) {
				i.bad(row.Line, "there is no mentee %q: add a line of type mentee", alias)
				continue
			}
			if err != nil {
				return nil, false, err
			}
			i.mentees[key] = &plannedMentee{mentee: known}
		}
		all = append(all, i.mentees[key])
	}
	return all, len(all) == len(row.Mentees), nil
}

// groupOf returns the group of a mentor that is called so, or that has just these
// mentees.
func groupOf(groups []program.Match, m *plannedMatch) program.Match {
	var ids []program.MenteeID
	for _, mentee := range m.mentees {
		ids = append(ids, mentee.mentee.ID)
	}
	for _, same := range []func(program.Match) bool{
		func(g program.Match) bool { return program.NameKey(g.Name) == program.NameKey(m.group) },
		func(g program.Match) bool { return sameMentees(g, program.Match{Mentees: ids}) },
	} {
		if at := slices.IndexFunc(groups, same); at >= 0 {
			return groups[at]
		}
	}
	return program.Match{}
}

func (i *importing) planMatches() error {
	type pair struct {
		mentor program.PersonID
		mentee program.MenteeID
	}
	active := map[pair]program.Match{}
	busy := map[program.PersonID]bool{}
	groups := map[program.PersonID][]program.Match{}
	for m, err := range i.tx.Matches() {
		if err != nil {
			return err
		}
		if m.Active() {
			active[pair{m.Mentor, m.Mentee}], busy[m.Mentor] = m, true
			if m.Group() {
				groups[m.Mentor] = append(groups[m.Mentor], m)
			}
		}
	}
	byName := map[string][]*plannedPerson{}
	for _, p := range i.people {
		if busy[p.before.ID] && p.line != 0 && !p.after.Is(program.Mentor) {
			i.bad(p.line, "%q has mentees, and would no longer be a mentor: add the role mentor", p.after.Name)
		}
		if p.after.Left.IsZero() {
			key := program.NameKey(p.after.Name)
			byName[key] = append(byName[key], p)
		}
	}
	for _, row := range i.roster.Matches {
		i.summary.Matches++
		mentees, known, err := i.menteesOf(row)
		if err != nil {
			return err
		}
		m := &plannedMatch{mentees: mentees, group: row.Group, mentor: i.one(row, byName, row.Mentor, program.Mentor)}
		if row.Coordinator != "" {
			m.coordinator = i.one(row, byName, row.Coordinator, program.Coordinator)
		}
		if m.mentor == nil || !known {
			continue
		}
		if mentor := m.mentor.before.ID; m.group != "" {
			m.before = groupOf(groups[mentor], m)
			groups[mentor] = slices.DeleteFunc(groups[mentor], func(g program.Match) bool { return g.ID == m.before.ID })
		} else {
			m.before = active[pair{m.mentor.before.ID, mentees[0].mentee.ID}]
		}
		m.after = m.before
		switch {
		case row.NoSchedule:
			m.after.Schedule = program.Schedule{}
		case !row.Schedule.IsZero():
			m.after.Schedule = row.Schedule
		}
		i.matches = append(i.matches, m)
	}
	return nil
}

// one returns the person with a name and a role.
func (i *importing) one(row program.RosterMatch, byName map[string][]*plannedPerson, name string, role program.Roles) *plannedPerson {
	named := byName[program.NameKey(name)]
	var fit []*plannedPerson
	for _, p := range named {
		if p.after.Is(role) {
			fit = append(fit, p)
		}
	}
	switch {
	case len(fit) == 1:
		return fit[0]
	case len(fit) > 1:
		i.bad(row.Line, "several people called %q are %ss: give them different names", name, role)
	case len(named) > 0:
		i.bad(row.Line, "%q is not a %s: add the role in the line of that person", name, role)
	default:
		i.bad(row.Line, "there is nobody called %q: add a line of type person, or correct the name", name)
	}
	return nil
}
