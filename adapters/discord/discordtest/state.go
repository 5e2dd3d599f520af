package discordtest

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Kinds of channels.
const (
	textChannel    = 0
	privateChannel = 1
	groupPrivate   = 3 // between people, where the bot is not
	publicThread   = 11
)

// Permissions of the bot, as bits.
const (
	ViewChannel           = 1 << 10
	SendMessages          = 1 << 11
	EmbedLinks            = 1 << 14
	CreatePublicThreads   = 1 << 35
	SendMessagesInThreads = 1 << 38
	administrator         = 1 << 3
)

// A Person uses Discord.
type Person struct {
	ID       string // a number
	Username string
	Name     string // shown instead of the user name, if there is one
	Locale   string // such as "en-US", which is what an empty one means
	Alone    bool   // shares no server with the bot from the start
}

type user struct {
	Person
	bot    bool
	closed bool // takes no private messages
}

// A guild is what people call a server.
type guild struct {
	id, name    string
	away        bool // the bot is not, or no longer, in it
	permissions int64
	members     map[string]bool
	roles       []role
	channels    []string
}

type role struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Permissions string `json:"permissions"`
	Position    int    `json:"position"`
	Mentionable bool   `json:"mentionable"`
	Managed     bool   `json:"managed"`
}

type channel struct {
	id, name, guild string
	kind            int
	with            string // the person of a private channel
	parent          string
	denied          int64 // permissions that the bot does not have here
	messages        []*message
}

// A message is one message of a channel. Seen is the person who alone sees it,
// where it is ephemeral.
type message struct {
	id, author  string
	content     string
	embeds      []embed
	rows        []component
	flags       int
	nonce       string
	edited      time.Time
	edits       int
	seen        string
	called      []string // roles and people who were called by it
	mentions    bool     // the bot
	attachments []any
	file        *File // of the bot
	stickers    []any
	snapshots   []any
	by          *interaction
}

// Bits of a message's flags.
const (
	suppressEmbeds = 1 << 2
	ephemeral      = 1 << 6
	loading        = 1 << 7
	quiet          = 1 << 12
	voiceMessage   = 1 << 13
)

// epoch returns when Discord's IDs began to count.
func epoch() time.Time { return time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC) }

// newID returns an ID that tells when it was made. s.mu must be held.
func (s *Server) newID() string {
	s.lastID = max(s.lastID+1, time.Since(epoch()).Milliseconds()<<22)
	return strconv.FormatInt(s.lastID, 10)
}

// made returns when an ID was made.
func made(id string) time.Time {
	n, _ := strconv.ParseInt(id, 10, 64)
	return epoch().Add(time.Duration(n>>22) * time.Millisecond)
}

func number(id string) int64 {
	n, _ := strconv.ParseInt(id, 10, 64)
	return n
}

// found makes a guild in which the bot is. s.mu must be held.
func (s *Server) found(id, name string) *guild {
	g := &guild{
		id: id, name: name, members: map[string]bool{BotID: true},
		permissions: ViewChannel | SendMessages | EmbedLinks | CreatePublicThreads | SendMessagesInThreads,
	}
	g.roles = []role{{ID: id, Name: "@everyone", Permissions: "0"}}
	s.guilds[id] = g
	return g
}

// person returns somebody a test speaks of; without them the test is wrong.
// s.mu must be held.
func (s *Server) person(id string) *user {
	u := s.users[id]
	if u == nil {
		panic(fmt.Sprintf("discordtest: there is no user %q", id))
	}
	return u
}

// room returns a channel a test speaks of; "" is the private channel of a
// person. s.mu must be held.
func (s *Server) room(person, id string) *channel {
	if id == "" {
		return s.private(person)
	}
	c := s.channels[id]
	if c == nil {
		panic(fmt.Sprintf("discordtest: there is no channel %q", id))
	}
	return c
}

// private returns the channel between a person and the bot. s.mu must be held.
func (s *Server) private(person string) *channel {
	s.person(person)
	for _, c := range s.channels {
		if c.kind == privateChannel && c.with == person {
			return c
		}
	}
	c := &channel{id: s.newID(), kind: privateChannel, with: person}
	s.channels[c.id] = c
	return c
}

// permissionsIn returns what the bot may do in a channel. s.mu must be held.
func (s *Server) permissionsIn(c *channel) int64 {
	g := s.guilds[c.guild]
	switch {
	case g == nil:
		return -1
	case g.permissions&administrator != 0:
		return -1
	case c.parent != "":
		return g.permissions &^ (c.denied | s.channels[c.parent].denied)
	}
	return g.permissions &^ c.denied
}

// visible returns a channel that the bot can see. s.mu must be held.
func (s *Server) visible(id string) (*channel, *problem) {
	c := s.channels[id]
	switch {
	case c == nil:
		return nil, unknownChannel()
	case c.kind == groupPrivate, c.guild != "" && s.guilds[c.guild].away, s.permissionsIn(c)&ViewChannel == 0:
		return nil, missingAccess()
	}
	return c, nil
}

// writable returns a channel that the bot can write to. s.mu must be held.
func (s *Server) writable(id string) (*channel, *problem) {
	c, trouble := s.visible(id)
	if trouble != nil {
		return nil, trouble
	}
	need := int64(SendMessages)
	if c.kind == publicThread {
		need = SendMessagesInThreads
	}
	switch {
	case s.permissionsIn(c)&need == 0:
		return nil, missingPermissions()
	case c.kind == privateChannel && s.users[c.with].closed:
		return nil, &problem{status: 403, code: 50007, message: "Cannot send messages to this user"}
	case c.kind == privateChannel && !s.near(c.with):
		return nil, &problem{status: 403, code: 50278, message: "Cannot send messages to this user due to having no mutual guilds"}
	}
	return c, nil
}

// near reports whether the bot shares a guild with a person. s.mu must be held.
func (s *Server) near(person string) bool {
	for _, g := range s.guilds {
		if !g.away && g.members[person] {
			return true
		}
	}
	return false
}

// message returns a message of a channel, nil if it is not there.
func (c *channel) message(id string) *message {
	at := slices.IndexFunc(c.messages, func(m *message) bool { return m.id == id })
	if at < 0 {
		return nil
	}
	return c.messages[at]
}
