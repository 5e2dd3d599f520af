package risk

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what is read.
const (
	maxRunes    = 100_000 // of a text; the rest is not looked at
	maxSentence = 120     // tokens: people who write without a full stop are cut here
)

// A token is a word, a number, an emoji or a sign of money.
type token struct {
	start, end int      // bytes in the original text
	text       string   // as it is compared
	forms      []string // what else it may be meant as
	number     int      // -1: it is none
	pause      bool     // a comma or the like stands before it
}

// A sentence is a stretch of tokens.
type sentence struct{ from, to int }

// A scanner cuts a text into tokens and sentences.
type scanner struct {
	text      string
	at        int
	pause     bool
	tokens    []token
	sentences []sentence
	began     int // the first token of the sentence
}

// scan cuts a text.
func scan(text string) ([]token, []sentence) {
	s := &scanner{text: text}
	for n := 0; s.at < len(text) && n < maxRunes; n++ {
		r, size := utf8.DecodeRuneInString(text[s.at:])
		switch {
		case s.startsWord(r, size):
			n += s.word()
			continue
		case isEmoji(r):
			s.add(token{start: s.at, end: s.at + size, text: string(r), number: -1})
		case strings.ContainsRune("!?…\n。！？", r), r == '.' && s.fullStop():
			s.endSentence()
		case strings.ContainsRune(",;:()—–\"«»“”", r), r == '-' && s.at > 0 && text[s.at-1] == ' ':
			s.pause = true
		}
		s.at += size
	}
	s.endSentence()
	return s.tokens, s.sentences
}

func (s *scanner) add(t token) {
	t.pause, s.pause = s.pause, false
	s.tokens = append(s.tokens, t)
	if len(s.tokens)-s.began >= maxSentence {
		s.endSentence()
	}
}

func (s *scanner) endSentence() {
	if s.began < len(s.tokens) {
		s.sentences = append(s.sentences, sentence{s.began, len(s.tokens)})
	}
	s.began, s.pause = len(s.tokens), false
}

// fullStop reports whether the dot ends a sentence: not in 3.5, e.g. and Mr.
func (s *scanner) fullStop() bool {
	next, _ := utf8.DecodeRuneInString(s.text[s.at+1:])
	if s.at+1 < len(s.text) && !unicode.IsSpace(next) && !unicode.IsUpper(next) && !unicode.IsPunct(next) {
		return false
	}
	if len(s.tokens) == 0 {
		return true
	}
	last := s.tokens[len(s.tokens)-1]
	switch last.text {
	case "mr", "mrs", "ms", "dr", "st", "sr", "sra", "mme":
		return last.end != s.at
	}
	return true
}

// startsWord reports whether a word or a number begins here.
func (s *scanner) startsWord(r rune, size int) bool {
	if isLetter(r) || unicode.IsDigit(r) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(s.text[s.at+size:])
	return (r == '@' || r == '$') && isLetter(next)
}

// word takes one word, or a number with the word that is glued to it, and
// returns how many runes it has.
func (s *scanner) word() (runes int) {
	start, split := s.at, false
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		next, _ := utf8.DecodeRuneInString(s.text[s.at+size:])
		switch {
		case isLetter(r), unicode.IsDigit(r), isIgnorable(r), unicode.Is(unicode.Mn, r):
		case strings.ContainsRune("@$!*", r) && isLetter(next) && runes+1 < len(s.text):
		case isApostrophe(r) && isLetter(next):
			split = elides(fold(s.text[start:s.at]), fold(s.text[s.at+size:min(len(s.text), s.at+size+4)]))
		default:
			s.take(start)
			return runes
		}
		s.at += size
		if runes++; split {
			break
		}
	}
	s.take(start)
	return runes
}

// elides reports whether an apostrophe parts two words, as in l'oncle and he'll,
// rather than stand in one, as in don't.
func elides(left, right string) bool {
	if end := strings.IndexFunc(right, func(r rune) bool { return !unicode.IsLetter(r) }); end >= 0 {
		right = right[:end]
	}
	switch right {
	case "ll", "ve", "re":
		return true
	case "s", "d", "t":
		return false
	}
	return strings.HasSuffix(left, "qu") || len(left) == 1 && strings.Contains("ljdnsmtc", left)
}

// take adds what was read since start: 13yo is two.
func (s *scanner) take(start int) {
	src := s.text[start:s.at]
	digits := strings.IndexFunc(src, func(r rune) bool { return r < '0' || r > '9' })
	switch {
	case digits < 0:
		n, err := strconv.Atoi(src)
		if err != nil {
			n = -1
		}
		s.add(token{start: start, end: s.at, text: src, number: n})
		return
	case digits > 1 || digits == 1 && utf8.RuneCountInString(src) < 6:
		n, err := strconv.Atoi(src[:digits])
		if err != nil {
			n = -1
		}
		s.add(token{start: start, end: start + digits, text: src[:digits], number: n})
		start, src = start+digits, src[digits:]
	}
	text := fold(src)
	if text == "" {
		return
	}
	s.add(token{start: start, end: s.at, text: text, forms: otherForms(src, text), number: -1})
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) && !isApostrophe(r) || 0x24B6 <= r && r <= 0x24E9)
}

// isIgnorable reports whether a rune shows nothing: zero-width characters,
// variation selectors, the colours of skin.
func isIgnorable(r rune) bool {
	return unicode.Is(unicode.Cf, r) || 0xFE00 <= r && r <= 0xFE0F || 0x1F3FB <= r && r <= 0x1F3FF
}

func isApostrophe(r rune) bool { return strings.ContainsRune("'’‘ʼ`′´", r) }

// isEmoji reports whether a rune is a token by itself.
func isEmoji(r rune) bool {
	return r > 0xA0 && (unicode.Is(unicode.So, r) || unicode.Is(unicode.Sc, r)) && !isIgnorable(r)
}
