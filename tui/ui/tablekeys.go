package ui

import "slices"

// SortBy sorts by a column; asked for the same column again, it turns the
// order around. It reports false for a column that cannot be sorted by.
func (tb *Table[R]) SortBy(id string) bool {
	for i := range tb.Columns {
		c := &tb.Columns[i]
		if c.ID != id || c.Compare == nil {
			continue
		}
		if tb.sorted == id {
			tb.up = !tb.up
		} else {
			tb.sorted, tb.up = id, !c.Reverse
		}
		tb.Resort()
		return true
	}
	return false
}

// SortNext sorts by the next column that can be sorted by, among those in sight.
func (tb *Table[R]) SortNext() {
	var ids []string
	for _, p := range tb.places {
		if c := tb.Columns[p.column]; c.Compare != nil {
			ids = append(ids, c.ID)
		}
	}
	for i, id := range ids {
		if id == tb.sorted {
			tb.SortBy(ids[(i+1)%len(ids)])
			return
		}
	}
	if len(ids) > 0 {
		tb.SortBy(ids[0])
	}
}

// Resort orders the rows again by the column chosen last.
func (tb *Table[R]) Resort() {
	for i := range tb.Columns {
		c := &tb.Columns[i]
		if c.ID != tb.sorted || c.Compare == nil {
			continue
		}
		compare, row, sign := c.Compare, tb.Row, 1
		if !tb.up {
			sign = -1
		}
		tb.Index.Sort(func(a, b int32) int { return sign * compare(row(a), row(b)) })
		return
	}
}

// Sorted returns the id of the column that the table is sorted by, and
// whether the lowest comes first.
func (tb *Table[R]) Sorted() (id string, up bool) { return tb.sorted, tb.up }

// Key moves the cursor for the keys that every list has; it reports whether
// the key was one of them.
func (tb *Table[R]) Key(key string) bool {
	page := max(1, tb.height-1)
	switch key {
	case "up", "k":
		tb.Move(-1)
	case "down", "j":
		tb.Move(1)
	case "pgup", "ctrl+b":
		tb.Move(-page)
	case "pgdown", "ctrl+f":
		tb.Move(page)
	case "g", "home":
		tb.Move(-tb.Index.Len())
	case "G", "end":
		tb.Move(tb.Index.Len())
	default:
		return false
	}
	return true
}

// Move moves the cursor by rows; the window follows only where it must.
func (tb *Table[R]) Move(by int) {
	before := tb.Index.Cursor()
	tb.Index.Move(by)
	tb.line += tb.Index.Cursor() - before
}

// Scroll moves the window by rows and leaves the cursor on its row, unless
// that row would leave the window.
func (tb *Table[R]) Scroll(by int) {
	cursor := tb.Index.Cursor()
	if cursor < 0 || tb.height <= 0 {
		return
	}
	top := min(max(cursor-tb.line+by, 0), max(0, tb.Index.Len()-tb.height))
	tb.line, tb.first = min(max(cursor-top, 0), tb.height-1), top
	tb.Index.Goto(top + tb.line)
}

// Click puts the cursor on the row at a line of the view (0 is the header);
// it reports whether there is one.
func (tb *Table[R]) Click(line int) bool {
	cursor := tb.Index.Cursor()
	at := cursor - tb.line + line - 1
	if line < 1 || line > tb.height || cursor < 0 || at >= tb.Index.Len() {
		return false
	}
	tb.line = line - 1
	tb.Index.Goto(at)
	return true
}

// ClickHeader sorts by the column whose title is at column x; it reports
// whether there is one that can be sorted by.
func (tb *Table[R]) ClickHeader(x int) bool {
	for _, p := range tb.places {
		if x >= p.at-1 && x <= p.at+p.cols {
			return tb.SortBy(tb.Columns[p.column].ID)
		}
	}
	return false
}

// Shown reports whether a width has room for a column, so that a screen can
// say elsewhere what the table leaves out.
func (tb *Table[R]) Shown(id string) bool {
	for _, p := range tb.places {
		if tb.Columns[p.column].ID == id {
			return true
		}
	}
	return false
}

// Window returns the rows that were in sight when the table was drawn last.
func (tb *Table[R]) Window() (first, n int) { return tb.first, tb.height }

// Width returns how wide the table was drawn last.
func (tb *Table[R]) Width() int { return tb.layout.width }

// Shows tells whether a column had room when the table was drawn last.
func (tb *Table[R]) Shows(id string) bool {
	return slices.ContainsFunc(tb.places, func(p place) bool { return tb.Columns[p.column].ID == id })
}
