package bot_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"steadfast/bot/program"
)

// legend explains the calendar.
const legend = `A year of fifty matches, one mark for each week, from Monday to Sunday.

Upper line, what became of the meeting:
  + they met   n the mentee did not come   c the mentor could not   m moved, nobody said to when
  . no word    x called off                h holidays or exams      p paused
Lower line, what the bot said because of it:
  ? it asked the mentor   ~ and once more   % it could not: the coordinator knows
  ! two or more missed: the coordinator knows   ^ and the supervisors   = it was taken back

`

// calendar writes the year as a coordinator could read it. Bot is what the bot
// said.
func (c *clerk) calendar(bot []said) string {
	var b strings.Builder
	b.WriteString(legend)
	lower := map[*pair][]byte{}
	for _, p := range c.pairs {
		lower[p] = c.weeks()
	}
	var staff strings.Builder
	for _, s := range bot {
		line := c.mark(s, lower)
		if line != "" {
			fmt.Fprintf(&staff, "%s  %-6s %s\n", s.at.In(s.to.zone).Format("Mon 2006-01-02 15:04"), s.to.name, line)
		}
	}
	months := c.weeks()
	for at := c.from.In(c.home); at.Before(c.to); at = at.AddDate(0, 0, 7) {
		if n := c.week52(at); at.Day() <= 7 || n == 0 {
			months = append(months[:n], append([]byte(at.Format("Jan")), months[min(n+3, len(months)):]...)...)
		}
	}
	fmt.Fprintf(&b, "%-18s|%s|\n", "", months)
	for _, p := range c.pairs {
		fmt.Fprintf(&b, "%-18s|%s|\n%-18s|%s|\n", p.mentor.name+" – "+p.mentee, c.upper(p), "", lower[p])
	}
	b.WriteString("\nWhat the staff were told, by their clocks, but for the look at each week:\n\n")
	b.WriteString(staff.String())
	return b.String()
}

// weeks returns a blank for each week.
func (c *clerk) weeks() []byte {
	return []byte(strings.Repeat(" ", c.week52(c.to.Add(-time.Hour))+1))
}

// week52 returns in which week of the year a time is.
func (c *clerk) week52(at time.Time) int {
	return program.DateOf(at, c.home).Sub(program.DateOf(c.from, c.home)) / 7
}

// upper returns what became of the meetings of a pair.
func (c *clerk) upper(p *pair) []byte {
	all := c.weeks()
	for _, m := range p.meetings {
		mark := byte('.')
		off := c.off(p, program.DateOf(m.start, p.mentor.zone), m.end)
		switch {
		case m.cancelled:
			mark = 'x'
		case off.Key == program.WhyMentor:
			mark = 'p'
		case !off.IsZero():
			mark = 'h'
		case c.cards[m] != nil:
			mark = map[program.Met]byte{"": '.', program.MetYes: '+', program.MetNoShow: 'n', program.MetICouldNo: 'c', program.MetMoved: 'm'}[c.cards[m].met()]
		}
		all[c.week52(m.key.At(12, 0, c.home))] = mark
	}
	return all
}

var (
	inRow  = regexp.MustCompile(`(?:In a row|did not take place): (\d+)`)
	asked  = regexp.MustCompile(`(\S+) (\d{4}-\d\d-\d\d)`)
	rising = "?~%=!^" // the mark that tells most
)

// mark puts the marks of one message, and returns it in few words if it is one to
// the staff.
func (c *clerk) mark(s said, lower map[*pair][]byte) string {
	put := func(p *pair, mark byte) {
		at := &lower[p][c.week52(s.at)]
		if *at == ' ' || strings.IndexByte(rising, *at) < strings.IndexByte(rising, mark) {
			*at = mark
		}
	}
	switch {
	case strings.HasPrefix(s.what, "asks"):
		mark := byte('?')
		if strings.HasPrefix(s.what, "asks again") {
			mark = '~'
		}
		for _, found := range asked.FindAllStringSubmatch(s.what, -1) {
			put(c.of(found[1]), mark)
		}
		return ""
	case s.what == "the week" || s.to.roles == program.Mentor:
		return ""
	}
	var words []string
	for text := range strings.SplitSeq(s.what, " / ") {
		at := slices.IndexFunc(c.pairs, func(p *pair) bool { return strings.Contains(text, p.mentee) })
		if at < 0 {
			words = append(words, text)
			continue
		}
		p, mark, short := c.pairs[at], byte('!'), ""
		for _, known := range []struct {
			part, short string
			mark        byte
		}{
			{"Good news", "met after all", '='}, {"I could not ask", "not reached", '%'}, {"has reached", "not reached for weeks", '^'},
			{"no word", "no word", '!'}, {"heard nothing", "nothing heard", '!'}, {"did not come", "did not come", '!'}, {"could not make", "mentor could not", '!'},
		} {
			if strings.Contains(text, known.part) && short == "" {
				short, mark = known.short, known.mark
			}
		}
		if found := inRow.FindStringSubmatch(text); found != nil {
			short += ", " + found[1] + " in a row"
		}
		if strings.Contains(text, "formal talk") {
			short += ", a talk"
		}
		if strings.Contains(text, "ending this match") {
			short += ", an end"
		}
		if strings.Contains(text, "as a supervisor") {
			mark = '^'
		}
		put(p, mark)
		words = append(words, fmt.Sprintf("%c %s – %s: %s", mark, p.mentor.name, p.mentee, short))
	}
	return strings.Join(words, "; ")
}
