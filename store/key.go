package store

import (
	"encoding/binary"
	"math"
	"slices"
	"time"
	"unicode"

	"steadfast/bot/chat"
)

// A key is built part by part. The order of keys is the order of their parts.
type key []byte

// id appends a number, 8 bytes.
func (k key) id(n uint64) key { return binary.BigEndian.AppendUint64(k, n) }

// small appends a number, 4 bytes.
func (k key) small(n uint32) key { return binary.BigEndian.AppendUint32(k, n) }

// rank appends a number, 1 byte.
func (k key) rank(n uint8) key { return append(k, n) }

// time appends a time, 8 bytes. Times before 1970 and after 2262, which
// nanoseconds cannot express, are taken as those.
func (k key) time(t time.Time) key { return k.id(nanos(t)) }

// text appends a text. It must be the last part, as nothing marks its end.
func (k key) text(s string) key { return append(k, s...) }

// nanos returns the time in nanoseconds since 1970, as it stands in keys.
func nanos(t time.Time) uint64 {
	switch s := t.Unix(); {
	case s < 0:
		return 0
	case s >= math.MaxInt64/int64(time.Second):
		return math.MaxInt64
	}
	return uint64(t.UnixNano())
}

// fromNanos returns the time that a key holds.
func fromNanos(n uint64) time.Time { return time.Unix(0, int64(n)).UTC() }

// day returns the number of the day of t since 1970, in UTC.
func day(t time.Time) uint32 { return uint32(max(0, t.Unix()) / (24 * 60 * 60)) }

// month returns the month of t in UTC as a number, such as 202611.
func month(t time.Time) uint32 {
	y, m, _ := t.UTC().Date()
	return uint32(y*100 + int(m))
}

// accountKey returns the key of an account.
func accountKey(a chat.Account) key { return key(a.String()) }

// placeKey returns the key of a place.
func placeKey(p chat.Place) key { return key(p.String()) }

// folded returns a text that is the same for all texts that differ only in the
// case of their letters, as strings.EqualFold sees it.
func folded(s string) string {
	runes := []rune(s)
	for i, r := range runes {
		low := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			low = min(low, f)
		}
		runes[i] = low
	}
	return string(runes)
}

// after returns the first key that does not start with prefix and is greater
// than all that do; nil if there is none.
func after(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xff {
			next := slices.Clone(prefix[:i+1])
			next[i]++
			return next
		}
	}
	return nil
}
