// Package browse holds the pages on which one looks around: connectors,
// versions, one version.
package browse

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/filter"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// row is what lists show.
type row interface {
	Key() int64
	Rev() int64
	Drawn() int64
	filter.Row
}

// rows is a set of the catalogue.
type rows[R row] interface {
	Len() int
	At(pos int32) R
	Edition() int64
	Since(edition int64) (touched []int32, ok bool)
	Whole() bool
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
	input  ui.Input
	typing bool
	query  filter.Query
	faults []filter.Fault
	flash  map[int64]bool
	err    error
}

func newList[R row](rows rows[R], noun string, columns []ui.Column[R], care func(r R) bool) *list[R] {
	l := &list[R]{rows: rows, noun: noun, care: care, flash: map[int64]bool{}}
	l.index = ui.NewIndex(func(pos int32) int64 { return rows.At(pos).Key() })
	l.table = ui.NewTable(columns, l.index, rows.At, R.Drawn)
	l.table.Flash = func(id int64) bool { return l.flash[id] }
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
	if !known || l.rows.Len() < l.size {
		l.index.Reset(l.rows.Len())
	} else {
		l.index.Touch(touched...)
		l.index.Grow(l.rows.Len())
	}
	l.seen, l.size = l.rows.Edition(), l.rows.Len()
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
	case tea.KeyPressMsg:
		l.typed(msg)
	case tea.PasteMsg:
		if l.typing {
			l.input.Handle(msg)
			l.refilter()
		}
	case catalog.Calm:
		clear(l.flash)
	case action.Local:
		l.local(msg)
	}
}

// light makes rows stand out that others changed.
func (l *list[R]) light(ids []int64) {
	for _, id := range ids {
		l.flash[id] = true
	}
}

// loaded keeps how the reading of the list stands.
func (l *list[R]) loaded(msg catalog.Loaded) {
	l.err = msg.Err
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
	case action.Filter:
		l.typing = true
	case action.SetFilter:
		l.input.SetValue(next.Text)
		l.typing = false
		l.refilter()
	case action.Sort:
		l.table.SortNext()
	case action.NextCare:
		l.index.Next(func(pos int32) bool { return l.care(l.rows.At(pos)) })
	}
}

// point puts the cursor where the mouse was clicked; it reports whether that
// is a row.
func (l *list[R]) point(p action.Point) bool {
	l.sync()
	if p.Y == 0 {
		l.table.ClickHeader(p.X)
		return false
	}
	return l.table.Click(p.Y)
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

// typed takes a key of the filter field. Arrows still move the cursor, so
// that one can filter and choose without leaving the field.
func (l *list[R]) typed(key tea.KeyPressMsg) {
	switch key.String() {
	case "esc":
		l.input.SetValue("")
		l.typing = false
	case "enter", "tab":
		l.typing = false
	case "up", "down", "pgup", "pgdown":
		l.table.Key(key.String())
		return
	default:
		l.input.Handle(key)
	}
	l.refilter()
}

// refilter shows the rows that match what stands in the field. What cannot
// be understood is said in the status row; the rest of the filter holds.
func (l *list[R]) refilter() {
	query, faults := filter.Parse(l.input.Value())
	l.faults = faults
	if query.String() == l.query.String() {
		return
	}
	narrower := query.Extends(l.query)
	l.query = query
	if query.Empty() {
		l.index.Filter(nil, false)
		return
	}
	l.index.Filter(func(pos int32) bool { return query.Match(l.rows.At(pos)) }, narrower)
}

// view draws the table, or says why there is nothing in it.
func (l *list[R]) view(look ui.Look, w, h int, focused bool, empty []ui.Text) []string {
	l.sync()
	l.table.Epoch = look.Minute
	if l.index.Len() > 0 {
		return l.table.View(look.Theme, w, h, focused)
	}
	lines := l.table.View(look.Theme, w, 1, focused)
	say := l.why(w - 4)
	if say == nil {
		say = empty
	}
	return append(lines, ui.Indent(look.Theme, append([]ui.Text{nil}, say...), w, h-1)...)
}

// why says why no row is shown; nil: because there are none.
func (l *list[R]) why(w int) []ui.Text {
	switch {
	case l.err != nil && l.rows.Len() == 0:
		return ui.Wrap(ui.Words(theme.Bad, l.err.Error()), w)
	case !l.rows.Whole() && l.rows.Len() == 0:
		return []ui.Text{ui.Words(theme.Muted, "loading")}
	case !l.query.Empty():
		return ui.Wrap(ui.Line(ui.Say(theme.Text, "No "+l.noun+" matches "), ui.Say(theme.Text, l.query.String()).Bold(), ui.Say(theme.Text, ". esc clears the filter.")), w)
	default:
		return nil
	}
}

// status is the left side of the status row: the filter while it is typed,
// else the position.
func (l *list[R]) status(t *theme.Theme) ui.Text {
	l.sync()
	if l.typing {
		x := ui.Line(ui.Say(theme.Accent, "/").Bold())
		x = x.And(l.input.View(t, 34, true)[0]...)
		return x.And(l.matches()...)
	}
	var facts []ui.Text
	if at := l.index.Cursor(); at >= 0 {
		facts = append(facts, ui.Words(theme.Muted, words.Count(at+1)+" of "+words.Count(l.index.Len())))
	}
	if !l.query.Empty() {
		facts = append(facts, ui.Line(ui.Say(theme.Muted, "filter "), ui.Say(theme.Text, l.query.String())))
	}
	if !l.rows.Whole() && l.rows.Len() > 0 {
		facts = append(facts, ui.Words(theme.Muted, "loading "+words.Count(l.rows.Len())+" so far"))
	}
	return ui.Facts(t, facts...)
}

// matches says how many rows the filter leaves, or what is wrong with it.
func (l *list[R]) matches() ui.Text {
	if len(l.faults) > 0 {
		return ui.Words(theme.Warn, "  "+l.faults[0].Message)
	}
	return ui.Words(theme.Muted, "  "+words.Count(l.index.Len())+" of "+words.Count(l.size))
}

// typingKeys are the keys that are no text while the filter is typed.
func typingKeys() []ui.Binding {
	return []ui.Binding{
		{ID: "filter.keep", Label: "keep the filter", Help: "go on with the rows that match", Keys: []string{"enter"}, Do: do(action.Nothing{})},
		{ID: "filter.clear", Label: "clear", Help: "show all rows again", Keys: []string{"esc"}, Do: do(action.SetFilter{})},
	}
}

// bindings are the keys that every list has.
func (l *list[R]) bindings() []ui.Binding {
	all := []ui.Binding{
		{ID: "list.filter", Label: "filter", Help: "filter as you type", Keys: []string{"/"}, Do: do(action.Filter{})},
		{ID: "list.sort", Label: "sort", Help: "sort by the next column", Keys: []string{"s"}, Do: do(action.Sort{})},
		{ID: "list.care", Label: "next to care for", Help: "next row that is not PUBLISHED", Keys: []string{"n"}, Quiet: true, Do: do(action.NextCare{})},
		{ID: "list.up", Label: "up", Help: "one row up", Keys: []string{"up", "k"}, Quiet: true, Do: do(action.Move{By: -1})},
		{ID: "list.down", Label: "down", Help: "one row down", Keys: []string{"down", "j"}, Quiet: true, Do: do(action.Move{By: 1})},
		{ID: "list.pageup", Label: "page up", Help: "one page up", Keys: []string{"pgup", "ctrl+b"}, Quiet: true, Do: do(action.Page{By: -1})},
		{ID: "list.pagedown", Label: "page down", Help: "one page down", Keys: []string{"pgdown", "ctrl+f"}, Quiet: true, Do: do(action.Page{By: 1})},
		{ID: "list.first", Label: "first", Help: "first row", Keys: []string{"g", "home"}, Quiet: true, Do: do(action.Edge{})},
		{ID: "list.last", Label: "last", Help: "last row", Keys: []string{"G", "end"}, Quiet: true, Do: do(action.Edge{Last: true})},
	}
	if !l.query.Empty() {
		all = append(all, ui.Binding{ID: "list.clear", Label: "clear filter", Help: "show all rows again", Keys: []string{"esc"}, Do: do(action.SetFilter{})})
	}
	return all
}

// do makes a binding's Do of an action that is the same each time.
func do(next action.Action) func() action.Action {
	return func() action.Action { return next }
}

// stateCounts are counts by state as the title row shows them: only what
// there is, what is fine first.
func stateCounts(t *theme.Theme, counts [7]int32) ui.Text {
	order := []registryv1.State{
		registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_PENDING, registryv1.State_STATE_UPLOADING,
		registryv1.State_STATE_VALIDATING, registryv1.State_STATE_FAILED, registryv1.State_STATE_YANKED,
	}
	var x ui.Text
	for _, state := range order {
		n := counts[state]
		if n == 0 {
			continue
		}
		mark := t.State(state)
		word := theme.Muted
		if state == registryv1.State_STATE_FAILED {
			word = theme.Bad
		}
		x = x.And(
			ui.Say(theme.Text, "   "), ui.Say(mark.Role, mark.Glyph+" "),
			ui.Say(word, lower(mark.Word)+" "), ui.Say(theme.Text, words.Count(n)).Bold(),
		)
	}
	return x
}

// newestFirst orders times, the later one higher.
func byTime(a, b int64) int { return cmp.Compare(a, b) }
