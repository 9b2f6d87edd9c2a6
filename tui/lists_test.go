package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// listPages are lists of which something is found or marked.
func listPages() map[string]func(a *App) {
	keys := func(a *App, names ...string) {
		for _, name := range names {
			press(a, name)
		}
	}
	return map[string]func(a *App){
		"connectors-near":   func(a *App) { keys(a, "/", "o", "k", "w", "s") },
		"connectors-marked": func(a *App) { keys(a, "j", "space", "j", "space") },
		"versions-marked": func(a *App) {
			a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
			a.screen()
			keys(a, "j", "space", "j", "j", "space", "space", "/", "i", "n", "e", "s", "enter")
		},
		"all-found": func(a *App) {
			a.do(action.Go{To: action.Versions})
			a.screen()
			keys(a, "/", "v", "0", ".", "5", ".", "2", "space", "p", "u", "b", "enter")
		},
	}
}

// clickOn clicks where a text begins, a few cells further to the right.
func clickOn(t *testing.T, a *App, text string, right int) {
	t.Helper()
	x, y, found := tuitest.Parse(a.screen(), a.width, a.height).Find(text)
	require.True(t, found, "%q is not on the screen", text)
	a.Update(tea.MouseClickMsg{X: x + right, Y: y, Button: tea.MouseLeft})
}

// The header sorts, and turns the order around; counts filter; a row is opened
// by the second click on it. The keys go on where the mouse was.
func TestTheMouseInLists(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	clickOn(t, a, "connector ", 0)
	assert.Contains(t, a.text(), "1 of 7", "the cursor stays on its row")
	assert.Contains(t, a.text(), "connector▴")
	clickOn(t, a, "connector▴", 9)
	assert.Contains(t, a.text(), "connector▾")
	clickOn(t, a, "stable  ", 0)
	assert.Contains(t, a.text(), "connector▾", "nothing sorts by what has no order")

	clickOn(t, a, "failed 1", 2)
	assert.Contains(t, a.text(), "filter state:failed")
	assert.Contains(t, a.text(), "1 of 1")
	clickOn(t, a, "failed 1", 2)
	assert.NotContains(t, a.text(), "filter state")

	clickOn(t, a, "  workday", 3)
	press(a, "space")
	assert.Contains(t, a.text(), "+ 1 marked")
	clickOn(t, a, "+ workday", 0)
	assert.Contains(t, a.text(), "ConductorOne/baton-workday")
}

// The wheel moves the rows, not the cursor's item, as long as that is in sight.
func TestTheWheelInLists(t *testing.T) {
	t.Parallel()
	a := crowded(t, 500)
	for range 5 {
		press(a, "j")
	}
	down, up := tea.MouseWheelMsg{Button: tea.MouseWheelDown}, tea.MouseWheelMsg{Button: tea.MouseWheelUp}
	a.Update(down)
	assert.Contains(t, a.text(), "6 of 500")
	assert.NotContains(t, a.text(), "c0  ", "three rows went out of sight")
	assert.Contains(t, a.text(), "c3  ")
	a.Update(down)
	assert.Contains(t, a.text(), "7 of 500", "the cursor is taken along at the edge")
	for range 500 {
		a.Update(down)
	}
	assert.Contains(t, a.text(), "c199  ", "the last row is the last that one sees")
	for range 500 {
		a.Update(up)
	}
	assert.Contains(t, a.text(), "c0  ")
}

// Esc takes back one thing after the other before it leaves.
func TestEscInAList(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	a.screen()
	for _, key := range []string{"space", "space", "/", "r", "c", "enter"} {
		press(a, key)
	}
	assert.Contains(t, a.text(), "+ 2 marked, 1 hidden by the filter")
	press(a, "esc")
	assert.Contains(t, a.text(), "+ 2 marked")
	assert.NotContains(t, a.text(), "hidden")
	assert.Contains(t, a.text(), "esc clear marks")
	press(a, "esc")
	assert.NotContains(t, a.text(), "marked,")
	assert.Contains(t, a.text(), "nothing marked")
	press(a, "esc")
	assert.Contains(t, a.text(), "Connectors 7")
}

// While several rows are marked, X is about all of them, and c copies them.
func TestKeysWhileRowsAreMarked(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	a.screen()
	for _, key := range []string{"j", "space", "space", "X"} {
		press(a, key)
	}
	assert.Contains(t, a.text(), "Yank 2 versions?")
	a.dialogs = nil
	press(a, "c")
	assert.Contains(t, a.text(), "Copied 2 marked versions.")
}
