package main

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// What is on a platform that the bot has no token for does not count: nobody
// would learn of anything there.
func TestStateOfThePlatformsThatTheBotIsOn(t *testing.T) {
	c := Default()
	c.Store.Path = t.TempDir() + "/data.db"
	s, err := openStore(c, Env{NoSync: true, Now: time.Now}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	here, there := chat.Place{Platform: "telegram", ID: "-5"}, chat.Place{Platform: "discord", ID: "5"}
	now := time.Now()
	err = s.Update(t.Context(), func(tx program.Tx) error {
		for _, p := range []program.Person{
			{Name: "Tom", Roles: program.Owner, Joined: now},
			{Name: "Ana", Roles: program.Supervisor, Joined: now, Accounts: []chat.Account{{Platform: "discord", ID: "1"}}},
			{Name: "Bo", Roles: program.Supervisor, Joined: now, Accounts: []chat.Account{{Platform: "discord", ID: "2"}, {Platform: "telegram", ID: "2"}}},
			{Name: "Cy", Roles: program.Supervisor},
			{Name: "Mia", Roles: program.Mentor, Joined: now},
		} {
			if err := tx.PutPerson(&p); err != nil {
				return err
			}
		}
		for _, place := range []chat.Place{here, there} {
			if err := tx.PutChannel(program.Channel{Place: place, Purpose: program.Supervisors, Since: now}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	urgent := state{Owners: 1, Supervisors: 3, Reachable: 1, Channels: []chat.Place{here}, Lost: []chat.Place{there}}
	v := view{now, program.DefaultLadder(), []chat.Platform{"telegram"}}
	if got, err := glance(t.Context(), s, v); err != nil {
		t.Fatal(err)
	} else if diff := gocmp.Diff(urgent, got); diff != "" {
		t.Errorf("at a glance (-want +got):\n%s", diff)
	}
	urgent.Mentors, urgent.Unmatched, urgent.NeverCame = 1, 1, 1
	if got, err := look(t.Context(), s, v); err != nil {
		t.Fatal(err)
	} else if diff := gocmp.Diff(urgent, got); diff != "" {
		t.Errorf("in full (-want +got):\n%s", diff)
	}
	v.platforms = append(v.platforms, "discord")
	if got, err := glance(t.Context(), s, v); err != nil || got.Reachable != 2 || len(got.Channels) != 2 || got.Lost != nil {
		t.Errorf("on both: %+v, %v", got, err)
	}
	// Whom nothing reaches is counted once, and not while there is another way.
	for _, lost := range []struct {
		place chat.Place
		want  int
	}{{chat.Place{Platform: "telegram", ID: "2"}, 0}, {chat.Place{Platform: "discord", ID: "2"}, 1}, {chat.Place{Platform: "discord", ID: "99"}, 1}} {
		if err := s.Update(t.Context(), func(tx program.Tx) error { return tx.SetReach(lost.place, false) }); err != nil {
			t.Fatal(err)
		}
		if got, err := glance(t.Context(), s, v); err != nil || got.Unreached != lost.want {
			t.Errorf("without %s: %d cannot be reached, want %d, %v", lost.place, got.Unreached, lost.want, err)
		}
	}
}

// A drill counts in nothing, and a case that somebody has is not one that waits;
// but if its acknowledgement ran out and nobody was paged, that is a fault.
func TestStateOfCases(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	old := now.Add(-time.Hour)
	for _, c := range []struct {
		name string
		c    program.Case
		want state
	}{
		{"a drill", program.Case{Level: program.Danger, Raised: old, Paged: old, Drill: true}, state{}},
		{"new", program.Case{Level: program.Danger, Raised: now, Paged: now}, state{Open: 1, OldestUnhandled: now}},
		{"late", program.Case{Level: program.Danger, Raised: old, Paged: old}, state{Open: 1, Overdue: 1, PageLate: 1, OldestUnhandled: old}},
		{"somebody has it", program.Case{Level: program.Danger, Raised: old, AckedBy: 1, Until: now.Add(time.Hour)}, state{}},
		{"which ran out", program.Case{Level: program.Danger, Raised: old, AckedBy: 1, Until: now.Add(-time.Hour)}, state{PageLate: 1}},
		{"a watch", program.Case{Level: program.Watch, Raised: old}, state{Open: 1, OldestUnhandled: old}},
	} {
		var got state
		got.openCase(c.c, view{now: now, ladder: program.DefaultLadder()})
		if diff := gocmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
