package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A fake is as much of Telegram's Bot API as a check-in needs. It hands out
// updates until they are confirmed, and tells onSent what the bot shows.
type fake struct {
	url     string
	server  *http.Server
	limits  *limits // nil: none
	onSent  func(shown)
	updates feed
	shown   atomic.Int64 // numbers of messages
	marks   atomic.Pointer[marks]
}

// A shown is a message as a person sees it.
type shown struct {
	chat    int64
	message int64
	text    string
	buttons []button
	markup  json.RawMessage
	edit    bool
	at      time.Time // when the request arrived
}

type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

// data returns what the button with the label stands for.
func (s shown) data(label string) (string, bool) {
	for _, b := range s.buttons {
		if b.Text == label {
			return b.Data, true
		}
	}
	return "", false
}

// marks are the moments that a started bot is waited for.
type marks struct {
	poll, press sync.Once
	polled      chan time.Time // the first getUpdates
	pressed     chan time.Time // the first answer to a pressed button
}

func newFake(l *limits, onSent func(shown)) (*fake, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &fake{url: "http://" + listener.Addr().String(), limits: l, onSent: onSent}
	f.updates.wake = make(chan struct{})
	// A bot that knew another fake before must not take these for known ones.
	f.updates.next = time.Now().UnixMicro()
	f.expect()
	f.server = &http.Server{Handler: f, ReadHeaderTimeout: time.Minute}
	go func() { _ = f.server.Serve(listener) }() // ends with close
	return f, nil
}

func (f *fake) close() { _ = f.server.Close() }

// expect begins to wait for a bot that is about to start.
func (f *fake) expect() *marks {
	m := &marks{polled: make(chan time.Time, 1), pressed: make(chan time.Time, 1)}
	f.marks.Store(m)
	return m
}

// ServeHTTP answers one call of the Bot API.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	switch method := path.Base(r.URL.Path); method {
	case "getUpdates":
		m := f.marks.Load()
		m.poll.Do(func() { m.polled <- now })
		var ask struct {
			Offset  int64 `json:"offset"`
			Timeout int   `json:"timeout"`
		}
		_ = json.Unmarshal(body, &ask) // a missing offset is zero
		batch := f.updates.take(r, ask.Offset, time.Duration(ask.Timeout)*time.Second)
		reply(w, http.StatusOK, batch)
	case "getMe":
		reply(w, http.StatusOK, []byte(`{"ok":true,"result":{"id":777,"is_bot":true,"first_name":"Bot","username":"bench_bot"}}`))
	case "sendMessage", "editMessageText":
		f.show(w, body, method == "editMessageText", now)
	case "answerCallbackQuery":
		m := f.marks.Load()
		m.press.Do(func() { m.pressed <- now })
		reply(w, http.StatusOK, []byte(`{"ok":true,"result":true}`))
	default: // setMyCommands and whatever else does not show
		reply(w, http.StatusOK, []byte(`{"ok":true,"result":true}`))
	}
}

// show takes a message, or complains that it came too soon.
func (f *fake) show(w http.ResponseWriter, body []byte, edit bool, now time.Time) {
	var call struct {
		Chat    int64           `json:"chat_id"`
		Message int64           `json:"message_id"`
		Text    string          `json:"text"`
		Markup  json.RawMessage `json:"reply_markup"`
	}
	if err := json.Unmarshal(body, &call); err != nil || call.Chat == 0 {
		reply(w, http.StatusBadRequest, []byte(`{"ok":false,"error_code":400,"description":"Bad Request: can't parse"}`))
		return
	}
	if wait := f.limits.refuse(call.Chat, edit, now); wait > 0 {
		after := int(wait/time.Second) + 1
		reply(w, http.StatusTooManyRequests, fmt.Appendf(nil,
			`{"ok":false,"error_code":429,"description":"Too Many Requests: retry after %d","parameters":{"retry_after":%d}}`, after, after))
		return
	}
	s := shown{chat: call.Chat, message: call.Message, text: call.Text, markup: call.Markup, edit: edit, at: now}
	if !edit {
		s.message = f.shown.Add(1)
	}
	if len(call.Markup) > 0 {
		var keyboard struct {
			Rows [][]button `json:"inline_keyboard"`
		}
		_ = json.Unmarshal(call.Markup, &keyboard) // without buttons nobody presses any
		for _, row := range keyboard.Rows {
			s.buttons = append(s.buttons, row...)
		}
	}
	text, _ := json.Marshal(s.text)
	reply(w, http.StatusOK, fmt.Appendf(nil,
		`{"ok":true,"result":{"message_id":%d,"from":{"id":777,"is_bot":true,"first_name":"Bot","username":"bench_bot"},"chat":{"id":%d,"type":"private"},"date":%d,"text":%s}}`,
		s.message, s.chat, now.Unix(), text))
	f.onSent(s)
}

// reply writes an answer at once: the bot has it before anybody reacts to it.
func reply(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever hung up asks again
	_ = http.NewResponseController(w).Flush()
}

// A feed holds the updates that the bot has not confirmed.
type feed struct {
	mu    sync.Mutex
	queue []update
	next  int64
	wake  chan struct{} // closed when something is added
}

type update struct {
	id   int64
	body []byte
}

// add appends the update that write makes of its number.
func (f *feed) add(write func(id int64) []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next++
	f.queue = append(f.queue, update{f.next, write(f.next)})
	close(f.wake)
	f.wake = make(chan struct{})
}

// take confirms what is before offset and returns what follows, waiting for it
// if need be, as the answer to getUpdates.
func (f *feed) take(r *http.Request, offset int64, patience time.Duration) []byte {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		f.mu.Lock()
		for len(f.queue) > 0 && f.queue[0].id < offset {
			f.queue = f.queue[1:]
		}
		batch, wake := f.queue[:min(100, len(f.queue))], f.wake
		answer := []byte(`{"ok":true,"result":[`)
		for i, u := range batch {
			if i > 0 {
				answer = append(answer, ',')
			}
			answer = append(answer, u.body...)
		}
		f.mu.Unlock()
		if len(batch) == 0 {
			select {
			case <-wake:
				continue
			case <-deadline.C:
			case <-r.Context().Done():
			}
		}
		return append(answer, "]}"...)
	}
}

// say puts what a person wrote into the feed.
func (f *fake) say(from int64, text string) {
	said, _ := json.Marshal(text)
	entities := ""
	if text[0] == '/' {
		entities = fmt.Sprintf(`,"entities":[{"offset":0,"length":%d,"type":"bot_command"}]`, len(text))
	}
	message := f.shown.Add(1)
	f.updates.add(func(id int64) []byte {
		return fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%d,"from":%s,"chat":%s,"date":%d,"text":%s%s}}`,
			id, message, person(from), chatOf(from), time.Now().Unix(), said, entities)
	})
}

// press puts a pressed button into the feed, with the message that bears it.
func (f *fake) press(from int64, on shown, data string) {
	text, _ := json.Marshal(on.text)
	pressed, _ := json.Marshal(data)
	f.updates.add(func(id int64) []byte {
		return fmt.Appendf(nil, `{"update_id":%d,"callback_query":{"id":"%d","from":%s,"message":{"message_id":%d,`+
			`"from":{"id":777,"is_bot":true,"first_name":"Bot","username":"bench_bot"},"chat":%s,"date":%d,"text":%s,"reply_markup":%s},`+
			`"chat_instance":"%d","data":%s}}`,
			id, id, person(from), on.message, chatOf(from), time.Now().Unix(), text, on.markup, from, pressed)
	})
}

func person(id int64) string {
	return fmt.Sprintf(`{"id":%d,"is_bot":false,"first_name":"Mentor","last_name":"%d","username":"mentor%d","language_code":"en"}`, id, id, id)
}

func chatOf(id int64) string {
	return fmt.Sprintf(`{"id":%d,"first_name":"Mentor","last_name":"%d","username":"mentor%d","type":"private"}`, id, id, id)
}
