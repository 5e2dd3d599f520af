package when

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// understood returns what the tables say is understood, by language.
func understood(t testing.TB, language string) (texts []string) {
	t.Helper()
	table, err := os.ReadFile("testdata/" + language + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		typed, want, ok := strings.Cut(strings.TrimSpace(line), " | ")
		if strings.HasPrefix(line, "= ") && !strings.HasPrefix(line, "= "+language+" ") {
			break // other languages below
		}
		if ok && want != "not understood" && want != "nothing" {
			_, text := direction(strings.TrimSpace(typed))
			texts = append(texts, text)
		}
	}
	return texts
}

func reader(t testing.TB) *Reader {
	t.Helper()
	r, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// known reports whether a word is in any of the files.
func known(r *Reader, word string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(r.lexicons)), func(l *lexicon) bool {
		return l.plain[word] || slices.ContainsFunc(slices.Concat(slices.Collect(maps.Values(l.names))...), func(n name) bool { return slices.Contains(n.words, word) })
	})
}

func zones(t testing.TB) (all []*time.Location) {
	t.Helper()
	for _, name := range []string{"UTC", "Europe/Kyiv", "America/New_York", "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, zone)
	}
	return all
}

// saturday is the now of the tables.
func saturday(t testing.TB) time.Time {
	t.Helper()
	return time.Date(2026, 11, 21, 10, 0, 0, 0, zones(t)[1])
}

// A date with a word beside it that is none is not understood, on either side
// and grown together with it.
func TestNothingIsTakenOutOfAText(t *testing.T) {
	r := reader(t)
	now := saturday(t)
	texts := map[string][]string{}
	for _, language := range languages() {
		texts[language] = understood(t, language)
	}
	rapid.Check(t, func(t *rapid.T) {
		language := rapid.SampledFrom(languages()).Draw(t, "language")
		text := rapid.SampledFrom(texts[language]).Draw(t, "text")
		noise := rapid.OneOf(
			rapid.StringMatching(`[a-z]{1,9}`), rapid.StringMatching(`[а-яіїє]{1,9}`), rapid.StringMatching(`[0-9]{5,9}`), rapid.StringMatching(`[()&+#*"]{1,2}`),
		).Filter(func(s string) bool { return !known(r, fold(s)) && s != "t" && s != "z" }).Draw(t, "noise")
		between := rapid.SampledFrom([]string{" ", ", ", ". ", " - ", "\n"}).Draw(t, "between")
		for _, typed := range []string{noise + between + text, text + between + noise} {
			if f, err := r.Parse(language, typed, now, now.Location()); !errors.Is(err, ErrNotUnderstood) {
				t.Fatalf("%s: %q is %v, %v", language, typed, f, err)
			}
		}
		if noise[0] >= 'a' && noise[0] <= 'z' && len(noise) > 2 && !known(r, fold(lastWord(text)+noise)) {
			if f, err := r.Parse(language, text+noise, now, now.Location()); err == nil {
				t.Fatalf("%s: %q is %v", language, text+noise, f)
			}
		}
	})
}

func lastWord(text string) string {
	tokens := tokenize(clean(text))
	return tokens[len(tokens)-1].text
}

// What does not matter does not matter.
func TestHowItIsTyped(t *testing.T) {
	r := reader(t)
	now := saturday(t)
	wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９", ":", "：", " ", "\u00a0")
	for _, language := range languages() {
		for _, text := range understood(t, language) {
			want := shown(r.Parse(language, text, now, now.Location()))
			for _, typed := range []string{strings.ToUpper(text), strings.ToLower(text), "  " + text + "\n", text + "!", text + "...", "\u200f" + text, wide.Replace(text), strings.ReplaceAll(text, "'", "’"), strings.ReplaceAll(text, " ", " \u202f")} {
				if got := shown(r.Parse(language, typed, now, now.Location())); got != want {
					t.Errorf("%s: %q is %s, and %q is %s", language, text, want, typed, got)
				}
			}
			bare := strings.NewReplacer("ñ", "n", "ã", "a", "ç", "c", "é", "e", "à", "a", "è", "e", "û", "u", "á", "a", "ё", "е").Replace(text)
			if got := shown(r.Parse(language, bare, now, now.Location())); got != want {
				t.Errorf("%s: %q is %s, and %q is %s", language, text, want, bare, got)
			}
		}
	}
}

// In another language that has none of the words, the meaning is the same.
func TestOtherLanguagesAreUnderstood(t *testing.T) {
	r := reader(t)
	now := saturday(t)
	for language, texts := range map[string][]string{
		"en": {"завтра о 16", "mardi prochain", "el jueves", "terça às 16h", "в среду в 16:00", "demain at 4pm"},
		"uk": {"yesterday 4pm", "mardi prochain", "el jueves", "amanhã", "в среду в 16:00", "tomorrow о 16"},
		"fr": {"tomorrow at noon", "завтра о 16", "el jueves a las 4 de la tarde", "na sexta"},
	} {
		for _, text := range texts {
			if _, err := r.Parse(language, text, now, now.Location()); err != nil {
				t.Errorf("%s: %q: %v", language, text, err)
			}
		}
	}
}

// Wherever the words come from, what is looked for in the past or in the future
// is there.
func TestDirections(t *testing.T) {
	r := reader(t)
	all := zones(t)
	rapid.Check(t, func(t *rapid.T) {
		now := drawTime(t, rapid.SampledFrom(all).Draw(t, "zone"))
		text := rapid.SampledFrom([]string{"tuesday", "sat", "sunday 10:00", "on wednesday at 4", "fri 23:59", "the 5th", "31st", "5 march", "dec 31", "1 jan 00:00", "16:00", "at 9", "midnight"}).Draw(t, "text")
		before, err := r.ParseNear("en", text, now, now.Location(), Past)
		if err != nil || before.At.After(now) {
			t.Fatalf("%v: the last %q is %v, %v", now, text, before, err)
		}
		ahead, err := r.ParseNear("en", text, now, now.Location(), Future)
		today := now.Format(time.DateOnly) == ahead.At.Format(time.DateOnly) && !ahead.HasTime
		if err != nil || ahead.At.Before(now) && !today {
			t.Fatalf("%v: the coming %q is %v, %v", now, text, ahead, err)
		}
		if nearest, err := r.Parse("en", text, now, now.Location()); err != nil || text != "16:00" && text != "at 9" && text != "midnight" && nearest.At.Before(before.At) {
			t.Fatalf("%v: the nearest %q is %v, %v, the last %v", now, text, nearest, err, before)
		}
	})
}

func drawTime(t *rapid.T, zone *time.Location) time.Time {
	return time.Unix(rapid.Int64Range(1_600_000_000, 2_000_000_000).Draw(t, "now"), 0).In(zone)
}

// The instant of a local time is the first at which the clock shows it or has
// passed it; here it is found by trying all.
func TestInstants(t *testing.T) {
	for _, zone := range zones(t) {
		change := time.Date(2026, 1, 1, 0, 0, 0, 0, zone)
		for range 2 {
			_, change = change.ZoneBounds()
			if change.IsZero() {
				break
			}
			for minutes := -150; minutes <= 150; minutes += 7 {
				_, offset := change.Zone()
				wall := change.Add(time.Duration(offset)*time.Second + time.Duration(minutes)*time.Minute).UTC()
				want := change.Add(-5 * time.Hour)
				for shownBy(want).Before(wall) {
					want = want.Add(time.Minute)
				}
				if got := instant(wall, zone); !got.Equal(want) {
					t.Errorf("%v: the clock shows %v first at %v, want %v", zone, wall.Format(time.DateTime), got, want)
				}
			}
		}
	}
}

// shownBy is what clock and calendar show, written as UTC.
func shownBy(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// A time in ISO 8601 means itself.
func TestISORoundTrip(t *testing.T) {
	r := reader(t)
	all := zones(t)
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(all).Draw(t, "zone")
		now := drawTime(t, zone)
		at := now.Add(time.Duration(rapid.Int64Range(-4*8766*60, 4*8766*60).Draw(t, "minutes")) * time.Minute).Truncate(time.Minute)
		lang := rapid.SampledFrom(languages()).Draw(t, "language")
		if f, err := r.Parse(lang, at.Format(time.RFC3339), now, zone); err != nil || !f.At.Equal(at) || !f.HasTime {
			t.Fatalf("%v is %v, %v", at, f, err)
		}
		if f, err := r.Parse(lang, at.Format(time.DateOnly), now, zone); err != nil || f.HasTime || f.At.Format(time.DateOnly) != at.Format(time.DateOnly) {
			t.Fatalf("%v is %v, %v", at, f, err)
		}
		for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.DateTime} {
			written := at.Truncate(time.Minute).Format(layout)
			f, err := r.Parse(lang, written, now, zone)
			// Of two times with this name it is the first.
			if err != nil || f.At.Format(layout) != written || f.At.After(at) || at.Sub(f.At) > 2*time.Hour {
				t.Fatalf("%v is %v, %v", at, f, err)
			}
		}
	})
}
