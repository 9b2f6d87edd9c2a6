package ui

import (
	"slices"
	"sort"
)

// Index is which rows of a list are shown, in which order, which of them are
// marked, and on which one the cursor is. A row is known by its position (0
// to n-1, as the catalogue holds it) and by an id that outlives positions.
//
// Cursor and marks belong to ids: filtering, sorting and changes by others
// move rows, never the choice. An Index is not safe for concurrent use.
type Index struct {
	id      func(pos int32) int64
	match   func(pos int32) Rank // nil: everything
	compare func(a, b int32) int // nil: as the catalogue holds them
	ranked  bool                 // best first, and only among equals by compare

	order   []int32 // all rows, sorted
	visible []int32 // those of order that match, by rank if ranked, else in the same order
	shown   []Rank  // by position: how well it matches
	touched []bool  // by position: set within Touch only

	// wanted is the row the cursor belongs to, even while a filter hides it.
	// Until somebody moves the cursor it is on the first row, whichever that
	// is: rows that load above it must not push the top out of sight.
	wanted   int32
	wantedID int64
	moved    bool
	// stood is where the cursor was seen last: it stays there when its row is
	// gone.
	stood int

	marks    map[int64]struct{}
	marked   []bool // by position: whether its id is in marks
	anchor   int64  // where the last mark was set; a range starts here
	anchored bool
	hidden   int // marked rows that the filter hides, or -1 if not counted
}

// NewIndex makes an empty index; id returns the id of the row at a position.
func NewIndex(id func(pos int32) int64) *Index {
	return &Index{id: id, marks: map[int64]struct{}{}}
}

// Total returns how many rows there are, shown or not.
func (x *Index) Total() int { return len(x.order) }

// Len returns how many rows are shown.
func (x *Index) Len() int { return len(x.visible) }

// At returns the position of the i-th shown row.
func (x *Index) At(i int) int32 { return x.visible[i] }

// Reset tells that there are n rows now and that any position may hold
// another row than before. Filter, order, marks and cursor stay, as far as
// their rows are still there; a cursor whose row is gone stays where it stood.
func (x *Index) Reset(n int) {
	x.order, x.visible, x.shown, x.touched, x.marked = nil, nil, nil, nil, make([]bool, n)
	gone := x.moved
	alive := make(map[int64]struct{}, len(x.marks))
	for pos := range int32(n) { //nolint:gosec // rows are counted in int32
		if len(x.marks) == 0 && !x.moved {
			break
		}
		id := x.id(pos)
		if x.moved && id == x.wantedID {
			x.wanted, gone = pos, false
		}
		if _, marked := x.marks[id]; marked {
			alive[id], x.marked[pos] = struct{}{}, true
		}
	}
	x.marks = alive
	x.moved = x.moved && !gone
	x.Grow(n)
	if gone {
		x.Goto(x.stood)
	}
}

// Grow tells that there are n rows now, the new ones after those before.
func (x *Index) Grow(n int) {
	from := len(x.shown)
	if n <= from {
		return
	}
	added := make([]int32, 0, n-from)
	for pos := from; pos < n; pos++ {
		added = append(added, int32(pos)) //nolint:gosec // rows are counted in int32
	}
	x.shown = append(x.shown, make([]Rank, n-from)...)
	x.touched = append(x.touched, make([]bool, n-from)...)
	x.marked = append(x.marked, make([]bool, n-len(x.marked))...)
	x.insert(added)
}

// Touch tells that the rows at these positions changed: they may match no
// longer, or stand elsewhere.
func (x *Index) Touch(positions ...int32) {
	again := make([]int32, 0, len(positions))
	for _, pos := range positions {
		if int(pos) < len(x.touched) && !x.touched[pos] {
			x.touched[pos] = true
			again = append(again, pos)
		}
	}
	if len(again) == 0 {
		return
	}
	isTouched := func(pos int32) bool { return x.touched[pos] }
	x.order = slices.DeleteFunc(x.order, isTouched)
	x.visible = slices.DeleteFunc(x.visible, isTouched)
	for _, pos := range again {
		x.touched[pos] = false
	}
	x.insert(again)
}

// Sort orders the rows; nil is the order of the catalogue. Rows that compare
// equal stay in that order, so that nothing moves without a reason.
func (x *Index) Sort(compare func(a, b int32) int) {
	x.compare = compare
	slices.SortFunc(x.order, x.cmp)
	x.collect()
}

// cmp is a total order of positions.
func (x *Index) cmp(a, b int32) int {
	if x.compare != nil {
		if c := x.compare(a, b); c != 0 {
			return c
		}
	}
	return int(a) - int(b)
}

// insert sorts rows that are in neither list into both.
func (x *Index) insert(rows []int32) {
	slices.SortFunc(rows, x.cmp)
	x.order = merge(x.order, rows, x.cmp)
	matching := rows[:0]
	for _, pos := range rows {
		x.shown[pos] = Matches
		if x.match != nil {
			x.shown[pos] = x.match(pos)
		}
		if x.shown[pos] != Hidden {
			matching = append(matching, pos)
		}
	}
	if x.ranked {
		matching = x.rank(matching)
	}
	x.visible = merge(x.visible, matching, x.cmpShown)
	x.hidden = -1
}

// merge joins two sorted lists. A few rows are placed by binary search, so
// that a live change among 100,000 rows costs next to nothing; what comes
// after all others, as most of a list that is being read, is appended.
func merge(old, added []int32, cmp func(a, b int32) int) []int32 {
	if len(old) == 0 || len(added) > 0 && cmp(old[len(old)-1], added[0]) < 0 {
		return append(old, added...)
	}
	if len(added) == 0 {
		return old
	}
	merged := make([]int32, 0, len(old)+len(added))
	for _, pos := range added {
		at := sort.Search(len(old), func(i int) bool { return cmp(old[i], pos) > 0 })
		merged = append(merged, old[:at]...)
		merged = append(merged, pos)
		old = old[at:]
	}
	return append(merged, old...)
}

// Cursor returns which shown row the cursor is on, or -1 if none is shown.
// While a filter hides its row, the cursor stands where that row would be.
func (x *Index) Cursor() int {
	if len(x.visible) == 0 {
		return -1
	}
	x.stood = 0
	if x.moved {
		at := sort.Search(len(x.visible), func(i int) bool { return x.cmpShown(x.visible[i], x.wanted) >= 0 })
		x.stood = min(at, len(x.visible)-1)
	}
	return x.stood
}

// Current returns the position of the row under the cursor.
func (x *Index) Current() (pos int32, ok bool) {
	if at := x.Cursor(); at >= 0 {
		return x.visible[at], true
	}
	return 0, false
}

// Move moves the cursor by shown rows; it stops at both ends.
func (x *Index) Move(by int) {
	if at := x.Cursor(); at >= 0 {
		x.Goto(at + by)
	}
}

// Goto puts the cursor on the i-th shown row, or on the nearest end.
func (x *Index) Goto(i int) {
	if len(x.visible) == 0 {
		return
	}
	i = min(max(i, 0), len(x.visible)-1)
	x.wanted, x.moved, x.stood = x.visible[i], true, i
	x.wantedID = x.id(x.wanted)
}

// Pin gives the cursor to the row that it is on, though nobody moved it yet:
// once a list was read to its end, rows that come on top are others.
func (x *Index) Pin() {
	if !x.moved {
		x.Goto(0)
	}
}

// Choose puts the cursor on the row with an id; it reports whether there is one.
func (x *Index) Choose(id int64) bool {
	for _, pos := range x.order {
		if x.id(pos) == id {
			x.wanted, x.wantedID, x.moved = pos, id, true
			return true
		}
	}
	return false
}

// Next puts the cursor on the next shown row that is wanted, going on at the
// top after the last one; it reports whether there is one.
func (x *Index) Next(wanted func(pos int32) bool) bool {
	at := x.Cursor()
	for i := 1; i <= len(x.visible); i++ {
		next := (at + i) % len(x.visible)
		if wanted(x.visible[next]) {
			x.Goto(next)
			return true
		}
	}
	return false
}
