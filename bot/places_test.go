package bot

import (
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// A check-in is begun in one place, and goes on and ends in the other.
func TestCheckInOnBothPlatforms(t *testing.T) {
	d := linked(t)
	has(t, d.says("telegram:mia", "/checkin"), "Did you meet Jonas?")
	has(t, d.presses("telegram:mia", "We met"), "How did Jonas seem?")
	asked := d.shown["telegram:mia"][len(d.shown["telegram:mia"])-1].ref
	told := len(d.shown["telegram:mia"])

	// Typing on the other platform answers, is answered there, and takes the
	// buttons off where they stand.
	has(t, d.says("discord:mia", "5"), "Does anything worry you about Jonas?")
	taken := d.shown["telegram:mia"][told:]
	if len(taken) != 1 || taken[0].Replaces != asked || len(taken[0].Choices) != 0 {
		t.Errorf("on Telegram: %+v", taken)
	}
	has(t, d.says("telegram:mia", "/checkin"), "You have an unfinished check-in about Jonas.")
	has(t, d.presses("telegram:mia", "Go on"), "Does anything worry you about Jonas?")
	has(t, d.presses("discord:mia", "No"), "Anything you want to add?")
	has(t, d.says("telegram:mia", "We baked bread."), "Thank you. It is kept:", "We baked bread.")
	has(t, d.presses("discord:mia", "Skip"), "You have already answered this.")
	has(t, d.says("discord:mia", "/undo"), "Taken back: your check-in about Jonas")
}

// A nudge goes where the person wants to be reminded, and is answered there.
func TestNudgeGoesToThePreferredPlace(t *testing.T) {
	d := linked(t)
	d.says("telegram:mia", "/settings")
	d.presses("telegram:mia", "English")
	has(t, d.last("telegram:mia"), "Where shall I write to you first?")
	has(t, d.presses("telegram:mia", "Discord"), "From now on I speak English with you.", "I write to you on Discord first.")
	d.says("telegram:mia", "/checkin")
	d.presses("telegram:mia", "We met")
	told := len(d.shown["telegram:mia"])
	d.passes(30 * time.Minute)
	has(t, d.last("discord:mia"), "We stopped half-way.", "How did Jonas seem?")
	has(t, d.presses("discord:mia", "🙂"), "Does anything worry you about Jonas?")
	if news := d.news("telegram:mia", told); news != "" {
		t.Errorf("on Telegram: %q", news)
	}
}

// Who has one place is not asked which comes first.
func TestSettingsWithOnePlace(t *testing.T) {
	d := riverside(t)
	d.says("telegram:mia", "/settings")
	if said := d.presses("telegram:mia", "English"); strings.Contains(said, "first") {
		t.Error(said)
	}
}

// tells sends Mia something as what the bot wants to tell somebody.
func (d *duo) tells(o program.Outgoing) {
	d.t.Helper()
	_, err := d.Bot.update(d.t.Context(), func(t *turn) error {
		p, err := t.tx.Person(d.people["Mia Berg"])
		if err != nil {
			return err
		}
		return t.tell(p, o)
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.deliver()
}

// What cannot be shown in the preferred place is shown in the other, and in
// neither twice. An escalation goes to both at once.
func TestFallback(t *testing.T) {
	text := chat.Message{Text: chat.Say("news")}
	for _, c := range []struct {
		name              string
		o                 program.Outgoing
		telegram, discord delivery.Outcome // delivered, where there is none
		shown, failed     string
	}{
		{"alert", program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert}, "", "", "t", ""},
		{"alert, gone", program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert}, delivery.Gone, "", "d", "t"},
		{"told, refused", program.Outgoing{Priority: program.Alert, Purpose: program.ForTold, Case: 1}, delivery.Refused, "", "d", "t"},
		{"reminder, gone", program.Outgoing{Priority: program.Reminder, Purpose: program.ForRemind}, delivery.Gone, "", "d", "t"},
		{"the other is worse", program.Outgoing{Priority: program.Reminder, Purpose: program.ForRemind}, "", delivery.Gone, "t", ""},
		{"both gone", program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert}, delivery.Gone, delivery.Gone, "", "td"},
		{"both refused", program.Outgoing{Priority: program.Alert, Purpose: program.ForAlert}, delivery.Refused, delivery.Refused, "", "td"},
		{"escalation", program.Outgoing{Priority: program.Escalation, Purpose: program.ForTold, Case: 1}, "", "", "td", ""},
		{"escalation, gone", program.Outgoing{Priority: program.Escalation, Purpose: program.ForTold, Case: 1}, delivery.Gone, "", "d", "t"},
		{"given up", program.Outgoing{Priority: program.Reminder, Purpose: program.ForRemind}, delivery.Unknown, "", "", "t"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := linked(t)
			d.shown, d.failed = map[string][]sent{}, map[string][]sent{}
			for place, outcome := range map[string]delivery.Outcome{"telegram:mia": c.telegram, "discord:mia": c.discord} {
				if outcome != "" {
					d.broken[place] = outcome
				}
			}
			c.o.Message = text
			d.tells(c.o)
			where := func(in map[string][]sent) string {
				return strings.Repeat("t", len(in["telegram:mia"])) + strings.Repeat("d", len(in["discord:mia"]))
			}
			if got := where(d.shown); got != c.shown {
				t.Errorf("shown in %q, want %q", got, c.shown)
			}
			if got := where(d.failed); got != c.failed {
				t.Errorf("failed in %q, want %q", got, c.failed)
			}
		})
	}
}

// Even an answer is shown elsewhere if it cannot be shown where it belongs; but
// no change of a message that stands in one place only.
func TestReplyFallsBack(t *testing.T) {
	d := linked(t)
	d.says("discord:mia", "/checkin")
	d.broken["discord:mia"] = delivery.Refused
	told := len(d.shown["telegram:mia"])
	d.presses("discord:mia", "We met") // would replace the question
	if news := d.news("telegram:mia", told); news != "" {
		t.Errorf("on Telegram: %q", news)
	}
	d.says("discord:mia", "5")
	has(t, d.last("telegram:mia"), "Does anything worry you about Jonas?")
	has(t, d.presses("telegram:mia", "No"), "Anything you want to add?")
}

// After a failure the other place comes first, until the person is there again.
func TestFallbackIsRemembered(t *testing.T) {
	d := linked(t)
	d.broken["telegram:mia"] = delivery.Gone
	reminder := program.Outgoing{Priority: program.Reminder, Purpose: program.ForRemind, Message: chat.Message{Text: chat.Say("news")}}
	d.tells(reminder)
	d.tells(reminder)
	if n := len(d.failed["telegram:mia"]); n != 1 || d.last("discord:mia") != "news" {
		t.Errorf("tried %d times on Telegram, on Discord: %q", n, d.last("discord:mia"))
	}
	has(t, d.last("telegram:olga"), "I cannot write to Mia Berg (mentor) on Telegram.")
	delete(d.broken, "telegram:mia")
	d.says("telegram:mia", "/help")
	d.tells(reminder)
	if d.last("telegram:mia") != "news" {
		t.Errorf("on Telegram: %q", d.last("telegram:mia"))
	}
}

// A supervisor who opens a case where the bot cannot write reads it elsewhere.
func TestContentFallsBack(t *testing.T) {
	d := riverside(t)
	d.says("discord:sam", "/link "+d.code("telegram:sam"))
	d.presses("discord:sam", "Yes")
	d.presses("telegram:sam", "Yes")
	d.says("telegram:mia", "/sos")
	d.presses("telegram:mia", "Page the supervisors now")
	has(t, d.last("telegram:sam"), "Case 1 · danger now")
	has(t, d.last("discord:sam"), "Case 1 · danger now")
	d.broken["discord:sam"] = delivery.Gone
	d.presses("discord:sam", "Open")
	has(t, d.last("telegram:sam"), "told by Mia Berg", "This view is recorded.")

	// Acknowledged in one place, it is so in the other.
	delete(d.broken, "discord:sam")
	d.presses("discord:sam", "Acknowledge")
	has(t, d.news("discord:sam", 0), "✓ Sam has it since")
	has(t, d.news("telegram:sam", 0), "✓ Sam has it since")
}
