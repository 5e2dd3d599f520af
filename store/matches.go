package store

import (
	"fmt"
	"iter"

	"steadfast/bot/program"
)

func (t *tx) Mentee(id program.MenteeID) (program.Mentee, error) {
	return load[program.Mentee](t, menteesTable, idOf(id))
}

func (t *tx) MenteeCalled(alias string) (program.Mentee, error) {
	return pointed[program.Mentee](t, menteesTable, menteesByAlias, key(folded(alias)))
}

func (t *tx) PutMentee(m *program.Mentee) error {
	old, known, err := find[program.Mentee](t, menteesTable, idOf(m.ID))
	if err != nil {
		return err
	}
	alias := folded(m.Alias)
	owner, err := t.owner(menteesByAlias, key(alias))
	if err != nil {
		return err
	}
	if owner != 0 && owner != uint64(m.ID) {
		return fmt.Errorf("alias of mentee %d: %w", owner, program.ErrTaken)
	}
	if err := assign(t, menteesTable, &m.ID); err != nil {
		return err
	}
	if known && folded(old.Alias) != alias && old.Alias != "" {
		if err := t.delete(menteesByAlias, key(folded(old.Alias))); err != nil {
			return err
		}
	}
	if owner == 0 && alias != "" { // without an alias: an erased mentee
		if err := t.put(menteesByAlias, key(alias), idOf(m.ID)); err != nil {
			return err
		}
	}
	return save(t, menteesTable, idOf(m.ID), *m)
}

func (t *tx) Match(id program.MatchID) (program.Match, error) {
	return load[program.Match](t, matchesTable, idOf(id))
}

func (t *tx) Matches() iter.Seq2[program.Match, error] {
	return all[program.Match](t, matchesTable, nil, false)
}

func (t *tx) MatchesOf(mentor program.PersonID) iter.Seq2[program.Match, error] {
	return listed[program.Match](t, matchesTable, matchesByMentor, idOf(mentor), false)
}

func (t *tx) PutMatch(m *program.Match) error {
	old, known, err := find[program.Match](t, matchesTable, idOf(m.ID))
	if err != nil {
		return err
	}
	if err := assign(t, matchesTable, &m.ID); err != nil {
		return err
	}
	if known && old.Mentor != m.Mentor {
		if err := t.delete(matchesByMentor, idOf(old.Mentor).id(uint64(m.ID))); err != nil {
			return err
		}
	}
	if !known || old.Mentor != m.Mentor {
		if err := t.put(matchesByMentor, idOf(m.Mentor).id(uint64(m.ID)), nil); err != nil {
			return err
		}
	}
	if err := t.keepUnder(old, *m, known); err != nil {
		return err
	}
	return save(t, matchesTable, idOf(m.ID), *m)
}

// keepUnder keeps the list of the matches that a coordinator looks after.
func (t *tx) keepUnder(old, m program.Match, known bool) error {
	was, is := known && old.Active(), m.Active()
	if was && (!is || old.Coordinator != m.Coordinator) {
		if err := t.delete(matchesByStaff, idOf(old.Coordinator).id(uint64(m.ID))); err != nil {
			return err
		}
	}
	if is && (!was || old.Coordinator != m.Coordinator) {
		return t.put(matchesByStaff, idOf(m.Coordinator).id(uint64(m.ID)), nil)
	}
	return nil
}

func (t *tx) MatchesUnder(coordinator program.PersonID) iter.Seq2[program.Match, error] {
	return listed[program.Match](t, matchesTable, matchesByStaff, idOf(coordinator), false)
}

func (t *tx) Bundle(p program.PersonID) (program.Bundle, error) {
	b, _, err := find[program.Bundle](t, bundlesTable, idOf(p))
	b.Person = p
	return b, err
}

func (t *tx) PutBundle(b program.Bundle) error { return save(t, bundlesTable, idOf(b.Person), b) }
