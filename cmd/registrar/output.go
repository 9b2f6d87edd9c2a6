package main

import (
	"io"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
)

// styles are the colours of one stream. Where no person sits at it, nothing is
// painted, so that what is piped on stays plain text.
type styles struct {
	theme *theme.Theme
	on    bool
}

// styles are those for a stream that is, or is not, a terminal. The colours
// are the sixteen of the terminal itself: a command that prints three lines has
// no business asking for the background first.
func (e *Env) styles(terminal bool) styles {
	profile := min(theme.Profile(e.Environ), colorprofile.ANSI)
	if e.Settings.NoColor {
		profile = colorprofile.ASCII
	}
	ascii := e.Settings.ASCII || terminal && theme.WantsASCII(e.Environ)
	return styles{
		theme: theme.New(theme.Standard(), true, profile, ascii),
		on:    terminal && !e.Settings.Plain,
	}
}

func (s styles) paint(role theme.Role, attr theme.Attr, text string) string {
	if !s.on {
		return text
	}
	return s.theme.Paint(theme.Style{Role: role, Attr: attr}, text)
}

func (s styles) bad(text string) string   { return s.paint(theme.Bad, theme.Bold, text) }
func (s styles) warn(text string) string  { return s.paint(theme.Warn, theme.Bold, text) }
func (s styles) faint(text string) string { return s.paint(theme.Faint, 0, text) }
func (s styles) bold(text string) string  { return s.paint(theme.Text, theme.Bold, text) }

// mark is a state, a verdict or a result as glyph and word.
func (s styles) mark(m theme.Mark) string {
	return s.paint(m.Role, 0, m.Glyph) + " " + s.paint(m.WordRole(), 0, m.Word)
}

// table is a plain, aligned table. Its cells may be painted; widths are counted
// in what a person sees.
type table struct {
	styles styles
	head   []string
	right  map[int]bool
	rows   [][]string
}

// newTable makes a table for results. A column whose name begins with ">" is
// flush right.
func (e *Env) newTable(columns ...string) *table {
	t := &table{styles: e.styles(e.OutTerminal), right: map[int]bool{}}
	for i, column := range columns {
		name, right := strings.CutPrefix(column, ">")
		t.head = append(t.head, name)
		t.right[i] = right
	}
	return t
}

// row adds a row. Cells come from text, faint and mark, or are words of ours.
func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// text is a cell with text from outside on one line.
func (t *table) text(s string) string { return clean.Line(s, 0) }

// short is such a cell that may be long: where a person reads the table, what
// would break its lines is cut off.
func (t *table) short(s string) string { return t.cut(s, shortWidth) }

// note is a short cell whose last clause says what to do: of that nothing is
// cut off.
func (t *table) note(s, last string) string {
	last = clean.Line(last, 0)
	return wording.Clauses(t.cut(s, max(0, shortWidth-ansi.StringWidth("; "+last))), last)
}

func (t *table) cut(s string, width int) string {
	s = clean.Line(s, 0)
	if !t.styles.on {
		return s
	}
	return ansi.Truncate(s, width, t.styles.theme.Glyph(theme.GlyphCut))
}

const shortWidth = 60

// faint is such a cell that only matters at second sight.
func (t *table) faint(s string) string { return t.styles.faint(clean.Line(s, 0)) }

// write prints the table with two blanks between columns and none at the end
// of a line. Nothing is printed for a table without rows.
func (t *table) write(w io.Writer) error {
	if len(t.rows) == 0 {
		return nil
	}
	widths := make([]int, len(t.head))
	for i, name := range t.head {
		widths[i] = ansi.StringWidth(name)
	}
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	var out strings.Builder
	head := make([]string, len(t.head))
	for i, name := range t.head {
		head[i] = t.styles.faint(name)
	}
	for _, row := range append([][]string{head}, t.rows...) {
		out.WriteString(t.line(row, widths))
		out.WriteByte('\n')
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (t *table) line(cells []string, widths []int) string {
	var line strings.Builder
	for i, cell := range cells {
		pad := strings.Repeat(" ", widths[i]-ansi.StringWidth(cell))
		if i > 0 {
			line.WriteString("  ")
		}
		if t.right[i] {
			line.WriteString(pad + cell)
		} else {
			line.WriteString(cell + pad)
		}
	}
	return strings.TrimRight(line.String(), " ")
}

// facts is a list of what is known about one thing, one fact a line.
type facts struct {
	styles styles
	keys   []string
	values []string
}

func (e *Env) newFacts() *facts { return &facts{styles: e.styles(e.OutTerminal)} }

// add notes a fact; what is not known is left out.
func (f *facts) add(key, value string) {
	if value != "" {
		f.keys, f.values = append(f.keys, key), append(f.values, value)
	}
}

// text notes a fact whose text comes from outside.
func (f *facts) text(key, value string) { f.add(key, clean.Line(value, 0)) }

func (f *facts) write(w io.Writer) error {
	width := 0
	for _, key := range f.keys {
		width = max(width, len(key))
	}
	var out strings.Builder
	for i, key := range f.keys {
		out.WriteString(f.styles.faint(key) + strings.Repeat(" ", width-len(key)+2) + f.values[i] + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}
