package discordtest

import "time"

// Insist makes people do once more what came to nothing because the bot went
// away in the middle of it: what they used, as soon as it is back; what they
// wrote and got no answer to, five seconds later.
func (s *Server) Insist() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.insist = true
}

// again returns what people do once more now that the bot is back. s.mu must be
// held.
func (s *Server) again() (events []Event) {
	if !s.insist {
		return nil
	}
	for _, i := range s.order {
		if i.answer == 0 && !i.failed && !i.repeated {
			i.repeated = true
			once := &interaction{kind: i.kind, user: i.user, channel: i.channel, source: i.source, data: i.data}
			events = append(events, Event{T: "INTERACTION_CREATE", D: s.begin(once)})
		}
	}
	return events
}

// waitFor lets a person wait for an answer to what they wrote. s.mu must be
// held.
func (s *Server) waitFor(c *channel, m *message) {
	starts, showings := s.starts, len(s.showings)
	time.AfterFunc(5*time.Second, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, showing := range s.showings[showings:] {
			if showing.Channel == c.id || showing.Person == m.author {
				return
			}
		}
		if s.starts > starts {
			once := *m
			s.put(c, &once)
		}
	})
}
