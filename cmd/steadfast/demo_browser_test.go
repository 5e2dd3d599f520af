package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
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
		chromedp.ExecPath(browserHere(t)), chromedp.NoFirstRun, chromedp.DisableGPU,
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

func browserHere(t *testing.T) string {
	t.Helper()
	names := []string{
		"chromium-headless-shell", "chrome-headless-shell", "headless-shell",
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
	}
	if name := os.Getenv("STEADFAST_BROWSER"); name != "" {
		names = []string{name}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no browser here: install Chromium, or name one in STEADFAST_BROWSER, to test the demo in it")
	return ""
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

// TestDemoInABrowser is a whole round of the demo: a check-in, a danger, the
// page, the acknowledgement, and a danger that nobody takes.
func TestDemoInABrowser(t *testing.T) {
	browserHere(t)
	v := visit(t, startDemo(t).url, 1440, 900)
	v.shows("mia", "How was your meeting with Jonas?")
	v.tap("mia", ".in.1")
	v.shows("mia", "Did you meet Jonas?")
	v.tap("mia", ".met.met")
	v.until(`document.querySelector('[data-seat="mia"] .faces')?.childElementCount === 5`)
	v.tap("mia", ".mood.m2")
	v.shows("mia", "Does anything worry you about Jonas?")
	v.tap("mia", ".worry.yes")
	v.shows("mia", "What kind of worry?")
	v.seesAll("mia")
	v.tap("mia", ".kinds.selfharm")
	v.until(`document.querySelector('[data-token$=".kinds.selfharm"]')?.dataset.chosen === 'true'`)
	v.tap("mia", ".kinds.+done")
	v.tap("mia", ".pressing.now")
	v.shows("mia", "call 112 first")
	v.shows("supervisors", "Case 2 · danger now")
	v.until(`document.querySelector('[data-group="supervisors"]')?.dataset.paged === 'now'`)
	v.until(`document.querySelector('[data-seat="supervisors"] .message:last-child')?.dataset.waits === 'true'`)
	v.write("mia", "He showed me fresh cuts <b>today</b>.")
	v.shows("mia", "I will tell you when somebody has seen it.")
	// Open leads to Ana's own chat, where words and names may be.
	v.tap("supervisors", ".open.2")
	v.until(`document.querySelector('#tab-ana').getAttribute('aria-selected') === 'true'`)
	v.shows("ana", "He showed me fresh cuts <b>today</b>.")
	v.until(`document.querySelector('[data-seat="ana"] .message:last-child .guarded') !== null`)
	v.until(`!document.querySelector('[data-seat="supervisors"]').textContent.includes('Jonas')`)
	v.click("#tab-supervisors")
	v.tap("supervisors", ".ack.2")
	v.shows("mia", "Ana has seen this (case 2)")
	v.shows("supervisors", "Ana has it since")
	v.until(`document.querySelector('[data-seat="supervisors"] .message:last-child')?.dataset.waits === 'false'`)
	v.until(`document.querySelector('#steps')?.dataset.done === 'true'`)
	// Two taps call for help; nobody takes it for an hour.
	v.click(`[data-seat="mia"] .chip[data-command="sos"]`)
	v.tap("mia", ".sos.page")
	v.shows("supervisors", "Case 3 · danger now")
	v.click("#skip-hour")
	v.shows("supervisors", "Case 3 · danger now")
	v.shows("supervisors", "I have asked 2 times now.")
	v.until(`document.querySelector('#clock-time').textContent.startsWith('18:04:') || document.querySelector('#clock-time').textContent.startsWith('18:05:')`)
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

// TestDemoOnAPhone shows that the question is in view even above more buttons
// than the screen has room for, and that ticking one moves nothing.
func TestDemoOnAPhone(t *testing.T) {
	browserHere(t)
	v := visit(t, startDemo(t).url, 390, 844)
	v.until(`document.documentElement.scrollWidth <= 390`)
	for _, token := range []string{".in.1", ".met.met", ".mood.m2", ".worry.yes"} {
		v.tap("mia", token)
	}
	v.shows("mia", "What kind of worry?")
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
