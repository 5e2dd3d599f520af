package bot

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

// flowGive gives a match to another coordinator, or its mentee to another mentor.
const flowGive = "give"

// To whom a match is given.
const (
	giveCoordinator = "coordinator"
	giveMentor      = "mentor"
)

// namesAtOnce is how many names are offered at once: with the buttons to turn
// the page, as many as a platform has room for.
const namesAtOnce = 20

// turnPage is how an answer begins that is another page of names.
const turnPage = "page-"

func giveConversation() conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			_, _, q, err := t.runGive(d)
			if errors.Is(err, program.ErrNotFound) { // it ended meanwhile: said when it finishes
				return nil, nil
			}
			return q, err
		},
		act: func(_ *turn, d *program.Dialogue) error {
			if page, ok := strings.CutPrefix(d.State.Value("to"), turnPage); ok {
				d.State = d.State.Without("to").With("page", page)
			}
			return nil
		},
		finish: (*turn).finishGive,
	}
}

// A giving is what somebody decided about a match.
type giving struct {
	what string // giveCoordinator, giveMentor
	to   program.Person
	sure bool
}

// givePressed asks to whom a match is to go.
func (t *turn) givePressed(token chat.Token) error {
	m, err := t.charge(token.ID)
	if err != nil {
		return err
	}
	if !t.inCharge(m) {
		return program.ErrNotFound
	}
	takers, err := t.takersOf(m)
	if err != nil {
		return err
	}
	if len(takers[giveCoordinator])+len(takers[giveMentor]) == 0 {
		return t.say(t.event.In, t.text("give.nobody"))
	}
	return t.startNew(program.Dialogue{State: flow.State{Flow: flowGive}.With("match", matchKey(m.ID))})
}

// takersOf returns who may have a match: other coordinators and other mentors.
// Nobody looks after a match of their own.
func (t *turn) takersOf(m program.Match) (map[string][]program.Person, error) {
	takers := map[string][]program.Person{}
	all, err := t.withRole(program.Mentor | program.Coordinator)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.Is(program.Coordinator) && p.ID != m.Coordinator && p.ID != m.Mentor {
			takers[giveCoordinator] = append(takers[giveCoordinator], p)
		}
		if p.Is(program.Mentor) && p.ID != m.Mentor {
			takers[giveMentor] = append(takers[giveMentor], p)
		}
	}
	for _, people := range takers {
		slices.SortStableFunc(people, func(a, b program.Person) int {
			return strings.Compare(program.NameKey(a.Name), program.NameKey(b.Name))
		})
	}
	return takers, nil
}

func (t *turn) runGive(d *program.Dialogue) (g giving, m program.Match, q *flow.Question, err error) {
	if m, err = t.charged(d.State.Value("match")); err != nil {
		return g, m, nil, err
	}
	if !t.inCharge(m) {
		return g, m, nil, program.ErrNotFound
	}
	takers, err := t.takersOf(m)
	if err != nil {
		return g, m, nil, err
	}
	pair, err := t.pair(m)
	if err != nil {
		return g, m, nil, err
	}
	mentee, err := t.called(m)
	if err != nil {
		return g, m, nil, err
	}
	g, q = flow.Run(d.State, giveFlow(takers, pair, mentee))
	return g, m, q, nil
}

// giveFlow asks to whom a match is to go, and says what that means before it is
// done.
func giveFlow(takers map[string][]program.Person, pair, mentee string) flow.Func[giving] {
	return func(d *flow.Dialogue) (g giving, done bool) {
		var what []flow.Option
		for _, key := range []string{giveCoordinator, giveMentor} {
			if len(takers[key]) > 0 {
				what = append(what, flow.Option{Key: key, Label: flow.Say("give." + key)})
			}
		}
		if g.what, done = d.Choose("what", flow.Say("give.what", "Pair", pair), what); !done {
			return g, false
		}
		page, _ := d.Given("page")
		to, done := d.Choose("to", flow.Say("give.to_"+g.what, "Pair", pair, "Mentee", mentee), pageOf(takers[g.what], page))
		if !done {
			return g, false
		}
		at := slices.IndexFunc(takers[g.what], func(p program.Person) bool { return personKey(p.ID) == to })
		g.to = takers[g.what][at]
		sure, done := d.Choose("sure", flow.Say("give.sure_"+g.what, "Who", g.to.Name, "Pair", pair, "Mentee", mentee), []flow.Option{
			{Key: "yes", Label: flow.Say("give.yes")}, {Key: "no", Label: flow.Say("give.no")},
		})
		g.sure = sure == "yes"
		return g, done
	}
}

// pageOf offers a page of people, with the ways to those before and after it.
func pageOf(people []program.Person, page string) (options []flow.Option) {
	n, _ := strconv.Atoi(page)
	n = max(0, min(n, (len(people)-1)/namesAtOnce))
	for _, p := range people[n*namesAtOnce : min((n+1)*namesAtOnce, len(people))] {
		options = append(options, flow.Option{Key: personKey(p.ID), Label: flow.Literal(p.Name)})
	}
	if n > 0 {
		options = append(options, flow.Option{Key: turnPage + strconv.Itoa(n-1), Label: flow.Say("give.earlier")})
	}
	if (n+1)*namesAtOnce < len(people) {
		options = append(options, flow.Option{Key: turnPage + strconv.Itoa(n+1), Label: flow.Say("give.more")})
	}
	return options
}

func (t *turn) finishGive(d *program.Dialogue) error {
	g, m, _, err := t.runGive(d)
	switch {
	case errors.Is(err, program.ErrNotFound):
		return t.reply(t.text("give.gone"))
	case err != nil:
		return err
	case !g.sure:
		return t.reply(t.text("schedule.left"))
	case g.what == giveCoordinator:
		return t.giveToCoordinator(m, g.to)
	}
	return t.giveToMentor(m, g.to)
}
