package main

import (
	"time"

	"steadfast/bot/program"
)

// nextMeeting returns the start of the first meeting after a time; zero if
// there is none.
func nextMeeting(s program.Schedule, zone *time.Location, after time.Time) time.Time {
	next, ok := s.Next(after, zone, program.Calendar{})
	if !ok {
		return time.Time{}
	}
	return next.Start
}
