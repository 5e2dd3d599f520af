package bot

import (
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// timeline shows everything that is recorded about a case, in order. Showing it
// is recorded as well.
func (t *turn) timeline(token chat.Token) error {
	c, err := t.tx.Case(program.CaseNo(token.ID))
	if err != nil {
		return err
	}
	if c.Concerns(t.who.ID) {
		return program.ErrNotFound
	}
	text, err := t.chronology(t.voice, c)
	if err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "read a timeline", Case: c.No}); err != nil {
		return err
	}
	return t.queue(program.Outgoing{
		Priority: program.Reply, To: t.event.In, Person: t.who.ID,
		Message: chat.Message{Text: paragraphs(text, t.text("case.view_recorded")), Guarded: true, Handle: t.event.Handle},
	})
}

// chronology writes the timeline of a case: each entry with its date and time in
// the program's zone, who did it, and the words that belong to it. Entries are
// only ever added, so that a later one corrects an earlier one.
func (t *turn) chronology(v words.Voice, c program.Case) (chat.Text, error) {
	all := []chat.Text{v.Text("timeline.title", words.Args{"No": c.No.String(), "Level": v.Plain("level."+c.Level.String(), nil)})}
	for h, err := range t.tx.Hops(c.No) {
		if err != nil {
			return nil, err
		}
		entry, err := t.hopLine(v, c, h, h.At.In(t.Zone).Format("2006-01-02 15:04"))
		if err != nil {
			return nil, err
		}
		all = append(all, entry)
	}
	return lines(all...), nil
}

// hopLine writes one entry in the timeline of a case, which begins with when.
func (t *turn) hopLine(v words.Voice, c program.Case, h program.Hop, when string) (chat.Text, error) {
	args := words.Args{
		"Time": when, "Who": "", "To": "", "Level": "", "Rung": "", "What": "", "Place": "",
	}
	for key, id := range map[string]program.PersonID{"Who": h.By, "To": h.To} {
		if id == 0 {
			continue
		}
		p, err := t.person(id)
		if err != nil {
			return nil, err
		}
		args[key] = p.Name
	}
	if h.Level != program.NoLevel {
		args["Level"] = v.Plain("level."+h.Level.String(), nil)
	}
	if h.Rung != "" {
		args["Rung"] = v.Plain("rung."+string(h.Rung), nil)
	}
	place, err := t.placeName(h.Place)
	if err != nil {
		return nil, err
	}
	args["Place"] = place
	if h.What != "" {
		args["What"] = v.Plain(whatOf(h.Kind)+"."+h.What, nil)
	}
	line := v.Text(hopKey(c, h), args)
	if h.Twice {
		line = append(append(line, chat.Span{Text: " "}), v.Text("timeline.twice", nil)...)
	}
	if h.Note == 0 {
		return line, nil
	}
	n, err := t.tx.Note(h.Note)
	if err != nil {
		return nil, err
	}
	return lines(line, chat.Text{{Text: n.Text, Style: chat.Quote}}), nil
}

// hopKey returns where the wording of a hop is.
func hopKey(c program.Case, h program.Hop) string {
	switch {
	case h.Kind == program.HopRaised && c.Drill:
		return "hop.drill_begun"
	case h.Kind == program.HopClosed && c.Drill:
		return "hop.drill_over"
	case h.Kind == program.HopRaised && h.By == 0:
		return "hop.raised_by_bot"
	case h.Kind == program.HopRaised && c.Hint != 0:
		return "hint.hop_raised"
	case h.Kind == program.HopHint:
		return "hint.hop"
	case h.Kind == program.HopClosed && h.By == h.To:
		return "hop.closed_alone"
	case h.Kind == program.HopLowered && h.By == h.To:
		return "hop.lowered_alone"
	case h.Kind == program.HopAdded && h.Note == 0:
		return "hop.said_more"
	case h.Kind == program.HopReopened && h.Note == 0:
		return "hop.reopened_by_worse"
	}
	return "hop." + strings.ReplaceAll(string(h.Kind), " ", "_")
}

// whatOf returns where the wording of a hop's What is.
func whatOf(kind program.HopKind) string {
	switch kind {
	case program.HopReferred:
		return "consent"
	case program.HopTrend:
		return "trend_name"
	case program.HopKnows:
		return "knows"
	case program.HopFeedback:
		return "feedback"
	case program.HopHint:
		return "hint_came"
	}
	return "outcome"
}

// placeName returns what people call a place: the name of whoever's private
// chat it is, or the title of a channel.
func (t *turn) placeName(place chat.Place) (string, error) {
	if place.IsZero() {
		return "", nil
	}
	p, err := t.readerOf(place)
	if err != nil || p.ID != 0 {
		return p.Name, err
	}
	c, err := t.tx.Channel(place)
	if err != nil || c.Title == "" {
		return place.String(), nil
	}
	return c.Title, nil
}
