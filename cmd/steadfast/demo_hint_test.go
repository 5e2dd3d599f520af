package main

import "testing"

// TestDemoShowsAHint: whoever writes something worrying in the demo and ticks
// nothing sees what the bot noticed, and what the supervisors see of it.
func TestDemoShowsAHint(t *testing.T) {
	d := startDemo(t).follow()
	d.shows("mia", "How was your meeting with Jonas?") // the demo's first words are said
	d.say("mia", "Jonas has a bruise on his cheek again.")
	d.shows("mia", "You wrote “bruise”. Is anybody at risk right now?")
	d.press("mia", "mia", "Not sure")
	d.shows("mia", "Not being sure is reason enough")
	d.shows("supervisors", "Case 2 · concern")
	d.press("supervisors", "supervisors", "Open")
	d.shows("ana", "“bruise”: Being hit or hurt")

	d.say("mia", "On the way home Jonas said he wants to die.")
	d.shows("mia", "You wrote “wants to die”.")
	d.shows("supervisors", "Case 2 · urgent")
	for _, words := range []string{"bruise", "wants to die", "Jonas"} {
		if n := d.count("supervisors", words); n > 0 {
			t.Errorf("%q is in the channel", words)
		}
	}
}
