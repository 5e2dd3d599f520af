package program_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"steadfast/bot/program"
)

// A weekly match on Tuesdays at 16:00 UTC for an hour, since Sunday,
// 1 November 2026. What was said and done is written in lines: "date hour who
// what", where what is an outcome of the meeting of that or of another date, or
// a notice.
func view(t *testing.T, story string) (m program.MatchView, now time.Time) {
	t.Helper()
	m = program.MatchView{Schedule: schedule(t, "weekly Tue 16:00 60m"), Zone: time.UTC, Since: instant(t, "2026-11-01T00:00:00Z")}
	for line := range strings.SplitSeq(story, ";") {
		w := strings.Fields(line)
		if len(w) == 0 {
			continue
		}
		at, err := time.Parse("2006-01-02 15h", "2026-"+w[0]+" "+w[1])
		if err != nil {
			t.Fatal(err)
		}
		day := func(i int) program.Date {
			if i >= len(w) {
				return program.Date{}
			}
			return date("2026-" + w[i])
		}
		switch w[2] {
		case "now":
			now = at
		case "log": // log OUTCOME [MEETING]; without one it is about the day before it
			m.Logs = append(m.Logs, program.Log{Met: program.Met(w[3]), Of: day(4), On: program.DateOf(at, time.UTC).Add(-1), At: at})
		case "told", "failed": // told NOTICE MEETING [FIRST]
			d := program.Told{Notice: program.Notice(w[3]), Of: day(4), From: day(4), At: at, Failed: w[2] == "failed", To: program.Coordinator}
			if d.Notice == program.NoticeSupervisor {
				d.To = program.Supervisor
			}
			if len(w) > 5 {
				d.From = day(5)
			}
			m.Told = append(m.Told, d)
		case "heard":
			m.Heard = at
		case "nudged":
			m.Nudged = at
		case "lost":
			m.Lost = at
		case "ended":
			m.Ended = at
		case "quiet": // until eight the next morning
			m.Ears = map[program.Roles]program.Ear{}
			for _, r := range []program.Roles{program.Mentor, program.Coordinator, program.Supervisor} {
				m.Ears[r] = program.Ear{Quiet: program.QuietHours{From: at.Hour() * 60, To: 8 * 60}}
			}
		case "pause", "holiday": // from the day on, until another; without one open
			kind := map[string]program.PeriodKind{"pause": program.MentorPause, "holiday": program.Holiday}[w[2]]
			m.Calendar.Breaks = append(m.Calendar.Breaks, program.Period{Kind: kind, From: program.DateOf(at, time.UTC), To: day(3)})
		case "cancelled", "move":
			m.Calendar = m.Calendar.With(map[program.Date]program.Change{program.DateOf(at, time.UTC): {Cancelled: w[2] == "cancelled", To: at.Add(26 * time.Hour)}})
		default:
			t.Fatal(line)
		}
	}
	return m, now
}

// Every row is one situation, in the words of its name. The notices are given as
// "notice>role", Look as month, day and hour.
func TestClassify(t *testing.T) {
	for _, c := range []struct{ name, story, kind, why, due, look string }{
		{"before the first meeting", "11-02 09h now", "not due", "no meeting yet", "", "11-03 17h"},
		{"the meeting is under way", "11-03 16h now", "not due", "no meeting yet", "", "11-03 17h"},
		{"it is over: the mentor is asked", "11-03 17h now", "not logged", "asking", "prompt>mentor", "11-10 17h"},
		{"asked, and a day to answer", "11-03 17h told prompt 11-03;11-04 17h now", "not logged", "asked", "", "11-06 17h"},
		{"three days later one nudge", "11-03 17h told prompt 11-03;11-06 17h now", "not logged", "asked", "nudge>mentor", "11-08 17h"},
		{"only one", "11-03 17h told prompt 11-03;11-06 17h told nudge 11-03;11-07 17h now", "not logged", "asked", "", "11-08 17h"},
		{"a nudge about another match went out today", "11-03 17h told prompt 11-03;11-06 09h nudged;11-06 17h now", "not logged", "asked", "", "11-07 00h"},
		{"then the coordinator's list", "11-03 17h told prompt 11-03;11-06 17h told nudge 11-03;11-08 17h now", "not logged", "asked", "list>coordinator", "11-09 17h"},
		{"one missed is on the list only", "11-03 17h told prompt 11-03;11-06 17h told nudge 11-03;11-08 17h told list 11-03;11-09 18h now", "not logged", "no answer", "", "11-10 17h"},
		{"logged the same evening", "11-03 17h told prompt 11-03;11-03 19h log met 11-03;11-04 17h now", "logged", "met", "", "11-10 17h"},
		{"logged before it was over", "11-03 16h log met 11-03;11-03 17h now", "logged", "met", "", "11-10 17h"},
		{"they met two days later instead", "11-03 17h told prompt 11-03;11-06 10h log met;11-07 17h now", "logged", "met", "", "11-10 17h"},
		{"they met the day before, which is not that of last week", "11-03 18h log met 11-03;11-10 09h log met;11-10 17h now", "logged", "met", "", "11-17 17h"},
		{"a log of the future says nothing", "11-05 10h log met;11-03 17h now", "not logged", "asking", "prompt>mentor", "11-10 17h"},
		{"logged twice, once as met", "11-03 18h log absent 11-03;11-03 19h log met 11-03;11-03 20h log couldnt 11-03;11-04 09h now", "logged", "met", "", "11-10 17h"},
		{"the mentee did not come once", "11-03 18h log absent 11-03;11-04 09h now", "mentee absent", "mentee absent", "", "11-10 17h"},
		{"and twice", "11-03 18h log absent 11-03;11-10 18h log absent 11-10;11-11 09h now", "mentee absent", "mentee absent", "alert>coordinator", "11-17 17h"},
		{"an outcome that is not known yet counts as absence", "11-03 18h log unreached 11-03;11-10 18h log absent 11-10;11-11 09h now", "mentee absent", "mentee absent", "alert>coordinator", "11-17 17h"},
		{"the mentor tried, and did not reach them", "11-03 18h log tried 11-03;11-04 09h now", "mentee absent", "not reached", "", "11-10 17h"},
		{"absence and trying in vain are one row", "11-03 18h log absent 11-03;11-10 18h log tried 11-10;11-11 09h now", "mentee absent", "not reached", "alert>coordinator", "11-17 17h"},
		{"trying in vain and absence, too", "11-03 18h log tried 11-03;11-10 18h log absent 11-10;11-11 09h now", "mentee absent", "mentee absent", "alert>coordinator", "11-17 17h"},
		{"four tries in vain: nobody is warned for having tried", three + "11-17 18h log tried 11-17;11-18 09h told supervisor 11-17 11-03;11-24 18h log tried 11-24;11-25 09h now", "mentee absent", "not reached", "", "12-01 17h"},
		{"the mentor could not, twice", "11-03 18h log couldnt 11-03;11-10 18h log couldnt 11-10;11-11 09h now", "mentor away", "mentor could not", "alert>coordinator", "11-17 17h"},
		{"moved without a day is no miss", "11-03 18h log absent 11-03;11-10 18h log moved 11-10;11-11 09h now", "not due", "moved", "", "11-17 17h"},
		{"a meeting between two misses", "11-03 18h log absent 11-03;11-10 18h log met 11-10;11-17 18h log absent 11-17;11-18 09h now", "mentee absent", "mentee absent", "", "11-24 17h"},
		{"two not answered, but the mentor is there", "11-03 17h told prompt 11-03;11-10 17h told prompt 11-10;11-12 09h heard;11-16 17h now", "not logged", "no answer", "alert>coordinator", "11-17 17h"},
		{"two not answered, and not a word", "11-03 17h told prompt 11-03;11-10 17h told prompt 11-10;11-02 09h heard;11-16 17h now", "mentor away", "mentor silent", "alert>coordinator", "11-17 17h"},
		{"three in a row", three + "11-17 18h log absent 11-17;11-18 09h now", "mentee absent", "mentee absent", "supervisor>supervisor", "11-24 17h"},
		{"asked late, both are told at once", "11-03 18h log absent 11-03;11-10 18h log absent 11-10;11-17 18h log absent 11-17;11-18 09h now", "mentee absent", "mentee absent", "alert>coordinator supervisor>supervisor", "11-24 17h"},
		{"four: the mentor is to be warned", three + "11-17 18h log couldnt 11-17;11-18 09h told supervisor 11-17 11-03;11-24 18h log couldnt 11-24;11-25 09h now", "mentor away", "mentor could not", "warning>coordinator", "12-01 17h"},
		{"four: nobody is warned for the mentee", three + "11-17 18h log absent 11-17;11-18 09h told supervisor 11-17 11-03;11-24 18h log absent 11-24;11-25 09h now", "mentee absent", "mentee absent", "", "12-01 17h"},
		{"six: to be closed", three + "11-17 18h log absent 11-17;11-18 09h told supervisor 11-17 11-03;11-24 18h log absent 11-24;12-01 18h log absent 12-01;12-08 18h log absent 12-08;12-09 09h now", "mentee absent", "mentee absent", "closure>coordinator", "12-15 17h"},
		{"alerted as missed, logged as met", three + "11-12 09h log met 11-10;11-12 10h now", "logged", "met", "correction>coordinator", "11-17 17h"},
		{"and corrected once", three + "11-12 09h log met 11-10;11-12 10h told correction 11-10 11-03;11-12 11h now", "logged", "met", "", "11-17 17h"},
		{"a correction lets the next two be told", three + "11-12 09h log met 11-03;11-12 10h told correction 11-10 11-03;11-17 18h log absent 11-17;11-18 09h now", "mentee absent", "mentee absent", "alert>coordinator", "11-24 17h"},
		{"who was alerted is not corrected by the next meeting", three + "11-17 18h log met 11-17;11-18 09h now", "logged", "met", "", "11-24 17h"},
		{"a correction and what remains are told at once, and once", "11-03 18h log met 11-03;11-10 18h log absent 11-10;11-17 18h log absent 11-17;11-18 09h told alert 11-17 11-03;11-18 10h told correction 11-17 11-03;11-18 10h told alert 11-17 11-10;11-18 10h now", "mentee absent", "mentee absent", "", "11-24 17h"},
		{"a correction does not wait for the holidays to end", three + "11-12 00h holiday 11-30;11-12 09h log met 11-10;11-12 10h now", "not due", "holiday", "correction>coordinator", "12-01 00h"},
		{"holidays", "11-03 00h holiday 11-20;11-04 09h now", "not due", "holiday", "", "11-21 00h"},
		{"a pause without an end", "11-03 17h told prompt 11-03;11-04 00h pause;11-20 09h now", "not due", "mentor pause", "", ""},
		{"a pause stops the clock of the nudge", "11-03 17h told prompt 11-03;11-05 00h holiday 11-18;11-19 09h now", "not logged", "asked", "", "11-20 17h"},
		{"after a pause there is nothing to catch up on", "11-03 18h log met 11-03;11-04 00h holiday 11-30;12-01 09h now", "not due", "holiday", "", "12-01 17h"},
		{"cancelled", "11-03 18h log met 11-03;11-10 16h cancelled;11-11 09h now", "not due", "cancelled", "", "11-17 17h"},
		{"moved to the next day, not over", "11-10 16h move;11-03 18h log met 11-03;11-11 09h now", "logged", "met", "", "11-11 19h"},
		{"moved to the next day, and over", "11-10 16h move;11-03 18h log met 11-03;11-11 19h now", "not logged", "asking", "prompt>mentor", "11-17 17h"},
		{"quiet hours", "11-03 17h quiet;11-03 17h now", "not logged", "asking", "", "11-04 08h"},
		{"no way to reach the mentor", "11-01 09h lost;11-03 17h now", "undelivered", "no route", "unreached>coordinator", "11-10 17h"},
		{"said once for as long as it lasts", "11-01 09h lost;11-03 17h told unreached 11-03;11-10 17h now", "undelivered", "no route", "", "11-17 17h"},
		{"for three weeks", "11-01 09h lost;11-03 17h told unreached 11-03;11-23 17h now", "undelivered", "no route", "serious>supervisor", "11-24 17h"},
		{"the question could not be shown", "11-03 17h failed prompt 11-03;11-03 18h now", "undelivered", "not delivered", "unreached>coordinator", "11-04 00h"},
		{"and is tried again the next day", "11-03 17h failed prompt 11-03;11-03 18h told unreached 11-03;11-04 00h now", "undelivered", "not delivered", "prompt>mentor", "11-10 17h"},
		{"who cannot be reached has not missed", "11-03 17h told prompt 11-03;11-10 17h told prompt 11-10;11-11 09h lost;11-11 09h told unreached 11-10;11-16 17h now", "undelivered", "no route", "", "11-17 17h"},
		{"a week's outage: one question", "11-03 18h log met 11-03;11-20 09h now", "not logged", "asking", "prompt>mentor", "11-24 17h"},
		{"a month of the bot's silence is nobody's miss", "11-30 09h now", "not logged", "asking", "prompt>mentor", "12-01 17h"},
		{"the match has ended", "11-03 17h told prompt 11-03;11-05 09h ended;11-06 17h now", "not due", "match ended", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, now := view(t, c.story)
			s := program.DefaultProtocol().Classify(m, now)
			var due []string
			for _, d := range s.Due {
				due = append(due, fmt.Sprint(d.Notice, ">", d.To))
			}
			look := ""
			if !s.Look.IsZero() {
				look = s.Look.Format("01-02 15h")
			}
			if string(s.Kind) != c.kind || string(s.Why.Key) != c.why || strings.Join(due, " ") != c.due || look != c.look {
				t.Errorf("%s, because %q; due: %q; look at %s\n%+v", s.Kind, s.Why.Key, strings.Join(due, " "), look, s)
			}
		})
	}
}

// three is a match in which two meetings were missed, which was told.
const three = "11-03 18h log absent 11-03;11-10 18h log absent 11-10;11-11 09h told alert 11-10 11-03;"

func TestNoSchedule(t *testing.T) {
	now := instant(t, "2026-11-21T12:00:00Z")
	for text, want := range map[string]program.WhyKey{
		"":                                      program.WhyNoSchedule,
		"on 2026-11-24 16:00 60m":               program.WhyNotYet,
		"on 2025-11-24 16:00 60m":               program.WhyNotYet, // before the match
		"monthly last Tue 16:00 60m":            program.WhyNotYet,
		"weekly Tue 16:00 60m until 2026-11-02": program.WhyNotYet,
	} {
		m := program.MatchView{Zone: time.UTC, Since: instant(t, "2026-11-01T00:00:00Z")}
		if text != "" {
			m.Schedule = schedule(t, text)
		}
		s := program.DefaultProtocol().Classify(m, now)
		if s.Kind != program.NotDue || s.Why.Key != want || len(s.Due) > 0 {
			t.Errorf("%q: %+v", text, s)
		}
	}
}

// A meeting was held in the place of a planned one if it is nearer to it than to
// the next, whatever the cadence.
func TestMeetingsHeldOnAnotherDay(t *testing.T) {
	for _, c := range []struct {
		schedule, met string
		logged        bool
	}{
		{"weekly Tue 16:00 60m", "2026-11-13", true},
		{"weekly Tue 16:00 60m", "2026-11-14", false}, // that is for the 17th
		{"every 2 weeks Tue 16:00 60m from 2026-11-10", "2026-11-17", true},
		{"every 2 weeks Tue 16:00 60m from 2026-11-10", "2026-11-18", false},
		{"monthly 2nd Tue 16:00 60m", "2026-11-24", true},
		{"monthly 2nd Tue 16:00 60m", "2026-11-25", false},
		{"on 2026-11-10 16:00 60m", "2026-11-07", true},
		{"on 2026-11-10 16:00 60m", "2026-11-06", false},
	} {
		now := instant(t, "2026-11-16T12:00:00Z")
		if day := date(c.met).At(18, 0, time.UTC); day.After(now) {
			now = day
		}
		if strings.HasPrefix(c.schedule, "weekly") {
			now = instant(t, "2026-11-14T20:00:00Z")
		}
		m := program.MatchView{Schedule: schedule(t, c.schedule), Zone: time.UTC, Since: instant(t, "2026-11-05T00:00:00Z"),
			Logs: []program.Log{{On: date(c.met), At: now, Met: program.MetYes}}}
		if s := program.DefaultProtocol().Classify(m, now); (s.Kind == program.Logged) != c.logged {
			t.Errorf("%s, met on %s: %s", c.schedule, c.met, s.Kind)
		}
	}
}
