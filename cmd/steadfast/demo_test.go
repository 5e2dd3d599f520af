package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steadfast/bot/program"
)

func TestDemoBegins(t *testing.T) {
	d := startDemo(t).follow()
	d.shows("mia", "How was your meeting with Jonas?")
	d.shows("carla", "Lena has joined as mentor.")
	d.shows("supervisors", "This is the supervisors' channel of Riverside Mentors now.")
	d.shows("ana", "Good to see you, Ana.")
	if got, want := d.now.Format("Mon 15:04 -0700"), "Tue 17:04 +0100"; got != want {
		t.Errorf("the demo begins at %s, not at %s", got, want)
	}
	if n := d.count("mia", ""); n != 2 {
		t.Errorf("Mia has %d messages at the beginning, not 2", n)
	}
}

func TestDemoHistory(t *testing.T) {
	d := startDemo(t)
	begin := demoStart(saturday.In(d.config.zone()))
	err := d.store.View(t.Context(), func(tx program.Tx) error {
		for m, err := range tx.Matches() {
			if err != nil {
				return err
			}
			n, newest := 0, saturday.Add(48*time.Hour)
			for c, err := range tx.CheckInsOf(m.ID) {
				if err != nil {
					return err
				}
				if c.At.After(begin) {
					continue // somebody behind the page has just told it
				}
				if !c.At.Before(newest) || c.By != m.Mentor || c.At.Before(m.Since) {
					t.Errorf("match %d: check-in %d of %s by %d is out of place", m.ID, c.ID, c.At, c.By)
				}
				newest = c.At
				n++
			}
			if n != demoWeeks {
				t.Errorf("match %d has %d check-ins, not %d", m.ID, n, demoWeeks)
			}
		}
		return checkPast(t, tx, d.process.env.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkPast checks that the case of the past is Ben's, has been so all the time,
// and has something to do left.
func checkPast(t *testing.T, tx program.Tx, now time.Time) error {
	t.Helper()
	c, err := tx.Case(1)
	if err != nil {
		return err
	}
	ben, err := tx.Person(c.AckedBy)
	if err != nil {
		return err
	}
	if !c.Open() || c.Waiting() || ben.Name != "Ben" || !c.Acked.After(c.Raised) || !c.Until.After(now.AddDate(0, 0, 2)) || c.Overdue(now) {
		t.Errorf("the case of the past: %+v", c)
	}
	return checkOrder(t, tx, 1)
}

// checkOrder checks that the timeline of a case is told by one clock. What was
// sent is recorded a moment later.
func checkOrder(t *testing.T, tx program.Tx, no program.CaseNo) error {
	t.Helper()
	last := time.Time{}
	for h, err := range tx.Hops(no) {
		if err != nil {
			return err
		}
		if h.At.Before(last.Add(-time.Second)) {
			t.Errorf("case %d: %s at %s, after %s", no, h.Kind, h.At, last)
		}
		last = h.At
	}
	return nil
}

// TestDemoTellsTheStory follows the tour: a danger that nobody takes at first,
// until two people have closed it.
func TestDemoTellsTheStory(t *testing.T) {
	d := startDemo(t).follow()
	d.danger()
	d.shows("mia", "call 112 first")
	d.shows("supervisors", "Case 2 · danger now")
	d.say("mia", "He showed me *fresh* cuts.")
	d.ticked("Danger", 2)
	d.skip("minutes")
	d.shows("supervisors", "I have asked 2 times now.")
	d.skip("minutes")
	d.shows("ana", "I have asked 3 times now.")
	d.shows("ben", "I have asked 3 times now.")
	d.ticked("Danger", 4)
	if answer := d.press("supervisors", "supervisors", "Acknowledge"); !strings.Contains(answer, "Case 2 is yours") {
		t.Error(answer)
	}
	d.shows("mia", "Ana has seen this (case 2)")
	d.holds("supervisors", "✓ Ana has it since")
	d.press("supervisors", "supervisors", "Open")
	d.shows("ana", "He showed me *fresh* cuts.")
	d.until("the content is guarded", func() bool { return d.rooms["ana"][len(d.rooms["ana"])-1].Guarded })
	d.press("ana", "ana", "I did something")
	d.shows("ana", "What did you do?")
	d.say("ana", "Phoned his mother, who is with him now.")
	d.shows("ana", "Kept in case 2.")
	d.ticked("Danger", 6)
	d.press("ana", "ana", "Close the case")
	d.press("ana", "ana", "A safety plan was made")
	d.shows("ana", "What should the file say?")
	d.say("ana", "He sleeps at his aunt's. The clinic sees him tomorrow.")
	d.shows("ben", "Ana would like to close it: A safety plan was made.")
	d.press("ben", "ben", "I agree")
	d.shows("ben", "Case 2 is closed")
	d.shows("mia", "What you told (case 2)")
	d.holds("supervisors", "✓ Closed")
	d.ticked("Danger", 9)
	d.press("supervisors", "supervisors", "Open")
	d.press("ana", "ana", "Timeline")
	d.shows("ana", "Timeline of case 2")
	d.ticked("Danger", 10)
	err := d.store.View(t.Context(), func(tx program.Tx) error { return checkOrder(t, tx, 2) })
	if err != nil {
		t.Error(err)
	}
}

// TestDemoForgetsNobody is about what nobody takes care of.
func TestDemoForgetsNobody(t *testing.T) {
	d := startDemo(t).follow()
	d.danger()
	d.say("mia", "He showed me fresh cuts.")
	d.shows("supervisors", "Case 2 · danger now")
	// Nobody takes it for an hour: one page. For a week: one wherever the clock stops.
	d.skip("hour")
	d.shows("ben", "I have asked 2 times now.")
	d.skip("week")
	// The first question of the demo became the check-in.
	d.shows("mia", "How was your meeting with Jonas?")
	d.holds("supervisors", "times now.")
	time.Sleep(100 * time.Millisecond) // a storm would be here by now
	if n := d.count("supervisors", "Case 2"); n < 3 || n > 30 {
		t.Errorf("there are %d cards in the channel", n)
	}
	for text, want := range map[string]int{"How was your meeting with Lea?": 1, "How was your meeting with Jonas?": 1, "I have not heard yet": 1} {
		if n := d.count("mia", text); n != want {
			t.Errorf("Mia was asked %q %d times in a week, not %d", text, n, want)
		}
	}
	// What Ben meant to do is due.
	d.holds("ben", "a planned step is due")
	d.holds("ben", "Case 1")
	// Nobody was told that somebody cannot be reached, or does not answer: those
	// who are not on the page do.
	for _, text := range []string{"I can no longer write", "do not arrive", "Sara", "Elif", "Zoe"} {
		if n := d.count("carla", text); n > 0 {
			t.Errorf("Carla was told %d times of %q", n, text)
		}
	}
}

// TestDemoHearsSilence follows the other story: Mia forgets to tell, twice, and
// it is never too late.
func TestDemoHearsSilence(t *testing.T) {
	d := startDemo(t).follow()
	d.marks("Tue 10 Jonas absent", "Fri 13 Elif couldnt", "Wed 18 Lea met", "Mon 23 Sara met")
	d.marks("Tue 24 Jonas silent", "Wed 25 Lea planned", "Thu 26 Zoe moved", "Sat 28 Zoe planned", "Fri 27 Elif off")
	for _, label := range []string{"We met", "🙂", "No", "Skip"} {
		d.press("mia", "mia", label)
	}
	d.ticked("Silence", 1)
	d.marks("Tue 24 Jonas met")
	d.skip("week")
	d.ticked("Silence", 2)
	d.marks("Wed 25 Lea silent", "Thu 26 Zoe moved", "Sat 28 Zoe met", "Fri 27 Elif off", "Mon 30 Sara met", "Wed 2 Lea planned")
	d.skip("week")
	d.shows("carla", "I have heard nothing from Mia for some time")
	d.ticked("Silence", 3)
	d.marks("Wed 25 Lea silent", "Wed 2 Lea silent", "Fri 4 Elif met", "Thu 10 Zoe planned")
	d.press("carla", "carla", "Write to Mia")
	d.say("carla", "Hello Mia, is all well?")
	d.shows("mia", "Hello Mia, is all well?")
	d.ticked("Silence", 4)
	d.say("mia", "/checkin")
	d.press("mia", "mia", "Lea")
	d.shows("mia", "Did you meet Lea?")
	for _, label := range []string{"We met", "😄", "No", "Skip"} {
		d.press("mia", "mia", label)
	}
	d.ticked("Silence", 5)
	d.skip("hour")
	d.shows("carla", "Good news: Lea and Mia did meet")
	d.ticked("Silence", 6)
	d.marks("Wed 25 Lea silent", "Wed 2 Lea met")
}

// TestDemoHearsSilenceOnAnyDay shows that, on whichever day the demo begins, the
// alert is the newest message when two weeks were skipped, and both meetings that
// were missed are in the calendar.
func TestDemoHearsSilenceOnAnyDay(t *testing.T) {
	for n, want := range [][]string{{"Wed 25 Lea silent", "Wed 2 Lea silent"}, {"Thu 26 Lea silent", "Thu 3 Lea silent"}, {"Fri 27 Lea silent", "Fri 4 Lea silent"}} {
		d := startDemoAt(t, time.Date(2026, 11, 24+n, 10, 0, 0, 0, time.UTC)).follow()
		d.shows("mia", "Jonas")
		d.skip("week")
		d.skip("week")
		d.shows("carla", "I have heard nothing from Mia for some time")
		d.marks(want...)
	}
}

func TestDemoTomorrow(t *testing.T) {
	d := startDemo(t).follow()
	d.shows("mia", "Jonas")
	d.skip("tomorrow")
	d.shows("mia", "How was your meeting with Lea?")
	d.press("mia", "mia", "We met")
	d.shows("mia", "How did Lea seem?")
	// What Carla is asked to do works too.
	d.press("carla", "carla", "Match with a mentee")
	d.say("carla", "Emil")
	d.say("carla", "weekly Thu 15:00 60m")
	d.shows("carla", "Matched: Lena and Emil")
}

// TestDemoEntries shows that the case of the past stays Ben's, on whichever day
// the demo begins.
func TestDemoEntries(t *testing.T) {
	renew := program.DefaultLadder().Renew[program.Concern]
	for n := range 8 {
		begin := demoStart(saturday.AddDate(0, 0, n))
		back := (int(begin.Weekday()) + 5) % 7 // to the latest Monday before
		raised := time.Date(begin.Year(), begin.Month(), begin.Day()-1-back-14, 16, 27, 0, 0, begin.Location())
		last, owed := raised, 0
		for _, e := range demoEntries(raised, begin) {
			if !e.at.After(last) || e.at.Sub(last) > renew || e.at.After(begin) || e.at.Weekday() == time.Sunday {
				t.Errorf("demo on %s: after %s Ben writes at %s", begin, last, e.at)
			}
			if last = e.at; !e.due.IsZero() && e.due.After(begin) {
				owed++
			}
		}
		if owed != 1 || last.Add(renew).Before(begin.AddDate(0, 0, 2)) {
			t.Errorf("demo on %s: %d steps to do, the last entry of %s", begin, owed, last)
		}
	}
}

func TestDemoStart(t *testing.T) {
	for at := saturday.AddDate(0, 0, -10); at.Before(saturday); at = at.Add(5 * time.Hour) {
		got := demoStart(at)
		if wait := got.Sub(at); wait < 0 || wait >= 5*24*time.Hour || got.Weekday() < time.Tuesday || got.Weekday() > time.Thursday || got.Hour() != 17 {
			t.Errorf("a demo started at %s begins at %s", at, got)
		}
	}
}

func TestDemoIsForThisMachine(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "example.com:80", "[::]:0", "192.168.1.2:80", "127.0.0.1", "127.0.0.2:0"} {
		if l, err := listenHere(address); err == nil {
			t.Errorf("-listen %s: served at %s", address, l.Addr())
			l.Close()
		}
	}
	for _, address := range []string{"", "127.0.0.1:0", "localhost:0"} {
		l, err := listenHere(address)
		if err != nil {
			t.Errorf("-listen %q: %v", address, err)
			continue
		}
		if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
			t.Errorf("-listen %q: served at %s", address, ip)
		}
		if _, err := listenHere(l.Addr().String()); err == nil {
			t.Errorf("-listen %s: two are served there", l.Addr())
		}
		l.Close()
	}
}

func TestDemoLeavesNothing(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	ctx, stop := context.WithCancel(t.Context())
	said, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- demo(ctx, []string{"-no-open", "-listen", "127.0.0.1:0"}, Env{Stdout: out}) }()
	var url string
	lines := bufio.NewScanner(said)
	for url == "" && lines.Scan() {
		if _, after, ok := strings.Cut(lines.Text(), " at http://"); ok {
			url = "http://" + after
		}
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	resp, err := http.Get(url)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v %v", url, resp, err)
	}
	resp.Body.Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "*")); len(left) > 0 {
		t.Errorf("the demo left %v", left)
	}
}

func TestDemoFlags(t *testing.T) {
	for _, args := range []string{"-port 8", "more", "-no-open more"} {
		var said bytes.Buffer
		if err := demo(t.Context(), strings.Fields(args), Env{Stderr: &said}); !errors.Is(err, errUsage) || said.Len() == 0 {
			t.Errorf("demo %s: %v, %q", args, err, &said)
		}
	}
}

func TestBrowserCommand(t *testing.T) {
	desktop := func(string) string { return ":0" }
	none := func(string) string { return "" }
	for _, c := range []struct {
		system string
		getenv func(string) string
		want   string
	}{
		{"linux", desktop, "[xdg-open http://x]"}, {"linux", none, "[]"}, {"freebsd", desktop, "[xdg-open http://x]"},
		{"darwin", none, "[open http://x]"}, {"windows", none, "[rundll32 url.dll,FileProtocolHandler http://x]"},
	} {
		if got := fmt.Sprint(browserCommand(c.system, c.getenv, "http://x")); got != c.want {
			t.Errorf("%s: %s, want %s", c.system, got, c.want)
		}
	}
}
