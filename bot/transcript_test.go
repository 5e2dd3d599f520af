package bot_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"steadfast/bot"
	"steadfast/bot/bottest"
)

// TestTranscripts plays every transcript in every mode against the same text.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	hints := bottest.Hints(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			for _, mode := range bottest.Modes() {
				if testing.Short() && mode != bottest.Plain { // each once with the race detector
					continue
				}
				t.Run(string(mode), func(t *testing.T) {
					want, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					log := slog.New(slog.DiscardHandler)
					if testing.Verbose() {
						log = slog.New(slog.NewTextHandler(t.Output(), nil))
					}
					var got, stored string
					synctest.Test(t, func(t *testing.T) { got, stored = bottest.Play(t, hints, mode, string(want), log) })
					if mode == bottest.Plain {
						bot.Golden(t, "testdata/stored/"+name+".txt", timeless(stored))
					}
					if bot.Update() && mode == bottest.Plain {
						if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
							t.Fatal(err)
						}
						return
					}
					// Places do not wait for each other, nor priorities in one place.
					if diff := cmp.Diff(bottest.Unordered(string(want)), bottest.Unordered(got)); diff != "" {
						t.Errorf("%s differs (-want +got); write it anew with -update:\n%s", file, diff)
					}
				})
			}
		})
	}
}

// timeless returns a dump without the times at which something had arrived: what
// waits for one place at the same time may go in one order or the other. Nor does
// it say how many messages there were: whether a quiet proof is needed depends on
// that order after an outage.
func timeless(dump string) string {
	dump = regexp.MustCompile(`\[outbox\] last \d+`).ReplaceAllString(dump, "[outbox]")
	at := regexp.MustCompile(`"at":"[^"]*"(,"kind":"(?:page delivered|reporter told)")`)
	var out, table []string
	for line := range strings.Lines(at.ReplaceAllString(dump, `"at":"…"$1`)) {
		if strings.HasPrefix(line, "[") {
			slices.Sort(table)
			out, table = append(append(out, table...), line), nil
			continue
		}
		table = append(table, line)
	}
	slices.Sort(table)
	return strings.Join(append(out, table...), "")
}
