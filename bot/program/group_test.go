package program_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"steadfast/bot/program"
)

// Each row is the newest check-ins of a group of the mentees 1, 2 and 3, newest
// first, and what is noticed about the mentee 1.
func TestTrendsInAGroup(t *testing.T) {
	const (
		eva program.MenteeID = iota + 1
		jo
	)
	met := func(came ...program.MenteeID) program.CheckIn {
		return program.CheckIn{Met: program.MetYes, Came: came, Mood: 4, Worry: program.NoWorry}
	}
	about := func(who program.MenteeID, c program.CheckIn) program.CheckIn {
		c.Worry, c.Whom, c.Kinds, c.Pressing = program.YesWorry, who, []program.Category{"eating"}, program.KeepEye
		return c
	}
	noticed := func(trend program.Trend, who program.MenteeID, c program.CheckIn) program.CheckIn {
		c.Trends = program.Trends{who: trend}
		return c
	}
	off := program.CheckIn{Met: program.MetICouldNo, Worry: program.NoWorry}
	for _, tt := range []struct {
		name    string
		history []program.CheckIn
		want    program.Trend
	}{
		{"away twice after a worry about her", []program.CheckIn{met(jo), met(jo), about(eva, met(eva, jo))}, program.TrendMissed},
		{"away twice after a worry about somebody else", []program.CheckIn{met(jo), met(jo), about(jo, met(eva, jo))}, ""},
		{"away twice after a worry about all", []program.CheckIn{met(jo), met(jo), about(0, met(eva, jo))}, program.TrendMissed},
		{"once away, once no meeting", []program.CheckIn{met(jo), off, about(eva, met(eva, jo))}, program.TrendMissed},
		{"nobody knows who came", []program.CheckIn{met(), met(), about(eva, met(eva, jo))}, ""},
		{"that was noticed about her", []program.CheckIn{met(jo), noticed(program.TrendMissed, eva, met(jo)), met(jo), about(eva, met(eva))}, ""},
		{"that was noticed about somebody else", []program.CheckIn{met(jo), noticed(program.TrendMissed, jo, met(jo)), about(eva, met(eva))}, program.TrendMissed},
		{"three about her", []program.CheckIn{about(eva, met(eva)), about(eva, met(eva)), about(eva, met(eva))}, program.TrendThree},
		{"two about her, one about all", []program.CheckIn{about(eva, met(eva)), about(0, met(eva)), about(eva, met(eva))}, program.TrendThree},
		{"one about her, two about another", []program.CheckIn{about(eva, met(eva)), about(jo, met(eva)), about(jo, met(eva))}, ""},
		{"the same again", []program.CheckIn{about(eva, met(eva)), met(eva), about(eva, met(eva))}, program.TrendRepeat},
		{"the same about another", []program.CheckIn{about(eva, met(eva)), met(eva), about(jo, met(eva))}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			of := make([]program.CheckIn, len(tt.history))
			for i, c := range tt.history {
				c.At = time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC).AddDate(0, 0, -7*i)
				of[i] = c.Regarding(eva)
			}
			if got, _ := program.TrendOf(of); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestAliases(t *testing.T) {
	for list, want := range map[string]string{
		"": "", " ,; ": "", "Jonas": "Jonas", "Jonas, Lea;  Jo  Ann ,jonas": "Jonas|Lea|Jo Ann", "a\nb": "a|b",
	} {
		if got := strings.Join(program.Aliases(list, ",;\n"), "|"); got != want {
			t.Errorf("%q: %q, want %q", list, got, want)
		}
	}
}

// What a group is called is never empty and never too long, whoever is in it.
func TestGroupName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		aliases := rapid.SliceOfN(rapid.StringMatching(`[a-zé]{1,40}`), 1, program.GroupMost).Draw(t, "aliases")
		name := program.GroupName(aliases)
		if n := utf8.RuneCountInString(name); n == 0 || n > program.GroupRunes || !strings.HasPrefix(name, aliases[0]) {
			t.Errorf("%q has %d letters", name, n)
		}
	})
}

// A case is about one mentee or about several, never about both.
func TestSubjects(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c program.Case
		for range 3 {
			ids := rapid.SliceOfDistinct(rapid.Custom(func(t *rapid.T) program.MenteeID {
				return program.MenteeID(rapid.Uint64Range(1, 9).Draw(t, "id"))
			}), rapid.ID).Draw(t, "mentees")
			c.SetSubjects(ids)
			if got := slices.Sorted(slices.Values(c.Subjects())); !slices.Equal(got, slices.Sorted(slices.Values(ids))) {
				t.Errorf("%v, want %v", got, ids)
			}
			if c.Mentee != 0 && len(c.Mentees) > 0 {
				t.Errorf("%+v", c)
			}
		}
	})
}
