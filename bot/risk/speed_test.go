package risk

import (
	"strings"
	"testing"
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
