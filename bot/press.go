package bot

import (
	"errors"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// The acts that stand in buttons. They are part of messages already sent and
// never change their meaning.
const (
	actAnswer  = "d"    // answers a dialogue: ID is the dialogue
	actStart   = "in"   // starts a check-in: ID is the match, or zero
	actResume  = "go"   // goes on with a dialogue: ID
	actAfresh  = "new"  // leaves the dialogue ID and starts a check-in
	actCorrect = "fix"  // corrects the check-in ID
	actUndo    = "undo" // takes back the check-in ID
	actSOS     = "sos"  // calls for help; ID is a note, or zero
	actAck     = "ack"  // acknowledges the case ID
	actOpen    = "open" // opens the case ID
	actFile    = "file" // adds the note ID to the last check-in
	actTellOf  = "tell" // starts a check-in with the note ID
	actRead    = "read" // reads the note ID
	actPair    = "pair" // matches the mentor ID
	actLink    = "link" // agrees to a link or not: ID is the person, question the answer, option the link
	actUnlink  = "part" // takes an account away: question is the platform
	actBind    = "bind" // binds the channel: question is the platform, option the place
)

// A button is what a token can ask for.
type button struct {
	act program.Act
	do  func(t *turn, token chat.Token) error
}

// buttons returns what each act in a token does: the only way from a tap into
// the program.
func buttons() map[string]button {
	return map[string]button{
		actAnswer:  {program.ActAnswer, (*turn).answerPressed},
		actStart:   {program.ActCheckIn, (*turn).startPressed},
		actResume:  {program.ActAnswer, (*turn).resume},
		actAfresh:  {program.ActCheckIn, (*turn).startAfresh},
		actCorrect: {program.ActCheckIn, (*turn).correct},
		actUndo:    {program.ActUndo, (*turn).undoPressed},
		actSOS:     {program.ActSOS, (*turn).sosPressed},
		actAck:     {program.ActAck, (*turn).acknowledge},
		actOpen:    {program.ActOpenCase, (*turn).openCase},
		actFile:    {program.ActNote, (*turn).fileNote},
		actTellOf:  {program.ActCheckIn, (*turn).checkInWithNote},
		actRead:    {program.ActReadNote, (*turn).readNote},
		actPair:    {program.ActMatch, (*turn).matchMentor},
		actLink:    {program.ActLink, (*turn).linkPressed},
		actUnlink:  {program.ActUnlink, (*turn).unlinkPressed},
		actBind:    {program.ActBind, (*turn).bindPressed},
	}
}

// pressed does what a button stands for, if the person may.
func (t *turn) pressed(written string) error {
	token, err := chat.ParseToken(written)
	b, known := t.buttons[token.Act]
	if err != nil || !known {
		return t.toast("answer.old_button")
	}
	if ok, err := t.allowed(b.act); !ok {
		return err
	}
	err = b.do(t, token)
	if errors.Is(err, program.ErrNotFound) { // what it was about is no more
		return t.toast("answer.old_button")
	}
	return err
}

// button makes a button in the person's language.
func (t *turn) button(act string, id uint64, label string, kind chat.ChoiceKind) chat.Choice {
	return chat.Choice{Label: t.plain(label), Token: chat.Token{Act: act, ID: id}.String(), Kind: kind}
}

// toast answers a press in passing.
func (t *turn) toast(key string, args ...any) error {
	t.answer = chat.Answer{Toast: t.plain(key, args...)}
	return nil
}

// warn answers a press so that it must be read.
func (t *turn) warn(key string, args ...any) error {
	t.answer = chat.Answer{Toast: t.plain(key, args...), Alert: true}
	return nil
}
