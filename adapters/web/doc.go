// Package web is the adapter behind the demo: a platform that consists of one
// local page. The page shows several chats side by side, each one a [Seat]: a
// person, and the place in which that person reads and writes. Nobody needs an
// account, and everything behind the page is the real bot.
//
// A tour, in the order in which a tap travels:
//
//   - page holds what the browser gets: one document, styles and a few modules,
//     built without a framework. Whatever the bot or a person wrote becomes a
//     text node, never markup.
//   - http.go guards the door (this machine only, this page only) and reads the
//     requests: say, press, skip.
//   - event.go turns a request into a [chat.Event] and hands it to Run, which
//     calls the handler. The request is answered after the handler returned, so
//     what the page takes as done is durable.
//   - board.go is what is on show: the messages of each place, the command menus
//     and the suggested steps. Send changes it.
//   - calendar.go serves the picture of some weeks that stands above one chat;
//     the page asks for it again whenever something happened.
//   - stream.go tells every open page about each change, and a page that was
//     away what it missed.
//
// Nothing is stored: when the process ends, the page forgets.
package web
