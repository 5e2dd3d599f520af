package program

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of a group.
const (
	// GroupMost is how many mentees a group may have: as many as can be ticked
	// in one menu, beside the other buttons of that question.
	GroupMost = 20
	// GroupRunes is room for the name of a group.
	GroupRunes = 60
)

// Group reports whether several mentees, or a group of one, meet the mentor.
func (m Match) Group() bool { return len(m.Mentees) > 0 }

// Everyone returns the mentees of the match.
func (m Match) Everyone() []MenteeID {
	if m.Group() {
		return m.Mentees
	}
	return []MenteeID{m.Mentee}
}

// Aliases returns the aliases in a list with one of the separators between them,
// without empty ones and, whatever the case of letters, without repetitions.
func Aliases(list, separators string) (aliases []string) {
	known := map[string]bool{}
	for alias := range strings.FieldsFuncSeq(list, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		alias = strings.Join(strings.Fields(alias), " ")
		if key := NameKey(alias); key != "" && !known[key] {
			known[key] = true
			aliases = append(aliases, alias)
		}
	}
	return aliases
}

// GroupName returns what a group without a name is called: by its mentees, as
// many as there is room for.
func GroupName(aliases []string) string {
	name := strings.Join(aliases, ", ")
	for n := len(aliases) - 1; utf8.RuneCountInString(name) > GroupRunes && n > 0; n-- {
		name = strings.Join(aliases[:n], ", ") + " +" + strconv.Itoa(len(aliases)-n)
	}
	return name
}

// Subjects returns whom the case is about; nobody where that is not said.
func (c Case) Subjects() []MenteeID {
	if c.Mentee != 0 {
		return []MenteeID{c.Mentee}
	}
	return c.Mentees
}

// SetSubjects makes the case be about some mentees.
func (c *Case) SetSubjects(mentees []MenteeID) {
	c.Mentee, c.Mentees = 0, nil
	if len(mentees) == 1 {
		c.Mentee = mentees[0]
	} else if len(mentees) > 1 {
		c.Mentees = slices.Sorted(slices.Values(mentees))
	}
}

// Worrying returns whom the worry in a check-in of a match is about. In doubt it
// is the whole group.
func (c CheckIn) Worrying(m Match) []MenteeID {
	if c.Whom != 0 {
		return []MenteeID{c.Whom}
	}
	return m.Everyone()
}

// Regarding returns what a check-in of a group says of one of its mentees: a
// meeting to which the others came did not take place for who stayed away, and a
// worry about somebody else is none. The mood is that of the group, and left out.
func (c CheckIn) Regarding(id MenteeID) CheckIn {
	if c.Met == MetYes && len(c.Came) > 0 && !slices.Contains(c.Came, id) {
		c.Met = MetNoShow
	}
	if c.Whom != 0 && c.Whom != id {
		c.Worry, c.Kinds, c.Pressing = NoWorry, nil, ""
	}
	c.Mood, c.Trend = 0, c.Trends[id]
	return c
}
