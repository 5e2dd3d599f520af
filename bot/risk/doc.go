// Package risk reads what a mentor wrote and says whether something in it
// sounds like a risk: how pressing, of which kind, which words said so, which
// rule, and what was ruled out and why.
//
// It gives hints, never verdicts. It looks for phrases that people wrote down
// in text files, one per language, in a notation that en.txt explains and that
// needs no Go. There is no model in it: the same words give the same answer,
// and every answer names its rule.
//
// A note is cut into sentences and words, with their places in the original.
// Each sentence is matched with the rules of the languages that it may be in.
// Cues of context (it is denied, long past, a film, a figure of speech) then
// lower the matches that they reach, and nothing else.
//
// The package is pure: it does no input or output beyond the rules that it is
// given, and remembers nothing of what it read.
package risk
