package markdown

import (
	"strings"

	extension "github.com/yuin/goldmark/extension/ast"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// columnAir is what lies between two columns, leastColumn how narrow one gets
// before the table is laid out row by row.
const (
	columnAir   = 2
	leastColumn = 9
)

// table is a table: in columns, or where they would be too narrow to read,
// each row as a list of what stands under which heading.
func (r *renderer) table(n *extension.Table, w int) []ui.Text {
	var rows [][]ui.Text
	for row := n.FirstChild(); row != nil && len(rows) <= r.left; row = row.NextSibling() {
		var cells []ui.Text
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, r.inline(cell, theme.Style{}))
		}
		rows = append(rows, cells)
	}
	if len(rows) == 0 || len(rows[0]) == 0 {
		return nil
	}
	widths, fits := columns(rows, w)
	if !fits {
		return r.records(rows, w)
	}
	lines := r.header(rows[0], n.Alignments, widths)
	tall := false
	var body []ui.Text
	var starts []int
	for _, row := range rows[1:] {
		starts = append(starts, len(body))
		cells := r.row(row, n.Alignments, widths)
		tall = tall || len(cells) > 1
		body = append(body, cells...)
	}
	if !tall {
		return append(lines, body...)
	}
	// Rows of several lines need air to be told apart.
	for i, start := range starts {
		end := len(body)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		if i > 0 {
			lines = append(lines, nil)
		}
		lines = append(lines, body[start:end]...)
	}
	return lines
}

// columns shares w cells among the columns: those that need little get that,
// the others the same each. fits is false where that would be too little.
func columns(rows [][]ui.Text, w int) (widths []int, fits bool) {
	n := len(rows[0])
	natural := make([]int, n)
	for _, row := range rows {
		for i, cell := range row[:min(n, len(row))] {
			for part := range strings.SplitSeq(cell.String(), "\n") {
				natural[i] = max(natural[i], min(ui.Width(part), w))
			}
		}
	}
	widths = make([]int, n)
	room, open := w-columnAir*(n-1), n
	for settled := true; settled && open > 0; {
		settled = false
		for i, need := range natural {
			if widths[i] == 0 && need <= room/open {
				widths[i] = max(1, need)
				room -= widths[i]
				open--
				settled = true
				if open == 0 {
					return widths, room >= 0
				}
			}
		}
	}
	if room/open < leastColumn {
		return nil, false
	}
	for i := range widths {
		if widths[i] == 0 {
			widths[i] = room / open
			room -= widths[i]
			open--
		}
	}
	return widths, true
}

// header are the words above the columns. Without colours a rule tells them
// from the rows.
func (r *renderer) header(cells []ui.Text, align []extension.Alignment, widths []int) []ui.Text {
	lines := r.row(cells, align, widths)
	for i := range lines {
		for k := range lines[i] {
			s := &lines[i][k]
			s.Style.Role, s.Style.On = theme.Faint, theme.Page
			if !r.theme.Colour() && i == len(lines)-1 {
				*s = s.Underline()
			}
		}
	}
	return lines
}

// row is one row on as many lines as its longest cell needs.
func (r *renderer) row(cells []ui.Text, align []extension.Alignment, widths []int) []ui.Text {
	wrapped := make([][]ui.Text, len(widths))
	height := 1
	for i := range widths {
		if i < len(cells) {
			wrapped[i] = ui.Wrap(cells[i], widths[i])
			height = max(height, len(wrapped[i]))
		}
	}
	lines := make([]ui.Text, height)
	for k := range lines {
		for i, width := range widths {
			var part ui.Text
			if k < len(wrapped[i]) {
				part = wrapped[i][k]
			}
			before, after := aligned(alignment(align, i), max(0, width-part.Width()))
			if i < len(widths)-1 {
				after += columnAir
			}
			lines[k] = append(lines[k], ui.Say(theme.Text, strings.Repeat(" ", before)))
			lines[k] = append(lines[k], part...)
			lines[k] = append(lines[k], ui.Say(theme.Text, strings.Repeat(" ", after)))
		}
	}
	return lines
}

func alignment(all []extension.Alignment, i int) extension.Alignment {
	if i < len(all) {
		return all[i]
	}
	return extension.AlignNone
}

// aligned shares the air of a cell between its two sides.
func aligned(a extension.Alignment, air int) (before, after int) {
	switch a {
	case extension.AlignRight:
		return air, 0
	case extension.AlignCenter:
		return air / 2, air - air/2
	default:
		return 0, air
	}
}

// records are the rows below each other, each cell behind its heading.
func (r *renderer) records(rows [][]ui.Text, w int) []ui.Text {
	var lines []ui.Text
	for i, row := range rows[1:] {
		if i > 0 {
			lines = append(lines, nil)
		}
		for k, cell := range row {
			if cell.Width() == 0 || k >= len(rows[0]) {
				continue
			}
			head := ui.Words(theme.Faint, rows[0][k].String()+"  ")
			lines = append(lines, ui.Wrap(head.And(cell...), w)...)
		}
		if len(lines) > r.left {
			break
		}
	}
	return lines
}
