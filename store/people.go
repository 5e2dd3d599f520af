package store

import (
	"fmt"
	"iter"
	"slices"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

func (t *tx) Person(id program.PersonID) (program.Person, error) {
	return load[program.Person](t, peopleTable, idOf(id))
}

func (t *tx) PersonWith(a chat.Account) (program.Person, error) {
	return pointed[program.Person](t, peopleTable, peopleByAccount, accountKey(a))
}

func (t *tx) People() iter.Seq2[program.Person, error] {
	return all[program.Person](t, peopleTable, nil, false)
}

func (t *tx) PeopleFrom(id program.PersonID) iter.Seq2[program.Person, error] {
	return between[program.Person](t, peopleTable, idOf(id), nil, false)
}

func (t *tx) Staff() iter.Seq2[program.Person, error] {
	return listed[program.Person](t, peopleTable, peopleStaff, nil, false)
}

// keepStaff keeps the index of those who have a role beside mentor in step, so
// that finding them costs the same however many mentors there are.
func (t *tx) keepStaff(was, is bool, id program.PersonID) error {
	switch {
	case is && !was:
		return t.put(peopleStaff, idOf(id), nil)
	case was && !is:
		return t.delete(peopleStaff, idOf(id))
	}
	return nil
}

func (t *tx) PutPerson(p *program.Person) error {
	old, known, err := find[program.Person](t, peopleTable, idOf(p.ID))
	if err != nil {
		return err
	}
	owners := make([]uint64, len(p.Accounts))
	for i, a := range p.Accounts {
		if owners[i], err = t.owner(peopleByAccount, accountKey(a)); err != nil {
			return err
		}
		if owners[i] != 0 && owners[i] != uint64(p.ID) {
			return fmt.Errorf("account on %s: %w", a.Platform, program.ErrTaken)
		}
	}
	if err := assign(t, peopleTable, &p.ID); err != nil {
		return err
	}
	for i, a := range p.Accounts {
		if owners[i] == 0 && !slices.Contains(p.Accounts[:i], a) {
			if err := t.put(peopleByAccount, accountKey(a), idOf(p.ID)); err != nil {
				return err
			}
		}
	}
	if known {
		for _, a := range old.Accounts {
			if !slices.Contains(p.Accounts, a) {
				if err := t.delete(peopleByAccount, accountKey(a)); err != nil {
					return err
				}
			}
		}
	}
	if err := t.keepStaff(known && old.Roles&^program.Mentor != 0, p.Roles&^program.Mentor != 0, p.ID); err != nil {
		return err
	}
	return save(t, peopleTable, idOf(p.ID), *p)
}

func (t *tx) Invite(hash string) (program.Invite, error) {
	return load[program.Invite](t, invitesTable, key(hash))
}

func (t *tx) PutInvite(i program.Invite) error { return save(t, invitesTable, key(i.Hash), i) }

func (t *tx) Invites() iter.Seq2[program.Invite, error] {
	return all[program.Invite](t, invitesTable, nil, false)
}

func (t *tx) Link(p program.PersonID) (program.Link, error) {
	return load[program.Link](t, linksTable, idOf(p))
}

func (t *tx) PutLink(l program.Link) error { return save(t, linksTable, idOf(l.Person), l) }

func (t *tx) DropLink(p program.PersonID) error { return t.delete(linksTable, idOf(p)) }

func (t *tx) Links() iter.Seq2[program.Link, error] {
	return all[program.Link](t, linksTable, nil, false)
}

func (t *tx) Presence(id program.PersonID) (program.Presence, error) {
	p, _, err := find[program.Presence](t, presencesTable, idOf(id))
	p.Person = id
	return p, err
}

func (t *tx) PutPresence(p program.Presence) error {
	return save(t, presencesTable, idOf(p.Person), p)
}
