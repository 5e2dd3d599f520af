package discordtest

import (
	"net/http"
	"slices"
	"strconv"
)

func (s *Server) getGateway(*call) (int, any, *problem) {
	return 0, object{"url": s.Gateway.URL()}, nil
}

func (s *Server) getGatewayBot(*call) (int, any, *problem) {
	return 0, object{
		"url": s.Gateway.URL(), "shards": 1,
		"session_start_limit": object{"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1},
	}, nil
}

func (s *Server) getMe(*call) (int, any, *problem) { return 0, s.users[BotID].shape(), nil }

func (s *Server) getApplication(*call) (int, any, *problem) {
	return 0, object{
		"id": AppID, "name": "Steadfast", "icon": nil, "description": "", "bot_public": false, "bot_require_code_grant": false,
		"verify_key": "0", "flags": 8953856, "bot": s.users[BotID].shape(),
	}, nil
}

func (s *Server) openPrivate(c *call) (int, any, *problem) {
	var body struct {
		Recipient string `json:"recipient_id"`
	}
	if trouble := c.decode(&body); trouble != nil {
		return 0, nil, trouble
	}
	if u := s.users[body.Recipient]; u == nil || u.bot {
		return 0, nil, &problem{status: 400, code: 50033, message: "Invalid Recipient(s)"}
	}
	return 0, s.private(body.Recipient).shape(s), nil
}

func (s *Server) getChannel(c *call) (int, any, *problem) {
	room, trouble := s.visible(c.PathValue("channel"))
	if trouble != nil {
		return 0, nil, trouble
	}
	return 0, room.shape(s), nil
}

// known returns a guild in which the bot is. s.mu must be held.
func (s *Server) known(c *call) (*guild, *problem) {
	g := s.guilds[c.PathValue("guild")]
	if g == nil || g.away {
		return nil, unknownGuild()
	}
	return g, nil
}

func (s *Server) getGuild(c *call) (int, any, *problem) {
	g, trouble := s.known(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	return 0, g.shape(), nil
}

func (s *Server) getRoles(c *call) (int, any, *problem) {
	g, trouble := s.known(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	return 0, g.allRoles(), nil
}

func (s *Server) getChannels(c *call) (int, any, *problem) {
	g, trouble := s.known(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	return 0, g.created(s)["channels"], nil
}

func (s *Server) getMember(c *call) (int, any, *problem) {
	g, trouble := s.known(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	id := c.PathValue("user")
	switch {
	case s.users[id] == nil: // "@me" too: Discord wants the bot's own number here
		return 0, nil, &problem{status: 404, code: 10013, message: "Unknown User"}
	case !g.members[id]:
		return 0, nil, &problem{status: 404, code: 10007, message: "Unknown Member"}
	}
	return 0, g.member(s.users[id]), nil
}

// getMessages answers with the newest messages, or the oldest ones after one
// that is named; the newest comes first in both cases.
func (s *Server) getMessages(c *call) (int, any, *problem) {
	room, trouble := s.visible(c.PathValue("channel"))
	if trouble != nil {
		return 0, nil, trouble
	}
	query, limit := c.URL.Query(), 50
	for name, value := range query {
		n, err := strconv.ParseInt(value[0], 10, 64)
		switch {
		case !slices.Contains([]string{"limit", "after", "before"}, name):
			return 0, nil, form(name, "no such parameter")
		case err != nil || n < 0:
			return 0, nil, form(name, "Value %q is not snowflake.", value[0])
		case name == "limit" && (n < 1 || n > 100):
			return 0, nil, form("limit", "int value should be between 1 and 100.")
		case name == "limit":
			limit = int(n)
		}
	}
	after, before := number(query.Get("after")), number(query.Get("before"))
	var found []*message
	for _, m := range room.messages {
		if m.seen == "" && number(m.id) > after && (before == 0 || number(m.id) < before) {
			found = append(found, m)
		}
	}
	switch n := len(found) - limit; {
	case n > 0 && query.Has("after"):
		found = found[:limit]
	case n > 0:
		found = found[n:]
	}
	out := []any{}
	for _, m := range slices.Backward(found) {
		out = append(out, s.shape(room, m))
	}
	return 0, out, nil
}

// posted returns a message of a channel that the bot can see.
func (s *Server) posted(c *call) (*channel, *message, *problem) {
	room, trouble := s.visible(c.PathValue("channel"))
	if trouble != nil {
		return nil, nil, trouble
	}
	m := room.message(c.PathValue("id"))
	if m == nil || m.seen != "" {
		return nil, nil, unknownMessage()
	}
	return room, m, nil
}

func (s *Server) getMessage(c *call) (int, any, *problem) {
	room, m, trouble := s.posted(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	return 0, s.shape(room, m), nil
}

func (s *Server) postMessage(c *call) (int, any, *problem) {
	room, trouble := s.writable(c.PathValue("channel"))
	if trouble != nil {
		return 0, nil, trouble
	}
	b, trouble := c.message()
	if trouble != nil {
		return 0, nil, trouble
	}
	nonce, trouble := b.checkNew(suppressEmbeds | quiet)
	if trouble != nil {
		return 0, nil, trouble
	}
	if at := slices.IndexFunc(room.messages, func(m *message) bool { return nonce != "" && m.nonce == nonce }); at >= 0 && b.EnforceNonce {
		return 0, s.shape(room, room.messages[at]), nil
	}
	m := s.post(room, b, nil)
	m.nonce = nonce
	s.Gateway.Dispatch("MESSAGE_CREATE", s.event(room, m))
	return 0, s.shape(room, m), nil
}

func (s *Server) patchMessage(c *call) (int, any, *problem) {
	room, m, trouble := s.posted(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	if m.author != BotID {
		return 0, nil, &problem{status: 403, code: 50005, message: "Cannot edit a message authored by another user", defect: true}
	}
	var b body
	if trouble := c.decode(&b); trouble != nil {
		return 0, nil, trouble
	}
	if trouble := s.edit(room, m, &b); trouble != nil {
		return 0, nil, trouble
	}
	return 0, s.shape(room, m), nil
}

func (s *Server) deleteMessage(c *call) (int, any, *problem) {
	room, m, trouble := s.posted(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	if m.author != BotID {
		return 0, nil, missingPermissions()
	}
	s.remove(room, m)
	return http.StatusNoContent, nil, nil
}

func (s *Server) postThread(c *call) (int, any, *problem) {
	room, m, trouble := s.posted(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	var body struct {
		Name    string `json:"name"`
		Archive int    `json:"auto_archive_duration"`
		Slow    int    `json:"rate_limit_per_user"`
	}
	if trouble := c.decode(&body); trouble != nil {
		return 0, nil, trouble
	}
	switch {
	case runes(body.Name) < 1 || runes(body.Name) > 100:
		return 0, nil, form("name", "Must be between 1 and 100 in length.")
	case !slices.Contains([]int{0, 60, 1440, 4320, 10080}, body.Archive):
		return 0, nil, form("auto_archive_duration", "Value must be one of {60, 1440, 4320, 10080}.")
	case room.kind != textChannel:
		return 0, nil, &problem{status: 400, code: 50024, message: "Cannot execute action on this channel type", defect: true}
	case s.permissionsIn(room)&CreatePublicThreads == 0:
		return 0, nil, missingPermissions()
	case s.channels[m.id] != nil:
		return 0, nil, &problem{status: 400, code: 160004, message: "A thread has already been created for this message", defect: true}
	}
	thread := &channel{id: m.id, kind: publicThread, guild: room.guild, parent: room.id, name: body.Name}
	s.channels[thread.id] = thread
	s.guilds[room.guild].channels = append(s.guilds[room.guild].channels, thread.id)
	o := thread.shape(s)
	o["newly_created"] = true
	s.Gateway.Dispatch("THREAD_CREATE", o)
	return http.StatusCreated, thread.shape(s), nil
}
