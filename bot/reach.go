package bot

import (
	"context"
	"errors"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// reach records that the bot can, or can no longer, write to a place.
func (t *turn) reach(place chat.Place, ok bool) error {
	if !ok {
		channel, err := t.tx.Channel(place)
		if err == nil && channel.Lost.IsZero() {
			return t.channelLost(channel)
		}
		if err != nil && !errors.Is(err, program.ErrNotFound) {
			return err
		}
		return t.lost(place)
	}
	if err := t.regained(place); err != nil {
		return err
	}
	channel, err := t.tx.Channel(place)
	if errors.Is(err, program.ErrNotFound) || (err == nil && channel.Lost.IsZero()) {
		return nil
	}
	if err != nil {
		return err
	}
	channel.Lost = time.Time{}
	if err := t.tx.PutChannel(channel); err != nil {
		return err
	}
	return t.pageWaiting()
}

// lost records that a private place cannot be written to, and tells whoever
// looks after its owner, once.
func (t *turn) lost(place chat.Place) error {
	p, err := t.unreachableIn(place)
	if err != nil || p.ID == 0 {
		return err
	}
	return t.tellLost(p, place)
}

// gone records that the place of a message is lost. Where it was a question about
// a meeting, and nothing else reaches the mentor either, the coordinator hears of
// both in one message.
func (t *turn) gone(o program.Outgoing) error {
	p, err := t.unreachableIn(o.To)
	if err != nil || p.ID == 0 {
		return err
	}
	since, err := t.lostSince(p)
	if err != nil || o.Purpose == program.ForRemind && !o.Told.IsZero() && !since.IsZero() {
		return err
	}
	if o.Purpose == program.ForProbe {
		if since.IsZero() { // there is another route
			return nil
		}
		return t.noRoute(p)
	}
	return t.tellLost(p, o.To)
}

// unreachableIn records that a private place cannot be written to, and returns
// whose it is; nobody if that was known.
func (t *turn) unreachableIn(place chat.Place) (p program.Person, err error) {
	since, err := t.tx.Reach(place)
	if err != nil || !since.IsZero() {
		return p, err
	}
	if err := t.tx.SetReach(place, false); err != nil {
		return p, err
	}
	p, err = t.tx.PersonWith(chat.Account(place))
	if errors.Is(err, program.ErrNotFound) || err == nil && !p.Left.IsZero() {
		return program.Person{}, nil
	}
	if err != nil {
		return p, err
	}
	return p, t.lookAtMatchesOf(p.ID)
}

// tellLost tells whoever looks after a person that they cannot be written to in
// a place.
func (t *turn) tellLost(p program.Person, place chat.Place) error {
	staff, err := t.staffOf(p.ID)
	if err != nil {
		return err
	}
	for _, s := range staff {
		v := t.voiceOf(s)
		message := chat.Message{Quiet: t.night(s), Text: v.Text("reach.person_lost", words.Args{
			"Name": p.Name, "Role": t.roleNames(v, p.Roles), "Platform": platformName(place.Platform),
		})}
		if err := t.tell(s, program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert, Message: message}); err != nil {
			return err
		}
	}
	return nil
}

// PlatformLost tells the staff, on the other platforms, that one cannot be used
// until somebody mends it. An error means that the store is broken or ctx is
// done.
func (b *Bot) PlatformLost(ctx context.Context, p chat.Platform) error {
	_, err := b.update(ctx, func(t *turn) error {
		if err := t.tx.Audit(program.AuditEntry{At: t.now, What: "cut off from " + string(p)}); err != nil {
			return err
		}
		people, err := t.withRole(program.Coordinator | program.Owner)
		if err != nil {
			return err
		}
		for _, q := range people[:min(len(people), alertedAtOnce)] {
			for _, a := range q.Accounts {
				if _, ok := t.Platforms[a.Platform]; !ok || a.Platform == p {
					continue
				}
				text := t.voiceOf(q).Text("reach.platform_lost", words.Args{"Platform": platformName(p)})
				err := t.queue(program.Outgoing{
					Priority: program.Alert, Purpose: program.ForAlert, To: a.Private(), Person: q.ID, Message: chat.Message{Text: text},
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	return err
}

// channelLost records that nothing can be posted in a supervisors' channel, and
// tells the staff.
func (t *turn) channelLost(c program.Channel) error {
	c.Lost = t.now
	if err := t.tx.PutChannel(c); err != nil {
		return err
	}
	if err := t.pageWaiting(); err != nil {
		return err
	}
	return t.alertStaff(program.Coordinator|program.Supervisor|program.Owner, func(p program.Person) chat.Message {
		return chat.Message{Text: t.voiceOf(p).Text("case.channel_lost", words.Args{"Title": c.Title})}
	})
}

// pageWaiting lets all cases that nobody acknowledged be paged now, since where
// they are paged has changed.
func (t *turn) pageWaiting() error {
	cases, err := collect(t.tx.OpenCases())
	if err != nil {
		return err
	}
	n := 0
	for _, c := range cases {
		if !c.Waiting() || t.Ladder.Again[c.Level] == 0 {
			continue
		}
		if n++; n > pageAtOnce {
			break // the others have timers of their own
		}
		c.Paged, c.Rung = time.Time{}, 0 // so long ago that it is due
		if err := t.tx.PutCase(&c); err != nil {
			return err
		}
		if err := t.setTimer(program.Timer{Kind: program.TimerPage, ID: uint64(c.No), At: t.now}); err != nil {
			return err
		}
	}
	return nil
}

// A transaction of the store is bounded. These keep what one turn does within
// it, however many cases wait and however many people there are.
const (
	pageAtOnce    = 8  // cases that are paged anew; the others have timers of their own
	pagedAtOnce   = 24 // supervisors who are paged privately, others with the next page
	alertedAtOnce = 16 // people of the staff who are alerted
)

// moved follows a group that has a new address.
func (t *turn) moved(from, to chat.Place) error {
	if err := t.tx.PutMove(from, to); err != nil {
		return err
	}
	t.groups.Store(to, true)
	c, err := t.tx.Channel(from)
	if errors.Is(err, program.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	old := c
	old.Purpose = "moved"
	if err := t.tx.PutChannel(old); err != nil {
		return err
	}
	c.Place = to
	return t.tx.PutChannel(c)
}
