package triage

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// Deprecate asks before a connector is deprecated, or before that is taken
// back where it is already.
type Deprecate struct {
	question
	undo        bool
	reason      *ui.TextField
	replacement *ui.TextField
}

// DeprecateTask is the id of the task that deprecates a connector, or takes
// that back.
func DeprecateTask(org, name string) string { return "deprecate " + org + "/" + name }

// NewDeprecate makes the dialog for a connector as the catalogue knows it.
func NewDeprecate(c *catalog.Catalog, of action.AskDeprecate) *Deprecate {
	row, _ := c.Connector(catalog.Home(of.Org, of.Name))
	d := &Deprecate{undo: row != nil && row.Deprecated}
	d.question = question{subject: action.Subject{Version: action.Version{Org: of.Org, Name: of.Name}}, task: DeprecateTask(of.Org, of.Name)}
	if d.undo {
		d.lines = words.Undeprecate(of.Name, row.DeprecationReason)
		d.Dialog = ui.NewDialog(ui.Words(theme.Text, "Take back the deprecation of "+of.Name+"?"),
			ui.Button{ID: doButton, Label: "Undeprecate " + of.Name, Off: d.off})
		d.Above = "What happens"
		return d
	}
	d.lines = words.Deprecate(of.Name, "")
	d.reason = reasonField("everybody who looks at this connector reads it")
	d.replacement = &ui.TextField{Name: "Use instead"}
	d.replacement.Placeholder = "none, or ORG/NAME of a connector"
	d.Dialog = ui.NewDialog(ui.Words(theme.Text, "Deprecate "+of.Name+"?"),
		ui.Button{ID: doButton, Label: "Deprecate " + of.Name, Destroys: true, Off: d.incomplete})
	d.Above = "What happens"
	d.Fields = []ui.Field{d.reason, d.replacement}
	return d
}

// incomplete tells why the button is off.
func (d *Deprecate) incomplete() string {
	if why := d.off(); why != "" {
		return why
	}
	if strings.TrimSpace(d.reason.Value()) == "" {
		return "say why"
	}
	return ""
}

// answer is the form as it stands.
func (d *Deprecate) answer() action.Deprecate {
	v := d.subject.Version
	if d.undo {
		return action.Deprecate{Org: v.Org, Name: v.Name, Undo: true}
	}
	return action.Deprecate{Org: v.Org, Name: v.Name, Reason: strings.TrimSpace(d.reason.Value()), Replacement: strings.TrimSpace(d.replacement.Value())}
}

// Handle implements the console's Dialog.
func (d *Deprecate) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	if changed, is := msg.(catalog.Changed); is {
		d.outrun(changed.Events)
		return nil, nil
	}
	if d.heard(msg) {
		return action.Back{}, nil
	}
	pressed, cmd := d.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case doButton:
		d.send()
		return d.answer(), cmd
	}
	if !d.undo {
		d.lines = words.Deprecate(d.subject.Version.Name, strings.TrimSpace(d.replacement.Value()))
	}
	return nil, cmd
}

// outrun notices that somebody else deprecated the connector, or took that
// back, while the dialog was open.
func (d *Deprecate) outrun(events []*registryv1.Change) {
	for _, change := range events {
		event := change.GetEvent()
		if d.sent || d.moved != "" || !d.about(event) {
			continue
		}
		var said string
		switch event.GetKind() {
		case registryv1.EventKind_EVENT_KIND_CONNECTOR_DEPRECATED:
			said = " deprecated this connector at "
		case registryv1.EventKind_EVENT_KIND_CONNECTOR_UNDEPRECATED:
			said = " took the deprecation of this connector back at "
		default:
			continue
		}
		d.moved = words.Who(event.GetPerson()) + said + words.Time(event.GetAt().AsTime()) + "; your answer was not sent."
		d.note = ui.Words(theme.Warn, d.moved)
	}
}
