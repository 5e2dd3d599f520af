// Package when reads a day and a time of day as people type them: "yesterday
// 4pm", "завтра о 16", "mardi prochain", "el jueves", "24.11.", 2026-11-24.
//
// It understands the whole input or nothing: a date inside a sentence is not
// taken out of it, since whoever wrote the sentence may have said something
// else about that day. Where people who type the same words mean different
// days, it says so ([AmbiguousError]) rather than choose.
//
// The words are in one text file per language, in a notation that en.txt
// explains; numbers.txt has what is the same everywhere. The person's own
// language is tried first, by itself, then all of them together, since people
// mix; a word that has a meaning in the person's own language keeps it.
//
// The package is pure: it takes now, and remembers nothing.
package when
