package main

import (
	"fmt"
	"log/slog"
)

// A Secret is a text that must never be shown. Whatever prints it, in whatever
// form, prints "…"; only Reveal returns it.
type Secret string

const hidden = "…"

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String returns "…".
func (s Secret) String() string { return hidden }

// Format prints "…" for every verb and flag.
func (s Secret) Format(f fmt.State, verb rune) { fmt.Fprint(f, hidden) }

// LogValue returns "…".
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText returns "…".
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
