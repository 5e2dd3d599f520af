package chat

import (
	"errors"
	"strconv"
	"strings"
)

// A Token is what a button carries: what to do, with which record, and, for an
// answer in a dialogue, which question and which option. It holds ids and keys
// from the program's own text, never words of a person.
//
// Its written form is "1.act.id.question.option" with the id in base 36; the
// leading 1 is the version, so that a later program can tell old buttons from
// its own.
type Token struct {
	Act      string
	ID       uint64
	Question string
	Option   string
}

// ErrToken says that a button was not made by this version of the program.
var ErrToken = errors.New("unknown button")

const tokenVersion = "1"

// String returns the written form. It panics when the token is longer than
// [TokenBytes] or a part holds anything but lower-case letters, digits, '-',
// '_' and '+': both are defects of the caller.
func (t Token) String() string {
	for _, part := range []string{t.Act, t.Question, t.Option} {
		if !tokenPart(part) {
			panic("chat: token part " + strconv.Quote(part))
		}
	}
	var b [TokenBytes]byte
	s := append(b[:0], tokenVersion+"."...)
	s = append(s, t.Act...)
	s = append(s, '.')
	s = strconv.AppendUint(s, t.ID, 36)
	if t.Question != "" || t.Option != "" {
		s = append(append(s, '.'), t.Question...)
	}
	if t.Option != "" {
		s = append(append(s, '.'), t.Option...)
	}
	if len(s) > TokenBytes {
		panic("chat: token too long: " + string(s))
	}
	return string(s)
}

// ParseToken reads what [Token.String] wrote, and nothing else.
func ParseToken(s string) (Token, error) {
	parts := strings.Split(s, ".")
	if len(s) > TokenBytes || len(parts) < 3 || len(parts) > 5 || parts[0] != tokenVersion {
		return Token{}, ErrToken
	}
	id, err := strconv.ParseUint(parts[2], 36, 64)
	if err != nil {
		return Token{}, ErrToken
	}
	t := Token{Act: parts[1], ID: id}
	if len(parts) > 3 {
		t.Question = parts[3]
	}
	if len(parts) > 4 {
		t.Option = parts[4]
	}
	for _, part := range []string{t.Act, t.Question, t.Option} {
		if !tokenPart(part) {
			return Token{}, ErrToken
		}
	}
	if t.String() != s { // "007", an empty last part
		return Token{}, ErrToken
	}
	return t, nil
}

func tokenPart(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_', c == '+':
		default:
			return false
		}
	}
	return true
}
