package ui

import (
	"github.com/registrar-console/registrar/theme"
)

// Group is a heading with the items below it.
type Group struct {
	// Name is what the heading says, for who does not see it.
	Name string
	// Head is the line above the items, in the cells between the margins; nil
	// is none.
	Head Text
	// Items is how many there are, one line each.
	Items int
	// Notes are lines below the items that the cursor passes over.
	Notes []Text
}

// Groups shows items below headings; one of the items has the cursor. Only
// what is in sight is drawn.
type Groups struct {
	cursor int
	top    int // first line in sight
	height int
	groups []Group
	// touched says that somebody moved the cursor: it belongs to its item then.
	touched bool
}

// Cursor returns which item the cursor is on, counted through all groups.
func (g *Groups) Cursor() int { return g.cursor }

// Touched reports whether somebody moved the cursor.
func (g *Groups) Touched() bool { return g.touched }

// Move moves the cursor by items.
func (g *Groups) Move(by int) { g.Goto(g.cursor + by) }

// Page moves the cursor by screens.
func (g *Groups) Page(by int) { g.Move(by * max(1, g.height-2)) }

// Scroll moves the cursor as the wheel does.
func (g *Groups) Scroll(by int) { g.Move(by) }

// Goto puts the cursor on an item; View keeps it within what there is.
func (g *Groups) Goto(i int) { g.cursor, g.touched = max(0, i), true }

// Release gives the cursor back to the first item, whichever that will be.
func (g *Groups) Release() { g.cursor, g.top, g.touched = 0, 0, false }

// Shift keeps the cursor on its item after n others came above it. A cursor
// that nobody moved stays with the first item, and a page that shows the
// beginning goes on doing so, so that what is new is seen.
func (g *Groups) Shift(n int) {
	if !g.touched {
		return
	}
	g.cursor = max(0, g.cursor+n)
	if g.top > 0 {
		g.top = max(0, g.top+n)
	}
}

// NextGroup moves the cursor to the first item of the next group that has any.
func (g *Groups) NextGroup() {
	at, first := 0, -1
	for _, each := range g.groups {
		if each.Items == 0 {
			continue
		}
		if first < 0 {
			first = at
		}
		if at > g.cursor {
			g.Goto(at)
			return
		}
		at += each.Items
	}
	g.Goto(max(0, first))
}

// Click puts the cursor on the item at a line of the view; it reports whether
// there is one.
func (g *Groups) Click(line int) bool {
	if line < 0 || line >= g.height {
		return false
	}
	item := -1
	walk(g.groups, func(l groupLine) bool {
		if l.line == g.top+line {
			item = l.item
		}
		return l.line < g.top+line
	})
	if item < 0 {
		return false
	}
	g.Goto(item)
	return true
}

// View draws the groups on h lines of w cells. item returns one item, without
// cursor bar, for the cells between the margins; what it is called should be
// bold when it is chosen. flash tells which items somebody else just changed;
// nil is none.
func (g *Groups) View(t *theme.Theme, w, h int, groups []Group, flash func(i int) bool, item func(i, w int, chosen bool) Text) []string {
	g.groups, g.height = groups, h
	if w < leastWidth || h <= 0 {
		return window(nil, 0, w, h)
	}
	g.place()
	lines := make([]string, 0, h)
	walk(groups, func(l groupLine) bool {
		switch {
		case l.line < g.top:
		case l.item < 0:
			lines = append(lines, blanks(margin)+l.text.Fit(t, w-2*margin)+blanks(margin))
		default:
			chosen := l.item == g.cursor
			fill := theme.Page
			if chosen {
				fill = theme.Selected
			} else if flash != nil && flash(l.item) {
				fill = theme.Flash
			}
			lines = append(lines, Bar(t, chosen, true, fill)+item(l.item, w-2*margin, chosen).FitOn(t, w-2*margin, Left, fill)+tinted(t, margin, fill))
		}
		return len(lines) < h
	})
	return window(lines, 0, w, h)
}

// place keeps the cursor within the items and the lines in sight around it,
// with the heading above the first item of a group, and what stands below the
// last item of all.
func (g *Groups) place() {
	items, total := 0, 0
	for _, each := range g.groups {
		items += each.Items
		total += each.lines(total == 0)
	}
	g.cursor = min(max(0, g.cursor), max(0, items-1))
	from, at, to := 0, 0, total
	head := 0
	walk(g.groups, func(l groupLine) bool {
		switch {
		case l.item < 0 && l.text == nil:
			head = l.line + 1
			return true
		case l.item < 0:
			return true
		case l.item == g.cursor:
			at = l.line
			from = head
		default:
		}
		head = l.line + 1
		if l.item > g.cursor {
			to = at + 1
			return false
		}
		return true
	})
	if g.cursor < items-1 {
		to = at + 1
	}
	g.top = min(g.top, from)
	g.top = max(g.top, to-g.height)
	g.top = min(g.top, at)
	g.top = max(0, min(g.top, total-g.height))
}

// lines is how many lines a group takes; between two groups one is blank.
func (g Group) lines(first bool) int {
	if g.Items == 0 && len(g.Notes) == 0 {
		return 0
	}
	n := g.Items + len(g.Notes)
	if g.Head != nil {
		n++
		if !first {
			n++
		}
	}
	return n
}

// groupLine is one line: that of an item, or a text.
type groupLine struct {
	line int
	item int // -1: none
	text Text
}

// walk goes through all lines in order until told to stop.
func walk(groups []Group, see func(l groupLine) (goOn bool)) {
	line, item := 0, 0
	put := func(i int, text Text) bool {
		goOn := see(groupLine{line: line, item: i, text: text})
		line++
		return goOn
	}
	for _, g := range groups {
		if g.Items == 0 && len(g.Notes) == 0 {
			continue
		}
		if g.Head != nil {
			if line > 0 && !put(-1, nil) {
				return
			}
			if !put(-1, g.Head) {
				return
			}
		}
		for range g.Items {
			if !put(item, nil) {
				return
			}
			item++
		}
		for _, note := range g.Notes {
			if !put(-1, note) {
				return
			}
		}
	}
}
