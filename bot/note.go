package bot

import (
	"errors"
	"strconv"
	"time"
	"unicode/utf8"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// unfiledAfter is how long a note may stay without the person saying what it
// is, before somebody of the staff is asked to look at it.
const unfiledAfter = 30 * time.Minute

// longNote is from how many runes on the person is told the length, so that
// they see that all of it arrived.
const longNote = 2000

// freeText keeps what was written outside a dialogue, and asks what it is.
func (t *turn) freeText(text string) error {
	n := program.Note{By: t.who.ID, At: t.now, Text: text}
	if err := t.tx.PutNote(&n); err != nil {
		return err
	}
	if err := t.heedNote(&n, 0); err != nil || n.Case != 0 {
		return err // what is urgent needs no question what it is
	}
	if !t.who.Is(program.Mentor) { // staff know whom to turn to
		return t.reply(t.text("note.kept_staff"), t.noteChoices(n.ID)...)
	}
	if err := t.watchNote(n, unfiledAfter); err != nil {
		return err
	}
	ask := t.text("note.kept")
	if runes := utf8.RuneCountInString(text); runes >= longNote {
		ask = t.text("note.kept_long", "N", runes)
	}
	return t.reply(ask, t.noteChoices(n.ID)...)
}

// watchNote has somebody of the staff look at a note, unless it is filed within
// a time.
func (t *turn) watchNote(n program.Note, within time.Duration) error {
	return t.setTimer(program.Timer{Kind: program.TimerNote, ID: uint64(n.ID), Person: n.By, At: t.now.Add(within)})
}

func (t *turn) noteChoices(id program.NoteID) (choices []chat.Choice) {
	if t.who.Is(program.Mentor) {
		choices = append(choices,
			t.button(actFile, uint64(id), "button.add_note", chat.Plain),
			t.button(actTellOf, uint64(id), "button.new_checkin", chat.Plain))
	}
	return append(choices, t.button(actSOS, uint64(id), "button.sos", chat.Danger))
}

// sent answers what is not text. The words that came with it are kept.
func (t *turn) sent(s chat.Sent) error {
	key := "answer.media"
	switch s.Kind {
	case chat.Voice:
		key = "answer.voice"
	case chat.Photo, chat.Video:
		key = "answer.photo"
	}
	text := t.text(key, "Emergency", t.Emergency)
	if s.Caption == "" {
		return t.reply(text)
	}
	n := program.Note{By: t.who.ID, At: t.now, Text: s.Caption}
	if err := t.tx.PutNote(&n); err != nil {
		return err
	}
	if err := t.heedNote(&n, 0); err != nil {
		return err
	}
	if n.Case != 0 {
		return t.reply(paragraphs(text, t.text("answer.caption_kept")))
	}
	if err := t.watchNote(n, unfiledAfter); err != nil {
		return err
	}
	return t.reply(paragraphs(text, t.text("answer.caption_kept"), t.text("note.kept")), t.noteChoices(n.ID)...)
}

// edited keeps the new wording of an earlier message. It goes to the last
// check-in, and to its case.
func (t *turn) edited(text string) error {
	n := program.Note{By: t.who.ID, At: t.now, Text: text, Edit: true}
	last, err := t.lastCheckIn()
	if err != nil {
		return err
	}
	if last.ID == 0 {
		if err := t.tx.PutNote(&n); err != nil {
			return err
		}
		if err := t.heedNote(&n, 0); err != nil {
			return err
		}
		if n.Case == 0 {
			if err := t.watchNote(n, unfiledAfter); err != nil {
				return err
			}
		}
		return t.reply(t.text("answer.edited_loose"))
	}
	mentee, err := t.attach(&n, last)
	if err != nil {
		return err
	}
	if err := t.heedNote(&n, last.Match); err != nil {
		return err
	}
	return t.reply(t.text("answer.edited", "Mentee", mentee))
}

// attach keeps a note with a check-in, and with its case.
func (t *turn) attach(n *program.Note, c program.CheckIn) (mentee string, err error) {
	n.CheckIn, n.Case = c.ID, c.Case
	if err := t.tx.PutNote(n); err != nil {
		return "", err
	}
	if c.Case != 0 {
		if err := t.inform(c.Case, program.Hop{Kind: program.HopAdded, By: n.By, Note: n.ID}, "case.reporter_added"); err != nil {
			return "", err
		}
	}
	m, err := t.tx.Match(c.Match)
	if err != nil {
		return "", err
	}
	return t.called(m)
}

// ownNote returns the person's own note that a button is about.
func (t *turn) ownNote(token chat.Token) (program.Note, error) {
	n, err := t.tx.Note(program.NoteID(token.ID))
	if err == nil && n.By != t.who.ID {
		err = program.ErrNotFound
	}
	return n, err
}

func filed(n program.Note) bool { return n.CheckIn != 0 || n.Case != 0 }

// fileNote adds a note to the person's last check-in.
func (t *turn) fileNote(token chat.Token) error {
	n, err := t.ownNote(token)
	if err != nil {
		return err
	}
	if filed(n) {
		return t.toast("note.done_already")
	}
	last, err := t.lastCheckIn()
	if err != nil {
		return err
	}
	if last.ID == 0 {
		return t.warn("note.no_checkin")
	}
	mentee, err := t.attach(&n, last)
	if err != nil {
		return err
	}
	if err := t.tx.DropTimer(program.Timer{Kind: program.TimerNote, ID: token.ID}); err != nil {
		return err
	}
	key := "note.added"
	if n.Case != 0 {
		key = "note.added_case"
	}
	return t.reply(t.text(key, "Mentee", mentee, "No", n.Case.String()))
}

// checkInWithNote starts a check-in whose note has begun already. The note
// stays unfiled until the check-in is kept.
func (t *turn) checkInWithNote(token chat.Token) error {
	n, err := t.ownNote(token)
	if err != nil {
		return err
	}
	if filed(n) {
		return t.toast("note.done_already")
	}
	return t.newCheckIn(
		flow.Answer{Key: "words", Values: []string{n.Text}},
		flow.Answer{Key: "filed", Values: []string{strconv.FormatUint(uint64(n.ID), 10)}})
}

// fileWith marks the note that a check-in began with as part of it.
func (t *turn) fileWith(d *program.Dialogue, c program.CheckIn) error {
	id, err := strconv.ParseUint(d.State.Value("filed"), 10, 64)
	if err != nil {
		return nil // it did not begin with a note
	}
	n, err := t.tx.Note(program.NoteID(id))
	if err != nil {
		return err
	}
	if n.CheckIn = c.ID; c.Case != 0 {
		n.Case = c.Case
	}
	if err := t.tx.PutNote(&n); err != nil {
		return err
	}
	return t.tx.DropTimer(program.Timer{Kind: program.TimerNote, ID: id})
}

// unfiled tells the coordinator of whoever wrote a note and did not say what it
// is; without one, all coordinators and owners.
func (t *turn) unfiled(timer program.Timer) error {
	n, err := t.tx.Note(program.NoteID(timer.ID))
	if errors.Is(err, program.ErrNotFound) || (err == nil && filed(n)) {
		return nil
	}
	if err != nil {
		return err
	}
	by, err := t.person(n.By)
	if err != nil {
		return err
	}
	t.be(by)
	staff, err := t.staffOf(by.ID)
	if err != nil {
		return err
	}
	for _, p := range staff {
		v := t.voiceOf(p)
		message := chat.Message{
			Text:    v.Text("note.unfiled", named([]any{"Who", by.Name})),
			Choices: []chat.Choice{buttonIn(v, actRead, timer.ID, "button.read", chat.Primary)},
		}
		if err := t.tell(p, program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert, Message: message}); err != nil {
			return err
		}
	}
	return nil
}

// staffOf returns who looks after a mentor: the coordinators of their matches,
// or all coordinators and owners. Never the mentor themselves.
func (t *turn) staffOf(mentor program.PersonID) (staff []program.Person, err error) {
	seen := map[program.PersonID]bool{mentor: true, 0: true}
	for m, err := range t.tx.MatchesOf(mentor) {
		if err != nil {
			return nil, err
		}
		if !m.Active() || seen[m.Coordinator] {
			continue
		}
		seen[m.Coordinator] = true
		p, err := t.person(m.Coordinator)
		if err != nil {
			return nil, err
		}
		if ok, err := t.reachable(p); err != nil {
			return nil, err
		} else if ok && p.Is(program.Coordinator) {
			staff = append(staff, p)
		}
	}
	if len(staff) > 0 {
		return staff, nil
	}
	people, err := t.withRole(program.Coordinator | program.Owner)
	for _, p := range people {
		if !seen[p.ID] && len(staff) < alertedAtOnce {
			staff = append(staff, p)
		}
	}
	return staff, err
}

// readNote shows a note to somebody of the staff, and records it.
func (t *turn) readNote(token chat.Token) error {
	n, err := t.tx.Note(program.NoteID(token.ID))
	if err != nil {
		return err
	}
	by, err := t.person(n.By)
	if err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "read a note", Person: n.By, Case: n.Case}); err != nil {
		return err
	}
	return t.queue(program.Outgoing{
		Priority: program.Reply, To: t.event.In, Person: t.who.ID,
		Message: chat.Message{
			Text: lines(
				t.text("note.content", "Who", by.Name, "Time", t.clock(t.who, n.At)),
				chat.Text{{Text: n.Text, Style: chat.Quote}},
				t.text("case.view_recorded"),
			),
			Guarded: true,
		},
	})
}
