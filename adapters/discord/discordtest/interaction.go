package discordtest

import (
	"net/http"
	"slices"
	"time"
)

// Kinds of interactions.
const (
	slashInteraction    = 2
	pressInteraction    = 3
	completeInteraction = 4
	submitInteraction   = 5
)

// Kinds of answers to an interaction.
const (
	answerMessage  = 4
	answerLater    = 5
	answerNothing  = 6
	answerUpdate   = 7
	answerChoices  = 8
	answerWithForm = 9
)

// How long Discord waits for the first answer, and for all others.
const (
	patience  = 3 * time.Second
	tokenLife = 15 * time.Minute
)

// An interaction is something a person did that waits for an answer.
type interaction struct {
	id, token     string
	kind          int
	user, channel string
	data          object
	source        *message // that bears what was pressed
	at            time.Time

	answer   int // 0: none yet
	took     time.Duration
	failed   bool
	repeated bool // the person did the same once more
	expired  bool
	original *message
	choices  []Choice
	form     *body // to be filled in
}

// happen makes an interaction and tells the bot. s.mu must be held.
func (s *Server) happen(i *interaction) string {
	s.Gateway.Dispatch("INTERACTION_CREATE", s.begin(i))
	return i.id
}

// begin makes an interaction and returns what the bot is to be told. s.mu must
// be held.
func (s *Server) begin(i *interaction) object {
	i.id, i.at = s.newID(), time.Now()
	i.token = "aW50ZXJhY3Rpb246" + i.id
	s.interactions[i.id] = i
	s.order = append(s.order, i)
	time.AfterFunc(patience, func() { s.giveUp(i) })
	s.notify()
	return i.shape(s)
}

// giveUp tells the person that an interaction failed, if there is no answer.
func (s *Server) giveUp(i *interaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.answer != 0 {
		return
	}
	i.failed = true
	s.failed++
	s.notify()
}

// Expire ends the tokens of all interactions so far, as time does.
func (s *Server) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.order {
		i.expired = true
	}
}

// allows lists the answers that a kind of interaction can have.
func (i *interaction) allows() []int {
	switch {
	case i.kind == slashInteraction:
		return []int{answerMessage, answerLater, answerWithForm}
	case i.kind == pressInteraction:
		return []int{answerMessage, answerLater, answerNothing, answerUpdate, answerWithForm}
	case i.kind == completeInteraction:
		return []int{answerChoices}
	case i.source != nil:
		return []int{answerMessage, answerLater, answerNothing, answerUpdate}
	}
	return []int{answerMessage, answerLater}
}

// callback takes the first answer to an interaction.
func (s *Server) callback(c *call) (int, any, *problem) {
	i := s.interactions[c.PathValue("id")]
	switch {
	case i == nil || i.token != c.PathValue("token"):
		return 0, nil, &problem{status: 404, code: 10062, message: "Unknown interaction", defect: true}
	case i.expired || i.failed:
		return 0, nil, &problem{status: 404, code: 10062, message: "Unknown interaction", defect: !i.expired}
	case i.answer != 0:
		return 0, nil, &problem{status: 400, code: 40060, message: "Interaction has already been acknowledged.", defect: true}
	}
	var r struct {
		Type int   `json:"type"`
		Data *body `json:"data"`
	}
	if trouble := c.decode(&r); trouble != nil {
		return 0, nil, trouble
	}
	if !slices.Contains(i.allows(), r.Type) {
		return 0, nil, form("type", "Value must be one of %v.", i.allows())
	}
	if r.Data == nil {
		r.Data = &body{}
	}
	if trouble := s.answered(i, r.Type, r.Data); trouble != nil {
		return 0, nil, trouble
	}
	i.answer, i.took = r.Type, time.Since(i.at)
	if c.URL.Query().Get("with_response") != "true" {
		return http.StatusNoContent, nil, nil
	}
	about := object{"id": i.id, "type": i.kind, "response_message_loading": r.Type == answerLater}
	out := object{"interaction": about}
	if i.original != nil {
		about["response_message_id"], about["response_message_ephemeral"] = i.original.id, i.original.seen != ""
		if r.Type != answerNothing {
			out["resource"] = object{"type": r.Type, "message": s.shape(s.channels[i.channel], i.original)}
		}
	}
	return 0, out, nil
}

// answered does what a first answer says.
func (s *Server) answered(i *interaction, kind int, b *body) *problem {
	room := s.channels[i.channel]
	switch kind {
	case answerMessage:
		if _, trouble := b.checkNew(suppressEmbeds | quiet | ephemeral); trouble != nil {
			return trouble
		}
		i.original = s.post(room, b, i)
		s.tell(room, i.original)
	case answerLater:
		if b.Flags&^ephemeral != 0 {
			return form("data.flags", "flags that cannot be set here: %d", b.Flags)
		}
		i.original = s.post(room, &body{Flags: b.Flags | loading}, i)
	case answerNothing:
		i.original = i.source
	case answerUpdate:
		if room.message(i.source.id) == nil {
			return unknownMessage()
		}
		if trouble := s.edit(room, i.source, b); trouble != nil {
			return trouble
		}
		i.original = i.source
	case answerChoices:
		if trouble := checkChoices("data.choices", b.Choices); trouble != nil {
			return trouble
		}
		i.choices = b.Choices
	case answerWithForm:
		if trouble := checkForm(b); trouble != nil {
			return trouble
		}
		i.form = b
	}
	return nil
}

// tell tells the bot of a message of its own that others see as well.
func (s *Server) tell(c *channel, m *message) {
	if m.seen == "" && !s.hidden(c) {
		s.Gateway.Dispatch("MESSAGE_CREATE", s.event(c, m))
	}
}

// hidden reports whether the bot is not where a channel is.
func (s *Server) hidden(c *channel) bool {
	return c.kind == groupPrivate || c.guild != "" && s.guilds[c.guild].away
}

// byToken returns the interaction whose later answers a call is.
func (s *Server) byToken(c *call) (*interaction, *problem) {
	at := slices.IndexFunc(s.order, func(i *interaction) bool { return i.token == c.PathValue("token") })
	if at < 0 || c.PathValue("app") != AppID {
		return nil, &problem{status: 404, code: 10015, message: "Unknown Webhook", defect: true}
	}
	i := s.order[at]
	switch {
	case i.expired:
		return nil, &problem{status: 401, code: 50027, message: "Invalid Webhook Token"}
	case time.Since(i.at) > tokenLife:
		return nil, &problem{status: 401, code: 50027, message: "Invalid Webhook Token", defect: true}
	case i.answer == 0 || i.kind == completeInteraction:
		return nil, &problem{status: 404, code: 10015, message: "Unknown Webhook", defect: true}
	}
	return i, nil
}

func (s *Server) followUp(c *call) (int, any, *problem) {
	i, trouble := s.byToken(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	var b body
	if trouble := c.decode(&b); trouble != nil {
		return 0, nil, trouble
	}
	if _, trouble := b.checkNew(suppressEmbeds | quiet | ephemeral); trouble != nil {
		return 0, nil, trouble
	}
	room := s.channels[i.channel]
	if o := i.original; o != nil && o.flags&loading != 0 { // the first follow-up takes the place of "thinking …"
		b.Flags &= suppressEmbeds
		if trouble := s.edit(room, o, &b); trouble != nil {
			return 0, nil, trouble
		}
		return 0, s.shape(room, o), nil
	}
	m := s.post(room, &b, i)
	s.tell(room, m)
	return 0, s.shape(room, m), nil
}

// answerOf returns the message of an interaction that a call is about.
func (s *Server) answerOf(c *call) (*interaction, *channel, *message, *problem) {
	i, trouble := s.byToken(c)
	if trouble != nil {
		return nil, nil, nil, trouble
	}
	room, m := s.channels[i.channel], i.original
	if id := c.PathValue("message"); id != "" {
		m = room.message(id)
	}
	switch {
	case m == nil || room.message(m.id) != m:
		return nil, nil, nil, unknownMessage()
	case m.by != i && m != i.source:
		return nil, nil, nil, &problem{status: 404, code: 10008, message: "Unknown Message", defect: true}
	}
	return i, room, m, nil
}

func (s *Server) getOriginal(c *call) (int, any, *problem) {
	_, room, m, trouble := s.answerOf(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	return 0, s.shape(room, m), nil
}

func (s *Server) patchOriginal(c *call) (int, any, *problem) {
	_, room, m, trouble := s.answerOf(c)
	if trouble != nil {
		return 0, nil, trouble
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

func (s *Server) deleteOriginal(c *call) (int, any, *problem) {
	_, room, m, trouble := s.answerOf(c)
	if trouble != nil {
		return 0, nil, trouble
	}
	s.remove(room, m)
	return http.StatusNoContent, nil, nil
}
