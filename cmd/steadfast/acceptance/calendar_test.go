//go:build acceptance

package acceptance

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The meetings arrive as a file on both platforms, and say no more than a
// calendar should know.
func TestCalendarFileOnBothPlatforms(t *testing.T) {
	m := beginMeeting(t, settings{})
	when := time.Now().AddDate(0, 0, 3).Format("Mon") // not while the story is told
	m.bot.imports("match,Jonas Quokka,,,,,,Mia Quokka,Carla,weekly "+when+" 16:00 60m", "match,Lea Quokka,,,,,,Tom,Carla,weekly "+when+" 16:00 60m")

	const title, here = "The next four weeks.", "Here are the meetings of the next months as a file"
	m.tom.says("/schedule")
	m.tom.offers(title, "Calendar file")
	m.tom.taps("Calendar file")
	onTelegram := m.tom.offers(here, "No more files")
	if onTelegram.File.Name != "schedule.ics" || !strings.HasPrefix(onTelegram.File.Type, "text/calendar") {
		t.Errorf("the file on Telegram is %+v", onTelegram.File)
	}
	isCalendar(t, m.rig.control+"file?file_id="+url.QueryEscape(onTelegram.File.ID))
	if said := m.tom.taps("No more files"); !strings.Contains(said.Text, "no more files") {
		t.Errorf("the button says %q", said.Text)
	}

	m.mia.slash("schedule")
	m.mia.sees(title)
	if did := m.mia.taps("Calendar file"); did.Failed {
		t.Error("the button does not answer")
	}
	onDiscord := m.mia.sees(here)
	if len(onDiscord.Attachments) != 1 || onDiscord.Attachments[0].Name != "schedule.ics" {
		t.Fatalf("the files on Discord are %+v", onDiscord.Attachments)
	}
	isCalendar(t, onDiscord.Attachments[0].URL)
	m.end()
}

// isCalendar reads a file as a person's calendar does.
func isCalendar(t *testing.T, address string) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	if !strings.HasPrefix(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") || !strings.HasSuffix(text, "END:VCALENDAR\r\n") ||
		strings.Count(text, "BEGIN:VEVENT") < 20 || !strings.Contains(text, "METHOD:PUBLISH\r\n") {
		t.Errorf("not a calendar:\n%s", text)
	}
	if strings.Contains(text, "Quokka") {
		t.Errorf("it says what the mentee is called:\n%s", text)
	}
}
