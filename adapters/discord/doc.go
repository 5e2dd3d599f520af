// Package discord joins the bot to Discord: slash commands, buttons, menus,
// forms and private messages.
//
// The library, discordgo, gives the types. Its connection to the gateway locks
// itself up on packets that Discord may send at any time, and its REST layer
// ignores contexts; both are our own here.
//
// Discord keeps nothing for a bot that is away. After every new session the
// adapter reads the history of the private chats, each from where
// Options.Marks says that it was handled; what comes from there has the same
// ID as what came live. A pressed button or a slash command is lost with the
// connection: the person reads that it failed, and does it again.
//
// An interaction (a command, a press, a form) must be answered within three
// seconds. The adapter waits one for the bot's own answer, a message with the
// handle of the event, and then tells Discord that it will take longer. In a
// server the answer is one that only the person sees, if it is meant for that
// person's private place; the Ref of such a message works as long as an
// interaction that concerns it is younger than a quarter of an hour.
//
// Reading guide: gateway.go and what it uses hold the connection; watch.go is
// one Run, event.go and parse.go what comes, inbox.go its order, history.go
// what was missed, servers.go where the bot is. send.go, render.go and
// markdown.go are what goes out, interaction.go and talks.go how it answers.
// again.go sees whether a repeated send says what it should.
// rest.go, buckets.go and errors.go are the calls.
package discord
