package bot

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/words"
	"steadfast/store"
)

// nowhere is an outbox from which nothing is sent.
type nowhere struct{}

func (nowhere) Add(...delivery.Row) {}

// newTestBot returns a bot on a new data file.
func newTestBot(t *testing.T, now func() time.Time, wrap func(program.Store) program.Store, log *slog.Logger) (*Bot, *store.Store) {
	t.Helper()
	catalog, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(filepath.Join(t.TempDir(), "steadfast.db"), store.Options{NoSync: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	b, err := New(Options{
		Store: wrap(s), Words: catalog, Log: log, Name: "Test", Language: "en", Zone: time.UTC, Emergency: "112",
		Platforms: map[chat.Platform]chat.Capabilities{"test": {TextUnits: 4096, Choices: 100, LabelRunes: 64, Edits: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Attach(nowhere{})
	return b, s
}

func asIs(s program.Store) program.Store { return s }

func account(id string) chat.Account { return chat.Account{Platform: "test", ID: id} }

// cast puts one person of each kind into the store, with records of the mentor
// for buttons to be about: everything has the ID 1.
func cast(t *testing.T, s *store.Store) map[string]program.Person {
	t.Helper()
	people := map[string]program.Person{}
	err := s.Update(t.Context(), func(tx program.Tx) error {
		for _, name := range []string{"mentor", "coordinator", "supervisor", "owner", "left"} {
			p := program.Person{Name: name, Accounts: []chat.Account{account(name)}, Joined: tx.Now()}
			if p.Roles, _ = program.ParseRoles(name); name == "left" {
				p.Roles, p.Left = program.Anybody, tx.Now()
			}
			if err := tx.PutPerson(&p); err != nil {
				return err
			}
			people[name] = p
		}
		mentor := people["mentor"]
		mentee, match := program.Mentee{Alias: "Jonas"}, program.Match{Mentor: mentor.ID}
		if err := tx.PutMentee(&mentee); err != nil {
			return err
		}
		match.Mentee = mentee.ID
		checkIn := program.CheckIn{By: mentor.ID, Version: 1, Met: program.MetYes, Mood: 3, Worry: program.NoWorry}
		note := program.Note{By: mentor.ID, Text: "note"}
		kase := program.Case{Level: program.Danger, By: mentor.ID, Mentee: mentee.ID}
		dialogue := program.Dialogue{With: mentor.ID, In: account("mentor").Private(), State: flow.State{Flow: flowSOS}}
		if err := tx.PutMatch(&match); err != nil {
			return err
		}
		checkIn.Match = match.ID
		for _, put := range []error{
			tx.PutCheckIn(&checkIn), tx.PutNote(&note), tx.PutCase(&kase), tx.PutDialogue(&dialogue),
			tx.PutChannel(program.Channel{Place: chat.Place{Platform: "test", ID: "-1"}, Purpose: pendingPurpose}),
		} {
			if put != nil {
				return put
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return people
}

// facts returns what is stored, apart from the marks of events, that somebody was
// heard at all, and what is to be sent.
func facts(t *testing.T, s *store.Store) string {
	t.Helper()
	var all strings.Builder
	if err := s.Dump(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	keep := false
	for line := range strings.Lines(all.String()) {
		if strings.HasPrefix(line, "[") {
			keep = !strings.HasPrefix(line, "[seen") && !strings.HasPrefix(line, "[outbox") && !strings.HasPrefix(line, "[presences")
		}
		if keep {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// everything returns what there is to ask for: every command and every button.
func everything() (all []struct {
	name string
	act  program.Act
	what chat.What
}) {
	add := func(name string, act program.Act, what chat.What) {
		all = append(all, struct {
			name string
			act  program.Act
			what chat.What
		}{name, act, what})
	}
	for _, c := range commands() {
		add("/"+c.name, c.act, chat.Command{Name: c.name, Args: map[string]string{"here": "supervisors", "start": "CODE"}[c.name]})
	}
	for act, b := range buttons() {
		token := chat.Token{Act: act, ID: 1}
		switch act {
		case actAnswer:
			token.Question, token.Option = "sos", "page"
		case actBind:
			token.ID, token.Question, token.Option = 0, "test", "-1"
		}
		add("["+act+"]", b.act, chat.Pressed{Token: token.String(), On: "1"})
	}
	slices.SortFunc(all, func(a, b struct {
		name string
		act  program.Act
		what chat.What
	}) int {
		return strings.Compare(a.name, b.name)
	})
	return all
}

// TestAccess asks for everything as everybody, privately and in a group. The
// golden is the table of who may do what; and whatever is refused changes
// nothing.
func TestAccess(t *testing.T) {
	who := []string{"stranger", "left", "mentor", "coordinator", "supervisor", "owner"}
	var table strings.Builder
	fmt.Fprintf(&table, "%-10s", "private/group")
	for _, name := range who {
		fmt.Fprintf(&table, " %-11s", name)
	}
	table.WriteString("\n")
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	people := cast(t, s)
	n := 0
	for _, ask := range everything() {
		fmt.Fprintf(&table, "%-13s", ask.name)
		for _, name := range who {
			cell := ""
			for _, private := range []bool{true, false} {
				verdict := program.Allowed(b.rules, ask.act, people[name], private)
				cell += map[bool]string{true: "yes", false: "-"}[verdict == program.Yes] + map[bool]string{true: "/"}[private]
				if verdict == program.Yes {
					continue
				}
				n++
				before := facts(t, s)
				e := chat.Event{ID: fmt.Sprint(n), From: chat.Sender{Account: account(name), Name: name}, In: account(name).Private(), Private: private, What: ask.what}
				if !private {
					e.In.ID = "-7"
				}
				if _, err := b.Handle(context.Background(), e); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(before, facts(t, s)); diff != "" {
					t.Errorf("%s by %s (private %v) was refused and changed something:\n%s", ask.name, name, private, diff)
				}
			}
			fmt.Fprintf(&table, " %-11s", cell)
		}
		table.WriteString("\n")
	}
	golden(t, "testdata/access.golden", table.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if update() {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}
