package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// dueAtOnce is how many timers are read at a time.
const dueAtOnce = 200

// Due runs the timers that are due, each in a transaction of its own, pages
// first however many others there are, and returns when the next one is due; zero if none is. What is due is
// decided by the time of the transactions. An error means that the store is
// broken or ctx is done.
func (b *Bot) Due(ctx context.Context, _ time.Time) (next time.Time, err error) {
	for {
		var due []program.Timer
		var now time.Time
		err := b.Store.View(ctx, func(tx program.Tx) error {
			now = tx.Now()
			due, next, err = tx.DueTimers(now, dueAtOnce)
			return err
		})
		if err != nil {
			return next, err
		}
		if before := b.woke.Swap(now.UnixNano()); now.UnixNano() < before {
			if err := b.setBack(ctx, time.Unix(0, before)); err != nil {
				return next, err
			}
			continue
		}
		if len(due) == 0 {
			return next, nil
		}
		pages, err := b.duePages(ctx, now)
		if err != nil {
			return next, err
		}
		due = append(pages, slices.DeleteFunc(due, func(t program.Timer) bool { // those are among the pages
			return slices.ContainsFunc(pages, func(page program.Timer) bool { return page.Name() == t.Name() })
		})...)
		slices.SortStableFunc(due, func(x, y program.Timer) int { return urgency(x) - urgency(y) })
		for _, timer := range due {
			if err := b.wake(ctx, timer); err != nil {
				return next, err
			}
		}
	}
}

// duePages returns the timers of pages that are due. There are few, but they may
// be behind very many others that were due before.
func (b *Bot) duePages(ctx context.Context, now time.Time) (due []program.Timer, err error) {
	err = b.Store.View(ctx, func(tx program.Tx) error {
		due = nil
		for timer, err := range tx.TimersOf(program.TimerPage) {
			if err == nil && !timer.At.After(now) { // one that cannot be read comes up with the others
				due = append(due, timer)
			}
		}
		return nil
	})
	return due, err
}

// urgency orders timers that are due at once, as after an outage: what may save
// somebody first.
func urgency(t program.Timer) int {
	return slices.Index([]program.TimerKind{
		program.TimerPage, program.TimerHint, program.TimerStep, program.TimerDuty, program.TimerPatience, program.TimerNote, program.TimerMeeting, program.TimerPause, program.TimerLater, program.TimerAhead, program.TimerBundle, program.TimerDigest, program.TimerHide, program.TimerWeek, program.TimerCalendar, program.TimerPresence, program.TimerRoutes, program.TimerHousekeeping,
	}, t.Kind)
}

// wake runs one timer. It is dropped in the same transaction; whatever runs
// sets it again if it is to come back.
func (b *Bot) wake(ctx context.Context, timer program.Timer) error {
	_, err := b.update(ctx, func(t *turn) error {
		if err := t.tx.DropTimer(timer); err != nil {
			return err
		}
		switch timer.Kind {
		case program.TimerPage:
			return t.pageAgain(timer)
		case program.TimerHint:
			return t.hintUnanswered(timer)
		case program.TimerHide:
			return t.hide(timer)
		case program.TimerDigest:
			return t.watchDigest(timer)
		case program.TimerDuty:
			return t.watchDuty(timer)
		case program.TimerStep:
			return t.stepDue(timer)
		case program.TimerPatience:
			return t.patience(timer)
		case program.TimerNote:
			return t.unfiled(timer)
		case program.TimerPause:
			return t.pauseLasts(timer)
		case program.TimerMeeting:
			return t.listen(timer)
		case program.TimerLater:
			return t.askAgainLater(timer)
		case program.TimerAhead:
			return t.remindAhead(timer)
		case program.TimerBundle:
			return t.sendBundle(timer)
		case program.TimerWeek:
			return t.sendWeek(timer)
		case program.TimerCalendar:
			return t.sendFiles(timer)
		case program.TimerPresence:
			return t.signDue(timer)
		case program.TimerRoutes:
			return t.lookAtRoutes(timer)
		case program.TimerHousekeeping:
			return t.housekeeping()
		}
		return nil // of an older version of the program
	})
	if err == nil && timer.Kind == program.TimerHousekeeping {
		return b.lookAtCases(ctx)
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	b.Log.Error("a timer failed", "timer", timer.Name(), stack(err))
	_, again := b.update(ctx, func(t *turn) error { return t.timerFailed(timer) })
	if again != nil {
		return errors.Join(err, again)
	}
	return nil
}

// timerRetry is when a timer that failed is tried again. A page that cannot be
// sent because of a defect is told to the staff in the meantime.
const timerRetry = 15 * time.Minute

func (t *turn) timerFailed(timer program.Timer) error {
	if err := t.tx.Audit(program.AuditEntry{At: t.now, What: "timer failed: " + timer.Name()}); err != nil {
		return err
	}
	timer.At = t.now.Add(timerRetry)
	if err := t.setTimer(timer); err != nil {
		return err
	}
	if timer.Kind != program.TimerPage {
		return nil
	}
	c, err := t.tx.Case(program.CaseNo(timer.ID))
	if err != nil { // then nobody knows how pressing it is, and whom it is about
		c = program.Case{No: program.CaseNo(timer.ID), Level: program.Danger}
	}
	return t.nobodyReached(c, false)
}

// housekeeping drops what is no longer needed, a little at a time.
func (t *turn) housekeeping() error {
	more, err := t.tx.ForgetSeen(forgetAtOnce)
	if err != nil {
		return err
	}
	if err := t.forgetLinks(); err != nil {
		return err
	}
	next := housekeepingEvery
	if more {
		next = time.Second
	}
	return t.setTimer(program.Timer{Kind: program.TimerHousekeeping, At: t.now.Add(next)})
}

// How often old marks are dropped, and how many in one transaction.
const (
	housekeepingEvery = time.Hour
	forgetAtOnce      = 100
)

// A Startup is what the operator must know after [Bot.Start].
type Startup struct {
	OwnerCode string // say "/start CODE" to the bot to become the owner; empty: there is one
	Expires   time.Time
}

// Start prepares the bot before events arrive: it binds the channels that the
// configuration names, makes the code for the first owner, sets the default
// command menus, and hands over what still waits in the outbox. It must be
// called after [Bot.Attach].
func (b *Bot) Start(ctx context.Context) (s Startup, err error) {
	if err := b.lookAtCases(ctx); err != nil {
		return s, err
	}
	_, err = b.update(ctx, func(t *turn) error {
		if err := t.bindConfigured(); err != nil {
			return err
		}
		if err := t.recordOutage(); err != nil {
			return err
		}
		if err := t.setTimer(program.Timer{Kind: program.TimerHousekeeping, At: t.now}); err != nil {
			return err
		}
		if err := t.startDigest(); err != nil {
			return err
		}
		if err := t.startRoutes(); err != nil {
			return err
		}
		s, err = t.ownerCode()
		return err
	})
	if err != nil {
		return s, err
	}
	return s, b.recover(ctx)
}

// recordOutage records the days on which the bot did not run: those since the
// housekeeping that was due and did not come.
func (t *turn) recordOutage() error {
	due, err := t.tx.Timer(program.TimerHousekeeping, 0)
	if errors.Is(err, program.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	down := program.Period{Kind: program.Outage, From: program.DateOf(due.At, t.Zone).Add(1), To: program.DateOf(t.now, t.Zone).Add(-1)}
	if down.To.Before(down.From) {
		return nil
	}
	return t.tx.PutOutage(down)
}

// recover hands over what waited in the outbox when the process ended.
func (b *Bot) recover(ctx context.Context) error {
	var rows []program.Waiting
	err := b.Store.View(ctx, func(tx program.Tx) error {
		rows = rows[:0]
		for w, err := range tx.Waiting() {
			if err != nil {
				return err
			}
			rows = append(rows, w)
		}
		for c, err := range tx.Channels() {
			if err != nil {
				return err
			}
			b.groups.Store(c.Place, true)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := b.markTried(ctx, rows); err != nil {
		return err
	}
	b.add(rows)
	return nil
}

// markTried marks the pages that wait: the process may have ended between
// showing one and knowing it, and then it is shown again.
func (b *Bot) markTried(ctx context.Context, rows []program.Waiting) error {
	rows = slices.DeleteFunc(slices.Clone(rows), func(w program.Waiting) bool { return w.Priority != program.Escalation })
	return desk{b}.inParts(ctx, rows, pagedAtOnce, func(t *turn, part []program.Waiting) error { return t.doubtful(part) })
}

// Marks returns how far the bot has handled the history of each private place of
// a platform: of every place that has a mark, and of everybody else of the
// program who has an account there.
func (b *Bot) Marks(ctx context.Context, p chat.Platform) (all []chat.Mark, err error) {
	err = b.Store.View(ctx, func(tx program.Tx) error {
		all = nil
		known := map[chat.Place]bool{}
		for m, err := range tx.Marks(p) {
			if err != nil {
				return err
			}
			known[m.Place] = true
			all = append(all, m)
		}
		for person, err := range tx.People() {
			if err != nil {
				return err
			}
			for _, a := range person.Accounts {
				if a.Platform == p && person.Left.IsZero() && !known[a.Private()] {
					all = append(all, chat.Mark{Place: a.Private()})
				}
			}
		}
		return nil
	})
	return all, err
}

// IsGroup reports whether a place is known to be a group or channel. It is
// quick, for the dispatcher.
func (b *Bot) IsGroup(p chat.Place) bool {
	_, ok := b.groups.Load(p)
	return ok
}

func (t *turn) bindConfigured() error {
	for _, place := range t.Channels {
		c, err := t.tx.Channel(place)
		if err == nil && c.Purpose == program.Supervisors {
			continue
		}
		if err != nil && !errors.Is(err, program.ErrNotFound) {
			return err
		}
		if err := t.tx.PutChannel(program.Channel{Place: place, Purpose: program.Supervisors, Title: place.String(), Since: t.now}); err != nil {
			return err
		}
	}
	return nil
}

// ownerCode makes the code by which the first owner joins; earlier ones stop
// working. There is none once there is an owner.
func (t *turn) ownerCode() (s Startup, err error) {
	owners, err := t.withRole(program.Owner)
	if err != nil || len(owners) > 0 {
		return s, err
	}
	var stale []program.Invite
	for i, err := range t.tx.Invites() {
		if err != nil {
			return s, err
		}
		if i.Roles == program.Owner && i.Used.IsZero() {
			stale = append(stale, i)
		}
	}
	for _, i := range stale {
		i.Used = t.now
		if err := t.tx.PutInvite(i); err != nil {
			return s, err
		}
	}
	s = Startup{OwnerCode: t.NewCode(), Expires: t.now.Add(ownerLife)}
	return s, t.tx.PutInvite(program.Invite{Hash: hashOf(forInvite, s.OwnerCode), Roles: program.Owner, Expires: s.Expires})
}
