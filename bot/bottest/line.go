package bottest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// line does what one line of a transcript says.
func (p *player) line(line string) error {
	switch {
	case strings.HasPrefix(line, "---"):
		d, err := span(strings.TrimSpace(strings.TrimPrefix(line, "---")))
		if err == nil {
			p.pass(d)
		}
		return err
	case strings.HasPrefix(line, "@") && !strings.Contains(line, "> "):
		return p.scene(strings.Fields(line[1:]))
	}
	who, what, ok := strings.Cut(line, "> ")
	if !ok {
		return errors.New("not understood")
	}
	name, where, group := strings.Cut(who, "@")
	by, known := p.cast[name] // "@place> …" is a post of nobody in particular
	if !known && name != "" {
		return fmt.Errorf("%q is not in the cast", name)
	}
	in := by.Account.Private()
	if group {
		in = p.place(where)
	}
	if strings.HasPrefix(what, "[") && strings.HasSuffix(what, "]") {
		return p.act(func() error { return p.theatre.Tap(by, in, what[1:len(what)-1]) })
	}
	deed, err := p.what(what)
	if err != nil {
		return err
	}
	return p.act(func() error { return p.theatre.Do(by, in, deed) })
}

// span reads a duration that may be in days.
func span(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(s)
}

// what reads what a person does, other than tapping a button.
func (p *player) what(s string) (chat.What, error) {
	if command, ok := strings.CutPrefix(s, "/"); ok {
		name, args, _ := strings.Cut(command, " ")
		return chat.Command{Name: name, Args: args}, nil
	}
	if kind, rest, ok := strings.Cut(strings.TrimPrefix(s, "<"), ">"); ok && strings.HasPrefix(s, "<") {
		rest = strings.TrimSpace(rest)
		switch kind {
		case "edit":
			return chat.Edited{Text: rest}, nil
		case "forward":
			return chat.Said{Text: rest, Forwarded: true}, nil
		case "press":
			return chat.Pressed{Token: rest}, nil
		case "long":
			n, err := strconv.Atoi(rest)
			return chat.Said{Text: strings.Repeat("long ", n/5)}, err
		case "moved":
			return chat.Moved{To: p.place(rest)}, nil
		case "removed":
			return chat.Reach{OK: false}, nil
		case "added":
			return chat.Reach{OK: true}, nil
		}
		return chat.Sent{Kind: chat.Media(kind), Caption: rest}, nil
	}
	return chat.Said{Text: s}, nil
}

// place returns a group of the transcript, by its name.
func (p *player) place(name string) chat.Place {
	for place, n := range p.names {
		if n == "#"+name {
			return place
		}
	}
	place := p.theatre.Found(len(p.names)+1, name)
	p.names[place] = "#" + name
	p.order = append(p.order, place)
	return place
}

// scene sets the scene:
//
//	@at 2026-11-24 16:00             lets time pass until then, in Berlin
//	@person mia Mia mentor [uk]      somebody who has joined
//	@stranger zoe Zoe                somebody the bot does not know
//	@channel supervisors             a bound supervisors' channel
//	@match mia Jonas carla weekly Tue 16:00 60m   "-" for no coordinator
//	@match mia Reds=Jonas,Lea carla               a group
//	@block mia, @unblock mia         the bot's messages do not arrive
//	@holiday 2027-07-29 2027-09-08   the program's holidays
//	@bot down, @bot up               the process ends, and begins again
func (p *player) scene(words []string) error {
	if len(words) < 2 {
		return errors.New("not understood")
	}
	name := words[1]
	switch words[0] {
	case "at":
		at, err := time.ParseInLocation("2006-01-02 15:04", strings.Join(words[1:], " "), berlin(p.t))
		if err == nil {
			p.wait(time.Until(at) - pause)
		}
		return err
	case "bot":
		if p.down = name == "down"; p.down {
			p.close()
		} else {
			p.open()
		}
		return nil
	case "holiday":
		from, err := program.ParseDate(name)
		if err != nil {
			return err
		}
		to, err := program.ParseDate(words[2])
		p.calendar.Breaks = append(p.calendar.Breaks, program.Period{Kind: program.Holiday, From: from, To: to})
		p.close()
		p.open()
		return err
	case "stranger":
		p.join(name, words[2])
		return nil
	case "person":
		return p.person(p.join(name, words[2]), words[2:])
	case "channel":
		return p.keep(func(tx program.Tx) error {
			return tx.PutChannel(program.Channel{Place: p.place(name), Purpose: program.Supervisors, Title: name, Since: tx.Now()})
		})
	case "match":
		return p.match(words[1:])
	case "block", "unblock":
		place := p.cast[name].Account.Private()
		if _, person := p.cast[name]; !person {
			place = p.place(name)
		}
		p.theatre.Block(place, words[0] == "block")
		return nil
	}
	return errors.New("no such scene")
}

func (p *player) join(name, called string) chat.Sender {
	s := p.theatre.Join(len(p.cast)+1, name, called)
	p.cast[name] = s
	p.names[s.Account.Private()] = name
	p.order = append(p.order, s.Account.Private())
	return s
}

func (p *player) person(s chat.Sender, words []string) error {
	roles, err := program.ParseRoles(words[1])
	if err != nil {
		return err
	}
	language := "en"
	if len(words) > 2 {
		language = words[2]
	}
	return p.keep(func(tx program.Tx) error {
		return tx.PutPerson(&program.Person{
			Name: words[0], Roles: roles, Language: language, Accounts: []chat.Account{s.Account}, Joined: tx.Now(),
		})
	})
}

func (p *player) match(words []string) error {
	return p.keep(func(tx program.Tx) error {
		mentor, err := tx.PersonWith(p.cast[words[0]].Account)
		if err != nil {
			return err
		}
		m := program.Match{Mentor: mentor.ID, Since: tx.Now()}
		if err := fill(tx, &m, words[1]); err != nil {
			return err
		}
		if len(words) > 2 && words[2] != "-" {
			coordinator, err := tx.PersonWith(p.cast[words[2]].Account)
			if err != nil {
				return err
			}
			m.Coordinator = coordinator.ID
		}
		if len(words) > 3 {
			if m.Schedule, err = program.ParseSchedule(strings.Join(words[3:], " ")); err != nil {
				return err
			}
		}
		if err := tx.PutMatch(&m); err != nil || m.Schedule.IsZero() {
			return err
		}
		next, _ := m.Schedule.Next(tx.Now(), berlin(p.t), p.calendar)
		return tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(m.ID), At: next.End})
	})
}

// fill puts a mentee, or the mentees of a group, into a match.
func fill(tx program.Tx, m *program.Match, who string) error {
	name, list, group := strings.Cut(who, "=")
	if !group {
		list = who
	}
	for _, alias := range program.Aliases(list, ",") {
		mentee, err := tx.MenteeCalled(alias)
		if errors.Is(err, program.ErrNotFound) {
			mentee = program.Mentee{Alias: alias}
			err = tx.PutMentee(&mentee)
		}
		if err != nil {
			return err
		}
		if m.Mentee = mentee.ID; group {
			m.Mentee, m.Name, m.Mentees = 0, name, append(m.Mentees, mentee.ID)
		}
	}
	return nil
}

// keep writes to the store beside the bot, as an import would.
func (p *player) keep(f func(program.Tx) error) error {
	return p.store.Update(context.Background(), f)
}
