package risk

import "strings"

// roman writes a Russian or Ukrainian word in Latin letters, or brings one that
// somebody wrote so, into one rough form. People follow no standard: хочет is
// hochet, khochet, xo4et. So letters that are often written alike become the
// same: г and х, ц and ч, ш and щ, ж and з, all that sounds like i.
func roman(digraphs *strings.Replacer, s string) string {
	s = digraphs.Replace(s)
	var b strings.Builder
	last := rune(0)
	letters := []rune(s)
	for i, r := range letters {
		soft := r == 'i' && i+1 < len(letters) && strings.ContainsRune("aeoui", letters[i+1])
		if r == last || soft {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// digraphs has W for ш, щ and сч, and C for ц, ч and тс.
func digraphs() *strings.Replacer {
	return strings.NewReplacer(
		"shch", "W", "sch", "W", "sh", "W", "6", "W", "w", "v", "ch", "C", "ts", "C", "tz", "C", "c", "C", "4", "C",
		"zh", "z", "kh", "h", "x", "h", "g", "h", "y", "i", "j", "i", "q", "k", "'", "",
		"сч", "W", "тс", "C", "а", "a", "б", "b", "в", "v", "г", "h", "д", "d", "е", "e", "є", "ie", "ж", "z", "з", "z", "и", "i", "і", "i", "ї", "i", "й", "i",
		"к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "h", "ц", "C",
		"ч", "C", "ш", "W", "щ", "W", "ъ", "", "ы", "i", "ь", "", "э", "e", "ю", "iu", "я", "ia",
	)
}

// romanise adds to the tokens of a sentence what they mean if it is Russian or
// Ukrainian in Latin letters, and reports whether it is: two of its words at
// least are function words of theirs and nothing else that is known, or one if
// the person writes such a language.
func (r *reading) romanise(s sentence) bool {
	need := 2
	if r.hint >= 0 && !r.a.languages[r.hint].latin {
		need = 1
	}
	found := make([][]symbol, s.to-s.from)
	for i := s.from; i < s.to; i++ {
		t := r.tokens[i]
		if latin, _ := scripts(t.text); latin == 0 {
			continue
		}
		rough, _ := r.a.roman.find(roman(r.a.digraphs, t.text), nil)
		for _, form := range rough {
			found[i-s.from] = append(found[i-s.from], r.a.meant.at(int32(form))...)
		}
		if len(t.text) > 2 && len(r.symbols[i]) == 0 && r.isFunction(found[i-s.from]) {
			need--
		}
	}
	if need > 0 {
		return false
	}
	for i, symbols := range found {
		r.symbols[s.from+i] = append(r.symbols[s.from+i], symbols...)
	}
	return true
}

// isFunction reports whether one of the symbols is a function word of a language
// that is not written in Latin letters.
func (r *reading) isFunction(symbols []symbol) bool {
	for _, l := range r.a.languages {
		if !l.latin && l.function >= 0 && r.anyIn(symbols, l.function) {
			return true
		}
	}
	return false
}
