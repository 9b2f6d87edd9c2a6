// Package browse holds the pages on which one looks around: connectors,
// versions, one version.
package browse

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/filter"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// row is what lists show.
type row interface {
	Key() int64
	Drawn() int64
	filter.Row
}

// rows is a set of the catalogue.
type rows[R row] interface {
	catalog.Reading
	Len() int
	At(pos int32) R
	Texts() []string
	Called() []string
	Edition() int64
	Since(edition int64) (touched []int32, ok bool)
}

// list is what all lists share: a table over rows of the catalogue with a
// filter, and where its reading stands.
type list[R row] struct {
	rows  rows[R]
	index *ui.Index
	table *ui.Table[R]
	noun  string // "version": what a row is called in sentences
	care  func(r R) bool

	seen   int64 // edition that the index knows
	size   int   // rows that the index knows
	whole  bool  // the list was read to its end when the index looked last
	input  ui.Input
	typing bool
	query  filter.Query
	words  []string     // its free words
	rest   filter.Query // and its other terms
	faults []filter.Fault
	// near tells that rows are shown that are only near the filter, arranged
	// that somebody sorted since the filter was set.
	near, arranged bool
	flash          map[int64]int // ids of rows that others changed, and in which round
	epoch          int64         // raised when cells change without their rows
}

func newList[R row](rows rows[R], noun string, columns []ui.Column[R], care func(r R) bool) *list[R] {
	l := &list[R]{rows: rows, noun: noun, care: care, flash: map[int64]int{}}
	l.index = ui.NewIndex(func(pos int32) int64 { return rows.At(pos).Key() })
	l.table = ui.NewTable(columns, l.index, rows.At, R.Drawn)
	l.table.Marks = true
	l.table.Flash = func(id int64) bool { return l.flash[id] > 0 }
	l.input.Limit = 200
	l.sync()
	return l
}

// sync tells the index what changed since it looked last. Everything that
// uses the index calls it first: rows may have moved since.
func (l *list[R]) sync() {
	if l.seen == l.rows.Edition() {
		return
	}
	touched, known := l.rows.Since(l.seen)
	if known && l.whole {
		l.index.Pin()
	}
	l.whole = l.rows.Whole()
	if !known || l.rows.Len() < l.size {
		l.index.Reset(l.rows.Len())
	} else {
		l.index.Touch(touched...)
		l.index.Grow(l.rows.Len())
	}
	grown := l.rows.Len() > l.size
	l.seen, l.size = l.rows.Edition(), l.rows.Len()
	if l.near && grown {
		l.refilter() // more rows may match now
	}
}

// current returns the row under the cursor.
func (l *list[R]) current() (r R, ok bool) {
	l.sync()
	pos, ok := l.index.Current()
	if !ok {
		return r, false
	}
	return l.rows.At(pos), true
}

// handle takes what all lists take alike.
func (l *list[R]) handle(msg tea.Msg) {
	l.sync()
	switch msg := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		if l.typing && l.input.Handle(msg) {
			l.refilter()
		}
	case catalog.Calm:
		for id, round := range l.flash {
			if round <= msg.Round {
				delete(l.flash, id)
			}
		}
	case action.Local:
		l.local(msg)
	}
}

// light makes rows stand out that others changed.
func (l *list[R]) light(ids []int64, round int) {
	for _, id := range ids {
		l.flash[id] = round
	}
}

// local carries out what concerns the list only.
func (l *list[R]) local(next action.Local) {
	switch next := next.(type) {
	case action.Move:
		l.table.Move(next.By)
	case action.Page:
		l.table.Key(pageKey(next.By))
	case action.Edge:
		l.table.Key(edgeKey(next.Last))
	case action.Scroll:
		l.table.Scroll(next.By)
	case action.Choose:
		l.index.Choose(next.ID)
	case action.Filter:
		l.typing = true
	case action.KeepFilter:
		l.typing = false
	case action.SetFilter:
		if !next.Keep || next.Text != l.input.Value() {
			l.setFilter(next.Text)
		}
	case action.Mark, action.MarkRange, action.MarkAll, action.Unmark:
		l.mark(next)
	case action.Sort:
		l.sort()
	case action.NextCare:
		l.index.Next(func(pos int32) bool { return l.care(l.rows.At(pos)) })
	}
}

// point puts the cursor where the mouse was clicked; it reports whether that
// is a row.
func (l *list[R]) point(p action.Point) bool {
	l.sync()
	if p.Y == 0 {
		if l.table.ClickHeader(p.X) {
			l.arrange()
		}
		return false
	}
	return l.table.Click(p.Y)
}

// sort turns the order around, and the second time goes to the next column.
// Where the best matches come first, it begins with the order of before.
func (l *list[R]) sort() {
	if l.index.Ranked() {
		l.arrange()
		return
	}
	l.arrange()
	id, up := l.table.Sorted()
	for _, column := range l.table.Columns {
		if column.ID == id && up == !column.Reverse && l.table.Shown(id) {
			l.table.SortBy(id)
			return
		}
	}
	l.table.SortNext()
}

func pageKey(by int) string {
	if by < 0 {
		return "pgup"
	}
	return "pgdown"
}

func edgeKey(last bool) string {
	if last {
		return "G"
	}
	return "g"
}

// bindings are the keys that every list has.
func (l *list[R]) bindings() []ui.Binding {
	all := []ui.Binding{
		{ID: "list.filter", Label: "filter", Help: "filter as you type", Keys: []string{"/"}, Do: do(action.Filter{})},
		{ID: "list.sort", Label: "sort", Help: "turn the order, then sort by the next column", Keys: []string{"s"}, Do: do(action.Sort{})},
		{ID: "list.care", Label: "next to care for", Help: "next row that is not PUBLISHED", Keys: []string{"n"}, Quiet: true, Do: do(action.NextCare{})},
	}
	return append(all, moves()...)
}

// typingKeys are the keys that are no text while the filter is typed. The
// cursor still moves, so that one can filter and choose in one go.
func typingKeys() []ui.Binding {
	return []ui.Binding{
		{ID: "filter.keep", Label: "keep the filter", Help: "go on with the rows that match", Keys: []string{"enter", "tab"}, Do: do(action.KeepFilter{})},
		{ID: "filter.clear", Label: "clear", Help: "show all rows again", Keys: []string{"esc"}, Do: do(action.SetFilter{})},
		{ID: "list.up", Label: "up", Help: "one row up", Keys: []string{"up"}, Quiet: true, Do: do(action.Move{By: -1})},
		{ID: "list.down", Label: "down", Help: "one row down", Keys: []string{"down"}, Quiet: true, Do: do(action.Move{By: 1})},
		{ID: "list.pageup", Label: "page up", Help: "one page up", Keys: []string{"pgup"}, Quiet: true, Do: do(action.Page{By: -1})},
		{ID: "list.pagedown", Label: "page down", Help: "one page down", Keys: []string{"pgdown"}, Quiet: true, Do: do(action.Page{By: 1})},
	}
}

// moves are the keys that move a cursor or a page.
func moves() []ui.Binding {
	return []ui.Binding{
		{ID: "list.up", Label: "up", Help: "one row up", Keys: []string{"up", "k"}, Quiet: true, Do: do(action.Move{By: -1})},
		{ID: "list.down", Label: "down", Help: "one row down", Keys: []string{"down", "j"}, Quiet: true, Do: do(action.Move{By: 1})},
		{ID: "list.pageup", Label: "page up", Help: "one page up", Keys: []string{"pgup", "ctrl+b"}, Quiet: true, Do: do(action.Page{By: -1})},
		{ID: "list.pagedown", Label: "page down", Help: "one page down", Keys: []string{"pgdown", "ctrl+f"}, Quiet: true, Do: do(action.Page{By: 1})},
		{ID: "list.first", Label: "first", Help: "first row", Keys: []string{"g", "home"}, Quiet: true, Do: do(action.Edge{})},
		{ID: "list.last", Label: "last", Help: "last row", Keys: []string{"G", "end"}, Quiet: true, Do: do(action.Edge{Last: true})},
	}
}

// do makes a binding's Do of an action that is the same each time.
func do(next action.Action) func() action.Action {
	return func() action.Action { return next }
}
