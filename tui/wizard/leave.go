package wizard

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// LeavePublish asks what becomes of the answers when somebody leaves: they are
// kept as a draft, or dropped with what was sent from here.
type LeavePublish struct {
	*ui.Dialog
	publish *Publish
	held    held
}

// The buttons of the dialog.
const (
	keepButton = "keep"
	dropButton = "drop"
)

// NewLeavePublish makes the question for the present answers.
func (s *Publish) NewLeavePublish() *LeavePublish {
	d := &LeavePublish{publish: s, Dialog: ui.NewDialog(ui.Words(theme.Text, "Leave this publish?"),
		ui.Button{ID: keepButton, Label: "Keep as draft"}, ui.Button{ID: dropButton, Label: "Abandon", Destroys: true})}
	// What has no number yet was never sent.
	ref := s.ref()
	d.held.known = ref.Org == "" || ref.Name == "" || ref.Version == ""
	d.Say = s.situation(d.held).words()
	return d
}

// Ask implements the console's Dialog: only the registry knows what it has.
func (d *LeavePublish) Ask() action.Action {
	if d.held.known {
		return nil
	}
	return action.Ask{Question: findHeld{ref: d.publish.ref()}}
}

// Waits implements the console's Dialog.
func (d *LeavePublish) Waits(string) bool { return false }

// View implements the console's Dialog.
func (d *LeavePublish) View(l ui.Look, maxW, maxH int) []string {
	return d.Dialog.View(l.Theme, maxW, maxH)
}

// Inquiry is the dialog as it is asked question by question.
func (d *LeavePublish) Inquiry(ui.Look) ui.Inquiry { return d.Dialog.Inquiry() }

// Handle implements the console's Dialog. While the question is open, the run
// goes on and the registry answers: the words follow.
func (d *LeavePublish) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	if found, is := msg.(heldFound); is && found.ref == d.publish.ref() {
		d.held = found.held
	}
	d.Say = d.publish.situation(d.held).words()
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
// stays here and at the registry. What it returns stops a job of the project.
func (s *Publish) Keep() action.Action {
	next := s.stopJob()
	s.run.halt()
	if !s.run.running() {
		s.begin(s.Config)
		s.opened = false
		s.keeper.took("")
	}
	return next
}

// Drop forgets the answers; what it returns stops a job of the project, and
// removes the draft from this computer and, where one was sent from here, from
// the registry.
func (s *Publish) Drop() action.Action {
	next := s.stopJob()
	dropped := dropping{
		keeper: s.keeper, registry: s.Registry, run: s.run.run,
		version: action.Version{Org: s.plan.Ref.Org, Name: s.plan.Ref.Name, Number: s.plan.Ref.Version},
	}
	if dropped.run != nil {
		dropped.run.drop()
	}
	s.begin(s.Config)
	s.opened = false
	return action.Both(next, action.Begin{Work: dropped})
}

// job is the job of the project that runs in the step Preflight, or nil.
func (s *Publish) job() *job {
	p, is := s.steps[atPreflight].(*preflightStep)
	if !is || !p.out.running() {
		return nil
	}
	return p.out.job
}

// stopJob stops that job: nobody would see what it says.
func (s *Publish) stopJob() action.Action {
	if j := s.job(); j != nil {
		return action.StopTask{Task: j.Task()}
	}
	return nil
}
