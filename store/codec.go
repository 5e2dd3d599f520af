package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrUnreadable says that a record cannot be decoded. The error that wraps it
// names the table and the key, and never the content.
var ErrUnreadable = errors.New("unreadable record")

// codec turns values into what is stored of them, and back. All values of
// records pass through it, so that this is the place to seal them; the table
// and the key are there to bind a sealed value to its place.
type codec struct{}

// encode returns v as it is stored at k: one byte of version, then JSON.
func (codec) encode(t table, _ key, v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte(byte(len(upgrades(t)) + 1))
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // a dump is read by people
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("store: table %s: a record cannot be encoded (%T)", t, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// decode reads into v what encode returned for t and k, in this version of the
// record or an earlier one.
func (c codec) decode(t table, k key, stored []byte, v any) error {
	plain, err := c.plain(t, k, stored, upgrades(t))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return unreadable(t, k, fmt.Sprintf("%T", err)) // err's text may hold content
	}
	return nil
}

// An upgrade turns the JSON of one version of a record into that of the next.
type upgrade func([]byte) ([]byte, error)

// upgrades returns the upgrades of the records of a table, from version 1 on.
// The newest version of a record is one more than their number. Records are
// upgraded when they are read; a migration is for what cannot wait for that.
func upgrades(table) []upgrade { return nil }

// plain returns the JSON of a stored value in its newest version.
func (codec) plain(t table, k key, stored []byte, up []upgrade) ([]byte, error) {
	if len(stored) == 0 || stored[0] == 0 {
		return nil, unreadable(t, k, "no version")
	}
	version, plain := int(stored[0]), stored[1:]
	if version > len(up)+1 {
		return nil, unreadable(t, k, fmt.Sprintf("version %d, this program knows %d", version, len(up)+1))
	}
	for _, u := range up[version-1:] {
		var err error
		if plain, err = u(plain); err != nil {
			return nil, unreadable(t, k, fmt.Sprintf("upgrade of version %d: %T", version, err))
		}
	}
	return plain, nil
}

func unreadable(t table, k key, why string) error {
	return fmt.Errorf("store: %w: table %s, key %x: %s", ErrUnreadable, t, []byte(k), why)
}
