package main

import (
	"slices"
	"sync"
	"time"
)

// limits are those of a platform that counts strictly: messages in any second,
// not in seconds of the clock and without a burst.
type limits struct {
	perSecond     int // all messages, edits included
	chatPerSecond int // new messages in one chat

	mu       sync.Mutex
	attempts []time.Time // all of them, in order of arrival
	accepted []time.Time // of the last second
	chats    map[int64][]time.Time
	refused  int
}

func newLimits(perSecond, chatPerSecond int) *limits {
	return &limits{perSecond: perSecond, chatPerSecond: chatPerSecond, chats: map[int64][]time.Time{}}
}

// refuse returns how long the bot must wait, zero if the message is taken.
func (l *limits) refuse(chat int64, edit bool, now time.Time) time.Duration {
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.attempts = append(l.attempts, now)
	l.accepted = lastSecond(l.accepted, now)
	here := lastSecond(l.chats[chat], now)
	wait := time.Duration(0)
	if len(l.accepted) >= l.perSecond {
		wait = time.Second - now.Sub(l.accepted[0])
	}
	if !edit && len(here) >= l.chatPerSecond {
		wait = max(wait, time.Second-now.Sub(here[0]))
	}
	if wait > 0 {
		l.refused++
		return wait
	}
	l.accepted = append(l.accepted, now)
	if !edit {
		here = append(here, now)
	}
	l.chats[chat] = here
	return 0
}

func lastSecond(times []time.Time, now time.Time) []time.Time {
	for len(times) > 0 && now.Sub(times[0]) >= time.Second {
		times = times[1:]
	}
	return times
}

// counts returns how many messages were refused, and the most that arrived in
// any second.
func (l *limits) counts() (refused, most int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused, crowded(l.attempts)
}

// share returns how many messages arrived from first to last, and which part of
// the limit that is.
func (l *limits) share(first, last time.Time) (share float64, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.attempts {
		if !t.Before(first) && !t.After(last) {
			n++
		}
	}
	if n < 2 {
		return 0, n
	}
	return float64(n-1) / last.Sub(first).Seconds() / float64(l.perSecond), n
}

// crowded returns the most of times that lie within one second.
func crowded(times []time.Time) (most int) {
	times = slices.SortedFunc(slices.Values(times), time.Time.Compare)
	first := 0
	for i, t := range times {
		for t.Sub(times[first]) >= time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}
