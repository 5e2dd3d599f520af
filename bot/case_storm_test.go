package bot

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// A platform shows everything, and notes when.
type platform struct {
	name chat.Platform
	caps chat.Capabilities
	mu   sync.Mutex
	sent []arrival
}

type arrival struct {
	at time.Time
	chat.Message
}

func (p *platform) Platform() chat.Platform                 { return p.name }
func (p *platform) Capabilities() chat.Capabilities         { return p.caps }
func (p *platform) Run(context.Context, chat.Handler) error { return nil }
func (p *platform) Send(_ context.Context, m chat.Message) (chat.Ref, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, arrival{time.Now(), m})
	return chat.Ref(fmt.Sprint(len(p.sent))), nil
}

// in returns what was shown in a place.
func (p *platform) in(place string) []arrival {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.sent), func(a arrival) bool { return a.To.String() != place })
}

// numbers returns the cases that a text is about.
func numbers(text chat.Text) (all []string) {
	for _, found := range regexp.MustCompile(`Case (\d+) ·`).FindAllStringSubmatch(text.Plain(), -1) {
		all = append(all, found[1])
	}
	return all
}

// TestTwentyAtOnce: twenty people call for help within one second while a
// hundred thousand reminders wait. Each of it is in the channel within a second
// and two slots of the platform's pace: merged, since a chat gets one message a
// second, and in messages that every platform takes.
func TestTwentyAtOnce(t *testing.T) {
	const perSecond = 30
	for _, pace := range []chat.Capabilities{
		{TextUnits: 4096, Choices: 100, LabelRunes: 64, Edits: true, PerSecond: perSecond, PlacePerSecond: 1, GroupPerMinute: 20},
		{TextUnits: 2000, Choices: 25, LabelRunes: 80, Edits: true, PerSecond: 50, PlacePerSecond: 1, PlaceBurst: 5},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
			c.inChannel("Carla", chat.Command{Name: "here", Args: "supervisors"})
			for i := range 20 {
				c.person(fmt.Sprint("Mentor ", i), program.Mentor, fmt.Sprint("telegram:m", i))
				c.says(fmt.Sprint("telegram:m", i), "/sos")
			}
			rows := c.reminders(100_000)
			p := &platform{name: "telegram", caps: pace}
			d := delivery.New(delivery.Options{
				Desk: c.Desk(), Adapters: map[chat.Platform]chat.Adapter{"telegram": p}, Group: c.IsGroup,
			})
			c.Attach(d)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- d.Run(ctx) }()
			d.Add(rows...)
			time.Sleep(time.Minute)
			raised := map[string]time.Time{}
			for i := range 20 {
				raised[fmt.Sprint(i+1)] = time.Now()
				c.advance(40 * time.Millisecond)
				account := at(fmt.Sprint("telegram:m", i))
				e := chat.Event{ID: fmt.Sprint("storm", i), From: chat.Sender{Account: account}, In: account.Private(), Private: true, What: chat.Said{Text: "1"}}
				if _, err := c.Handle(t.Context(), e); err != nil {
					t.Fatal(err)
				}
				time.Sleep(40 * time.Millisecond)
			}
			time.Sleep(time.Minute)
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			for _, a := range p.in(c.channel) {
				if len(a.Choices) > pace.Choices || len(a.Text.Plain()) > pace.TextUnits {
					t.Errorf("a card with %d buttons and %d bytes", len(a.Choices), len(a.Text.Plain()))
				}
				for _, no := range numbers(a.Text) {
					if late := a.at.Sub(raised[no]); !raised[no].IsZero() && late > time.Second+2*time.Second/perSecond {
						t.Errorf("case %s was in the channel after %s", no, late)
					}
					delete(raised, no)
				}
			}
			if len(raised) > 0 {
				t.Errorf("not in the channel: %v", raised)
			}
		})
	}
}

// reminders queues so many reminders, each for a place of its own.
func (c *crew) reminders(n int) (rows []delivery.Row) {
	c.t.Helper()
	for part := range 10 {
		err := c.store.UpdateUnbounded(c.t.Context(), func(tx program.Tx) error {
			for i := range n / 10 {
				o := program.Outgoing{
					Priority: program.Reminder, Purpose: program.ForRemind, To: at(fmt.Sprintf("telegram:r%d-%d", part, i)).Private(),
					Message: chat.Message{Text: chat.Say("How was it?")},
				}
				if err := tx.Queue(&o); err != nil {
					return err
				}
				rows = append(rows, delivery.Row{Waiting: program.Waiting{Seq: o.Seq, Priority: o.Priority, To: o.To}})
			}
			return nil
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	return rows
}

// TestTwoHundredInAMinute: two hundred concerns about forty mentees become forty
// cases, nothing of them is lost, and the channel gets no more messages than it
// can take.
func TestTwoHundredInAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrew(t, filepath.Join(t.TempDir(), "steadfast.db"))
		c.inChannel("Carla", chat.Command{Name: "here", Args: "supervisors"})
		for i := range 40 {
			account := fmt.Sprint("telegram:m", i)
			c.person(fmt.Sprint("Mentor ", i), program.Mentor, account)
			c.update(func(tx program.Tx) error {
				mentee := program.Mentee{Alias: fmt.Sprint("Child", i)}
				if err := tx.PutMentee(&mentee); err != nil {
					return err
				}
				return tx.PutMatch(&program.Match{Mentor: c.people[fmt.Sprint("Mentor ", i)], Mentee: mentee.ID, Since: c.now})
			})
		}
		p := &platform{name: "telegram", caps: chat.Capabilities{
			TextUnits: 4096, Choices: 100, LabelRunes: 64, Edits: true, PerSecond: 30, PlacePerSecond: 1, GroupPerMinute: 20,
		}}
		d := delivery.New(delivery.Options{Desk: c.Desk(), Adapters: map[chat.Platform]chat.Adapter{"telegram": p}, Group: c.IsGroup})
		c.Attach(d)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- d.Run(ctx) }()
		for i := range 200 {
			c.advance(300 * time.Millisecond)
			c.worry(fmt.Sprint("telegram:m", i%40), fmt.Sprint("storm", i))
			time.Sleep(300 * time.Millisecond)
		}
		time.Sleep(5 * time.Minute)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		told, shown := map[program.CheckInID]bool{}, map[string]bool{}
		cases := c.records()
		for _, k := range cases {
			for _, id := range append([]program.CheckInID{k.CheckIn}, k.More...) {
				told[id] = true
			}
		}
		for _, a := range p.in(c.channel) {
			for _, no := range numbers(a.Text) {
				shown[no] = true
			}
		}
		if len(cases) != 40 || len(told) != 200 || len(shown) != 40 {
			t.Errorf("%d cases with %d check-ins, of which %d were shown", len(cases), len(told), len(shown))
		}
		for _, what := range c.audited() {
			if strings.Contains(what, "failed") {
				t.Error(what)
			}
		}
	})
}

// worry makes a mentor tell of an urgent worry. Nothing is delivered meanwhile.
func (c *crew) worry(account, event string) {
	c.t.Helper()
	for i, what := range []chat.What{
		chat.Command{Name: "checkin"}, chat.Said{Text: "1"}, chat.Said{Text: "3"}, chat.Said{Text: "3"}, chat.Said{Text: "10"}, chat.Said{Text: "done"},
		chat.Said{Text: "2"}, chat.Said{Text: "1"}, chat.Said{Text: "what I saw"},
	} {
		e := chat.Event{ID: fmt.Sprint(event, "-", i), From: chat.Sender{Account: at(account)}, In: at(account).Private(), Private: true, What: what}
		if _, err := c.Handle(c.t.Context(), e); err != nil {
			c.t.Fatal(err)
		}
	}
}
