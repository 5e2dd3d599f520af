package program

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A MenteeID names a [Mentee]. Zero is none.
type MenteeID uint64

// A Mentee is a child or vulnerable adult. The program knows an alias, unique
// within it, and nothing else; mentees do not chat with the bot.
type Mentee struct {
	ID    MenteeID `json:"id"`
	Alias string   `json:"alias"`
}

// A MatchID names a [Match]. Zero is none.
type MatchID uint64

// A Match joins a mentor and a mentee, with the coordinator who looks after
// them.
type Match struct {
	ID          MatchID   `json:"id"`
	Mentor      PersonID  `json:"mentor"`
	Mentee      MenteeID  `json:"mentee"`
	Coordinator PersonID  `json:"coordinator,omitzero"`
	Schedule    Schedule  `json:"schedule,omitzero"`
	Since       time.Time `json:"since"`
	Ended       time.Time `json:"ended,omitzero"`
}

// Active reports whether the match has not ended.
func (m Match) Active() bool { return m.Ended.IsZero() }

// A Schedule says when a match meets: once a week, in the mentor's time zone.
// The zero Schedule means that no meeting is planned.
type Schedule struct {
	Weekday time.Weekday
	Hour    int
	Minute  int
	Length  time.Duration
}

// IsZero reports whether no meeting is planned.
func (s Schedule) IsZero() bool { return s == Schedule{} }

// String returns the form "weekly Tue 16:00 60m"; empty for the zero Schedule.
func (s Schedule) String() string {
	if s.IsZero() {
		return ""
	}
	return fmt.Sprintf("weekly %s %02d:%02d %dm", s.Weekday.String()[:3], s.Hour, s.Minute, int(s.Length.Minutes()))
}

// Cron returns the start of the meetings as a five-field cron expression.
func (s Schedule) Cron() string { return fmt.Sprintf("%d %d * * %d", s.Minute, s.Hour, int(s.Weekday)) }

// MarshalText returns what String returns.
func (s Schedule) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [ParseSchedule] reads; an empty text is the zero
// Schedule.
func (s *Schedule) UnmarshalText(b []byte) (err error) {
	*s = Schedule{}
	if len(b) > 0 {
		*s, err = ParseSchedule(string(b))
	}
	return err
}

// ParseSchedule reads "weekly Tue 16:00 60m": a weekday by its first three
// letters or more, the local time, the length in minutes.
func ParseSchedule(text string) (Schedule, error) {
	bad := func(what string) (Schedule, error) {
		return Schedule{}, fmt.Errorf("schedule %q: %s; write it like: weekly Tue 16:00 60m", text, what)
	}
	words := strings.Fields(text)
	if len(words) != 4 || !strings.EqualFold(words[0], "weekly") {
		return bad("not understood")
	}
	s := Schedule{Weekday: -1}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if w := strings.ToLower(words[1]); len(w) >= 3 && strings.HasPrefix(strings.ToLower(d.String()), w) {
			s.Weekday = d
		}
	}
	if s.Weekday < 0 {
		return bad("no such day")
	}
	at, err := time.Parse("15:04", words[2])
	if err != nil {
		return bad("no such time")
	}
	s.Hour, s.Minute = at.Hour(), at.Minute()
	minutes, ok := strings.CutSuffix(words[3], "m")
	n, err := strconv.Atoi(minutes)
	if !ok || err != nil || n < 1 || n > 24*60 {
		return bad("the length must be in minutes, 1m to 1440m")
	}
	s.Length = time.Duration(n) * time.Minute
	return s, nil
}
