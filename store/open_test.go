package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"steadfast/bot/program"
)

// made returns the path of a data file with some people in it.
func made(t testing.TB, people int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "steadfast.db")
	s, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	err = s.UpdateUnbounded(t.Context(), func(tx program.Tx) error {
		for range people {
			if err := tx.PutPerson(&program.Person{Name: strings.Repeat("x", 100)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenRefuses(t *testing.T) {
	contents := func(b []byte) string {
		path := filepath.Join(t.TempDir(), "file.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	edited := func(edit func([]byte) []byte) string {
		b, err := os.ReadFile(made(t, 1000))
		if err != nil {
			t.Fatal(err)
		}
		return contents(edit(b))
	}
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := bolt.Open(foreign, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("x")); return err })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	open := made(t, 0)
	s, err := Open(open, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct {
		name, path string
		is         error
		says       string
	}{
		{"no folder", filepath.Join(t.TempDir(), "missing", "x.db"), fs.ErrNotExist, "make it first"},
		{"a folder", t.TempDir(), nil, "is a folder"},
		{"no file", filepath.Join(t.TempDir(), "x.db"), fs.ErrNotExist, "no data file"},
		{"a text", contents([]byte(strings.Repeat("not a database\n", 5000))), ErrNotAStore, "restore a backup"},
		{"a short text", contents([]byte("hello")), ErrNotAStore, "restore a backup"},
		{"zeroes", contents(make([]byte, 1<<16)), ErrNotAStore, "restore a backup"},
		{"cut off", edited(func(b []byte) []byte { return b[:len(b)/2] }), ErrNotAStore, "restore a backup"},
		{"cut off after the first pages", edited(func(b []byte) []byte { return b[:3*4096] }), ErrNotAStore, "restore a backup"},
		{"pages overwritten", edited(func(b []byte) []byte { clear(b[2*4096:]); return b }), ErrNotAStore, "restore a backup"},
		{"pages of nonsense", edited(func(b []byte) []byte {
			copy(b[2*4096:], bytes.Repeat([]byte{0xa5}, len(b)))
			return b
		}), ErrNotAStore, "restore a backup"},
		{"another program's", foreign, ErrNotAStore, "no schema"},
		{"in use", open, ErrInUse, "in use by another steadfast process"},
	} {
		s, err := Open(c.path, Options{MustExist: true, LockTimeout: 20 * time.Millisecond})
		if err == nil {
			s.Close()
			t.Errorf("%s: opened", c.name)
			continue
		}
		if c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestTheDataFileIsPrivate(t *testing.T) {
	path := made(t, 1)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, backup} {
		if info, err := os.Stat(p); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v %v", p, info.Mode(), err)
		}
	}
	if left, _ := filepath.Glob(backup + "*"); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// A backup that is taken while the store is written to opens and is whole.
func TestBackupOfAStoreInUse(t *testing.T) {
	s := newStore(t, Options{})
	stop, stopped := make(chan struct{}), make(chan error)
	go func() {
		for {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			// Two records that belong together.
			err := s.Update(t.Context(), func(tx program.Tx) error {
				return errors.Join(tx.PutPerson(&program.Person{}), tx.PutMentee(&program.Mentee{}))
			})
			if err != nil {
				stopped <- err
				return
			}
		}
	}()
	path := filepath.Join(t.TempDir(), "backup.db")
	err := s.Backup(t.Context(), path)
	close(stop)
	if err := errors.Join(err, <-stopped); err != nil {
		t.Fatal(err)
	}
	b, err := Open(path, Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	err = b.tables.view(t.Context(), func(x *txn) error {
		people, err := x.bucket(peopleTable)
		if err != nil {
			return err
		}
		mentees, err := x.bucket(menteesTable)
		if err == nil && people.Sequence() != mentees.Sequence() {
			t.Errorf("%d people, %d mentees", people.Sequence(), mentees.Sequence())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
