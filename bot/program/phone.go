package program

import (
	"errors"
	"strings"
	"unicode"
)

// ErrNoPhone says that a text is not a phone number.
var ErrNoPhone = errors.New("not a phone number; write 5 to 20 digits, like +44 20 7946 0000")

// The digits of a phone number: the shortest that programs give out are
// extensions of five, and E.164 allows fifteen, to which some add a way out of
// the house.
const (
	phoneDigitsMin = 5
	phoneDigitsMax = 20
)

// ParsePhone reads a phone number as people write one, with a plus in front or
// not, and returns it in the groups in which it was written. It takes whatever
// a person could dial.
func ParsePhone(text string) (string, error) {
	number := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r): // address books put marks of direction around numbers
			return -1
		case unicode.Is(unicode.Pd, r):
			return '-'
		}
		return r
	}, text)
	number = strings.Join(strings.Fields(number), " ")
	digits := 0
	for _, r := range number {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case r == '+' && digits == 0:
		case !strings.ContainsRune(" ()-./", r):
			return "", ErrNoPhone
		}
	}
	if digits < phoneDigitsMin || digits > phoneDigitsMax || len(number) > 2*phoneDigitsMax {
		return "", ErrNoPhone
	}
	return number, nil
}
