package bot

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// Desk returns the bot's side of delivery: what to send when a row's turn
// comes, and what follows from the result.
func (b *Bot) Desk() delivery.Desk { return desk{b} }

type desk struct{ *Bot }

// Take returns the message of a row, or one message for the cards of all cases
// that wait for the place.
func (b desk) Take(ctx context.Context, rows []program.Waiting) (m chat.Message, covers []program.Waiting, send bool, err error) {
	if m, ok := b.replies.take(rows[0].Seq); ok {
		m.To = rows[0].To
		return m, rows[:1], true, nil
	}
	err = b.Store.View(ctx, func(tx program.Tx) error {
		t := &turn{Bot: b.Bot, tx: tx, now: tx.Now()}
		m, covers, send, err = t.take(rows)
		return err
	})
	return m, covers, send, err
}

func (t *turn) take(rows []program.Waiting) (m chat.Message, covers []program.Waiting, send bool, err error) {
	first, err := t.outgoing(rows[0])
	if errors.Is(err, program.ErrNotFound) {
		return m, rows[:1], false, nil
	}
	if err != nil {
		return m, nil, false, err
	}
	to, err := t.tx.Where(first.To)
	if err != nil {
		return m, nil, false, err
	}
	if first.Purpose != program.ForCard {
		m = first.Ready()
		m.To = to
		send, err = t.lastMinute(&m, first)
		return m, rows[:1], send, err
	}
	m, covers, send, err = t.takeCards(rows)
	m.To, m.Group, m.Once = to, first.Group, onceFor(covers, first.Queued)
	return m, covers, send, err
}

// lastMinute adds to a message what is known only when it is sent. It returns
// false if the message is no longer worth sending.
func (t *turn) lastMinute(m *chat.Message, o program.Outgoing) (send bool, err error) {
	switch o.Purpose {
	case program.ForCalendar:
		m.File, err = t.fileFor(o)
		return m.File != nil, err
	case program.ForProbe:
		at, err := t.tx.Arrived(o.To)
		return !at.After(o.Queued), err
	}
	return true, nil
}

// onceFor returns what is the same whenever exactly these rows are sent
// together.
func onceFor(rows []program.Waiting, queued time.Time) string {
	h := fnv.New64a()
	for _, w := range rows {
		h.Write(binary.BigEndian.AppendUint64(nil, w.Seq))
	}
	return strconv.FormatUint(h.Sum64(), 36) + "-" + strconv.FormatInt(queued.Unix(), 36)
}

func (t *turn) outgoing(w program.Waiting) (program.Outgoing, error) {
	return t.tx.Outgoing(w.Priority, w.Seq, w.To)
}

// takeCards writes the message for cards that wait for one place. If any of
// them is to ring, that is a new message with all that ring; otherwise the
// message that bears the first is brought up to date.
func (t *turn) takeCards(rows []program.Waiting) (m chat.Message, covers []program.Waiting, send bool, err error) {
	var fresh, all []program.CaseNo
	of := map[program.CaseNo][]program.Waiting{}
	for _, w := range rows {
		o, err := t.outgoing(w)
		if errors.Is(err, program.ErrNotFound) || (err == nil && o.Purpose != program.ForCard) {
			continue
		}
		if err != nil {
			return m, nil, false, err
		}
		if of[o.Case] == nil {
			all = append(all, o.Case)
		}
		if o.Fresh && !slices.Contains(fresh, o.Case) {
			fresh = append(fresh, o.Case)
		}
		of[o.Case] = append(of[o.Case], w)
	}
	if fresh, err = t.mostPressing(fresh); err != nil {
		return m, nil, false, err
	}
	show := fresh
	if len(fresh) == 0 {
		if m.Replaces, show, err = t.standing(all[0], rows[0].To); err != nil {
			return m, nil, false, err
		}
		if m.Replaces == "" {
			return m, of[all[0]], false, nil
		}
	}
	for _, no := range show {
		covers = append(covers, of[no]...)
	}
	m.Text, m.Choices, err = t.cardsFor(rows[0].To, show)
	if len(m.Text) == 0 || err != nil {
		return m, covers, false, err
	}
	if len(fresh) > 0 {
		m.Alarm, m.Thread, err = t.ringFor(rows[0].To, fresh)
	}
	return m, covers, true, err
}

// mostPressing returns as many cases as fit on one card, the most pressing first:
// what is lower must never hide them.
func (t *turn) mostPressing(nos []program.CaseNo) ([]program.CaseNo, error) {
	levels := map[program.CaseNo]program.Level{}
	for _, no := range nos {
		c, err := t.tx.Case(no)
		if err != nil && !errors.Is(err, program.ErrNotFound) {
			return nil, err
		}
		levels[no] = c.Level
	}
	slices.SortStableFunc(nos, func(a, b program.CaseNo) int { return int(levels[b] - levels[a]) })
	return nos[:min(len(nos), maxCardCases)], nil
}

// ringFor returns whether a new message with the cards of cases is an alarm, and
// the name of the thread for those that had no card in that place.
func (t *turn) ringFor(place chat.Place, nos []program.CaseNo) (alarm bool, thread string, err error) {
	var first []string
	for _, no := range nos {
		c, err := t.tx.Case(no)
		if errors.Is(err, program.ErrNotFound) {
			continue
		}
		if err != nil {
			return false, "", err
		}
		alarm = alarm || c.Level == program.Danger && c.Waiting()
		if !slices.ContainsFunc(c.Cards, func(at program.CardAt) bool { return at.Place == place }) {
			first = append(first, c.No.String())
		}
	}
	if len(first) > 0 {
		thread = t.Words.In(t.Language).Plain("card.thread", words.Args{"N": len(first), "No": strings.Join(first, ", ")})
	}
	return alarm, thread, nil
}

// standing returns the message in a place that bears the newest card of a
// case, and the cases whose cards it bears.
func (t *turn) standing(no program.CaseNo, place chat.Place) (chat.Ref, []program.CaseNo, error) {
	c, err := t.tx.Case(no)
	if err != nil {
		return "", nil, err
	}
	for _, at := range c.Cards {
		if at.Place == place {
			cases, err := t.tx.CardCases(at)
			return at.Ref, cases, err
		}
	}
	return "", nil, nil
}

// cardsFor writes the cards of cases in the language of a place: the owner's of
// a private chat, the program's of a channel.
func (t *turn) cardsFor(place chat.Place, nos []program.CaseNo) (chat.Text, []chat.Choice, error) {
	reader, err := t.readerOf(place)
	if err != nil {
		return nil, nil, err
	}
	var cases []program.Case
	for _, no := range nos {
		c, err := t.tx.Case(no)
		if errors.Is(err, program.ErrNotFound) || (err == nil && t.keptFrom(c, place, reader)) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		return nil, nil, nil
	}
	text, choices := t.cards(t.voiceOf(reader), t.zoneOf(reader), cases)
	return text, choices, nil
}

// readerOf returns whose private chat a place is; nobody, if it is a group.
func (t *turn) readerOf(place chat.Place) (program.Person, error) {
	p, err := t.tx.PersonWith(chat.Account(place))
	if errors.Is(err, program.ErrNotFound) {
		return program.Person{}, nil
	}
	return p, err
}

// Done records what became of rows. The result of a mere reply, which nobody
// waits for, joins the next commit.
func (b desk) Done(ctx context.Context, rows []program.Waiting, r delivery.Result) error {
	if r.Outcome == delivery.Delivered && rows[0].Priority == program.Reply {
		b.Store.Soon(func(tx program.Tx) error {
			t := &turn{Bot: b.Bot, tx: tx, now: tx.Now()}
			return t.delivered(rows, r)
		}, func(err error) {
			if err != nil {
				b.Log.Error("a delivered reply could not be recorded", stack(err))
			}
		})
		return nil
	}
	switch r.Outcome {
	case delivery.Delivered:
		return b.inParts(ctx, rows, maxFullCards, func(t *turn, part []program.Waiting) error { return t.delivered(part, r) })
	case delivery.Gone, delivery.Refused: // one row may need much of what a transaction holds
		return b.inParts(ctx, rows, 1, func(t *turn, part []program.Waiting) error { return t.failed(part, r) })
	case delivery.Moved:
		return b.inParts(ctx, rows, 16, func(t *turn, part []program.Waiting) error { return t.rehouse(part, r.Moved) })
	}
	_, err := b.update(ctx, func(t *turn) error {
		if r.Outcome == delivery.Doubtful {
			return t.doubtful(rows)
		}
		return t.drop(rows) // moot, or a reminder not worth showing twice
	})
	return err
}

// inParts runs f for n rows at a time, each time in a transaction of its own.
func (b desk) inParts(ctx context.Context, rows []program.Waiting, n int, f func(*turn, []program.Waiting) error) error {
	for part := range slices.Chunk(rows, n) {
		if _, err := b.update(ctx, func(t *turn) error { return f(t, part) }); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) drop(rows []program.Waiting) error {
	for _, w := range rows {
		if err := t.tx.DropOutgoing(w.Priority, w.Seq, w.To); err != nil {
			return err
		}
	}
	return nil
}

// each takes the rows that are still in the outbox out of it and calls f for
// each, which may put it back.
func (t *turn) each(rows []program.Waiting, f func(program.Outgoing) error) error {
	for _, w := range rows {
		o, err := t.outgoing(w)
		if errors.Is(err, program.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := t.tx.DropOutgoing(w.Priority, w.Seq, w.To); err != nil {
			return err
		}
		if err := f(o); err != nil {
			return err
		}
	}
	return nil
}
