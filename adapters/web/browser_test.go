package web

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"steadfast/adapters/web/webtest"
	"steadfast/bot/chat"
)

// A tab is the page in a real browser.
type tab struct {
	*testing.T
	ctx context.Context

	mu     sync.Mutex
	faults []string // errors of the page, and what its policy blocked
}

func openTab(t *testing.T, url string, width, height int64) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(webtest.Browser(t)), chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("force-prefers-reduced-motion", true))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	p := &tab{T: t, ctx: ctx}
	p.do(chromedp.EmulateViewport(width, height))
	if err := chromedp.Listen(ctx, p.note); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.Navigate(url), chromedp.WaitReady(chromedp.CSS(`body[data-live="true"] [data-seat="mia"]`)))
	return p
}

func (p *tab) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		p.faults = append(p.faults, e.Entry.Text)
	case *runtime.EventExceptionThrown:
		p.faults = append(p.faults, e.ExceptionDetails.Text)
	}
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

func (p *tab) click(css string) {
	p.Helper()
	p.do(chromedp.Click(chromedp.CSS(css)))
}

// until waits for a condition, an expression of the page.
func (p *tab) until(condition string) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition)); err != nil {
		p.Fatalf("%s: %v", condition, err)
	}
}

// shows waits until the newest message of a seat holds a text.
func (p *tab) shows(seat, text string) {
	p.Helper()
	p.until(`document.querySelector('[data-seat="` + seat + `"] .message:last-child')?.textContent.includes('` + text + `')`)
}

func (p *tab) finish() {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, fault := range p.faults {
		p.Errorf("the page reports: %s", fault)
	}
}

// script is a bot of a few lines: it asks Mia, pages the supervisors, and shows
// a case to Ana.
func script(a *Adapter, e chat.Event) (chat.Answer, error) {
	send := func(to, text string, choices ...chat.Choice) error {
		_, err := a.Send(context.Background(), chat.Message{To: place(to), Text: chat.Say(text), Choices: choices})
		return err
	}
	switch w := e.What.(type) {
	case chat.Command:
		return chat.Answer{}, send("p-mia", "How was it?",
			chat.Choice{Label: "🙂 Good", Token: "1.d.1.mood.good"}, chat.Choice{Label: "😐 Fair", Token: "1.d.1.mood.fair"},
			chat.Choice{Label: "🙁 Bad", Token: "1.d.1.mood.bad"}, chat.Choice{Label: "I am worried", Token: "1.d.1.worry", Kind: chat.Danger})
	case chat.Said:
		return chat.Answer{}, send(e.In.ID, "You said: "+w.Text)
	case chat.Pressed:
		switch {
		case w.Token == "1.d.1.worry":
			if err := send("g-sup", "Case 7, urgent", chat.Choice{Label: "Acknowledge", Token: "1.case.7.ack", Kind: chat.Primary},
				chat.Choice{Label: "Open", Token: "1.case.7.open"}); err != nil {
				return chat.Answer{}, err
			}
			_, err := a.Send(context.Background(), chat.Message{To: e.In, Replaces: w.On, Text: chat.Say("A supervisor knows.")})
			return chat.Answer{Toast: "Thank you for saying so."}, err
		case strings.HasSuffix(w.Token, "open"):
			_, err := a.Send(context.Background(), chat.Message{To: place("p-ana"), Guarded: true, Text: chat.Say("What Mia wrote <b>here</b>")})
			return chat.Answer{}, err
		case strings.HasSuffix(w.Token, "ack"):
			_, err := a.Send(context.Background(), chat.Message{To: e.In, Replaces: w.On, Text: chat.Say("Case 7, Ana is on it")})
			return chat.Answer{Toast: "You have it."}, err
		}
	}
	return chat.Answer{}, nil
}

func demo(t *testing.T) *rig {
	var mu sync.Mutex
	var ahead time.Duration
	r := start(t, Options{
		Steps: steps(),
		Now: func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return noon.Add(ahead)
		},
		Skip: func(d time.Duration, moved func()) error {
			mu.Lock()
			ahead += d
			mu.Unlock()
			moved()
			return nil
		},
	}, script)
	r.send(t, chat.Message{To: place("p-mia"), Menu: &chat.Menu{Items: []chat.Item{{Name: "checkin", Description: "Tell how it went"}}}})
	return r
}

func TestPageInABrowser(t *testing.T) {
	webtest.Browser(t)
	p := openTab(t, demo(t).url, 1440, 900)
	// A chip is a command; buttons come under the answer, faces in one row.
	p.click(`[data-seat="mia"] .chip[data-command="checkin"]`)
	p.shows("mia", "How was it?")
	p.until(`document.querySelector('[data-seat="mia"] .faces').childElementCount === 3`)
	p.until(`document.querySelector('[data-step="0"]').dataset.done === 'true'`)
	// A concern: the toast, the edit in place, the page in the channel.
	p.click(`[data-seat="mia"] [data-token="1.d.1.worry"]`)
	p.until(`document.querySelector('[data-seat="mia"] .toast')?.textContent === 'Thank you for saying so.'`)
	p.shows("mia", "A supervisor knows.")
	p.until(`document.querySelector('[data-seat="mia"] .message:last-child .edited') !== null`)
	p.until(`document.querySelector('[data-seat="mia"] .choice') === null`)
	p.shows("supervisors", "Case 7, urgent")
	p.until(`document.querySelector('[data-group="supervisors"]').dataset.paged === 'now'`)
	p.until(`document.querySelector('[data-group="supervisors"] .paged-text').textContent === 'Paged just now, 12:00'`)
	// Open leads to Ana's own chat, and what is there is text.
	p.click(`[data-token="1.case.7.open"]`)
	p.until(`document.querySelector('#tab-ana').getAttribute('aria-selected') === 'true'`)
	p.shows("ana", "What Mia wrote <b>here</b>")
	p.until(`document.querySelector('[data-seat="ana"] .guarded') !== null`)
	// A step of the clock leads to the clock, and is no must.
	p.until(`document.querySelector('[data-next="true"] .step-label').textContent === 'Wait'`)
	p.until(`document.querySelector('#step-hint').textContent === 'Skip.'`)
	p.click(`[data-next="true"] .step`)
	p.until(`document.activeElement.id === 'skip-minutes'`)
	p.until(`document.querySelector('#tab-supervisors').getAttribute('aria-selected') === 'true'`)
	p.click(`[data-token="1.case.7.ack"]`)
	p.shows("supervisors", "Ana is on it")
	p.until(`document.querySelector('#steps').dataset.done === 'true'`)
	// Time passes when it is told to.
	p.click(`#skip-tomorrow`)
	p.until(`document.querySelector('#clock-day').textContent === 'Sun 25 Oct' || document.querySelector('#clock-day').textContent === 'Sun, 25 Oct'`)
	p.until(`document.querySelector('#clock-time').textContent.startsWith('09:00:')`)
	p.until(`document.querySelector('[data-seat="mia"] .day').textContent === 'Yesterday'`)
	p.until(`document.querySelector('[data-group="supervisors"] .paged-text').textContent .startsWith('Last paged Sat') && document.querySelector('[data-group="supervisors"] .paged-text').textContent.endsWith('12:00')`)
	// The colours are the reader's choice.
	p.click(`#theme`)
	p.until(`document.documentElement.dataset.theme === 'dark'`)
	p.finish()
}

func TestPageByKeyboard(t *testing.T) {
	webtest.Browser(t)
	r := demo(t)
	p := openTab(t, r.url, 1440, 900)
	p.do(chromedp.Focus(chromedp.CSS(`#say-carl`)), chromedp.KeyEvent("good <i>morning</i>"+kb.Enter))
	p.shows("carl", "You said: good <i>morning</i>")
	p.until(`document.querySelector('#say-carl').value === ''`)
	// What comes while another tab is open lights its tab up.
	p.until(`document.querySelector('#tab-ana').dataset.unread === 'false'`)
	r.send(t, chat.Message{To: place("p-ana"), Text: chat.Say("For you")})
	p.until(`document.querySelector('#tab-ana').dataset.unread === 'true'`)
	p.do(chromedp.Focus(chromedp.CSS(`#tab-supervisors`)), chromedp.KeyEvent(kb.ArrowRight))
	p.until(`document.activeElement.id === 'tab-ana' && document.activeElement.dataset.unread === 'false'`)
	// Shift and Enter is a new line, which must not send.
	p.do(chromedp.Focus(chromedp.CSS(`#say-ana`)), chromedp.KeyEvent("one"),
		chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(8)), chromedp.KeyEvent("two"))
	p.until(`document.querySelector('#say-ana').value === 'one\ntwo'`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.until(`document.querySelector('[data-seat="ana"] .message:last-child .text')?.textContent === 'You said: one\ntwo'`)
	p.finish()
}

func TestPageOnAPhone(t *testing.T) {
	webtest.Browser(t)
	r := demo(t)
	p := openTab(t, r.url, 360, 640)
	p.until(`document.documentElement.scrollWidth <= 360`)
	p.until(`document.querySelector('.place[data-place="mia"]').getAttribute('aria-current') === 'true'`)
	r.send(t, chat.Message{To: place("g-sup"), Text: chat.Say("Case 9"), Choices: []chat.Choice{{Label: "Acknowledge", Token: "1.case.9.ack"}}})
	p.until(`document.querySelector('.place[data-place="supervisors"]').dataset.unread === 'true'`)
	p.click(`.place[data-place="supervisors"]`)
	p.until(`document.querySelector('.place[data-place="supervisors"]').getAttribute('aria-current') === 'true'`)
	p.until(`document.querySelector('.place[data-place="supervisors"]').dataset.unread === 'false'`)
	p.click(`[data-token="1.case.9.ack"]`)
	p.shows("supervisors", "Ana is on it")
	p.finish()
}
