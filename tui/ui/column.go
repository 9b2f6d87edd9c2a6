package ui

import (
	"github.com/registrar-console/registrar/theme"
)

// Column is one column of a table over rows of type R.
type Column[R any] struct {
	ID    string // stable; sorting and configuration name it
	Title string
	// Width is fixed, in cells; of the flexible column it is the least.
	// It never follows the longest visible value, so that columns stay
	// where they are while rows load and change.
	Width int
	// Flex marks the one column that takes the cells that are left, up to
	// Most if that is set.
	Flex bool
	Most int
	// Least is how narrow the flexible column becomes once every column that
	// may give way has; zero is Width.
	Least int
	// Drop says in which order columns give way on a narrow screen: the
	// highest first, zero never.
	Drop int
	// Name marks the column that is bold on the cursor row.
	Name bool
	// Searched marks the columns whose text filters look at.
	Searched bool
	Align    Align
	// Cell returns what the row shows here: a pure function of both.
	Cell func(t *theme.Theme, r R) Text
	// Compare orders two rows; nil: one cannot sort by this column.
	Compare func(a, b R) int
	// Reverse says that the first press sorts highest first, as for ages.
	Reverse bool
}

// place is where a column stands in one layout.
type place struct {
	column   int // index into the columns
	at, cols int // first cell, number of cells
}

// plan decides which columns a width has room for, and where they stand: a
// pure function, so that the same width always gives the same page.
func plan[R any](columns []Column[R], from, to int) []place {
	keep := make([]bool, len(columns))
	for i := range keep {
		keep[i] = true
	}
	for need(columns, keep) > to-from {
		worst := -1
		for i, c := range columns {
			if keep[i] && c.Drop > 0 && (worst < 0 || c.Drop > columns[worst].Drop) {
				worst = i
			}
		}
		if worst < 0 {
			break
		}
		keep[worst] = false
	}
	return lay(columns, keep, from, to)
}

// need returns the cells that the kept columns take at least.
func need[R any](columns []Column[R], keep []bool) int {
	cells := -gap
	for i, c := range columns {
		if keep[i] {
			cells += gap + c.Width
		}
	}
	return cells
}

// lay gives the kept columns their places. What is still too wide after every
// droppable column went is taken from the flexible one, then cut at the right.
func lay[R any](columns []Column[R], keep []bool, from, to int) []place {
	spare := to - from - need(columns, keep)
	var places []place
	at := from
	for i, c := range columns {
		if !keep[i] || at >= to {
			continue
		}
		cols := c.Width
		switch {
		case c.Flex && spare < 0 && c.Least > 0:
			cols = max(c.Least, cols+spare)
		case c.Flex && spare > 0 && c.Most > 0:
			cols += min(spare, max(0, c.Most-c.Width))
		case c.Flex && spare > 0:
			cols += spare
		}
		cols = min(cols, to-at)
		places = append(places, place{column: i, at: at, cols: cols})
		at += cols + gap
	}
	// What the flexible column leaves over is air before the last column, if
	// that one stands at the right edge.
	if last := len(places) - 1; last >= 0 && columns[places[last].column].Align == Right {
		places[last].at = max(places[last].at, to-places[last].cols)
	}
	return places
}
