package when

import (
	"errors"
	"testing"
	"time"
)

// Whatever is typed, the result is within five years or an error of this
// package, and the same each time.
func FuzzParse(f *testing.F) {
	r := reader(f)
	all := zones(f)
	for i, language := range languages() {
		for _, text := range understood(f, language) {
			f.Add(language, text, int64(1_795_000_000), uint8(i), uint8(i))
		}
	}
	f.Add("en", "the the the at at at 5 5 5 5", int64(0), uint8(0), uint8(0))
	f.Fuzz(func(t *testing.T, language, text string, unix int64, zone, toward uint8) {
		now := time.Unix(unix%4_000_000_000, 0)
		where := all[int(zone)%len(all)]
		got, err := r.ParseNear(language, text, now, where, Direction(toward%3))
		var two *AmbiguousError
		switch {
		case errors.As(err, &two):
			check(t, two.First, now, where)
			check(t, two.Second, now, where)
			if two.First.At.After(two.Second.At) || two.First == two.Second {
				t.Errorf("%q: %v", text, two)
			}
		case err == nil:
			check(t, got, now, where)
		case errors.Is(err, ErrNothing), errors.Is(err, ErrNotUnderstood), errors.Is(err, ErrNoSuchDay), errors.Is(err, ErrTooFar):
		default:
			t.Errorf("%q: %v", text, err)
		}
		if again, err2 := r.ParseNear(language, text, now, where, Direction(toward%3)); again != got || (err == nil) != (err2 == nil) {
			t.Errorf("%q: %v, %v and then %v, %v", text, got, err, again, err2)
		}
	})
}

func check(t *testing.T, f Found, now time.Time, zone *time.Location) {
	t.Helper()
	if f.At.Sub(now).Abs() > 5*366*24*time.Hour {
		t.Errorf("%v is far from %v", f, now)
	}
	if f.At.Location() != zone {
		t.Errorf("%v is not in the zone %v", f, zone)
	}
	if f.Rule == "" {
		t.Errorf("%v by no rule", f)
	}
}

func BenchmarkParse(b *testing.B) {
	r := reader(b)
	now := saturday(b)
	b.Run("anew", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = Parse("en", "tuesday at 4pm", now, now.Location())
		}
	})
	for name, text := range map[string]string{"own": "tuesday at 4pm", "other": "вівторок о 16", "prose": "we met tuesday and it was good"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = r.Parse("en", text, now, now.Location())
			}
		})
	}
}
