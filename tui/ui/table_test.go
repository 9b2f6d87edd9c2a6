package ui_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// numbered is a table of n rows called "row-0" and so on.
func numbered(n int) *ui.Table[*release] {
	rs := make(releases, n)
	for i := range rs {
		rs[i] = release{id: int64(i + 1), revision: 1, name: "row-" + strconv.Itoa(i), age: i}
	}
	return releaseTable(rs)
}

// shownRows returns the first words of the rows a table shows.
func shownRows(table *ui.Table[*release], h int) []string {
	var rows []string
	for _, line := range table.View(dark, 80, h, true)[1:] {
		if words := strings.Fields(strings.Trim(ansi.Strip(line), "▐+ ")); len(words) > 0 {
			rows = append(rows, words[0])
		}
	}
	return rows
}

// cursorLine returns on which line of the view the cursor bar is.
func cursorLine(table *ui.Table[*release], h int) int {
	for i, line := range table.View(dark, 80, h, true) {
		if strings.HasPrefix(ansi.Strip(line), "▐") {
			return i
		}
	}
	return -1
}

func TestTableScrollsNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	table := numbered(10)
	assert.Equal(t, []string{"row-0", "row-1", "row-2", "row-3"}, shownRows(table, 5))
	table.Move(3)
	assert.Equal(t, []string{"row-0", "row-1", "row-2", "row-3"}, shownRows(table, 5), "the cursor is still in sight")
	table.Move(1)
	assert.Equal(t, []string{"row-1", "row-2", "row-3", "row-4"}, shownRows(table, 5))
	table.Move(-1)
	assert.Equal(t, []string{"row-1", "row-2", "row-3", "row-4"}, shownRows(table, 5))
	table.Key("G")
	assert.Equal(t, []string{"row-6", "row-7", "row-8", "row-9"}, shownRows(table, 5))
	table.Key("g")
	assert.Equal(t, []string{"row-0", "row-1", "row-2", "row-3"}, shownRows(table, 5))
	table.Key("pgdown")
	assert.Equal(t, 3, table.Index.Cursor())
	assert.False(t, table.Key("x"))
}

func TestTheCursorStaysOnItsLineWhenRowsComeAbove(t *testing.T) {
	t.Parallel()
	rs := &releases{}
	for i := range 20 {
		*rs = append(*rs, release{id: int64(i + 1), revision: 1, name: "row-" + strconv.Itoa(10+i), age: 100 + i})
	}
	index := ui.NewIndex(func(pos int32) int64 { return (*rs)[pos].id })
	index.Reset(len(*rs))
	table := ui.NewTable(releaseColumns(), index, func(pos int32) *release { return &(*rs)[pos] }, func(r *release) int64 { return r.revision })
	table.SortBy("version")
	shownRows(table, 8)
	table.Move(5)
	before := cursorLine(table, 8)
	*rs = append(*rs, release{id: 99, revision: 1, name: "row-00"}, release{id: 98, revision: 1, name: "row-01"})
	index.Grow(len(*rs))
	assert.Equal(t, before, cursorLine(table, 8))
	assert.Equal(t, 7, index.Cursor())
}

func TestScrollingDragsTheCursorOnlyAtTheEdge(t *testing.T) {
	t.Parallel()
	table := numbered(20)
	shownRows(table, 6)
	table.Move(2)
	table.Scroll(1)
	assert.Equal(t, "row-1", shownRows(table, 6)[0])
	assert.Equal(t, 2, table.Index.Cursor())
	table.Scroll(4)
	assert.Equal(t, "row-5", shownRows(table, 6)[0])
	assert.Equal(t, 5, table.Index.Cursor())
	table.Scroll(-100)
	assert.Equal(t, "row-0", shownRows(table, 6)[0])
	assert.Equal(t, 4, table.Index.Cursor(), "the last line of the window")
	table.Scroll(100)
	assert.Equal(t, "row-15", shownRows(table, 6)[0])
}

func TestClicks(t *testing.T) {
	t.Parallel()
	table := numbered(20)
	table.View(dark, 120, 6, true)
	table.Key("G")
	table.View(dark, 120, 6, true)
	assert.True(t, table.Click(2))
	assert.Equal(t, 16, table.Index.Cursor())
	assert.False(t, table.Click(0), "that is the header")
	assert.False(t, table.Click(7), "that is below the table")
	x, _, ok := tuitest.Parse(ui.Join(table.View(dark, 120, 6, true)), 120, 6).Find("size")
	require.True(t, ok)
	assert.True(t, table.ClickHeader(x))
	id, up := table.Sorted()
	assert.Equal(t, "size", id)
	assert.True(t, up)
	x, _, ok = tuitest.Parse(ui.Join(table.View(dark, 120, 6, true)), 120, 6).Find("mark")
	require.True(t, ok)
	assert.False(t, table.ClickHeader(x), "marks have no order")
	few := numbered(2)
	few.View(dark, 80, 10, true)
	assert.False(t, few.Click(5), "there is no row")
}

func TestSorting(t *testing.T) {
	t.Parallel()
	table := numbered(3)
	table.View(dark, 120, 6, true)
	require.True(t, table.SortBy("age"))
	assert.Contains(t, ansi.Strip(table.View(dark, 120, 6, true)[0]), " ▾age")
	assert.Equal(t, []string{"row-0", "row-1", "row-2"}, shownRows(table, 6), "newest first")
	require.True(t, table.SortBy("age"))
	assert.Contains(t, ansi.Strip(table.View(dark, 120, 6, true)[0]), " ▴age")
	assert.Equal(t, []string{"row-2", "row-1", "row-0"}, shownRows(table, 6))
	assert.False(t, table.SortBy("mark"))
	assert.False(t, table.SortBy("nonsense"))
	table.View(dark, 120, 6, true)
	table.SortNext()
	id, _ := table.Sorted()
	assert.Equal(t, "version", id, "behind the last one the first follows")
	assert.Contains(t, ansi.Strip(table.View(dark, 120, 6, true)[0]), "version▴")
	table.SortNext()
	id, _ = table.Sorted()
	assert.Equal(t, "state", id)
}

// TestTitlesStayWhereTheyAre: the sign of the sorted column stands in the air
// beside its title.
func TestTitlesStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	table := numbered(3)
	position := func() map[string]int {
		s := tuitest.Parse(table.View(dark, 120, 4, true)[0], 120, 1)
		at := map[string]int{}
		for _, title := range []string{"version", "mark", "state", "dar lin win", "signature", "size", "author", "age"} {
			x, _, ok := s.Find(title)
			require.True(t, ok, "no title %q", title)
			at[title] = x
		}
		return at
	}
	want := position()
	for range 10 {
		table.SortNext()
		assert.Equal(t, want, position())
	}
}

func TestColumnsGiveWayByPriority(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		w    int
		want []string
	}{
		{120, []string{"version", "mark", "state", "platforms", "signature", "size", "author", "age"}},
		{102, []string{"version", "mark", "state", "platforms", "signature", "author", "age"}},
		{100, []string{"version", "mark", "state", "platforms", "signature", "age"}},
		{80, []string{"version", "mark", "state", "signature", "age"}},
		{61, []string{"version", "state", "signature", "age"}},
		{40, []string{"version", "state", "age"}},
	} {
		t.Run(strconv.Itoa(tt.w), func(t *testing.T) {
			t.Parallel()
			table := numbered(1)
			table.View(dark, tt.w, 3, true)
			var shown []string
			for _, c := range table.Columns {
				if table.Shown(c.ID) {
					shown = append(shown, c.ID)
				}
			}
			assert.Equal(t, tt.want, shown)
		})
	}
}

// TestColumnsDoNotFollowValues: the same width gives the same columns,
// whatever the rows hold.
func TestColumnsDoNotFollowValues(t *testing.T) {
	t.Parallel()
	header := func(table *ui.Table[*release]) string { return ansi.Strip(table.View(dark, 100, 3, true)[0]) }
	long := releases{{id: 1, name: strings.Repeat("v", 200), author: strings.Repeat("a", 200), size: 1 << 40, age: 1 << 30}}
	assert.Equal(t, header(numbered(0)), header(releaseTable(long)))
	for _, line := range releaseTable(long).View(dark, 100, 3, true) {
		assert.Equal(t, 100, ansi.StringWidth(line))
	}
}

func TestDrawnRowsAreKept(t *testing.T) {
	t.Parallel()
	drawn := 0
	rs := sampleReleases()
	index := ui.NewIndex(rs.id)
	index.Reset(len(rs))
	columns := []ui.Column[*release]{{ID: "name", Title: "name", Width: 20, Cell: func(_ *theme.Theme, r *release) ui.Text {
		drawn++
		return ui.Words(theme.Text, r.name)
	}}}
	table := ui.NewTable(columns, index, rs.row, func(r *release) int64 { return r.revision })
	draws := func() int {
		drawn = 0
		table.View(dark, 80, 40, true)
		return drawn
	}
	assert.Equal(t, len(rs), draws(), "at first all of them")
	assert.Equal(t, 1, draws(), "then the cursor's row only")
	rs[3].revision++
	assert.Equal(t, 2, draws(), "a changed row is drawn again")
	table.Move(1)
	draws()
	assert.Equal(t, 1, draws())
	table.Epoch++
	assert.Equal(t, len(rs), draws(), "a new minute changes ages")
	table.View(noColour, 80, 40, true)
	assert.Equal(t, len(rs), draws(), "another theme was drawn between")
	table.Flash = func(id int64) bool { return id == rs[5].id }
	assert.Equal(t, 2, draws(), "rows that flash are not kept")
}

func TestCursorAndFocus(t *testing.T) {
	t.Parallel()
	look := tuitest.Looks()[0].Theme
	table := numbered(2)
	cells := func(focused bool) []tuitest.Cell {
		return tuitest.Parse(ui.Join(table.View(look, 60, 3, focused)), 60, 3).Cells[1]
	}
	colours := theme.Standard().Dark
	focused, not := cells(true), cells(false)
	assert.Equal(t, "▐", focused[0].Content)
	assert.Equal(t, colours.Accent, focused[0].Foreground)
	assert.Empty(t, focused[0].Background, "the bar lies on the page")
	assert.Equal(t, colours.Selected, focused[1].Background)
	assert.Equal(t, colours.Selected, focused[59].Background)
	assert.True(t, focused[4].Bold, "the name is bold")
	assert.Equal(t, colours.Track, not[0].Foreground)
	assert.Empty(t, not[4].Background)
	assert.False(t, not[4].Bold)
}

// BenchmarkTable measures drawing a page of 40 rows out of 100,000.
func BenchmarkTable(b *testing.B) {
	table := releaseTable(manyReleases(rowsOfBench))
	table.Index.Goto(rowsOfBench / 2)
	b.Run("nothing changed", func(b *testing.B) {
		for b.Loop() {
			table.View(dark, 120, 41, true)
		}
	})
	b.Run("every row is new", func(b *testing.B) {
		for b.Loop() {
			table.Epoch++
			table.View(dark, 120, 41, true)
		}
	})
	b.Run("the cursor moves", func(b *testing.B) {
		by := 1
		for b.Loop() {
			table.Move(by)
			by = -by
			table.View(dark, 120, 41, true)
		}
	})
}

// BenchmarkPage measures a whole page with header and footer.
func BenchmarkPage(b *testing.B) {
	table := releaseTable(manyReleases(rowsOfBench))
	for b.Loop() {
		ui.Join(versionsPage(dark, table, 120, 40))
	}
}

// BenchmarkDialogPage measures a page with a dialog over it.
func BenchmarkDialogPage(b *testing.B) {
	table := releaseTable(manyReleases(rowsOfBench))
	dialog := yankDialog(dark)
	for b.Loop() {
		page := versionsPage(dark, table, 120, 40)
		ui.Join(ui.Lay(dark, page, dialog.View(dark, 120, 40), 120))
	}
}
