// Package delivery sends what waits in the durable outbox: the most pressing
// first, in order within a place, and no faster than the platforms permit.
//
// A [Dispatcher] is told by Add which rows wait. For each platform it picks the
// row whose turn it is, asks the [Desk] what to send for it at that very
// moment, gives the message to the platform's adapter, and tells the Desk what
// became of it. Until the Desk's Done has returned, a row counts as waiting;
// so a crash at any point costs at most a message shown twice.
//
// Reading guide: desk.go has the words, result.go turns the adapter's error
// into what is to be done about it, queue.go says whose turn it is, place.go
// and pace.go say when. These are pure: they start nothing, wait for nothing
// and take now as a value. lane.go is the loop of one platform, dispatcher.go
// joins the lanes.
//
// Inside the package an instant is a time.Duration since the Dispatcher was
// made. It is read from the monotonic clock, so that setting the machine's
// clock neither hurries nor stalls a platform.
package delivery
