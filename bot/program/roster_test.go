package program_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

const header = "type,name,role,telegram_id,discord_id,language,timezone,mentor,coordinator,schedule\n"

func tuesday() program.Schedule {
	return program.Schedule{Weekday: time.Tuesday, Hour: 16, Length: time.Hour}
}

func TestParseRoster(t *testing.T) {
	want := program.Roster{
		People: []program.RosterPerson{
			{Line: 2, Name: "Ana Ruiz", Roles: program.Supervisor | program.Coordinator, Accounts: []chat.Account{{Platform: "telegram", ID: "1001"}, {Platform: "discord", ID: "22"}},
				Language: "en", Zone: "Europe/Madrid"},
			{Line: 3, Name: `Mia "M" Berg, jr.`, Roles: program.Mentor},
		},
		Mentees: []program.RosterMentee{{Line: 4, Alias: "Jönas"}},
		Matches: []program.RosterMatch{
			{Line: 5, Mentees: []string{"Jönas"}, Mentor: `Mia "M" Berg, jr.`, Coordinator: "ana ruiz", Schedule: tuesday()},
			{Line: 6, Mentees: []string{"Kim"}, Mentor: "Ana Ruiz", NoSchedule: true},
		},
	}
	plain := header +
		"person, Ana  Ruiz ,Supervisor+coordinator,1001,22,en,Europe/Madrid,,,\n" +
		"PERSON,\"Mia \"\"M\"\" Berg, jr.\",mentor\n" +
		"mentee,Jönas,,,,,,,,\n" +
		"match,Jönas,,,,,,\"Mia \"\"M\"\" Berg, jr.\",ana ruiz,weekly Tue 16:00 60m\n" +
		"match,Kim,,,,,,Ana Ruiz,,none\n" +
		",,,,,,,,,\n\n"
	other := "Schedule;coordinator;mentor;timezone;language;discord_id;telegram_id;role;NAME;type\r\n" +
		";;;Europe/Madrid;en;22;1001;supervisor+coordinator;Ana Ruiz;person\r\n" +
		";;;;;;;mentor;\"Mia \"\"M\"\" Berg, jr.\";person\r\n" +
		";;;;;;;;Jönas;mentee\r\n" +
		"weekly tuesday 16:00 60m;ana ruiz;\"Mia \"\"M\"\" Berg, jr.\";;;;;;Jönas;match\r\n" +
		"NONE;;Ana Ruiz;;;;;;Kim;match\r\n"
	for name, text := range map[string]string{
		"commas": plain, "byte order mark": "\uFEFF" + plain, "carriage returns": strings.ReplaceAll(plain, "\n", "\r\n"),
		"as Excel writes it": "\uFEFF" + other, "no line break at the end": strings.TrimRight(plain, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			got, faults := program.ParseRoster(strings.NewReader(text))
			if diff := cmp.Diff(want, got); diff != "" || len(faults) > 0 {
				t.Errorf("%v\n%s", faults, diff)
			}
		})
	}
}

func TestGroupsInRosters(t *testing.T) {
	const columns = "type,name,mentor,group\n"
	long := strings.Repeat("x", 40)
	for rows, want := range map[string]program.RosterMatch{
		"match,Kim; Lea ;Jo  Ann,Ana,Reds\n":                    {Mentees: []string{"Kim", "Lea", "Jo Ann"}, Group: "Reds"},
		"match,Kim;Lea,Ana,\n":                                  {Mentees: []string{"Kim", "Lea"}, Group: "Kim, Lea"},
		"match,Kim,Ana,Reds\n":                                  {Mentees: []string{"Kim"}, Group: "Reds"},
		"match,Kim;,Ana,\n":                                     {Mentees: []string{"Kim"}},
		"match," + long + ";Lea;Kim Kim Kim Kim Kim Kim,Ana,\n": {Mentees: []string{long, "Lea", "Kim Kim Kim Kim Kim Kim"}, Group: long + ", Lea +1"},
	} {
		want.Line, want.Mentor = 2, "Ana"
		got, faults := program.ParseRoster(strings.NewReader(columns + rows))
		if diff := cmp.Diff([]program.RosterMatch{want}, got.Matches); diff != "" || len(faults) > 0 {
			t.Errorf("%s: %v\n%s", rows, faults, diff)
		}
	}
	crowd := strings.TrimSuffix(strings.Repeat("a;", program.GroupMost), ";")
	for i := range program.GroupMost {
		crowd = strings.Replace(crowd, "a", fmt.Sprint("k", i), 1)
	}
	if _, faults := program.ParseRoster(strings.NewReader(columns + "match," + crowd + ",Ana,\n")); len(faults) > 0 {
		t.Errorf("a full group: %v", faults)
	}
	const nobody = "line 2: the group has nobody in it"
	for rows, want := range map[string]string{
		"match,,Ana,Reds\n":                               nobody,
		"match,;,Ana,Reds\n":                              nobody,
		"match, ; ;,Ana,\n":                               nobody,
		"match,,Ana,\n":                                   "line 2: the name is missing",
		"match,Kim;kim,Ana,Reds\n":                        "line 2: the same mentee is in this group twice",
		"match,Kim;x" + long + ",Ana,Reds\n":              "line 2: the name of the mentee is longer than 40",
		"match," + crowd + ";z,Ana,Reds\n":                "line 2: there are more than 20 mentees",
		"match,Kim;Lea,Ana," + long + long + "\n":         "line 2: the name of the group is longer than 60",
		"mentee,Kim,,Reds\n":                              "line 2: a mentee has no group",
		"match,Kim;Lea,Ana,Reds\nmatch,Jo;Ben,ana,reds\n": "line 3: this match is in line 2 already",
	} {
		_, faults := program.ParseRoster(strings.NewReader(columns + rows))
		if len(faults) != 1 || !strings.HasPrefix(faults[0].String(), want) {
			t.Errorf("%s: got %v, want %s", rows, faults, want)
		}
	}
}

func TestFaultsOfRosters(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "The file is empty"},
		{"UTF-16", "\xFF\xFEt\x00", "The file is in UTF-16"},
		{"Latin-1", header + "mentee,J\xF6nas\n", "line 2: There are letters that are not UTF-8"},
		{"no header", "person,Ana,mentor\n", `line 1: there is no column "person"`},
		{"no name", "type,role\n", "line 1: the column name is missing"},
		{"twice", "type,name,name\n", "line 1: the column name is there twice"},
		{"type", header + "student,Kim\n", `line 2: "student" is not a type: write person, mentee or match`},
		{"role", header + "person,Kim,boss\n", `line 2: "boss" is not a role`},
		{"name", header + "person,,mentor\n", "line 2: the name is missing"},
		{"long name", header + "mentee," + strings.Repeat("x", 41) + "\n", "line 2: the name of the mentee is longer than 40"},
		{"zone", header + "person,Kim,mentor,,,,Mars/Olympus\n", `line 2: "Mars/Olympus" is not a time zone`},
		{"machine's zone", header + "person,Kim,mentor,,,,Local\n", `line 2: "Local" is not a time zone`},
		{"shortened", header + "person,Kim,mentor,1.23457E+11\n", `line 2: the spreadsheet has shortened the telegram_id to "1.23457E+11"`},
		{"username", header + "person,Kim,mentor,@kim\n", `line 2: "@kim" is not a telegram_id`},
		{"group", header + "person,Kim,mentor,-100\n", `line 2: "-100" is not a telegram_id`},
		{"same account", header + "person,Kim,mentor,5\nperson,Lee,mentor,5\n", "line 3: the telegram_id is that of the person in line 2"},
		{"same mentee", header + "mentee,Kim\n\nmentee,kim\n", `line 4: the mentee "kim" is in line 2 already`},
		{"same match", header + "match,Kim,,,,,,Ana\nmatch,kim,,,,,,ana\n", "line 3: this match is in line 2 already"},
		{"no mentor", header + "match,Kim\n", "line 2: the mentor is missing"},
		{"schedule", header + "match,Kim,,,,,,Ana,,daily\n", `line 2: schedule "daily": not understood; write it like: weekly Tue 16:00 60m`},
		{"misplaced", header + "mentee,Kim,mentor\n", "line 2: a mentee has no role"},
		{"comma in a name", header + "person,Berg, Mia,mentor,,,,,,,weekly\n", "line 2: field 11 stands under no column"},
		{"quotation mark", header + "person,\"Kim,mentor\nperson,Lee,mentor\n", "line 2: a quotation mark is missing"},
		{"quotation mark inside", header + "person,K\"im,mentor\nperson,Lee,boss\n", "line 2: a quotation mark"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, faults := program.ParseRoster(strings.NewReader(c.text))
			if !slices.ContainsFunc(faults, func(f program.Fault) bool { return strings.HasPrefix(f.String(), c.want) }) {
				t.Errorf("got %v, want %s", faults, c.want)
			}
		})
	}
	_, faults := program.ParseRoster(strings.NewReader(header + "person,,\nstudent,x\nperson,K\"im,mentor\nmatch,Kim\n"))
	if len(faults) != 4 || faults[3].Line != 5 {
		t.Errorf("not all faults at once: %v", faults)
	}
}

func TestLargeRoster(t *testing.T) {
	var b strings.Builder
	b.WriteString(header)
	for i := range 10_000 {
		fmt.Fprintf(&b, "mentee,Mentee %d\n", i)
	}
	roster, faults := program.ParseRoster(strings.NewReader(b.String()))
	if len(roster.Mentees) != 10_000 || len(faults) > 0 {
		t.Errorf("%d, %v", len(roster.Mentees), faults)
	}
	if _, faults := program.ParseRoster(strings.NewReader(strings.Repeat("x", program.RosterBytes+1))); len(faults) != 1 {
		t.Errorf("%v", faults)
	}
}

func FuzzParseRoster(f *testing.F) {
	f.Add(header + "person,Ana,mentor,5,,en,Europe/Berlin\nmentee,Kim\nmatch,Kim,,,,,,Ana,,weekly Tue 16:00 60m\n")
	f.Add("\uFEFFtype;name\r\nmentee;\"a\"\"b\"\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		roster, faults := program.ParseRoster(strings.NewReader(text))
		for _, fault := range faults {
			if fault.Text == "" || fault.Line < 0 {
				t.Errorf("%+v", fault)
			}
		}
		for _, m := range roster.Matches {
			if len(m.Mentees) == 0 || len(m.Mentees) > 1 && m.Group == "" {
				t.Errorf("%+v", m)
			}
		}
		for _, p := range roster.People {
			if p.Name == "" || p.Line < 2 {
				t.Errorf("%+v", p)
			}
		}
	})
}

func TestRosterPhones(t *testing.T) {
	const header = "type,name,role,phone\n"
	got, faults := program.ParseRoster(strings.NewReader(header + "person,Mia,mentor,+49  30 1234567\nperson,Ben,mentor,\n"))
	if len(faults) > 0 || len(got.People) != 2 || got.People[0].Phone != "+49 30 1234567" || got.People[1].Phone != "" {
		t.Errorf("got %+v, %v", got.People, faults)
	}
	for _, row := range []string{"person,Mia,mentor,4.93E+11", "person,Mia,mentor,later", "mentee,Jonas,,030 1234567"} {
		if _, faults := program.ParseRoster(strings.NewReader(header + row + "\n")); len(faults) != 1 || faults[0].Line != 2 {
			t.Errorf("%s: %v", row, faults)
		}
	}
}
