package store

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// do runs f in an Update and fails the test if that fails.
func do(t testing.TB, s *Store, f func(tx program.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// fails runs f in an Update and fails the test unless that fails with want.
func fails(t testing.TB, s *Store, want error, f func(tx program.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), f); !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

// collect returns what a sequence yields.
func collect[T any](t testing.TB, seq iter.Seq2[T, error]) (all []T) {
	t.Helper()
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

var (
	mia   = chat.Account{Platform: "telegram", ID: "42"}
	miaD  = chat.Account{Platform: "discord", ID: "7"}
	group = chat.Place{Platform: "telegram", ID: "-100:1"}
	noon  = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
)

// at returns options with a clock that the test moves.
func at(now *time.Time) Options { return Options{Now: func() time.Time { return *now }} }

func TestPeople(t *testing.T) {
	s := newStore(t, Options{})
	a := program.Person{Name: "Mia", Roles: program.Mentor, Accounts: []chat.Account{mia, mia}}
	b := program.Person{Name: "Lee", Roles: program.Staff}
	do(t, s, func(tx program.Tx) error { return errors.Join(tx.PutPerson(&a), tx.PutPerson(&b)) })
	do(t, s, func(tx program.Tx) error {
		got, err := tx.PersonWith(mia)
		equal(t, "with account", got, a)
		equal(t, "all", collect(t, tx.People()), []program.Person{a, b})
		return err
	})
	b.Accounts = []chat.Account{miaD, mia}
	fails(t, s, program.ErrTaken, func(tx program.Tx) error { return tx.PutPerson(&b) })
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.PersonWith(miaD); return err })
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Person(9); return err })

	// An account that one gives up, another may take.
	a.Accounts = []chat.Account{{Platform: "web", ID: "x"}}
	do(t, s, func(tx program.Tx) error { return errors.Join(tx.PutPerson(&a), tx.PutPerson(&b)) })
	do(t, s, func(tx program.Tx) error {
		got, err := tx.PersonWith(mia)
		equal(t, "new owner", got, b)
		return err
	})

	i := program.Invite{Hash: "h2", Roles: program.Mentor, Expires: noon}
	do(t, s, func(tx program.Tx) error {
		return errors.Join(tx.PutInvite(i), tx.PutInvite(program.Invite{Hash: "h1"}))
	})
	do(t, s, func(tx program.Tx) error {
		got, err := tx.Invite("h2")
		equal(t, "invite", got, i)
		equal(t, "invites", collect(t, tx.Invites()), []program.Invite{{Hash: "h1"}, i})
		return err
	})
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Invite("h"); return err })
}

// A person has one link: the newest.
func TestLinks(t *testing.T) {
	s := newStore(t, Options{})
	l := program.Link{Person: 2, Hash: "h2", Asked: mia, Expires: noon}
	do(t, s, func(tx program.Tx) error {
		return errors.Join(tx.PutLink(program.Link{Person: 2, Hash: "h1"}), tx.PutLink(l), tx.PutLink(program.Link{Person: 1}))
	})
	do(t, s, func(tx program.Tx) error {
		got, err := tx.Link(2)
		equal(t, "link", got, l)
		equal(t, "links", collect(t, tx.Links()), []program.Link{{Person: 1}, l})
		return errors.Join(err, tx.DropLink(2))
	})
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Link(2); return err })
}

func TestMenteesAndMatches(t *testing.T) {
	s := newStore(t, Options{})
	jonas, eva := program.Mentee{Alias: "Jonas É."}, program.Mentee{Alias: "Eva"}
	do(t, s, func(tx program.Tx) error { return errors.Join(tx.PutMentee(&jonas), tx.PutMentee(&eva)) })
	called := func(alias string) (id program.MenteeID) {
		err := s.View(t.Context(), func(tx program.Tx) error {
			m, err := tx.MenteeCalled(alias)
			id = m.ID
			return err
		})
		if err != nil && !errors.Is(err, program.ErrNotFound) {
			t.Error(err)
		}
		return id
	}
	equal(t, "by alias", []program.MenteeID{called("jonas é."), called("EVA"), called("")}, []program.MenteeID{1, 2, 0})
	fails(t, s, program.ErrTaken, func(tx program.Tx) error { return tx.PutMentee(&program.Mentee{Alias: "eVa"}) })
	fails(t, s, program.ErrTaken, func(tx program.Tx) error { return tx.PutMentee(&program.Mentee{ID: 1, Alias: "eVa"}) })
	do(t, s, func(tx program.Tx) error { return tx.PutMentee(&program.Mentee{ID: 1, Alias: "JONAS É."}) })
	do(t, s, func(tx program.Tx) error { return tx.PutMentee(&program.Mentee{ID: 2}) }) // erased
	do(t, s, func(tx program.Tx) error { return tx.PutMentee(&program.Mentee{Alias: "Eva"}) })
	do(t, s, func(tx program.Tx) error { return tx.PutMentee(&program.Mentee{ID: 2, Alias: "Eve"}) })
	equal(t, "changed", []program.MenteeID{called("Jonas É."), called("Eva"), called("Eve")}, []program.MenteeID{1, 3, 2})
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Mentee(9); return err })

	m := []program.Match{{Mentor: 1, Mentee: 1, Since: noon}, {Mentor: 2, Mentee: 2, Since: noon}, {Mentor: 1, Mentee: 3, Since: noon, Ended: noon}}
	do(t, s, func(tx program.Tx) error {
		for i := range m {
			if err := tx.PutMatch(&m[i]); err != nil {
				return err
			}
		}
		return nil
	})
	do(t, s, func(tx program.Tx) error {
		got, err := tx.Match(2)
		equal(t, "match", got, m[1])
		equal(t, "all", collect(t, tx.Matches()), m)
		equal(t, "of 1", collect(t, tx.MatchesOf(1)), []program.Match{m[0], m[2]})
		return err
	})
	m[0].Mentor = 2
	do(t, s, func(tx program.Tx) error { return tx.PutMatch(&m[0]) })
	do(t, s, func(tx program.Tx) error {
		equal(t, "of 1", collect(t, tx.MatchesOf(1)), m[2:])
		equal(t, "of 2", collect(t, tx.MatchesOf(2)), m[:2])
		equal(t, "under nobody", collect(t, tx.MatchesUnder(0)), m[:2]) // the third has ended
		return nil
	})
	m[0].Coordinator, m[1].Ended, m[2].Ended, m[2].Coordinator = 5, noon, time.Time{}, 5
	do(t, s, func(tx program.Tx) error {
		return errors.Join(tx.PutMatch(&m[0]), tx.PutMatch(&m[1]), tx.PutMatch(&m[2]))
	})
	do(t, s, func(tx program.Tx) error {
		equal(t, "under nobody", collect(t, tx.MatchesUnder(0)), nil)
		equal(t, "under 5", collect(t, tx.MatchesUnder(5)), []program.Match{m[0], m[2]})
		return nil
	})
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Match(9); return err })
}

func TestCheckInsAndTheirTallies(t *testing.T) {
	s := newStore(t, Options{})
	c := program.CheckIn{Match: 1, By: 1, At: noon, Met: program.MetYes, Mood: 4, Worry: program.YesWorry, Note: "<fine> & well"}
	d := program.CheckIn{Match: 1, By: 1, At: noon.AddDate(0, 0, 5), Met: program.MetNoShow}
	do(t, s, func(tx program.Tx) error { return errors.Join(tx.PutCheckIn(&c), tx.PutCheckIn(&d)) })
	tally := func(m program.MatchID, month time.Time) (sum program.Tally) {
		do(t, s, func(tx program.Tx) (err error) { sum, err = tx.Tally(m, month); return err })
		return sum
	}
	// Whatever was done, the tallies are what the newest versions add up to.
	check := func(what string, of1, of2 []program.CheckIn) {
		t.Helper()
		for m, want := range map[program.MatchID][]program.CheckIn{1: of1, 2: of2} {
			do(t, s, func(tx program.Tx) error {
				equal(t, what, collect(t, tx.CheckInsOf(m)), want)
				return nil
			})
			for _, month := range []time.Time{noon, noon.AddDate(0, 1, 0)} {
				var sum program.Tally
				for _, c := range want {
					if c.At.Month() == month.Month() {
						sum.Add(c, 1)
					}
				}
				if got := tally(m, month); fmt.Sprint(got) != fmt.Sprint(sum) {
					t.Errorf("%s: tally of %d is %+v, want %+v", what, m, got, sum)
				}
			}
		}
	}
	check("new", []program.CheckIn{d, c}, nil)
	if sum := tally(1, noon); sum.Met != 1 || sum.NotMet != 1 || sum.Levels[program.Urgent] != 1 {
		t.Errorf("%+v", sum)
	}
	first := c
	c.Worry, c.Mood, c.Changed = program.NoWorry, 5, noon.Add(time.Hour)
	do(t, s, func(tx program.Tx) error { return tx.PutCheckIn(&c) })
	check("corrected", []program.CheckIn{d, c}, nil)
	d.At = noon.AddDate(0, 1, 0)
	do(t, s, func(tx program.Tx) error { return tx.PutCheckIn(&d) })
	check("in another month", []program.CheckIn{d, c}, nil)
	d.Match = 2
	do(t, s, func(tx program.Tx) error { return tx.PutCheckIn(&d) })
	check("of another match", []program.CheckIn{c}, []program.CheckIn{d})
	c.Undone = noon.Add(2 * time.Hour)
	do(t, s, func(tx program.Tx) error { return tx.PutCheckIn(&c) })
	check("undone", []program.CheckIn{c}, []program.CheckIn{d})
	if c.Version != 3 || d.Version != 3 {
		t.Errorf("versions %d and %d", c.Version, d.Version)
	}
	do(t, s, func(x program.Tx) error {
		got, err := load[program.CheckIn](x.(*tx), checkInsReplaced, idOf(c.ID).small(1))
		equal(t, "first version", got, first)
		return err
	})
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.CheckIn(9); return err })

	n := program.Note{By: 1, At: noon, Text: "later", CheckIn: c.ID}
	do(t, s, func(tx program.Tx) error { return tx.PutNote(&n) })
	do(t, s, func(tx program.Tx) error {
		got, err := tx.Note(n.ID)
		equal(t, "note", got, n)
		return err
	})
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Note(9); return err })
}

func TestCases(t *testing.T) {
	s := newStore(t, Options{})
	c := []program.Case{{Level: program.Danger, By: 1, Raised: noon}, {Level: program.Concern, By: 2, Raised: noon}, {Level: program.Urgent, By: 1, Raised: noon}}
	do(t, s, func(tx program.Tx) error {
		for i := range c {
			if err := tx.PutCase(&c[i]); err != nil {
				return err
			}
		}
		return nil
	})
	c[0].AckedBy, c[0].Acked = 3, noon // which is no end
	c[1].Closed, c[1].ClosedBy = noon, 3
	do(t, s, func(tx program.Tx) error { return errors.Join(tx.PutCase(&c[0]), tx.PutCase(&c[1]), tx.PutCase(&c[1])) })
	do(t, s, func(tx program.Tx) error {
		got, err := tx.Case(2)
		equal(t, "case", got, c[1])
		equal(t, "open", collect(t, tx.OpenCases()), []program.Case{c[0], c[2]})
		equal(t, "all", collect(t, tx.Cases()), []program.Case{c[2], c[1], c[0]})
		return err
	})
	c[1].Closed = time.Time{} // reopened
	do(t, s, func(tx program.Tx) error { return tx.PutCase(&c[1]) })
	do(t, s, func(tx program.Tx) error { equal(t, "open", collect(t, tx.OpenCases()), c); return nil })
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Case(9); return err })

	h := []program.Hop{{At: noon, Kind: program.HopRaised, By: 1}, {At: noon.Add(-time.Second), Kind: program.HopQueued, Place: group}}
	do(t, s, func(tx program.Tx) error {
		return errors.Join(tx.AddHop(1, h[0]), tx.AddHop(2, h[0]), tx.AddHop(1, h[1]))
	})
	do(t, s, func(tx program.Tx) error { equal(t, "hops", collect(t, tx.Hops(1)), h); return nil })
}

func TestDialogues(t *testing.T) {
	s := newStore(t, Options{})
	d := []program.Dialogue{{With: 1, In: group, State: flow.State{Flow: "checkin"}, Started: noon}, {With: 2}, {With: 1}}
	do(t, s, func(tx program.Tx) error {
		for i := range d {
			if err := tx.PutDialogue(&d[i]); err != nil {
				return err
			}
		}
		return nil
	})
	d[0].State = d[0].State.With("mood", "4")
	do(t, s, func(tx program.Tx) error { return tx.PutDialogue(&d[0]) })
	do(t, s, func(tx program.Tx) error {
		equal(t, "with 1", collect(t, tx.DialoguesWith(1)), []program.Dialogue{d[0], d[2]})
		got, err := tx.Dialogue(1, 1)
		equal(t, "dialogue", got, d[0])
		return errors.Join(err, tx.DropDialogue(1, 1), tx.DropDialogue(5, 5))
	})
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Dialogue(1, 1); return err })
}

func TestTimers(t *testing.T) {
	s := newStore(t, Options{})
	timer := func(id uint64, minutes int) program.Timer {
		return program.Timer{Kind: program.TimerPage, ID: id, At: noon.Add(time.Duration(minutes) * time.Minute)}
	}
	due := func(minutes, limit int) (ids []uint64, next time.Duration) {
		do(t, s, func(tx program.Tx) error {
			list, at, err := tx.DueTimers(noon.Add(time.Duration(minutes)*time.Minute), limit)
			for _, m := range list {
				ids = append(ids, m.ID)
			}
			if !at.IsZero() {
				next = at.Sub(noon) / time.Minute
			}
			return err
		})
		return ids, next
	}
	if ids, next := due(0, 10); ids != nil || next != 0 {
		t.Errorf("without timers: %v %d", ids, next)
	}
	do(t, s, func(tx program.Tx) error {
		return errors.Join(tx.SetTimer(timer(1, 30)), tx.SetTimer(timer(2, 20)), tx.SetTimer(timer(3, 10)), tx.SetTimer(timer(4, 40)),
			tx.SetTimer(timer(2, 5)), tx.SetTimer(timer(3, 35)), tx.SetTimer(timer(3, 35)), // moved
			tx.DropTimer(timer(1, 99)), tx.DropTimer(timer(9, 0)))
	})
	for _, c := range []struct {
		minutes, limit int
		ids            []uint64
		next           time.Duration
	}{
		{4, 10, nil, 5}, {5, 10, []uint64{2}, 35}, {60, 2, []uint64{2, 3}, 40}, {60, 3, []uint64{2, 3, 4}, 0}, {60, 0, nil, 5},
	} {
		if ids, next := due(c.minutes, c.limit); !slices.Equal(ids, c.ids) || next != c.next {
			t.Errorf("at %d, at most %d: %v, next %d", c.minutes, c.limit, ids, next)
		}
	}
	other := timer(4, 40)
	other.Person = 7
	do(t, s, func(tx program.Tx) error { return tx.SetTimer(other) })
	do(t, s, func(tx program.Tx) error {
		list, _, err := tx.DueTimers(other.At, 9)
		equal(t, "same time, otherwise changed", list[len(list)-1], other)
		return err
	})
	do(t, s, func(tx program.Tx) error { return tx.SetTimer(program.Timer{Kind: program.TimerMeeting}) }) // at once
	if ids, _ := due(-1000, 1); len(ids) != 1 {
		t.Error("a timer without a time is not due")
	}
}

func TestOutbox(t *testing.T) {
	s := newStore(t, Options{})
	menu := chat.Place{Platform: "telegram"} // without a place: for everybody
	o := []program.Outgoing{
		{Priority: program.Reminder, To: group, Message: chat.Message{Text: chat.Say("a")}},
		{Priority: program.Escalation, To: group, Case: 1},
		{Priority: program.Reply, To: menu},
		{Priority: program.Escalation, To: menu},
	}
	do(t, s, func(tx program.Tx) error {
		for i := range o {
			if err := tx.Queue(&o[i]); err != nil {
				return err
			}
		}
		return nil
	})
	waiting := func() (list []program.Waiting) {
		do(t, s, func(tx program.Tx) error { list = collect(t, tx.Waiting()); return nil })
		return list
	}
	equal(t, "waiting", waiting(), []program.Waiting{
		{Seq: 2, Priority: program.Escalation, To: group}, {Seq: 4, Priority: program.Escalation, To: menu},
		{Seq: 3, Priority: program.Reply, To: menu}, {Seq: 1, Priority: program.Reminder, To: group},
	})
	o[1].Tried = true
	do(t, s, func(tx program.Tx) error { return tx.PutOutgoing(o[1]) })
	do(t, s, func(tx program.Tx) error {
		got, err := tx.Outgoing(program.Escalation, 2, group)
		equal(t, "outgoing", got, o[1])
		return errors.Join(err, tx.DropOutgoing(program.Escalation, 2, group))
	})
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Outgoing(program.Escalation, 2, group); return err })
	if n := len(waiting()); n != 3 {
		t.Errorf("%d wait", n)
	}

	card := program.CardAt{Place: group, Ref: "17"}
	cases := func() (list []program.CaseNo) {
		do(t, s, func(tx program.Tx) (err error) { list, err = tx.CardCases(card); return err })
		return list
	}
	equal(t, "no card", cases(), nil)
	do(t, s, func(tx program.Tx) error { return tx.PutCardCases(card, []program.CaseNo{3, 4}) })
	equal(t, "card", cases(), []program.CaseNo{3, 4})
	do(t, s, func(tx program.Tx) error { return tx.PutCardCases(card, nil) })
	equal(t, "card is gone", cases(), nil)
}

func TestReachAndMoves(t *testing.T) {
	now := noon
	s := newStore(t, at(&now))
	reach := func(ok bool) { t.Helper(); do(t, s, func(tx program.Tx) error { return tx.SetReach(group, ok) }) }
	lost := func() (since time.Time) {
		do(t, s, func(tx program.Tx) (err error) { since, err = tx.Reach(group); return err })
		return since
	}
	reach(true)
	equal(t, "reached", lost(), time.Time{})
	reach(false)
	now = now.Add(time.Hour)
	reach(false)
	equal(t, "lost", lost(), noon)
	reach(true)
	equal(t, "reached again", lost(), time.Time{})

	place := func(id string) chat.Place { return chat.Place{Platform: "telegram", ID: id} }
	for _, c := range []struct{ from, to, a, b, c string }{
		{"a", "b", "b", "b", "c"}, {"b", "c", "c", "c", "c"}, {"c", "a", "a", "a", "a"}, {"a", "a", "a", "a", "a"},
		{"a", "b", "b", "b", "b"}, {"b", "a", "a", "a", "a"},
	} {
		do(t, s, func(tx program.Tx) error { return tx.PutMove(place(c.from), place(c.to)) })
		for from, want := range map[string]string{"a": c.a, "b": c.b, "c": c.c} {
			do(t, s, func(tx program.Tx) error {
				got, err := tx.Where(place(from))
				equal(t, "after "+c.from+" to "+c.to+", "+from, got, place(want))
				return err
			})
		}
	}
}

func TestChannelsTriesAndAudit(t *testing.T) {
	now := noon
	s := newStore(t, at(&now))
	ch := program.Channel{Place: group, Purpose: program.Supervisors, Since: noon}
	do(t, s, func(tx program.Tx) error { return tx.PutChannel(ch) })
	do(t, s, func(tx program.Tx) error {
		got, err := tx.Channel(group)
		equal(t, "channel", got, ch)
		equal(t, "channels", collect(t, tx.Channels()), []program.Channel{ch})
		return err
	})
	fails(t, s, program.ErrNotFound, func(tx program.Tx) error { _, err := tx.Channel(chat.Place{}); return err })

	for _, n := range []int{3, 4, 0} {
		since := time.Time{}
		if n > 0 {
			since = noon
		}
		do(t, s, func(tx program.Tx) error { return tx.SetTries(mia, n, noon) })
		do(t, s, func(tx program.Tx) error {
			got, from, err := tx.Tries(mia)
			equal(t, "tries", got, n)
			equal(t, "since", from, since)
			return err
		})
	}

	do(t, s, func(tx program.Tx) error {
		return errors.Join(tx.Audit(program.AuditEntry{What: "b"}), tx.Audit(program.AuditEntry{What: "c"}),
			tx.Audit(program.AuditEntry{What: "a", At: noon.Add(-time.Hour)}))
	})
	do(t, s, func(tx program.Tx) error {
		var got strings.Builder
		for _, e := range collect(t, tx.AuditTrail()) {
			got.WriteString(e.What + e.At.Format("15 "))
		}
		equal(t, "audit", got.String(), "a11 b12 c12 ")
		return nil
	})
}

func TestSeen(t *testing.T) {
	now := noon
	s := newStore(t, at(&now))
	answer := chat.Answer{Toast: "Thank you", Form: &chat.Form{Title: "x"}}
	do(t, s, func(tx program.Tx) error {
		return errors.Join(tx.MarkSeen("telegram", "1", answer), tx.MarkSeen("telegram", "2", chat.Answer{}))
	})
	seen := func(p chat.Platform, id string) (ok bool) {
		do(t, s, func(tx program.Tx) error {
			a, found, err := tx.Seen(p, id)
			if ok = found; ok && id == "1" {
				equal(t, "answer", a, answer)
			}
			return err
		})
		return ok
	}
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {-13 * time.Hour, true}, {12 * time.Hour, true}, {48 * time.Hour, true}, {48*time.Hour + 1, false}, {90 * time.Hour, false}} {
		now = noon.Add(c.after)
		if seen("telegram", "1") != c.want || seen("telegram", "2") != c.want {
			t.Errorf("after %s: %t", c.after, !c.want)
		}
	}
	now = noon
	if seen("discord", "1") || seen("telegram", "3") {
		t.Error("seen what never happened")
	}
	// The same id again, when it no longer counts.
	now = noon.Add(60 * time.Hour)
	do(t, s, func(tx program.Tx) error { return tx.MarkSeen("telegram", "2", chat.Answer{}) })
	if !seen("telegram", "2") || seen("telegram", "1") {
		t.Error("an id that is used again")
	}
}

func TestForgetSeen(t *testing.T) {
	now := noon
	s := newStore(t, at(&now))
	for d := range 5 {
		now = noon.AddDate(0, 0, d)
		do(t, s, func(tx program.Tx) error {
			for i := range 10 {
				if err := tx.MarkSeen("telegram", fmt.Sprintf("%d/%d", d, i), chat.Answer{}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	// Days 0 and 1 are more than 48 hours ago as a whole.
	var left []int
	for more := true; more; {
		do(t, s, func(x program.Tx) (err error) {
			more, err = x.ForgetSeen(8)
			n := 0
			for range x.(*tx).scan(seenTable, nil, nil, false) {
				n++
			}
			left = append(left, n)
			return err
		})
	}
	equal(t, "left after each call", left, []int{42, 34, 30})
	do(t, s, func(tx program.Tx) error {
		for d := range 5 {
			if _, ok, err := tx.Seen("telegram", fmt.Sprintf("%d/9", d)); ok != (d >= 2) || err != nil {
				t.Errorf("day %d: %t %v", d, ok, err)
			}
		}
		return nil
	})
}

// One record that cannot be read does not hide the others, and the error says
// where it is and not what it holds.
func TestUnreadableRecords(t *testing.T) {
	s := newStore(t, Options{})
	for i, bad := range []string{"", "\x00{}", "\x63{}", "\x01", "\x01secret", "\x01{\"name\":5555}", "\x01{\"joined\":\"secret\"}", "\x01{\"roles\":\"secret\"}"} {
		do(t, s, func(x program.Tx) error {
			return errors.Join(x.PutPerson(&program.Person{ID: 1}), x.PutPerson(&program.Person{ID: 3}),
				x.(*tx).put(peopleTable, idOf(program.PersonID(2)), []byte(bad)))
		})
		do(t, s, func(tx program.Tx) error {
			_, err := tx.Person(2)
			if !errors.Is(err, ErrUnreadable) || !strings.Contains(err.Error(), "table people, key 0000000000000002") ||
				strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "5555") {
				t.Errorf("%d: %v", i, err)
			}
			var ids []program.PersonID
			for p, err := range tx.People() {
				if err != nil != (len(ids) == 1) {
					t.Errorf("%d: record %d: %v", i, len(ids), err)
				}
				ids = append(ids, p.ID)
			}
			equal(t, "ids", ids, []program.PersonID{1, 0, 3})
			return nil
		})
	}
}

// A timer is a promise that somebody is told: damage to its record must neither
// hide it nor the others, nor bring it up for ever.
func TestDamagedTimers(t *testing.T) {
	s := newStore(t, Options{})
	timer := func(id uint64, at time.Time) program.Timer {
		return program.Timer{Kind: program.TimerPage, ID: id, At: at}
	}
	do(t, s, func(x program.Tx) error {
		damage := func(id uint64) error {
			return x.(*tx).put(timersTable, key(timer(id, noon).Name()), []byte("\x01damaged"))
		}
		return errors.Join(
			x.SetTimer(timer(1, noon)), damage(1),
			x.SetTimer(timer(2, noon)), x.(*tx).delete(timersTable, key("page/2")),
			x.SetTimer(timer(3, noon)), damage(3), x.SetTimer(timer(3, noon.Add(time.Hour))),
			x.SetTimer(timer(4, noon)),
		)
	})
	do(t, s, func(tx program.Tx) error {
		due, _, err := tx.DueTimers(noon, 10)
		equal(t, "due", due, []program.Timer{timer(1, noon), timer(2, noon), timer(3, noon), timer(4, noon)})
		for _, m := range due {
			err = errors.Join(err, tx.DropTimer(m))
		}
		return err
	})
	do(t, s, func(tx program.Tx) error {
		due, next, err := tx.DueTimers(noon.AddDate(1, 0, 0), 10)
		if due != nil || !next.IsZero() {
			t.Errorf("left: %v, next %s", due, next)
		}
		return err
	})
}

func TestStaff(t *testing.T) {
	s := newStore(t, Options{})
	staff := func() (names []string) {
		do(t, s, func(tx program.Tx) error {
			names = nil
			for p, err := range tx.Staff() {
				if err != nil {
					return err
				}
				names = append(names, p.Name)
			}
			return nil
		})
		return names
	}
	mia := program.Person{Name: "Mia", Roles: program.Mentor}
	ana := program.Person{Name: "Ana", Roles: program.Mentor | program.Supervisor}
	do(t, s, func(tx program.Tx) error { return errors.Join(tx.PutPerson(&mia), tx.PutPerson(&ana)) })
	if got := staff(); !slices.Equal(got, []string{"Ana"}) {
		t.Errorf("staff: %v", got)
	}
	mia.Roles, ana.Roles = program.Coordinator, program.Mentor
	do(t, s, func(tx program.Tx) error { return errors.Join(tx.PutPerson(&mia), tx.PutPerson(&ana)) })
	if got := staff(); !slices.Equal(got, []string{"Mia"}) {
		t.Errorf("after the roles changed, staff: %v", got)
	}
}
