package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"steadfast/adapters/telegram/telegramtest"
)

// channelID is the supervisors' channel of the tests.
const channelID = -1001234567890

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), patience)
}

// cast makes everybody known to Telegram. Tom is the owner.
func (p *place) cast() {
	p.telegram.Join(telegramtest.Person{ID: 1000, FirstName: "Tom"})
	p.telegram.Join(telegramtest.Person{ID: 1001, FirstName: "Ana"})
	p.telegram.Join(telegramtest.Person{ID: 1002, FirstName: "Mia"})
	p.telegram.Found(channelID, "supergroup", "Supervisors", "administrator")
}

// The whole way, with real processes: the owner's code, a roster, a check-in
// that a kill interrupts, a danger, its card, and the acknowledgement.
func TestFromTheOwnersCodeToTheAcknowledgement(t *testing.T) {
	p := newPlace(t)
	p.cast()
	p.configure("[web]\nlisten = \"127.0.0.1:0\"\n")
	r := p.start()
	code := r.out.await(t, `https://t\.me/`+telegramtest.Username+`\?start=(\w+)`)
	p.telegram.Say(1002, 1002, "/start WRONGCODE123")
	p.shown(1002, `code`)
	p.telegram.Say(1000, 1000, "/start "+code)
	p.shown(1000, `owner`)
	p.telegram.Say(1000, channelID, "/here supervisors")
	p.shown(channelID, `supervisors|concern|cases`)
	p.do(0, "import", write(t, p.folder, "r.csv", roster))

	p.telegram.Say(1002, 1002, "/checkin")
	p.press(1002, 1002, "We met")
	p.shown(1002, `How did Jonas seem\?`)
	r.end(syscall.SIGKILL)
	p.telegram.Press(1002, 1002, "😟") // while nobody is there
	r = p.start()
	p.press(1002, 1002, "Yes")
	p.press(1002, 1002, "Hurting themselves")
	p.press(1002, 1002, "Done ›")
	p.press(1002, 1002, "Danger now")
	card := p.shown(channelID, `(?i)case 1`)
	if strings.Contains(card, "Jonas") || strings.Contains(card, "Mia") {
		t.Errorf("a name is in the channel: %s", card)
	}
	web := "http://" + r.log.await(t, `address=(127\.0\.0\.1:\d+)`)
	p.press(1001, channelID, "Acknowledge")
	p.shown(1002, `Ana Ruiz.* has seen this \(case 1\)`)

	if status, body := get(t, web+"/livez"); status != 200 || body != "ok\n" {
		t.Errorf("livez: %d %s", status, body)
	}
	status, body := get(t, web+"/readyz")
	if status != 200 || !strings.Contains(body, "ok  cases: 0 open, 0 overdue") {
		t.Errorf("readyz: %d\n%s", status, body)
	}
	_, metrics := get(t, web+"/metrics")
	for _, want := range []string{`steadfast_outbox_rows{priority="escalation"} `, `steadfast_events_total{platform="telegram",result="handled"}`,
		`steadfast_sends_total{outcome="delivered",platform="telegram"}`, "steadfast_store_bytes", `steadfast_poll_age_seconds{platform="telegram"}`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("%s is missing in\n%s", want, metrics)
		}
	}
	for _, secret := range []string{"Jonas", "Mia", "Ana", telegramtest.Token} {
		if strings.Contains(metrics+body+r.log.String(), secret) {
			t.Errorf("%s is told:\n%s\n%s", secret, body, r.log)
		}
	}
	if code := r.end(syscall.SIGTERM); code != 0 {
		t.Errorf("ended with %d:\n%s", code, r.log)
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	p := newPlace(t)
	p.cast()
	p.configure("[escalation]\nchannels = [\"telegram:-1001234567890\", \"telegram:-5\"]\n")
	out, _ := p.do(1, "check")
	for _, want := range []string{"✓ The configuration", "✓ There is no data file yet", "✓ Telegram knows the bot as @" + telegramtest.Username,
		"✓ The bot can post in telegram:-1001234567890 (Supervisors)", "✗ The bot cannot see telegram:-5: add it", "✗ 1 thing to mend."} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	p.configure("[escalation]\nchannels = [\"telegram:-1001234567890\"]\n")
	if out, _ := p.do(0, "check"); !strings.Contains(out, "✓ Everything is well.") {
		t.Errorf("before the first start:\n%s", out)
	}
	p.do(0, "import", write(t, p.folder, "r.csv", roster+"person,Lee,mentor\n"))
	r := p.start()
	code := r.out.await(t, `start=(\w+)`)
	out, _ = p.do(1, "check")
	for _, want := range []string{"✓ The bot is running.", "✗ Nobody owns the bot", "✗ 1 of 2 mentors have no mentee", "✓ The supervisors have 1 channel"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	p.telegram.Say(1000, 1000, "/start "+code)
	p.shown(1000, `owner`)
	p.do(0, "import", write(t, p.folder, "r.csv", "type,name,mentor\nmentee,Kim\nmatch,Kim,Lee\n"))
	if out, _ := p.do(0, "check"); !strings.Contains(out, "✓ Everything is well.") {
		t.Errorf("in the end:\n%s", out)
	}
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "✓ ") && !strings.HasPrefix(line, "✗ ") {
			t.Errorf("a line without a mark: %q", line)
		}
	}
	p.telegram.Fail("*", telegramtest.Fault{Times: 100, Status: 401, Description: "Unauthorized"})
	if out, _ := p.do(1, "check"); !strings.Contains(out, "✗ Telegram does not accept the bot token") {
		t.Errorf("with a revoked token:\n%s", out)
	}
	p.telegram.Say(1000, 1000, "/help") // so that the bot asks again
	if r.code() != 1 {                  // it ends by itself
		t.Errorf("the bot with a revoked token:\n%s", r.log)
	}
}

// A wallClock is a time that a test moves.
type wallClock struct {
	mu     sync.Mutex
	ahead  time.Duration
	jumped chan struct{}
}

func (c *wallClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *wallClock) jump(d time.Duration) {
	c.mu.Lock()
	c.ahead += d
	c.mu.Unlock()
	c.jumped <- struct{}{}
}

// Telegram brings the updates, and the health is red while nobody would learn
// of a concern.
func TestWebhookAndHealth(t *testing.T) {
	p := newPlace(t)
	p.cast()
	p.configure("webhook_url = \"https://bot.example.org/hook/telegram\"\nwebhook_secret = \"abcdefghijklmnop0123\"\n[web]\nlisten = \"127.0.0.1:0\"\n")
	r := p.start()
	web, err := url.Parse("http://" + r.log.await(t, `address=(127\.0\.0\.1:\d+)`))
	if err != nil {
		t.Fatal(err)
	}
	code := r.out.await(t, `start=(\w+)`)
	p.telegram.Say(1000, 1000, "/start "+code)
	way := httputil.NewSingleHostReverseProxy(web)
	ctx, cancel := contextOf(t)
	defer cancel()
	if p.telegram.Await(ctx, func() bool { return p.telegram.Bring(way) == http.StatusOK }) != nil {
		t.Fatalf("the webhook does not take the update:\n%s", r.log)
	}
	p.shown(1000, `owner`)
	status, body := get(t, web.String()+"/readyz")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "RED supervisors: 0, 0 can be written to\n") || strings.Count(body, "RED") != 1 {
		t.Errorf("readyz: %d\n%s", status, body)
	}
	if status, _ := get(t, web.String()+"/hook/telegram"); status != http.StatusMethodNotAllowed {
		t.Errorf("asked without the secret: %d", status)
	}
	if r.end(syscall.SIGTERM) != 0 {
		t.Error(r.log)
	}
}

// Run is what main does, in this process: the timers follow the one clock, and
// a page comes again.
func TestRunWithAClock(t *testing.T) {
	p := newPlace(t)
	p.cast()
	p.configure("[escalation]\nchannels = [\"telegram:-1001234567890\"]\n")
	c, err := LoadConfig(p.path("c.toml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	clock := &wallClock{jumped: make(chan struct{})}
	var log terminal
	env := Env{Stderr: &log, Now: clock.now, Jumped: clock.jumped, Telegram: p.telegram.Transport(), NoSync: true}
	if err := importRoster(t.Context(), c, Env{Stdout: &bytes.Buffer{}, Now: clock.now}, write(t, p.folder, "r.csv", roster)); err != nil {
		t.Fatal(err)
	}
	live := func(during func()) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		ended := make(chan error, 1)
		go func() { ended <- Run(ctx, c, env) }()
		during()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("%v\n%s", err, &log)
		}
	}
	pages := func() (n int) {
		for _, m := range p.telegram.Shown(channelID) {
			if strings.Contains(m.Text, "1") && m.From == 0 {
				n++
			}
		}
		return n
	}
	live(func() {
		p.telegram.Say(1002, 1002, "/sos")
		p.press(1002, 1002, "Page the supervisors now")
		p.shown(channelID, `(?i)case 1`)
		if n := pages(); n != 1 {
			t.Errorf("%d pages", n)
		}
		clock.jump(5*time.Minute + time.Second)
		ctx, cancel := contextOf(t)
		defer cancel()
		if p.telegram.Await(ctx, func() bool { return pages() == 2 }) != nil {
			t.Errorf("the page does not come again:\n%s", p.transcript(channelID))
		}
	})
	clock.mu.Lock()
	clock.ahead += time.Hour
	clock.mu.Unlock()
	live(func() {
		p.press(1001, channelID, "Acknowledge")
		p.shown(1002, `has seen this`)
	})
}

func TestAPanicIsNotQuoted(t *testing.T) {
	var out bytes.Buffer
	p := &process{log: newLog(Default(), &out)}
	w := httptest.NewRecorder()
	h := p.caught(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("what Mia wrote") }))
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if got := out.String() + w.Body.String(); w.Code != http.StatusInternalServerError || !strings.Contains(got, "run_test.go") || strings.Contains(got, "Mia") {
		t.Errorf("%d %s", w.Code, got)
	}
}
