package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// dumpRows is how many rows Dump reads in one view.
const dumpRows = 1000

// Dump writes everything that is stored as text, sorted, table by table:
//
//	[people] last 2
//	1 = {"id":1,"name":"Mia",…}
//	[people/account]
//	"telegram:42" = 1
//
// "last" is the newest number of the table's sequence. Times are in UTC. Empty
// tables are left out. The text is as confidential as the data. A store that is
// written to meanwhile is shown as it was at several moments, as no view may
// last as long as w takes.
func (s *Store) Dump(ctx context.Context, w io.Writer) error {
	return s.dump(ctx, w, schema())
}

func (s *Store) dump(ctx context.Context, w io.Writer, layouts []layout) error {
	for _, l := range layouts {
		if err := s.dumpTable(ctx, w, l); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) dumpTable(ctx context.Context, w io.Writer, l layout) error {
	var from key
	for first := true; first || from != nil; first = false {
		var b bytes.Buffer
		err := s.tables.view(ctx, func(x *txn) error {
			if first {
				if err := heading(&b, x, l); err != nil {
					return err
				}
			}
			n := 0
			start := from
			from = nil
			for k, v := range x.scan(l.table, start, nil, false) {
				if n++; n > dumpRows {
					from = slices.Clone(k)
					return nil
				}
				s.row(&b, l, k, v)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if _, err := b.WriteTo(w); err != nil {
			return err
		}
	}
	return nil
}

// heading writes the line before the rows of a table that is not empty.
func heading(b *bytes.Buffer, x *txn, l layout) error {
	bucket, err := x.bucket(l.table)
	if err != nil {
		return err
	}
	last := bucket.Sequence()
	k, _ := bucket.Cursor().First()
	switch {
	case last > 0:
		fmt.Fprintf(b, "[%s] last %d\n", l.table, last)
	case k != nil:
		fmt.Fprintf(b, "[%s]\n", l.table)
	}
	return nil
}

// row writes a row as a line.
func (s *Store) row(b *bytes.Buffer, l layout, k key, v []byte) {
	b.WriteString(readable(l.key, k))
	switch {
	case l.value == holdsNothing && len(v) == 0:
	case l.value == holdsID && len(v) == 8:
		fmt.Fprintf(b, " = %d", binary.BigEndian.Uint64(v))
	case l.value == holdsText:
		fmt.Fprintf(b, " = %q", v)
	case l.value == holdsJSON:
		plain, err := s.codec.plain(l.table, k, v, upgrades(l.table))
		if err != nil {
			fmt.Fprintf(b, " = unreadable %x", v)
			break
		}
		b.WriteString(" = ")
		b.Write(plain)
	default:
		fmt.Fprintf(b, " = unreadable %x", v)
	}
	b.WriteByte('\n')
}

// readable returns a key as words: numbers, times, quoted text. A key that is
// not made of the parts is shown in hexadecimal.
func readable(parts []part, k key) string {
	var words []string
	rest := k
	for _, p := range parts {
		n := p.size()
		if p == textPart {
			n = len(rest)
		}
		if len(rest) < n {
			return fmt.Sprintf("unreadable %x", []byte(k))
		}
		words = append(words, p.word(rest[:n]))
		rest = rest[n:]
	}
	if len(rest) > 0 {
		return fmt.Sprintf("unreadable %x", []byte(k))
	}
	return strings.Join(words, " ")
}

// size returns the length of a part in bytes; 0 if it is not fixed.
func (p part) size() int {
	switch p {
	case idPart, timePart:
		return 8
	case smallPart, dayPart:
		return 4
	case rankPart:
		return 1
	}
	return 0
}

// word returns a part in readable form.
func (p part) word(b []byte) string {
	switch p {
	case idPart:
		return strconv.FormatUint(binary.BigEndian.Uint64(b), 10)
	case timePart:
		return fromNanos(binary.BigEndian.Uint64(b)).Format(time.RFC3339Nano)
	case smallPart:
		return strconv.FormatUint(uint64(binary.BigEndian.Uint32(b)), 10)
	case dayPart:
		return time.Unix(int64(binary.BigEndian.Uint32(b))*24*60*60, 0).UTC().Format(time.DateOnly)
	case rankPart:
		return strconv.Itoa(int(b[0]))
	}
	return strconv.Quote(string(b))
}
