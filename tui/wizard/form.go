package wizard

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// form asks for what cannot be found out. Answers stay while one goes back
// and forth.
type form struct {
	directory, connector, number, changelog *ui.TextField
	stable                                  *ui.ChoiceField
	focus                                   int
	missing                                 string
}

func newForm(directory string) form {
	f := form{
		directory: &ui.TextField{Name: "Project"},
		connector: &ui.TextField{Name: "Connector"},
		number:    &ui.TextField{Name: "Version"},
		changelog: &ui.TextField{Name: "Changelog"},
		stable:    &ui.ChoiceField{Name: "Stable", Options: []string{"leave it where it is", "make this version stable"}},
	}
	f.directory.SetValue(directory)
	f.connector.Placeholder = "ORG/NAME; empty: found out from the project"
	f.number.Placeholder = "for example v1.0.0"
	f.changelog.Placeholder = "what changed, for people"
	f.directory.Hint = hint("a folder with go.mod; release files are looked for in its dist")
	f.changelog.Rows, f.changelog.Limit = 2, 10_000
	return f
}

func hint(text string) func() ui.Text {
	return func() ui.Text { return ui.Words(theme.Faint, text) }
}

func (f *form) fields() []ui.Field {
	return []ui.Field{f.directory, f.connector, f.number, f.changelog, f.stable}
}

// key takes a key; it reports whether the form is to be sent.
func (f *form) key(msg tea.KeyPressMsg) (send bool) {
	fields := f.fields()
	switch msg.String() {
	case "tab", "down":
		f.focus = (f.focus + 1) % len(fields)
		return false
	case "shift+tab", "up":
		f.focus = (f.focus + len(fields) - 1) % len(fields)
		return false
	case "enter":
		f.missing = f.lacks()
		return f.missing == ""
	}
	fields[f.focus].Handle(msg)
	f.missing = ""
	return false
}

func (f *form) paste(msg tea.PasteMsg) { f.fields()[f.focus].Handle(msg) }

// lacks says what must be answered before anything can be looked at, and
// puts the focus there.
func (f *form) lacks() string {
	switch {
	case strings.TrimSpace(f.directory.Value()) == "":
		f.focus = 0
		return "Say which folder the project is in."
	case strings.TrimSpace(f.number.Value()) == "":
		f.focus = 2
		return "Say which version this is, for example v1.0.0."
	default:
		return ""
	}
}

// answer is the form as an action.
func (f *form) answer() action.Action {
	org, name, both := strings.Cut(strings.TrimSpace(f.connector.Value()), "/")
	if !both {
		org, name = "", org
	}
	return action.Prepare{
		Directory: strings.TrimSpace(f.directory.Value()), Org: org, Name: name,
		Number: strings.TrimSpace(f.number.Value()), Changelog: strings.TrimSpace(f.changelog.Value()),
		Stable: f.stable.Chosen == 1,
	}
}

// view draws the form.
func (f *form) view(t *theme.Theme, w int) []ui.Text {
	const label = 13
	width := min(w-label, 76)
	lines := []ui.Text{
		ui.Words(theme.Text, "Which project, and which version of it?"),
		ui.Words(theme.Muted, "Nothing is sent before you have seen what would be published."),
		nil,
	}
	for i, field := range f.fields() {
		focused := i == f.focus
		name := ui.Say(theme.Faint, ui.Fit(t, field.Label(), label, ui.Left))
		if focused {
			name = ui.Say(theme.Accent, ui.Fit(t, field.Label(), label, ui.Left)).Bold()
		}
		for j, line := range field.View(t, width, focused) {
			head := name
			if j > 0 {
				head = ui.Say(theme.Text, strings.Repeat(" ", label))
			}
			lines = append(lines, append(ui.Line(head), line...))
		}
		lines = append(lines, nil)
	}
	if f.missing != "" {
		lines = append(lines, ui.Words(theme.Warn, f.missing), nil)
	}
	return lines
}

// formKeys are the keys that are no text; Handle of the screen takes them.
func formKeys() []ui.Binding {
	return []ui.Binding{
		{ID: "form.send", Label: "look at it", Help: "look at the folder and ask the registry", Keys: []string{"enter"}, Do: do(action.Nothing{})},
		{ID: "form.next", Label: "next field", Help: "next field", Keys: []string{"tab"}, Do: do(action.Nothing{})},
		{ID: "form.leave", Label: "back", Help: "leave; the answers stay", Keys: []string{"esc"}, Do: do(action.Back{})},
	}
}
