package triage

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// Leave asks before the console is left while a task is under way.
type Leave struct{ *ui.Dialog }

// NewLeave makes the question; task says what is under way.
func NewLeave(task string) *Leave {
	d := ui.NewDialog(ui.Words(theme.Text, "Leave while registrar is "+task+"?"), ui.Button{ID: doButton, Label: "Leave"})
	d.Say = []ui.Text{
		ui.Words(theme.Text, "It stops. What the registry has already stays there as a draft; nothing of it is public."),
		ui.Words(theme.Text, "Publishing it again goes on where it stopped."),
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
