package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"steadfast/bot/chat"
)

// How history is read.
const (
	pageLength    = 100 // Discord gives no more
	readers       = 4   // places at a time
	readPause     = 400 * time.Millisecond
	readAgain     = 30 * time.Second // after a failure, at first
	readAgainMost = 10 * time.Minute

	// Before the mark, edits of what was handled are looked for. They matter
	// for a day, which is how long an edit has an effect.
	editsBefore = 15 * time.Minute
	editsFor    = 24 * time.Hour
)

// debts are the places whose history has not been read yet. The methods may be
// called concurrently.
type debts struct {
	mu      sync.Mutex
	unknown bool // which places they are
	all     map[chat.Place]*debt
}

// A debt is a place to read. After its making only debts change it.
type debt struct {
	place   chat.Place
	channel string    // empty if it has to be asked for
	last    uint64    // the newest message of which it is known that it was handled
	tries   int       // that failed
	due     time.Time // when reading is tried
}

// forget says that from now on any place may have something that was not read.
func (d *debts) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unknown = true
}

// set says which places have to be read.
func (d *debts) set(marks []chat.Mark) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unknown = false
	d.all = make(map[chat.Place]*debt, len(marks))
	for _, m := range marks {
		if _, ok := snowflake(m.Place.ID); ok && m.Place.Platform == Name {
			owed := &debt{place: m.Place}
			owed.channel, owed.last = position(m.Read)
			d.all[m.Place] = owed
		}
	}
}

// of returns what is owed to a place, nil if nothing is or a try has just
// failed, and whether the history of the place is known to have been read.
func (d *debts) of(p chat.Place) (due *debt, settled bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	owed := d.all[p]
	if owed != nil && !d.unknown && !time.Now().Before(owed.due) {
		return owed, false
	}
	return nil, owed == nil && !d.unknown
}

// paid says that a place was read.
func (d *debts) paid(owed *debt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all[owed.place] == owed {
		delete(d.all, owed.place)
	}
}

// putOff puts off a place that could not be read, each time for longer.
func (d *debts) putOff(owed *debt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	owed.due = time.Now().Add(min(readAgainMost, readAgain<<min(owed.tries, 10)))
	owed.tries++
}

// next returns the places that are due, those that were active last first, and
// how long until another one is; zero if none will be.
func (d *debts) next() (places []chat.Place, wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	var due []*debt
	for _, owed := range d.all {
		if left := owed.due.Sub(now); left <= 0 {
			due = append(due, owed)
		} else if wait == 0 || left < wait {
			wait = left
		}
	}
	slices.SortFunc(due, func(a, b *debt) int {
		return cmp.Or(cmp.Compare(b.last, a.last), cmp.Compare(a.place.ID, b.place.ID))
	})
	for _, owed := range due {
		places = append(places, owed.place)
	}
	return places, wait
}

// remember asks how far the history of each place was handled, and then reads
// what came since, until ctx ends or nothing is left. What comes meanwhile
// waits for the answer, but not for long.
func (w *watch) remember(ctx context.Context) {
	if w.a.marks == nil {
		w.debts.set(nil)
		w.inbox.release()
		return
	}
	for tries := 0; ctx.Err() == nil; tries++ {
		marks, err := w.a.marks(ctx)
		if err == nil {
			w.debts.set(marks)
		}
		w.inbox.release()
		if err == nil {
			w.catchUp(ctx)
			return
		}
		w.a.log.WarnContext(ctx, "discord: it is not known which messages were missed", "error", err)
		sleep(ctx, min(time.Minute, time.Second<<min(tries, 10)))
	}
}

// catchUp reads what was kept back in all places, a few at a time, until ctx
// ends or nothing is left.
func (w *watch) catchUp(ctx context.Context) {
	for ctx.Err() == nil {
		due, wait := w.debts.next()
		if len(due) == 0 && wait == 0 {
			return
		}
		places := make(chan chat.Place)
		var works sync.WaitGroup
		for range readers {
			works.Go(func() {
				for p := range places {
					w.inbox.visit(ctx, p)
					sleep(ctx, readPause)
				}
			})
		}
		for _, p := range due {
			select {
			case places <- p:
			case <-ctx.Done():
			}
		}
		close(places)
		works.Wait()
		if len(due) == 0 {
			sleep(ctx, wait)
		}
	}
}

// settle reads the history of a place, if that is due, and has it handled. It
// reports whether all that was said there before is handled now.
func (w *watch) settle(p chat.Place) bool {
	owed, settled := w.debts.of(p)
	if owed == nil || w.ctx.Err() != nil {
		return settled
	}
	ended, err := w.read(owed)
	if ended {
		return false
	}
	if err != nil {
		if e := w.a.sendError(w.ctx, err, false); e.Class != chat.Gone && e.Class != chat.Refused {
			w.a.log.WarnContext(w.ctx, "discord: what was said in a private chat is not read yet", "user", p.ID, "error", e.Err)
			w.debts.putOff(owed)
			return false
		}
		w.a.log.InfoContext(w.ctx, "discord: what was said in a private chat cannot be read", "user", p.ID, "error", err)
	}
	w.debts.paid(owed)
	return true
}

// read has everything handled that was said in a place since the mark, oldest
// first. It reports whether the end came before.
func (w *watch) read(owed *debt) (ended bool, err error) {
	channel := owed.channel
	if channel == "" {
		if channel, err = w.a.openDM(w.ctx, owed.place.ID); err != nil {
			return false, err
		}
	}
	w.a.dms.put(owed.place.ID, channel)
	found, err := w.a.since(w.ctx, channel, earlier(owed.last, editsBefore))
	if err != nil {
		return false, err
	}
	for _, f := range found {
		if e, ok := w.remembered(f, owed); ok {
			if _, err := w.handle(e); err != nil {
				return true, nil
			}
		}
		if w.ctx.Err() != nil {
			return true, nil
		}
	}
	return false, nil
}

// remembered returns the event of a message from the history of a private
// place; false if it was handled already, or is not for the bot.
func (w *watch) remembered(f foundMessage, owed *debt) (chat.Event, bool) {
	m, err := decode[message](f.raw)
	switch {
	case err != nil:
		return unreadable(f.raw, err), true
	case m.ID == "" || m.Author == nil || m.Author.ID != owed.place.ID:
		return chat.Event{}, false
	case number(m.ID) > owed.last:
		return w.parser().said(&m)
	case time.Since(m.Edited) > editsFor:
		return chat.Event{}, false
	}
	return edited(&m)
}

// A foundMessage is a message in a history, which may be one that cannot be
// read.
type foundMessage struct {
	ID  string `json:"id"`
	raw json.RawMessage
}

// since returns the messages of a channel that are newer than one, oldest
// first; with zero, those that Discord gives at once. It reads backwards from
// the newest, so that nothing that comes meanwhile can shift what is still to
// be read.
func (a *Adapter) since(ctx context.Context, channel string, after uint64) (all []foundMessage, err error) {
	for before, more := "", true; more; {
		page, err := a.page(ctx, channel, before)
		if err != nil {
			return nil, err
		}
		more = false // unless there is one from where to go on
		for _, f := range page {
			n := number(f.ID)
			if n > 0 && n <= after {
				more = false
				break
			}
			if all = append(all, f); n > 0 && len(page) == pageLength && after > 0 {
				before, more = f.ID, true
			}
		}
	}
	slices.Reverse(all)
	return all, nil
}

// page returns as many messages before one as Discord gives at once, newest
// first; the newest ones of all if before is empty.
func (a *Adapter) page(ctx context.Context, channel, before string) ([]foundMessage, error) {
	query := url.Values{"limit": {strconv.Itoa(pageLength)}}
	if before != "" {
		query.Set("before", before)
	}
	path := "/channels/" + channel + "/messages"
	all, err := call[[]json.RawMessage](ctx, a.caller, request{method: http.MethodGet, path: path, route: "GET " + path, query: query})
	if err != nil {
		return nil, err
	}
	page := make([]foundMessage, len(all))
	for i, raw := range all {
		_ = json.Unmarshal(raw, &page[i]) // without an ID it is told of as unreadable
		page[i].raw = raw
	}
	slices.SortFunc(page, func(x, y foundMessage) int { return cmp.Compare(number(y.ID), number(x.ID)) })
	return page, nil
}

// position reads a mark; it returns nothing for one that says nothing.
func position(read string) (channel string, last uint64) {
	channel, id, _ := strings.Cut(read, ":")
	last, ok := snowflake(id)
	if _, known := snowflake(channel); !ok || !known {
		return "", 0
	}
	return channel, last
}

// earlier returns the snowflake of an instant before that of another.
func earlier(id uint64, by time.Duration) uint64 {
	ms := id >> 22
	return (ms - min(ms, uint64(by.Milliseconds()))) << 22
}

func number(id string) uint64 {
	n, _ := snowflake(id)
	return n
}
