package discord

import (
	"errors"
	"strconv"
)

// How a connection to the gateway ends, apart from errors of the network.
var (
	errReconnect = errors.New("told to connect again")
	errInvalid   = errors.New("the session is invalid")
	errSilent    = errors.New("a heartbeat was not acknowledged")
)

// A closed is the code with which Discord closed a connection. The reason that
// comes with it is left out: nobody knows what it quotes.
type closed int

// Close codes that are treated in a way of their own.
const (
	notAuthenticated     closed = 4003
	authenticationFailed closed = 4004
	invalidSequence      closed = 4007
	rateLimited          closed = 4008
	sessionTimedOut      closed = 4009
	invalidShard         closed = 4010
	shardingRequired     closed = 4011
	invalidVersion       closed = 4012
	invalidIntents       closed = 4013
	disallowedIntents    closed = 4014
)

// Error tells the code.
func (c closed) Error() string {
	return "closed with code " + strconv.Itoa(int(c))
}

// endsSession reports whether the session cannot be resumed.
func (c closed) endsSession() bool {
	return c == notAuthenticated || c == invalidSequence || c == sessionTimedOut
}

// advice returns what a person must do before another try can succeed; empty
// if nothing.
func (c closed) advice() string {
	switch c {
	case authenticationFailed:
		return "Discord does not accept the bot's token: make a new one in the developer portal, under Bot, and put it in [discord] token_file."
	case invalidShard, shardingRequired:
		return "Discord wants this bot to share its servers among several connections, because it is in too many of them: take it out of those that are not part of the program."
	case invalidVersion:
		return "Discord no longer speaks this version's language: install a newer version of the bot."
	case invalidIntents:
		return "Discord does not know an event that this version of the bot asks for: install a newer version of the bot."
	case disallowedIntents:
		return "Discord does not let this bot see what it asks for: look at the bot in the developer portal, under Bot, for a notice about intents or verification."
	}
	return ""
}
