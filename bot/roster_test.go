package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot"
	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
	"steadfast/store"
)

// office is a bot without a platform, into which rosters are imported.
type office struct {
	t     *testing.T
	store *store.Store
	bot   *bot.Bot
	sent  []delivery.Row
}

// Add implements bot.Outbox.
func (o *office) Add(rows ...delivery.Row) { o.sent = append(o.sent, rows...) }

// friday is when everything is imported.
func friday() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

func newOffice(t *testing.T) *office {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "steadfast.db"), store.Options{NoSync: true, Now: friday})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	catalog, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, store: s}
	o.bot, err = bot.New(bot.Options{
		Store: s, Words: catalog, Log: slog.New(slog.DiscardHandler),
		Platforms: map[chat.Platform]chat.Capabilities{"telegram": {TextUnits: 4096, Choices: 100}},
		Name:      "Riverside", Language: "en", Zone: time.UTC, Emergency: "112",
	})
	if err != nil {
		t.Fatal(err)
	}
	o.bot.Attach(o)
	return o
}

const rosterHeader = "type,name,role,telegram_id,discord_id,language,timezone,mentor,coordinator,schedule,group\n"

// bring imports rows and returns the faults as lines.
func (o *office) bring(rows string) (bot.Summary, string) {
	o.t.Helper()
	roster, faults := program.ParseRoster(strings.NewReader(rosterHeader + rows))
	if len(faults) > 0 {
		o.t.Fatalf("the roster itself: %v", faults)
	}
	s, faults, err := o.bot.Import(o.t.Context(), roster)
	if err != nil {
		o.t.Fatal(err)
	}
	var lines []string
	for _, f := range faults {
		lines = append(lines, f.String())
	}
	return s, strings.Join(lines, "\n")
}

func (o *office) must(rows string) bot.Summary {
	o.t.Helper()
	s, faults := o.bring(rows)
	if faults != "" {
		o.t.Fatal(faults)
	}
	return s
}

func (o *office) dump() string {
	o.t.Helper()
	var b strings.Builder
	if err := o.store.Dump(o.t.Context(), &b); err != nil {
		o.t.Fatal(err)
	}
	return b.String()
}

func (o *office) update(f func(program.Tx) error) {
	o.t.Helper()
	if err := o.store.Update(context.Background(), f); err != nil {
		o.t.Fatal(err)
	}
}

const smallRoster = "person,Ana Ruiz,supervisor+coordinator,1001,,en,Europe/Madrid\n" +
	"person,Mia Berg,mentor,1002,,,Europe/Berlin\n" +
	"mentee,Jonas\n" +
	"match,Jonas,,,,,,mia berg,Ana Ruiz,weekly Tue 16:00 60m\n"

func TestImport(t *testing.T) {
	o := newOffice(t)
	if s := o.must(smallRoster); s != (bot.Summary{People: 2, Mentees: 1, Matches: 1, Changed: 4}) {
		t.Errorf("%+v", s)
	}
	first := o.dump()
	for _, want := range []string{
		`1 = {"id":1,"name":"Ana Ruiz","roles":"coordinator+supervisor","accounts":[{"platform":"telegram","id":"1001"}],"language":"en","zone":"Europe/Madrid"}`,
		`1 = {"id":1,"mentor":2,"mentee":1,"coordinator":1,"schedule":"weekly Tue 16:00 60m","since":"2026-11-20T12:00:00Z"}`,
		`2026-11-24T16:00:00Z "meeting/1"`, // the end of the meeting, in Berlin
		`"what":"matched","person":2`,
	} {
		if !strings.Contains(first, want) {
			t.Errorf("%s is missing in\n%s", want, first)
		}
	}
	if s := o.must(smallRoster); s.Changed != 0 {
		t.Errorf("the second time: %+v", s)
	}
	if again := o.dump(); again != first {
		t.Errorf("the second import changed something:\n%s", again)
	}
	if len(o.sent) != 0 {
		t.Errorf("people were told: %v", o.sent)
	}
}

func TestImportChanges(t *testing.T) {
	o := newOffice(t)
	o.must(smallRoster)
	// A new name by the account, a new zone, a new day, and an account by the
	// name for whoever had none.
	s := o.must("person,Mia Berg-Roth,mentor,1002,77,,America/New_York\n" +
		"person,Lee,mentor\nmentee,Kim\nmatch,Kim,,,,,,Lee,Ana Ruiz\n" +
		"match,JONAS,,,,,,Mia Berg-Roth,,weekly Wed 10:00 30m\n")
	if s.Changed != 5 {
		t.Errorf("%+v", s)
	}
	got := o.dump()
	for _, want := range []string{
		`"name":"Mia Berg-Roth","roles":"mentor","accounts":[{"platform":"telegram","id":"1002"},{"platform":"discord","id":"77"}],"zone":"America/New_York"`,
		`2026-11-25T15:30:00Z "meeting/1"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	// Only the zone changes: the meeting is at another instant.
	if o.must("person,Mia Berg-Roth,mentor,1002,,,Europe/Berlin\nperson,Lee,,55\n").Changed != 2 {
		t.Error("the zone and the account")
	}
	if got := o.dump(); !strings.Contains(got, `2026-11-25T09:30:00Z "meeting/1"`) || !strings.Contains(got, `"telegram:55" = 3`) {
		t.Errorf("the meeting did not move:\n%s", got)
	}
	o.must("match,Jonas,,,,,,Mia Berg-Roth,,none\n")
	if got := o.dump(); strings.Contains(got, "meeting/1") {
		t.Errorf("the timer is still there:\n%s", got)
	}
}

func TestImportOfGroups(t *testing.T) {
	o := newOffice(t)
	o.must(smallRoster)
	const lea = "mentee,Lea\nmentee,Tom\n"
	if s := o.must(lea + "match,Jonas;Lea,,,,,,Mia Berg,Ana Ruiz,weekly Thu 16:00 60m,Climbers\n"); s.Changed != 3 {
		t.Errorf("%+v", s)
	}
	has := func(name, want string) {
		t.Helper()
		if got := o.dump(); !strings.Contains(got, want) {
			t.Errorf("%s: %s is missing in\n%s", name, want, got)
		}
	}
	has("a mentee alone and in a group", `1 = {"id":1,"mentor":2,"mentee":1,"coordinator":1,`)
	has("a group", `2 = {"id":2,"mentor":2,"mentee":0,"coordinator":1,"schedule":"weekly Thu 16:00 60m","since":"2026-11-20T12:00:00Z","mentees":[1,2],"name":"Climbers"}`)
	before := o.dump()
	for _, same := range []string{"Jonas;Lea,,,,,,Mia Berg,Ana Ruiz,,climbers", "lea; JONAS,,,,,,Mia Berg,,weekly Thu 16:00 60m,Climbers"} {
		if s := o.must("match," + same + "\n"); s.Changed > 1 {
			t.Errorf("%s: %+v", same, s)
		}
	}
	if n := strings.Count(o.dump(), `"mentor":2`); n != strings.Count(before, `"mentor":2`) {
		t.Error("there is another match now")
	}
	if s := o.must("match,Jonas;Lea;Tom,,,,,,Mia Berg,,,Climbers\n"); s.Changed != 1 {
		t.Errorf("one more: %+v", s)
	}
	has("one more", `"mentees":[1,2,3],"name":"Climbers"`)
	if s := o.must("match,Lea;Tom;Jonas,,,,,,Mia Berg,,,Boulderers\n"); s.Changed != 1 {
		t.Errorf("another name: %+v", s)
	}
	has("another name", `2 = {"id":2,"mentor":2,"mentee":0,"coordinator":1,"schedule":"weekly Thu 16:00 60m","since":"2026-11-20T12:00:00Z","mentees":[2,3,1],"name":"Boulderers"}`)
}

// People who chose something keep it where the roster has no opinion, and an
// owner stays one.
func TestImportKeepsWhatItDoesNotName(t *testing.T) {
	o := newOffice(t)
	o.must(smallRoster)
	o.update(func(tx program.Tx) error {
		p, err := tx.PersonWith(chat.Account{Platform: "telegram", ID: "1002"})
		if err != nil {
			return err
		}
		p.Language, p.Roles, p.Joined = "en", p.Roles|program.Owner, friday()
		return tx.PutPerson(&p)
	})
	if s := o.must("person,Mia Berg,mentor+coordinator,1002\n"); s.Changed != 1 {
		t.Errorf("%+v", s)
	}
	if got := o.dump(); !strings.Contains(got, `"name":"Mia Berg","roles":"mentor+coordinator+owner","accounts":[{"platform":"telegram","id":"1002"}],"language":"en","zone":"Europe/Berlin"`) {
		t.Errorf("got\n%s", got)
	}
	// Whoever has joined gets the menu of the new role.
	if len(o.sent) != 1 || o.sent[0].To.ID != "1002" {
		t.Errorf("sent %v", o.sent)
	}
}

func TestImportBringsBackWhoLeft(t *testing.T) {
	o := newOffice(t)
	o.must(smallRoster)
	o.update(func(tx program.Tx) error {
		p, err := tx.Person(1)
		if err != nil {
			return err
		}
		p.Left, p.Roles = friday(), program.Owner
		return tx.PutPerson(&p)
	})
	o.must("person,Ana Ruiz,mentor\n")
	if got := o.dump(); !strings.Contains(got, `1 = {"id":1,"name":"Ana Ruiz","roles":"mentor","accounts"`) || strings.Contains(got, `"left"`) {
		t.Errorf("got\n%s", got)
	}
}

// A case that nobody could be paged about is paged when there is a supervisor.
func TestImportOfASupervisorPages(t *testing.T) {
	o := newOffice(t)
	o.update(func(tx program.Tx) error {
		c := program.Case{Level: program.Danger, Raised: friday(), Pages: 1, Paged: friday()}
		return tx.PutCase(&c)
	})
	o.must("person,Ana,supervisor,1001\n")
	if got := o.dump(); !strings.Contains(got, `2026-11-20T12:00:00Z "page/1"`) {
		t.Errorf("got\n%s", got)
	}
}

func TestImportFaults(t *testing.T) {
	for _, c := range []struct{ name, before, rows, want string }{
		{"no role", "", "person,Kim\n", "line 2: the role is missing"},
		{"language", "", "person,Kim,mentor,,,xx\n", `line 2: "xx" is not a language of this bot`},
		{"two people in one", "person,A,mentor,1\nperson,B,mentor,,2\n", "person,A,mentor,1,2\n", "line 2: the telegram_id and the discord_id belong to two different people"},
		{"one person twice", "person,A,mentor,1,2\n", "person,A,mentor,1\nperson,A,mentor,,2\n", "line 3: this is the person of line 2 again"},
		{"another account", "person,A,mentor,1\n", "person,a,mentor,3\n", `line 2: there is a "a" with another telegram_id`},
		{"two of a name", "person,A,mentor,1\nperson,A,mentor,2\n", "person,A,mentor\n", `line 2: several people are called "A"`},
		{"a name twice", "", "person,A,mentor\nperson,a,mentor\n", `line 3: "a" is in line 2 already`},
		{"no mentee", "person,A,mentor\n", "match,Kim,,,,,,A\n", `line 2: there is no mentee "Kim"`},
		{"no mentee of a group", "person,A,mentor\nmentee,Lea\n", "match,Kim;Lea,,,,,,A\n", `line 2: there is no mentee "Kim"`},
		{"nobody", "mentee,Kim\n", "match,Kim,,,,,,A\n", `line 2: there is nobody called "A"`},
		{"not a mentor", "mentee,Kim\nperson,A,supervisor\n", "match,Kim,,,,,,A\n", `line 2: "A" is not a mentor`},
		{"not a coordinator", "mentee,Kim\nperson,A,mentor\n", "match,Kim,,,,,,A,a\n", `line 2: "a" is not a coordinator`},
		{"which mentor", "mentee,Kim\nperson,A,mentor,1\nperson,A,mentor,2\n", "match,Kim,,,,,,A\n", `line 2: several people called "A" are mentors`},
		{"still has mentees", smallRoster, "person,Mia Berg,coordinator,1002\n", `line 2: "Mia Berg" has mentees`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			o.must(c.before)
			before := o.dump()
			_, faults := o.bring(c.rows + "mentee,Somebody else\n")
			if !strings.HasPrefix(faults, c.want) || strings.Contains(faults, "\n") {
				t.Errorf("got %q, want %q", faults, c.want)
			}
			if after := o.dump(); after != before {
				t.Errorf("something was imported:\n%s", after)
			}
		})
	}
	o := newOffice(t)
	_, faults := o.bring("match,Kim,,,,,,A\nperson,B\nperson,C,mentor,,,xx\n")
	if lines := strings.Split(faults, "\n"); len(lines) != 4 || !slices.IsSorted(lines) {
		t.Errorf("not all faults at once, in order: %q", lines)
	}
}

// Two people of one name are told apart by their accounts, this time and the
// next.
func TestImportOfNamesakes(t *testing.T) {
	o := newOffice(t)
	rows := "person,Ana,mentor,1\nperson,Ana,coordinator,2\nmentee,Kim\nmatch,Kim,,,,,,Ana,Ana\n"
	o.must(rows)
	if s := o.must(rows); s.Changed != 0 {
		t.Errorf("%+v", s)
	}
}

func TestImportOfThousands(t *testing.T) {
	o := newOffice(t)
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "person,Mentor %d,mentor,%d,,,Europe/Berlin\nmentee,Mentee %d\nmatch,Mentee %d,,,,,,Mentor %d,,weekly Mon %02d:00 60m\n", i, 1000+i, i, i, i, i%24)
	}
	if s := o.must(b.String()); s.Changed != 15_000 {
		t.Errorf("%+v", s)
	}
	if s := o.must(b.String()); s.Changed != 0 {
		t.Errorf("%+v", s)
	}
}
