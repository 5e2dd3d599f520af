package bot

import (
	"slices"
	"strconv"
	"strings"

	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// A checkInView is what the check-in's flow needs to know.
type checkInView struct {
	matches   []program.Match
	aliases   map[program.MatchID]string
	emergency string
	choices   choices
	raised    program.CaseNo // the case that the dialogue has raised
	reached   bool           // somebody could be paged
	fixing    bool           // corrects a check-in that was kept
	staff     []program.Person
	log       logView
	detail    detailView
	roster    roster
}

// checkInFlow asks how a meeting went. An ordinary check-in takes at most five
// taps: who (only with several matches), met, mood, no worry, skip the note.
func checkInFlow(v checkInView) flow.Func[program.CheckIn] {
	return func(d *flow.Dialogue) (c program.CheckIn, done bool) {
		if c.Match, done = askMatch(d, v); !done {
			return
		}
		mentee := v.aliases[c.Match]
		if v.fixing {
			if _, done = d.Choose("fix", flow.Say("checkin.fix"), fixOptions(d)); !done {
				return
			}
		}
		day, done := v.log.askDay(d, c.Match)
		if !done {
			return c, false
		}
		if c.Met, done = v.log.askMet(d, day, mentee, v.mets(d, c.Match)); !done {
			return c, false
		}
		if c.Met == program.MetYes {
			if !v.roster.askCame(d, &c) {
				return c, false
			}
			mood, done := d.Choose("mood", flow.Say(v.roster.key("checkin.mood"), "Mentee", mentee), v.choices.mood)
			if !done {
				return c, false
			}
			c.Mood = moodOf(mood)
		}
		worry, done := d.Choose("worry", flow.Say(v.roster.key("checkin.worry"), "Mentee", mentee), v.choices.worry)
		if c.Worry = program.Worry(worry); !done {
			return c, false
		}
		if c.Worry != program.NoWorry && !v.askWorry(d, &c, mentee) {
			return c, false
		}
		if c.Note, done = d.Ask("note", flow.Text{Prompt: notePrompt(c, v), Optional: true}); !done {
			return c, false
		}
		return c, v.detail.ask(d, &c)
	}
}

// askWorry asks about a worry: whom it is about, of what kind it is and how
// pressing, and whether they know that it is told.
func (v checkInView) askWorry(d *flow.Dialogue, c *program.CheckIn, mentee string) bool {
	if !v.roster.askWhom(d, c) {
		return false
	}
	kinds, done := d.Several("kinds", flow.Say("checkin.kinds"), v.choices.kinds)
	for _, k := range kinds {
		c.Kinds = append(c.Kinds, program.Category(k))
	}
	if !done {
		return false
	}
	if c.About, done = askAbout(d, v, c.Kinds); !done {
		return false
	}
	pressing, done := d.Choose("pressing", flow.Say("checkin.pressing"), v.choices.pressing)
	if c.Pressing = program.Pressing(pressing); !done {
		return false
	}
	if c.Pressing != program.Now { // in danger, nothing comes before what they saw
		key := "checkin.knows"
		if c.Whom == 0 {
			key = v.roster.key(key)
		}
		knows, done := d.Choose("knows", flow.Say(key, "Mentee", v.roster.who(c.Whom, mentee)), v.choices.knows)
		if c.Knows = program.Knows(knows); !done {
			return false
		}
	}
	return true
}

// mets returns the outcomes that are offered: the few that fit how the match
// meets, or all where there is time to choose.
func (v checkInView) mets(d *flow.Dialogue, id program.MatchID) []flow.Option {
	if v.fixing || v.log.asked {
		return v.choices.met
	}
	at := slices.IndexFunc(v.matches, func(m program.Match) bool { return m.ID == id })
	if at < 0 {
		return v.choices.met
	}
	given, _ := d.Given("met") // perhaps to a question that offered others
	few := append(program.MetsBy(v.matches[at].Schedule.Mode), program.Met(given))
	return slices.DeleteFunc(slices.Clone(v.choices.met), func(o flow.Option) bool { return !slices.Contains(few, program.Met(o.Key)) })
}

// askAbout asks which adult of the program a worry is about, if it is about one.
func askAbout(d *flow.Dialogue, v checkInView, kinds []program.Category) (program.PersonID, bool) {
	if !slices.Contains(kinds, program.AboutAnAdult) || len(v.staff) == 0 {
		return 0, true
	}
	var who []flow.Option
	for _, p := range v.staff {
		who = append(who, flow.Option{Key: personKey(p.ID), Label: flow.Literal(p.Name)})
	}
	who = append(who, flow.Option{Key: "else", Label: flow.Say("sos.someone_else")})
	key, done := d.Choose("about", flow.Say("checkin.about"), who)
	if !done || key == "else" {
		return 0, done
	}
	id, _ := strconv.ParseUint(key, 36, 64)
	return program.PersonID(id), true
}

func personKey(id program.PersonID) string { return strconv.FormatUint(uint64(id), 36) }

func askMatch(d *flow.Dialogue, v checkInView) (program.MatchID, bool) {
	if known, ok := d.Given("match"); ok {
		id, _ := strconv.ParseUint(known, 36, 64)
		return program.MatchID(id), true
	}
	if len(v.matches) == 1 {
		return v.matches[0].ID, true
	}
	key, done := d.Choose("who", flow.Say("checkin.who"), v.mentees())
	id, _ := strconv.ParseUint(key, 36, 64)
	return program.MatchID(id), done
}

// mentees offers the mentees of all matches.
func (v checkInView) mentees() (who []flow.Option) {
	for _, m := range v.matches {
		who = append(who, flow.Option{Key: matchKey(m.ID), Label: flow.Literal(v.aliases[m.ID])})
	}
	return who
}

// choices are the options of the questions that are the same for everybody.
// They are made once and only read.
type choices struct{ met, mood, worry, kinds, pressing, knows []flow.Option }

func makeChoices() choices {
	return choices{
		met:      options("met.", program.Mets()),
		mood:     moodOptions(),
		worry:    options("worry.", program.Worries()),
		kinds:    options("kind.", program.Categories()),
		pressing: pressingOptions(),
		knows:    options("knows.", program.Knowing()),
	}
}

func matchKey(id program.MatchID) string { return strconv.FormatUint(uint64(id), 36) }

func options[T ~string](prefix string, values []T) (all []flow.Option) {
	for _, v := range values {
		all = append(all, flow.Option{Key: string(v), Label: flow.Say(prefix + string(v))})
	}
	return all
}

func pressingOptions() []flow.Option {
	all := options("pressing.", program.Pressings())
	all[0].Alarm = true
	return all
}

func moodOptions() (all []flow.Option) {
	for m := program.Mood(1); m <= program.MaxMood; m++ {
		all = append(all, flow.Option{Key: moodKey(m), Label: flow.Say("mood." + moodKey(m))})
	}
	return all
}

func moodKey(m program.Mood) string { return "m" + strconv.Itoa(int(m)) }

func moodOf(key string) program.Mood {
	n, _ := strconv.Atoi(strings.TrimPrefix(key, "m"))
	return program.Mood(n)
}

func notePrompt(c program.CheckIn, v checkInView) flow.Phrase {
	switch {
	case c.Pressing == program.Now && v.raised != 0:
		key := "checkin.note_danger"
		if !v.reached {
			key = "checkin.note_danger_nobody"
		}
		return flow.Say(key, "Emergency", v.emergency, "No", v.raised.String())
	case c.Level() != program.NoLevel:
		return flow.Say("checkin.note_worry")
	}
	return flow.Say("checkin.note")
}

// fixOptions offers the answers that were given.
func fixOptions(d *flow.Dialogue) (all []flow.Option) {
	_, worried := d.Given("pressing")
	chosen, _ := d.Given("fixing")
	for _, key := range []string{"on", "met", "came", "mood", "worry", "whom", "kinds", "pressing", "length", "mode", "did", "goal", "note"} {
		if given := d.Known(key); given || key == chosen || key == "on" || key == "note" || key == "kinds" && worried {
			all = append(all, flow.Option{Key: key, Label: flow.Say("fix." + key)})
		}
	}
	return all
}

// askAgain takes out the answer that was chosen for correction, once.
func askAgain(d *program.Dialogue) {
	if key := d.State.Value("fix"); key != "" && d.State.Value("fixing") == "yes" {
		d.State = d.State.Without(key).With("fixing", key)
		if key == "on" {
			d.State = d.State.Without("of")
		}
	}
}
