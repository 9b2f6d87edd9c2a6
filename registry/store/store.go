package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

// Points of a transaction at which Config.At is called.
const (
	BeforeCommit = "before-commit"
	AfterCommit  = "after-commit"
)

// defaultMaxScan is how many rows a page of a list examines at most.
const defaultMaxScan = 10_000

const defaultLockPatience = 5 * time.Second

// Config says where the store is and what rules it keeps.
type Config struct {
	// Dir is the data directory; it is created if it is not there.
	Dir string
	// Now is the clock; nil is the real one.
	Now func() time.Time
	// Legal is the table of legal moves.
	Legal []Transition
	// At is called at BeforeCommit and AfterCommit of each transaction. Tests
	// end the process there; nil does nothing.
	At func(point string)
	// Log is where faults in the background go; nil is nowhere.
	Log *slog.Logger
	// MaxScan is how many rows a page of a list examines at most; 0 is
	// 10,000.
	MaxScan int

	// lockPatience is how long Open waits for another process that migrates,
	// or that keeps this one from migrating.
	lockPatience time.Duration
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.At == nil {
		c.At = func(string) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.MaxScan <= 0 {
		c.MaxScan = defaultMaxScan
	}
	if c.lockPatience == 0 {
		c.lockPatience = defaultLockPatience
	}
	return c
}

// Store is an open database. All methods may be called at once. Any number of
// processes may have the same one open; none of them is special.
type Store struct {
	config  Config
	dialect dialect
	legal   map[Transition]bool
	lock    *flock.Flock
	id      string

	// read and write only make connections; what is open lies in the pools.
	// There is one writer, since SQLite has one write lock, and waiting for a
	// channel is cheaper and fairer than waiting for that lock.
	read, write *sql.DB
	readers     pool
	writer      pool
	generations generations

	bell *bell
}

// Open opens the database of a data directory, or makes it. It returns a
// *NewerSchemaError, *BusyError or *NetworkFilesystemError where it must not.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	if cfg.Dir == "" {
		return nil, errors.New("opening the store: no data directory was given")
	}
	s := &Store{config: cfg, dialect: sqliteDialect, legal: make(map[Transition]bool, len(cfg.Legal))}
	for _, transition := range cfg.Legal {
		s.legal[transition] = true
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	if name := networkFilesystem(cfg.Dir); name != "" {
		return nil, &NetworkFilesystemError{Dir: cfg.Dir, Type: name}
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	if s.lock, err = lockCurrentSchema(ctx, s.config, s.dialect); err != nil {
		return err
	}
	if s.write, err = openSQLite(s.config.Dir, false); err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	if s.read, err = openSQLite(s.config.Dir, true); err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	s.writer = newPool(s.write, 1)
	s.readers = newPool(s.read, max(4, 2*runtime.GOMAXPROCS(0)))
	var head Head
	err = s.Read(ctx, func(v *View) error {
		if s.id, err = one(ctx, v.c, value[string], "select value from meta where name = 'store_id'"); err != nil {
			return fmt.Errorf("reading the id of the store: %w", err)
		}
		head, err = v.Head(ctx)
		return err
	})
	if err != nil {
		return err
	}
	s.bell = newBell(head.Seq, s.pollHead, s.config.Log)
	return nil
}

// Close waits for open transactions and lets the directory go. Calls that
// come later fail with ErrClosed.
func (s *Store) Close() error {
	var all []error
	if s.bell != nil {
		s.bell.close()
	}
	all = append(all, s.readers.close(), s.writer.close(), s.generations.close())
	// The writer is closed last: only a connection that may write can bring
	// the log of the database back into its file.
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			all = append(all, db.Close())
		}
	}
	if s.lock != nil {
		all = append(all, s.lock.Close())
	}
	if err := errors.Join(all...); err != nil {
		return fmt.Errorf("closing the store: %w", err)
	}
	return nil
}

// ID is the random name of this store, made with it.
func (s *Store) ID() string { return s.id }

// View reads. It lives as long as the function that it was given to.
type View struct {
	c *conn
	s *Store
}

// Tx changes; everything that a View reads can be read in it, too, and shows
// what was changed. Its events are appended when it commits.
type Tx struct {
	View
	now    time.Time
	by     Actor
	events []Record
}

// Now is the time of the transaction, to the microsecond.
func (tx *Tx) Now() time.Time { return tx.now }

// By is who changes.
func (tx *Tx) By() Actor { return tx.by }

// Read runs fn on one snapshot: nothing that is written meanwhile shows.
func (s *Store) Read(ctx context.Context, fn func(*View) error) error {
	return s.readers.with(ctx, func(c *conn) (err error) {
		if _, err := c.exec(ctx, s.dialect.beginRead); err != nil {
			return unusable{err}
		}
		defer func() { err = s.rollback(ctx, c, err) }()
		return fn(&View{c: c, s: s})
	})
}

// Glance is Read for a fn that asks once: one statement is a snapshot by
// itself.
func (s *Store) Glance(ctx context.Context, fn func(*View) error) error {
	return s.readers.with(ctx, func(c *conn) error { return fn(&View{c: c, s: s}) })
}

// Write runs fn in one transaction, by one person at one time. When it
// returns nil, what fn did is on the disk; else nothing of it happened. fn
// must have no effect but on tx, for another database would call it again
// after a conflict, and must not call Write, which would wait for itself.
func (s *Store) Write(ctx context.Context, by Actor, fn func(*Tx) error) error {
	var head Seq
	err := s.writer.with(ctx, func(c *conn) (err error) {
		head, err = s.transact(ctx, c, by, fn)
		return err
	})
	if err != nil {
		return s.explain(err)
	}
	s.config.At(AfterCommit)
	if head > 0 {
		s.bell.ring(head)
	}
	return nil
}

// transact gives the seq of the last event that it wrote, 0 if none.
func (s *Store) transact(ctx context.Context, c *conn, by Actor, fn func(*Tx) error) (head Seq, err error) {
	begin, err := c.prepare(ctx, s.dialect.beginWrite) //nolint:sqlclosecheck // It stays prepared.
	if err != nil {
		return 0, err
	}
	// The one statement that may wait, so the one that can be cancelled.
	if _, err := begin.ExecContext(ctx); err != nil {
		return 0, unusable{err}
	}
	open := true
	defer func() {
		if open {
			err = s.rollback(ctx, c, err)
		}
	}()
	tx := &Tx{View: View{c: c, s: s}, now: s.config.Now().UTC().Truncate(time.Microsecond), by: by}
	if err := fn(tx); err != nil {
		return 0, err
	}
	if head, err = tx.appendEvents(ctx); err != nil {
		return 0, fmt.Errorf("appending to the audit log: %w", err)
	}
	s.config.At(BeforeCommit)
	if _, err := c.exec(ctx, "commit"); err != nil {
		return 0, fmt.Errorf("committing: %w", err)
	}
	open = false
	return head, nil
}

// rollback ends a transaction and keeps the error that it ends with. It runs
// whatever became of the context.
func (s *Store) rollback(ctx context.Context, c *conn, err error) error {
	if _, fault := c.exec(context.WithoutCancel(ctx), "rollback"); fault != nil {
		return unusable{errors.Join(err, fault)}
	}
	return err
}

// explain puts what people can do something about into words of its own.
func (s *Store) explain(err error) error {
	switch s.dialect.fault(err) {
	case faultBusy:
		return errors.Join(&BusyError{Dir: s.config.Dir, Doing: "writing to", PIDs: lockHolders(s.lock.Path())}, err)
	case faultFull:
		return fmt.Errorf("%w: %w", ErrFull, err)
	default:
		return err
	}
}

// unusable marks an error after which a connection is in an unknown state and
// is replaced.
type unusable struct{ error }

// Unwrap gives errors.Is and errors.As the cause.
func (u unusable) Unwrap() error { return u.error }

// pool lends connections, which are opened when they are first needed.
type pool struct {
	db     *sql.DB
	free   chan *conn // nil stands for one that is not open yet
	closed chan struct{}
}

func newPool(db *sql.DB, size int) pool {
	p := pool{db: db, free: make(chan *conn, size), closed: make(chan struct{})}
	for range size {
		p.free <- nil
	}
	return p
}

func (p pool) isClosed() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

// with lends a connection to fn.
func (p pool) with(ctx context.Context, fn func(*conn) error) error {
	if p.isClosed() {
		return ErrClosed
	}
	var c *conn
	select {
	case c = <-p.free:
	case <-p.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	var err error
	if c == nil {
		if c, err = openConn(ctx, p.db); err != nil {
			p.free <- nil
			return fmt.Errorf("connecting to the database: %w", err)
		}
	}
	keep := false
	defer func() {
		if !keep { // A panic, or an unknown state.
			c.discard()
			c = nil
		}
		p.free <- c
	}()
	err = fn(c)
	var u unusable
	if keep = !errors.As(err, &u); !keep {
		err = u.error
	}
	return err
}

// close waits until every connection is back.
func (p pool) close() error {
	if p.db == nil {
		return nil
	}
	select {
	case <-p.closed:
		return nil
	default:
		close(p.closed)
	}
	var all []error
	for range cap(p.free) {
		if c := <-p.free; c != nil {
			all = append(all, c.close())
		}
	}
	return errors.Join(all...)
}
