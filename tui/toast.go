package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// toast is one sentence in the status row, one at a time.
type toast struct {
	text   string
	bad    bool
	number int
}

// toastTime is how long a toast stays that reports no failure.
const toastTime = 5 * time.Second

// toastRows bounds how far a long failure grows over the body.
const toastRows = 4

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

func (a *App) toastOver(over toastOver) tea.Cmd {
	if over.number == a.toast.number {
		a.toast.text = ""
	}
	return nil
}

// dismiss takes a failure away once somebody has seen it and goes on. A
// dialog hides the status row, so that its keys do not count.
func (a *App) dismiss() {
	if a.toast.bad && a.dialog() == nil {
		a.toast.text, a.toast.bad = "", false
	}
}

// toastText is the toast without its place.
func (a *App) toastText(t *theme.Theme) ui.Text {
	switch {
	case a.toast.text == "":
		return nil
	case a.toast.bad:
		return ui.Line(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "+a.toast.text))
	default:
		return ui.Words(theme.Text, a.toast.text)
	}
}

// statusRows draws the status row: position and marks on the left; on the
// right the running task, or a toast. What does not fit beside the left side
// takes the row for itself, and a failure that needs more grows upwards.
func (a *App) statusRows(l ui.Look) []string {
	t, room := l.Theme, a.width-2*pageMargin
	left, right := a.top().Status(l), a.toastText(t)
	if right == nil {
		if slow, busy := a.tasks.slow(); busy && a.top() != Screen(a.publish) {
			right = slow.text(t, a.width)
		}
	}
	if right == nil {
		if why := a.live.trouble(); why != "" {
			right = ui.Line(ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+" "+why))
		}
	}
	switch {
	case left.Width()+2+right.Width() <= room || right.Width() == 0:
		return []string{ui.Spread(t, left, right, a.width)}
	case right.Width() <= room:
		return []string{ui.Spread(t, nil, right, a.width)}
	default:
		lines := ui.Wrap(right, room)
		lines = lines[:min(len(lines), toastRows)]
		return ui.Indent(t, lines, a.width, len(lines))
	}
}
