package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-telegram/bot"

	"steadfast/bot/chat"
)

const (
	// updateLimit is the most bytes of one update that are read.
	updateLimit = 1 << 20
	// webhookCheck is how often the webhook is looked at: somebody may have
	// removed it, and then nothing would ever come again.
	webhookCheck = 5 * time.Minute
)

// WebhookOptions make Telegram bring the updates.
type WebhookOptions struct {
	// URL is the address, as Telegram sees it, where the caller mounted
	// [Adapter.Webhook].
	URL string

	// Secret is what Telegram shows to be let in: 16 to 256 letters, digits,
	// '_' or '-'.
	Secret string
}

func (o *WebhookOptions) check() error {
	if o == nil {
		return nil
	}
	if u, err := url.Parse(o.URL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return errors.New("telegram: the webhook's address must look like https://bot.example.org/telegram")
	}
	if len(o.Secret) < 16 || len(o.Secret) > 256 {
		return errors.New("telegram: the webhook's secret must be 16 to 256 characters long")
	}
	for i := range len(o.Secret) {
		if c := o.Secret[i]; c != '-' && !word(string(c)) {
			return errors.New("telegram: the webhook's secret may hold letters, digits, '_' and '-' only")
		}
	}
	return nil
}

// A door lets requests in while Run is under way, and keeps the order within
// each place.
type door struct {
	mu     sync.Mutex
	enter  func(incoming) error // nil: closed
	inside sync.WaitGroup
	lines  map[chat.Place]chan struct{} // closed when the last in line has left
}

// Webhook returns the handler for the updates that Telegram brings in webhook
// mode. It answers 200 only after the event was handled, so that Telegram
// brings it again otherwise, and 503 while Run is not under way.
func (a *Adapter) Webhook() http.Handler {
	return http.HandlerFunc(a.serve)
}

func (a *Adapter) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	if a.webhook == nil || !same(r.Header.Get("X-Telegram-Bot-Api-Secret-Token"), a.webhook.Secret) {
		http.Error(w, "not Telegram", http.StatusUnauthorized)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, updateLimit))
	var in incoming
	ok := true
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		// Refused, it would come back for a day and hold up its chat.
		in = incoming{event: unreadable(raw, 0, "it is longer than 1 MiB")}
	} else if err != nil {
		http.Error(w, "the update broke off", http.StatusBadRequest)
		return
	} else {
		in, _, ok = parse(raw, a.username())
	}
	if !ok {
		return // of no interest: 200
	}
	if err := a.door.pass(in); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}

// same compares in a time that depends on neither's content.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// errClosed is all that an outsider learns.
var errClosed = errors.New("try again later")

// pass waits until all earlier events of the same place have been handled, and
// has this one handled.
func (d *door) pass(in incoming) error {
	place := in.event.In
	d.mu.Lock()
	enter := d.enter
	if enter == nil {
		d.mu.Unlock()
		return errClosed
	}
	d.inside.Add(1)
	before, leave := d.lines[place], make(chan struct{})
	d.lines[place] = leave
	d.mu.Unlock()
	defer d.inside.Done()
	defer func() {
		d.mu.Lock()
		if d.lines[place] == leave {
			delete(d.lines, place)
		}
		d.mu.Unlock()
		close(leave)
	}()
	if before != nil {
		<-before
	}
	if enter(in) != nil {
		return errClosed
	}
	return nil
}

func (d *door) open(enter func(incoming) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.enter, d.lines = enter, make(map[chat.Place]chan struct{})
}

// shut lets nobody in any more and waits for those inside.
func (d *door) shut() {
	d.mu.Lock()
	d.enter = nil
	d.mu.Unlock()
	d.inside.Wait()
}

// receive opens the door, sets the webhook, and looks after it until ctx ends
// or a handler fails.
func (a *Adapter) receive(ctx context.Context, h chat.Handler) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	var (
		once   sync.Once
		failed error
	)
	a.door.open(func(in incoming) error {
		if ctx.Err() != nil {
			return errClosed
		}
		err := a.handle(ctx, h, in)
		if err != nil {
			once.Do(func() { failed = err })
			end(err)
		}
		return err
	})
	err := a.watch(ctx)
	a.door.shut()
	if failed != nil {
		return failed
	}
	return err
}

// watch sets the webhook and sets it again when it is gone.
func (a *Adapter) watch(ctx context.Context) error {
	var (
		pause   backoff
		set     bool
		blunder int
	)
	for ctx.Err() == nil {
		if _, err := a.whoami(ctx); err != nil && failed(err).rejected() {
			return errToken
		}
		err := a.setWebhook(ctx, set, &blunder)
		if err == nil {
			a.lastPoll.Store(time.Now().UnixNano())
			set, pause = true, backoff{}
			sleep(ctx, webhookCheck)
			continue
		}
		if ctx.Err() != nil {
			break
		}
		f := failed(err)
		if f.rejected() {
			return errToken
		}
		a.log.WarnContext(ctx, "telegram: the webhook is not confirmed", "error", f)
		pause.wait(ctx, f.after)
	}
	return nil
}

// setWebhook sets the webhook, unless it was set before and still is. Blunder
// is the time of the last failed delivery that was logged.
func (a *Adapter) setWebhook(ctx context.Context, before bool, blunder *int) error {
	if before {
		info, err := a.library.GetWebhookInfo(ctx)
		if err != nil {
			return libraryFailure("getWebhookInfo", err)
		}
		if info.LastErrorDate > *blunder {
			*blunder = info.LastErrorDate
			a.log.WarnContext(ctx, "telegram: an update could not be delivered to the webhook", "waiting", info.PendingUpdateCount)
		}
		if info.URL == a.webhook.URL {
			return nil
		}
		a.log.WarnContext(ctx, "telegram: somebody removed or changed the webhook, setting it again")
	}
	_, err := a.library.SetWebhook(ctx, &bot.SetWebhookParams{
		URL:            a.webhook.URL,
		SecretToken:    a.webhook.Secret,
		AllowedUpdates: allowedUpdates(),
	})
	if err != nil {
		return libraryFailure("setWebhook", err)
	}
	return nil
}
