package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// click is the one before: a second one on the same row soon after opens it.
type click struct {
	row int
	at  time.Time
}

// doubleClick is how soon a second click opens what the first one chose.
const doubleClick = 400 * time.Millisecond

// wheelRows is how far one notch of the wheel goes.
const wheelRows = 3

// mouse gives clicks and the wheel to what they point at. While a dialog is
// open, only the dialog counts, and a question is answered by keys.
func (a *App) mouse(msg tea.MouseMsg) tea.Cmd {
	if o := a.dialog(); o != nil {
		return a.over(o, msg)
	}
	m := msg.Mouse()
	switch msg.(type) {
	case tea.MouseWheelMsg:
		if m.Button == tea.MouseWheelUp {
			return a.do(action.Scroll{By: -wheelRows})
		}
		if m.Button == tea.MouseWheelDown {
			return a.do(action.Scroll{By: wheelRows})
		}
	case tea.MouseClickMsg:
		if m.Button == tea.MouseLeft {
			return a.clicked(m)
		}
	}
	return nil
}

// clicked presses a key of the footer, opens a place, filters by a count, or
// points at a row.
func (a *App) clicked(m tea.Mouse) tea.Cmd {
	a.dismiss()
	g := gridOf(a.height)
	switch {
	case m.Y == g.keys:
		if b, known := ui.FindID(a.bindings(), ui.HitAt(a.hits.footer, m.X)); known {
			return a.press(b)
		}
	case m.Y == 0:
		for _, p := range places {
			if p.name == ui.HitAt(a.hits.header, m.X) {
				return a.do(action.Go{To: p.place})
			}
		}
	case m.Y == g.title:
		if filter := ui.HitAt(a.hits.title, m.X); filter != "" {
			return a.do(action.SetFilter{Text: filter})
		}
	case m.Y >= g.body && m.Y < g.body+g.rows:
		again := a.click.row == m.Y && a.now.Sub(a.click.at) < doubleClick
		a.click = click{row: m.Y, at: a.now}
		if again {
			a.click = click{}
		}
		return a.do(action.Point{X: m.X, Y: m.Y - g.body, Open: again})
	}
	return nil
}
