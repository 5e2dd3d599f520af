// Package risk reads what a mentor wrote and says whether something in it
// sounds like a risk: how pressing, of which kind, which words said so, which
// rule, and what was ruled out and why.
//
// It gives hints, never verdicts, in two ways that check each other.
//
// Rules look for phrases that people wrote down in text files, some per
// language, in a notation that en.txt explains and that needs no Go. Cues of
// context (it is denied, long past, a film, a figure of speech) lower the
// matches that they reach, and nothing else.
//
// Weights add up all words of a passage, since most worrying notes say nothing
// that a list of phrases could hold. signs.txt says what each word weighs, which
// cmd/weigh learned from the notes in notes/. What a word means counts beside its
// letters: the thesaurus in words/ has one concept for all that mean the same, in
// six languages. A passage is a sentence or two, so that cheerful words elsewhere
// hide nothing. What weighs enough is a hint of its own, signs.neglect and the
// like; and where the other words of a passage are quite harmless, what a rule
// found there is asked about and alarms nobody.
//
// A note is cut into sentences and words, with their places in the original
// (scan), its words are looked up with slips of the finger forgiven (trie),
// patterns are matched in the languages that a sentence may be in (window),
// contexts lower what they reach (context), the passages are weighed by their
// words and what these mean (sign, thesaurus, weigh), and judge puts it together. The same words always give the same answer.
//
// The package is pure: it does no input or output beyond the files that it is
// given, and remembers nothing of what it read.
package risk
