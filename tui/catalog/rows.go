package catalog

// row is what Rows holds: immutable once stored, with an id that is never
// used again.
type row[R any] interface {
	// Key is the id.
	Key() int64
	// Rev is raised by every change of the row at the registry.
	Rev() int64
	// stamp sets the number under which the row is stored here.
	stamp(edition int64)
	// same reports whether another row shows the same.
	same(other R) bool
	// Text is what free words of a filter are looked for in, Called the name
	// that they may be near.
	Text() string
	Called() string
}

// Rows are all known rows of one kind. New ones are appended; positions are
// stable until a row is removed. It is not safe for concurrent use: the
// console's loop owns it.
type Rows[R row[R]] struct {
	rows []R
	seen []uint32 // by position: the reading that met the row last
	// texts and called are the Text and Called of the rows: filters walk
	// through them at each key, and through rows only for other columns.
	texts, called []string
	at            map[int64]int32
	removed       map[int64]struct{}

	edition int64
	// log names the positions that changed, oldest first, from edition base on.
	log  []change
	base int64

	reading  uint32 // number of the last reading; 0: none was begun
	underway bool
	whole    bool
	distrust bool
	err      error
}

type change struct {
	edition int64
	pos     int32
}

// logLimit bounds how far back a view may be behind without starting over.
const logLimit = 4096

func newRows[R row[R]]() *Rows[R] {
	return &Rows[R]{at: map[int64]int32{}, removed: map[int64]struct{}{}}
}

// Len returns how many rows are known.
func (r *Rows[R]) Len() int { return len(r.rows) }

// At returns the row at a position.
func (r *Rows[R]) At(pos int32) R { return r.rows[pos] }

// Find returns the row with an id.
func (r *Rows[R]) Find(id int64) (found R, ok bool) {
	pos, ok := r.at[id]
	if !ok {
		return found, false
	}
	return r.rows[pos], true
}

// All returns every row by position. It must not be changed.
func (r *Rows[R]) All() []R { return r.rows }

// Texts returns, by position, what free words of a filter are looked for in.
// It must not be changed.
func (r *Rows[R]) Texts() []string { return r.texts }

// Called returns, by position, the names that free words may be near. It must
// not be changed.
func (r *Rows[R]) Called() []string { return r.called }

// Edition is raised by every change.
func (r *Rows[R]) Edition() int64 { return r.edition }

// Since returns the positions that changed after an edition. ok is false when
// that is not known any more, or rows moved: then the view starts over.
// Positions at or above what the view's length was are new rows.
func (r *Rows[R]) Since(edition int64) (touched []int32, ok bool) {
	if edition < r.base {
		return nil, false
	}
	for _, c := range r.log {
		if c.edition > edition {
			touched = append(touched, c.pos)
		}
	}
	return touched, true
}

// put stores a row unless a newer one is known, or it was removed. It reports
// whether anything changed.
func (r *Rows[R]) put(add R) bool {
	if _, gone := r.removed[add.Key()]; gone {
		return false
	}
	pos, known := r.at[add.Key()]
	if known {
		old := r.rows[pos]
		trusted := !r.distrust || r.seen[pos] == r.reading
		r.seen[pos] = r.reading
		if trusted && old.Rev() > add.Rev() || old.same(add) {
			return false
		}
	}
	r.edition++
	add.stamp(r.edition)
	if !known {
		r.at[add.Key()] = int32(len(r.rows)) //nolint:gosec // a registry has far fewer rows
		r.rows = append(r.rows, add)
		r.seen = append(r.seen, r.reading)
		r.texts, r.called = append(r.texts, add.Text()), append(r.called, add.Called())
		return true
	}
	r.rows[pos], r.texts[pos], r.called[pos] = add, add.Text(), add.Called()
	r.note(pos)
	return true
}

// note writes into the log that a position changed.
func (r *Rows[R]) note(pos int32) {
	if len(r.log) >= logLimit {
		r.base = r.log[logLimit/2].edition
		r.log = append(r.log[:0], r.log[logLimit/2+1:]...)
	}
	r.log = append(r.log, change{edition: r.edition, pos: pos})
}

// remove forgets a row for good; a page that is on its way does not bring it
// back.
func (r *Rows[R]) remove(id int64) {
	r.removed[id] = struct{}{}
	if gone, known := r.at[id]; known {
		r.drop(func(pos int32) bool { return pos == gone })
	}
}

// drop forgets rows. Those behind them move up, so that every view has to
// start over.
func (r *Rows[R]) drop(gone func(pos int32) bool) {
	kept := 0
	for i, each := range r.rows {
		if gone(int32(i)) {
			delete(r.at, each.Key())
			continue
		}
		r.rows[kept], r.seen[kept] = each, r.seen[i]
		r.texts[kept], r.called[kept] = r.texts[i], r.called[i]
		r.at[each.Key()] = int32(kept)
		kept++
	}
	if kept == len(r.rows) {
		return
	}
	clear(r.rows[kept:])
	r.rows, r.seen, r.texts, r.called = r.rows[:kept], r.seen[:kept], r.texts[:kept], r.called[:kept]
	r.edition++
	r.log, r.base = nil, r.edition
}
