package main

import (
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	gocmp "github.com/google/go-cmp/cmp"

	"steadfast/bot"
	"steadfast/bot/bottest"
)

// TestTranscriptsOnDiscord plays every transcript of the bot through the
// adapter of Discord: what people do are messages and interactions of a server
// of Discord's interface, and what is compared with the transcript is what its
// channels show.
//
// Commands are slash commands in the private channel, or are typed where
// Discord's apps do not offer them. What is said in a group mentions the bot,
// without which it would not hear of it; only what is about the group is a slash
// command there, since others are answered aside. Ticks are options of a menu. What
// people see aside counts as shown in their private chat, or as a toast where
// it is a mere sentence in answer to a press; the button that opens a form is
// left out. When a press came to nothing, because the process ended in the middle
// of it, the person presses once more; so does who mentioned the bot in a group,
// or wrote to it as a stranger, since of those there is no history.
//
// Every line of a transcript is played but these, see discordly:
//
//   - "@place> …" in channel.txt: nobody on Discord writes without a name, so
//     that the owner says it.
//   - "<moved>", in the same: no channel ever gets another address.
//   - "<press> 1.bind…", in the same: the button belongs to the first.
//
// So channel.txt is stored otherwise.
//
// Some come otherwise than they usually do on Discord itself: "<long> 10000" is
// one message, though Discord's apps send at most 4000 characters, and
// "<location>" is a file, since Discord has no such thing.
func TestTranscriptsOnDiscord(t *testing.T) {
	hints := bottest.Hints(t)
	for _, file := range playable(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			transcript, stored := discordly(read(t, file)), read(t, filepath.Join("../../bot/testdata/stored", filepath.Base(file)))
			for _, mode := range bottest.Modes() {
				if mode != bottest.Plain && (long(file) || testing.Short()) {
					continue
				}
				t.Run(string(mode), func(t *testing.T) {
					seen, kept := playOnDiscord(t, hints, mode, transcript)
					if diff := gocmp.Diff(bottest.Unordered(transcript), bottest.Unordered(seen)); diff != "" {
						t.Errorf("Discord shows something else (-want +got):\n%s", diff)
					}
					same := mode == bottest.Plain && !strings.HasPrefix(filepath.Base(file), "channel.")
					if diff := gocmp.Diff(timeless(elsewhere(stored)), timeless(elsewhere(kept))); diff != "" && same {
						t.Errorf("something else is stored (-want +got):\n%s", diff)
					}
				})
			}
		})
	}
}

// TestActsOnDiscord plays what no transcript has: it must look as in memory.
func TestActsOnDiscord(t *testing.T) {
	const transcript = `@person olga Olga owner
@person mia Mia mentor
@channel supervisors
mia> <video> look
mia> <other>
olga@supervisors> <removed>
olga@supervisors> <added>
`
	hints := bottest.Hints(t)
	var want string
	synctest.Test(t, func(t *testing.T) {
		want, _ = bottest.Play(t, hints, bottest.Plain, transcript, slog.New(slog.DiscardHandler))
	})
	seen, _ := playOnDiscord(t, hints, bottest.Plain, transcript)
	if diff := gocmp.Diff(bottest.Unordered(want), bottest.Unordered(seen)); diff != "" || strings.Count(seen, "→ olga") < 1 {
		t.Errorf("Discord shows something else (-want +got):\n%s\n%s", diff, seen)
	}
}

// discordly returns a transcript with what is otherwise on Discord: its name;
// the content of a case that is shown at once instead of sent; and a group that
// is bound by somebody with a name and does not move.
func discordly(transcript string) string {
	return strings.NewReplacer(
		"on Telegram", "on Discord",
		"  toast: Sent to your private chat.\n", "",
		nobodyBinds, somebodyBinds,
		"@leads> <moved> bigleads\n--- 6m\n", "--- 380s\n",
		"  → #bigleads: *Case 1", "  ✎ #leads: Case 1: see the newer card below.\n  → #leads: *Case 1",
		"#bigleads", "#leads",
		"@bigleads", "@leads",
	).Replace(transcript)
}

const nobodyBinds = `@leads> /here supervisors
  → olga: Somebody said /here supervisors in the channel *leads*. Channels hide who writes, so please confirm: shall cards of concerns go there?
      [Yes, use this channel]
olga> [Yes, use this channel]
  ✎ olga: Done. Cards of concerns go to *leads* now.
  → #leads: This is the supervisors' channel of *Riverside Mentors* now. Cards of concerns come here, without names and without words.
olga> <press> 1.bind.0.telegram.-1004
  ✎ olga: This is the supervisors' channel already.
`

const somebodyBinds = `olga@leads> /here supervisors
  → #leads: This is the supervisors' channel of *Riverside Mentors* now. Cards of concerns come here, without names and without words.
--- 20s
`

func playOnDiscord(t *testing.T, hints bot.Assessor, mode bottest.Mode, transcript string) (seen, stored string) {
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	synctest.Test(t, func(t *testing.T) {
		theatre := newDiscordTheatre(log)
		seen, stored = bottest.PlayIn(t, theatre, hints, mode, transcript, log)
		if n := theatre.server.Unanswered(); n > 0 {
			t.Errorf("%d interactions were not answered", n)
		}
		if n := theatre.server.Failed(); n > 0 && mode != bottest.Failing {
			t.Errorf("%d interactions failed", n)
		}
		for _, fault := range theatre.server.Faults() {
			t.Error(fault)
		}
	})
	return seen, stored
}

// elsewhere returns a dump as if it were of the platform in memory: without
// marks, with that platform's name and IDs, and with cards in the order of their
// places, since places do not wait for each other.
func elsewhere(dump string) string {
	dump = regexp.MustCompile(`(?m)^(\[marks\]|.*"read":"\d+:\d+"\})\n`).ReplaceAllString(dump, "")
	dump = strings.NewReplacer("discord", "telegram", personIDs, "10", channelIDs, "-10").Replace(dump)
	card := regexp.MustCompile(`\{"place":\{[^}]*\},"ref":"…"\}`)
	return regexp.MustCompile(`"cards":\[[^]]*\]`).ReplaceAllStringFunc(dump, func(cards string) string {
		return `"cards":[` + strings.Join(slices.Sorted(slices.Values(card.FindAllString(cards, -1))), ",") + "]"
	})
}

// What the IDs of people and channels begin with; their number follows, in two
// digits.
const (
	personIDs  = "6000000000000001"
	channelIDs = "7100000000000001"
	guildIDs   = "8100000000000001"
)
