package bot

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/when"
)

// How far back meetings without a log are offered, and how many of them.
const (
	logOffered = 14 * 24 * time.Hour
	logAtOnce  = 4
)

// changeDay is the answer to the first question after the day: that the day was
// not the one that was meant.
const changeDay = "day"

// startLog begins a check-in about a meeting of another day. Whom it is about
// and when it was may follow the command.
func (t *turn) startLog(args string) error {
	answers := []flow.Answer{{Key: "log", Values: []string{"yes"}}}
	mentee, day := t.option("mentee"), t.option("when")
	if said := strings.Fields(args); day == "" && len(said) > 0 { // "/log Jonas yesterday", "/log yesterday"
		for n := len(said); n >= 0; n-- {
			name, rest := strings.Join(said[:n], " "), strings.Join(said[n:], " ")
			_, known, err := t.matchCalled(name)
			if err != nil {
				return err
			}
			if _, err := t.pastDay(rest); (known || name == "") && (err == nil || rest == "") {
				mentee, day = name, rest
				break
			}
		}
	}
	if m, ok, err := t.matchCalled(mentee); err != nil {
		return err
	} else if ok {
		answers = append(answers, flow.Answer{Key: "match", Values: []string{matchKey(m)}})
	}
	if on, err := t.pastDay(day); err == nil {
		answers = append(answers, flow.Answer{Key: "on", Values: []string{on}})
	}
	return t.newCheckIn(answers...)
}

// pastDay reads the day of a meeting that was. The future, and what is more than
// a year ago, are asked again.
func (t *turn) pastDay(text string) (string, error) {
	zone := t.zoneOf(t.who)
	found, err := t.dayTyped(text, zone, when.Past)
	if err != nil {
		return "", err
	}
	day, today := program.DateOf(found.At, zone), program.DateOf(t.now, zone)
	switch {
	case day.After(today):
		return "", wrong("log.future", "Day", t.date(t.voice, day))
	case day.Before(today.AddMonths(-12)):
		return "", wrong("log.long_ago", "Day", t.date(t.voice, day))
	}
	return day.String(), nil
}

// A logView is what the questions about the day of a meeting need to know.
type logView struct {
	asked  bool // the day is asked for
	days   map[program.MatchID][]flow.Option
	parse  func(string) (string, error)
	called func(day string) string // what people call a day
}

// viewLog prepares the questions of a log, or of the correction of a day.
func (t *turn) viewLog(d *program.Dialogue, matches []program.Match) (v logView, err error) {
	v.asked = d.State.Value("log") != ""
	v.parse = t.pastDay
	v.called = func(day string) string {
		on, _ := program.ParseDate(day)
		return t.date(t.voice, on)
	}
	if (v.asked || d.State.Value("fixing") == "on") && d.State.Value("on") == "" {
		v.days = map[program.MatchID][]flow.Option{}
		for _, m := range matches {
			if v.days[m.ID], err = t.daysToLog(m); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

// daysToLog offers the planned meetings of the last two weeks without a log,
// newest first, and today and yesterday.
func (t *turn) daysToLog(m program.Match) (days []flow.Option, err error) {
	zone := t.zoneOf(t.who)
	logged, err := t.loggedDays(m, zone)
	if err != nil {
		return nil, err
	}
	for _, o := range slices.Backward(t.meetingsOf(m, zone, t.now.Add(-logOffered), t.now)) {
		day := program.DateOf(o.Start, zone)
		if o.Due() && !logged[day] && len(days) < logAtOnce {
			days = append(days, flow.Option{Key: day.String(), Label: flow.Literal(t.moment(t.voice, o.Start, zone))})
		}
	}
	today := program.DateOf(t.now, zone)
	for i, key := range []string{"log.today", "log.yesterday"} {
		day := today.Add(-i).String()
		if !slices.ContainsFunc(days, func(o flow.Option) bool { return o.Key == day }) {
			days = append(days, flow.Option{Key: day, Label: flow.Say(key)})
		}
	}
	return days, nil
}

// loggedDays returns the days of the last two weeks about which there is a
// check-in.
func (t *turn) loggedDays(m program.Match, zone *time.Location) (map[program.Date]bool, error) {
	days := map[program.Date]bool{}
	for c, err := range t.tx.CheckInsOf(m.ID) {
		if err != nil || c.At.Before(t.now.Add(-logOffered)) {
			return days, err
		}
		if c.Undone.IsZero() {
			days[dayOf(c, zone)] = true
		}
	}
	return days, nil
}

// dayOf returns the day that a check-in is about: that of the meeting, or that on
// which it was said.
func dayOf(c program.CheckIn, zone *time.Location) program.Date {
	switch {
	case !c.On.IsZero():
		return c.On
	case !c.Of.IsZero():
		return c.Of
	}
	return program.DateOf(c.At, zone)
}

// date says of which day and which meeting a check-in is.
func (t *turn) dateCheckIn(d *program.Dialogue, c *program.CheckIn, matches []program.Match) {
	c.On, _ = program.ParseDate(d.State.Value("on"))
	if c.Of, _ = program.ParseDate(d.State.Value("of")); !c.Of.IsZero() || c.On.IsZero() {
		return
	}
	for _, m := range matches {
		zone := t.zoneOf(t.who)
		if m.ID != c.Match {
			continue
		}
		for _, o := range t.meetingsOf(m, zone, c.On.At(0, 0, zone), c.On.Add(1).At(0, 0, zone)) {
			c.Of = o.Key
			return
		}
	}
}

// askDay asks on which day the meeting was, if that is to be asked.
func (v logView) askDay(d *flow.Dialogue, m program.MatchID) (day string, done bool) {
	if fixing, _ := d.Given("fixing"); !v.asked && fixing != "on" {
		day, _ = d.Given("on")
		return day, true
	}
	return d.Date("on", flow.Say("log.when"), v.days[m], v.parse)
}

// askMet asks what became of the meeting. After a day that was asked for, that
// day is named, and can be changed.
func (v logView) askMet(d *flow.Dialogue, day, mentee string, met []flow.Option) (program.Met, bool) {
	prompt := flow.Say("checkin.met", "Mentee", mentee)
	if v.asked {
		prompt = flow.Say("log.met", "Mentee", mentee, "Day", v.called(day))
		met = append(slices.Clone(met), flow.Option{Key: changeDay, Label: flow.Say("log.change_day")})
	}
	key, done := d.Choose("met", prompt, met)
	return program.Met(key), done
}

// unsetDay takes out the day, if the person said that it is another one.
func unsetDay(d *program.Dialogue) {
	if d.State.Value("met") == changeDay {
		d.State = d.State.Without("met").Without("on").Without("of")
	}
}

// lengthForm is a length as people type it: 75, 75 min, 1:15, 1h15, 1.5 h. The
// units are those of the six languages.
var lengthForm = regexp.MustCompile(`^(\d{1,4})(?:\s*(?:m|min|mins|minutes?|minutos?|хв|хвилин[аи]?|мин|минут[аы]?)\.?|(?:\s*(?:h|hrs?|hours?|heures?|horas?|год|годин[аи]?|ч|час|часа|часов)\.?|:)\s*(\d{1,2})?(?:\s*(?:m|min|хв|мин)\.?)?|[.,]5\s*(h|hrs?|hours?|heures?|horas?|год|годин[аи]?|ч|час|часа|часов)\.?)?$`)

// lengthTyped reads a length and returns it in minutes.
func lengthTyped(text string) (string, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	found := lengthForm.FindStringSubmatch(text)
	if found == nil {
		return "", wrong("log.length_unclear")
	}
	n, _ := strconv.Atoi(found[1])
	rest := strings.TrimSpace(text[len(found[1]):])
	more, _ := strconv.Atoi(found[2])
	switch {
	case found[3] != "":
		n = n*60 + 30
	case rest != "" && !strings.HasPrefix(rest, "m") && !strings.HasPrefix(rest, "хв") && !strings.HasPrefix(rest, "м"):
		n = n*60 + more
	}
	if n < 1 || n > 24*60 {
		return "", wrong("log.length_unclear")
	}
	return strconv.Itoa(n), nil
}

// loggedBefore returns another check-in of the same person about the day that a
// log names; zero if there is none.
func (t *turn) loggedBefore(c program.CheckIn) (program.CheckInID, error) {
	if c.On.IsZero() {
		return 0, nil
	}
	for other, err := range t.tx.CheckInsOf(c.Match) {
		if err != nil {
			return 0, err
		}
		same := other.On == c.On || !c.Of.IsZero() && other.Of == c.Of || dayOf(other, t.zoneOf(t.who)) == c.On
		if other.ID != c.ID && other.By == c.By && other.Undone.IsZero() && same {
			return other.ID, nil
		}
	}
	return 0, nil
}

// What a second log of one day may be.
const (
	sameMeeting   = "same"
	secondMeeting = "two"
)

// askTwice shows a log that was kept, and asks whether it is about the meeting of
// an earlier one. Both are kept, whatever is answered.
func (t *turn) askTwice(text chat.Text, id, before program.CheckInID) error {
	var choices []chat.Choice
	for _, option := range []string{sameMeeting, secondMeeting} {
		choices = append(choices, chat.Choice{
			Label: t.plain("log.twice_" + option),
			Token: chat.Token{Act: actTwice, ID: uint64(id), Question: strconv.FormatUint(uint64(before), 36), Option: option}.String(),
		})
	}
	return t.reply(paragraphs(text, t.text("log.twice")), choices...)
}

// twicePressed takes the earlier log back, if the later one replaces it.
func (t *turn) twicePressed(token chat.Token) error {
	c, _, err := t.ownCheckIn(token)
	if err != nil {
		return err
	}
	key, no := "log.two_kept", program.CaseNo(0)
	if token.Option == sameMeeting {
		id, _ := strconv.ParseUint(token.Question, 36, 64)
		before, _, err := t.ownCheckIn(chat.Token{ID: id})
		if err != nil {
			return err
		}
		if before.Match != c.Match || !c.Undone.IsZero() {
			return program.ErrNotFound
		}
		if before.Undone.IsZero() {
			if err := t.takeBack(before); err != nil {
				return err
			}
		}
		if key, no = "log.replaced", before.Case; no != 0 {
			key = "log.replaced_case"
		}
	}
	summary, err := t.summary(t.voice, c)
	if err != nil {
		return err
	}
	return t.reply(paragraphs(t.text(key, "No", no.String()), summary), t.afterCheckIn(c)...)
}
