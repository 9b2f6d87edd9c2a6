package ui

import "github.com/registrar-console/registrar/theme"

// Cell returns a text in exactly w cells, as a part of a longer line: what is
// too long ends in the sign for cut text, the rest is blank.
func Cell(t *theme.Theme, x Text, w int) Text {
	cell := make(Text, 0, len(x)+1)
	for i, s := range x {
		if w <= 0 {
			return cell
		}
		text, width := cut(t, s.Text, w)
		if width == w && text == s.Text && !x[i+1:].blank() {
			// It fits to the last cell, but more was to come.
			text, width = cut(t, s.Text+" ", w)
		}
		cell = append(cell, Span{Text: text, Style: s.Style})
		w -= width
	}
	if w <= 0 {
		return cell
	}
	return append(cell, Say(theme.Text, blanks(w)))
}
