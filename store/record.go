package store

import (
	"encoding/binary"
	"iter"

	"steadfast/bot/program"
)

// load reads the record at k, or fails with program.ErrNotFound.
func load[T any](t *tx, from table, k key) (v T, err error) {
	stored, err := t.get(from, k)
	if err != nil {
		return v, err
	}
	if stored == nil {
		return v, program.ErrNotFound
	}
	if err := t.codec.decode(from, k, stored, &v); err != nil {
		var zero T
		return zero, err
	}
	return v, nil
}

// find is load that reports whether there is a record.
func find[T any](t *tx, from table, k key) (v T, ok bool, err error) {
	v, err = load[T](t, from, k)
	switch err { // load does not wrap it
	case nil:
		return v, true, nil
	case program.ErrNotFound:
		return v, false, nil
	}
	return v, false, err
}

// save writes the record at k.
func save[T any](t *tx, to table, k key, v T) error {
	stored, err := t.codec.encode(to, k, v)
	if err != nil {
		return t.failed(to, err)
	}
	return t.put(to, k, stored)
}

// assign gives a record an ID if it has none, until the transaction comes to
// nothing. It makes sure that no ID is given twice.
func assign[ID ~uint64](t *tx, to table, id *ID) error {
	if *id != 0 {
		return t.given(to, uint64(*id))
	}
	n, err := t.next(to)
	if err != nil {
		return err
	}
	t.onRollback(func() { *id = 0 })
	*id = ID(n)
	return nil
}

// all iterates over the records whose keys start with prefix.
func all[T any](t *tx, from table, prefix key, backwards bool) iter.Seq2[T, error] {
	return between[T](t, from, prefix, after(prefix), backwards)
}

// between iterates over the records with first <= key < end. A nil bound is
// none.
func between[T any](t *tx, from table, first, end key, backwards bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		if _, err := t.bucket(from); err != nil {
			yield(zero, err)
			return
		}
		for k, stored := range t.scan(from, first, end, backwards) {
			var v T
			err := t.codec.decode(from, k, stored, &v)
			if err != nil {
				v = zero
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// listed iterates over the records of a table whose ids stand last in the keys
// of an index that start with prefix.
func listed[T any](t *tx, from, index table, prefix key, backwards bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if _, err := t.bucket(index); err != nil {
			var zero T
			yield(zero, err)
			return
		}
		for k := range t.scan(index, prefix, after(prefix), backwards) {
			if !yield(load[T](t, from, k[len(k)-8:])) {
				return
			}
		}
	}
}

// pointed reads the record whose id is the value at k in an index.
func pointed[T any](t *tx, from, index table, k key) (v T, err error) {
	id, err := t.get(index, k)
	if err != nil {
		return v, err
	}
	if id == nil {
		return v, program.ErrNotFound
	}
	return load[T](t, from, id)
}

// owner returns the id that is the value at k in an index, or zero.
func (t *tx) owner(index table, k key) (uint64, error) {
	id, err := t.get(index, k)
	if err != nil || id == nil {
		return 0, err
	}
	if len(id) != 8 {
		return 0, unreadable(index, k, "not an id")
	}
	return binary.BigEndian.Uint64(id), nil
}

// idOf returns the key of a record whose key is its id.
func idOf[ID ~uint64](id ID) key { return key(nil).id(uint64(id)) }
