package main

import "testing"

// TestDemoShowsAHint: whoever writes something worrying in the demo and ticks
// nothing sees what the bot noticed, and what the supervisors see of it.
func TestDemoShowsAHint(t *testing.T) {
	d := startDemo(t).follow()
	d.shows("mia", "How was your meeting with Jonas?") // the demo's first words are said
	d.ticked("Words", 0)
	d.say("mia", "Jonas put bread in his pockets, there is nothing in the fridge at home.")
	d.shows("mia", "You wrote “put bread”, “pockets”, “nothing in the fridge at home”. Is anybody at risk right now?")
	d.ticked("Words", 1)
	d.press("mia", "mia", "Not sure")
	d.shows("mia", "Not being sure is reason enough")
	d.shows("supervisors", "Case 2 · concern")
	d.ticked("Words", 2)
	d.press("supervisors", "supervisors", "Open")
	d.shows("ana", "“put bread”")
	d.ticked("Words", 3)

	d.say("mia", "On the way home Jonas said he wants to die.")
	d.shows("mia", "“wants to die”.")
	d.shows("supervisors", "Case 2 · urgent")
	for _, words := range []string{"bread", "wants to die", "Jonas"} {
		if n := d.count("supervisors", words); n > 0 {
			t.Errorf("%q is in the channel", words)
		}
	}
}
