package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// ErrDrill says that a drill is under way already.
var ErrDrill = errors.New("a drill is under way")

// StartDrill pages people as if somebody were in danger, with cards that say
// that nobody is, until one of them acknowledges it or it has lasted so long.
// The drill is a case, so that it goes every way that a danger goes; it ends by
// itself, also when the process has been killed in the meantime.
func (b *Bot) StartDrill(ctx context.Context, lasts time.Duration) (no program.CaseNo, err error) {
	_, err = b.update(ctx, func(t *turn) error {
		open, err := collect(t.tx.OpenCases())
		switch {
		case err != nil:
			return err
		case slices.ContainsFunc(open, func(c program.Case) bool { return c.Drill }):
			return ErrDrill
		}
		if no, err = t.raise(program.Case{Level: program.Danger, Drill: true, Until: t.now.Add(lasts)}); err != nil {
			return err
		}
		return t.tx.Audit(program.AuditEntry{At: t.now, What: "began a drill", Case: no})
	})
	return no, err
}

// EndDrill ends a drill that nobody has acknowledged yet.
func (b *Bot) EndDrill(ctx context.Context, no program.CaseNo) error {
	_, err := b.update(ctx, func(t *turn) error {
		c, err := t.tx.Case(no)
		switch {
		case err != nil:
			return err
		case !c.Drill:
			return program.ErrNotFound
		case !c.Open():
			return nil
		}
		return t.endDrill(&c)
	})
	return err
}

// A DrillReport is what has become of a drill so far.
type DrillReport struct {
	Entries []DrillEntry
	Over    bool
	By      string        // who acknowledged it; empty: nobody
	After   time.Duration // how long that took
}

// A DrillEntry is something that happened in a drill.
type DrillEntry struct {
	After time.Duration // since it began
	Text  string        // in English
}

// Drill reports how a drill goes.
func (b *Bot) Drill(ctx context.Context, no program.CaseNo) (r DrillReport, err error) {
	err = b.Store.View(ctx, func(tx program.Tx) error {
		t := &turn{Bot: b, tx: tx, now: tx.Now(), voice: b.Words.In("en")}
		c, err := tx.Case(no)
		if err != nil {
			return err
		}
		if !c.Drill {
			return program.ErrNotFound
		}
		r = DrillReport{Over: !c.Open()}
		for h, err := range tx.Hops(no) {
			if err != nil {
				return err
			}
			text, err := t.hopLine(t.voice, c, h, "")
			if err != nil {
				return err
			}
			r.Entries = append(r.Entries, DrillEntry{h.At.Sub(c.Raised), strings.TrimSpace(text.Plain())})
		}
		if c.AckedBy == 0 {
			return nil
		}
		by, err := t.person(c.AckedBy)
		r.By, r.After = by.Name, c.Acked.Sub(c.Raised)
		return err
	})
	return r, err
}

// drillAnswered ends a drill, because the supervisor acknowledged it.
func (t *turn) drillAnswered(c *program.Case) error {
	c.AckedBy, c.Acked = t.who.ID, t.now
	if err := t.tx.AddHop(c.No, program.Hop{At: t.now, Kind: program.HopAcked, By: t.who.ID}); err != nil {
		return err
	}
	if err := t.endDrill(c); err != nil {
		return err
	}
	if err := t.refreshPressed(*c); err != nil {
		return err
	}
	return t.toast("drill.acked")
}

// endDrill closes a drill: what a real case never does by itself.
func (t *turn) endDrill(c *program.Case) error {
	c.Outcome, c.Closed, c.ClosedBy = program.OutcomeDrill, t.now, c.AckedBy
	if err := t.tx.PutCase(c); err != nil {
		return err
	}
	hop := program.Hop{At: t.now, Kind: program.HopClosed, By: c.AckedBy, What: string(program.OutcomeDrill)}
	if err := t.tx.AddHop(c.No, hop); err != nil {
		return err
	}
	if err := t.lookAgain(*c, time.Time{}); err != nil {
		return err
	}
	return t.cardsAnew(*c)
}

// drillCard writes the card of a drill.
func (t *turn) drillCard(v words.Voice, zone *time.Location, c program.Case) chat.Text {
	title := v.Text("drill.title", words.Args{"No": c.No.String()})
	if c.Open() {
		return lines(title, v.Text("drill.card", nil))
	}
	if c.AckedBy == 0 {
		return lines(title, v.Text("drill.over", nil))
	}
	by, err := t.person(c.AckedBy)
	if err != nil {
		t.Log.Error("a card cannot say who has its case", "case", c.No, stack(err))
	}
	return lines(title, v.Text("drill.over_by", words.Args{"Who": by.Name, "Time": clock(v, zone, t.now, c.Acked)}))
}

// realCases returns the cases that are not closed, without drills.
func (t *turn) realCases() ([]program.Case, error) {
	open, err := collect(t.tx.OpenCases())
	return slices.DeleteFunc(open, func(c program.Case) bool { return c.Drill }), err
}
