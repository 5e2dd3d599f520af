package store

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"steadfast/bot/program"
)

const (
	schemaKey  = "schema"
	createdKey = "created"
)

// A migration turns one schema into the next.
type migration struct {
	name string // of the file of its test, testdata/migrations/name.txt
	run  func(*txn) error
}

// migrations returns the steps from schema 1 on, in order. The schema of this
// program is one more than their number. Each must have a test.
func migrations() []migration {
	return []migration{
		{"cases-stay-open", casesStayOpen},
		{"matches-under-coordinators", matchesUnderCoordinators},
	}
}

// matchesUnderCoordinators lists the matches that have not ended by who looks
// after them.
func matchesUnderCoordinators(x *txn) error {
	var under []key
	for k, v := range x.scan(matchesTable, nil, nil, false) {
		var m program.Match
		if err := (codec{}).decode(matchesTable, k, v, &m); err != nil {
			return err
		}
		if m.Active() {
			under = append(under, idOf(m.Coordinator).id(uint64(m.ID)))
		}
	}
	for _, k := range under {
		if err := x.put(matchesByStaff, k, nil); err != nil {
			return err
		}
	}
	return nil
}

// casesStayOpen lists all cases as open. Before it, a case that somebody had
// acknowledged was not listed any more, and none could be closed.
func casesStayOpen(x *txn) error {
	var nos []key
	for k := range x.scan(casesTable, nil, nil, false) {
		nos = append(nos, k)
	}
	for _, no := range nos {
		if err := x.put(casesOpen, no, nil); err != nil {
			return err
		}
	}
	return nil
}

// prepare makes the tables of a new file, or brings those of an old one up to
// date. A table that is merely new needs no migration.
func prepare(db *bolt.DB, now time.Time, layouts []layout, steps []migration) error {
	current := len(steps) + 1
	found, complete, err := inspectTables(db, layouts)
	switch {
	case err != nil:
		return err
	case found == current && complete:
		return nil
	case found > current:
		return fmt.Errorf("%w (schema %d, this one knows %d): use that version, or the copy it made before its migration",
			ErrNewer, found, current)
	case 0 < found && found < current:
		if err := copyFile(db, fmt.Sprintf("%s.before-v%d", db.Path(), current)); err != nil {
			return fmt.Errorf("copy before the migration: %w", err)
		}
	}
	return db.Update(func(b *bolt.Tx) error {
		for _, l := range layouts {
			if _, err := b.CreateBucketIfNotExists([]byte(l.table)); err != nil {
				return err
			}
		}
		meta := b.Bucket([]byte(metaTable))
		if found == 0 {
			found = current
			if err := meta.Put(key(createdKey), []byte(now.UTC().Format(time.RFC3339))); err != nil {
				return err
			}
		}
		for i, step := range steps[found-1:] {
			x := &txn{bolt: b, now: now.UTC(), deleted: map[table]bool{}}
			if err := x.run(step.run); err != nil {
				return fmt.Errorf("migration to schema %d (%s): %w", found+i+1, step.name, err)
			}
		}
		return meta.Put(key(schemaKey), strconv.AppendInt(nil, int64(current), 10))
	})
}

// inspectTables returns the schema of the file, 0 if it is empty, and whether
// all tables are there.
func inspectTables(db *bolt.DB, layouts []layout) (found int, complete bool, err error) {
	info, err := os.Stat(db.Path())
	if err != nil {
		return 0, false, err
	}
	return found, complete, db.View(func(b *bolt.Tx) error {
		if b.Size() > info.Size() {
			return fmt.Errorf("%w: it was cut off: restore a backup", ErrNotAStore)
		}
		meta := b.Bucket([]byte(metaTable))
		if meta == nil {
			if first, _ := b.Cursor().First(); first != nil {
				return fmt.Errorf("%w: no schema", ErrNotAStore)
			}
			return nil
		}
		found, err = strconv.Atoi(string(meta.Get(key(schemaKey))))
		if err != nil || found < 1 {
			return fmt.Errorf("%w: no schema", ErrNotAStore)
		}
		complete = !slices.ContainsFunc(layouts, func(l layout) bool { return b.Bucket([]byte(l.table)) == nil })
		return nil
	})
}
