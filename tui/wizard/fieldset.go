package wizard

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// fieldset are the fields of a page, one of which has the focus.
type fieldset struct {
	fields []ui.Field
	focus  int
}

// hint is a text field's hint that is always the same.
func hint(text string) func() ui.Text {
	return func() ui.Text { return ui.Words(theme.Faint, text) }
}

// handle takes a key that is not bound, or pasted text. Arrows leave a field
// that has no line in that direction.
func (f *fieldset) handle(msg tea.Msg) {
	if f.fields[f.focus].Handle(msg) {
		return
	}
	key, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return
	}
	switch key.String() {
	case "down":
		f.move(1)
	case "up":
		f.move(-1)
	}
}

// move moves the focus, around the ends.
func (f *fieldset) move(by int) {
	n := len(f.fields)
	f.focus = (f.focus + by + n) % n
}

// take takes the answer to one field that was asked for by itself.
func (f *fieldset) take(a ui.Answer) {
	if a.Field < 0 || a.Field >= len(f.fields) {
		return
	}
	if q, is := f.fields[a.Field].(ui.Question); is {
		q.Take(a.Text)
	}
}

// The widths of fields, and from how many lines on they have hints and air.
const (
	fieldLabel = 13
	fieldMost  = 76
	fieldHints = 16
	fieldAiry  = 24
)

// view draws the fields for w cells; h is the room of the whole page, which
// decides about hints and air. here is the line on which the focus begins.
func (f *fieldset) view(t *theme.Theme, w, h int) (lines []ui.Text, here int) {
	width := min(w-fieldLabel, fieldMost)
	for i, field := range f.fields {
		focused := i == f.focus
		name := ui.Say(theme.Muted, ui.Fit(t, field.Label(), fieldLabel, ui.Left))
		if focused {
			name = ui.Say(theme.Accent, name.Text).Bold()
			here = len(lines)
		}
		for _, line := range drawn(t, field, width, focused, h >= fieldHints) {
			lines = append(lines, append(ui.Line(name), line...))
			name = ui.Say(theme.Text, strings.Repeat(" ", fieldLabel))
		}
		if h >= fieldAiry {
			lines = append(lines, nil)
		}
	}
	return lines, here
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
	if hints && text.Hint != nil {
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

// fieldKeys are the keys that move between fields.
func fieldKeys() []ui.Binding {
	return []ui.Binding{
		{ID: "form.next", Label: "next field", Help: "next field", Keys: []string{"tab"}, Do: do(action.Focus{By: 1})},
		{ID: "form.back", Label: "field before", Help: "the field before", Keys: []string{"shift+tab"}, Quiet: true, Do: do(action.Focus{By: -1})},
	}
}
