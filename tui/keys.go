package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
	"github.com/registrar-console/registrar/tui/ui"
)

// everywhere are the bindings that every screen has.
func (a *App) everywhere() []ui.Binding {
	return []ui.Binding{
		{ID: "app.publish", Label: "publish", Help: "publish a connector from a project folder", Keys: []string{"p"}, Risk: ui.Changes,
			Quiet: len(a.stack) > 1, Do: func() action.Action { return action.OpenPublish{} }},
		{ID: "app.back", Label: "back", Help: "leave this screen", Keys: []string{"esc"}, Quiet: len(a.stack) < 2,
			Off: func() string {
				if len(a.stack) < 2 {
					return "this is the first screen"
				}
				return ""
			}, Do: func() action.Action { return action.Back{} }},
		{ID: "app.connectors", Label: "connectors", Help: "all connectors", Keys: []string{"2"}, Quiet: true,
			Do: func() action.Action { return action.Go{To: action.Connectors} }},
		{ID: "app.versions", Label: "versions", Help: "the versions of the whole registry", Keys: []string{"3"}, Quiet: true,
			Do: func() action.Action { return action.Go{To: action.Versions} }},
		{ID: "app.refresh", Label: "refresh", Help: "read again, or try now to reach the registry", Keys: []string{"ctrl+r"},
			Quiet: a.live.state != broken, Do: func() action.Action { return action.Refresh{} }},
		{ID: "app.suspend", Label: "suspend", Help: "back to the shell; fg returns", Keys: []string{"ctrl+z"}, Quiet: true,
			Do: func() action.Action { return action.Suspend{} }},
		{ID: "app.quit", Label: "quit", Help: "leave; asks only while a task runs", Keys: []string{"q"},
			Do: func() action.Action { return action.Quit{} }},
	}
}

// at is the place that the stack grew from.
func (a *App) at() action.Place {
	if _, all := a.stack[0].(*browse.All); all {
		return action.Versions
	}
	return action.Connectors
}

// mouse gives clicks and the wheel to what they point at. While a dialog is
// open, only the dialog counts, and it is answered by keys.
func (a *App) mouse(msg tea.MouseMsg) tea.Cmd {
	if a.dialog() != nil {
		return nil
	}
	m := msg.Mouse()
	g := gridOf(a.height)
	switch msg.(type) {
	case tea.MouseWheelMsg:
		by := 3
		if m.Button == tea.MouseWheelUp {
			by = -by
		}
		return a.do(action.Scroll{By: by})
	case tea.MouseClickMsg:
		return a.click(m, g)
	default:
		return nil
	}
}

// click presses a key of the footer, opens a place, or points at a row. A
// second click on the same row opens it.
func (a *App) click(m tea.Mouse, g grid) tea.Cmd {
	a.dismiss()
	switch {
	case m.Button != tea.MouseLeft:
		return nil
	case m.Y == g.keys:
		if b, known := ui.FindID(a.bindings(), ui.HitAt(a.footer, m.X)); known {
			return a.press(b)
		}
	case m.Y == 0:
		for _, p := range places {
			if p.name == ui.HitAt(a.header, m.X) {
				return a.do(action.Go{To: p.place})
			}
		}
	case m.Y >= g.body && m.Y < g.body+g.rows:
		again := a.clicked == m.Y && a.now.Sub(a.clickedAt) < doubleClick
		a.clicked, a.clickedAt = m.Y, a.now
		return a.do(action.Point{X: m.X, Y: m.Y - g.body, Open: again})
	}
	return nil
}
