package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/tui/action"
)

// shell carries out what the shell around the screens does.
func (a *App) shell(next action.Action) tea.Cmd {
	switch next := next.(type) {
	case action.OpenPalette:
		return a.openPalette()
	case action.OpenHelp:
		return a.ask(newHelp(a.here(), a.bindings()))
	case action.Press:
		return a.pressID(next.Binding)
	case action.OpenLink:
		return a.openLink(next)
	default:
		return a.inquire(next)
	}
}

// here is what the screen in sight is called.
func (a *App) here() string {
	path := a.top().Caption(a.look(), a.placeName()).Path
	return path[len(path)-1]
}

// resumed is what happens once the console is in the foreground again: it may
// have slept for hours, so that ages are those of now, and what one sees is
// read again.
func (a *App) resumed() tea.Cmd {
	a.minute, a.aged = a.minute+1, a.now
	return a.refresh()
}
