package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// maxStatements bounds what one connection keeps prepared. The store has some
// eighty fixed queries; the rest are lists with different filters.
const maxStatements = 256

// conn is one connection with its prepared statements. It is used by one
// goroutine at a time. No two results of the same query may be open at once,
// which collect and one see to.
type conn struct {
	raw        *sql.Conn
	statements map[string]*sql.Stmt
}

func openConn(ctx context.Context, db *sql.DB) (*conn, error) {
	raw, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{raw: raw, statements: map[string]*sql.Stmt{}}, nil
}

func (c *conn) close() error {
	return errors.Join(c.forget(), c.raw.Close())
}

// discard closes a connection for good; close gives it back to be used again.
func (c *conn) discard() {
	_ = c.forget()
	_ = c.raw.Raw(func(any) error { return driver.ErrBadConn })
}

func (c *conn) forget() error {
	var all []error
	for _, statement := range c.statements {
		all = append(all, statement.Close())
	}
	clear(c.statements)
	return errors.Join(all...)
}

func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if statement := c.statements[query]; statement != nil {
		return statement, nil
	}
	if len(c.statements) >= maxStatements {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	statement, err := c.raw.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", query, err)
	}
	c.statements[query] = statement
	return statement, nil
}

// exec runs a changing statement and says how many rows it changed.
//
// Statements do not run under the caller's context but are preceded by a look
// at it: the driver starts a goroutine for every statement that could be
// cancelled, and no statement of the store runs for long.
func (c *conn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := c.run(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// insert runs an insert and gives the id of the new row.
func (c *conn) insert(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := c.run(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

func (c *conn) run(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	statement, err := c.prepare(ctx, query) //nolint:sqlclosecheck // It stays prepared.
	if err != nil {
		return nil, err
	}
	return statement.ExecContext(ctx, args...)
}

// scanner is a row, or a result that stands on one.
type scanner interface {
	Scan(dest ...any) error
}

// each runs a query and hands its rows to scan. scan must not use c.
func (c *conn) each(ctx context.Context, scan func(scanner) error, query string, args ...any) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	statement, err := c.prepare(ctx, query) //nolint:sqlclosecheck // It stays prepared.
	if err != nil {
		return err
	}
	rows, err := statement.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// collect runs a query and converts all its rows.
func collect[T any](ctx context.Context, c *conn, convert func(scanner, *T) error, query string, args ...any) ([]T, error) {
	var all []T
	err := c.each(ctx, func(row scanner) error {
		var zero T
		all = append(all, zero)
		return convert(row, &all[len(all)-1])
	}, query, args...)
	if err != nil {
		return nil, err
	}
	return all, nil
}

// one runs a query and converts its only row; ErrNotFound if it has none.
func one[T any](ctx context.Context, c *conn, convert func(scanner, *T) error, query string, args ...any) (T, error) {
	var found T
	ok := false
	err := c.each(ctx, func(row scanner) error {
		ok = true
		return convert(row, &found)
	}, query, args...)
	switch {
	case err != nil:
		return *new(T), err
	case !ok:
		return *new(T), ErrNotFound
	default:
		return found, nil
	}
}

// value converts a row of one column.
func value[T any](row scanner, to *T) error { return row.Scan(to) }
