package main

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"steadfast/adapters/web/webtest"
)

// A visitor is somebody who plays with the demo in a real browser.
type visitor struct {
	*testing.T
	ctx context.Context

	mu     sync.Mutex
	faults []string // what the browser's console says
}

// visit opens a page, or skips the test where there is no browser.
func visit(t *testing.T, url string, width, height int64) *visitor {
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
	v := &visitor{T: t, ctx: ctx}
	v.do(chromedp.EmulateViewport(width, height))
	if err := chromedp.Listen(ctx, v.note); err != nil {
		t.Fatal(err)
	}
	v.do(chromedp.Navigate(url))
	v.until(`document.body.dataset.live === 'true' && document.querySelector('[data-seat="mia"] .message') !== null`)
	t.Cleanup(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, fault := range v.faults {
			t.Errorf("the browser reports: %s", fault)
		}
	})
	return v
}

func (v *visitor) note(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		v.faults = append(v.faults, e.Entry.Text)
	case *runtime.EventExceptionThrown:
		v.faults = append(v.faults, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		v.faults = append(v.faults, "console."+string(e.Type))
	}
}

func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		v.Fatal(err)
	}
}

// until waits for a condition, an expression of the page.
func (v *visitor) until(condition string) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, 10*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition)); err != nil {
		text, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		v.Fatalf("%s: %v\n%s", condition, err, text)
	}
}

// shows waits until the newest message of a seat holds a text.
func (v *visitor) shows(seat, text string) {
	v.Helper()
	v.until(`document.querySelector('[data-seat="` + seat + `"] .message:last-child')?.textContent.includes('` + text + `')`)
}

func (v *visitor) click(css string) {
	v.Helper()
	v.do(chromedp.Click(chromedp.CSS(css)))
}

// tap taps the button on the newest message of a seat whose token ends so.
func (v *visitor) tap(seat, token string) {
	v.Helper()
	v.click(`[data-seat="` + seat + `"] .message:last-child .choice[data-token$="` + token + `"]`)
}

func (v *visitor) write(seat, text string) {
	v.Helper()
	v.do(chromedp.Focus(chromedp.CSS("#say-"+seat)), chromedp.KeyEvent(text+"\r"))
}

// media makes the page look as it does there: on a screen, or in print.
func (v *visitor) media(media string) {
	v.Helper()
	v.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media})
		return err
	}))
}

// turnTo shows a chat: its column, where there is one at a time, and its tab.
func (v *visitor) turnTo(seat string) {
	v.Helper()
	v.until(strings.ReplaceAll(`(() => {
		const chat = document.querySelector('[data-seat="SEAT"]');
		const column = chat.closest('.column');
		const place = document.querySelectorAll('.place')[[...document.querySelectorAll('.column')].indexOf(column)];
		if (place.offsetParent && place.getAttribute('aria-current') !== 'true') place.click();
		if (chat.hidden) document.querySelector('#tab-SEAT').click();
		return !chat.hidden && (!place.offsetParent || place.getAttribute('aria-current') === 'true');
	})()`, "SEAT", seat))
}

// next waits until a step of the tour is the next one.
func (v *visitor) next(label string) {
	v.Helper()
	v.until(`document.querySelector('[data-next="true"] .step-label')?.textContent === '` + label + `'`)
	v.until(`document.querySelector('#step-hint').textContent.length > 10`)
}

// raises lets Mia check in about a danger.
func (v *visitor) raises() {
	v.Helper()
	v.next("Check in")
	v.shows("mia", "How was your meeting with Jonas?")
	v.tap("mia", ".met")
	v.next("Danger now")
	v.until(`document.querySelector('[data-seat="mia"] .faces')?.childElementCount === 5`)
	v.tap("mia", ".mood.m2")
	v.shows("mia", "Does anything worry you about Jonas?")
	v.tap("mia", ".worry.yes")
	v.shows("mia", "What kind of worry?")
	v.tap("mia", ".kinds.selfharm")
	v.until(`document.querySelector('[data-token$=".kinds.selfharm"]')?.dataset.chosen === 'true'`)
	v.tap("mia", ".kinds.+done")
	v.tap("mia", ".pressing.now")
	v.shows("mia", "call 112 first")
	v.write("mia", "He showed me fresh cuts <b>today</b>.")
	v.shows("mia", "Does Jonas know")
	v.tap("mia", ".k.notyet")
	v.shows("supervisors", "Case 2 · danger now")
	v.until(`document.querySelector('[data-seat="supervisors"] .message:last-child')?.dataset.waits === 'true'`)
}

// climbs skips ahead twice, and sees the ladder climb.
func (v *visitor) climbs() {
	v.Helper()
	v.next("5 minutes")
	v.turnTo("supervisors")
	v.until(`document.querySelector('[data-group="supervisors"]')?.dataset.paged === 'now'`)
	v.click("#skip-minutes")
	v.shows("supervisors", "I have asked 2 times now.")
	v.next("10 minutes")
	v.until(`!document.querySelector('#skip-minutes').disabled`)
	v.click("#skip-minutes")
	v.until(`document.querySelector('#tab-ana').dataset.unread === 'true' && document.querySelector('#tab-ben').dataset.unread === 'true'`)
	v.shows("ana", "I have asked 3 times now.")
	v.shows("ben", "I have asked 3 times now.")
	v.next("Acknowledge")
}

// isWorkedOn lets Ana take the case, read it, and write what she did.
func (v *visitor) isWorkedOn() {
	v.Helper()
	v.turnTo("ana")
	v.tap("ana", ".ack.2")
	v.shows("mia", "Ana has seen this (case 2)")
	v.next("Act")
	v.shows("supervisors", "Ana has it since")
	v.until(`document.querySelector('[data-seat="supervisors"] .message:last-child')?.dataset.waits === 'false'`)
	// Open leads to Ana's own chat, where words and names may be.
	v.turnTo("supervisors")
	v.tap("supervisors", ".open.2")
	v.until(`document.querySelector('#tab-ana').getAttribute('aria-selected') === 'true'`)
	v.shows("ana", "He showed me fresh cuts <b>today</b>.")
	v.until(`document.querySelector('[data-seat="ana"] .message:last-child .guarded') !== null`)
	v.until(`!document.querySelector('[data-seat="supervisors"]').textContent.includes('Jonas')`)
	v.tap("ana", ".did.2")
	v.shows("ana", "What did you do?")
	v.write("ana", "Phoned his mother, who is with him now.")
	v.shows("ana", "Kept in case 2.")
	v.next("Close")
}

// isClosed lets Ana and Ben close the case.
func (v *visitor) isClosed() {
	v.Helper()
	v.tap("ana", ".open.2")
	v.shows("ana", "Phoned his mother")
	v.tap("ana", ".close.2")
	v.shows("ana", "What came of it?")
	v.tap("ana", ".plan")
	v.shows("ana", "What should the file say?")
	v.write("ana", "He sleeps at his aunt's. The clinic sees him tomorrow.")
	v.shows("ben", "Ana would like to close it")
	v.next("Agree")
	v.turnTo("ben")
	v.tap("ben", ".agree.2")
	v.shows("ben", "Case 2 is closed")
	v.shows("mia", "What you told (case 2)")
	v.shows("supervisors", "✓ Closed")
	v.next("Timeline")
}

// isPrinted lets Ana read the timeline, and print it.
func (v *visitor) isPrinted() {
	v.Helper()
	v.turnTo("supervisors")
	v.tap("supervisors", ".open.2")
	v.turnTo("ana")
	v.shows("ana", "He showed me fresh cuts")
	v.until(`document.querySelector('[data-seat="ana"] .paper') === null`)
	v.tap("ana", ".time.2")
	v.shows("ana", "Timeline of case 2")
	v.until(`document.querySelector('#steps').dataset.done === 'true'`)
	v.until(`(() => { window.print = () => { window.printed = document.querySelector('#sheet').textContent }; return true })()`)
	v.until(`document.querySelector('[data-seat="ana"] .toast') === null`) // nothing lies over it any more
	v.click(`[data-seat="ana"] .message:last-child .paper`)
	v.until(`window.printed.includes('Timeline of case 2') && window.printed.includes('Phoned his mother, who is with him now.')`)
	v.until(`document.querySelectorAll('#sheet .entries li').length > 12 && document.querySelectorAll('#sheet blockquote').length >= 3`)
	v.until(`!document.querySelector('#sheet').checkVisibility()`) // it is for paper only
	v.media("print")
	v.until(`document.querySelector('#sheet').checkVisibility() && !document.querySelector('.columns').checkVisibility()`)
	v.media("screen")
	v.until(`(window.dispatchEvent(new Event('afterprint')), document.querySelector('#sheet').hidden)`)
}

// TestDemoInABrowser is the whole round of the demo: a danger, the pages that
// nobody answers, the acknowledgement, what is done, the close by two people,
// and the timeline on paper.
func TestDemoInABrowser(t *testing.T) {
	webtest.Browser(t)
	v := visit(t, startDemo(t).url, 1440, 900)
	v.raises()
	v.climbs()
	v.isWorkedOn()
	v.isClosed()
	v.isPrinted()
	// Two taps call for help; nobody takes it for an hour.
	v.click(`[data-seat="mia"] .chip[data-command="sos"]`)
	v.tap("mia", ".sos.page")
	v.shows("supervisors", "Case 3 · danger now")
	v.click("#skip-hour")
	v.shows("ben", "I have asked 2 times now.")
	v.until(`document.querySelector('#clock-time').textContent.startsWith('18:14:') || document.querySelector('#clock-time').textContent.startsWith('18:15:')`)
}

// TestDemoOnAPhone is the same where there is room for one chat at a time.
func TestDemoOnAPhone(t *testing.T) {
	webtest.Browser(t)
	v := visit(t, startDemo(t).url, 390, 844)
	fits := `[...document.querySelectorAll('.top *, .steps *, .places *')].every((node) => {
		const {left, right} = node.getBoundingClientRect();
		return left >= 0 && right <= 390;
	})`
	v.until(fits)
	v.raises()
	v.climbs()
	v.until(fits)
	v.isWorkedOn()
	v.isClosed()
	v.isPrinted()
	v.until(fits)
}

// seesAll checks that the newest message of a seat fits: its question and its
// last button are in view at once.
func (v *visitor) seesAll(seat string) {
	v.Helper()
	v.until(strings.ReplaceAll(`(() => {
		const list = document.querySelector('[data-seat="SEAT"] .messages').getBoundingClientRect();
		const all = document.querySelectorAll('[data-seat="SEAT"] .message:last-child :is(.text, .choice)');
		return [...all].every((node) => {
			const box = node.getBoundingClientRect();
			return box.top >= list.top && box.bottom <= list.bottom;
		});
	})()`, "SEAT", seat))
}

// TestDemoKeepsTheQuestionInView shows that all of a question with many buttons
// fits on a wide page, that on a phone the question is in view even above more
// buttons than there is room for, and that ticking one moves nothing.
func TestDemoKeepsTheQuestionInView(t *testing.T) {
	webtest.Browser(t)
	d := startDemo(t)
	v := visit(t, d.url, 1440, 900)
	for _, token := range []string{".met", ".mood.m2", ".worry.yes"} {
		v.tap("mia", token)
	}
	v.shows("mia", "What kind of worry?")
	v.seesAll("mia")
	v.until(`(window.rows = document.querySelectorAll('[data-seat="mia"] .message:last-child .row').length) < 15`)
	v.tap("mia", ".kinds.bullying")
	v.until(`document.querySelector('[data-token$=".kinds.bullying"]')?.dataset.chosen === 'true'`)
	v.until(`document.querySelectorAll('[data-seat="mia"] .message:last-child .row').length === window.rows + 1`) // Done
	v = visit(t, d.url, 390, 844)
	const inView = `(() => {
		const list = document.querySelector('[data-seat="mia"] .messages').getBoundingClientRect();
		const text = document.querySelector('[data-seat="mia"] .message:last-child .text').getBoundingClientRect();
		return text.top >= list.top && text.bottom <= list.bottom;
	})()`
	v.until(inView)
	v.tap("mia", ".kinds.neglect")
	v.until(`document.querySelector('[data-token$=".kinds.neglect"]')?.dataset.chosen === 'true'`)
	v.until(inView)
	// The commands in the bot's words can be tapped.
	v.click(`[data-seat="mia"] .message .command`)
	v.shows("mia", "This is what I can do for you:")
}
