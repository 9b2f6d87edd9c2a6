package tui

import (
	"crypto/sha256"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
	"github.com/registrar-console/registrar/tui/markdown"
)

// rendering is a text with what decides how it looks.
type rendering struct {
	digest [sha256.Size]byte
	width  int
	theme  *theme.Theme
}

// rendered is a text that was laid out in a command.
type rendered struct {
	of   rendering
	page browse.Rendered
}

// keptRenderings bounds how many texts are kept as they were laid out: enough
// to go back and forth between tabs and neighbours.
const keptRenderings = 16

// spokenWidth is so wide that no text is wrapped.
const spokenWidth = 10_000

// render lays a text out, unless it was already.
func (a *App) render(next action.Render) tea.Cmd {
	of := rendering{digest: sha256.Sum256([]byte(next.Text)), width: browse.TextWidth(a.width), theme: a.theme}
	if a.spoken {
		of.width = spokenWidth // lines end where sentences do
	}
	page := browse.Rendered{Version: next.Version, Asked: next.Asked}
	if known, is := a.renderings[of]; is {
		page.Document = known
		return a.tell(page)
	}
	return a.awaiting(func() tea.Msg {
		page.Document = markdown.Render(next.Text, of.width, of.theme)
		return rendered{of: of, page: page}
	})
}

// keepRendering keeps a text as it was laid out, and hands it to its page.
func (a *App) keepRendering(msg rendered) tea.Cmd {
	if len(a.renderings) >= keptRenderings {
		clear(a.renderings)
	}
	a.renderings[msg.of] = msg.page.Document
	return a.tell(msg.page)
}
