// Package tuitest drives the console in tests: in a real pseudo-terminal with
// an emulated screen behind it, or by what a view draws.
package tuitest

import (
	"fmt"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// Cell is one cell of a screen.
type Cell struct {
	// Content is one visible character, or "" behind a wide one.
	Content string
	// Foreground and Background are "#rrggbb", or "" for the terminal's own.
	Foreground, Background                  string
	Bold, Faint, Underline, Struck, Reverse bool
}

// Style names how the cell looks, "" for the terminal's default.
func (c Cell) Style() string {
	var parts []string
	if c.Foreground != "" {
		parts = append(parts, c.Foreground)
	}
	if c.Background != "" {
		parts = append(parts, "on "+c.Background)
	}
	for _, each := range []struct {
		set  bool
		name string
	}{{c.Bold, "bold"}, {c.Faint, "faint"}, {c.Underline, "underline"}, {c.Struck, "struck"}, {c.Reverse, "reverse"}} {
		if each.set {
			parts = append(parts, each.name)
		}
	}
	return strings.Join(parts, " ")
}

// Screen is what a terminal shows at one moment.
type Screen struct {
	Width, Height int
	Cells         [][]Cell // by line, then column
}

// Parse returns what a terminal of w x h cells shows after a view was drawn
// from its upper left corner. The view's lines are separated by "\n".
func Parse(view string, w, h int) Screen {
	e := vt.NewEmulator(w, h)
	// Without auto-wrap, a line that is too long would hide its end; Sweep
	// finds those.
	_, _ = e.WriteString("\x1b[?7l" + strings.ReplaceAll(view, "\n", "\r\n"))
	return read(e, w, h)
}

// cells is anything that has cells.
type cells interface{ CellAt(x, y int) *uv.Cell }

// read copies the cells of an emulator.
func read(from cells, w, h int) Screen {
	s := Screen{Width: w, Height: h, Cells: make([][]Cell, h)}
	for y := range h {
		s.Cells[y] = make([]Cell, w)
		for x := range w {
			s.Cells[y][x] = convert(from.CellAt(x, y))
		}
	}
	return s
}

// convert copies one cell.
func convert(c *uv.Cell) Cell {
	if c == nil {
		return Cell{Content: " "}
	}
	content := c.Content
	if content == "" && c.Width > 0 {
		content = " "
	}
	return Cell{
		Content:    content,
		Foreground: hex(c.Style.Fg),
		Background: hex(c.Style.Bg),
		Bold:       c.Style.Attrs&uv.AttrBold != 0,
		Faint:      c.Style.Attrs&uv.AttrFaint != 0,
		Struck:     c.Style.Attrs&uv.AttrStrikethrough != 0,
		Reverse:    c.Style.Attrs&uv.AttrReverse != 0,
		Underline:  c.Style.Underline != uv.UnderlineNone,
	}
}

// hex writes a colour as "#rrggbb".
func hex(c color.Color) string {
	if c == nil {
		return ""
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// Line returns the text of one line without the blanks at its end.
func (s Screen) Line(y int) string {
	var b strings.Builder
	for _, c := range s.Cells[y] {
		b.WriteString(c.Content)
	}
	return strings.TrimRight(b.String(), " ")
}

// Text returns all lines.
func (s Screen) Text() string {
	lines := make([]string, s.Height)
	for y := range lines {
		lines[y] = s.Line(y)
	}
	return strings.Join(lines, "\n")
}

// Contains reports whether a text stands on one of the lines.
func (s Screen) Contains(text string) bool {
	_, _, ok := s.Find(text)
	return ok
}

// Find returns the column and line where a text begins.
func (s Screen) Find(text string) (x, y int, ok bool) {
	for y := range s.Cells {
		for x := range s.Cells[y] {
			if s.Cells[y][x].Content != "" && s.at(x, y, text) {
				return x, y, true
			}
		}
	}
	return 0, 0, false
}

// at reports whether a text begins at a cell.
func (s Screen) at(x, y int, text string) bool {
	for ; text != "" && x < s.Width; x++ {
		content := s.Cells[y][x].Content
		if !strings.HasPrefix(text, content) {
			return false
		}
		text = text[len(content):]
	}
	return text == ""
}

// StyleOf returns the style of the first cell of a text; ok is false if the
// text is not there.
func (s Screen) StyleOf(text string) (style string, ok bool) {
	x, y, ok := s.Find(text)
	if !ok {
		return "", false
	}
	return s.Cells[y][x].Style(), true
}
