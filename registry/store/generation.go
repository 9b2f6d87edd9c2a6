package store

import (
	"cmp"
	"context"
	"sync"
)

// Generation names one state of the database: as long as it stays the same,
// nothing was committed, by this process or by another one.
type Generation struct{ connection, version int64 }

// before says whether g is an older state than other: both numbers only rise.
func (g Generation) before(other Generation) bool {
	return cmp.Or(cmp.Compare(g.connection, other.connection), cmp.Compare(g.version, other.version)) < 0
}

// generations asks for it on a connection of its own, which never writes:
// SQLite tells each connection whether others have committed since it looked
// last. The number means nothing on another connection.
type generations struct {
	mu         sync.Mutex
	conn       *conn
	connection int64 // raised whenever conn is another one
}

// moment is a generation that was asked for once for everything in a context.
type moment struct {
	once  sync.Once
	found Generation
	err   error
}

type momentKey struct{}

// WithMoment makes everything that is done under a context ask for the
// generation once. What is answered then was so at a moment while it was done.
func WithMoment(ctx context.Context) context.Context {
	return context.WithValue(ctx, momentKey{}, &moment{})
}

// Generation returns the present one. What is read after this call is at least
// as new: who keeps it under this generation never keeps anything too old.
func (s *Store) Generation(ctx context.Context) (Generation, error) {
	m, shared := ctx.Value(momentKey{}).(*moment)
	if !shared {
		return s.generation(ctx)
	}
	m.once.Do(func() { m.found, m.err = s.generation(ctx) })
	return m.found, m.err
}

// generation asks the database. A caller who has gone is told so and changes
// nothing: the connection is everybody's, and what is kept goes with it.
func (s *Store) generation(ctx context.Context) (Generation, error) {
	if err := ctx.Err(); err != nil {
		return Generation{}, err
	}
	ctx = context.WithoutCancel(ctx)
	g := &s.generations
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.readers.isClosed() {
		return Generation{}, ErrClosed
	}
	if g.conn == nil {
		conn, err := openConn(ctx, s.read)
		if err != nil {
			return Generation{}, err
		}
		g.conn = conn
		g.connection++
	}
	version, err := one(ctx, g.conn, value[int64], s.dialect.generation)
	if err != nil {
		g.conn.discard()
		g.conn = nil
		return Generation{}, err
	}
	return Generation{connection: g.connection, version: version}, nil
}

func (g *generations) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conn == nil {
		return nil
	}
	err := g.conn.close()
	g.conn = nil
	return err
}
