package when

import (
	"slices"
	"strconv"
	"strings"
)

// slots are what a pattern can have in braces.
func slots() []string {
	return []string{"weekday", "weekdays", "month", "number", "unit", "part", "half", "hour", "nth-hour", "minute", "time", "dotted", "dashed", "day", "nth", "year", "date"}
}

// rules are the kinds of phrases; see en.txt.
func rules() []string {
	return slices.Concat(weekdayRules(), dayRules(), clockRules(), []string{"part"})
}

func weekdayRules() []string { return []string{"weekday", "next", "coming", "last", "week"} }

func dayRules() []string {
	return []string{"day", "in", "ago", "weekdays-ago", "date", "monthday", "weekday-date"}
}

func clockRules() []string { return []string{"clock", "clock-dotted", "past", "to", "clock-at"} }

// values are what the slots of a phrase matched.
type values struct {
	weekday, month, day, year, number, unit, hour, minute int

	hasYear, hasNumber bool
	eitherOrder        bool // 5/6: day and month may be meant the other way round
	leadingZero        bool // 04:00 is not the afternoon
	part               part
}

// A match is a phrase that was found.
type match struct {
	phrase
	values
}

// A reading is one way to understand all of a text: at most one phrase of each
// kind.
type reading struct {
	weekday, day, clock, part *match
	rule                      string
}

// A search looks for readings.
type search struct {
	tokens   []token
	lexicons []*lexicon
	own      *lexicon // the person's
	found    []reading
}

// readings returns all readings of the tokens with the phrases of the lexicons,
// of which the second is the person's own.
func readings(tokens []token, lexicons []*lexicon) []reading {
	s := &search{tokens: tokens, lexicons: lexicons, own: lexicons[1]}
	s.from(0, reading{})
	return s.found
}

// from completes what has been understood up to the token at.
func (s *search) from(at int, so reading) {
	if at == len(s.tokens) {
		if so.weekday != nil || so.day != nil || so.clock != nil {
			s.found = append(s.found, so)
		}
		return
	}
	for _, l := range s.lexicons {
		for _, p := range l.phrases {
			s.phrase(l, p.pattern, at, values{}, func(end int, v values) {
				if next, ok := so.with(match{p, v}); ok {
					s.from(end, next)
				}
			})
		}
	}
}

// with adds a match. It is not ok if there is one of its kind already.
func (so reading) with(m match) (reading, bool) {
	place := &so.part
	switch {
	case slices.Contains(weekdayRules(), m.rule):
		place = &so.weekday
	case slices.Contains(dayRules(), m.rule):
		place = &so.day
	case slices.Contains(clockRules(), m.rule):
		place = &so.clock
	}
	// 6.10 alone is rather a date. 16.30 is none, in whatever order.
	rather := so.day == nil && so.weekday == nil && (m.hour <= 12 || m.minute <= 12)
	if *place != nil || m.rule == "clock-dotted" && rather {
		return so, false
	}
	*place = &m
	so.rule = strings.TrimPrefix(so.rule+"+"+m.rule, "+")
	return so, true
}

// phrase calls yield for all ways to match the elements from the token at.
func (s *search) phrase(l *lexicon, elements []element, at int, v values, yield func(end int, v values)) {
	if len(elements) == 0 {
		yield(at, v)
		return
	}
	first, rest := elements[0], elements[1:]
	if first.optional {
		s.phrase(l, rest, at, v, yield)
	}
	for _, f := range first.forms {
		if f.slot == "" {
			if s.has(at, f.words) {
				s.phrase(l, rest, at+len(f.words), v, yield)
			}
			continue
		}
		s.slot(l, f.slot, at, v, func(end int, v values) { s.phrase(l, rest, end, v, yield) })
	}
}

// has reports whether the words stand at the token at.
func (s *search) has(at int, words []string) bool {
	if len(words) == 0 || at+len(words) > len(s.tokens) {
		return false
	}
	for i, w := range words {
		if s.tokens[at+i].text != w {
			return false
		}
	}
	return true
}

// slot calls yield for all ways to fill a slot from the token at.
func (s *search) slot(l *lexicon, slot string, at int, v values, yield func(end int, v values)) {
	if at >= len(s.tokens) {
		return
	}
	for _, n := range l.names[s.tokens[at].text] {
		if fits(n.slot, slot) && s.has(at, n.words) && !s.taken(l, n) {
			yield(at+len(n.words), v.set(slot, n.value))
		}
	}
	if s.tokens[at].kind == digits {
		s.number(l, slot, at, v, yield)
	}
}

// fits reports whether the name of a kind can fill the slot: "four" is a number,
// and with that an hour; "fifth" is a day.
func fits(kind, slot string) bool {
	return kind == slot || slot == "hour" && kind == "number" || slot == "day" && kind == "nth"
}

// taken reports whether the person's own language has another meaning for a
// name in l.
func (s *search) taken(l *lexicon, n name) bool {
	own := s.lexicons[1]
	if l == own || len(n.words) != 1 {
		return false
	}
	same, other := s.own.means(n.words[0], n.slot, n.value)
	return other && !same
}

// set notes what fills a slot.
func (v values) set(slot string, value int) values {
	switch slot {
	case "weekday", "weekdays":
		v.weekday = value
	case "month":
		v.month = value
	case "unit":
		v.unit = value
	case "part", "half":
		v.part = part(value)
	case "day", "nth":
		v.day = value
	case "hour", "nth-hour":
		v.hour = value
	case "number":
		v.number, v.hasNumber = value, true
	}
	return v
}

// number fills a slot with digits.
func (s *search) number(l *lexicon, slot string, at int, v values, yield func(end int, v values)) {
	text := s.tokens[at].text
	n, err := strconv.Atoi(text)
	if err != nil {
		return
	}
	short := len(text) <= 2
	switch {
	case slot == "number" && len(text) <= 3:
		v.number, v.hasNumber = n, true
	case slot == "hour" && short:
		v.hour, v.leadingZero = n, text[0] == '0'
		s.ending(l, "hour-ending", at, v, yield)
	case slot == "minute" && len(text) == 2:
		v.minute = n
	case slot == "year" && len(text) == 4:
		v.year, v.hasYear = n, true
	case slot == "day" && short:
		v.day = n
		yield(at+1, v)
		s.ending(l, "ending", at, v, yield)
		return
	case slot == "nth" && short:
		v.day = n
		s.ending(l, "ending", at, v, yield)
		return
	case slot == "time" && short:
		s.time(":", at, v, yield)
		return
	case slot == "dotted" && short:
		s.time(".", at, v, yield)
		return
	case slot == "dashed" && short:
		// 16-00 is a time, 16-18 rather a span.
		s.time("-", at, v, func(end int, v values) {
			if v.minute == 0 || v.minute > 24 {
				yield(end, v)
			}
		})
		return
	case slot == "date":
		s.date(at, v, yield)
		return
	default:
		return
	}
	yield(at+1, v)
}

// ending matches what makes 5 to 5th, or 16 to 16-й, with a hyphen or without.
func (s *search) ending(l *lexicon, slot string, at int, v values, yield func(end int, v values)) {
	at++
	if s.mark(at, "-") {
		at++
	}
	if at >= len(s.tokens) || !s.tokens[at].glued {
		return
	}
	for _, n := range l.names[s.tokens[at].text] {
		if n.slot == slot && s.has(at, n.words) {
			yield(at+len(n.words), v)
		}
	}
}

// mark reports whether the mark stands at the token at, directly after the one
// before.
func (s *search) mark(at int, text string) bool {
	return at < len(s.tokens) && s.tokens[at].text == text && s.tokens[at].glued
}

// after returns the digits that follow directly after a mark.
func (s *search) after(at int, separator string) (n string, ok bool) {
	if !s.mark(at, separator) || at+1 >= len(s.tokens) || s.tokens[at+1].kind != digits || !s.tokens[at+1].glued {
		return "", false
	}
	return s.tokens[at+1].text, true
}

// time matches 16:00, and 16:00:00, which programs write.
func (s *search) time(separator string, at int, v values, yield func(end int, v values)) {
	minute, ok := s.after(at+1, separator)
	if !ok || len(minute) != 2 {
		return
	}
	hour := s.tokens[at].text
	v.hour, v.minute, v.leadingZero = atoi(hour), atoi(minute), hour[0] == '0'
	if second, ok := s.after(at+3, separator); ok && second == "00" {
		yield(at+5, v)
	}
	yield(at+3, v)
}

// date matches 24.11. and 24.11.2026 and 24.11.26, the same with strokes, with
// hyphens if there is a year, and the year first.
func (s *search) date(at int, v values, yield func(end int, v values)) {
	if at+1 >= len(s.tokens) {
		return
	}
	separator := s.tokens[at+1].text
	second, ok := s.after(at+1, separator)
	if !ok || len(second) > 2 || !strings.Contains("./-", separator) {
		return
	}
	first := s.tokens[at].text
	third, three := s.after(at+3, separator)
	v.month = atoi(second)
	if len(first) == 4 {
		if three && len(third) <= 2 {
			v.year, v.hasYear, v.day = atoi(first), true, atoi(third)
			yield(at+5, v)
		}
		return
	}
	if len(first) > 2 {
		return
	}
	v.day, v.eitherOrder = atoi(first), separator != "."
	if three && (len(third) == 4 || len(third) == 2) {
		v.year, v.hasYear = atoi(third), true
		if len(third) == 2 {
			v.year += 2000
		}
		yield(at+5, v)
		return
	}
	if !three && separator != "-" {
		end := at + 3
		if separator == "." && s.mark(end, ".") {
			end++
		}
		yield(end, v)
	}
}

// atoi is the number of at most four digits.
func atoi(digits string) int {
	n := 0
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n
}
