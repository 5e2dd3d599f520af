package bot_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"steadfast/bot"
	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// TestYear lets a program of fifty matches live for a year, over the real bot,
// store and delivery: every question, alert and letter that a clerk would send by
// the same rules is sent once, at its time and to the same person, and nothing
// else. Nothing is said at night, nobody reads the name of a mentee who is not
// theirs, and nobody is asked on a day off.
func TestYear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYear(t)
		w := newWorld(t, y)
		defer func() { w.stop() }()
		w.live()
		var got []said
		for _, h := range w.heard {
			w.check(h)
			got = append(got, said{h.at.Truncate(5 * time.Minute), h.by, w.what(h)})
		}
		c := newClerk(y, w.words.In("en"))
		want := c.work()
		if diff := gocmp.Diff(written(want), written(got)); diff != "" {
			t.Errorf("the clerk would say otherwise (-clerk +bot):\n%s", diff)
		}
		if !testing.Short() {
			bot.Golden(t, "testdata/year.calendar", c.calendar(got))
		}
	})
}

// written writes what was said line by line, in one order.
func written(all []said) string {
	slices.SortStableFunc(all, func(a, b said) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.to.name, b.to.name), cmp.Compare(a.what, b.what))
	})
	var b strings.Builder
	for _, s := range all {
		fmt.Fprintf(&b, "%s %-6s %s\n", s.at.In(s.to.zone).Format("2006-01-02 Mon 15:04"), s.to.name, s.what)
	}
	return b.String()
}

// asking is what a question is about, in one order.
func asking(asks []*card, again map[*card]bool) string {
	var all []string
	for _, k := range asks {
		all = append(all, k.pair.mentee+" "+k.key.String())
	}
	slices.Sort(all)
	if len(asks) == 1 && again[asks[0]] {
		return "asks again: " + all[0]
	}
	return "asks: " + strings.Join(all, ", ")
}

// letter is the text of a message to the staff.
func (c *clerk) letter(all []news) string {
	var texts []string
	for _, n := range all {
		date := func(d program.Date) string {
			text := on(d.String(), 0, 0, time.UTC).Format("Mon 2 Jan")
			if d.Year != c.now.In(c.home).Year() {
				text += fmt.Sprint(" ", d.Year)
			}
			return text
		}
		args := words.Args{"Mentor": n.pair.mentor.name, "Mentee": n.pair.mentee, "Day": date(n.of), "Count": max(n.count, 1)}
		text := c.voice.Text(n.kind, args).Plain()
		if more := map[program.Notice]string{
			program.NoticeWarning: "silence.warning", program.NoticeClosure: "silence.closure",
			program.NoticeSupervisor: "silence.supervisor", program.NoticeSerious: "silence.supervisor",
		}[n.notice]; more != "" {
			text += " " + c.voice.Text(more, nil).Plain()
		}
		texts = append(texts, text)
	}
	slices.Sort(texts)
	return strings.Join(texts, " / ")
}

// unasked reports whether a message is one that the bot begins by itself, though
// it comes while somebody talks with it.
func unasked(m chat.Message) bool {
	return slices.ContainsFunc(m.Choices, func(c chat.Choice) bool {
		token, err := chat.ParseToken(c.Token)
		return err == nil && token.Act == "was"
	})
}

// what says what a message is, in the clerk's words.
func (w *world) what(h heard) string {
	var about []string
	for _, c := range h.Choices {
		token, err := chat.ParseToken(c.Token)
		if err != nil || token.Act != "was" {
			continue
		}
		for p, id := range w.ids {
			if about = append(about, p.mentee+" "+token.Question); uint64(id) != token.ID {
				about = about[:len(about)-1]
			}
		}
	}
	slices.Sort(about)
	about = slices.Compact(about)
	text := h.Text.Plain()
	switch {
	case len(about) == 1 && strings.HasPrefix(text, "I have not heard yet"):
		return "asks again: " + about[0]
	case len(about) > 0:
		return "asks: " + strings.Join(about, ", ")
	}
	for _, known := range []struct{ start, end, what string }{
		{"A new week", "", "the week"}, {"I cannot write to ", " (", "cannot write to "},
		{"", " is away", "pause by "}, {"", " has paused", "pause by "}, {"", " is back", "unpause by "}, {"", " has ended the pause", "unpause by "},
		{"", " has moved a meeting", "move by "}, {"", " has cancelled", "cancel by "},
		{"The meetings of ", "Does the pause go on?", "does it go on"}, {"Your meetings have been paused", "", "does it go on"},
	} {
		rest, begins := strings.CutPrefix(text, known.start)
		name, _, ends := strings.Cut(rest, known.end)
		if begins && ends && strings.HasSuffix(known.what, " ") {
			return known.what + name
		} else if begins && ends {
			return known.what
		}
	}
	texts := strings.Split(text, "\n\n")
	slices.Sort(texts)
	return strings.Join(texts, " / ")
}

// check looks at what holds for whatever the bot begins by itself.
func (w *world) check(h heard) {
	text := h.Text.Plain()
	for _, c := range h.Choices {
		text += " " + c.Label
	}
	when := h.at.In(h.by.zone).Format("2006-01-02 Mon 15:04")
	if quiet(h.at, h.by.zone) && !h.Quiet {
		w.t.Errorf("%s %s at night: %q", when, h.by.name, text)
	}
	theirs := h.by.roles&program.Mentor == 0
	for _, p := range w.year.pairs {
		if !strings.Contains(text, p.mentee) {
			continue
		}
		switch {
		case p.mentor != h.by && !theirs, h.by.roles == program.Coordinator && p.staff != h.by:
			w.t.Errorf("%s %s reads of %s: %q", when, h.by.name, p.mentee, text)
		case p.mentor == h.by && unasked(h.Message) && !w.year.off(p, program.DateOf(h.at, h.by.zone), h.at).IsZero():
			w.t.Errorf("%s %s is asked on a day off: %q", when, h.by.name, text)
		}
	}
}
