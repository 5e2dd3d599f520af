package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// The dump shows every table; the golden file is also an example of one.
func TestDump(t *testing.T) {
	now := noon
	s := newStore(t, at(&now))
	do(t, s, func(tx program.Tx) error {
		p := program.Person{Name: "Mia", Roles: program.Mentor | program.Supervisor, Accounts: []chat.Account{mia}}
		e := program.Mentee{Alias: "Jonas \"J\" É."}
		m := program.Match{Mentor: 1, Mentee: 1, Since: noon, Schedule: program.Schedule{Weekday: time.Tuesday, Hour: 16, Length: time.Hour}}
		c := program.CheckIn{Match: 1, By: 1, At: noon, Met: program.MetYes, Mood: 2, Worry: program.YesWorry, Pressing: program.Now, Case: 1}
		return errors.Join(
			tx.PutPerson(&p), tx.PutInvite(program.Invite{Hash: "9f86d0", Roles: program.Supervisor, Expires: noon}),
			tx.PutLink(program.Link{Person: 1, Hash: "ab12", Asked: mia, To: miaD, Expires: noon.Add(10 * time.Minute), PersonAgrees: true}),
			tx.PutMentee(&e), tx.PutMatch(&m), tx.PutCheckIn(&c), tx.PutCheckIn(&c),
			tx.PutNote(&program.Note{By: 1, At: noon, Text: "<said> \"so\"\n& went", CheckIn: 1}),
			tx.PutHint(&program.Hint{At: noon, By: 1, Note: 1, Weak: true, Found: []program.Found{{Rule: "en.uneasy", Category: "mental_health", Start: 1, End: 5}}}),
			tx.PutCase(&program.Case{Level: program.Danger, By: 1, Match: 1, Mentee: 1, CheckIn: 1, Raised: noon}),
			tx.AddHop(1, program.Hop{At: noon, Kind: program.HopRaised, By: 1}),
			tx.PutDialogue(&program.Dialogue{With: 1, In: group, Started: noon, Touched: noon}),
			tx.SetTimer(program.Timer{Kind: program.TimerPage, ID: 1, At: noon.Add(5*time.Minute + 1)}),
			tx.Queue(&program.Outgoing{Priority: program.Escalation, To: group, Group: true, Queued: noon, Purpose: program.ForCard, Case: 1, Fresh: true}),
			tx.PutCardCases(program.CardAt{Place: group, Ref: "5"}, []program.CaseNo{1}),
			tx.SetReach(group, false), tx.PutMove(group, chat.Place{Platform: "telegram", ID: "-200"}),
			tx.PutChannel(program.Channel{Place: group, Purpose: program.Supervisors, Since: noon}),
			tx.MarkSeen("telegram", "1001", chat.Answer{Toast: "Thank you"}),
			tx.Audit(program.AuditEntry{By: 1, What: "case opened", Case: 1}),
			tx.SetTries(miaD, 2, noon), tx.PutRota(program.Rota{Members: []program.PersonID{1}, Start: noon}), tx.PutMark(chat.Mark{Place: miaD.Private(), Read: "5:1001"}),
			tx.PutBundle(program.Bundle{Person: 1, Sent: noon}),
			tx.PutPresence(program.Presence{Person: 1, Heard: noon}), tx.SetArrived(miaD.Private(), noon),
			tx.PutOutage(program.Period{Kind: program.Outage, From: program.DateOf(noon, time.UTC), To: program.DateOf(noon, time.UTC)}),
		)
	})
	got := func() string {
		var b bytes.Buffer
		if err := s.Dump(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	path := filepath.Join("testdata", "dump.txt")
	if *update {
		if err := os.WriteFile(path, []byte(got()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	for _, l := range schema() {
		if !strings.Contains(got(), "["+string(l.table)+"]") {
			t.Errorf("no %s", l.table)
		}
	}
	// What it shows can be read back.
	if d := cmp.Diff(got(), dumped(t, written(t, schema(), got()), schema(), migrations())); d != "" {
		t.Errorf("read back (-want +got):\n%s", d)
	}
}

func TestDumpOfManyRowsAndDamagedOnes(t *testing.T) {
	s := newStore(t, Options{})
	if err := s.UpdateUnbounded(t.Context(), func(x program.Tx) error {
		for range 2*dumpRows + 1 {
			if err := x.PutNote(&program.Note{}); err != nil {
				return err
			}
		}
		return errors.Join(x.(*tx).put(peopleTable, key("short"), []byte("\x01{}")), x.(*tx).put(peopleTable, idOf(program.PersonID(1)), nil),
			x.(*tx).put(casesOpen, idOf(program.CaseNo(1)).text("x"), nil), x.(*tx).put(peopleByAccount, key("a"), []byte("b")))
	}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Dump(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), `{"id":`); n != 2*dumpRows+1 {
		t.Errorf("%d rows", n)
	}
	for _, want := range []string{"\nunreadable 73686f7274 = {}\n", "\n1 = unreadable \n", "\nunreadable 000000000000000178\n", "\n\"a\" = unreadable 62\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q", want)
		}
	}
	if err := s.Dump(t.Context(), failingWriter{}); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }
