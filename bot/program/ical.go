package program

import (
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// An ICalendar is a list of meetings as a file for calendar programs (RFC 5545).
type ICalendar struct {
	Name   string    // of the calendar, as people see it
	Domain string    // makes the UIDs unique in the world, such as a host's name
	Now    time.Time // when it is written
	Events []ICalEvent
}

// An ICalEvent is a meeting in an [ICalendar]. One that is not due is written as
// cancelled, so that a calendar program that has it takes it out.
type ICalEvent struct {
	Match   MatchID
	Summary string
	Version int // of all that is known of the meetings of the match; it never falls
	Meeting Occurrence
}

// icalTime is the form of times in iCalendar files, in UTC.
const icalTime = "20060102T150405Z"

// String returns the text of the file: lines of at most 75 octets that end with
// a carriage return and a line feed. The UID of a meeting stays the same when it
// is moved or cancelled, and its SEQUENCE is the version of the event.
func (c ICalendar) String() string {
	var w icalWriter
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//Steadfast//Meetings//EN")
	w.line("CALSCALE", "GREGORIAN")
	w.line("METHOD", "PUBLISH")
	w.text("X-WR-CALNAME", c.Name)
	for _, e := range c.Events {
		c.event(&w, e)
	}
	w.line("END", "VCALENDAR")
	return w.b.String()
}

func (c ICalendar) event(w *icalWriter, e ICalEvent) {
	o := e.Meeting
	w.line("BEGIN", "VEVENT")
	w.line("UID", fmt.Sprintf("match-%d-%s@%s", e.Match, o.Key, icalDomain(c.Domain)))
	w.line("DTSTAMP", c.Now.UTC().Format(icalTime))
	w.line("SEQUENCE", fmt.Sprint(max(e.Version, 0)))
	w.line("DTSTART", o.Start.UTC().Format(icalTime))
	w.line("DTEND", o.End.UTC().Format(icalTime))
	w.text("SUMMARY", e.Summary)
	if o.Place != "" {
		w.text("LOCATION", o.Place)
	}
	if link, err := url.Parse(o.Place); err == nil && link.Scheme == "https" && link.Host != "" {
		w.line("URL", link.String())
	}
	status := "CONFIRMED"
	if !o.Due() {
		status = "CANCELLED"
	}
	w.line("STATUS", status)
	w.line("END", "VEVENT")
}

// icalDomain leaves only what belongs into a host's name.
func icalDomain(domain string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return -1
	}, domain)
}

// MeetingEvents returns the meetings of one match as events. Those on days off of
// the program are left out, since no calendar program ever had them; those that
// fell into a pause or were cancelled are there, as cancelled.
func MeetingEvents(match MatchID, summary string, version int, meetings iter.Seq[Occurrence]) (events []ICalEvent) {
	for o := range meetings {
		switch o.Off.Key {
		case WhyHoliday, WhyExams, WhyTerm:
			if o.Changes == 0 {
				continue
			}
		}
		events = append(events, ICalEvent{match, summary, version, o})
	}
	return events
}

type icalWriter struct{ b strings.Builder }

// text writes a property whose value is a text.
func (w *icalWriter) text(name, value string) {
	value = strings.ToValidUTF8(value, "\uFFFD")
	value = strings.NewReplacer("\r\n", `\n`, "\n", `\n`, "\r", `\n`, `\`, `\\`, ";", `\;`, ",", `\,`).Replace(value)
	w.line(name, strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7F {
			return -1
		}
		return r
	}, value))
}

// line writes a property, folded after 75 octets and never within a letter.
func (w *icalWriter) line(name, value string) {
	const limit = 75
	line, room := name+":"+value, limit
	for len(line) > room {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		w.b.WriteString(line[:cut] + "\r\n ")
		line, room = line[cut:], limit-1 // the space counts
	}
	w.b.WriteString(line + "\r\n")
}
