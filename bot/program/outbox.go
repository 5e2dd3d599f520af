package program

import (
	"strconv"
	"time"

	"steadfast/bot/chat"
)

// A Priority orders what waits to be sent. Lower goes first, always.
type Priority uint8

// The priorities.
const (
	Escalation Priority = 1 + iota
	Reply
	Alert
	Reminder
	Digest
)

// An Outgoing is a message that waits in the durable outbox. A card of a case
// has no message of its own: it is written at the moment it is sent, so that
// it shows how the case stands then, and so that several cards for one place
// become one message.
type Outgoing struct {
	Seq      uint64       `json:"seq"`
	Priority Priority     `json:"priority"`
	To       chat.Place   `json:"to"`
	Group    bool         `json:"group,omitzero"` // To is a group or a channel
	Queued   time.Time    `json:"queued"`
	Message  chat.Message `json:"message,omitzero"`
	Purpose  Purpose      `json:"purpose,omitzero"`
	Case     CaseNo       `json:"case,omitzero"` // what it is about
	Match    MatchID      `json:"match,omitzero"`
	Person   PersonID     `json:"person,omitzero"` // whom it is for
	Fresh    bool         `json:"fresh,omitzero"`  // a card: a new message that rings, not an update of the old one
	Tried    bool         `json:"tried,omitzero"`  // an earlier try may have been shown
	Failed   []chat.Place `json:"failed,omitzero"` // other places of Person where it could not be shown
	Told     time.Time    `json:"told,omitzero"`   // the At of the [Told], or the Sent of the [Bundle], that it is
}

// Ready returns the message as it is to be sent, with what makes it known when
// it is sent again.
func (o Outgoing) Ready() chat.Message {
	m := o.Message
	m.Group = o.Group
	m.Once = strconv.FormatUint(o.Seq, 36) + "-" + strconv.FormatInt(o.Queued.UnixMilli(), 36)
	return m
}

// Purpose says what becomes of an outgoing message when it was delivered or
// could not be.
type Purpose string

// The purposes.
const (
	ForReply    Purpose = ""         // an answer, nothing follows
	ForCard     Purpose = "card"     // the card of Case in a supervisors' place
	ForContent  Purpose = "content"  // the content of Case for Person in private
	ForTold     Purpose = "told"     // Person is told about Case
	ForAlert    Purpose = "alert"    // Person must act
	ForRemind   Purpose = "remind"   // Person is reminded
	ForBundle   Purpose = "bundle"   // Person is told of silences
	ForCalendar Purpose = "calendar" // a file with the meetings of Match or, without one, of Person
	ForProbe    Purpose = "probe"    // whether messages reach Person
	ForMenu     Purpose = "menu"     // a command menu
	ForRest     Purpose = "rest"     // the content of Case goes on
)
