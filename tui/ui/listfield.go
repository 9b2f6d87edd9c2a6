package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
)

// ListField is a list in a dialog that one reads: arrows move through it, and
// what is too long for a line is told in full below it.
type ListField struct {
	Name string
	Len  int
	Row  func(t *theme.Theme, i int) Text
	// Detail is the whole of what the row under the cursor says, or nil.
	Detail func(t *theme.Theme, i int) Text
	// Rows is how many are shown at once.
	Rows int

	at int
}

// detailRows is how many lines the detail of a row takes, so that nothing
// moves when the cursor does.
const detailRows = 2

// Label implements Field.
func (f *ListField) Label() string { return f.Name }

// Handle implements Field. At the ends arrows are not for the list, so that
// they lead out of it.
func (f *ListField) Handle(msg tea.Msg) bool {
	key, ok := msg.(tea.KeyPressMsg)
	if !ok || f.Len == 0 {
		return false
	}
	was := f.at
	switch key.String() {
	case "up", "k":
		f.at--
	case "down", "j":
		f.at++
	case "pgup":
		f.at -= max(1, f.Rows-1)
	case "pgdown":
		f.at += max(1, f.Rows-1)
	case "home", "g":
		f.at = 0
	case "end", "G":
		f.at = f.Len - 1
	default:
		return false
	}
	f.at = min(max(f.at, 0), f.Len-1)
	return f.at != was || (key.String() != "up" && key.String() != "down")
}

// View implements Field.
func (f *ListField) View(t *theme.Theme, w int, focused bool) []Text {
	f.at = min(max(f.at, 0), max(0, f.Len-1))
	rows := min(max(1, f.Rows), f.Len)
	from := min(max(0, f.at-rows/2), f.Len-rows)
	var lines []Text
	for i := from; i < from+rows; i++ {
		sign := Say(theme.Accent, " ")
		if focused && i == f.at {
			sign = Say(theme.Accent, t.Glyph(theme.GlyphCursor))
		}
		lines = append(lines, clip(t, append(Line(sign, Say(theme.Text, " ")), f.Row(t, i)...), w))
	}
	if f.Len > rows {
		lines = append(lines, Words(theme.Faint, fmt.Sprintf("  %s to %s of %s, arrows move", words.Count(from+1), words.Count(from+rows), words.Count(f.Len))))
	}
	if f.Detail == nil || !focused || f.Len == 0 {
		return lines
	}
	detail := Wrap(f.Detail(t, f.at), w)
	if len(detail) > detailRows {
		detail = detail[:detailRows]
	}
	return append(lines, detail...)
}
