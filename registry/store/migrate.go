package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// lockRetry is how often Open tries to take the lock.
const lockRetry = 25 * time.Millisecond

// lockCurrentSchema returns holding the directory's lock shared, its schema
// being the one that this program knows. Every process holds the lock shared
// while it is open; whoever has to migrate needs it alone.
func lockCurrentSchema(ctx context.Context, cfg Config, d dialect) (*flock.Flock, error) {
	know, err := knownSchema(d)
	if err != nil {
		return nil, err
	}
	// Looked at before anything is written, the lock file included.
	if err := checkSchema(cfg.Dir, know); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(cfg.Dir, lockFile), flock.SetPermissions(0o600))
	// Only waiting for others is counted: on a slow disk one's own migration
	// may take longer than anybody's patience.
	for waited := time.Duration(0); ; waited += lockRetry {
		open, err := tryLock(ctx, cfg, d, lock, know)
		if err != nil {
			return nil, errors.Join(err, lock.Close())
		}
		if open {
			return lock, nil
		}
		if waited > cfg.lockPatience {
			busy := &BusyError{Dir: cfg.Dir, Doing: "opening", PIDs: lockHolders(lock.Path())}
			return nil, errors.Join(busy, lock.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), lock.Close())
		case <-time.After(lockRetry):
		}
	}
}

// tryLock makes one attempt: open is true with the lock held shared and the
// schema current. A lock is never changed from shared to exclusive while it
// is held: two processes doing that would wait for each other.
func tryLock(ctx context.Context, cfg Config, d dialect, lock *flock.Flock, know int64) (open bool, err error) {
	shared, err := lock.TryRLock()
	if err != nil {
		return false, fmt.Errorf("locking the data directory: %w", err)
	}
	if !shared {
		return false, nil
	}
	have, err := schemaOnDisk(cfg.Dir)
	if err != nil {
		return false, err
	}
	if have > know {
		return false, &NewerSchemaError{Dir: cfg.Dir, Have: have, Know: know}
	}
	if have == know {
		return true, nil
	}
	if err := lock.Unlock(); err != nil {
		return false, fmt.Errorf("unlocking the data directory: %w", err)
	}
	alone, err := lock.TryLock()
	if err != nil {
		return false, fmt.Errorf("locking the data directory: %w", err)
	}
	if !alone {
		return false, nil
	}
	if err := migrate(ctx, cfg, d, know); err != nil {
		return false, fmt.Errorf("bringing the data directory %q from schema %d to %d: %w", cfg.Dir, have, know, err)
	}
	// The next attempt takes the lock shared and finds the schema current.
	return false, lock.Unlock()
}

func migrate(ctx context.Context, cfg Config, d dialect, know int64) (err error) {
	db, err := openSQLite(cfg.Dir, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	// The file's header may lag behind its log after a crash, so the database
	// itself is asked again.
	var have int64
	if err := db.QueryRowContext(ctx, "pragma user_version").Scan(&have); err != nil {
		return err
	}
	if have > know {
		return &NewerSchemaError{Dir: cfg.Dir, Have: have, Know: know}
	}
	provider, err := newProvider(d, db)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return err
	}
	id := rand.Text()
	if _, err := db.ExecContext(ctx, "insert into meta (name, value) values ('store_id', ?) on conflict do nothing", id); err != nil {
		return err
	}
	// From here on the header tells the schema to whoever only looks at it.
	_, err = db.ExecContext(ctx, "pragma wal_checkpoint(truncate)")
	return err
}

func newProvider(d dialect, db *sql.DB) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, d.migrations)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(d.goose, db, folder, goose.WithDisableGlobalRegistry(true))
}

// knownSchema is the number of the last migration.
func knownSchema(d dialect) (int64, error) {
	entries, err := fs.ReadDir(migrations, d.migrations)
	if err != nil {
		return 0, err
	}
	var know int64
	for _, entry := range entries {
		number, err := goose.NumericComponent(entry.Name())
		if err != nil {
			return 0, err
		}
		know = max(know, number)
	}
	return know, nil
}

func checkSchema(dir string, know int64) error {
	have, err := schemaOnDisk(dir)
	if err != nil {
		return err
	}
	if have > know {
		return &NewerSchemaError{Dir: dir, Have: have, Know: know}
	}
	return nil
}

// schemaOnDisk reads the schema's number from the header of the database file
// without opening it as a database, which would already write beside it. The
// last statement of every migration sets it. 0 is no database.
func schemaOnDisk(dir string) (int64, error) {
	const userVersion = 60 // Offset in the header of the SQLite file format.
	file, err := os.Open(filepath.Join(dir, databaseFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the schema of the data directory: %w", err)
	}
	defer file.Close() //nolint:errcheck // Nothing was written.
	info, err := file.Stat()
	if err != nil {
		return 0, fmt.Errorf("reading the schema of the data directory: %w", err)
	}
	if info.Size() == 0 {
		return 0, nil
	}
	var field [4]byte
	if _, err := file.ReadAt(field[:], userVersion); err != nil {
		return 0, fmt.Errorf("reading the schema of the data directory: %s is not a database: %w", databaseFile, err)
	}
	return int64(binary.BigEndian.Uint32(field[:])), nil
}
