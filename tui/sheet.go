package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// sheet is what the palette and help have in common. Neither is dangerous, so
// that letters count at once; but what was typed before it could be seen never
// does anything: until then enter is not heard.
type sheet struct {
	number int
	seen   bool
	// at is, by line as it was drawn last, what a click on it means, or -1;
	// right is the same from the cell split on, where there are two columns.
	at, right []int
	split     int
}

// sheetSeen tells that a sheet has been on the screen for a moment.
type sheetSeen struct{ number int }

// seenAfter is longer than keys that were typed ahead take to arrive, and
// shorter than anybody needs to read.
const seenAfter = 60 * time.Millisecond

// Open implements Dialog.
func (s *sheet) Open(number int, _ string) tea.Cmd {
	s.number, s.seen = number, false
	return tea.Tick(seenAfter, func(time.Time) tea.Msg { return sheetSeen{number: number} })
}

// Ask implements Dialog.
func (s *sheet) Ask() action.Action { return nil }

// Waits implements Dialog.
func (s *sheet) Waits(string) bool { return false }

// see takes the message that it is seen.
func (s *sheet) see(msg sheetSeen) { s.seen = s.seen || msg.number == s.number }

// pointed returns what was clicked, or -1.
func (s *sheet) pointed(p action.Point) int {
	if !s.seen || p.Y < 0 || p.Y >= len(s.at) {
		return -1
	}
	if s.right != nil && p.X >= s.split {
		return s.right[p.Y]
	}
	return s.at[p.Y]
}

// drawn keeps what a click on each of the lines below the title means. right
// is nil, or the same of the cells from split on.
func (s *sheet) drawn(t *theme.Theme, at, right []int, split int) {
	head := slices.Repeat([]int{-1}, ui.SheetHead(t))
	s.at, s.right, s.split = append(head, at...), nil, split
	if right != nil {
		s.right = append(slices.Clone(head), right...)
	}
}

// pointable implements the mark that the mouse looks for: a question is
// answered by keys only, a sheet by the mouse as well.
func (s *sheet) pointable() {}

// over gives the mouse to the sheet on top, if there is one.
func (a *App) over(o *overlay, msg tea.MouseMsg) tea.Cmd {
	if _, is := o.dialog.(interface{ pointable() }); !is {
		return nil
	}
	m := msg.Mouse()
	switch msg.(type) {
	case tea.MouseWheelMsg:
		if m.Button == tea.MouseWheelUp {
			return a.answered(o, action.Scroll{By: -wheelRows})
		}
		if m.Button == tea.MouseWheelDown {
			return a.answered(o, action.Scroll{By: wheelRows})
		}
	case tea.MouseClickMsg:
		lines := o.dialog.View(a.look(), a.width, a.height)
		left, top := ui.LaidAt(a.height, lines, a.width)
		if m.Button != tea.MouseLeft || m.X < left || m.X >= a.width-left {
			return nil
		}
		return a.answered(o, action.Point{X: m.X - left, Y: m.Y - top})
	}
	return nil
}

// hints are keys with what they do, for the last line of a sheet.
func hints(pairs ...string) ui.Text {
	var x ui.Text
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			x = x.And(ui.Say(theme.Text, "   "))
		}
		x = x.And(ui.Say(theme.Text, pairs[i]).Bold(), ui.Say(theme.Muted, " "+pairs[i+1]))
	}
	return x
}
