package discord

import (
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// servers knows the servers that the bot is in, and their channels. Its
// methods may be called concurrently.
type servers struct {
	mu      sync.Mutex
	session string
	all     map[string]rooms // by server
}

// rooms are channels and threads by their IDs.
type rooms map[string]channel

// take notes what a packet says about servers and returns what it means for
// places: which ones the bot can, or can no longer, write to. A packet of
// another kind means nothing.
func (s *servers) take(p packet) ([]chat.Event, error) {
	switch p.Type {
	case "READY":
		r, err := decode[ready](p.Data)
		if err != nil {
			return nil, err
		}
		return s.begin(r, p.Seq), nil
	case "GUILD_CREATE", "GUILD_DELETE":
		g, err := decode[server](p.Data)
		if err != nil || g.ID == "" {
			return nil, err
		}
		if p.Type == "GUILD_DELETE" {
			return s.left(g, p.Seq), nil
		}
		return s.entered(g, p.Seq), nil
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE", "CHANNEL_DELETE", "THREAD_DELETE":
		c, err := decode[channel](p.Data)
		if err != nil || c.ID == "" || c.Server == "" {
			return nil, err
		}
		if p.Type == "CHANNEL_DELETE" || p.Type == "THREAD_DELETE" {
			return s.deleted(c, p.Seq), nil
		}
		s.named(c)
	}
	return nil, nil
}

// title returns the name of a channel, or nothing if it is not known.
func (s *servers) title(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, channels := range s.all {
		if c, ok := channels[id]; ok {
			return c.Name
		}
	}
	return ""
}

// begin notes a new session. Servers that it no longer has were left
// meanwhile. Those that are new are told of by [servers.entered], unless this
// is the first session: then nobody knows which are new.
func (s *servers) begin(r ready, seq int64) (gone []chat.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session = r.Session
	now := map[string]bool{}
	for _, g := range r.Servers {
		now[g.ID] = true
	}
	if s.all == nil {
		s.all = map[string]rooms{}
		for id := range now {
			s.all[id] = nil
		}
	}
	for id, channels := range s.all {
		if !now[id] {
			gone = append(gone, s.reach(false, seq, channels)...)
			delete(s.all, id)
		}
	}
	return gone
}

// entered notes a server as it is now.
func (s *servers) entered(g server, seq int64) []chat.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.Unavailable || s.all == nil {
		return nil
	}
	was, known := s.all[g.ID]
	now, deleted := rooms{}, rooms{}
	for id, c := range was {
		if c.thread() { // those that are archived are not told of
			now[id] = c
		} else {
			deleted[id] = c
		}
	}
	for _, c := range slices.Concat(g.Channels, g.Threads) {
		delete(deleted, c.ID)
		if c.writable() {
			now[c.ID] = c
		}
	}
	s.all[g.ID] = now
	if !known {
		return s.reach(true, seq, now)
	}
	return s.reach(false, seq, deleted)
}

// left notes that the bot is no longer in a server. A server that is merely
// not available will be back.
func (s *servers) left(g server, seq int64) []chat.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.Unavailable {
		return nil
	}
	channels := s.all[g.ID]
	delete(s.all, g.ID)
	return s.reach(false, seq, channels)
}

func (s *servers) deleted(c channel, seq int64) []chat.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all[c.Server], c.ID)
	return s.reach(false, seq, rooms{c.ID: c})
}

func (s *servers) named(c channel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if channels := s.all[c.Server]; channels != nil && c.writable() {
		channels[c.ID] = c
	}
}

// reach returns the events of channels that can or cannot be written to. Their
// IDs are those of the packet, which is the same when a session is resumed.
func (s *servers) reach(ok bool, seq int64, channels rooms) []chat.Event {
	var events []chat.Event
	for _, id := range slices.Sorted(maps.Keys(channels)) {
		events = append(events, chat.Event{
			ID: "r" + s.session + "." + strconv.FormatInt(seq, 10) + "." + id,
			In: place(id), Title: channels[id].Name, What: chat.Reach{OK: ok},
		})
	}
	return events
}

// writable reports whether c is of a kind in which messages are written.
func (c channel) writable() bool {
	switch discordgo.ChannelType(c.Type) {
	case discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews, discordgo.ChannelTypeGuildVoice:
		return true
	}
	return c.thread()
}

func (c channel) thread() bool {
	switch discordgo.ChannelType(c.Type) {
	case discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread:
		return true
	}
	return false
}
