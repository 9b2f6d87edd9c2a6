package ui

import (
	"strings"

	"github.com/registrar-console/registrar/theme"
)

// Table shows the rows of an index in a window: a header line, and as many
// rows as fit. It draws visible rows only, and those that did not change
// since they were drawn last come from a cache.
type Table[R any] struct {
	Columns []Column[R]
	Index   *Index
	// Row returns the row at a position.
	Row func(pos int32) R
	// Version returns a number that changes whenever what the row shows does.
	Version func(r R) int64
	// Flash tells which rows somebody else just changed; nil: none.
	Flash func(id int64) bool
	// Found tells where the text of a searched column is what a filter looks
	// for; nil: nowhere. When that changes, the screen raises the epoch.
	Found func(r R, c *Column[R], text string) []Stretch
	// Epoch is raised by the screen when cells change without their rows:
	// each minute, for ages, and with the words of the filter.
	Epoch int64
	// Marks leaves room for marks: text starts at column 4 instead of 2.
	Marks bool
	// Air is how many cells stay blank at the right; two on a full page.
	Air int

	sorted string // id of the column sorted by
	up     bool   // lowest first

	line   int // on which line of the window the cursor row stands
	first  int // row on the first line of the window
	height int // rows in the window when it was drawn last

	layout layout
	places []place
	cache  map[int64]cachedRow
}

// layout is what all cached rows depend on.
type layout struct {
	theme *theme.Theme
	width int
	epoch int64
	marks bool
	air   int
}

// cachedRow is one row as it was drawn, without cursor, mark and tint.
type cachedRow struct {
	version int64
	line    string
}

// cacheLimit bounds the rows that are kept drawn; scrolling through more
// starts over.
const cacheLimit = 2048

// leastWidth is the width below which a widget draws blank lines only.
const leastWidth = 4 * margin

// NewTable makes a table over an index.
func NewTable[R any](columns []Column[R], index *Index, row func(pos int32) R, version func(r R) int64) *Table[R] {
	return &Table[R]{Columns: columns, Index: index, Row: row, Version: version, Air: margin}
}

// View draws the table on h lines of w cells: the header, then rows. Blank
// lines fill what is left. focused tells whether keys go to this table.
func (tb *Table[R]) View(t *theme.Theme, w, h int, focused bool) []string {
	if w < leastWidth {
		return window(nil, 0, w, h)
	}
	if h <= 0 {
		return nil
	}
	tb.relay(t, w)
	tb.height = max(0, h-1)
	lines := make([]string, 0, h)
	lines = append(lines, tb.header(t, w))
	cursor := tb.Index.Cursor()
	top := tb.top(cursor)
	for i := top; i < top+tb.height; i++ {
		if i >= tb.Index.Len() {
			lines = append(lines, blanks(w))
			continue
		}
		lines = append(lines, tb.row(t, tb.Index.At(i), w, i == cursor, focused))
	}
	return lines
}

// relay makes the layout, and forgets drawn rows, when width or look changed.
func (tb *Table[R]) relay(t *theme.Theme, w int) {
	l := layout{theme: t, width: w, epoch: tb.Epoch, marks: tb.Marks, air: tb.Air}
	if l == tb.layout && tb.cache != nil {
		return
	}
	tb.layout = l
	tb.places = plan(tb.Columns, tb.indent(), w-tb.Air)
	tb.cache = make(map[int64]cachedRow, 128)
}

// indent is where text starts: after cursor bar and air, and after the mark
// and its air in lists with marks.
func (tb *Table[R]) indent() int {
	if tb.Marks {
		return 2 * margin
	}
	return margin
}

// top returns the first row of the window. The cursor row stays on its line
// of the screen when rows come and go above it; only a window that shows the
// beginning goes on doing so, so that new rows on top are seen.
func (tb *Table[R]) top(cursor int) int {
	if tb.height <= 0 {
		return max(0, cursor)
	}
	tb.line = min(max(tb.line, 0), tb.height-1)
	if !tb.Index.moved {
		tb.line = 0
	}
	if tb.first == 0 && cursor < tb.height {
		tb.line = cursor
	}
	tb.first = min(max(cursor-tb.line, 0), max(0, tb.Index.Len()-tb.height))
	tb.line = cursor - tb.first
	return tb.first
}

// row draws one row: cursor bar, air, mark, air, cells.
func (tb *Table[R]) row(t *theme.Theme, pos int32, w int, cursor, focused bool) string {
	r := tb.Row(pos)
	id := tb.Index.id(pos)
	fill := theme.Page
	switch {
	case cursor && focused:
		fill = theme.Selected
	case tb.Flash != nil && tb.Flash(id):
		fill = theme.Flash
	}
	var b strings.Builder
	b.Grow(4 * w)
	b.WriteString(Bar(t, cursor, focused, fill))
	if tb.Marks {
		mark := blanks(margin)
		if tb.Index.IsMarked(id) {
			mark = t.Glyph(theme.GlyphMarked) + " "
		}
		b.WriteString(t.Paint(theme.Style{Role: theme.Accent, On: fill, Attr: theme.Bold}, mark))
	}
	if fill != theme.Page || cursor {
		tb.cells(&b, t, r, w, fill, cursor && focused)
		return b.String()
	}
	version := tb.Version(r)
	known, ok := tb.cache[id]
	if !ok || known.version != version {
		known = cachedRow{version: version, line: tb.draw(t, r, w)}
		if len(tb.cache) >= cacheLimit {
			clear(tb.cache)
		}
		tb.cache[id] = known
	}
	b.WriteString(known.line)
	return b.String()
}

// draw draws the cells of a row that has neither cursor nor tint.
func (tb *Table[R]) draw(t *theme.Theme, r R, w int) string {
	var b strings.Builder
	b.Grow(4 * w)
	tb.cells(&b, t, r, w, theme.Page, false)
	return b.String()
}

// cells writes the cells of a row, from the indent to the last column.
func (tb *Table[R]) cells(b *strings.Builder, t *theme.Theme, r R, w int, fill theme.Fill, bold bool) {
	at := tb.indent()
	for _, p := range tb.places {
		c := &tb.Columns[p.column]
		writeBlank(b, t, p.at-at, fill, 0)
		var attr theme.Attr
		if bold && c.Name {
			attr = theme.Bold
		}
		x := c.Cell(t, r)
		if c.Searched && tb.Found != nil {
			x = Lit(t, x, tb.Found(r, c, x.String()))
		}
		x.write(b, t, p.cols, c.Align, fill, attr)
		at = p.at + p.cols
	}
	writeBlank(b, t, w-at, fill, 0)
}

// header draws the line of titles. The sign of the sorted column stands in
// the air beside its title, so that no title moves.
func (tb *Table[R]) header(t *theme.Theme, w int) string {
	var x Text
	// Without colours a rule under the header tells it from the rows.
	rule := theme.Attr(0)
	if !t.Colour() {
		rule = theme.Underline
	}
	put := func(role theme.Role, text string, attr theme.Attr) {
		x = append(x, Span{Text: text, Style: theme.Style{Role: role, Attr: attr | rule}})
	}
	at := tb.indent()
	for _, p := range tb.places {
		c := &tb.Columns[p.column]
		title, role, attr := c.Title, theme.Faint, theme.Attr(0)
		if c.ID == tb.sorted && !tb.Index.Ranked() {
			role, attr = theme.Accent, theme.Bold
			if c.Align == Right {
				title = tb.sign(t) + title
			} else {
				title += tb.sign(t)
			}
		}
		from := p.at
		if c.Align == Right {
			from = max(at, p.at+p.cols-Width(title))
		}
		put(theme.Faint, blanks(from-at), 0)
		// A title never gives way to its column: it may reach into the air.
		cols := min(Width(title), w-from)
		put(role, Fit(t, title, cols, Left), attr)
		at = from + cols
	}
	put(theme.Faint, blanks(w-tb.Air-at), 0)
	lead := blanks(min(tb.indent(), w))
	return lead + x.Fit(t, w-len(lead))
}

// sign tells which way the table is sorted.
func (tb *Table[R]) sign(t *theme.Theme) string {
	if tb.up {
		return t.Glyph(theme.GlyphAscending)
	}
	return t.Glyph(theme.GlyphDescending)
}

// Bar draws columns 0 and 1 of a line: the cursor bar, if the cursor is here,
// and air. A pane without focus keeps its bar, in the colour of rests.
func Bar(t *theme.Theme, cursor, focused bool, fill theme.Fill) string {
	if !cursor {
		if fill == theme.Page {
			return blanks(margin)
		}
		return t.Paint(theme.Style{On: fill}, blanks(margin))
	}
	glyph, role := t.Glyph(theme.GlyphCursor), theme.Accent
	if !t.Colour() {
		glyph = ">"
	}
	if !focused {
		role = theme.Track
	}
	// The bar is half a cell: it lies on the page, and the tint begins behind it.
	return t.Paint(theme.Style{Role: role}, glyph) + tinted(t, 1, fill)
}
