// Package bottest plays transcripts: text files that say what people type and
// tap, and hold what each chat showed. They are the specification of the bot.
//
//	@person mia Mia mentor
//	@person ana Ana supervisor
//	@channel supervisors
//	@match mia Jonas
//
//	mia> /checkin
//	  → mia: Did you meet Jonas?
//	      [We met] [They did not come] [I could not] [We moved it]
//	mia> [We met]
//	  ✎ mia: How did Jonas seem? …
//	ana@supervisors> [Acknowledge]
//	  toast: Thank you. Case 1 is yours.
//	--- 1h
//
// A line with ">" is what a person does: text, a /command, a [button] of the
// newest message that has it, or one of <voice>, <photo>, <edit> text,
// <forward> text, <press> token. "name@place" does it in a group. "---" lets
// time pass. Lines that begin with "@" set the scene or change it; lines that
// begin with "#" say what the transcript is about; indented lines are what was
// seen, "→" a new message, "✎" one that took the place of another, "[file …]"
// what came with it. Everything
// that is sent is shown, so that an unexpected message fails.
//
// Inputs are kept and outputs written anew with -update. Each transcript is
// played in every [Mode] against the same text.
//
// Where it is played is a [Theatre]: [Play] has one in memory, and [PlayIn]
// takes any other, such as the chats of a platform with its real adapter. What
// looks different there (links, marks of style) the theatre reads back, so that
// all theatres are held to the same text.
//
// Reading guide: player.go goes through the lines, line.go says what each of
// them means, process.go runs the bot, disk.go lets its commits fail, text.go
// writes what was seen; theatre.go is the seam, stage.go the theatre in memory.
package bottest
