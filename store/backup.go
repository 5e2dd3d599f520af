package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
)

// Backup writes a consistent copy of the data file to path while the store is
// in use. The file appears under its name when it is complete and on the disk.
// path must be on a fast disk: until the copy is done, the data file cannot
// use space again. ctx counts until the copy is begun.
func (s *Store) Backup(ctx context.Context, path string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.tables.reason(); err != nil {
		return err
	}
	return copyFile(s.tables.db, path)
}

// copyFile copies what is committed in db into a new file.
func copyFile(db *bolt.DB, path string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	err = db.View(func(b *bolt.Tx) error {
		_, err := b.WriteTo(f)
		return err
	})
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
