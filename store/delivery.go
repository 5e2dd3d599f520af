package store

import (
	"encoding/binary"
	"iter"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

func outboxKey(p program.Priority, seq uint64, to chat.Place) key {
	return key(nil).rank(uint8(p)).id(seq).text(to.String())
}

// Queue puts o at the end of the outbox of its priority and assigns its Seq.
func (t *tx) Queue(o *program.Outgoing) error {
	seq, err := t.next(outboxTable)
	if err != nil {
		return err
	}
	was := o.Seq
	t.onRollback(func() { o.Seq = was })
	o.Seq = seq
	return t.PutOutgoing(*o)
}

func (t *tx) Outgoing(p program.Priority, seq uint64, to chat.Place) (program.Outgoing, error) {
	return load[program.Outgoing](t, outboxTable, outboxKey(p, seq, to))
}

func (t *tx) PutOutgoing(o program.Outgoing) error {
	return save(t, outboxTable, outboxKey(o.Priority, o.Seq, o.To), o)
}

func (t *tx) DropOutgoing(p program.Priority, seq uint64, to chat.Place) error {
	return t.delete(outboxTable, outboxKey(p, seq, to))
}

// Waiting reads keys only.
func (t *tx) Waiting() iter.Seq2[program.Waiting, error] {
	return func(yield func(program.Waiting, error) bool) {
		if _, err := t.bucket(outboxTable); err != nil {
			yield(program.Waiting{}, err)
			return
		}
		for k := range t.scan(outboxTable, nil, nil, false) {
			platform, id, _ := strings.Cut(string(k[9:]), ":")
			if !yield(program.Waiting{
				Priority: program.Priority(k[0]),
				Seq:      binary.BigEndian.Uint64(k[1:]),
				To:       chat.Place{Platform: chat.Platform(platform), ID: id},
			}, nil) {
				return
			}
		}
	}
}

func cardKey(c program.CardAt) key {
	return placeKey(c.Place).text("\x00").text(string(c.Ref))
}

func (t *tx) CardCases(c program.CardAt) ([]program.CaseNo, error) {
	cases, _, err := find[[]program.CaseNo](t, cardsTable, cardKey(c))
	return cases, err
}

func (t *tx) PutCardCases(c program.CardAt, cases []program.CaseNo) error {
	if len(cases) == 0 {
		return t.delete(cardsTable, cardKey(c))
	}
	return save(t, cardsTable, cardKey(c), cases)
}

// lost says since when a place cannot be written to.
type lost struct {
	Since time.Time `json:"since"`
}

// SetReach keeps the time of the first failure until a place can be written to
// again. It writes only what changes.
func (t *tx) SetReach(p chat.Place, ok bool) error {
	_, known, err := find[lost](t, reachTable, placeKey(p))
	switch {
	case err != nil:
		return err
	case ok && known:
		return t.delete(reachTable, placeKey(p))
	case !ok && !known:
		return save(t, reachTable, placeKey(p), lost{Since: t.now})
	}
	return nil
}

func (t *tx) Reach(p chat.Place) (time.Time, error) {
	l, _, err := find[lost](t, reachTable, placeKey(p))
	return l.Since, err
}

// Lost reads keys only.
func (t *tx) Lost() iter.Seq2[chat.Place, error] {
	return func(yield func(chat.Place, error) bool) {
		if _, err := t.bucket(reachTable); err != nil {
			yield(chat.Place{}, err)
			return
		}
		for k := range t.scan(reachTable, nil, nil, false) {
			if !yield(chat.ParsePlace(string(k))) {
				return
			}
		}
	}
}

// arrival says when a message was last known to have arrived in a place.
type arrival struct {
	At time.Time `json:"at"`
}

func (t *tx) Arrived(p chat.Place) (time.Time, error) {
	a, _, err := find[arrival](t, arrivalsTable, placeKey(p))
	return a.At, err
}

func (t *tx) SetArrived(p chat.Place, at time.Time) error {
	return save(t, arrivalsTable, placeKey(p), arrival{At: at})
}

func (t *tx) Outages() iter.Seq2[program.Period, error] {
	return all[program.Period](t, outagesTable, nil, false)
}

func (t *tx) PutOutage(p program.Period) error {
	return save(t, outagesTable, key(p.From.String()), p)
}

// PutMove makes to the newest address of from, and of all places that moved
// there. A move of to itself is forgotten, so that moves never form a circle.
func (t *tx) PutMove(from, to chat.Place) error {
	_, known, err := find[chat.Place](t, movesTable, placeKey(to))
	if err != nil {
		return err
	}
	if known {
		if err := t.delete(movesTable, placeKey(to)); err != nil {
			return err
		}
	}
	if from == to {
		return nil
	}
	return save(t, movesTable, placeKey(from), to)
}

func (t *tx) Where(p chat.Place) (chat.Place, error) {
	for {
		to, moved, err := find[chat.Place](t, movesTable, placeKey(p))
		if err != nil || !moved {
			return p, err
		}
		p = to
	}
}
