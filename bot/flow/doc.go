// Package flow runs dialogues. A dialogue is a pure function of the answers
// that were stored of it, called from the top for each event:
//
//	func checkIn(d *flow.Dialogue) (c CheckIn, done bool) {
//		if c.Mood, done = d.Choose("mood", howWasIt, moods); !done {
//			return
//		}
//		if c.Mood == "low" {
//			if c.Note, done = d.Ask("note", flow.Text{Prompt: tellMe}); !done {
//				return
//			}
//		}
//		return c, true
//	}
//
// A question that was answered returns its answer at once; the first open one
// makes its method return false, which ends the call. [Run] hands the open
// [Question] to the caller, who shows it and later applies what the person did
// with [Press], [Type] or [Fill]. Nothing but [State] is stored. Restart, going
// back, correcting one answer and a new version of the program need no code:
// the function is simply run again, and asks what is not answered. An answer
// that is no longer among the options counts as not given.
//
// The price is that the function must be pure, and that a key may be asked only
// once in a run; asking it twice panics.
//
// The package knows neither the clock, nor the store, nor any platform, nor any
// language: what is to be said is a [Phrase], a key into the wording with its
// arguments.
package flow
