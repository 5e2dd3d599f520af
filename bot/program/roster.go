package program

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"steadfast/bot/chat"
)

// Limits of a roster.
const (
	// RosterBytes is the most a roster file may hold; 10,000 rows are one
	// tenth of it.
	RosterBytes = 16 << 20
	// AliasRunes is room for a nickname and too little for a file.
	AliasRunes = 40

	nameRunes = 100
)

// A Roster is a list of people, mentees and matches, as a spreadsheet keeps it.
// An empty field has no opinion: what is known already stays.
type Roster struct {
	People  []RosterPerson
	Mentees []RosterMentee
	Matches []RosterMatch
}

// A RosterPerson is a row about a mentor, coordinator, supervisor or owner.
// Roles is [Nobody] where the row says none.
type RosterPerson struct {
	Line     int
	Name     string
	Roles    Roles
	Accounts []chat.Account
	Language string
	Zone     string
	Phone    string
}

// A RosterMentee is a row about a mentee.
type RosterMentee struct {
	Line  int
	Alias string
}

// A RosterMatch is a row about a match. Mentor and Coordinator are names of
// people.
type RosterMatch struct {
	Line        int
	Mentees     []string // one, or those of a group
	Group       string   // its name; empty: no group
	Mentor      string
	Coordinator string
	Schedule    Schedule
	NoSchedule  bool // the row says that no meetings are planned
}

// A Fault is something wrong with a roster, in a sentence that says what to do.
// It may hold what the roster holds: it is for whoever brought the roster.
type Fault struct {
	Line int // 0: the file as a whole
	Text string
}

// String returns the fault as a line.
func (f Fault) String() string {
	if f.Line == 0 {
		return f.Text
	}
	return "line " + strconv.Itoa(f.Line) + ": " + f.Text
}

// columns returns the names that the header of a roster may hold.
func columns() []string {
	return []string{"type", "name", "role", "telegram_id", "discord_id", "language", "timezone", "mentor", "coordinator", "schedule", "group", "phone"}
}

// NameKey returns a text that is the same for names that a person would call
// the same: the case of letters and the number of spaces do not count.
func NameKey(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(name), " "))
}

// ParseRoster reads a roster as spreadsheets write it: CSV with a header, with
// commas or semicolons, in UTF-8. It finds all the faults it can; with any, the
// roster is not to be used.
func ParseRoster(r io.Reader) (Roster, []Fault) {
	raw, err := io.ReadAll(io.LimitReader(r, RosterBytes+1))
	switch {
	case err != nil:
		return Roster{}, []Fault{{0, "The file cannot be read: " + err.Error()}}
	case len(raw) > RosterBytes:
		return Roster{}, []Fault{{0, "The file is too large: split it, each part with the header."}}
	case bytes.HasPrefix(raw, []byte{0xFF, 0xFE}), bytes.HasPrefix(raw, []byte{0xFE, 0xFF}):
		return Roster{}, []Fault{{0, "The file is in UTF-16: save it in the spreadsheet as “CSV UTF-8”."}}
	}
	raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	if line, ok := wrongText(raw); !ok {
		return Roster{}, []Fault{{line, "There are letters that are not UTF-8: save the file in the spreadsheet as “CSV UTF-8”."}}
	}
	p := rosterParser{accounts: map[chat.Account]int{}, mentees: map[string]int{}, pairs: map[[2]string]int{}}
	p.read(raw)
	slices.SortStableFunc(p.faults, func(a, b Fault) int { return a.Line - b.Line })
	return p.roster, p.faults
}

// wrongText returns the first line that is not UTF-8.
func wrongText(raw []byte) (line int, ok bool) {
	if utf8.Valid(raw) {
		return 0, true
	}
	for text := range bytes.Lines(raw) {
		if line++; !utf8.Valid(text) {
			break
		}
	}
	return line, false
}

type rosterParser struct {
	roster   Roster
	faults   []Fault
	line     int
	places   map[string]int // of the columns
	row      []string
	accounts map[chat.Account]int // lines in which they were
	mentees  map[string]int
	pairs    map[[2]string]int
}

func (p *rosterParser) bad(format string, args ...any) {
	p.faults = append(p.faults, Fault{p.line, fmt.Sprintf(format, args...)})
}

func (p *rosterParser) read(raw []byte) {
	rows := csv.NewReader(bytes.NewReader(raw))
	header, _, _ := bytes.Cut(raw, []byte("\n"))
	if bytes.Count(header, []byte(";")) > bytes.Count(header, []byte(",")) {
		rows.Comma = ';'
	}
	rows.FieldsPerRecord, rows.ReuseRecord = -1, true
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			if first {
				p.faults = append(p.faults, Fault{0, "The file is empty: its first line must be " + strings.Join(columns(), ",")})
			}
			return
		}
		if e, ok := errors.AsType[*csv.ParseError](err); ok {
			p.line = e.StartLine
			p.bad("a quotation mark is missing or too many: put the field in quotation marks, and double those within it")
			if first {
				return
			}
			continue
		}
		p.line, _ = rows.FieldPos(0)
		if first {
			if !p.header(row) {
				return
			}
			continue
		}
		p.row = row
		p.one()
	}
}

// header reads the names of the columns.
func (p *rosterParser) header(row []string) bool {
	p.places = map[string]int{}
	for i, name := range row {
		name = strings.ToLower(strings.TrimSpace(name))
		_, twice := p.places[name]
		switch {
		case name == "":
		case !slices.Contains(columns(), name):
			p.bad("there is no column %q: use some of %s", name, strings.Join(columns(), ", "))
		case twice:
			p.bad("the column %s is there twice: remove one", name)
		default:
			p.places[name] = i
		}
	}
	for _, name := range []string{"type", "name"} {
		if _, ok := p.places[name]; !ok {
			p.bad("the column %s is missing: the first line of the file must hold the names of the columns, %s", name, strings.Join(columns(), ","))
		}
	}
	return len(p.faults) == 0
}

// field returns a field without what spaces do not mean.
func (p *rosterParser) field(column string) string {
	i, ok := p.places[column]
	if !ok || i >= len(p.row) {
		return ""
	}
	return strings.Join(strings.Fields(p.row[i]), " ")
}

// one reads a row.
func (p *rosterParser) one() {
	if strings.TrimSpace(strings.Join(p.row, "")) == "" {
		return // spreadsheets leave such rows behind
	}
	before := len(p.faults)
	kind, name := strings.ToLower(p.field("type")), p.field("name")
	switch {
	case kind != "person" && kind != "mentee" && kind != "match":
		p.bad("%q is not a type: write person, mentee or match", kind)
		return
	case kind == "match" && strings.Trim(name, "; ") == "" && (name != "" || p.field("group") != ""):
		p.bad("the group has nobody in it: write the aliases of its mentees into the column name, with ; between them")
	case name == "":
		p.bad("the name is missing")
	case kind == "person" && utf8.RuneCountInString(name) > nameRunes:
		p.bad("the name is longer than %d letters", nameRunes)
	case kind == "mentee" && utf8.RuneCountInString(name) > AliasRunes:
		p.bad("the name of the mentee is longer than %d letters: use an alias", AliasRunes)
	case strings.ContainsFunc(name, unicode.IsControl):
		p.bad("there are signs in the name that cannot be shown")
	}
	p.unused(kind)
	switch kind {
	case "person":
		p.person(name, before)
	case "mentee":
		p.mentee(name, before)
	case "match":
		p.match(name, before)
	}
}

// unused reports fields that a row of the kind does not have, since whoever
// filled them in meant something.
func (p *rosterParser) unused(kind string) {
	used := map[string][]string{
		"person": {"type", "name", "role", "telegram_id", "discord_id", "language", "timezone", "phone"},
		"mentee": {"type", "name"},
		"match":  {"type", "name", "mentor", "coordinator", "schedule", "group"},
	}[kind]
	for _, column := range columns() {
		if !slices.Contains(used, column) && p.field(column) != "" {
			p.bad("a %s has no %s: leave that field empty", kind, column)
		}
	}
	for i, text := range p.row {
		if strings.TrimSpace(text) != "" && !p.named(i) {
			p.bad("field %d stands under no column: is there a comma in a name? Put it in quotation marks", i+1)
		}
	}
}

func (p *rosterParser) named(place int) bool {
	for _, i := range p.places {
		if i == place {
			return true
		}
	}
	return false
}

func (p *rosterParser) person(name string, before int) {
	person := RosterPerson{Line: p.line, Name: name, Language: p.field("language"), Zone: p.field("timezone")}
	if text := p.field("role"); text != "" {
		roles, err := ParseRoles(text)
		if err != nil {
			p.bad("%v", err)
		}
		person.Roles = roles
	}
	if zone, err := time.LoadLocation(person.Zone); err != nil || zone == time.Local {
		p.bad("%q is not a time zone: write it like Europe/Berlin", person.Zone)
	}
	if text := p.field("phone"); text != "" {
		number, err := ParsePhone(text)
		if err != nil {
			p.bad("%q is not a phone number: write it like +44 20 7946 0000, and give that column the format “text”", text)
		}
		person.Phone = number
	}
	for _, platform := range []chat.Platform{"telegram", "discord"} {
		id := p.field(string(platform) + "_id")
		if id == "" {
			continue
		}
		account := chat.Account{Platform: platform, ID: id}
		n, err := strconv.ParseInt(id, 10, 64)
		switch line := p.accounts[account]; {
		case strings.ContainsAny(id, "eE+.,") && strings.ContainsAny(id, "0123456789"):
			p.bad("the spreadsheet has shortened the %s_id to %q: give that column the format “text” and enter the number again", platform, id)
		case err != nil || n <= 0 || strconv.FormatInt(n, 10) != id:
			p.bad("%q is not a %s_id: it is a number, not a name", id, platform)
		case line != 0:
			p.bad("the %s_id is that of the person in line %d: each person has their own", platform, line)
		default:
			p.accounts[account] = p.line
			person.Accounts = append(person.Accounts, account)
		}
	}
	if len(p.faults) == before {
		p.roster.People = append(p.roster.People, person)
	}
}

func (p *rosterParser) mentee(alias string, before int) {
	if line := p.mentees[NameKey(alias)]; line != 0 {
		p.bad("the mentee %q is in line %d already: give each mentee an alias of their own", alias, line)
	}
	p.mentees[NameKey(alias)] = p.line
	if len(p.faults) == before {
		p.roster.Mentees = append(p.roster.Mentees, RosterMentee{p.line, alias})
	}
}

// together reads the aliases of a match: one, or with ; between them those of a
// group.
func (p *rosterParser) together(m *RosterMatch, names string) {
	m.Mentees, m.Group = Aliases(names, ";"), p.field("group")
	written := slices.DeleteFunc(strings.Split(names, ";"), func(s string) bool { return strings.TrimSpace(s) == "" })
	for _, alias := range m.Mentees {
		if utf8.RuneCountInString(alias) > AliasRunes {
			p.bad("the name of the mentee is longer than %d letters: use an alias; between those of a group stands ;", AliasRunes)
		}
	}
	switch {
	case len(written) > len(m.Mentees):
		p.bad("the same mentee is in this group twice: remove one")
	case len(m.Mentees) > GroupMost:
		p.bad("there are more than %d mentees in this group: make two groups of it", GroupMost)
	case utf8.RuneCountInString(m.Group) > GroupRunes:
		p.bad("the name of the group is longer than %d letters", GroupRunes)
	case m.Group == "" && len(m.Mentees) > 1:
		m.Group = GroupName(m.Mentees)
	}
}

func (p *rosterParser) match(names string, before int) {
	m := RosterMatch{Line: p.line, Mentor: p.field("mentor"), Coordinator: p.field("coordinator")}
	p.together(&m, names)
	if m.Mentor == "" {
		p.bad("the mentor is missing: write the name of a person")
	}
	switch text := p.field("schedule"); {
	case strings.EqualFold(text, "none"):
		m.NoSchedule = true
	case text != "":
		s, err := ParseSchedule(text)
		if err != nil {
			p.bad("%v", err)
		}
		m.Schedule = s
	}
	pair := [2]string{NameKey(m.Mentor), NameKey(names)}
	if m.Group != "" {
		pair[1] = ";" + NameKey(m.Group)
	}
	if line := p.pairs[pair]; line != 0 {
		p.bad("this match is in line %d already: remove one", line)
	}
	p.pairs[pair] = p.line
	if len(p.faults) == before {
		p.roster.Matches = append(p.roster.Matches, m)
	}
}
