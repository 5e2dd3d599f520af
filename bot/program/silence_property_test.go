package program_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/program"
)

// A story is a match over months: what it does to the classifier is drawn.
type story struct {
	m     program.MatchView
	p     program.Protocol
	now   time.Time
	given map[string]int
}

func newStory(t *rapid.T) *story {
	zone, err := time.LoadLocation(zones().Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	staff, err := time.LoadLocation(zones().Draw(t, "zone of the staff"))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 9000).Draw(t, "start")) * time.Hour)
	c := calendars(zone).Draw(t, "calendar")
	s := &story{p: program.DefaultProtocol(), now: start, given: map[string]int{}}
	s.m = program.MatchView{Schedule: schedules().Draw(t, "schedule"), Zone: zone, Calendar: c, Since: start, Ears: map[program.Roles]program.Ear{
		program.Mentor:      {Quiet: program.DefaultQuietHours(), Zone: zone},
		program.Coordinator: {Quiet: program.DefaultQuietHours(), Zone: staff},
		program.Supervisor:  {Quiet: program.DefaultQuietHours(), Zone: staff},
	}}
	return s
}

// step gives what is due, as the bot would, and checks it.
func (s *story) step(t *rapid.T) program.Silence {
	for range 10 {
		silence := s.p.Classify(s.m, s.now)
		if !silence.Look.IsZero() && !silence.Look.After(s.now) {
			t.Fatalf("at %v it looks again at %v", s.now, silence.Look)
		}
		if len(silence.Due) == 0 {
			return silence
		}
		for _, d := range silence.Due {
			s.check(t, d)
			told := d.Told(s.now)
			told.Failed = d.To == program.Mentor && rapid.IntRange(0, 9).Draw(t, "delivered") == 0
			if s.m.Told = append(s.m.Told, told); d.Notice == program.NoticeNudge {
				s.m.Nudged = s.now
			}
		}
	}
	t.Fatal("there is always something to say")
	return program.Silence{}
}

func (s *story) check(t *rapid.T, d program.Due) {
	ear := s.m.Ears[d.To]
	if ear.Quiet.Hold(s.now, ear.Zone) {
		t.Fatalf("%s to %v in quiet hours: %v", d.Notice, d.To, s.now.In(ear.Zone))
	}
	if why := s.m.Calendar.Off(program.DateOf(s.now, s.m.Zone)); !why.IsZero() && d.Notice != program.NoticeCorrection {
		t.Fatalf("%s on a day off (%s): %v", d.Notice, why.Key, s.now)
	}
	for _, told := range s.m.Told {
		again := told.Notice == d.Notice && told.To == d.To && told.Of == d.Of
		sameDay := program.DateOf(told.At, s.m.Zone) == program.DateOf(s.now, s.m.Zone)
		if again && !told.Failed && !s.correctedSince(told) && d.Notice != program.NoticeCorrection {
			t.Fatalf("%s about %v again, after %v", d.Notice, d.Of, told.At)
		}
		if d.To == program.Mentor && told.Notice == d.Notice && sameDay && d.Notice == program.NoticeNudge {
			t.Fatalf("two nudges on one day: %v and %v", told.At, s.now)
		}
	}
	switch d.Notice {
	case program.NoticeAlert, program.NoticeSupervisor, program.NoticeWarning, program.NoticeClosure:
		for _, log := range s.m.Logs {
			if log.Met == program.MetYes && s.within(log.Of, d.From, d.Of) {
				t.Fatalf("%s about %v to %v, but they met on %v", d.Notice, d.From, d.Of, log.Of)
			}
		}
	}
}

// within reports whether a meeting was due and over, and took place neither
// before nor after two others.
func (s *story) within(key, first, last program.Date) bool {
	at := map[program.Date]int{}
	for o := range s.m.Schedule.Between(s.m.Since, s.now, s.m.Zone, s.m.Calendar) {
		if o.Due() && !o.End.After(s.now) {
			at[o.Key] = len(at) + 1
		}
	}
	return at[key] > 0 && at[key] >= at[first] && at[key] <= at[last]
}

func (s *story) correctedSince(a program.Told) bool {
	for _, told := range s.m.Told {
		if told.Notice == program.NoticeCorrection && told.To == a.To && told.From == a.From && told.Of == a.Of && !told.At.Before(a.At) {
			return true
		}
	}
	return false
}

// TestSilenceOfAnyMatch lets matches of all cadences live for a year, with
// holidays, pauses, moves, failures to deliver, late logs and logs that are taken
// back: no notice is given twice, in quiet hours or on a day off; no meeting is
// alerted as missed that was logged as met; and one that is logged afterwards is
// corrected.
func TestSilenceOfAnyMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStory(t)
		end := s.now.AddDate(1, 0, 0)
		for range 120 {
			silence := s.step(t)
			if silence.Look.IsZero() || s.now.After(end) {
				break
			}
			s.live(t, silence)
		}
		s.now = s.now.AddDate(0, 0, 1).Truncate(24 * time.Hour)
		for range 24 { // a day in which everybody has been awake
			s.now = s.now.Add(time.Hour)
			s.step(t)
		}
		s.allCorrected(t)
	})
}

// live lets something happen until the next look.
func (s *story) live(t *rapid.T, silence program.Silence) {
	s.now = silence.Look
	of := silence.Of.Key
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0, 1:
		if !of.IsZero() {
			s.m.Logs = append(s.m.Logs, program.Log{Of: of, At: s.now, Met: rapid.SampledFrom(program.Mets()).Draw(t, "met")})
		}
	case 2: // a late log
		if n := len(s.m.Told); n > 0 {
			s.m.Logs = append(s.m.Logs, program.Log{Of: s.m.Told[rapid.IntRange(0, n-1).Draw(t, "late")].Of, At: s.now, Met: program.MetYes})
		}
	case 3: // taken back
		if n := len(s.m.Logs); n > 0 {
			s.m.Logs = s.m.Logs[:n-1]
		}
	case 4:
		s.m.Lost = s.now
	case 5:
		s.m.Lost = time.Time{}
	case 6:
		s.m.Heard = s.now
	case 7: // the machine slept
		s.now = s.now.Add(time.Duration(rapid.IntRange(0, 30*24).Draw(t, "asleep")) * time.Hour)
	}
}

// allCorrected looks at the alerts that the protocol still remembers.
func (s *story) allCorrected(t *rapid.T) {
	remembered := s.now.AddDate(0, 0, 40-s.p.Memory) // some meetings were moved
	for _, a := range s.m.Told {
		switch a.Notice {
		case program.NoticeAlert, program.NoticeSupervisor, program.NoticeWarning, program.NoticeClosure:
		default:
			continue
		}
		for _, log := range s.m.Logs {
			if log.Met == program.MetYes && log.Of.At(0, 0, s.m.Zone).After(remembered) && s.within(log.Of, a.From, a.Of) && !s.correctedSince(a) {
				t.Fatalf("%s about %v to %v was never corrected at %v although they met on %v", a.Notice, a.From, a.Of, s.now, log.Of)
			}
		}
	}
}

// TestEveryStepOfTheLadder leaves a match alone: whatever its calendar, asked at
// the times that it names it gives the same notices at the same times as asked
// more often.
func TestEveryStepOfTheLadder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStory(t)
		often := *s
		end := s.now.AddDate(0, 0, 120)
		for !s.now.IsZero() && s.now.Before(end) {
			s.now = s.silently(t)
		}
		for !often.now.IsZero() && often.now.Before(end) {
			look := often.silently(t)
			often.now = often.now.Add(time.Duration(rapid.Int64Range(1, int64(40*time.Hour)).Draw(t, "sooner")))
			if often.now.After(look) && !look.IsZero() {
				often.now = look
			}
		}
		if a, b := fmt.Sprint(s.m.Told), fmt.Sprint(often.m.Told); a != b {
			t.Fatalf("asked when it says:\n%s\nmore often:\n%s", a, b)
		}
	})
}

// silently gives what is due and returns when to look again.
func (s *story) silently(t *rapid.T) time.Time {
	for {
		silence := s.p.Classify(s.m, s.now)
		if len(silence.Due) == 0 {
			return silence.Look
		}
		for _, d := range silence.Due {
			s.check(t, d)
			s.m.Told = append(s.m.Told, d.Told(s.now))
			if d.Notice == program.NoticeNudge {
				s.m.Nudged = s.now
			}
		}
	}
}
