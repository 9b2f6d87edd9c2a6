package ui

import (
	"slices"

	"github.com/registrar-console/registrar/theme"
)

// List shows items of one or more lines, one of which has the cursor. It is
// for pages with few items; what may grow long is a Table.
type List struct {
	// Gap is how many blank lines stand between two items.
	Gap int
	// Above returns lines that stand above an item and that the cursor passes
	// over, such as a heading; nil is none.
	Above func(i, w int) []Text

	cursor int
	top    int // first line in sight
	starts []int
	height int
}

// Cursor returns which item the cursor is on.
func (l *List) Cursor() int { return l.cursor }

// Goto puts the cursor on an item; View keeps it within what there is.
func (l *List) Goto(i int) { l.cursor = max(0, i) }

// Key moves the cursor among n items for the keys that every list has; it
// reports whether the key was one of them.
func (l *List) Key(key string, n int) bool {
	switch key {
	case "up", "k":
		l.cursor--
	case "down", "j":
		l.cursor++
	case "pgup", "ctrl+b":
		l.cursor -= 5
	case "pgdown", "ctrl+f":
		l.cursor += 5
	case "g", "home":
		l.cursor = 0
	case "G", "end":
		l.cursor = n - 1
	default:
		return false
	}
	l.cursor = min(max(l.cursor, 0), max(0, n-1))
	return true
}

// Click puts the cursor on the item at a line of the view; it reports whether
// there is one.
func (l *List) Click(line int) bool {
	if line < 0 || line >= l.height {
		return false
	}
	for i, start := range slices.Backward(l.starts) {
		if line+l.top >= start {
			l.cursor = i
			return true
		}
	}
	return false
}

// View draws n items on h lines of w cells. item returns the lines of one,
// without cursor bar, for the cells between the margins; all lines of the
// item under the cursor are tinted. What it is called should be bold then:
// item is told so.
func (l *List) View(t *theme.Theme, w, h, n int, focused bool, item func(i, w int, chosen bool) []Text) []string {
	l.cursor = min(max(l.cursor, 0), max(0, n-1))
	l.height = h
	if w < leastWidth {
		return window(nil, 0, w, h)
	}
	l.starts = l.starts[:0]
	var lines []string
	first, last := 0, 0
	for i := range n {
		if l.Above != nil {
			for _, x := range l.Above(i, w-2*margin) {
				lines = append(lines, blanks(margin)+x.Fit(t, w-2*margin)+blanks(margin))
			}
		}
		l.starts = append(l.starts, len(lines))
		chosen := i == l.cursor
		fill := theme.Page
		if chosen && focused {
			fill = theme.Selected
		}
		if chosen {
			first = len(lines)
		}
		for _, x := range item(i, w-2*margin, chosen && focused) {
			lines = append(lines, Bar(t, chosen, focused, fill)+
				x.FitOn(t, w-2*margin, Left, fill)+tinted(t, margin, fill))
		}
		if chosen {
			last = len(lines)
		}
		for range l.Gap {
			lines = append(lines, blanks(w))
		}
	}
	l.top = min(l.top, first)
	if last-l.top > h {
		l.top = last - h
	}
	l.top = max(0, min(l.top, first))
	return window(lines, l.top, w, h)
}

// tinted returns n blank cells of a fill.
func tinted(t *theme.Theme, n int, fill theme.Fill) string {
	if fill == theme.Page {
		return blanks(n)
	}
	return t.Paint(theme.Style{On: fill}, blanks(n))
}

// window returns h of the drawn lines, from top, blank where there are none.
func window(lines []string, top, w, h int) []string {
	shown := make([]string, 0, max(0, h))
	for i := top; i < top+h; i++ {
		if i < len(lines) {
			shown = append(shown, lines[i])
		} else {
			shown = append(shown, blanks(w))
		}
	}
	return shown
}
