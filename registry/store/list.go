package store

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
)

// Page is a part of a list.
type Page[T any] struct {
	Rows []T
	// Next is the key to go on from, nil on the last page. A page may hold
	// fewer rows than asked for, or none, and still have a next one.
	Next []byte
	// Scanned is how many rows were examined.
	Scanned int64
}

// list is a list that is read page by page. Its order is that of an index,
// and only conditions that this index answers may be in keys: all others are
// in residual, whose cost is bounded by the rows that a page examines.
type list[T any] struct {
	columns string
	// table has the rows, and index is what to read them by; joined is what
	// the columns and residual need besides.
	table, index, joined string
	// joinedArgs are the parameters of joined.
	joinedArgs []any
	keys       condition
	residual   condition
	// order are the columns of the index that order it, none twice the same.
	order []string
	desc  bool
	scan  func(scanner, *T) error
	// keyOf gives the values of order for a row.
	keyOf func(*T) []any
	// accept is a condition that is not left to SQL, or nil. A list has
	// either residual or accept.
	accept func(*T) bool
}

// part is what was read of a list.
type part[T any] struct {
	rows []T
	// last is the key of the last row that was examined, or where the reading
	// began; next is the same, or nil if that was the end of the list.
	last, next []any
	scanned    int64
}

// read reads rows after a key (nil: from the start).
func (l list[T]) read(ctx context.Context, v *View, after []any, limit int) (part[T], error) {
	if l.residual.sql == "" {
		return l.readCounting(ctx, v, after, limit)
	}
	// Conditions that no index answers: look at growing windows of the index,
	// until the page is full, the list ends, or enough rows were examined.
	p := part[T]{last: after}
	for window, remaining := max(200, 2*limit), v.s.config.MaxScan; remaining > 0; window *= 8 {
		window = min(window, remaining)
		remaining -= window
		end, err := l.skip(ctx, v, p.last, window)
		if err != nil {
			return p, err
		}
		err = l.fetch(ctx, v, p.last, end, limit+1-len(p.rows), func(t *T) bool {
			p.rows = append(p.rows, *t)
			return true
		})
		if err != nil {
			return p, err
		}
		full := len(p.rows) > limit
		if full {
			p.rows = p.rows[:limit]
			end = l.keyOf(&p.rows[limit-1])
		}
		examined, err := l.count(ctx, v, p.last, end, window)
		if err != nil {
			return p, err
		}
		p.scanned += examined
		if end == nil {
			return p, nil
		}
		if p.last = end; full {
			break
		}
	}
	p.next = p.last
	return p, nil
}

// readCounting reads a list without residual: every row is looked at here, so
// that their number is known.
func (l list[T]) readCounting(ctx context.Context, v *View, after []any, limit int) (part[T], error) {
	p := part[T]{last: after, rows: make([]T, 0, min(limit, 1024))}
	most := limit + 1
	if l.accept != nil {
		most = v.s.config.MaxScan + 1
	}
	more := false
	var last T
	err := l.fetch(ctx, v, after, nil, most, func(t *T) bool {
		if more = len(p.rows) == limit || p.scanned == int64(most-1); more {
			return false
		}
		p.scanned++
		last = *t
		if l.accept == nil || l.accept(t) {
			p.rows = append(p.rows, *t)
		}
		return true
	})
	if p.scanned > 0 {
		p.last = l.keyOf(&last)
	}
	if more {
		p.next = p.last
	}
	return p, err
}

// fetch reads at most limit rows that fulfil the conditions, after one key
// and up to another one (nil: the end), as long as take wants more. What take
// is given is used again for the next row.
func (l list[T]) fetch(ctx context.Context, v *View, after, end []any, limit int, take func(*T) bool) error {
	span := all(l.keys, l.compare(l.after(), after), l.compare(l.upTo(), end), l.residual)
	args := append(append(append([]any{}, l.joinedArgs...), span.args...), limit)
	query := "select " + l.columns + " from " + l.rows(v) + " " + l.joined + " where " + span.sql + l.orderBy() + " limit ?"
	var t, zero T
	err := v.c.each(ctx, func(row scanner) error {
		t = zero
		if err := l.scan(row, &t); err != nil {
			return err
		}
		if !take(&t) {
			return errEnough
		}
		return nil
	}, query, args...)
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// errEnough ends the reading of a result.
var errEnough = errors.New("enough rows")

// skip gives the key of the n-th row after a key, nil if there are fewer.
func (l list[T]) skip(ctx context.Context, v *View, after []any, n int) ([]any, error) {
	span := all(l.keys, l.compare(l.after(), after))
	key := make([]any, len(l.order))
	_, err := one(ctx, v.c, func(row scanner, _ *struct{}) error {
		dest := make([]any, len(key))
		for i := range key {
			dest[i] = &key[i]
		}
		return row.Scan(dest...)
	}, "select "+strings.Join(l.order, ", ")+" from "+l.rows(v)+" where "+span.sql+l.orderBy()+" limit 1 offset ?", append(span.args, n-1)...)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return key, err
}

// count says how many rows lie between two keys, the second one included, as
// far as it is not more than n.
func (l list[T]) count(ctx context.Context, v *View, after, end []any, n int) (int64, error) {
	span := all(l.keys, l.compare(l.after(), after), l.compare(l.upTo(), end))
	return one(ctx, v.c, value[int64], "select count(*) from (select 1 from "+l.rows(v)+" where "+span.sql+" limit ?)", append(span.args, n)...)
}

// rows names the table together with its index: which one is used decides
// whether a list is bounded, so it is not left to a planner.
func (l list[T]) rows(v *View) string {
	if l.index == "" {
		return l.table
	}
	return l.table + v.s.dialect.useIndex(l.index)
}

func (l list[T]) after() string {
	if l.desc {
		return "<"
	}
	return ">"
}

func (l list[T]) upTo() string {
	if l.desc {
		return ">="
	}
	return "<="
}

func (l list[T]) compare(operator string, key []any) condition {
	if key == nil {
		return condition{}
	}
	return where("("+strings.Join(l.order, ", ")+") "+operator+" (?"+strings.Repeat(", ?", len(key)-1)+")", key...)
}

func (l list[T]) orderBy() string {
	direction := ""
	if l.desc {
		direction = " desc"
	}
	return " order by " + strings.Join(l.order, direction+", ") + direction
}

// page reads a page of a list whose keys are kept between pages as bytes.
func (l list[T]) page(ctx context.Context, v *View, k keyKind, after []byte, limit int) (Page[T], error) {
	start, err := k.decode(after)
	if err != nil {
		return Page[T]{}, err
	}
	p, err := l.read(ctx, v, start, limit)
	if err != nil {
		return Page[T]{}, err
	}
	return Page[T]{Rows: p.rows, Next: k.encode(p.next), Scanned: p.scanned}, nil
}

// keyKind is how the keys of a list are kept between pages. Its number is
// their first byte, so that the key of another list is not taken for one.
type keyKind byte

const (
	// keyRecent is a time and an id.
	keyRecent keyKind = 1
	// keyPrecedence is the precedence of a number.
	keyPrecedence keyKind = 2
	// keyNames is an org's key and a connector's.
	keyNames keyKind = 3
	// keyIDs is an id.
	keyIDs keyKind = 4
	// keyWaiting is a time and an id, of what waits for people.
	keyWaiting keyKind = 5
)

func (k keyKind) encode(key []any) []byte {
	if key == nil {
		return nil
	}
	encoded := []byte{byte(k)}
	for i, part := range key {
		switch part := part.(type) {
		case int64:
			encoded = binary.BigEndian.AppendUint64(encoded, uint64(part)) //nolint:gosec // G115: decode reverses it.
		case []byte:
			encoded = append(encoded, part...)
		case string:
			if i > 0 {
				encoded = append(encoded, 0)
			}
			encoded = append(encoded, part...)
		}
	}
	return encoded
}

func (k keyKind) decode(encoded []byte) ([]any, error) {
	if encoded == nil {
		return nil, nil
	}
	if len(encoded) < 2 || encoded[0] != byte(k) {
		return nil, ErrBadKey
	}
	encoded = encoded[1:]
	switch k {
	case keyPrecedence:
		return []any{encoded}, nil
	case keyNames:
		org, name, ok := strings.Cut(string(encoded), "\x00")
		if !ok {
			return nil, ErrBadKey
		}
		return []any{org, name}, nil
	case keyIDs:
		if len(encoded) != 8 {
			return nil, ErrBadKey
		}
		return []any{int64(binary.BigEndian.Uint64(encoded))}, nil //nolint:gosec // G115: the reverse of encode.
	default:
		if len(encoded) != 16 {
			return nil, ErrBadKey
		}
		at, id := binary.BigEndian.Uint64(encoded), binary.BigEndian.Uint64(encoded[8:])
		return []any{int64(at), int64(id)}, nil //nolint:gosec // G115: the reverse of encode.
	}
}
