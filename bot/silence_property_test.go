package bot

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// A season is a small program in which anything happens to meetings, and what
// the bot began to say by itself.
type season struct {
	*duo
	places []string
	seen   map[string]int
	heard  map[string][]begun
	back   time.Time // the end of the last long outage
}

// A begun message is one that nobody asked for.
type begun struct {
	at time.Time
	sent
}

// newSeason returns three mentors with two mentees each, with a coordinator, a
// supervisor and the owner.
func newSeason(t *rapid.T, path string) *season {
	s := &season{duo: newDuo(t, path), seen: map[string]int{}, heard: map[string][]begun{}}
	s.advance(time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC).Sub(s.now))
	for _, who := range []struct {
		name string
		role program.Roles
	}{
		{"Olga", program.Owner}, {"Sana", program.Supervisor}, {"Carla", program.Coordinator},
		{"Mia", program.Mentor}, {"Ben", program.Mentor}, {"Tom", program.Mentor},
	} {
		place := "telegram:" + strings.ToLower(who.name)
		s.person(who.name, who.role, place)
		s.places = append(s.places, place)
	}
	s.update(func(tx program.Tx) error {
		for i := range 6 {
			mentee := program.Mentee{Alias: fmt.Sprint("Kid", i)}
			if err := tx.PutMentee(&mentee); err != nil {
				return err
			}
			m := program.Match{Mentor: s.people[[]string{"Mia", "Ben", "Tom"}[i/2]], Mentee: mentee.ID, Since: s.now}
			if rapid.IntRange(0, 3).Draw(t, "looked after") > 0 {
				m.Coordinator = s.people["Carla"]
			}
			m.Schedule = program.Schedule{
				Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday")), Hour: rapid.IntRange(8, 21).Draw(t, "hour"), Length: time.Hour,
			}
			if err := tx.PutMatch(&m); err != nil {
				return err
			}
			if err := tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: s.now}); err != nil {
				return err
			}
		}
		return nil
	})
	if _, err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// note takes down what was begun since the last look. After something that
// somebody did, that is only what asks about meetings.
func (s *season) note(did bool) {
	for _, place := range s.places {
		for _, m := range s.shown[place][s.seen[place]:] {
			asks := slices.ContainsFunc(m.Choices, func(c chat.Choice) bool { return strings.HasPrefix(c.Token, "1."+actWas+".") })
			if m.Replaces == "" && !m.Probe && (!did || asks) {
				s.heard[place] = append(s.heard[place], begun{s.now, m})
			}
		}
		s.seen[place] = len(s.shown[place])
	}
}

// pass lets time pass in steps.
func (s *season) pass(steps int, step time.Duration) {
	for range steps {
		s.passes(step)
		s.note(false)
	}
}

// tells lets a mentor answer the newest question about a meeting, to the end.
func (s *season) tells(t *rapid.T, place string) {
	met := rapid.SampledFrom([]string{"We met", "We met", "They did not come", "I could not", "We moved it"}).Draw(t, "met")
	var asked []chat.Choice
	for _, m := range s.shown[place] {
		for _, c := range m.Choices {
			if strings.HasPrefix(c.Token, "1."+actWas+".") && (strings.Count(c.Token, ".") == 3 || c.Label == met) {
				asked = append(asked, c)
			}
		}
	}
	if len(asked) == 0 || s.broken[place] != "" {
		return
	}
	late := rapid.IntRange(1, min(len(asked), 8)).Draw(t, "late")
	s.does(place, chat.Pressed{Token: asked[len(asked)-late].Token})
	for _, label := range []string{met, "🙂", "No", "Skip"} {
		last := s.shown[place][len(s.shown[place])-1]
		for _, c := range last.Choices {
			if c.Label == label && strings.HasPrefix(c.Token, "1.d.") {
				s.does(place, chat.Pressed{Token: c.Token, On: last.ref})
				break
			}
		}
	}
}

// outage lets time pass without a bot, and begins a new one.
func (s *season) outage(d time.Duration) {
	s.advance(d)
	s.restart()
	if d >= 48*time.Hour {
		s.back = s.now
	}
	s.passes(0)
	s.note(false)
}

// bundles returns what somebody of the staff was told about silences.
func (s *season) bundles(place string) (all []begun) {
	for _, b := range s.heard[place] {
		if !strings.Contains(b.Text.Plain(), "A new week") && slices.ContainsFunc(b.Choices, func(c chat.Choice) bool {
			return strings.HasPrefix(c.Token, "1."+actRemark) || strings.HasPrefix(c.Token, "1."+actSee)
		}) || strings.HasPrefix(b.Text.Plain(), "Good news") {
			all = append(all, b)
		}
	}
	return all
}

// check looks at the caps.
func (s *season) check(t *rapid.T) {
	quiet := program.DefaultQuietHours()
	for _, place := range s.places {
		nudged := map[program.Date]int{}
		returned := 0
		for _, b := range s.heard[place] {
			text := b.Text.Plain()
			if quiet.Hold(b.at, time.UTC) && !b.Quiet {
				t.Fatalf("%s at night, %v: %q", place, b.at, text)
			}
			if strings.HasPrefix(text, "I have not heard yet") {
				if day := program.DateOf(b.at, time.UTC); nudged[day] > 0 {
					t.Fatalf("%s was nudged twice on %v", place, day)
				} else {
					nudged[day]++
				}
			}
			// That a supervisor cannot be reached waits for nothing else.
			apart := strings.Contains(text, "A new week") || strings.HasPrefix(text, "I cannot write to")
			if !s.back.IsZero() && b.at.Equal(s.back) && !apart {
				if returned++; returned > 1 {
					t.Fatalf("%s hears %d things at once after an outage: %q", place, returned, text)
				}
			}
		}
		bundles := s.bundles(place)
		for i := 1; i < len(bundles); i++ {
			if bundles[i].at.Sub(bundles[i-1].at) < bundleEvery {
				t.Fatalf("%s heard of silences at %v and again at %v", place, bundles[i-1].at, bundles[i].at)
			}
		}
	}
}

// corrected looks whether those who were alerted about a meeting that took place
// know it: the news of both is given or neither.
func (s *season) corrected(t *rapid.T) {
	s.view(func(tx program.Tx) error {
		matches, err := collect(tx.Matches())
		for _, m := range matches {
			met := map[program.Date]bool{}
			for c, err := range tx.CheckInsOf(m.ID) {
				if err != nil {
					return err
				}
				if c.Met == program.MetYes && c.Undone.IsZero() && !c.Of.IsZero() {
					met[c.Of] = true
				}
			}
			for _, a := range m.Told {
				alert := slices.Contains([]program.Notice{program.NoticeAlert, program.NoticeWarning, program.NoticeClosure, program.NoticeSupervisor}, a.Notice)
				within := false
				for d := range met {
					within = within || !d.Before(a.From) && !d.After(a.Of)
				}
				known := slices.ContainsFunc(m.Told, func(c program.Told) bool {
					return c.Notice == program.NoticeCorrection && c.To == a.To && c.From == a.From && c.Of == a.Of && !c.At.Before(a.At)
				})
				if alert && within && !known {
					t.Fatalf("match %d: the %s about %v to %v was never taken back", m.ID, a.Notice, a.From, a.Of)
				}
			}
		}
		return err
	})
}

// TestAnySeason: whatever happens, nobody is nudged twice a day, nobody of the
// staff hears of silences twice within an hour, nothing rings at night, after an
// outage everybody hears one thing, and what was alerted of meetings that took
// place is taken back.
func TestAnySeason(t *testing.T) {
	folder := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		path := filepath.Join(folder, fmt.Sprint(runs, ".db"))
		defer os.Remove(path)
		s := newSeason(t, path)
		mentors := []string{"telegram:mia", "telegram:ben", "telegram:tom"}
		for range rapid.IntRange(5, 40).Draw(t, "steps") {
			switch place := rapid.SampledFrom(mentors).Draw(t, "mentor"); rapid.IntRange(0, 11).Draw(t, "what") {
			case 0, 1, 2, 3:
				s.tells(t, place)
				s.note(true)
				s.pass(rapid.IntRange(0, 3).Draw(t, "steps"), bundleWait)
			case 4:
				if s.broken[place] == "" {
					s.says(place, "/undo")
				}
			case 5:
				s.broken[rapid.SampledFrom(s.places).Draw(t, "who")] = delivery.Gone
			case 6:
				delete(s.broken, place)
				s.says(place, "/help")
			case 7:
				clear(s.broken)
			case 8:
				s.outage(time.Duration(rapid.IntRange(1, 12*24).Draw(t, "outage")) * time.Hour)
			default:
				s.note(true)
				s.pass(rapid.IntRange(1, 96).Draw(t, "hours"), time.Hour)
			}
			s.note(true)
			s.check(t)
		}
		clear(s.broken)
		s.pass(24, time.Hour)
		s.check(t)
		s.corrected(t)
		for _, what := range s.audited() {
			if strings.Contains(what, "failed") {
				t.Fatal(what)
			}
		}
	})
}
