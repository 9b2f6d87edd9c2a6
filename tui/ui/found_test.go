package ui_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// noted is a table of one searched column with one row.
func noted(text ui.Text, found ...ui.Stretch) *ui.Table[*release] {
	index := ui.NewIndex(func(int32) int64 { return 1 })
	index.Reset(1)
	row := &release{id: 1}
	table := ui.NewTable([]ui.Column[*release]{{
		ID: "note", Title: "note", Width: 20, Searched: true,
		Cell: func(*theme.Theme, *release) ui.Text { return text },
	}}, index, func(int32) *release { return row }, func(*release) int64 { return 1 })
	table.Found = func(*release, *ui.Column[*release], string) []ui.Stretch { return found }
	return table
}

// What is found takes the accent, whatever spans it lies in; visible
// characters stay whole, and no cell moves.
func TestFoundStretches(t *testing.T) {
	t.Parallel()
	two := ui.Line(ui.Say(theme.OK, "ab"), ui.Say(theme.Muted, "cd").Struck())
	for _, tt := range []struct {
		name  string
		text  ui.Text
		found []ui.Stretch
		want  string // the characters that stand out
	}{
		{"nothing", two, nil, ""},
		{"across spans", two, []ui.Stretch{{From: 1, To: 3}}, "bc"},
		{"two of them", two, []ui.Stretch{{From: 0, To: 1}, {From: 3, To: 4}}, "ad"},
		{"all", two, []ui.Stretch{{From: 0, To: 4}}, "abcd"},
		{"beyond the end", two, []ui.Stretch{{From: 3, To: 99}}, "d"},
		{"a part of a letter", ui.Words(theme.Text, "x\u00e9y"), []ui.Stretch{{From: 2, To: 3}}, "\u00e9"},
		{"a part of a wide one", ui.Words(theme.Text, "x漢y"), []ui.Stretch{{From: 2, To: 3}}, "漢"},
		{"behind what is cut", ui.Words(theme.Text, strings.Repeat("a", 30)), []ui.Stretch{{From: 25, To: 30}}, ""},
	} {
		for _, look := range tuitest.Looks() {
			t.Run(tt.name+" "+look.Name, func(t *testing.T) {
				t.Parallel()
				table, plain := noted(tt.text, tt.found...), noted(tt.text)
				screen := tuitest.Parse(ui.Join(table.View(look.Theme, 30, 2, true)), 30, 2)
				assert.Equal(t, tuitest.Parse(ui.Join(plain.View(look.Theme, 30, 2, true)), 30, 2).Text(), screen.Text())
				got := ""
				for _, cell := range screen.Cells[1][2:] {
					if look.Theme.Tints() && cell.Foreground == screen.Cells[1][0].Foreground || !look.Theme.Tints() && cell.Underline {
						got += cell.Content
					}
				}
				assert.Equal(t, tt.want, got)
			})
		}
	}
}

// A letter and its marks are one character: no sequence comes between them.
func TestFoundMarksStayOnTheirLetter(t *testing.T) {
	t.Parallel()
	for from := range 4 {
		table := noted(ui.Words(theme.Text, "xe\u0301y"), ui.Stretch{From: from, To: from + 1})
		assert.Contains(t, table.View(dark, 30, 2, true)[1], "e\u0301")
	}
}

// Rows that match less well come after the others, in the order of before
// among equals.
func TestBestFirst(t *testing.T) {
	t.Parallel()
	rs := named("xa", "a", "xxa", "xb", "ab")
	x := indexed(rs)
	x.Goto(2)
	x.SortByRank(true)
	x.Filter(graded(rs, "a"), false)
	assert.Equal(t, []string{"a", "ab", "xa", "xxa"}, names(rs, x))
	assert.Equal(t, 3, x.Cursor())
	assert.Equal(t, 2, x.Matching())
	x.Sort(func(a, b int32) int { return -byName(rs)(a, b) })
	assert.Equal(t, []string{"ab", "a", "xa", "xxa"}, names(rs, x))
	x.SortByRank(false)
	assert.Equal(t, []string{"xxa", "xa", "ab", "a"}, names(rs, x))
	assert.Equal(t, 0, x.Cursor())
}

func TestWiden(t *testing.T) {
	t.Parallel()
	rs := named("xa", "a", "b", "xb")
	x := indexed(rs)
	x.Filter(containing(rs, "xa"), false)
	assert.False(t, x.Widen(func(int32) ui.Rank { return ui.Hidden }))
	looked := 0
	assert.True(t, x.Widen(func(pos int32) ui.Rank {
		looked++
		return containing(rs, "a")(pos) * 2
	}))
	assert.Equal(t, 3, looked, "what shows is not looked at again")
	assert.Equal(t, []string{"xa", "a"}, names(rs, x))
	assert.Equal(t, 1, x.Matching())
	(*rs)[2].name, (*rs)[3].name = "xaa", "ba"
	x.Touch(2, 3)
	assert.Equal(t, []string{"xa", "a", "xaa", "ba"}, names(rs, x), "what changes is looked at both ways")
	assert.Equal(t, 2, x.Matching())
}
