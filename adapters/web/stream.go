package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"steadfast/bot/chat"
)

const (
	// logLimit is how many updates a page may have missed and still get one by
	// one; after more it gets everything anew.
	logLimit = 1024
	// heartbeat is how often a page hears the time. It sets the page's clock
	// right and keeps the connection open.
	heartbeat = 15 * time.Second
	// writeLimit is how long a page may take to read an update.
	writeLimit = 30 * time.Second
)

// An update is one change of the board, as a page reads it.
type update struct {
	number uint64 // zero: not part of the order, never resumed from
	name   string
	data   []byte
}

// What the updates hold, by name.
type (
	messageUpdate struct {
		Place   string  `json:"place"`
		Message message `json:"message"`
	}
	menuUpdate struct {
		Seat  string      `json:"seat"`
		Items []chat.Item `json:"items"`
	}
	stepUpdate struct {
		Step int `json:"step"`
	}
	clockUpdate struct {
		Now   time.Time `json:"now"`
		Moved bool      `json:"moved,omitzero"`
	}
	stateUpdate struct {
		Now   time.Time            `json:"now"`
		Skips bool                 `json:"skips"`
		Seats []seatState          `json:"seats"`
		Rooms map[string][]message `json:"rooms"`
		Steps []stepState          `json:"steps"`
	}
	seatState struct {
		Key      string      `json:"key"`
		Title    string      `json:"title"`
		Subtitle string      `json:"subtitle"`
		Group    string      `json:"group"`
		Private  bool        `json:"private"`
		Account  string      `json:"account"`
		Name     string      `json:"name"`
		Place    string      `json:"place"`
		Menu     []chat.Item `json:"menu"`
		Calendar bool        `json:"calendar,omitzero"`
	}
	stepState struct {
		Story string `json:"story,omitzero"`
		Label string `json:"label"`
		Hint  string `json:"hint"`
		Seat  string `json:"seat"`
		Clock string `json:"clock,omitzero"`
		Done  bool   `json:"done"`
	}
)

// publish adds an update and wakes all streams. The caller holds the lock.
func (b *board) publish(name string, v any) {
	b.last++
	b.log = append(b.log, update{b.last, name, encode(v)})
	if extra := len(b.log) - logLimit; extra > 0 {
		b.log = slices.Delete(b.log, 0, extra)
	}
	b.wake()
}

func (b *board) wake() {
	close(b.changed)
	b.changed = make(chan struct{})
}

func (b *board) open() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = false
	b.wake()
}

// close ends all streams, so that the server they run on can end.
func (b *board) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.wake()
}

// over reports whether Run has ended.
func (b *board) over() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}

// since returns the updates after number, or the whole state where they are no
// longer known. The channel is closed when there are more.
func (b *board) since(number uint64) (updates []update, changed <-chan struct{}, closed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	oldest := b.last - uint64(len(b.log)) // the newest number whose successors are all here
	if number == 0 || number < oldest || number > b.last {
		return []update{{b.last, "state", encode(b.state())}}, b.changed, b.closed
	}
	return slices.Clone(b.log[number-oldest:]), b.changed, b.closed
}

func (b *board) state() stateUpdate {
	s := stateUpdate{
		Now: b.now(), Skips: b.skips, Rooms: map[string][]message{},
		Seats: make([]seatState, len(b.seats)), Steps: make([]stepState, len(b.steps)),
	}
	for i, seat := range b.seats {
		s.Seats[i] = seatState{
			Key: seat.Key, Title: seat.Title, Subtitle: seat.Subtitle, Group: seat.Group, Private: seat.Private,
			Account: seat.Person.Account.ID, Name: seat.Person.Name, Place: seat.Place.ID, Menu: b.menu(seat),
			Calendar: seat.Key == b.above,
		}
	}
	for p, r := range b.rooms {
		s.Rooms[p.ID] = r.messages
	}
	for i, step := range b.steps {
		s.Steps[i] = stepState{step.Story, step.Label, step.Hint, step.Seat, step.Clock, b.done[i]}
	}
	return s
}

// encode never fails: the updates hold strings, numbers and times.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("web: " + err.Error())
	}
	return data
}

// serveEvents streams the updates: the whole state first or, to a page that
// says which update it saw last, those it missed.
func (a *Adapter) serveEvents(w http.ResponseWriter, r *http.Request) {
	if a.board.over() {
		refuse(w, http.StatusServiceUnavailable, sentence(errStopped))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	at := a.seen(r.Header.Get("Last-Event-ID"))
	fmt.Fprint(w, "retry: 1000\n\n")
	for {
		updates, changed, closed := a.board.since(at)
		// Not every writer has deadlines; without one a stuck page only holds
		// its own goroutine.
		_ = control.SetWriteDeadline(time.Now().Add(writeLimit))
		for _, u := range updates {
			if err := a.write(w, u); err != nil {
				return
			}
			at = u.number
		}
		if err := control.Flush(); err != nil || closed {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-changed:
		case <-beat.C:
			if err := a.write(w, update{name: "clock", data: encode(clockUpdate{Now: a.now()})}); err != nil {
				return
			}
		}
	}
}

func (a *Adapter) write(w http.ResponseWriter, u update) error {
	if u.number > 0 {
		if _, err := fmt.Fprintf(w, "id: %s-%d\n", a.prefix, u.number); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", u.name, u.data)
	return err
}

// seen reads the id of an update, which is of no use when it comes from an
// earlier process.
func (a *Adapter) seen(id string) uint64 {
	digits, ok := strings.CutPrefix(id, a.prefix+"-")
	if !ok {
		return 0
	}
	number, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0
	}
	return number
}
