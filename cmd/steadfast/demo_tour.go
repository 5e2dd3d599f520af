package main

import (
	"regexp"

	"steadfast/adapters/web"
)

// demoTour are the stories that the page of the demo leads through. They know
// the bot's English words, in which the demo speaks.
func demoTour() []web.Step {
	var all []web.Step
	for _, story := range []struct {
		title string
		steps []web.Step
	}{{"Danger", demoDanger()}, {"Silence", demoSilence()}, {"Words", demoWords()}} {
		for _, step := range story.steps {
			step.Story = story.title
			all = append(all, step)
		}
	}
	return all
}

// demoWords is the story of a mentor who ticks nothing: what she wrote in passing
// is noticed, asked about and carried on, with its words in view.
func demoWords() []web.Step {
	return []web.Step{
		{
			Label: "Write", Hint: "Be Mia, tick nothing and write: Jonas put bread in his pockets, there is nothing in the fridge at home.",
			Seat: "mia", When: web.Shown, Match: regexp.MustCompile(`^You wrote “`),
		},
		{
			Label: "Not sure", Hint: "One tap: Not sure. If Mia says nothing, it goes on by itself after 15 minutes.",
			Seat: "mia", When: web.Shown, In: []string{"supervisors"}, Match: regexp.MustCompile(`^Case \d+ · (concern|urgent)`),
		},
		{
			Label: "Open", Hint: "Be Ana: tap Open on the card. She reads which words it was, and why.",
			Seat: "ana", When: web.Shown, In: []string{"ana", "ben"}, Match: regexp.MustCompile(`What I noticed in the words`),
		},
	}
}

// demoSilence is the story of a mentor who forgets to tell: two meetings without
// a word become a question of the coordinator's, and then good news.
func demoSilence() []web.Step {
	return []web.Step{
		{
			Label: "One tap", Hint: "Be Mia: tap We met, and answer until it is kept. See it turn green in Carla's calendar.",
			Seat: "mia", When: web.Shown, Match: regexp.MustCompile(`^Thank you\. It is kept`),
		},
		{
			Label: "A week", Hint: "Tomorrow Mia forgets to tell about Lea. Skip 1 week: she is asked, and reminded once.",
			Seat: "carla", Clock: "week",
			When: web.Shown, In: []string{"mia"}, Match: regexp.MustCompile(`^I have not heard yet about your meeting with Lea`),
		},
		{
			Label: "Two missed", Hint: "Skip another week: two meetings in a row without a word, and Carla is told, without blame.",
			Seat: "carla", Clock: "week",
			When: web.Shown, Match: regexp.MustCompile(`Lea(.|\n)* In a row: \d`),
		},
		{
			Label: "Ask", Hint: "Be Carla: tap Write to Mia, and ask how she is.",
			Seat: "carla", When: web.Shown, In: []string{"mia"}, Match: regexp.MustCompile(`writes to you:`), Optional: true,
		},
		{
			Label: "Tell late", Hint: "Be Mia: tap /checkin, then Lea, and say that you met. It is never too late to tell.",
			Seat: "mia", When: web.Shown, Match: regexp.MustCompile(`^Thank you\. It is kept(.|\n)*Lea: We met`),
		},
		{
			Label: "Good news", Hint: "Skip 1 hour: Carla hears that it no longer holds.",
			Seat: "carla", Clock: "hour", When: web.Shown, Match: regexp.MustCompile(`^Good news`),
		},
	}
}

// demoDanger is the story of a danger that nobody takes at first, until it is
// closed by two people.
func demoDanger() []web.Step {
	either := []string{"ana", "ben"} // whoever of them took the case
	return []web.Step{
		{
			Label: "Check in", Hint: "Be Mia: tap We met, and say that something about Jonas worries you.",
			Seat: "mia", When: web.Acted, Match: regexp.MustCompile(`(?i)^/checkin\b|(^| )1\.\S+$`), Optional: true, // she may use /sos
		},
		{
			Label: "Danger now", Hint: "Choose a worry, then Danger now. The supervisors are paged at once.",
			Seat: "mia", When: web.Shown, In: []string{"supervisors"}, Match: regexp.MustCompile(`· danger now`),
		},
		{
			Label: "5 minutes", Hint: "Nobody has taken it yet. Skip 5 minutes: the channel is asked again.",
			Seat: "supervisors", Clock: "minutes", Optional: true,
			When: web.Shown, In: []string{"supervisors"}, Match: regexp.MustCompile(`asked \d+ times`),
		},
		{
			Label: "10 minutes", Hint: "Still nobody. Skip 5 more: now Ana and Ben are asked, each in a chat of their own.",
			Seat: "supervisors", Clock: "minutes", Optional: true,
			When: web.Shown, In: []string{"ben"}, Match: regexp.MustCompile(`asked \d+ times`),
		},
		{
			Label: "Acknowledge", Hint: "Be Ana: one tap, and it is hers. The pages stop, and Mia hears who has it.",
			Seat: "ana", When: web.Shown, In: []string{"mia"}, Match: regexp.MustCompile(`has seen this`),
		},
		{
			Label: "Act", Hint: "Open the case as Ana, tap I did something, and write a line for the file.",
			Seat: "ana", When: web.Shown, In: either, Match: regexp.MustCompile(`^Kept in case`), Optional: true,
		},
		{
			Label: "Close", Hint: "Open it again, tap Close the case, and say what came of it. A danger takes two people.",
			Seat: "ana", When: web.Shown, In: either, Match: regexp.MustCompile(`would like to close it`),
		},
		{
			Label: "Agree", Hint: "Be Ben: read it if you like, and agree.",
			// Mia may be told before the page has noted the tap.
			Seat: "ben", When: web.Acted, In: either, Match: regexp.MustCompile(`\.agree\.\d+$`), Optional: true,
		},
		{
			Label: "Mia hears", Hint: "Mia is told what came of it.",
			Seat: "mia", When: web.Shown, Match: regexp.MustCompile(`^What you told`),
		},
		{
			Label: "Timeline", Hint: "Open the case once more and tap Timeline: everything that happened, to read and to print.",
			Seat: "ana", When: web.Shown, In: either, Match: regexp.MustCompile(`^Timeline of case`),
		},
	}
}
