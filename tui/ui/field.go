package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
)

// Field is one labelled line or more of a dialog.
type Field interface {
	// Label stands in front of the field.
	Label() string
	// Handle takes a key or pasted text; it reports whether it was for the field.
	Handle(msg tea.Msg) bool
	// View draws the field in w cells.
	View(t *theme.Theme, w int, focused bool) []Text
}

// TextField is a field one types into.
type TextField struct {
	Input

	Name string
	// Hint is shown below, or nil: what the text is for, how much fits in.
	Hint func() Text
	// Needed says that nothing can be done without it.
	Needed bool
}

// Label implements Field.
func (f *TextField) Label() string { return f.Name }

// View implements Field.
func (f *TextField) View(t *theme.Theme, w int, focused bool) []Text {
	var lines []Text
	switch {
	case focused || f.Rows > 1:
		lines = f.Input.View(t, w, focused)
	case f.Count() == 0:
		lines = []Text{Words(theme.Faint, f.Placeholder)}
	default:
		lines = []Text{Words(theme.Text, f.Value())}
	}
	if f.Hint != nil {
		lines = append(lines, Wrap(f.Hint(), w)...)
	}
	return lines
}

// ChoiceField is a field that offers a few words, one of which is chosen.
type ChoiceField struct {
	Name    string
	Options []string
	Chosen  int // -1: none yet
	// Needed says that nothing can be done without it.
	Needed bool
}

// Label implements Field.
func (f *ChoiceField) Label() string { return f.Name }

// Handle implements Field: arrows choose.
func (f *ChoiceField) Handle(msg tea.Msg) bool {
	key, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false
	}
	switch key.String() {
	case "left", "h":
		f.Chosen = max(0, f.Chosen-1)
	case "right", "l", "space":
		f.Chosen = min(len(f.Options)-1, f.Chosen+1)
	default:
		return false
	}
	return true
}

// Value returns the chosen option, or "".
func (f *ChoiceField) Value() string {
	if f.Chosen < 0 || f.Chosen >= len(f.Options) {
		return ""
	}
	return f.Options[f.Chosen]
}

// View implements Field. The chosen option is bold and underlined, so that
// it is known without colours too; the focused field is told by its bar.
func (f *ChoiceField) View(t *theme.Theme, w int, focused bool) []Text {
	var lines []Text
	var line Text
	for i, option := range f.Options {
		s := Say(theme.Text, option)
		if i == f.Chosen {
			s = Say(theme.Accent, option).Bold().Underline()
		}
		if used := line.Width(); used > 0 && used+gap+Width(option) > w {
			lines, line = append(lines, line), nil
		}
		if len(line) > 0 {
			line = append(line, Say(theme.Text, blanks(gap)))
		}
		line = append(line, s)
	}
	return append(lines, line)
}

// Confirmation asks for a text to be typed before something is destroyed.
// Pasted text does not count: typing it is the point.
type Confirmation struct {
	Want string

	input  Input
	pasted bool
}

// Met reports whether the text was typed.
func (c *Confirmation) Met() bool { return c.input.Value() == c.Want }

// Label implements Field.
func (c *Confirmation) Label() string { return "" }

// Handle implements Field.
func (c *Confirmation) Handle(msg tea.Msg) bool {
	if _, ok := msg.(tea.PasteMsg); ok {
		c.pasted = true
		return true
	}
	handled := c.input.Handle(msg)
	c.pasted = c.pasted && !handled
	return handled
}

// confirmWidth is how wide the field of a confirmation is.
const confirmWidth = 30

// View implements Field: what to type, and the field with how far it is.
func (c *Confirmation) View(t *theme.Theme, w int, focused bool) []Text {
	ask := Line(Say(theme.Text, "Type "), Say(theme.Text, c.Want).Bold(), Say(theme.Text, " to confirm"))
	wide := Width(c.Want) + 3
	if w >= 2*confirmWidth {
		wide = max(wide, confirmWidth)
	}
	field := c.input.View(t, min(wide, w), focused)[0]
	hint := clip(t, c.hint(t), w-field.Width()-gap)
	return []Text{ask, append(field.And(Say(theme.Text, blanks(gap))), hint...)}
}

// hint says what is missing: never that the text is wrong without saying
// where and what to type.
func (c *Confirmation) hint(t *theme.Theme) Text {
	typed, want := split(c.input.Value()), split(c.Want)
	switch {
	case c.pasted:
		return Words(theme.Warn, "type it: pasted text does not count")
	case c.Met():
		return Mark(t.Mark(theme.GlyphGood, theme.OK, "matches"))
	case strings.HasPrefix(c.Want, c.input.Value()):
		left := len(want) - len(typed)
		if left == 1 {
			return Words(theme.Muted, "1 character to go")
		}
		return Words(theme.Muted, fmt.Sprintf("%d characters to go", left))
	default:
		same := 0
		for same < min(len(typed), len(want)) && typed[same] == want[same] {
			same++
		}
		if same == len(want) {
			return Words(theme.Warn, fmt.Sprintf("too long: type %s, nothing behind it", c.Want))
		}
		return Words(theme.Warn, fmt.Sprintf("character %d differs: type %s", same+1, c.Want))
	}
}
