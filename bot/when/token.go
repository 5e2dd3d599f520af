package when

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A token is a word, a row of digits or one mark.
type token struct {
	text  string
	kind  kind
	glued bool // to the token before, without a space between
}

type kind int

const (
	mark kind = iota
	word
	digits
)

// fold makes equal what people do not tell apart when they type: case, accents,
// the width of digits, kinds of spaces, dashes and apostrophes.
func fold(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("'’‘ʼʹ`´", r) || unicode.Is(unicode.Cf, r):
			return -1 // aujourd'hui, п'ятниця: the sign is often left out
		case unicode.Is(unicode.Pd, r) || r == '−':
			return '-'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, text)
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(text)))
}

// clean folds text and takes off what does not matter at its ends.
func clean(text string) string {
	return strings.TrimRight(strings.TrimLeft(fold(text), " ¿¡"), " .,;:!?")
}

// tokenize splits clean text and leaves out the marks that do not matter.
func tokenize(text string) []token {
	var all []token
	glued := false
	for _, r := range text {
		k := mark
		switch {
		case r == ' ':
			glued = false
			continue
		case r >= '0' && r <= '9':
			k = digits
		case unicode.IsLetter(r):
			k = word
		}
		if n := len(all); glued && k != mark && all[n-1].kind == k {
			all[n-1].text += string(r)
			continue
		}
		all = append(all, token{text: string(r), kind: k, glued: glued})
		glued = true
	}
	return withoutNoise(all)
}

// withoutNoise leaves out the dot of an abbreviation, commas, hyphens and the T
// of ISO 8601. A comma between numbers stays, and then nothing is understood.
func withoutNoise(all []token) []token {
	return slices.Collect(func(yield func(token) bool) {
		for i, t := range all {
			before, after := kindAt(all, i-1), kindAt(all, i+1)
			gluedAfter := i+1 < len(all) && all[i+1].glued
			noise := false
			switch t.text {
			case ".":
				noise = before == word && t.glued
			case ",":
				noise = before != mark && !(before == digits && after == digits && t.glued && gluedAfter)
			case "-":
				noise = isHyphen(all, i)
			case "t":
				noise = before == digits && after == digits && t.glued && gluedAfter
			}
			if !noise && !yield(t) {
				return
			}
		}
	})
}

// isHyphen reports whether the dash at i only holds words together, as in
// après-demain, 24-nov-2026 and "Tuesday - 4 pm". What may be a span does not:
// "4 - 6", "16h - 18".
func isHyphen(all []token, i int) bool {
	before, after := kindAt(all, i-1), kindAt(all, i+1)
	switch {
	case before == word && after == word:
		return true
	case before == word && after == digits && all[i].glued:
		return all[i+1].glued && len(all[i+1].text) == 4
	case before == word && after == digits:
		return kindAt(all, i-2) != digits
	case before == digits && after == word:
		return all[i].glued && all[i+1].glued
	}
	return false
}

// kindAt is the kind of the token at i, if there is one.
func kindAt(all []token, i int) kind {
	if i < 0 || i >= len(all) {
		return mark
	}
	return all[i].kind
}
