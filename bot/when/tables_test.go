package when

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

// The tables are files in testdata, one per language. A line has what is typed
// and what it means; < before it looks in the past, > in the future. A line
// that begins with = sets language, now and zone for those after it.
func TestTables(t *testing.T) {
	r := reader(t)
	for _, language := range languages() {
		t.Run(language, func(t *testing.T) {
			table, err := os.ReadFile("testdata/" + language + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			var lang string
			var now time.Time
			n := 0
			for line := range strings.Lines(string(table)) {
				line = strings.TrimSpace(line)
				if line == "" || line[0] == '#' {
					continue
				}
				if setting, ok := strings.CutPrefix(line, "= "); ok {
					lang, now = set(t, setting)
					continue
				}
				typed, want, ok := strings.Cut(line, " | ")
				if !ok {
					t.Errorf("%q is no line of a table", line)
				}
				n++
				toward, text := direction(strings.TrimSpace(typed))
				if got := shown(ParseNear(lang, text, now, now.Location(), toward)); got != want {
					t.Errorf("read anew, %q is %s, want %s", typed, got, want)
				}
				if got := shown(r.ParseNear(lang, text, now, now.Location(), toward)); got != want {
					t.Errorf("%s at %s: %q is %s, want %s", lang, now.Format(time.RFC3339), typed, got, want)
				}
			}
			if n < 60 {
				t.Errorf("only %d lines", n)
			}
		})
	}
}

func set(t *testing.T, setting string) (lang string, now time.Time) {
	t.Helper()
	fields := strings.Fields(setting)
	zone, err := time.LoadLocation(fields[2])
	if err != nil {
		t.Fatal(err)
	}
	now, err = time.ParseInLocation("2006-01-02T15:04", fields[1], zone)
	if err != nil {
		t.Fatal(err)
	}
	return fields[0], now
}

func direction(typed string) (Direction, string) {
	if text, ok := strings.CutPrefix(typed, "< "); ok {
		return Past, text
	}
	if text, ok := strings.CutPrefix(typed, "> "); ok {
		return Future, text
	}
	return Nearest, typed
}

// shown is a result as the tables have it.
func shown(f Found, err error) string {
	one := func(f Found) string {
		if f.HasTime {
			return f.At.Format("Mon 2006-01-02 15:04 MST")
		}
		return f.At.Format("Mon 2006-01-02")
	}
	var two *AmbiguousError
	switch {
	case errors.As(err, &two):
		return one(two.First) + " or " + one(two.Second)
	case errors.Is(err, ErrNotUnderstood):
		return "not understood"
	case errors.Is(err, ErrNothing):
		return "nothing"
	case errors.Is(err, ErrNoSuchDay):
		return "no such day"
	case errors.Is(err, ErrTooFar):
		return "too far"
	case err != nil:
		return err.Error()
	}
	return strings.Replace(one(f), " EET", "", 1)
}
