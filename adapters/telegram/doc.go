// Package telegram joins the bot to Telegram.
//
// [Adapter] implements chat.Adapter over Telegram's Bot API. It promises what
// the port asks for: an event is confirmed to Telegram only after the handler
// returned, so that a crash loses nothing, and what people wrote never enters
// an error or a log line; neither does the bot's token.
//
// # A tour
//
//   - update.go says which parts of Telegram's objects are read, parse.go turns
//     them into chat.Event, and knows nothing else.
//   - render.go turns chat.Message into Telegram's parameters. Text goes out as
//     text with entities, never as markup.
//   - poll.go asks for updates, deliver.go hands them to the handler (in order
//     within a place, concurrently between places) and answers pressed buttons.
//     webhook.go does the same for updates that Telegram brings itself.
//   - send.go shows and edits messages; errors.go decides in one function what a
//     failure means.
//   - call.go speaks to Telegram. Hot calls are JSON posted by hand, the others
//     are left to the go-telegram library. transport.go keeps the token: every
//     other file sees a placeholder.
//   - check.go answers the questions of an owner who sets the bot up.
//
// # Choices
//
// The library's own poller confirms updates before they are handled and stops
// for ever at one that it cannot decode, hence the poller here. Offsets are
// never stored or compared: the first question asks for everything that is
// unconfirmed, each further one follows the last update received, and who
// receives an event twice knows it by its ID.
//
// Telegram does not say when a button was pressed: At of a chat.Pressed is
// zero. A channel hides who writes in it, and a group may hide its
// administrators: From of their events is zero.
package telegram
