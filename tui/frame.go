package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// The least screen that can be used, and from how many rows on the page has air.
const (
	leastWidth, leastHeight = 40, 12
	airyHeight              = 30
)

// toast is one sentence in the status row.
type toast struct {
	text   string
	bad    bool
	number int
}

// toastTime is how long a toast stays that reports no failure.
const toastTime = 5 * time.Second

type toastOver struct{ number int }

// show puts a sentence into the status row. A failure stays until a key is
// pressed, everything else for a moment.
func (a *App) show(next action.Tell) tea.Cmd {
	if next.Text == "" {
		return nil
	}
	a.toast = toast{text: next.Text, bad: next.Bad, number: a.toast.number + 1}
	if next.Bad {
		return nil
	}
	number := a.toast.number
	return tea.Tick(toastTime, func(time.Time) tea.Msg { return toastOver{number: number} })
}

func (a *App) toastOver(over toastOver) {
	if over.number == a.toast.number {
		a.toast.text = ""
	}
}

// dismiss takes the toast away when a key is pressed.
func (a *App) dismiss() { a.toast.text = "" }

// grid is which rows of the screen belong to what.
type grid struct{ title, body, rows, status, keys int }

// gridOf lays the screen out: with air from 30 rows on, without below.
func gridOf(h int) grid {
	if h >= airyHeight {
		return grid{title: 2, body: 4, rows: h - 7, status: h - 2, keys: h - 1}
	}
	return grid{title: 1, body: 2, rows: h - 4, status: h - 2, keys: h - 1}
}

// View draws the whole screen.
func (a *App) View() tea.View {
	v := tea.NewView(a.screen())
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = "registrar"
	v.ProgressBar, v.ProgramStatus = a.terminalStatus()
	return v
}

// terminalStatus is what the terminal itself shows while a task runs.
func (a *App) terminalStatus() (*tea.ProgressBar, *tea.ProgramStatus) {
	slow, busy := a.tasks.slow()
	if !busy {
		return nil, nil
	}
	bar := tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
	status := &tea.ProgramStatus{State: tea.ProgramStateWorking, App: "registrar", Title: slow.task.Start}
	if p := slow.report.progress.Load(); p != nil {
		percent := int(100 * p.fraction)
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
	for i := range lines {
		lines[i] = strings.Repeat(" ", w)
	}
	lines[0] = a.headerRow(l)
	left, right := a.top().Title(l, a.placeName())
	lines[g.title] = ui.Spread(l.Theme, left, right, w)
	copy(lines[g.body:g.body+g.rows], a.top().View(l, w, g.rows))
	lines[g.status] = ui.Spread(l.Theme, a.top().Status(l), a.statusRight(l), w)
	lines[g.keys] = a.keysRow(l)
	if d := a.dialog(); d != nil {
		lines = ui.Lay(l.Theme, lines, d.dialog.View(l, w, a.height), w)
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
	place action.Place
	name  string
}{{action.Connectors, "Connectors"}, {action.Versions, "Versions"}}

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
	a.header = a.header[:0]
	column := 2
	if a.width >= 100 {
		left = left.And(ui.Say(theme.Accent, "registrar").Bold(), ui.Say(theme.Text, "    "))
		column += left.Width()
	}
	for _, p := range places {
		name := ui.Say(theme.Muted, p.name)
		if p.place == a.at() {
			name = ui.Say(theme.Text, p.name).Bold().Underline()
		}
		a.header = append(a.header, ui.Hit{From: column, To: column + len(p.name), ID: p.name})
		left = left.And(name, ui.Say(theme.Text, "   "))
		column += len(p.name) + 3
	}
	return ui.Spread(t, left[:len(left)-1], a.standing(t), a.width)
}

// standing is the right side of the header. On a narrow screen the registry
// goes first, then the person.
func (a *App) standing(t *theme.Theme) ui.Text {
	fresh := a.live.text(t)
	person := ui.Words(theme.Muted, a.caller.GetPerson())
	if a.caller != nil && a.caller.GetPerson() == "" {
		person = ui.Words(theme.Muted, "anonymous")
	}
	switch {
	case a.width >= 100:
		return ui.Facts(t, ui.Words(theme.Muted, a.cfg.Client.Name()), person, fresh)
	case a.width >= 60:
		return ui.Facts(t, person, fresh)
	default:
		return fresh
	}
}

// statusRight is the toast, or the running task, or why the registry does not
// answer.
func (a *App) statusRight(l ui.Look) ui.Text {
	t := l.Theme
	if a.toast.text != "" {
		if a.toast.bad {
			return ui.Line(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "+a.toast.text))
		}
		return ui.Words(theme.Text, a.toast.text)
	}
	if slow, busy := a.tasks.slow(); busy {
		return slow.text(t)
	}
	if a.live.state == broken {
		return a.brokenText(l)
	}
	return nil
}

// brokenText says what a lost registry means for what is on the screen.
func (a *App) brokenText(l ui.Look) ui.Text {
	words := a.cfg.Client.Name() + " does not answer."
	if !a.live.asOf.IsZero() {
		words += " You see what was known at " + a.live.asOf.Format(time.TimeOnly) + "."
	}
	return ui.Line(ui.Say(theme.Warn, l.Theme.Glyph(theme.GlyphCaution)+" "+words))
}

// keysRow draws the keys that work now.
func (a *App) keysRow(l ui.Look) string {
	line, hits := ui.Footer(l.Theme, a.bindings(), a.width)
	a.footer = hits
	return line
}
