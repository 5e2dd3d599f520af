package discordtest

import (
	"cmp"
	"strconv"
	"time"
)

// object is something as Discord tells it in JSON.
type object = map[string]any

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

func (u *user) shape() object {
	o := object{
		"id": u.ID, "username": u.Username, "discriminator": "0", "global_name": nil, "avatar": nil,
		"public_flags": 0, "flags": 0, "primary_guild": nil,
	}
	if u.Name != "" {
		o["global_name"] = u.Name
	}
	if u.bot {
		o["bot"] = true
	}
	return o
}

func (c *channel) shape(s *Server) object {
	o := object{"id": c.id, "type": c.kind, "flags": 0, "last_message_id": nil}
	if len(c.messages) > 0 {
		o["last_message_id"] = c.messages[len(c.messages)-1].id
	}
	switch {
	case c.kind == privateChannel:
		o["recipients"] = []any{s.users[c.with].shape()}
	case c.kind == publicThread:
		o["guild_id"], o["name"], o["parent_id"], o["owner_id"] = c.guild, c.name, c.parent, BotID
		o["thread_metadata"] = object{"archived": false, "auto_archive_duration": 10080, "locked": false, "archive_timestamp": stamp(made(c.id))}
	case c.guild != "":
		o["guild_id"], o["name"], o["parent_id"], o["position"], o["nsfw"] = c.guild, c.name, nil, 0, false
		o["permission_overwrites"] = []any{}
		if c.denied != 0 {
			o["permission_overwrites"] = []any{object{"id": BotID, "type": 1, "allow": "0", "deny": strconv.FormatInt(c.denied, 10)}}
		}
	}
	return o
}

func (g *guild) shape() object {
	return object{
		"id": g.id, "name": g.name, "owner_id": "600000000000000001", "roles": g.allRoles(), "icon": nil, "features": []any{},
		"preferred_locale": "en-US", "emojis": []any{}, "stickers": []any{}, "verification_level": 0,
	}
}

// botRole is the role that Discord makes for a bot in each guild.
func (g *guild) botRole() string { return strconv.FormatInt(number(g.id)+1, 10) }

func (g *guild) allRoles() []role {
	own := role{ID: g.botRole(), Name: "steadfast", Permissions: strconv.FormatInt(g.permissions, 10), Position: 1, Managed: true}
	return append([]role{g.roles[0], own}, g.roles[1:]...)
}

// created is a guild as the gateway tells it when the bot comes to know it.
func (g *guild) created(s *Server) object {
	o := g.shape()
	channels, threads := []any{}, []any{}
	for _, id := range g.channels {
		if c := s.channels[id]; c != nil && c.kind == publicThread {
			threads = append(threads, c.shape(s))
		} else if c != nil {
			channels = append(channels, c.shape(s))
		}
	}
	o["channels"], o["threads"], o["members"] = channels, threads, []any{g.member(s.users[BotID])}
	o["member_count"], o["large"], o["unavailable"], o["joined_at"] = len(g.members), false, false, stamp(epoch())
	o["voice_states"], o["presences"] = []any{}, []any{}
	return o
}

func (g *guild) member(u *user) object {
	o := object{"user": u.shape(), "nick": nil, "roles": []string{}, "joined_at": stamp(epoch()), "deaf": false, "mute": false, "flags": 0}
	if u.bot {
		o["roles"] = []string{g.botRole()}
	}
	return o
}

// ready is what the gateway says first, and right after it.
func (s *Server) ready() (self, application any, guilds []any, then []Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.guilds {
		if !g.away {
			guilds = append(guilds, object{"id": g.id, "unavailable": true})
			then = append(then, Event{T: "GUILD_CREATE", D: g.created(s)})
		}
	}
	s.starts++
	return s.users[BotID].shape(), object{"id": AppID, "flags": 8953856}, guilds, append(then, s.again()...)
}

// shape is a message as Discord tells it to the bot. In a guild the bot reads
// only what it wrote or what mentions it.
func (s *Server) shape(c *channel, m *message) object {
	o := object{
		"id": m.id, "channel_id": c.id, "type": 0, "content": m.content, "author": s.users[m.author].shape(),
		"timestamp": stamp(made(m.id)), "edited_timestamp": nil, "tts": false, "pinned": false, "flags": m.flags,
		"mention_everyone": false, "mentions": []any{}, "mention_roles": []any{}, "embeds": append([]embed{}, m.embeds...), "components": append([]component{}, m.rows...),
		"attachments": list(m.attachments),
	}
	if !m.edited.IsZero() {
		o["edited_timestamp"] = stamp(m.edited)
	}
	if m.mentions {
		o["mentions"] = []any{s.users[BotID].shape()}
	}
	if m.stickers != nil {
		o["sticker_items"] = m.stickers
	}
	if m.snapshots != nil {
		o["message_snapshots"] = m.snapshots
		o["message_reference"] = object{"type": 1, "channel_id": "700000000000000001", "message_id": "700000000000000002"}
	}
	if m.by != nil {
		o["application_id"], o["webhook_id"] = AppID, AppID
		o["interaction_metadata"] = object{"id": m.by.id, "type": m.by.kind, "user": s.users[m.by.user].shape()}
	}
	if c.guild != "" && m.author != BotID && !m.mentions {
		o["content"], o["embeds"], o["components"], o["attachments"] = "", []any{}, []any{}, []any{}
	}
	return o
}

// event is a message as the gateway tells it.
func (s *Server) event(c *channel, m *message) object {
	o := s.shape(c, m)
	o["channel_type"] = c.kind
	if m.nonce != "" {
		o["nonce"] = m.nonce
	}
	if g := s.guilds[c.guild]; g != nil {
		member := g.member(s.users[m.author])
		delete(member, "user")
		o["guild_id"], o["member"] = c.guild, member
	}
	return o
}

// shape is an interaction as the gateway tells it.
func (i *interaction) shape(s *Server) object {
	u, c := s.users[i.user], s.channels[i.channel]
	o := object{
		"id": i.id, "application_id": AppID, "type": i.kind, "token": i.token, "version": 1, "data": i.data,
		"channel_id": c.id, "channel": c.shape(s), "locale": cmp.Or(u.Locale, "en-US"), "entitlements": []any{},
		"app_permissions": "0", "attachment_size_limit": 10 << 20,
	}
	owners := object{"0": "0"}
	switch {
	case c.guild != "":
		g := s.guilds[c.guild]
		member := g.member(u)
		member["permissions"] = "0"
		o["guild_id"], o["member"], o["guild_locale"], o["context"] = g.id, member, "en-US", 0
		owners["0"] = g.id
		if g.away {
			owners = object{"1": u.ID}
		}
	case c.kind == groupPrivate:
		o["user"], o["context"] = u.shape(), 2
		owners = object{"1": u.ID}
	default:
		o["user"], o["context"] = u.shape(), 1
	}
	o["authorizing_integration_owners"] = owners
	if i.source != nil {
		o["message"] = s.shape(c, i.source)
	}
	return o
}

func list(a []any) []any {
	if a == nil {
		return []any{}
	}
	return a
}
