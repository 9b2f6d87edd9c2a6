package ui

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/registrar-console/registrar/theme"
)

// dialogText is how wide the text of a dialog is where there is room.
const dialogText = 76

// hang is how far a consequence goes on under its own first word.
const hang = 3

// frame is the air around the text of a dialog: the edge, then blanks.
type frame struct{ before, after int }

// row is one line of a dialog while it is put together.
type row struct {
	text Text
	// spare rows are blank and go first when the screen is low; the higher
	// the number the sooner.
	spare   int
	focused bool
}

// View draws the dialog in at most maxW x maxH cells; every line is equally
// wide.
func (d *Dialog) View(t *theme.Theme, maxW, maxH int) []string {
	if maxW < leastWidth || maxH < 1 {
		return nil
	}
	f := frame{before: 3, after: 3}
	width := d.Width
	if width <= 0 {
		width = dialogText
	}
	if width+1+f.before+f.after > maxW {
		f = frame{before: 1, after: 2}
	}
	width = max(1, min(width, maxW-1-f.before-f.after))
	rows := squeeze(t, d.rows(t, width), maxH)
	return d.framed(t, rows, width, f)
}

// rows puts the dialog together.
func (d *Dialog) rows(t *theme.Theme, w int) []row {
	rows := []row{{text: bold(d.Title)}, {spare: 3}}
	if t.Tints() {
		// A frame begins with its title; a fill with a row of air.
		rows = append([]row{{spare: 4}}, rows...)
	}
	if d.Above != "" {
		rows = append(rows, row{text: Words(theme.Muted, d.Above)})
	}
	for _, say := range d.Say {
		for _, line := range hanging(say, w) {
			rows = append(rows, row{text: line})
		}
	}
	if len(d.Fields) > 0 {
		rows = append(rows, row{spare: 1})
		rows = append(rows, d.fieldRows(t, w)...)
	}
	if d.Confirm != nil {
		rows = append(rows, row{spare: 1})
		focused := d.at().field == Field(d.Confirm)
		for _, line := range d.Confirm.View(t, w, focused) {
			rows = append(rows, row{text: line, focused: focused})
		}
	}
	if d.Note.Width() > 0 {
		rows = append(rows, row{spare: 2})
		for _, line := range Wrap(d.Note, w) {
			rows = append(rows, row{text: line})
		}
	}
	return append(rows, row{spare: 2}, row{text: d.buttonRow(t, w), focused: d.focus > 0 && d.at().field == nil}, row{spare: 5})
}

// bold makes the title bold.
func bold(x Text) Text {
	out := make(Text, 0, len(x))
	for _, s := range x {
		out = append(out, s.Bold())
	}
	return out
}

// hanging wraps a consequence so that it goes on under its first word.
func hanging(x Text, w int) []Text {
	if len(x) < 2 || Width(x[0].Text) != hang {
		return Wrap(x, w)
	}
	var lines []Text
	for i, line := range Wrap(x[1:], w-hang) {
		lead := x[0]
		if i > 0 {
			lead = Say(theme.Text, blanks(hang))
		}
		lines = append(lines, append(Line(lead), line...))
	}
	return lines
}

// fieldRows draws the fields, their labels in one column.
func (d *Dialog) fieldRows(t *theme.Theme, w int) []row {
	column := 0
	for _, f := range d.Fields {
		column = max(column, Width(f.Label()))
	}
	column += hang
	if w < dialogText {
		column -= gap
	}
	here := d.at().field
	var rows []row
	for _, f := range d.Fields {
		focused := here == f
		for i, line := range f.View(t, w-column, focused) {
			label := Say(theme.Muted, blanks(column))
			if i == 0 {
				label = Say(theme.Muted, Fit(t, f.Label(), column, Left))
				if focused {
					label = Say(theme.Accent, label.Text).Bold()
				}
			}
			rows = append(rows, row{text: append(Line(label), line...), focused: focused})
		}
	}
	return rows
}

// buttonRow draws the buttons and, if there is room, the keys that move.
func (d *Dialog) buttonRow(t *theme.Theme, w int) Text {
	here := d.at()
	var x Text
	for i, b := range d.buttons {
		if i > 0 {
			x = append(x, Say(theme.Text, blanks(gap)))
		}
		// While a field has the focus, enter leads to Cancel: it shows that.
		focused := (here.field == nil && here.button == i) || (here.field != nil && i == 0)
		x = append(x, d.button(t, b, focused)...)
	}
	hint := Line(Say(theme.Text, "tab").Bold(), Say(theme.Muted, " moves, "), Say(theme.Text, "esc").Bold(), Say(theme.Muted, d.escapes()))
	if air := w - x.Width() - hint.Width(); air >= gap {
		x = append(append(x, Say(theme.Text, blanks(air))), hint...)
	}
	return x
}

// escapes is what esc does.
func (d *Dialog) escapes() string {
	if d.buttons[0].Label == cancelLabel {
		return " cancels"
	}
	return " closes"
}

// button draws one button.
func (d *Dialog) button(t *theme.Theme, b Button, focused bool) Text {
	label := " " + b.Label + " "
	switch {
	case d.off(b) != "" && !t.Colour():
		return Words(theme.Faint, "("+b.Label+")")
	case d.off(b) != "":
		return Line(Say(theme.Faint, label).Struck())
	case focused && b.Destroys:
		return Line(Say(theme.Text, label).Bold().On(theme.DangerButton))
	case focused:
		return Line(Say(theme.Text, label).Bold().On(theme.Button))
	case b.Destroys:
		return Line(Say(theme.Bad, label).Bold())
	default:
		return Words(theme.Text, label)
	}
}

// squeeze takes rows out until at most h are left: blank ones first. If that
// is not enough, the rows between title and buttons become a window around
// the focus, which says that there is more.
func squeeze(t *theme.Theme, rows []row, h int) []row {
	for level := 5; level > 0 && len(rows) > h; level-- {
		for i := len(rows) - 1; i >= 0 && len(rows) > h; i-- {
			if rows[i].spare == level {
				rows = append(rows[:i:i], rows[i+1:]...)
			}
		}
	}
	if len(rows) <= h {
		return rows
	}
	if h < 5 {
		return rows[len(rows)-h:]
	}
	body, room := rows[1:len(rows)-1], h-2
	first, last := 0, 0
	for i, r := range body {
		if r.focused && !body[first].focused {
			first = i
		}
		if r.focused {
			last = i
		}
	}
	// Reading starts at the top, where the consequences are; from there the
	// window follows the focus.
	from := min(max(0, (first+last+1-room)/2), len(body)-room)
	if first == 0 && !body[0].focused && !rows[len(rows)-1].focused {
		from = 0
	}
	if rows[len(rows)-1].focused {
		from = len(body) - room
	}
	kept := append([]row{rows[0]}, body[from:from+room]...)
	if from > 0 {
		kept[1] = more(t, "more above")
	}
	if from+room < len(body) {
		kept[room] = more(t, "more below, tab goes on")
	}
	return append(kept, rows[len(rows)-1])
}

// more is the row that says that others are out of sight.
func more(t *theme.Theme, what string) row {
	return row{text: Words(theme.Faint, t.Glyph(theme.GlyphCut)+" "+what)}
}

// framed draws the rows on the fill of a dialog with its edge, or, where
// there is no fill, inside a frame of characters.
func (d *Dialog) framed(t *theme.Theme, rows []row, w int, f frame) []string {
	lines := make([]string, 0, len(rows))
	titled := false
	for i, r := range rows {
		if t.Tints() {
			lines = append(lines, d.edge(t)+r.text.pad(f).FitOn(t, f.before+w+f.after, Left, theme.Overlay))
			continue
		}
		text := r.text
		switch {
		case !titled && text.Width() > 0:
			titled = true
			text = emphasise(text.pad(f), theme.Reverse, f.before+w+f.after-1)
		case i == len(rows)-1:
			text = emphasise(text.pad(f), theme.Underline, f.before+w+f.after-1)
		default:
			text = text.pad(f)
		}
		lines = append(lines, d.bar(t)+text.Fit(t, f.before+w+f.after-1)+d.bar(t))
	}
	return lines
}

// pad puts the air of the frame before a text.
func (x Text) pad(f frame) Text {
	return append(Line(Say(theme.Text, blanks(f.before))), x...)
}

// edge is the half block at the left of a dialog. It lies on the page, so
// that the fill begins behind it.
func (d *Dialog) edge(t *theme.Theme) string {
	return t.Paint(theme.Style{Role: d.edgeRole()}, t.Glyph(theme.GlyphEdge))
}

// bar is the side of a dialog that has no fill.
func (d *Dialog) bar(t *theme.Theme) string {
	return t.Paint(theme.Style{Role: d.edgeRole()}, "|")
}

// edgeRole is bad for what destroys, else accent.
func (d *Dialog) edgeRole() theme.Role {
	if d.danger {
		return theme.Bad
	}
	return theme.Accent
}

// emphasise gives a whole line of w cells an attribute.
func emphasise(x Text, attr theme.Attr, w int) Text {
	out := make(Text, 0, len(x)+1)
	for _, s := range x {
		s.Style.Attr |= attr
		out = append(out, s)
	}
	rest := Say(theme.Text, blanks(w-x.Width()))
	rest.Style.Attr = attr
	return append(out, rest)
}

// Lay puts a dialog in the middle of a page of w cells. What lies behind
// turns to the colour of rests, or goes blank where there are no tints.
func Lay(t *theme.Theme, page, dialog []string, w int) []string {
	behind := make([]string, len(page))
	for i, line := range page {
		behind[i] = blanks(w)
		if t.Tints() {
			behind[i] = Fit(t, ansi.Strip(line), w, Left)
		}
	}
	if len(dialog) == 0 || len(page) == 0 {
		return dimmed(t, behind)
	}
	wide := min(w, ansi.StringWidth(dialog[0]))
	left, top := LaidAt(len(page), dialog, w)
	lines := dimmed(t, behind)
	for i, line := range dialog {
		if top+i >= len(lines) {
			break
		}
		plain := behind[top+i]
		// Fit again: a wide character on the border is cut away whole.
		before := Fit(t, ansi.Cut(plain, 0, left), left, Left)
		after := Fit(t, ansi.Cut(plain, left+wide, w), w-left-wide, Right)
		lines[top+i] = dim(t, before) + line + dim(t, after)
	}
	return lines
}

// LaidAt returns the cell of a page of w cells and so many rows on which the
// first one of a dialog lies.
func LaidAt(rows int, dialog []string, w int) (left, top int) {
	if len(dialog) == 0 {
		return 0, 0
	}
	return (w - min(w, ansi.StringWidth(dialog[0]))) / 2, max(0, (rows-len(dialog))/2)
}

// dimmed draws plain lines in the colour of rests.
func dimmed(t *theme.Theme, plain []string) []string {
	lines := make([]string, len(plain))
	for i, line := range plain {
		lines[i] = dim(t, line)
	}
	return lines
}

// dim draws one plain line in the colour of rests.
func dim(t *theme.Theme, plain string) string {
	return t.Paint(theme.Style{Role: theme.Track}, plain)
}
