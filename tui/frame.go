package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// The least screen that can be used, from how many rows on the page has air,
// and from how many columns on the header names everything.
const (
	leastWidth, leastHeight = 40, 12
	airyHeight              = 30
	wideFrame               = 100
	pageMargin              = 2
)

// grid is which rows of the screen belong to what.
type grid struct{ title, body, rows, status, keys int }

// gridOf lays the screen out: with air from 30 rows on, without below.
func gridOf(h int) grid {
	if h >= airyHeight {
		return grid{title: 2, body: 4, rows: h - 7, status: h - 2, keys: h - 1}
	}
	return grid{title: 1, body: 2, rows: h - 4, status: h - 2, keys: h - 1}
}

// hits are what can be clicked outside of the body, as it was drawn last.
type hits struct{ header, title, footer []ui.Hit }

// View draws the whole screen.
func (a *App) View() tea.View {
	v := tea.NewView(a.screen())
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = a.windowTitle()
	v.ProgressBar, v.ProgramStatus = a.terminalStatus()
	return v
}

// windowTitle names what is in sight, for the window and its tab. Terminals
// take it as it is, so that it is drawn as a cell is: without controls.
func (a *App) windowTitle() string {
	path := a.top().Caption(a.look(), a.placeName()).Path
	title := strings.Join(path[min(1, len(path)-1):], " ")
	return "registrar: " + strings.TrimRight(ui.Fit(a.theme, title, min(ui.Width(title), titleMost), ui.Left), " ")
}

// titleMost bounds the title of the window.
const titleMost = 120

// terminalStatus is what the terminal itself shows while a task runs.
func (a *App) terminalStatus() (*tea.ProgressBar, *tea.ProgramStatus) {
	slow, busy := a.tasks.slow()
	if !busy {
		return nil, nil
	}
	bar := tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
	status := &tea.ProgramStatus{State: tea.ProgramStateWorking, App: "registrar", Title: slow.task.Start}
	if fraction, known := slow.report.Fraction(); known {
		percent := int(100 * fraction)
		bar = tea.NewProgressBar(tea.ProgressBarDefault, percent)
		status.Progress, status.HasProgress = percent, true
	}
	return bar, status
}

// screen draws all rows.
func (a *App) screen() string {
	if a.width == 0 {
		return ""
	}
	if a.width < leastWidth || a.height < leastHeight {
		return a.tooSmall()
	}
	l, w := a.look(), a.width
	g := gridOf(a.height)
	lines := make([]string, a.height)
	blank := strings.Repeat(" ", w)
	for i := range lines {
		lines[i] = blank
	}
	lines[0] = a.headerRow(l)
	lines[g.title], a.hits.title = a.top().Caption(l, a.placeName()).View(l.Theme, w)
	copy(lines[g.body:g.body+g.rows], a.top().View(l, w, g.rows))
	status := a.statusRows(l)
	copy(lines[g.status-len(status)+1:], status)
	lines[g.keys], a.hits.footer = ui.Footer(l.Theme, a.bindings(), w)
	if o := a.dialog(); o != nil {
		lines = ui.Lay(l.Theme, lines, o.dialog.View(l, w, a.height), w)
	}
	return strings.Join(lines, "\n")
}

// tooSmall says in one sentence what is needed.
func (a *App) tooSmall() string {
	words := fmt.Sprintf("registrar needs %d columns and %d rows; this is %d by %d.", leastWidth, leastHeight, a.width, a.height)
	lines := ui.Pane(a.theme, ui.Wrap(ui.Words(theme.Text, words), a.width), a.width, a.height)
	return strings.Join(lines, "\n")
}

// places are what digits open.
var places = []struct {
	place      action.Place
	name, help string
}{
	{action.Home, "Home", "what needs you now"},
	{action.Connectors, "Connectors", "all connectors"},
	{action.Versions, "Versions", "the versions of the whole registry"},
	{action.Review, "Review", "versions that wait for a person"},
	{action.Drafts, "Drafts", "publishes that are unfinished"},
	{action.Activity, "Activity", "the audit log, as it grows"},
}

// waits is how much waits for the person at a place.
func (a *App) waits(p action.Place) int {
	switch p {
	case action.Home:
		return a.catalog.Needs(a.aged).Count()
	case action.Review:
		return len(a.catalog.Needs(a.aged).Waiting)
	case action.Drafts:
		return len(a.catalog.Needs(a.aged).Drafts)
	default:
		return 0
	}
}

// placeName is the place that the stack grew from.
func (a *App) placeName() string {
	for _, p := range places {
		if p.place == a.at() {
			return p.name
		}
	}
	return ""
}

// headerRow draws the places, the registry, the person and how fresh it is.
func (a *App) headerRow(l ui.Look) string {
	t := l.Theme
	var left ui.Text
	a.hits.header = a.hits.header[:0]
	if a.width >= wideFrame {
		left = left.And(ui.Say(theme.Accent, "registrar").Bold(), ui.Say(theme.Text, "    "))
	}
	for i, p := range places {
		if i > 0 {
			left = left.And(ui.Say(theme.Text, "   "))
		}
		name := ui.Say(theme.Muted, p.name)
		if p.place == a.at() {
			name = ui.Say(theme.Text, p.name).Bold().Underline()
		}
		at := pageMargin + left.Width()
		a.hits.header = append(a.hits.header, ui.Hit{From: at, To: at + len(p.name), ID: p.name})
		left = left.And(name)
		if n := a.waits(p.place); n > 0 {
			left = left.And(ui.Say(theme.Accent, " "+words.Count(n)).Bold())
		}
	}
	return ui.Spread(t, left, a.standing(t, a.width-2*pageMargin-left.Width()-2), a.width)
}

// standing is the right side of the header in the room that the places leave.
// Where that is narrow the registry goes first, then the person.
func (a *App) standing(t *theme.Theme, room int) ui.Text {
	fresh := a.live.freshness(t)
	person := ui.Words(theme.Muted, a.catalog.Caller.GetPerson())
	if a.catalog.Caller != nil && a.catalog.Caller.GetPerson() == "" {
		person = ui.Words(theme.Muted, "anonymous")
	}
	var mode ui.Text
	if a.cfg.ReadOnly {
		mode = ui.Words(theme.Muted, "read-only")
	}
	// An address or a folder may be long; what comes behind it must be seen.
	name := a.cfg.Client.Name()
	name = ui.Fit(t, name, min(ui.Width(name), a.width/4), ui.Left)
	for _, said := range []ui.Text{ui.Facts(t, ui.Words(theme.Muted, name), person, mode, fresh), ui.Facts(t, person, mode, fresh)} {
		if said.Width() <= room {
			return said
		}
	}
	return ui.Facts(t, mode, fresh)
}
