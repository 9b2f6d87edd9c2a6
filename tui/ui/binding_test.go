package ui_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

func TestFooterDropsFromTheRightAndKeepsHelp(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		w    int
		want string
	}{
		{120, "  enter open   space mark   . range   = compare 2   t set stable   d download   X yank   / filter   ? help"},
		{80, "  enter open  space mark  . range  = compare 2  t set stable  ? help"},
		{40, "  enter open  space mark  ? help"},
		{20, "  ? help"},
		{8, "  ? h⋯"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			t.Parallel()
			line, _ := ui.Footer(dark, versionKeys(), tt.w)
			plain := ansi.Strip(line)
			assert.Equal(t, tt.want, strings.TrimRight(plain, " "))
			assert.Equal(t, tt.w, ansi.StringWidth(plain))
		})
	}
}

func TestFooterKeysAreButtons(t *testing.T) {
	t.Parallel()
	line, hits := ui.Footer(dark, versionKeys(), 120)
	screen := tuitest.Parse(line, 120, 1)
	for label, id := range map[string]string{"X yank": "yank", "? help": "help", "enter open": "open"} {
		x, _, ok := screen.Find(label)
		require.True(t, ok)
		assert.Equal(t, id, ui.HitAt(hits, x))
		assert.Equal(t, id, ui.HitAt(hits, x+len(label)-1))
		assert.NotEqual(t, id, ui.HitAt(hits, x+len(label)))
	}
	assert.Empty(t, ui.HitAt(hits, 0))
}

func TestWhatIsOffIsStruckOrInParentheses(t *testing.T) {
	t.Parallel()
	line, _ := ui.Footer(dark, versionKeys(), 120)
	screen := tuitest.Parse(line, 120, 1)
	x, y, ok := screen.Find("set stable")
	require.True(t, ok)
	assert.True(t, screen.Cells[y][x].Struck)
	assert.False(t, screen.Cells[y][x+3].Struck, "blanks are not struck through")
	line, _ = ui.Footer(noColour, versionKeys(), 120)
	assert.Contains(t, ansi.Strip(line), "(t set stable)")
	b, ok := ui.Find(versionKeys(), "t")
	require.True(t, ok)
	assert.Equal(t, "set stable: only PUBLISHED versions, and v1.7.8 is FAILED", b.WhyText())
	b, ok = ui.FindID(versionKeys(), "open")
	require.True(t, ok)
	assert.Empty(t, b.WhyText())
	_, ok = ui.Find(versionKeys(), "Z")
	assert.False(t, ok)
	_, ok = ui.FindID(versionKeys(), "nothing")
	assert.False(t, ok)
}

// What stays keeps its place whatever drops out; where there is little room,
// only the last of it does.
func TestWhatStaysInTheFooter(t *testing.T) {
	t.Parallel()
	keys := versionKeys()
	keys[6].Stays = true
	for w, want := range map[int]string{
		120: "enter open   space mark   . range   = compare 2   t set stable   d download   / filter   X yank   ? help",
		80:  "enter open  space mark  . range  = compare 2  t set stable  X yank  ? help",
		60:  "enter open  space mark  . range  X yank  ? help",
		59:  "enter open  space mark  . range  = compare 2  ? help",
		12:  "? help",
	} {
		line, _ := ui.Footer(dark, keys, w)
		assert.Equal(t, want, strings.TrimSpace(ansi.Strip(line)), "%d cells", w)
	}
}

func TestQuietBindingsAreNotInTheFooter(t *testing.T) {
	t.Parallel()
	keys := versionKeys()
	keys[0].Quiet = true
	line, _ := ui.Footer(dark, keys, 120)
	assert.NotContains(t, ansi.Strip(line), "enter open")
}

func TestCheckBindings(t *testing.T) {
	t.Parallel()
	require.NoError(t, ui.CheckBindings(versionKeys()))
	back := func() action.Action { return action.Back{} }
	good := ui.Binding{ID: "a", Label: "a", Help: "a", Keys: []string{"a"}, Do: back}
	for name, change := range map[string]func(b *ui.Binding){
		"no id":     func(b *ui.Binding) { b.ID = "" },
		"no label":  func(b *ui.Binding) { b.Label = "" },
		"no help":   func(b *ui.Binding) { b.Help = "" },
		"no key":    func(b *ui.Binding) { b.Keys = nil },
		"no action": func(b *ui.Binding) { b.Do = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := good
			change(&b)
			assert.Error(t, ui.CheckBindings([]ui.Binding{b}))
		})
	}
	other := good
	other.ID = "b"
	require.ErrorContains(t, ui.CheckBindings([]ui.Binding{good, other}), `key "a" belongs to both "a" and "b"`)
	other = good
	other.Keys = []string{"b"}
	assert.ErrorContains(t, ui.CheckBindings([]ui.Binding{good, other}), `"a" occurs twice`)
}
