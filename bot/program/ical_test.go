package program_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"steadfast/bot/program"
)

const golden = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Steadfast//Meetings//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Riverside\, mentoring
BEGIN:VEVENT
UID:match-7-2026-10-20@riverside.example
DTSTAMP:20261001T120000Z
SEQUENCE:3
DTSTART:20261020T140000Z
DTEND:20261020T150000Z
SUMMARY:Jönas\; “weekly” \\ talk
LOCATION:https://meet.example/a\,b?c=a-long-link-that-needs-more-than-one-l
 ine
URL:https://meet.example/a,b?c=a-long-link-that-needs-more-than-one-line
STATUS:CONFIRMED
END:VEVENT
BEGIN:VEVENT
UID:match-7-2026-10-27@riverside.example
DTSTAMP:20261001T120000Z
SEQUENCE:3
DTSTART:20261028T090000Z
DTEND:20261028T100000Z
SUMMARY:Jönas\; “weekly” \\ talk
LOCATION:Библиотека на Большой Морской улице
 \, второй этаж\, направо
STATUS:CONFIRMED
END:VEVENT
BEGIN:VEVENT
UID:match-7-2026-11-03@riverside.example
DTSTAMP:20261001T120000Z
SEQUENCE:3
DTSTART:20261103T150000Z
DTEND:20261103T160000Z
SUMMARY:Jönas\; “weekly” \\ talk
LOCATION:https://meet.example/a\,b?c=a-long-link-that-needs-more-than-one-l
 ine
URL:https://meet.example/a,b?c=a-long-link-that-needs-more-than-one-line
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
`

func TestICalendar(t *testing.T) {
	zone := location(t, "Europe/Berlin")
	s := schedule(t, "weekly Tue 16:00 60m video at https://meet.example/a,b?c=a-long-link-that-needs-more-than-one-line")
	c := program.Calendar{
		Breaks: []program.Period{{Kind: program.Holiday, From: date("2026-11-10"), To: date("2026-11-12")}},
		Changes: map[program.Date]program.Change{
			date("2026-10-27"): {To: instant(t, "2026-10-28T10:00:00+01:00"), Place: "Библиотека на Большой Морской улице, второй этаж, направо", Count: 2},
			date("2026-11-03"): {Cancelled: true, Count: 1},
		},
	}
	meetings := s.Between(instant(t, "2026-10-20T00:00:00Z"), instant(t, "2026-11-15T00:00:00Z"), zone, c)
	got := program.ICalendar{
		Name: "Riverside, mentoring", Domain: "riverside.example", Now: instant(t, "2026-10-01T14:00:00+02:00"),
		Events: program.MeetingEvents(7, `Jönas; “weekly” \ talk`, 3, meetings),
	}.String()
	if diff := cmp.Diff(strings.ReplaceAll(golden, "\n", "\r\n"), got); diff != "" {
		t.Error(diff)
	}
}

// However odd the texts, each line is at most 75 octets long and whole letters,
// and unfolding gives one line for each property.
func TestICalendarLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringN(50, 200, -1), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		o := program.Occurrence{Key: date("2026-11-24"), Start: time.Unix(0, 0), End: time.Unix(60, 0), Place: text.Draw(t, "place")}
		file := program.ICalendar{Name: text.Draw(t, "name"), Domain: text.Draw(t, "domain"), Events: []program.ICalEvent{{Match: 1, Summary: text.Draw(t, "summary"), Meeting: o}}}.String()
		lines := strings.Split(strings.TrimSuffix(file, "\r\n"), "\r\n")
		for _, line := range lines {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n\x00\x7F") {
				t.Fatalf("%q", line)
			}
		}
		unfolded := strings.Split(strings.TrimSuffix(strings.ReplaceAll(file, "\r\n ", ""), "\r\n"), "\r\n")
		names := []string{"BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME", "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "URL", "STATUS", "END"}
		for _, line := range unfolded {
			if name, _, ok := strings.Cut(line, ":"); !ok || !slices.Contains(names, name) {
				t.Fatalf("%q", line)
			}
		}
	})
}
