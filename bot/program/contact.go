package program

import (
	"iter"
	"slices"
)

// A ContactKind says how deep a contact of staff with a match went.
type ContactKind string

// The kinds of contacts. One in depth is a quick one as well.
const (
	QuickContact ContactKind = "quick"
	DeepContact  ContactKind = "in depth"
)

// A Contact is a talk of staff with somebody of a match, as it was recorded.
type Contact struct {
	Kind ContactKind `json:"kind"`
	On   Date        `json:"on"`
	By   PersonID    `json:"by,omitzero"`
}

// A ContactClock says which contacts staff owe a match, by its age.
type ContactClock struct {
	First int      // days in which the first contact is due; 0: not asked for
	Quick []Rhythm // one after the other
	Deep  []Rhythm
}

// A Rhythm asks for a number of contacts in each time of some months.
type Rhythm struct {
	Until  int // months of age at which the next rhythm begins; 0: it goes on
	Months int // of one time
	Count  int // contacts in it
}

// DefaultContactClock returns what the Elements of Effective Practice for
// Mentoring ask for: the first contact within two weeks and a second one within
// the first month (4th edition), then monthly in the first year and quarterly
// after; in depth monthly in the first quarter and quarterly after (5th
// edition).
func DefaultContactClock() ContactClock {
	return ContactClock{
		First: 14,
		Quick: []Rhythm{{Until: 1, Months: 1, Count: 2}, {Until: 12, Months: 1, Count: 1}, {Months: 3, Count: 1}},
		Deep:  []Rhythm{{Until: 3, Months: 1, Count: 1}, {Months: 3, Count: 1}},
	}
}

// An OwedContact is a contact that staff owe a match.
type OwedContact struct {
	Kind   ContactKind
	Due    Date // the last day on which it is in time
	First  bool // there was none of the kind yet
	Missed int  // times that went by without what they asked for, since the last contact
}

// Overdue reports whether it was to be made before today.
func (o OwedContact) Overdue(today Date) bool { return o.Due.Before(today) }

// Owed returns the contacts that are owed today or in the days ahead, at most
// one of each kind, what is due first first. A contact that comes late settles
// everything that was due before it, and counts in its own time. A match that
// begins in the future is owed nothing yet. The clock of a match that is older
// than it began later, at from: times that had begun by then are not asked for, so
// that old matches do not all come at once, but by their age. Give it the contacts
// with one person where each of them is to be spoken to.
func (c ContactClock) Owed(since, from Date, contacts []Contact, today Date, ahead int) (owed []OwedContact) {
	for _, k := range []struct {
		kind  ContactKind
		times iter.Seq[span]
	}{{QuickContact, c.quick(since)}, {DeepContact, spans(since, c.Deep)}} {
		var made []Date
		for _, contact := range contacts {
			if (contact.Kind == k.kind || contact.Kind == DeepContact) && !contact.On.After(today) && !contact.On.Before(since) {
				made = append(made, contact.On)
			}
		}
		slices.SortFunc(made, Date.Compare)
		if o, ok := firstOwed(k.times, from, made, today); ok && o.Due.Sub(today) <= ahead {
			o.Kind, o.First = k.kind, len(made) == 0
			owed = append(owed, o)
		}
	}
	slices.SortStableFunc(owed, func(a, b OwedContact) int { return a.Due.Compare(b.Due) })
	return owed
}

// Off reports whether no contacts are asked for.
func (c ContactClock) Off() bool { return c.First == 0 && len(c.Quick)+len(c.Deep) == 0 }

// Needed returns those of the contacts with a match that can still make a
// difference to what is owed: of each kind the newest one, and those that may be in
// the same time as it.
func (c ContactClock) Needed(contacts []Contact) []Contact {
	months := 0
	for _, r := range slices.Concat(c.Quick, c.Deep) {
		months = max(months, r.Months)
	}
	reach := func(newest Date) Date { // months have lengths of their own
		return newest.AddMonths(-months).Add(-max(c.First, monthEnds))
	}
	var newest, deep Date
	for _, contact := range contacts {
		if contact.On.After(newest) {
			newest = contact.On
		}
		if contact.Kind == DeepContact && contact.On.After(deep) {
			deep = contact.On
		}
	}
	return slices.DeleteFunc(slices.Clone(contacts), func(contact Contact) bool {
		return contact.On.Before(reach(newest)) && (contact.Kind != DeepContact || contact.On.Before(reach(deep)))
	})
}

// monthEnds is by how many days the ends of two months may lie apart.
const monthEnds = 3

// A span is a time in which a number of contacts is owed; last is its last day.
type span struct {
	first, last Date
	count       int
}

// quick puts the first contact before the rhythms.
func (c ContactClock) quick(since Date) iter.Seq[span] {
	return func(yield func(span) bool) {
		if c.First > 0 && !yield(span{since, since.Add(c.First), 1}) {
			return
		}
		spans(since, c.Quick)(yield)
	}
}

// spans returns the times of some rhythms, without an end if the last one has
// none.
func spans(since Date, rhythms []Rhythm) iter.Seq[span] {
	return func(yield func(span) bool) {
		age := 0
		for _, r := range rhythms {
			for r.Months > 0 && (r.Until == 0 || age < r.Until) {
				s := span{since.AddMonths(age), since.AddMonths(age + r.Months).Add(-1), r.Count}
				if !yield(s) {
					return
				}
				age += r.Months
			}
		}
	}
}

// firstOwed finds the earliest time that began at from or later and lacks
// contacts. made is in order.
func firstOwed(times iter.Seq[span], from Date, made []Date, today Date) (owed OwedContact, found bool) {
	for s := range times {
		if s.first.After(today) {
			break
		}
		if s.first.Before(from) {
			continue
		}
		n, late := 0, false
		for _, d := range made {
			if d.After(s.last) {
				late = true
			} else if !d.Before(s.first) {
				n++
			}
		}
		if n >= s.count || late {
			continue
		}
		if !found || s.last.Before(owed.Due) {
			owed.Due = s.last
		}
		if found = true; s.last.Before(today) {
			owed.Missed++
		}
	}
	return owed, found
}
