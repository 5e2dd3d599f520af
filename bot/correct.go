package bot

import (
	"slices"
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// summary says in a few lines what was kept of a check-in.
func (t *turn) summary(v words.Voice, c program.CheckIn) (chat.Text, error) {
	m, err := t.tx.Match(c.Match)
	if err != nil {
		return nil, err
	}
	mentee, err := t.called(m)
	if err != nil {
		return nil, err
	}
	text := v.Text("summary.met", words.Args{"Mentee": mentee, "Met": v.Plain("met."+string(c.Met), nil)})
	if !c.On.IsZero() {
		text = lines(text, v.Text("summary.on", words.Args{"Day": t.date(v, c.On)}))
	}
	if len(c.Came) > 0 {
		came, err := t.aliases(c.Came)
		if err != nil {
			return nil, err
		}
		text = lines(text, v.Text("summary.came", words.Args{"Who": strings.Join(came, ", ")}))
	}
	text = lines(text, t.details(v, c))
	if c.Mood != 0 {
		text = lines(text, v.Text("summary.mood", words.Args{
			"Mood": v.Plain("mood."+moodKey(c.Mood), nil), "Word": v.Plain("mood_word."+moodKey(c.Mood), nil),
		}))
	}
	if c.Worry != "" {
		text = lines(text, v.Text("summary.worry", words.Args{"Worry": v.Plain("worry."+string(c.Worry), nil)}))
	}
	if m.Group() && c.Level() != program.NoLevel {
		whom, err := v.Plain("checkin.whole_group", nil), error(nil)
		if c.Whom != 0 {
			whom, err = t.alias(c.Whom)
		}
		if err != nil {
			return nil, err
		}
		text = lines(text, v.Text("summary.whom", words.Args{"Who": whom}))
	}
	if len(c.Kinds) > 0 {
		var kinds []string
		for _, k := range c.Kinds {
			kinds = append(kinds, v.Plain("kind."+string(k), nil))
		}
		text = lines(text, v.Text("summary.kinds", words.Args{"Kinds": strings.Join(kinds, ", ")}))
	}
	if c.Pressing != "" {
		text = lines(text, v.Text("summary.pressing", words.Args{"Pressing": v.Plain("pressing."+string(c.Pressing), nil)}))
	}
	text = lines(text, t.nextLine(v, c))
	if c.Note != "" {
		text = lines(text, v.Text("summary.note", nil), chat.Text{{Text: c.Note, Style: chat.Quote}})
	}
	return text, nil
}

// correct begins the correction of a check-in: everything that was said is
// there, and one answer is asked again.
func (t *turn) correct(token chat.Token) error {
	c, m, err := t.ownCheckIn(token)
	if err != nil {
		return err
	}
	if !c.Undone.IsZero() {
		return t.toast("checkin.already_undone")
	}
	s := withDetails(answersOf(c, m), c, false).With("fixing", "yes")
	return t.beginWith(program.Dialogue{State: s, CheckIn: c.ID, Case: c.Case})
}

// sayMore asks for the details of a meeting that a check-in does not have.
func (t *turn) sayMore(token chat.Token) error {
	c, m, err := t.ownCheckIn(token)
	if err != nil {
		return err
	}
	if !c.Undone.IsZero() {
		return t.toast("checkin.already_undone")
	}
	return t.beginWith(program.Dialogue{State: withDetails(answersOf(c, m), c, true), CheckIn: c.ID, Case: c.Case})
}

// answersOf returns the answers from which a check-in is known again, but for its
// details.
func answersOf(c program.CheckIn, m program.Match) flow.State {
	s := flow.State{Flow: flowCheckIn}.With("match", matchKey(c.Match)).With("met", string(c.Met))
	if m.Group() {
		s = withRoster(s, c)
	}
	if c.Mood != 0 {
		s = s.With("mood", moodKey(c.Mood))
	}
	if !c.On.IsZero() {
		s = s.With("on", c.On.String())
	}
	if !c.Of.IsZero() {
		s = s.With("of", c.Of.String())
	}
	if c.Worry != "" {
		s = s.With("worry", string(c.Worry))
	}
	if len(c.Kinds) > 0 {
		var kinds []string
		for _, k := range c.Kinds {
			kinds = append(kinds, string(k))
		}
		s = s.With("kinds", kinds...)
	}
	if c.Pressing != "" {
		s = s.With("pressing", string(c.Pressing))
	}
	if c.About != 0 {
		s = s.With("about", personKey(c.About))
	} else if slices.Contains(c.Kinds, program.AboutAnAdult) {
		s = s.With("about", "else")
	}
	if c.Knows != "" {
		s = s.With("knows", string(c.Knows))
	}
	if c.Note == "" {
		return s.With("note")
	}
	return s.With("note", c.Note)
}

// ownCheckIn returns the person's own check-in that a button is about.
func (t *turn) ownCheckIn(token chat.Token) (program.CheckIn, program.Match, error) {
	c, err := t.tx.CheckIn(program.CheckInID(token.ID))
	if err != nil {
		return c, program.Match{}, err
	}
	if c.By != t.who.ID {
		return c, program.Match{}, program.ErrNotFound
	}
	m, err := t.tx.Match(c.Match)
	return c, m, err
}

// undoPressed takes back the check-in that the button stands under.
func (t *turn) undoPressed(token chat.Token) error {
	c, _, err := t.ownCheckIn(token)
	if err != nil {
		return err
	}
	return t.undo(c)
}

// undoLast takes back the newest check-in of the person.
func (t *turn) undoLast(string) error {
	c, err := t.lastCheckIn()
	if err != nil {
		return err
	}
	if c.ID == 0 {
		return t.reply(t.text("checkin.nothing_to_undo"))
	}
	return t.undo(c)
}

// lastCheckIn returns the person's newest check-in that was not taken back; its
// ID is zero if there is none.
func (t *turn) lastCheckIn() (last program.CheckIn, err error) {
	for m, err := range t.tx.MatchesOf(t.who.ID) {
		if err != nil {
			return last, err
		}
		for c, err := range t.tx.CheckInsOf(m.ID) {
			if err != nil {
				return last, err
			}
			if c.Undone.IsZero() && c.By == t.who.ID {
				if c.ID > last.ID {
					last = c
				}
				break
			}
		}
	}
	return last, nil
}

// undo takes a check-in back, and says so.
func (t *turn) undo(c program.CheckIn) error {
	if !c.Undone.IsZero() {
		return t.toast("checkin.already_undone")
	}
	if err := t.takeBack(c); err != nil {
		return err
	}
	m, err := t.tx.Match(c.Match)
	if err != nil {
		return err
	}
	mentee, err := t.called(m)
	if err != nil {
		return err
	}
	key := "checkin.undone"
	if c.Case != 0 {
		key = "checkin.undone_case"
	}
	return t.reply(t.text(key, "Mentee", mentee, "When", t.clock(t.who, c.At), "No", c.Case.String()))
}

// takeBack marks a check-in as taken back. It stays on record, and a case that
// it raised stays open.
func (t *turn) takeBack(c program.CheckIn) error {
	c.Version, c.Changed, c.Undone = c.Version+1, t.now, t.now
	if err := t.tx.PutCheckIn(&c); err != nil {
		return err
	}
	m, err := t.tx.Match(c.Match)
	if err != nil {
		return err
	}
	if err := t.lookAtMatch(m); err != nil || c.Case == 0 {
		return err
	}
	return t.inform(c.Case, program.Hop{Kind: program.HopTakenBack, By: t.who.ID}, "case.reporter_took_back")
}
