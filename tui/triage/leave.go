package triage

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// Leave asks before the console is left while a task is under way.
type Leave struct{ *ui.Dialog }

// NewLeave makes the question; task says what is under way, said what becomes
// of it.
func NewLeave(task string, said ...string) *Leave {
	if len(said) == 0 {
		said = []string{"It stops."}
	}
	d := ui.NewDialog(ui.Words(theme.Text, "Leave while registrar is "+task+"?"), ui.Button{ID: doButton, Label: "Leave"})
	for _, line := range said {
		d.Say = append(d.Say, ui.Words(theme.Text, line))
	}
	return &Leave{Dialog: d}
}

// Ask implements the console's Dialog.
func (d *Leave) Ask() action.Action { return nil }

// Waits implements the console's Dialog.
func (d *Leave) Waits(string) bool { return false }

// View implements the console's Dialog.
func (d *Leave) View(l ui.Look, maxW, maxH int) []string { return d.Dialog.View(l.Theme, maxW, maxH) }

// Inquiry is the dialog as it is asked question by question.
func (d *Leave) Inquiry(ui.Look) ui.Inquiry { return d.Dialog.Inquiry() }

// Handle implements the console's Dialog.
func (d *Leave) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	pressed, cmd := d.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case doButton:
		return action.Leave{}, cmd
	default:
		return nil, cmd
	}
}
