package wizard

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// form asks for what cannot be found out. Answers stay while one goes back
// and forth.
type form struct {
	directory, connector, number, changelog *ui.TextField
	sign, stable                            *ui.ChoiceField
	focus                                   int
	missing                                 string
}

func newForm(directory string) form {
	f := form{
		directory: &ui.TextField{Name: "Project", Needed: true},
		connector: &ui.TextField{Name: "Connector"},
		number:    &ui.TextField{Name: "Version", Needed: true},
		changelog: &ui.TextField{Name: "Changelog"},
		sign:      &ui.ChoiceField{Name: "Signatures", Options: []string{"those beside the files", "none"}},
		stable:    &ui.ChoiceField{Name: "Stable", Options: []string{"stays where it is", "moves to this version"}},
	}
	f.directory.SetValue(directory)
	f.directory.Hint = hint("a folder with go.mod; its release files are looked for in dist")
	f.connector.Hint = hint("ORG/NAME; left empty, it is found out from the project")
	f.number.Hint = hint("such as v1.2.0; a number that was public is never free again")
	f.changelog.Hint = hint("what is new, for people who decide whether to take it")
	f.changelog.Rows, f.changelog.Limit = 2, 10_000
	return f
}

func hint(text string) func() ui.Text {
	return func() ui.Text { return ui.Words(theme.Faint, text) }
}

func (f *form) fields() []ui.Field {
	return []ui.Field{f.directory, f.connector, f.number, f.changelog, f.sign, f.stable}
}

// key takes a key that is not bound. Arrows leave a field that has no line in
// that direction.
func (f *form) key(msg tea.KeyPressMsg) {
	if f.fields()[f.focus].Handle(msg) {
		f.missing = ""
		return
	}
	switch msg.String() {
	case "down":
		f.move(1)
	case "up":
		f.move(-1)
	}
}

// move moves the focus, around the ends.
func (f *form) move(by int) {
	n := len(f.fields())
	f.focus = (f.focus + by + n) % n
}

// take takes the answer to one field that was asked for by itself.
func (f *form) take(a ui.Answer) {
	fields := f.fields()
	if a.Field < 0 || a.Field >= len(fields) {
		return
	}
	if q, is := fields[a.Field].(ui.Question); is {
		q.Take(a.Text)
		f.missing = ""
	}
}

func (f *form) paste(msg tea.PasteMsg) { f.fields()[f.focus].Handle(msg) }

// complete reports whether anything can be looked at; if not, the focus goes
// to what is missing.
func (f *form) complete() bool {
	f.missing = ""
	switch {
	case strings.TrimSpace(f.directory.Value()) == "":
		f.focus, f.missing = 0, "Say which folder the project is in."
	case strings.TrimSpace(f.number.Value()) == "":
		f.focus, f.missing = 2, "Say which version this is, such as v1.0.0."
	}
	return f.missing == ""
}

// answer is the form as an action.
func (f *form) answer() action.Prepare {
	org, name, both := strings.Cut(strings.TrimSpace(f.connector.Value()), "/")
	if !both {
		org, name = "", org
	}
	return action.Prepare{
		Directory: strings.TrimSpace(f.directory.Value()), Org: strings.TrimSpace(org), Name: strings.TrimSpace(name),
		Number: strings.TrimSpace(f.number.Value()), Changelog: strings.TrimSpace(f.changelog.Value()),
		Sign: f.signs(), Stable: f.stable.Chosen == 1,
	}
}

// signs is how the files are signed. Making signatures may ask for a
// passphrase on the terminal, which is the command's to do.
func (f *form) signs() string {
	if f.sign.Chosen == 1 {
		return publish.SignNone
	}
	return ""
}

// The widths of the form, and from how many lines on it has hints and air.
const (
	formLabel = 13
	formField = 76
	formHints = 16
	formAiry  = 24
)

// view draws the form on h lines of w cells. On a low page hints go first,
// then the lines that are far from the focus.
func (f *form) view(t *theme.Theme, w, h int) []ui.Text {
	width := min(w-formLabel, formField)
	lines := []ui.Text{
		ui.Line(ui.Say(theme.Text, "Which project, and which version of it?").Bold()),
		ui.Words(theme.Muted, "Nothing is sent before you have seen what would be published."),
		nil,
	}
	here := 0
	for i, field := range f.fields() {
		focused := i == f.focus
		name := ui.Say(theme.Muted, ui.Fit(t, field.Label(), formLabel, ui.Left))
		if focused {
			name = ui.Say(theme.Accent, name.Text).Bold()
			here = len(lines)
		}
		for _, line := range drawn(t, field, width, focused, h >= formHints) {
			lines = append(lines, append(ui.Line(name), line...))
			name = ui.Say(theme.Text, strings.Repeat(" ", formLabel))
		}
		if h >= formAiry {
			lines = append(lines, nil)
		}
	}
	if f.missing != "" {
		lines = append(lines, nil, ui.Mark(t.Mark(theme.GlyphCaution, theme.Warn, f.missing)))
	}
	if over := len(lines) - h; over > 0 {
		lines = lines[min(over, here):]
	}
	return lines
}

// drawn is one field as it stands on the page: every text field is seen as
// one, whether it is typed into or not.
func drawn(t *theme.Theme, field ui.Field, w int, focused, hints bool) []ui.Text {
	text, isText := field.(*ui.TextField)
	if !isText {
		return field.View(t, w, focused)
	}
	lines := text.Input.View(t, w, focused)
	for i := range lines {
		lines[i] = onPage(t, lines[i])
	}
	if hints {
		lines = append(lines, ui.Wrap(text.Hint(), w)...)
	}
	return lines
}

// onPage gives a field the fill that can be told from the page; its own is
// made for dialogs.
func onPage(t *theme.Theme, x ui.Text) ui.Text {
	if !t.Tints() {
		return x
	}
	for i := range x {
		if x[i].Style.On == theme.Field {
			x[i].Style.On = theme.Overlay
		}
	}
	return x
}

// formKeys are the keys that are no text.
func formKeys() []ui.Binding {
	return []ui.Binding{
		{ID: "form.send", Label: "look at it", Help: "look at the folder and ask the registry", Keys: []string{"enter"}, Do: do(action.Send{})},
		{ID: "form.next", Label: "next field", Help: "next field", Keys: []string{"tab"}, Do: do(action.Focus{By: 1})},
		{ID: "form.back", Label: "field before", Help: "the field before", Keys: []string{"shift+tab"}, Quiet: true, Do: do(action.Focus{By: -1})},
		{ID: "form.leave", Label: "leave, answers stay", Help: "leave; the answers stay", Keys: []string{"esc"}, Do: do(action.Back{})},
	}
}
