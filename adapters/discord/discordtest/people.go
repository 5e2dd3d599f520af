package discordtest

import (
	"slices"
	"time"
)

// Join makes p known. Unless p is alone, p is a member of all servers in which
// the bot is.
func (s *Server) Join(p Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[p.ID] = &user{Person: p}
	if p.Alone {
		return
	}
	for _, g := range s.guilds {
		if !g.away {
			g.members[p.ID] = true
		}
	}
}

// Found makes a server in which the bot and everybody is who is known. Away
// says that the bot is not in it.
func (s *Server) Found(id, name string, away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.found(id, name)
	g.away = away
	for _, u := range s.users {
		g.members[u.ID] = !u.Alone
	}
	if !away {
		s.Gateway.Dispatch("GUILD_CREATE", g.created(s))
	}
}

// Open makes a channel for text in a server.
func (s *Server) Open(guild, id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guild]
	c := &channel{id: id, name: name, guild: guild, kind: textChannel}
	s.channels[id] = c
	g.channels = append(g.channels, id)
	if !g.away {
		s.Gateway.Dispatch("CHANNEL_CREATE", c.shape(s))
	}
}

// Meet makes a private channel between people, in which the bot is not.
func (s *Server) Meet(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = &channel{id: id, kind: groupPrivate}
}

// Role makes a role of a server.
func (s *Server) Role(guild, id, name string, mentionable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guild]
	g.roles = append(g.roles, role{ID: id, Name: name, Permissions: "0", Position: len(g.roles) + 1, Mentionable: mentionable})
}

// Permit sets what the bot may do in a server. The bot is not told.
func (s *Server) Permit(guild string, permissions int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guilds[guild].permissions = permissions
}

// Deny sets what the bot may not do in a channel. The bot is not told.
func (s *Server) Deny(channel string, permissions int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.room("", channel).denied = permissions
}

// Kick removes the bot from a server, which it is told.
func (s *Server) Kick(guild string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guilds[guild].away = true
	s.Gateway.Dispatch("GUILD_DELETE", object{"id": guild})
}

// Invite brings the bot back into a server.
func (s *Server) Invite(guild string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guild]
	g.away = false
	s.Gateway.Dispatch("GUILD_CREATE", g.created(s))
}

// Outage tells the bot that a server cannot be reached at the moment.
func (s *Server) Outage(guild string) {
	s.Gateway.Dispatch("GUILD_DELETE", object{"id": guild, "unavailable": true})
}

// Part makes a person leave a server. Bots without a special intent are not
// told.
func (s *Server) Part(person, guild string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.guilds[guild].members, person)
}

// Block makes a person take no private messages, or, with blocked false, take
// them again. Bots are not told.
func (s *Server) Block(person string, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.person(person).closed = blocked
}

// Close deletes a channel or a thread.
func (s *Server) Close(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room("", channel)
	delete(s.channels, channel)
	g := s.guilds[c.guild]
	g.channels = slices.DeleteFunc(g.channels, func(id string) bool { return id == channel })
	t := "CHANNEL_DELETE"
	if c.kind == publicThread {
		t = "THREAD_DELETE"
	}
	s.Gateway.Dispatch(t, c.shape(s))
}

// Say makes a person write in a channel, "" being their private one with the
// bot, and returns the message's ID.
func (s *Server) Say(person, channel, text string) string {
	return s.write(person, channel, &message{content: text})
}

// Mention makes a person write to the bot where others read.
func (s *Server) Mention(person, channel, text string) string {
	return s.write(person, channel, &message{content: "<@" + BotID + "> " + text, mentions: true})
}

// Forward makes a person pass on what somebody else wrote.
func (s *Server) Forward(person, channel, text string) string {
	was := object{
		"type": 0, "content": text, "mentions": []any{}, "mention_roles": []any{}, "attachments": []any{}, "embeds": []any{},
		"timestamp": stamp(time.Now()), "edited_timestamp": nil, "flags": 0, "components": []any{},
	}
	return s.write(person, channel, &message{snapshots: []any{object{"message": was}}})
}

// Attach makes a person send a file of a type such as "image/png", with words.
// Voice says that it is a voice message.
func (s *Server) Attach(person, channel, contentType, text string, voice bool) string {
	file := object{
		"id": "700000000000000003", "filename": "file", "size": 3, "content_type": contentType,
		"url": "https://cdn.example/file", "proxy_url": "https://cdn.example/file",
	}
	m := &message{content: text, attachments: []any{file}}
	if voice {
		m.flags = voiceMessage
		file["duration_secs"], file["waveform"] = 1.5, "AAAA"
	}
	return s.write(person, channel, m)
}

// Stick makes a person send a sticker.
func (s *Server) Stick(person, channel string) string {
	return s.write(person, channel, &message{stickers: []any{object{"id": "700000000000000004", "name": "wave", "format_type": 1}}})
}

func (s *Server) write(person, channel string, m *message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(person, channel)
	m.author = s.person(person).ID
	s.put(c, m)
	if s.insist {
		s.waitFor(c, m)
	}
	return m.id
}

// put shows a message of a person. s.mu must be held.
func (s *Server) put(c *channel, m *message) {
	m.id = s.newID()
	m.nonce = m.id // as apps do
	c.messages = append(c.messages, m)
	if !s.hidden(c) {
		s.Gateway.Dispatch("MESSAGE_CREATE", s.event(c, m))
	}
	s.notify()
}

// Edit makes a person change a message of their own.
func (s *Server) Edit(person, channel, id, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(person, channel)
	m := c.message(id)
	m.content, m.edited = text, time.Now()
	m.edits++
	s.Gateway.Dispatch("MESSAGE_UPDATE", s.event(c, m))
	s.notify()
}

// Unfurl tells the bot of a message again, as when Discord has found out what a
// link in it shows. Nobody edited it.
func (s *Server) Unfurl(person, channel, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(person, channel)
	o := s.event(c, c.message(id))
	o["embeds"] = []any{object{"type": "link", "url": "https://example.org"}}
	s.Gateway.Dispatch("MESSAGE_UPDATE", o)
}

// Delete removes a message from a channel.
func (s *Server) Delete(person, channel, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.room(person, channel)
	if m := c.message(id); m != nil {
		s.remove(c, m)
	}
	s.notify()
}

// Garble dispatches an event that cannot be decoded.
func (s *Server) Garble() { s.Gateway.Dispatch("MESSAGE_CREATE", "garbage") }
