package main

import (
	"strings"
	"testing"

	"steadfast/adapters/web/webtest"
)

// mark waits until the calendar shows what became of a meeting on a day.
func (v *visitor) mark(date, name, mark string) {
	v.Helper()
	v.until(strings.NewReplacer("DATE", date, "NAME", name, "MARK", mark).Replace(`[...document.querySelectorAll('.calendar td')].some((day) =>
		day.querySelector('.date').textContent === 'DATE' && day.querySelector('.meeting[data-name="NAME"]')?.dataset.mark === 'MARK')`))
}

// skips moves the clock, and waits until it has moved.
func (v *visitor) skips(to string) {
	v.Helper()
	v.click("#skip-" + to)
	v.until(`!document.querySelector('#skip-` + to + `').disabled`)
}

// tellsOne lets Mia answer a reminder with one tap, and the check-in behind it.
func (v *visitor) tellsOne() {
	v.Helper()
	v.click(`.story[data-story="Silence"]`)
	v.next("One tap")
	v.mark("24", "Jonas", "silent")
	v.turnTo("mia")
	for _, token := range []string{".met", ".mood.m4", ".worry.no", ".note.+skip"} {
		v.tap("mia", token)
	}
	v.shows("mia", "It is kept")
	v.mark("24", "Jonas", "met")
}

// forgetsTwo lets two weeks pass without a word about Lea.
func (v *visitor) forgetsTwo() {
	v.Helper()
	v.next("A week")
	v.skips("week")
	v.mark("25", "Lea", "silent")
	v.next("Two missed")
	v.skips("week")
	v.mark("25", "Lea", "silent")
	v.mark("2", "Lea", "silent")
	v.mark("4", "Elif", "met") // whose mentor is behind the page
}

// isAsked lets Carla ask Mia how she is, and Mia tell late.
func (v *visitor) isAsked() {
	v.Helper()
	v.next("Ask")
	v.turnTo("carla")
	v.shows("carla", "I have heard nothing from Mia for some time")
	v.tap("carla", ".write.2")
	v.shows("carla", "What shall I tell Mia?")
	v.write("carla", "Hello Mia, is all well?")
	v.shows("mia", "Hello Mia, is all well?")
	v.next("Tell late")
	v.turnTo("mia")
	v.click(`[data-seat="mia"] .chip[data-command="checkin"]`)
	for _, token := range []string{".who.2", ".met.met", ".mood.m5", ".worry.no", ".note.+skip"} {
		v.tap("mia", token)
	}
	v.mark("2", "Lea", "met")
	v.next("Good news")
	v.skips("hour")
	v.turnTo("carla")
	v.shows("carla", "Good news: Lea and Mia did meet")
	v.until(`document.querySelector('.story[data-story="Silence"]').dataset.done === 'true'`)
	v.until(`document.querySelector('#step-hint').textContent.includes('Danger')`)
}

// TestDemoHearsSilenceInABrowser is the other story of the demo: a reminder that
// is answered with one tap, two that are not, and what comes of it.
func TestDemoHearsSilenceInABrowser(t *testing.T) {
	webtest.Browser(t)
	for _, size := range []struct{ width, height int64 }{{1440, 900}, {1100, 800}, {390, 844}} {
		v := visit(t, startDemo(t).url, size.width, size.height)
		if size.width < 500 {
			v.until(`!document.querySelector('.calendar').open`) // there is little room
			v.turnTo("carla")
			v.click(".calendar summary")
		}
		v.until(`document.querySelector('.calendar').open`)
		v.tellsOne()
		v.forgetsTwo()
		// No name is cut off, and what Carla can do is in view.
		v.until(`[...document.querySelectorAll('.meeting .name')].every((name) => name.scrollWidth <= name.clientWidth)`)
		v.turnTo("carla")
		v.until(`(() => {
			const list = document.querySelector('[data-seat="carla"] .messages').getBoundingClientRect();
			const write = document.querySelector('[data-seat="carla"] .message:last-child .choice').getBoundingClientRect();
			return write.top >= list.top && write.bottom <= list.bottom;
		})()`)
		v.isAsked()
		// The danger is told as well after that.
		v.click(`.story[data-story="Danger"]`)
		v.until(`document.querySelectorAll('#step-list > li').length === 10`)
	}
}
