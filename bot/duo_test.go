package bot

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
	"steadfast/store"
)

// A duo is a bot on two platforms. Accounts and places are written like
// "telegram:mia". What the bot sends is delivered after each act.
type duo struct {
	*Bot
	t      tester
	path   string
	store  *store.Store
	clock  sync.Mutex // for now, which the store reads in goroutines of its own
	now    time.Time
	events int
	refs   int
	codes  []string                    // of all invitations and links, oldest first
	people map[string]program.PersonID // by name
	broken map[string]delivery.Outcome // what becomes of messages to a place
	shown  map[string][]sent           // by place, oldest first
	failed map[string][]sent
	held   bool // nothing is sent
}

// A sent message, with the ref that it then has.
type sent struct {
	chat.Message
	ref chat.Ref
}

// A tester is a test, or one run of a property.
type tester interface {
	Helper()
	Fatal(args ...any)
	Context() context.Context
	Cleanup(func())
}

func newDuo(t tester, path string) *duo {
	t.Helper()
	d := &duo{
		t: t, path: path, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), people: map[string]program.PersonID{}, broken: map[string]delivery.Outcome{},
		shown: map[string][]sent{}, failed: map[string][]sent{},
	}
	d.open()
	t.Cleanup(func() { d.store.Close() })
	return d
}

// open opens the data file and begins a process that uses it.
func (d *duo) open() {
	d.t.Helper()
	catalog, err := words.Load()
	if err != nil {
		d.t.Fatal(err)
	}
	if d.store, err = store.Open(d.path, store.Options{NoSync: true, Now: d.time}); err != nil {
		d.t.Fatal(err)
	}
	caps := chat.Capabilities{TextUnits: 2000, Choices: 25, LabelRunes: 64, Edits: true}
	d.Bot, err = New(Options{
		Store: d.store, Words: catalog, Log: slog.New(slog.DiscardHandler), Name: "Riverside", Language: "en", Zone: time.UTC, Emergency: "112",
		Platforms: map[chat.Platform]chat.Capabilities{"telegram": caps, "discord": caps},
		NewCode: func() string {
			d.codes = append(d.codes, fmt.Sprintf("CODE%d", len(d.codes)))
			return d.codes[len(d.codes)-1]
		},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.Attach(nowhere{})
}

// restart ends the process as a power cut does, and begins another one.
func (d *duo) restart() {
	d.t.Helper()
	if err := d.store.Close(); err != nil {
		d.t.Fatal(err)
	}
	d.open()
	if _, err := d.Start(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// riverside is a duo with Mia, the mentor of Jonas, Tom, another mentor, Sam, a
// supervisor, and Olga, the owner, all of them on Telegram only.
func riverside(t *testing.T) *duo {
	t.Helper()
	d := newDuo(t, filepath.Join(t.TempDir(), "steadfast.db"))
	d.settleRiverside()
	return d
}

func (d *duo) settleRiverside() {
	d.t.Helper()
	d.person("Mia Berg", program.Mentor, "telegram:mia")
	d.person("Tom", program.Mentor, "telegram:tom")
	d.person("Sam", program.Supervisor, "telegram:sam")
	d.person("Olga", program.Owner, "telegram:olga")
	d.update(func(tx program.Tx) error {
		mentee := program.Mentee{Alias: "Jonas"}
		if err := tx.PutMentee(&mentee); err != nil {
			return err
		}
		return tx.PutMatch(&program.Match{Mentor: d.people["Mia Berg"], Mentee: mentee.ID, Since: d.now})
	})
}

func at(account string) chat.Account {
	platform, id, _ := strings.Cut(account, ":")
	return chat.Account{Platform: chat.Platform(platform), ID: id}
}

func (d *duo) update(f func(program.Tx) error) {
	d.t.Helper()
	if err := d.store.Update(d.t.Context(), f); err != nil {
		d.t.Fatal(err)
	}
}

func (d *duo) view(f func(program.Tx) error) {
	d.t.Helper()
	if err := d.store.View(d.t.Context(), f); err != nil {
		d.t.Fatal(err)
	}
}

// person puts somebody into the program.
func (d *duo) person(name string, roles program.Roles, accounts ...string) {
	d.t.Helper()
	d.update(func(tx program.Tx) error {
		p := program.Person{Name: name, Roles: roles, Joined: tx.Now()}
		for _, a := range accounts {
			p.Accounts = append(p.Accounts, at(a))
		}
		err := tx.PutPerson(&p)
		d.people[name] = p.ID
		return err
	})
}

// does makes an account do something in its private chat.
func (d *duo) does(account string, what chat.What) chat.Answer {
	d.t.Helper()
	d.events++
	a := at(account)
	answer, err := d.Handle(d.t.Context(), chat.Event{
		ID: fmt.Sprint(d.events), From: chat.Sender{Account: a, Name: "Name of " + a.ID, Username: "user_" + a.ID},
		In: a.Private(), Private: true, What: what,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.deliver()
	return answer
}

// says makes an account say something; a slash makes it a command.
func (d *duo) says(account, text string) string {
	d.t.Helper()
	before := len(d.shown[account])
	if name, command := strings.CutPrefix(text, "/"); command {
		name, args, _ := strings.Cut(name, " ")
		d.does(account, chat.Command{Name: name, Args: args})
	} else {
		d.does(account, chat.Said{Text: text})
	}
	return d.news(account, before)
}

// presses makes an account press the newest button whose label begins so, and
// returns what is shown there then, and the toast.
func (d *duo) presses(account, label string) string {
	d.t.Helper()
	for _, m := range slices.Backward(d.shown[account]) {
		for _, c := range m.Choices {
			if strings.HasPrefix(c.Label, label) {
				before := len(d.shown[account])
				toast := d.does(account, chat.Pressed{Token: c.Token, On: m.ref}).Toast
				return toast + d.news(account, before)
			}
		}
	}
	d.t.Fatal("no button " + label + " for " + account)
	return ""
}

// passes lets time pass.
func (d *duo) passes(by time.Duration) {
	d.t.Helper()
	d.advance(by)
	if _, err := d.Due(d.t.Context(), d.now); err != nil {
		d.t.Fatal(err)
	}
	d.deliver()
}

// reaches tells the bot that a place can or cannot be written to.
func (d *duo) reaches(place string, ok bool) {
	d.t.Helper()
	d.events++
	group := strings.Contains(place, ":-")
	e := chat.Event{ID: fmt.Sprint(d.events), In: at(place).Private(), Private: !group, What: chat.Reach{OK: ok}}
	if _, err := d.Handle(d.t.Context(), e); err != nil {
		d.t.Fatal(err)
	}
	d.deliver()
}

// news returns the texts shown in a place since there were so many.
func (d *duo) news(place string, before int) string {
	var texts []string
	for _, m := range d.shown[place][before:] {
		texts = append(texts, m.Text.Plain())
	}
	return strings.Join(texts, "\n")
}

// last returns the newest text shown in a place.
func (d *duo) last(place string) string {
	return d.news(place, max(0, len(d.shown[place])-1))
}

// deliver sends what waits, and what follows from that.
func (d *duo) deliver() {
	d.t.Helper()
	for range 20 {
		if d.held {
			return
		}
		var rows []program.Waiting
		d.view(func(tx program.Tx) (err error) {
			rows, err = collect(tx.Waiting())
			return err
		})
		if len(rows) == 0 {
			return
		}
		for _, row := range rows {
			d.send(row)
		}
	}
	d.t.Fatal("it never ends")
}

func (d *duo) send(row program.Waiting) {
	d.t.Helper()
	desk := d.Desk()
	m, covers, send, err := desk.Take(d.t.Context(), []program.Waiting{row})
	if err != nil {
		d.t.Fatal(err)
	}
	d.refs++
	result := delivery.Result{Outcome: delivery.Moot, At: d.now, Ref: chat.Ref(fmt.Sprint(d.refs))}
	if result.Fresh = m.Replaces == "" && m.Handle == ""; m.Replaces != "" {
		result.Ref = m.Replaces
	}
	if place := row.To.String(); send {
		result.Outcome = delivery.Delivered
		into := d.shown
		if outcome, broken := d.broken[place]; broken {
			result.Outcome, into = outcome, d.failed
			if outcome == delivery.Doubtful { // shown, and the answer was lost, once
				into = d.shown
				delete(d.broken, place)
			}
		}
		if m.Menu == nil {
			into[place] = append(into[place], sent{m, result.Ref})
		}
	}
	if err := desk.Done(d.t.Context(), covers, result); err != nil {
		d.t.Fatal(err)
	}
	d.update(func(program.Tx) error { return nil }) // takes along what nobody waits for
}

// owner returns the name of whom an account is; empty for nobody.
func (d *duo) owner(account string) (name string) {
	d.t.Helper()
	d.view(func(tx program.Tx) error {
		if p, err := tx.PersonWith(at(account)); err == nil {
			name = p.Name
		}
		return nil
	})
	return name
}

// audited returns what the audit trail says, in order.
func (d *duo) audited() (all []string) {
	d.t.Helper()
	d.view(func(tx program.Tx) error {
		trail, err := collect(tx.AuditTrail())
		for _, e := range trail {
			all = append(all, e.What+" "+e.Place.String())
		}
		return err
	})
	return all
}

// time is the store's clock.
func (d *duo) time() time.Time {
	d.clock.Lock()
	defer d.clock.Unlock()
	return d.now
}

func (d *duo) advance(by time.Duration) {
	d.clock.Lock()
	defer d.clock.Unlock()
	d.now = d.now.Add(by)
}
