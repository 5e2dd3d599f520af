package discord

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// Limits of Discord.
const (
	textUnits  = 2000
	buttons    = 25
	formFields = 5
	toastRunes = 200
)

// intents is what the bot asks to be told: nothing that Discord has to permit.
const intents = int(discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages)

// Name is the platform's name in accounts and places. An account's ID is the
// user's ID on Discord, and so is that of their private place; a channel's or
// thread's place has its own ID.
const Name chat.Platform = "discord"

// Options configure an [Adapter]. Only Token is needed.
type Options struct {
	// Token returns the bot's token, without "Bot ". It is called for every
	// request, so that the token can be exchanged while the bot runs; it must
	// be fast and safe for concurrent use.
	Token func() string

	// APIURL is the address of Discord's server, such as http://127.0.0.1:8082;
	// by default Discord's own. A path like /api/v10 at its end is ignored.
	APIURL string

	// Pace is how fast the bot may send; nil means [DefaultPace].
	Pace *Pace

	// Commands returns what is offered to people while they type. It is called
	// when the adapter runs, so that the bot can be made after it; nil means
	// that nothing is offered.
	Commands func() []chat.CommandSpec

	// Servers are the IDs of the only servers in which commands are offered;
	// none means wherever the bot is.
	Servers []string

	// DangerRole is the ID of the role that is called when a message is an
	// alarm; empty: nobody is.
	DangerRole string

	// Threads opens a thread under a message that asks for one.
	Threads bool

	// Marks returns how far the history of each private place was handled. It
	// is called whenever Discord may have kept messages back; nil means that
	// nothing is caught up with.
	Marks func(context.Context) ([]chat.Mark, error)

	// Log receives trouble with the platform, never any content; nil means
	// no log.
	Log *slog.Logger

	// Transport carries the requests; nil means the network.
	Transport http.RoundTripper

	// Dial makes the connections of the gateway; nil means the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// A Pace is how fast the bot may send. Zero means no limit.
type Pace struct {
	PerSecond  float64 // requests a second, all together
	PlaceBurst int     // messages in one channel within PlaceSpan seconds
	PlaceSpan  float64 // seconds
}

// DefaultPace returns Discord's limits: fifty requests a second, and five
// messages in five seconds in one channel, which is what its answers name for
// most channels.
func DefaultPace() Pace { return Pace{PerSecond: 50, PlaceBurst: 5, PlaceSpan: 5} }

// An Adapter joins the bot to Discord; it implements [chat.Adapter]. Its
// methods may be called concurrently, except that only one Run may be under
// way.
type Adapter struct {
	log      *slog.Logger
	token    func() string
	pace     Pace
	commands func() []chat.CommandSpec
	only     []string // servers in which commands are offered
	role     string   // called in an alarm
	threads  bool
	marks    func(context.Context) ([]chat.Mark, error)

	caller  *caller
	gateway *gateway
	talks   *talks
	dms     privateChannels

	running atomic.Bool
	me      atomic.Pointer[identity]
	meMu    sync.Mutex
	meAsked time.Time
}

var _ chat.Adapter = (*Adapter)(nil)

// New returns an adapter. It does not touch the network; an error means that
// the options are wrong.
func New(o Options) (*Adapter, error) {
	if o.Token == nil {
		return nil, errors.New("discord: a token is needed")
	}
	given := o.Token
	o.Token = func() string { return strings.TrimSpace(given()) } // files end in a line break
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Pace == nil {
		pace := DefaultPace()
		o.Pace = &pace
	}
	c, err := newCaller(o)
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		log: o.Log, token: o.Token, pace: *o.Pace, commands: o.Commands, only: o.Servers, role: o.DangerRole,
		threads: o.Threads, marks: o.Marks, caller: c, talks: newTalks(),
	}
	if a.commands == nil {
		a.commands = func() []chat.CommandSpec { return nil }
	}
	a.gateway = newGateway(gatewayOptions{token: o.Token, intents: intents, address: a.gatewayAddress, dial: o.Dial, log: o.Log})
	return a, nil
}

// Platform returns [Name].
func (a *Adapter) Platform() chat.Platform { return Name }

// Capabilities returns Discord's limits and the pace of the options.
func (a *Adapter) Capabilities() chat.Capabilities {
	c := chat.Capabilities{
		TextUnits:  textUnits,
		Choices:    buttons,
		LabelRunes: labelRunes,
		MenuItems:  buttons,
		FormFields: formFields,
		ToastRunes: toastRunes,
		Edits:      true,
		PerSecond:  a.pace.PerSecond,
		PlaceBurst: max(1, a.pace.PlaceBurst),
	}
	if a.pace.PlaceSpan > 0 {
		c.PlacePerSecond = float64(a.pace.PlaceBurst) / a.pace.PlaceSpan
	}
	return c
}

// LastHeard returns when Discord last acknowledged that the bot is there; zero
// before the first time. It does so every minute or more often.
func (a *Adapter) LastHeard() time.Time { return a.gateway.lastAck() }

// gatewayAddress asks where the gateway is.
func (a *Adapter) gatewayAddress(ctx context.Context) (string, error) {
	got, err := call[struct {
		URL string `json:"url"`
	}](ctx, a.caller, request{method: http.MethodGet, path: "/gateway", route: "GET /gateway"})
	return got.URL, err
}

// known returns who the bot is on Discord, as far as that is known.
func (a *Adapter) known() identity {
	if me := a.me.Load(); me != nil {
		return *me
	}
	return identity{}
}

// self is [Adapter.known], but asks Discord if a text needs it: only a link
// that leads to the bot does. After a failure it asks again a minute later at
// the earliest.
func (a *Adapter) self(ctx context.Context, t chat.Text) identity {
	linked := false
	for _, span := range t {
		linked = linked || span.Style == chat.Start
	}
	if !linked || a.me.Load() != nil {
		return a.known()
	}
	a.meMu.Lock()
	asked := !a.meAsked.IsZero() && time.Since(a.meAsked) < time.Minute
	if !asked {
		a.meAsked = time.Now()
	}
	a.meMu.Unlock()
	if !asked {
		if _, err := a.identify(ctx); err != nil {
			a.log.WarnContext(ctx, "discord: the bot does not know who it is", "error", err)
		}
	}
	return a.known()
}

// identify asks Discord who the bot is and returns its name.
func (a *Adapter) identify(ctx context.Context) (name string, err error) {
	u, err := call[user](ctx, a.caller, request{method: http.MethodGet, path: "/users/@me", route: "GET /users/@me"})
	if err != nil {
		return "", err
	}
	app, err := a.application(ctx)
	if err != nil {
		return "", err
	}
	a.me.Store(&identity{user: u.ID, application: app})
	return u.Username, nil
}

// application asks Discord for the ID of the bot's application.
func (a *Adapter) application(ctx context.Context) (string, error) {
	got, err := call[struct {
		ID string `json:"id"`
	}](ctx, a.caller, request{method: http.MethodGet, path: "/applications/@me", route: "GET /applications/@me"})
	return got.ID, err
}

// privateChannels are the channels between the bot and people, by the people's
// IDs. The methods may be called concurrently.
type privateChannels struct {
	mu  sync.Mutex
	ids map[string]string
}

func (p *privateChannels) of(user string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, ok := p.ids[user]
	return id, ok
}

func (p *privateChannels) put(user, channel string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ids == nil {
		p.ids = map[string]string{}
	}
	p.ids[user] = channel
}

// learn notes in which channel an event of a private place came.
func (p *privateChannels) learn(e chat.Event) {
	if channel, _ := position(e.Mark); channel != "" {
		p.put(e.In.ID, channel)
	}
}

func (p *privateChannels) forget(user string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.ids, user)
}
