package wizard

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// LeavePublish asks what becomes of the answers when somebody leaves: they are
// kept as a draft, or dropped with what the registry has of it.
type LeavePublish struct{ *ui.Dialog }

// The buttons of the dialog.
const (
	keepButton = "keep"
	dropButton = "drop"
)

// NewLeavePublish makes the question for the present answers.
func (s *Publish) NewLeavePublish() *LeavePublish {
	d := ui.NewDialog(ui.Words(theme.Text, "Leave this publish?"),
		ui.Button{ID: keepButton, Label: "Keep as draft"}, ui.Button{ID: dropButton, Label: "Abandon", Destroys: true})
	d.Say = []ui.Text{
		ui.Words(theme.Text, "Kept, it waits under Drafts with every answer, and goes on where you stopped. Nothing of it is public."),
		ui.Words(theme.Text, "Abandoned, the answers go"+s.goesToo()+". The number stays free."),
	}
	return &LeavePublish{Dialog: d}
}

// goesToo is what the registry loses when the publish is abandoned.
func (s *Publish) goesToo() string {
	if s.run.run == nil {
		return ""
	}
	return ", and what " + s.Registry + " has received of it"
}

// Ask implements the console's Dialog.
func (d *LeavePublish) Ask() action.Action { return nil }

// Waits implements the console's Dialog.
func (d *LeavePublish) Waits(string) bool { return false }

// View implements the console's Dialog.
func (d *LeavePublish) View(l ui.Look, maxW, maxH int) []string {
	return d.Dialog.View(l.Theme, maxW, maxH)
}

// Inquiry is the dialog as it is asked question by question.
func (d *LeavePublish) Inquiry(ui.Look) ui.Inquiry { return d.Dialog.Inquiry() }

// Handle implements the console's Dialog.
func (d *LeavePublish) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	pressed, cmd := d.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case keepButton:
		return action.Close{Then: action.KeepPublish{}}, cmd
	case dropButton:
		return action.Close{Then: action.DropPublish{}}, cmd
	default:
		return nil, cmd
	}
}

// Keep leaves with the answers kept: what runs is stopped, and its draft
// stays here and at the registry.
func (s *Publish) Keep() {
	s.run.halt()
	if !s.run.running() {
		s.begin(s.Config)
		s.opened = false
		s.keeper.took("")
	}
}

// Drop forgets the answers; what it returns removes the draft from this
// computer and, where one was sent, from the registry.
func (s *Publish) Drop() action.Action {
	dropped := dropping{keeper: s.keeper, version: action.Version{Org: s.plan.Ref.Org, Name: s.plan.Ref.Name, Number: s.plan.Ref.Version}, run: s.run.run}
	if dropped.run != nil {
		dropped.run.drop()
	}
	s.begin(s.Config)
	s.opened = false
	return action.Begin{Work: dropped}
}
