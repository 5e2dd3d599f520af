package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// runFloor is the floor: the least a bot does that loses nothing. It decodes
// only what it needs, writes all that a getUpdates batch changes in one
// transaction, the state of every dialogue included, and only then answers,
// in parallel. It has no people, no rights, no time, no outbox and no pace: a
// kill loses replies. What steadfast does beyond it is what the ratios price.
func runFloor(ctx context.Context, url, folder string) error {
	db, err := bolt.Open(filepath.Join(folder, "floor.db"), 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range []string{"states", "checkins", "by mentor", "by time", "cases"} {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	f := floor{url: url, db: db, slots: make(chan struct{}, 256), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
	for offset := int64(0); ctx.Err() == nil; {
		offset, err = f.batch(ctx, offset)
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

type floor struct {
	url    string
	db     *bolt.DB
	client *http.Client
	slots  chan struct{} // calls under way
}

// A floorUpdate is what the floor reads of an update.
type floorUpdate struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		Chat struct{ ID int64 }
		Text string
	}
	Press *struct {
		ID      string
		Data    string
		Message struct {
			ID   int64 `json:"message_id"`
			Chat struct{ ID int64 }
		}
	} `json:"callback_query"`
}

// A floorState is a dialogue: the stage that is asked, and the answers.
type floorState struct {
	Stage   stage    `json:"s"`
	Answers []string `json:"a,omitempty"`
	Case    uint64   `json:"c,omitempty"`
}

// A floorRecord is a check-in as it is kept.
type floorRecord struct {
	Mentor  int64     `json:"mentor"`
	At      time.Time `json:"at"`
	Answers []string  `json:"answers"`
	Note    string    `json:"note"`
	Case    uint64    `json:"case,omitempty"`
	Version int       `json:"version"`
}

// An outgoing is a call to make once everything is durable.
type outgoing struct {
	method string
	body   []byte
}

// batch takes what has come, and returns the offset of what follows.
func (f floor) batch(ctx context.Context, offset int64) (int64, error) {
	answer, err := f.call(ctx, outgoing{"getUpdates", fmt.Appendf(nil, `{"offset":%d,"limit":100,"timeout":50}`, offset)})
	if err != nil {
		return offset, err
	}
	var updates struct{ Result []floorUpdate }
	if err := json.Unmarshal(answer, &updates); err != nil || len(updates.Result) == 0 {
		return offset, err
	}
	all := make([][]outgoing, len(updates.Result))
	err = f.db.Update(func(tx *bolt.Tx) (err error) {
		for i, u := range updates.Result {
			if all[i], err = step(tx, u); err != nil {
				return err
			}
			offset = u.ID + 1
		}
		return tx.Bucket([]byte("states")).Put([]byte("offset"), number(uint64(offset)))
	})
	if err != nil {
		return offset, err
	}
	for _, calls := range all {
		go f.send(ctx, calls)
	}
	return offset, nil
}

func (f floor) send(ctx context.Context, calls []outgoing) {
	for _, c := range calls {
		f.slots <- struct{}{}
		_, _ = f.call(ctx, c) // the floor has no second try
		<-f.slots
	}
}

func (f floor) call(ctx context.Context, c outgoing) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.url+"/botfloor/"+c.method, bytes.NewReader(c.body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// step applies one update and returns what to send then.
func step(tx *bolt.Tx, u floorUpdate) ([]outgoing, error) {
	states := tx.Bucket([]byte("states"))
	var s floorState
	var mentor, on int64
	input := ""
	var calls []outgoing
	switch {
	case u.Press != nil:
		mentor, on, input = u.Press.Message.Chat.ID, u.Press.Message.ID, u.Press.Data
		calls = append(calls, outgoing{"answerCallbackQuery", fmt.Appendf(nil, `{"callback_query_id":%q}`, u.Press.ID)})
	case u.Message != nil:
		mentor, input = u.Message.Chat.ID, u.Message.Text
	default:
		return nil, nil
	}
	key := number(uint64(mentor))
	if stored := states.Get(key); stored != nil {
		if err := json.Unmarshal(stored, &s); err != nil {
			return nil, err
		}
	}
	asked, option, _ := strings.Cut(input, ".")
	switch {
	case input == help:
		return []outgoing{ask(mentor, 0, "This bot is as little as a bot can be.", unknown)}, nil
	case input == checkIn:
		s = floorState{Stage: asksMet}
	case on == 0 && s.Stage == asksNote:
		call, err := keep(tx, mentor, s, input)
		return append(calls, call), err
	case asked == strconv.Itoa(int(s.Stage)):
		s.Answers = append(s.Answers, option)
		s.Stage = follows(s.Stage, option)
	default:
		return calls, nil
	}
	text := "Question " + strconv.Itoa(int(s.Stage)) + " about your mentee."
	if s.Stage == asksNote && len(s.Answers) > 3 {
		n, err := tx.Bucket([]byte("cases")).NextSequence()
		if err != nil {
			return nil, err
		}
		if s.Case = n; tx.Bucket([]byte("cases")).Put(number(n), key) != nil {
			return nil, fmt.Errorf("case %d cannot be written", n)
		}
		no := strconv.FormatUint(n, 10)
		text = "The supervisors have been paged: case " + no + ". Please write what they should know."
		calls = append([]outgoing{ask(supervisors, 0, "Case "+no+" · danger now", unknown)}, calls...)
	}
	stored, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return append(calls, ask(mentor, on, text, s.Stage)), states.Put(key, stored)
}

// follows returns the stage after an answer.
func follows(s stage, option string) stage {
	switch {
	case s == asksWorry && option == "No":
		return asksNote
	case s == asksMoreKinds && option != "Done ›":
		return asksMoreKinds
	}
	return s + 1
}

// keep records a check-in, with two indexes, and ends the dialogue.
func keep(tx *bolt.Tx, mentor int64, s floorState, note string) (outgoing, error) {
	checkIns := tx.Bucket([]byte("checkins"))
	id, err := checkIns.NextSequence()
	if err != nil {
		return outgoing{}, err
	}
	now := time.Now()
	record, err := json.Marshal(floorRecord{mentor, now, s.Answers, note, s.Case, 1})
	if err != nil {
		return outgoing{}, err
	}
	who, when := number(uint64(mentor)), number(uint64(now.UnixNano()))
	for _, row := range []struct {
		bucket     string
		key, value []byte
	}{
		{"checkins", number(id), record},
		{"by mentor", append(number(uint64(mentor)), number(id)...), nil},
		{"by time", append(when, number(id)...), nil},
	} {
		if err := tx.Bucket([]byte(row.bucket)).Put(row.key, row.value); err != nil {
			return outgoing{}, err
		}
	}
	return ask(mentor, 0, "Thank you. It is kept:\n"+note, summary), tx.Bucket([]byte("states")).Delete(who)
}

// labels returns the buttons of a stage.
func (s stage) labels() []string {
	switch s {
	case asksMet:
		return []string{"We met", "They did not come", "I could not", "We moved it"}
	case asksMood:
		return []string{"😟", "🙁", "😐", "🙂", "😄", "‹ Back"}
	case asksWorry:
		return []string{"No", "Not sure", "Yes", "‹ Back"}
	case asksKinds, asksMoreKinds:
		kinds := []string{"Hurting themselves", "Being hit or hurt", "Violence at home", "Running away", "Bullying", "Grief", "Something else"}
		if s == asksMoreKinds {
			kinds = append(kinds, "Done ›")
		}
		return append(kinds, "‹ Back")
	case asksPressing:
		return []string{"Danger now", "Today", "Keep an eye on it", "‹ Back"}
	case asksNote:
		return []string{"Skip", "‹ Back"}
	case summary:
		return []string{"Correct", "Undo", "More about the meeting"}
	}
	return nil
}

// ask returns the call that shows text with the buttons of a stage, in place of
// the message on if there is one.
func ask(to, on int64, text string, s stage) outgoing {
	method, where := "sendMessage", ""
	if on != 0 {
		method, where = "editMessageText", fmt.Sprintf(`,"message_id":%d`, on)
	}
	shown, _ := json.Marshal(text) // a string always can be
	body := fmt.Appendf(nil, `{"chat_id":%d%s,"text":%s`, to, where, shown)
	for i, label := range s.labels() {
		open := "],["
		if i == 0 {
			open = `,"reply_markup":{"inline_keyboard":[[`
		}
		body = fmt.Appendf(body, `%s{"text":"%s","callback_data":"%d.%s"}`, open, label, int(s), label)
	}
	if len(s.labels()) > 0 {
		body = append(body, "]]}"...)
	}
	return outgoing{method, append(body, '}')}
}
