package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
)

func TestHelpRunsWhatIsChosen(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.screen()
	a.write("?")
	a.see()
	assert.Contains(t, a.text(), "Help for Connectors")
	assert.Contains(t, a.text(), "in private")
	a.write("sort")
	a.hit(tea.KeyEnter)
	assert.Empty(t, a.dialogs)
	assert.Contains(t, a.text(), "oldest first")
	a.write("?")
	a.write("?") // the same key closes it
	assert.Empty(t, a.dialogs)

	a.open("v0.5.21")
	a.write("?")
	a.see()
	a.write("withdraw")
	a.hit(tea.KeyEnter)
	assert.Empty(t, a.dialogs)
	assert.Equal(t, "yank: only PUBLISHED versions, and v0.5.21 is FAILED", a.toast.text)
}

// Everything that works stands in help, and what is off says why.
func TestHelpLeavesNothingOut(t *testing.T) {
	t.Parallel()
	for name, prepare := range pages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, tuitest.Looks()[2].Theme, 120, 40)
			prepare(a)
			a.dialogs = nil
			h := newHelp("this page", a.bindings())
			told := map[string]int{}
			for _, row := range h.shown {
				for _, b := range row.bindings {
					told[b.ID]++
				}
			}
			for _, b := range a.bindings() {
				assert.Equal(t, 1, told[b.ID], b.ID)
			}
			var said strings.Builder
			for _, line := range h.layOut(a.theme, helpWide, true) {
				said.WriteString(line.text.String() + "\n")
			}
			for _, b := range a.bindings() {
				if why := b.Why(); why != "" {
					assert.Contains(t, said.String(), strings.Fields(why)[0], b.ID)
				}
			}
		})
	}
}

// Where all does not fit, the page moves, by keys and by the wheel, down to
// its last line.
func TestHelpScrolls(t *testing.T) {
	t.Parallel()
	for name, down := range map[string]func(a *App){
		"pages": func(a *App) { a.hit(tea.KeyPgDown) },
		"rows":  func(a *App) { a.hit(tea.KeyDown) },
		"wheel": func(a *App) { a.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := plainApp(t)
			a.width, a.height = 80, 24
			a.write("?")
			assert.NotContains(t, a.text(), "Security page")
			for range 60 {
				down(a)
				a.screen()
			}
			assert.Contains(t, a.text(), "of the repository.")
			assert.NotContains(t, a.text(), "more line")
			for range 60 {
				a.hit(tea.KeyUp)
				a.screen()
			}
			assert.Contains(t, a.text(), "Help for Connectors")
			assert.Contains(t, a.text(), groupMove)
		})
	}
}

// Both columns can be clicked.
func TestClickingInHelp(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]func(a *App) bool{
		"turn the order":       func(a *App) bool { return strings.Contains(a.text(), "oldest first") },
		"publish a connector":  func(a *App) bool { return a.top() == Screen(a.publish) },
		"Home to":              nil, // told, not run
		"VALIDATING":           nil,
		"type to search":       nil,
		"mark this row, or":    func(a *App) bool { return strings.Contains(a.text(), "1 marked") },
		"say that this connec": func(a *App) bool { return len(a.dialogs) == 1 },
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, tuitest.Looks()[0].Theme, 140, 50)
			a.screen()
			a.write("?")
			a.see()
			screen := tuitest.Parse(a.screen(), 140, 50)
			x, y, found := screen.Find(text)
			require.True(t, found, screen.Text())
			a.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
			if want == nil {
				assert.Len(t, a.dialogs, 1)
				return
			}
			assert.True(t, want(a), a.text())
		})
	}
}

// Searching leaves what is about it, signs and texts included.
func TestSearchingHelp(t *testing.T) {
	t.Parallel()
	for query, c := range map[string]struct{ has, hasNot string }{
		"mark":       {"mark this row", "turn the order"},
		"validating": {"dar lin win", "mark this row"},
		"security":   {"Report a vulnerability", "Signs"},
		"author":     {"author:ines", "Signs"},
		"ctrl+r":     {"read again", "turn the order"},
		"qqqq":       {"No key here is about that.", "Signs"},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			a := plainApp(t)
			a.do(action.OpenHelp{})
			a.write(query)
			assert.Contains(t, a.text(), c.has)
			assert.NotContains(t, a.text(), c.hasNot)
			a.Update(tea.PasteMsg{Content: "x\ny"})
			assert.Len(t, a.dialogs, 1)
		})
	}
}
