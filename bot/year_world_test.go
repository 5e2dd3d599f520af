package bot_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot"
	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
	"steadfast/scheduler"
	"steadfast/store"
)

// A world is a [year] as it comes to pass: the bot on its store, with delivery
// and the loop around its timers, and everybody's chats. It belongs to a bubble
// of testing/synctest.
type world struct {
	t     *testing.T
	year  *year
	path  string
	words *words.Catalog
	ids   map[*pair]program.MatchID

	mu      sync.Mutex // for what follows
	chats   map[chat.Place][]*bubble
	newest  map[chat.Place]*bubble // that was shown or changed last
	blocked map[*person]bool
	busy    map[*person]bool // they are talking with the bot
	heard   []heard

	events int
	lanes  map[chat.Platform]chan happening
	stop   func()
	store  *store.Store
}

// A bubble is one message as a chat shows it now.
type bubble struct {
	chat.Message
	ref chat.Ref
}

// A heard message is one that the bot began by itself.
type heard struct {
	at time.Time
	by *person
	chat.Message
}

type happening struct {
	chat.Event
	done chan error
}

func newWorld(t *testing.T, y *year) *world {
	catalog, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, year: y, path: filepath.Join(t.TempDir(), "steadfast.db"), words: catalog, ids: map[*pair]program.MatchID{},
		chats: map[chat.Place][]*bubble{}, newest: map[chat.Place]*bubble{}, blocked: map[*person]bool{}, busy: map[*person]bool{},
	}
	time.Sleep(time.Until(y.from))
	w.open()
	w.people()
	return w
}

// open starts a process.
func (w *world) open() {
	s, err := store.Open(w.path, store.Options{NoSync: true})
	if err != nil {
		w.t.Fatal(err)
	}
	w.store = s
	adapters, platforms := map[chat.Platform]chat.Adapter{}, map[chat.Platform]chat.Capabilities{}
	w.lanes = map[chat.Platform]chan happening{}
	for _, p := range []chat.Platform{"telegram", "discord"} {
		w.lanes[p] = make(chan happening)
		adapters[p] = channel{w, p}
		platforms[p] = adapters[p].Capabilities()
	}
	failures := slog.New(slog.NewTextHandler(w.t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	protocol := program.DefaultProtocol()
	protocol.Tap, protocol.Proof = 0, 0
	b, err := bot.New(bot.Options{
		Store: s, Words: w.words, Log: failures, Platforms: platforms, Name: "Riverside", Language: "en", Zone: w.year.home, Emergency: "112",
		// What is told apart from silences has transcripts of its own.
		Calendar: program.Calendar{Breaks: w.year.holidays}, Protocol: protocol,
		Reminders: program.Reminders{When: program.RemindNever}, Contacts: &program.ContactClock{},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	d := delivery.New(delivery.Options{Desk: b.Desk(), Adapters: adapters, Group: b.IsGroup})
	b.Attach(d)
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := b.Start(ctx); err != nil {
		w.t.Fatal(err)
	}
	var over sync.WaitGroup
	over.Go(func() { d.Run(ctx) })
	over.Go(func() { scheduler.Loop(ctx, b.Kick(), time.Now, b.Due) })
	for _, a := range adapters {
		over.Go(func() { a.Run(ctx, b.Handle) })
	}
	w.stop = func() {
		w.stop = func() {}
		cancel()
		over.Wait()
		if err := s.Close(); err != nil {
			w.t.Error(err)
		}
	}
	synctest.Wait()
}

// people puts everybody into the store, as an import does.
func (w *world) people() {
	ids := map[*person]program.PersonID{}
	keep := func(f func(tx program.Tx) error) {
		if err := w.store.Update(w.t.Context(), f); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, p := range w.year.people {
		keep(func(tx program.Tx) error {
			q := program.Person{Name: p.name, Phone: "+44 7700 900123", Roles: p.roles, Zone: p.zone.String(), Accounts: accounts(p)}
			if !p.never {
				q.Joined = tx.Now()
			}
			err := tx.PutPerson(&q)
			ids[p] = q.ID
			return err
		})
	}
	for _, p := range w.year.pairs {
		keep(func(tx program.Tx) error {
			mentee := program.Mentee{Alias: p.mentee}
			if err := tx.PutMentee(&mentee); err != nil {
				return err
			}
			m := program.Match{Mentor: ids[p.mentor], Mentee: mentee.ID, Coordinator: ids[p.staff], Schedule: p.plan, Since: tx.Now()}
			if err := tx.PutMatch(&m); err != nil {
				return err
			}
			w.ids[p] = m.ID
			return tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: tx.Now()})
		})
	}
}

func accounts(p *person) []chat.Account {
	all := []chat.Account{{Platform: "telegram", ID: strings.ToLower(p.name)}}
	if p.two {
		all = append(all, chat.Account{Platform: "discord", ID: strings.ToLower(p.name)})
	}
	return all
}

// live lets the year pass.
func (w *world) live() {
	outages := w.year.outages
	for _, d := range w.year.deeds {
		for len(outages) > 0 && outages[0].from.Before(d.at) {
			w.outage(outages[0])
			outages = outages[1:]
		}
		time.Sleep(time.Until(d.at))
		synctest.Wait()
		w.do(d)
	}
	time.Sleep(time.Until(w.year.to.Add(-time.Minute)))
	synctest.Wait()
}

func (w *world) outage(o outage) {
	time.Sleep(time.Until(o.from))
	synctest.Wait()
	w.stop()
	time.Sleep(time.Until(o.to))
	w.open()
}

// do lets somebody do something.
func (w *world) do(d *deed) {
	switch d.kind {
	case "block":
		w.lock(func() { w.blocked[d.by] = true })
		return
	case "unblock":
		w.lock(func() { w.blocked[d.by] = false })
	}
	w.lock(func() { w.busy[d.by] = true })
	defer w.lock(func() { w.busy[d.by] = false })
	date := func(d program.Date) string { return d.String() }
	switch d.kind {
	case "unblock":
		w.event(d.by, chat.Command{Name: "help"})
	case "later":
		w.press(d.by, w.button(d.by, func(t chat.Token) bool { return t.Act == "later" }))
	case "undo":
		w.event(d.by, chat.Command{Name: "undo"})
	case "tell":
		w.tell(d)
	case "pause":
		w.press(d.by, chat.Token{Act: "pause", ID: uint64(w.ids[d.pair])}.String())
		if newest := w.newest[accounts(d.by)[0].Private()]; strings.HasPrefix(newest.Text.Plain(), "There is a pause") {
			w.choose(d.by, "Other days")
		}
		w.event(d.by, chat.Said{Text: date(d.pause.from)})
		if d.pause.to.IsZero() {
			w.choose(d.by, "I don't know yet")
		} else {
			w.event(d.by, chat.Said{Text: date(d.pause.to)})
		}
		w.answered(d, "Paused")
	case "unpause":
		w.press(d.by, chat.Token{Act: "unpause", ID: uint64(w.ids[d.pair])}.String())
		w.answered(d, "The pause is over")
	case "move":
		w.press(d.by, chat.Token{Act: "meet", ID: uint64(w.ids[d.pair]), Question: date(d.meeting.key)}.String())
		w.choose(d.by, "Move it")
		w.event(d.by, chat.Said{Text: d.start.In(d.by.zone).Format("2006-01-02 15:04")})
		w.choose(d.by, "Yes")
		w.answered(d, "Moved")
	case "cancel":
		w.press(d.by, chat.Token{Act: "meet", ID: uint64(w.ids[d.pair]), Question: date(d.meeting.key)}.String())
		w.choose(d.by, "Cancel it")
		w.choose(d.by, "Skip")
		w.answered(d, "Cancelled")
	}
}

// answered looks at what somebody was answered.
func (w *world) answered(d *deed, begins string) {
	if said := w.newest[w.at(d.by)].Text.Plain(); !strings.HasPrefix(said, begins) {
		w.t.Fatalf("%s: %s of %s: the answer is %q", d.at, d.kind, d.by.name, said)
	}
}

func (w *world) lock(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}
