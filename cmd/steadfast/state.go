package main

import (
	"context"
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
	NeverCame       int // people who were imported and have not written to the bot yet
	Channels        []chat.Place
	Lost            []chat.Place // channels where nothing can be posted
	Open            int          // cases that nobody has acknowledged
	Overdue         int          // of these, those that had to be paged again
	PageLate        int          // of these, those whose next page should have gone out by now
	OldestUnhandled time.Time    // when the oldest open case was raised; zero if there is none
}

// pageSlack is how late a page may be before it is a fault of the bot.
const pageSlack = 2 * time.Minute

// look reads the state.
func look(ctx context.Context, s *store.Store, now time.Time, ladder program.Ladder) (all state, err error) {
	err = s.View(ctx, func(tx program.Tx) error {
		all = state{}
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
			if err := all.person(tx, p, matched[p.ID]); err != nil {
				return err
			}
		}
		for c, err := range tx.Channels() {
			switch {
			case err != nil:
				return err
			case c.Purpose != program.Supervisors:
			case c.Lost.IsZero():
				all.Channels = append(all.Channels, c.Place)
			default:
				all.Lost = append(all.Lost, c.Place)
			}
		}
		for c, err := range tx.OpenCases() {
			if err != nil {
				return err
			}
			all.openCase(c, now, ladder)
		}
		return nil
	})
	return all, err
}

func (s *state) person(tx program.Tx, p program.Person, matched bool) error {
	if p.Is(program.Owner) {
		s.Owners++
	}
	if p.Is(program.Mentor) {
		s.Mentors++
		if !matched {
			s.Unmatched++
		}
	}
	if p.Is(program.Anybody) && p.Joined.IsZero() {
		s.NeverCame++
	}
	if !p.Is(program.Supervisor) {
		return nil
	}
	s.Supervisors++
	if p.Joined.IsZero() {
		return nil
	}
	for _, a := range p.Accounts {
		lost, err := tx.Reach(a.Private())
		if err != nil {
			return err
		}
		if lost.IsZero() {
			s.Reachable++
			break
		}
	}
	return nil
}

func (s *state) openCase(c program.Case, now time.Time, ladder program.Ladder) {
	s.Open++
	if s.OldestUnhandled.IsZero() || c.Raised.Before(s.OldestUnhandled) {
		s.OldestUnhandled = c.Raised
	}
	again := ladder.Again[c.Level]
	if again == 0 {
		return
	}
	if now.Sub(c.Raised) > again {
		s.Overdue++
	}
	if now.Sub(ladder.Due(c)) > pageSlack {
		s.PageLate++
	}
}

// pageable reports whether there is anybody whom a case would reach.
func (s *state) pageable() bool { return len(s.Channels) > 0 || s.Reachable > 0 }
