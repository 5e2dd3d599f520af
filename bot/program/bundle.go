package program

import (
	"slices"
	"time"
)

// A Bundle is what a person of the staff is to be told about silences in one
// message, so that many matches at once are one interruption.
type Bundle struct {
	Person  PersonID  `json:"person"`
	Waiting []News    `json:"waiting,omitzero"` // not told yet
	Sent    time.Time `json:"sent,omitzero"`    // when the last message went
	Last    []News    `json:"last,omitzero"`    // what was in it, in case it does not arrive
}

// News is one notice about a match for its staff; see [Due]. Or it is about a
// person, and then nothing else is filled in but the notice.
type News struct {
	Match  MatchID     `json:"match"`
	Person PersonID    `json:"person,omitzero"`
	Notice Notice      `json:"notice"`
	Kind   SilenceKind `json:"kind"`
	From   Date        `json:"from"`
	Of     Date        `json:"of"`
	Why    Why         `json:"why"`
}

// maxNews is how much waits for one person. Who has more than that to look at is
// not helped by hearing all of it, and each match has its place in the list of
// what is overdue anyway.
const maxNews = 100

// Add adds news. A correction of something that was not told yet takes that
// back instead, and of two notices about one match the later one counts.
func (b *Bundle) Add(n News) {
	before := len(b.Waiting)
	b.Waiting = slices.DeleteFunc(b.Waiting, func(w News) bool {
		return w.Match == n.Match && w.Person == n.Person && w.Notice != NoticeCorrection && (n.Notice != NoticeCorrection || w.From == n.From && w.Of == n.Of)
	})
	if n.Notice == NoticeCorrection && len(b.Waiting) < before {
		return
	}
	if !slices.Contains(b.Waiting, n) && len(b.Waiting) < maxNews {
		b.Waiting = append(b.Waiting, n)
	}
}
