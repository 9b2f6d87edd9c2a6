package ui

import (
	"strings"

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

// Found draws the parts of a text that are words in accent; the words are in
// lower case.
func Found(t *theme.Theme, role theme.Role, text string, words []string) Text {
	var found []Stretch
	low := lower(text)
	for _, word := range words {
		if at := strings.Index(low, word); at >= 0 && word != "" {
			found = append(found, Stretch{From: at, To: at + len(word)})
		}
	}
	return lit(t, Words(role, text), found)
}

// lower is the text in lower case with every byte where it was: letters that
// take another number of bytes in lower case stay as they are.
func lower(text string) string {
	low := []byte(text)
	for i, b := range low {
		if 'A' <= b && b <= 'Z' {
			low[i] = b + 'a' - 'A'
		}
	}
	return string(low)
}
