// Package bot is the conversation of Steadfast: what people say and tap, and
// what they are shown.
//
// # The life of an event
//
// An adapter hands a [chat.Event] to [Bot.Handle]. It opens one write
// transaction, in which a turn looks whether the event was seen before, who
// sent it, and what it asks for: a command (command.go), a button (press.go),
// an answer in a dialogue (dialogue.go) or free text (note.go). The capability
// that it belongs to has a file of its own, with its dialogue, its rules and
// its wording keys together: checkin.go, sos.go, case.go, join.go and so on.
// Whatever is to be sent is a row in the outbox, whatever is to happen later a
// timer, and both are written in the same transaction. Only when it is durable
// does Handle return, so that the adapter may confirm the event, and are the
// rows handed to the dispatcher (package delivery), which asks the desk in
// desk.go for each message at the moment of sending and tells it the result.
//
// Time is an input like a message: [Bot.Due] runs the timers that are due, each
// in a transaction of its own (wake.go).
//
// # Decisions
//
//   - A panic in a turn rolls the transaction back. A second transaction marks
//     the event as seen, so that it does not come back for ever, tells the
//     person that their message was not kept, and tells the staff.
//   - A worry that somebody ticked is never withdrawn by a correction, an undo
//     or silence. Levels only rise by themselves.
//   - A danger is raised the moment it is ticked, not when the dialogue ends.
//   - What somebody wrote and did not tick is looked at (hint.go): what is
//     urgent is raised in the same transaction, about a concern they are asked,
//     and no answer is an answer. Words raise levels and never lower one; the
//     record of a hint has rules and places, the text stays where it is.
//   - The card of a case is written when it is sent, not when it is queued: it
//     shows how the case stands, and cards that wait for one place become one
//     message. So is the file of a calendar, which the outbox never holds.
//   - That somebody can be reached is known before it matters: from what arrived,
//     else from a quiet proof in their own hour of the week (routes.go). Those
//     who must be there are asked for a sign as well (presence.go).
//   - A person has at most one account on a platform. Another platform's account
//     becomes theirs when both accounts say yes to the same code (link.go).
//     Dialogues belong to the person: a reply goes where they just acted, a
//     reminder where they prefer it, and either to the next place if it cannot
//     be shown there. Escalations go everywhere at once.
//   - Who may do what is decided by [program.Allowed] and nowhere else.
package bot
