package risk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold returns a word as it is compared: without case, accents, apostrophes,
// width, and what cannot be seen. Letters that are letters of their own to
// whoever types them, й and ї, stay.
func fold(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || 'A' <= s[i] && s[i] <= 'Z' || s[i] == '\'' || s[i] == '`' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		if r < utf8.RuneSelf {
			if r != '\'' && r != '`' {
				b.WriteRune(unicode.ToLower(r))
			}
			continue
		}
		if isIgnorable(r) || isApostrophe(r) {
			continue
		}
		b.WriteString(foldRune(unicode.ToLower(r)))
	}
	return b.String()
}

func foldRune(r rune) string {
	switch r {
	case 'й', 'ї':
		return string(r)
	case 'ґ':
		return "г"
	case 'ß':
		return "ss"
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ø':
		return "o"
	case 'ı':
		return "i"
	}
	if unicode.Is(unicode.Mn, r) || r == utf8.RuneError {
		return ""
	}
	if d := norm.NFD.PropertiesString(string(r)).Decomposition(); d != nil {
		r, _ = utf8.DecodeRune(d)
	}
	return string(r)
}

// otherForms returns what else a word may be meant as: with letters for the
// signs that stand for them, in one script, without repeats, without 's.
func otherForms(src, text string) (forms []string) {
	add := func(s string) {
		if s != text && s != "" {
			forms = append(forms, s)
		}
	}
	if strings.ContainsAny(text, "0123456789@$!") {
		add(letters(text, 'i'))
		if strings.ContainsAny(text, "1!") {
			add(letters(text, 'l'))
		}
	}
	latin, cyrillic := scripts(text)
	if latin > 0 && cyrillic > 0 {
		add(alike(text, true))
		add(alike(text, false))
	}
	for _, s := range append([]string{text}, forms...) {
		if repeats(s) {
			add(squeeze(s, 2))
			add(squeeze(s, 1))
		}
	}
	if rest, ok := strings.CutSuffix(text, "s"); ok && len(rest) > 1 && strings.ContainsAny(src[len(src)-min(len(src), 5):], "'’`") {
		add(rest)
	}
	return forms
}

// letters reads digits and signs as the letters that they resemble.
func letters(s string, one rune) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '0':
			return 'o'
		case '1', '!':
			return one
		case '3':
			return 'e'
		case '4', '@':
			return 'a'
		case '5', '$':
			return 's'
		case '7':
			return 't'
		}
		return r
	}, s)
}

// scripts counts the letters of the two scripts.
func scripts(s string) (latin, cyrillic int) {
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z':
			latin++
		case r < utf8.RuneSelf:
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		}
	}
	return latin, cyrillic
}

// Letters of the two scripts that look the same.
const (
	latinAlike    = "aeopcyxikmtbhn"
	cyrillicAlike = "аеорсухікмтвнп"
)

// alike writes the letters that look the same in one script.
func alike(s string, latin bool) string {
	from, to := []rune(latinAlike), []rune(cyrillicAlike)
	if latin {
		from, to = to, from
	}
	return strings.Map(func(r rune) rune {
		for i, f := range from {
			if f == r {
				return to[i]
			}
		}
		return r
	}, s)
}

// repeats reports whether a letter stands three times in a row.
func repeats(s string) bool { return squeeze(s, 1) != s }

// squeeze shortens every run of three or more of a letter to n of them.
func squeeze(s string, n int) string {
	var b strings.Builder
	letters := []rune(s)
	for i := 0; i < len(letters); {
		end := i
		for end < len(letters) && letters[end] == letters[i] {
			end++
		}
		run := end - i
		if run >= 3 {
			run = n
		}
		for range run {
			b.WriteRune(letters[i])
		}
		i = end
	}
	return b.String()
}
