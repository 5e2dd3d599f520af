// Package program is the domain of Steadfast: the people of a mentoring
// program, their matches, check-ins and concerns, and the rules about them.
//
// The nouns are the field's own. A [Person] has roles; a [Match] joins a mentor
// to a [Mentee], who is known by an alias only; a [CheckIn] is what a mentor
// says about a meeting; a [Case] is a concern that has a number and is carried
// until a human has dealt with it, its [Hop]s are its timeline. [Allowed] is
// the one place that decides who may do what.
//
// Rules are pure functions that take the time as a value. What must be kept is
// behind the ports [Store] and [Tx], which package store implements; nothing
// here does any input or output.
package program
