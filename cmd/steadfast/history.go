package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// crewOf returns whom a ladder may page now.
func crewOf(tx program.Tx, c Config) (crew program.Crew, err error) {
	crew.Zone = c.Program.Timezone
	if crew.Rota, err = tx.Rota(); err != nil {
		return crew, err
	}
	for p, err := range tx.Staff() {
		if err != nil {
			return crew, err
		}
		crew.Members = append(crew.Members, program.Member{
			ID: p.ID, Name: p.Name, Zone: p.Zone, Supervisor: p.Is(program.Supervisor), Outside: p.Is(program.Outside), Staff: p.Is(program.Staff),
		})
	}
	for channel, err := range tx.Channels() {
		if err != nil {
			return crew, err
		}
		works := channel.Lost.IsZero() && slices.Contains(c.platforms(), channel.Place.Platform)
		crew.Channel = crew.Channel || channel.Purpose == program.Supervisors && works
	}
	return crew, nil
}

// pastOf reads how a case really went. A channel is taken to be read by all
// supervisors.
func pastOf(tx program.Tx, c program.Case, crew program.Crew, now time.Time) (past program.Past, err error) {
	var hops []program.Hop
	readers := map[chat.Place][]program.PersonID{}
	for h, err := range tx.Hops(c.No) {
		if err != nil {
			return past, err
		}
		hops = append(hops, h)
		if h.Kind != program.HopDelivered || readers[h.Place] != nil {
			continue
		}
		switch p, err := tx.PersonWith(chat.Account(h.Place)); {
		case err == nil:
			readers[h.Place] = []program.PersonID{p.ID}
		case errors.Is(err, program.ErrNotFound):
			for _, m := range crew.Members {
				if m.Supervisor {
					readers[h.Place] = append(readers[h.Place], m.ID)
				}
			}
		default:
			return past, err
		}
	}
	return program.PastOf(c, hops, func(p chat.Place) []program.PersonID { return readers[p] }, now), nil
}

// historyPage is what the admin socket answers to simulate.
func (p *process) historyPage(w http.ResponseWriter, r *http.Request) {
	weeks, err := strconv.Atoi(r.FormValue("weeks"))
	if err != nil || weeks < 1 || weeks > mostWeeks {
		http.Error(w, "How many weeks?", http.StatusBadRequest)
		return
	}
	h, err := readHistory(r.Context(), p.store, p.config, Env{Now: p.env.Now}, weeks)
	if err != nil {
		p.log.Error("the history cannot be read", "error", err)
		http.Error(w, "The history cannot be read: look at the log of the running bot.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(h)
}

// decodeAnswer reads what the running bot answered.
func decodeAnswer(r io.Reader, into any) error {
	if json.NewDecoder(r).Decode(into) != nil {
		return errors.New("the running bot's answer broke off: try it again")
	}
	return nil
}

// A column is a ladder and what it means.
type column struct {
	name   string
	ladder program.Ladder
	toll   program.Toll
}

// simulationReport puts ladders side by side.
func simulationReport(weeks int, h history, columns []column) string {
	var b strings.Builder
	really := 0
	for _, p := range h.Past {
		really += p.Pages
	}
	fmt.Fprintf(&b, "%s of the last %s, with %s in reality.\n\n", counted(len(h.Past), "case"), counted(weeks, "week"), counted(really, "page"))
	table := [][]string{{""}}
	row := func(name string, value func(program.Toll) string) {
		cells := []string{name}
		for _, c := range columns {
			cells = append(cells, value(c.toll))
		}
		table = append(table, cells)
	}
	number := func(n int) string { return strconv.Itoa(n) }
	for _, c := range columns {
		table[0] = append(table[0], c.name)
	}
	for _, rung := range program.Rungs() {
		row("pages to "+rungTitle(rung), func(t program.Toll) string { return number(t.Rungs[rung]) })
	}
	row("pages when there was nobody", func(t program.Toll) string { return number(t.Nobody) })
	for _, m := range h.Crew.Members {
		if slices.ContainsFunc(columns, func(c column) bool { return c.toll.People[m.ID].Pages > 0 }) {
			row(m.Name+": private pages", func(t program.Toll) string { return number(t.People[m.ID].Pages) })
			row(m.Name+": nights broken", func(t program.Toll) string { return number(t.People[m.ID].Nights) })
		}
	}
	row("acknowledged", func(t program.Toll) string { return number(len(t.Waits)) })
	row("  median time to it", func(t program.Toll) string { return waited(t, t.Median()) })
	row("  longest time to it", func(t program.Toll) string { return waited(t, t.Latest()) })
	row("never acknowledged", func(t program.Toll) string { return number(t.Never) })
	writeTable(&b, table)
	for _, c := range columns {
		fmt.Fprintf(&b, "\n%s: %s", c.name, ladderLine(c.ladder))
	}
	b.WriteString(`

Everybody is taken to answer as long after the first page that reaches them as
they really did, and whatever else they did about a case, at the same time. All
supervisors are taken to read their channel, without being woken by it. Who is
on duty, and who is there, is taken from today's rota and today's people. Pages
by hand and calls of all hands are left out. A night is from 22 to 7 in the
person's time zone.
`)
	return b.String()
}

func rungTitle(r program.Rung) string {
	switch r {
	case program.RungChannel:
		return "the supervisors' channel"
	case program.RungDuty:
		return "the supervisor on duty"
	case program.RungSupervisors:
		return "all supervisors"
	}
	return "the last resort"
}

func waited(t program.Toll, d time.Duration) string {
	if len(t.Waits) == 0 {
		return "–"
	}
	if d >= time.Hour {
		return short(d.Round(time.Minute))
	}
	return short(d.Round(time.Second))
}

// ladderLine says what a ladder is, in the form of the flags.
func ladderLine(l program.Ladder) string {
	text := "-rungs " + strings.Join(rungNames(l.Rungs), ",")
	for _, table := range []struct {
		name  string
		times map[program.Level]time.Duration
	}{{"again", l.Again}, {"climb", l.Climb}, {"renew", l.Renew}} {
		var parts []string
		for level := program.Danger; level >= program.Watch; level-- {
			if d := table.times[level]; d > 0 {
				parts = append(parts, level.String()+"="+short(d))
			}
		}
		text += " -" + table.name + " " + strings.Join(parts, ",")
	}
	return text
}

// short writes a length of time without what is zero in it: 5m, not 5m0s.
func short(d time.Duration) string {
	text := d.String()
	if d > 0 && d%time.Minute == 0 {
		text = strings.TrimSuffix(text, "0s")
	}
	if d > 0 && d%time.Hour == 0 {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// writeTable writes rows in columns, the first to the left, the others to the
// right.
func writeTable(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		fmt.Fprintf(b, "%-*s", widths[0], row[0])
		for i, cell := range row[1:] {
			fmt.Fprintf(b, "   %*s", widths[i+1], cell)
		}
		b.WriteByte('\n')
	}
}
