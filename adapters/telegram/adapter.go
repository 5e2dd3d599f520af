package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-telegram/bot"

	"steadfast/bot/chat"
)

// Name is the platform's name in accounts and places.
const Name chat.Platform = "telegram"

// Limits of Telegram's Bot API.
const (
	textUnits  = 4096
	buttons    = 100
	labelRunes = 64 // Telegram takes more, a phone shows less
	toastRunes = 200
)

// Limits of time.
const (
	pollTimeout = 50 * time.Second
	callTimeout = 30 * time.Second // Telegram holds sends open under mild limits
)

// Options configure an [Adapter]. Only Token is needed.
type Options struct {
	// Token returns the bot's token. It is called for every request, so that
	// the token can be exchanged while the bot runs; it must be fast and safe
	// for concurrent use.
	Token func() string

	// APIURL is the address of the Bot API server without a trailing slash;
	// by default Telegram's own.
	APIURL string

	// Pace is how fast the bot may send; nil means [DefaultPace].
	Pace *Pace

	// Webhook makes Telegram bring the updates instead of being asked.
	Webhook *WebhookOptions

	// Log receives trouble with the platform, never any content; nil means
	// no log.
	Log *slog.Logger

	// Transport carries the requests; nil means the network.
	Transport http.RoundTripper
}

// A Pace is how fast the bot may send. Zero means no limit.
type Pace struct {
	PerSecond      float64 // messages a second, all together
	PlacePerSecond float64 // messages a second in one chat
	PlaceBurst     int     // messages at once in a chat that was quiet
	GroupPerMinute int     // messages a minute in one group or channel
}

// DefaultPace returns Telegram's published limits.
func DefaultPace() Pace {
	return Pace{PerSecond: 30, PlacePerSecond: 1, PlaceBurst: 1, GroupPerMinute: 20}
}

// An Adapter joins the bot to Telegram; it implements [chat.Adapter]. Its
// methods may be called concurrently, except that only one Run may be under
// way.
type Adapter struct {
	log     *slog.Logger
	token   func() string
	pace    Pace
	base    string // URL of the methods, with the placeholder and a slash
	polling *http.Client
	sending *http.Client
	library *bot.Bot
	webhook *WebhookOptions
	door    door

	running  atomic.Bool
	lastPoll atomic.Int64 // UnixNano
	answers  chan answer

	meMu    sync.Mutex // held while asking who the bot is
	meAsked time.Time
	me      atomic.Pointer[identity]
}

var _ chat.Adapter = (*Adapter)(nil)

// New returns an adapter. It does not touch the network; an error means that
// the options are wrong.
func New(o Options) (*Adapter, error) {
	if o.Token == nil {
		return nil, errors.New("telegram: a token is needed")
	}
	api := o.APIURL
	if api == "" {
		api = "https://api.telegram.org"
	}
	u, err := url.Parse(strings.TrimRight(api, "/"))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || u.User != nil {
		return nil, errors.New("telegram: the API's address must look like https://api.telegram.org")
	}
	if err := o.Webhook.check(); err != nil {
		return nil, err
	}
	a := &Adapter{
		log:     o.Log,
		token:   func() string { return strings.TrimSpace(o.Token()) },
		pace:    DefaultPace(),
		base:    u.String() + "/bot" + placeholder + "/",
		webhook: o.Webhook,
		answers: make(chan answer, answersWaiting),
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if o.Pace != nil {
		a.pace = *o.Pace
	}
	next := o.Transport
	if next == nil {
		next = newTransport()
	}
	rt := keeper{token: a.token, next: next}
	a.polling = newClient(rt, pollTimeout+15*time.Second)
	a.sending = newClient(rt, callTimeout)
	a.library, err = bot.New(placeholder,
		bot.WithSkipGetMe(),
		bot.WithServerURL(u.String()),
		bot.WithHTTPClient(pollTimeout, libraryClient{newClient(whole{rt}, callTimeout)}),
		bot.WithErrorsHandler(func(err error) { a.log.Debug("telegram: library", "error", err) }))
	if err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	return a, nil
}

// Platform returns [Name].
func (a *Adapter) Platform() chat.Platform { return Name }

// Capabilities returns Telegram's limits and the pace of the options.
func (a *Adapter) Capabilities() chat.Capabilities {
	return chat.Capabilities{
		TextUnits:      textUnits,
		Choices:        buttons,
		LabelRunes:     labelRunes,
		ToastRunes:     toastRunes,
		Edits:          true,
		PerSecond:      a.pace.PerSecond,
		PlacePerSecond: a.pace.PlacePerSecond,
		PlaceBurst:     max(1, a.pace.PlaceBurst),
		GroupPerMinute: a.pace.GroupPerMinute,
	}
}

// Run delivers events until ctx ends, and then returns nil once the handlers
// under way have returned; handlers are not interrupted. It ends early with
// the handler's error, or with a sentence for the owner when Telegram does not
// know the bot's token. A [chat.Pressed] is answered after the handler
// returned, best effort.
func (a *Adapter) Run(ctx context.Context, h chat.Handler) error {
	if !a.running.CompareAndSwap(false, true) {
		return errors.New("telegram: the adapter is running already")
	}
	defer a.running.Store(false)
	if a.token() == "" {
		return errNoToken
	}
	stop := a.startAnswering(ctx)
	defer stop()
	if a.webhook != nil {
		return a.receive(ctx, h)
	}
	return a.poll(ctx, h)
}

// LastHeard returns when Telegram last answered the question for updates or, in
// webhook mode, confirmed that the webhook is set; zero before the first time.
// Telegram keeps updates for a day, so a silence of hours is an alarm.
func (a *Adapter) LastHeard() time.Time {
	n := a.lastPoll.Load()
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n)
}

// An identity is who the bot is on Telegram.
type identity struct {
	id       int64
	username string
}

// whoami asks Telegram once who the bot is and remembers the answer. After a
// failure it asks again a minute later at the earliest; until then it returns
// nil without error.
func (a *Adapter) whoami(ctx context.Context) (*identity, error) {
	if me := a.me.Load(); me != nil {
		return me, nil
	}
	a.meMu.Lock()
	defer a.meMu.Unlock()
	if me := a.me.Load(); me != nil || (!a.meAsked.IsZero() && time.Since(a.meAsked) < time.Minute) {
		return me, nil
	}
	a.meAsked = time.Now()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return a.getMe(ctx)
}

func (a *Adapter) getMe(ctx context.Context) (*identity, error) {
	u, err := a.library.GetMe(ctx)
	if err != nil {
		return nil, libraryFailure("getMe", err)
	}
	me := &identity{u.ID, u.Username}
	a.me.Store(me)
	return me, nil
}

// username returns the bot's name, or nothing while it is not known.
func (a *Adapter) username() string {
	if me := a.me.Load(); me != nil {
		return me.username
	}
	return ""
}
