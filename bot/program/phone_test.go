package program

import (
	"errors"
	"testing"
)

func TestParsePhone(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"+49 30 1234567", "+49 30 1234567"},
		{"  030/123 45-67 ", "030/123 45-67"},
		{"(+44) 20 7946 0000", "(+44) 20 7946 0000"},
		{"030\u00a01234567", "030 1234567"},
		{"\u202a+380\u202f44\u2011123\u20114567\u202c", "+380 44-123-4567"},
		{"12345", "12345"},
		{"1234", ""},
		{"", ""},
		{"123456789012345678901", ""},
		{"0+49 30 1234567", ""},
		{"call me", ""},
		{"030 1234567 after six", ""},
		{"4.9E+10", ""},
		{"1....................................................2345", ""},
	} {
		got, err := ParsePhone(c.text)
		if got != c.want || (c.want == "") != errors.Is(err, ErrNoPhone) {
			t.Errorf("%q: got %q, %v, want %q", c.text, got, err, c.want)
		}
		if again, err := ParsePhone(got); got != "" && (again != got || err != nil) {
			t.Errorf("%q is not read again: %q, %v", got, again, err)
		}
	}
}
