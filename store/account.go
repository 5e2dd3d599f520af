package store

import (
	"iter"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// seenFor is how long an event is remembered. The platforms deliver an event
// again for at most a day (Telegram's bot API), and their event ids are unique
// for two days only, so that it must not be longer.
const seenFor = 48 * time.Hour

func (t *tx) Channel(p chat.Place) (program.Channel, error) {
	return load[program.Channel](t, channelsTable, placeKey(p))
}

func (t *tx) PutChannel(c program.Channel) error {
	return save(t, channelsTable, placeKey(c.Place), c)
}

func (t *tx) Channels() iter.Seq2[program.Channel, error] {
	return all[program.Channel](t, channelsTable, nil, false)
}

// A mark says when an event was seen, and how it was answered.
type mark struct {
	At     time.Time   `json:"at"`
	Answer chat.Answer `json:"answer,omitzero"`
}

func seenKey(day uint32, p chat.Platform, event string) key {
	return key(nil).small(day).text(string(p)).text(":").text(event)
}

// Seen looks at today, at the two days before, and at tomorrow in case the
// clock was set back over midnight.
func (t *tx) Seen(p chat.Platform, event string) (chat.Answer, bool, error) {
	today := day(t.now)
	for _, d := range []uint32{today, today - 1, today - 2, today + 1} {
		m, ok, err := find[mark](t, seenTable, seenKey(d, p, event))
		if err != nil {
			return chat.Answer{}, false, err
		}
		if ok && t.now.Sub(m.At) <= seenFor {
			return m.Answer, true, nil
		}
	}
	return chat.Answer{}, false, nil
}

func (t *tx) MarkSeen(p chat.Platform, event string, a chat.Answer) error {
	m := mark{At: t.now.Truncate(time.Second), Answer: a}
	return save(t, seenTable, seenKey(day(t.now), p, event), m)
}

// ForgetSeen drops whole days, all of whose marks are older than 48 hours.
func (t *tx) ForgetSeen(limit int) (more bool, err error) {
	if _, err := t.bucket(seenTable); err != nil {
		return false, err
	}
	var old []key
	for k := range t.scan(seenTable, nil, key(nil).small(max(day(t.now), 2)-2), false) {
		if more = len(old) >= limit; more {
			break
		}
		old = append(old, k)
	}
	for _, k := range old {
		if err := t.delete(seenTable, k); err != nil {
			return false, err
		}
	}
	return more, nil
}

func (t *tx) PutMark(m chat.Mark) error { return save(t, marksTable, placeKey(m.Place), m) }

func (t *tx) Marks(p chat.Platform) iter.Seq2[chat.Mark, error] {
	return all[chat.Mark](t, marksTable, key(string(p)+":"), false)
}

// Audit appends e. An entry without a time gets that of the transaction.
func (t *tx) Audit(e program.AuditEntry) error {
	if e.At.IsZero() {
		e.At = t.now
	}
	seq, err := t.next(auditTable)
	if err != nil {
		return err
	}
	return save(t, auditTable, key(nil).time(e.At).id(seq), e)
}

func (t *tx) AuditTrail() iter.Seq2[program.AuditEntry, error] {
	return all[program.AuditEntry](t, auditTable, nil, false)
}

// tries counts wrong codes.
type tries struct {
	N     int       `json:"n"`
	Since time.Time `json:"since"`
}

func (t *tx) Tries(a chat.Account) (n int, since time.Time, err error) {
	v, _, err := find[tries](t, triesTable, accountKey(a))
	return v.N, v.Since, err
}

// SetTries sets the count; zero tries are forgotten.
func (t *tx) SetTries(a chat.Account, n int, since time.Time) error {
	if n == 0 {
		return t.delete(triesTable, accountKey(a))
	}
	return save(t, triesTable, accountKey(a), tries{n, since})
}
