package program

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestNext(t *testing.T) {
	t0 := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
	all := Duty{RungChannel: Manned, RungDuty: Manned, RungSupervisors: Manned, RungLast: Manned}
	waits := func(level Level, pages, rung int, paged, climbed time.Duration) Case {
		return Case{Level: level, Raised: t0, Pages: pages, Rung: rung, Paged: t0.Add(paged), Climbed: t0.Add(climbed)}
	}
	has := func(level Level, until time.Duration) Case {
		return Case{Level: level, Raised: t0, Pages: 1, AckedBy: 1, Until: t0.Add(until)}
	}
	closed := has(Danger, time.Hour)
	closed.Closed = t0
	hands := waits(Danger, 1, 0, 0, 0)
	hands.AckedBy, hands.Hands = 1, true
	const min = time.Minute
	for _, tt := range []struct {
		name string
		c    Case
		duty Duty
		now  time.Duration
		page bool
		rung Rung
		skip int
		at   time.Duration // after t0; -1: never
		why  Reason
	}{
		{"a new danger", Case{Level: Danger, Raised: t0}, all, 0, true, RungChannel, 0, 5 * min, BecauseNew},
		{"too early", waits(Danger, 1, 0, 0, 0), all, 4 * min, false, "", 0, 5 * min, NotAcked},
		{"again on the same rung", waits(Danger, 1, 0, 0, 0), all, 5 * min, true, RungChannel, 0, 10 * min, BecauseSilence},
		{"the next rung", waits(Danger, 2, 0, 5*min, 0), all, 10 * min, true, RungDuty, 0, 15 * min, BecauseSilence},
		{"and round", waits(Danger, 9, 3, 35*min, 30*min), all, 40 * min, true, RungChannel, 0, 45 * min, BecauseSilence},
		{"a rung that the program has not", waits(Danger, 2, 0, 5*min, 0), Duty{RungChannel: Manned, RungSupervisors: Manned}, 10 * min, true, RungSupervisors, 0, 15 * min, BecauseSilence},
		{"an empty rung", waits(Danger, 2, 0, 5*min, 0), Duty{RungChannel: Manned, RungDuty: Empty, RungSupervisors: Manned}, 10 * min, true, RungSupervisors, 1, 15 * min, BecauseSilence},
		{"nobody at all", Case{Level: Danger, Raised: t0}, Duty{RungSupervisors: Empty}, 0, true, "", 1, 5 * min, BecauseNew},
		{"the clock was set back", waits(Danger, 1, 0, time.Hour, time.Hour), all, 0, false, "", 0, 5 * min, NotAcked},
		{"urgent climbs with each page", waits(Urgent, 1, 0, 0, 0), all, 60 * min, true, RungDuty, 0, 120 * min, BecauseSilence},
		{"a watch waits for the digest", Case{Level: Watch, Raised: t0}, all, 0, false, "", 0, -1, NotPaged},
		{"somebody has it", has(Danger, 120*min), all, 10 * min, false, "", 0, 120 * min, NotLapsed},
		{"which ran out", has(Danger, 120*min), all, 120 * min, true, RungChannel, 0, 125 * min, BecauseLapsed},
		{"the clock was set back under it", has(Danger, 300*min), all, 0, false, "", 0, 120 * min, NotLapsed},
		{"closed", closed, all, 200 * min, false, "", 0, -1, NotOpen},
		{"all hands", hands, all, 5 * min, true, RungSupervisors, 0, 10 * min, BecauseSilence},
	} {
		step, at, why := DefaultLadder().Next(tt.c, tt.duty, t0.Add(tt.now))
		want := time.Time{}
		if tt.at >= 0 {
			want = t0.Add(tt.at)
		}
		if step.Page != tt.page || step.Rung != tt.rung || len(step.Skipped) != tt.skip || !at.Equal(want) || why != tt.why {
			t.Errorf("%s: %+v at %v because %q", tt.name, step, at.Sub(t0), why)
		}
	}
}

// TestNoDangerWaits lets a danger live through any order of pages, restarts,
// jumps of the clock and changes of who is there: while nobody has it, the
// ladder always wants to look again within five minutes of the time it is asked,
// and when it does, it pages.
func TestNoDangerWaits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ladder := DefaultLadder()
		now := time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC) // the clocks go forward at one
		c := Case{Level: Danger, Raised: now}
		manning := rapid.SampledFrom([]Manning{Absent, Empty, Manned})
		paged := now
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			duty := Duty{RungChannel: manning.Draw(t, "channel"), RungDuty: manning.Draw(t, "duty"), RungSupervisors: Manned, RungLast: manning.Draw(t, "last")}
			step, at, why := ladder.Next(c, duty, now)
			if at.IsZero() || at.Sub(now) > 5*time.Minute {
				t.Fatalf("at %v it looks again at %v (%s)", now, at, why)
			}
			if step.Page {
				if step.Rung == "" || duty[step.Rung] != Manned {
					t.Fatalf("paged %q, where nobody is", step.Rung)
				}
				c.Page(step, now)
				paged = now
			} else if now.Sub(paged) > 5*time.Minute && !now.Before(c.Paged) {
				t.Fatalf("the last page was %v ago and there is none (%s)", now.Sub(paged), why)
			}
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0: // woken too early, as after a restart
				now = now.Add(time.Duration(rapid.Int64Range(0, int64(5*time.Minute)).Draw(t, "early")))
			case 1: // the machine slept
				now = now.Add(time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(t, "late")))
			case 2: // the clock is set back
				now = now.Add(-time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "back")))
			case 3: // somebody has it, until that runs out
				c.AckedBy, c.Until = 1, now.Add(ladder.Renew[Danger])
				if _, at, _ := ladder.Next(c, duty, now); !at.Equal(c.Until) {
					t.Fatalf("an acknowledgement until %v is looked at again at %v", c.Until, at)
				}
				now = c.Until
				if step, _, _ := ladder.Next(c, duty, now); !step.Lapsed || !step.Page {
					t.Fatalf("it ran out and %+v", step)
				}
				c.Release()
			default:
				now = at
			}
		}
	})
}

// TestEveryOpenCaseIsDue holds for every level, acknowledged or not.
func TestEveryOpenCaseIsDue(t *testing.T) {
	t0 := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
	l := DefaultLadder()
	for level := Watch; level <= Danger; level++ {
		waiting := Case{Level: level, Raised: t0}
		had := Case{Level: level, Raised: t0, AckedBy: 1, Until: t0.Add(l.Renew[level])}
		for _, c := range []Case{waiting, had} {
			if due := l.Due(c); !due.After(t0) {
				t.Errorf("%v, taken by %d: due %v", level, c.AckedBy, due)
			}
		}
	}
}
