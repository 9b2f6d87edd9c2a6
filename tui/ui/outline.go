package ui

import (
	"strings"

	"github.com/registrar-console/registrar/theme"
)

// Outline is a page as it is read line by line, for people who hear it. A
// screen that has one need not be drawn.
type Outline struct {
	// Say stands above the rows, in reading order, a line each.
	Say []Text
	// Rows is how many rows there are to choose from, and Row writes one.
	Rows int
	Row  func(i int) Row
	// Cursor is the row that actions are about.
	Cursor int
	// Below stands under the rows: what is known of the one that is chosen.
	Below []Text
}

// Row is one row of an outline. Its id outlives its place in the list.
type Row struct {
	ID   int64
	Text Text
}

// Step is how far one thing is that takes a while.
type Step struct {
	// ID names it, and State says what it is doing: a new state is told at
	// once, figures only now and then.
	ID, State string
	Percent   int
	Text      Text
}

// Aloud is a text as it is read aloud: clean, without the blanks that put
// columns below each other, and with commas that stand like commas.
func Aloud(t *theme.Theme, x Text) string { return AloudLine(t, x.String()) }

// AloudLine is Aloud for what is drawn already.
func AloudLine(t *theme.Theme, s string) string {
	s = strings.Join(strings.Fields(Fit(t, s, Width(s), Left)), " ")
	for strings.Contains(s, " ,") {
		s = strings.ReplaceAll(s, " ,", ",")
	}
	return strings.TrimLeft(s, ", ")
}
