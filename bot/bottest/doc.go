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
// seen, "→" a new message, "✎" one that took the place of another. Everything
// that is sent is shown, so that an unexpected message fails.
//
// Inputs are kept and outputs written anew with -update. Each transcript is
// played in every [Mode] against the same text.
package bottest
