package ui

import (
	"github.com/registrar-console/registrar/theme"
)

// SheetWidth is how many cells of text a sheet has on a screen of maxW cells,
// if it wants so many.
func SheetWidth(want, maxW int) int {
	return max(1, min(want, maxW-1-2*sheetAir))
}

// sheetAir is the air at both sides of a sheet's text.
const sheetAir = 3

// Sheet draws lines over a page as a dialog is drawn, but without a question:
// on its fill with an edge, or in a frame of characters where there is no
// fill. Every line is equally wide; at most maxH are drawn.
func Sheet(t *theme.Theme, title Text, lines []Text, w, maxH int) []string {
	rows := []row{{text: bold(title)}}
	if t.Tints() {
		rows = []row{{spare: 1}, {text: bold(title)}}
	}
	for _, line := range lines {
		rows = append(rows, row{text: line})
	}
	rows = append(rows, row{spare: 1})
	if maxH < len(rows) {
		rows = rows[:max(0, maxH)]
	}
	return (&Dialog{}).framed(t, rows, w, frame{before: sheetAir, after: sheetAir})
}

// SheetHead returns how many lines of a sheet stand before the first of its
// own, so that a click can be found again.
func SheetHead(t *theme.Theme) int {
	if t.Tints() {
		return 2
	}
	return 1
}

// Chosen is a line of a sheet under the cursor: all of its w cells are tinted.
func (x Text) Chosen(w int) Text {
	out := make(Text, 0, len(x)+1)
	for _, s := range x {
		s.Style.On = theme.Selected
		out = append(out, s)
	}
	if air := w - x.Width(); air > 0 {
		out = append(out, Say(theme.Text, blanks(air)).On(theme.Selected))
	}
	return out
}
