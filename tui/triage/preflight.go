package triage

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// Decide is a question about the project that is published. Its answer goes to
// the page that asked; nothing is sent to the registry.
type Decide struct {
	*ui.Dialog
	lines  []words.Line
	reason *ui.TextField
	answer func(reason string) action.Action
}

// NewRunCode asks before code of the project is run.
func NewRunCode(a action.AskRunCode) *Decide {
	return newDecide("Run "+a.Command+"?", "Run it", nil, []words.Line{
		{Text: "It builds the connector and runs it on this computer, as you. What its code does then is up to it."},
		{Text: "What it prints becomes " + a.Writes + ", in place of the one that may be there."},
	}, func(string) action.Action { return a.Then })
}

// NewOverride asks why one goes on in spite of a requirement that is not met.
func NewOverride(a action.AskOverride) *Decide {
	reason := &ui.TextField{Name: "Reason", Hint: func() ui.Text {
		return ui.Words(theme.Faint, "it goes with the version; reviewers read it first")
	}}
	reason.Rows, reason.Limit = 2, reasonLimit
	reason.SetValue(a.Reason)
	if a.Reason != "" {
		reason.Placeholder = "none: the one before is taken back"
	}
	return newDecide("Go on although "+a.Title+" is not met?", "Go on with it", reason, []words.Line{
		{Text: ui.Sentence(a.Detail)},
		{Text: "The requirement stays failed in your report. Policy of the registry may refuse the version for it.", Caution: true},
	}, func(reason string) action.Action {
		return action.Override{Requirement: a.Requirement, Reason: reason}
	})
}

func newDecide(title, button string, reason *ui.TextField, lines []words.Line, answer func(string) action.Action) *Decide {
	d := &Decide{lines: lines, reason: reason, answer: answer}
	do := ui.Button{ID: doButton, Label: button}
	if reason != nil {
		before := reason.Value()
		do.Off = func() string {
			if before == "" && d.said() == "" {
				return "say why"
			}
			return ""
		}
	}
	d.Dialog = ui.NewDialog(ui.Words(theme.Text, title), do)
	if reason != nil {
		d.Fields = []ui.Field{reason}
	}
	return d
}

// said is the reason as it stands.
func (d *Decide) said() string {
	if d.reason == nil {
		return ""
	}
	return strings.TrimSpace(d.reason.Value())
}

// Ask implements the console's Dialog: there is nothing to read first.
func (d *Decide) Ask() action.Action { return nil }

// Waits implements the console's Dialog.
func (d *Decide) Waits(string) bool { return false }

// View implements the console's Dialog.
func (d *Decide) View(l ui.Look, maxW, maxH int) []string {
	d.fill(l)
	return d.Dialog.View(l.Theme, maxW, maxH)
}

// Inquiry is the dialog as it is asked question by question.
func (d *Decide) Inquiry(l ui.Look) ui.Inquiry {
	d.fill(l)
	return d.Dialog.Inquiry()
}

// fill writes what the dialog says in the signs of a theme.
func (d *Decide) fill(l ui.Look) {
	d.Say = d.Say[:0]
	for _, line := range d.lines {
		d.Say = append(d.Say, ui.Consequence(l.Theme, line.Caution, ui.Say(theme.Text, line.Text)))
	}
}

// Handle implements the console's Dialog.
func (d *Decide) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	pressed, cmd := d.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case doButton:
		return action.Close{Then: d.answer(d.said())}, cmd
	default:
		return nil, cmd
	}
}
