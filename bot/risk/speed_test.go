package risk

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func BenchmarkNote(b *testing.B) {
	a, err := New(nil)
	if err != nil {
		b.Fatal(err)
	}
	note := strings.Repeat("We met at the library and he told me about the match, then his stepdad came to pick him up. ", 6)
	for b.Loop() {
		a.Assess(note, "en")
	}
}

// BenchmarkNotes reads the notes that the weights were learned from, and reports
// how long the slowest of a hundred takes.
func BenchmarkNotes(b *testing.B) {
	a, err := New(nil)
	if err != nil {
		b.Fatal(err)
	}
	notes := pressing(b)
	var took []time.Duration
	for b.Loop() {
		for _, n := range notes {
			began := time.Now()
			a.Assess(n.text, n.lang)
			took = append(took, time.Since(began))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
}

func BenchmarkHostile(b *testing.B) {
	a, err := New(nil)
	if err != nil {
		b.Fatal(err)
	}
	note := strings.Repeat("he wants to not kill die himself said ", 110)
	for b.Loop() {
		a.Assess(note, "en")
	}
}
