//go:build unix

package ui_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// slides shows one page after another, a key each.
type slides struct {
	pages []string
	at    int
}

func (s slides) Init() tea.Cmd { return nil }

func (s slides) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tea.KeyPressMsg); ok {
		s.at = (s.at + 1) % len(s.pages)
	}
	return s, nil
}

func (s slides) View() tea.View {
	v := tea.NewView(s.pages[s.at])
	v.AltScreen = true
	return v
}

// TestARealTerminalShowsWhatTheViewSays sends pages through the program's
// renderer, which skips what it believes to be there already, and compares
// each cell: rules of underlined blanks, tints and all.
func TestARealTerminalShowsWhatTheViewSays(t *testing.T) {
	t.Parallel()
	const w, h = 120, 40
	for _, look := range tuitest.Looks() {
		t.Run(look.Name, func(t *testing.T) {
			t.Parallel()
			table := demoTable()
			behind := versionsPage(look.Theme, table, w, h)
			dialog := typed(yankDialog(look.Theme), "v1.8.").View(look.Theme, w, h)
			pages := []string{
				ui.Join(versionPage(look.Theme, w, h)),
				ui.Join(behind),
				ui.Join(ui.Lay(look.Theme, behind, dialog, w)),
				ui.Join(uploadPage(look.Theme, &ui.List{}, w, h)),
				ui.Join(versionPage(look.Theme, w, h)),
			}
			term := tuitest.Run(t, tuitest.Options{Width: w, Height: h}, slides{pages: pages})
			for i, page := range pages {
				want := tuitest.Parse(page, w, h)
				term.Until("is page "+string(rune('0'+i)), func(s tuitest.Screen) bool { return s.Text() == want.Text() })
				term.Until("has the styles of that page", func(s tuitest.Screen) bool { return assert.ObjectsAreEqual(want.Styles(), s.Styles()) })
				term.Key("n")
			}
		})
	}
}
