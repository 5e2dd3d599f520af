package bot

import (
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
	"steadfast/store"
)

// native returns a bot on a platform with forms, menus, and answers that one
// person sees where others read, with the usual cast.
func native(t *testing.T) (*Bot, *store.Store) {
	b, s := newTestBot(t, time.Now, asIs, slog.New(slog.DiscardHandler))
	b.Platforms["test"] = chat.Capabilities{TextUnits: 2000, Choices: 25, MenuItems: 25, LabelRunes: 80, FormFields: 5, Edits: true}
	cast(t, s)
	err := s.Update(t.Context(), func(tx program.Tx) error { return tx.DropDialogue(1, 1) })
	if err != nil {
		t.Fatal(err)
	}
	return b, s
}

// does makes one of the cast do something in their private place.
func does(t *testing.T, b *Bot, id, who string, what chat.What) chat.Answer {
	t.Helper()
	return happens(t, b, chat.Event{ID: id, From: chat.Sender{Account: account(who), Name: who}, In: account(who).Private(), Private: true, Handle: id, What: what})
}

func happens(t *testing.T, b *Bot, e chat.Event) chat.Answer {
	t.Helper()
	answer, err := b.Handle(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// queued returns the newest message that waits for a place.
func queued(t *testing.T, s *store.Store, place chat.Place) (newest program.Outgoing) {
	t.Helper()
	err := s.View(t.Context(), func(tx program.Tx) error {
		for w, err := range tx.Waiting() {
			if err != nil || w.To != place || w.Seq < newest.Seq {
				continue
			}
			if newest, err = tx.Outgoing(w.Priority, w.Seq, w.To); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return newest
}

func TestCommandsInAGroupAreAnsweredAside(t *testing.T) {
	group := chat.Place{Platform: "test", ID: "-7"}
	for _, tt := range []struct {
		who, command string
		aside        bool
		to           chat.Place
		want         string
	}{
		{"supervisor", "cases", true, account("supervisor").Private(), "Case 1"},
		{"mentor", "checkin", true, account("mentor").Private(), "Did you meet Jonas?"},
		{"stranger", "cases", true, account("stranger").Private(), "I don't know you yet"},
		{"mentor", "cases", true, account("mentor").Private(), "another role"},
		{"supervisor", "cases", false, group, "privately"},
		{"coordinator", "here", true, group, "supervisors"},
	} {
		t.Run(tt.who+" "+tt.command, func(t *testing.T) {
			b, s := native(t)
			happens(t, b, chat.Event{
				ID: "1", From: chat.Sender{Account: account(tt.who)}, In: group, Aside: tt.aside, Handle: "h",
				What: chat.Command{Name: tt.command, Args: "supervisors"},
			})
			o := queued(t, s, tt.to)
			if !strings.Contains(o.Message.Text.Plain(), tt.want) || o.Message.Handle != "h" || o.Group != (tt.to == group) {
				t.Errorf("answered with %+v", o)
			}
		})
	}
}

func TestOpenedContentAnswersThePress(t *testing.T) {
	b, s := native(t)
	answer := happens(t, b, chat.Event{
		ID: "1", From: chat.Sender{Account: account("supervisor")}, In: chat.Place{Platform: "test", ID: "-7"}, Aside: true, Handle: "h",
		What: chat.Pressed{Token: "1.open.1", On: "5"},
	})
	o := queued(t, s, account("supervisor").Private())
	if o.Purpose != program.ForContent || o.Message.Handle != "h" || o.Message.Replaces != "" {
		t.Errorf("content %+v", o)
	}
	if answer.Toast != "" {
		t.Errorf("a toast beside it: %q", answer.Toast)
	}
}

func TestNoteByForm(t *testing.T) {
	b, s := native(t)
	home := account("mentor").Private()
	does(t, b, "1", "mentor", chat.Command{Name: "checkin", Options: map[string]string{"mentee": "jon"}})
	for i, option := range []string{"met.met", "mood.m4", "worry.no"} {
		does(t, b, "2"+option, "mentor", chat.Pressed{Token: "1.d.2." + option, On: chat.Ref("9")})
		if m := queued(t, s, home).Message; m.Replaces != "9" || (m.Form != nil) != (i == 2) {
			t.Fatalf("after %s: %+v", option, m)
		}
	}
	form := queued(t, s, home).Message.Form
	opened := does(t, b, "3", "mentor", chat.Pressed{Token: form.Token, On: "9"}).Form
	if opened == nil || len(opened.Fields) != 1 || !opened.Fields[0].Long {
		t.Fatalf("opened %+v", opened)
	}
	filled := chat.Filled{Token: opened.Token, On: "9", Values: map[string]string{opened.Fields[0].Key: "He laughed a lot."}}
	does(t, b, "4", "mentor", filled)
	if m := queued(t, s, home).Message; m.Replaces != "9" || !strings.Contains(m.Text.Plain(), "He laughed a lot.") {
		t.Errorf("kept as %+v", m)
	}
	// Sent off once more, when its question is answered: nothing is lost.
	filled.Values = map[string]string{opened.Fields[0].Key: "And he sang."}
	does(t, b, "5", "mentor", filled)
	var kept []string
	err := s.View(t.Context(), func(tx program.Tx) error {
		n, err := tx.Note(2)
		kept = append(kept, n.Text)
		return err
	})
	if err != nil || !slices.Equal(kept, []string{"And he sang."}) {
		t.Errorf("kept %q, %v", kept, err)
	}
}

func TestTicks(t *testing.T) {
	b, s := native(t)
	does(t, b, "1", "mentor", chat.Command{Name: "checkin"})
	for _, option := range []string{"met.met", "mood.m4", "worry.yes", "kinds.neglect"} {
		does(t, b, option, "mentor", chat.Pressed{Token: "1.d.2." + option, On: "9"})
	}
	kinds := map[chat.ChoiceKind]int{}
	for _, c := range queued(t, s, account("mentor").Private()).Message.Choices {
		kinds[c.Kind]++
		if (c.Kind == chat.Ticked) != strings.HasPrefix(c.Label, chat.TickMark) {
			t.Errorf("%+v", c)
		}
	}
	if kinds[chat.Ticked] != 1 || kinds[chat.Tick] != len(program.Categories())-1 {
		t.Errorf("kinds of choices: %v", kinds)
	}
}

func TestSuggestions(t *testing.T) {
	b, s := native(t)
	for _, tt := range []struct {
		who    string
		typing chat.Completing
		want   []string
	}{
		{"mentor", chat.Completing{Command: "checkin", Option: "mentee", Typed: "jO"}, []string{"Jonas"}},
		{"mentor", chat.Completing{Command: "checkin", Option: "mentee", Typed: "x"}, nil},
		{"coordinator", chat.Completing{Command: "checkin", Option: "mentee"}, nil},
		{"coordinator", chat.Completing{Command: "match", Option: "mentor"}, []string{"mentor"}},
		{"supervisor", chat.Completing{Command: "case", Option: "number", Typed: "#1"}, []string{"1"}},
		{"supervisor", chat.Completing{Command: "case", Option: "number", Typed: "2"}, nil},
		{"mentor", chat.Completing{Command: "case", Option: "number"}, nil},
		{"left", chat.Completing{Command: "case", Option: "number"}, nil},
		{"stranger", chat.Completing{Command: "match", Option: "mentor"}, nil},
		{"mentor", chat.Completing{Command: "no", Option: "such"}, nil},
	} {
		var got []string
		for _, s := range does(t, b, "1", tt.who, tt.typing).Suggestions {
			got = append(got, s.Value)
			if strings.Contains(s.Label, "Jonas") && tt.typing.Command == "case" {
				t.Errorf("a case is suggested with a name: %q", s.Label)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s %+v: %q, want %q", tt.who, tt.typing, got, tt.want)
		}
	}
	if o := queued(t, s, account("mentor").Private()); o.Seq != 0 {
		t.Errorf("a suggestion sent something: %+v", o)
	}
}

// TestCommandWords holds the words of commands to the platforms' limits: those
// that are not within them cannot be registered.
func TestCommandWords(t *testing.T) {
	b, _ := native(t)
	name := regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)
	check := func(t *testing.T, what string, all map[string]chat.CommandWords) {
		for _, lang := range words.Languages() {
			w := all[lang]
			if !name.MatchString(w.Name) || w.Name != strings.ToLower(w.Name) {
				t.Errorf("%s in %s: the name %q", what, lang, w.Name)
			}
			if n := utf8.RuneCountInString(w.Description); n == 0 || n > 100 || strings.HasPrefix(w.Description, "[") {
				t.Errorf("%s in %s: the description %q", what, lang, w.Description)
			}
		}
	}
	taken := map[string]string{}
	for _, c := range b.Commands() {
		check(t, "/"+c.Name, c.Words)
		for lang, w := range c.Words {
			if other := taken[lang+w.Name]; other != "" {
				t.Errorf("in %s, /%s and /%s are both %q", lang, c.Name, other, w.Name)
			}
			taken[lang+w.Name] = c.Name
		}
		for _, o := range c.Options {
			check(t, "/"+c.Name+" "+o.Name, o.Words)
		}
	}
}

func TestMarks(t *testing.T) {
	b, _ := native(t)
	e := chat.Event{ID: "1", From: chat.Sender{Account: account("mentor")}, In: account("mentor").Private(), Private: true, Mark: "7:1", What: chat.Said{Text: "hello"}}
	happens(t, b, e)
	happens(t, b, e)
	e.ID, e.Mark, e.From.Account = "2", "8:2", account("stranger")
	e.In = e.From.Account.Private()
	happens(t, b, e)
	marks, err := b.Marks(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, m := range marks {
		got[m.Place.ID] = m.Read
	}
	want := map[string]string{"mentor": "7:1", "stranger": "8:2", "coordinator": "", "supervisor": "", "owner": ""}
	if len(marks) != len(want) {
		t.Errorf("%d marks: %v", len(marks), got)
	}
	for who, read := range want {
		if got[who] != read {
			t.Errorf("the mark of %s is %q, want %q", who, got[who], read)
		}
	}
	if marks, err := b.Marks(t.Context(), "other"); err != nil || len(marks) != 0 {
		t.Errorf("another platform: %v, %v", marks, err)
	}
}

func TestCardOfADangerRings(t *testing.T) {
	b, s := native(t)
	channel := chat.Place{Platform: "test", ID: "-1"}
	err := s.Update(t.Context(), func(tx program.Tx) error {
		return tx.PutChannel(program.Channel{Place: channel, Purpose: program.Supervisors})
	})
	if err != nil {
		t.Fatal(err)
	}
	take := func() (m chat.Message) {
		row := queued(t, s, channel)
		rows := []program.Waiting{{Seq: row.Seq, Priority: row.Priority, To: row.To}}
		m, _, send, err := b.Desk().Take(t.Context(), rows)
		if err != nil || !send {
			t.Fatal(send, err)
		}
		again, _, _, _ := b.Desk().Take(t.Context(), rows)
		if m.Once == "" || m.Once != again.Once || len(m.Once) > 24 || !m.Group {
			t.Errorf("sent as %+v and again as %+v", m, again)
		}
		return m
	}
	does(t, b, "1", "mentor", chat.Command{Name: "sos"})
	does(t, b, "2", "mentor", chat.Pressed{Token: "1.d.2.sos.page"})
	first := take()
	if !first.Alarm || !strings.HasPrefix(first.Thread, "Case ") || strings.Contains(first.Thread, "Jonas") {
		t.Errorf("%+v", first)
	}
}

// TestOnlyAMessageOfItsOwnFindsAPlace: messages can be changed, and events
// answered, where nobody can be written to.
func TestOnlyAMessageOfItsOwnFindsAPlace(t *testing.T) {
	for _, fresh := range []bool{false, true} {
		b, s := native(t)
		home := account("mentor").Private()
		err := s.Update(t.Context(), func(tx program.Tx) error { return tx.SetReach(home, false) })
		if err != nil {
			t.Fatal(err)
		}
		happens(t, b, chat.Event{
			ID: "1", From: chat.Sender{Account: account("mentor")}, In: chat.Place{Platform: "test", ID: "-7"}, Aside: true, Handle: "h",
			What: chat.Command{Name: "help"},
		})
		o := queued(t, s, home)
		rows := []program.Waiting{{Seq: o.Seq, Priority: o.Priority, To: o.To}}
		if err := b.Desk().Done(t.Context(), rows, delivery.Result{Outcome: delivery.Delivered, Ref: "1", Fresh: fresh}); err != nil {
			t.Fatal(err)
		}
		var lost time.Time
		if err := s.Update(t.Context(), func(tx program.Tx) (err error) { lost, err = tx.Reach(home); return err }); err != nil {
			t.Fatal(err)
		}
		if lost.IsZero() != fresh {
			t.Errorf("after a delivery with Fresh %v it is lost since %v", fresh, lost)
		}
	}
}
