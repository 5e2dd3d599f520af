package program

import "time"

// A HintID names a [Hint]. Later hints have higher ids.
type HintID uint64

// A Hint records what was noticed in something that a person wrote: which rules
// found what, and what became of it. It points to the text and never holds it.
type Hint struct {
	ID      HintID    `json:"id"`
	At      time.Time `json:"at"`
	By      PersonID  `json:"by"` // who wrote it
	Match   MatchID   `json:"match,omitzero"`
	CheckIn CheckInID `json:"check_in,omitzero"` // in whose note it is,
	Version int       `json:"version,omitzero"`  // in this version of it
	Note    NoteID    `json:"note,omitzero"`     // or in which note

	Level  Level      `json:"level,omitzero"`  // what the words amount to
	Weak   bool       `json:"weak,omitzero"`   // they only give reason to ask
	Unread bool       `json:"unread,omitzero"` // it is in no language that the rules know
	Kinds  []Category `json:"kinds,omitzero"`
	Found  []Found    `json:"found,omitzero"` // the strongest first
	Ruled  []RuledOut `json:"ruled,omitzero"` // what was ruled out, or lowered
	About  []PersonID `json:"about,omitzero"` // staff whom it may be about: they do not hear of it

	Ticked   bool       `json:"ticked,omitzero"` // a case had it on record already that was at least as pressing
	Asked    time.Time  `json:"asked,omitzero"`  // when its writer was asked: is anybody at risk?
	Answer   Worry      `json:"answer,omitzero"`
	Answered time.Time  `json:"answered,omitzero"`
	Reason   HintReason `json:"reason,omitzero"` // why nobody is at risk
	Case     CaseNo     `json:"case,omitzero"`   // of which it is part
	Listed   time.Time  `json:"listed,omitzero"` // when it stood in a weekly list
}

// Found is what a rule found. Its place is in the text, in bytes.
type Found struct {
	Rule     string   `json:"rule"`
	Category Category `json:"category"`
	Level    Level    `json:"level,omitzero"` // none: it only gives reason to ask
	Start    int      `json:"start"`
	End      int      `json:"end"`
}

// RuledOut is what a rule found and a cue of context ruled out, or lowered.
type RuledOut struct {
	Found
	By  string `json:"by"`           // the id of the cue
	Why string `json:"why,omitzero"` // its kind, such as "fiction"
}

// HintReason says why words that sound like a risk are none.
type HintReason string

// HintReasons lists the reasons in the order in which they are offered. The
// names are stored and never change.
func HintReasons() []HintReason { return []HintReason{"story", "known", "nobody", "else"} }

// Asks reports whether the hint is a reason to ask its writer.
func (h Hint) Asks() bool { return h.Weak || h.Level == Concern }

// Open reports whether its writer was asked and has not answered.
func (h Hint) Open() bool { return !h.Asked.IsZero() && h.Answered.IsZero() }

// Confirmed reports whether its writer says that there is something to it.
func (h Hint) Confirmed() bool { return h.Ticked || h.Answer == YesWorry || h.Answer == NotSure }

// Unconfirmed reports whether a case was made of it that its writer has not
// confirmed.
func (h Hint) Unconfirmed() bool { return h.Case != 0 && !h.Confirmed() }

// ForWeek reports whether the hint is to stand in the next weekly list: all that
// did not become part of a case, and is not waiting to.
func (h Hint) ForWeek() bool {
	switch {
	case h.Case != 0 || !h.Listed.IsZero():
		return false
	case h.Answer == NoWorry || h.Level == Watch || h.Weak || h.Unread:
		return true
	}
	return false
}

// Higher reports whether w is a more pressing answer than another to "is anybody
// at risk right now?".
func (w Worry) Higher(than Worry) bool {
	rank := map[Worry]int{NoWorry: 1, NotSure: 2, YesWorry: 3}
	return rank[w] > rank[than]
}

// Level returns the level of the answer to "is anybody at risk right now?".
func (w Worry) Level() Level {
	switch w {
	case YesWorry:
		return Urgent
	case NotSure:
		return Concern
	}
	return NoLevel
}
