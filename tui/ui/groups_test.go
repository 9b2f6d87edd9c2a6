package ui_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// board draws groups without styles, blanks trimmed.
func board(g *ui.Groups, h int, groups []ui.Group) []string {
	t := tuitest.Looks()[2].Theme
	lines := g.View(t, 40, h, groups, nil, func(i, _ int, _ bool) ui.Text { return ui.Words(theme.Text, "item "+strconv.Itoa(i)) })
	for i := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(lines[i]), " ")
	}
	return lines
}

func head(text string) ui.Text { return ui.Words(theme.Text, text) }

func threeGroups() []ui.Group {
	return []ui.Group{
		{Head: head("one"), Items: 2},
		{Head: head("nothing")},
		{Head: head("two"), Items: 3},
		{Head: head("end"), Notes: []ui.Text{head("first note"), head("second note")}},
	}
}

func TestGroupsWithoutItemsVanish(t *testing.T) {
	t.Parallel()
	g := &ui.Groups{}
	assert.Equal(t, []string{
		"  one", "> item 0", "  item 1", "", "  two", "  item 2", "  item 3", "  item 4", "", "  end", "  first note", "  second note", "",
	}, board(g, 13, threeGroups()))
}

func TestGroupsScroll(t *testing.T) {
	t.Parallel()
	g := &ui.Groups{}
	board(g, 4, threeGroups())
	g.Move(1)
	assert.Equal(t, []string{"  one", "  item 0", "> item 1", ""}, board(g, 4, threeGroups()))
	g.Move(1)
	assert.Equal(t, []string{"  item 1", "", "  two", "> item 2"}, board(g, 4, threeGroups()))
	g.Goto(3)
	g.Goto(2)
	assert.Equal(t, []string{"  item 1", "", "  two", "> item 2"}, board(g, 4, threeGroups()), "the heading of the first item stays in sight")
	g.Goto(99)
	assert.Equal(t, []string{"> item 4", "", "  end", "  first note"}, board(g, 4, threeGroups()), "what stands below the last item is seen as far as there is room")
	assert.Equal(t, 4, g.Cursor())
	g.Goto(0)
	assert.Equal(t, []string{"  one", "> item 0", "  item 1", ""}, board(g, 4, threeGroups()))
}

func TestGroupsGoFromGroupToGroup(t *testing.T) {
	t.Parallel()
	g := &ui.Groups{}
	board(g, 20, threeGroups())
	var seen []int
	for range 3 {
		g.NextGroup()
		seen = append(seen, g.Cursor())
	}
	assert.Equal(t, []int{2, 0, 2}, seen)
	none := &ui.Groups{}
	none.NextGroup()
	assert.Equal(t, 0, none.Cursor())
}

func TestGroupsAreClicked(t *testing.T) {
	t.Parallel()
	g := &ui.Groups{}
	board(g, 13, threeGroups())
	assert.True(t, g.Click(6))
	assert.Equal(t, 3, g.Cursor())
	for _, line := range []int{-1, 0, 3, 4, 9, 10, 12, 13} {
		assert.False(t, g.Click(line), line)
	}
	assert.Equal(t, 3, g.Cursor())
	// A window that does not begin at the top.
	g.Goto(4)
	assert.Equal(t, "> item 4", board(g, 3, threeGroups())[0])
	g.Goto(3)
	board(g, 3, threeGroups())
	assert.True(t, g.Click(1))
	assert.Equal(t, 4, g.Cursor())
}

// A cursor that somebody moved belongs to its item, one that nobody moved to
// the first.
func TestGroupsKeepTheCursorOnItsItem(t *testing.T) {
	t.Parallel()
	g := &ui.Groups{}
	items := func(n int) []ui.Group { return []ui.Group{{Items: n}} }
	board(g, 3, items(3))
	g.Shift(1)
	assert.Equal(t, []string{"> item 0", "  item 1", "  item 2"}, board(g, 3, items(4)))
	g.Move(1)
	g.Shift(1)
	assert.Equal(t, []string{"  item 0", "  item 1", "> item 2"}, board(g, 3, items(5)), "the beginning stays in sight")
	g.Shift(1)
	assert.Equal(t, []string{"  item 1", "  item 2", "> item 3"}, board(g, 3, items(6)))
	g.Shift(2)
	assert.Equal(t, []string{"  item 3", "  item 4", "> item 5"}, board(g, 3, items(8)), "the row stays on its line")
	g.Release()
	assert.False(t, g.Touched())
	assert.Equal(t, "> item 0", board(g, 3, items(8))[0])
}

// A hundred thousand items cost what is in sight.
func TestGroupsDrawWhatIsInSight(t *testing.T) {
	t.Parallel()
	g := &ui.Groups{}
	g.Goto(50_000)
	drawn := 0
	g.View(tuitest.Looks()[0].Theme, 80, 20, []ui.Group{{Items: 100_000}}, nil, func(int, int, bool) ui.Text {
		drawn++
		return nil
	})
	assert.Equal(t, 20, drawn)
}

func TestCellIsExactlyAsWide(t *testing.T) {
	t.Parallel()
	look := tuitest.Looks()[0].Theme
	x := ui.Line(ui.Say(theme.Text, "abc"), ui.Say(theme.Muted, "def"))
	for w, want := range map[int]string{0: "", 1: "⋯", 3: "ab⋯", 5: "abcd⋯", 6: "abcdef", 8: "abcdef  "} {
		assert.Equal(t, want, ui.Cell(look, x, w).String(), w)
	}
	assert.Equal(t, "? 組 ", ui.Cell(look, ui.Words(theme.Text, "\x1b 組"), 5).String())
}
