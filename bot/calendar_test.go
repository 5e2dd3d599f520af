package bot

import (
	"context"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// An entry is one meeting in somebody's calendar.
type entry struct{ sequence, start, status, summary string }

// open puts a file into a calendar as calendar programs do: an entry takes the
// place of the one with the same UID, unless its SEQUENCE is lower.
func open(t *testing.T, calendar map[string]entry, file *chat.Document) {
	t.Helper()
	for event := range strings.SplitSeq(string(file.Data), "BEGIN:VEVENT\r\n") {
		fields := map[string]string{}
		for line := range strings.SplitSeq(event, "\r\n") {
			name, value, _ := strings.Cut(line, ":")
			fields[name] = value
		}
		uid := fields["UID"]
		if uid == "" {
			continue
		}
		if fields["SEQUENCE"] < calendar[uid].sequence { // they have one digit here
			t.Errorf("%s: the sequence falls from %s to %s", uid, calendar[uid].sequence, fields["SEQUENCE"])
		}
		calendar[uid] = entry{fields["SEQUENCE"], fields["DTSTART"], fields["STATUS"], fields["SUMMARY"]}
	}
}

// Whoever opens each file that they are sent has the meetings in their calendar
// that are planned, and no others.
func TestCalendarFilesFollowThePlan(t *testing.T) {
	start := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { return start }
	b, s := newTestBot(t, now, asIs, slog.New(slog.DiscardHandler))
	mentor := program.Person{Name: "Mia", Roles: program.Mentor, Joined: start, Accounts: []chat.Account{{Platform: "telegram", ID: "1"}}}
	m := program.Match{Since: start}
	err := s.Update(context.Background(), func(tx program.Tx) (err error) {
		mentee := program.Mentee{Alias: "Jonas"}
		if err := tx.PutPerson(&mentor); err != nil {
			return err
		}
		if err := tx.PutMentee(&mentee); err != nil {
			return err
		}
		m.Mentor, m.Mentee, m.File.Readers = mentor.ID, mentee.ID, []program.PersonID{mentor.ID}
		m.Schedule, err = program.ParseSchedule("weekly Thu 16:30 60m")
		if err != nil {
			return err
		}
		return tx.PutMatch(&m)
	})
	if err != nil {
		t.Fatal(err)
	}
	day := program.DateOf(start, b.Zone)
	calendar := map[string]entry{}
	for _, step := range []struct {
		name   string
		change func(*turn) error
	}{
		{"at first", func(*turn) error { return nil }},
		{"a meeting is moved", func(t *turn) error {
			m.Changes = map[program.Date]program.Change{day.Add(2): {To: start.Add(80 * time.Hour), Count: 1}}
			return t.rescheduled(&m, "")
		}},
		{"one is cancelled", func(t *turn) error {
			m.Changes[day.Add(9)] = program.Change{Cancelled: true, Count: 1}
			return t.rescheduled(&m, "")
		}},
		{"there is a new plan", func(t *turn) (err error) {
			if err := t.planChanged(&m, m.Schedule); err != nil {
				return err
			}
			m.Changes = nil
			if m.Schedule, err = program.ParseSchedule("every 2 weeks Wed 17:00 60m from 2026-11-25"); err != nil {
				return err
			}
			return t.rescheduled(&m, "")
		}},
		{"the plan is as it was", func(t *turn) (err error) {
			if err := t.planChanged(&m, m.Schedule); err != nil {
				return err
			}
			if m.Schedule, err = program.ParseSchedule("weekly Thu 16:30 60m"); err != nil {
				return err
			}
			return t.rescheduled(&m, "")
		}},
		{"there is a pause", func(t *turn) error {
			m.Pauses = []program.Period{{Kind: program.MentorPause, From: day, To: day.Add(10)}}
			return t.rescheduled(&m, "")
		}},
	} {
		var planned map[string]bool
		_, err := b.update(context.Background(), func(turn *turn) error {
			turn.be(mentor)
			if err := step.change(turn); err != nil {
				return err
			}
			file, err := turn.calendarFile(mentor, 0)
			if err != nil {
				return err
			}
			open(t, calendar, file)
			planned = map[string]bool{}
			for _, o := range turn.meetingsOf(m, b.Zone, start, start.Add(fileAhead)) {
				if o.Due() {
					planned[o.Start.UTC().Format("20060102T150405Z")] = true
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		shown := map[string]bool{}
		for _, e := range calendar {
			if e.status == "CONFIRMED" {
				shown[e.start] = true
			}
			if e.summary != "Mentoring" { // the alias stays in private chats
				t.Errorf("an entry is called %q", e.summary)
			}
		}
		if !maps.Equal(planned, shown) {
			t.Errorf("%s, and the calendar has other meetings (-planned +shown):\n%s", step.name, cmp.Diff(planned, shown))
		}
	}
}

// Nobody gets a file of meetings that are not theirs to see, and each file is in
// its reader's language, with no more than the program lets stand there.
func TestCalendarFileIsForItsReader(t *testing.T) {
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	mentor := program.Person{ID: 1, Name: "Mia", Roles: program.Mentor, Language: "fr"}
	carla := program.Person{ID: 2, Name: "Carla", Roles: program.Coordinator}
	other := program.Person{ID: 3, Name: "Cem", Roles: program.Coordinator}
	left := program.Person{ID: 2, Name: "Carla", Roles: program.Coordinator, Left: time.Now()}
	err := s.Update(context.Background(), func(tx program.Tx) error {
		schedule, err := program.ParseSchedule("weekly Thu 16:30 60m")
		if err != nil {
			return err
		}
		mentee := program.Mentee{Alias: "Jonas"}
		for _, p := range []program.Person{mentor, carla, other} {
			if err := tx.PutPerson(&p); err != nil {
				return err
			}
		}
		if err := tx.PutMentee(&mentee); err != nil {
			return err
		}
		return tx.PutMatch(&program.Match{Mentor: 1, Mentee: mentee.ID, Coordinator: 2, Schedule: schedule})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		reader program.Person
		match  program.MatchID
		alias  bool
		want   string // empty: no file
	}{
		{mentor, 0, false, "SUMMARY:Mentorat\r\n"},
		{mentor, 0, true, "SUMMARY:Mentorat : Jonas\r\n"},
		{carla, 1, false, "SUMMARY:Mentoring by Mia\r\n"},
		{carla, 1, true, "SUMMARY:Mia – Jonas\r\n"},
		{carla, 0, true, ""}, // none of her own
		{other, 1, true, ""},
		{left, 1, true, ""},
	} {
		b.AliasOnCards = c.alias
		err := s.View(context.Background(), func(tx program.Tx) error {
			file, err := (&turn{Bot: b, tx: tx, now: tx.Now()}).calendarFile(c.reader, c.match)
			if (file == nil) != (c.want == "") || file != nil && (!strings.Contains(string(file.Data), c.want) || len(file.Data) > chat.FileBytes) {
				t.Errorf("%s, match %d, alias %v: %v", c.reader.Name, c.match, c.alias, file)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestCalendarFileOfTheOthers: a mentor whose other match has changed as well gets
// one file with that one; who looks after the first one gets theirs now.
func TestCalendarFileOfTheOthers(t *testing.T) {
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	var to []chat.Place
	err := s.Update(context.Background(), func(tx program.Tx) error {
		for id, name := range []string{"Mia", "Carla"} {
			p := program.Person{Name: name, Roles: program.Mentor, Joined: tx.Now(), Accounts: []chat.Account{{Platform: "test", ID: name}}}
			if id == 1 {
				p.Roles = program.Coordinator
			}
			if err := tx.PutPerson(&p); err != nil {
				return err
			}
		}
		for _, readers := range [][]program.PersonID{{1, 2}, {1}} {
			m := program.Match{Mentor: 1, Coordinator: 2, Since: tx.Now(), File: program.CalendarFile{Readers: readers}}
			if err := tx.PutMatch(&m); err != nil {
				return err
			}
		}
		if err := tx.SetTimer(program.Timer{Kind: program.TimerCalendar, ID: 2, At: tx.Now()}); err != nil {
			return err
		}
		if err := (&turn{Bot: b, tx: tx, now: tx.Now()}).sendFiles(program.Timer{Kind: program.TimerCalendar, ID: 1}); err != nil {
			return err
		}
		for w, err := range tx.Waiting() {
			if err != nil {
				return err
			}
			to = append(to, w.To)
		}
		return nil
	})
	if err != nil || len(to) != 1 || to[0].ID != "Carla" {
		t.Errorf("files go to %v, %v", to, err)
	}
}
