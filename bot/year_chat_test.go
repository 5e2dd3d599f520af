package bot_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing/synctest"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// tell lets a mentor tell of a meeting: by the button under the question about
// it or, if they were not asked, by a command.
func (w *world) tell(d *deed) {
	about := func(t chat.Token) bool {
		return t.Act == "was" && t.ID == uint64(w.ids[d.pair]) && t.Question == d.meeting.key.String() && (t.Option == "" || t.Option == string(d.met))
	}
	if token := w.button(d.by, about); token != "" {
		w.press(d.by, token)
	} else {
		w.event(d.by, chat.Command{Name: "log", Args: d.pair.mentee + " " + program.DateOf(d.meeting.start, d.by.zone).String()})
	}
	met := map[program.Met]string{
		program.MetYes: "We met", program.MetNoShow: "They did not come", program.MetICouldNo: "I could not", program.MetMoved: "We moved it",
	}[d.met]
	for range 12 {
		if strings.HasPrefix(w.newest[w.at(d.by)].Text.Plain(), "Thank you") || !w.choose(d.by, met, "🙂", "No", "60 min", "in person", "Skip") {
			break
		}
	}
	w.answered(d, "Thank you")
}

// at returns where a person talks with the bot: where it wrote to them last.
func (w *world) at(p *person) chat.Place {
	all := accounts(p)
	if len(all) > 1 && w.blocked[p] {
		return all[1].Private()
	}
	return all[0].Private()
}

// button returns the newest button of somebody's chat that is like that; empty
// for none.
func (w *world) button(p *person, like func(chat.Token) bool) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, b := range slices.Backward(w.chats[w.at(p)]) {
		for _, c := range b.Choices {
			if token, err := chat.ParseToken(c.Token); err == nil && like(token) {
				return c.Token
			}
		}
	}
	return ""
}

// choose taps the first of some labels that the newest message has, and reports
// whether there is one.
func (w *world) choose(p *person, labels ...string) bool {
	w.mu.Lock()
	var token string
	newest := w.newest[w.at(p)]
	for _, label := range labels {
		for _, c := range newest.Choices {
			if c.Label == label && token == "" {
				token = c.Token
			}
		}
	}
	w.mu.Unlock()
	if token == "" {
		return false
	}
	w.pressOn(p, token, newest.ref)
	return true
}

func (w *world) press(p *person, token string) { w.pressOn(p, token, "") }

// pressOn taps a button; without a ref that of the message which bears it.
func (w *world) pressOn(p *person, token string, ref chat.Ref) {
	w.mu.Lock()
	for _, b := range w.chats[w.at(p)] {
		if slices.ContainsFunc(b.Choices, func(c chat.Choice) bool { return c.Token == token }) && ref == "" {
			ref = b.ref
		}
	}
	w.mu.Unlock()
	w.event(p, chat.Pressed{Token: token, On: ref})
}

// event makes somebody do something in their chat, and waits for what it causes.
func (w *world) event(p *person, what chat.What) {
	w.events++
	place := w.at(p)
	h := happening{chat.Event{
		ID: strconv.Itoa(w.events), From: chat.Sender{Account: chat.Account(place), Name: p.name, Language: "en"}, In: place, Private: true, What: what,
	}, make(chan error)}
	w.lanes[place.Platform] <- h
	if err := <-h.done; err != nil {
		w.t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond) // a message a second
	synctest.Wait()
}

// A channel is the adapter of one platform of the world.
type channel struct {
	*world
	platform chat.Platform
}

func (c channel) Platform() chat.Platform { return c.platform }

func (c channel) Capabilities() chat.Capabilities {
	return chat.Capabilities{TextUnits: 4096, Choices: 100, LabelRunes: 64, ToastRunes: 200, Edits: true, PerSecond: 30, PlacePerSecond: 1, PlaceBurst: 3}
}

func (c channel) Run(ctx context.Context, h chat.Handler) error {
	for {
		select {
		case e := <-c.lanes[c.platform]:
			_, err := h(context.WithoutCancel(ctx), e.Event)
			e.done <- err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Send shows a message, and takes down those that nobody asked for.
func (c channel) Send(_ context.Context, m chat.Message) (chat.Ref, error) {
	if m.Menu != nil {
		return "", nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var p *person
	for _, q := range c.year.people {
		if slices.Contains(accounts(q), chat.Account(m.To)) {
			p = q
		}
	}
	if p == nil {
		c.t.Errorf("something was sent to %s: %q", m.To, m.Text.Plain())
	}
	if p.never || c.blocked[p] && c.platform == "telegram" {
		return "", &chat.SendError{Class: chat.Gone, Err: errors.New("blocked")}
	}
	if m.Probe { // shows nothing
		return "", nil
	}
	b := &bubble{m, m.Replaces}
	bare := false // only its buttons were taken off
	if at := slices.IndexFunc(c.chats[m.To], func(o *bubble) bool { return o.ref == m.Replaces }); at >= 0 {
		bare = c.chats[m.To][at].Text.Plain() == m.Text.Plain()
		c.chats[m.To][at] = b
	} else {
		b.ref = chat.Ref(strconv.Itoa(len(c.chats[m.To]) + 1))
		c.chats[m.To] = append(c.chats[m.To], b)
	}
	if !bare {
		c.newest[m.To] = b
	}
	if m.Replaces == "" && (!c.busy[p] || unasked(m)) {
		c.heard = append(c.heard, heard{time.Now(), p, m})
	}
	return b.ref, nil
}
