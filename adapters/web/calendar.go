package web

import (
	"context"
	"net/http"
	"time"
)

// A Calendar is the picture of some weeks above the chat of a seat. The zero
// Calendar is none.
type Calendar struct {
	Seat string // the key of the seat
	// Read returns what is in the picture now. It is called whenever something
	// happened on the page, from several goroutines.
	Read func(context.Context) (Weeks, error)
}

// Weeks are what a [Calendar] shows: whole weeks, and the meetings in them.
type Weeks struct {
	From     time.Time `json:"from"` // the first day, a Monday
	Count    int       `json:"count"`
	Meetings []Meeting `json:"meetings"` // in any order
}

// A Meeting is one entry of a [Calendar], on the day of At.
type Meeting struct {
	At   time.Time `json:"at"`
	Name string    `json:"name"` // with whom, short
	Full string    `json:"full"` // of all who meet
	Mark Mark      `json:"mark"`
}

// A Mark says what became of a [Meeting]. The page has a sign and a word for
// each.
type Mark string

// The marks.
const (
	Planned Mark = "planned" // it is to come
	Met     Mark = "met"
	Silent  Mark = "silent"  // it is over, and there is no word of it
	Absent  Mark = "absent"  // the mentee did not come
	Couldnt Mark = "couldnt" // the mentor could not
	Moved   Mark = "moved"   // it was moved away from this day
	Off     Mark = "off"     // it is not to take place
)

func (a *Adapter) serveCalendar(w http.ResponseWriter, r *http.Request) {
	if a.weeks == nil {
		refuse(w, http.StatusNotFound, "There is no calendar.")
		return
	}
	weeks, err := a.weeks(r.Context())
	if err != nil {
		a.log.ErrorContext(r.Context(), "the calendar cannot be read", "err", err)
		refuse(w, http.StatusInternalServerError, "The calendar cannot be read.")
		return
	}
	respond(w, http.StatusOK, weeks)
}
