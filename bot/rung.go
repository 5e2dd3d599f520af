package bot

import (
	"slices"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// A target is a place where a case is paged.
type target struct {
	place chat.Place
	group bool
}

// duty says who is there for a case now.
func (t *turn) duty(c program.Case) (program.Duty, error) {
	duty := program.Duty{}
	for _, rung := range program.Rungs() {
		targets, exists, err := t.targetsOn(rung, c)
		switch {
		case err != nil:
			return nil, err
		case len(targets) > 0:
			duty[rung] = program.Manned
		case exists:
			duty[rung] = program.Empty
		}
	}
	return duty, nil
}

// targetsOn returns where a rung is paged about a case, and whether the program
// has that rung at all. Whom the case is about is nowhere among them, nor is a
// channel where they might read along.
func (t *turn) targetsOn(rung program.Rung, c program.Case) (all []target, exists bool, err error) {
	switch rung {
	case program.RungChannel:
		if len(c.About) > 0 {
			return nil, false, nil // who was of the staff once may still read along
		}
		return t.channelTargets()
	case program.RungDuty:
		people, exists, err := t.onDuty()
		if err != nil {
			return nil, exists, err
		}
		all, err = t.privateTargets(people, c)
		return all, exists, err
	case program.RungLast:
		people, err := t.withRole(program.Outside)
		if err != nil {
			return nil, false, err
		}
		all, err = t.privateTargets(people, c)
		return all, len(people) > 0, err
	}
	people, err := t.withRole(program.Supervisor)
	if err != nil {
		return nil, false, err
	}
	if c.Hands {
		people = slices.DeleteFunc(people, func(p program.Person) bool { return slices.Contains(c.Answers, p.ID) })
	}
	all, err = t.privateTargets(people, c)
	return all, true, err
}

// channelTargets returns the supervisors' channels that work, and whether there
// are any.
func (t *turn) channelTargets() (all []target, exists bool, err error) {
	for c, err := range t.tx.Channels() {
		if err != nil {
			return nil, false, err
		}
		if c.Purpose != program.Supervisors {
			continue
		}
		exists = true
		if _, ok := t.Platforms[c.Place.Platform]; ok && c.Lost.IsZero() {
			all = append(all, target{c.Place, true})
		}
	}
	return all, exists, nil
}

// privateTargets returns the private chats of those people who may know of a
// case, where nothing is known to fail.
func (t *turn) privateTargets(people []program.Person, c program.Case) (all []target, err error) {
	for _, p := range people {
		if c.Concerns(p.ID) {
			continue
		}
		ok, err := t.reachable(p)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		places, err := t.homes(p)
		if err != nil {
			return nil, err
		}
		for _, place := range places {
			all = append(all, target{place, false})
		}
	}
	return all, nil
}

// sayEmpty tells the staff, once for a case, that rungs had nobody on them.
func (t *turn) sayEmpty(c *program.Case, skipped []program.Rung) error {
	var news []program.Rung
	for _, rung := range skipped {
		if slices.Contains(c.Skipped, rung) {
			continue
		}
		news, c.Skipped = append(news, rung), append(c.Skipped, rung)
		if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopSkipped, Level: c.Level, Rung: rung}); err != nil {
			return err
		}
	}
	if len(news) == 0 {
		return nil
	}
	key := "case.rung_empty"
	if c.Drill {
		key = "drill.rung_empty"
	}
	return t.alertAbout(*c, program.Coordinator|program.Owner, func(p program.Person) chat.Message {
		v := t.voiceOf(p)
		var all []chat.Text
		for _, rung := range news {
			all = append(all, v.Text(key, words.Args{"No": c.No.String(), "Rung": v.Plain("rung."+string(rung), nil)}))
		}
		return chat.Message{Text: paragraphs(all...)}
	})
}

// nobodyReached records that nobody could be paged, and tells the rest of the
// staff, each time.
func (t *turn) nobodyReached(c program.Case, first bool) error {
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopNobody, Level: c.Level}); err != nil {
		return err
	}
	t.Log.Error("nobody could be paged about a case", "case", c.No, "first", first)
	key := "case.nobody_reached"
	if c.Drill {
		key = "drill.nobody_reached"
	}
	return t.alertAbout(c, program.Coordinator|program.Owner, func(p program.Person) chat.Message {
		v := t.voiceOf(p)
		return chat.Message{Text: v.Text(key, words.Args{
			"No": c.No.String(), "Level": v.Plain("level."+c.Level.String(), nil),
		})}
	})
}

// alertAbout is [turn.alertStaff] without those whom the case is about.
func (t *turn) alertAbout(c program.Case, roles program.Roles, write func(program.Person) chat.Message) error {
	return t.alert(roles, func(p program.Person) bool { return c.Concerns(p.ID) }, write)
}
