package ui_test

import (
	"math"
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

func TestTitleGivesItsParentsUpFirst(t *testing.T) {
	t.Parallel()
	path := []string{"Connectors", "acme/baton-harbour", "v1.8.2"}
	facts := ui.Words(theme.Muted, "latest")
	assert.Equal(t, "  Connectors › acme/baton-harbour › v1.8.2         latest  ", ansi.Strip(ui.Title(dark, path, facts, 59)))
	assert.Equal(t, "  ‹ v1.8.2                        latest  ", ansi.Strip(ui.Title(dark, path, facts, 42)))
	assert.Equal(t, "  latest", strings.TrimRight(strings.ReplaceAll(ansi.Strip(ui.Title(dark, nil, facts, 20)), "          ", ""), " "))
}

// TestSectionRule: the rule is underlined blanks after one plain blank, to
// the edge, or to what stands there.
func TestSectionRule(t *testing.T) {
	t.Parallel()
	screen := tuitest.Parse(ui.Heading("About", 20).Fit(dark, 20), 20, 1)
	row := screen.Cells[0]
	assert.True(t, row[0].Bold)
	assert.False(t, row[5].Underline)
	for x := 6; x < 20; x++ {
		assert.True(t, row[x].Underline, "column %d", x)
		assert.Equal(t, " ", row[x].Content)
		assert.Equal(t, theme.Standard().Dark.Track, row[x].Foreground)
	}
	right := ui.Section(ui.Words(theme.Text, "Failed"), ui.Words(theme.Muted, "last 7 days"), 30)
	assert.Equal(t, 30, right.Width())
	assert.True(t, strings.HasSuffix(right.String(), " last 7 days"))
	assert.Equal(t, "Failed", strings.TrimRight(ui.Section(ui.Words(theme.Text, "Failed"), ui.Words(theme.Muted, "last 7 days"), 15).String(), " "))
}

func TestDetailsGoOnUnderTheirValue(t *testing.T) {
	t.Parallel()
	var got []string
	for _, line := range ui.Details([]ui.Detail{
		{Key: "license", Value: ui.Words(theme.Text, "Apache-2.0")},
		{Key: "author", Value: ui.Line(ui.Say(theme.Text, "ines"), ui.Say(theme.Muted, " as publisher of acme"))},
	}, 10, 26) {
		got = append(got, line.String())
	}
	assert.Equal(t, []string{"license   Apache-2.0", "author    ines as", "          publisher of", "          acme"}, got)
}

func TestTabs(t *testing.T) {
	t.Parallel()
	tabs := []ui.Tab{{ID: "o", Label: "Overview"}, {ID: "a", Label: "Assets"}, {ID: "c", Label: "Checks", Count: "14"}}
	line, hits := ui.Tabs(dark, tabs, "a", 60)
	assert.Equal(t, "  Overview   Assets   Checks 14", strings.TrimRight(ansi.Strip(line), " "))
	screen := tuitest.Parse(line, 60, 1)
	style, ok := screen.StyleOf("Assets")
	require.True(t, ok)
	assert.Contains(t, style, "bold underline")
	x, _, _ := screen.Find("Checks")
	assert.Equal(t, "c", ui.HitAt(hits, x))
	line, _ = ui.Tabs(dark, tabs, "c", 20)
	assert.Equal(t, "  Checks 14", strings.TrimRight(ansi.Strip(line), " "), "those before the current one give way")
	line, _ = ui.Tabs(dark, nil, "", 20)
	assert.Equal(t, 20, ansi.StringWidth(line))
}

func TestHalvesLeaveFourCellsBetween(t *testing.T) {
	t.Parallel()
	left, right := ui.Halves(120, 26)
	assert.Equal(t, 90, left)
	assert.Equal(t, 30, right)
	long := []ui.Text{ui.Words(theme.Text, strings.Repeat("x", 200))}
	row := ansi.Strip(ui.Beside(ui.Indent(dark, long, left, 1), ui.Indent(dark, long, right, 1))[0])
	assert.Equal(t, 120, ansi.StringWidth(row))
	assert.Contains(t, row, "⋯    x")
	for w := range 30 {
		left, right := ui.Halves(w, 26)
		assert.GreaterOrEqual(t, left, 0)
		assert.GreaterOrEqual(t, right, 0)
	}
}

func TestListKeepsItsCursorInSight(t *testing.T) {
	t.Parallel()
	list := &ui.List{Gap: 1}
	view := func() tuitest.Screen {
		lines := list.View(dark, 20, 5, 6, true, func(i, _ int, chosen bool) []ui.Text {
			name := ui.Say(theme.Text, "item "+strconv.Itoa(i))
			if chosen {
				name = name.Bold()
			}
			return []ui.Text{ui.Line(name), ui.Words(theme.Muted, "more")}
		})
		return tuitest.Parse(ui.Join(lines), 20, 5)
	}
	assert.Equal(t, "▐ item 0\n▐ more\n\n  item 1\n  more", view().Text())
	require.True(t, list.Key("j", 6))
	assert.Equal(t, "  item 0\n  more\n\n▐ item 1\n▐ more", view().Text())
	list.Key("down", 6)
	screen := view()
	assert.Equal(t, "  item 1\n  more\n\n▐ item 2\n▐ more", screen.Text())
	selected := theme.Standard().Dark.Selected
	assert.Equal(t, selected, screen.Cells[3][5].Background)
	assert.Equal(t, selected, screen.Cells[4][19].Background, "both lines are tinted, to the edge")
	assert.Empty(t, screen.Cells[2][5].Background, "the gap is not")
	assert.True(t, list.Click(0))
	assert.Equal(t, 1, list.Cursor())
	assert.False(t, list.Click(9))
	list.Key("G", 6)
	assert.Equal(t, 5, list.Cursor())
	view()
	list.Key("pgdown", 6)
	list.Key("pgup", 6)
	assert.Equal(t, 0, list.Cursor())
	list.Goto(40)
	assert.Contains(t, view().Text(), "▐ item 5", "it is held within what there is")
	list.Key("home", 6)
	list.Key("k", 6)
	assert.Equal(t, 0, list.Cursor())
	assert.False(t, list.Key("x", 6))
}

func TestProgressBar(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fraction float64
		want     string
		percent  string
	}{
		{0, "╌╌╌╌╌╌╌╌╌╌", "  0 %"},
		{0.0001, "╍╌╌╌╌╌╌╌╌╌", "  0 %"},
		{0.5, "╍╍╍╍╍╌╌╌╌╌", " 50 %"},
		{0.999, "╍╍╍╍╍╍╍╍╍╌", " 99 %"},
		{1, "╍╍╍╍╍╍╍╍╍╍", "100 %"},
		{7, "╍╍╍╍╍╍╍╍╍╍", "100 %"},
		{-1, "╌╌╌╌╌╌╌╌╌╌", "  0 %"},
		{math.NaN(), "╌╌╌╌╌╌╌╌╌╌", "  0 %"},
		{math.Inf(1), "╍╍╍╍╍╍╍╍╍╍", "100 %"},
	} {
		t.Run(tt.percent, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, ui.ProgressBar(dark, tt.fraction, 10, theme.OK).String())
			assert.Equal(t, tt.percent, ui.Percent(tt.fraction))
		})
	}
	assert.Empty(t, ui.ProgressBar(dark, 0.5, 0, theme.OK))
	assert.Equal(t, "=====-----", ui.ProgressBar(asciiOnly, 0.5, 10, theme.OK).String())
}

// TestProgressRowsHoldTheirPlace: whatever the figures, columns stay where
// they are, and no line is wider than it may be.
func TestProgressRowsHoldTheirPlace(t *testing.T) {
	t.Parallel()
	row := ui.Progress{
		Label: "windows-amd64", Mark: dark.Mark(theme.GlyphUploading, theme.Motion, "UPLOADING"),
		Amount: "10.2 of 14.1 MB, 3.9 MB/s", Note: ui.Words(theme.Muted, strings.Repeat("a long reason ", 20)), When: "retry in 4 s", Brief: "72 %",
	}
	lines := row.Lines(dark, 114, true)
	require.Len(t, lines, 2)
	assert.Equal(t, 114, lines[0].Width())
	assert.Equal(t, 114, lines[1].Width())
	assert.True(t, strings.HasSuffix(lines[0].String(), "3.9 MB/s"))
	assert.True(t, strings.HasSuffix(lines[1].String(), "⋯  retry in 4 s"))
	at := strings.Index(lines[0].String(), "◔")
	row.Fraction, row.Amount = 1, "1"
	lines = row.Lines(dark, 114, true)
	assert.Equal(t, at, strings.Index(lines[0].String(), "◔"))
	for w := range 130 {
		for _, line := range row.Lines(dark, w, false) {
			assert.LessOrEqual(t, ansi.StringWidth(ansi.Strip(line.Fit(dark, w))), w)
		}
	}
	assert.Len(t, row.Lines(dark, 74, false), 1)
}
