package discord

import (
	"context"
	"log/slog"
	"net"
	"net/http"

	"steadfast/bot/chat"
)

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
