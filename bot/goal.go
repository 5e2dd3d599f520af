package bot

import (
	"errors"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
)

const flowGoal = "goal"

// The answers about a goal that there is.
const (
	anotherGoal = "another"
	noGoal      = "none"
	leaveGoal   = "leave"
)

func goalConversation() conversation {
	return conversation{
		patience: staffPatience(),
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			f, err := t.goalFlow(d)
			if err != nil {
				return nil, err
			}
			_, q := flow.Run(d.State, f)
			return q, nil
		},
		finish: (*turn).finishGoal,
	}
}

// goalButton is for the goal of one of some matches.
func (t *turn) goalButton(matches []program.Match) chat.Choice {
	id := uint64(0)
	if len(matches) == 1 {
		id = uint64(matches[0].ID)
	}
	return t.button(actGoal, id, "schedule.goal", chat.Aside)
}

// goalPressed asks what a match works towards: the one of the button or, without
// one, one of the mentor's own.
func (t *turn) goalPressed(token chat.Token) error {
	if token.ID == 0 {
		own, _, err := t.matchesOf(t.who.ID)
		if err == nil && len(own) == 0 {
			err = program.ErrNotFound
		}
		if err != nil {
			return err
		}
		return t.begin(flowGoal)
	}
	m, err := t.charge(token.ID)
	if err != nil {
		return err
	}
	return t.begin(flowGoal, flow.Answer{Key: "match", Values: []string{matchKey(m.ID)}})
}

// A goalChange is what somebody wants to change about the goal of a match.
type goalChange struct {
	match program.MatchID
	what  string
	goal  string
}

func (t *turn) goalFlow(d *program.Dialogue) (flow.Func[goalChange], error) {
	v := checkInView{aliases: map[program.MatchID]string{}}
	goals := map[program.MatchID]string{}
	if key := d.State.Value("match"); key != "" {
		m, err := t.charged(key)
		if err != nil {
			return nil, err
		}
		v.matches = []program.Match{m}
		if v.aliases[m.ID], err = t.called(m); err != nil {
			return nil, err
		}
	} else {
		var err error
		if v.matches, v.aliases, err = t.matchesOf(d.With); err != nil {
			return nil, err
		}
	}
	for _, m := range v.matches {
		goals[m.ID] = m.Goal
	}
	return func(d *flow.Dialogue) (c goalChange, done bool) {
		if c.match, done = askMatch(d, v); !done {
			return c, false
		}
		c.what = anotherGoal
		mentee, goal := v.aliases[c.match], goals[c.match]
		if goal != "" {
			if c.what, done = d.Choose("what", flow.Say("goal.is", "Mentee", mentee, "Goal", goal),
				options("goal.", []string{anotherGoal, noGoal, leaveGoal})); !done {
				return c, false
			}
		}
		if c.what == anotherGoal {
			c.goal, done = d.Ask("goal", flow.Text{Prompt: flow.Say("goal.ask", "Mentee", mentee), Limit: program.GoalRunes})
			return c, done
		}
		return c, true
	}, nil
}

// finishGoal keeps the goal of a match.
func (t *turn) finishGoal(d *program.Dialogue) error {
	f, err := t.goalFlow(d)
	if errors.Is(err, program.ErrNotFound) {
		return t.reply(t.text("schedule.gone"))
	}
	if err != nil {
		return err
	}
	c, _ := flow.Run(d.State, f)
	if c.what == leaveGoal {
		return t.reply(t.text("goal.left"))
	}
	m, err := t.charge(uint64(c.match))
	if err != nil {
		return err
	}
	m.Goal = c.goal
	if err := t.tx.PutMatch(&m); err != nil {
		return err
	}
	if err := t.tx.Audit(program.AuditEntry{At: t.now, By: t.who.ID, What: "changed a goal", Person: m.Mentor}); err != nil {
		return err
	}
	said := "goal.done"
	if m.Goal == "" {
		said = "goal.gone"
	}
	return t.reply(t.text(said))
}
