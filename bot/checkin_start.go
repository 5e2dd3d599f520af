package bot

import (
	"errors"
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// startCheckIn begins a check-in, or offers to go on with one.
func (t *turn) startCheckIn(string) error {
	if called := t.option("mentee"); called != "" {
		return t.startCheckInAbout(called)
	}
	dialogues, err := collect(t.tx.DialoguesWith(t.who.ID))
	if err != nil {
		return err
	}
	for _, d := range dialogues {
		if d.State.Flow != flowCheckIn || d.State.Value("fixing") != "" || !saidSomething(d) {
			continue
		}
		only, err := t.onlyDetails(&d)
		if err != nil {
			return err
		}
		if !only {
			return t.offerToResume(&d)
		}
		if err := errors.Join(t.keepPartial(&d), t.dropDialogue(&d)); err != nil {
			return err
		}
	}
	return t.newCheckIn()
}

// startCheckInAbout begins a check-in about the mentee of that alias, or of the
// only alias that begins so. Nobody of that name is asked about.
func (t *turn) startCheckInAbout(called string) error {
	id, ok, err := t.matchCalled(called)
	if err != nil || !ok {
		return errors.Join(err, t.newCheckIn())
	}
	return t.newCheckIn(flow.Answer{Key: "match", Values: []string{matchKey(id)}})
}

// matchCalled returns the person's match with the mentee of that alias, or of the
// only alias that begins so.
func (t *turn) matchCalled(called string) (id program.MatchID, ok bool, err error) {
	matches, aliases, err := t.matchesOf(t.who.ID)
	if err != nil || called == "" {
		return 0, false, err
	}
	fold := strings.ToLower(called)
	var meant []program.MatchID
	for _, m := range matches {
		alias := strings.ToLower(aliases[m.ID])
		if alias == fold {
			meant = []program.MatchID{m.ID}
			break
		}
		if strings.HasPrefix(alias, fold) {
			meant = append(meant, m.ID)
		}
	}
	if len(meant) != 1 {
		return 0, false, nil
	}
	return meant[0], true, nil
}

func (t *turn) newCheckIn(answers ...flow.Answer) error {
	matches, _, err := t.matchesOf(t.who.ID)
	if err != nil {
		return err
	}
	if len(matches) == 0 {
		return t.reply(t.text("checkin.no_match"), t.button(actSOS, 0, "button.sos", chat.Danger))
	}
	return t.begin(flowCheckIn, answers...)
}

func (t *turn) offerToResume(d *program.Dialogue) error {
	c, _, err := t.runCheckIn(d)
	if err != nil {
		return err
	}
	text := t.text("checkin.resume_plain")
	if m, err := t.tx.Match(c.Match); err == nil {
		mentee, err := t.called(m)
		if err != nil {
			return err
		}
		text = t.text("checkin.resume", "Mentee", mentee)
	}
	return t.reply(text,
		t.button(actResume, uint64(d.ID), "button.go_on", chat.Primary),
		t.button(actAfresh, uint64(d.ID), "button.afresh", chat.Aside))
}

// startPressed begins a check-in about a match, from a reminder.
func (t *turn) startPressed(token chat.Token) error {
	if token.ID == 0 {
		return t.startCheckIn("")
	}
	m, err := t.tx.Match(program.MatchID(token.ID))
	if err != nil {
		return err
	}
	if m.Mentor != t.who.ID || !m.Active() {
		return t.toast("answer.old_button")
	}
	return t.newCheckIn(flow.Answer{Key: "match", Values: []string{matchKey(m.ID)}})
}

// startAfresh leaves an unfinished check-in, keeps what was said in it, and
// begins another.
func (t *turn) startAfresh(token chat.Token) error {
	d, err := t.tx.Dialogue(t.who.ID, program.DialogueID(token.ID))
	if err != nil && !errors.Is(err, program.ErrNotFound) {
		return err
	}
	if err == nil {
		if err := t.keepPartial(&d); err != nil {
			return err
		}
		if err := t.dropDialogue(&d); err != nil {
			return err
		}
	}
	return t.newCheckIn()
}

// matchesOf returns the matches of a mentor that have not ended, with what
// their mentees are called. A turn reads them once: it never changes those of
// the mentor whom it talks with.
func (t *turn) matchesOf(mentor program.PersonID) (matches []program.Match, aliases map[program.MatchID]string, err error) {
	if t.read.of == mentor {
		return t.read.matches, t.read.aliases, nil
	}
	aliases = map[program.MatchID]string{}
	for m, err := range t.tx.MatchesOf(mentor) {
		if err != nil {
			return nil, nil, err
		}
		if !m.Active() {
			continue
		}
		matches = append(matches, m)
		if aliases[m.ID], err = t.called(m); err != nil {
			return nil, nil, err
		}
	}
	t.read = matchesRead{mentor, matches, aliases}
	return matches, aliases, nil
}

// matchesRead is what matchesOf has read.
type matchesRead struct {
	of      program.PersonID
	matches []program.Match
	aliases map[program.MatchID]string
}
