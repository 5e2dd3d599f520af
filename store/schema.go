// Package store keeps everything Steadfast must not lose, in one file. It
// implements [program.Store] in two layers: tables, which are ordered keys with
// bounded transactions and group commit on bbolt, and records, which are JSON
// on top of them. Nothing outside this package knows bbolt.
//
//	s, err := store.Open("steadfast.db", store.Options{})
//	...
//	err = s.Update(ctx, func(tx program.Tx) error {
//		return tx.PutPerson(&program.Person{Name: "Mia", Roles: program.Mentor})
//	})
//
// What Update has returned for is on the disk. A commit that fails ends the
// store for good ([Store.Failed]): the process must end and be started again,
// because nobody can know any more what is on the disk. No error, and no panic
// that a transaction's function ended with, carries content of a record.
//
// # Schema
//
// This is schema 3. All tables stand at the top of the file. In keys, id8 is a
// big-endian number from the sequence of its own table, time8 is big-endian
// nanoseconds since 1970, so that the order of keys is the order of numbers and
// times. Texts stand last in a key, and unframed. A JSON value is one byte of
// record version followed by the JSON; "→ id8" is a bare number; ∅ is empty.
//
//	meta                "schema", "created"       texts
//	people              person8                   JSON program.Person
//	people/account      "platform:id"             → person8
//	people/staff        person8                   ∅  has a role beside mentor
//	invites             "hash"                    JSON program.Invite
//	links               person8                   JSON program.Link
//	presences           person8                   JSON program.Presence
//	mentees             mentee8                   JSON program.Mentee
//	mentees/alias       "alias, folded"           → mentee8
//	matches             match8                    JSON program.Match
//	matches/mentor      person8 match8            ∅
//	matches/staff       person8 match8            ∅  not ended; person8 is 0 without a coordinator
//	bundles             person8                   JSON program.Bundle
//	checkins       (a)  checkin8                  JSON program.CheckIn, newest version
//	checkins/old   (a)  checkin8 version4         JSON program.CheckIn, replaced versions
//	checkins/match      match8 checkin8           ∅
//	tallies             match8 month4             JSON program.Tally; month4 is 202611
//	notes          (a)  note8                     JSON program.Note
//	hints               hint8                     JSON program.Hint
//	hints/text          kind1 id8 hint8           ∅  kind1 is 1 for a check-in, 2 for a note
//	hints/week          hint8                     ∅  it is for the next weekly list
//	cases               case8                     JSON program.Case
//	cases/open          case8                     ∅  it is not closed
//	hops           (a)  case8 id8                 JSON program.Hop
//	rota                "duty"                    JSON program.Rota
//	dialogues           person8 dialogue8         JSON program.Dialogue
//	timers              "kind/id"                 JSON program.Timer
//	timers/due          time8 "kind/id"           ∅
//	outbox              priority1 seq8 "place"    JSON program.Outgoing
//	cards               "place NUL ref"           JSON [program.CaseNo, …]
//	reach               "place"                   JSON lost; absent if the place can be written to
//	arrivals            "place"                   JSON arrival, precise to a day
//	outages             "date"                    JSON program.Period
//	moves               "place"                   JSON chat.Place, where it went
//	channels            "place"                   JSON program.Channel
//	marks               "place"                   JSON chat.Mark
//	seen                day4 "platform:id"        JSON mark; day4 counts days since 1970
//	audit          (a)  time8 id8                 JSON program.AuditEntry
//	tries               "platform:id"             JSON tries
//
// Tables marked (a) are only appended to, apart from the newest version of a
// check-in; their pages are filled to the brim.
package store

import (
	"cmp"
	"slices"
)

// A table is the name of a table. Its rows are ordered by key.
type table string

const (
	metaTable        table = "meta"
	peopleTable      table = "people"
	peopleByAccount  table = "people/account"
	peopleStaff      table = "people/staff"
	invitesTable     table = "invites"
	linksTable       table = "links"
	presencesTable   table = "presences"
	menteesTable     table = "mentees"
	menteesByAlias   table = "mentees/alias"
	matchesTable     table = "matches"
	matchesByMentor  table = "matches/mentor"
	matchesByStaff   table = "matches/staff"
	bundlesTable     table = "bundles"
	checkInsTable    table = "checkins"
	checkInsReplaced table = "checkins/old"
	checkInsByMatch  table = "checkins/match"
	talliesTable     table = "tallies"
	notesTable       table = "notes"
	hintsTable       table = "hints"
	hintsByText      table = "hints/text"
	hintsForWeek     table = "hints/week"
	casesTable       table = "cases"
	casesOpen        table = "cases/open"
	hopsTable        table = "hops"
	rotaTable        table = "rota"
	dialoguesTable   table = "dialogues"
	timersTable      table = "timers"
	timersByTime     table = "timers/due"
	outboxTable      table = "outbox"
	cardsTable       table = "cards"
	reachTable       table = "reach"
	arrivalsTable    table = "arrivals"
	outagesTable     table = "outages"
	movesTable       table = "moves"
	channelsTable    table = "channels"
	marksTable       table = "marks"
	seenTable        table = "seen"
	auditTable       table = "audit"
	triesTable       table = "tries"
)

// A layout says how the rows of a table look: enough to create it and to show
// it to people.
type layout struct {
	table  table
	key    []part
	value  content
	append bool // rows arrive in the order of their keys
}

// A part of a key.
type part byte

const (
	idPart    part = 'i' // 8 bytes
	timePart  part = 't' // 8 bytes
	smallPart part = 's' // 4 bytes
	dayPart   part = 'd' // 4 bytes
	rankPart  part = 'r' // 1 byte
	textPart  part = 'x' // the rest
)

// content is what the values of a table hold.
type content byte

const (
	holdsJSON content = iota
	holdsID
	holdsNothing
	holdsText
)

// schema returns the layouts of all tables, sorted by name. It mirrors the
// package comment.
func schema() []layout {
	id, at, small := idPart, timePart, smallPart
	layouts := []layout{
		{metaTable, []part{textPart}, holdsText, false},
		{peopleTable, []part{id}, holdsJSON, false},
		{peopleByAccount, []part{textPart}, holdsID, false},
		{peopleStaff, []part{id}, holdsNothing, false},
		{invitesTable, []part{textPart}, holdsJSON, false},
		{linksTable, []part{id}, holdsJSON, false},
		{presencesTable, []part{id}, holdsJSON, false},
		{menteesTable, []part{id}, holdsJSON, false},
		{menteesByAlias, []part{textPart}, holdsID, false},
		{matchesTable, []part{id}, holdsJSON, false},
		{matchesByMentor, []part{id, id}, holdsNothing, false},
		{matchesByStaff, []part{id, id}, holdsNothing, false},
		{bundlesTable, []part{id}, holdsJSON, false},
		{checkInsTable, []part{id}, holdsJSON, true},
		{checkInsReplaced, []part{id, small}, holdsJSON, true},
		{checkInsByMatch, []part{id, id}, holdsNothing, false},
		{talliesTable, []part{id, small}, holdsJSON, false},
		{notesTable, []part{id}, holdsJSON, true},
		{hintsTable, []part{id}, holdsJSON, false},
		{hintsByText, []part{rankPart, id, id}, holdsNothing, false},
		{hintsForWeek, []part{id}, holdsNothing, false},
		{casesTable, []part{id}, holdsJSON, false},
		{casesOpen, []part{id}, holdsNothing, false},
		{hopsTable, []part{id, id}, holdsJSON, true},
		{rotaTable, []part{textPart}, holdsJSON, false},
		{dialoguesTable, []part{id, id}, holdsJSON, false},
		{timersTable, []part{textPart}, holdsJSON, false},
		{timersByTime, []part{at, textPart}, holdsNothing, false},
		{outboxTable, []part{rankPart, id, textPart}, holdsJSON, false},
		{cardsTable, []part{textPart}, holdsJSON, false},
		{reachTable, []part{textPart}, holdsJSON, false},
		{arrivalsTable, []part{textPart}, holdsJSON, false},
		{outagesTable, []part{textPart}, holdsJSON, false},
		{movesTable, []part{textPart}, holdsJSON, false},
		{channelsTable, []part{textPart}, holdsJSON, false},
		{marksTable, []part{textPart}, holdsJSON, false},
		{seenTable, []part{dayPart, textPart}, holdsJSON, false},
		{auditTable, []part{at, id}, holdsJSON, true},
		{triesTable, []part{textPart}, holdsJSON, false},
	}
	slices.SortFunc(layouts, func(a, b layout) int { return cmp.Compare(a.table, b.table) })
	return layouts
}
