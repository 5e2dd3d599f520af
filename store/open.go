package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Errors of [Open], apart from those of the file system.
var (
	// ErrInUse says that another process has the file open.
	ErrInUse = errors.New("in use by another steadfast process")
	// ErrNewer says that a newer program has written the file.
	ErrNewer = errors.New("written by a newer version of steadfast")
	// ErrNotAStore says that the file is something else, or damaged.
	ErrNotAStore = errors.New("not a steadfast data file, or damaged")
)

// firstMap is how much address space is set aside for the file where there is
// plenty, so that it need not be mapped anew, which waits for all readers,
// before it has grown to that size.
const firstMap = 1 << 30

// Options for [Open]. The zero Options are right for a bot.
type Options struct {
	// LockTimeout is how long Open waits for another process to close the
	// file; zero means one second.
	LockTimeout time.Duration
	// MaxBytes is the largest size of the file; zero means no limit. A commit
	// that needs more fails, and with it the store.
	MaxBytes int64
	// MustExist makes Open fail if there is no file, instead of making one.
	MustExist bool
	// NoSync leaves out the wait for the disk. It is for tests: what was
	// committed may be lost when the machine stops.
	NoSync bool
	// Now is the clock of the transactions; nil means time.Now.
	Now func() time.Time
}

// Open opens the data file at path, for this process alone, and makes it if it
// is not there. A file of an older schema is copied beside itself, with
// ".before-v" and the new schema appended to its name, and then migrated. A test
// that runs in a bubble of testing/synctest must open it there.
func Open(path string, o Options) (*Store, error) {
	return open(path, o, schema(), migrations())
}

func open(path string, o Options, layouts []layout, steps []migration) (s *Store, err error) {
	// A file that was cut off ends in a fault, some damage in a panic.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			s, err = nil, fmt.Errorf("%s is %w: restore a backup", path, ErrNotAStore)
		}
	}()
	fresh, err := inspect(path, o.MustExist)
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	db, err := bolt.Open(path, 0o600, boltOptions(o))
	if err != nil {
		return nil, sentence(path, err)
	}
	if err := prepare(db, o.Now(), layouts, steps); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), db.Close())
	}
	if fresh && !o.NoSync {
		if err := syncDir(filepath.Dir(path)); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return &Store{tables: newTables(db, layouts, o.Now)}, nil
}

func boltOptions(o Options) *bolt.Options {
	b := &bolt.Options{
		Timeout:      o.LockTimeout,
		FreelistType: bolt.FreelistMapType,
		MaxSize:      int(o.MaxBytes),
		NoSync:       o.NoSync,
		NoGrowSync:   o.NoSync,
		NoStatistics: true,
	}
	if b.Timeout <= 0 {
		b.Timeout = time.Second
	}
	// bbolt lets a file grow beyond MaxSize if it is mapped in a larger piece.
	if strconv.IntSize == 64 && (o.MaxBytes == 0 || o.MaxBytes > firstMap) {
		b.InitialMmapSize = firstMap
	}
	return b
}

// inspect says what is wrong with the path in terms of files, and whether there
// is none yet.
func inspect(path string, mustExist bool) (fresh bool, err error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return false, fmt.Errorf("%s is a folder; give the path of the data file in it", path)
	case err == nil:
		return info.Size() == 0, nil
	case !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("data file: %w", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return false, fmt.Errorf("the folder of the data file %s is not there, make it first: %w", path, err)
	}
	if mustExist {
		return false, fmt.Errorf("there is no data file %s: %w", path, fs.ErrNotExist)
	}
	return true, nil
}

// sentence says what an error of bolt.Open means.
func sentence(path string, err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("%s is %w: stop that one first, or ask it", path, ErrInUse)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch):
		return fmt.Errorf("%s is %w (%w): restore a backup", path, ErrNotAStore, err)
	}
	return fmt.Errorf("data file %s: %w", path, err)
}

// syncDir makes the name of a new file durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("folder of the data file: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}
