package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/store"
)

// A state is what can be said of a program without naming anybody.
type state struct {
	Owners          int
	Mentors         int
	Unmatched       int // mentors without an active match
	Supervisors     int
	Reachable       int // supervisors who have written to the bot and can be written to
	Unreached       int // people who were written to before and cannot be any more, wherever the bot is
	NeverCame       int // people who were imported and have not written to the bot yet
	Channels        []chat.Place
	Lost            []chat.Place // channels where nothing can be posted, or of a platform that the bot is not on
	Open            int          // cases that nobody has acknowledged; drills are none
	Overdue         int          // of these, those that had to be paged again
	PageLate        int          // cases that should have been paged, or taken from who has them, by now
	OldestUnhandled time.Time    // when the oldest of those that nobody has acknowledged was raised; zero if there is none
}

// pageSlack is how late a page may be before it is a fault of the bot.
const pageSlack = 2 * time.Minute

// A view is how the state is looked at.
type view struct {
	now       time.Time
	ladder    program.Ladder
	platforms []chat.Platform // those that the bot is on
}

func (p *process) view() view {
	return view{p.env.Now(), p.bot.Ladder, slices.Collect(maps.Keys(p.bot.Platforms))}
}

// look reads the whole state.
func look(ctx context.Context, s *store.Store, v view) (all state, err error) {
	err = s.View(ctx, func(tx program.Tx) error {
		all = state{}
		if err := all.people(tx); err != nil {
			return err
		}
		return all.urgent(tx, v)
	})
	return all, err
}

// glance reads what may need somebody at once, which takes no longer when the
// program grows: nobody is looked at but the staff and whom messages do not
// reach.
func glance(ctx context.Context, s *store.Store, v view) (all state, err error) {
	err = s.View(ctx, func(tx program.Tx) error {
		all = state{}
		return all.urgent(tx, v)
	})
	return all, err
}

// people counts everybody.
func (s *state) people(tx program.Tx) error {
	matched := map[program.PersonID]bool{}
	for m, err := range tx.Matches() {
		if err != nil {
			return err
		}
		matched[m.Mentor] = matched[m.Mentor] || m.Active()
	}
	for p, err := range tx.People() {
		if err != nil {
			return err
		}
		if p.Is(program.Mentor) {
			s.Mentors++
			if !matched[p.ID] {
				s.Unmatched++
			}
		}
		if p.Is(program.Anybody) && p.Joined.IsZero() {
			s.NeverCame++
		}
	}
	return nil
}

// urgent looks at the staff, the channels and the open cases.
func (s *state) urgent(tx program.Tx, v view) error {
	for p, err := range tx.Staff() {
		if err != nil {
			return err
		}
		if err := s.staff(tx, p, v); err != nil {
			return err
		}
	}
	if err := s.unreached(tx, v); err != nil {
		return err
	}
	for c, err := range tx.Channels() {
		switch {
		case err != nil:
			return err
		case c.Purpose != program.Supervisors:
		case c.Lost.IsZero() && slices.Contains(v.platforms, c.Place.Platform):
			s.Channels = append(s.Channels, c.Place)
		default:
			s.Lost = append(s.Lost, c.Place)
		}
	}
	for c, err := range tx.OpenCases() {
		if err != nil {
			return err
		}
		s.openCase(c, v)
	}
	return nil
}

func (s *state) staff(tx program.Tx, p program.Person, v view) error {
	if p.Is(program.Owner) {
		s.Owners++
	}
	if !p.Is(program.Supervisor) {
		return nil
	}
	s.Supervisors++
	if p.Joined.IsZero() {
		return nil
	}
	ok, err := reachable(tx, p, v)
	if ok {
		s.Reachable++
	}
	return err
}

// unreached counts the people whom no message reaches.
func (s *state) unreached(tx program.Tx, v view) error {
	counted := map[program.PersonID]bool{}
	for place, err := range tx.Lost() {
		if err != nil {
			return err
		}
		p, err := tx.PersonWith(chat.Account(place))
		if errors.Is(err, program.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		ok, err := reachable(tx, p, v)
		if err != nil {
			return err
		}
		if !ok && !counted[p.ID] && p.Is(program.Anybody) {
			counted[p.ID] = true
			s.Unreached++
		}
	}
	return nil
}

// reachable reports whether the bot is on a platform where nothing has failed
// yet that it wrote to a person.
func reachable(tx program.Tx, p program.Person, v view) (bool, error) {
	for _, a := range p.Accounts {
		if !slices.Contains(v.platforms, a.Platform) {
			continue
		}
		if lost, err := tx.Reach(a.Private()); err != nil || lost.IsZero() {
			return err == nil, err
		}
	}
	return false, nil
}

func (s *state) openCase(c program.Case, v view) {
	again := v.ladder.Again[c.Level]
	switch {
	case c.Drill:
		return
	case c.Waiting():
		s.Open++
		if s.OldestUnhandled.IsZero() || c.Raised.Before(s.OldestUnhandled) {
			s.OldestUnhandled = c.Raised
		}
		if again > 0 && v.now.Sub(c.Raised) > again {
			s.Overdue++
		}
	}
	if again == 0 {
		return
	}
	if v.now.Sub(v.ladder.Due(c)) > pageSlack {
		s.PageLate++
	}
}

// pageable reports whether there is anybody whom a case would reach.
func (s *state) pageable() bool { return len(s.Channels) > 0 || s.Reachable > 0 }
