package catalog

// row is what Rows holds: immutable, with an id that is never used again.
type row interface {
	// Key is the id.
	Key() int64
	// Rev is raised by every change of the row at the registry.
	Rev() int64
	// stamped returns the row with the number under which it is stored here.
	stamped(edition int64) any
}

// Rows are all known rows of one kind. New ones are appended; positions are
// stable until a row is removed. It is not safe for concurrent use: the
// console's loop owns it.
type Rows[R row] struct {
	rows    []R
	at      map[int64]int32
	removed map[int64]struct{}

	edition int64
	// log names the positions that changed, oldest first, from edition base on.
	log  []change
	base int64
	// whole tells that every row of the list was read at least once.
	whole bool
}

type change struct {
	edition int64
	pos     int32
}

// logLimit bounds how far back a view may be behind without starting over.
const logLimit = 4096

func newRows[R row]() *Rows[R] {
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

// Whole reports whether the whole list was read; until then counts and
// sorting are about what is known so far.
func (r *Rows[R]) Whole() bool { return r.whole }

// SetWhole says whether the whole list was read.
func (r *Rows[R]) SetWhole(whole bool) { r.whole = whole }

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

// put stores a row unless a newer one is known, or it was removed.
func (r *Rows[R]) put(add R) bool {
	if _, gone := r.removed[add.Key()]; gone {
		return false
	}
	pos, known := r.at[add.Key()]
	if known && r.rows[pos].Rev() > add.Rev() {
		return false
	}
	r.edition++
	add, _ = add.stamped(r.edition).(R)
	if !known {
		r.at[add.Key()] = int32(len(r.rows)) //nolint:gosec // a registry has far fewer rows
		r.rows = append(r.rows, add)
		return true
	}
	r.rows[pos] = add
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

// remove forgets a row for good. The last row takes its position, so that
// every view has to start over.
func (r *Rows[R]) remove(id int64) bool {
	r.removed[id] = struct{}{}
	pos, known := r.at[id]
	if !known {
		return false
	}
	last := len(r.rows) - 1
	r.rows[pos] = r.rows[last]
	r.at[r.rows[pos].Key()] = pos
	delete(r.at, id)
	clear(r.rows[last:])
	r.rows = r.rows[:last]
	r.edition++
	r.log, r.base = nil, r.edition
	return true
}

// reset forgets everything, as when changes were missed for good.
func (r *Rows[R]) reset() {
	r.rows, r.at, r.whole = nil, map[int64]int32{}, false
	r.edition++
	r.log, r.base = nil, r.edition
}
