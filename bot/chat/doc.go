// Package chat is the vocabulary in which the bot and the chat platforms talk
// to each other.
//
// What comes in is an [Event]: somebody, somewhere, said, pressed or filled in
// something. What goes out is a [Message]: text made of spans (never markup,
// so that no name can inject formatting or a mention), buttons, perhaps a form.
// An [Adapter] joins one platform to the bot with four methods; what its
// platform can do is a value of numbers, [Capabilities], and [Fit] makes any
// message fit those numbers without losing text. When a send fails the adapter
// says in a [SendError] what kind of failure it was; what to do about it is
// decided by the one who sends.
//
// The package imports the standard library only and knows neither the store
// nor any dialogue.
package chat
