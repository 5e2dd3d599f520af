package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// A Chronology is everything that is recorded about one case, for a file that
// may one day lie before a court: each entry as it was made, with the words that
// belong to it in full, each check-in in all its versions. Entries are only ever
// added; a correction is a later entry.
type Chronology struct {
	Language string
	Case     program.CaseNo
	Title    string
	Facts    []Labelled // what stands above the entries
	Columns  [3]string  // of the entries: when, who, what
	Entries  []Entry
	Count    string   // how many entries there are
	Notes    []string // what a reader must know
	Print    Labelled // the fingerprint of all entries, so that a print can be compared with the file
}

// A Labelled is a text and what it is.
type Labelled struct{ Label, Text string }

// An Entry is one line of a chronology.
type Entry struct {
	At    string // date, time and difference from UTC
	Who   string
	What  chat.Text
	Print string // the fingerprint of this entry and all before it
}

// Chronology returns the chronology of a case in a language, after it has put on
// record that the operator reads it.
func (b *Bot) Chronology(ctx context.Context, no program.CaseNo, language string) (c Chronology, err error) {
	err = b.Store.View(ctx, func(tx program.Tx) error {
		t := &turn{Bot: b, tx: tx, now: tx.Now(), voice: b.Words.In(language)}
		c, err = t.wholeChronology(no)
		return err
	})
	if err != nil {
		return Chronology{}, err
	}
	_, err = b.update(ctx, func(t *turn) error {
		return t.tx.Audit(program.AuditEntry{At: t.now, What: "printed a chronology", Case: no})
	})
	if err != nil {
		return Chronology{}, err
	}
	return c, nil
}

// stamp is how a chronology writes a time.
const stamp = "2006-01-02 15:04:05 -07:00"

func (t *turn) wholeChronology(no program.CaseNo) (all Chronology, err error) {
	c, err := t.tx.Case(no)
	if err != nil {
		return all, err
	}
	all = Chronology{
		Language: t.voice.Language(), Case: no, Title: t.plain("chronology.title", "No", no.String()),
		Columns: [3]string{t.plain("chronology.when"), t.plain("chronology.who"), t.plain("chronology.what")},
	}
	if all.Facts, err = t.caseFacts(c); err != nil {
		return all, err
	}
	records, err := t.records(c)
	if err != nil {
		return all, err
	}
	var before []byte
	for _, r := range records {
		e := Entry{At: r.at.In(t.Zone).Format(stamp), What: r.text}
		if e.Who, err = t.whoDid(r.by); err != nil {
			return all, err
		}
		raw, err := json.Marshal(r.raw)
		if err != nil {
			return all, err
		}
		sum := sha256.Sum256(append(before, raw...))
		before = sum[:]
		e.Print = hex.EncodeToString(before)
		all.Entries = append(all.Entries, e)
	}
	all.Count = t.plain("chronology.entries", "N", len(records))
	all.Print = Labelled{t.plain("chronology.print"), hex.EncodeToString(before)}
	all.Notes = []string{
		t.plain("chronology.rules"), t.plain("chronology.zone", "Zone", t.Zone.String()),
		t.plain("chronology.compare", "No", no.String()), t.plain("chronology.confidential"),
	}
	return all, nil
}

// caseFacts returns what stands above the entries of a chronology.
func (t *turn) caseFacts(c program.Case) (facts []Labelled, err error) {
	add := func(key, text string) {
		if text != "" {
			facts = append(facts, Labelled{t.plain("chronology." + key), text})
		}
	}
	at := func(when time.Time) string { return when.In(t.Zone).Format(stamp) }
	name := func(id program.PersonID) (p program.Person) {
		if id != 0 && err == nil {
			p, err = t.person(id)
		}
		return p
	}
	var kinds, about []string
	for _, k := range c.Kinds {
		kinds = append(kinds, t.plain("kind."+string(k)))
	}
	for _, id := range c.About {
		about = append(about, name(id).Name)
	}
	mentee := ""
	if len(c.Subjects()) > 0 {
		if mentee, err = t.whom(c); err != nil {
			return nil, err
		}
	}
	add("program", t.Name)
	add("case", c.No.String())
	add("level", t.plain("level."+c.Level.String()))
	add("mentee", mentee)
	add("kinds", strings.Join(kinds, ", "))
	add("staff", strings.Join(about, ", "))
	add("opened", at(c.Raised))
	switch {
	case c.Open():
		add("closed", t.plain("chronology.open"))
		add("owner", name(c.AckedBy).Name)
	default:
		add("closed", at(c.Closed))
		add("outcome", t.plain("outcome."+string(c.Outcome)))
	}
	add("printed", at(t.now))
	return facts, err
}

// whoDid returns somebody with their role; nobody is the bot.
func (t *turn) whoDid(id program.PersonID) (string, error) {
	if id == 0 {
		return t.plain("chronology.bot"), nil
	}
	p, err := t.person(id)
	if err != nil || p.Roles == program.Nobody {
		return p.Name, err
	}
	return p.Name + " (" + t.roleNames(t.voice, p.Roles) + ")", nil
}

// A recorded is an entry of a chronology before it is written out: a hop, or a
// version of a check-in, or a note.
type recorded struct {
	at   time.Time
	by   program.PersonID
	text chat.Text
	raw  []any     // what the fingerprint is taken of: nothing in it ever changes
	from time.Time // since when it belongs to the case
}

// records returns what is known of a case in the order in which it became part
// of it, so that later ones are added at the end.
func (t *turn) records(c program.Case) (all []recorded, err error) {
	hops, err := collect(t.tx.Hops(c.No))
	if err != nil {
		return nil, err
	}
	known := map[program.NoteID]bool{}
	for _, h := range hops {
		r := recorded{at: h.At, by: h.By, from: h.At, raw: []any{h}}
		if ofTheBot(h.Kind) {
			r.by = 0
		}
		if r.text, err = t.hopLine(t.voice, c, h, ""); err != nil {
			return nil, err
		}
		if len(r.text) > 0 {
			r.text[0].Text = strings.TrimLeft(r.text[0].Text, " ")
		}
		if h.Note != 0 {
			n, err := t.tx.Note(h.Note)
			if err != nil {
				return nil, err
			}
			known[h.Note] = true
			r.raw = append(r.raw, n.Text)
		}
		all = append(all, r)
	}
	told, err := t.told(c, known)
	if err != nil {
		return nil, err
	}
	for _, r := range told {
		all = slices.Insert(all, placeFor(all, r.from), r)
	}
	return all, nil
}

// ofTheBot reports whether the bot did what a hop names somebody for.
func ofTheBot(kind program.HopKind) bool {
	return kind == program.HopTold || kind == program.HopFailed || kind == program.HopLapsed || kind == program.HopOwnerLeft
}

// placeFor returns where a record belongs that became part of a case at a time:
// before what happened in the same transaction, else after all that is older. A
// clock that was set back does not move it before what was recorded earlier.
func placeFor(all []recorded, from time.Time) int {
	if i := slices.IndexFunc(all, func(r recorded) bool { return r.from.Equal(from) && len(r.raw) > 0 && isHop(r) }); i >= 0 {
		return i
	}
	for i, r := range slices.Backward(all) {
		if !r.from.After(from) {
			return i + 1
		}
	}
	return 0
}

func isHop(r recorded) bool {
	_, ok := r.raw[0].(program.Hop)
	return ok
}

// told returns the check-ins of a case in all versions in which they say
// something else, and the notes that belong to it beside those that are known.
func (t *turn) told(c program.Case, known map[program.NoteID]bool) (all []recorded, err error) {
	since := map[program.CheckInID]time.Time{} // when they became part of the case
	for _, id := range append([]program.CheckInID{c.CheckIn}, c.More...) {
		if id == 0 || !since[id].IsZero() {
			continue
		}
		versions, err := collect(t.tx.CheckInVersions(id))
		if err != nil {
			return nil, err
		}
		joined := max(0, slices.IndexFunc(versions, func(in program.CheckIn) bool { return in.Case == c.No }))
		since[id] = versions[joined].Changed
		said := 0
		for i, in := range versions {
			if i > 0 && sameStatement(versions[i-1], in) {
				continue
			}
			said++
			r, err := t.checkInRecord(in, said)
			if err != nil {
				return nil, err
			}
			if r.from = in.Changed; i < joined {
				r.from = since[id]
			}
			all = append(all, r)
		}
	}
	for n, err := range t.tx.Notes() {
		if err != nil {
			return nil, err
		}
		from, belongs := since[n.CheckIn]
		if known[n.ID] || n.Case != c.No && !belongs {
			continue
		}
		if !belongs {
			from = n.At
		}
		text := lines(t.text("chronology.note"), chat.Text{{Text: n.Text, Style: chat.Quote}})
		all = append(all, recorded{at: n.At, by: n.By, text: text, raw: []any{"note", n.ID, n.By, n.At, n.Text}, from: from})
	}
	return all, nil
}

// sameStatement reports whether two versions of a check-in say the same.
func sameStatement(a, b program.CheckIn) bool {
	return sameAnswers(a, b) && sameDetails(a, b) && a.Note == b.Note && a.Undone.Equal(b.Undone) && a.Partial == b.Partial
}

func (t *turn) checkInRecord(in program.CheckIn, said int) (recorded, error) {
	summary, err := t.summary(t.voice, in)
	if err != nil {
		return recorded{}, err
	}
	head := t.text("chronology.checkin", "Version", said)
	switch {
	case !in.Undone.IsZero():
		head = t.text("chronology.undone", "Version", said)
	case in.Partial:
		head = t.text("chronology.partial", "Version", said)
	}
	return recorded{at: in.Changed, by: in.By, text: lines(head, summary), raw: []any{"check-in", in}}, nil
}
