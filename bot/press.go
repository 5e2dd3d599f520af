package bot

import (
	"errors"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// The acts that stand in buttons. They are part of messages already sent and
// never change their meaning.
const (
	actAnswer    = "d"         // answers a dialogue: ID is the dialogue
	actStart     = "in"        // starts a check-in: ID is the match, or zero
	actResume    = "go"        // goes on with a dialogue: ID
	actAfresh    = "new"       // leaves the dialogue ID and starts a check-in
	actCorrect   = "fix"       // corrects the check-in ID
	actDetails   = "details"   // asks for the details of the check-in ID
	actTwice     = "twice"     // says whether the check-in ID is about the same meeting as an earlier one, which is the question: option
	actUndo      = "undo"      // takes back the check-in ID
	actSOS       = "sos"       // calls for help; ID is a note, or zero
	actAck       = "ack"       // acknowledges the case ID
	actOpen      = "open"      // opens the case ID
	actFile      = "file"      // adds the note ID to the last check-in
	actTellOf    = "tell"      // starts a check-in with the note ID
	actRead      = "read"      // reads the note ID
	actPair      = "pair"      // matches the mentor ID
	actLink      = "link"      // agrees to a link or not: ID is the person, question the answer, option the link
	actUnlink    = "part"      // takes an account away: question is the platform
	actTimeline  = "time"      // shows the timeline of the case ID
	actDid       = "did"       // records what was done about the case ID
	actPlan      = "plan"      // plans a step about the case ID
	actStepDone  = "step"      // ticks a planned step of the case ID off: option is its note
	actMore      = "more"      // asks the reporter of the case ID for more
	actDetail    = "tell-more" // answers that
	actHand      = "hand"      // hands the case ID over
	actLevel     = "level"     // changes the level of the case ID
	actClimb     = "up"        // pages the next rung about the case ID
	actHands     = "hands"     // calls all supervisors about the case ID
	actClose     = "close"     // closes the case ID
	actReopen    = "reopen"    // opens the case ID again
	actAgree     = "agree"     // agrees, as a second person, to a change of the case ID
	actRefuse    = "refuse"    // does not agree
	actKnows     = "knows"     // says whether the mentee of the case ID knows that it was told: option
	actMeeting   = "meet"      // changes a meeting of the match ID: question is its date, option what is to be done
	actFits      = "fits"      // says that a meeting of the match ID works: question is its date
	actMeetings  = "meets"     // shows the next meetings of the match ID
	actTimes     = "times"     // sets a new schedule for the match ID
	actGoal      = "goal"      // sets what the match ID works towards; zero: one of the mentor's own
	actPause     = "pause"     // pauses the match ID; for a mentor all of theirs, which zero means as well; option: even if it is paused
	actUnpause   = "unpause"   // ends the pause of the match ID
	actPaused    = "paused"    // says that the pause of the match ID goes on
	actFeedback  = "feedback"  // says whether the case ID was raised rightly: option
	actWas       = "was"       // says what became of a meeting of the match ID: question is its date, option the answer
	actLater     = "later"     // wants to be asked again; ID is one of the matches
	actSee       = "see"       // shows how the match ID stands
	actWrite     = "write"     // writes to the mentor of the match ID
	actWriteBack = "back"      // answers somebody of the staff about the match ID: option
	actRemark    = "remark"    // notes why the match ID is silent
	actCalendar  = "ics"       // sends the meetings of the match ID, or one's own, as a file; option: no more of them
	actPresent   = "present"   // says that the person is there
	actCall      = "call"      // shows the phone number of the mentor of the match ID
	actGive      = "give"      // gives the match ID to somebody else
	actTalk      = "talk"      // records that staff talked with the mentor of the match ID
	actHint      = "hint"      // answers about the words of the hint ID: question is what is answered, option the answer
	actReadHint  = "words"     // reads the words of the hint ID
	actBind      = "bind"      // binds the channel: question is the platform, option the place
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
		actAnswer:    {program.ActAnswer, (*turn).answerPressed},
		actStart:     {program.ActCheckIn, (*turn).startPressed},
		actResume:    {program.ActAnswer, (*turn).resume},
		actAfresh:    {program.ActCheckIn, (*turn).startAfresh},
		actCorrect:   {program.ActCheckIn, (*turn).correct},
		actDetails:   {program.ActCheckIn, (*turn).sayMore},
		actTwice:     {program.ActUndo, (*turn).twicePressed},
		actUndo:      {program.ActUndo, (*turn).undoPressed},
		actSOS:       {program.ActSOS, (*turn).sosPressed},
		actAck:       {program.ActAck, (*turn).acknowledge},
		actOpen:      {program.ActOpenCase, (*turn).openCase},
		actFile:      {program.ActNote, (*turn).fileNote},
		actTellOf:    {program.ActCheckIn, (*turn).checkInWithNote},
		actRead:      {program.ActReadNote, (*turn).readNote},
		actPair:      {program.ActMatch, (*turn).matchMentor},
		actLink:      {program.ActLink, (*turn).linkPressed},
		actUnlink:    {program.ActUnlink, (*turn).unlinkPressed},
		actBind:      {program.ActBind, (*turn).bindPressed},
		actTimeline:  {program.ActWork, (*turn).timeline},
		actKnows:     {program.ActAnswer, (*turn).knowsPressed},
		actDid:       {program.ActWork, workOn(flowDid)},
		actPlan:      {program.ActWork, workOn(flowPlan)},
		actStepDone:  {program.ActWork, (*turn).stepDone},
		actMore:      {program.ActWork, workOn(flowMore)},
		actDetail:    {program.ActAnswer, workOn(flowDetail)},
		actHand:      {program.ActWork, workOn(flowHand)},
		actLevel:     {program.ActWork, workOn(flowLevel)},
		actClimb:     {program.ActWork, (*turn).climbNow},
		actHands:     {program.ActWork, (*turn).allHands},
		actClose:     {program.ActWork, workOn(flowClose)},
		actReopen:    {program.ActWork, workOn(flowReopen)},
		actAgree:     {program.ActSecond, (*turn).agree},
		actRefuse:    {program.ActSecond, workOn(flowRefuse)},
		actMeeting:   {program.ActSchedule, (*turn).meetingPressed},
		actFits:      {program.ActCheckIn, (*turn).fitsPressed},
		actMeetings:  {program.ActSchedule, (*turn).meetingsPressed},
		actTimes:     {program.ActMatch, (*turn).timesPressed},
		actGoal:      {program.ActSchedule, (*turn).goalPressed},
		actPause:     {program.ActPause, (*turn).pausePressed},
		actUnpause:   {program.ActPause, (*turn).unpausePressed},
		actPaused:    {program.ActPause, (*turn).pausedPressed},
		actFeedback:  {program.ActSecond, (*turn).feedback},
		actWas:       {program.ActCheckIn, (*turn).wasPressed},
		actLater:     {program.ActCheckIn, (*turn).laterPressed},
		actSee:       {program.ActWatch, (*turn).seePressed},
		actWrite:     {program.ActWatch, (*turn).writePressed},
		actWriteBack: {program.ActCheckIn, (*turn).writeBackPressed},
		actCalendar:  {program.ActSchedule, (*turn).calendarPressed},
		actPresent:   {program.ActPresent, (*turn).presentPressed},
		actRemark:    {program.ActWatch, (*turn).remarkPressed},
		actCall:      {program.ActWatch, (*turn).callPressed},
		actGive:      {program.ActMatch, (*turn).givePressed},
		actTalk:      {program.ActWatch, (*turn).talkPressed},
		actHint:      {program.ActAnswer, (*turn).hintPressed},
		actReadHint:  {program.ActReadNote, (*turn).readHint},
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
func (t *turn) button(act string, id uint64, label string, kind chat.ChoiceKind, args ...any) chat.Choice {
	return buttonIn(t.voice, act, id, label, kind, args...)
}

// buttonIn makes a button in the language of whoever is to see it.
func buttonIn(v words.Voice, act string, id uint64, label string, kind chat.ChoiceKind, args ...any) chat.Choice {
	return chat.Choice{Label: v.Plain(label, named(args)), Token: chat.Token{Act: act, ID: id}.String(), Kind: kind}
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
