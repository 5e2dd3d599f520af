package bot

import (
	"slices"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// watchDigest sends, each Monday morning, what waits for a weekly look: to the
// supervisors the cases at the lowest level and the steps that are overdue, and
// to the coordinators how their matches stand and how often each supervisor was
// paged.
func (t *turn) watchDigest(timer program.Timer) error {
	late := t.now.Sub(timer.At)
	timer.At = program.NextHandover(t.now, t.Zone)
	if err := t.setTimer(timer); err != nil {
		return err
	}
	if late < weekLate {
		if err := t.startWeeks(0); err != nil {
			return err
		}
	}
	open, err := t.realCases()
	if err != nil {
		return err
	}
	waiting := slices.DeleteFunc(slices.Clone(open), func(c program.Case) bool {
		return !(c.Waiting() && t.Ladder.Again[c.Level] == 0 || c.Overdue(t.now))
	})
	if err := t.sendDigest(waiting); err != nil {
		return err
	}
	return t.sendLoad(open)
}

// weekLate is how late the coordinators' look at the week may be before it is of
// no use; it comes again. What waits for supervisors is never left out.
const weekLate = 24 * time.Hour

// startDigest lets the next Monday come, unless one is due that nobody was there
// for.
func (t *turn) startDigest() error {
	timer := program.Timer{Kind: program.TimerDigest, At: program.NextHandover(t.now, t.Zone)}
	if set, err := t.tx.Timer(timer.Kind, timer.ID); err == nil && set.At.Before(timer.At) {
		return nil
	}
	return t.setTimer(timer)
}

// sendDigest lists cases in the supervisors' channels or, where there is none, in
// their private chats. Cases about somebody of the program are listed privately,
// and only for others.
func (t *turn) sendDigest(cases []program.Case) error {
	var secret, others []program.Case
	for _, c := range cases {
		if len(c.About) > 0 {
			secret = append(secret, c)
		} else {
			others = append(others, c)
		}
	}
	channels, _, err := t.channelTargets()
	if err != nil {
		return err
	}
	people, err := t.withRole(program.Supervisor | program.Outside)
	if err != nil {
		return err
	}
	if len(channels) == 0 {
		secret = cases
	} else {
		for _, to := range channels[:min(len(channels), digestsAtOnce)] {
			if err := t.digest(to, program.Person{}, others); err != nil {
				return err
			}
		}
	}
	n := 0
	for _, p := range people {
		mine := slices.DeleteFunc(slices.Clone(secret), func(c program.Case) bool {
			return c.Concerns(p.ID) || len(c.About) == 0 && !p.Is(program.Supervisor)
		})
		homes, err := t.privateTargets([]program.Person{p}, program.Case{})
		if err != nil {
			return err
		}
		if len(mine) == 0 || len(homes) == 0 {
			continue
		}
		if n++; n > alertedAtOnce {
			break
		}
		if err := t.digest(homes[0], p, mine); err != nil {
			return err
		}
	}
	return nil
}

// digestsAtOnce is how many channels get the digest.
const digestsAtOnce = 4

// digest lists cases in one place, which a person reads or a channel is.
func (t *turn) digest(to target, reader program.Person, cases []program.Case) error {
	if len(cases) == 0 {
		return nil
	}
	was, voice := t.who, t.voice
	defer func() { t.who, t.voice = was, voice }()
	t.be(reader)
	lists := []chat.Text{t.text("digest.cases", "N", len(cases))}
	var choices []chat.Choice
	for _, c := range cases[:min(len(cases), listedCases)] {
		line, err := t.caseLine(c)
		if err != nil {
			return err
		}
		lists = append(lists, line)
		choices = append(choices, t.button(actOpen, uint64(c.No), "button.open_no", chat.Plain, "No", c.No.String()))
	}
	return t.queue(program.Outgoing{
		Priority: program.Digest, Purpose: program.ForAlert, To: to.place, Group: to.group, Person: reader.ID,
		Message: chat.Message{Text: lines(lists...), Choices: choices},
	})
}

// A load is how often a supervisor was paged privately, and how often of that at
// night.
type load struct{ pages, nights int }

// sendLoad tells the coordinators how often each supervisor was paged in the
// last week, so that they see whom it becomes too much for.
func (t *turn) sendLoad(open []program.Case) error {
	since := t.now.Add(-7 * 24 * time.Hour)
	cases := open
	for c, err := range t.tx.Cases() {
		if err != nil {
			return err
		}
		if c.Raised.Before(since.Add(-30 * 24 * time.Hour)) {
			break
		}
		if !c.Open() && !c.Drill {
			cases = append(cases, c)
		}
	}
	loads := map[program.PersonID]load{}
	for _, c := range cases {
		for h, err := range t.tx.Hops(c.No) {
			if err != nil {
				return err
			}
			if h.Kind != program.HopDelivered || h.At.Before(since) {
				continue
			}
			p, err := t.readerOf(h.Place)
			if err != nil {
				return err
			}
			l := loads[p.ID]
			l.pages++
			if _, night := program.Night(h.At, t.zoneOf(p)); night {
				l.nights++
			}
			loads[p.ID] = l
		}
	}
	delete(loads, 0) // channels
	if len(loads) == 0 {
		return nil
	}
	people, err := t.withRole(program.Supervisor | program.Outside)
	if err != nil {
		return err
	}
	return t.alertStaff(program.Coordinator|program.Owner, func(q program.Person) chat.Message {
		v := t.voiceOf(q)
		all := []chat.Text{v.Text("digest.load", nil)}
		for _, p := range people {
			if l, ok := loads[p.ID]; ok {
				all = append(all, v.Text("digest.load_of", words.Args{"Who": p.Name, "N": l.pages, "Nights": l.nights}))
			}
		}
		return chat.Message{Text: lines(all...)}
	})
}
